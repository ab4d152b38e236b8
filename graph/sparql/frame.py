"""Answers as typed frames: decimals, integers, dates, booleans and texts, each column of one type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import MappingProxyType

import polars as pl

from ...queries.columns import Variable
from .results import Rows, Value, plain

DIGITS = 38
"""Digits of a decimal, before and after its point, at the most: Arrow's 128 bits."""
_DECLARED: Mapping[str, pl.DataType] = {
    "integer": pl.Int64(),
    "year": pl.Int64(),
    "number": pl.Float64(),
    "date": pl.Date(),
    "moment": pl.Datetime("us", "UTC"),
    "boolean": pl.Boolean(),
}


def frame_of(rows: Rows, columns: Mapping[str, Variable] = MappingProxyType({})) -> pl.DataFrame:
    """Give rows as a frame: a type a column, that of all its values.

    Integers and years are Int64, decimals Decimal, doubles Float64, with what is whole or decimal beside them; then
    Boolean, Date, Datetime (with a time zone: in UTC) and Time; IRIs and all else are String, and so is a column of several
    kinds, or of numbers too long for Arrow. A column without a value has the type that its question declares (`columns`).

    >>> frame = frame_of(Rows(["place", "n", "share"], [["Gap", 5, Decimal("0.50")], ["Die", None, Decimal("2")]]))
    >>> frame.dtypes
    [String, Int64, Decimal(precision=38, scale=2)]
    >>> frame["share"].to_list()
    [Decimal('0.50'), Decimal('2.00')]
    """
    made = {}
    for at, name in enumerate(rows.columns):
        declared = columns[name].type if name in columns else "text"
        made[name] = _series(name, [row[at] for row in rows.rows], declared)
    return pl.DataFrame(made)


_PLAIN: dict[type, type[pl.DataType]] = {bool: pl.Boolean, date: pl.Date, time: pl.Time}


def _series(name: str, values: Sequence[Value], declared: str) -> pl.Series:
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return pl.Series(name, values, _DECLARED.get(declared, pl.String()))
    if kinds <= {int, float, Decimal}:
        return _numbers(name, values, kinds)
    if kinds == {datetime}:
        return _moments(name, values)
    if len(kinds) == 1 and (dtype := _PLAIN.get(next(iter(kinds)))) is not None:
        return pl.Series(name, values, dtype)
    return _texts(name, values)


def _moments(name: str, values: Sequence[Value]) -> pl.Series:
    """Make a column of times of days, in UTC where they have a zone; of text where some have one and some have none."""
    moments = [value for value in values if isinstance(value, datetime)]
    zoned = sum(value.tzinfo is not None for value in moments)
    if zoned not in (0, len(moments)):
        return _texts(name, values)
    told = [value.astimezone(UTC) if zoned and isinstance(value, datetime) else value for value in values]
    return pl.Series(name, told, pl.Datetime("us", "UTC" if zoned else None))


def _numbers(name: str, values: Sequence[Value], kinds: set[type]) -> pl.Series:
    numbers = [value if isinstance(value, int | float | Decimal) else None for value in values]
    if float in kinds:  # a decimal becomes the nearest double, as SPARQL promotes it
        return pl.Series(name, [None if value is None else float(value) for value in numbers], pl.Float64)
    exact = [None if value is None else Decimal(value) for value in numbers]
    known = [value for value in exact if value is not None]
    if kinds == {int} and min(known) >= -(2**63) and max(known) < 2**63:
        return pl.Series(name, numbers, pl.Int64)
    whole, scale = _places(known)
    if whole + scale > DIGITS:
        return _texts(name, values)
    return pl.Series(name, exact, pl.Decimal(DIGITS, scale))


def _places(numbers: Sequence[Decimal]) -> tuple[int, int]:
    """Count the figures that numbers have before and after the point at most."""
    parts = [(len(one.as_tuple().digits), int(one.as_tuple().exponent)) for one in numbers]
    return max(digits + exponent for digits, exponent in parts), max(
        max(0, -exponent) for _, exponent in parts
    )


def _texts(name: str, values: Sequence[Value]) -> pl.Series:
    return pl.Series(name, [None if value is None else plain(value) for value in values], pl.String)
