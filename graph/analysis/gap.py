"""Gaps between demand and supply: their interval, and the gap between two specialisations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .access import demand_supply_gap
from .relatedness import Matrix
from .specialisation import location_quotient
from .table import CountTable
from .uncertainty import BadTable, check_level


def demand_supply_gap_interval(
    demand: npt.ArrayLike, supply: npt.ArrayLike, *, level: float = 0.95, minimum: float = 10.0
) -> tuple[Matrix, Matrix]:
    """Give the interval of the gap between counts of demand and of supply: the lower and the upper bounds.

    Formula:
        g = 2π − 1, with π in the exact interval of a binomial share of D out of D + S (Clopper & Pearson 1934)

    Source:
        Clopper & Pearson 1934, doi 10.1093/biomet/26.4.404.

    Convention:
        D and S are independent Poisson counts, so that D given D + S is binomial. Where D + S is under `minimum`, or
        a count is missing, nothing is said (NaN).

    Limits:
        For counts of the same kind only (persons, posts), not for shares or rates.

    Anchor:
        30 against 10: [.1761, .7462] at 95 %; 3 against 1: nothing is said.

    Args:
        demand: D, counts of any shape.
        supply: S, counts of the same shape.
        level: coverage of each interval, in ]0, 1[.
        minimum: smallest D + S.

    Returns:
        the bounds, each of the same shape, in [−1, 1].

    Raises:
        BadTable: as `demand_supply_gap`, or a level outside ]0, 1[.

    Example:
        >>> low, high = demand_supply_gap_interval([30, 3], [10, 1])
        >>> low.round(4).tolist(), high.round(4).tolist()
        ([0.1761, nan], [0.7462, nan])
    """
    check_level("demand–supply gap", level)
    gap = demand_supply_gap(demand, supply)
    d, s = np.asarray(demand, dtype=float), np.asarray(supply, dtype=float)
    told, tail = ~np.isnan(gap) & (d + s >= minimum), (1 - level) / 2
    low = np.where(d > 0, special.betaincinv(np.maximum(d, 1e-300), s + 1, tail), 0.0)
    high = np.where(s > 0, special.betaincinv(d + 1, np.maximum(s, 1e-300), 1 - tail), 1.0)
    return np.where(told, 2 * low - 1, np.nan), np.where(told, 2 * high - 1, np.nan)


def location_quotient_gap(demand: CountTable, supply: CountTable) -> CountTable:
    """Give how much more specialised each territory is in the demand for an activity than in its supply.

    Formula:
        LQ gap = LQ of demand − LQ of supply

    Source:
        Balassa 1965, doi 10.1111/j.1467-9957.1965.tb00050.x (the quotient).

    Convention:
        Each table is compared with its own whole, so their units may differ (jobs, places in training). Positive: the
        demand is more concentrated there than the supply. Missing where either quotient is.

    Limits:
        It tells of shares, not of numbers: a gap may be positive where supply exceeds demand. It explodes as the
        quotients do: read it with `location_quotient_bounds` of both tables.

    Anchor:
        Demand [[100, 0], [25, 75]], supply [[10, 10], [10, 10]]: [[.6, −1], [−.6, 1]].

    Args:
        demand: counts, territories × activities.
        supply: counts on the same territories and activities, in the same order.

    Returns:
        the gap on the same axes, without unit.

    Raises:
        BadTable: as `location_quotient`, or tables of different axes.

    Example:
        >>> jobs = CountTable.dense([[100, 0], [25, 75]], ["a", "b"], ["wood", "care"])
        >>> places = CountTable.dense([[10, 10], [10, 10]], ["a", "b"], ["wood", "care"])
        >>> location_quotient_gap(jobs, places).toarray().round(4).tolist()
        [[0.6, -1.0], [-0.6, 1.0]]
    """
    measure = "gap of location quotients"
    for one, other in ((demand.rows, supply.rows), (demand.columns, supply.columns)):
        if one.keys != other.keys:
            raise BadTable(
                measure, f"the {one.name}s of demand and supply are not the same in the same order"
            )
    gap = location_quotient(demand).toarray() - location_quotient(supply).toarray()
    unknown = np.isnan(gap)
    about = {"measure": measure, "unit": "1"}
    missing = csr_array(unknown) if unknown.any() else None
    return CountTable(csr_array(np.where(unknown, 0.0, gap)), demand.rows, demand.columns, missing, about)
