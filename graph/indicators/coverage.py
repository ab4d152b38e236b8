"""What sources cannot say: beyond the edge of what they cover, and of items that they place nowhere."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..matter import Matter
from .board import Board
from .declaration import Indicator
from .rows import MISSING
from .selection import LOADED, selected

LEAST_INSIDE = 0.9
"""Share of a territory's people that must live inside for what is counted there to be told of the whole."""

LEAST_PLACED = 0.5
"""Share of the items that must have a place for none in a territory to be told as zero."""
_NONE_IS_ZERO = frozenset({"items", "reach", "catchment"})


def placing(matter: Matter, indicator: Indicator) -> tuple[int, int] | None:
    """Count the items of an indicator, of all territories, and those of them that have no place; None where it has none.

    Those without a place count in no territory, wherever they are.
    """
    item = str(indicator.options.get("item", ""))
    if not item:
        return None
    found = selected(matter, indicator.options).drop_nulls(item)
    items = found[item].n_unique()
    return items, items - found.drop_nulls("place")[item].n_unique()


def is_partial(matter: Matter, indicator: Indicator) -> bool:
    """Tell whether most items of an indicator have no place, so that nobody knows where none is.

    Only of sources that stop at the edge of the territory looked at: elsewhere, what has no place may be abroad.
    """
    if not indicator.regional or indicator.formula not in _NONE_IS_ZERO or indicator.options.get(LOADED):
        return False
    found = placing(matter, indicator)
    return found is not None and found[0] - found[1] < LEAST_PLACED * found[0]


def covered(matter: Matter, indicator: Indicator, rows: pl.DataFrame) -> pl.DataFrame:
    """Take away what sources cannot say, of an indicator whose sources stop at the edge: such a value is missing.

    Nothing known outside is no zero for a territory that lies too much outside (territories whose people are not known
    are weighed by their communes); nor is none a zero where most items have no place.
    """
    if not indicator.regional:
        return rows
    board = Board.of(matter)
    ground = board.ground
    inside = np.zeros(len(ground))
    inside[ground.territory(matter.within).communes] = 1.0
    people = np.nan_to_num(ground.population) + 1e-9
    share = (board.members @ (inside * people)) / (board.members @ people)
    beyond = [board.ids[at] for at in np.flatnonzero(share < LEAST_INSIDE)]
    out = pl.col("territory").is_in(beyond)
    if is_partial(matter, indicator):
        out = out | (pl.col("value") == 0).fill_null(False)
    kept = [pl.when(~out).then(pl.col(name)).alias(name) for name in ("value", "low", "high")]
    status = pl.when(out).then(pl.lit(MISSING)).otherwise("status").alias("status")
    return rows.with_columns(*kept, status)
