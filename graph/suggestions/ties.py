"""Who met whom: interactions as ties between academic actors and companies, and as meetings between all actors.

A shared interaction is a tie only when a company and a laboratory, institution or research organisation take part.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import polars as pl

from ..analysis.adjacency import Places
from ..region.view import RegionView
from .directory import ACADEMIC, COMPANY, Directory, alias
from .families import families


class Ties:
    """Nodes (`academics`, then `companies`, then `others`) and what ties them.

    `meetings` has a row (`interaction`, `node`, `place`, `year`, `source`, `evidence`, `about`) for each actor of each
    interaction; `events` a row (`a`, `c`, `interaction`, `year`, `source`, `evidence`) for each tie, `a` and `c` the
    places of its two ends; `alias_a` and `family` group the descriptions that may be of one house, by their name.
    """

    def __init__(self, matter: RegionView) -> None:
        self.who = who = Directory.of(matter)
        inside = matter.frame("participations")
        dated = matter.frame("interactions").unique("interaction", keep="first", maintain_order=True)
        inside = inside.join(
            dated.select("interaction", "year", "source", "evidence", "about"), on="interaction"
        )
        inside = inside.sort("interaction", "actor", "place", nulls_last=True)
        inside = inside.unique(["interaction", "actor"], keep="first", maintain_order=True)
        met = set(inside["actor"].to_list())
        self.academics = [one for one in who.kind if who.kind[one] in ACADEMIC]
        self.companies = [one for one in who.kind if who.kind[one] == COMPANY]
        known = {*self.academics, *self.companies}
        self.others = sorted(met - known)
        self.nodes = [*self.academics, *self.companies, *self.others]
        self.at = {actor: place for place, actor in enumerate(self.nodes)}
        numbers = pl.DataFrame(
            {"actor": self.nodes, "node": np.arange(len(self.nodes))},
            schema_overrides={"actor": pl.String, "node": pl.Int64},
        )
        self.meetings = inside.join(numbers, on="actor").select(
            "interaction", "node", "place", "year", "source", "evidence", "about"
        )
        first, last = len(self.academics), len(self.academics) + len(self.companies)
        left = self.meetings.filter(pl.col("node") < first)
        right = self.meetings.filter((pl.col("node") >= first) & (pl.col("node") < last))
        self.events = (
            left.select("interaction", "year", "source", "evidence", a="node")
            .join(right.select("interaction", c=pl.col("node") - first), on="interaction")
            .sort("a", "c", "year", "interaction", nulls_last=True)
        )
        self.alias_a = _groups([alias(who.label(one)).replace(" ", "") for one in self.academics])
        labels = [who.label(one) for one in self.companies]
        self.family = _groups(families(labels, (who.label(one) for one in who.kind if who.named(one))))

    @cached_property
    def double(self) -> set[int]:
        """The nodes of companies whose name is also that of an academic actor: a source calls one a company by mistake."""
        names = {alias(self.who.label(one)) for one in self.academics}
        first = len(self.academics)
        return {first + at for at, one in enumerate(self.companies) if alias(self.who.label(one)) in names}

    @classmethod
    def of(cls, matter: RegionView) -> Ties:
        """Give the ties of a matter, made once."""
        return matter.once(cls)

    @property
    def documented(self) -> pl.DataFrame:
        """The dated events of official sources: what quality is measured on."""
        return self.events.filter((pl.col("evidence") == "documented") & pl.col("year").is_not_null())

    @property
    def latest(self) -> int:
        """The last year of a documented tie; 0 when there is none."""
        year = self.documented["year"].max()
        return int(year) if isinstance(year, int) else 0

    def key(self, a: Places, c: Places) -> Places:
        """Give numbers of pairs, where actors of one name are one: a pair known under either name is known."""
        return np.asarray(
            self.alias_a[a] * (int(self.family.max(initial=0)) + 1) + self.family[c], dtype=np.intp
        )


def _groups(names: list[str]) -> Places:
    groups: dict[str, int] = {}
    return np.array([groups.setdefault(name, len(groups)) for name in names], dtype=np.intp)
