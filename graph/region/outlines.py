"""Outlines of territories in the plane of French maps, made lighter for a drawing and kept with the matter.

A territory has the outline that a source gives; an ad hoc one, that of the intercommunalities it is made of. The
others are points: the middle of their communes, weighted by population.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from .gazetteer import Gazetteer, Territory
from .lambert import LAMBERT_93
from .levels import LEVELS
from .names import UnknownName
from .outline_paths import path_of, read_shapes, spot_of, without_slivers
from .view import RegionView

STEPS = 10
"""Parts of a unit of the drawing that paths are written in."""
_DETAIL = 0.7
"""Units of the drawing under which the corners of an outline are dropped."""
_TOWNS, _KEPT = 9, 48
_LETTER = 7.2  # units that a letter of the name of a town takes
_SMALLEST = 14.0  # square units under which a shape that must be seen is a dot

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """The place of a drawing in the plane: its west and north in metres, metres a unit, and its size in units."""

    west: float
    north: float
    metres: float
    width: float
    height: float

    @classmethod
    def around(cls, shapes: Sequence[BaseGeometry], width: int) -> Frame:
        """Frame shapes in a width, with a margin; a drawing is at most as high as it is wide, and a fifth more."""
        margin = width / 60
        if not shapes:
            return cls(0.0, 0.0, 1.0, float(width), width / 2)
        west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object)).tolist()
        across, down = max(east - west, 2000.0), max(north - south, 2000.0)
        metres = max(across / (width - 2 * margin), down / (1.2 * width - 2 * margin))
        height = down / metres + 2 * margin
        return cls(
            (west + east) / 2 - metres * width / 2, (south + north) / 2 + metres * height / 2, metres,
            float(width), round(height, 1),
        )  # fmt: skip

    def place(self, points: Values) -> Values:
        """Give the place in the drawing, in units, of points in metres."""
        return np.column_stack([points[:, 0] - self.west, self.north - points[:, 1]]) / self.metres

    def lighter(self, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
        """Give shapes in tenths of a unit, without the corners that the drawing cannot show; shared borders stay."""
        held = np.asarray(shapes, dtype=object)
        if not len(held):
            return []
        placed = shapely.transform(held, lambda points: self.place(points) * STEPS)
        return list(shapely.coverage_simplify(placed, _DETAIL * STEPS))


@dataclass(frozen=True)
class Layer:
    """Territories ready to draw in a frame.

    `paths` are SVG paths in tenths of a unit, None for a territory that has a point alone; `spots` (n × 2, units) is
    where a circle goes; `within` is the path of the territory that is looked at, and `base` the paths of the départements,
    or intercommunalities, drawn beneath territories without outline (None each where there is none). `departments` are the
    paths of the départements of a region that smaller territories are drawn of. `towns` are the largest communes: name, x, y.
    """

    territories: Sequence[Territory]
    paths: Sequence[str | None]
    spots: Values
    frame: Frame
    within: str | None
    base: str | None
    towns: Sequence[tuple[str, float, float]]
    departments: str | None = None

    @cached_property
    def points(self) -> int:
        """Number of territories that have no outline."""
        return sum(path is None for path in self.paths)


class _Part(NamedTuple):
    """A territory of a layer, with its outline, else the middle of its communes in metres (None where not known)."""

    territory: Territory
    shape: BaseGeometry | None
    middle: tuple[float, float] | None


class Outlines:
    """The outlines of a matter, parsed and projected once (metres, Lambert-93), and the layers drawn of them."""

    def __init__(self, matter: RegionView) -> None:
        self.ground = Gazetteer.of(matter)
        frame = matter.frame("outlines").drop_nulls().unique("territory", keep="first").sort("territory")
        shapes = read_shapes(frame["wkt"].to_list())
        projected = {
            name: shape
            for name, shape in zip(frame["territory"].to_list(), shapes, strict=True)
            if shape is not None
        }
        self._shapes: dict[str, BaseGeometry] = projected
        x, y = LAMBERT_93.project(self.ground.long, self.ground.lat)
        self._places = np.column_stack([x, y])
        self._layers: dict[tuple[str, str, int], Layer] = {}

    @classmethod
    def of(cls, matter: RegionView) -> Outlines:
        """Give the outlines of a matter, made once."""
        return matter.once(cls)

    def __contains__(self, territory: str) -> bool:
        return territory in self._shapes

    def shape(self, territory: str) -> BaseGeometry | None:
        """Give the outline of a territory (its path) in metres; None where there is none."""
        if territory in self._shapes or "/adhoc/" not in territory:
            return self._shapes.get(territory)
        try:
            whole = self.ground.territory(territory)
        except UnknownName:
            return None
        inside = set(whole.communes.tolist())
        parts = [epci for epci in self.ground.territories("epci", territory) if epci.id in self._shapes]
        parts = [epci for epci in parts if inside.issuperset(epci.communes.tolist())]
        if not parts or sum(len(epci.communes) for epci in parts) < len(inside):
            return None
        self._shapes[territory] = shapely.union_all([self._shapes[epci.id] for epci in parts])
        return self._shapes[territory]

    def middle(self, territory: Territory) -> tuple[float, float] | None:
        """Give the middle of the communes of a territory, in metres; None where no commune has a position."""
        places, weights = self._places[territory.communes], self.ground.population[territory.communes]
        known = np.isfinite(places).all(axis=1)
        if not known.any():
            return None
        weights = np.where(np.isnan(weights[known]), 0.0, weights[known])
        x, y = np.average(places[known], axis=0, weights=weights if weights.sum() > 0 else None)
        return float(x), float(y)

    def placed(
        self, frame: Frame, shape: BaseGeometry | None, middle: tuple[float, float] | None
    ) -> tuple[str | None, tuple[float, float]]:
        """Give the path of a shape in a frame (None without one, or too small to see), and where its point goes."""
        spot = frame.place(np.array([spot_of(shape, middle)]))[0]
        place = (float(spot[0]), float(spot[1]))
        if shape is None or shape.area / frame.metres**2 < _SMALLEST:
            return None, place
        return path_of(frame.lighter([shape])[0]) or None, place

    def layer(self, level: str, within: str, width: int) -> Layer:
        """Give the territories of a level that meet another, laid out in a width; kept, for it is asked again.

        Raises UnknownName (`level` or `within`). A territory of which nothing says where it is is left out.
        """
        if level not in LEVELS:
            raise UnknownName("level", level, [(one, one) for one in LEVELS])
        place = self.ground.territory(within)
        key = (level, place.id, width)
        if key not in self._layers:
            if len(self._layers) >= _KEPT:
                self._layers.pop(next(iter(self._layers)))
            self._layers[key] = self._lay_out(level, place, width)
        return self._layers[key]

    def _lay_out(self, level: str, within: Territory, width: int) -> Layer:
        parts = self._parts(level, within)
        shapes = [part.shape for part in parts if part.shape is not None]
        points = [
            shapely.Point(*part.middle) for part in parts if part.shape is None and part.middle is not None
        ]
        whole = [shape for shape in [self._whole(within, parts)] if shape is not None]
        beneath = self._beneath(within) if points and within.level not in ("commune", "epci") else []
        frame = Frame.around([*shapes, *whole, *beneath, *points], width)
        paths = map(path_of, frame.lighter(shapes))
        spots = np.array([spot_of(part.shape, part.middle) for part in parts]).reshape(-1, 2)
        return Layer(
            [part.territory for part in parts],
            [None if part.shape is None else next(paths) for part in parts],
            frame.place(spots),
            frame,
            next(map(path_of, frame.lighter(whole)), None),
            "".join(map(path_of, frame.lighter(beneath))) or None,
            self._towns(frame, within),
            self._departments(level, within, frame),
        )

    def _parts(self, level: str, within: Territory) -> list[_Part]:
        """List the territories of a level of which something says where they are."""
        territories = self.ground.territories(level, within.id)
        shapes = ((one, self.shape(one.id)) for one in territories)
        parts = [_Part(one, shape, self.middle(one) if shape is None else None) for one, shape in shapes]
        return [part for part in parts if part.shape is not None or part.middle is not None]

    def _beneath(self, within: Territory) -> list[BaseGeometry]:
        """Give what is drawn beneath points: the outlines of départements, else of intercommunalities."""
        for level in ("department", "epci"):
            shapes = [self.shape(one.id) for one in self.ground.territories(level, within.id)]
            if any(shape is not None for shape in shapes):
                return [shape for shape in shapes if shape is not None]
        return []

    def _departments(self, level: str, within: Territory, frame: Frame) -> str | None:
        if within.level != "region" or level in ("department", "region"):
            return None
        shapes = [self.shape(one.id) for one in self.ground.territories("department", within.id)]
        known = [shape for shape in shapes if shape is not None]
        return "".join(map(path_of, frame.lighter(known))) or None

    def _whole(self, within: Territory, parts: Sequence[_Part]) -> BaseGeometry | None:
        """Give the outline of the territory looked at: that of its parts together where they make it up."""
        shapes = [part.shape for part in parts if part.shape is not None]
        inside = set(within.communes.tolist())
        nested = all(inside.issuperset(part.territory.communes.tolist()) for part in parts)
        if shapes and len(shapes) == len(parts) and nested:
            return without_slivers(shapely.union_all(shapes))
        return self.shape(within.id)

    def _towns(self, frame: Frame, within: Territory) -> list[tuple[str, float, float]]:
        """Name the largest communes of a territory, far enough from each other for their names."""
        inside = within.communes[np.isfinite(self._places[within.communes]).all(axis=1)]
        size = np.nan_to_num(self.ground.population[inside], nan=-1.0)
        named: list[tuple[str, float, float]] = []
        taken: list[tuple[float, float, float]] = []
        for place in inside[np.argsort(-size, kind="stable")][: 12 * _TOWNS]:
            x, y = (float(one) for one in frame.place(self._places[[place]])[0])
            label = self.ground.labels[place]
            wide = _LETTER * len(label) + 8
            left = (
                x - wide if x + wide > frame.width else x - 4
            )  # a name that leaves the drawing is on the other side
            apart = all(abs(y - b) > 20 or left > end or left + wide + 8 < start for start, end, b in taken)
            if apart and 4 < x < frame.width - 4 and 14 < y < frame.height - 6:
                named.append((label, x, y))
                taken.append((left, left + wide + 8, y))
            if len(named) == _TOWNS:
                break
        return named
