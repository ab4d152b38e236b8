"""Intervals and tests of shares equal scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from ancrage.graph.analysis.proportion import (
    fisher_exact,
    fisher_exact_greater,
    ratio_of_shares,
    wilson_interval,
)
from ancrage.graph.analysis.uncertainty import BadTable
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped, unused-ignore]

COUNTS = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS)
def test_wilson_is_scipys(pair: tuple[int, int]) -> None:
    expected = stats.binomtest(*pair).proportion_ci(0.9, method="wilson")
    assert wilson_interval(*pair, 0.9) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(COUNTS, COUNTS)
def test_fisher_is_scipys(one: tuple[int, int], other: tuple[int, int]) -> None:
    table = [[one[0], one[1] - one[0]], [other[0], other[1] - other[0]]]
    expected = stats.fisher_exact(table, alternative="greater").pvalue
    assert fisher_exact_greater(*one, *other) == pytest.approx(expected, abs=1e-9)
    assert fisher_exact(*one, *other) == pytest.approx(stats.fisher_exact(table).pvalue, abs=1e-9)


@given(COUNTS, COUNTS)
def test_a_ratio_of_shares_is_scipys(one: tuple[int, int], other: tuple[int, int]) -> None:
    assume(one[0] and other[0])
    expected = stats.contingency.relative_risk(*one, *other)
    found, bounds = ratio_of_shares(*one, *other, 0.9), expected.confidence_interval(0.9)
    wanted = (expected.relative_risk, bounds.low, bounds.high)
    assert (found.value, found.low, found.high) == pytest.approx(wanted)


STRATA = st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=3)


@given(STRATA)
def test_strata_are_summed_given_the_sums_of_each(
    drawn: list[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    a, n, b, m = zip(*((*one, *other) for one, other in drawn), strict=True)
    chances = np.ones(1)
    for x, of, y, others in zip(a, n, b, m, strict=True):
        likely = stats.hypergeom(of + others, x + y, of).pmf(range(min(of, x + y) + 1))
        chances = np.convolve(chances, likely)
    observed = chances[sum(a)]
    assert fisher_exact(a, n, b, m) == pytest.approx(chances[chances <= observed * (1 + 1e-7)].sum())
    assert fisher_exact_greater(a, n, b, m) == pytest.approx(chances[sum(a) :].sum())


def test_a_mix_of_strata_makes_no_difference() -> None:
    """Half of one stratum and a tenth of the other, in both groups: one has nearly all of the first (Simpson 1951)."""
    mixed = ([50, 1], [100, 10], [5, 10], [10, 100])
    assert fisher_exact(*mixed) == pytest.approx(1.0)
    found = ratio_of_shares(*mixed)
    assert found.value == pytest.approx(1.0)
    assert found.low < 1 < found.high
    assert fisher_exact(51, 110, 15, 110) < 1e-6


def test_what_is_no_share_is_refused() -> None:
    for count, total in ((3, 2), (-1, 4), (0, 0)):
        with pytest.raises(BadTable):
            wilson_interval(count, total)
        with pytest.raises(BadTable):
            fisher_exact_greater(count, total, 1, 2)
        with pytest.raises(BadTable):
            fisher_exact(1, 2, count, total)
    with pytest.raises(BadTable, match="shapes"):
        fisher_exact([1, 2], [3, 4], [1], [2])
    with pytest.raises(BadTable, match="no ratio"):
        ratio_of_shares(1, 2, 0, 2)
    with pytest.raises(BadTable):
        wilson_interval(1, 2, 1.0)
