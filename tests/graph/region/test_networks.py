"""Networks of the example graph, against the named questions that tell the same ties."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import polars as pl
import pytest
from ancrage.graph.region.names import UnknownName
from ancrage.graph.region.networks import BadYears, network
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.sparql.results import Rows
from ancrage.ontology.vocabulary import ID
from ancrage.queries.library import Library


@pytest.fixture(scope="module")
def matter(example_reader: LocalReader) -> RegionView:
    return RegionView.of(example_reader)


def asked(reader: LocalReader, name: str, **values: str) -> list[dict[str, str]]:
    body = reader.query(Library()[name].bind(**values), accept="json").body
    return [
        {key: str(value).removeprefix(ID) for key, value in row.items() if value is not None}
        for row in Rows.from_json(body)
    ]


def test_actors_are_tied_as_often_as_the_projection_has_them_together(
    matter: RegionView, example_reader: LocalReader
) -> None:
    together: dict[str, set[str]] = {}
    for row in asked(example_reader, "actor-actor", territory="region/84"):
        together.setdefault(row["interaction"], set()).add(row["actor"])
    expected: Counter[tuple[str, ...]] = Counter(
        pair for actors in together.values() for pair in combinations(sorted(actors), 2)
    )
    shared: Counter[tuple[str, ...]] = Counter()
    for row in asked(example_reader, "actor-ties"):
        shared[row["first"], row["second"]] += int(row["weight"])
    made = network(matter)
    counted = network(matter, kinds="shared-projects")
    assert {(a, b): data["weight"] for a, b, data in counted.edges(data=True)} == shared and shared
    assert {(a, b): data["weight"] for a, b, data in made.edges(data=True)} == expected and expected
    assert all(None not in data.values() for _, _, data in made.edges(data=True))


def test_institutions_are_tied_to_territories_as_the_projection_ties_them(
    matter: RegionView, example_reader: LocalReader
) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for row in asked(example_reader, "institution-territory", within="region/84"):
        expected[row["organization"], row["territory"]] += int(row["links"])
    made = network(matter, "institutions-territories")
    assert {(a, b): data["weight"] for a, b, data in made.edges(data=True)} == expected and expected
    assert {made.nodes[territory]["kind"] for _, territory in expected} == {"territory"}


def test_a_network_of_filieres_has_whom_the_projection_of_each_has(
    matter: RegionView, example_reader: LocalReader
) -> None:
    rows = asked(example_reader, "actor-chain", chain="timber-construction")
    expected = {row["actor"] for row in rows if row["kind"] != "interaction" or row.get("function")}
    assert set(network(matter, "actors-chains")["value-chain/timber-construction"]) == expected and expected


def test_years_kinds_and_a_territory_leave_what_they_say(matter: RegionView) -> None:
    whole = network(matter)
    years = {data["first_year"] for *_, data in whole.edges(data=True) if "first_year" in data}
    first = min(years)
    early = network(matter, years=first)
    assert 0 < early.number_of_edges() < whole.number_of_edges()
    assert {data["first_year"] for *_, data in early.edges(data=True)} == {first}
    counted = network(matter, kinds=["shared-projects"])
    assert {data["kinds"] for *_, data in counted.edges(data=True)} == {"shared-projects"}
    assert network(matter, territory="07").number_of_edges() < whole.number_of_edges()


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ({"kind": "actor"}, "actors"),
        ({"kinds": ["colaborative-project"]}, "collaborative-project"),
        ({"kind": "institutions-territories", "kinds": ["sites"]}, "site"),
        ({"kind": "institutions-territories", "level": "canton"}, "epci"),
        ({"territory": "Grenobl"}, "Grenoble"),
    ],
)
def test_what_there_is_not_is_refused_with_what_is_near(
    matter: RegionView, wrong: dict[str, object], near: str
) -> None:
    with pytest.raises(UnknownName, match=near):
        network(matter, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("years", [(2025, 2015), ("a", "b"), "2015", (None, 2016), (2015,), 2015.0])
def test_years_that_are_none_are_refused_rather_than_empty(matter: RegionView, years: Any) -> None:
    with pytest.raises(BadYears, match=r"a year, or the first and the last, as 2015 or \(2015, 2025\)"):
        network(matter, years=years)


def test_a_project_that_two_sources_tell_weighs_once(matter: RegionView) -> None:
    first, second, data = next(iter(network(matter, kinds="collaborative-project").edges(data=True)))
    rows = [("tie/t", *sorted((first, second)), 3), ("tie/u", "organization/x", "organization/y", 2)]
    columns = {"tie": pl.String, "first": pl.String, "second": pl.String, "shared": pl.Int64}
    told = matter.with_frames(ties=pl.DataFrame(rows, schema=columns, orient="row"))
    made = network(told)
    before = network(matter).edges[first, second]["weight"]
    assert made.edges[first, second] == {**network(matter).edges[first, second], "shared_projects": 3}
    assert made.edges[first, second]["weight"] == before
    assert "organization/x" not in made  # counted only: asked for, or no edge
    asked = network(told, kinds=["shared-projects", "collaborative-project"])
    assert asked.edges["organization/x", "organization/y"]["weight"] == 2
    assert asked.edges[first, second]["weight"] == data["weight"] + 3
    assert network(told, kinds="shared-projects").number_of_edges() == 2
