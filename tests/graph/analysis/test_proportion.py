"""Intervals and tests of shares equal scipy's."""

from __future__ import annotations

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


def test_what_is_no_share_is_refused() -> None:
    for count, total in ((3, 2), (-1, 4), (0, 0)):
        with pytest.raises(BadTable):
            wilson_interval(count, total)
        with pytest.raises(BadTable):
            fisher_exact_greater(count, total, 1, 2)
        with pytest.raises(BadTable):
            fisher_exact(1, 2, count, total)
    with pytest.raises(BadTable, match="no ratio"):
        ratio_of_shares(1, 2, 0, 2)
    with pytest.raises(BadTable):
        wilson_interval(1, 2, 1.0)
