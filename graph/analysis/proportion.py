"""Shares of counted things: their interval, and whether one share is higher than another by more than chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from .uncertainty import BadTable, check_level


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
    having, everyone = count + other, total + other_total
    k = np.arange(count, min(total, having) + 1)
    logs = _choose(having, k) + _choose(everyone - having, total - k) - _choose(everyone, total)
    return min(1.0, float(np.exp(logs).sum()))


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
