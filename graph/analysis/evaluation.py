"""How well a ranking foretells: areas under the curve, precision at the top, and intervals by resampling askers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .adjacency import Places, Values
from .uncertainty import BadTable, Estimate, TooFewData, check_level

Mask = npt.NDArray[np.bool_]


def auc(scores: npt.ArrayLike, truths: npt.ArrayLike) -> float:
    """Give the chance that a true case scores above a false one: the area under the ROC curve.

    Formula:
        AUC = [#(s⁺ > s⁻) + ½ #(s⁺ = s⁻)] / (n⁺ n⁻), over all pairs of a true and a false case

    Source:
        Mann & Whitney 1947, doi 10.1214/aoms/1177730491; Hanley & McNeil 1982, doi 10.1148/radiology.143.1.7063747.

    Convention:
        A tie counts one half: a constant score has 0.5.

    Limits:
        It looks at the whole ranking, of which a reader sees ten lines: read `precision_at` beside it.

    Anchor:
        Scores 3, 1 for the true and 2, 1 for the false cases: (1 + 1 + 0 + ½) / 4 = 0.625.

    Args:
        scores: m scores, the highest first in the ranking.
        truths: m truths (True or False).

    Returns:
        the area, in [0, 1].

    Raises:
        TooFewData: no true or no false case.
        BadTable: missing scores, or two lengths.

    Example:
        >>> auc([3, 1, 2, 1], [True, True, False, False])
        0.625
    """
    found, true = _read("AUC", scores, truths)
    _, ranks = np.unique(found, return_inverse=True)
    return float(_areas(ranks, true, np.ones(len(found))))


def auc_interval(
    scores: npt.ArrayLike,
    truths: npt.ArrayLike,
    askers: npt.ArrayLike,
    *,
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
) -> Estimate:
    """Give `auc` with its interval, by resampling askers: each is drawn with all its cases or not at all.

    Formula:
        the (1 ± level)/2 quantiles of AUC over draws; in each, as many askers as there are, drawn with replacement

    Source:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13; by cluster, Field & Welsh 2007,
        doi 10.1111/j.1467-9868.2007.00593.x.

    Convention:
        Percentile interval. A draw without a true or a false case is left out.

    Limits:
        Askers that share projects are not independent: it is then somewhat narrow.

    Anchor:
        A perfect ranking has 1 in every draw: [1, 1].

    Args:
        scores: m scores.
        truths: m truths.
        askers: m askers (any labels), by whom cases go together.
        level: coverage wanted, in ]0, 1[.
        draws: number of draws.
        seed: seed of the draws: the same seed gives the same interval.

    Returns:
        the area with its interval; `n` is the number of askers.

    Raises:
        TooFewData: no true or no false case, or fewer than 2 askers.
        BadTable: missing scores, lengths that differ, or a level outside ]0, 1[.

    Example:
        >>> print(auc_interval([2, 1, 2, 1], [True, False, True, False], ["a", "a", "b", "b"]))
        1 [1, 1]
    """
    check_level("AUC", level, draws)
    found, true = _read("AUC", scores, truths)
    names, group = np.unique(np.asarray(askers), return_inverse=True)
    if group.shape != found.shape:
        raise BadTable("AUC", f"there are {len(found)} scores and {len(group)} askers")
    if len(names) < 2:
        raise TooFewData("interval of AUC", f"is {len(names)} asker", "2 askers")
    _, ranks = np.unique(found, return_inverse=True)
    value = _areas(ranks, true, np.ones(len(found)))
    random = np.random.default_rng(seed)
    chance = np.full(len(names), 1 / len(names))
    areas = [
        _areas(ranks, true, random.multinomial(len(names), chance).astype(float)[group]) for _ in range(draws)
    ]
    low, high = _quantiles(np.array(areas), level)
    return Estimate(float(value), low, high, level, "bootstrap by asker", len(names))


def precision_at(scores: npt.ArrayLike, truths: npt.ArrayLike, count: int = 10) -> float:
    """Give the share of true cases among the first `count` of a ranking.

    Formula:
        P@k = (true cases among the k highest scores) / k

    Source:
        Manning, Raghavan & Schütze 2008, doi 10.1017/CBO9780511809071, ch. 8.

    Convention:
        Cases that tie at the k-th place share the places left: each counts for its chance to be drawn. With fewer
        than k cases, the division is still by k.

    Limits:
        An asker with two true cases has at most 2/10: a mean over askers has a ceiling below 1.

    Anchor:
        Scores 3, 2, 2, 1, only the third true, k = 2: ½ of one place in two, 0.25.

    Args:
        scores: m scores of one asker's cases.
        truths: m truths.
        count: k, at least 1.

    Returns:
        the share, in [0, 1].

    Raises:
        TooFewData: no case.
        BadTable: missing scores, two lengths, or k under 1.

    Example:
        >>> precision_at([3, 2, 2, 1], [False, False, True, False], 2)
        0.25
    """
    if count < 1:
        raise BadTable("precision", f"the first {count} are asked for")
    found, true = _read("precision", scores, truths, both=False)
    if len(found) <= count:
        return float(true.sum()) / count
    last = np.partition(found, len(found) - count)[len(found) - count]
    above, tied = found > last, found == last
    left = (count - above.sum()) / tied.sum()
    return float((true[above].sum() + left * true[tied].sum()) / count)


def average_precision(scores: npt.ArrayLike, truths: npt.ArrayLike) -> float:
    """Give the mean, over the true cases, of the precision of the ranking down to each.

    Formula:
        AP = Σ_t (R_t − R_{t−1}) P_t, P_t and R_t the precision and the recall among scores of at least t

    Source:
        Manning, Raghavan & Schütze 2008, doi 10.1017/CBO9780511809071, ch. 8; Davis & Goadrich 2006,
        doi 10.1145/1143844.1143874.

    Convention:
        Without interpolation; cases of one score enter together, so their order does not matter.

    Limits:
        It falls with the share of true cases: compare it on the same cases only.

    Anchor:
        True at the first and third of three places: (1 + 2/3) / 2 = 0.8333.

    Args:
        scores: m scores.
        truths: m truths.

    Returns:
        the average precision, in [0, 1].

    Raises:
        TooFewData: no true case.
        BadTable: missing scores, or two lengths.

    Example:
        >>> round(average_precision([3, 2, 1], [True, False, True]), 4)
        0.8333
    """
    found, true = _read("average precision", scores, truths, both=False)
    if not true.any():
        raise TooFewData("average precision", "is no true case", "1 true case")
    levels, ranks = np.unique(-found, return_inverse=True)
    hits = np.cumsum(np.bincount(ranks, true, len(levels)))
    seen = np.cumsum(np.bincount(ranks, minlength=len(levels)))
    gained = np.diff(hits, prepend=0.0)
    return float((gained * hits / seen).sum() / hits[-1])


def mean_interval(values: npt.ArrayLike, *, level: float = 0.95, draws: int = 500, seed: int = 0) -> Estimate:
    """Give the mean of a measure over askers, with its interval by resampling askers.

    Formula:
        the (1 ± level)/2 quantiles of the mean over draws of n askers with replacement

    Source:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13.

    Convention:
        Percentile interval; every asker counts the same.

    Limits:
        Of fewer than some 20 askers it is too narrow.

    Anchor:
        Equal values: an interval of no width.

    Args:
        values: a value an asker.
        level: coverage wanted, in ]0, 1[.
        draws: number of draws.
        seed: seed of the draws.

    Returns:
        the mean with its interval; `n` is the number of askers.

    Raises:
        TooFewData: fewer than 2 askers.
        BadTable: missing values, or a level outside ]0, 1[.

    Example:
        >>> print(mean_interval([0.5, 0.5, 0.5]))
        0.5 [0.5, 0.5]
    """
    check_level("mean", level, draws)
    found = np.asarray(values, dtype=float).reshape(-1)
    if not np.isfinite(found).all():
        raise BadTable("mean", "values are missing")
    if len(found) < 2:
        raise TooFewData("interval of a mean", f"is {len(found)} asker", "2 askers")
    random = np.random.default_rng(seed)
    drawn = found[random.integers(len(found), size=(draws, len(found)))].mean(axis=1)
    low, high = _quantiles(drawn, level)
    return Estimate(float(found.mean()), low, high, level, "bootstrap by asker", len(found))


@dataclass(frozen=True, slots=True)
class Split:
    """Pairs known by the end of a year, and pairs first seen after it between ends known by then: two masks."""

    known: Mask
    after: Mask


def time_split(pairs: npt.ArrayLike, years: npt.ArrayLike, year: int) -> Split:
    """Split pairs in time: those to learn from, and the new ones among ends already seen.

    Formula:
        known = {(x, y): t_xy ≤ T}; after = {(x, y): t_xy > T, x and y in some known pair}, t the first year of a pair

    Source:
        Liben-Nowell & Kleinberg 2007, doi 10.1002/asi.20591.

    Convention:
        Each pair once, with its first year; the two ends are of two sets (places may coincide).

    Limits:
        Pairs with an end never seen before are in neither: no score could foretell them.

    Anchor:
        (0, 0) in 2001, (1, 1) in 2002, (0, 1) in 2003 and (2, 0) in 2003, split at 2002: only (0, 1) is after.

    Args:
        pairs: m × 2 places of the two ends.
        years: m first years.
        year: T, the last year to learn from.

    Returns:
        two masks of m.

    Raises:
        BadTable: a pair twice, or lengths that differ.

    Example:
        >>> time_split([[0, 0], [1, 1], [0, 1], [2, 0]], [2001, 2002, 2003, 2003], 2002).after.tolist()
        [False, False, True, False]
    """
    ends: Places = np.asarray(pairs, dtype=np.intp).reshape(-1, 2)
    first = np.asarray(years).reshape(-1)
    if len(first) != len(ends):
        raise BadTable("time split", f"there are {len(ends)} pairs and {len(first)} years")
    if len(np.unique(ends, axis=0)) != len(ends):
        raise BadTable("time split", "a pair is there twice")
    known = first <= year
    seen = np.isin(ends[:, 0], ends[known, 0]) & np.isin(ends[:, 1], ends[known, 1])
    return Split(known, ~known & seen)


def _areas(ranks: Places, true: Mask, weights: Values) -> float:
    """Give AUC of weighted cases by the rank of their score; NaN without true or false cases."""
    size = int(ranks.max()) + 1
    good = np.bincount(ranks, np.where(true, weights, 0.0), size)
    bad = np.bincount(ranks, np.where(true, 0.0, weights), size)
    total = good.sum() * bad.sum()
    return float(good @ (np.cumsum(bad) - bad / 2) / total) if total else float("nan")


def _quantiles(values: Values, level: float) -> tuple[float, float]:
    kept = values[np.isfinite(values)]
    low, high = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2]) if len(kept) else (np.nan, np.nan)
    return float(low), float(high)


def _read(measure: str, scores: Any, truths: Any, *, both: bool = True) -> tuple[Values, Mask]:
    found, true = np.asarray(scores, dtype=float).reshape(-1), np.asarray(truths, dtype=bool).reshape(-1)
    if len(found) != len(true):
        raise BadTable(measure, f"there are {len(found)} scores and {len(true)} truths")
    if np.isnan(found).any():
        raise BadTable(measure, "scores are missing")
    if not len(found):
        raise TooFewData(measure, "is no case", "1 case")
    if both and (true.all() or not true.any()):
        raise TooFewData(
            measure, f"are {int(true.sum())} true and {int((~true).sum())} false cases", "1 of each"
        )
    return found, true
