"""What the agenda's pages and feeds read of a publication, made once, and how they name things."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request

from ....graph.region.agenda import Agenda, AgendaEvent
from ....graph.region.names import UnknownName
from ....graph.region.outlines import Layer, Outlines
from ....graph.region.view import RegionView
from ....ontology.labels import Term
from ....words import first_upper, gettext, join_words
from ...analysis.analyses import Analyses
from ...analysis.read_once import ReadOnce
from ...reading.solutions import Reading
from ...search.map import outlines
from ...web.links import local_name
from ...web.negotiation import Language

_UNPRINTABLE = dict.fromkeys({*range(32), *range(127, 160), 0x2028, 0x2029, 0xFFFE, 0xFFFF} - {9, 10})


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
    _categories: dict[tuple[tuple[str, ...], Language], list[str]] = field(default_factory=dict)

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
        """Name several things, each name once."""
        return list(dict.fromkeys(first_upper(self.name(path, language)) for path in paths))

    def categories(self, event: AgendaEvent, language: Language) -> list[str]:
        """Name what an event is about: its themes, types and scheme, and how it is attended."""
        paths = (
            *(one for facet in ("theme", "type", "scheme") for one in event.topics.get(facet, ())),
            *event.values("mode"),
        )
        if (paths, language) not in self._categories:
            self._categories[paths, language] = self.names(paths, language)
        return self._categories[paths, language]

    def relays(self, event: AgendaEvent, language: Language) -> list[str]:
        """Name who relays an event, and from where."""
        return [
            gettext("{name}, à {place}", language, name=name, place=join_words(places, language))
            if (places := self.names(event.relayed_from.get(relay, ()), language))
            else name
            for relay in event.topics.get("relay", ())
            for name in self.names((relay,), language)
        ]

    def where(self, event: AgendaEvent, language: Language) -> str:
        """Say where an event is held; where nothing tells, nothing."""
        return ", ".join(self.names(event.place("held"), language))


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
    return text if text.isprintable() else text.translate(_UNPRINTABLE)
