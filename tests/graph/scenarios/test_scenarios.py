"""Scenarios on a hand-made matter of three communes: what they change, why, and what they refuse."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from ancrage.graph.analysis.access import gaussian, great_circle
from ancrage.graph.findings.model import Question, Report
from ancrage.graph.indicators.computing import compute
from ancrage.graph.indicators.declaration import read_indicators
from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.names import UnknownName
from ancrage.graph.region.view import RegionView
from ancrage.graph.scenarios.assumptions import (
    CLASSES,
    LISTS,
    MODES,
    Assumption,
    Contradiction,
    Open,
    ScenarioError,
)
from ancrage.graph.scenarios.changes import apply, resolve
from ancrage.graph.scenarios.comparison import Comparison, compare
from ancrage.graph.scenarios.description import describe, read_back
from ancrage.graph.scenarios.figures import FORMER, figures_of
from ancrage.graph.scenarios.losses import without
from ancrage.graph.scenarios.reading import parse_assumption, read_assumption, read_scenario
from ancrage.graph.scenarios.values import Value
from ancrage.graph.scenarios.wording import assumption_text
from ancrage.queries.library import Library
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[3]
LEVEL = "https://w3id.org/ancrage/def/"
COMMUNE, EPCI = "territory/commune/2600", "territory/epci/20000000"
A, B, C = f"{COMMUNE}1", f"{COMMUNE}2", f"{COMMUNE}3"
ONE, TWO = f"{EPCI}1", f"{EPCI}2"


def table(columns: str, *rows: tuple[Any, ...], **types: Any) -> pl.DataFrame:
    names = columns.split()
    return pl.DataFrame(
        rows, schema={name: types.get(name, pl.String) for name in names}, orient="row", strict=False
    )


def frames() -> dict[str, pl.DataFrame]:
    """Alpha and Beta are 15.7 km apart in the first EPCI, Gamma 78.6 km east in the second."""
    number, year = pl.Float64, pl.Int64
    parts = [
        (place, territory)
        for place in (A, B, C)
        for territory in ("territory/region/84", "territory/department/26")
    ]
    parts += [(A, ONE), (B, ONE), (C, TWO), (A, "territory/bassin/8401"), (C, "territory/bassin/8401")]
    hirings = [
        ("territory/bassin/8401", "fap/B1", "fap/B", "indicator/hiring-plans", 2024, 120.0, None),
        ("territory/bassin/8401", "fap/B1", "fap/B", "indicator/hiring-plans-difficult", 2024, 60.0, None),
        (
            "territory/bassin/8401",
            "fap/B2",
            "fap/B",
            "indicator/hiring-plans",
            2024,
            None,
            "obs-status/suppressed",
        ),
    ]
    taught = [
        ("programme/eau", "Licence eau", "level/eqf6", "organization/u", "site/a", A, 30, None),
        ("programme/bois", "BTS bois", "level/eqf5", "organization/u", "site/a", A, None, None),
        ("programme/bois", "BTS bois", "level/eqf5", "organization/u", "site/c", C, None, None),
        ("programme/vieux", "Ancien", "level/eqf5", None, "site/a", A, None, 2019),
    ]
    programme = "programme label level field institution site place capacity start end evidence source"
    ties = "interaction actor type role place"
    return {
        "places": table(
            "place label lat long density rurality centrality year population status",
            (A, "Alpha", 45.0, 5.0, None, None, None, 2026, 1000.0, None),
            (B, "Beta", 45.0, 5.2, None, None, None, 2026, 500.0, None),
            (C, "Gamma", 45.0, 6.0, None, None, None, 2026, 200.0, None),
            lat=number,
            long=number,
            population=number,
            year=year,
        ),
        "parts": table("place territory", *parts),
        "territories": table(
            "territory level label",
            (ONE, f"{LEVEL}Intercommunality", "CC de l'Ouest"),
            (TWO, f"{LEVEL}Intercommunality", "CC de l'Est"),
            ("territory/department/26", f"{LEVEL}Department", "Drôme"),
            ("territory/region/84", f"{LEVEL}Region", "Région"),
            ("territory/bassin/8401", f"{LEVEL}LabourPool", "Bassin"),
        ),
        "former": table("former place"),
        "source-territories": table("source territory"),
        "programmes": table(
            programme,
            *(
                (name, label, level, None, owner, site, place, capacity, None, end, "documented", None)
                for name, label, level, owner, site, place, capacity, end in taught
            ),
            capacity=year,
            start=year,
            end=year,
        ),
        "units": table(
            "unit label place field start end evidence source",
            ("organization/lab", "Labo", C, None, None, None, "documented", None),
            start=year,
            end=year,
        ),
        "interactions": table(
            "interaction type year evidence source about",
            ("i/1", "interaction-type/t", 2020, "documented", None, None),
            ("i/2", "interaction-type/t", 2021, "declared", None, None),
            year=year,
        ),
        "participations": table(
            ties,
            ("i/1", "organization/firm", "actor-type/company", "actor-role/demand", A),
            ("i/1", "organization/relay", "actor-type/relay-organization", "actor-role/relay", B),
            ("i/2", "organization/relay", "actor-type/relay-organization", "actor-role/relay", B),
            ("i/2", "organization/lab", "actor-type/research-unit", "actor-role/supply", C),
        ),
        "members": table(
            "chain stage function member label place rule evidence",
            *(
                (
                    "value-chain/wood",
                    None,
                    "chain-function/trains",
                    "programme/bois",
                    "BTS bois",
                    place,
                    None,
                    "inferred",
                )
                for place in (A, C)
            ),
        ),
        "chains": table(
            "chain chainLabel stage stageLabel activity sector",
            ("value-chain/wood", "bois", None, None, None, None),
        ),
        "hirings": table(
            "pool occupation family indicator year value status", *hirings, year=year, value=number
        ).with_columns(low=pl.lit(None, number), high=pl.lit(None, number)),
        "jobs": table("zone sector year value status", year=year, value=number),
        "institutions": table("organization site place type start end", start=year, end=year),
        "seats": table("organization place evidence"),
        "students-on-site": table("organization place period value status evidence source", value=number),
        "students": table("place year value status evidence", year=year, value=number),
        "establishments": table("place sector year value status", year=year, value=number),
        "events": table(
            "event label from until place how mode evidence",
            *(
                (f"event/{n}", f"Conférence {n}", f"2025-0{n + 1}-15", None, A, "held", None, "documented")
                for n in range(5)
            ),
            ("event/4", "Conférence 4", "2025-05-15", None, B, "relayed", None, "documented"),
            ("event/9", "Conférence ancienne", "2024-03-01", "2024-03-02", A, "held", None, "documented"),
        ),
        "requests": table("announcement class label type territory about mode issuer created evidence led"),
        "relays": table(
            "site kind label organization place service serves evidence source",
            (
                "site/branch-c",
                "branch",
                "Antenne de Gamma",
                "organization/u",
                C,
                None,
                TWO,
                "illustrative",
                None,
            ),
            (
                "site/relay",
                "relay",
                "Bureau du relais",
                "organization/relay",
                B,
                None,
                "territory/department/26",
                "illustrative",
                None,
            ),
        ),
        "actors": table(
            "actor label short type country",
            ("organization/relay", "Le relais", None, "actor-type/relay-organization", None),
            ("organization/u", "Université", None, "actor-type/higher-education", None),
            ("organization/lab", "Labo", None, "actor-type/research-unit", None),
        ),
        "platforms": table(
            "platform label organization place evidence source",
            ("platform/p", "Plateforme", None, A, "documented", None),
        ),
        "preparations": table(
            "programme family rule evidence", ("programme/bois", "fap/B", None, "inferred")
        ),
    }


@pytest.fixture
def matter() -> RegionView:
    return RegionView(None, (), "20260101T000000Z-00000000", frames=frames())


def compared(matter: RegionView, *lines: str, territories: list[str] | None = None) -> Comparison:
    made = {"name": "essai", "label": "Essai", "assumptions": list(lines)}
    quick = [one for one in figures_of(matter) if not one.startswith("gaps")]
    return compare(matter, read_scenario(made), territories, quick)


def pair(comparison: Comparison, territory: str, figure: str) -> Any:
    """Give a figure before and after."""
    found = comparison.of(territory, figure)
    return found.before.value, found.after.value


def test_a_branch_that_opens_is_near_its_commune_and_the_next(matter: RegionView) -> None:
    found = compared(matter, "open-branch Beta 'Antenne de Beta'", territories=["CC de l'Ouest", "region/84"])
    assert pair(found, ONE, "branches") == (0, 1)
    assert pair(found, ONE, "reach-branch") == (0, 100)
    assert pair(found, "Région", "reach-branch") == (pytest.approx(100 * 200 / 1700), 100)
    # all of the West shares one branch with weight exp(−½ (3 d / 50)²), d the 15.7 km between Alpha and Beta or 0
    weight = gaussian(50.0)(np.array([great_circle([(45.0, 5.0)], [(45.0, 5.2)])[0, 0]]))[0]
    ratio = 1 / (500 + 1000 * weight)
    west = (500 + 1000 * weight) * ratio / 1500
    assert pair(found, ONE, "access-branch-supply") == (0, pytest.approx(1e5 * west))
    assert pair(found, ONE, "access-branch") == (0, pytest.approx(100 * west / (2 / 1700)))
    assert found.of(ONE, "branches").after.evidence == {"simulated": 1}
    told = found.of(ONE, "reach-branch").sentence
    assert told["fr"].replace("\u202f", " ") == (
        "Avec l'ouverture de l'antenne « Antenne de Beta » à Beta, « CC de l'Ouest » compte 1 500 habitants de plus à "
        "moins de 30 km d'une antenne numérique connue : 1 500 au lieu de 0."
    )
    assert "1,500 more inhabitants" in told["en"]
    assert {one.id for one in found.touched} == {ONE, "territory/department/26", "territory/region/84"}
    assert not found.of(ONE, "programmes").changed
    assert found.of(ONE, "programmes").sentence["fr"] == (
        "CC de l'Ouest, formations du supérieur enseignées : 2, sans changement."
    )
    assert found.of(ONE, "programmes").finding().question == Question(
        "computed-indicators-of-territory", {"territory": "epci/200000001"}
    )
    assert found.of(ONE, "access-branch-supply").finding().question is None


def test_what_a_graph_knows_nothing_of_starts_from_missing_and_what_it_knows_ends_at_zero(
    matter: RegionView,
) -> None:
    nothing = matter.with_frames(relays=matter.frame("relays").clear(), actors=matter.frame("actors").clear())
    found = compared(nothing, "open-branch Beta Antenne", territories=["CC de l'Ouest"])
    assert pair(found, ONE, "branches") == (None, 1)  # as the indicator says: missing, not zero
    assert found.of("CC de l'Ouest", "branches").before.status == "missing"
    assert pair(found, ONE, "reach-branch")[0] is None
    assert TWO not in {one.id for one in found.touched}  # unknown there before, none known there after
    assert any("ne connaît aucune antenne" in note["fr"] for note in found.notes)
    lone = matter.with_frames(relays=matter.frame("relays").filter(kind="branch"))
    closed = compared(lone, "close-branch branch-c", territories=["200000002"])
    assert pair(closed, TWO, "branches") == (1, 0)
    assert pair(closed, TWO, "reach-branch") == (100, 0)


def test_illustrative_facts_are_said_and_counted() -> None:
    invented = RegionView(None, (), "20260101T000000Z-00000000", frames=frames(), illustrative=True)
    found = compared(invented, "open-branch Beta Antenne", territories=["26"])
    assert found.of("Drôme", "branches").after.evidence == {"illustrative": 1, "simulated": 1}
    assert any("inventés" in note["fr"] for note in found.notes)


def test_each_difference_is_shared_among_the_assumptions_in_their_order(matter: RegionView) -> None:
    lines = ("open-branch Beta 'Antenne de Beta'", "close-branch branch-c", "open-platform Beta 'Autre'")
    found = compared(matter, *lines, territories=["26"])
    near = found.of("Drôme", "reach-branch")
    before, west = (100 * n / 1700 for n in (200, 1500))
    assert [near.before.value, near.after.value] == pytest.approx([before, west])
    assert [one.assumption.name for one in near.effects] == ["open-branch", "close-branch"]
    assert [one.difference for one in near.effects] == pytest.approx([west, -before])
    told = near.sentence["fr"].replace("\u202f", " ")
    assert "(+88,2 points) et la fermeture de l'antenne « Antenne de Gamma » (−11,8 points)" in told
    for one in found:
        if one.difference is not None and None not in [effect.difference for effect in one.effects]:
            assert sum(effect.difference or 0 for effect in one.effects) == pytest.approx(one.difference)
    back = compared(matter, *reversed(lines), territories=["26"])
    assert pair(back, "Drôme", "reach-branch") == pytest.approx((before, west))


def test_the_matter_given_stays_as_it_is(matter: RegionView) -> None:
    before = frames()
    compared(
        matter,
        "merge-epci 200000001,200000002 Tout",
        "close-relay relay",
        "close-programme bois",
        "move-platform p Gamma",
    )
    for name, frame in before.items():
        assert matter.frame(name).equals(frame), name
    assert matter.scenario is None


def test_a_merger_counts_what_both_have_once(matter: RegionView) -> None:
    found = compared(matter, "merge-epci 200000001,200000002 'CC réunie'", territories=["CC de l'Est"])
    new = found.named[0].label
    assert new == "CC réunie"
    one = found.of(new, "programmes")
    assert (one.before.value, one.after.value, one.effects) == (2, 2, ())
    assert [(thing.label, value.value) for thing, value in one.parts] == [
        ("CC de l'Ouest", 2),
        ("CC de l'Est", 1),
    ]
    assert one.sentence["fr"] == (
        "Formations du supérieur enseignées : CC de l'Ouest (2) et CC de l'Est (1), ensemble dans « CC réunie » : 2."
    )
    assert any("CC de l'Est fait partie de « CC réunie »" in note["fr"] for note in found.notes)
    after = apply(matter, found.scenario)
    assert [place.label for place in Gazetteer.of(after).territories("epci")] == ["CC réunie"]
    assert after.frame("relays").filter(pl.col("kind") == "branch")["serves"].to_list() == [found.named[0].id]


def test_a_programme_offered_elsewhere_is_followed_there_and_not_taught(matter: RegionView) -> None:
    found = compared(matter, "offer-programme eau branch-c mode=remote", territories=["200000002"])
    assert pair(found, TWO, "programmes") == (1, 1)
    assert pair(found, TWO, "programmes-followed") == (1, 2)
    assert pair(found, TWO, "capacities") == (
        None,
        None,
    )  # bois has no known places there, and eau is followed there
    closed = compared(matter, "open-branch Beta Antenne", "offer-programme eau Beta", territories=["26"])
    before, after = pair(closed, "Drôme", "access-programme-supply")
    assert after > before  # one that is followed from a branch is within reach there
    assert pair(closed, "Drôme", "programmes") == (2, 2)


def test_events_are_followed_where_they_are_shared(matter: RegionView) -> None:
    found = compared(matter, "share-events 200000001 branch-c", territories=["200000002", "26"])
    assert pair(found, TWO, "events-followed") == (0, 5)
    assert found.of(TWO, "events-followed").after.evidence == {"simulated": 5}
    assert pair(found, "Drôme", "events-followed") == (5, 5)  # each counts once
    assert {one.figure.id for one in found.changed()} == {"events-followed"}
    with pytest.raises(
        ScenarioError, match="knows no public event of the year held in the territory “CC de l'Est”"
    ):
        compared(matter, "share-events 200000002 Alpha")
    with pytest.raises(Contradiction, match=r"already \(CC de l'Ouest\)"):
        compared(matter, "share-events 200000001 branch-c", "share-events 200000001 Beta,branch-c")


def test_where_no_agenda_is_read_what_is_shared_is_the_least_there_is(matter: RegionView) -> None:
    few = matter.frame("events").filter(pl.col("event") != "event/0")
    found = compared(
        matter.with_frames(events=few), "share-events 200000001 branch-c", territories=["200000002"]
    )
    assert pair(found, TWO, "events-followed") == (None, 4)
    assert found.of(TWO, "events-followed").before.status == "missing"
    assert any("the least that there would be" in note["en"] for note in found.notes)
    known = compared(matter, "share-events 200000001 branch-c", territories=["200000002"])
    assert not any("the least that there would be" in note["en"] for note in known.notes)


def test_housing_changes_no_figure_and_says_where_it_counts(matter: RegionView) -> None:
    found = compared(matter, "house-interns 26", territories=["26"])
    assert not found.changed()
    assert any("beds" in note["en"] for note in found.notes)
    with pytest.raises(Contradiction, match=r"already \(Drôme\)"):
        compared(matter, "house-interns 26", "house-interns Drôme")


def test_a_programme_that_closes_leaves_its_filiere_and_its_families(matter: RegionView) -> None:
    after = apply(
        matter, read_scenario({"name": "x", "label": "x", "assumptions": ["close-programme bois at=Alpha"]})
    )
    assert after.frame("members")["place"].to_list() == [C]
    assert after.frame("preparations").height == 1
    assert after.frame("programmes").filter(pl.col("programme") == "programme/bois")["place"].to_list() == [C]
    gone = apply(matter, read_scenario({"name": "x", "label": "x", "assumptions": ["close-programme bois"]}))
    assert gone.frame("members").is_empty() and gone.frame("preparations").is_empty()
    line = "open-programme Beta 'Licence bois' level=eqf6 capacity=12 families=B chain=wood organization=u"
    found = compared(matter, line, territories=["200000001"])
    changed = {one.figure.id: one.difference for one in found.changed() if one.territory.id == ONE}
    # nothing else but what follows from a programme in Beta: places, level, filière, families, access
    assert changed["programmes"] == changed["programmes-level-6"] == changed["programmes-followed"] == 1
    assert (changed["capacities"], changed["chain-members-trains"]) == (12, 1)
    assert set(changed) == {
        "programmes", "programmes-level-6", "programmes-followed", "programmes-by-family",
        "capacities", "chain-members", "chain-members-trains", "teaching-sites", "distance-to-programme",
        "access-programme", "access-programme-supply",
    }  # fmt: skip


def test_a_programme_moves_from_one_place_with_its_membership(matter: RegionView) -> None:
    found = compared(matter, "move-programme bois Beta at=Gamma", territories=["200000002"])
    assert pair(found, TWO, "programmes") == (1, 0)
    assert pair(found, TWO, "chain-members-trains") == (1, 0)
    with pytest.raises(ScenarioError, match=r"several places, Alpha .*, Gamma"):
        compared(matter, "move-programme bois Beta")


def test_without_a_relay_the_west_is_cut_off(matter: RegionView) -> None:
    report = without(matter, ["Le relais"])
    assert isinstance(report, Report)
    [loss] = report
    # West reaches the laboratory only through the relay, which is there and serves both; East has it at home
    assert dict(loss.facts) == {"before": 2, "after": 1, "lost": 0.5, "cut": 1, "isolated": 1}
    assert loss.sentence["fr"] == (
        "Sans Le relais, 1 EPCI de « Région » ne serait plus relié à aucun laboratoire ni établissement connu, faute d'un "
        "autre lien : CC de l'Ouest."
    )
    found = compared(matter, "close-relay relay", territories=["200000001"])
    assert [one.sentence for one in found.losses] == [loss.sentence]
    assert found.report().findings[0].kind == "loss"
    assert pair(found, ONE, "academic-reach") == (1, 0)
    assert pair(found, ONE, "academic-reach-by-relays-alone") == (100, None)
    assert pair(found, ONE, "interactions-relayed") == (2, 0)
    assert pair(found, ONE, "brokered-pairs") == (1, 0)  # firm – relay – laboratory
    with pytest.raises(UnknownName, match="Le relais"):
        without(matter, ["Le relai"])
    with pytest.raises(ScenarioError):
        without(matter, [])


def test_being_in_one_place_joins_nobody() -> None:
    """A laboratory of Beta and a firm of Alpha that never met: the firm's partner in Gamma does not reach it."""
    made = frames()
    ties = [
        ("i/1", "organization/firm", "actor-type/company", "r", A),
        ("i/1", "organization/other", "actor-type/company", "r", C),
        ("i/2", "organization/lab", "actor-type/research-unit", "r", B),
    ]
    made["participations"] = table("interaction actor type role place", *ties)
    found = compared(
        RegionView(None, (), "20260101T000000Z", frames=made), "close-relay relay", territories=[TWO]
    )
    assert pair(found, TWO, "academic-reach") == (0, 0)


@pytest.mark.parametrize(
    ("line", "french", "english"),
    [
        (
            "merge-epci 200000001,200000002 'CC réunie'",
            "la fusion de la CC de l'Ouest et de la CC de l'Est en « CC réunie »",
            "the merger of CC de l'Ouest and CC de l'Est into “CC réunie”",
        ),
        (
            "move-branch branch-c Alpha",
            "le déménagement de l'antenne « Antenne de Gamma » au Teil",
            "moving the branch “Antenne de Gamma” to Le Teil",
        ),
        (
            "close-branch branch-c at=Gamma",
            "la fermeture de l'antenne « Antenne de Gamma » aux Vans",
            "closing the branch “Antenne de Gamma” in Les Vans",
        ),
    ],
)
def test_names_keep_their_articles_in_the_words_of_an_assumption(
    matter: RegionView, line: str, french: str, english: str
) -> None:
    places = matter.frame("places").with_columns(
        pl.col("label").replace({"Alpha": "Le Teil", "Gamma": "Les Vans"})
    )
    made = resolve(matter, read_scenario({"name": "x", "label": "x", "assumptions": [line]}))
    told = assumption_text(made.assumptions[0], matter.with_frames(places=places))
    assert (told["fr"], told["en"]) == (french, english)


def test_an_unknown_population_makes_a_figure_missing(matter: RegionView) -> None:
    unknown = pl.when(pl.col("place") == A).then(None).otherwise("population").alias("population")
    other = matter.with_frames(places=matter.frame("places").with_columns(unknown))
    found = compared(other, "open-branch Beta Antenne", territories=["200000001", "200000002"])
    assert found.of(ONE, "population").before == Value(None, "missing")
    assert found.of(ONE, "population").sentence["fr"] == "CC de l'Ouest, population : valeur non connue."
    assert pair(found, ONE, "reach-programme") == (None, None)
    assert pair(found, TWO, "population") == (200, 200)


def test_every_indicator_is_compared_with_the_values_of_the_cube(matter: RegionView) -> None:
    """Before a scenario, each figure is what the indicators' own computation gives; communes too, where they are named."""
    found = compared(matter, "open-platform Beta Banc", territories=[ONE, "26001", "region/84"])
    rows = compute(matter, read_indicators()[0]).filter(pl.col("by").is_null())
    told = {
        (name, place): value
        for name, place, value in rows.select("indicator", "territory", "value").iter_rows()
    }
    looked = [one for one in found if not one.figure.of_scenarios and one.figure.id != "platforms"]
    assert len({one.figure.id for one in looked}) >= 45
    for one in looked:
        assert one.before.value == told.get((one.figure.id, one.territory.id)), one.figure.id
        assert not one.changed
    assert pair(found, ONE, "platforms") == (1, 2)


def test_a_merger_counts_no_intercommunality_too_many(matter: RegionView) -> None:
    """The firm of the West and the laboratory of the East met through the relay: one partner each, none once merged."""
    found = compared(matter, "merge-epci 200000001,200000002 'CC réunie'", territories=["26"])
    new = found.named[-1].label
    assert pair(found, "Drôme", "partner-intercommunalities") == (None, None)  # it has every one: no other
    assert [value.value for _, value in found.of(new, "partner-intercommunalities").parts] == [1, 1]
    assert found.of(new, "partner-intercommunalities").after.value == 0


def test_figures_are_known_by_their_former_names(matter: RegionView) -> None:
    known = figures_of(matter)
    assert set(FORMER.values()) <= set(known)
    scenario = read_scenario({"name": "x", "label": "x", "assumptions": ["open-branch Beta Antenne"]})
    found = compare(matter, scenario, ["200000001"], ["near-branch", "near-branch-share"])
    assert {one.figure.id for one in found} == {"reach-branch"}
    with pytest.raises(ScenarioError, match="“nothing” is no figure"):
        compare(matter, scenario, None, ["nothing"])


def test_every_figure_names_a_question_and_methods_that_there_are(matter: RegionView) -> None:
    from ancrage.graph import analysis

    known = figures_of(matter)
    assert len(known) >= 60
    assert "computed-indicators-of-territory" in Library()
    assert {one.id for one in known.values() if one.of_scenarios} == {
        "programmes-followed", "events-followed", "access-programme-supply", "access-branch-supply",
        *(f"gaps-{kind}" for kind in ("demand", "tie", "link", "access", "data")),
    }  # fmt: skip
    for one in known.values():
        assert set(one.label) == set(one.measure) == {"fr", "en"}
        assert all(hasattr(analysis, method) for method in one.methods), one.id


UNKNOWN = {
    "close-branch branche-c": "did you mean",
    "close-programme 'Licence eaux'": "Licence eau",
    "move-branch branch-c Alfa": "Alpha",
    "open-branch Alfa Antenne": "commune “Alfa”; did you mean Alpha",
    "merge-epci 200000001,200000003 X": "200000003",
    "open-branch Alpha A organization=universit": "Université",
    "open-programme Alpha A chain=woods": "bois",
    "offer-programme eau branch-d": "branch-c",
    "share-events 26 branch-d": "branch-c",
    "share-events 200000003 Beta": "200000003",
    "house-interns Westt": "Westt",
    "close-relay nul": "relay “nul”",
}
SENSELESS = {
    "merge-epci 200000001 X": "alone does not merge",
    "merge-epci 200000001,200000001 X": "named twice",
    "merge-epci 26,200000001 X": "no inter-municipal area",
    "move-branch branch-c Gamma": "in Gamma already",
    "open-branch Alpha A id=branch-c": "exists already",
    "close-branch branch-c at=Alpha": "not in Alpha",
    "close-programme vieux": "closed already, since 2019",
    "offer-programme eau Alpha": "can be followed in Alpha already",
    "open-branch Alpha": "lacks a label",
    "paint-branch x": "no assumption",
    "close-branch": "lacks what it is about",
    "open-programme Alpha X capacity=-1": "whole number",
    "open-platform Alpha X services=a": "no field “services”",
    "offer-programme eau Beta mode=postal": "hybrid, remote, relayed",
    "close-branch 'x": "not closed",
    "close-branch a b": "one word too many",
    "close-branch a node=b": "twice",
    "open-programme Alpha X level=9": "no code",
}
CONTRADICTORY = [
    ("close-branch branch-c", "close-branch 'Antenne de Gamma'"),
    ("close-branch branch-c", "move-branch branch-c Alpha"),
    ("move-branch branch-c Alpha", "close-branch branch-c"),
    ("open-branch Alpha A", "open-branch Alpha A"),
    ("open-branch Alpha A", "close-branch A"),
    ("close-programme bois at=Alpha", "close-programme bois"),
    ("close-programme eau", "offer-programme eau Gamma"),
    ("offer-programme eau branch-c", "close-branch branch-c"),
    ("offer-programme eau Gamma", "offer-programme eau Gamma"),
    ("merge-epci 200000001,200000002 X", "merge-epci 200000001,200000002 Y"),
]


@pytest.mark.parametrize(("line", "message"), UNKNOWN.items())
def test_what_nobody_knows_is_told_with_the_nearest(matter: RegionView, line: str, message: str) -> None:
    with pytest.raises(UnknownName, match=message):
        compared(matter, line)


@pytest.mark.parametrize(("line", "message"), SENSELESS.items())
def test_what_makes_no_sense_is_refused_in_two_languages(matter: RegionView, line: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message) as caught:
        compared(matter, line)
    assert caught.value.message["en"] == str(caught.value)
    assert caught.value.message["fr"] != caught.value.message["en"]


@pytest.mark.parametrize(("first", "second"), CONTRADICTORY)
def test_assumptions_that_contradict_one_another_are_both_named(
    matter: RegionView, first: str, second: str
) -> None:
    with pytest.raises(Contradiction) as caught:
        compared(matter, first, second)
    assert caught.value.first == parse_assumption(first)
    assert caught.value.second == parse_assumption(second)
    assert caught.value.first.to_line() in str(caught.value)


def test_two_sites_of_a_programme_close_one_by_one(matter: RegionView) -> None:
    found = compared(
        matter, "close-programme bois at=Alpha", "close-programme bois at=Gamma", territories=["26"]
    )
    assert pair(found, "Drôme", "programmes") == (2, 1)


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"name": "Essai", "label": "x", "assumptions": ["close-branch a"]},
        {"name": "essai", "label": " ", "assumptions": ["close-branch a"]},
        {"name": "essai", "label": "x", "assumptions": []},
        {"name": "essai", "label": "x", "assumptions": "close-branch a"},
        {"name": "essai", "label": "x", "colour": "red", "assumptions": ["close-branch a"]},
        {"name": "essai", "label": "x", "assumptions": [{"assumption": "close-branch", "node": 3}]},
        {
            "name": "essai",
            "label": "x",
            "assumptions": [{"assumption": "merge-epci", "territories": [1], "label": "x"}],
        },
    ],
)
def test_a_scenario_that_is_badly_written_is_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError):
        read_scenario(table)


def test_a_scenario_is_read_from_toml_and_json(tmp_path: Path) -> None:
    made = read_scenario(
        {"name": "x", "label": "X", "assumptions": ["close-branch a", "open-relay Die R serves=26,07"]}
    )
    (tmp_path / "a.json").write_text(json.dumps(made.to_dict()), encoding="utf-8")
    text = 'name = "x"\nlabel = "X"\nassumptions = ["close-branch a", "open-relay Die R serves=26,07"]\n'
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    assert read_scenario(tmp_path / "a.json") == read_scenario(tmp_path / "a.toml") == made
    (tmp_path / "b.toml").write_text("name = ", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"b\.toml cannot be read"):
        read_scenario(tmp_path / "b.toml")


WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(str.strip)
CODES = st.from_regex("[a-z0-9]{1,8}", fullmatch=True)
FIELDS = {
    "capacity": st.integers(0, 9999),
    "mode": st.sampled_from(MODES),
    **dict.fromkeys(sorted(LISTS), st.lists(CODES, min_size=1, max_size=3).map(tuple)),
}
ONLY = {"branch": {"serves", "services", "organization"}, "relay": {"serves"}, "platform": {"organization"}}


@st.composite
def assumptions(draw: st.DrawFn) -> Assumption:
    name = draw(st.sampled_from(sorted(CLASSES)))
    kind, thing = CLASSES[name], name.partition("-")[2]
    made: dict[str, Any] = {"kind": thing} if "kind" in {one.name for one in fields(kind)} else {}
    for one in fields(kind):
        optional = one.name not in kind.positional
        fits = kind is not Open or thing == "programme" or one.name in ONLY[thing] | {"id", "place", "label"}
        fits = fits and not (kind is Open and thing == "programme" and one.name in ("serves", "services"))
        if one.name != "kind" and fits and not (optional and draw(st.booleans())):
            made[one.name] = draw(FIELDS.get(one.name, WORDS))
    found: Assumption = kind(**made)
    return found


@given(assumptions())
def test_an_assumption_is_read_as_it_is_written(assumption: Assumption) -> None:
    assert parse_assumption(assumption.to_line()) == assumption
    assert read_assumption(assumption.to_dict()) == assumption


def test_a_resolved_scenario_comes_back_from_its_triples(matter: RegionView) -> None:
    lines = [
        "open-programme Beta 'Licence bois' level=eqf6 capacity=12 families=B chain=wood organization=u",
        "open-branch Beta Antenne serves=26,200000002 services=video-room,tutoring organization=u",
        "open-relay Beta Relais serves=26",
        "open-platform Beta Banc organization=u",
        "offer-programme eau Beta,branch-c mode=relayed",
        "close-programme bois at=Alpha",
        "move-platform p Gamma",
        "share-events 26 branch-c,Beta mode=remote",
        "house-interns 200000001",
        "merge-epci 200000002,200000001 Tout",
    ]
    scenario = resolve(
        matter, read_scenario({"name": "tout", "label": "Tout", "label_en": "All", "assumptions": lines})
    )
    assert read_back(describe(scenario)) == [scenario]
    assert resolve(matter, scenario) == scenario
    assert apply(matter, scenario).scenario == "tout"


def test_the_example_scenario_names_what_the_illustrative_data_have() -> None:
    [path] = (ROOT / "examples" / "scenarios").glob("*.toml")
    scenario = read_scenario(path)
    assert scenario.label.startswith("[Exemple]") and scenario.label_en.startswith("[Example]")
    sites = pl.read_csv(ROOT / "examples" / "illustrative" / "sites.csv", infer_schema=False)
    opened, closed = scenario.assumptions
    assert isinstance(opened, Open) and opened.place == "26113"
    assert getattr(closed, "node", None) in sites["id"].to_list()
