"""Formulas of the structure of an economy: specialisation with its interval, and variety."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..analysis.uncertainty import poisson_interval
from ..matter import Matter
from .board import Board
from .counts import observed
from .rows import INSUFFICIENT, no_rows, nothing_known, this_year
from .selection import Options

MINIMUM = 5.0
"""Count expected in a cell under which no quotient is given."""


def location_quotient(matter: Matter, options: Options) -> pl.DataFrame:
    """Give the location quotient of each group of `observed` in each territory, with its Poisson interval at 95 %.

    LQ_cp = (X_cp / X_c.) / (X_.p / X_..), the whole being the territory looked at (Balassa 1965; interval of Garwood
    1936 as `location_quotient_interval` does). No quotient under an expected count of 5. Options: those of `observed`.
    """
    board = Board.of(matter)
    cells = observed(matter, options).filter(pl.col("by").is_not_null())
    whole_id = board.ground.territory(matter.within).id
    whole = (
        cells.filter(pl.col("territory") == whole_id).drop_nulls("value").select("by", "period", all="value")
    )
    if whole.is_empty():
        return nothing_known(board, this_year(matter))
    sums = cells.group_by("territory", "period").agg(mine=pl.col("value").sum())
    total = float(whole["all"].sum())
    found = cells.join(whole, on=["by", "period"]).join(sums, on=["territory", "period"])
    expected = (found["mine"] * found["all"] / total).to_numpy()
    count = found["value"].to_numpy()
    known = ~np.isnan(count) & (expected >= MINIMUM)
    low, high = poisson_interval(np.where(known, count, 0.0))
    made = {
        name: pl.Series(np.divide(one, expected, out=np.full(len(expected), np.nan), where=known)).fill_nan(
            None
        )
        for name, one in (("value", count), ("low", low), ("high", high))
    }
    status = pl.when(pl.col("value").is_null()).then(pl.coalesce("status", pl.lit(INSUFFICIENT)))
    return found.with_columns(**made).with_columns(status=status).select(no_rows().columns)


def variety(matter: Matter, options: Options) -> pl.DataFrame:
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
