"""Fewer than expected, and whether chance may have done it: what demand, ties and links are tested with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import numpy.typing as npt
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from ..analysis.access import demand_supply_gap
from ..analysis.uncertainty import Estimate, poisson_interval
from ..findings import benjamini_hochberg

Values = npt.NDArray[np.float64]

LEAST = 1.0
"""Nothing is tested where less than this many are expected: to find none would say nothing."""

WORTH = 0.1
"""A deficit is told alone when p, not corrected, is at most this; `distinct` says whether it outlives the correction."""

MEASURE = {
    "fr": "écart entre l'attendu et le connu, de −1 (rien d'attendu) à 1 (rien de connu)",
    "en": "gap between expected and known, from −1 (nothing expected) to 1 (nothing known)",
}
METHODS = ("demand_supply_gap", "poisson_interval", "benjamini_hochberg")


class Verdict(TypedDict):
    """The `p`, `q` and `distinct` of a finding."""

    p: float | None
    q: float | None
    distinct: bool | None


@dataclass(frozen=True)
class Deficits:
    """Counts `observed` beside those `expected`, in one batch: `gap` with its bounds, `p`, `q` (NaN: not tested)."""

    expected: Values
    observed: Values
    gap: Values
    low: Values
    high: Values
    p: Values
    q: Values
    level: float

    @classmethod
    def of(
        cls, expected: npt.ArrayLike, observed: npt.ArrayLike, *, level: float, told: npt.ArrayLike = True
    ) -> Deficits:
        """Compare counts with what is expected of them.

        g = (E − S)/(E + S), its interval from the exact Poisson interval of S at `level`; p = P(Poisson(E) ≤ S),
        corrected for the cells tested (Benjamini & Hochberg). A cell is tested where E ≥ 1 and it is `told`.

        >>> found = Deficits.of([8.0, 0.2], [1, 0], level=0.95)
        >>> found.gap.round(3).tolist(), found.p.round(4).tolist()
        ([0.778, 1.0], [0.003, nan])
        """
        e, s = np.asarray(expected, dtype=float), np.asarray(observed, dtype=float)
        tested = (e >= LEAST) & np.asarray(told, dtype=bool)
        least, most = poisson_interval(s, level=level)
        p = np.where(tested, special.pdtr(s, e), np.nan)
        q = np.full(e.shape, np.nan)
        q[tested] = benjamini_hochberg(p[tested].tolist())
        gap, low, high = (demand_supply_gap(e, one) for one in (s, most, least))
        return cls(e, s, gap, low, high, p, q, level)

    def tested(self, one: int) -> bool:
        """Tell whether a cell was tested."""
        return not bool(np.isnan(self.p[one]))

    def told(self, one: int) -> bool:
        """Tell whether a deficit deserves a sentence of its own: tested, and less would be found in one case of ten."""
        return self.tested(one) and bool(self.p[one] <= WORTH)

    @property
    def tests(self) -> int:
        """The number of cells tested together."""
        return int((~np.isnan(self.p)).sum())

    def estimate(self, one: int) -> Estimate | None:
        """Give the gap of a cell with its interval; None where it was not tested."""
        if not self.tested(one):
            return None
        return Estimate(float(self.gap[one]), float(self.low[one]), float(self.high[one]), self.level)

    def verdict(self, one: int) -> Verdict:
        """Give the `p`, `q` and `distinct` of a cell, as a finding takes them."""
        if not self.tested(one):
            return {"p": None, "q": None, "distinct": None}
        q = float(self.q[one])
        return {"p": float(self.p[one]), "q": q, "distinct": bool(q <= 1 - self.level)}
