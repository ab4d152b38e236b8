"""How good each place of a list is, beside chance, with intervals by resampling what made the true cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression  # type: ignore[import-untyped, unused-ignore]

from .adjacency import Values
from .uncertainty import BadTable, Estimate, TooFewData, check_level

METHOD = "bootstrap by group"


@dataclass(frozen=True)
class RankRates:
    """What places of lists are worth.

    `hits` are the true cases found at each place, `rates` never rise from one to the next, `chance` is the rate of a place
    taken at random, and `excess` what rates have over it, draw by draw (draws × places).
    """

    hits: tuple[int, ...]
    rates: tuple[Estimate, ...]
    chance: float
    excess: Values
    level: float

    @property
    def better(self) -> tuple[bool, ...]:
        """Tell of each place whether its excess over chance is above 0 in all but (1 − level)/2 of the draws."""
        low = np.quantile(self.excess, (1 - self.level) / 2, axis=0)
        return tuple((low > 0).tolist())

    def places(self, least: float = 0.5) -> int:
        """Count the first places that are better than chance and at least so worth as a share of the first.

        >>> rank_rates([0, 0, 0, 0, 1, 3], list("abcdef"), [0.01] * 6, lists=100, most=4).places()
        1
        """
        count = 0
        for rate, better in zip(self.rates, self.better, strict=True):
            if not better or rate.value < least * self.rates[0].value:
                break
            count += 1
        return count

    def first(self, count: int) -> bool:
        """Tell whether the first places, together, are better than chance."""
        return count > 0 and bool(np.quantile(self.excess[:, :count].mean(axis=1), (1 - self.level) / 2) > 0)


def rank_rates(
    ranks: npt.ArrayLike,
    groups: npt.ArrayLike,
    chances: npt.ArrayLike,
    *,
    lists: int,
    most: int = 10,
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
) -> RankRates:
    """Give the share of lists whose r-th place is a true case, for each place, with intervals by resampling groups of true cases.

    Formula:
        rate_r = (true cases at place r) / lists, made to never rise with r (least squares); chance = Σ chances / lists;
        in each draw a case counts as often as its group is drawn, as many groups drawn with replacement as there are

    Source:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13; by cluster, Field & Welsh 2007,
        doi 10.1111/j.1467-9868.2007.00593.x; Barlow et al. 1972, Statistical Inference under Order Restrictions.

    Convention:
        Percentile interval. Chances are drawn with their cases, so both sides of the comparison move together.

    Limits:
        A ranking is supposed to be no worse at its first places than further down. With few groups intervals are too narrow.

    Anchor:
        Two cases at the first of two places, none at the second, two lists: rates 1 and 0; one at each: ½ and ½.

    Args:
        ranks: the place of each true case in its list, from 0; −1 where it is in none of the `most` first.
        groups: the group of each true case (any labels): what made it, such as a project that made several.
        chances: the chance of each true case to stand at one given place of its list, had the list been drawn.
        lists: how many lists there are, with and without true cases.
        most: places looked at.
        level: coverage wanted, in ]0, 1[.
        draws: number of draws.
        seed: seed of the draws.

    Returns:
        hits, rates with their intervals, and chance; `n` is the number of groups.

    Raises:
        TooFewData: fewer than 2 groups.
        BadTable: lengths that differ, no list or no place, or a level outside ]0, 1[.

    Example:
        >>> found = rank_rates([0, 0, 1, -1], ["a", "b", "b", "c"], [0.1] * 4, lists=10, most=2)
        >>> found.hits, [round(rate.value, 2) for rate in found.rates], round(found.chance, 2)
        ((2, 1), [0.2, 0.1], 0.04)
    """
    check_level("rates by rank", level, draws)
    place, chance = np.asarray(ranks, dtype=np.intp).reshape(-1), np.asarray(chances, dtype=float).reshape(-1)
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    if not len(place) == len(chance) == len(group):
        raise BadTable(
            "rates by rank", f"there are {len(place)} ranks, {len(group)} groups and {len(chance)} chances"
        )
    if lists < 1 or most < 1:
        raise BadTable("rates by rank", f"there are {lists} lists of {most} places")
    if len(names) < 2:
        raise TooFewData("rates by rank", f"is {len(names)} group", "2 groups")
    random = np.random.default_rng(seed)
    times = np.vstack(
        [np.ones(len(names)), random.multinomial(len(names), np.full(len(names), 1 / len(names)), draws)]
    )
    inside = (place >= 0) & (place < most)
    counts = np.zeros((len(names), most))
    np.add.at(counts, (group[inside], place[inside]), 1.0)
    rates = np.array([_falling(row) for row in times @ counts]) / lists
    drawn = times @ np.bincount(group, chance, len(names)) / lists
    low, high = np.quantile(rates[1:], [(1 - level) / 2, (1 + level) / 2], axis=0)
    return RankRates(
        tuple(counts.sum(axis=0).astype(int).tolist()),
        tuple(
            Estimate(float(rate), float(least), float(highest), level, METHOD, len(names))
            for rate, least, highest in zip(rates[0], low, high, strict=True)
        ),
        float(drawn[0]),
        rates[1:] - drawn[1:, None],
        level,
    )


def _falling(counts: Values) -> Values:
    return np.asarray(isotonic_regression(counts, increasing=False).x)
