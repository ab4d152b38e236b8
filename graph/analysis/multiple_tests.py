"""Many tests at once: how p-values are corrected for their number."""

from __future__ import annotations

from collections.abc import Sequence


def benjamini_hochberg(values: Sequence[float]) -> list[float]:
    """Correct p-values for the number of tests: the q-values of Benjamini & Hochberg 1995.

    Formula: q_(i) = min_{j ≥ i} p_(j) n / j. Source: doi 10.1111/j.2517-6161.1995.tb02031.x.

    >>> benjamini_hochberg([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    least = 1.0
    for rank in range(len(order), 0, -1):
        least = min(least, values[order[rank - 1]] * len(values) / rank)
        found[order[rank - 1]] = least
    return found
