"""Access of territories to a supply: floating catchments, and the gap between demand and supply."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .relatedness import Matrix
from .uncertainty import BadTable

Indices = npt.NDArray[np.int64]

EARTH_RADIUS = 6371.0088
"""Mean radius of the Earth, in kilometres (IUGG)."""


def great_circle(places: npt.ArrayLike, others: npt.ArrayLike) -> Matrix:
    """Give the distances in kilometres along great circles between places: rows × others.

    Formula:
        haversine: 2R · arcsin √(sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2))

    Source:
        Sinnott 1984, Virtues of the haversine, Sky and Telescope 68; radius: Moritz 2000, doi
        10.1007/s001900050278.

    Convention:
        A sphere of mean radius 6371.0088 km: at most 0.5 % from the ellipsoid. Roads and relief lengthen it.

    Limits:
        As the crow flies: the road is longer, in the mountains much longer.

    Anchor:
        A quarter of the equator: πR/2; Grenoble to Privas: 102 km.

    Args:
        places: latitude and longitude in degrees, n × 2.
        others: latitude and longitude in degrees, m × 2.

    Returns:
        distances, n × m, in kilometres; NaN where a coordinate is missing.

    Raises:
        BadTable: not two columns, or a coordinate out of bounds.

    Example:
        >>> great_circle([[45.1885, 5.7245]], [[44.7351, 4.5986]]).round(0).tolist()  # Grenoble to Privas
        [[102.0]]
    """
    first, second = np.radians(_coordinates(places)), np.radians(_coordinates(others))
    return _haversine(first[:, None, :], second[None, :, :])


def nearest_circle(places: npt.ArrayLike, others: npt.ArrayLike) -> Matrix:
    """Give the distance in kilometres of each place to the nearest of others: the least of a row of `great_circle`, sooner.

    Args:
        places: latitude and longitude in degrees, n × 2.
        others: latitude and longitude in degrees, m × 2; none may be missing.

    Returns:
        distances, n, in kilometres; NaN for a place without coordinates, infinite where there are no others.

    Raises:
        BadTable: not two columns, or a coordinate out of bounds.

    Example:
        >>> nearest_circle([[45.1885, 5.7245]], [[44.7351, 4.5986], [48.85, 2.35]]).round(0).tolist()
        [102.0]
    """
    first, second = np.radians(_coordinates(places)), np.radians(_coordinates(others))
    if len(second) == 0:
        return np.full(len(first), np.inf)
    known = ~np.isnan(first).any(axis=1)
    far = np.full(len(first), np.nan)
    _, which = _tree(second).query(_on_sphere(first[known]))
    far[known] = _haversine(first[known], second[which])
    return far


def within_circle(places: npt.ArrayLike, others: npt.ArrayLike, km: float) -> tuple[Indices, Indices, Matrix]:
    """List the pairs of a place and another at most `km` kilometres apart: their rows, and how far they are.

    Example:
        >>> rows, columns, far = within_circle([[45.1885, 5.7245]], [[48.85, 2.35], [45.19, 5.77]], 20)
        >>> rows.tolist(), columns.tolist(), far.round(1).tolist()
        ([0], [1], [3.6])
    """
    first, second = np.radians(_coordinates(places)), np.radians(_coordinates(others))
    chord = 2 * np.sin(min(km / (2 * EARTH_RADIUS), np.pi / 2)) * (1 + 1e-9)
    known = np.flatnonzero(~np.isnan(second).any(axis=1))
    balls = _tree(second[known]).query_ball_point(_on_sphere(first), chord)
    rows = np.repeat(np.arange(len(first)), [len(ball) for ball in balls])
    columns = (
        known[np.concatenate([np.asarray(ball, dtype=np.int64) for ball in balls])] if len(rows) else rows
    )
    far = _haversine(first[rows], second[columns])
    near = far <= km
    return rows[near], columns[near], far[near]


def _haversine(first: Matrix, second: Matrix) -> Matrix:
    """Give the distances, in kilometres, of points whose last axis is latitude and longitude in radians."""
    (lat1, lon1), (lat2, lon2) = (np.moveaxis(one, -1, 0) for one in (first, second))
    inner = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(inner, 0, 1))))


def _tree(points: Matrix) -> Any:
    """Give a tree of points (latitude, longitude in radians) on the unit sphere."""
    # A quarter of a second at import: only who looks for neighbours pays it.
    from scipy.spatial import cKDTree  # type: ignore[import-untyped, unused-ignore]

    return cKDTree(_on_sphere(points))


def _on_sphere(points: Matrix) -> Matrix:
    """Give points (latitude, longitude in radians) on the unit sphere: there a chord is longer as an arc is."""
    lat, lon = points[:, 0], points[:, 1]
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


@dataclass(frozen=True)
class Catchment:
    """Access of each place (`access`), ratio of each supply (`ratio`, NaN where nobody is within reach), `reached`."""

    access: Matrix
    ratio: Matrix
    reached: npt.NDArray[np.bool_]


def floating_catchment(
    population: npt.ArrayLike,
    supply: npt.ArrayLike,
    distances: npt.ArrayLike,
    reach: float,
    decay: Callable[[Matrix], Matrix] | None = None,
) -> Catchment:
    """Give the access of each place to a supply, by two-step floating catchment areas.

    Formula:
        R_j = S_j / Σ_{k: d_kj ≤ d0} P_k f(d_kj); A_i = Σ_{j: d_ij ≤ d0} R_j f(d_ij)

    Source:
        Luo & Wang 2003, doi 10.1068/b29120; Luo & Qi 2009, doi 10.1016/j.healthplace.2009.06.002.

    Convention:
        f = 1 within reach (binary) unless given. A missing distance (NaN) is out of reach. Σ P_i A_i is the sum of
        the supply reached.

    Limits:
        Everyone within reach counts alike for the supply, whether they want it or not.

    Anchor:
        Hospital test of PySAL `access`: .761364, .958333, 1.094697.

    Args:
        population: P, n demands (people, companies).
        supply: S, m supplies (places, services).
        distances: d, n × m, in the unit of `reach` (kilometres, minutes).
        reach: d0, the largest distance.
        decay: f, from distances to weights ≥ 0.

    Returns:
        access (n), ratio (m), reached (m).

    Raises:
        BadTable: shapes that do not fit, negative or missing demands or supplies, a negative distance, a reach that
            is not positive.

    Example:
        >>> d = [[1, 80, 40], [80, 1, 40], [40, 40, 1]]  # the third place is the centre
        >>> floating_catchment([100, 50, 10], [15, 20, 100], d, 61).access.round(6).tolist()
        [0.761364, 0.958333, 1.094697]
    """
    measure = "floating catchment"
    p, s = (np.asarray(one, dtype=float).ravel() for one in (population, supply))
    d = np.atleast_2d(np.asarray(distances, dtype=float))
    if d.shape != (len(p), len(s)) or not d.size:
        raise BadTable(measure, f"distances of shape {d.shape} for {len(p)} places and {len(s)} supplies")
    for name, values in (("demand", p), ("supply", s)):
        if not np.isfinite(values).all() or (values < 0).any():
            raise BadTable(measure, f"a {name} is negative or missing")
    if (d < 0).any():
        raise BadTable(measure, "a distance is negative")
    if not reach > 0:
        raise BadTable(measure, f"the reach is {reach:g}, and must be positive")
    within = np.nan_to_num(d, nan=np.inf) <= reach
    weights = np.where(within, decay(np.where(within, d, 0.0)) if decay else 1.0, 0.0)
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise BadTable(measure, "the decay gives a negative or missing weight")
    asked = p @ weights
    ratio = np.divide(s, asked, out=np.full_like(s, np.nan), where=asked > 0)
    access = weights @ np.nan_to_num(ratio, nan=0.0)
    return Catchment(access, ratio, np.asarray(asked > 0))


def access_lost(
    population: npt.ArrayLike,
    supply: npt.ArrayLike,
    distances: npt.ArrayLike,
    reach: float,
    removed: Collection[int],
    decay: Callable[[Matrix], Matrix] | None = None,
) -> Matrix:
    """Give how much access each place would lose if some supplies closed.

    Formula:
        A_i − A′_i, A′ the access with S_j = 0 for the supplies removed (see `floating_catchment`)

    Source:
        Luo & Wang 2003, doi 10.1068/b29120.

    Convention:
        Demand stays where it is and is shared over the supplies that are left as before: nothing is displaced.

    Limits:
        Those who lose a supply may look beyond the reach: the model sends them nowhere.

    Anchor:
        Hospital test of PySAL `access` without its third supply: .625 lost by each place.

    Args:
        population, supply, distances, reach, decay: as `floating_catchment`.
        removed: places of the supplies that close, in the order of `supply`.

    Returns:
        the loss of each place, n values ≥ 0, in the unit of the access.

    Raises:
        BadTable: as `floating_catchment`, or a supply that is not there.

    Example:
        >>> d = [[1, 80, 40], [80, 1, 40], [40, 40, 1]]
        >>> access_lost([100, 50, 10], [15, 20, 100], d, 61, [2]).round(6).tolist()
        [0.625, 0.625, 0.625]
    """
    before = floating_catchment(population, supply, distances, reach, decay)
    left = np.array(supply, dtype=float).ravel()
    if unknown := [one for one in removed if not 0 <= one < len(left)]:
        raise BadTable("loss of access", f"there is no supply {unknown[0]} among {len(left)}")
    left[list(removed)] = 0.0
    return before.access - floating_catchment(population, left, distances, reach, decay).access


def gaussian(reach: float) -> Callable[[Matrix], Matrix]:
    """Give the Gaussian decay that falls from 1 at no distance to 0 at the reach.

    Formula:
        f(d) = (e^{−(d/d0)²/2} − e^{−1/2}) / (1 − e^{−1/2})

    Source:
        Dai 2010, doi 10.1016/j.healthplace.2010.06.012.

    Convention:
        d0 is the reach of `floating_catchment`; beyond it the weight is 0 whatever f.

    Limits:
        Nothing measured says how fast people give up: try two reaches before you conclude.

    Anchor:
        f(0) = 1, f(d0) = 0.

    Args:
        reach: d0.

    Raises:
        BadTable: a reach that is not positive.

    Example:
        >>> gaussian(10.0)(np.array([0.0, 10.0])).tolist()
        [1.0, 0.0]
    """
    if not reach > 0:
        raise BadTable("Gaussian decay", f"the reach is {reach:g}, and must be positive")
    edge = np.exp(-0.5)
    return lambda d: np.asarray((np.exp(-0.5 * (d / reach) ** 2) - edge) / (1 - edge))


def demand_supply_gap(demand: npt.ArrayLike, supply: npt.ArrayLike) -> Matrix:
    """Give the gap between demand and supply, from −1 (supply alone) to 1 (demand alone).

    Formula:
        g = (D − S) / (D + S)

    Source:
        a normalised difference (contrast), of common use; no paper of its own.

    Convention:
        Where there is neither demand nor supply there is no gap to speak of: NaN. NaN stays NaN. Both must be
        in the same unit (shares of their wholes, when counts are not).

    Limits:
        3 against 1 and 3000 against 1000 give the same gap: read it with `demand_supply_gap_interval`.

    Anchor:
        Demand 3, 0, 2, supply 1, 5, 2: .5, −1, 0.

    Args:
        demand: D, any shape.
        supply: S, the same shape.

    Returns:
        g, the same shape.

    Raises:
        BadTable: shapes that differ, or a negative or infinite value.

    Example:
        >>> demand_supply_gap([3, 0, 2], [1, 5, 2]).tolist()
        [0.5, -1.0, 0.0]
    """
    d, s = np.asarray(demand, dtype=float), np.asarray(supply, dtype=float)
    if d.shape != s.shape:
        raise BadTable("demand–supply gap", f"the demand has shape {d.shape} and the supply {s.shape}")
    if (d < 0).any() or (s < 0).any():
        raise BadTable("demand–supply gap", "a value is negative")
    if np.isinf(d).any() or np.isinf(s).any():
        raise BadTable("demand–supply gap", "a value is infinite")
    both = d + s
    gap: Matrix = np.divide(d - s, both, out=np.full(d.shape, np.nan), where=both > 0)
    return gap


def _coordinates(places: npt.ArrayLike) -> Matrix:
    found = np.asarray(places, dtype=float)
    if found.ndim != 2 or found.shape[1] != 2:
        raise BadTable("distance", f"coordinates of shape {found.shape} are not latitudes and longitudes")
    if (np.abs(found[:, 0]) > 90).any() or (np.abs(found[:, 1]) > 180).any():
        raise BadTable("distance", "a latitude or a longitude is out of bounds")
    return found
