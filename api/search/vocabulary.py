"""Types of interactions and of actors that a question names, told where no source has anything of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...graph.region.text import asked_words, fold
from ...ontology.vocabulary import ID
from ..ontology_pages.schemes import Concept, schemes
from ..web.negotiation import Language

MOST = 4
_SCHEMES = (f"{ID}interaction-type", f"{ID}actor-type")


class Entry(NamedTuple):
    """A type: its name, the title of its scheme, the address of its page."""

    name: str
    scheme: str
    address: str


def terms(text: str, language: Language) -> list[Entry]:
    """List the types whose names hold words that begin with each word of a question, at most MOST, the shortest name first.

    >>> [(one.name, one.scheme) for one in terms("chaire", "fr")]
    [('chaire partenariale', "Types d'interaction")]
    >>> terms("zzz", "fr"), terms("", "fr")
    ([], [])
    """
    asked = [word for one in asked_words(text) for word in fold(one).split()]
    found = [
        Entry(concept.label.to(language), scheme.title.to(language), f"/doc/{concept.iri.removeprefix(ID)}")
        for scheme in schemes()
        if scheme.iri in _SCHEMES
        for concept in _all(scheme.tree)
        if asked and _holds(f"{concept.label.to('fr')} {concept.label.to('en')}", asked)
    ]
    return sorted(found, key=lambda one: (len(one.name), one))[:MOST]


def _all(tree: Iterable[Concept]) -> Iterator[Concept]:
    for concept in tree:
        yield concept
        yield from _all(concept.below)


def _holds(name: str, asked: Iterable[str]) -> bool:
    words = fold(name).split()
    return all(any(word.startswith(one) for word in words) for one in asked)
