"""Location quotient: in which activities a territory is specialised, with its interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .table import CountTable
from .uncertainty import BadTable, Estimate, TooFewData, poisson_interval


def location_quotient(counts: CountTable) -> CountTable:
    """Give the location quotient of each cell: the share of an activity in a territory over its share in all.

    Formula:
        LQ_cp = (X_cp / X_c.) / (X_.p / X_..)

    Source:
        Balassa 1965, doi 10.1111/j.1467-9957.1965.tb00050.x.

    Convention:
        A territory or an activity without any count has no quotient: its cells are missing. Where a cell is
        missing, the sums are those of the known cells, and the cell stays missing.

    Limits:
        It explodes on tiny denominators: read it with `location_quotient_interval` and a minimum count.

    Anchor:
        X of 5 territories and 5 activities (documentation of EconGeo): LQ of territory 2 is 0, .75, .25, 3.5, .5.

    Args:
        counts: X, territories × activities, counts (jobs, establishments, programmes).

    Returns:
        LQ on the same axes, without unit; 1 is the share of the whole.

    Raises:
        BadTable: an empty table, a negative count, or nothing but zeros.

    Example:
        >>> x = CountTable.dense([[100, 0], [25, 75]], ["a", "b"], ["wood", "care"])
        >>> location_quotient(x).toarray().round(4).tolist()
        [[1.6, 0.0], [0.4, 2.0]]
    """
    measure = "location quotient"
    counts.check_counts(measure)
    if counts.total == 0:
        raise BadTable(measure, "every count is zero")
    rows, columns = counts.row_sums, counts.column_sums
    entries = counts.values.tocoo()
    data = entries.data * counts.total / (rows[entries.row] * columns[entries.col])
    values = csr_array((data, (entries.row, entries.col)), shape=counts.shape)
    unknown: Any = csr_array(np.logical_or.outer(rows == 0, columns == 0))
    if counts.missing is not None:
        unknown = csr_array(unknown + counts.missing.astype(bool))
    made = counts.with_values(values, measure=measure, unit="1")
    return CountTable(made.values, made.rows, made.columns, unknown if unknown.nnz else None, made.about)


def location_quotient_interval(
    counts: CountTable, row: str, column: str, *, level: float = 0.95, minimum: float = 5.0
) -> Estimate:
    """Give the location quotient of one cell with its Poisson interval.

    Formula:
        [L(X_cp), U(X_cp)] / X_c. / (X_.p / X_..), with L and U the exact bounds of a Poisson mean (Garwood 1936)

    Source:
        Garwood 1936, doi 10.1093/biomet/28.3-4.437.

    Convention:
        The count of the cell is taken as random, the sums of its row, its column and the whole as known.

    Limits:
        A cell that makes much of its row or of its column varies with them: the interval is then too wide.

    Anchor:
        X = [[100, 0], [25, 75]], second row, first column: .4 in [.2589, .5905] at 95 %.

    Args:
        counts: X, territories × activities.
        row: key of the territory.
        column: key of the activity.
        level: coverage of the interval, in ]0, 1[.
        minimum: smallest count expected in the cell, X_c. X_.p / X_.., below which nothing is said.

    Returns:
        the quotient and its interval; `n` is the count of the cell.

    Raises:
        TooFewData: the expected count is under `minimum`, or the cell is missing.
        BadTable: as `location_quotient`.
        KeyError: no such row or column.

    Example:
        >>> x = CountTable.dense([[100, 0], [25, 75]], ["a", "b"], ["wood", "care"])
        >>> print(location_quotient_interval(x, "b", "wood"))
        0.4 [0.2589, 0.5905]
    """
    measure = "location quotient"
    counts.check_counts(measure)
    place, activity = counts.rows.position(row), counts.columns.position(column)
    if counts.missing is not None and bool(counts.missing[place, activity]):
        raise TooFewData(measure, "the count is missing or suppressed", "a known count")
    total = counts.total
    expected = counts.row_sums[place] * counts.column_sums[activity] / total if total else 0.0
    if expected < minimum or expected == 0:
        raise TooFewData(
            measure, f"are {expected:.3g} expected", f"an expected count of at least {minimum:g}"
        )
    count = float(counts.values[place, activity])
    low, high = (float(bound) for bound in poisson_interval(count, level))
    return Estimate(count / expected, low / expected, high / expected, level, "Poisson (Garwood)", int(count))


def location_quotient_bounds(
    counts: CountTable, *, level: float = 0.95, minimum: float = 5.0
) -> tuple[CountTable, CountTable]:
    """Give the Poisson interval of every location quotient: the table of the lower bounds and that of the upper.

    Formula:
        [L(X_cp), U(X_cp)] / X_c. / (X_.p / X_..), with L and U the exact bounds of a Poisson mean (Garwood 1936)

    Source:
        Garwood 1936, doi 10.1093/biomet/28.3-4.437; Balassa 1965, doi 10.1111/j.1467-9957.1965.tb00050.x.

    Convention:
        As `location_quotient_interval`, cell by cell. A cell with too small an expected count is missing in both.

    Limits:
        Each interval holds alone: of many cells read together, one in twenty is outside its own at 0.95.

    Anchor:
        X = [[100, 0], [25, 75]], second row at 95 %: [.2589, .5905] and [1.5731, 2.507].

    Args:
        counts: X, territories × activities.
        level: coverage of each interval, in ]0, 1[.
        minimum: smallest count expected in a cell, X_c. X_.p / X_.., below which nothing is said.

    Returns:
        the lower and the upper bounds, on the same axes.

    Raises:
        BadTable: as `location_quotient`, or a level outside ]0, 1[.

    Example:
        >>> x = CountTable.dense([[100, 0], [25, 75]], ["a", "b"], ["wood", "care"])
        >>> low, high = location_quotient_bounds(x)
        >>> low.toarray().round(4).tolist(), high.toarray().round(4).tolist()
        ([[1.3018, 0.0], [0.2589, 1.5731]], [[1.946, 0.0984], [0.5905, 2.507]])
    """
    measure = "location quotient"
    counts.check_counts(measure)
    if counts.total == 0:
        raise BadTable(measure, "every count is zero")
    low, high = poisson_interval(np.asarray(counts.values.toarray(), dtype=float), level)
    expected = np.outer(counts.row_sums, counts.column_sums) / counts.total
    unknown = (expected < minimum) | (expected == 0)
    if counts.missing is not None:
        unknown |= counts.missing.toarray().astype(bool)
    low, high = (
        np.divide(bound, expected, out=np.zeros_like(bound), where=~unknown) for bound in (low, high)
    )
    told: list[CountTable] = []
    for name, values in (("lower", low), ("upper", high)):
        about = {**counts.about, "measure": f"{measure}, {name} bound at {level:g}", "unit": "1"}
        missing = csr_array(unknown) if unknown.any() else None
        told.append(CountTable(csr_array(values), counts.rows, counts.columns, missing, about))
    return told[0], told[1]


def specialised(counts: CountTable, *, threshold: float = 1.0) -> npt.NDArray[np.float64]:
    """Give the matrix M of specialisations: 1 where the location quotient reaches the threshold.

    Formula:
        M_cp = 1[LQ_cp ≥ 1]

    Source:
        Hidalgo et al. 2007, doi 10.1126/science.1144581.

    Convention:
        A missing cell counts as no specialisation.

    Limits:
        A quotient of 1.01 on a few jobs counts as much as one of 5 on a thousand: give it tables of large enough
        counts, or read `location_quotient_bounds` beside it.

    Anchor:
        X of EconGeo (see `location_quotient`): territory 2 is specialised in activity 4 only.

    Args:
        counts: X, territories × activities.
        threshold: smallest quotient of a specialisation.

    Returns:
        M, territories × activities, of 0 and 1.

    Raises:
        BadTable: as `location_quotient`.

    Example:
        >>> specialised(CountTable.dense([[100, 0], [25, 75]], ["a", "b"], ["wood", "care"])).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """
    quotients = location_quotient(counts).toarray()
    return np.asarray(np.nan_to_num(quotients, nan=0.0) >= threshold, dtype=float)
