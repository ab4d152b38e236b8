"""Shares of counted things: their interval, and whether one share is higher than another by more than chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from .uncertainty import BadTable, Estimate, check_level


def wilson_interval(count: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Give the interval of a share of counted things.

    Formula:
        (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), p = count / n, z the quantile (1 + level)/2 of the normal law

    Source:
        Wilson 1927, doi 10.1080/01621459.1927.10502953.

    Convention:
        No correction for continuity; the bounds stay in [0, 1].

    Limits:
        It covers its level on average: for very small totals it may cover less.

    Anchor:
        10 of 20 at 95 %: [0.2993, 0.7007].

    Args:
        count: how many have the property.
        total: how many there are.
        level: coverage wanted, in ]0, 1[.

    Returns:
        the lower and the upper bound.

    Raises:
        BadTable: a count outside 0…total, nothing counted, or a level outside ]0, 1[.

    Example:
        >>> [round(bound, 4) for bound in wilson_interval(10, 20)]
        [0.2993, 0.7007]
    """
    check_level("Wilson interval", level)
    _check("Wilson interval", count, total)
    z = float(special.ndtri((1 + level) / 2))
    p, n = count / total, float(total)
    centre, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, float((centre - half) / scale)), min(1.0, float((centre + half) / scale))


def fisher_exact_greater(count: int, total: int, other: int, other_total: int) -> float:
    """Give the chance that a share is as high as this one if it were that of both groups together.

    Formula:
        p = P(X ≥ count), X hypergeometric: `total` drawn among `total + other_total`, of which `count + other` have it

    Source:
        Fisher 1935, The Design of Experiments (exact test, one-sided).

    Convention:
        One-sided; the sums of the table are taken as known.

    Limits:
        It is cautious: with known sums few p are possible, and the true level is under the one asked for.

    Anchor:
        The lady tasting tea, 3 of 4 against 1 of 4: 17/70.

    Args:
        count, total: how many have the property in the first group, and how many there are.
        other, other_total: the same of the second group.

    Returns:
        p, in ]0, 1].

    Raises:
        BadTable: a count outside 0…total, or an empty group.

    Example:
        >>> round(fisher_exact_greater(3, 4, 1, 4), 6)
        0.242857
    """
    _check("Fisher's exact test", count, total)
    _check("Fisher's exact test", other, other_total)
    having = count + other
    logs = _chances(having, total, other_total, np.arange(count, min(total, having) + 1))
    return min(1.0, float(np.exp(logs).sum()))


def fisher_exact(count: int, total: int, other: int, other_total: int) -> float:
    """Give the chance that two shares differ as much as these if both were that of the groups together.

    Formula:
        p = Σ P(X = k) over the k with P(X = k) ≤ P(X = count), X hypergeometric as in `fisher_exact_greater`

    Source:
        Fisher 1935, The Design of Experiments; Irwin 1935 (two-sided: the tables that are no more likely).

    Convention:
        Two-sided; the sums of the table are taken as known. The groups have nothing in common.

    Limits:
        It is cautious, as `fisher_exact_greater`. Things that come in groups vary more than it knows.

    Anchor:
        The lady tasting tea, 3 of 4 against 1 of 4: 34/70.

    Args:
        count, total: how many have the property in the first group, and how many there are.
        other, other_total: the same of the second group.

    Returns:
        p, in ]0, 1].

    Raises:
        BadTable: a count outside 0…total, or an empty group.

    Example:
        >>> round(fisher_exact(3, 4, 1, 4), 6)
        0.485714
    """
    _check("Fisher's exact test", count, total)
    _check("Fisher's exact test", other, other_total)
    having = count + other
    logs = _chances(having, total, other_total, np.arange(min(total, having) + 1))
    return min(1.0, float(np.exp(logs[logs <= logs[count] + 1e-7]).sum()))


def ratio_of_shares(count: int, total: int, other: int, other_total: int, level: float = 0.95) -> Estimate:
    """Give how many times the share of one group is that of another, with its interval.

    Formula:
        r = (a/n) / (b/m), r e^(±z √(1/a − 1/n + 1/b − 1/m)), z the quantile (1 + level)/2 of the normal law

    Source:
        Katz, Baptista, Azen & Pike 1978, doi 10.2307/2530610.

    Convention:
        The groups have nothing in common.

    Limits:
        Counts under about five make it too wide or too narrow; p of `fisher_exact` is exact, and may then disagree.

    Anchor:
        20 of 100 against 10 of 100: 2 in [.987, 4.054] at 95 %.

    Args:
        count, total: a of n, how many have the property in the first group, and how many there are.
        other, other_total: b of m, the same of the second group.
        level: coverage of the interval, in ]0, 1[.

    Returns:
        the ratio, n of the estimate being the count.

    Raises:
        BadTable: a count outside 1…total, or a level outside ]0, 1[.

    Example:
        >>> print(ratio_of_shares(20, 100, 10, 100))
        2 [0.9866, 4.054]
    """
    measure = "ratio of shares"
    check_level(measure, level)
    for part, whole in ((count, total), (other, other_total)):
        _check(measure, part, whole)
        if not part:
            raise BadTable(measure, "a share of 0 has no ratio")
    value = count / total / (other / other_total)
    spread = np.sqrt(1 / count - 1 / total + 1 / other - 1 / other_total)
    half = float(special.ndtri((1 + level) / 2) * spread)
    return Estimate(value, value * np.exp(-half), value * np.exp(half), level, "log-normal (Katz)", count)


def _chances(having: int, total: int, other_total: int, k: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Give the logarithm of the hypergeometric chance of each k."""
    everyone = total + other_total
    return _choose(having, k) + _choose(everyone - having, total - k) - _choose(everyone, total)


def _choose(n: int, k: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Give the logarithm of the binomial coefficient; −∞ where k is outside 0…n."""
    k = np.asarray(k, dtype=float)
    inside = (k >= 0) & (k <= n)
    kept = np.where(inside, k, 0.0)
    logs = special.gammaln(n + 1) - special.gammaln(kept + 1) - special.gammaln(n - kept + 1)
    return np.asarray(np.where(inside, logs, -np.inf))


def _check(measure: str, count: int, total: int) -> None:
    if total < 1 or not 0 <= count <= total:
        raise BadTable(measure, f"{count} of {total} is no share")
