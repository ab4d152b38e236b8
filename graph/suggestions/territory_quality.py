"""How far suggestions to territories can be trusted: first ties of academic actors with companies located in each."""

from __future__ import annotations

from collections.abc import Sequence
from time import process_time

import numpy as np
import polars as pl
from scipy.sparse import block_array, csr_array  # type: ignore[import-untyped, unused-ignore]

from ...words import N_
from ..analysis.adjacency import Places, Values
from ..analysis.evaluation import auc, auc_interval, mean_interval, precision_at, time_split
from ..analysis.links import l3, popularity
from ..analysis.walks import katz
from ..findings.model import Refusal
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .features import Period
from .quality import LEAST_ASKERS, LEAST_TIES, OURS, SPLITS, TOP, Measure, Quality, Size, TooFewTies
from .scoring import SEED, Ranking, ranking_of
from .ties import Ties

TERRITORIES = "territories"
"""What stands for the source in these measures."""
_BASELINES = {"popularity": popularity, "l3": l3, "katz": katz}
_BLOCK = 200_000


def territory_quality(
    matter: RegionView,
    *,
    split: int | Sequence[int] = SPLITS,
    unit: str = "epci",
    level: float = 0.95,
    draws: int = 300,
    seed: int = SEED,
) -> Quality:
    """Measure what rankings would have foretold of territories of a level (`unit`), as `quality` does of companies.

    A true case is a pair (academic actor, territory) first tied after the split, through a company located in the
    territory, both having such ties by then; all other pairs that are not tied are false cases. Our score is that of the best
    company located there by then. The intervals resample territories. Under 30 new ties or 10 territories: refused.
    """
    measures: list[Measure] = []
    sizes: list[Size] = []
    refusals: list[Refusal] = []
    for year in [split] if isinstance(split, int) else split:
        try:
            found, size = _measured(matter, year, unit, level, draws, seed)
        except TooFewTies as error:
            words = N_(
                "Territoires : après {year}, trop peu de liens nouveaux avec des territoires déjà liés ({ties} liens, "
                "{askers} territoires) ; il en faut {least}, dans {least_askers} territoires.",
                year=year,
                ties=error.ties,
                askers=error.askers,
                least=LEAST_TIES,
                least_askers=LEAST_ASKERS,
            )
            refusals.append(Refusal.of("quality", error, words))
            continue
        measures += found
        sizes.append(size)
    return Quality(tuple(measures), tuple(sizes), tuple(refusals))


def _measured(
    matter: RegionView, year: int, unit: str, level: float, draws: int, seed: int
) -> tuple[list[Measure], Size]:
    ties = Ties.of(matter)
    pairs, years = _pairs(matter, ties, unit)
    split = time_split(pairs, years, year) if len(pairs) else None
    new = pairs[split.after] if split else pairs
    askers = np.unique(new[:, 1])
    if split is None or len(new) < LEAST_TIES or len(askers) < LEAST_ASKERS:
        raise TooFewTies("quality of suggestions to territories", "territories", len(new), len(askers), year)
    ranking = ranking_of(matter, year)
    period, known = ranking.period, pairs[split.known]
    rows, columns = np.unique(known[:, 0]), np.unique(known[:, 1])
    grid = np.column_stack([np.tile(rows, len(columns)), np.repeat(columns, len(rows))])
    width = int(pairs[:, 1].max()) + 1
    grid = grid[~np.isin(grid[:, 0] * width + grid[:, 1], known[:, 0] * width + known[:, 1])]
    truths = np.isin(grid[:, 0] * width + grid[:, 1], new[:, 0] * width + new[:, 1])
    table = csr_array((np.ones(len(known)), (known[:, 0], known[:, 1])), shape=(period.n_a, width))
    sides = csr_array(block_array([[None, table], [table.T, None]], format="csr"))
    ends = grid + np.array([0, period.n_a])
    found = []
    for name, method in _BASELINES.items():
        start = process_time()
        scores = np.asarray(method(sides, ends[:, ::-1]))
        found.append(_measure(year, name, scores, truths, grid, level, draws, seed, process_time() - start))
    start = process_time()
    scores = _ours(matter, ranking, unit, grid, width)
    found.append(_measure(year, OURS, scores, truths, grid, level, draws, seed, process_time() - start))
    possible = [min(int(truths[grid[:, 1] == one].sum()), TOP) / TOP for one in askers]
    size = Size(
        year,
        TERRITORIES,
        len(known),
        len(new),
        len(askers),
        int((~truths).sum()),
        len(askers),
        ranking.weights.positives if ranking.weights else 0,
        float(np.mean(possible)),
    )
    return found, size


def _ours(matter: RegionView, ranking: Ranking, unit: str, grid: Places, width: int) -> Values:
    """Give each pair the score of the best company located in the territory by then."""
    period = ranking.period
    inside = _located(matter, period, unit)
    companies = np.array([c for c in period.companies if int(c) in inside], dtype=np.intp)
    rows = np.unique(grid[:, 0])
    pairs = np.column_stack([np.tile(rows, len(companies)), np.repeat(companies, len(rows))])
    scores = [ranking.scores(pairs[i : i + _BLOCK]) for i in range(0, len(pairs), _BLOCK)]
    best = np.full((period.n_a, width), -np.inf)
    where = np.array([inside[int(c)] for c in pairs[:, 1]], dtype=np.intp)
    if len(pairs):
        np.maximum.at(best, (pairs[:, 0], where), np.concatenate(scores))
    return np.asarray(best[grid[:, 0], grid[:, 1]])


def _pairs(matter: RegionView, ties: Ties, unit: str) -> tuple[Places, Places]:
    """Give each pair (academic actor, territory) with the year of its first tie through a company located there."""
    inside = _located(matter, Period(matter), unit)
    where = pl.DataFrame(
        {"c": list(inside), "territory": list(inside.values())}, schema={"c": pl.Int64, "territory": pl.Int64}
    )
    rows = (
        ties.documented.join(where, on="c")
        .group_by("a", "territory")
        .agg(pl.col("year").min())
        .sort("a", "territory")
    )
    return rows.select("a", "territory").to_numpy().astype(np.intp), rows["year"].to_numpy().astype(np.intp)


def _located(matter: RegionView, period: Period, unit: str) -> dict[int, int]:
    """Give the territory of each company whose commune is known, by their places."""
    ground = Gazetteer.of(matter)
    of = {int(at): place for place, one in enumerate(ground.territories(unit)) for at in one.communes}
    found = {}
    for node, place in period.place.items():
        spots = ground.at(place)
        if period.n_a <= node < period.n_a + period.n_c and len(spots) == 1 and spots[0] in of:
            found[node - period.n_a] = of[spots[0]]
    return found


def _measure(
    year: int,
    name: str,
    scores: Values,
    truths: np.ndarray[tuple[int], np.dtype[np.bool_]],
    grid: Places,
    level: float,
    draws: int,
    seed: int,
    seconds: float,
) -> Measure:
    lists = [grid[:, 1] == one for one in np.unique(grid[truths, 1])]
    return Measure(
        year,
        TERRITORIES,
        name,
        auc_interval(scores, truths, grid[:, 1], level=level, draws=draws, seed=seed),
        mean_interval(
            [precision_at(scores[one], truths[one], TOP) for one in lists],
            level=level,
            draws=draws,
            seed=seed,
        ),
        mean_interval([auc(scores[one], truths[one]) for one in lists], level=level, draws=draws, seed=seed),
        seconds,
    )
