"""The share of interactions that have a property, of a subject and of the rest: like compared with like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...words import EMPTY, N_, NN_, Number, Percent
from ..analysis.proportion import fisher_exact, ratio_of_shares
from ..analysis.uncertainty import Estimate
from ..findings.model import Words
from ..region.inside_outside import partial_sources
from ..region.view import RegionView
from .meetings import Flags, Meetings, Places

MINIMUM_TOTAL = 10
"""Fewest interactions, of a subject and of the rest, for their shares to be told and compared."""
METHODS = ("ratio_of_shares", "fisher_exact")
REST_OF_REGION = N_("rapport à la part du reste de la région")


def strata(matter: RegionView) -> Places:
    """Put each interaction with those of its source that bring as many actors together: the number of a stratum, or −1.

    A source may know one sort of actors alone; a large project has some of every sort and of every territory, and is more
    often one of a given territory. −1 is what would not be known everywhere in the region, and would tell who publishes: what
    an actor declares, and what comes of a source that covers some territories alone.
    """
    meetings, partial = Meetings.of(matter), partial_sources(matter)
    told = zip(meetings.source, meetings.evidence, strict=True)
    known = np.array([source not in partial and firm != "declared" for source, firm in told], dtype=bool)
    sources = np.unique(np.array(meetings.source, dtype=str), return_inverse=True)[1].ravel()
    size = meetings.by_side(np.ones(len(meetings.event), dtype=bool)).sum(axis=1)
    like = np.unique(np.column_stack([sources, size]), axis=0, return_inverse=True)[1].ravel()
    return np.where(known, like, -1)


@dataclass(frozen=True)
class Shares:
    """How many interactions of a subject and of the rest have a property, of how many, in each stratum that has some of both.

    `tables` has a row for each of these four numbers, as `fisher_exact` takes them. `found` of all the `every` interactions of
    the subject are told of it, of which `apart` are in no stratum.
    """

    tables: npt.NDArray[np.int64]
    found: int
    every: int
    apart: int

    @classmethod
    def of(cls, having: Flags, events: Places, rest: Places, found: Places, strata: Places) -> Shares:
        """Count those that have a property among the interactions of a subject and among the rest."""
        groups = (events[having[events]], events, rest[having[rest]], rest)
        counts = [np.bincount(strata[some] + 1, minlength=int(strata.max()) + 2)[1:] for some in groups]
        tables = np.stack(counts)
        apart = int((strata[found] < 0).sum())
        return cls(tables[:, (tables[1] > 0) & (tables[3] > 0)], len(found), len(events), apart)

    @property
    def enough(self) -> bool:
        """Whether there are enough interactions, of the subject and of the rest, to compare any of their shares."""
        _, total, _, other_total = self.tables.sum(axis=1)
        return bool(min(total, other_total) >= MINIMUM_TOTAL)

    @property
    def tested(self) -> bool:
        """Whether the two shares are compared: there are enough interactions, some have the property, and not all are apart."""
        return self.enough and bool(self.tables[[0, 2]].any()) and self.apart < self.found

    @property
    def p(self) -> float | None:
        """The chance that two shares differ as much; None where they are not compared."""
        return fisher_exact(*self.tables) if self.tested else None

    def estimate(self, level: float) -> Estimate | None:
        """Give the ratio of the shares; none where one is 0."""
        if not self.tested or not self.tables[0].any() or not self.tables[2].any():
            return None
        count, total, other, other_total = self.tables
        return ratio_of_shares(count, total, other, other_total, level)

    @property
    def expected(self) -> float:
        """How many of the subject's would have the property at the rates of the rest, stratum by stratum."""
        _, total, other, other_total = self.tables
        return float((total * other / other_total).sum())

    @property
    def words(self) -> dict[str, Percent | Number]:
        """The share `own` of the subject, `of` how many, and that which the rates of the `rest` would give, as sentences say."""
        count, total = self.tables[:2].sum(axis=1).tolist()
        own, rest = count / total, self.expected / total
        digits = 1 if min(own, rest) < 0.1 else 0
        return {"own": Percent(own, digits), "of": Number(total), "rest": Percent(rest, digits)}

    @property
    def facts(self) -> dict[str, float | int | str | None]:
        """The counts of the comparison, and how many that are told are not in it."""
        if not self.tested:
            return {"not_compared": self.apart}
        names = ("compared", "of", "other_compared", "other_of")
        counts = dict(zip(names, self.tables.sum(axis=1).tolist(), strict=True))
        return {**counts, "expected": self.expected, "not_compared": self.apart}

    def said(self, compared: Callable[[], Words]) -> Words:
        """Say the comparison, or the share of the subject alone where it is of enough; and how many are not compared."""
        if self.tested:
            shares = compared()
        elif self.every < MINIMUM_TOTAL:
            shares = EMPTY
        else:
            shares = N_(", soit {share} des interactions connues", share=Percent(self.found / self.every))
        if not self.apart or not self.enough:
            return shares
        return NN_(
            "{shares} ({n} n'est pas comparée : sa source ne couvre pas toute la région)",
            "{shares} ({n} ne sont pas comparées : leur source ne couvre pas toute la région)",
            self.apart,
            shares=shares,
        )
