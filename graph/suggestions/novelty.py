"""Whom an actor is already close to: under any record, through a supervisor, a part, a successor or a company of its name.

A link is worth suggesting where nobody of the two houses has met: a laboratory and its supervisor are one house, a company
and those that bear its name are another.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import csr_array, eye_array  # type: ignore[import-untyped, unused-ignore]

from ..analysis.adjacency import Places
from ..region.view import RegionView
from .ties import Ties

_DEPTH = 4
"""Steps up that are followed from a team to its unit, its institution and the grouping above."""
_ROWS = 400
"""Academic actors looked at together: bounds the memory."""


class Houses:
    """Who is of one house.

    `near` has 1 where an academic actor is another, above it, below it, or bears its name; `members` where a company, or one
    above or below it, is of a family of companies; `across` where an academic actor and a company of a family are parts of one
    another, or successors.
    """

    def __init__(self, matter: RegionView) -> None:
        ties = Ties.of(matter)
        self.ties = ties
        self.n_a, self.n_c = len(ties.academics), len(ties.companies)
        up = _closure(_parents(matter, ties))
        same = csr_array(up + up.T + eye_array(len(ties.nodes), format="csr"))
        same.data[:] = 1.0
        bearing = _groups(ties.alias_a)
        academics = csr_array(same[: self.n_a, : self.n_a])
        self.near = _flat(bearing @ _flat(bearing.T @ academics @ bearing) @ bearing.T)
        members = _groups(ties.family)
        companies = csr_array(same[self.n_a : self.n_a + self.n_c, self.n_a : self.n_a + self.n_c])
        self.members = _flat(companies @ members)
        self.across = _flat(csr_array(same[: self.n_a, self.n_a : self.n_a + self.n_c]) @ self.members)

    @classmethod
    def of(cls, matter: RegionView) -> Houses:
        """Give the houses of a matter, made once."""
        return matter.once(cls)

    def met(self, events: pl.DataFrame) -> csr_array:
        """Give who met which family of companies in some events: academic actors by families, of their own name."""
        a, c = (events[name].to_numpy().astype(np.intp) for name in ("a", "c"))
        table = csr_array((np.ones(len(a)), (a, c)), shape=(self.n_a, self.n_c))
        return _flat(_flat(table) @ self.members + self.across)

    def known(self, met: csr_array, pairs: Places) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Tell which pairs are of houses that have met, or of one house."""
        found = np.zeros(len(pairs), dtype=bool)
        rows, inverse = np.unique(pairs[:, 0], return_inverse=True)
        family = self.ties.family[pairs[:, 1]]
        for first in range(0, len(rows), _ROWS):
            block = (self.near[rows[first : first + _ROWS]] @ met).toarray() > 0
            inside = np.flatnonzero((inverse >= first) & (inverse < first + _ROWS))
            found[inside] = block[inverse[inside] - first, family[inside]]
        return found


def _parents(matter: RegionView, ties: Ties) -> csr_array:
    """Give who is directly above whom: 1 at (unit, supervisor), (part, whole), (former, successor)."""
    rows = [
        *matter.frame("supervisions").select("unit", "institution").iter_rows(),
        *matter.frame("kin").filter(pl.col("relation") == "part").select("part", "whole").iter_rows(),
        *matter.frame("ends").select("organization", "successor").drop_nulls().iter_rows(),
    ]
    at = [(ties.at[one], ties.at[other]) for one, other in rows if one in ties.at and other in ties.at]
    low, high = np.array(at, dtype=np.intp).reshape(-1, 2).T
    return csr_array((np.ones(len(low)), (low, high)), shape=(len(ties.nodes),) * 2)


def _closure(parents: csr_array) -> csr_array:
    """Follow parents up to `_DEPTH` steps; a circle is followed once."""
    whole = step = _flat(parents)
    for _ in range(_DEPTH - 1):
        step = _flat(step @ parents)
        whole = _flat(whole + step)
    return whole


def _groups(groups: Places) -> csr_array:
    """Give who is in which group, as a table of 0 and 1."""
    n = len(groups)
    return csr_array((np.ones(n), (np.arange(n), groups)), shape=(n, int(groups.max(initial=0)) + 1))


def _flat(table: csr_array) -> csr_array:
    """Write every value that is there as 1."""
    found = csr_array(table)
    found.sum_duplicates()
    found.data[:] = 1.0
    return found
