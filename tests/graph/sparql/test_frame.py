"""Answers as typed frames: every datatype of XML Schema that Arrow has, and text for what it has not."""

from __future__ import annotations

import datetime
from decimal import Decimal

import polars as pl
import pytest
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.sparql.frame import frame_of
from ancrage.graph.sparql.prefixes import shorten, with_prefixes
from ancrage.graph.sparql.results import Rows, Value
from ancrage.queries.columns import read_column


@pytest.mark.parametrize(
    ("literal", "kind", "value"),
    [
        ("9007199254740993", pl.Int64(), 9007199254740993),
        ("12.25", pl.Decimal(38, 2), Decimal("12.25")),
        ("1.5e0", pl.Float64(), 1.5),
        ("true", pl.Boolean(), True),
        ('"2024-02-29"^^xsd:date', pl.Date(), datetime.date(2024, 2, 29)),
        ('"2024"^^xsd:gYear', pl.Int64(), 2024),
        ('"10:30:00"^^xsd:time', pl.Time(), datetime.time(10, 30)),
        (
            '"2024-02-29T12:00:00+02:00"^^xsd:dateTime',
            pl.Datetime("us", "UTC"),
            datetime.datetime(2024, 2, 29, 10, tzinfo=datetime.UTC),
        ),
        ("anc:Commune", pl.String(), "https://w3id.org/ancrage/def/Commune"),
        ('"36893488147419103232"^^xsd:integer', pl.Decimal(38, 0), Decimal(2**65)),
        ('"P1Y"^^xsd:duration', pl.String(), "P1Y"),
    ],
)  # fmt: skip
def test_a_literal_has_the_type_that_arrow_has_for_it(
    literal: str, kind: pl.DataType, value: object, example_reader: LocalReader
) -> None:
    text = with_prefixes(f"SELECT ?x {{ VALUES ?x {{ {literal} UNDEF }} }}")
    frame = frame_of(Rows.from_json(example_reader.query(text, accept="json").body))
    assert frame.schema == {"x": kind}
    assert frame["x"].to_list() == [value, None]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, Decimal("0.25")], pl.Decimal(38, 2)),
        ([1, Decimal("0.25"), 0.5], pl.Float64()),
        ([1, "one"], pl.String()),
        ([True, 1], pl.String()),
        ([datetime.date(2024, 1, 1), "2024"], pl.String()),
        ([Decimal("0." + "1" * 39)], pl.String()),
    ],
)
def test_a_column_of_several_kinds_is_of_the_type_that_holds_them_all(
    values: list[Value], kind: pl.DataType
) -> None:
    frame = frame_of(Rows(["x"], [[value] for value in values]))
    assert frame.schema == {"x": kind} and frame["x"].null_count() == 0


def test_a_column_without_a_value_is_of_the_type_that_is_declared() -> None:
    rows = Rows(["n", "day", "place"], [[None, None, None]])
    frame = frame_of(rows, {"n": read_column("integer"), "day": read_column("date")})
    assert frame.dtypes == [pl.Int64, pl.Date, pl.String]


def test_prefixes_are_written_where_what_is_left_is_a_name() -> None:
    assert shorten("https://w3id.org/ancrage/id/actor-type/company") == "at:company"
    assert shorten("http://www.w3.org/2001/XMLSchema#a/b") == "http://www.w3.org/2001/XMLSchema#a/b"
