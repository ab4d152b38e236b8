"""What an analysis cannot know: refusals with their reason, and estimates with their interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special  # type: ignore[import-untyped, unused-ignore]  # scipy.stats takes half a second to import

from ...words import EMPTY, N_, AncrageError, Spoken


class TooFewData(AncrageError, ValueError):  # noqa: N818
    """Data too few or too poor for a measure; keeps `measure`, what was `found` and what was `needed`."""

    code = "too-few-data"

    def __init__(self, measure: str, found: str, needed: str) -> None:
        super().__init__(f"too few data for {measure}: there {found}, needed: {needed}")
        self.measure, self.found, self.needed = measure, found, needed

    @property
    def message(self) -> Spoken:
        """What is said; the three are told in English."""
        return N_(
            "trop peu de données pour {measure} : il faut {needed} (trouvé : {found}).",
            measure=self.measure,
            needed=self.needed,
            found=self.found,
        )


class BadTable(AncrageError, ValueError):  # noqa: N818
    """Counts that a measure has no meaning for; keeps `measure`, `reason`, and the `row` and `column` if known."""

    code = "bad-table"

    def __init__(self, measure: str, reason: str, row: str | None = None, column: str | None = None) -> None:
        place = ", ".join(f"{name} {value}" for name, value in (("row", row), ("column", column)) if value)
        super().__init__(f"{measure}: {reason}" + (f" ({place})" if place else ""))
        self.measure, self.reason, self.row, self.column = measure, reason, row, column

    @property
    def message(self) -> Spoken:
        """What is said; the reason is told in English."""
        place = ", ".join(part for part in (self.row, self.column) if part)
        return N_(
            "{measure} n’a pas de sens ici : {reason}{place}.",
            measure=self.measure,
            reason=self.reason,
            place=N_(" ({place})", place=place) if place else EMPTY,
        )


@dataclass(frozen=True)
class Estimate:
    """A value with its interval: `low` ≤ `value` ≤ `high` at `level`, made by `method`, from `n` units.

    >>> print(Estimate(1.5, 1.1, 2.0, 0.95, "Poisson", 40))
    1.5 [1.1, 2]
    """

    value: float
    low: float
    high: float
    level: float = 0.95
    method: str = ""
    n: int = 0

    def __str__(self) -> str:
        return f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}]"


def check_level(measure: str, level: float, draws: int | None = None) -> None:
    """Refuse a level outside ]0, 1[, or a number of random draws under 1; raises BadTable.

    >>> check_level("NODF", 0.95, 200)
    """
    if not 0 < level < 1:
        raise BadTable(measure, f"the level is {level:g}, and must be between 0 and 1")
    if draws is not None and draws < 1:
        raise BadTable(measure, f"{draws} draws are asked for, and at least one is needed")


def poisson_interval(
    counts: npt.ArrayLike, level: float = 0.95
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give the exact interval of the mean of Poisson counts.

    Formula:
        L(x) = χ²(α/2; 2x) / 2, U(x) = χ²(1 − α/2; 2x + 2) / 2, χ²(q; n) the quantile q with n degrees of freedom

    Source:
        Garwood 1936, doi 10.1093/biomet/28.3-4.437.

    Convention:
        Two equal tails of α/2 = (1 − level)/2; L(0) = 0. Exact: it covers at least what it says.

    Limits:
        Counts that come in groups (jobs of one large employer) vary more than Poisson counts: it is then too narrow.

    Anchor:
        Counts 0 and 10 at 95 %: [0, 3.689] and [4.795, 18.39].

    Args:
        counts: counts of any shape.
        level: coverage wanted, in ]0, 1[.

    Returns:
        the lower and the upper bounds, each of the shape of `counts`.

    Raises:
        BadTable: negative or missing counts, or a level outside ]0, 1[.

    Example:
        >>> low, high = poisson_interval([0, 10])
        >>> low.round(3).tolist(), high.round(3).tolist()
        ([0.0, 4.795], [3.689, 18.39])
    """
    check_level("Poisson interval", level)
    observed = np.asarray(counts, dtype=float)
    if not np.isfinite(observed).all() or (observed < 0).any():
        raise BadTable("Poisson interval", "counts are negative or missing")
    tail = (1 - level) / 2
    low = np.where(observed > 0, special.gammaincinv(np.maximum(observed, 1e-300), tail), 0.0)
    high = special.gammaincinv(observed + 1, 1 - tail)
    return low, high
