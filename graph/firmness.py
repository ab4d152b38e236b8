"""How firm facts are, counted: documented first, made-up last; a fact without a status is documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from .solutions import EVIDENCE

RANKS: Mapping[str, int] = {name: rank for rank, name in enumerate(EVIDENCE)}
"""The rank of each status: the less firm, the greater."""


def rank_in(frame: pl.DataFrame, column: str = "evidence") -> pl.Expr:
    """Give the rank of the status of each row; of a frame that tells none, all are documented."""
    if column not in frame.columns:
        return pl.lit(0, dtype=pl.Int64)
    return pl.col(column).replace_strict(RANKS, default=0, return_dtype=pl.Int64)


def counted(ranks: Iterable[int]) -> dict[str, int]:
    """Count facts by status, the firmest first.

    >>> counted([2, 0, 2])
    {'documented': 1, 'inferred': 2}
    """
    return {EVIDENCE[rank]: n for rank, n in sorted(Counter(ranks).items())}


def together(*counts: Mapping[str, int]) -> dict[str, int]:
    """Add up facts counted by status, the firmest first; none of a status is not told.

    >>> together({"inferred": 1}, {"documented": 2, "inferred": 3}, {"declared": 0})
    {'documented': 2, 'inferred': 4}
    """
    return {name: n for name in EVIDENCE if (n := sum(one.get(name, 0) for one in counts))}


def counted_in(tables: Mapping[str, npt.NDArray[np.float64]], cell: tuple[int, int]) -> dict[str, int]:
    """Read how many facts of each status there are in a cell of tables by status."""
    return {name: int(table[cell]) for name, table in tables.items()}
