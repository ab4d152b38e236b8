"""The quality of suggestions: no leak from the future, equal to plain definitions, refused where ties are too few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from ancrage.graph.region.frame_cache import FrameCache
from ancrage.graph.region.view import RegionView
from ancrage.graph.suggestions import quality, suggest
from ancrage.graph.suggestions.candidates import founded
from ancrage.graph.suggestions.features import FEATURES, Period
from ancrage.graph.suggestions.quality import COMPANIES, KINDS
from ancrage.graph.suggestions.scoring import WINDOW, Ranking, fit, learn, new_ties
from ancrage.graph.suggestions.ties import Ties
from ancrage.graph.suggestions.trust import LEAST_WORTH, UNMEASURED, Trust, Worth, _trust

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


def test_popularity_has_the_auc_and_the_hits_of_the_definition(matter: RegionView) -> None:
    told = quality(matter, split=SPLIT, sources=(None,), names=("popularity",))
    measured = told.of(SPLIT, "popularity")
    assert measured is not None
    period, ties = Period(matter, SPLIT), Ties.of(matter)
    tied = period.incidence.toarray() > 0
    new = np.zeros_like(tied)
    new[tuple(new_ties(ties, SPLIT).T)] = True
    pairs = np.argwhere(np.ones_like(tied))
    reason = np.zeros_like(tied)
    reason[tuple(pairs.T)] = founded(period, pairs)
    score = np.outer(tied.sum(axis=1), tied.sum(axis=0)).astype(float)
    listed = ~tied & reason & (score > 0)
    good, bad = score[new & listed], score[~new & listed]
    area = np.mean((good[:, None] > bad) + 0.5 * (good[:, None] == bad))
    assert measured.area.value == pytest.approx(area, abs=1e-12)
    assert measured.area.low < measured.area.value < measured.area.high
    expected = (
        0.0  # of true companies at the first place of lists, the tied scores of a first place sharing it
    )
    for a in np.flatnonzero(listed.any(axis=1)):
        first = listed[a] & (score[a] == score[a, listed[a]].max())
        expected += (new[a] & first).sum() / first.sum()
    assert measured.ranks.hits[0] == pytest.approx(expected, abs=4)
    assert measured.ranks.chance == pytest.approx(
        np.mean([(new & listed)[a].sum() / listed[a].sum() for a in np.flatnonzero(listed.any(axis=1))])
    )


def test_ours_sees_circles_where_popularity_does_not(matter: RegionView) -> None:
    told = quality(matter, split=SPLIT, sources=(None,))
    for kind in KINDS:
        ours, popular = (told.of(SPLIT, name, kind=kind) for name in ("ours", "popularity"))
        assert ours and popular
        assert ours.area.low > popular.area.high
        assert sum(ours.ranks.hits) > sum(popular.ranks.hits)
        assert ours.ranks.first(3) and ours.ranks.places() >= 3
    assert {one.method for one in told} == {
        "popularity",
        "l3",
        "adamic_adar together",
        "katz together",
        "ours",
    }
    again = quality(matter, split=SPLIT, sources=(None,))
    assert [(one.area, one.ranks.hits) for one in again] == [(one.area, one.ranks.hits) for one in told]


def test_intervals_resample_the_projects_that_made_the_ties(matter: RegionView) -> None:
    told = quality(matter, split=SPLIT, sources=(None,), names=())
    [size] = told.sizes
    assert size.projects < size.new  # each project of two laboratories and two companies may tie four pairs
    assert {rate.n for one in told for rate in one.ranks.rates} <= set(range(2, size.projects + 1))


def test_ties_after_the_last_year_are_not_judged(matter: RegionView) -> None:
    told = quality(matter, split=SPLIT, last=SPLIT + 1, sources=(None,), names=())
    whole = quality(matter, split=SPLIT, sources=(None,), names=())
    assert told.sizes[0].new < whole.sizes[0].new


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


def test_trust_is_measured_once_and_kept_beside_the_snapshot(
    tmp_path: object, matter: RegionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = FrameCache(tmp_path / "frames")  # type: ignore[operator]
    frames = {name: matter.frame(name) for name in (*EVERY, "places", "parts", "territories")}
    first = Trust.of(RegionView(None, (), "a", frames=frames, kept=kept))
    assert first.split is not None and first.tune == first.split - WINDOW
    assert set(first.worth) == set(KINDS)
    assert len(first.weights.values) == len(FEATURES)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("quality was measured again")

    monkeypatch.setattr("ancrage.graph.suggestions.trust.quality", never)
    again = Trust.of(RegionView(None, (), "b", frames=frames, kept=kept, scenario="other"))
    assert again.worth == first.worth and again.weights == first.weights
    with pytest.raises(AssertionError, match="measured again"):
        Trust.of(random_world(seed=5).with_frames())


def test_the_number_shown_is_chosen_on_one_split_and_tested_on_the_next(matter: RegionView) -> None:
    trust = Trust.of(matter)
    assert trust.split is not None and trust.tune is not None
    tune = quality(matter, split=trust.tune, last=trust.split, sources=(None,), names=())
    test = quality(matter, split=trust.split, sources=(None,), names=("popularity",))
    for kind, worth in trust.worth.items():
        chosen, tested = tune.of(trust.tune, kind=kind), test.of(trust.split, kind=kind)
        assert chosen and tested
        assert worth.places == chosen.ranks.places(LEAST_WORTH) > 0
        assert worth.found == sum(tested.ranks.hits[: worth.places]) and worth.sure == tested.ranks.first(
            worth.places
        )
        assert trust.shown(kind) == worth.places
        words = trust.words(kind)["fr"]
        assert f"fin {trust.split}" in words and "%" not in words
        assert len(suggest(matter, "lab00" if kind == COMPANIES else "firm00")) <= worth.places


def test_nothing_is_shown_of_a_kind_that_is_no_better_than_chance(matter: RegionView) -> None:
    chance = Worth(3, 500, 2, 1.8, 2, 2, sure=False)
    trust = replace(Trust.of(matter), worth=dict.fromkeys(KINDS, chance))
    other = matter.with_frames()
    other.once(_trust)  # what is said once is taken from there
    other._derived[_trust] = trust
    report = suggest(other, "lab00")
    assert not report.findings
    [refusal] = report.refusals
    assert "pas sûrement meilleures qu’un choix au hasard" in refusal.words["fr"]
    assert not any("Vérifié" in one["fr"] for one in report.notes)
    assert len(suggest(other, "lab00", count=5)) == 5  # who asks for a number gets it


def test_who_is_in_a_hurry_gets_the_same_ranking_and_is_told_that_its_quality_is_not_measured_yet(
    tmp_path: object, matter: RegionView
) -> None:
    kept = FrameCache(tmp_path / "frames")  # type: ignore[operator]
    frames = {name: matter.frame(name) for name in (*EVERY, "places", "parts", "territories")}
    hurried = RegionView(None, (), "a", frames=frames, kept=kept, hurried=True)
    first = Trust.of(hurried)
    assert first.pending and first.split is None and first.shown(COMPANIES) == UNMEASURED
    assert "pas encore mesurée" in first.words(COMPANIES)["fr"]
    patient = Trust.of(RegionView(None, (), "a", frames=frames, kept=kept))
    assert not patient.pending and patient.weights == first.weights
    known = Trust.of(hurried)
    assert not known.pending and known.worth == patient.worth
    assert Trust.of(hurried.with_frames("other")).worth == patient.worth


EVERY = (
    "actors",
    "interactions",
    "participations",
    "records",
    "ends",
    "kin",
    "units",
    "supervisions",
    "words",
    "members",
    "chains",
    "titles",
    "former",
)
