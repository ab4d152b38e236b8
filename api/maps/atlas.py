"""The atlas of a publication: its outlines and the values of its indicators, read once and kept with the matter."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from ...graph.indicators.cube import Cube, fullest_group, texts
from ...graph.region.gazetteer import Territory
from ...graph.region.outlines import Outlines
from ...graph.region.text import fold
from ...graph.region.view import RegionView
from .reading import WIDTH

WITHINS = ("region", "department", "adhoc", "zone", "epci")
"""Levels of the territories that a map may be within, as forms offer them."""


@dataclass(frozen=True)
class Atlas:
    """What maps are made of: the `matter`, its `outlines` and its `cube`; `forms` keeps pieces of pages by name."""

    matter: RegionView
    outlines: Outlines
    cube: Cube
    forms: dict[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, matter: RegionView) -> Atlas:
        """Give the atlas of a matter, made once."""
        return matter.once(_made)

    def groups(self, indicator: str) -> list[str | None]:
        """List the groups of an indicator that have values, None for the whole, which comes first."""
        return list(_once(self).groups.get(indicator, ()))

    def first_group(self, indicator: str) -> str | None:
        """Give the group of an indicator to show where none is asked for (`fullest_group`)."""
        found = _once(self).first
        if indicator not in found:
            found[indicator] = fullest_group(self.cube.of_indicator(indicator))
        return found[indicator]

    def periods(self, indicator: str, by: str | None = None) -> list[str]:
        """List the periods of an indicator, the latest first."""
        return list(_once(self).periods.get((indicator, by), ()))

    def levels(self, indicator: str) -> list[str]:
        """List the levels that an indicator has values for, in the order of the declaration."""
        kept = _once(self)
        return [
            one for one in self.cube.indicators[indicator].levels if one in kept.levels.get(indicator, set())
        ]

    def withins(self) -> list[tuple[str, list[Territory]]]:
        """List the territories that a map may be within, level by level, in the order of their names."""
        return _once(self).within


@dataclass(frozen=True)
class _Split:
    """The groups and periods of each indicator, and the levels that it has values for; `first` fills as groups are asked for."""

    groups: dict[str, list[str | None]]
    periods: dict[tuple[str, str | None], list[str]]
    levels: dict[str, set[str]]
    within: list[tuple[str, list[Territory]]]
    first: dict[str, str | None] = field(default_factory=dict)


def warm(matter: RegionView) -> None:
    """Make the atlas of a matter and the layers that most maps are drawn on; raises UnknownName without the region."""
    atlas = Atlas.of(matter)
    atlas.withins()
    for level in ("epci", "department", "zone", "commune"):
        atlas.outlines.layer(level, matter.within, WIDTH)
    for one in atlas.outlines.ground.territories("department", matter.within):
        atlas.outlines.layer("commune", one.id, WIDTH)


def _made(matter: RegionView) -> Atlas:
    return Atlas(matter, Outlines.of(matter), Cube.made(matter, matter._kept))


def _once(atlas: Atlas) -> _Split:
    return atlas.matter.once(_split)


def _split(matter: RegionView) -> _Split:
    cube = Atlas.of(matter).cube
    groups: dict[str, list[str | None]] = {}
    periods: dict[tuple[str, str | None], list[str]] = {}
    parts = texts(cube.cells.select("indicator", "by", "period").unique())
    parts = parts.sort("by", "period", descending=[False, True], nulls_last=False)
    for indicator, by, period in parts.iter_rows():
        if by not in groups.setdefault(indicator, []):
            groups[indicator].append(by)
        if period is not None:
            periods.setdefault((indicator, by), []).append(period)
    valued = cube.cells.filter(pl.col("value").is_not_null()).select("indicator", "territory")
    levels = (
        texts(valued.unique()).join(cube.territories, on="territory").select("indicator", "level").unique()
    )
    found: dict[str, set[str]] = {}
    for indicator, level in levels.iter_rows():
        found.setdefault(indicator, set()).add(level)
    ground = Atlas.of(matter).outlines.ground
    within = [(level, sorted(ground.of_level(level), key=lambda one: fold(one.label))) for level in WITHINS]
    return _Split(groups, periods, found, within)
