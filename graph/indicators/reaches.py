"""Formulas of access: who has an item within reach, how far the nearest one is, floating catchments."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..analysis.access import floating_catchment, gaussian, great_circle
from ..region.view import RegionView
from .board import Board
from .rows import nothing_known, rows, this_year
from .selection import LOADED, Options, is_placed, nearest, select_rows


def reach(matter: RegionView, options: Options) -> pl.DataFrame:
    """Give the share of the population (%) that has an item within `km`, as the crow flies between communes.

    Options: `frame`, `item`, `where`, `km`.
    """
    board, year = Board.of(matter), this_year(matter)
    if not is_placed(matter, options):
        return nothing_known(board, year)
    far = nearest(matter, options)
    there = np.where(np.isnan(far), np.nan, (far <= float(options["km"])).astype(float))
    return rows(board, year, None, 100 * board.weighted(there))


def distance(matter: RegionView, options: Options) -> pl.DataFrame:
    """Give the mean distance in kilometres of the population to the nearest item. Options: `frame`, `item`, `where`."""
    board, year = Board.of(matter), this_year(matter)
    if not is_placed(matter, options):
        return nothing_known(board, year)
    far = nearest(matter, options)
    return rows(board, year, None, board.weighted(np.where(np.isinf(far), np.nan, far)))


def catchment(matter: RegionView, options: Options) -> pl.DataFrame:
    """Give the access of the population to items by floating catchments, 100 being that of the territory looked at.

    Options: `frame`, `item`, `where`, `km` (the reach; the weight falls to nothing there as a Gaussian does), `per`
    (items for so many inhabitants, in place of 100 for the whole). Each item counts 1, shared equally among its places;
    a place that it can only be followed from (`mode`, see `derived.taught`) takes nothing from the others.
    """
    board, year = Board.of(matter), this_year(matter)
    if not is_placed(matter, options):
        return nothing_known(board, year)
    ground = board.ground
    located = ground.locate(select_rows(matter, options)).with_columns(item=pl.col(str(options["item"])))
    own = located.filter(pl.col("mode").is_null()) if "mode" in located.columns else located
    places = own.select("item", "at").unique().group_by("item").agg(n=pl.len())
    placed = located.select("item", "at").unique().join(places, on="item", how="left")
    placed = placed.with_columns(weight=1 / pl.col("n").fill_null(1))
    supply = np.bincount(placed["at"].to_numpy(), placed["weight"].to_numpy(), minlength=len(ground))
    sites = np.flatnonzero((supply > 0) & ~np.isnan(ground.lat))
    if not len(sites):
        nothing = options.get("per") and options.get(LOADED)
        return rows(board, year, None, np.zeros(len(board))) if nothing else nothing_known(board, year)
    points, km = np.column_stack([ground.lat, ground.long]), float(options["km"])
    people = np.nan_to_num(ground.population)
    found = floating_catchment(people, supply[sites], great_circle(points, points[sites]), km, gaussian(km))
    means = board.weighted(np.where(np.isnan(ground.lat), np.nan, found.access))
    if per := options.get("per"):
        return rows(board, year, None, float(per) * means)
    whole = means[board.ids.index(ground.territory(matter.within).id)]
    if not whole > 0:
        return nothing_known(board, year)
    return rows(board, year, None, 100 * means / whole)
