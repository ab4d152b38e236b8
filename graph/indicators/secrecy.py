"""Statistical secrecy: which cells of an additive table are withheld, so that no small one can be worked out from the rest.

A cell is a sum of atoms that are not negative (a commune and a group, say): a territory is the sum of its communes, a
total the sum of its groups, whatever the levels and however they straddle. Whoever reads the table knows the sums that
are published; by linear programming they know the least and the most that a withheld one can be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse import csr_array, dia_array  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped, unused-ignore]

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

PEOPLE, COMPANIES, DOMINANCE = 5, 3, 0.85
"""Least people and companies of a cell, and the greatest share of one company in it."""
_CLOSE = 1e-7


def too_small(values: Values, least: float, largest: Values | None = None) -> Mask:
    """Tell the cells that are too small to be told: above zero and under `least`, or with one that has above 85 %.

    >>> too_small(np.array([0.0, 2.0, 9.0]), 3, np.array([0.0, 1.0, 8.5])).tolist()
    [False, True, True]
    """
    small: Mask = (values > 0) & (values < least)
    if largest is not None:
        small |= (values > 0) & (largest > DOMINANCE * values)
    return small


def withheld(forms: csr_array, atoms: Values, sensitive: Mask, least: float) -> Mask:
    """Give the cells to withhold: the sensitive ones, and as many others as leave each withheld cell unknown within `least`.

    Args:
        forms: cells × atoms, of 0 and 1: the atoms that each cell is the sum of.
        atoms: their values, none negative.
        sensitive: the cells that must be withheld.
        least: the width that the interval of a withheld cell must have, once all that is published is known.

    Returns:
        The cells withheld. Further ones are taken one at a time: of the published cells that bound one (those
        with a dual value in its two linear programmes), the smallest that is not zero; they are then protected as well.

    A cell of form f is told by the rest within max f·x − min f·x over x ≥ 0 with F x = v, F and v being the forms and
    the values of the published cells (Fischetti & Salazar 2001, doi 10.1287/mnsc.47.7.1008.9805); the choice is greedy.

    >>> table = csr_array(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]))
    >>> withheld(table, np.array([2.0, 7.0, 30.0]), np.array([True, False, False, False]), 3).tolist()
    [True, True, False, False]
    """
    return withheld_of(forms, np.asarray(forms @ atoms, dtype=float), sensitive, least)


def withheld_of(forms: csr_array, values: Values, sensitive: Mask, least: float) -> Mask:
    """Give the cells to withhold as `withheld` does, of cells whose values are known and not those of their atoms.

    Raises ValueError where no atoms add up to the values.
    """
    forms = csr_array(forms)
    hidden: Mask = sensitive.copy()
    todo = np.flatnonzero(sensitive).tolist()
    while todo:
        system = _System.of(forms, values, hidden)
        chosen = None
        for cell in todo:
            bounds = system.bounds(cell)
            others = [one for one in bounds.binding if values[one] > 0 and not hidden[one]]
            if bounds.width < least - _CLOSE and others:
                chosen = min(others, key=lambda one: (values[one], one))
                break
        if chosen is None:
            break
        hidden[chosen] = True
        todo = [
            *todo[todo.index(cell) :],
            chosen,
        ]  # the intervals of those before are wide, and get no narrower
    return hidden


def interval(forms: csr_array, values: Values, hidden: Mask, cell: int) -> tuple[float, float]:
    """Give the least and the most that a cell can be for who knows the cells that are not hidden.

    >>> table = csr_array(np.array([[1, 0], [0, 1], [1, 1]]))
    >>> interval(table, np.array([2.0, 5.0, 7.0]), np.array([True, True, False]), 0)
    (0.0, 7.0)
    """
    found = _System.of(csr_array(forms), values, hidden).bounds(cell)
    return found.low, found.high


@dataclass(frozen=True)
class _Bounds:
    low: float
    high: float
    binding: frozenset[int]

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True)
class _System:
    """What is known of the atoms: those settled and their value, the equations left on the others, by component.

    `teller` is the published cell that settled an atom, `turn` when it did; −1 for one that is free.
    """

    forms: csr_array
    value: Values
    teller: Places
    turn: Places
    cells: Places
    left: csr_array
    right: Values
    component: Places

    @classmethod
    def of(cls, forms: csr_array, values: Values, hidden: Mask) -> _System:
        """Settle the atoms that a published zero, or a published cell of one atom left, tells; again until no more are."""
        size = forms.shape[1]
        value, teller, turn = np.zeros(size), np.full(size, -1), np.full(size, -1)
        cells = np.flatnonzero(~hidden)
        known = csr_array(forms[cells, :]).astype(float)
        for round_ in range(size + 1):
            rest = np.asarray(values[cells] - known @ value)
            free = np.asarray(known @ (turn < 0).astype(float))
            told = np.flatnonzero((free > 0) & ((np.abs(rest) < _CLOSE) | (free == 1)))
            if not len(told):
                break
            for row in told:
                at = known.indices[known.indptr[row] : known.indptr[row + 1]]
                at = at[turn[at] < 0]
                value[at] = max(rest[row], 0.0) / max(len(at), 1)
                teller[at], turn[at] = cells[row], round_
        left = csr_array(
            known[free > 0, :] @ dia_array(((turn < 0).astype(float)[None, :], [0]), shape=(size, size))
        )
        left.eliminate_zeros()
        component = connected_components(csr_array(left.T @ left), directed=False)[1]
        return cls(forms, value, teller, turn, cells[free > 0], left, rest[free > 0], component)

    def bounds(self, cell: int) -> _Bounds:
        """Give the least and the most of a cell, and the published cells that bound it."""
        at = self._atoms(cell)
        settled = at[self.turn[at] >= 0]
        base = float(self.value[settled].sum())
        binding = self._tellers(settled)
        free = at[self.turn[at] < 0]
        if not len(free):
            return _Bounds(base, base, binding)
        concerned = np.flatnonzero(np.isin(self.component, self.component[free]) & (self.turn < 0))
        matrix = csr_array(self.left[:, concerned])
        rows = np.flatnonzero(np.diff(matrix.indptr))
        if not len(rows):
            return _Bounds(base, float("inf"), binding)
        goal = np.isin(concerned, free).astype(float)
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(sign * goal, A_eq=matrix[rows, :], b_eq=self.right[rows], method="highs")
            if found.status == 3:
                return _Bounds(base, float("inf"), binding)
            if found.status != 0:
                raise ValueError(f"the published cells do not agree: {found.message}")
            ends.append(sign * float(found.fun))
            bound = rows[np.abs(np.asarray(found.eqlin.marginals)) > _CLOSE]
            for row in self.cells[bound].tolist():
                known = self._atoms(row)
                binding |= {row} | self._tellers(known[self.turn[known] >= 0])
        return _Bounds(base + ends[0], base + ends[1], binding)

    def _atoms(self, cell: int) -> Places:
        return np.asarray(self.forms.indices[self.forms.indptr[cell] : self.forms.indptr[cell + 1]])

    def _tellers(self, atoms: Places) -> frozenset[int]:
        """Give the published cells that atoms were worked out from: the tellers, and those of what these also hold."""
        found: set[int] = set()
        todo = [(int(self.teller[atom]), int(self.turn[atom])) for atom in atoms]
        while todo:
            cell, turn = todo.pop()
            if cell in found:
                continue
            found.add(cell)
            others = self._atoms(cell)
            others = others[(self.turn[others] >= 0) & (self.turn[others] < turn)]
            todo += [(int(self.teller[one]), int(self.turn[one])) for one in others]
        return frozenset(found)
