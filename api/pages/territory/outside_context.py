"""What the page of a territory off the region is made from: questions of `questions/territory/`, each asked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ...reading.solutions import Reading, Solutions
from ...render.blocks.block import Unread
from ...web.negotiation import Language

#: The questions that a page asks at once; those of zones and pools need to know which there are.
ASKED = (
    *("wholes", "parts", "population", "contour", "actors", "sites", "programmes", "zones", "pools"),
    *("establishments", "interactions", "interactions-by-year", "interactions-by-type", "partners"),
    *("chains", "serving", "illustrative"),
)


@dataclass(frozen=True)
class OutsideContext:
    """What the blocks are made from: the territory, its level, and what questions answered, each asked once."""

    reading: Reading
    iri: str
    kind: str
    asked: dict[str, Solutions] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """The language of the page."""
        return self.reading.language

    def ask(self, name: str, **terms: str | Sequence[str]) -> Solutions:
        """Ask a question of the territory; raises Unread where the page asked it in vain, else what the pool raises."""
        if name not in self.asked:
            self.asked[name] = self.reading.facts(f"territory/{name}", **(terms or {"place": self.iri}))
        found = self.asked[name]
        if found.failure:
            raise Unread(found.failure)
        self.reading.learn_labels(mentioned(found))
        return found

    def label(self, iri: str) -> str:
        """Name a thing."""
        return self.reading.label(iri)


def mentioned(*answers: Solutions) -> set[str]:
    """List the things that answers hold, to be named."""
    return {
        value
        for answer in answers
        for row in answer.rows
        for value in row.values()
        if value.startswith(("https://w3id.org/", "http://id.insee.fr/"))
    }
