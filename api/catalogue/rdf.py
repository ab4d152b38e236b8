"""Named questions in RDF: `sh:SPARQLExecutable`, as the SIB's sparql-examples describe theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ...queries.parameters import TYPES, XSD, Parameter
from ...queries.query import Query
from ..render.rdf_document import term, write_rdf
from ..web.negotiation import Representation
from .answers import standing_alone

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
    return write_rdf(list(_triples(queries, base, graphs or {})), format)


def _triples(
    queries: Sequence[Query], base: str, graphs: Mapping[str, Mapping[str, object]]
) -> Iterator[Triple]:
    catalogue, prefixes = NamedNode(f"{base}/queries"), NamedNode(f"{base}/queries#prefixes")
    for text, language in _TITLES:
        yield Triple(catalogue, term("dcterms:title"), Literal(text, language=language))
    declared: dict[str, str] = {}
    for query in queries:
        declared.update(_PREFIX.findall(query.text))
        yield Triple(catalogue, term("dcterms:hasPart"), NamedNode(f"{base}/queries/{query.name}"))
        yield from _query(query, base, prefixes, graphs)
    for prefix, namespace in sorted(declared.items()):
        node = BlankNode(f"prefix-{prefix}")
        yield Triple(prefixes, term("sh:declare"), node)
        yield Triple(node, term("sh:prefix"), Literal(prefix))
        yield Triple(node, term("sh:namespace"), Literal(namespace, datatype=term("xsd:anyURI")))


def _query(
    query: Query, base: str, prefixes: NamedNode, graphs: Mapping[str, Mapping[str, object]]
) -> Iterator[Triple]:
    subject, a = NamedNode(f"{base}/queries/{query.name}"), term("rdf:type")
    kind, holds = _FORMS[query.form]
    yield Triple(subject, a, term("sh:SPARQLExecutable"))
    yield Triple(subject, a, term(kind))
    yield Triple(subject, term("dcterms:identifier"), Literal(query.name))
    for language, title in query.title.items():
        yield Triple(subject, term("rdfs:label"), Literal(title, language=language))
    for language, summary in query.summary.items():
        yield Triple(subject, term("rdfs:comment"), Literal(summary, language=language))
    examples = {p.name: p.example for p in query.parameters}
    yield Triple(subject, term(holds), Literal(standing_alone(query, examples, graphs)))
    yield Triple(subject, term("sh:prefixes"), prefixes)
    yield Triple(subject, term("schema:target"), NamedNode(f"{base}/sparql"))
    for tag in query.tags:
        yield Triple(subject, term("schema:keywords"), Literal(tag))
    for order, parameter in enumerate(query.parameters):
        node = NamedNode(f"{base}/queries/{query.name}#{parameter.name}")
        yield Triple(subject, term("sh:parameter"), node)
        yield from _parameter(parameter, node, base, order)


def _parameter(parameter: Parameter, node: NamedNode, base: str, order: int) -> Iterator[Triple]:
    """Describe a parameter: the local name of its path is the variable it binds."""
    kind = TYPES[parameter.type]
    yield Triple(node, term("rdf:type"), term("sh:Parameter"))
    yield Triple(node, term("sh:path"), NamedNode(f"{base}/queries/parameters#{parameter.name}"))
    yield Triple(node, term("sh:order"), Literal(order))
    yield Triple(node, term("sh:optional"), Literal(parameter.optional))
    yield Triple(node, term("skos:example"), Literal(parameter.example))
    for language, label in kind.label.items():
        yield Triple(node, term("sh:name"), Literal(label, language=language))
        yield Triple(node, term("sh:description"), Literal(kind.accepts[language], language=language))
    value = parameter.terms(parameter.example)[0]
    if value.startswith("<"):
        yield Triple(node, term("sh:nodeKind"), term("sh:IRI"))
        yield Triple(node, term("sh:defaultValue"), NamedNode(value[1:-1]))
    else:
        typed = re.search(r"\^\^<([^>]*)>$", value)
        datatype = typed[1] if typed else XSD + ("string" if value.startswith('"') else "integer")
        yield Triple(node, term("sh:nodeKind"), term("sh:Literal"))
        yield Triple(node, term("sh:datatype"), NamedNode(datatype))
