"""Territories of every level × communes: where an indicator computed for communes is summed for all at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ..region.gazetteer import Gazetteer
from ..region.levels import LEVELS
from ..region.view import RegionView

Values = npt.NDArray[np.float64]
LEAST_KNOWN = 0.99
"""Share of a territory that must be known for a mean of it."""


class Board:
    """The territories of a matter that meet the one it was read for: `ids`, `labels`, `levels`, and `members`.

    `members` is territories × communes of the ground, of 0 and 1. A territory is left out when none of its communes
    is within the territory of the matter: its other communes are not known here. Where `communes` (paths) are named,
    they alone are looked at beside the territories of other levels.
    """

    def __init__(self, matter: RegionView, communes: Collection[str] | None = None) -> None:
        self._matter, self._communes = matter, communes
        ground = self.ground = Gazetteer.of(matter)
        ground.territory(matter.within)  # raises where it is not there
        inside = ground.inside
        kept = [
            one
            for level in LEVELS
            for one in ground.of_level(level)
            if inside[one.communes].any() and (level != "commune" or communes is None or one.id in communes)
        ]
        self.ids, self._territories = [one.id for one in kept], kept
        self.labels = [one.label for one in kept]
        self.levels = np.array([one.level for one in kept])
        sizes = [len(one.communes) for one in kept]
        columns = np.concatenate([one.communes for one in kept]) if kept else np.zeros(0, dtype=np.intp)
        rows = np.repeat(np.arange(len(kept)), sizes)
        self.members = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(kept), len(ground)))

    @classmethod
    def of(cls, matter: RegionView) -> Board:
        """Give the board of a matter, made once."""
        return matter.once(cls)

    @cached_property
    def every(self) -> Board:
        """The board of all communes: what observations are told of, and what could tell of one another."""
        return self if self._communes is None else Board(self._matter)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def containment(self) -> csr_array:
        """`members`, then a column for each département: 1 for the territories that hold it whole."""
        held = [self.ground.places_in(one) for one in self._territories]
        rows = np.repeat(np.arange(len(held)), [len(one) for one in held])
        columns = np.array([at for one in held for at in one], dtype=np.intp)
        return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(held), len(self.ground.wide)))

    def locate(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add the column of `containment` of each row, as `at`: its commune, or the département where only it is known."""
        return self.ground.locate(frame, wide=True)

    @cached_property
    def population(self) -> Values:
        """The population of each territory; NaN where that of a commune is not known."""
        return self.summed(self.ground.population)

    def summed(self, values: Values) -> Values:
        """Sum values of communes for each territory; NaN where that of a commune is NaN."""
        known = ~np.isnan(values)
        sums: Values = self.members @ np.where(known, values, 0.0)
        lost = self.members @ (~known).astype(float)
        return np.asarray(np.where(lost > 0, np.nan, sums), dtype=float)

    def weighted(self, values: Values, weights: Values | None = None) -> Values:
        """Average values of communes for each territory, by population unless weighted otherwise.

        The mean is that of the communes whose value and weight are known; NaN where they hold less than `LEAST_KNOWN`
        of the known weight, or where the weight of more than that share of the communes is not known.
        """
        weights = self.ground.population if weights is None else weights
        weighed = ~np.isnan(weights)
        known = weighed & ~np.isnan(values)
        sums = self.members @ np.where(known, values * np.where(weighed, weights, 0.0), 0.0)
        base = self.members @ np.where(known, weights, 0.0)
        whole = self.members @ np.where(weighed, weights, 0.0)
        seen = self.members @ weighed.astype(float)
        size = np.asarray(self.members.sum(axis=1)).ravel()
        enough = (base >= LEAST_KNOWN * whole) & (base > 0) & (seen >= LEAST_KNOWN * size)
        return np.asarray(np.divide(sums, base, out=np.full(len(self), np.nan), where=enough))

    def distinct(self, items: pl.DataFrame, by: str | None = None) -> tuple[list[str | None], Values]:
        """Count distinct items in each territory: territories × groups, and the groups (None alone without `by`).

        `items` has a row for each place of an item: `item`, `at` (a column of `containment`), and the group.
        """
        keys = ["item"] if by is None else ["item", by]
        pairs = items.drop_nulls(keys).select("at", *keys[1:], item=number(pl.col("item"))).unique()
        named = pairs.select(keys).unique().with_row_index("column")
        placed = pairs.join(named, on=keys)
        shape = (self.containment.shape[1], named.height)
        at = (placed["at"].to_numpy(), placed["column"].to_numpy())
        there = csr_array((np.ones(placed.height), at), shape=shape)
        reached = csr_array(self.containment @ there)
        reached.data[:] = 1.0
        if by is None:
            return [None], np.asarray(reached.sum(axis=1), dtype=float).reshape(-1, 1)
        groups: Sequence[str] = named[by].cast(pl.String).unique().sort().to_list()
        rank = {group: place for place, group in enumerate(groups)}
        columns = np.array([rank[str(group)] for group in named[by]], dtype=np.intp)
        grouping = csr_array(
            (np.ones(named.height), (np.arange(named.height), columns)), shape=(named.height, len(groups))
        )
        return list(groups), np.asarray((reached @ grouping).toarray(), dtype=float)


def number(column: pl.Expr) -> pl.Expr:
    """Give a number for each text of a column: a quarter of the memory, where millions are grouped and joined.

    >>> pl.DataFrame({"a": ["x", "y", "x", None]}).select(number(pl.col("a")).is_first_distinct()).to_series().to_list()
    [True, True, False, True]
    """
    return column.cast(pl.String).cast(pl.Categorical).to_physical()
