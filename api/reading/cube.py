"""What the pages of indicators read of the cube: the values of a level, by group and period, and their distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import polars as pl

from ...graph.indicators.cube import Cube, fullest_group, latest_known
from ...graph.indicators.declaration import Indicator
from ...graph.indicators.facts import FACTS
from ...graph.region.gazetteer import Gazetteer
from ...graph.region.levels import LEVELS
from ...graph.region.names import UnknownName
from ...graph.sparql.results import Iri, Rows
from ...ontology.vocabulary import ID
from ...words import DECLARED, Named
from ..labels.columns import columns_of

ALL = "*"
"""Stands for every group, or every period, where one is asked for."""
REGION = "region/84"
COLUMNS = columns_of("values")
_BINS = 10


@dataclass(frozen=True)
class Selection:
    """Values chosen of an indicator: of a `level`, `within` a territory (its path), of a `period` and a group."""

    indicator: Indicator
    level: str
    within: str
    label: str
    period: str | None
    by: str | None
    frame: pl.DataFrame
    cube: Cube

    def as_of(self, period: str) -> str:
        """Give the years of the data of a value whose period is only the year that it was computed in."""
        return self.cube.as_of(self.indicator.id, period)

    @property
    def known(self) -> list[float]:
        """The values that are known."""
        return self.frame["value"].drop_nulls().to_list()

    def rows(self) -> Rows:
        """Give the values as rows; where there is no value, `status` says why."""
        columns = ["territory", "label", "by", "period", "value", "low", "high", "status", *FACTS]
        made = []
        for path, label, by, period, value, low, high, status, *facts in self.frame.select(
            columns
        ).iter_rows():
            code, one = path.rsplit("/", 1)[-1], self.indicator
            made.append(
                [
                    code,
                    Iri(ID + path),
                    label,
                    self.level,
                    one.id,
                    by,
                    period,
                    self.as_of(period) or None,
                    *(whole(number, one) for number in (value, low, high)),
                    status,
                    one.unit,
                    *facts,
                ]
            )
        return Rows(list(COLUMNS), made)


def whole(value: float | None, one: Indicator) -> float | None:
    """Give a whole value of an indicator without decimals as the integer that it is: files then write no « .0 »."""
    return int(value) if value is not None and one.decimals == 0 and value.is_integer() else value


def find_indicator(cube: Cube, name: str) -> Indicator:
    """Find an indicator by its id, IRI or exact title; raises UnknownName with the nearest."""
    text = name.strip().rsplit("/", 1)[-1]
    if text in cube.indicators:
        return cube.indicators[text]
    folded = name.strip().casefold()
    titles = {one.title[tag].casefold(): one for one in cube.indicators.values() for tag in DECLARED}
    if folded in titles:
        return titles[folded]
    near = get_close_matches(text.casefold(), [*cube.indicators, *titles], n=6, cutoff=0.55)
    near += [key for key in (*cube.indicators, *titles) if len(text) > 2 and text.casefold() in key]
    found = {one.id: one.title for key in near for one in (cube.indicators.get(key) or titles[key],)}
    nearest = [(Named(title["fr"], title["en"]), one) for one, title in found.items()]
    raise UnknownName("indicator", name, nearest[:3])


def select(
    cube: Cube,
    ground: Gazetteer,
    name: str,
    level: str = "",
    within: str = REGION,
    period: str = "",
    by: str = "",
) -> Selection:
    """Choose values of an indicator.

    Args:
        cube: the values.
        ground: the territories.
        name: the indicator.
        level: its first declared level above the commune unless named.
        within: a territory that shares communes with those wanted.
        period: the latest that is known of at least half of the territories unless named; `*` for all.
        by: a group, by its path or the end of it; unless named the whole, or else the fullest; `*` for all.

    Raises:
        UnknownName: of the indicator, the level, the territory, the period or the group, with what there is.
    """
    one = find_indicator(cube, name)
    level = level or ("epci" if "epci" in one.levels else one.levels[0])
    if level not in LEVELS:
        raise UnknownName("level", level, [(each, each) for each in one.levels])
    place = ground.territory(within)
    inside = {each.id for each in ground.territories(level, place.id)}
    rows = cube.of_indicator(one.id).join(cube.territories, on="territory")
    rows = rows.filter((pl.col("level") == level) & pl.col("territory").is_in(list(inside)))
    group = by if by == ALL else _group(rows, by)
    if group != ALL:
        rows = rows.filter(pl.col("by").eq_missing(pl.lit(group, dtype=pl.String)))
    periods = rows["period"].unique().sort().to_list()
    if period and period != ALL and period not in periods:
        raise UnknownName("period", period, [(each, each) for each in periods[-3:]])
    chosen = period or latest_known(rows)
    if chosen and chosen != ALL:
        rows = rows.filter(pl.col("period") == chosen)
    rows = rows.sort("territory", "by", "period", nulls_last=False)
    return Selection(one, level, place.id, place.label, chosen, group, rows, cube)


def _group(rows: pl.DataFrame, by: str) -> str | None:
    if not by:
        return fullest_group(rows)
    groups = rows["by"].drop_nulls().unique().sort().to_list()
    for group in groups:
        if by in (group, ID + group, group.rsplit("/", 1)[-1]):
            return str(group)
    raise UnknownName("group", by, [(each, each) for each in groups[:3]])


def groups_of(cube: Cube, name: str) -> list[str]:
    """List the groups that an indicator is given for."""
    return cube.of_indicator(name, pl.col("by").is_not_null())["by"].unique().sort().to_list()


def periods_of(cube: Cube) -> Mapping[str, str]:
    """Give the latest period of each indicator."""
    latest = cube.cells.group_by("indicator").agg(pl.col("period").max())
    return dict(latest.iter_rows())


def bins(values: Sequence[float]) -> list[tuple[float, float, int]]:
    """Share values out in at most ten classes of one width, a round number: (from, to, how many).

    >>> bins([0, 0.3, 0.9, 1.0])[-1]
    (0.9, 1.0, 2)
    """
    if not values:
        return []
    low, high = min(values), max(values)
    if low == high:
        return [(float(low), float(high), len(values))]
    raw = (high - low) / _BINS
    power = 10.0 ** np.floor(np.log10(raw))
    width = float(next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= raw * 0.999999))
    start = float(np.floor(low / width) * width)
    count = max(1, int(np.ceil((high - start) / width - 1e-9)))
    edges = [round(start + n * width, 12) for n in range(count + 1)]
    counted, _ = np.histogram(np.asarray(values, dtype=float), bins=edges)
    return [(edges[n], edges[n + 1], int(counted[n])) for n in range(count)]
