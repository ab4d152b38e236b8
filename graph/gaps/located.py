"""Things counted where they are: programmes, units, members of filières by group and commune."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from ..region.firmness import RANKS, count_by_status, rank_in

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


class Located:
    """Items of groups with the commune where each is: a thing of several places or groups counts once in each.

    Args: `frame` has `group`, `item`, `at` (a commune's place in the ground), `label` and `evidence` of the item if
    known, `located` that of its place where the frame tells it apart; `groups` are the groups in order (those of the frame,
    sorted, unless given; others are left out).

    >>> frame = pl.DataFrame({"group": ["B", "B", "G"], "item": ["x", "y", "x"], "at": [0, 1, 0]})
    >>> found = Located(frame)
    >>> found.groups, found.count(np.array([True, False])).tolist()
    (['B', 'G'], [1, 1])
    """

    def __init__(self, frame: pl.DataFrame, groups: Sequence[str] | None = None) -> None:
        self.groups = sorted(frame["group"].unique().to_list()) if groups is None else list(groups)
        order = pl.DataFrame(
            {"group": self.groups, "g": range(len(self.groups))},
            schema={"group": pl.String, "g": pl.Int64},
        )
        told = frame.select("group", "item", "at", rank=rank_in(frame))
        rows = told.group_by("group", "item", "at").agg(pl.col("rank").min()).join(order, on="group")
        items = rows.select("item").unique().sort("item").with_row_index("i")
        rows = rows.join(items, on="item").sort("g", "i", "at")
        self.items: list[str] = items["item"].to_list()
        self.group, self.item, self.at, self.rank = (
            rows[name].to_numpy().astype(np.int64) for name in ("g", "i", "at", "rank")
        )
        self.label = _of(frame, "label")
        self.evidence = _of(frame, "evidence")
        self.placed = _of(frame, "located" if "located" in frame.columns else "evidence")

    def count(self, within: Mask, keep: Mask | None = None) -> Counts:
        """Count the distinct items of each group in some communes, among the items to `keep` (all by default)."""
        codes = np.unique(self._codes(within, keep))
        return np.bincount(codes // max(len(self.items), 1), minlength=len(self.groups)).astype(np.int64)

    def weigh(self, within: Mask, weights: Values) -> Values:
        """Add up the weights (groups × items) of the distinct items of each group in some communes."""
        codes = np.unique(self._codes(within, None))
        taken = weights.ravel()[codes] if len(self.items) else np.zeros(0)
        return np.bincount(codes // max(len(self.items), 1), taken, minlength=len(self.groups)).astype(float)

    def rows(self, group: int, within: Mask) -> Counts:
        """List the places, among the items, of the distinct items of a group in some communes."""
        return np.unique(self.item[(self.group == group) & within[self.at]])

    def names(self, group: int, within: Mask, keep: Mask | None = None) -> list[str]:
        """List the distinct items of a group in some communes, among the items to `keep` (all by default)."""
        chosen = (self.group == group) & within[self.at]
        if keep is not None:
            chosen &= keep[self.item]
        return [self.items[one] for one in np.unique(self.item[chosen])]

    def evidence_of(
        self, within: Mask, group: int | None = None, keep: Mask | None = None, *, least: str = "documented"
    ) -> dict[str, int]:
        """Count the distinct items in some communes, of a group or of all, by evidence status; each is `least` at best.

        An item is as firm as the firmest row that puts it there; one of unknown evidence is documented.
        """
        chosen = within[self.at]
        if group is not None:
            chosen &= self.group == group
        if keep is not None:
            chosen &= keep[self.item]
        firmest = np.full(len(self.items), len(RANKS))
        np.minimum.at(firmest, self.item[chosen], self.rank[chosen])
        return count_by_status(np.maximum(firmest[firmest < len(RANKS)], RANKS[least]).tolist())

    def nearest(self, group: int, distances: Values, count: int = 3) -> list[tuple[str, int, float]]:
        """List the nearest items of a group with their commune and distance in km, each item once."""
        rows = np.flatnonzero(self.group == group)
        rows = rows[~np.isnan(distances[self.at[rows]])]
        rows = rows[np.lexsort((self.item[rows], distances[self.at[rows]]))]
        found: dict[int, tuple[str, int, float]] = {}
        for row in rows:
            one, at = int(self.item[row]), int(self.at[row])
            found.setdefault(one, (self.items[one], at, float(distances[at])))
            if len(found) == count:
                break
        return list(found.values())

    def _codes(self, within: Mask, keep: Mask | None) -> Counts:
        chosen = within[self.at]
        if keep is not None:
            chosen &= keep[self.item]
        codes: Counts = self.group[chosen] * len(self.items) + self.item[chosen]
        return codes


def _of(frame: pl.DataFrame, name: str) -> dict[str, str]:
    if name not in frame.columns:
        return {}
    known = frame.select("item", name).drop_nulls().unique("item", keep="first")
    return dict(known.iter_rows())
