"""Tables of counts: equal to a plain definition over the triples, with straddling, merged, suppressed and missing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from ancrage.graph.analysis.table import Table
from ancrage.graph.region.places import UnknownName
from ancrage.graph.region.tables import (
    NotObserved,
    chain_actor,
    institution_territory,
    territory_field,
    territory_sector,
)
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.queries.query import ParameterError
from pyoxigraph import NamedNode, RdfFormat, parse

from ..publishing import published

GRAPH = "https://w3id.org/ancrage/graph/tables"
FILE = Path(__file__).parents[2] / "data" / "tables" / "graph.ttl"
DEF, ID = "https://w3id.org/ancrage/def/", "https://w3id.org/ancrage/id/"
T = f"{ID}territory/"
NAN = math.nan


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalReader]:
    folder = tmp_path_factory.mktemp("tables")
    with published(folder, [FILE], GRAPH) as opened:
        yield opened


def rows(table: Table) -> dict[str, list[float]]:
    """The rows of a table by the last part of their key."""
    return {
        key.rsplit("/", 1)[-1]: row
        for key, row in zip(table.rows.keys, table.toarray().tolist(), strict=True)
    }


def same(found: dict[str, list[float]], expected: dict[str, list[float]]) -> bool:
    return found.keys() == expected.keys() and all(
        np.array_equal(found[key], expected[key], equal_nan=True) for key in expected
    )


# --- a plain definition over the triples ---

TRIPLES = [(q.subject, q.predicate.value, q.object) for q in parse(path=str(FILE), format=RdfFormat.TURTLE)]


def _objects(subject: str, predicate: str) -> list[str]:
    return [o.value for s, p, o in TRIPLES if s == NamedNode(subject) and p == DEF + predicate]


def _wholes(place: str) -> set[str]:
    found, ahead = {place}, [place]
    while ahead:
        for whole in _objects(ahead.pop(), "partOfTerritory"):
            if whole not in found:
                found.add(whole)
                ahead.append(whole)
    return found


def _communes() -> list[str]:
    return sorted({s.value for s, _, o in TRIPLES if o == NamedNode(DEF + "Commune")})


def _before(commune: str) -> list[str]:
    """A commune, its districts, and what was before it, however long ago."""
    units = [commune]
    for unit in units:
        units += [
            s.value
            for s, p, o in TRIPLES
            if o == NamedNode(unit) and p in (DEF + "succeededBy", DEF + "partOfTerritory")
        ]
    return units


def _plain(territory: str, within: str | None, sector: str, year: str) -> float:
    """Sum a sector over the communes of a territory inside another; NaN if one of them is not wholly known."""
    total = 0.0
    for commune in _communes():
        if territory not in _wholes(commune) or (within and within not in _wholes(commune)):
            continue
        units = _before(commune)
        observed = {s.value for s, p, o in TRIPLES if p == DEF + "refTerritory" and o.value in units}
        of_year = [one for one in observed if year in _objects(one, "refPeriod")]
        expected = {
            _objects(one, "refTerritory")[0]
            for one in of_year
            if "total" not in _objects(one, "refSector")[0]
        }
        cell = [one for one in of_year if _objects(one, "refSector") == [ID + f"sector/{sector}"]]
        values = [float(value) for one in cell for value in _objects(one, "obsValue")]
        if not expected or len(values) != len(expected):
            return NAN
        total += sum(values)
    return total


@pytest.mark.parametrize("within", ["department/38", "department/73", "region/84", "adhoc/massif"])
@pytest.mark.parametrize("rule", ["inside", "whole"])
def test_sums_of_communes_are_the_plain_definition(reader: LocalReader, within: str, rule: str) -> None:
    table = territory_sector(reader, within=within, indicator="establishments", year=2014, rule=rule)  # type: ignore[arg-type]
    inside = T + within if rule == "inside" else None
    expected = {
        key.rsplit("/", 1)[-1]: [_plain(key, inside, sector, "2014") for sector in "AB"]
        for key in table.rows.keys
    }
    assert [key.rsplit("/", 1)[-1] for key in table.columns.keys] == ["A", "B"]
    assert same(rows(table), expected)


def test_a_straddling_territory_is_never_whole_on_both_sides(reader: LocalReader) -> None:
    ask = {"indicator": "establishments", "year": 2014}
    isere = territory_sector(reader, within="38", **ask)  # type: ignore[arg-type]
    savoie = territory_sector(reader, within="73", **ask)  # type: ignore[arg-type]
    assert rows(isere)["200000002"][0] == 5
    assert rows(savoie)["200000002"][0] == 7
    assert isere.about["straddling"] == {f"{T}epci/200000002": 0.5}
    contained = territory_sector(reader, within="38", rule="contained", **ask)  # type: ignore[arg-type]
    assert list(rows(contained)) == ["200000001"]
    whole = territory_sector(reader, within="38", rule="whole", **ask)  # type: ignore[arg-type]
    assert rows(whole)["200000002"][0] == 12
    assert "must not be added up" in whole.about["rule"]


def test_suppressed_and_absent_cells_are_missing_and_told(reader: LocalReader) -> None:
    table = territory_sector(
        reader, within="region/84", level="commune", indicator="establishments", year=2014
    )
    assert same(
        rows(table),
        {"38001": [14, 0], "38002": [0, 0], "38003": [5, NAN], "73001": [7, 2], "73002": [9, NAN]},
    )
    assert (table.about["suppressed"], table.about["missing"]) == (1, 2)
    epci = territory_sector(reader, within="region/84", indicator="establishments", year=2014)
    assert epci.about["known_share"] == {f"{T}epci/200000002": 0.5, f"{T}epci/200000003": 0.0}
    partial = territory_sector(
        reader, within="region/84", indicator="establishments", year=2014, least_known=0.5
    )
    assert rows(partial)["200000002"] == [12, 2]


def test_year_and_evidence_choose_the_observations(reader: LocalReader) -> None:
    latest = territory_sector(reader, within="38", level="commune", indicator="establishments")
    assert (latest.about["year"], latest.about["years"]) == (2015, [2014, 2015])
    assert latest.about["evidence"] == {"declared": 1}
    assert same(rows(latest), {"38001": [11], "38002": [NAN], "38003": [NAN]})
    documented = territory_sector(
        reader, within="38", level="commune", indicator="establishments", evidence="documented"
    )
    assert documented.about["year"] == 2014
    with pytest.raises(ParameterError, match="documented"):
        territory_sector(reader, within="38", indicator="establishments", evidence="sure")


def test_a_territory_of_its_own_observation(reader: LocalReader) -> None:
    table = territory_sector(reader, within="38", level="zone")
    assert same(rows(table), {"0001": [100, NAN]})
    assert table.about["sources"] == [f"{ID}x/jobs"]
    assert (table.about["measure"], table.about["query"]) == ("emplois", "sectors-by-territory")
    assert table.about["snapshot"] == reader.snapshot.id
    assert table.about["parameters"] == {
        "within": "38",
        "level": "zone",
        "indicator": "salaried-jobs",
        "rule": "inside",
    }


def test_what_is_not_observed_is_refused(reader: LocalReader) -> None:
    with pytest.raises(NotObserved, match="nor for communes") as level:
        territory_sector(reader, within="38", level="epci")
    assert level.value.level == "epci"
    with pytest.raises(NotObserved, match="it has the years 2014, 2015"):
        territory_sector(reader, within="38", indicator="establishments", year=1999)


def test_unknown_names_are_answered_with_the_nearest(reader: LocalReader) -> None:
    with pytest.raises(UnknownName, match="Massif") as near:
        territory_sector(reader, within="Massiv", level="epci")
    assert near.value.nearest == (("Massif", f"{T}adhoc/massif"),)
    with pytest.raises(UnknownName) as alike:
        territory_field(reader, within="Quattre Massiv")
    assert [label for label, _ in alike.value.nearest] == ["Quatre", "Massif"]
    with pytest.raises(UnknownName, match="no territory “38999”"):
        institution_territory(reader, within="38999")
    with pytest.raises(ParameterError, match="niveau"):
        territory_field(reader, within="38", level="canton")
    with pytest.raises(UnknownName, match="value-chain/bois"):
        chain_actor(reader, "boys")
    with pytest.raises(UnknownName, match="Massif"):
        chain_actor(reader, "bois", within="Massiv")


def test_units_count_once_for_a_territory_and_field(reader: LocalReader) -> None:
    table = territory_field(reader, within="region/84")
    assert [key.split("/field/")[-1] for key in table.columns.keys] == ["mesr/1", "mesr/2"]
    assert rows(table) == {"200000001": [2, 1], "200000002": [1, 1], "200000003": [0, 0]}
    assert table.missing is None
    assert (table.about["without_field"], table.about["undated"]) == (1, 1)
    assert rows(territory_field(reader, within="38"))["200000002"] == [0, 0]
    assert rows(territory_field(reader, within="38", rule="whole"))["200000002"] == [1, 1]
    assert rows(territory_field(reader, within="38", year=2012))["200000001"] == [1, 1]
    assert rows(territory_field(reader, within="38", year=2005))["200000001"] == [1]
    assert rows(territory_field(reader, within="38", evidence="declared"))["200000001"] == [1]
    assert rows(territory_field(reader, within="38", scheme="erc"))["200000001"] == [1]
    assert rows(territory_field(reader, within="38", level="commune")) == {
        "38001": [1, 1],
        "38002": [2, 1],
        "38003": [0, 0],
    }
    assert rows(territory_field(reader, within="38", of="programme"))["200000001"] == [1]


def test_institutions_are_tied_by_kind(reader: LocalReader) -> None:
    table = institution_territory(reader, within="38")
    assert rows(table) == {"u": [5, 0]}
    assert table.about["by_kind"] == {"interaction": 1, "programme": 1, "site": 2, "unit": 1}
    assert rows(institution_territory(reader, within="38", level="commune", kind="site")) == {"u": [2, 0, 0]}
    assert rows(institution_territory(reader, within="38", level="commune", kind="interaction")) == {
        "u": [0, 1, 0]
    }
    assert rows(institution_territory(reader, within="73", kind="unit")) == {"u": [1, 0]}
    assert institution_territory(reader, within="38", kind="interaction", year=2019).shape[0] == 0


def test_links_of_a_filiere_by_function_and_type(reader: LocalReader) -> None:
    table = chain_actor(reader, "bois")
    assert table.columns.labels == ("produit", "cherche", "forme")
    assert rows(table) == {"resource": [0, 1, 1], "trade": [0, 0, 0]}
    assert table.about["unknown_link"] == {f"{ID}chain-function/produces": 1}
    assert table.about["projects_left_out"] == 1
    assert rows(chain_actor(reader, "bois", within="73")) == {"resource": [0, 1, 0], "trade": [0, 0, 0]}
    projects = chain_actor(reader, "bois", projects=True)
    assert rows(projects)["trade"] == [0, 3, 0]
    types = chain_actor(reader, "bois", by="type")
    assert [key.rsplit("/", 1)[-1] for key in types.columns.keys] == [
        "company",
        "higher-education",
        "research-unit",
    ]
    assert rows(types)["resource"] == [0, 1, 1]
    assert rows(chain_actor(reader, "bois", evidence="documented")) == {
        "resource": [0, 0, 0],
        "trade": [0, 0, 0],
    }
