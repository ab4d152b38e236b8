"""The facts behind a tie, as steps of a path: interactions with their name, year, source and evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...ontology.labels import Term
from ...words import N_, Named
from ..analysis.adjacency import Places
from ..findings.model import Step, Thing, Words
from ..region.view import RegionView
from .features import Period
from .source_names import NAMES


@dataclass(frozen=True)
class Meeting:
    """One interaction that two actors shared."""

    interaction: str
    title: str
    year: int | None
    source: str | None
    evidence: str

    @property
    def words(self) -> Words:
        """Name it, with its programme and its year.

        >>> Meeting("project/anr/1", "FARM_VALUE", 2016, "source/anr-aapg", "documented").words["fr"]
        'FARM_VALUE, ANR 2016'
        """
        title = self.title if len(self.title) <= 90 else self.title[:87].rsplit(" ", 1)[0] + "…"
        if self.evidence != "documented":
            return N_(
                "{title}, {evidence}", title=title, evidence=Term.of(f"evidence-status/{self.evidence}")
            )
        if "i-Lab" in title or self.source is None:
            return Named(title)
        name = NAMES[self.source]["fr"].split()[0] if self.source in NAMES else ""
        parts = [part for part in ("" if name and name in title else name, str(self.year or "")) if part]
        return Named(f"{title}, {' '.join(parts)}" if parts else title)


class Facts:
    """Who shared what with whom, in a period."""

    def __init__(self, period: Period, matter: RegionView) -> None:
        self.period = period
        self._titles = dict(
            matter.frame("titles")
            .unique("interaction", keep="first")
            .select("interaction", "label")
            .iter_rows()
        )
        rows = period.meetings.sort("node", "interaction")
        self._nodes = rows["node"].to_numpy()
        self._nameless = np.array([not period.who.named(one) for one in period.ties.nodes], dtype=bool)
        self._rows = rows.select("interaction", "year", "source", "evidence")

    def of(self, node: int) -> dict[str, Meeting]:
        """Give the interactions of an actor, by their path."""
        first, last = np.searchsorted(self._nodes, [node, node + 1])
        return {
            one: Meeting(one, self._titles.get(one, one.rsplit("/", 1)[-1]), year, source, evidence)
            for one, year, source, evidence in self._rows[int(first) : int(last)].iter_rows()
        }

    def shared(self, one: int, other: int) -> list[Meeting]:
        """List the interactions two actors shared, the latest first."""
        mine, theirs = self.of(one), self.of(other)
        both = [mine[name] for name in mine if name in theirs]
        return sorted(both, key=lambda met: (-(met.year or 0), met.interaction))

    def thing(self, node: int) -> Thing:
        """Give the actor of a node."""
        return self.period.who.thing(self.period.ties.nodes[node])

    def step(self, one: int, other: int) -> Step:
        """Give the latest tie of two actors as a step."""
        met = self.shared(one, other)[0]
        relation = N_("a travaillé avec (« {interaction} »)", interaction=met.words)
        return Step(self.thing(one), relation, self.thing(other), met.evidence, met.source, met.year)

    def part(self, node: int, interaction: str) -> Step:
        """Give the part of an actor in an interaction as a step."""
        met = self.of(node)[interaction]
        project = Thing(interaction, met.title, "interaction")
        return Step(self.thing(node), N_("a pris part à"), project, met.evidence, met.source, met.year)

    def precedents(self, a: int, c: int, count: int = 3) -> tuple[list[tuple[int, int]], int]:
        """Find paths a – c′ – a′ – c, of named actors first, then the heaviest: (c′, a′) by node, and how many there are."""
        period = self.period
        near = period.partners_of_company(c)
        mine = period.incidence[[a]].indices
        near = near[near != a]
        if not len(near) or not len(mine):
            return [], 0
        block = period.incidence[near][:, mine].tocoo()
        left, right = near[block.coords[0]], mine[block.coords[1]]
        kept = right != c
        left, right = left[kept], right[kept]
        weight = 1 / np.sqrt(period.degree_a[left] * period.degree_c[right])
        nameless = self._nameless[left].astype(int) + self._nameless[right + period.n_a]
        order = np.lexsort((left, right, -weight, nameless))
        seen: list[tuple[int, int]] = []
        for at in order:  # each company and each laboratory once: three paths that differ
            pair = (int(right[at]), int(left[at]))
            if all(pair[0] != one[0] and pair[1] != one[1] for one in seen):
                seen.append(pair)
            if len(seen) == count:
                break
        return [(company + period.n_a, actor) for company, actor in seen], len(left)

    def common(self, one: int, other: int) -> Places:
        """List the partners two actors have in common, those of fewest partners first."""
        table = self.period.together
        both = np.intersect1d(table[[one]].indices, table[[other]].indices)
        degree = np.diff(table.indptr)[both]
        return both[np.lexsort((both, degree))]
