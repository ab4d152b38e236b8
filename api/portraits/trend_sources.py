"""Interactions by year, one series a source: sources enter and leave in different years, so that their sum is no trend."""

from __future__ import annotations

from collections import Counter, defaultdict

from ...graph.ground import Territory
from .coverage import coverage
from .lists import source_name
from .matter import Seen

Series = dict[str, dict[int, int]]


def by_source(seen: Seen, territory: Territory) -> Series:
    """Count the interactions acted from a territory by source and year, for each year that the source covers.

    A source without any interaction there is left out; so are interactions of no known year or source.
    """
    here = seen.rows("participations", territory).distinct("interaction")
    rows = seen.by("interactions", "interaction").of_all(here).select("source", "year")
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for source, year in rows:
        if source and year is not None:
            counts[source_name(source)][year] += 1
    spans = coverage(seen).spans
    return {
        source: {year: told[year] for year in range(spans[source][0], spans[source][1] + 1)}
        for source, told in sorted(counts.items(), key=lambda pair: (-pair[1].total(), pair[0]))
        if source in spans and any(spans[source][0] <= year <= spans[source][1] for year in told)
    }
