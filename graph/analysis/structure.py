"""How unlike two territories are in structure: traits with a number, and shares of sectors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .uncertainty import BadTable

Values = npt.NDArray[np.float64]


def structural_differences(traits: npt.ArrayLike, shares: npt.ArrayLike, of: int) -> Values:
    """Give how each territory differs from one in each trait and in its mix, over what two of them differ by on average.

    Formula:
        δ_k(a, b)² / mean of δ_k² over pairs, δ_k = x_ak - x_bk for a trait, δ² = 1 - Σ_s √(p_as p_bs) for shares

    Source:
        Hellinger 1909, doi 10.1515/crll.1909.136.210, for the distance between shares.

    Convention:
        The distance of two territories is the root of the mean of their differences: 1 is what two taken at random differ
        by. A trait that is the same everywhere makes no difference. Traits that span orders of magnitude are given as
        logarithms.

    Limits:
        Each trait counts as much as another, and as much as the mix of sectors: what matters most is a choice.

    Anchor:
        Traits 0, 0, 3 and one mix: the third differs from the first by 9 over a mean of 6, 1.5.

    Args:
        traits: traits of territories, n × k; NaN where one is not known.
        shares: shares of sectors, n × s, each row summing to one.
        of: the territory the others are compared with, 0 … n - 1.

    Returns:
        squared differences over their means, n × (k + 1), the shares last; NaN where one of the two is not known. The mean
        of a trait is over the pairs where both are.

    Raises:
        BadTable: traits and shares of different numbers of territories, or fewer than two.

    Example:
        >>> structural_differences([[0.0], [0.0], [3.0]], [[1.0], [1.0], [1.0]], 0).tolist()
        [[0.0, 0.0], [0.0, 0.0], [1.5, 0.0]]
        >>> structural_differences([[0.0], [0.0], [3.0], [np.nan]], [[1.0]] * 4, 0)[:, 0].tolist()
        [0.0, 0.0, 1.5, nan]
    """
    scalars, roots = np.asarray(traits, dtype=float), np.sqrt(np.asarray(shares, dtype=float))
    n = len(scalars)
    if scalars.ndim != 2 or roots.ndim != 2 or len(roots) != n or n < 2:
        raise BadTable("structural differences", "traits and shares are not those of two territories or more")
    counts = (~np.isnan(scalars)).sum(axis=0)
    middles = np.nansum(scalars, axis=0) / np.maximum(counts, 1)
    spread = np.nansum((scalars - middles) ** 2, axis=0) / np.maximum(counts - 1, 1)
    means = np.append(2 * spread, (1 - (roots.mean(axis=0) ** 2).sum()) * n / (n - 1))
    apart = np.clip(1 - roots @ roots[of], 0, None)
    squared = np.column_stack([(scalars - scalars[of]) ** 2, apart])
    # a mean that rounding alone keeps from zero is zero
    return np.asarray(np.divide(squared, means, out=0 * squared, where=means > 1e-12))
