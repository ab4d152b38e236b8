"""The years that sources cover: outside them a low count comes from the sources, not from a territory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from .selection import LEAST_PLACED

LEAST_OF_FULLEST = 0.1
"""A source covers the years from the first to the last that holds this share of its fullest year: a thinner tail is no year."""
LEAST_OF_FORMER = 0.5
"""The last of them is only begun where it holds less than this share of the year before."""
LEAST_YEARS = 0.5
"""Share of the years between that hold something: a source of fewer is a sample, and its years without any tell nothing."""
LEAST_FULLEST = 2
"""Items that its fullest year holds at least, for the same reason."""
MOST = 0.5
"""A year is covered if the sources that cover it hold this share of all the items that have a year."""


@dataclass(frozen=True)
class SourceYears:
    """The years that each source covers, by its short name, and how many items of a known year it tells."""

    years: Mapping[str, tuple[int, ...]]
    sizes: Mapping[str, int]

    @classmethod
    def of(cls, found: pl.DataFrame, item: str = "interaction", year: str = "year") -> SourceYears:
        """Read the years from rows of items, that have a `source`, a `place` (null where it is not known) and a year.

        >>> years = [2010] * 20 + [2011] * 20 + [2012] * 2 + [2013] + [2005, 2021, 2021]
        >>> sources = ["source/big"] * 43 + ["source/small"] * 3
        >>> rows = pl.DataFrame({"interaction": range(46), "source": sources, "year": years, "place": "p"})
        >>> found = SourceYears.of(rows)
        >>> found.spans("big"), found.spans("small"), found.covers(2011), found.covers(2012)
        ([(2010, 2011)], [], True, False)
        >>> lost = pl.when(pl.col("year") == 2010).then(None).otherwise("place").alias("place")
        >>> SourceYears.of(rows.with_columns(lost)).spans("big")
        [(2011, 2011)]
        """
        once = (
            found.drop_nulls(["source", year])
            .group_by(item, maintain_order=True)
            .agg(pl.col("source", year).first(), placed=pl.col("place").is_not_null().any())
        )
        counts = once.group_by("source", pl.col(year).alias("year")).agg(
            n=pl.len(), placed=pl.col("placed").sum()
        )
        told: dict[str, dict[int, tuple[int, int]]] = {}
        for source, when, items, placed in counts.sort("source", "year").iter_rows():
            told.setdefault(_short(source), {})[when] = (items, placed)
        sizes = {source: sum(items for items, _ in each.values()) for source, each in told.items()}
        return cls({source: _covered(each) for source, each in told.items()}, sizes)

    def of_source(self, source: str) -> tuple[int, ...]:
        """Give the years that a source (its path) covers; none where it tells no year."""
        return self.years.get(_short(source), ())

    def around(self, source: str) -> range:
        """Give the years from the first to the last that a source covers, those between that it does not cover too.

        >>> list(SourceYears({"a": (2010, 2012)}, {"a": 9}).around("source/a"))
        [2010, 2011, 2012]
        """
        covered = self.of_source(source)
        return range(covered[0], covered[-1] + 1) if covered else range(0)

    def spans(self, source: str) -> list[tuple[int, int]]:
        """Give the first and the last year of each run of years that a source covers."""
        found: list[tuple[int, int]] = []
        for year in self.of_source(source):
            first = found.pop()[0] if found and found[-1][1] == year - 1 else year
            found.append((first, year))
        return found

    def by(self, year: int) -> list[str]:
        """List the sources that cover a year."""
        return [source for source, years in self.years.items() if year in years]

    def covers(self, year: int) -> bool:
        """Tell whether the sources of most items cover a year; so where no item tells its source."""
        return sum(self.sizes[source] for source in self.by(year)) >= MOST * sum(self.sizes.values())


def _covered(told: Mapping[int, tuple[int, int]]) -> tuple[int, ...]:
    """Give the years that a source covers, from its items and those of them that have a place, by year.

    A year between of which it has nothing had no call, as far as it tells: it is none of them.
    """
    fullest = max(items for items, _ in told.values())
    if fullest < LEAST_FULLEST:
        return ()
    full = [year for year, (items, _) in told.items() if items >= LEAST_OF_FULLEST * fullest]
    first, last = min(full), max(full)
    if len([year for year in told if first <= year <= last]) < LEAST_YEARS * (last - first + 1):
        return ()
    if told[last][0] < LEAST_OF_FORMER * told.get(last - 1, (0, 0))[0]:
        last -= 1
    return tuple(
        year
        for year, (items, placed) in sorted(told.items())
        if first <= year <= last and placed >= LEAST_PLACED * items
    )


def _short(source: str) -> str:
    return source.rsplit("/", 1)[-1]
