"""Shares of counted things: their interval, and whether one differs from another by more than chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from .uncertainty import BadTable, Estimate, check_level

Counts = int | Sequence[int] | npt.NDArray[np.int64]
"""A number, or one for each of several strata."""


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


def fisher_exact_greater(count: Counts, total: Counts, other: Counts, other_total: Counts) -> float:
    """Give the chance that a share is as high as this one if it were that of both groups together.

    Formula:
        p = P(X ≥ count), X hypergeometric: `total` drawn among `total + other_total`, of which `count + other` have it; of
        several strata, the sums of their counts and of such X

    Source:
        Fisher 1935, The Design of Experiments (exact test, one-sided).

    Convention:
        One-sided; the sums of each table are taken as known.

    Limits:
        It is cautious: with known sums few p are possible, and the true level is under the one asked for.

    Anchor:
        The lady tasting tea, 3 of 4 against 1 of 4: 17/70.

    Args:
        count, total: how many have the property in the first group, and how many there are; or a sequence, one a stratum.
        other, other_total: the same of the second group.

    Returns:
        p, in [0, 1].

    Raises:
        BadTable: a count outside 0…total, an empty group, or other numbers of strata.

    Example:
        >>> round(fisher_exact_greater(3, 4, 1, 4), 6)
        0.242857
    """
    chances, observed = _exact_chances(count, total, other, other_total)
    return min(1.0, float(chances[observed:].sum()))


def fisher_exact(count: Counts, total: Counts, other: Counts, other_total: Counts) -> float:
    """Give the chance that two shares differ as much as these if both were that of the groups together.

    Formula:
        p = Σ P(X = k) over the k with P(X = k) ≤ P(X = count), X as in `fisher_exact_greater`

    Source:
        Fisher 1935, The Design of Experiments; Irwin 1935 (two-sided: the tables that are no more likely); Gart 1970, doi
        10.1093/biomet/57.3.471 (strata).

    Convention:
        Two-sided; the sums of each table are taken as known. The groups have nothing in common.

    Limits:
        It is cautious, as `fisher_exact_greater`. Things that come in groups vary more than it knows.

    Anchor:
        The lady tasting tea, 3 of 4 against 1 of 4: 34/70; twice so, in two strata: 722/4900.

    Args:
        count, total: how many have the property in the first group, and how many there are; or a sequence, one a stratum.
        other, other_total: the same of the second group.

    Returns:
        p, in [0, 1].

    Raises:
        BadTable: a count outside 0…total, an empty group, or other numbers of strata.

    Example:
        >>> round(fisher_exact(3, 4, 1, 4), 6), round(fisher_exact([3, 3], [4, 4], [1, 1], [4, 4]), 6)
        (0.485714, 0.147347)
    """
    chances, observed = _exact_chances(count, total, other, other_total)
    return min(1.0, float(chances[chances <= chances[observed] * (1 + 1e-7)].sum()))


def ratio_of_shares(
    count: Counts, total: Counts, other: Counts, other_total: Counts, level: float = 0.95
) -> Estimate:
    """Give how many times the share of one group is that of another, with its interval.

    Formula:
        r = Σ am/N / Σ bn/N over the strata, N = n + m; r e^(±z √v), v = Σ (nm(a + b) − abN)/N² / (Σ am/N · Σ bn/N),
        z the quantile (1 + level)/2 of the normal law; of one stratum r = (a/n) / (b/m), v = 1/a − 1/n + 1/b − 1/m

    Source:
        Mantel & Haenszel 1959, doi 10.1093/jnci/22.4.719; Greenland & Robins 1985, doi 10.2307/2530643; one stratum: Katz,
        Baptista, Azen & Pike 1978, doi 10.2307/2530610.

    Convention:
        The groups have nothing in common. The ratio is taken to be the same in all strata.

    Limits:
        Counts under about five make it too wide or too narrow; p of `fisher_exact` is exact, and may then disagree.

    Anchor:
        20 of 100 against 10 of 100: 2 in [.987, 4.054] at 95 %.

    Args:
        count, total: a of n, how many have the property in the first group, and how many there are; or a sequence, one a
            stratum.
        other, other_total: b of m, the same of the second group.
        level: coverage of the interval, in ]0, 1[.

    Returns:
        the ratio, n of the estimate being the count.

    Raises:
        BadTable: a count outside 0…total, a share of 0, other numbers of strata, or a level outside ]0, 1[.

    Example:
        >>> print(ratio_of_shares(20, 100, 10, 100))
        2 [0.9866, 4.054]
    """
    measure = "ratio of shares"
    check_level(measure, level)
    a, n, b, m = _strata(measure, count, total, other, other_total)
    every = n + m
    above, below = float((a * m / every).sum()), float((b * n / every).sum())
    if not above or not below:
        raise BadTable(measure, "a share of 0 has no ratio")
    variance = ((n * m * (a + b) - a * b * every) / every**2).sum() / (above * below)
    half = float(special.ndtri((1 + level) / 2) * np.sqrt(variance))
    value = above / below
    bounds = value * float(np.exp(-half)), value * float(np.exp(half))
    return Estimate(value, *bounds, level, "log-normal (Greenland–Robins)", int(a.sum()))


def _exact_chances(
    count: Counts, total: Counts, other: Counts, other_total: Counts
) -> tuple[npt.NDArray[np.float64], int]:
    """Give the chance of each number, from the least up, that may have the property in the first group; the place of theirs."""
    tables = _strata("Fisher's exact test", count, total, other, other_total)
    found, observed = np.ones(1), int(tables[0].sum())
    for a, n, b, m in zip(*(one.tolist() for one in tables), strict=True):
        least = max(0, a + b - m)
        k = np.arange(least, min(n, a + b))
        logs = np.cumsum(np.log((a + b - k) * (n - k) / ((k + 1) * (m - a - b + k + 1))))
        chances = np.exp(np.append(0.0, logs) - max(0.0, logs.max(initial=0.0)))
        found = np.convolve(found, chances / chances.sum())
        observed -= least
    return found, observed


def _strata(measure: str, *counts: Counts) -> list[npt.NDArray[np.int64]]:
    """Give the counts of the two groups as arrays of one number a stratum; raises BadTable."""
    tables = [np.atleast_1d(np.asarray(one, dtype=np.int64)) for one in counts]
    if len({one.shape for one in tables}) != 1 or tables[0].ndim != 1 or not tables[0].size:
        raise BadTable(measure, f"the counts have shapes {[one.shape for one in tables]}")
    for part, whole in (tables[:2], tables[2:]):
        for one, of in zip(part.tolist(), whole.tolist(), strict=True):
            _check(measure, one, of)
    return tables


def _check(measure: str, count: int, total: int) -> None:
    if total < 1 or not 0 <= count <= total:
        raise BadTable(measure, f"{count} of {total} is no share")
