"""Measures of a ranking: equal to their plain definitions, with ties, intervals by asker, and what they refuse."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from ancrage.graph.analysis.evaluation import (
    auc,
    auc_interval,
    average_precision,
    mean_interval,
    precision_at,
    time_split,
)
from ancrage.graph.analysis.uncertainty import BadTable, TooFewData
from hypothesis import given
from hypothesis import strategies as st

CASES = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=60)


@given(CASES)
def test_auc_is_the_share_of_pairs_in_the_right_order(cases: list[tuple[int, bool]]) -> None:
    good = [score for score, true in cases if true]
    bad = [score for score, true in cases if not true]
    scores, truths = zip(*cases, strict=True)
    if not good or not bad:
        with pytest.raises(TooFewData):
            auc(scores, truths)
        return
    right = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    assert auc(scores, truths) == pytest.approx(right / (len(good) * len(bad)), abs=1e-12)


def test_auc_is_that_of_a_published_case() -> None:
    # Hanley & McNeil 1982, table I: 109 CT images rated from 1 to 5; W = 0.893
    normal, abnormal = [33, 6, 6, 11, 2], [3, 2, 2, 11, 33]
    scores = np.repeat([*range(1, 6), *range(1, 6)], [*normal, *abnormal])
    truths = np.repeat([False, True], [sum(normal), sum(abnormal)])
    assert auc(scores, truths) == pytest.approx(0.893, abs=5e-4)


@given(CASES, st.integers(1, 12))
def test_precision_shares_the_last_places_between_cases_that_tie(
    cases: list[tuple[int, bool]], count: int
) -> None:
    scores, truths = (np.array(side) for side in zip(*cases, strict=True))
    draws = []
    for seed in range(300):  # the definition: break ties at random, count the true cases among the first
        order = np.lexsort((np.random.default_rng(seed).random(len(scores)), -scores))
        draws.append(truths[order][:count].sum() / count)
    assert precision_at(scores, truths, count) == pytest.approx(np.mean(draws), abs=0.15)


def test_precision_divides_by_the_places_asked_for_even_with_fewer_cases() -> None:
    assert precision_at([2, 1], [True, True], 10) == 0.2


@given(st.lists(st.booleans(), min_size=1, max_size=40).filter(any))
def test_average_precision_without_ties_is_the_mean_of_precisions(truths: list[bool]) -> None:
    scores = np.arange(len(truths), 0, -1)
    hits = [rank for rank, true in enumerate(truths, 1) if true]
    plain = np.mean([found / rank for found, rank in enumerate(hits, 1)])
    assert average_precision(scores, truths) == pytest.approx(plain)


def test_average_precision_does_not_depend_on_the_order_of_ties() -> None:
    assert average_precision([1, 1, 1, 1], [True, False, False, False]) == 0.25
    assert average_precision([1, 1, 1, 1], [False, False, False, True]) == 0.25


def test_the_interval_resamples_askers_and_not_cases() -> None:
    random = np.random.default_rng(1)
    askers = np.repeat(np.arange(40), 50)
    quality = np.repeat(random.normal(0, 2, 40), 50)  # an asker is well served, or badly
    truths = random.random(2000) < 0.2
    scores = truths * quality + random.normal(0, 1, 2000)
    by_asker = auc_interval(scores, truths, askers, draws=200)
    by_case = auc_interval(scores, truths, np.arange(2000), draws=200)
    assert by_asker.low < by_asker.value < by_asker.high
    assert by_asker.high - by_asker.low > 2 * (by_case.high - by_case.low)
    assert by_asker.value == by_case.value == auc(scores, truths)
    assert by_asker == auc_interval(scores, truths, askers, draws=200)


def test_one_draw_of_askers_is_the_auc_of_their_cases_repeated() -> None:
    scores, truths, askers = [3, 1, 2, 0], [True, False, True, False], ["a", "a", "b", "b"]
    found = auc_interval([3, 1, 0, 2], truths, askers, draws=400)
    # draws: a twice (1), b twice (0), or both: (3 > 1, 3 > 2, 0 < 1, 0 < 2) = 1/2
    assert (found.value, found.low, found.high) == (0.5, 0.0, 1.0)
    assert auc_interval(scores, truths, askers, draws=50).low == 1.0


def test_the_mean_has_an_interval_that_narrows_with_askers() -> None:
    random = np.random.default_rng(2)
    few, many = (mean_interval(random.random(n)) for n in (20, 2000))
    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 5
    assert many.n == 2000


def test_a_split_keeps_new_pairs_of_ends_already_known() -> None:
    pairs = [[0, 0], [1, 1], [0, 1], [1, 0], [2, 0], [0, 2]]
    years = [2001, 2002, 2003, 2002, 2003, 2004]
    split = time_split(pairs, years, 2002)
    assert np.flatnonzero(split.known).tolist() == [0, 1, 3]
    assert np.flatnonzero(split.after).tolist() == [2]  # 2 on the left and 2 on the right were unknown


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 8), st.integers(0, 8)), st.integers(2000, 2010), min_size=1, max_size=40
    )
)
def test_a_later_split_never_forgets_a_pair(found: dict[tuple[int, int], int]) -> None:
    pairs, years = [list(pair) for pair in found], list(found.values())
    splits = [time_split(pairs, years, year) for year in range(1999, 2012)]
    for one, next_one in pairwise(splits):
        assert not (one.known & ~next_one.known).any()
        assert not (one.known & one.after).any()
    assert not splits[0].known.any() and not splits[0].after.any()
    assert splits[-1].known.all()


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: auc([1.0], [True]), TooFewData),
        (lambda: auc([], []), TooFewData),
        (lambda: auc([1.0, np.nan], [True, False]), BadTable),
        (lambda: auc([1.0, 2.0], [True]), BadTable),
        (lambda: auc_interval([2, 1], [True, False], ["a", "a"]), TooFewData),
        (lambda: auc_interval([2, 1], [True, False], ["a"]), BadTable),
        (lambda: auc_interval([2, 1], [True, False], ["a", "b"], level=1.0), BadTable),
        (lambda: precision_at([1], [True], 0), BadTable),
        (lambda: average_precision([1, 2], [False, False]), TooFewData),
        (lambda: mean_interval([0.5]), TooFewData),
        (lambda: mean_interval([0.5, np.nan]), BadTable),
        (lambda: time_split([[0, 0], [0, 0]], [2001, 2002], 2001), BadTable),
        (lambda: time_split([[0, 0]], [2001, 2002], 2001), BadTable),
    ],
)
def test_what_has_no_answer_is_refused(call: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()  # type: ignore[operator]
