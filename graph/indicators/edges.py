"""What is measured by distance near the edge of what a source covers: between the nearest known and the nearest unknown.

What other countries have is never read: their border is such an edge, of national sources too.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from ..analysis.access import gaussian, nearest_circle, within_circle
from ..region.abroad import border_distances
from ..region.actor_types import ACADEMIC_TYPES
from ..region.view import RegionView
from .board import Board, Values
from .rows import MISSING, rows, this_year
from .selection import Options, is_placed, keep_rows, nearest

LEAST_COVERED = 5
"""Items that a source has in a département beyond the territory looked at for it to be one that the source covers."""
_EVERYWHERE = frozenset(
    {"programmes", "followed", "taught", "programme-families", "capacities", "institutions"}
)
"""Frames whose items every département has."""
_AGENDA = "recent-events"
"""The frame of what agendas announce: each is that of a département."""
_ABROAD = frozenset({"programmes", "followed", "units"})
"""Frames whose items are abroad too, as institutions of teaching and research; a relay or a branch helps those of its country."""
NARROW = 0.1
"""Share of the upper bound that an interval may be wide for the value known to be told with it."""
Mask = npt.NDArray[np.bool_]


def covered_communes(matter: RegionView, options: Options) -> Mask:
    """Tell which communes the source of a frame covers: those inside, and the bordering départements where it has items.

    Every département has programmes and schools: one where such a frame has fewer than `LEAST_COVERED` items was cut off,
    whatever few stand there by another source. Of other frames nothing tells, and what is beyond is not covered. An agenda
    of events is that of a département: where fewer are held, nobody tells what is.
    """
    ground = Board.of(matter).ground
    found = ground.inside.copy()
    if options.get("frame") == _AGENDA:
        held = ground.locate(keep_rows(matter, {"frame": _AGENDA, "where": {"how": "held"}}))
        counts = np.bincount(held["at"].to_numpy(), minlength=len(ground))
        for one in ground.of_level("department"):
            found[one.communes] &= counts[one.communes].sum() >= LEAST_COVERED
        return found
    if options.get("frame") not in _EVERYWHERE or not ground.bordering:
        return found
    item, types = str(options.get("item", "programme")), options.get("where", {}).get("type")
    # A frame of actors of all types: laboratories beyond the edge do not tell that schools are known there.
    frame = keep_rows(matter, {"frame": options["frame"], "where": {"type": types} if types else {}})
    located = ground.locate(frame.select(pl.col(item).alias("item"), "place").drop_nulls())
    places = located.group_by("item").agg(pl.col("at").first())["at"].to_numpy()
    counts = np.bincount(places, minlength=len(ground))
    for communes in ground.bordering.values():
        found[communes] = counts[communes].sum() >= LEAST_COVERED
    return found


def by_distance(
    matter: RegionView, formula: str, options: Options, found: pl.DataFrame, *, regional: bool = True
) -> pl.DataFrame | None:
    """Give the rows of a formula of distance whose source covers some communes only; None for another formula.

    `found` are its rows as if all were covered; a source that is not `regional` covers all of France. distance: the nearest
    item known is the most it can be, the nearest commune that is not covered, or border, the least. reach: those who have an
    item known within reach are the least, with those who have one of these within reach the most. The value known is told
    where the two are within `NARROW`; else it is missing between them. catchment: missing where more than `NARROW` of what is
    within reach is where nothing is known (`unknown_share`), since that would count.
    """
    if formula not in ("distance", "reach", "catchment") or not is_placed(matter, options):
        return None
    board = Board.of(matter)
    if not regional and not np.isfinite(_abroad(matter, options)).any():
        return None
    if formula == "catchment":
        unknown = unknown_share(matter, options, float(options["km"]), regional=regional)
        out = pl.Series(board.weighted(unknown) > NARROW)
        return found.with_columns(
            value=pl.when(~out).then("value"),
            status=pl.when(out).then(pl.coalesce("status", pl.lit(MISSING))).otherwise("status"),
        )
    far = nearest(matter, options)
    edge = _edge(board, _covered(matter, options, regional=regional))
    near = np.fmin(np.fmin(far, edge), _abroad(matter, options))
    if formula == "distance":
        most, least = (_known(board, one) for one in (far, near))
        return _between(board, this_year(matter), most, least, most)
    km = float(options["km"])
    least, most = (
        100 * board.weighted(np.where(np.isnan(far), np.nan, (one <= km).astype(float)))
        for one in (far, near)
    )
    return _between(board, this_year(matter), least, least, most)


def _covered(matter: RegionView, options: Options, *, regional: bool) -> Mask:
    if regional:
        return covered_communes(matter, options)
    return np.ones(len(Board.of(matter).ground), dtype=bool)


def _abroad(matter: RegionView, options: Options) -> Values:
    """Give the distance of each commune to another country that may have such items; infinite where none may."""
    types = options.get("where", {}).get("type", ())
    taught = options.get("frame") == "institutions" and bool(types) and set(ACADEMIC_TYPES).issuperset(types)
    if options.get("frame") in _ABROAD or taught:
        return matter.once(border_distances)
    return np.full(len(Board.of(matter).ground), np.inf)


def _known(board: Board, far: Values) -> Values:
    return board.weighted(np.where(np.isinf(far), np.nan, far))


def _edge(board: Board, covered: Mask) -> Values:
    """Give the distance of each commune to the nearest one that is not covered: 0 there, infinite where all are."""
    ground = board.ground
    points = np.column_stack([ground.lat, ground.long])
    beyond = points[~covered & ~np.isnan(ground.lat)]
    found = nearest_circle(points, beyond)
    found[~covered] = 0.0
    return found


def _between(board: Board, year: str, value: Values, low: Values, high: Values) -> pl.DataFrame:
    """Give rows of a value between bounds: none where the bounds are too wide, no bounds where they are one."""
    wide = high - low > NARROW * np.abs(high)
    same = np.isclose(low, high)
    bounds = {
        name: pl.Series(np.where(same, np.nan, one), dtype=pl.Float64).fill_nan(None)
        for name, one in (("low", low), ("high", high))
    }
    return rows(board, year, None, np.where(wide, np.nan, value)).with_columns(**bounds)


def unknown_share(matter: RegionView, options: Options, km: float, *, regional: bool = True) -> Values:
    """Give, of each commune inside, the share of what is within reach that lies where nothing is known of a frame.

    It is that of the people there, weighed as catchments of `km` weigh them; where another country is nearer, the weight of
    its border, which is the most that something there may have: nothing tells how many people are. NaN for a commune
    without a position, 1 for one not covered.
    """
    ground, covered = Board.of(matter).ground, _covered(matter, options, regional=regional)
    points = np.column_stack([ground.lat, ground.long])
    people = np.where(np.isnan(ground.lat), 0.0, np.nan_to_num(ground.population))
    weight = gaussian(km)
    shares: Values = np.full(len(ground), np.nan)
    placed = np.flatnonzero(~np.isnan(ground.lat) & ground.inside)
    at, other, far = within_circle(points[placed], points, km)
    near = weight(far) * people[other]
    every = np.bincount(at, near, minlength=len(placed))
    unknown = np.bincount(at, near * ~covered[other], minlength=len(placed))
    abroad = weight(np.minimum(_abroad(matter, options)[placed], km))
    shares[placed] = np.maximum(unknown / np.maximum(every, 1e-9), abroad)
    shares[~covered & ~np.isnan(ground.lat)] = 1.0
    return shares
