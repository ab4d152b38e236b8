"""Rates by rank: equal to their definition, falling, and beside chance by groups of true cases."""

from __future__ import annotations

import numpy as np
import pytest
from ancrage.graph.analysis.ranks import rank_rates
from ancrage.graph.analysis.uncertainty import BadTable, TooFewData


def test_rates_are_hits_by_list_and_never_rise() -> None:
    found = rank_rates([0, 0, 1, 2, 2, -1], list("abcdef"), [0.1] * 6, lists=10, most=4)
    assert found.hits == (2, 1, 2, 0)
    assert [rate.value for rate in found.rates] == pytest.approx([0.2, 0.15, 0.15, 0.0])
    assert found.chance == pytest.approx(6 * 0.1 / 10)
    assert all(rate.low <= rate.value <= rate.high for rate in found.rates)


def test_a_list_drawn_at_random_has_no_place_better_than_chance_and_a_good_one_has() -> None:
    random = np.random.default_rng(3)
    groups = np.arange(400)
    drawn = rank_rates(random.integers(0, 50, 400), groups, np.full(400, 1 / 50), lists=500)
    assert drawn.places() == 0 and not drawn.first(3)
    good = rank_rates(np.minimum(random.geometric(0.4, 400) - 1, 49), groups, np.full(400, 1 / 50), lists=500)
    assert good.better[:3] == (True,) * 3 and not good.better[-1]
    assert good.places(least=0.5) == 2 < good.places(least=0.1)  # each place is worth 0.6 of the one before
    assert good.first(3)


def test_true_cases_of_one_group_are_one_piece_of_news() -> None:
    ranks = [0] * 30 + [-1] * 4
    apart = rank_rates(ranks, np.arange(34), [0.02] * 34, lists=100)
    together = rank_rates(ranks, [0] * 30 + [1, 2, 3, 4], [0.02] * 34, lists=100)
    assert apart.rates[0].value == together.rates[0].value
    assert apart.better[0] and not together.better[0]
    assert apart.rates[0].low > together.rates[0].low and together.rates[0].n == 5


@pytest.mark.parametrize(
    ("groups", "more", "error"),
    [
        (["a", "b"], {"lists": 3}, BadTable),
        (["a", "a", "a"], {"lists": 3}, TooFewData),
        (["a", "b", "c"], {"lists": 0}, BadTable),
        (["a", "b", "c"], {"lists": 3, "most": 0}, BadTable),
        (["a", "b", "c"], {"lists": 3, "level": 1.0}, BadTable),
    ],
)
def test_what_cannot_be_measured_is_refused(
    groups: list[str], more: dict[str, float], error: type[Exception]
) -> None:
    with pytest.raises(error):
        rank_rates([0, 1, -1], groups, [0.1] * 3, **more)  # type: ignore[arg-type]
