"""Suggestions: whom, in which order, with reasons that are true paths, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from ancrage.graph.findings.model import Finding, Reason
from ancrage.graph.region.gazetteer import Gazetteer, Territory
from ancrage.graph.region.names import UnknownName
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.suggestions import suggest
from ancrage.graph.suggestions.demand import Demand
from ancrage.graph.suggestions.directory import Directory, alias
from ancrage.graph.suggestions.features import FEATURES, Period
from ancrage.graph.suggestions.request_words import telling_words
from ancrage.graph.suggestions.ties import Ties
from ancrage.graph.suggestions.topics import Topics, topic_name

from .suggestion_worlds import world

KINDS = {
    "alpha": "research-unit",
    "beta": "research-unit",
    "gamma": "research-unit",
    "uni": "higher-education",
    "acme": "company",
    "bolt": "company",
    "cork": "company",
    "dyne": "company",
}
PROJECTS: list[tuple[str, int | None, str, list[str]]] = [
    ("project/p1", 2010, "anr-aapg", ["alpha", "acme"]),
    ("project/p2", 2012, "anr-aapg", ["beta", "acme"]),
    ("project/p3", 2014, "anr-aapg", ["beta", "bolt"]),
    ("project/p4", 2014, "cordis-h2020", ["gamma", "cork"]),
    ("project/p5", 2015, "anr-aapg", ["alpha", "beta"]),  # no company: no tie
]
TITLES = [{"interaction": name, "label": name[-2:].upper()} for name, *_ in PROJECTS]


def small(
    projects: list[tuple[str, int | None, str, list[str]]] = PROJECTS,
    kinds: dict[str, str] = KINDS,
    **more: Any,
) -> RegionView:
    return world(projects, kinds, **({"titles": TITLES} | more))


def named(finding: Finding) -> str:
    return finding.object.id.rsplit("/", 1)[-1]


def reason(finding: Finding, kind: str) -> Reason:
    return next(one for one in finding.reasons if one.kind == kind)


def test_a_project_of_academics_alone_is_no_tie() -> None:
    ties = Ties.of(small())
    pairs = {(ties.academics[a], ties.companies[c]) for a, c in ties.events.select("a", "c").iter_rows()}
    made = [("alpha", "acme"), ("beta", "acme"), ("beta", "bolt"), ("gamma", "cork")]
    assert pairs == {(f"organization/{a}", f"organization/{c}") for a, c in made}


def test_features_are_those_counted_by_hand() -> None:
    period = Period(small())
    at = period.ties.at
    alpha, bolt, cork = at["organization/alpha"], at["organization/bolt"], at["organization/cork"]
    raw = period.of(np.array([[alpha, bolt - period.n_a], [alpha, cork - period.n_a]]))
    found = dict(zip(FEATURES, raw.T.tolist(), strict=True))
    assert found["paths"] == [pytest.approx(1 / 2), 0.0]  # alpha–acme–beta–bolt, both of two neighbours
    assert found["shared"] == [pytest.approx(1 / 3), 0.0]  # beta has three partners: alpha, acme, bolt
    assert found["circle"][0] > found["circle"][1] == pytest.approx(0.0)
    assert np.expm1(found["projects_a"]).round(9).tolist() == [2.0, 2.0]
    assert np.expm1(found["recent_a"]).round(9).tolist() == [
        1.0,
        1.0,
    ]  # 2015, of the last three years of its source
    assert found["programme"] == [1.0, 0.0]


def test_the_precedent_is_a_path_with_its_projects_years_and_sources() -> None:
    report = suggest(small(), "alpha")
    [first] = report.findings  # cork has nothing in common with alpha, dyne no project
    assert (named(first), first.kind, first.facts["precedents"]) == ("bolt", "company", 1)
    path = reason(first, "precedent").path
    told = [(one.subject.id[-5:], one.object.id[-4:], one.year, one.source, one.evidence) for one in path]
    assert told == [
        ("alpha", "acme", 2010, "source/anr-aapg", "documented"),
        ("/beta", "acme", 2012, "source/anr-aapg", "documented"),
        ("/beta", "bolt", 2014, "source/anr-aapg", "documented"),
    ]
    words = reason(first, "precedent").words
    assert words["fr"] == (
        "Précédent : ALPHA a travaillé avec ACME (« P1, ANR 2010 »), qui a travaillé avec BETA (« P2, ANR 2012 »), "
        "partenaire de BOLT (« P3, ANR 2014 »)."
    )
    assert words["en"] == (
        "Precedent: ALPHA worked with ACME (“P1, ANR 2010”), which worked with BETA (“P2, ANR 2012”), "
        "a partner of BOLT (“P3, ANR 2014”)."
    )
    assert reason(first, "partners").words["fr"] == "1 partenaire commun : BETA."
    assert first.sentence["fr"] == "ALPHA pourrait travailler avec BOLT : 1 partenaire commun et 1 précédent."
    assert first.sources == ("source/anr-aapg",) and first.evidence == {"documented": 5}
    assert first.question is not None and first.question.parameters == {
        "organization": "alpha",
        "partner": "bolt",
    }
    assert any(
        "Déjà en lien, donc pas proposé : 1 entreprise, dont ACME (2010)." in one["fr"]
        for one in report.notes
    )


def test_reasons_come_with_what_they_add_the_weightiest_first() -> None:
    projects = [
        *PROJECTS,
        ("project/p6", 2015, "anr-aapg", ["gamma", "acme"]),
        ("project/p7", 2015, "anr-aapg", ["beta", "bolt"]),
    ]
    [first, *_] = suggest(small(projects), "alpha").findings
    weights = [one.weight for one in first.reasons if one.weight is not None]
    assert reason(first, "activity").words["fr"].startswith("Habitude : d'après les sources, ")
    assert len(weights) >= 3 and weights == sorted(weights, reverse=True) and min(weights) >= 0


def test_a_company_is_told_laboratories() -> None:
    report = suggest(small(), "bolt")
    assert [(named(one), one.kind) for one in report] == [("alpha", "laboratory")]
    assert report.findings[0].sentence["fr"].startswith("BOLT pourrait travailler avec ALPHA")


def test_a_wrong_place_is_blamed_and_not_the_actor_that_is_right() -> None:
    with pytest.raises(UnknownName) as unknown:
        suggest(small(), "alpha", to="nowhere at all")
    assert (unknown.value.kind, unknown.value.name) == ("territory", "nowhere at all")


def test_a_company_known_under_another_name_is_not_new() -> None:
    kinds = KINDS | {"bolt-two": "company"}
    projects = [*PROJECTS, ("project/p6", 2015, "anr-pia", ["alpha", "bolt-two"])]
    matter = small(projects, kinds, labels={"bolt": "Bolt & Nuts SAS", "bolt-two": "BOLT AND NUTS"})
    assert alias("Bolt & Nuts SAS") == alias("BOLT AND NUTS")
    report = suggest(matter, "alpha")
    assert not report.findings
    assert "Aucune suggestion : 3 projets connus d'ALPHA" in report.refusals[0].words["fr"]


def test_two_names_of_one_company_are_suggested_once() -> None:
    kinds = KINDS | {"bolt-two": "company"}
    projects = [*PROJECTS, ("project/p6", 2015, "anr-pia", ["beta", "bolt-two"])]
    report = suggest(small(projects, kinds, labels={"bolt": "Bolt", "bolt-two": "BOLT SAS"}), "alpha")
    assert len(report) == 1


def test_the_code_of_a_record_leads_to_its_organisation() -> None:
    record = {"record": "organization/anr-pia-00000000aa", "body": "organization/alpha", "rule": "name"}
    world = small(PROJECTS, KINDS, records=[record])
    assert suggest(world, "anr-pia-00000000aa").subject.id == "organization/alpha"


def test_an_institution_counts_with_its_laboratories_and_says_through_whom() -> None:
    held = [
        {"unit": f"organization/{one}", "institution": "organization/uni", "relation": "supervised"}
        for one in ("alpha", "gamma")
    ]
    report = suggest(small(supervisions=held), "uni")
    [first] = report.findings
    assert any("Déjà en lien avec lui ou l’une de ses unités, donc" in one["fr"] for one in report.notes)
    assert named(first) == "bolt" and first.facts["laboratory"] == "organization/alpha"
    assert first.sentence["fr"].startswith("Par « ALPHA », UNI pourrait travailler avec BOLT")
    held.append({"unit": "organization/beta", "institution": "organization/uni", "relation": "supervised"})
    assert not suggest(small(supervisions=held), "uni").findings  # beta, its laboratory, works with bolt


def test_closed_units_nameless_and_foreign_companies_are_left_out_unless_asked_for() -> None:
    unit = {"unit": "organization/alpha", "label": "ALPHA", "end": 2016}
    assert not suggest(small(units=[unit]), "bolt").findings
    nameless = small(labels={"bolt": "Organisation PIC 123456789"})
    assert not suggest(nameless, "alpha").findings
    assert len(suggest(nameless, "alpha", everyone=True)) == 1
    matter = small()
    abroad = matter.with_frames(
        actors=matter.frame("actors").with_columns(
            country=pl.when(pl.col("actor") == "organization/bolt").then(pl.lit("DE"))
        )
    )
    assert not suggest(abroad, "alpha").findings
    assert len(suggest(abroad, "alpha", everyone=True)) == 1


def test_field_chain_and_distance_are_reasons_with_their_figures() -> None:
    matter = small(
        units=[
            {"unit": f"organization/{one}", "label": one, "field": f"field/mesr/{field}"}
            for one, field in (("alpha", 4), ("beta", 4), ("beta", 6), ("gamma", 5))
        ],
        concepts=[
            {"concept": "field/mesr/4", "label": "Chimie", "english": "Chemistry"},
            {"concept": "value-chain/timber", "label": "bois", "english": "timber"},
        ],
        chains=[{"chain": "value-chain/timber", "chainLabel": "bois"}],
        members=[
            {
                "chain": "value-chain/timber",
                "member": f"organization/{one}",
                "function": "chain-function/x",
                "evidence": evidence,
            }
            for one, evidence in (("alpha", "inferred"), ("bolt", "inferred"), ("bolt", "declared"))
        ],
        places={"alpha": "38421", "bolt": "38185"},
    )
    [first] = suggest(matter, "alpha").findings
    assert reason(first, "field").words["fr"] == (
        "Discipline : le seul laboratoire partenaire de BOLT dont la discipline est connue a, comme ALPHA, « Chimie » parmi "
        "ses disciplines."
    )
    chain = reason(first, "chain")
    assert [one.evidence for one in chain.path] == ["inferred", "declared"] and first.facts["chain"] == "bois"
    assert (chain.path[0].object.named("fr"), chain.path[0].object.named("en")) == ("bois", "timber")
    assert "« bois »" in chain.words["fr"] and "“timber”" in chain.words["en"]
    assert "same value chain (timber)" in first.sentence["en"] and "chain_en" not in first.facts
    assert first.facts["km"] == 2.7  # 45.1875, 5.7358 to 45.1786, 5.7681
    assert "3 km à vol d’oiseau (Saint-Martin-d'Hères – Grenoble)" in reason(first, "distance").words["fr"]
    assert suggest(matter, "alpha", radius=2).refusals and len(suggest(matter, "alpha", radius=4)) == 1
    assert len(suggest(matter, "alpha", to="200040715")) == 1 and not len(
        suggest(matter, "alpha", to="200041465")
    )


TOPICS: list[tuple[str, int | None, str, list[str]]] = [
    (
        "project/anr/ANR-10-RMNP-0001",
        2010,
        "anr-aapg",
        ["alpha", "acme"],
    ),  # the programme before the panel CE08
    ("project/anr/ANR-12-CE08-0002", 2012, "anr-aapg", ["beta", "acme"]),
    ("project/anr/ANR-14-CE08-0003", 2014, "anr-aapg", ["beta", "bolt"]),
    ("project/anr/ANR-14-CE23-0004", 2014, "anr-aapg", ["beta", "cork"]),
    ("project/x5", 2014, "cordis-h2020", ["beta", "dyne"]),  # of no known topic
]


def test_partners_in_common_are_no_reason_without_a_topic() -> None:
    report = suggest(small(TOPICS, titles=[]), "alpha")
    assert [named(one) for one in report] == ["bolt"]
    topic = reason(report.findings[0], "topic")
    assert (
        topic.words["fr"]
        == "Sujets : ALPHA et BOLT ont chacun des projets sur « Matériaux métalliques et inorganiques »."
    )
    assert (
        topic.words["en"]
        == "Topics: ALPHA and BOLT both have projects on “Metallic and inorganic materials”."
    )
    told = [(step.subject.id[-5:], step.object.id[-12:], step.year) for step in topic.path]
    assert told == [("alpha", "10-RMNP-0001", 2010), ("/bolt", "14-CE08-0003", 2014)]
    near = small(TOPICS, titles=[], places={"alpha": "38185", "dyne": "38421"})
    assert {named(one) for one in suggest(near, "alpha")} == {
        "bolt",
        "dyne",
    }  # a topic not known, the same département


def test_a_topic_of_any_vocabulary_has_a_name(example_reader: LocalReader) -> None:
    """Fields of i-Lab are of no vocabulary of ours, and stood in sentences as « field/ilab/… »."""
    matter = RegionView.of(example_reader)
    who, topics = Directory.of(matter), matter.frame("words")["concept"].to_list()
    assert any(topic.startswith("field/") and not topic.startswith("field/mesr/") for topic in topics)
    assert [topic for topic in topics if topic_name(topic, who)["fr"] == topic] == []


def test_topics_are_weighed_by_how_rare_they_are() -> None:
    rows: list[tuple[str, int, int, str | None]] = [
        ("project/anr/ANR-15-CE08-0001", node, 2015, None) for node in range(8)
    ]
    rows += [("project/anr/ANR-15-CE23-0002", node, 2015, None) for node in (0, 1)]
    rows += [("project/x", node, 2015, "field/ilab/wood") for node in (0, 9)]
    frame = pl.DataFrame(rows, schema=["interaction", "node", "year", "about"], orient="row")
    topics = Topics(frame, 10)
    alike = topics.alike(np.array([0, 0, 0, 2]), np.array([1, 2, 9, 9]))
    assert (
        alike[0] > alike[2] > alike[1] > alike[3] == 0.0
    )  # a rare topic brings nearer than one of everybody
    assert topics.common(0, 1) == ["anr/CE23", "anr/CE08"] and topics.common(2, 9) == []
    assert topics.has(np.array([8, 9])).tolist() == [False, True]


def test_a_scenario_with_a_new_project_no_longer_suggests_it() -> None:
    matter = small()
    inside = pl.concat(
        [
            matter.frame("participations"),
            matter.frame("participations")
            .filter(pl.col("actor") == "organization/alpha")
            .head(1)
            .with_columns(interaction=pl.lit("project/p3")),
        ]
    )
    assert not suggest(matter.with_frames("s", participations=inside), "alpha").findings
    assert len(suggest(matter, "alpha")) == 1


def test_quality_that_cannot_be_measured_is_said_and_gives_no_number() -> None:
    report = suggest(small(), "alpha")
    assert (
        report.notes[0]["fr"].startswith("Qualité non mesurée") and "il en faut 30" in report.notes[0]["fr"]
    )
    assert report.findings[0].strength is None


def test_an_unknown_actor_is_told_the_nearest_names() -> None:
    matter = small(labels={"alpha": "Laboratoire des matériaux", "acme": "Acme"})
    with pytest.raises(UnknownName) as told:
        suggest(matter, "laboratoire des materiau")
    assert [label for label, _ in told.value.nearest][:1] == ["Laboratoire des matériaux"]
    with pytest.raises(UnknownName, match="no actor, territory or request"):
        suggest(matter, "zzzz")
    assert Directory.of(matter).find("LABORATOIRE DES MATERIAUX") == "organization/alpha"
    assert (
        suggest(matter, "https://w3id.org/ancrage/id/organization/alpha").subject.label
        == "Laboratoire des matériaux"
    )


@pytest.mark.parametrize("bad", [{"count": 0}, {"radius": -1.0}, {"radius": float("nan")}])
def test_a_count_or_radius_that_reaches_nobody_is_an_error(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"asked for|reaches nobody"):
        suggest(small(), "alpha", **bad)


def test_a_territory_is_told_laboratories_for_its_companies() -> None:
    matter = small(places={"bolt": "07064", "alpha": "38185"})
    report = suggest(matter, "200041465")
    [first] = report.of("laboratory")
    assert (named(first), first.facts["company"]) == ("alpha", "organization/bolt")
    assert first.sentence["fr"].startswith("ALPHA pourrait travailler avec BOLT (Le Cheylard)")
    assert first.reasons[0].words["fr"] == "BOLT (Le Cheylard) est dans le territoire."
    assert first.scope == "territory"
    around = suggest(matter, "Valence Romans Agglo", radius=60)
    [other] = around.of("laboratory")
    assert other.facts["company_km"] == pytest.approx(38.3, abs=0.3)
    assert other.scope == "around" and "hors du territoire" in other.reasons[0].words["fr"]
    assert other.sentence["fr"].startswith(
        "Hors du territoire : ALPHA pourrait travailler avec BOLT (Le Cheylard, à 38 km de la commune la plus proche du"
    )
    nobody = suggest(small(), "CC Val Eyrieux")
    assert [one.kind for one in nobody.refusals] == [
        "laboratory",
        "programme",
        "school",
    ] and not nobody.findings


def test_names_in_sentences_have_what_french_adds_to_them() -> None:
    turned = {"bolt": "artelia"}
    matter = small(
        [(*project, [turned.get(one, one) for one in who]) for *project, who in PROJECTS],  # type: ignore[misc]
        {turned.get(one, one): kind for one, kind in KINDS.items()},
        units=[
            {"unit": f"organization/{one}", "label": one, "field": f"field/mesr/{field}"}
            for one, field in (("alpha", 4), ("beta", 4), ("gamma", 5))
        ],
        concepts=[{"concept": "field/mesr/4", "label": "Chimie", "english": "Chemistry"}],
        places={"alpha": "38185", "artelia": "07064"},
    )
    [first] = suggest(matter, "alpha").findings
    words = reason(first, "field").words
    assert "partenaire d'ARTELIA dont" in words["fr"] and "partner laboratory of ARTELIA" in words["en"]
    [other] = suggest(matter, "CC Val Eyrieux").of("laboratory")
    assert [step.relation["fr"] for step in reason(other, "place").path] == ["est située dans"]


def test_a_territory_without_companies_is_not_told_those_of_its_neighbour() -> None:
    matter = small(places={"bolt": "07064", "alpha": "38185"})
    report = suggest(matter, "Valence Romans Agglo")  # Le Cheylard is 38 km away
    assert not report.findings
    assert (
        "aucune entreprise connue par un projet n’est située dans le territoire"
        in report.refusals[0].words["fr"]
    )


def hiring(**more: Any) -> dict[str, Any]:
    return {
        "pool": "territory/bassin/8426",
        "occupation": "fap/B1",
        "family": "fap/B",
        "indicator": "indicator/hiring-plans-difficult",
        "year": 2024,
        "value": 50.0,
    } | more


def programme(name: str, school: str, place: str, label: str = "BTS bois") -> dict[str, Any]:
    return {
        "programme": f"programme/{name}",
        "label": label,
        "institution": f"organization/{school}",
        "place": f"territory/commune/{place}",
    }


TAUGHT: dict[str, Any] = {
    "preparations": [
        {"programme": f"programme/{name}", "family": "fap/B", "rule": "r", "evidence": "inferred"}
        for name in ("wood", "far", "remote")
    ],
    "concepts": [
        {"concept": "fap/B", "label": "Bâtiment", "english": "Building"},
        {"concept": "value-chain/timber", "label": "bois", "english": "timber"},
    ],
}


def test_a_school_of_the_territory_is_joined_to_what_its_employers_hire_with_difficulty() -> None:
    taught = [
        programme("wood", "uni", "26362"),
        programme("remote", "uni", "26362", "BTS bois Entierement en distanciel"),
        programme("far", "beta", "38185"),
    ]
    matter = small(programmes=taught, hirings=[hiring()], **TAUGHT)
    [first] = suggest(matter, "200068781").of("school")
    assert (named(first), first.facts["difficult_hiring_plans"]) == ("uni", 50.0)
    assert first.sentence["fr"] == (
        "UNI (Valence) pourrait placer ici les stagiaires et alternants de « BTS bois », qui prépare à une partie de la famille "
        "« Bâtiment » : 50 projets de recrutement dits difficiles dans toute la famille (bassin d'emploi : Bassin 26)."
    )
    secret = hiring(value=None, occupation="fap/B2")
    [first] = suggest(small(programmes=taught, hirings=[hiring(), secret], **TAUGHT), "200068781").of(
        "school"
    )
    assert "au moins 50 projets de recrutement dits difficiles" in first.sentence["fr"]
    assert first.evidence == {"documented": 1, "inferred": 1}
    assert not suggest(matter, "200040715").of("school")  # taught there, and hired elsewhere
    assert not suggest(small(programmes=taught[1:], hirings=[hiring()], **TAUGHT), "200068781").of("school")
    assert (
        "aucun lien daté"
        in next(one for one in suggest(matter, "200068781").refusals if one.kind == "programme").words["fr"]
    )


def test_who_was_supported_and_no_longer_is_is_told_to_the_authority_alone() -> None:
    kinds = KINDS | {"200068781": "local-authority", "222600017": "local-authority", "club": "association"}
    given = [
        ("interaction/g1", 2016, "authority-grants", ["200068781", "club"]),
        ("interaction/g2", 2017, "authority-grants", ["200068781", "club"]),
        ("interaction/g3", 2020, "authority-grants", ["200068781", "uni"]),
        (
            "interaction/g4",
            2016,
            "authority-grants",
            ["222600017", "gamma"],
        ),  # by the département, in the same town
    ]
    matter = small(
        [*PROJECTS, *given], kinds, labels={"200068781": "Valence Romans Agglo", "club": "Le Club"}
    )
    funders = ["organization/200068781", "organization/222600017"]
    role = pl.when(pl.col("actor").is_in(funders) & pl.col("interaction").str.starts_with("interaction/"))
    inside = matter.frame("participations").with_columns(
        role=role.then(pl.lit("actor-role/funder")).otherwise("role")
    )
    matter = matter.with_frames(participations=inside)
    [first] = suggest(matter, "200068781").of("grant")
    assert (named(first), first.facts) == ("club", {"last_year": 2017, "years": 2})
    assert first.sentence["fr"].startswith(
        "Valence Romans Agglo a soutenu Le Club 2 années, pour la dernière fois en 2017 ;"
    )
    assert "jusqu’en 2020" in first.sentence["fr"]
    assert not suggest(matter, "200040715").of("grant")
    funder = {"territory": ["territory/epci/200040715"], "authority": ["organization/200068781"]}
    other = matter.with_frames(
        authorities=pl.DataFrame(funder)
    )  # who governs is what a source says, not a number
    assert [named(one) for one in suggest(other, "200040715").of("grant")] == ["club"]
    assert not suggest(other, "200068781").of("grant")


def test_a_member_of_a_filiere_is_joined_to_the_nearest_one_that_does_something_else() -> None:
    def member(name: str, function: str, place: str) -> dict[str, Any]:
        path = name if "/" in name else f"organization/{name}"
        row = {"chain": "value-chain/timber", "member": path, "label": name.upper(), "evidence": "inferred"}
        return row | {"function": f"chain-function/{function}", "place": f"territory/commune/{place}"}

    world_of: dict[str, Any] = {"chains": [{"chain": "value-chain/timber", "chainLabel": "bois"}], **TAUGHT}
    members = [
        member("bolt", "produces", "38185"),
        member("gamma", "researches", "38421"),
        member("cork", "produces", "38421"),
    ]
    [first] = suggest(small(members=members, **world_of), "200040715").of("chain")
    assert (first.facts["member"], first.facts["other"]) == ("organization/bolt", "organization/gamma")
    assert first.sentence["fr"] == (
        "Filière « bois » : BOLT (Grenoble) produit dans la filière, et GAMMA (Saint-Martin-d'Hères, dans le territoire) fait de "
        "la recherche pour la filière ; aucun projet commun n’est connu."
    )
    met = [*members[:1], member("beta", "researches", "38421")]  # beta and bolt share p3
    assert not suggest(small(members=met, **world_of), "200040715").of("chain")
    assert not suggest(small(members=members, **world_of), "200041465").of("chain")


def test_who_is_of_a_departement_alone_is_suggested_there_after_those_of_a_commune() -> None:
    isere, communes = (
        "territory/department/38",
        [f"territory/commune/{code}" for code in ("38185", "38421", "26362")],
    )

    def member(name: str, function: str, place: str) -> dict[str, Any]:
        row = {"chain": "value-chain/timber", "member": f"organization/{name}", "label": name.upper()}
        return row | {"function": f"chain-function/{function}", "place": place, "evidence": "inferred"}

    members = [
        member("bolt", "produces", isere),
        member("alpha", "researches", communes[1]),
        member("dyne", "produces", communes[0]),
    ]
    chains = [{"chain": "value-chain/timber", "chainLabel": "bois"}]
    sites = [{"organization": "organization/bolt", "place": isere}]

    def told(place: str, members: list[dict[str, Any]], kind: str) -> list[str]:
        matter = small(members=members, chains=chains, institutions=sites, **TAUGHT)
        parts = pl.DataFrame({"place": communes, "territory": [isere] * 3})
        level = matter.frame("territories")["level"][0].rpartition("/")[0] + "/Department"
        named = pl.DataFrame({"territory": [isere], "level": [level], "label": ["Isère"]})
        matter = matter.with_frames(
            parts=pl.concat([matter.frame("parts"), parts], how="diagonal"),
            territories=pl.concat([matter.frame("territories"), named], how="diagonal"),
        )
        return [one.sentence["fr"] for one in suggest(matter, place, count=3).of(kind)]

    assert "DYNE (Grenoble)" in told("38", members, "chain")[0]
    assert "BOLT (Isère)" in told("38", members[:2], "chain")[0]
    assert not told("200040715", members[:2], "chain")
    for place in ("38", "200040715"):
        assert any("avec BOLT (Isère)" in one for one in told(place, [], "laboratory")) == (place == "38")


def test_a_labour_pool_is_shared_by_its_population() -> None:
    matter = small(hirings=[hiring(pool="territory/bassin/8438")])
    parts = matter.frame("parts")
    half = matter.with_frames(
        parts=parts.filter(
            (pl.col("place") != "territory/commune/38421") | ~pl.col("territory").str.contains("epci")
        )
    )
    ground = Gazetteer.of(half)
    demand, *_ = Demand.by_commune(half, ground, ground.territory("200040715")).values()
    assert demand.here("fap/B") == pytest.approx(50.0 * 157_000 / 195_000)
    assert demand.difficult("fap/B")["fr"].endswith("dans les 50 du bassin d'emploi de Bassin 38")


def test_a_school_is_set_beside_the_hirings_of_its_own_labour_pool() -> None:
    matter = small(hirings=[hiring(value=50.0), hiring(pool="territory/bassin/8438", value=7.0)])
    ground = Gazetteer.of(matter)
    region = Territory("region", "Région", "region", np.arange(len(ground)))
    found = Demand.by_commune(matter, ground, region)
    plans = {ground.ids[at]: one.plans["fap/B"] for at, one in found.items()}
    assert (plans["territory/commune/26362"], plans["territory/commune/38185"]) == (50.0, 7.0)


def test_two_territories_get_different_lists_and_each_item_names_an_actor_of_its_own() -> None:
    taught = [programme("wood", "uni", "26362"), programme("far", "beta", "38185")]
    both = [hiring(), hiring(pool="territory/bassin/8438")]
    matter = small(programmes=taught, hirings=both, places={"bolt": "38185", "cork": "26362"}, **TAUGHT)
    told = {code: suggest(matter, code) for code in ("200068781", "200040715")}
    sentences = {code: {one.sentence["fr"] for one in report} for code, report in told.items()}
    assert all(sentences.values()) and not sentences["200068781"] & sentences["200040715"]
    own = {"200068781": {"UNI", "CORK"}, "200040715": {"BETA", "BOLT"}}
    for code, found in sentences.items():
        assert all(any(name in one for name in own[code]) for one in found)


def test_a_request_is_told_offers_first_then_members_of_its_chain() -> None:
    request = {
        "announcement": "desk/request/tests",
        "class": "def/Request",
        "label": "Essais",
        "type": "interaction-type/testing-service",
        "territory": "territory/epci/200041465",
        "about": "value-chain/timber",
        "issuer": "organization/bolt",
        "evidence": "illustrative",
    }
    offer = request | {
        "announcement": "desk/offer/platform",
        "class": "def/Offer",
        "label": "Plateforme",
        "type": "interaction-type/platform-access",
        "issuer": "organization/uni",
        "mode": "attendance-mode/remote",
    }
    matter = small(
        illustrative=True,
        requests=[request, offer],
        chains=[{"chain": "value-chain/timber", "chainLabel": "bois"}],
        members=[
            {
                "chain": "value-chain/timber",
                "member": f"organization/{one}",
                "function": "chain-function/researches",
                "evidence": "inferred",
            }
            for one in ("alpha", "bolt")
        ],
        concepts=[
            {
                "concept": "interaction-type/testing-service",
                "label": "essais",
                "top": "interaction-type/platform-access",
            }
        ],
    )
    report = suggest(matter, "tests")
    assert [named(one) for one in report] == ["uni", "alpha"]  # bolt asks: it is not its own answer
    first = report.findings[0]
    assert (
        first.reasons[0].words["fr"]
        == "Offre : « Plateforme » (même famille d’interaction, même filière ou domaine, même territoire, à distance, "
        "illustratif)."
    )
    assert first.reasons[0].weight == 1.5 + 2.0 + 1.0 + 0.5
    assert first.evidence == {"illustrative": 2, "inferred": 1}
    assert [one.kind for one in report.refusals] == ["request"]
    answered = matter.with_frames(requests=matter.frame("requests").with_columns(led=pl.lit("project/p1")))
    assert [named(one) for one in suggest(answered, "desk/request/tests")] == ["uni"]  # alpha took part in p1
    assert suggest(matter, "Essais").subject == report.subject


def test_a_relay_on_the_way_and_an_offer_at_a_distance_are_reasons() -> None:
    relay = {
        "site": "site/branch",
        "kind": "branch",
        "label": "Antenne",
        "organization": "organization/x",
        "place": "territory/commune/07064",
        "evidence": "illustrative",
    }
    offer = {
        "announcement": "desk/offer/talk",
        "class": "def/Offer",
        "label": "Conférence",
        "mode": "attendance-mode/relayed",
        "issuer": "organization/alpha",
        "evidence": "illustrative",
    }
    [first] = suggest(
        small(
            illustrative=True, relays=[relay], requests=[offer], places={"alpha": "38185", "bolt": "07064"}
        ),
        "alpha",
    ).findings
    assert (
        "Antenne (antenne numérique, Le Cheylard) est sur le chemin, dans la commune de BOLT (illustratif)"
        in reason(first, "relay").words["fr"]
    )
    assert (
        reason(first, "mode").words["fr"]
        == "Modalité : ALPHA propose « Conférence » (en relais, illustratif)."
    )
    assert first.evidence["illustrative"] == 2
    assert not any(
        one.kind == "relay"
        for one in suggest(small(relays=[relay], places={"bolt": "07064"}), "alpha").findings[0].reasons
    )


def test_the_words_of_a_request_find_who_speaks_of_them() -> None:
    request = {
        "announcement": "desk/request/sound",
        "class": "def/Request",
        "label": "Demande de mesure acoustique",
        "issuer": "organization/bolt",
        "evidence": "declared",
    }
    titles = [{"interaction": "project/p1", "label": "Mesures acoustiques en atelier"}]
    titles += [{"interaction": f"project/x{n}", "label": f"Autre sujet {n}"} for n in range(20)]
    report = suggest(small(requests=[request], titles=titles), "sound")
    assert {named(one) for one in report} == {"alpha"}  # of those of the project, the academic one
    said = reason(report.findings[0], "text")
    assert "« acoustique »" in said.words["fr"] and "« mesure »" in said.words["fr"]
    assert "demande" not in said.words["fr"].split(":")[1].split(",")[0]
    assert said.path[0].object.id == "desk/request/sound" and said.path[0].evidence == "inferred"
    quiet = request | {"label": "Demande de stage"}
    assert not list(suggest(small(requests=[quiet], titles=titles), "sound"))  # words that any request has


def test_words_of_no_subject_tell_nothing() -> None:
    label = (
        "Bonjour, nous aimerions savoir qui appeler et que faire : notre commune est inquiète pour le moulin"
    )
    assert set(telling_words(label).values()) == {"inquiète", "moulin"}
