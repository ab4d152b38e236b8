"""Classes of values for a map: where to cut, and how well the cuts tell the values apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from .uncertainty import BadTable

Places = npt.NDArray[np.intp]
Values = npt.NDArray[np.float64]


def quantile_breaks(values: npt.ArrayLike, classes: int) -> Values:
    """Cut values so that each class holds about as many of them.

    Formula:
        b_j = x_(⌈j n / k⌉), j = 0 … k, with b_0 = x_(1)

    Source:
        Evans 1977 (the selection of class intervals), Transactions of the Institute of British Geographers 2, 98–124.

    Convention:
        A break is a value that is there, and closes its class: values that are equal are in one class, so that ties
        make classes of unequal sizes, or fewer of them.

    Limits:
        Close values may be told apart and distant ones put together.

    Anchor:
        1 to 9 in three classes: 1, 3, 6, 9.

    Args:
        values: known values, n.
        classes: number of classes wanted.

    Returns:
        the lowest value, then the upper bound of each class; as many classes as there are distinct bounds.

    Raises:
        BadTable: no value, a value that is not finite, or fewer than one class.

    Example:
        >>> quantile_breaks([1, 2, 3, 4, 5, 6, 7, 8, 9], 3).tolist()
        [1.0, 3.0, 6.0, 9.0]
    """
    ordered = _ordered(values, classes)
    ranks = -(-np.arange(1, classes + 1) * len(ordered) // classes) - 1
    return _distinct(ordered[0], ordered[ranks])


def equal_breaks(values: npt.ArrayLike, classes: int) -> Values:
    """Cut the range of values in classes of one width.

    Formula:
        b_j = x_(1) + j (x_(n) - x_(1)) / k

    Source:
        Evans 1977 (the selection of class intervals), Transactions of the Institute of British Geographers 2, 98–124.

    Convention:
        A break closes the class under it.

    Limits:
        A few extreme values leave most classes empty.

    Anchor:
        0, 2 and 10 in two classes: 0, 5, 10.

    Args:
        values: known values, n.
        classes: number of classes wanted.

    Returns:
        the lowest value, then the upper bound of each class.

    Raises:
        BadTable: no value, a value that is not finite, or fewer than one class.

    Example:
        >>> equal_breaks([0, 2, 10], 2).tolist()
        [0.0, 5.0, 10.0]
    """
    ordered = _ordered(values, classes)
    bounds = np.linspace(ordered[0], ordered[-1], classes + 1)[1:]
    bounds[-1] = ordered[-1]
    return _distinct(ordered[0], bounds)


def natural_breaks(values: npt.ArrayLike, classes: int) -> Values:
    """Cut values so that those of a class are as near to their mean as they can be.

    Formula:
        argmin over cuts of Σ_j Σ_(x in class j) (x - mean_j)²

    Source:
        Fisher 1958, doi 10.1080/01621459.1958.10501479; Jenks 1977 (optimal data classification for choropleth maps).

    Convention:
        Exact, by dynamic programming over the distinct values weighted by how often they occur; a break is a value
        that is there and closes its class. Of equal cuts the one with the lowest breaks is given.

    Limits:
        The cuts belong to these values: two maps made apart do not compare.

    Anchor:
        1, 2, 4, 5, 7, 9, 10, 20 in three classes: 1, 5, 10, 20.

    Args:
        values: known values, n.
        classes: number of classes wanted.

    Returns:
        the lowest value, then the upper bound of each class; at most one class a distinct value.

    Raises:
        BadTable: no value, a value that is not finite, or fewer than one class.

    Example:
        >>> natural_breaks([1, 2, 4, 5, 7, 9, 10, 20], 3).tolist()
        [1.0, 5.0, 10.0, 20.0]
    """
    ordered = _ordered(values, classes)
    distinct, weights = np.unique(ordered, return_counts=True)
    size, classes = len(distinct), min(classes, len(distinct))
    centred = distinct - distinct.mean()
    count, total, squares = (
        np.concatenate([[0.0], np.cumsum(one)]) for one in (weights, weights * centred, weights * centred**2)
    )

    def spread(first: Places, last: Places) -> Values:
        """Give the within-class sums of squares of the values from each first to its last (left out)."""
        held, sums = count[last] - count[first], total[last] - total[first]
        return np.asarray(np.maximum(squares[last] - squares[first] - sums**2 / held, 0.0))

    ends = np.arange(1, size + 1)
    best = np.concatenate([[0.0], spread(np.zeros_like(ends), ends)])
    cuts = np.zeros((classes, size + 1), dtype=np.intp)
    for used in range(1, classes):
        best, cuts[used] = _one_more_class(best, used, spread)
    bounds, last = [], size
    for used in range(classes - 1, -1, -1):
        bounds.append(distinct[last - 1])
        last = int(cuts[used, last])
    return np.array([distinct[0], *reversed(bounds)])


def _one_more_class(
    best: Values, used: int, spread: Callable[[Places, Places], Values]
) -> tuple[Values, Places]:
    """Give the least spread of the first values in one class more than `used`, and where the last class begins.

    The longer the run of values, the later its last class begins, so each half need not look at the other's cuts.
    """
    size = len(best) - 1
    longer, cuts = np.full(size + 1, np.inf), np.zeros(size + 1, dtype=np.intp)
    low, high = np.array([used + 1]), np.array([size])
    left, right = np.array([used]), np.array([size - 1])
    while len(low):
        middle = (low + high) // 2
        widths = np.minimum(right, middle - 1) - left + 1
        starts = np.concatenate([[0], np.cumsum(widths)[:-1]])
        first = np.arange(widths.sum()) + np.repeat(left - starts, widths)
        costs = best[first] + spread(first, np.repeat(middle, widths))
        least = np.minimum.reduceat(costs, starts)
        places = np.where(costs == np.repeat(least, widths), first, size)
        chosen = np.minimum.reduceat(places, starts)
        longer[middle], cuts[middle] = least, chosen
        low, high, left, right = (
            np.concatenate(pair)
            for pair in ((low, middle + 1), (middle - 1, high), (left, chosen), (chosen, right))
        )
        kept = low <= high
        low, high, left, right = low[kept], high[kept], left[kept], right[kept]
    return longer, cuts


def variance_explained(values: npt.ArrayLike, breaks: npt.ArrayLike) -> float:
    """Give the share of the variance of values that is between classes.

    Formula:
        1 - Σ_j Σ_(x in class j) (x - mean_j)² / Σ (x - mean)²

    Source:
        Jenks & Caspall 1971, doi 10.1111/j.1467-8306.1971.tb00779.x (goodness of variance fit).

    Convention:
        Values that are all equal are told apart as well as they can be: 1.

    Limits:
        It grows with the number of classes: compare cuts in as many classes.

    Anchor:
        1, 2, 8, 9 cut at 2: 1 - 1 / 50 = 0.98.

    Args:
        values: known values, n.
        breaks: the lowest value, then the upper bound of each class.

    Returns:
        a share, from 0 (one class tells all) to 1.

    Raises:
        BadTable: no value, or a value that is not finite.

    Example:
        >>> variance_explained([1, 2, 8, 9], [1, 2, 9])
        0.98
    """
    ordered = _ordered(values, 1)
    whole = float(((ordered - ordered.mean()) ** 2).sum())
    if whole == 0:
        return 1.0
    groups = class_of(ordered, breaks)
    within = sum(
        float(((held - held.mean()) ** 2).sum())
        for held in (ordered[groups == one] for one in np.unique(groups))
    )
    return 1.0 - within / whole


def class_of(values: npt.ArrayLike, breaks: npt.ArrayLike) -> Places:
    """Give the class of each value, from 0: the first whose upper bound is not passed.

    >>> class_of([1, 3, 3.5, 9], [1, 3, 6, 9]).tolist()
    [0, 0, 1, 2]
    """
    bounds = np.asarray(breaks, dtype=float)[1:]
    return np.minimum(np.searchsorted(bounds, np.asarray(values, dtype=float), "left"), len(bounds) - 1)


def _ordered(values: npt.ArrayLike, classes: int) -> Values:
    ordered = np.sort(np.asarray(values, dtype=float).ravel())
    if not len(ordered) or not np.isfinite(ordered).all():
        raise BadTable("classes", "at least one value is needed, and each must be known")
    if classes < 1:
        raise BadTable("classes", f"{classes} were asked for: at least one is needed")
    return ordered


def _distinct(lowest: float, bounds: Values) -> Values:
    """Leave out the classes that nothing can be in: those whose bounds are equal."""
    return np.concatenate([[lowest], np.unique(bounds)])
