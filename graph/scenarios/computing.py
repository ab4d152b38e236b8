"""Figures of territories at every stage of a scenario: indicators of all of them at once, gaps of those that are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import polars as pl

from ...ontology.vocabulary import ANC
from ..indicators.coverage import is_partial
from ..indicators.declaration import Indicator
from ..indicators.selection import LOADED
from ..region.gazetteer import Territory
from ..region.view import RegionView
from .assumptions import Merge
from .figures import Figure
from .gap_counts import FRAMES, gap_counts
from .stages import Stage
from .values import UNKNOWN, Value

TERRITORY_FRAMES = frozenset({"places", "parts", "former", "territories"})
"""The frames that communes and territories are made of."""


class Computed:
    """The values of figures at each stage of a scenario (`matters`), and in reality (`matter`).

    Of communes, those named are looked at.
    """

    def __init__(
        self,
        matter: RegionView,
        matters: Sequence[RegionView],
        register: Mapping[str, Indicator],
        communes: frozenset[str] = frozenset(),
    ) -> None:
        self._reality = matter
        self._now = now = first_stage(matter, register, communes)
        self._matters = matters
        self._stages = [now if matters[0] is matter else Stage(matters[0], register, communes)]
        for one in matters[1:]:
            self._stages.append(Stage(one, register, communes, self._stages[-1]))

    def values(
        self, figure: Figure, places: Sequence[Territory], named: Sequence[Territory]
    ) -> dict[str, list[Value]]:
        """Give the values of a figure, one a stage, by the path of the territory: of all, or of those named for gaps."""
        if figure.gap:
            return _by_place([one.id for one in named], self._gaps(figure.gap, named))
        one, known = self._known(figure)
        ids = [place.id for place in places if place.level in one.levels]
        first, *later = (stage.values(one, ids) for stage in self._stages)
        if one.formula == "items":
            later = [
                self._more(one, ids, values, stage)
                for values, stage in zip(later, self._stages[1:], strict=True)
            ]
        if not known:
            later = [[value if value.value else UNKNOWN for value in values] for values in later]
        return _by_place(ids, [first, *later])

    def _more(self, one: Indicator, ids: Sequence[str], values: Sequence[Value], stage: Stage) -> list[Value]:
        """Give the values of a stage; where one is not known, the least that it can be if an assumption adds to it."""
        bounds = zip(values, self._stages[0].least(one, ids), stage.least(one, ids), strict=True)
        return [
            Value(after) if value.value is None and after > before else value
            for value, before, after in bounds
        ]

    def before(self, figure: Figure, places: Sequence[Territory]) -> dict[str, Value]:
        """Give the values of a figure in reality, by the path of the territory."""
        one = figure.indicator
        ids = [place.id for place in places if one is None or place.level in one.levels]
        values = self._now.values(one, ids) if one else gap_counts(figure.gap or "", self._reality, places)
        return dict(zip(ids, values, strict=True))

    def evidence(self, figure: Figure) -> Mapping[str, Mapping[str, int]]:
        """Count the items of a figure after the scenario by evidence status, by the path of the territory."""
        return self._stages[-1].evidence(figure.indicator) if figure.indicator else {}

    def _known(self, figure: Figure) -> tuple[Indicator, bool]:
        """Give the indicator of a figure, and whether the graph knows where none is, before any assumption.

        Where it does, none is zero after too, even where an assumption ends all that there is, or most. Where it knows no
        branch, one that opens is not the first of some that nobody counted: it starts from what is missing, as the
        indicator says, and elsewhere nothing is known either.
        """
        one, first = figure.indicator, self._stages[0]
        assert one is not None
        if one.is_ratio:
            return one, True
        if is_partial(first.matter, one) or not first.knows(one):
            return one, False
        partial = any(is_partial(stage.matter, one) for stage in self._stages)
        if partial or len({frozenset(stage.empty(one)) for stage in self._stages}) > 1:
            one = replace(one, options={**one.options, LOADED: True})
        return one, True

    def _gaps(self, kind: str, named: Sequence[Territory]) -> list[list[Value]]:
        found = [gap_counts(kind, self._matters[0], named)]
        for before, after in pairwise(self._matters):
            same = all(before.frame(name) is after.frame(name) for name in FRAMES)
            found.append(found[-1] if same else gap_counts(kind, after, named))
        return found


def first_stage(matter: RegionView, register: Mapping[str, Indicator], communes: frozenset[str]) -> Stage:
    """Give the stage before any assumption, made once for the same communes."""
    stages = matter.once(_first_stages)
    if communes not in stages:
        stages[communes] = Stage(matter, register, communes)
    return stages[communes]


def _first_stages(_: RegionView) -> dict[frozenset[str], Stage]:
    return {}


def _by_place(ids: Sequence[str], stages: Sequence[Sequence[Value]]) -> dict[str, list[Value]]:
    return {id: [stage[at] for stage in stages] for at, id in enumerate(ids)}


def merged_together(matters: Sequence[RegionView], mergers: Sequence[Merge]) -> list[RegionView]:
    """Give the stages with the territories that merge and those they merge into beside one another at each.

    So that both have values before and after. One that is not there, yet or any more, is a territory of project: no
    intercommunality too many is counted.
    """
    if not mergers:
        return list(matters)
    first = matters[0]
    parts, territories = first.frame("parts"), first.frame("territories")
    gone = [id for one in mergers for id in one.territories]
    for one in mergers:
        mine = parts.filter(pl.col("territory").is_in(one.territories))
        parts = pl.concat([parts, mine.with_columns(territory=pl.lit(one.id)).unique(maintain_order=True)])
        label = pl.DataFrame({"territory": [one.id], "label": [one.label]})
        territories = pl.concat([territories, label], how="diagonal")
    made = [one.id for one in mergers]
    project = pl.lit(f"{ANC}AdHocTerritory").alias("level")
    found = []
    for matter in matters:
        known = matter.frame("territories")
        there = pl.col("territory").is_in(known["territory"].implode())
        epci = pl.lit(f"{ANC}Intercommunality")
        concerned = pl.col("territory").is_in([*gone, *made])
        level = pl.when(~concerned).then("level").when(there).then(epci).otherwise(project)
        found.append(matter.with_frames(parts=parts, territories=territories.with_columns(level=level)))
    return found
