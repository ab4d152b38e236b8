"""Where the territory looked at borders another country, of which nothing is read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from ..analysis.access import nearest_circle
from .bordering import department_of
from .gazetteer import Gazetteer
from .view import RegionView

Values = npt.NDArray[np.float64]
FRANCE = 12.0
"""Kilometres: an outline farther than this from the communes of France beyond it borders another country, or the sea.

Around Auvergne-Rhône-Alpes it is within 11 km of one where it borders a département, and up to 95 km from all along Italy.
"""
STEP = 0.02
"""Degrees between two points of the border, at most: 2 km."""
_LAND = frozenset("01 02 04 05 06 08 09 25 31 39 54 55 57 59 64 65 66 67 68 73 74 90 973".split())  # noqa: SIM905
"""Départements that border another country by land: elsewhere what is beyond is the sea."""


def border(matter: RegionView) -> Values:
    """Give points of the border of the territory looked at with another country: latitude, longitude (degrees), n × 2.

    None where no source gives its outline, or the communes of the départements beside it: nothing tells them from abroad.
    """
    ground = Gazetteer.of(matter)
    points = np.column_stack([ground.lat, ground.long])
    placed = ~np.isnan(points).any(axis=1)
    land = np.array([department_of(one) in _LAND for one in ground.ids], dtype=bool)
    mine, beyond = points[placed & ground.inside & land], points[placed & ~ground.inside]
    if not ground.bordering or not len(mine) or not len(beyond):
        return np.zeros((0, 2))
    import shapely  # slow to load, and most of what is asked needs it not

    rows = matter.frame("outlines").filter(pl.col("territory") == f"territory/{matter.within}").drop_nulls()
    shapes = shapely.from_wkt(rows["wkt"].to_list())
    edge = shapely.get_coordinates(shapely.segmentize(shapely.boundary(shapes), STEP))[:, ::-1]
    kept: Values = edge[(nearest_circle(edge, beyond) > FRANCE) & (nearest_circle(edge, mine) <= FRANCE)]
    return kept


def border_distances(matter: RegionView) -> Values:
    """Give the distance in kilometres of each commune to another country; NaN without position, infinite where none is near."""
    ground = Gazetteer.of(matter)
    return nearest_circle(np.column_stack([ground.lat, ground.long]), matter.once(border))
