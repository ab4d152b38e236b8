"""The years that sources cover: outside them a low count comes from the sources, not from a territory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

LEAST_OF_FULLEST = 0.1
"""A source covers the years from the first to the last that holds this share of its fullest year: a thinner tail is no year."""
MOST = 0.5
"""A year is covered if the sources that cover it hold this share of all the items that have a year."""


@dataclass(frozen=True)
class SourceYears:
    """The first and last years that each source covers, by its short name, and how many items of a known year it tells."""

    spans: Mapping[str, tuple[int, int]]
    sizes: Mapping[str, int]

    @classmethod
    def of(cls, items: pl.DataFrame, year: str = "year") -> SourceYears:
        """Read the years from items, each once, that have a `source` and a column of years.

        >>> years = [2010] * 20 + [2011] * 20 + [2012] + list(range(2005, 2016))
        >>> sources = ["source/big"] * 41 + ["source/small"] * 11
        >>> found = SourceYears.of(pl.DataFrame({"source": sources, "year": years}))
        >>> found.spans["big"], found.by(2012), found.covers(2011), found.covers(2012)
        ((2010, 2011), ['small'], True, False)
        """
        counts = items.drop_nulls(["source", year]).group_by("source", pl.col(year).alias("year")).len()
        full = counts.filter(pl.col("len") >= LEAST_OF_FULLEST * pl.col("len").max().over("source"))
        spans = full.group_by("source").agg(
            pl.col("year").min().alias("first"), pl.col("year").max().alias("last")
        )
        sizes = counts.group_by("source").agg(pl.col("len").sum())
        return cls(
            {_short(source): (first, last) for source, first, last in spans.sort("source").iter_rows()},
            {_short(source): size for source, size in sizes.iter_rows()},
        )

    def of_source(self, source: str) -> range:
        """Give the years that a source (its path) covers; none where it tells no year."""
        first, last = self.spans.get(_short(source), (0, -1))
        return range(first, last + 1)

    def by(self, year: int) -> list[str]:
        """List the sources that cover a year."""
        return [source for source, (first, last) in self.spans.items() if first <= year <= last]

    def covers(self, year: int) -> bool:
        """Tell whether the sources of most items cover a year; so where no item tells its source."""
        return sum(self.sizes[source] for source in self.by(year)) >= MOST * sum(self.sizes.values())


def _short(source: str) -> str:
    return source.rsplit("/", 1)[-1]
