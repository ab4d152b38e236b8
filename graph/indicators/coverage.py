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
FRANCE = "FR"
_NONE_IS_ZERO = frozenset({"items", "reach", "catchment"})


def placing(matter: Matter, indicator: Indicator) -> tuple[int, int] | None:
    """Count the items of an indicator, of all territories, and those of them that have no place; None where it has none.

    Those without a place count in no territory, wherever they are; actors that are known to be abroad are left out.
    """
    item = str(indicator.options.get("item", ""))
    if not item:
        return None
    found = selected(matter, indicator.options).drop_nulls(item)
    if item == "actor":
        abroad = matter.frame("actors").filter(pl.col("country") != FRANCE)
        found = found.join(abroad.select("actor"), on="actor", how="anti")
    items = found[item].n_unique()
    return items, items - found.drop_nulls("place")[item].n_unique()


def is_partial(matter: Matter, indicator: Indicator) -> bool:
    """Tell whether most items of an indicator have no place, so that nobody knows where none is."""
    if indicator.formula not in _NONE_IS_ZERO or indicator.options.get(LOADED):
        return False
    found = placing(matter, indicator)
    return found is not None and found[0] - found[1] < LEAST_PLACED * found[0]


def covered(matter: Matter, indicator: Indicator, rows: pl.DataFrame) -> pl.DataFrame:
    """Take away the values of an indicator that its sources cannot say: they are missing.

    None is no zero where most items have no place; nor, where sources stop at the edge of the territory looked at, is
    what is known of a territory that lies too much outside a value of it.
    """
    beyond = _beyond(matter) if indicator.regional else []
    out = pl.col("territory").is_in(beyond)
    if is_partial(matter, indicator):
        out = out | (pl.col("value") == 0).fill_null(False)
    elif not beyond:
        return rows
    kept = [pl.when(~out).then(pl.col(name)).alias(name) for name in ("value", "low", "high")]
    status = pl.when(out).then(pl.lit(MISSING)).otherwise("status").alias("status")
    return rows.with_columns(*kept, status)


def _beyond(matter: Matter) -> list[str]:
    """List the territories that lie too much outside; those whose people are not known are weighed by their communes."""
    board = Board.of(matter)
    ground = board.ground
    inside = np.zeros(len(ground))
    inside[ground.territory(matter.within).communes] = 1.0
    people = np.nan_to_num(ground.population) + 1e-9
    share = (board.members @ (inside * people)) / (board.members @ people)
    return [board.ids[at] for at in np.flatnonzero(share < LEAST_INSIDE)]
