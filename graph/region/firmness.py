"""How firm facts are, counted: documented first, made-up last; a fact without a status is documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

#: Evidence statuses, the strongest first.
EVIDENCE = ("documented", "declared", "inferred", "simulated", "illustrative")
MADE_UP = frozenset(EVIDENCE[3:])
"""Statuses of what is invented or supposed."""
RANKS: Mapping[str, int] = {name: rank for rank, name in enumerate(EVIDENCE)}
"""The rank of each status: the less firm, the greater."""


def rank_in(frame: pl.DataFrame, column: str = "evidence") -> pl.Expr:
    """Give the rank of the status of each row; of a frame that tells none, all are documented."""
    if column not in frame.columns:
        return pl.lit(0, dtype=pl.Int64)
    return pl.col(column).replace_strict(RANKS, default=0, return_dtype=pl.Int64)


def status_of(rank: pl.Expr) -> pl.Expr:
    """Give the status of each rank; null where there is none."""
    return rank.replace_strict(dict(enumerate(EVIDENCE)), default=None, return_dtype=pl.String)


def less_firm(*columns: pl.Expr) -> pl.Expr:
    """Give the less firm of the statuses of each row; null where none is told.

    >>> rows = pl.DataFrame({"of": ["declared", None], "at": ["inferred", None]})
    >>> rows.select(less_firm(pl.col("of"), pl.col("at")))["of"].to_list()
    ['inferred', None]
    """
    ranks = (one.replace_strict(RANKS, default=None, return_dtype=pl.Int64) for one in columns)
    return status_of(pl.max_horizontal(ranks))


def weakest(*statuses: str | None) -> str:
    """Give the least firm of evidence statuses; none, or an empty one, is documented.

    >>> weakest("documented", "inferred", "declared", None)
    'inferred'
    """
    return max((one or EVIDENCE[0] for one in statuses), key=RANKS.__getitem__, default=EVIDENCE[0])


def firmest(*statuses: str) -> str:
    """Give the firmest of evidence statuses: what one fact establishes is as firm as the firmest that does.

    >>> firmest("inferred", "declared")
    'declared'
    """
    return min(statuses, key=RANKS.__getitem__)


def counts_of(facts: str | None) -> dict[str, int]:
    """Read how many facts there are of each status, as figures tell it.

    >>> counts_of("documented: 2; declared: 80")
    {'documented': 2, 'declared': 80}
    """
    pairs = (part.split(": ") for part in (facts or "").split("; ") if part)
    return {name: int(number) for name, number in pairs}


def count_by_status(ranks: Iterable[int]) -> dict[str, int]:
    """Count facts by status, the firmest first.

    >>> count_by_status([2, 0, 2])
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
