"""What sources cannot say: beyond the edge of what they cover, and of items that they place nowhere."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..region.inside_outside import abroad
from ..region.view import RegionView
from . import edges
from .board import Board
from .declaration import Indicator
from .rows import MISSING
from .selection import LEAST_PLACED, LOADED, select_rows

_NONE_IS_ZERO = frozenset({"items", "reach", "catchment"})
_COUNTS = frozenset({"items", "total", "population", "communes"})
_OF_UNITS = frozenset({"observed", "location-quotient", "variety"})


def placing(matter: RegionView, indicator: Indicator) -> tuple[int, int] | None:
    """Count the items of an indicator, of all territories, and those of them that have no place; None where it has none.

    Those without a place count in no territory, wherever they are; actors that are known to be abroad are left out.
    """
    item = str(indicator.options.get("item", ""))
    if not item:
        return None
    found = select_rows(matter, indicator.options).drop_nulls(item)
    if item == "actor":
        found = _at_home(matter, found)
    items = found[item].n_unique()
    return items, items - found.drop_nulls("place")[item].n_unique()


def is_partial(matter: RegionView, indicator: Indicator) -> bool:
    """Tell whether most items of an indicator have no place, so that nobody knows where none is."""
    if indicator.formula not in _NONE_IS_ZERO or indicator.options.get(LOADED):
        return False
    found = placing(matter, indicator)
    return found is not None and found[0] - found[1] < LEAST_PLACED * found[0]


def unplaced_groups(matter: RegionView, indicator: Indicator) -> list[str]:
    """List the groups of which most items have no place; who is known to be abroad is left out. None of a series."""
    options = indicator.options
    by, item = str(options.get("by", "")), str(options.get("item", ""))
    if (
        not (by and item)
        or indicator.formula not in _NONE_IS_ZERO
        or options.get("series")
        or options.get(LOADED)
    ):
        return []
    found = select_rows(matter, options).drop_nulls([by, item])
    found = _at_home(matter, found) if "actor" in found.columns else found
    counts = found.group_by(group=pl.col(by).cast(pl.String)).agg(
        items=pl.col(item).n_unique(), placed=pl.col(item).filter(pl.col("place").is_not_null()).n_unique()
    )
    return counts.filter(pl.col("placed") < LEAST_PLACED * pl.col("items"))["group"].sort().to_list()


def _at_home(matter: RegionView, found: pl.DataFrame) -> pl.DataFrame:
    """Give the rows of actors that are not known to be abroad."""
    return found.filter(~pl.col("actor").is_in(abroad(matter).implode()))


def remove_uncovered(matter: RegionView, indicator: Indicator, rows: pl.DataFrame) -> pl.DataFrame:
    """Take away the values of an indicator that its sources cannot say: they are missing.

    None is no zero where most items have no place, or most of those of a group. Of a territory of which some communes are
    not known, or that lies in part beyond what a regional source covers, what is counted is the least there is. Near the
    edge of such a source, or another country, what is measured by distance is between two bounds (`edges`).
    """
    board = Board.of(matter)
    reached = edges.by_distance(
        matter, indicator.formula, indicator.options, rows, regional=indicator.regional
    )
    rows = rows if reached is None else reached
    short = set(board.ground.in_part)
    if indicator.regional and reached is None:
        inside = edges.covered_communes(matter, indicator.options).astype(float)
        size = np.asarray(board.members.sum(axis=1)).ravel()
        short |= {board.ids[at] for at in np.flatnonzero(board.members @ inside < size)}
    if indicator.formula in _OF_UNITS:
        short -= board.ground.in_part  # these know themselves which territories are made of whole units
    least = pl.col("territory").is_in(short)
    unplaced = pl.col("by").is_in(unplaced_groups(matter, indicator)).fill_null(False) | pl.lit(
        is_partial(matter, indicator)
    )
    none = (pl.col("value") == 0).fill_null(False) & unplaced
    low = pl.col("value") if indicator.formula in _COUNTS else pl.lit(None, dtype=pl.Float64)
    known = pl.coalesce("low", low)  # what a source of few years counted is the least already
    empty = pl.lit(None, dtype=pl.Float64)
    return rows.with_columns(
        value=pl.when(~(least | none)).then("value"),
        low=pl.when(none).then(empty).when(least).then(pl.when(known > 0).then(known)).otherwise("low"),
        high=pl.when(~(least | none)).then("high"),
        status=pl.when(least | none).then(pl.coalesce("status", pl.lit(MISSING))).otherwise("status"),
    )
