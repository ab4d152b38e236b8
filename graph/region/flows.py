"""Flows between territories: interactions that join an actor of one kind in one to an actor of another kind in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import polars as pl

from ...words import N_, Spoken
from .actor_types import ACADEMIC_TYPES
from .derived import COMPANY, interaction_places
from .gazetteer import Gazetteer, Territory
from .inside_outside import known_sides
from .names import UnknownName
from .view import RegionView

FLOW_LEVELS = ("epci", "department")
KINDS: Mapping[str, Spoken] = MappingProxyType(
    {
        "companies": N_("laboratoires et établissements → entreprises"),
        "internships": N_("formations → lieux d’accueil de stages"),
    }
)
"""Kinds of flows, by the name that addresses give them."""
_INTERNSHIPS = ("interaction-type/internship", "interaction-type/territorial-internship")


@dataclass(frozen=True)
class Flows:
    """Flows of a kind between territories of a level: `rows` has `source`, `target` (places in `territories`), `count`.

    A count is a number of distinct interactions; the largest come first. `interactions` is how many have both ends
    in communes of the region; of the others of the kind, `outside` have an end that is known to be elsewhere or abroad, and
    `unplaced` one whose place is unknown (`inside_outside`).
    """

    kind: str
    level: str
    territories: list[Territory]
    rows: pl.DataFrame
    interactions: int
    outside: int
    unplaced: int
    illustrative: int


def flows(
    matter: RegionView, kind: str = "companies", level: str = "epci", within: str | None = None
) -> Flows:
    """Count the interactions between territories, those with an end within another if it is named.

    Both ends may be in one territory. An interaction of many participants counts once for each pair of territories that
    it joins, so that counts must not be added up. Raises UnknownName (`kind of flow`, `level` or territory).
    """
    if kind not in KINDS:
        raise UnknownName("kind of flow", kind, [(name, name) for name in KINDS])
    if level not in FLOW_LEVELS:
        raise UnknownName("level", level, [(name, name) for name in FLOW_LEVELS])
    ground = Gazetteer.of(matter)
    territories, pairs, known = matter.once(_Joined).of(kind, level)
    joined, outside, unplaced = known
    if within is not None:
        inside = ground.mask(ground.territory(within))
        kept = [number for number, one in enumerate(territories) if inside[one.communes].any()]
        pairs = pairs.filter(pl.col("source").is_in(kept) | pl.col("target").is_in(kept))
    rows = pairs.group_by("source", "target").agg(count=pl.len())
    facts = matter.frame("interactions").filter(pl.col("evidence") == "illustrative")
    made_up = pairs.join(facts, on="interaction", how="semi")["interaction"].n_unique()
    return Flows(
        kind, level, territories, rows.sort("count", "source", "target", descending=[True, False, False]),
        joined, outside, unplaced, made_up,
    )  # fmt: skip


_Found = tuple[list[Territory], pl.DataFrame, tuple[int, int, int]]


class _Joined:
    """The pairs of territories that each interaction of a kind joins, found once a kind and level."""

    def __init__(self, matter: RegionView) -> None:
        self._matter, self._ground = matter, Gazetteer.of(matter)
        self._found: dict[tuple[str, str], _Found] = {}

    def of(self, kind: str, level: str) -> _Found:
        """Give the territories, the pairs (interaction, source, target), and how many are placed, outside, and unknown."""
        if (kind, level) not in self._found:
            self._found[kind, level] = self._join(kind, level)
        return self._found[kind, level]

    def _join(self, kind: str, level: str) -> _Found:
        ground = self._ground
        # territories around the region are on the ground too
        met = [one for one in ground.of_level(level) if ground.inside[one.communes].any()]
        territories = sorted(met, key=lambda one: one.id)
        at = np.full(len(ground), -1)
        for number, one in enumerate(territories):
            at[one.communes] = number
        sources, targets = _ends(self._matter, kind)
        start, end = (_placed(rows, ground, at) for rows in (sources, targets))
        pairs = start.join(end, on="interaction", suffix="_end").select(
            "interaction", source="territory", target="territory_end"
        )
        sides = known_sides(self._matter)
        ends = [
            rows.join(sides, on=["interaction", "actor"]).group_by("interaction").agg(pl.col("known").any())
            for rows in (sources, targets)
        ]
        both = ends[0].join(ends[1], on="interaction", suffix="_end")
        here = np.where(ground.inside, 0, -1)
        first, second = (_placed(rows, ground, here)["interaction"].unique() for rows in (sources, targets))
        joined = first.filter(first.is_in(second.implode()))
        others = both.filter(~pl.col("interaction").is_in(joined.implode()))
        outside = others.filter(pl.col("known") & pl.col("known_end")).height
        return territories, pairs.unique(), (len(joined), outside, others.height - outside)


def _ends(matter: RegionView, kind: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the participations that flows of a kind start from, and those that they end at."""
    rows = matter.once(interaction_places)
    academic = rows.filter(pl.col("type").is_in(ACADEMIC_TYPES))
    if kind == "companies":
        return academic, rows.filter(pl.col("type") == COMPANY)
    internships = pl.col("family").is_in(_INTERNSHIPS)
    return academic.filter(internships), rows.filter(internships & (pl.col("role") == "actor-role/host"))


def _placed(rows: pl.DataFrame, ground: Gazetteer, at: np.ndarray) -> pl.DataFrame:
    """Give the interactions of participations with the territories that they are placed in."""
    located = ground.locate(rows.drop_nulls("place")).select("interaction", "at").unique()
    located = located.with_columns(territory=pl.Series(at[located["at"].to_numpy()], dtype=pl.Int64))
    return located.filter(pl.col("territory") >= 0).select("interaction", "territory").unique()
