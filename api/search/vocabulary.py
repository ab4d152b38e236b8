"""Types of interactions that a question names, told where no source has any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...graph.region.text import asked_words, stems
from ...ontology.vocabulary import ID
from ..ontology_pages.schemes import Concept, schemes
from ..web.negotiation import Language

MOST = 4
_SCHEME = f"{ID}interaction-type"


class Entry(NamedTuple):
    """A type: its name, and the address of its page."""

    name: str
    address: str


def terms(text: str, language: Language) -> list[Entry]:
    """List the narrowest types of interactions whose names hold all words of a question, at most MOST, the shortest first.

    Words are compared as the finder compares them: it holds the names of the types of each interaction, and so finds those of
    a type that any has; of a wider type it would not.

    >>> [one.name for one in terms("chaires", "fr")], terms("zzz", "fr"), terms("", "fr")
    (['chaire partenariale'], [], [])
    """
    asked = [set(stems(word)) for word in asked_words(text)]
    found = [
        Entry(concept.label.to(language), f"/doc/{concept.iri.removeprefix(ID)}")
        for scheme in schemes()
        if scheme.iri == _SCHEME and asked
        for concept in _narrowest(scheme.tree)
        if all(not one.isdisjoint(_held(concept)) for one in asked)
    ]
    return sorted(found, key=lambda one: (len(one.name), one))[:MOST]


def _narrowest(tree: Iterable[Concept]) -> Iterator[Concept]:
    for concept in tree:
        yield from _narrowest(concept.below) if concept.below else (concept,)


def _held(concept: Concept) -> set[str]:
    return {*stems(concept.label.to("fr")), *stems(concept.label.to("en"))}
