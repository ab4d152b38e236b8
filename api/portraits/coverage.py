"""The years that the sources of interactions cover: outside them a low count comes from the sources, not from a territory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from ...graph.indicators.cube import Value
from ...graph.indicators.rows import MISSING
from ..blocks.tables import Words
from .lists import source_name
from .matter import Seen

LEAST_OF_FULLEST = 0.1
"""A source covers the years from the first to the last that holds this share of its fullest year: a thinner tail is no year."""
MOST = 0.5
"""A year is covered if the sources that cover it hold this share of all the interactions known."""


@dataclass(frozen=True)
class Coverage:
    """The first and last years that each source covers, by its short name, and how many interactions it tells in all."""

    spans: Mapping[str, tuple[int, int]]
    sizes: Mapping[str, int]

    @classmethod
    def of(cls, interactions: pl.DataFrame) -> Coverage:
        """Read the coverage from interactions that have a `source` and a `year`.

        >>> years = [2010] * 20 + [2011] * 20 + [2012] + list(range(2005, 2016))
        >>> sources = ["source/big"] * 41 + ["source/small"] * 11
        >>> found = Coverage.of(pl.DataFrame({"source": sources, "year": years}))
        >>> found.spans["big"], found.by(2012), found.covers(2011), found.covers(2012)
        ((2010, 2011), ['small'], True, False)
        """
        counts = interactions.drop_nulls(["source", "year"]).group_by("source", "year").len()
        full = counts.filter(pl.col("len") >= LEAST_OF_FULLEST * pl.col("len").max().over("source"))
        spans = full.group_by("source").agg(
            pl.col("year").min().alias("first"), pl.col("year").max().alias("last")
        )
        sizes = counts.group_by("source").agg(pl.col("len").sum())
        return cls(
            {source_name(source): (first, last) for source, first, last in spans.sort("source").iter_rows()},
            {source_name(source): size for source, size in sizes.iter_rows()},
        )

    def by(self, year: int) -> list[str]:
        """List the sources that cover a year."""
        return [source for source, (first, last) in self.spans.items() if first <= year <= last]

    def covers(self, year: int) -> bool:
        """Tell whether the sources of most interactions cover a year."""
        return sum(self.sizes[source] for source in self.by(year)) >= MOST * sum(self.sizes.values())

    def kept(self, series: Iterable[Value]) -> list[Value]:
        """Take the values of years that are not covered away: they are missing, not low."""
        return [
            one
            if self.covers(int(one.period))
            else replace(one, value=None, low=None, high=None, status=MISSING)
            for one in series
        ]

    def note(self) -> Words:
        """Tell the years that each source covers, and what that means for a curve; empty where no source has years."""
        if not self.spans:
            return ("", "")
        told = ", ".join(f"{source} {first}–{last}" for source, (first, last) in self.spans.items())
        return (
            f"Années que couvrent les sources : {told}. Une année que ne couvrent pas les sources de la plupart des "
            "interactions est dite absente, et non basse : un creux y tiendrait aux sources, pas au territoire.",
            f"Years that sources cover: {told}. A year that the sources of most interactions do not cover is told as "
            "missing, not as low: a hollow there would come from the sources, not from the territory.",
        )


def coverage(seen: Seen) -> Coverage:
    """Give the coverage of the interactions that portraits read, made once."""
    key = ("coverage",)
    if key not in seen.made:
        seen.made[key] = Coverage.of(seen.rest["interactions"])
    made: Coverage = seen.made[key]
    return made
