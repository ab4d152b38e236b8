"""What a source that only covers the territory looked at cannot say of a territory that straddles its edge."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..matter import Matter
from .board import Board
from .declaration import Indicator
from .rows import MISSING

LEAST_INSIDE = 0.9
"""Share of a territory's people that must live inside for what is counted there to be told of the whole."""


def covered(matter: Matter, indicator: Indicator, rows: pl.DataFrame) -> pl.DataFrame:
    """Take away the values of territories that lie too much outside, for an indicator whose sources stop at the edge.

    Nothing known outside is no zero there: such a value is missing. Territories whose people are not known are
    weighed by their communes.
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
    kept = [pl.when(~out).then(pl.col(name)).alias(name) for name in ("value", "low", "high")]
    status = pl.when(out).then(pl.lit(MISSING)).otherwise("status").alias("status")
    return rows.with_columns(*kept, status)
