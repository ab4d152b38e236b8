"""Formula of the desk: requests and offers that concern a territory."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..region.view import RegionView
from .board import Board
from .rows import nothing_known, rows, this_year
from .selection import Options


def announcements(matter: RegionView, options: Options) -> pl.DataFrame:
    """Count the announcements of a `kind` (Request, Offer) for a territory, or for one that lies wholly inside it.

    With `led`, those that led to an interaction. Without any announcement in the graph, nothing is known.
    """
    board, year = Board.of(matter), this_year(matter)
    found = matter.frame("requests").filter(pl.col("class").str.ends_with(f"/{options['kind']}"))
    if found.is_empty():
        return nothing_known(board, year)
    if options.get("led"):
        found = found.filter(pl.col("led").is_not_null())
    place = {name: at for at, name in enumerate(board.every.ids)}
    pairs = found.select("announcement", "territory").unique().drop_nulls()
    pairs = pairs.filter(pl.col("territory").is_in(list(place)))
    named = pairs["territory"].unique().sort().to_list()
    if not named:
        return rows(board, year, None, np.zeros(len(board)))
    parts = board.every.members[np.array([place[one] for one in named], dtype=np.intp), :]
    sizes = np.asarray(parts.sum(axis=1)).ravel()
    inside = (board.members @ parts.T).tocoo()
    kept = inside.data == sizes[inside.col]
    within = pl.DataFrame(
        {"holder": inside.row[kept], "territory": [named[column] for column in inside.col[kept]]},
        schema={"holder": pl.Int64, "territory": pl.String},
    )
    counts = within.join(pairs, on="territory").group_by("holder").agg(n=pl.col("announcement").n_unique())
    values = np.zeros(len(board))
    values[counts["holder"].to_numpy()] = counts["n"].to_numpy()
    return rows(board, year, None, values)
