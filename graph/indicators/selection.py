"""Rows of a frame that an indicator speaks of, and the places they are at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ..analysis.access import nearest_circle
from ..region.derived import rows_of
from ..region.view import RegionView
from .board import Board
from .rows import this_year

Values = npt.NDArray[np.float64]
Options = Mapping[str, Any]
LEAST_PLACED = 0.5
"""Share of the items that must have a place for none in a territory to be told as zero."""
LOADED = "loaded"
WHOLE = "whole"
"""Options that no file may give: a frame without rows then says that there is nothing, rather than nothing known;
of what is observed by groups, the whole alone is told."""


def select_rows(matter: RegionView, options: Options) -> pl.DataFrame:
    """Give the rows of the frame that options name: those that `where` keeps, and that have not ended.

    `where` holds, for each column named, the values wanted: one or a list; "field/mesr/*" is a beginning. In a series
    of years what has ended stays.
    """
    found = keep_rows(matter, options)
    if "end" in found.columns and not options.get("series"):
        found = found.filter((pl.col("end") >= int(this_year(matter))).fill_null(True))
    return found


def keep_rows(matter: RegionView, options: Options) -> pl.DataFrame:
    """Give the rows of the frame that `where` keeps, ended or not."""
    found = rows_of(matter, str(options["frame"]))
    for column, wanted in options.get("where", {}).items():
        values: Sequence[Any] = wanted if isinstance(wanted, list) else [wanted]
        texts = pl.col(column).cast(pl.String)
        test = texts.is_in([str(one) for one in values if not str(one).endswith("*")])
        for start in (str(one)[:-1] for one in values if str(one).endswith("*")):
            test = test | texts.str.starts_with(start)
        found = found.filter(test.fill_null(False))
    return found


def is_loaded(matter: RegionView, options: Options) -> bool:
    """Tell whether the frame has any row at all: whether a source of it was ever loaded, or is to be taken as such."""
    return bool(options.get(LOADED)) or not rows_of(matter, str(options["frame"])).is_empty()


def is_placed(matter: RegionView, options: Options) -> bool:
    """Tell whether anything is known of where the items are: whether a single one that `where` keeps has a place.

    A frame may be loaded without any source that tells of such items, or of where they are: none in a territory is no
    zero then.
    """
    return bool(options.get(LOADED)) or bool(keep_rows(matter, options)["place"].is_not_null().any())


def nearest(matter: RegionView, options: Options) -> Values:
    """Give the distance in kilometres of each commune to the nearest one that has an item.

    Infinite when no item has a position, NaN for a commune without one, 0 in a commune that has an item.
    """
    ground = Board.of(matter).ground
    at = ground.locate(select_rows(matter, options))["at"].unique().to_numpy()
    sites = at[~np.isnan(ground.lat[at])]
    points = np.column_stack([ground.lat, ground.long])
    far: Values = np.full(len(ground), np.inf)
    if len(sites):
        far = nearest_circle(points, points[sites])
    far = np.where(np.isnan(ground.lat), np.nan, far)
    far[at] = 0.0
    return far
