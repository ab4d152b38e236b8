"""Secrecy: no withheld cell can be worked out within the least width, by linear programming over what is published."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from ancrage.graph.indicators.secrecy import interval, too_small, withheld
from scipy.optimize import linprog  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse import csr_array, hstack, vstack  # type: ignore[import-untyped, unused-ignore]

Mask = npt.NDArray[np.bool_]


def attacked(forms: csr_array, values: np.ndarray, hidden: Mask, cell: int) -> float:
    """Give the width of a cell for who knows the others: a plain programme over all atoms."""
    dense = forms.toarray()
    known = dense[~hidden]
    ends = []
    for sign in (1, -1):
        found = linprog(sign * dense[cell], A_eq=known, b_eq=values[~hidden], method="highs")
        if found.status == 3:
            return float("inf")
        assert found.status == 0, found.message
        ends.append(sign * found.fun)
    return float(ends[1] - ends[0])


def levels(rng: np.random.Generator, communes: int) -> csr_array:
    """Give communes, intercommunalities that straddle two départements, the départements and the region, as forms."""
    rows = [np.eye(communes)]
    for size in (4, 7, communes):
        order = np.arange(communes) if size == communes else (np.arange(communes) + size) % communes
        parts = np.array([order // size == one for one in range(-(-communes // size))], dtype=float)
        rows.append(parts[parts.sum(axis=1) > 0])
    return csr_array(np.vstack(rows))


def test_small_counts_and_cells_that_one_dominates_are_sensitive() -> None:
    values, largest = np.array([0.0, 1.0, 4.0, 5.0, 100.0]), np.array([0.0, 1.0, 2.0, 2.0, 86.0])
    assert too_small(values, 5).tolist() == [False, True, True, False, False]
    assert too_small(values, 5, largest).tolist() == [False, True, True, False, True]


def test_the_smallest_other_cell_is_withheld_and_zeros_are_told() -> None:
    table = csr_array(np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 1, 1, 1]]))
    hidden = withheld(table, np.array([2.0, 0.0, 6.0, 40.0]), np.array([True, False, False, False, False]), 3)
    assert hidden.tolist() == [True, False, True, False, False]
    assert interval(table, np.array([2.0, 0.0, 6.0, 40.0, 48.0]), hidden, 0) == (0, 8)


def test_a_cell_that_is_also_another_is_withheld_with_it() -> None:
    table = csr_array(np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1], [1, 1, 1]]))
    atoms = np.array([2.0, 9.0, 8.0])
    hidden = withheld(table, atoms, np.array([True, False, False, False, False, False]), 3)
    assert hidden[1]
    assert attacked(table, np.asarray(table @ atoms), hidden, 0) >= 3


def test_without_sensitive_cells_nothing_is_withheld() -> None:
    table = csr_array(np.array([[1, 0], [0, 1], [1, 1]]))
    assert not withheld(table, np.array([9.0, 8.0]), np.zeros(3, dtype=bool), 5).any()


@pytest.mark.parametrize("seed", range(8))
def test_no_withheld_cell_is_recoverable_over_straddling_levels_and_groups(seed: int) -> None:
    rng = np.random.default_rng(seed)
    members = levels(rng, 14)
    groups = int(rng.integers(1, 4))
    empty = csr_array(members.shape)
    blocks = [hstack([members if at == one else empty for at in range(groups)]) for one in range(groups)]
    forms = csr_array(vstack([*blocks, hstack([members] * groups)]))
    atoms = rng.choice([0, 0, 1, 3, 6, 12, 40], size=forms.shape[1]).astype(float)
    values = np.asarray(forms @ atoms)
    sensitive = too_small(values, 5)
    hidden = withheld(forms, atoms, sensitive, 5)
    assert (hidden | ~sensitive).all()
    assert not hidden[values == 0].any()
    for cell in np.flatnonzero(hidden):
        assert attacked(forms, values, hidden, int(cell)) >= 5 - 1e-6, cell
    naive = max(attacked(forms, values, sensitive, int(cell)) < 5 for cell in np.flatnonzero(sensitive))
    assert naive or hidden.sum() == sensitive.sum()  # withholding only the small ones would have told some
