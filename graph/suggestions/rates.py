"""What became of pairs that stood as high: the share that were tied some years later."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..analysis.adjacency import Values
from ..analysis.uncertainty import Estimate, poisson_interval

STEPS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)
"""Shares of untied pairs that stand higher, by which pairs are grouped."""
METHOD = "pairs of a past year that stood as high"


def rates(
    above: Values, truths: Values | np.ndarray[tuple[int], np.dtype[np.bool_]], weight: float
) -> pl.DataFrame:
    """Count pairs (`pairs`) and those tied later (`tied`) by the share of untied pairs above them (`up_to`).

    `weight` is how many untied pairs each drawn one stands for.

    >>> rates(np.array([0.0001, 0.5]), np.array([True, False]), 10.0).rows()[0]
    (0.0005, 1.0, 1)
    """
    group = np.searchsorted(np.array(STEPS), above)
    true = np.asarray(truths, dtype=bool)
    tied = np.bincount(group[true], minlength=len(STEPS))
    drawn = np.bincount(group[~true], minlength=len(STEPS))
    return pl.DataFrame({"up_to": STEPS, "pairs": tied + weight * drawn, "tied": tied})


def rate(found: pl.DataFrame, above: float, level: float = 0.95) -> Estimate | None:
    """Give the share of pairs that stood as high and were tied later, with its exact Poisson interval; None if none did."""
    row = found.filter(pl.col("up_to") >= above).head(1)
    if row.is_empty() or not row["pairs"].item():
        return None
    pairs, tied = float(row["pairs"].item()), int(row["tied"].item())
    low, high = poisson_interval([tied], level)
    return Estimate(
        tied / pairs, float(low[0]) / pairs, min(float(high[0]) / pairs, 1.0), level, METHOD, tied
    )
