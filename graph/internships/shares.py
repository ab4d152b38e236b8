"""The share of internships outside large agglomerations, by year, with its denominator and what it leaves out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from ..region.view import RegionView
from .remoteness import DENSE, Remoteness

FOUNDING_INSIDE = 0.78
"""Share of internships inside large agglomerations that the programme's text of June 2019 gives as its starting figure."""


@dataclass(frozen=True)
class Share:
    """The internships of a `year` (None: of no known year): how many there are, by degree of density and by evidence."""

    year: int | None
    total: int
    by_density: tuple[tuple[str, int], ...]
    evidence: tuple[tuple[str, int], ...]

    @property
    def known(self) -> int:
        """How many have a commune whose density is known: the denominator."""
        return sum(count for _, count in self.by_density)

    @property
    def outside(self) -> int:
        """How many of them lie outside large agglomerations."""
        return sum(count for density, count in self.by_density if density != DENSE)

    @property
    def share(self) -> float | None:
        """The share outside; None of nothing.

        >>> Share(2025, 5, (("density/1", 1), ("density/4", 3)), ()).share
        0.75
        """
        return self.outside / self.known if self.known else None


def outside_by_year(view: RegionView, day: str, evidence: Iterable[str] | None = None) -> list[Share]:
    """Count internships outside large agglomerations by year, of some statuses where they are given; the last year first.

    Those that are agreed and have not begun on a day (a date) are none yet.

    Each that is described counts once, whatever its number of students: few sources tell it, and small ones are withheld. One in
    several communes counts where it is most remote: it is said to be outside when one of its places is.
    """
    start = pl.coalesce("start", pl.format("{}-01-01", "year"))
    rows = (
        view.frame("internships")
        .filter((start <= day).fill_null(value=True))
        .unique(["interaction", "place"])
    )
    if evidence is not None:
        rows = rows.filter(pl.col("evidence").is_in([*evidence]))
    remoteness = Remoteness.of(view)
    shares = []
    for (year,), of_year in rows.group_by("year"):
        remotest: dict[str, str] = {}
        for interaction, place in of_year.select("interaction", "place").iter_rows():
            density = remoteness.at(place).density if place else ""
            remotest[interaction] = max(remotest.get(interaction, ""), density)
        told = of_year.unique("interaction")["evidence"].to_list()
        shares.append(
            Share(
                int(str(year)) if year is not None else None,
                len(remotest),
                tuple(sorted(Counter(one for one in remotest.values() if one).items())),
                tuple(sorted(Counter(told).items())),
            )
        )
    return sorted(shares, key=lambda share: -(share.year or 0))
