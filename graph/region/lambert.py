"""From longitude and latitude to the plane of French maps (Lambert-93), so that distances and angles look right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Conic:
    """A conformal conic projection of Lambert, by its constants as IGN publishes them (NT/G 71, algorithm 3).

    `e` is the first eccentricity of the ellipsoid, `n` the exponent, `c` the constant in metres, `meridian` the
    longitude of origin in radians, `x` and `y` the plane coordinates of the pole in metres.
    """

    e: float
    n: float
    c: float
    meridian: float
    x: float
    y: float

    def project(self, longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[Values, Values]:
        """Give the plane coordinates, in metres, of points in degrees.

        >>> x, y = LAMBERT_93.project([3.0], [46.5])
        >>> round(float(x[0]), 3), round(float(y[0]), 3)
        (700000.0, 6600000.0)
        """
        longitudes, latitudes = (np.radians(np.asarray(one, dtype=float)) for one in (longitude, latitude))
        sine = self.e * np.sin(latitudes)
        isometric = np.log(np.tan(np.pi / 4 + latitudes / 2)) + self.e / 2 * np.log((1 - sine) / (1 + sine))
        radius = self.c * np.exp(-self.n * isometric)
        angle = self.n * (longitudes - self.meridian)
        return self.x + radius * np.sin(angle), self.y - radius * np.cos(angle)


LAMBERT_93 = Conic(
    e=0.081819191042816,
    n=0.725607765053267,
    c=11754255.426096,
    meridian=np.pi / 60,
    x=700000.0,
    y=12655612.049876,
)
"""RGF93 / Lambert-93: ellipsoid GRS 80, parallels 44° and 49°, origin 3° east and 46.5° north."""
