"""What completes a text that is typed: things, properties and types whose names or identifiers begin so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...graph.region.text import fold
from ...loaders.publish.linked_tables import record_of
from ..web.links import BASE
from .entities import Entities
from .properties import PROPERTIES
from .properties import described as property_described
from .types import BROADER, type_name, with_broader
from .types import described as type_described

_KINDS = ("acteurs", "territoires")


def things(
    entities: Entities, prefix: str, types: Sequence[str], language: str, first: int, count: int
) -> list[dict[str, Any]]:
    """List things whose names have all the words, or words that begin so, the best first; what a number names comes before."""
    found = dict.fromkeys(_found(entities, prefix))
    wanted = {*types}
    kept = [one for one in found if not wanted or not wanted.isdisjoint(with_broader(entities.type(one)))]
    return [thing(entities, one, language) for one in kept[first : first + count]]


def _found(entities: Entities, prefix: str) -> Iterator[str]:
    if path := entities.find(prefix):
        yield path
    record, _ = record_of({"name": prefix})
    if record.identifiers and entities.bodies and (link := entities.bodies.find(record)):
        yield link.body
    for named in entities.names.find(prefix):
        if named.kind in _KINDS:
            yield named.iri.removeprefix(BASE)


def thing(entities: Entities, path: str, language: str) -> dict[str, Any]:
    """Describe a thing: identifier, name, what tells it from its homonyms, and its types."""
    named = entities.named(path)
    return {
        "id": path,
        "name": entities.name(path),
        "description": entities.names.precise(named, language) if named else "",
        "notable": [
            {"id": type, "name": type_name(type)[language]} for type in with_broader(entities.type(path))
        ],
    }


def properties(prefix: str, language: str, first: int, count: int) -> list[dict[str, Any]]:
    """List properties whose identifier or name has words that begin as a text; all for an empty one.

    >>> [one["name"] for one in properties("com", "en", 0, 5)]
    ['commune', 'commune code (Insee)']
    """
    described = (property_described(name, language) for name in PROPERTIES)
    return _begun(list(described), prefix)[first : first + count]


def types(prefix: str, language: str, first: int, count: int) -> list[dict[str, Any]]:
    """List types likewise.

    >>> [one["id"] for one in types("unité", "fr", 0, 5)]
    ['ResearchUnit']
    """
    return _begun([type_described(type, language) for type in BROADER], prefix)[first : first + count]


def _begun(described: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    words = fold(prefix).split()
    return [
        one
        for one in described
        if all(
            any(known.startswith(word) for known in fold(f"{one['id']} {one['name']}").split())
            for word in words
        )
    ]
