"""Rows of values of an indicator: one for each territory, period and group."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ..region.view import RegionView
from .board import Board

Values = npt.NDArray[np.float64]

SCHEMA: dict[str, Any] = {
    "territory": pl.String,
    "period": pl.String,
    "by": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "status": pl.String,
}

MISSING, SUPPRESSED, INSUFFICIENT = "missing", "suppressed", "insufficient"
"""Why there is no value: nobody knows it, statistical secrecy covers it, the counts are too few to say anything."""

MARKUP = r'[\s<>"{}|^`\\]'
"""What no group and no period has: it could not be part of an IRI."""

MOST = 1e30
"""What every value is under: more could not be written as a decimal."""


def no_rows() -> pl.DataFrame:
    """Give no rows."""
    return pl.DataFrame(schema=SCHEMA)


def rows(
    board: Board,
    period: str,
    by: str | None,
    values: Values,
    interval: tuple[Values, Values] | None = None,
    why: str = MISSING,
) -> pl.DataFrame:
    """Give a row for each territory of a board; NaN is no value, and `why` says why."""
    unknown = np.isnan(values)
    low, high = (np.full(len(board), np.nan),) * 2 if interval is None else interval
    return pl.DataFrame(
        {
            "territory": board.ids,
            "period": [period] * len(board),
            "by": [by] * len(board),
            **{
                name: pl.Series(np.where(unknown, np.nan, one), dtype=pl.Float64).fill_nan(None)
                for name, one in (("value", values), ("low", low), ("high", high))
            },
            "status": pl.Series([why if one else None for one in unknown.tolist()], dtype=pl.String),
        },
        schema=SCHEMA,
    )


def nothing_known(board: Board, period: str) -> pl.DataFrame:
    """Give a missing value for each territory: the source of the indicator was never loaded."""
    return rows(board, period, None, np.full(len(board), np.nan))


def this_year(matter: RegionView) -> str:
    """Give the year of the publication: what is open is open then."""
    return matter.snapshot[:4] if matter.snapshot[:4].isdigit() else "9999"
