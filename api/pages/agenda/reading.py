"""What the agenda's pages and feeds read of a publication, made once, and how they name things."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request

from ....graph.region.agenda import Agenda, AgendaEvent
from ....graph.region.names import UnknownName
from ....graph.region.outlines import Layer, Outlines
from ....graph.region.view import RegionView
from ....ontology.labels import Term
from ....words import at_name, first_upper, gettext, join_words
from ...analysis.analyses import Analyses
from ...analysis.read_once import ReadOnce
from ...reading.solutions import Reading
from ...search.map import outlines
from ...web.links import local_name
from ...web.negotiation import Language

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


@dataclass(frozen=True)
class Feed:
    """What a calendar or a feed says of itself: its name, a sentence, its address, that of its page and of the site.

    `stamp` is the time of the publication, which stands for that of an event of which nothing tells it.
    """

    name: str
    about: str
    address: str
    page: str
    site: str
    stamp: datetime
    language: Language


@dataclass(frozen=True)
class AgendaData:
    """The agenda of a publication and what its small map is drawn on (None: nothing)."""

    snapshot: str
    agenda: Agenda
    layer: Layer | None
    _named: dict[tuple[tuple[str, ...], Language], list[str]] = field(default_factory=dict)
    _said: dict[tuple[object, ...], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, matter: RegionView, everything: RegionView) -> AgendaData:
        """Read the agenda of a matter, and of the same with the illustrative graphs."""
        agenda = Agenda.of(matter, everything)
        layer = None
        if len(agenda) and agenda.ground is not None:
            try:
                layer = outlines(Outlines.of(matter), matter.within)
            except UnknownName:
                layer = None  # nothing is known of the region
        return cls(matter.snapshot, agenda, layer)

    def name(self, path: str, language: Language) -> str:
        """Name a theme, a place, a relay, a mode or a type; the end of its path where nothing names it."""
        known = self.agenda.names.get(path)
        return (
            known[language]
            if known is not None
            else Term.of(path)[language]
            if "/" in path
            else local_name(path)
        )

    def names(self, paths: tuple[str, ...], language: Language) -> list[str]:
        """Name several things, each name once; names are kept, since events share them."""
        key = (paths, language)
        if key not in self._named:
            names = dict.fromkeys(first_upper(self.name(path, language)) for path in paths)
            self._named[key] = list(names)
        return self._named[key]

    def categories(self, event: AgendaEvent, language: Language) -> list[str]:
        """Name what an event is about: its themes, types and scheme, and how it is attended."""
        paths = (
            *(one for facet in ("theme", "type", "scheme") for one in event.topics.get(facet, ())),
            *event.values("mode"),
        )
        return self.names(paths, language)

    def relays(self, event: AgendaEvent, language: Language) -> list[str]:
        """Name who relays an event, and from where."""
        return [
            gettext("{relay}, {at}", language, relay=name, at=at)
            if (at := self._at(event.relayed_from.get(relay, ()), language))
            else name
            for relay in event.topics.get("relay", ())
            for name in self.names((relay,), language)
        ]

    def _at(self, paths: tuple[str, ...], language: Language) -> str:
        return join_words([at_name(place, language) for place in self.names(paths, language)], language)

    def where(self, event: AgendaEvent, language: Language) -> str:
        """Say where an event is held; where nothing tells, nothing."""
        return ", ".join(self.names(event.places.get("held", ()), language))

    def said(self, event: AgendaEvent, language: Language) -> list[str]:
        """Say what a calendar has no property for: that an event is made up, its mode, who relays and organises it; kept."""
        relays = tuple((one, event.relayed_from.get(one, ())) for one in event.topics.get("relay", ()))
        key = (event.made_up, event.mode, relays, event.topics.get("organiser", ()), language)
        if key not in self._said:
            self._said[key] = self._sentences(event, language)
        return self._said[key]

    def _sentences(self, event: AgendaEvent, language: Language) -> list[str]:
        lines = []
        if event.made_up:
            lines.append(gettext("Exemple inventé : cet évènement n’existe pas.", language))
        if event.mode:
            lines.append(gettext("Modalité : {mode}.", language, mode=self.name(event.mode, language)))
        if relays := self.relays(event, language):
            lines.append(gettext("En relais : {names}.", language, names=join_words(relays, language)))
        if bodies := self.names(event.topics.get("organiser", ()), language):
            lines.append(gettext("Organisé par {names}.", language, names=join_words(bodies, language)))
        return lines


class Agendas(ReadOnce[AgendaData]):
    """Keeps the agenda of the current publication."""

    def __init__(self, analyses: Analyses) -> None:
        super().__init__(analyses, AgendaData.of)


async def agenda_of(request: Request, reading: Reading) -> AgendaData:
    """Give the agenda of the publication being read; raises as Analyses.run."""
    agendas: Agendas = request.app.state.agendas
    known = await agendas.of(reading.snapshot)
    reading.failed |= known.snapshot != reading.snapshot
    return known


def printable(text: str) -> str:
    r"""Leave out what neither XML nor a calendar's line may have.

    >>> printable("forêt\x00, eau\n")
    'forêt, eau\n'
    """
    return _UNPRINTABLE.sub("", text)
