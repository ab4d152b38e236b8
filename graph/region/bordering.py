"""Which départements border a territory, by the positions of communes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

KILOMETRES = 8.0
"""A département borders a territory when a commune of it is within this distance of one of the territory.

Around Auvergne-Rhône-Alpes thirteen are, all within 4 km; the next, Indre, is at 13 km.
"""
_DEGREE = 111.2
"""Kilometres of a degree of latitude."""


def bordering_departments(inside: Sequence[str], communes: pl.DataFrame) -> tuple[str, ...]:
    """List the codes of the départements that border a territory, sorted.

    Args:
        inside: paths of the communes of the territory ("territory/commune/38185"); of a commune outside that shares an
            intercommunality with it, the département is one that borders it.
        communes: rows of `place`, `lat`, `long` of all communes (degrees; null where unknown).

    >>> known = pl.DataFrame({"place": [f"territory/commune/{one}" for one in ("38001", "26001", "26002", "84001")],
    ...                       "lat": [45.0, 45.05, 44.5, 44.0], "long": [5.0] * 4})
    >>> bordering_departments(["territory/commune/38001"], known)
    ('26',)
    """
    here = communes["place"].is_in(list(inside))
    own = {department_of(place) for place in inside}
    placed = communes["lat"].is_not_null() & communes["long"].is_not_null()
    mine, others = communes.filter(here & placed), communes.filter(~here & placed)
    if mine.is_empty() or others.is_empty():
        return ()
    scale = np.array([_DEGREE, _DEGREE * np.cos(np.radians(float(mine["lat"].to_numpy().mean())))])
    points, far = (frame.select("lat", "long").to_numpy() * scale for frame in (mine, others))
    from scipy.spatial import cKDTree  # type: ignore[import-untyped, unused-ignore]  # slow to load, and kept answers need it not

    distance, _ = cKDTree(points).query(far, distance_upper_bound=KILOMETRES)
    near = others.filter(pl.Series(np.isfinite(distance)))["place"].to_list()
    return tuple(sorted({department_of(place) for place in near} | (own - _whole(own, others))))


def _whole(departments: set[str], others: pl.DataFrame) -> set[str]:
    """Tell which départements have no commune among others."""
    return departments - {department_of(place) for place in others["place"].to_list()}


def department_of(place: str) -> str:
    """Give the code of the département of a commune: the first two characters of its code, three overseas."""
    code = place.rsplit("/", 1)[-1]
    return code[:3] if code.startswith(("97", "98")) else code[:2]
