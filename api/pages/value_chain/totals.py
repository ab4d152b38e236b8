"""Jobs and establishments of whole sectors, as sources count them in all territories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ....graph.region.view import RegionView

JOBS = "salaried-jobs"
_COUNTED = (
    (JOBS, "jobs", "zone", "sector/a38/", "territory/zone/"),
    ("establishments", "establishments", "place", "sector/a17/", "territory/commune/"),
)
"""Each indicator with its frame, the column of its territories, and what its sectors and territories begin with."""


@dataclass(frozen=True)
class SectorTotal:
    """What is counted of a sector (its path) in `year`: the sum of the `territories` that have a value, and of what."""

    sector: str
    indicator: str
    year: int
    value: float
    territories: int


Totals = Mapping[str, SectorTotal]
"""What is counted of each sector (its path)."""


def sector_totals(matter: RegionView) -> Totals:
    """Count the jobs of each sector (A38), and the establishments of each (A17), at the latest year of each; once a matter."""
    return matter.once(_totals)


def _totals(matter: RegionView) -> Totals:
    return {one.sector: one for counted in _COUNTED for one in _summed(matter, *counted)}


def _summed(
    matter: RegionView, indicator: str, frame: str, place: str, sectors: str, territories: str
) -> list[SectorTotal]:
    """Add up an indicator over its territories, sector by sector, at the latest year of each."""
    rows = matter.frame(frame).drop_nulls([place, "sector", "year", "value"])
    rows = rows.filter(pl.col("sector").str.starts_with(sectors) & pl.col(place).str.starts_with(territories))
    rows = rows.filter(pl.col("year") == pl.col("year").max().over("sector"))
    summed = rows.group_by("sector", "year").agg(pl.col("value").sum(), territories=pl.len())
    return [
        SectorTotal(sector, indicator, year, value, count)
        for sector, year, value, count in summed.select("sector", "year", "value", "territories").iter_rows()
    ]
