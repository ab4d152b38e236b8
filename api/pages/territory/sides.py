"""Who takes part in the interactions of a territory, and from which side: numbers in arrays, for a metropolis has 13,000.

An actor is inside, outside or of unknown place as `graph.inside_outside` says, in the interactions of the territory: inside if
it acts from there in one of them, outside if it acts from elsewhere or is abroad, unknown where no source tells: that is not
outside.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ....graph.region.firmness import weakest
from ....graph.region.gazetteer import Territory
from .lists import source_name
from .matter import PortraitData
from .participations import UNKNOWN, Participations, Places, columns_of

_AT_ONCE = 8
"""Territories that may be asked for at once."""


@dataclass(frozen=True)
class Sides:
    """The participations in the interactions of a territory: places of each in the lists of `known`.

    `here` is 1 of who acts from there, 0 of who does not, UNKNOWN without a place or country; `partners` has the partner
    territory of those placed outside, else UNKNOWN.
    """

    known: Participations
    events: Places
    actors: Places
    facts: Places
    here: Places
    partners: Places

    @cached_property
    def by_actor(self) -> Places:
        """Of each actor of `known`, the highest of its `here`."""
        found = np.full(len(self.known.actors), UNKNOWN)
        np.maximum.at(found, self.actors, self.here)
        return found

    @property
    def statuses(self) -> Collection[str]:
        """Status of the evidence of these participations."""
        return {self.known.facts[fact][0] for fact in np.unique(self.facts)}

    def ranking(self, of: Places) -> list[tuple[int, int]]:
        """List actors or partners (`of`, row by row) with the number of their interactions, most first, then by name."""
        width = len(self.known.events)
        both = np.unique(of[of != UNKNOWN] * width + self.events[of != UNKNOWN])
        codes, counts = np.unique(both // width, return_counts=True)
        order = np.lexsort((codes, -counts))
        return list(zip(codes[order].tolist(), counts[order].tolist(), strict=True))

    def firmness(self, of: Places, code: int) -> dict[str, str]:
        """Give how firm is what is known of one of `of`, and its sources."""
        return self._told(set(self.facts[of == code].tolist()))

    def firmness_of(self, events: Collection[int]) -> dict[str, str]:
        """Give how firm is what is known of interactions, by whoever takes part in them, and its sources."""
        return self._told({fact for event in events for fact in columns_of(self.known.statements, event)})

    def _told(self, facts: Collection[int]) -> dict[str, str]:
        told = [self.known.facts[fact] for fact in facts]
        sources = {source_name(source) for _, source in told if source}
        return {
            "evidence": weakest(*(evidence for evidence, _ in told)),
            "source": ", ".join(sorted(sources)),
        }


def sides_of(seen: PortraitData, territory: Territory) -> Sides:
    """Read who takes part in the interactions of a territory, and from which side; those of the last few territories are kept."""
    kept: dict[str, Sides] = seen.made.setdefault(("sides",), {})
    found = kept.get(territory.id)
    if found is None:
        if len(kept) >= _AT_ONCE:
            kept.clear()
        kept[territory.id] = found = _sides(seen, territory)
    return found


def _sides(seen: PortraitData, territory: Territory) -> Sides:
    known = seen.participations
    mine = np.zeros(len(known.events), dtype=bool)
    mine[[known.codes[event] for event in seen.rows("participations", territory).distinct("interaction")]] = (
        True
    )
    rows = np.flatnonzero(mine[known.of_event])
    actors, places = known.of_actor[rows], known.of_place[rows]
    placeless = np.where(known.abroad[actors], 0, UNKNOWN)
    here = np.where(places == UNKNOWN, placeless, known.inside(territory)[places])
    outside = (places != UNKNOWN) & (here == 0)
    partners = np.where(outside, known.of_partner[places], UNKNOWN)
    return Sides(known, known.of_event[rows], actors, known.of_fact[rows], here, partners)
