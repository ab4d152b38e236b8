"""Fewer than expected, and whether chance may have done it: what demand, ties and links are tested with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from ...words import N_
from ..analysis.access import demand_supply_gap
from ..analysis.uncertainty import Estimate

Values = npt.NDArray[np.float64]
Cell = int | tuple[int, ...]

LEAST = 1.0
"""Nothing is tested where less than this many are expected: to find none would say nothing."""

WORTH = 0.1
"""A deficit is told alone when p, not corrected, is at most this; `distinct` says whether it outlives the correction."""

MEASURE = N_("écart entre l'attendu et le connu, de −1 (rien d'attendu) à 1 (rien de connu)")
METHODS = ("demand_supply_gap", "benjamini_hochberg")


@dataclass(frozen=True)
class Deficits:
    """Counts `observed` beside those `expected`, in one batch: `gap` with its bounds, and `p` (NaN: not tested)."""

    expected: Values
    observed: Values
    gap: Values
    low: Values
    high: Values
    p: Values
    level: float

    @classmethod
    def of(
        cls,
        expected: npt.ArrayLike,
        observed: npt.ArrayLike,
        rest: npt.ArrayLike,
        *,
        level: float,
        told: npt.ArrayLike = True,
        size: npt.ArrayLike = 1.0,
    ) -> Deficits:
        """Compare counts with what the rest of the region would give, in which they are not.

        E is the rest's rate times the demand here, and `rest` the rest's count R: two rates are compared, given their sum
        (Przyborowski & Wilenski 1940). With π = E/(E + R) and n = S + R, p = P(Binomial(n, π) ≤ S), and the bounds of S
        are R·π'/(1 − π') for the bounds π' of Clopper & Pearson. g = (E − S)/(E + S). Where units weigh differently, all
        are divided by their `size`, Σw²/Σw, as a scaled Poisson law (Bohm & Zech 2014, doi 10.1016/j.nima.2014.02.021).
        A cell is tested where E ≥ 1 and it is `told`.

        >>> found = Deficits.of([8.0, 0.2], [1, 0], [8.0, 9.0], level=0.95)
        >>> found.gap.round(3).tolist(), found.p.round(4).tolist()
        ([0.778, 1.0], [0.0195, nan])
        """
        e, s, r, w = (
            np.broadcast_to(np.asarray(one, dtype=float), np.shape(expected))
            for one in (expected, observed, rest, size)
        )
        tested = (e >= LEAST * w) & (r > 0) & np.asarray(told, dtype=bool)
        x, others = np.where(tested, s / w, 0.0), np.where(tested, r / w, 1.0)
        share = np.where(tested, e / np.where(tested, e + r, 1.0), 0.5)
        p = np.where(tested, special.betainc(others, x + 1, 1 - share), np.nan)
        tail = (1 - level) / 2
        least = np.where(x > 0, special.betaincinv(np.maximum(x, 1e-9), others + 1, tail), 0.0)
        most = special.betaincinv(x + 1, others, 1 - tail)
        fewest, largest = (np.where(tested, r * one / (1 - one), np.nan) for one in (least, most))
        gap, low, high = (demand_supply_gap(e, one) for one in (s, largest, fewest))
        return cls(e, s, gap, low, high, p, level)

    def tested(self, one: Cell) -> bool:
        """Tell whether a cell was tested."""
        return not bool(np.isnan(self.p[one]))

    def told(self, one: Cell) -> bool:
        """Tell whether a deficit deserves a sentence of its own: tested, and less would be found in one case of ten."""
        return (
            self.tested(one) and bool(self.p[one] <= WORTH) and bool(self.observed[one] < self.expected[one])
        )

    def tests(self) -> list[float]:
        """List the p of the cells tested together."""
        return [float(one) for one in self.p[~np.isnan(self.p)]]

    def estimate(self, one: Cell) -> Estimate | None:
        """Give the gap of a cell with its interval; None where it was not tested."""
        if not self.tested(one):
            return None
        return Estimate(
            float(self.gap[one]), float(self.low[one]), float(self.high[one]), self.level, "Clopper–Pearson"
        )

    def chance(self, one: Cell) -> float | None:
        """Give the p of a cell; None where it was not tested."""
        return float(self.p[one]) if self.tested(one) else None
