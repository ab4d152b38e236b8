"""Outlines read from texts into the plane, and written as SVG paths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from .lambert import LAMBERT_93

Values = npt.NDArray[np.float64]

_SLIVER = 20e6  # square metres under which a hole between parts is no enclave


def read_shapes(texts: Sequence[str]) -> list[BaseGeometry | None]:
    """Read outlines (WKT, longitude first) in metres of the plane; None for a text that is no outline.

    >>> [shape is not None for shape in read_shapes(["POLYGON ((5 45, 6 45, 6 46, 5 45))", "POINT (5 45)", "?"])]
    [True, False, False]
    """
    bare = [text.partition(">")[2] if text.startswith("<") else text for text in texts]
    with np.errstate(invalid="ignore"):  # the parser leaves a flag up after some numbers that it reads well
        shapes = np.asarray(shapely.from_wkt(bare, on_invalid="ignore"), dtype=object)
    drawn = [
        shape is not None and not shape.is_empty and shape.geom_type.endswith("Polygon") for shape in shapes
    ]
    return [
        shapely.transform(shape, project) if kept else None for shape, kept in zip(shapes, drawn, strict=True)
    ]


def path_of(shape: BaseGeometry) -> str:
    """Write a shape as an SVG path of whole numbers, each point from the one before.

    >>> path_of(shapely.box(0, 0, 4, 2))
    'M4 0l0 2l-4 0l0 -2z'
    """
    parts = []
    for ring in _rings(shape):
        points = np.rint(shapely.get_coordinates(ring)).astype(int)
        steps = np.diff(points, axis=0)
        moved = steps[steps.any(axis=1)]
        if len(moved) > 2:
            text = "".join(f"l{x} {y}" for x, y in moved[:-1].tolist())
            parts.append(f"M{points[0, 0]} {points[0, 1]}{text}z")
    return "".join(parts)


def _rings(shape: BaseGeometry) -> list[shapely.LinearRing]:
    polygons = shapely.get_parts(shape)
    return [ring for one in polygons if one.geom_type == "Polygon" for ring in (one.exterior, *one.interiors)]


def without_slivers(shape: BaseGeometry) -> BaseGeometry:
    """Fill the gaps that outlines generalised apart leave between them: holes of less than some square kilometres."""
    parts = (
        shapely.Polygon(part.exterior, [r for r in part.interiors if shapely.polygons(r).area > _SLIVER])
        for part in shapely.get_parts(shape)
    )
    return shapely.union_all(list(parts))


def spot_of(shape: BaseGeometry | None, middle: tuple[float, float] | None) -> tuple[float, float]:
    """Give where the circle of a territory goes: the centre of its outline if it is inside, else a point inside."""
    if shape is None:
        assert middle is not None
        return middle
    point = shape.centroid
    point = point if shape.contains(point) else shape.point_on_surface()
    return float(point.x), float(point.y)


def project(points: Values) -> Values:
    """Give the place in the plane (metres) of points in degrees, longitude first."""
    return np.column_stack(LAMBERT_93.project(points[:, 0], points[:, 1]))
