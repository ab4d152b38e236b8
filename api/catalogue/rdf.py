"""Named questions in RDF: `sh:SPARQLExecutable`, as the SIB's sparql-examples describe theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ...queries.parameters import TYPES, XSD, Parameter
from ...queries.query import Query
from ..render.rdf_document import write_rdf
from ..web.negotiation import Representation
from .answers import standing_alone

PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "xsd": XSD,
}
#: The class of an executable and the property that holds its text, by SPARQL form.
_FORMS = {
    "SELECT": ("sh:SPARQLSelectExecutable", "sh:select"),
    "ASK": ("sh:SPARQLAskExecutable", "sh:ask"),
    "CONSTRUCT": ("sh:SPARQLConstructExecutable", "sh:construct"),
}
_PREFIX = re.compile(r"^PREFIX\s+(\w*):\s*<([^>]*)>", re.MULTILINE)
_TITLES = (
    ("Questions nommées sur les relations entre universités et territoires", "fr"),
    ("Named queries on the relations of universities and territories", "en"),
)


def describe(
    queries: Sequence[Query],
    base: str,
    format: Representation,
    graphs: Mapping[str, Mapping[str, object]] | None = None,
) -> bytes:
    """Write the description of questions served at `base`; `graphs` are those of the publication, by IRI.

    A question that reads more than the base graphs names them in its text, so that it means the same at the
    endpoint. Parameters are variables bound by a `VALUES` block to the example.

    >>> from ...queries.library import Library
    >>> from ..web.negotiation import TURTLE
    >>> text = describe([Library()["territory-identity"]], "https://e.org", TURTLE).decode()
    >>> "schema:target <https://e.org/sparql>" in text
    True
    """
    return write_rdf(list(_triples(queries, base, graphs or {})), format, PREFIXES)


def _triples(
    queries: Sequence[Query], base: str, graphs: Mapping[str, Mapping[str, object]]
) -> Iterator[Triple]:
    catalogue, prefixes = NamedNode(f"{base}/queries"), NamedNode(f"{base}/queries#prefixes")
    for text, language in _TITLES:
        yield Triple(catalogue, _name("dcterms:title"), Literal(text, language=language))
    declared: dict[str, str] = {}
    for query in queries:
        declared.update(_PREFIX.findall(query.text))
        yield Triple(catalogue, _name("dcterms:hasPart"), NamedNode(f"{base}/queries/{query.name}"))
        yield from _query(query, base, prefixes, graphs)
    for prefix, namespace in sorted(declared.items()):
        node = BlankNode(f"prefix-{prefix}")
        yield Triple(prefixes, _name("sh:declare"), node)
        yield Triple(node, _name("sh:prefix"), Literal(prefix))
        yield Triple(node, _name("sh:namespace"), Literal(namespace, datatype=_name("xsd:anyURI")))


def _query(
    query: Query, base: str, prefixes: NamedNode, graphs: Mapping[str, Mapping[str, object]]
) -> Iterator[Triple]:
    subject, a = NamedNode(f"{base}/queries/{query.name}"), _name("rdf:type")
    kind, holds = _FORMS[query.form]
    yield Triple(subject, a, _name("sh:SPARQLExecutable"))
    yield Triple(subject, a, _name(kind))
    yield Triple(subject, _name("dcterms:identifier"), Literal(query.name))
    for language, title in query.title.items():
        yield Triple(subject, _name("rdfs:label"), Literal(title, language=language))
    for language, summary in query.summary.items():
        yield Triple(subject, _name("rdfs:comment"), Literal(summary, language=language))
    examples = {p.name: p.example for p in query.parameters}
    yield Triple(subject, _name(holds), Literal(standing_alone(query, examples, graphs)))
    yield Triple(subject, _name("sh:prefixes"), prefixes)
    yield Triple(subject, _name("schema:target"), NamedNode(f"{base}/sparql"))
    for tag in query.tags:
        yield Triple(subject, _name("schema:keywords"), Literal(tag))
    for order, parameter in enumerate(query.parameters):
        node = NamedNode(f"{base}/queries/{query.name}#{parameter.name}")
        yield Triple(subject, _name("sh:parameter"), node)
        yield from _parameter(parameter, node, base, order)


def _parameter(parameter: Parameter, node: NamedNode, base: str, order: int) -> Iterator[Triple]:
    """Describe a parameter: the local name of its path is the variable it binds."""
    kind = TYPES[parameter.type]
    yield Triple(node, _name("rdf:type"), _name("sh:Parameter"))
    yield Triple(node, _name("sh:path"), NamedNode(f"{base}/queries/parameters#{parameter.name}"))
    yield Triple(node, _name("sh:order"), Literal(order))
    yield Triple(node, _name("sh:optional"), Literal(parameter.optional))
    yield Triple(node, _name("skos:example"), Literal(parameter.example))
    for language, label in kind.label.items():
        yield Triple(node, _name("sh:name"), Literal(label, language=language))
        yield Triple(node, _name("sh:description"), Literal(kind.accepts[language], language=language))
    term = parameter.terms(parameter.example)[0]
    if term.startswith("<"):
        yield Triple(node, _name("sh:nodeKind"), _name("sh:IRI"))
        yield Triple(node, _name("sh:defaultValue"), NamedNode(term[1:-1]))
    else:
        typed = re.search(r"\^\^<([^>]*)>$", term)
        datatype = typed[1] if typed else XSD + ("string" if term.startswith('"') else "integer")
        yield Triple(node, _name("sh:nodeKind"), _name("sh:Literal"))
        yield Triple(node, _name("sh:datatype"), NamedNode(datatype))


def _name(curie: str) -> NamedNode:
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)
