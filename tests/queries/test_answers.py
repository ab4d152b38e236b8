"""Every question answers on the example graph, and the answers that can be counted by hand are right."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.queries.library import Library

LIBRARY = Library()
ID = "https://w3id.org/ancrage/id/"
Row = dict[str, str]
Ask = Callable[..., list[Row]]

#: Columns that the example graph has no reason to fill, with the reason.
NEVER_FILLED = {
    ("territory-identity", "seat"): "an intercommunality has no seat in the example",
    ("territory-identity", "seatLabel"): "the same",
    **dict.fromkeys(
        (
            ("territory-identity", f"{name}{what}")
            for name in ("density", "rurality", "centrality", "massif")
            for what in ("", "Label")
        ),
        "it is of communes",
    ),
    ("territory-identity", "latitude"): "a position is of communes",
    ("territory-identity", "longitude"): "a position is of communes",
    ("territory-jobs-by-sector", "status"): "every cell of the example has a value",
    ("chain-jobs-by-zone", "status"): "the same",
    ("sector-jobs-by-zone", "status"): "the same",
    ("indicator-series", "status"): "the same",
    ("match-life-lines", "reason"): "no match of the example is dropped",
    ("match-life-lines", "reasonLabel"): "the same",
    ("matter-events", "off"): "no event of the example is called off",
    ("fields-by-territory", "district"): "the example has no municipal district",
    ("fields-by-territory", "end"): "no programme or unit of the example is closed",
    ("fields-by-territory", "overlapping"): "no territory of the example is said to overlap the Isère",
    ("institutions-by-territory", "district"): "the example has no municipal district",
    ("institutions-by-territory", "overlapping"): "no territory of the example is said to overlap the Isère",
    ("sectors-by-territory", "district"): "the example has no municipal district",
    ("sectors-by-territory", "overlapping"): "no territory of the example is said to overlap the Isère",
    ("sectors-by-territory", "status"): "every cell of the example has a value",
    ("sectors-by-territory", "evidence"): "every observation of the example is documented",
    ("computed-indicator-of-level", "status"): "every commune of the example has a population",
    (
        "matter-chain-links",
        "share",
    ): "shares of the package are illustrative only, and its filières have none",
    ("matter-chain-links", "citation"): "the same",
    ("matter-chain-links", "shareEvidence"): "the same",
    ("matter-happenings", "place"): "no interaction of the example says where it takes place",
    ("matter-hirings", "family"): "the occupations of the example have no wider family",
    ("matter-hirings", "low"): "no cell of the example is under secrecy",
    ("matter-hirings", "high"): "the same",
    ("matter-hirings", "status"): "every cell of the example has a value",
    ("matter-hirings", "source"): "the data set of the example names no source",
    ("matter-jobs", "status"): "the same",
    ("matter-jobs", "source"): "the data set of the example names no source",
    ("matter-establishments", "status"): "the same",
    ("matter-institutions", "start"): "no organisation of the example is dated",
    ("matter-institutions", "end"): "the same",
    ("matter-matches", "reason"): "no match of the example is dropped",
    ("matter-places", "status"): "every commune of the example has a population",
    ("matter-ends", "successor"): "no organisation of the example was replaced by another",
    ("matter-ends", "evidence"): "the same",
    ("matter-places", "source"): "the data set of the example names no source",
    ("matter-programmes", "start"): "no programme of the example is dated",
    ("matter-programmes", "end"): "the same",
    ("matter-relays", "placeEvidence"): "no site of the example says how it was placed",
    ("matter-relays", "serves"): "no relay of the example says whom it serves",
    ("matter-requests", "mode"): "no request of the example has a mode",
    ("matter-accounts", "source"): "the data set of the example names no source",
    ("matter-students", "source"): "the data set of the example names no source",
    ("matter-students-on-site", "source"): "the same",
    ("matter-territories", "overlaps"): "no territory of the example overlaps another",
    ("matter-units", "end"): "no unit of the example is closed",
}


@pytest.fixture(scope="module")
def ask(example_reader: LocalReader) -> Ask:
    def run(name: str, **values: object) -> list[Row]:
        query = LIBRARY[name]
        text = query.bind(**values) if values else query.text
        graphs = None
        more = [role for role in ("illustrative", "computed") if role in query.graphs]
        if more:
            snapshot = example_reader.snapshot
            graphs = [*snapshot.base_graphs, *snapshot.graphs(*more)]
        body = example_reader.query(text, accept="csv", default_graphs=graphs).body
        return list(csv.DictReader(io.StringIO(body.decode())))

    return run


FITS = {
    "thing": r"[a-z][a-z0-9+.-]*:\S+",
    "text": r"(?s:.*)",
    "integer": r"[+-]?\d+",
    "number": r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?",
    "year": r"-?\d{4}.*",
    "date": r"\d{4}-\d{2}-\d{2}.*",
    "moment": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}.*",
    "boolean": r"true|false",
}


LINKS = "links-to-other-data"
ABSENT = {LINKS, "matter-postcodes", "matter-source-territories"}
"""Links are written at publication, communes have postcodes in official files, a source of some territories is not one: none in
the fixture."""


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(LIBRARY.keys() - ABSENT))
def test_every_question_answers(name: str, ask: Ask) -> None:
    rows = ask(name)
    assert rows
    if LIBRARY[name].form == "SELECT":
        columns = {variable: column.type for variable, column in LIBRARY[name].columns.items()}
        assert set(columns) == set(rows[0])
        wrong = {
            (variable, value)
            for row in rows
            for variable, value in row.items()
            if value and not re.fullmatch(FITS[columns[variable]], value)
        }
        assert not wrong
    empty = {column for column in rows[0] if not any(row[column] for row in rows)}
    assert {column for column in empty if (name, column) not in NEVER_FILLED} == set()


def test_links_to_other_data_are_counted_by_name_space() -> None:
    store = ox.Store()
    store.load(
        b"""@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix id: <https://w3id.org/ancrage/id/> .
        id:a owl:sameAs <http://www.wikidata.org/entity/Q1>, <https://w3id.org/ancrage/id/b> .
        id:b owl:sameAs <http://www.wikidata.org/entity/Q2> ; skos:exactMatch <http://id.insee.fr/geo/commune/38185> .""",
        ox.RdfFormat.TURTLE,
    )
    found = store.query(LIBRARY[LINKS].text)
    assert isinstance(found, ox.QuerySolutions)
    rows = [
        (row["link"].value.rpartition("#")[2] or "", row["space"].value, int(row["things"].value))
        for row in found
    ]
    assert rows == [
        ("sameAs", "http://www.wikidata.org/entity/", 2),
        ("exactMatch", "http://id.insee.fr/geo/commune/", 1),
    ]


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_an_unknown_parameter_value_is_no_error(name: str, ask: Ask) -> None:
    query = LIBRARY[name]
    nowhere = {"territory": "adhoc/nulle-part", "organization": "0000000Z", "words": "zzzz zzzz"}
    values = {p.name: nowhere[p.type] for p in query.parameters if p.type in nowhere}
    if values:
        rest = {p.name: p.example for p in query.parameters if p.name not in values}
        ask(name, **values, **rest)


def _labels(rows: list[Row], column: str) -> set[str]:
    return {row[column] for row in rows}


def test_a_territory_of_any_level_sees_its_communes(ask: Ask) -> None:
    for territory, sites in (
        ("38421", 3),
        ("200040715", 5),
        ("38", 7),
        ("zone/8409", 6),
        ("region/84", 14),  # with a third place, a France services and a bus of Privas
        ("adhoc/sillon-alpin", 9),
    ):
        assert len(ask("territory-sites", territory=territory)) == sites, territory


def test_establishments_count_former_communes(ask: Ask) -> None:
    privas = ask("territory-establishments-by-sector", territory="07186")
    assert [(row["code"], row["establishments"], row["communes"]) for row in privas] == [("FZ", "65", "2")]
    grenoble = {row["code"]: row["establishments"] for row in ask("territory-establishments-by-sector")}
    assert grenoble == {"DE": "120", "C5": "340", "FZ": "600"}


def test_population_is_published_and_summed(ask: Ask) -> None:
    [row] = ask("territory-population", territory="200040715")
    assert row == {"period": "2026", "published": "449509", "sumOfCommunes": "194310", "communes": "2"}
    [department] = ask("territory-population", territory="07")
    assert (department["published"], department["sumOfCommunes"]) == ("", "8465")


def test_jobs_are_those_of_the_zones_that_touch_the_territory(ask: Ask) -> None:
    assert _labels(ask("territory-jobs-by-sector", territory="200040715"), "zoneLabel") == {"Grenoble"}
    assert _labels(ask("territory-jobs-by-sector", territory="zone/8420"), "zoneLabel") == {"Valence"}
    assert _labels(ask("territory-jobs-by-sector", territory="region/84"), "zoneLabel") == {
        "Grenoble",
        "Valence",
    }


def test_units_carry_the_field_that_is_asked(ask: Ask) -> None:
    assert _labels(ask("units-of-field", field="mesr/1", territory="38"), "unitLabel") == {
        "Laboratoire des matériaux bois",
        *_labels(ask("units-of-field", field="erc/PE8", territory="38"), "unitLabel"),
    }
    assert ask("units-of-field", field="mesr/1", territory="07") == []


def test_jobs_of_a_sector_are_those_of_every_zone(ask: Ask) -> None:
    rows = ask("sector-jobs-by-zone", sector="a38/CC")
    assert {(row["zoneLabel"], row["jobs"]) for row in rows} == {("Grenoble", "2300"), ("Valence", "900")}


def test_a_suppressed_cell_is_neither_zero_nor_missing(ask: Ask) -> None:
    rows = ask("territory-hiring-plans", territory="38185")
    [secret] = [row for row in rows if row["status"]]
    assert secret["value"] == ""
    assert secret["status"].endswith("obs-status/suppressed")
    [seasonal] = [r for r in ask("observation-statuses") if r["indicator"].endswith("hiring-plans-seasonal")]
    counts = ("observations", "values", "zeros", "missing", "suppressed")
    assert [seasonal[key] for key in counts] == ["1", "0", "0", "0", "1"]


@pytest.mark.parametrize("words", ["universite GRENOBLE", "Grenoble Université", "UGA", "0383546Y"])
def test_search_ignores_case_accents_and_order(words: str, ask: Ask) -> None:
    rows = ask("search-organizations", word=words)
    assert f"{ID}organization/0383546Y" in _labels(rows, "organization")


def test_search_needs_every_word(ask: Ask) -> None:
    assert ask("search-organizations", word="universite grenoble vivarais") == []
    [heres] = ask("search-territories", word="saint martin d'heres")
    assert heres["territoryLabel"] == "Saint-Martin-d'Hères"


def test_partners_count_interactions_and_undated_ties(ask: Ask) -> None:
    partners = {row["partner"].rsplit("/", 1)[-1]: row for row in ask("actor-partners")}
    assert (partners["0730858L"]["interactions"], partners["0730858L"]["tiedProjects"]) == ("0", "7")
    assert (partners["999000009"]["interactions"], partners["999000009"]["firstYear"]) == ("1", "2018")
    assert partners["0730858L"]["firstYear"] == ""


def test_partners_outside_are_not_inside(ask: Ask) -> None:
    outside = ask("territory-partners-outside", territory="200040715")
    assert "Laboratoire des matériaux bois" not in _labels(outside, "partnerLabel")
    assert ("Charpentes du Vercors", "Voiron") in {(r["partnerLabel"], r["placeLabel"]) for r in outside}


def test_a_former_code_leads_to_its_successor(ask: Ask) -> None:
    assert _labels(ask("organization-successors", code="0383493R"), "successorLabel") == {
        "Université Grenoble Alpes"
    }
    assert _labels(ask("organization-successors", code="07901"), "successorLabel") == {"Privas"}


def test_gaps_name_those_without(ask: Ask) -> None:
    without = _labels(ask("epci-without-teaching-site"), "epciLabel")
    assert without == {"Privas Centre Ardèche", "Diois"}
    assert _labels(ask("epci-without-interaction"), "epciLabel") == {"Diois", "Valence Romans Agglo"}
    assert _labels(ask("units-without-local-tie"), "unitLabel") == {"Institut du calcul"}
    stages = _labels(ask("chain-links-without-academic"), "stage")
    assert {stage.rsplit("/", 1)[-1] for stage in stages} == {
        "resource",
        "second-processing",
        "support",
        "trade",
    }


def test_requests_without_interaction_are_told_by_family(ask: Ask) -> None:
    rows = ask("requests-without-interaction")
    assert {(row["territoryLabel"], row["family"].rsplit("/", 1)[-1]) for row in rows} == {
        ("Privas Centre Ardèche", "expertise-services")
    }


def test_teaching_by_department_counts_zero(ask: Ask) -> None:
    rows = {row["departmentLabel"]: row for row in ask("teaching-by-department")}
    assert {name: row["programmes"] for name, row in rows.items()} == {
        "Ardèche": "0",
        "Drôme": "1",
        "Isère": "3",
    }
    assert (rows["Ardèche"]["units"], rows["Isère"]["teachingSites"]) == ("2", "3")


def test_scenarios_stay_apart_from_reality(ask: Ask) -> None:
    [row] = ask("scenario-differences")
    assert (row["observed"], row["simulated"], row["difference"]) == ("80", "103", "23")
    series = ask("indicator-series", territory="07", indicator="internships")
    assert series == []


def test_who_takes_part_several_times_is_one_participant() -> None:
    """CNRS takes part by many of its units: the page said 396 participants for 22 organisations."""
    store = ox.Store()
    store.load(
        b"""@prefix anc: <https://w3id.org/ancrage/def/> . @prefix : <https://w3id.org/ancrage/id/organization/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix e: <http://e.org/> .
        e:i rdfs:label "Un projet"@fr ; anc:hasParticipation e:p1 , e:p2 , e:p3 , e:p4 .
        e:p1 anc:participant :0383546Y . e:p2 anc:participant :0383546Y . e:p3 anc:participant :a . e:p4 anc:participant :b .""",
        format=ox.RdfFormat.TURTLE,
    )
    found = store.query(LIBRARY["actor-interactions"].text)
    assert isinstance(found, ox.QuerySolutions)
    assert [row["participants"].value for row in found] == ["3"]


@pytest.mark.parametrize("name", ["territory-density", "territory-rurality", "territory-centrality"])
def test_population_is_of_the_latest_census(name: str) -> None:
    store = ox.Store()
    store.load(
        b"""@prefix anc: <https://w3id.org/ancrage/def/> . @prefix id: <https://w3id.org/ancrage/id/> .
        <https://w3id.org/ancrage/id/territory/commune/07186> anc:densityClass id:d ;
          anc:ruralityType id:d ; anc:centralityLevel id:d ;
          anc:partOfTerritory <https://w3id.org/ancrage/id/territory/department/07> .
        [] anc:refTerritory <https://w3id.org/ancrage/id/territory/commune/07186> ; anc:obsValue 100.0 ; anc:refPeriod "2018" ;
          anc:refIndicator <https://w3id.org/ancrage/id/indicator/population> .
        [] anc:refTerritory <https://w3id.org/ancrage/id/territory/commune/07186> ; anc:obsValue 90.0 ; anc:refPeriod "2023" ;
          anc:refIndicator <https://w3id.org/ancrage/id/indicator/population> .""",
        format=ox.RdfFormat.TURTLE,
    )
    found = store.query(LIBRARY[name].text)
    assert isinstance(found, ox.QuerySolutions)
    (row,) = found
    assert (row["communes"].value, float(row["population"].value)) == ("1", 90.0)
