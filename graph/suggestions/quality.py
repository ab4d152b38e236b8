"""How far suggestions can be trusted: what each ranking would have foretold, by splits in time of the real ties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np
import polars as pl

from ...words import N_, Named
from ..analysis.adjacency import Places, Values
from ..analysis.evaluation import auc, auc_interval, mean_interval, precision_at
from ..analysis.uncertainty import Estimate, TooFewData
from ..findings.model import Refusal, Words
from ..region.view import RegionView
from .rates import rates
from .scoring import NEUTRAL, SEED, draw_untied, new_ties, ranking_of
from .ties import Ties

SPLITS = (2014, 2016, 2018, 2019)
SOURCES = ("source/mesr-ilab", "source/anr-aapg", "source/anr-pia", "source/cordis-h2020")
NAMES: Mapping[str | None, Words] = {
    None: N_("toutes"),
    "source/mesr-ilab": Named("i-Lab"),
    "source/anr-aapg": Named("ANR AAPG"),
    "source/anr-pia": Named("ANR PIA"),
    "source/cordis-h2020": Named("H2020"),
    "source/illustrative": N_("exemples illustratifs"),
}
"""What each source is called."""
LEAST_TIES, LEAST_ASKERS = 30, 10
"""New ties, and academic actors that have one, under which nothing is said."""
DRAWN = 50_000
"""Untied pairs drawn for the area under the curve, beside all new ties."""
LISTS = 300
"""Academic actors whose whole list of companies is ranked, at most (drawn when there are more)."""
TOP = 10
_BLOCK = 200_000

#: Name, method of `Period.method`, whether on the one-mode projection.
BASELINES = (
    ("popularity", "popularity", False),
    ("adamic_adar", "adamic_adar", False),
    ("adamic_adar together", "adamic_adar", True),
    ("resource_allocation together", "resource_allocation", True),
    ("l3", "l3", False),
    ("katz", "katz", False),
    ("katz together", "katz", True),
)
RIVALS: tuple[str, ...] = tuple(name for name, _, _ in BASELINES)
"""The other rankings."""
OURS = "ours"


@dataclass(frozen=True)
class Measure:
    """What one ranking foretold at one split: the area over all pairs, precision at 10 and area within each actor's list."""

    split: int
    source: str | None
    method: str
    area: Estimate
    precision: Estimate
    own: Estimate
    seconds: float = 0.0


@dataclass(frozen=True)
class Size:
    """What a split rests on: pairs known, new ties, their projects, academic actors with one, untied pairs drawn, lists."""

    split: int
    source: str | None
    known: int
    new: int
    askers: int
    drawn: int
    lists: int
    learnt: int
    best: float


def source_name(source: str | None) -> Words:
    """Name a source of ties: the end of its path where it has no other name."""
    return NAMES.get(source) or Named(str(source).rsplit("/", 1)[-1])


class TooFewTies(TooFewData):
    """New ties after a `year` too few, or of too few askers, to measure a quality by: `ties`, `askers`."""

    def __init__(self, measure: str, kind: str, ties: int, askers: int, year: int) -> None:
        super().__init__(
            measure,
            f"are {ties} new ties of {askers} {kind} after {year}",
            f"{LEAST_TIES} new ties of {LEAST_ASKERS} {kind}",
        )
        self.ties, self.askers, self.year = ties, askers, year


@dataclass(frozen=True)
class Quality:
    """Measures of every ranking at every split and source, what they rest on, and what could not be measured."""

    measures: tuple[Measure, ...]
    sizes: tuple[Size, ...]
    refusals: tuple[Refusal, ...]
    weights: tuple[tuple[int, str | None, tuple[float, ...]], ...] = ()
    rates: tuple[tuple[int, str | None, pl.DataFrame], ...] = ()

    def __iter__(self) -> Iterator[Measure]:
        return iter(self.measures)

    def of(self, split: int, method: str = OURS, source: str | None = None) -> Measure | None:
        """Give one measure, None where there is none."""
        same = (
            one for one in self.measures if (one.split, one.method, one.source) == (split, method, source)
        )
        return next(same, None)

    def frame(self) -> pl.DataFrame:
        """Give the measures as a table."""
        return pl.DataFrame([_row(one) for one in self.measures])


def quality(
    matter: RegionView,
    *,
    split: int | Sequence[int] = SPLITS,
    sources: Sequence[str | None] = (None, *SOURCES),
    level: float = 0.95,
    draws: int = 300,
    names: Sequence[str] = RIVALS,
    seed: int = SEED,
) -> Quality:
    """Measure what each ranking would have foretold: it sees ties up to `split`, and is judged on those that came after.

    A true case is a pair (academic actor, company) first tied after the split, both having ties by then; a false
    case is an untied pair. `sources` are looked at one by one, None being all together; `names` are
    the other rankings measured beside ours. Intervals resample academic
    actors. A source with fewer than 30 new ties, or of fewer than 10 academic actors, is refused with its count.

    >>> quality.__name__
    'quality'
    """
    measures: list[Measure] = []
    sizes: list[Size] = []
    refusals: list[Refusal] = []
    learnt: list[tuple[int, str | None, tuple[float, ...]]] = []
    rates: list[tuple[int, str | None, pl.DataFrame]] = []
    for year in [split] if isinstance(split, int) else split:
        for source in sources:
            try:
                case = _Case(matter, year, source, seed)
            except TooFewTies as error:
                refusals.append(_refusal(error, source))
                continue
            found = list(case.measures(level, draws, names))
            measures += found
            sizes.append(case.size)
            learnt.append((year, source, case.weights.values))
            rates.append((year, source, case.rates()))
    return Quality(tuple(measures), tuple(sizes), tuple(refusals), tuple(learnt), tuple(rates))


class _Case:
    """One split of one source: pairs to score, and the truth."""

    def __init__(self, matter: RegionView, year: int, source: str | None, seed: int) -> None:
        self.year, self.source, self.seed = year, source, seed
        ties = Ties.of(matter)
        self.new = new_ties(ties, year, None, source)
        askers = np.unique(self.new[:, 0])
        if len(self.new) < LEAST_TIES or len(askers) < LEAST_ASKERS:
            raise TooFewTies("quality of suggestions", "academic actors", len(self.new), len(askers), year)
        self.ranking = ranking_of(matter, year, source)
        self.period, self.weights = self.ranking.period, self.ranking.weights or NEUTRAL
        drawn = draw_untied(self.period, DRAWN, seed + 1)
        drawn = drawn[~np.isin(ties.key(*drawn.T), ties.key(*self.new.T))]
        self.pairs = np.vstack([self.new, drawn])
        self.truths = np.arange(len(self.pairs)) < len(self.new)
        random = np.random.default_rng(seed)
        self.askers = askers if len(askers) <= LISTS else np.sort(random.choice(askers, LISTS, replace=False))
        companies = self.period.companies
        lists = np.column_stack(
            [np.repeat(self.askers, len(companies)), np.tile(companies, len(self.askers))]
        )
        exact = np.isin(_number(lists), _number(self.new))
        other = (
            np.isin(ties.key(*lists.T), ties.key(*self.new.T)) & ~exact
        )  # a second name of a new tie: neither
        kept = ~self.period.tied(lists) & ~other
        self.lists, self.hits = lists[kept], exact[kept]
        self.bounds = np.searchsorted(self.lists[:, 0], [*self.askers, self.askers[-1] + 1])
        possible = [min(int(self.hits[i:j].sum()), TOP) / TOP for i, j in self._spans()]
        self.size = Size(
            year,
            source,
            self.period.incidence.nnz,
            len(self.new),
            len(askers),
            len(drawn),
            len(self.askers),
            self.weights.positives,
            float(np.mean(possible)),
        )

    def measures(self, level: float, draws: int, names: Sequence[str]) -> Iterator[Measure]:
        """Measure each ranking."""
        for name, method, together in BASELINES:
            if name not in names:
                continue
            start = process_time()
            over = self.period.method(method, self.pairs, together=together)
            lists = self.period.method(method, self.lists, together=together)
            yield self._measure(name, over, lists, level, draws, process_time() - start)
        start = process_time()
        self.over, self.listed = self.ranking.scores(self.pairs), self._scored(self.lists)
        yield self._measure(OURS, self.over, self.listed, level, draws, process_time() - start)

    def rates(self) -> pl.DataFrame:
        """Tell, by how high a pair stands among untied ones, how many pairs there are and how many became ties."""
        weight = (
            len(self.period.academics) * len(self.period.companies) - self.period.incidence.nnz
        ) / self.size.drawn
        return rates(self.ranking.above(self.over), self.truths, weight)

    def _scored(self, pairs: Places) -> Values:
        return np.concatenate(
            [self.ranking.scores(pairs[i : i + _BLOCK]) for i in range(0, len(pairs), _BLOCK)]
        )

    def _spans(self) -> list[tuple[int, int]]:
        return list(zip(self.bounds[:-1].tolist(), self.bounds[1:].tolist(), strict=True))

    def _measure(
        self, name: str, over: Values, lists: Values, level: float, draws: int, seconds: float
    ) -> Measure:
        spans = [(i, j) for i, j in self._spans() if self.hits[i:j].any()]
        first = [precision_at(lists[i:j], self.hits[i:j], TOP) for i, j in spans]
        own = [auc(lists[i:j], self.hits[i:j]) for i, j in spans]
        return Measure(
            self.year,
            self.source,
            name,
            auc_interval(over, self.truths, self.pairs[:, 0], level=level, draws=draws, seed=self.seed),
            mean_interval(first, level=level, draws=draws, seed=self.seed),
            mean_interval(own, level=level, draws=draws, seed=self.seed),
            seconds,
        )


def _number(pairs: Places) -> Places:
    return np.asarray(pairs[:, 0] * 1_000_000 + pairs[:, 1], dtype=np.intp)


def _row(one: Measure) -> dict[str, Any]:
    row: dict[str, Any] = {
        "split": one.split,
        "source": source_name(one.source)["fr"],
        "method": one.method,
    }
    for name in ("area", "precision", "own"):
        value: Estimate = getattr(one, name)
        row |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
    return row | {"seconds": one.seconds}


def _refusal(error: TooFewTies, source: str | None) -> Refusal:
    words = N_(
        "{source} : après {year}, {ties} liens nouveaux seulement entre des acteurs déjà connus ({askers} acteurs académiques) ; "
        "il en faut {least} (et {least_askers}) pour mesurer une qualité.",
        source=source_name(source) if source else N_("Toutes les sources"),
        year=error.year,
        ties=error.ties,
        askers=error.askers,
        least=LEAST_TIES,
        least_askers=LEAST_ASKERS,
    )
    return Refusal.of("quality", error, words)
