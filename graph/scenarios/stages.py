"""The indicators at each stage of a scenario: computed where an assumption changes what they are made of, else taken over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import polars as pl

from ..indicators.board import Board
from ..indicators.computing import VALUES, FormulaFailed, rows_of_indicator
from ..indicators.declaration import Indicator
from ..indicators.formulas import LEVELLED
from ..indicators.selection import LOADED, WHOLE, is_placed
from ..indicators.tracing import Tracing
from ..region.derived import rows_of
from ..region.firmness import counts_of
from ..region.view import RegionView
from .values import UNKNOWN, Value


@dataclass(frozen=True)
class _Made:
    """What was computed of an indicator in all, and the frames it was computed from."""

    wholes: pl.DataFrame
    reads: frozenset[str]

    @cached_property
    def values(self) -> dict[str, Value]:
        """The value of each territory, by its path."""
        return {
            territory: Value(value, "known" if value is not None else status or "missing")
            for territory, value, status in self.wholes.select("territory", "value", "status").iter_rows()
        }

    @cached_property
    def least(self) -> dict[str, float]:
        """The least that a value which is not known can be, by the path of the territory; of those of which it is told."""
        told = self.wholes.filter(pl.col("value").is_null(), status="missing").drop_nulls("low")
        return dict(told.select("territory", "low").iter_rows())

    @cached_property
    def evidence(self) -> dict[str, dict[str, int]]:
        """The count of items of each evidence status in each territory, but for zeros."""
        known = self.wholes.drop_nulls("facts").select("territory", "facts")
        return {territory: counts_of(facts) for territory, facts in known.iter_rows()}


class Stage:
    """The indicators of a matter after some assumptions of a scenario, each computed when it is first asked for.

    What no frame of it has changed for is that of the `former` stage. Only wholes are computed, of the latest period.
    Of communes, only those named are looked at. `register` has the indicators that a ratio may be of.
    """

    def __init__(
        self,
        matter: RegionView,
        register: Mapping[str, Indicator],
        communes: frozenset[str] = frozenset(),
        former: Stage | None = None,
    ) -> None:
        self.matter = matter
        self._register, self._former = register, former
        self._tracing: Tracing = Tracing(matter, former._tracing if former else None)
        self._tracing.stand_in(Board, lambda matter: Board(matter, communes))
        self._made: dict[tuple[str, bool], _Made] = {}

    def values(self, one: Indicator, places: Collection[str]) -> list[Value]:
        """Give the values of some territories (paths), in their order; those it says nothing of are missing."""
        found = self._wholes(one).values
        return [found.get(place, UNKNOWN) for place in places]

    def least(self, one: Indicator, places: Collection[str]) -> list[float]:
        """Give the least that the values of some territories can be, where they are not known: 0 where nothing tells."""
        found = self._wholes(one).least
        return [found.get(place, 0.0) for place in places]

    def evidence(self, one: Indicator) -> Mapping[str, Mapping[str, int]]:
        """Count the items of each territory by evidence status, of an indicator that counts items; none of suppressed cells."""
        return self._wholes(one).evidence

    def knows(self, one: Indicator) -> bool:
        """Tell whether an indicator has a value anywhere, or a reason for none other than that it is missing."""
        return any(value.status != UNKNOWN.status for value in self._wholes(one).values.values())

    def empty(self, one: Indicator) -> set[str]:
        """Name the frames of an indicator, and that of its items, that have no row."""
        found = {name for name in self._wholes(one).reads if self.matter.frame(name).is_empty()}
        items, traced = one.options.get("frame"), cast("RegionView", self._tracing)
        if items and (
            rows_of(traced, items).is_empty()
            or ("item" in one.options and not is_placed(traced, one.options))
        ):
            found.add(items)
        return found

    def _wholes(self, one: Indicator) -> _Made:
        key = (one.id, bool(one.options.get(LOADED)))
        if key not in self._made:
            found = self._taken(key, one)
            if found is None:
                parts = {name: self._wholes(part) for name, part in self._parts(one).items()}
                with self._tracing.noting() as reads:
                    rows = self._latest(one, {name: part.wholes for name, part in parts.items()})
                found = _Made(rows, frozenset(reads).union(*(part.reads for part in parts.values())))
            self._made[key] = found
        return self._made[key]

    def _taken(self, key: tuple[str, bool], one: Indicator) -> _Made | None:
        """Take over what was made at a former stage, if what decides it is the same."""
        if self._former is None:
            return None
        found = self._former._made.get(key) or self._former._taken(key, one)
        return found if found and self._is_same(one, found.reads) else None

    def _is_same(self, one: Indicator, reads: frozenset[str]) -> bool:
        """Tell whether an indicator made of some frames is that of the former stage; who is of what level rarely matters."""
        return self._tracing.same(reads - (set() if one.formula in LEVELLED else {"territories"}))

    def _parts(self, one: Indicator) -> dict[str, Indicator]:
        """Give the indicators that a ratio is of; none for another."""
        names = [str(one.options[key]) for key in ("of", "over")] if one.is_ratio else []
        return {name: self._register[name] for name in names}

    def _latest(self, one: Indicator, parts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """Compute the wholes of the latest period."""
        try:
            rows = rows_of_indicator(whole(one), cast("RegionView", self._tracing), parts)
        except (FormulaFailed, LookupError):  # the publication told so; its values are not known
            return pl.DataFrame(schema=VALUES)
        rows = rows.filter(pl.col("by").is_null())
        return rows.filter(pl.col("period") == pl.col("period").max())


def whole(one: Indicator) -> Indicator:
    """Give an indicator without the groups and years that it counts or sums by."""
    if one.formula == "observed":
        return replace(one, options={**one.options, WHOLE: True})
    if one.formula != "items":
        return one
    return replace(
        one, options={key: told for key, told in one.options.items() if key not in ("by", "series")}
    )
