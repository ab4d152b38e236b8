"""The finder on small frames: stems, places and what contains them, order, counts, what is invented."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from ancrage.api.search.asking import Search
from ancrage.api.search.understanding import meanings
from ancrage.graph.finder.columns import names_of
from ancrage.graph.finder.documents import documents
from ancrage.graph.finder.finding import Finder, SearchRequest
from ancrage.graph.finder.index import write
from ancrage.graph.finder.occupations import Trades
from ancrage.graph.region.text import stems
from ancrage.graph.region.view import RegionView
from ancrage.ontology.vocabulary import ANC

TEXT = pl.String
UNIT, COMPANY, TOWN, EPCI, REGION = (
    "organization/u",
    "organization/c",
    "territory/commune/1",
    "territory/epci/1",
    "territory/region/9",
)
PROJECT, MADE_UP = "project/p", "interaction/x"
HIRED = pl.DataFrame(
    [
        ("fap/T2A60", "Aides à domicile et auxiliaires de vie", 2024, 900, 1),
        ("fap/D1X33", "Soudeurs", 2024, 40, 0),
    ],
    schema=["path", "label", "year", "plans", "pools"],
    orient="row",
)
TRADES = Trades(["charpentes", "charpentier", "soudage", "soudeur"], HIRED, {"bucheronn": ["forêts"]})


def frame(columns: str, *rows: tuple[object, ...]) -> pl.DataFrame:
    names = columns.split()
    numbers = ("lat", "long")
    schema = {name: pl.Float64 if name in numbers else TEXT for name in names}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def frames(*, invented: bool = False) -> dict[str, pl.DataFrame]:
    happenings: list[tuple[object, ...]] = [
        (PROJECT, "Charpentes légères", "interaction-type/joint", None, "documented")
    ]
    if invented:
        happenings.append((MADE_UP, "Stage inventé", "interaction-type/joint", TOWN, None))
    return {
        "communes": frame(
            "place label lat long", (TOWN, "Vienne", 45.5, 4.9), ("territory/commune/2", "Bois", None, None)
        ),
        "territories": frame("territory level label", (EPCI, "x", "Vienne"), (REGION, "x", "Région")),
        "wholes": frame("part whole", (TOWN, EPCI), (EPCI, REGION), (REGION, EPCI)),
        "words": frame(
            "concept label english",
            ("field/f", "énergies marines", "marine energy"),
            ("naf/1623Z", "Menuiseries", None),
        ),
        "concepts": frame(
            "concept label english top",
            ("interaction-type/joint", "laboratoire commun", "joint lab", "interaction-type/research"),
            ("interaction-type/research", "recherche", "research", None),
        ),
        "codes": frame("actor code", (UNIT, "0990001A")),
        "actors": frame(
            "actor label short type country",
            (UNIT, "Laboratoire des forêts", "LF", "actor-type/research-unit", None),
            (COMPANY, "Charpentes SA", None, "actor-type/company", None),
        ),
        "units": frame(
            "unit label place field start end evidence source",
            (UNIT, "Laboratoire des forêts", TOWN, "field/f", None, None, "declared", None),
        ),
        "institutions": frame("organization label type site place start end evidence source"),
        "participations": frame(
            "interaction actor type role place",
            (PROJECT, UNIT, None, None, None),
            (PROJECT, COMPANY, None, None, TOWN),
        ),
        "interactions": frame(
            "interaction type year evidence source about",
            (PROJECT, "interaction-type/joint", None, "documented", None, "value-chain/bois"),
        ),
        "titles": frame("interaction label", (PROJECT, "Charpentes légères")),
        "happenings": frame("interaction label type place evidence", *happenings),
        "members": frame(
            "chain stage function member label place rule evidence",
            ("value-chain/bois", None, "f", COMPANY, None, TOWN, None, None),
        ),
        "chains": frame(
            "chain chainLabel stage stageLabel activity sector",
            ("value-chain/bois", "bois-construction", "s", "sciage", None, None),
        ),
        "programmes": frame(
            "programme label level field institution site place capacity start end evidence source",
            ("programme/1", "BTS Forets", None, None, UNIT, None, TOWN, None, None, None, None, None),
        ),
        "preparations": frame("programme family rule evidence"),
        "instruments": frame(
            "thing class label operator place evidence",
            *(
                ("scheme/v", f"{ANC}SupportScheme", "Cités d'avenir", COMPANY, place, "documented")
                for place in (TOWN, EPCI)
            ),
            ("strategy/p", f"{ANC}StrategyDocument", "Projet de demain", None, REGION, None),
        ),
        "supervisions": frame("unit institution relation"),
        "records": frame("record body rule confidence evidence label source"),
        "activities": frame("actor activity", (COMPANY, "naf/1623Z")),
        "statuses": frame("thing evidence"),
    }


def matter(*, invented: bool = False) -> RegionView:
    return RegionView(None, (), "s", frames=frames(invented=invented))


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    folder = tmp_path_factory.mktemp("finder") / "finder"
    everything = matter(invented=True)
    write(documents(matter(), everything), names_of(everything), TRADES, folder)
    return Finder(folder)


def paths(finder: Finder, text: str = "", illustrative: bool = False, **chosen: list[str]) -> list[str]:
    found = finder.find(SearchRequest(text, chosen, illustrative))
    return [str(one["path"]) for one in finder.rows(found.rows)]


def test_endings_accents_and_short_words_do_not_count(finder: Finder) -> None:
    for text in ("forêts", "foret", "FORÊT", "le laboratoire de la forêt"):
        assert UNIT in paths(finder, text), text
    assert set(paths(finder, "forêt")) == {UNIT, "programme/1", PROJECT}


def test_schemes_and_strategies_are_found_by_their_names_and_where_they_serve(finder: Finder) -> None:
    assert paths(finder, "cité avenir") == ["scheme/v"]
    assert paths(finder, kind=["strategies"]) == ["strategy/p"]
    assert paths(finder, places=[TOWN], kind=["dispositifs", "strategies"]) == ["scheme/v"]
    [scheme] = finder.rows(finder.find(SearchRequest("cité avenir")).rows)
    assert (scheme["detail"], scheme["lat"], scheme["evidence"]) == (COMPANY, None, "documented")
    [region] = finder.rows(finder.find(SearchRequest("région", {"kind": ["territoires"]})).rows)
    assert (
        region["ties"] == 5
    )  # the unit, the company, the project, the programme and the filière, not what serves it


def test_fields_places_chains_and_titles_are_texts_too(finder: Finder) -> None:
    assert paths(finder, "énergie marine") == [UNIT]
    assert paths(finder, "marine energy") == [UNIT]
    assert set(paths(finder, "charpente")) == {UNIT, COMPANY, PROJECT, "scheme/v"}  # which the company runs
    assert COMPANY in paths(finder, "bois")
    assert UNIT in paths(finder, "vienne")


def test_subjects_of_projects_are_words_about_a_unit_and_no_fields_of_it(tmp_path: Path) -> None:
    about = [(PROJECT, "interaction-type/joint", None, "documented", None, "field/ilab/tic")]
    finder = laid(
        tmp_path,
        interactions=frame("interaction type year evidence source about", *about),
        words=frame(
            "concept label english",
            ("field/f", "énergies marines", None),
            ("field/ilab/tic", "logiciel", None),
        ),
    )
    assert set(paths(finder, "logiciel")) == {UNIT, COMPANY, PROJECT}
    assert set(paths(finder, fields=["field/ilab/tic"])) == {COMPANY, PROJECT}
    assert paths(finder, fields=["field/f"]) == [UNIT]


def test_what_a_company_does_is_a_text(finder: Finder) -> None:
    assert paths(finder, "menuiserie") == [COMPANY]


def test_words_of_a_trade_are_of_one_family(finder: Finder) -> None:
    assert finder.trades.kin("soudure") == ["soudage", "soudeur"]
    assert finder.trades.kin("charpente") == ["charpentes", "charpentier"]
    assert finder.trades.kin("sourde") == finder.trades.kin("char") == []


def test_what_trades_deal_with_is_kept_with_the_index(finder: Finder) -> None:
    assert finder.trades.subjects("bucheronnage") == ["forêts"] and finder.trades.subjects("scierie") == []
    offered = meanings(
        finder, Search("bûcheronnage", {}), len(finder.find(SearchRequest("bûcheronnage"))), "fr"
    )
    assert [(one.words, one.count) for one in offered] == [
        ("« forêts »", len(finder.find(SearchRequest("forêts"))))
    ]


def test_occupations_are_named_by_all_the_words(finder: Finder) -> None:
    assert [(one.path, one.plans) for one in finder.trades.named("soudure")] == [("fap/D1X33", 40)]
    assert [one.path for one in finder.trades.named("aide à domicile")] == ["fap/T2A60"]
    assert finder.trades.named("aide soudeur") == finder.trades.named(" ") == finder.trades.named("de") == []


def laid(folder: Path, **changed: pl.DataFrame) -> Finder:
    """Lay the index of the frames with some changed."""
    whole = RegionView(None, (), "s", frames={**frames(), **changed})
    write(documents(whole), names_of(whole), TRADES, folder / "finder")
    return Finder(folder / "finder")


def test_a_filiere_then_names_in_the_region_come_before_communes_of_elsewhere(tmp_path: Path) -> None:
    here, far = "territory/commune/3", "territory/commune/2"
    finder = laid(
        tmp_path,
        communes=frame(
            "place label lat long",
            (here, "Bois-le-Lac", 45.0, 4.0),
            (far, "Bois", 44.0, 1.0),
            (TOWN, "X", None, None),
        ),
        wholes=frame("part whole", (here, "territory/region/84")),
        actors=frame(
            "actor label short type country",
            (UNIT, "Bois du Nord", None, None, None),
            (COMPANY, "Institut du bois", None, None, None),
            ("organization/d", "Institut bois", None, None, None),
        ),
        units=frame("unit label place field start end evidence source"),
        institutions=frame(
            "organization label type site place start end evidence source",
            (COMPANY, "Institut du bois", None, None, here, None, None, None, None),
            ("organization/d", "Institut bois", None, None, here, None, None, None, None),
        ),
    )
    order = ["value-chain/bois", COMPANY, "organization/d", here, far, UNIT]
    assert [one for one in paths(finder, "bois") if one in order] == order


def test_actors_come_before_programmes_of_the_same_name(tmp_path: Path) -> None:
    finder = laid(
        tmp_path,
        actors=frame(
            "actor label short type country", (UNIT, "Centre de recherche sur les forets", None, None, None)
        ),
        programmes=frame(
            "programme label level field institution site place capacity start end evidence source",
            ("programme/1", "BTS Forets", None, None, None, None, TOWN, None, None, None, None, None),
        ),
    )
    assert paths(finder, "foret")[:2] == [UNIT, "programme/1"]


def test_an_organisation_is_found_by_the_names_of_its_records(tmp_path: Path) -> None:
    body = "organization/0990001A"
    finder = laid(
        tmp_path,
        actors=frame("actor label short type country", (body, "Institut polytechnique", None, None, None)),
        records=frame(
            "record body rule confidence evidence label source",
            ("organization/anr-0123456789", body, "name", "0.98", "inferred", "INPG", "source/anr-aapg"),
        ),
    )
    found = finder.rows(finder.find(SearchRequest("inpg", {"kind": ["acteurs"]})).rows)
    assert [(one["path"], one["label"]) for one in found] == [(body, "Institut polytechnique")]


def test_a_departement_and_a_region_are_found_by_their_council(tmp_path: Path) -> None:
    council, region, lab = (f"organization/{code}" for code in ("223800012", "200053767", "lab"))
    kind = "actor-type/local-authority"
    finder = laid(
        tmp_path,
        actors=frame(
            "actor label short type country",
            (council, "Département de l'Isère", None, kind, None),
            (region, "Région Auvergne-Rhône-Alpes", None, kind, None),
            (lab, "Département de biologie", None, "actor-type/research-unit", None),
        ),
    )
    assert paths(finder, "conseil départemental de l'Isère") == [council]
    assert paths(finder, "conseil régional auvergne") == [region]
    assert paths(finder, "conseil départemental biologie") == []


def test_a_larger_territory_is_in_the_middle_of_its_communes(finder: Finder) -> None:
    found = {one["path"]: (one["lat"], one["long"]) for one in finder.rows(range(finder.documents.height))}
    assert found[EPCI] == found[REGION] == found[TOWN] == (45.5, 4.9)
    assert found["value-chain/bois"] == (None, None), "its members are at many places"


def test_what_is_in_the_region_and_elsewhere_has_its_point_in_the_region(tmp_path: Path) -> None:
    there, beyond = "territory/commune/0", "project/q"
    finder = laid(
        tmp_path,
        communes=frame("place label lat long", (there, "Rennes", 48.1, -1.7), (TOWN, "Vienne", 45.5, 4.9)),
        wholes=frame(
            "part whole", (TOWN, EPCI), (EPCI, "territory/region/84"), (there, "territory/region/53")
        ),
        happenings=frame(
            "interaction label type place evidence",
            *((PROJECT, "Charpentes", None, place, None) for place in (there, TOWN)),
            *((beyond, "Menuiseries", None, place, None) for place in (there, EPCI)),
        ),
    )
    found = {one["path"]: (one["lat"], one["long"]) for one in finder.rows(range(finder.documents.height))}
    assert found[PROJECT] == (45.5, 4.9) and found[beyond] == (None, None)
    assert {PROJECT, beyond} <= set(paths(finder, places=["territory/region/84"]))


def test_names_have_their_english_and_codes_their_names(tmp_path: Path) -> None:
    finder = laid(
        tmp_path,
        words=frame(
            "concept label english",
            ("value-chain/bois", "bois-construction", "timber"),
            ("field/erc/SH3", "The Social World", "The Social World"),
        ),
        units=frame(
            "unit label place field start end evidence source",
            (UNIT, "Laboratoire", TOWN, "field/erc/SH3", None, None, None, None),
        ),
    )
    assert finder.name("value-chain/bois", "en") == "timber"
    assert finder.name("field/erc/SH3") == "The Social World (SH3)"


def test_codes_and_whole_names_come_first(finder: Finder) -> None:
    assert paths(finder, "0990001A") == [UNIT]
    assert paths(finder, "vienne")[:2] == [EPCI, TOWN]
    assert paths(finder, "LF")[0] == UNIT


def test_a_place_is_in_all_that_contains_it_even_where_the_data_go_round(finder: Finder) -> None:
    inside = {
        TOWN,
        EPCI,
        REGION,
        UNIT,
        COMPANY,
        PROJECT,
        "programme/1",
        "value-chain/bois",
        "scheme/v",
        "strategy/p",
    }
    assert set(paths(finder, places=[EPCI])) == inside
    assert set(paths(finder, places=[REGION])) == inside


def test_counts_leave_their_own_choice_out(finder: Finder) -> None:
    found = finder.find(SearchRequest("", {"kind": ["unites"], "families": ["interaction-type/research"]}))
    assert [one["path"] for one in finder.rows(found.rows)] == [UNIT]
    assert found.counts["kind"] == {"unites": 1, "acteurs": 1, "interactions": 1}
    assert found.counts["families"] == {"interaction-type/research": 1}
    assert found.counts["evidence"] == {"declared": 1}
    assert paths(finder, kind=["unites", "formations"]) and not paths(finder, kind=["nothing"])


def test_the_evidence_of_an_actor_is_that_of_the_facts_about_it_and_its_place_s_where_less_firm(
    tmp_path: Path,
) -> None:
    def sited(path: str, evidence: str) -> tuple[object, ...]:
        return (path, None, None, None, TOWN, None, None, evidence, None)

    finder = laid(
        tmp_path,
        actors=frame(
            "actor label short type country",
            *((one, f"Bois {one[-1]}", None, None, None) for one in (UNIT, COMPANY, "organization/z")),
        ),
        units=frame("unit label place field start end evidence source"),
        institutions=frame(
            "organization label type site place start end evidence source",
            sited(UNIT, "inferred"),
            sited(COMPANY, "inferred"),
        ),
        statuses=frame(
            "thing evidence",
            (UNIT, "inferred"),
            (UNIT, "documented"),
            (COMPANY, "inferred"),
            ("organization/z", "declared"),
        ),
    )
    found = {one["path"]: one for one in finder.rows(range(finder.documents.height))}
    told = {
        path: (found[path]["evidence"], found[path]["place_evidence"])
        for path in (UNIT, COMPANY, "organization/z")
    }
    assert told == {
        UNIT: ("documented", "inferred"),
        COMPANY: ("inferred", None),
        "organization/z": ("declared", None),
    }


def test_what_concerns_a_filiere_is_of_that_filiere(finder: Finder) -> None:
    assert set(paths(finder, chains=["value-chain/bois"])) == {"value-chain/bois", COMPANY, PROJECT, TOWN}


def test_invented_things_are_found_only_when_asked_for(finder: Finder) -> None:
    assert paths(finder, "stage inventé") == []
    assert paths(finder, "stage inventé", illustrative=True) == [MADE_UP]


def test_words_nearby_are_words_of_names(finder: Finder) -> None:
    assert not len(finder.find(SearchRequest("Viemne"))) and finder.near("Viemne")[0] == "vienne"
    assert (
        len(finder.find(SearchRequest("Vienne"))) and finder.near("Vienne") == []
    )  # what finds something has none
    assert finder.near("zzzzzz") == []


def test_of_words_as_near_the_one_of_fewer_slips_comes_first_then_that_of_more_names(tmp_path: Path) -> None:
    names = ("Alrance", "Valence", "Zilofar", "Zilofat", "Zilofat")
    finder = laid(
        tmp_path,
        communes=frame(
            "place label lat long",
            *((f"territory/commune/{at}", name, None, None) for at, name in enumerate(names)),
        ),
    )
    assert finder.near("Valance")[:2] == ["valence", "alrance"]
    assert finder.near("Zilofap") == ["zilofat", "zilofar"]
    assert finder.near("UNR") == [], "an acronym is no slip of the pen"


def test_the_order_is_the_same_each_time(finder: Finder) -> None:
    assert paths(finder) == paths(finder)
    assert paths(finder)[0] == "value-chain/bois"


@pytest.mark.parametrize(
    "words",
    [
        "foret forêt forets Forêts forestière forestiere forestier FORESTIERS foresterie",
        "écologie ecologie écologique ECOLOGIQUES",
        "laitier laitière LAITIERE laitieres",
        "avancé avancée avancées AVANCEES avancees",
    ],
)
def test_stems_do_not_depend_on_accents_or_endings(words: str) -> None:
    assert len({tuple(stems(word)) for word in words.split()}) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Privas privée",
        "Genas gènes génie",
        "Marie mars",
        "Forez fors",
        "data dates",
        "Hospitalet hôpitaux hôtel",
        "Valla vallée",
    ],
)
def test_a_name_has_not_the_stem_of_another_word(words: str) -> None:
    found = [tuple(stems(word)) for word in words.split()]
    assert len(set(found)) == len(found), found


@pytest.mark.parametrize(
    "words",
    [
        "hôtel hôtels HOTELS",
        "hôpital hôpitaux hospitalier",
        "média médias",
        "eau eaux",
        "loi lois",
        "bois boisé",
    ],
)
def test_plurals_have_the_stem_of_their_word(words: str) -> None:
    assert len({tuple(stems(word)) for word in words.split()}) == 1


def test_a_word_that_nothing_holds_is_looked_for_by_those_of_its_trade(finder: Finder) -> None:
    found = finder.find(SearchRequest("charpentier"))
    assert found.substitutes == {"charpentier": ["charpentes"]}
    assert paths(finder, "charpentier") == paths(finder, "charpentes")
    assert finder.find(SearchRequest("charpentes")).substitutes == {}
    assert not len(finder.find(SearchRequest("charpentier", {"kind": ["formations"]})))


def test_a_unit_is_where_its_sites_are_and_from_where_it_takes_part_only_where_none_is_known(
    tmp_path: Path,
) -> None:
    far = "territory/commune/2"
    took = frame("interaction actor type role place", (PROJECT, UNIT, None, None, TOWN))
    units = "unit label place field start end evidence source"
    away = (UNIT, "Laboratoire des forêts", far, "field/f", None, None, "declared", None)
    housed = laid(tmp_path / "a", participations=took, units=frame(units, away))
    assert UNIT not in paths(housed, places=[TOWN])
    unknown = (*away[:2], None, *away[3:])
    assert UNIT in paths(
        laid(tmp_path / "b", participations=took, units=frame(units, unknown)), places=[TOWN]
    )
