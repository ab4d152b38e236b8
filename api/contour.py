"""Outlines of territories as small inline SVG paths, from WKT."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians

from shapely import from_wkt, to_wkt
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon


@dataclass(frozen=True)
class Point:
    """A dot on the drawing, in its units."""

    x: float
    y: float


@dataclass(frozen=True)
class Contour:
    """A drawing: the view box, the path of the outline, the dots and their radius."""

    box: str
    path: str
    points: tuple[Point, ...]
    dot: float


def draw(
    wkts: Iterable[str], positions: Iterable[tuple[float, float]] = (), size: float = 360
) -> Contour | None:
    """Draw outlines (WGS 84, longitude first) and positions (latitude, longitude); None when nothing can be.

    >>> square = draw(["POLYGON((5 45, 6 45, 6 46, 5 46, 5 45))"], [(45.5, 5.5)])
    >>> square.box, len(square.points)
    ('0 0 252 360', 1)
    """
    shapes: list[Polygon] = []
    for text in wkts:
        shapes.extend(_polygons(text))
    if not shapes:
        return None
    whole = MultiPolygon(shapes)
    west, south, east, north = whole.bounds
    if not (east > west and north > south):
        return None
    flat = cos(radians((south + north) / 2))
    scale = size / max((east - west) * flat, north - south)
    margin = size / 60
    width, height = (east - west) * flat * scale, (north - south) * scale

    def place(longitude: float, latitude: float) -> Point:
        inner = (size - 2 * margin) / size
        x = margin + (longitude - west) * flat * scale * inner
        y = margin + (north - latitude) * scale * inner
        return Point(round(x, 1), round(y, 1))

    tolerance = 0.6 / scale
    rings = []
    for shape in shapes:
        simple = shape.simplify(tolerance)
        if isinstance(simple, Polygon) and not simple.is_empty:
            rings += [simple.exterior, *simple.interiors]
    path = "".join(
        "M" + "L".join(f"{p.x:g} {p.y:g}" for p in (place(*c[:2]) for c in ring.coords)) + "Z"
        for ring in rings
    )
    dots = {
        place(longitude, latitude)
        for latitude, longitude in positions
        if west <= longitude <= east and south <= latitude <= north
    }
    ordered = tuple(sorted(dots, key=lambda p: (p.x, p.y)))
    return Contour(f"0 0 {width:.0f} {height:.0f}", path, ordered, size / (90 if len(ordered) < 60 else 150))


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


def _polygons(text: str) -> list[Polygon]:
    try:
        shape = from_wkt(_bare(text))
    except ShapelyError:
        return []
    parts = shape.geoms if isinstance(shape, MultiPolygon) else [shape]
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]
