"""Demand beside supply in labour pools or employment zones, each compared with all the others together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ..region.view import RegionView
from .chance import Deficits
from .coverage import NOTHING, Coverage, Known
from .located import Located, Mask, Values
from .setting import Areas, GapContext, region

SLIVER, HALF = 0.1, 0.5
"""An area concerns a territory that has SLIVER of its people in it, or that holds HALF of the area's."""


@dataclass(frozen=True)
class ByArea:
    """Areas × groups: `demand`, `items` (programmes), `supply` (their seats where known, else they), and the `expected` supply.

    `rest` is the supply of the other areas, `size` (by group) what one unit weighs, `seats` which groups count seats,
    `coverage` by group and `read` by area tell how much of the supply is known, in share of programmes and of people.
    """

    areas: Areas
    located: Located
    demand: Values
    items: Values
    supply: Values
    rest: Values
    expected: Values
    size: Values
    seats: Mask
    coverage: tuple[Coverage, ...]
    read: tuple[Coverage, ...]

    @classmethod
    def of(cls, matter: RegionView, areas: Areas, demand: Values, located: Located, known: Known) -> ByArea:
        """Compare each area's demand (areas × groups of `located`) with the supply of its communes in the region.

        Expected: D · S_others / D_others. The others are the areas of which enough people live where supply is read.
        """
        inside = matter.once(region)
        read = tuple(areas.read(matter, inside))
        usable = np.array([one.enough for one in read], dtype=bool)
        weights, seats, size = _weights(matter, located, inside)
        covered = areas.communes(usable) & inside
        items, supply, rest = (np.zeros(demand.shape) for _ in range(3))
        for area in range(len(areas.ids)):
            own = areas.communes_of(area)
            items[area] = located.count(own & inside)
            supply[area] = located.weigh(own & inside, weights)
            rest[area] = located.weigh(covered & ~own, weights)
        others = np.where(usable[:, None], demand, 0.0)
        others = others.sum(axis=0) - others
        expected = np.divide(demand * rest, others, out=np.zeros(demand.shape), where=others > 0)
        coverage = tuple(known.get(group, NOTHING) for group in located.groups)
        return cls(areas, located, demand, items, supply, rest, expected, size, seats, coverage, read)

    def concerning(self, setting: GapContext) -> Sequence[int]:
        """List the areas that concern a territory; all that it meets where none has enough of it."""
        people = np.nan_to_num(setting.ground.population)
        weight = people if people[setting.inside].any() else np.ones(len(people))
        shared = self.areas.parts @ (weight * setting.inside)
        whole = self.areas.parts @ weight
        mine = float((weight * setting.inside).sum())
        found = concerns(shared, mine, whole)
        return np.flatnonzero(found if found.any() else self.areas.meeting(setting.inside)).tolist()

    def compared(self, rows: Sequence[int], least: float, level: float, keep: Mask | None = None) -> Deficits:
        """Test the groups of some areas where demand is `least` or more and enough of the supply is known."""
        groups = np.array([one.enough for one in self.coverage], dtype=bool)
        told = np.zeros(self.demand.shape, dtype=bool)
        for area in rows:
            told[area] = (self.demand[area] >= least) & groups & self.read[area].enough
        if keep is not None:
            told &= keep
        return Deficits.of(self.expected, self.supply, self.rest, level=level, told=told, size=self.size)


def concerns(shared: Values | float, mine: float, whole: Values | float) -> Mask:
    """Tell which areas concern a territory: `shared` of their `whole` people are among `mine`.

    >>> concerns(np.array([3.0, 20, 5, 0]), 100, np.array([90.0, 90, 9, 9])).tolist()
    [False, True, True, False]
    """
    some = np.asarray(shared)
    return np.asarray((some > 0) & ((some >= SLIVER * mine) | (some >= HALF * np.asarray(whole))))


def _weights(matter: RegionView, located: Located, inside: Mask) -> tuple[Values, Mask, Values]:
    """Give the weight of each item in each group (groups × items), which groups count seats, and what a unit weighs there.

    A group counts seats where those of enough of its programmes in the region are known; the others have their mean.
    """
    capacities = _capacities(matter)
    known = np.array([capacities.get(one, np.nan) for one in located.items], dtype=float)
    shape = (len(located.groups), len(located.items))
    weights, seats, size = np.ones(shape), np.zeros(shape[0], dtype=bool), np.ones(shape[0])
    for group in range(shape[0]):
        mine = known[located.rows(group, inside)]
        told = int((~np.isnan(mine)).sum())
        seats[group] = told > 0 and Coverage(told, len(mine)).enough
        if seats[group]:
            weights[group] = np.where(np.isnan(known), np.nanmean(mine), known)
            taken = np.where(np.isnan(mine), np.nanmean(mine), mine)
            size[group] = (taken**2).sum() / taken.sum()
    return weights, seats, size


def _capacities(matter: RegionView) -> dict[str, float]:
    programmes = matter.frame("programmes")
    if "capacity" not in programmes.columns:
        return {}
    rows = programmes.filter(pl.col("capacity") > 0).select("programme", "capacity")
    return {one: float(n) for one, n in rows.unique("programme", keep="first").iter_rows()}
