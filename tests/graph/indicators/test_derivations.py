"""Each indicator derived from the facts by one query gives what the cube stores, on the example graph."""

from __future__ import annotations

import csv
import io

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.graph.indicators.cube import Cube
from ancrage.graph.indicators.derivations import derivation
from ancrage.graph.indicators.underived import why_none
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.ontology.vocabulary import ID
from ancrage.queries.library import Library

TERRITORIES = (
    *("territory/epci/200040715", "territory/department/38", "territory/region/84"),
    *("territory/commune/38185", "territory/zone/8409"),
)
#: By methods that no query is written for: distances, entropies, quotients, networks.
BY_METHOD = {"location-quotient", "variety", "reach", "distance", "catchment", "brokered", "academic-reach"}


@pytest.fixture(scope="module")
def cube(example_reader: LocalReader) -> Cube:
    return Cube.of(example_reader)


def asked(reader: LocalReader, text: str) -> float | None:
    [*rows] = csv.DictReader(io.StringIO(reader.query(text, accept="csv").body.decode()))
    value = rows[0]["value"] if rows else ""
    return float(value) if value else None


def test_each_query_derives_what_the_cube_stores(example_reader: LocalReader, cube: Cube) -> None:
    year, compared = example_reader.snapshot.id[:4], set()
    for name, one in cube.indicators.items():
        for territory in TERRITORIES:
            text = derivation(one, cube.indicators, territory, year)
            stored = cube.series(name, territory)
            if text is None or not stored:
                continue
            found = asked(example_reader, text)  # every one is asked, whether a value is stored or not
            if stored[-1].value is not None:
                assert found == pytest.approx(stored[-1].value), (name, territory, text)
                compared.add(name)
    assert len(compared) >= 28, sorted(compared)


def test_the_query_gives_no_value_where_the_cube_has_none(example_reader: LocalReader, cube: Cube) -> None:
    year = example_reader.snapshot.id[:4]
    small = cube.frame.filter(pl.col("status") == "insufficient", pl.col("by").is_null())
    tried = list(
        small.group_by("indicator", maintain_order=True).first()["indicator", "territory"].iter_rows()
    )
    tried += [(name, TERRITORIES[2]) for name in ("branches", "platforms", "interactions-relayed")]
    asked_of = 0
    for name, territory in tried:
        stored, text = (
            cube.series(name, territory),
            derivation(cube.indicators[name], cube.indicators, territory, year),
        )
        if text is not None and stored and stored[-1].value is None:
            assert asked(example_reader, text) is None, (name, territory, text)
            asked_of += 1
    assert asked_of >= 4


def test_what_has_no_query_says_why(cube: Cube) -> None:
    for one in cube.indicators.values():
        if derivation(one, cube.indicators, TERRITORIES[2], "2026") is None:
            french, english = why_none(one, cube.indicators)
            assert french != english and "pour cette publication" not in french, one.id


def small_answer(text: str, facts: str) -> str | None:
    """Ask a query of a few facts, written in Turtle."""
    store = ox.Store()
    names = "@prefix anc: <https://w3id.org/ancrage/def/> . @prefix : <https://w3id.org/ancrage/id/> . "
    names += "@prefix t: <https://w3id.org/ancrage/id/territory/> . @prefix i: <https://w3id.org/ancrage/id/indicator/> . "
    names += "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
    store.load(f"{names} {facts}".encode(), format=ox.RdfFormat.TURTLE)
    solutions = store.query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    rows = list(solutions)
    value = rows[0]["value"] if rows else None
    return value.value if isinstance(value, ox.Literal) else None


POOL = """<https://w3id.org/ancrage/id/territory/commune/1> a anc:Commune ; anc:partOfTerritory :d , :p . :p a anc:LabourPool .
    :o1 anc:refIndicator i:hiring-plans ; anc:refTerritory :p ; anc:refOccupation :a ; anc:refPeriod "2024" ; anc:obsValue 10 .
    :o2 anc:refIndicator i:hiring-plans ; anc:refTerritory :p ; anc:refOccupation :b ; anc:refPeriod "2024" ;
        anc:obsStatus :secret ; anc:obsLow 1 ; anc:obsHigh 4 ."""
MASTER = """<https://w3id.org/ancrage/id/territory/commune/1> a anc:Commune ; anc:partOfTerritory :d .
    :x a anc:TrainingProgramme ; rdfs:label "x"@fr ; anc:programmeLevel <https://w3id.org/ancrage/id/level/eqf7> ."""
AT = " anc:taughtAt :s . :s anc:locatedIn :elsewhere ."


def test_a_suppressed_cell_counts_for_its_least(cube: Cube) -> None:
    text = derivation(cube.indicators["hiring-plans"], cube.indicators, "d", "2026")
    assert text is not None and small_answer(text, POOL) == "11"


def test_none_is_no_zero_where_most_have_no_place(cube: Cube) -> None:
    text = derivation(cube.indicators["programmes-level-7"], cube.indicators, "d", "2026")
    assert text is not None
    assert small_answer(text, MASTER) is None
    assert small_answer(text, MASTER + " :x" + AT) == "0"
    others = MASTER.replace(":x", ":y") + MASTER.replace(":x", ":z")
    assert small_answer(text, MASTER + " :x" + AT + others) is None


def test_a_diploma_of_the_level_of_the_baccalaureate_is_no_programme(cube: Cube) -> None:
    text = derivation(cube.indicators["programmes"], cube.indicators, "d", "2026")
    here = " :x anc:taughtAt :s . :s anc:locatedIn <https://w3id.org/ancrage/id/territory/commune/1> ."
    assert text is not None
    assert small_answer(text, MASTER + here) == "1"
    assert small_answer(text, MASTER.replace("eqf7", "eqf4") + here) != "1"


TOWNS = """t:a a anc:Commune ; anc:partOfTerritory :d , :e1 . t:b a anc:Commune ; anc:partOfTerritory :d , :e2 .
    t:c a anc:Commune ; anc:partOfTerritory :d2 , :e2 . t:x a anc:Commune ; anc:partOfTerritory :d3 .
    :d a anc:Department ; anc:partOfTerritory <https://w3id.org/ancrage/id/territory/region/84> .
    :d2 a anc:Department ; anc:partOfTerritory <https://w3id.org/ancrage/id/territory/region/84> . :d3 a anc:Department .
    :e1 a anc:Intercommunality . :e2 a anc:Intercommunality ."""
DESK = """:r1 a anc:Request ; anc:forTerritory t:a . :r2 a anc:Request ; anc:forTerritory :d2 .
    :r3 a anc:Request ; anc:forTerritory :e2 , :e1 . :m anc:matchesRequest :r3 ; anc:ledTo :i ."""
SHARED = """:i anc:hasParticipation [ anc:participatesFrom t:a ] , [ anc:participatesFrom t:c ] , [ anc:participatesFrom t:x ] .
    :j anc:hasParticipation [ anc:participatesFrom t:b ] ."""


@pytest.mark.parametrize(
    ("name", "within", "value"),
    [
        *(("requests", "d", "2"), ("requests", "d2", "1"), ("requests", "e2", "2"), ("requests", "d3", "0")),
        *(("requests-realised", "d", "1"), ("requests-realised", "d2", "0"), ("offers", "d", None)),
    ],
)
def test_announcements_for_what_lies_wholly_in_a_territory_are_derived(
    cube: Cube, name: str, within: str, value: str | None
) -> None:
    text = derivation(cube.indicators[name], cube.indicators, within, "2026")
    assert text is not None and small_answer(text, TOWNS + DESK) == value


@pytest.mark.parametrize(
    ("name", "within", "value"),
    [
        ("partner-departments", "territory/a", "1"),  # d2; d3 has no commune in the region, d is its own
        ("partner-departments", "d2", "1"),
        ("partner-departments", "e2", None),  # it straddles d and d2: no other is left
        ("partner-intercommunalities", "e1", "1"),
        ("partner-intercommunalities", "d", None),
    ],
)
def test_other_territories_of_partners_are_derived(
    cube: Cube, name: str, within: str, value: str | None
) -> None:
    text = derivation(cube.indicators[name], cube.indicators, within, "2026")
    assert text is not None and small_answer(text, TOWNS + SHARED) == value


@pytest.mark.parametrize(
    ("within", "value"), [("d", "1"), ("territory/region/84", "1"), ("d2", "0"), ("e1", "0")]
)
def test_a_member_placed_by_its_departement_alone_is_in_it_and_its_region(
    cube: Cube, within: str, value: str
) -> None:
    text = derivation(cube.indicators["chain-members"], cube.indicators, within, "2026")
    member = """ :m anc:ofValueChain :c ; anc:member :o ; anc:chainFunction :f . :o <http://www.w3.org/ns/org#hasSite> :s .
    :s anc:locatedIn :d ."""
    assert text is not None and small_answer(text, TOWNS + member) == value


@pytest.mark.parametrize("within", ["d", "territory/commune/1"])
def test_a_member_without_a_site_in_a_commune_is_where_it_took_part_from(cube: Cube, within: str) -> None:
    text = derivation(cube.indicators["chain-members"], cube.indicators, within, "2026")
    town = "<https://w3id.org/ancrage/id/territory/commune/1>"
    member = f"""{town} a anc:Commune ; anc:partOfTerritory :d . :d a anc:Department .
    :m anc:ofValueChain :c ; anc:member :o ; anc:chainFunction :f . :p anc:participant :o ; anc:participatesFrom {town} .
    :o <http://www.w3.org/ns/org#hasSite> [ anc:locatedIn :d ] ."""
    assert text is not None and small_answer(text, member) == "1"


def test_a_relay_is_where_one_of_its_sites_is(cube: Cube) -> None:
    text = derivation(cube.indicators["relay-structures"], cube.indicators, "d", "2026")
    relay = " :o anc:actorType <https://w3id.org/ancrage/id/actor-type/relay-organization> . "
    sited = "<https://w3id.org/ancrage/id/o> <http://www.w3.org/ns/org#hasSite> :s . :s anc:locatedIn t:a ."
    assert text is not None and small_answer(text, TOWNS) is None
    assert small_answer(text, TOWNS + relay) is None  # nobody knows where it is
    assert small_answer(text, TOWNS + relay + sited) == "1"


def test_where_nothing_is_observed_the_query_gives_no_zero(example_reader: LocalReader, cube: Cube) -> None:
    plans = cube.indicators["hiring-plans"]
    text = derivation(plans, cube.indicators, "territory/commune/38185", "2026")
    assert text is not None and asked(example_reader, text) is None


def test_counts_shares_and_sums_have_a_query_and_methods_have_none(cube: Cube) -> None:
    made = {
        name
        for name, one in cube.indicators.items()
        if derivation(one, cube.indicators, TERRITORIES[0], "2026")
    }
    assert not {name for name in made if cube.indicators[name].formula in BY_METHOD}
    assert len(made) >= 53
    assert {
        "population",
        "programmes",
        "interactions",
        "ei-index",
        "outside-share",
        "students",
        "hiring-plans",
    } <= made
    assert {"programmes-per-100000", "hiring-plans-difficult-share", "establishments-per-1000"} <= made
    assert {
        "establishments",
        "salaried-jobs",
        "capacities",
        "interactions-academic-company",
        "cross-partners",
    } <= made


def test_the_stored_value_of_every_indicator_has_a_question_that_answers(
    example_reader: LocalReader, cube: Cube
) -> None:
    question = Library()["computed-indicator-of-level"]
    snapshot = example_reader.snapshot
    graphs = [*snapshot.base_graphs, *snapshot.graphs("computed")]
    for name in cube.indicators:
        text = question.bind(indicator=f"computed/{name}")
        rows = list(
            csv.DictReader(
                io.StringIO(example_reader.query(text, accept="csv", default_graphs=graphs).body.decode())
            )
        )
        stored = cube.frame.filter(
            (cube.frame["indicator"] == name)
            & cube.frame["by"].is_null()
            & (cube.frame["evidence"] != "illustrative")  # nothing of examples is published
        )
        told = {(row["territory"].removeprefix(ID), row["period"]) for row in rows}
        assert bool(told) == (stored.height > 0) and told <= set(
            stored.select("territory", "period").iter_rows()
        ), name
