"""How remote a commune is: its degree of the density grid, and how far the nearest place of teaching is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..analysis.access import great_circle
from ..region.gazetteer import Gazetteer, Territory, Values
from ..region.view import RegionView

DENSE = "density/1"
"""The degree of large agglomerations: communes most of whose inhabitants live in a dense urban centre (Insee's grid)."""
_PLACES = 256
"""Places whose distances to every commune are kept at hand."""
DEGREES = tuple(f"density/{degree}" for degree in range(1, 5))


@dataclass(frozen=True)
class Remote:
    """How remote a place is: its `density` and `rurality` (`Gazetteer.classes`), `km` to teaching (None: unknown)."""

    density: str = ""
    km: float | None = None
    rurality: str = ""

    @property
    def outside(self) -> bool | None:
        """Whether it lies outside large agglomerations; None where the grid does not say.

        >>> Remote("density/4").outside, Remote("density/1").outside, Remote().outside
        (True, False, None)
        """
        return self.density != DENSE if self.density else None


class Remoteness:
    """The remoteness of the communes of a view, made once: `Remoteness.of(view).at("territory/commune/07064")`."""

    def __init__(self, view: RegionView) -> None:
        self._ground = Gazetteer.of(view)
        taught = view.frame("programmes").select("place").drop_nulls().unique()
        at = np.array(sorted({*self._ground.locate(taught)["at"].to_list()}), dtype=np.intp)
        self.teaching = at
        """Places of the gazetteer where a programme is taught."""
        self._points = np.column_stack([self._ground.lat, self._ground.long])
        self._from = lru_cache(_PLACES)(self._far)
        self._km = self._ground.distances(Territory("", "", "", at))

    @classmethod
    def of(cls, view: RegionView) -> Remoteness:
        """Give the remoteness of a view's communes."""
        return view.once(cls)

    def at(self, place: str) -> Remote:
        """Give the remoteness of a place by its path: of a commune, since a larger territory has no single one."""
        found = self._ground.at(place)
        if len(found) != 1:
            return Remote()
        km = float(self._km[found[0]])
        density, rurality = (self._ground.classes[grid][found[0]] for grid in ("density", "rurality"))
        return Remote(density, None if np.isnan(km) else km, rurality)

    def most(self, places: Iterable[str]) -> Remote:
        """Give the remoteness of the most remote of some places: the least dense, then the farthest from teaching."""
        return max(map(self.at, places), key=lambda one: (one.density, one.km or 0.0), default=Remote())

    def km(self, one: str, others: tuple[str, ...]) -> float | None:
        """Give the distance from a place to the nearest of others in kilometres, as the crow flies; None where one is unknown.

        A territory of several communes is as far as its nearest commune.
        """
        here = self._ground.communes(one)
        there = [at for other in others for at in self._ground.communes(other)]
        if not here or not there:
            return None
        if {*here} & {*there}:
            return 0.0
        far = self._from(one)[there]
        return None if np.isnan(far).all() else float(np.nanmin(far))

    def _far(self, one: str) -> Values:
        """Give the distance from a place to every commune; NaN where one of the two has no position."""
        here = self._ground.communes(one)
        far: Values = np.fmin.reduce(great_circle(self._points, self._points[here]), axis=1)
        return far
