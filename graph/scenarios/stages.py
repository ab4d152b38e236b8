"""The indicators at each stage of a scenario: computed where an assumption changes what they are made of, else taken over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import polars as pl

from ..indicators.board import Board
from ..indicators.computing import FormulaFailed, rows_of_indicator
from ..indicators.declaration import Indicator
from ..indicators.derived import rows_of
from ..indicators.formulas import FORMULAS, LEVELLED
from ..indicators.rows import no_rows
from ..indicators.selection import LOADED, WHOLE
from ..indicators.tracing import Tracing
from ..matter import Matter
from .values import UNKNOWN, Value


@dataclass(frozen=True)
class _Made:
    """What was computed of an indicator, and the frames it was computed from."""

    rows: pl.DataFrame
    reads: frozenset[str]

    @cached_property
    def values(self) -> dict[str, Value]:
        """The value of each territory, by its path."""
        return {
            territory: Value(value, "known" if value is not None else status or "missing")
            for territory, value, status in self.rows.select("territory", "value", "status").iter_rows()
        }

    @cached_property
    def groups(self) -> dict[str, dict[str, int]]:
        """The count of each group of each territory, but for zeros."""
        found: dict[str, dict[str, int]] = {}
        rows = self.rows.filter(pl.col("value") > 0).select("territory", "by", "value")
        for territory, group, number in rows.iter_rows():
            found.setdefault(territory, {})[group] = int(number)
        return found


class Stage:
    """The indicators of a matter after some assumptions of a scenario, each computed when it is first asked for.

    What no frame of it has changed for is that of the `former` stage. Only wholes are computed, of the latest period.
    Of communes, only those named are looked at. `register` has the indicators that a ratio may be of.
    """

    def __init__(
        self,
        matter: Matter,
        register: Mapping[str, Indicator],
        communes: frozenset[str] = frozenset(),
        former: Stage | None = None,
    ) -> None:
        self.matter = matter
        self._register, self._former = register, former
        self._tracing: Tracing = Tracing(matter, former._tracing if former else None)
        self._tracing.stand_in(Board, lambda matter: Board(matter, communes))
        self._made: dict[tuple[str, str], _Made] = {}

    def values(self, one: Indicator, places: Collection[str]) -> list[Value]:
        """Give the values of some territories (paths), in their order; those it says nothing of are missing."""
        found = self._wholes(one).values
        return [found.get(place, UNKNOWN) for place in places]

    def evidence(self, one: Indicator) -> Mapping[str, dict[str, int]]:
        """Count the items of each territory by evidence status, of an indicator that counts items.

        Not of people and companies: such counts may be covered by secrecy.
        """
        if one.formula != "items" or one.people or one.companies:
            return {}
        if self._former and self._is_same(one, self._wholes(one).reads):
            return self._former.evidence(one)
        return self._once("evidence", one, lambda: self._by_evidence(one)).groups

    def empty(self, one: Indicator) -> set[str]:
        """Name the frames of an indicator, and that of its items, that have no row."""
        found = {name for name in self._wholes(one).reads if self.matter.frame(name).is_empty()}
        items = one.options.get("frame")
        return found | (
            {items} if items and rows_of(cast("Matter", self._tracing), items).is_empty() else set()
        )

    def _wholes(self, one: Indicator) -> _Made:
        return self._once("loaded" if one.options.get(LOADED) else "whole", one, lambda: self._latest(one))

    def _once(self, kind: str, one: Indicator, make: Callable[[], pl.DataFrame]) -> _Made:
        key = (kind, one.id)
        if key not in self._made:
            found = self._taken(key, one)
            if found is None:
                parts = [self._wholes(part) for part in self._parts(one).values()]
                with self._tracing.noting() as reads:
                    rows = make()
                found = _Made(rows, frozenset(reads).union(*(part.reads for part in parts)))
            self._made[key] = found
        return self._made[key]

    def _taken(self, key: tuple[str, str], one: Indicator) -> _Made | None:
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

    def _latest(self, one: Indicator) -> pl.DataFrame:
        try:
            made = {name: self._wholes(part).rows for name, part in self._parts(one).items()}
            rows = rows_of_indicator(whole(one), cast("Matter", self._tracing), made)
        except FormulaFailed:  # the publication told so; its values are not known
            return no_rows()
        rows = rows.filter(pl.col("by").is_null())
        return rows.filter(pl.col("period") == pl.col("period").max())

    def _by_evidence(self, one: Indicator) -> pl.DataFrame:
        matter = cast("Matter", self._tracing)
        if "evidence" not in rows_of(matter, str(one.options["frame"])).columns:
            return no_rows()
        rows = FORMULAS["items"][0](matter, {**whole(one).options, "by": "evidence"})
        return rows.filter(pl.col("by").is_not_null())


def whole(one: Indicator) -> Indicator:
    """Give an indicator without the groups and years that it counts or sums by."""
    if one.formula == "observed":
        return replace(one, options={**one.options, WHOLE: True})
    if one.formula != "items":
        return one
    return replace(
        one, options={key: told for key, told in one.options.items() if key not in ("by", "series")}
    )
