"""Each indicator derived from the facts by one query gives what the cube stores, on the example graph."""

from __future__ import annotations

import csv
import io

import pytest
from ancrage.graph.indicators.cube import Cube
from ancrage.graph.indicators.derivations import derivation
from ancrage.graph.reader import LocalReader
from ancrage.ontology.vocabulary import ID
from ancrage.queries.library import Library

TERRITORIES = (
    *("territory/epci/200040715", "territory/department/38", "territory/region/84"),
    *("territory/commune/38185", "territory/zone/8409"),
)
#: Computed over all communes at once, by methods that are no query: distances, entropies, quotients, networks, bounds.
BY_METHOD = {"location-quotient", "variety", "reach", "distance", "catchment", "counterparts", "brokered"} | {
    *("academic-reach", "announcements"),
}


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
    assert len(compared) >= 24, sorted(compared)


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
    assert len(made) >= 38
    assert {
        "population",
        "programmes",
        "interactions",
        "ei-index",
        "outside-share",
        "students",
        "hiring-plans",
    } <= made
    assert {"programmes-per-100000", "hiring-plans-difficult-share"} <= made


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
        stored = cube.frame.filter((cube.frame["indicator"] == name) & cube.frame["by"].is_null())
        told = {(row["territory"].removeprefix(ID), row["period"]) for row in rows}
        assert bool(told) == (stored.height > 0) and told <= set(
            stored.select("territory", "period").iter_rows()
        ), name
