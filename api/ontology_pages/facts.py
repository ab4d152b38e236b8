"""What some Turtle files say, by subject and property, with texts in several languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ...ontology.vocabulary import PREFIXES
from ..web.negotiation import Language

RDF = PREFIXES["rdf"]
TYPE = RDF + "type"


@dataclass(frozen=True)
class Text:
    """A text in several languages."""

    said: tuple[tuple[str, str], ...] = ()

    def to(self, language: Language) -> str:
        """Give the text in a language, else in French, English, or any.

        >>> Text((("en", "site"), ("it", "sito"))).to("fr")
        'site'
        """
        texts = dict(self.said)
        for wanted in (language, "fr", "en", ""):
            if wanted in texts:
                return texts[wanted]
        return self.said[0][1] if self.said else ""

    def __bool__(self) -> bool:
        return bool(self.said)


class Facts:
    """Triples of some Turtle files by subject and property; blank nodes are told apart between files."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.triples: list[ox.Triple] = []
        self.by_subject: dict[
            ox.NamedNode | ox.BlankNode, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]
        ]
        self.by_subject = defaultdict(lambda: defaultdict(list))
        for file in files:
            for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
                self.triples.append(quad.triple)
                self.by_subject[quad.subject][quad.predicate.value].append(quad.object)

    def values(
        self, subject: str | ox.NamedNode | ox.BlankNode, *properties: str
    ) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        """List the values of some properties of a subject, in the order of the files."""
        node = ox.NamedNode(subject) if isinstance(subject, str) else subject
        said = self.by_subject.get(node, {})
        return [value for name in properties for value in said.get(name, ())]

    def iris(self, subject: str | ox.NamedNode | ox.BlankNode, *properties: str) -> list[str]:
        """List the IRIs among the values of some properties."""
        return [value.value for value in self.values(subject, *properties) if isinstance(value, ox.NamedNode)]

    def text(self, subject: str | ox.NamedNode | ox.BlankNode, *properties: str) -> Text:
        """Give the text of the first property that has one, in every language it has."""
        for name in properties:
            found = {
                v.language or "": v.value for v in self.values(subject, name) if isinstance(v, ox.Literal)
            }
            if found:
                return Text(tuple(sorted(found.items())))
        return Text()

    def subjects(self, kind: str) -> list[str]:
        """List the IRIs of a type, in the order of the files."""
        wanted = ox.NamedNode(kind)
        return [
            s.value
            for s, said in self.by_subject.items()
            if wanted in said.get(TYPE, ()) and not isinstance(s, ox.BlankNode)
        ]

    def members(
        self, head: ox.NamedNode | ox.BlankNode | ox.Literal
    ) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        """List the items of an RDF list."""
        items = []
        while isinstance(head, ox.BlankNode):
            items += self.values(head, RDF + "first")
            head = next(iter(self.values(head, RDF + "rest")), ox.NamedNode(RDF + "nil"))
        return items
