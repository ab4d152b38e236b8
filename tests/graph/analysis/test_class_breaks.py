"""Classes of values and the projection of maps, against plain definitions and published points."""

import itertools

import numpy as np
import pytest
from ancrage.graph.analysis.class_breaks import (
    class_of,
    equal_breaks,
    natural_breaks,
    quantile_breaks,
    variance_explained,
)
from ancrage.graph.analysis.uncertainty import BadTable
from ancrage.graph.region.lambert import LAMBERT_93, Conic
from hypothesis import given
from hypothesis import strategies as st


def within(values: np.ndarray, breaks: np.ndarray) -> float:
    groups = class_of(values, breaks)
    parts = [values[groups == one] for one in np.unique(groups)]
    return float(sum(((part - part.mean()) ** 2).sum() for part in parts))


@given(st.lists(st.integers(0, 40), min_size=1, max_size=11), st.integers(1, 4))
def test_natural_classes_are_the_best_of_all_cuts(numbers: list[int], classes: int) -> None:
    values = np.array(numbers, dtype=float)
    distinct = np.unique(values)
    count = min(classes, len(distinct))
    cuts = itertools.combinations(distinct[:-1], count - 1)
    best = min(within(values, np.array([distinct[0], *cut, distinct[-1]])) for cut in cuts)
    found = natural_breaks(values, classes)
    assert len(found) == count + 1
    assert within(values, found) == pytest.approx(best, abs=1e-9)


def test_equal_values_stay_in_one_class() -> None:
    assert quantile_breaks([1, 1, 1, 1, 2, 3], 3).tolist() == [1, 1, 3]
    assert class_of([1, 2, 3], quantile_breaks([1, 1, 1, 1, 2, 3], 3)).tolist() == [0, 1, 1]
    assert equal_breaks([5, 5], 4).tolist() == [5, 5]


def test_a_cut_that_tells_all_apart_explains_everything() -> None:
    assert variance_explained([1, 1, 9, 9], [1, 1, 9]) == 1.0
    assert variance_explained([4, 4], [4, 4]) == 1.0
    assert variance_explained([1, 2, 8, 9], [1, 9]) == 0.0


@pytest.mark.parametrize("values", [[], [1.0, float("nan")]])
def test_values_that_are_not_known_have_no_classes(values: list[float]) -> None:
    with pytest.raises(BadTable):
        natural_breaks(values, 3)


def test_the_projection_is_the_one_that_ign_publishes() -> None:
    # NT/G 71, algorithm 3, test set, to the centimetre: the constants are printed with nine figures.
    example = Conic(0.0824832568, 0.760405966, 11603796.9767, 0.04079234433, 600000.0, 5657616.674)
    x, y = example.project(np.degrees(0.14551209931), np.degrees(0.87266462600))
    assert (float(x), float(y)) == pytest.approx((1029705.0818, 272723.8510), abs=0.01)


def test_lambert_93_keeps_its_parallels_and_angles() -> None:
    # On the parallels 44° and 49° a degree of longitude is as long as on the ellipsoid (GRS 80).
    for latitude in (44.0, 49.0):
        x, y = LAMBERT_93.project([3.0, 3.01], [latitude, latitude])
        measured = float(np.hypot(np.diff(x), np.diff(y))[0])
        phi = np.radians(latitude)
        radius = 6378137.0 / np.sqrt(1 - 0.0066943800229 * np.sin(phi) ** 2)
        assert measured == pytest.approx(radius * np.cos(phi) * np.radians(0.01), rel=1e-6)
