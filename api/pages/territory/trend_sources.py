"""Interactions by year, one series a source: sources enter and leave in different years, so that their sum is no trend."""

from __future__ import annotations

from itertools import groupby

import polars as pl

from ....graph.indicators.cube import Value
from ....graph.region.gazetteer import Territory
from .lists import source_name
from .matter import PortraitData

BY_YEAR = "interactions-by-year"


def by_source(seen: PortraitData, territory: Territory) -> dict[str, list[Value]]:
    """Give the interactions acted from a territory by source and year, the source of most first, the oldest year first.

    A source without any interaction there is left out. A year that it does not cover has no value, `low` is what it tells;
    before the first and after the last of which anything is known there is none.
    """
    cube = seen.cube
    rows = cube.of_territory(territory.id).filter(
        (pl.col("indicator") == BY_YEAR) & pl.col("by").is_not_null()
    )
    values = [Value(cube.indicators[BY_YEAR], **row) for row in rows.drop("indicator").iter_rows(named=True)]
    series = {
        source_name(source): _known(list(told)) for source, told in groupby(values, lambda one: str(one.by))
    }
    kept = {source: told for source, told in series.items() if any(one.value or one.low for one in told)}
    return dict(sorted(kept.items(), key=lambda pair: (-sum(one.value or 0 for one in pair[1]), pair[0])))


def _known(series: list[Value]) -> list[Value]:
    """Leave out the ends of a series of which nothing is known; what is between breaks its line."""
    at = [place for place, one in enumerate(series) if one.value is not None or one.low]
    return series[at[0] : at[-1] + 1] if at else []
