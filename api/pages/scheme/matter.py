"""What the graph says of schemes, read once a publication: their editions, their interactions, who takes part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from ...labels.wording import fold
from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...reading.things import ILLUSTRATIVE, Thing, ask, full_iri, graphs_of, things_of
from ...render.blocks.block import Block
from ...render.blocks.tables import Table
from ...web.links import local_name
from ...web.negotiation import Language
from ...web.page_language import choose_language

_NAMED = (
    *(
        "runBy",
        "fundedBy",
        "inPartnershipWith",
        "servesTerritory",
        "forTerritory",
        "hasDiscipline",
        "interactionType",
    ),
    *("editionOf", "participant", "takesPlaceIn", "benefitsTerritory"),
)
"""Properties whose values are shown by their names."""


@dataclass(frozen=True)
class SchemeMatter:
    """All that pages of schemes are made from: schemes and editions, and the interactions of schemes, by path."""

    things: Mapping[str, Thing]
    interactions: Mapping[str, Thing]
    reading: Reading
    language: Language

    def schemes(self) -> list[Thing]:
        """List the schemes, those of sources before examples, by name."""
        found = [one for one in self.things.values() if "SupportScheme" in map(local_name, one.all("type"))]
        return sorted(
            found, key=lambda one: (one.evidence == ILLUSTRATIVE, fold(self.name(one.path)), one.path)
        )

    def editions(self, scheme: Thing) -> list[Thing]:
        """List the editions of a scheme, the latest first."""
        found = [one for one in self.things.values() if scheme.path in one.all("editionOf")]
        return sorted(found, key=lambda one: (one.one("year"), one.path), reverse=True)

    def under(self, scheme: Thing) -> list[Thing]:
        """List the interactions of a scheme, the latest first."""
        found = [one for one in self.interactions.values() if scheme.path in one.all("underScheme")]
        return sorted(found, key=lambda one: (one.year or 0, one.path), reverse=True)

    def name(self, path: str) -> str:
        """Name a thing in the language of the page; "" for nothing."""
        return self.reading.label(full_iri(path)) if path else ""

    def names(self, paths: Iterable[str]) -> str:
        """Name things in one text."""
        return ", ".join(sorted(self.name(path) for path in paths))


@dataclass(frozen=True)
class Context:
    """What the blocks of one scheme are made from."""

    matter: SchemeMatter
    scheme: Thing
    tables: dict[str, Table] = field(default_factory=dict)

    def table(self, block: Block) -> Table:
        """Give the table of a block, made once a page."""
        if block.name not in self.tables:
            assert block.make is not None
            self.tables[block.name] = block.make(self)
        return self.tables[block.name]


async def matter_of(request: Request) -> SchemeMatter:
    """Read what pages of schemes are made from; raises what the pool raises."""
    reading = reading_of(request)
    reading.language = choose_language(request)
    return await run_in_threadpool(_read, reading, graphs_of(request, reading))


def _read(reading: Reading, graphs: list[str]) -> SchemeMatter:
    things = things_of(ask(reading, "scheme/facts", graphs))
    interactions = things_of(ask(reading, "scheme/interactions", graphs)) if things else {}
    named = [*things.values(), *interactions.values()]
    shown = {
        path for one in named for path in (one.path, *(value for name in _NAMED for value in one.all(name)))
    }
    reading.learn_labels(full_iri(path) for path in shown)
    return SchemeMatter(things, interactions, reading, reading.language)
