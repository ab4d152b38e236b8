"""Who takes part in what, for one snapshot: numbers in arrays, that stand for names in lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ....graph.region.gazetteer import Gazetteer, Territory

Places: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
UNKNOWN = -1


@dataclass(frozen=True)
class Participations:
    """All participations: `of_event`, `of_actor`, `of_place` and `of_fact` are places in `events`, `actors`, those of the others.

    `abroad` tells of each actor whether it is; `grounds` has a row a place and a column a commune; `regions` and `partners` have
    the region and the partner territory of each place: the intercommunality or commune in the region, else the département.
    `facts` are the status of the evidence and the source, `statements` has a row an interaction and a column a fact.
    """

    events: Sequence[str]
    actors: Sequence[str]
    facts: Sequence[tuple[str, str | None]]
    of_event: Places
    of_actor: Places
    of_place: Places
    of_fact: Places
    abroad: Mask
    grounds: csr_array
    regions: npt.NDArray[np.object_]
    partners: Sequence[str]
    of_partner: Places
    statements: csr_array

    @cached_property
    def codes(self) -> Mapping[str, int]:
        """Places of interactions by their names."""
        return {name: code for code, name in enumerate(self.events)}

    @classmethod
    def of(
        cls,
        rows: pl.DataFrame,
        ground: Gazetteer,
        epci: Sequence[str | None],
        regions: Mapping[str | None, str],
        abroad: Collection[str],
    ) -> Participations:
        """Read them; `epci` has the intercommunality of each commune of the ground, `regions` the region of each département."""
        (events, of_event), (actors, of_actor), (places, of_place) = (
            _codes(rows[name]) for name in ("interaction", "actor", "place")
        )
        known: dict[tuple[str, str | None], int] = {}
        told = rows.select("evidence", "source").iter_rows()
        facts = np.array([known.setdefault(fact, len(known)) for fact in told], dtype=np.int64)
        ats = [ground.at(place) for place in places]
        departments = [department_of(place) for place in places]
        homes = [next((at for at in some if ground.home[at]), None) for some in ats]
        partner_of = [
            department if home is None else epci[home] or ground.ids[home]
            for home, department in zip(homes, departments, strict=True)
        ]
        partners, of_partner = _codes(pl.Series(partner_of, dtype=pl.String))
        return cls(
            events,
            actors,
            list(known),
            of_event,
            of_actor,
            of_place,
            facts,
            np.isin(np.array(actors, dtype=object), list(abroad)),
            membership(ats, len(ground)),
            np.array([regions.get(department) for department in departments], dtype=object),
            partners,
            of_partner,
            matrix(of_event, facts, (len(events), len(known))),
        )

    def inside(self, territory: Territory) -> Mask:
        """Tell of each place whether it is inside a territory: a commune, or of a département of the region that it is."""
        communes = np.zeros(self.grounds.shape[1])
        communes[territory.communes] = 1
        found: Mask = (self.grounds @ communes > 0) | (self.regions == territory.id)
        return found


def _codes(names: pl.Series) -> tuple[list[str], Places]:
    """Give the names in order, and the place of each row's in them.

    >>> _codes(pl.Series(["b", None, "a", "b"]))
    (['a', 'b'], array([ 1, -1,  0,  1]))
    """
    ranks = names.rank("dense").cast(pl.Int64).fill_null(0) - 1
    return names.drop_nulls().unique().sort().to_list(), ranks.to_numpy()


def matrix(rows: Places, columns: Places, shape: tuple[int, int]) -> csr_array:
    """Give the matrix that has 1 where a row and a column are told together, once or more.

    >>> matrix(np.array([0, 1, 1]), np.array([1, 0, 0]), (2, 2)).toarray()
    array([[0, 1],
           [1, 0]])
    """
    found = csr_array((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape)
    found.data[:] = 1
    return found


def membership(groups: Sequence[Sequence[int] | npt.NDArray[np.intp]], size: int) -> csr_array:
    """Tell which of `size` things each of several groups has: groups × things.

    >>> membership([[2], [], [0, 2]], 3).toarray()
    array([[0, 0, 1],
           [0, 0, 0],
           [1, 0, 1]])
    """
    rows = np.repeat(np.arange(len(groups)), [len(one) for one in groups])
    columns = np.concatenate(
        [np.zeros(0, dtype=np.int64), *(np.asarray(one, dtype=np.int64) for one in groups)]
    )
    return matrix(rows, columns, (len(groups), size))


def columns_of(matrix: csr_array, row: int) -> list[int]:
    """Give the columns of a row that have 1."""
    found: list[int] = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tolist()
    return found


def department_of(place: str) -> str | None:
    """Give the path of the département of a commune, by its code.

    >>> department_of("territory/commune/97411"), department_of("territory/commune/75056")
    ('territory/department/974', 'territory/department/75')
    """
    code = place.rsplit("/", 1)[-1]
    if "/commune/" not in place or len(code) != 5:
        return None
    return f"territory/department/{code[:3] if code.startswith('97') else code[:2]}"
