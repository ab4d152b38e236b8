"""The agenda: the public events of a publication, chosen by words, place and distance, themes, mode, relay and days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ...words import Named, Spoken
from .firmness import MADE_UP
from .gazetteer import Gazetteer, Territory
from .names import UnknownName
from .text import asked_words, stems
from .view import RegionView

FACETS = ("theme", "mode", "relay", "type")
"""What events are chosen by, several values of one being joined by "or"."""
DISTANCES = (10, 25, 50, 100)
"""Kilometres that are proposed around a territory."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class AgendaEvent:
    """A public event; things are named by their paths.

    `first` and `last` are days; `opening` and `closing` hours ("14:30") on the clocks of the place, of one held on one day;
    `off` is what became of one that is not held; `updated` is when it last changed, else when what describes it was loaded,
    or when a relay said something of it since.
    `places` are by what they are of it: where it is "held" or "relayed", and what it "benefits"; `topics` by how they are
    of it: "theme", "type", "scheme", "relay", "organiser", "host". `relayed_from` has the places of each relay.
    """

    path: str
    label: str
    first: date
    last: date
    opening: str = ""
    closing: str = ""
    off: str = ""
    updated: datetime | None = None
    mode: str = ""
    homepage: str = ""
    evidence: str = "documented"
    source: str = ""
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    relayed_from: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def made_up(self) -> bool:
        """Whether it is an example."""
        return self.evidence in MADE_UP

    def place(self, *ways: str) -> tuple[str, ...]:
        """Give its places of some ways: held, relayed, benefits."""
        return tuple(dict.fromkeys(one for way in ways for one in self.places.get(way, ())))

    def values(self, facet: str) -> tuple[str, ...]:
        """Give what it has of a facet."""
        return ((self.mode,) if self.mode else ()) if facet == "mode" else self.topics.get(facet, ())

    def days(self, first: date, last: date) -> Iterable[date]:
        """List its days between two."""
        begun = max(self.first, first)
        return (begun + timedelta(n) for n in range((min(self.last, last) - begun).days + 1))


@dataclass(frozen=True)
class AgendaRequest:
    """A question to the agenda: words, the values chosen of each facet, a territory and a distance in km around it, days.

    Without a distance, an event is of a territory where it is held, relayed or meant for it, or for what holds it whole; with
    one, where it is held or relayed at most so far from its communes.
    """

    text: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    territory: Territory | None = None
    distance: float | None = None
    first: date | None = None
    last: date | None = None
    illustrative: bool = False


@dataclass(frozen=True)
class AgendaAnswer:
    """The events that answer, by day, and the counts of each facet by value.

    The counts of a facet leave its own choice out, so that they tell what another choice would give; `departments` counts
    events by the département where they are held, relayed or meant for, whatever the territory asked.
    """

    events: tuple[AgendaEvent, ...]
    counts: Mapping[str, Counter[str]]
    departments: Counter[str]


class Agenda:
    """The events of a publication, in the order of their days; `names` have what the things that they name are called."""

    def __init__(
        self, events: Iterable[AgendaEvent], names: Mapping[str, Spoken], ground: Gazetteer | None
    ) -> None:
        self.events = tuple(sorted(events, key=lambda one: (one.first, one.opening, one.last, one.path)))
        self.names, self.ground = names, ground
        self._by_path = {event.path: event for event in self.events}

    @classmethod
    def of(cls, matter: RegionView, everything: RegionView) -> Agenda:
        """Read the events of a matter, those made up as examples among them; without the region nothing has a place."""
        topics = everything.frame("event-topics")
        names = {
            thing: Named(label, english or label)
            for thing, label, english in topics.drop_nulls("label").select("thing", "label", "english").iter_rows()
        }  # fmt: skip
        by_event = _grouped(topics.select("event", "how", "thing").iter_rows())
        relayed = _grouped(
            topics.drop_nulls("relayedFrom").select("event", "thing", "relayedFrom").iter_rows()
        )
        rows = everything.frame("events")
        places = _grouped(rows.drop_nulls("place").select("event", "how", "place").iter_rows())
        changes = dict(rows.drop_nulls("updated").group_by("event").agg("updated").iter_rows())
        single = rows.unique("event", keep="first", maintain_order=True).drop_nulls("from")
        try:
            ground: Gazetteer | None = Gazetteer.of(matter)
        except (UnknownName, ValueError, pl.exceptions.PolarsError):
            ground = None
        loads = dict(everything.frame("event-loads").select("event", "loaded").iter_rows())
        events = (
            _event(
                row,
                _updated(changes.get(row["event"], ()), loads.get(row["event"])),
                *(found.get(row["event"], {}) for found in (places, by_event, relayed)),
            )
            for row in single.iter_rows(named=True)
        )
        return cls(events, names, ground)

    def __len__(self) -> int:
        return len(self.events)

    def event(self, path: str) -> AgendaEvent | None:
        """Give the event of a path, or None."""
        return self._by_path.get(path)

    def territory(self, name: str) -> Territory:
        """Find a territory by its code, path or name; raises UnknownName and SharedName."""
        if self.ground is None:
            raise UnknownName("territory", name, [])
        return self.ground.territory(name)

    @cached_property
    def coverage(self) -> tuple[tuple[str, int], ...]:
        """The départements of events that sources tell, by name, those of most first: of the others nothing is told."""
        counts = self.find(AgendaRequest()).departments
        named = ((self.territory(path).label, count) for path, count in counts.items())
        return tuple(sorted(named, key=lambda pair: (-pair[1], pair[0])))

    def find(self, asked: AgendaRequest) -> AgendaAnswer:
        """Find the events that answer a question, and count what each facet would give."""
        placed = self._places_asked(asked)
        around = self._around(asked)
        within = around if placed is None else [one for one in around if one.path in placed]
        chosen = {name: frozenset(values) for name, values in asked.chosen.items() if values}
        counts = {
            facet: Counter(
                value for one in within if _fits(one, chosen, facet) for value in one.values(facet)
            )
            for facet in FACETS
        }
        departments = Counter(
            department
            for one in around
            if _fits(one, chosen, "")
            for department in self._departments[one.path]
        )
        return AgendaAnswer(
            tuple(one for one in within if _fits(one, chosen, "")), counts, departments
        )  # fmt: skip

    def _around(self, asked: AgendaRequest) -> list[AgendaEvent]:
        """Give the events of the words and of the days asked, wherever they are held."""
        words = [frozenset(stems(word)) or frozenset((word,)) for word in asked_words(asked.text)]
        first, last = asked.first or date.min, asked.last or date.max
        return [
            event
            for event in self.events
            if (asked.illustrative or not event.made_up)
            and first <= event.last
            and event.first <= last
            and all(word & self._stems[event.path] for word in words)
        ]

    def _places_asked(self, asked: AgendaRequest) -> set[str] | None:
        """Give the events of the territory asked, with what is around; None where none is asked."""
        if asked.territory is None or self.ground is None:
            return None
        if asked.distance is None:
            inside = self.ground.mask(asked.territory)
            ways: tuple[str, ...] = ("held", "relayed", "benefits")
            fits = {place: _concerns(inside, ats) for place, ats in self._communes.items()}
        else:
            near = self.ground.distances(asked.territory)
            inside = np.nan_to_num(near, nan=np.inf) <= asked.distance
            ways = ("held", "relayed")
            fits = {place: bool(inside[ats].any()) for place, ats in self._communes.items()}
        return {one.path for one in self.events if any(fits[place] for place in one.place(*ways))}

    @cached_property
    def _communes(self) -> dict[str, npt.NDArray[np.intp]]:
        """The communes of each place that events name; none for one off the ground."""
        assert self.ground is not None
        named = {place for one in self.events for place in one.place("held", "relayed", "benefits")}
        return {place: np.array(self.ground.communes(place), dtype=np.intp) for place in named}

    @cached_property
    def _departments(self) -> dict[str, tuple[str, ...]]:
        """The départements that each event is of: each of those of a whole that it is meant for."""
        if self.ground is None:
            return {one.path: () for one in self.events}
        every = {one.id: self.ground.mask(one) for one in self.ground.of_level("department")}
        inside = {
            place: [path for path, mask in every.items() if _concerns(mask, ats)]
            for place, ats in self._communes.items()
        }
        return {
            one.path: tuple(
                dict.fromkeys(d for place in one.place("held", "relayed", "benefits") for d in inside[place])
            )
            for one in self.events
        }

    def position(self, event: AgendaEvent) -> tuple[float, float] | None:
        """Give the latitude and longitude of the first commune where an event is held or relayed; None: not known."""
        for way in ("held", "relayed"):
            for place in event.places.get(way, ()):
                if (spot := self._spots.get(place)) is not None:
                    return spot
        return None

    @cached_property
    def _spots(self) -> dict[str, tuple[float, float]]:
        """The latitude and longitude of each place of events that is one commune."""
        ground = self.ground
        if ground is None:
            return {}
        return {
            place: (float(ground.lat[ats[0]]), float(ground.long[ats[0]]))
            for place, ats in self._communes.items()
            if len(ats) == 1 and not np.isnan(ground.lat[ats[0]])
        }

    def points(self, events: Sequence[AgendaEvent]) -> pl.DataFrame:
        """Give the position of each event as `lat` and `long`, null where none is known."""
        rows = [self.position(one) or (None, None) for one in events]
        return pl.DataFrame(rows, schema={"lat": pl.Float64, "long": pl.Float64}, orient="row")

    @cached_property
    def _stems(self) -> dict[str, frozenset[str]]:
        """The stems of what each event says of itself: its title, themes, types, scheme, places, relays and organisers."""
        return {
            one.path: frozenset(stem for text in self._texts(one) for stem in stems(text))
            for one in self.events
        }

    def _texts(self, event: AgendaEvent) -> Iterable[str]:
        yield event.label
        for things in event.topics.values():
            for thing in things:
                if (name := self.names.get(thing)) is not None:
                    yield name["fr"]


def _fits(event: AgendaEvent, chosen: Mapping[str, frozenset[str]], but: str) -> bool:
    """Tell whether an event has a chosen value of each facet but one."""
    return all(facet == but or not values.isdisjoint(event.values(facet)) for facet, values in chosen.items())


def _concerns(inside: Mask, ats: npt.NDArray[np.intp]) -> bool:
    """Tell whether a place is in a territory, or holds it whole; a place of no known commune is nowhere."""
    shared = int(inside[ats].sum())
    return shared > 0 and shared in (len(ats), int(inside.sum()))


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, dict[str, None]]] = {}
    for event, how, thing in rows:
        found.setdefault(event, {}).setdefault(how, {})[thing] = None
    return {
        event: {how: tuple(sorted(things)) for how, things in ways.items()} for event, ways in found.items()
    }


def _event(
    row: Mapping[str, Any],
    updated: datetime | None,
    places: Mapping[str, tuple[str, ...]],
    topics: Mapping[str, tuple[str, ...]],
    relayed: Mapping[str, tuple[str, ...]],
) -> AgendaEvent:
    first = date.fromisoformat(row["from"][:10])
    last = date.fromisoformat((row["until"] or row["from"])[:10])
    one_day = last <= first
    return AgendaEvent(
        row["event"], row["label"], first, max(first, last),
        (row["opening"] or "")[:5] if one_day else "", (row["closing"] or "")[:5] if one_day and row["opening"] else "",
        row["off"] or "", updated,
        row["mode"] or "", row["homepage"] or "", row["evidence"] or "documented", row["source"] or "", places, topics, relayed,
    )  # fmt: skip


def _updated(changes: Sequence[str], loaded: str | None) -> datetime | None:
    """Give when an event changed last: the day that its source tells, else the time of its load, or when relays said something.

    >>> _updated(["2026-11-02", "2026-11-28T07:00:00Z"], "2026-11-30T08:00:00Z").isoformat()
    '2026-11-28T07:00:00+00:00'
    >>> _updated(["2026-11-28T07:00:00Z"], "2026-11-30T08:00:00Z").isoformat()
    '2026-11-30T08:00:00+00:00'
    """
    days = [f"{one[:10]}T00:00:00Z" for one in changes if "T" not in one]
    told = [*(days or ([loaded] if loaded else [])), *(one for one in changes if "T" in one)]
    return max(map(datetime.fromisoformat, told), default=None)
