"""The quality of suggestions: no leak from the future, equal to plain definitions, refused where ties are too few."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import polars as pl
import pytest
from ancrage.graph.region.frame_cache import FrameCache
from ancrage.graph.region.view import RegionView
from ancrage.graph.suggestions import quality, territory_quality
from ancrage.graph.suggestions.features import FEATURES, Period
from ancrage.graph.suggestions.rates import rate, rates
from ancrage.graph.suggestions.scoring import Ranking, fit, learn, new_ties
from ancrage.graph.suggestions.ties import Ties
from ancrage.graph.suggestions.trust import Trust

from .suggestion_worlds import random_world, world

SPLIT = 2012


@pytest.fixture(scope="module")
def matter() -> RegionView:
    return random_world()


def test_nothing_of_the_future_enters_weights_features_or_scores(matter: RegionView) -> None:
    other = random_world(late=SPLIT)  # the same until the split, another draw after it
    assert not Ties.of(matter).events.equals(Ties.of(other).events)
    assert learn(matter, SPLIT) == learn(other, SPLIT)
    rankings = [Ranking(Period(one, SPLIT), learn(one, SPLIT)) for one in (matter, other)]
    pairs = np.array([[a, c] for a in range(40) for c in range(60)])
    first, second = rankings
    assert np.array_equal(first.features(pairs), second.features(pairs))
    assert np.array_equal(first.scores(pairs), second.scores(pairs))


def test_the_test_ties_are_the_first_meetings_after_the_split_of_actors_known_by_then(
    matter: RegionView,
) -> None:
    inside = matter.frame("participations").join(matter.frame("interactions"), on="interaction")
    met: dict[tuple[str, str], int] = {}
    for _, rows in inside.group_by("interaction"):
        year = rows["year"][0]
        for lab in rows.filter(pl.col("type").str.ends_with("unit"))["actor"]:
            for firm in rows.filter(pl.col("type").str.ends_with("company"))["actor"]:
                met[lab, firm] = min(year, met.get((lab, firm), 9999))
    known = [{pair[side] for pair, year in met.items() if year <= SPLIT} for side in (0, 1)]
    wanted = {
        pair for pair, year in met.items() if year > SPLIT and pair[0] in known[0] and pair[1] in known[1]
    }
    ties = Ties.of(matter)
    found = {(ties.academics[a], ties.companies[c]) for a, c in new_ties(ties, SPLIT)}
    assert found == wanted and len(wanted) > 100


def test_popularity_has_the_auc_and_precision_of_the_definition(matter: RegionView) -> None:
    told = quality(matter, split=SPLIT, sources=(None,), names=("popularity",))
    measured = told.of(SPLIT, "popularity")
    assert measured is not None
    ties = Ties.of(matter)
    tied = Period(matter, SPLIT).incidence.toarray() > 0
    new = np.zeros_like(tied)
    new[tuple(new_ties(ties, SPLIT).T)] = True
    score = np.outer(tied.sum(axis=1), tied.sum(axis=0)).astype(float)
    good, bad = score[new], score[~tied & ~new & (score > 0)]
    area = np.mean((good[:, None] > bad) + 0.5 * (good[:, None] == bad))
    assert measured.area.value == pytest.approx(area, abs=1e-12)
    assert measured.area.low < measured.area.value < measured.area.high
    first = []
    for a in np.flatnonzero(new.any(axis=1)):
        able = np.flatnonzero(~tied[a] & (score[a] > 0))
        chance = []
        for seed in range(200):
            order = able[np.lexsort((np.random.default_rng(seed).random(len(able)), -score[a, able]))]
            chance.append(new[a, order[:10]].mean())
        first.append(np.mean(chance))
    assert measured.precision.value == pytest.approx(np.mean(first), abs=0.005)


def test_ours_sees_circles_where_popularity_does_not(matter: RegionView) -> None:
    told = quality(matter, split=SPLIT, sources=(None,))
    ours, popular, neighbours = (told.of(SPLIT, name) for name in ("ours", "popularity", "adamic_adar"))
    assert ours and popular and neighbours
    assert ours.area.low > popular.area.high
    assert ours.precision.low > popular.precision.high
    assert neighbours.area.value == 0.5  # no two sides have a neighbour in common
    frame = told.frame()
    assert set(frame["method"]) == {
        "popularity",
        "adamic_adar",
        "adamic_adar together",
        "resource_allocation together",
        "l3",
        "katz",
        "katz together",
        "ours",
    }
    assert frame.drop("seconds").equals(quality(matter, split=SPLIT, sources=(None,)).frame().drop("seconds"))


def test_too_few_new_ties_are_refused_with_their_count(matter: RegionView) -> None:
    told = quality(matter, split=2015, sources=("source/mesr-ilab",))
    assert not told.measures
    [refusal] = told.refusals
    assert "0 liens nouveaux" in refusal.words["fr"] and "30" in refusal.words["fr"]
    assert "30 new ties" in refusal.needed and "are 0 new ties" in refusal.found


def test_weights_are_never_negative_and_stay_near_the_prior_without_data() -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=(4000, 3))
    truths = random.random(4000) < 1 / (1 + np.exp(4 - 1.5 * x[:, 0] + 1.0 * x[:, 1]))
    learnt = fit(x, truths, prior=0.3, stiffness=1.0)
    assert learnt[0] > 1.0 and learnt[1] == 0.0 and learnt[2] < 0.2
    assert fit(x, truths, prior=0.3, stiffness=1e9).round(3).tolist() == [0.3, 0.3, 0.3]


def test_ties_of_one_project_weigh_as_one(matter: RegionView) -> None:
    labs, firms = [f"lab{n}" for n in range(8)], [f"firm{n}" for n in range(8)]
    kinds = dict.fromkeys(labs, "research-unit") | dict.fromkeys(firms, "company")
    before = [(f"project/old{n}", 2008, "anr-aapg", [labs[n], firms[n]]) for n in range(8)]
    before += [
        (f"project/more{n}{m}", 2007, "anr-aapg", [labs[n], firms[4 + (n + m) % 4]])
        for n in range(4)
        for m in range(2)
    ]
    large = world([*before, ("project/large", 2012, "anr-aapg", [*labs[:4], *firms[:4]])], kinds)
    small = world([*before, ("project/small", 2012, "anr-aapg", [labs[0], firms[1]])], kinds)
    pulls = [np.abs(np.array(learn(one, 2012).values) - 0.3).max() for one in (large, small)]
    assert learn(large, 2012).positives == 12 and learn(small, 2012).positives == 1
    assert (
        1e-3 < pulls[1] < pulls[0] < 2 * pulls[1]
    )  # twelve pairs that each counted whole would pull 14 times as far


def test_a_rate_is_what_became_of_pairs_that_stood_as_high() -> None:
    above = np.array([0.0001, 0.0002, 0.0003, 0.3, 0.4, 0.5])
    found = rates(above, np.array([True, False, False, False, False, True]), 10.0)
    first = rate(found, 0.0004)
    assert first is not None and first.value == pytest.approx(1 / 21) and first.n == 1
    assert first.low < first.value < first.high
    last = rate(found, 0.9)
    assert last is not None and last.value == pytest.approx(1 / 21)
    assert rate(found, 0.002) is None


def test_trust_is_measured_once_and_kept_beside_the_snapshot(
    tmp_path: object, matter: RegionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = FrameCache(tmp_path / "frames")  # type: ignore[operator]
    frames = {name: matter.frame(name) for name in (*EVERY, "places", "parts", "territories")}
    first = Trust.of(RegionView(None, (), "a", frames=frames, kept=kept))
    assert first.split == 2008
    assert first.measures["ours"][0].value > first.measures["popularity"][0].value
    assert len(first.weights.values) == len(FEATURES)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("quality was measured again")

    monkeypatch.setattr("ancrage.graph.suggestions.trust.quality", never)
    again = Trust.of(RegionView(None, (), "b", frames=frames, kept=kept, scenario="other"))
    assert again.measures == first.measures and again.weights == first.weights
    assert again.rates.equals(first.rates)
    with pytest.raises(AssertionError, match="measured again"):
        Trust.of(random_world(seed=5).with_frames())


def test_who_is_in_a_hurry_gets_the_same_ranking_and_is_told_that_its_quality_is_not_measured_yet(
    tmp_path: object, matter: RegionView
) -> None:
    kept = FrameCache(tmp_path / "frames")  # type: ignore[operator]
    frames = {name: matter.frame(name) for name in (*EVERY, "places", "parts", "territories")}
    hurried = RegionView(None, (), "a", frames=frames, kept=kept, hurried=True)
    first = Trust.of(hurried)
    assert first.pending and first.split is None and first.rate(0.001, 0.95) is None
    assert "pas encore mesurée" in first.words()["fr"] and "pas encore" in first.territory_words()["fr"]
    patient = Trust.of(RegionView(None, (), "a", frames=frames, kept=kept))
    assert not patient.pending and patient.weights == first.weights
    known = Trust.of(hurried)
    assert not known.pending and known.measures == patient.measures
    assert Trust.of(hurried.with_frames("other")).measures == patient.measures


def test_territories_are_judged_by_first_ties_with_companies_located_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matter = random_world(years=range(2005, 2010), located=True)
    [refusal] = territory_quality(matter, split=2006).refusals  # three territories, and ten are needed
    assert "il en faut 30, dans 10 territoires" in refusal.words["fr"]
    module = import_module("ancrage.graph.suggestions.territory_quality")
    monkeypatch.setattr(module, "LEAST_ASKERS", 2)
    monkeypatch.setattr(module, "LEAST_TIES", 2)
    told = territory_quality(matter, split=2006)
    popular, ours = told.of(2006, "popularity", "territories"), told.of(2006, "ours", "territories")
    assert popular and ours and 0 <= ours.area.value <= 1
    ties = Ties.of(matter)
    epci = {0: 0, 1: 0, 2: 1, 3: 2}  # communes of the firms in turn: two are of one intercommunality
    where = [epci[int(name[-2:]) % 4] for name in ties.companies]
    tied = {year: np.zeros((40, 3)) for year in (2006, 2009)}
    for a, c, year in ties.events.select("a", "c", "year").iter_rows():
        for last, table in tied.items():
            table[a, where[c]] = max(table[a, where[c]], year <= last)
    before, after = (np.asarray(tied[year], dtype=bool) for year in (2006, 2009))
    able = np.outer(before.any(axis=1), np.ones(3, dtype=bool)) & ~before
    score = np.outer(before.sum(axis=1), before.sum(axis=0)).astype(float)
    good, bad = score[able & after], score[able & ~after]
    area = np.mean((good[:, None] > bad) + 0.5 * (good[:, None] == bad))
    assert popular.area.value == pytest.approx(area, abs=1e-12)


EVERY = (
    "actors",
    "interactions",
    "participations",
    "records",
    "units",
    "supervisions",
    "concepts",
    "members",
    "chains",
    "titles",
    "former",
)
