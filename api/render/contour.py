"""Outlines of territories as small inline SVG paths, and lighter ones for the maps of the editor, from WKT."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from shapely import from_wkt, to_wkt, union_all
from shapely.errors import ShapelyError

from ...graph.region.outline_paths import path_of, project, read_shapes
from ...graph.region.outlines import Frame


@dataclass(frozen=True)
class Point:
    """A dot on the drawing, in its units."""

    x: float
    y: float


@dataclass(frozen=True)
class Contour:
    """A drawing: the view box, the path of the outline in tenths of its units, the dots and their radius."""

    box: str
    path: str
    points: tuple[Point, ...]
    dot: float


def draw(
    wkts: Iterable[str], positions: Iterable[tuple[float, float]] = (), size: int = 360
) -> Contour | None:
    """Draw outlines (WGS 84, longitude first) and positions (latitude, longitude); None when nothing can be.

    >>> square = draw(["POLYGON((5 45, 6 45, 6 46, 5 46, 5 45))"], [(45.5, 5.5)])
    >>> square.box, len(square.points)
    ('0 0 360 432', 1)
    """
    shapes = [shape for shape in read_shapes(list(wkts)) if shape is not None]
    if not shapes:
        return None
    frame = Frame.around(shapes, size)
    whole = union_all(shapes)
    west, south, east, north = whole.bounds
    path = "".join(path_of(shape) for shape in frame.lighter(shapes))
    placed = project(np.array([(long, lat) for lat, long in positions], dtype=float).reshape(-1, 2))
    inside = (placed >= (west, south)).all(axis=1) & (placed <= (east, north)).all(axis=1)
    dots = {Point(x, y) for x, y in frame.place(placed[inside]).round(1).tolist()}
    ordered = tuple(sorted(dots, key=lambda p: (p.x, p.y)))
    return Contour(f"0 0 {size} {frame.height:.0f}", path, ordered, size / (90 if len(ordered) < 60 else 150))


def lighter(text: str, parts: int = 400) -> str | None:
    """Drop the points of an outline that a drawing cannot show: details under one of so many parts of its extent.

    None where the text is not WKT.

    >>> lighter("POLYGON ((5 45, 5.5 45.0001, 6 45, 6 46, 5 46, 5 45))")
    'POLYGON ((5 45, 6 45, 6 46, 5 46, 5 45))'
    >>> lighter("not a shape") is None
    True
    """
    try:
        shape = from_wkt(_bare(text))
    except ShapelyError:
        return None
    if shape is None or shape.is_empty:
        return None
    west, south, east, north = shape.bounds
    return to_wkt(shape.simplify(max(east - west, north - south) / parts), rounding_precision=5)


def _bare(text: str) -> str:
    """Leave out the reference system that GeoSPARQL allows first."""
    return text.partition(">")[2] if text.startswith("<") else text
