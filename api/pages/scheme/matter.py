"""What the graph says of schemes, read once a publication: their editions, their interactions, who takes part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...reading.things import Thing, Things, ask, full_iri, graphs_of, things_of
from ...render.blocks.block import BlockContext
from ...web.page_language import choose_language
from ...web.turns import run_in_turn

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
class SchemeMatter(Things):
    """All that pages of schemes are made from: schemes and editions, and the interactions of schemes, by path."""

    interactions: Mapping[str, Thing]

    def schemes(self) -> list[Thing]:
        """List the schemes."""
        return self.of_class("SupportScheme")

    def editions(self, scheme: Thing) -> list[Thing]:
        """List the editions of a scheme, the latest first."""
        found = [one for one in self.things.values() if scheme.path in one.all("editionOf")]
        return sorted(found, key=lambda one: (one.one("year"), one.path), reverse=True)

    def under(self, scheme: Thing) -> list[Thing]:
        """List the interactions of a scheme, the latest first."""
        found = [one for one in self.interactions.values() if scheme.path in one.all("underScheme")]
        return sorted(found, key=lambda one: (one.year or 0, one.path), reverse=True)


@dataclass(frozen=True)
class Context(BlockContext):
    """What the blocks of one scheme are made from."""

    matter: SchemeMatter
    scheme: Thing


async def matter_of(request: Request) -> SchemeMatter:
    """Read what pages of schemes are made from; raises what the pool raises."""
    reading = reading_of(request)
    reading.language = choose_language(request)
    return await run_in_turn(_read, reading, graphs_of(request, reading))


def _read(reading: Reading, graphs: list[str]) -> SchemeMatter:
    things = things_of(ask(reading, "scheme/facts", graphs))
    interactions = things_of(ask(reading, "scheme/interactions", graphs)) if things else {}
    named = [*things.values(), *interactions.values()]
    shown = {
        path for one in named for path in (one.path, *(value for name in _NAMED for value in one.all(name)))
    }
    reading.learn_labels(full_iri(path) for path in shown)
    return SchemeMatter(things, reading, reading.language, interactions)
