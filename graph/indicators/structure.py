"""Formulas of the structure of an economy: specialisation and variety."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..region.derived import rows_of
from ..region.view import RegionView
from .board import Board
from .counts import observed
from .rows import INSUFFICIENT, no_rows, nothing_known, this_year
from .selection import Options

MINIMUM = 5.0
"""Count expected in a cell under which no quotient is given."""


def location_quotient(matter: RegionView, options: Options) -> pl.DataFrame:
    """Give the location quotient of each group of `observed` in each territory.

    LQ_cp = (X_cp / X_c.) / (X_.p / X_..), the whole being the territory looked at, or, where observed units straddle it,
    all those that lie wholly inside (Balassa 1965). It has no interval: what is observed is counted, not drawn. No quotient
    under an expected count of 5. Options: those of `observed`.
    """
    board = Board.of(matter)
    cells = observed(matter, options).filter(pl.col("by").is_not_null())
    whole = _reference(board, cells, matter, options)
    if whole.is_empty():
        return nothing_known(board, this_year(matter))
    sums = cells.group_by("territory", "period").agg(mine=pl.col("value").sum())
    total = float(whole["all"].sum())
    found = cells.join(whole, on=["by", "period"]).join(sums, on=["territory", "period"])
    expected = pl.col("mine") * pl.col("all") / total
    found = found.with_columns(value=pl.when(expected >= MINIMUM).then(pl.col("value") / expected))
    status = pl.when(pl.col("value").is_null()).then(pl.coalesce("status", pl.lit(INSUFFICIENT)))
    empty = pl.lit(None, dtype=pl.Float64)
    return found.with_columns(status=status, low=empty, high=empty).select(no_rows().columns)


def _reference(board: Board, cells: pl.DataFrame, matter: RegionView, options: Options) -> pl.DataFrame:
    """Give what the territory looked at has of each group, or else what the observed units wholly inside it have."""
    whole = cells.filter(pl.col("territory") == board.ground.territory(matter.within).id).drop_nulls("value")
    if whole.is_empty():
        outside = board.members @ (~board.ground.inside).astype(float)
        inside = {board.ids[at] for at in np.flatnonzero(outside == 0)} - board.ground.in_part
        units = rows_of(matter, str(options["frame"]))[str(options["unit"])].unique()
        kept = pl.col("territory").is_in(inside) & pl.col("territory").is_in(units.implode())
        whole = cells.filter(kept).drop_nulls("value")
    return whole.group_by("by", "period").agg(all=pl.col("value").sum())


def variety(matter: RegionView, options: Options) -> pl.DataFrame:
    """Give the effective number of groups: the exponential of their entropy (Hill 1973), 1 when there is only one.

    Options: those of `observed`. No number where a cell has no value.
    """
    board = Board.of(matter)
    cells = observed(matter, options).filter(pl.col("by").is_not_null())
    if cells.is_empty():
        return nothing_known(board, this_year(matter))
    share = pl.col("value") / pl.col("value").sum()
    entropy = -(share * share.log()).fill_nan(0.0).sum()
    found = cells.group_by("territory", "period").agg(
        value=pl.when(pl.col("value").null_count() == 0).then(entropy.exp()),
        n=pl.col("value").sum(),
        status=pl.col("status").drop_nulls().first(),
    )
    enough = pl.col("n") >= MINIMUM
    found = found.with_columns(
        value=pl.when(enough).then("value"),
        status=pl.when(pl.col("value").is_null()).then("status").when(~enough).then(pl.lit(INSUFFICIENT)),
    )
    return pl.concat([no_rows(), found.drop("n")], how="diagonal")
