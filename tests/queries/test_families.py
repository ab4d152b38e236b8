"""Families of occupations that programmes prepare for: counted with their zeros, and the programmes that have none."""

from __future__ import annotations

import csv
import io

import pytest
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.queries.library import Library

LIBRARY = Library()


def ask(reader: LocalReader, name: str, **values: object) -> list[dict[str, str]]:
    query = LIBRARY[name]
    body = reader.query(query.bind(**values) if values else query.text, accept="csv").body
    return list(csv.DictReader(io.StringIO(body.decode())))


@pytest.mark.parametrize(
    ("territory", "counts"),
    [
        ("38", {"B": ("2", "135"), "F": ("1", "15"), "H": ("1", "24")}),
        ("26", {}),
        ("adhoc/nulle-part", {}),
    ],
)
def test_every_family_is_counted_zeros_included(
    example_reader: LocalReader, territory: str, counts: dict[str, tuple[str, str]]
) -> None:
    rows = ask(example_reader, "families-of-programmes", territory=territory)
    assert "".join(row["code"] for row in rows) == "ABCDEFGHJKLMNPQRSTUVWX"
    assert {
        row["code"]: (row["programmes"], row["capacity"]) for row in rows if row["programmes"] != "0"
    } == counts
    assert rows[1]["familyLabel"] == "Bâtiment, travaux publics"


def test_programmes_without_a_family_are_named(example_reader: LocalReader) -> None:
    (row,) = ask(example_reader, "programmes-without-family")
    assert row["programmeLabel"] == "Licence Géographie et aménagement"
    assert row["organizations"] == "Université Grenoble Alpes"


def test_programmes_without_a_place_are_counted_by_source_and_institution(
    example_reader: LocalReader,
) -> None:
    rows = ask(example_reader, "programmes-without-place")
    assert sum(int(row["programmes"]) for row in rows) > 0
    assert all(int(row["withPlace"]) + int(row["withoutPlace"]) == int(row["programmes"]) for row in rows)
    assert {row["withoutPlace"] for row in rows} == {"0"}
