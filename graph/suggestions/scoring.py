"""How what speaks for a tie is weighed: weights learnt from ties that came later, and the score of a pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import minimize  # type: ignore[import-untyped, unused-ignore]

from ..analysis.adjacency import Places, Values
from ..analysis.evaluation import Split, time_split
from ..region.view import RegionView
from .features import FEATURES, FLOOR, HEAVY, Period
from .ties import Ties

WINDOW = 3
"""Years of new ties that weights are learnt from."""
PRIOR = 0.3
"""Weight of each feature before any data: one third of a logit a standard deviation."""
STIFFNESS = 50.0
"""How strongly weights are held to the prior: as some 50 cases would."""
SAMPLE = 50_000
"""Pairs drawn among those that are not tied."""
ASKERS = 500
"""Academic actors whose untied pairs are drawn: a score costs by the actor."""
SEED = 20_260_101

_HEAVY = [list(FEATURES).index(name) for name in HEAVY]
_RARE = [list(FEATURES).index(name) for name in FLOOR]


@dataclass(frozen=True)
class Weights:
    """The weight of each feature (never negative), learnt from `positives` pairs first tied from the year `first` to `last`."""

    values: tuple[float, ...]
    positives: int
    first: int
    last: int


NEUTRAL = Weights((PRIOR,) * len(FEATURES), 0, 0, 0)
"""The weights before any data."""


@dataclass(frozen=True)
class Scale:
    """How features spread over untied pairs: `typical` values of heavy ones, `mean`, `spread`; `shaped`, those of the sample."""

    typical: Values
    mean: Values
    spread: Values
    shaped: Values

    @classmethod
    def of(cls, period: Period) -> Scale:
        """Measure features over untied pairs of a period."""
        return cls.measured(period.of(draw_untied(period)))

    @classmethod
    def measured(cls, raw: Values) -> Scale:
        """Measure features that are counted already: those of untied pairs."""
        typical = np.array([_typical(raw[:, at]) for at in _HEAVY])
        shaped = _shaped(raw, typical)
        if not len(shaped):
            return cls(typical, np.zeros(len(FEATURES)), np.ones(len(FEATURES)), shaped)
        spread = shaped.std(axis=0)
        spread[_RARE] = np.maximum(spread[_RARE], list(FLOOR.values()))
        return cls(typical, shaped.mean(axis=0), np.where(spread > 0, spread, 1.0), shaped)

    def standard(self, shaped: Values) -> Values:
        """Write shaped features in standard deviations from the mean."""
        return (shaped - self.mean) / self.spread


class Ranking:
    """Scores pairs of a period with weights; features are measured in standard deviations over untied pairs of that period."""

    def __init__(self, period: Period, weights: Weights | None = None) -> None:
        self.period, self.weights, self.scale = period, weights or NEUTRAL, Scale.of(period)

    def features(self, pairs: Places) -> Values:
        """Give the features of pairs in standard deviations from the mean."""
        return self.scale.standard(_shaped(self.period.of(pairs), self.scale.typical))

    def parts(self, raw: Values) -> Values:
        """Give what each feature adds to the score of pairs, from their features as counted: m × features."""
        return np.asarray(self.scale.standard(_shaped(raw, self.scale.typical)) * self._values)

    def weigh(self, raw: Values) -> Values:
        """Give the score of pairs from their features as counted: the sum of their parts."""
        return np.asarray(self.parts(raw).sum(axis=1))

    def scores(self, pairs: Places) -> Values:
        """Give the score of pairs."""
        return self.weigh(self.period.of(pairs))

    @property
    def _values(self) -> Values:
        return np.array(self.weights.values)


def _shaped(raw: Values, typical: Values) -> Values:
    shaped = raw.copy()
    shaped[:, _HEAVY] = np.log1p(shaped[:, _HEAVY] / typical)
    return shaped


def draw_untied(period: Period, count: int = SAMPLE, seed: int = SEED) -> Places:
    """Draw pairs that are not tied, of up to `ASKERS` academic actors and all companies that have ties: m × 2, in order."""
    a, c = period.academics, period.companies
    if not len(a) or not len(c):
        return np.empty((0, 2), dtype=np.intp)
    random = np.random.default_rng(seed)
    a = a if len(a) <= ASKERS else np.sort(random.choice(a, ASKERS, replace=False))
    drawn = random.permutation(len(a) * len(c))
    pairs = np.column_stack([a[drawn // len(c)], c[drawn % len(c)]])[: 2 * count]
    pairs = pairs[~period.tied(pairs)][:count]
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def first_ties(ties: Ties, source: str | None = None) -> tuple[Places, npt.NDArray[np.int64]]:
    """Give each documented pair once, under one name of each actor, with its first year."""
    events = ties.documented if source is None else ties.documented.filter(pl.col("source") == source)
    pairs = events.select("a", "c", "year").to_numpy().astype(np.int64).reshape(-1, 3)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], pairs[:, 2]))
    pairs = pairs[order]
    _, first = np.unique(ties.key(pairs[:, 0], pairs[:, 1]), return_index=True)
    kept = pairs[np.sort(first)]
    return kept[:, :2].astype(np.intp), kept[:, 2]


def new_ties(ties: Ties, year: int, last: int | None = None, source: str | None = None) -> Places:
    """Give the pairs first tied after a year (and by the `last`) between actors that both had ties by then."""
    pairs, years = first_ties(ties, source)
    if last is not None:
        pairs, years = pairs[years <= last], years[years <= last]
    if not len(pairs):
        return pairs
    split: Split = time_split(pairs, years, year)
    return pairs[split.after]


def ranking_of(matter: RegionView, year: int, source: str | None = None) -> Ranking:
    """Give the ranking of what was known at the end of a year, with the weights learnt by then; made once a matter."""
    made = matter.once(_rankings)
    if (year, source) not in made:
        made[year, source] = Ranking(Period(matter, year, source), learn(matter, year, source))
    return made[year, source]


def _rankings(_: RegionView) -> dict[tuple[int, str | None], Ranking]:
    return {}


def learn(matter: RegionView, year: int, source: str | None = None) -> Weights:
    """Learn weights from what was known `WINDOW` years before a year and the ties of these years: nothing later is seen."""
    ties = Ties.of(matter)
    period = Period(matter, year - WINDOW, source)
    positives = new_ties(ties, year - WINDOW, year, source)
    positives = positives[~period.tied(positives)] if len(positives) else positives
    if not len(positives):
        return Weights(NEUTRAL.values, 0, year - WINDOW + 1, year)
    sample = draw_untied(period)
    raw = period.of(np.vstack([positives, sample]))
    scale = Scale.measured(raw[len(positives) :])
    other = ~np.isin(ties.key(*sample.T), ties.key(*positives.T))
    raw = np.vstack([raw[: len(positives)], raw[len(positives) :][other]])
    truths = np.arange(len(raw)) < len(positives)
    shares = np.concatenate([_shares(ties, positives), np.ones(len(raw) - len(positives))])
    features = scale.standard(_shaped(raw, scale.typical))
    found = fit(features, truths, prior=PRIOR, stiffness=STIFFNESS, shares=shares)
    return Weights(tuple(found.tolist()), len(positives), year - WINDOW + 1, year)


def _shares(ties: Ties, pairs: Places) -> Values:
    """Give each new pair its share of the first project that tied it: ties of one project are one piece of news."""
    events = ties.documented.select("a", "c", "interaction", "year").sort("year", "interaction")
    first = events.unique(["a", "c"], keep="first", maintain_order=True)
    wanted = pl.DataFrame({"a": pairs[:, 0], "c": pairs[:, 1]}).cast(pl.Int64)
    found = wanted.join(first, on=["a", "c"], how="left", maintain_order="left")
    return (1 / found.select(pl.len().over("interaction")).to_series().to_numpy().astype(float)).astype(
        np.float64
    )


def fit(
    features: Values,
    truths: npt.ArrayLike,
    *,
    prior: float,
    stiffness: float,
    shares: npt.ArrayLike | None = None,
) -> Values:
    """Fit a logistic regression whose weights are never negative and are held to a prior.

    Minimises Σ_i v_i log(1 + exp(−t_i (b₀ + Σ_k b_k x_ik))) + ½ · stiffness · Σ_k (b_k − prior)² over b_k ≥ 0, with
    t_i = ±1, v_i the share of each case (1 unless given), those of false cases scaled to the sum of those of true ones.

    >>> x = np.array([[0.0, 1.0], [0.0, -1.0], [1.0, 1.0], [1.0, -1.0]])
    >>> fit(x, [False, False, True, True], prior=0.3, stiffness=1.0).round(2).tolist()
    [1.05, 0.16]
    """
    true = np.asarray(truths, dtype=bool)
    weight = np.ones(len(true)) if shares is None else np.asarray(shares, dtype=float)
    weight = np.where(true, weight, weight * weight[true].sum() / max(float(weight[~true].sum()), 1e-300))
    sign = np.where(true, 1.0, -1.0)

    def loss(b: Values) -> tuple[float, Values]:
        z = sign * (b[0] + features @ b[1:])
        slope = -weight * sign / (1 + np.exp(np.clip(z, -500, 500)))
        off = b[1:] - prior
        value = float((weight * np.logaddexp(0, -z)).sum() + stiffness * (off @ off) / 2)
        return value, np.concatenate([[slope.sum()], features.T @ slope + stiffness * off])

    start = np.concatenate([[0.0], np.full(features.shape[1], prior)])
    bounds = [(None, None)] + [(0.0, None)] * features.shape[1]
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 1000, "ftol": 1e-12, "gtol": 1e-8},
    )
    return np.asarray(found.x[1:])


def _typical(values: Values) -> float:
    positive = values[values > 0]
    return float(np.median(positive)) if len(positive) else 1.0
