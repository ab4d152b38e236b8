"""How far suggestions can be trusted: what each ranking would have foretold, by splits in time of the real ties.

What is measured is what is shown: the same candidates (alive, named, not known abroad), the same rule of novelty, whole lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ...words import N_
from ..analysis.adjacency import Places, Values
from ..analysis.evaluation import auc_interval
from ..analysis.ranks import RankRates, rank_rates
from ..analysis.uncertainty import Estimate, TooFewData
from ..findings.model import Refusal
from ..region.view import RegionView
from .candidates import able, founded
from .features import Period
from .scoring import SEED, new_ties, ranking_of
from .source_names import source_name
from .ties import Ties

SPLITS = (2014, 2016, 2018, 2019)
SOURCES = ("source/mesr-ilab", "source/anr-aapg", "source/anr-pia", "source/cordis-h2020")
LEAST_TIES, LEAST_PROJECTS = 30, 10
"""New ties, and projects that made them, under which nothing is said."""
MOST = 10
"""Places of a list that are looked at."""
COMPANIES, LABORATORIES = "company", "laboratory"
"""Kinds of lists: companies for an academic actor, laboratories for a company."""
KINDS = (COMPANIES, LABORATORIES)
_BLOCK = 200_000
_PAIRS = 4_000_000
"""Pairs looked at, at most: academic actors are drawn where there are more."""
_DRAWN, _UNTIED = 50_000, 500
"""Untied pairs drawn for the area under the curve, beside all new ties, and groups they are resampled by."""

#: Name, method of `Period.method`, whether on the one-mode projection.
BASELINES = (
    ("popularity", "popularity", False),
    ("l3", "l3", False),
    ("adamic_adar together", "adamic_adar", True),
    ("katz together", "katz", True),
)
RIVALS: tuple[str, ...] = tuple(name for name, _, _ in BASELINES)
"""The other rankings."""
OURS = "ours"


@dataclass(frozen=True)
class Measure:
    """What one ranking foretold at one split: the area over all pairs, and what places of the `lists` of a kind were worth."""

    split: int
    source: str | None
    kind: str
    method: str
    area: Estimate
    ranks: RankRates
    lists: int


@dataclass(frozen=True)
class Size:
    """What a split rests on: new ties and the projects that made them, academic actors and companies, lists by kind."""

    split: int
    last: int | None
    source: str | None
    new: int
    projects: int
    academics: int
    companies: int
    lists: Mapping[str, int]
    learnt: int


class TooFewTies(TooFewData):
    """New ties after a `year` too few, or of too few projects, to measure a quality by: `ties`, `projects`."""

    def __init__(self, ties: int, projects: int, year: int) -> None:
        super().__init__(
            "quality of suggestions",
            f"are {ties} new ties of {projects} projects after {year}",
            f"{LEAST_TIES} new ties of {LEAST_PROJECTS} projects",
        )
        self.ties, self.projects, self.year = ties, projects, year


@dataclass(frozen=True)
class Quality:
    """Measures of every ranking at every split and source, what they rest on, and what could not be measured."""

    measures: tuple[Measure, ...]
    sizes: tuple[Size, ...]
    refusals: tuple[Refusal, ...]
    weights: tuple[tuple[int, str | None, tuple[float, ...]], ...] = ()

    def __iter__(self) -> Iterator[Measure]:
        return iter(self.measures)

    def of(
        self, split: int, method: str = OURS, source: str | None = None, kind: str = COMPANIES
    ) -> Measure | None:
        """Give one measure, None where there is none."""
        wanted = (split, method, source, kind)
        return next((one for one in self if (one.split, one.method, one.source, one.kind) == wanted), None)

    def frame(self) -> pl.DataFrame:
        """Give the measures as a table: area with its interval, new ties at the first 3 and 10 places of all lists, by chance."""
        rows = [
            {
                "split": one.split,
                "source": source_name(one.source)["fr"],
                "kind": one.kind,
                "method": one.method,
                "area": one.area.value,
                "low": one.area.low,
                "high": one.area.high,
                "at_3": sum(one.ranks.hits[:3]),
                "at_10": sum(one.ranks.hits),
                "chance_at_3": 3 * one.ranks.chance * one.lists,
                "places": one.ranks.places(),
            }
            for one in self
        ]
        return pl.DataFrame(rows)


def quality(
    matter: RegionView,
    *,
    split: int | Sequence[int] = SPLITS,
    last: int | None = None,
    sources: Sequence[str | None] = (None, *SOURCES),
    level: float = 0.95,
    draws: int = 300,
    names: Sequence[str] = RIVALS,
    seed: int = SEED,
) -> Quality:
    """Measure what each ranking would have foretold: it sees ties up to `split`, and is judged on those after, up to `last`.

    A true case is a pair (academic actor, company) first tied after the split, of houses that had not met by then, both alive,
    named and not known abroad, both having ties by then. `sources` are looked at one by one, None being all together; `names`
    are the other rankings measured beside ours. Intervals resample the projects that made the new ties: those of one project
    are one piece of news. A source with fewer than 30 new ties, or of fewer than 10 projects, is refused with its count.

    >>> quality.__name__
    'quality'
    """
    measures: list[Measure] = []
    sizes: list[Size] = []
    refusals: list[Refusal] = []
    learnt: list[tuple[int, str | None, tuple[float, ...]]] = []
    for year in [split] if isinstance(split, int) else split:
        for source in sources:
            try:
                case = _Case(matter, year, last, source, seed)
            except TooFewTies as error:
                refusals.append(_refusal(error, source))
                continue
            measures += case.measures(level, draws, names)
            sizes.append(case.size)
            learnt.append((year, source, case.ranking.weights.values))
    return Quality(tuple(measures), tuple(sizes), tuple(refusals), tuple(learnt))


def novel_ties(period: Period, last: int | None = None, source: str | None = None) -> Places:
    """Give the pairs first tied after a period, between houses that had not met and actors that could be suggested."""
    pairs = new_ties(period.ties, period.year, last, source)
    for side in (0, 1):
        nodes, at = np.unique(pairs[:, side], return_inverse=True)
        pairs = pairs[able(period, nodes + side * period.n_a)[at]]
    return pairs[~period.tied(pairs)] if len(pairs) else pairs


class _Case:
    """One split of one source: pairs to score, and the truth."""

    def __init__(
        self, matter: RegionView, year: int, last: int | None, source: str | None, seed: int
    ) -> None:
        self.year, self.source, self.seed = year, source, seed
        self.ranking = ranking_of(matter, year, source)
        self.period = period = self.ranking.period
        new = novel_ties(period, last, source)
        projects = _projects(period.ties, new, year, source)
        if len(new) < LEAST_TIES or len(set(projects)) < LEAST_PROJECTS:
            raise TooFewTies(len(new), len(set(projects)), year)
        a, c = period.academics, period.companies
        a, c = a[able(period, a)], c[able(period, c + period.n_a)]
        most = max(_PAIRS // max(len(c), 1), 1)
        if len(a) > most:
            a = np.sort(np.random.default_rng(seed).choice(a, most, replace=False))
        pairs = np.column_stack([np.repeat(a, len(c)), np.tile(c, len(a))])
        pairs = pairs[~period.tied(pairs)]
        self.pairs = pairs = pairs[founded(period, pairs)]
        number = {pair: place for place, pair in enumerate(map(tuple, new.tolist()))}
        self.true = np.array([number.get(pair, -1) for pair in map(tuple, pairs.tolist())], dtype=np.intp)
        blocks = [pairs[start : start + _BLOCK] for start in range(0, len(pairs), _BLOCK)]
        self.ours = (
            np.concatenate([self.ranking.scores(block) for block in blocks]) if blocks else np.empty(0)
        )
        self.projects = np.array(projects)
        self.hits = np.flatnonzero(self.true >= 0)
        if len(self.hits) < 2 or len(set(self.projects[self.true[self.hits]])) < 2:
            raise TooFewTies(len(self.hits), len(set(self.projects[self.true[self.hits]])), year)
        lists = {kind: len(np.unique(self.pairs[:, side])) for side, kind in enumerate(KINDS)}
        learnt = self.ranking.weights.positives
        self.size = Size(year, last, source, len(new), len(set(projects)), len(a), len(c), lists, learnt)

    def measures(self, level: float, draws: int, names: Sequence[str]) -> Iterator[Measure]:
        """Measure each ranking, by kind of lists."""
        for name, method, together in BASELINES:
            if name in names:
                scores = self.period.method(method, self.pairs, together=together)
                yield from self._measures(name, scores, level, draws)
        yield from self._measures(OURS, self.ours, level, draws)

    def _measures(self, name: str, scores: Values, level: float, draws: int) -> Iterator[Measure]:
        random = np.random.default_rng(self.seed)
        drawn = np.flatnonzero(self.true < 0)
        drawn = drawn if len(drawn) <= _DRAWN else random.choice(drawn, _DRAWN, replace=False)
        groups = [*self.projects[self.true[self.hits]], *(str(at % _UNTIED) for at in range(len(drawn)))]
        over = np.concatenate([scores[self.hits], scores[drawn]])
        truths = np.arange(len(over)) < len(self.hits)
        area = auc_interval(over, truths, groups, level=level, draws=draws, seed=self.seed)
        order = scores + 1e-9 * random.random(len(scores)) * max(float(np.abs(scores).max(initial=0)), 1.0)
        for side, kind in enumerate(KINDS):
            ranks, sizes = _ranks(order, self.pairs[:, side], self.hits)
            found = rank_rates(
                ranks,
                self.projects[self.true[self.hits]],
                1 / sizes,
                lists=self.size.lists[kind],
                most=MOST,
                level=level,
                draws=draws,
                seed=self.seed,
            )
            yield Measure(self.year, self.source, kind, name, area, found, self.size.lists[kind])


def _ranks(scores: Values, lists: Places, wanted: Places) -> tuple[Places, Values]:
    """Give the place (from 0) of some pairs in their lists, and how long those are."""
    names, at = np.unique(lists, return_inverse=True)
    order = np.lexsort((-scores, at))
    place = np.empty(len(scores), dtype=np.intp)
    sizes = np.bincount(at, minlength=len(names))
    place[order] = np.arange(len(scores)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return place[wanted], sizes[at[wanted]].astype(float)


def _projects(ties: Ties, pairs: Places, year: int, source: str | None) -> list[str]:
    """Give the first project that tied each pair after a year."""
    events = ties.documented.filter(pl.col("year") > year)
    if source is not None:
        events = events.filter(pl.col("source") == source)
    first = events.sort("year", "interaction").unique(["a", "c"], keep="first")
    wanted = pl.DataFrame({"a": pairs[:, 0], "c": pairs[:, 1]}, schema={"a": pl.Int64, "c": pl.Int64})
    found = wanted.join(first, on=["a", "c"], how="left", maintain_order="left")
    return found["interaction"].fill_null("").to_list()


def _refusal(error: TooFewTies, source: str | None) -> Refusal:
    words = N_(
        "{source} : après {year}, {ties} liens nouveaux seulement entre des acteurs déjà connus et qui pourraient être proposés "
        "({projects} projets) ; il en faut {least} (de {least_projects} projets) pour mesurer une qualité.",
        source=source_name(source) if source else N_("Toutes les sources"),
        year=error.year,
        ties=error.ties,
        projects=error.projects,
        least=LEAST_TIES,
        least_projects=LEAST_PROJECTS,
    )
    return Refusal.of("quality", error, words)
