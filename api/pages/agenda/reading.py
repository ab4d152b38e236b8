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
from ....words import first_upper
from ...analysis.analyses import Analyses
from ...analysis.read_once import ReadOnce
from ...reading.solutions import Reading
from ...search.map import outlines
from ...web.links import local_name
from ...web.negotiation import Language

MOST_WRITTEN = 8
"""Forms, sites and languages whose written events are kept: an address may name any site."""


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
    """The agenda of a publication, what its small map is drawn on (None: nothing), and what was written of its events."""

    snapshot: str
    agenda: Agenda
    layer: Layer | None
    _written: dict[tuple[str, str, str], dict[str, bytes]] = field(default_factory=dict)

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

    def written(self, form: str, head: Feed) -> dict[str, bytes]:
        """Give what is kept of each event in a form, for the site and the language of a feed; a few sites are kept."""
        key = (form, head.site, head.language)
        if key not in self._written:
            while len(self._written) >= MOST_WRITTEN:
                self._written.pop(next(iter(self._written)), None)
            self._written[key] = {}
        return self._written[key]

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
        return self.names(paths, language)

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
