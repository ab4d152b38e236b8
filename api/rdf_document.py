"""RDF documents about the service itself, written triple by triple with prefixed names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from ..ontology.vocabulary import PREFIXES as ONTOLOGY_PREFIXES
from .negotiation import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Representation

Node: TypeAlias = NamedNode | BlankNode
Value: TypeAlias = Node | Literal

PREFIXES: Mapping[str, str] = {
    **{
        name: ONTOLOGY_PREFIXES[name]
        for name in ("dcat", "dcterms", "foaf", "owl", "prov", "rdf", "rdfs", "sh", "xsd")
    },
    "dcatap": "http://data.europa.eu/r5r/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "formats": "http://www.w3.org/ns/formats/",
}
_ENGINE = {
    TURTLE.name: RdfFormat.TURTLE,
    JSON_LD.name: RdfFormat.JSON_LD,
    N_TRIPLES.name: RdfFormat.N_TRIPLES,
    RDF_XML.name: RdfFormat.RDF_XML,
}


def term(curie: str) -> NamedNode:
    """Give the IRI of a prefixed name.

    >>> term("void:triples").value
    'http://rdfs.org/ns/void#triples'
    """
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


class Document:
    r"""Triples in the order they are said.

    >>> document = Document()
    >>> document.add(NamedNode("http://e.org/d"), "dcterms:title", "Essai", "fr")
    >>> document.serialise(N_TRIPLES)
    b'<http://e.org/d> <http://purl.org/dc/terms/title> "Essai"@fr .\n'
    """

    def __init__(self) -> None:
        self.triples: list[Triple] = []

    def add(
        self, subject: Node, predicate: str, value: Value | str | int, language: str | None = None
    ) -> None:
        """Say a triple: a number is an integer, a text a literal, perhaps in a language."""
        if isinstance(value, int):
            object: Value = Literal(value)
        elif isinstance(value, str):
            object = Literal(value, language=language)
        else:
            object = value
        self.triples.append(Triple(subject, term(predicate), object))

    def both(self, subject: Node, predicate: str, french: str, english: str) -> None:
        """Say a text in French and in English."""
        self.add(subject, predicate, french, "fr")
        self.add(subject, predicate, english, "en")

    def typed(self, subject: Node, predicate: str, text: str, datatype: str) -> None:
        """Say a literal of a datatype."""
        self.triples.append(Triple(subject, term(predicate), Literal(text, datatype=term(datatype))))

    def a(self, subject: Node, *classes: str) -> None:
        """Say the classes of a thing."""
        for name in classes:
            self.add(subject, "rdf:type", term(name))

    def serialise(self, chosen: Representation) -> bytes:
        """Write the triples in a format."""
        format = _ENGINE[chosen.name]
        if format in (RdfFormat.TURTLE, RdfFormat.RDF_XML):
            order: dict[object, int] = {}
            for triple in self.triples:
                order.setdefault(triple.subject, len(order))
            together = sorted(self.triples, key=lambda triple: order[triple.subject])
            return serialize(together, format=format, prefixes=dict(PREFIXES)) or b""
        return serialize(self.triples, format=format) or b""
