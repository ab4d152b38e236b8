"""Formulas of ties: with whom the actors of a territory share interactions, inside and outside."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ..region.derived import rows_of
from ..region.inside_outside import Crossing, Sides
from ..region.view import RegionView
from .board import Board
from .rows import INSUFFICIENT, nothing_known, rows, this_year
from .selection import Options

MINIMUM = 10
"""Interactions under which no share of them is given."""


def crossing(matter: RegionView) -> Crossing:
    """Count the interactions of all territories by side."""
    return Crossing.of(matter.once(Sides.of_matter), Board.of(matter).members)


def outside_share(matter: RegionView, _: Options) -> pl.DataFrame:
    """Give the share (%) of a territory's interactions in which somebody outside takes part (`inside_outside`)."""
    board, year = Board.of(matter), this_year(matter)
    if rows_of(matter, "interaction-places").is_empty():
        return nothing_known(board, year)
    found = matter.once(crossing)
    enough = found.every >= MINIMUM
    share = np.divide(100 * found.outward, found.every, out=np.full(len(board), np.nan), where=enough)
    return rows(board, year, None, share, why=INSUFFICIENT)


def ei_index(matter: RegionView, _: Options) -> pl.DataFrame:
    """Give the E–I index of a territory's interactions: (E − I) / (E + I), from −1 (all inside) to 1 (all outside).

    E counts those with somebody outside, I those of two or more inside; one may be both (`inside_outside.Crossing`).
    """
    board, year = Board.of(matter), this_year(matter)
    if rows_of(matter, "interaction-places").is_empty():
        return nothing_known(board, year)
    found = matter.once(crossing)
    index = np.where(found.outward + found.inward >= MINIMUM, found.ei_index(), np.nan)
    return rows(board, year, None, index, why=INSUFFICIENT)


def counterparts(matter: RegionView, options: Options) -> pl.DataFrame:
    """Count the other territories of a `level` from which partners of a territory's interactions act.

    A larger territory that meets all of that level has no other: the question has no answer there, and no row.
    """
    board, year = Board.of(matter), this_year(matter)
    if rows_of(matter, "interaction-places").is_empty():
        return nothing_known(board, year)
    sides = matter.once(Sides.of_matter)
    of_level = np.flatnonzero(board.levels == str(options["level"]))
    groups = csr_array(board.members[of_level, :])
    taken = csr_array(sides.inside(board.members) > 0).astype(float)
    reached = csr_array(taken @ sides.communes() @ groups.T)
    own = csr_array(board.members @ groups.T)
    there = (reached > 0).astype(float)
    mine = there.multiply((own > 0).astype(float))
    counts = np.asarray(there.sum(axis=1)).ravel() - np.asarray(mine.sum(axis=1)).ravel()
    alone = np.asarray((own > 0).sum(axis=1)).ravel() == len(of_level)
    alone[of_level] = False
    told = rows(board, year, None, np.asarray(counts, dtype=float))
    return told.filter(~pl.Series(alone))
