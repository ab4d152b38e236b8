"""Formulas of ties: with whom the actors of a territory share interactions, inside and outside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ..matter import Matter
from .board import Board
from .derived import rows_of
from .rows import INSUFFICIENT, nothing_known, rows, this_year
from .selection import Options

Values = npt.NDArray[np.float64]
MINIMUM = 5
"""Interactions under which no share of them is given."""


@dataclass(frozen=True)
class Shared:
    """Interactions × communes they are acted from (0 or 1), and the number of participants of each that are placed."""

    there: csr_array
    inside: csr_array
    placed: Values


def shared(matter: Matter) -> Shared:
    """Lay out the placed participants of all interactions; `inside` counts those of each territory × interaction."""
    board = Board.of(matter)
    found = rows_of(matter, "interaction-places").select("interaction", "actor", "place").unique()
    found = board.ground.locate(found).select("interaction", "actor", "at").unique()
    names = found.select("interaction").unique().sort("interaction").with_row_index("row")
    placed = found.join(names, on="interaction")
    at = (placed["row"].to_numpy(), placed["at"].to_numpy())
    counts = csr_array((np.ones(placed.height), at), shape=(names.height, len(board.ground)))
    there = counts.copy()
    there.data[:] = 1.0
    inside = csr_array(board.members @ counts.T)
    off = rows_of(matter, "interaction-places").drop_nulls("place").select("interaction", "actor").unique()
    sizes = off.group_by("interaction").agg(n=pl.len())
    n = (
        names.join(sizes, on="interaction", how="left", maintain_order="left")["n"]
        .cast(pl.Float64)
        .to_numpy()
    )
    return Shared(there, inside, np.asarray(n, dtype=float))


def _outside(matter: Matter) -> tuple[Values, Values, Values]:
    """Count the interactions of each territory: all, those with a placed participant elsewhere, those of two inside."""
    laid = matter.once(shared)
    inside = laid.inside.tocoo()
    size = (len(Board.of(matter)),)
    beyond = inside.data < laid.placed[inside.col]
    several = ~beyond & (inside.data >= 2)
    count = [
        np.bincount(inside.row[kept], minlength=size[0]).astype(float)
        for kept in (np.ones(len(inside.data), dtype=bool), beyond, several)
    ]
    return count[0], count[1], count[2]


def outside_share(matter: Matter, _: Options) -> pl.DataFrame:
    """Give the share (%) of a territory's interactions that have a placed participant elsewhere."""
    board, year = Board.of(matter), this_year(matter)
    if rows_of(matter, "interaction-places").is_empty():
        return nothing_known(board, year)
    every, beyond, _several = _outside(matter)
    enough = every >= MINIMUM
    share = np.divide(100 * beyond, every, out=np.full(len(board), np.nan), where=enough)
    return rows(board, year, None, share, why=INSUFFICIENT)


def ei_index(matter: Matter, _: Options) -> pl.DataFrame:
    """Give the E–I index of a territory's interactions: (E − I) / (E + I), from −1 (all inside) to 1 (all outside).

    E counts those with a placed participant elsewhere, I those whose placed participants, two or more, are all inside
    (Krackhardt & Stern 1988, on interactions).
    """
    board, year = Board.of(matter), this_year(matter)
    if rows_of(matter, "interaction-places").is_empty():
        return nothing_known(board, year)
    _every, beyond, several = _outside(matter)
    both = beyond + several
    index = np.divide(beyond - several, both, out=np.full(len(board), np.nan), where=both >= MINIMUM)
    return rows(board, year, None, index, why=INSUFFICIENT)


def counterparts(matter: Matter, options: Options) -> pl.DataFrame:
    """Count the other territories of a `level` from which partners of a territory's interactions act.

    A larger territory that meets all of that level has no other: the question has no answer there, and no row.
    """
    board, year = Board.of(matter), this_year(matter)
    if rows_of(matter, "interaction-places").is_empty():
        return nothing_known(board, year)
    laid = matter.once(shared)
    of_level = np.flatnonzero(board.levels == str(options["level"]))
    groups = csr_array(board.members[of_level, :])
    taken = csr_array(laid.inside > 0).astype(float)
    reached = csr_array(taken @ laid.there @ groups.T)
    own = csr_array(board.members @ groups.T)
    there = (reached > 0).astype(float)
    mine = there.multiply((own > 0).astype(float))
    counts = np.asarray(there.sum(axis=1)).ravel() - np.asarray(mine.sum(axis=1)).ravel()
    alone = np.asarray((own > 0).sum(axis=1)).ravel() == len(of_level)
    alone[of_level] = False
    told = rows(board, year, None, np.asarray(counts, dtype=float))
    return told.filter(~pl.Series(alone))
