"""RDF in each format, and documents about the service itself, written triple by triple with prefixed names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from ...graph.sparql.formats import Format
from ...graph.sparql.json_ld import write_json_ld
from ...ontology.vocabulary import PREFIXES as ONTOLOGY_PREFIXES
from ..web.negotiation import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Representation

Node: TypeAlias = NamedNode | BlankNode
Value: TypeAlias = Node | Literal

PREFIXES: Mapping[str, str] = {
    **{
        name: ONTOLOGY_PREFIXES[name]
        for name in ("dcat", "dcterms", "foaf", "owl", "prov", "rdf", "rdfs", "sh", "xsd")
    },
    "dcatap": "http://data.europa.eu/r5r/",
    "spdx": "http://spdx.org/rdf/terms#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "formats": "http://www.w3.org/ns/formats/",
}
_KNOWN = {**ONTOLOGY_PREFIXES, **PREFIXES}
_ENGINE = {
    TURTLE.name: RdfFormat.TURTLE,
    JSON_LD.name: RdfFormat.JSON_LD,
    N_TRIPLES.name: RdfFormat.N_TRIPLES,
    RDF_XML.name: RdfFormat.RDF_XML,
    TRIG.name: RdfFormat.TRIG,
    N_QUADS.name: RdfFormat.N_QUADS,
}
_DECLARING = (RdfFormat.TURTLE, RdfFormat.RDF_XML, RdfFormat.TRIG)


def write_rdf(
    listed: Sequence[Triple] | Sequence[Quad],
    chosen: Representation | Format,
    prefixes: Mapping[str, str] | None = None,
) -> bytes:
    r"""Write triples or quads in a format; where it declares prefixes, these, else the known ones that are used.

    >>> write_rdf([Triple(NamedNode("http://e.org/x"), NamedNode("http://e.org/p"), Literal("x"))], N_TRIPLES)
    b'<http://e.org/x> <http://e.org/p> "x" .\n'
    """
    format = _ENGINE[chosen.name]
    if format == RdfFormat.JSON_LD:
        return write_json_ld(listed)
    if format not in _DECLARING:
        return serialize(listed, format=format) or b""
    declared = used_prefixes(listed) if prefixes is None else dict(prefixes)
    return serialize(listed, format=format, prefixes=declared) or b""


def used_prefixes(listed: Sequence[Triple] | Sequence[Quad]) -> dict[str, str]:
    """Give the known prefixes that some triples or quads use, so that no other is declared.

    >>> label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    >>> used_prefixes([Triple(NamedNode("https://w3id.org/ancrage/id/x"), label, Literal("x"))])
    {'id': 'https://w3id.org/ancrage/id/', 'rdfs': 'http://www.w3.org/2000/01/rdf-schema#'}
    """
    heads = set()
    for one in listed:
        for node in one:
            literal = isinstance(node, Literal)
            iri = node.datatype.value if literal else getattr(node, "value", "")
            if literal and iri.endswith(("#string", "#langString")):
                continue
            heads.add(iri[: max(iri.rfind("/"), iri.rfind("#")) + 1])
    return {name: space for name, space in sorted(_KNOWN.items()) if space in heads}


def term(curie: str) -> NamedNode:
    """Give the IRI of a prefixed name.

    >>> term("void:triples").value
    'http://rdfs.org/ns/void#triples'
    """
    prefix, _, local = curie.partition(":")
    return NamedNode(_KNOWN[prefix] + local)


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

    def words(self, subject: Node, predicate: str, texts: Mapping[str, str]) -> None:
        """Say a text in the languages it is known in."""
        for language, text in texts.items():
            self.add(subject, predicate, text, language)

    def typed(self, subject: Node, predicate: str, text: str, datatype: str) -> None:
        """Say a literal of a datatype."""
        self.triples.append(Triple(subject, term(predicate), Literal(text, datatype=term(datatype))))

    def a(self, subject: Node, *classes: str) -> None:
        """Say the classes of a thing."""
        for name in classes:
            self.add(subject, "rdf:type", term(name))

    def serialise(self, chosen: Representation) -> bytes:
        """Write the triples in a format."""
        order: dict[object, int] = {}
        for triple in self.triples:
            order.setdefault(triple.subject, len(order))
        return write_rdf(sorted(self.triples, key=lambda triple: order[triple.subject]), chosen, PREFIXES)
