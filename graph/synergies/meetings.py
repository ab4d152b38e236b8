"""Who took part in what, from where: the interactions of a matter as arrays, made once for all subjects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ..region.actor_types import ACADEMIC
from ..region.firmness import RANKS, count_by_status, less_firm, rank_in
from ..region.gazetteer import Gazetteer
from ..region.inside_outside import abroad
from ..region.view import RegionView

Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

SIDES: dict[str, tuple[str, ...]] = {
    "academic": (*ACADEMIC, "platform-operator", "student-group"),
    "company": ("company",),
    "authority": ("local-authority", "state-service", "public-service-point", "mobile-public-service"),
    "intermediary": (
        "association",
        "cluster",
        "chamber",
        "relay-organization",
        "third-place",
        "remote-study-centre",
        "transfer-office",
        "incubator",
    ),
    "society": ("secondary-school", "inhabitants"),
}
"""Types of actors by side; every other type, and no type, is "unknown"."""
NAMES = (*SIDES, "unknown")
_SIDE_OF = {f"actor-type/{one}": place for place, types in enumerate(SIDES.values()) for one in types}
UNKNOWN = len(SIDES)


@dataclass(frozen=True)
class Meetings:
    """Interactions, and one row for each commune that an actor took part in each from: arrays of the same length.

    An actor without a known commune has one row all the same; `each` chooses one row of each actor where actors are counted.

    `event` is the place of the interaction among `ids`, `actor` that of the actor among `actors`, `side` its side (a
    place in NAMES), `at` its commune on the ground (−1: elsewhere or unknown), `wide` that commune or the place after
    the communes of the département that is all that is known, `department` its département among `departments` (−1:
    unknown); `abroad` tells which rows have no place but a country that is not France. `year` is −1 where unknown.
    `firm` is the rank of what each row tells: the weaker of its interaction's evidence and of its place's.
    """

    ids: list[str]
    year: Places
    source: list[str]
    type: list[str]
    evidence: list[str]
    actors: list[str]
    departments: list[str]
    event: Places
    actor: Places
    side: Places
    at: Places
    wide: Places
    department: Places
    role: list[str]
    abroad: Flags
    firm: Places

    @classmethod
    def of(cls, matter: RegionView) -> Meetings:
        """Give the interactions of a matter, made once."""
        return matter.once(_read)

    def inside(self, places: Sequence[int] | Places) -> Flags:
        """Tell which rows stand in some places: communes, and départements after them, as `places_in` of the gazetteer."""
        return np.isin(self.wide, np.asarray(places, dtype=np.intp)) & (self.wide >= 0)

    def of_events(self, rows: Flags) -> Places:
        """List the interactions that have one of some rows."""
        return np.flatnonzero(self.having(rows))

    def having(self, rows: Flags) -> Flags:
        """Tell which interactions have one of some rows."""
        return np.bincount(self.event[rows], minlength=len(self.ids)) > 0

    def each(self, preferred: Flags) -> Flags:
        """Choose one row of each actor in each interaction: one of those preferred where it has any."""
        order = np.argsort(~preferred, kind="stable")
        pairs = self.event * len(self.actors) + self.actor
        chosen = np.zeros(len(preferred), dtype=bool)
        chosen[order[np.unique(pairs[order], return_index=True)[1]]] = True
        return chosen

    def by_side(self, rows: Flags) -> npt.NDArray[np.int64]:
        """Count the actors of some rows by interaction and side: interactions × NAMES."""
        rows = rows & self.each(rows)
        flat = self.event[rows] * len(NAMES) + self.side[rows]
        counts = np.bincount(flat, minlength=len(self.ids) * len(NAMES))
        return counts.reshape(len(self.ids), len(NAMES))

    def presence(self, rows: Flags, columns: Places, count: int) -> csr_array:
        """Give the table of 0 and 1 interactions × groups, of some rows and the group of each row."""
        pairs = np.unique(self.event[rows] * count + columns[rows])
        ones = np.ones(len(pairs))
        return csr_array((ones, (pairs // count, pairs % count)), shape=(len(self.ids), count))

    def counted(self, events: Sequence[int] | Places, *rows: Flags) -> dict[str, int]:
        """Count interactions by evidence status: their own, or that of some of their rows, which place them.

        Each group of rows is one thing that is told of an interaction (who is here, who is there): it is as firm as the firmest
        of its rows, and the interaction as the weakest of its groups.
        """
        at = np.asarray(events, dtype=np.intp)
        ranks = np.array([RANKS[self.evidence[event]] for event in at], dtype=np.intp)
        for group in rows:
            firmest = np.full(len(self.ids), len(RANKS), dtype=np.intp)
            np.minimum.at(firmest, self.event[group], self.firm[group])
            told = firmest[at]
            ranks = np.maximum(ranks, np.where(told < len(RANKS), told, 0))
        return count_by_status(ranks.tolist())

    def sources(self, events: Sequence[int] | Places) -> tuple[str, ...]:
        """List the sources of interactions."""
        return tuple(sorted({self.source[event] for event in events} - {""}))


def _numbered(names: Iterable[str | None], numbers: Mapping[str, int], other: int = -1) -> Places:
    return np.array([numbers.get(name or "", other) for name in names], dtype=np.intp)


def _read(matter: RegionView) -> Meetings:
    ground = Gazetteer.of(matter)
    kept = matter.frame("interactions").unique("interaction", keep="first").sort("interaction")
    rows = matter.frame("participations").sort("interaction", "actor", "role", "place", nulls_last=True)
    roles = rows.group_by("interaction", "actor").agg(
        pl.col("role").drop_nulls().unique().sort().str.join(" ")
    )
    commune = pl.col("place").str.contains("/commune/", literal=True).fill_null(value=False)
    rows = rows.sort("interaction", "actor", ~commune, "place", nulls_last=True).unique(
        ["interaction", "actor", "place"], keep="first", maintain_order=True
    )
    rows = rows.filter(commune | pl.struct("interaction", "actor").is_first_distinct())
    rows = rows.drop("role").join(roles, on=["interaction", "actor"])
    rows = rows.join(kept.select("interaction").with_row_index("event"), on="interaction").sort(
        "event", "actor", "place", nulls_last=True
    )
    actors = rows["actor"].unique().sort()
    rows = rows.join(actors.to_frame().with_row_index("who"), on="actor", maintain_order="left")
    places = {
        place: next((at for at in ground.at(place) if ground.home[at]), -1)  # beyond the edge is away
        for place in rows["place"].unique()
        if place
    }
    at = _numbered(rows["place"], places)
    whole = {one.id: len(ground) + place for place, one in enumerate(ground.departments)}
    wide = _numbered(rows["place"], whole)
    named = [_department(place) for place in rows["place"]]
    departments = sorted({one for one in named if one})
    order = {name: place for place, name in enumerate(departments)}
    own = kept["evidence"].fill_null("documented")
    rows = rows.with_columns(evidence=own.gather(rows["event"]))
    if "located" in rows.columns:
        located = pl.col("located").str.split("/").list.last()
        rows = rows.with_columns(evidence=less_firm(pl.col("evidence"), located))
    return Meetings(
        kept["interaction"].to_list(),
        kept["year"].fill_null(-1).to_numpy().astype(np.intp),
        kept["source"].fill_null("").to_list(),
        kept["type"].fill_null("").to_list(),
        own.to_list(),
        actors.to_list(),
        departments,
        rows["event"].to_numpy().astype(np.intp),
        rows["who"].to_numpy().astype(np.intp),
        _numbered(rows["type"], _SIDE_OF, UNKNOWN),
        at,
        np.where(at < 0, wide, at),
        _numbered(named, order),
        rows["role"].to_list(),
        (rows["place"].is_null() & rows["actor"].is_in(abroad(matter).implode())).to_numpy(),
        rows.select(rank_in(rows)).to_series().to_numpy().astype(np.intp),
    )


def _department(place: str | None) -> str | None:
    """Give a département, or that of a commune, which its official code begins with.

    >>> _department("territory/commune/38185"), _department("territory/commune/97411"), _department(None)
    ('territory/department/38', 'territory/department/974', None)
    """
    if place and "/department/" in place:
        return place
    if not place or "/commune/" not in place:
        return None
    code = place.rsplit("/", 1)[-1]
    return f"territory/department/{code[: 3 if code[:2] in ('97', '98') else 2]}"
