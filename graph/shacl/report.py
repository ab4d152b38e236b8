"""What a validation found, and its report in the vocabulary of SHACL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal
from rdflib.term import Node

from ...ontology.vocabulary import PREFIXES
from .constraints import SHACL, Compiler

Term = ox.NamedNode | ox.BlankNode | ox.Literal
"""A node of a graph, as the store gives it."""

_WRITTEN = {name: PREFIXES[name] for name in ("sh", "anc", "org", "owl", "prov", "qb", "rdfs", "skos", "xsd")}
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that a node breaks: the node, the path and the value where there are any, and what to do."""

    focus: Term
    path: Node | None
    value: Term | None
    severity: str
    shape: str
    component: str
    messages: Mapping[str, str] = field(hash=False)
    shapes: Graph = field(hash=False, compare=False, repr=False)

    def message(self, language: str = "fr") -> str:
        """Return the message in a language, or in another when that one is missing."""
        return self.messages.get(language) or next(iter(self.messages.values()))

    @property
    def path_text(self) -> str:
        """The path, with the project's prefixes; empty where the result is about the node itself."""
        return "" if self.path is None else _path_text(self.shapes, self.path)


@dataclass(frozen=True)
class Report:
    """The results of a validation, the gravest first; of those `beyond`, only the number by severity is known."""

    results: list[Result]
    beyond: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def violations(self) -> list[Result]:
        """The results of severity Violation."""
        return [result for result in self.results if result.severity == "Violation"]

    @property
    def conforms(self) -> bool:
        """Whether the graph conforms as SHACL defines it: there is no result, of any severity."""
        return not self.results and not self.beyond

    @property
    def blocks(self) -> bool:
        """Whether the graph must not be published: there is a violation."""
        return bool(self.violations)

    def counts(self) -> dict[str, int]:
        """Count the results by severity.

        Examples:
            >>> Report([]).counts()
            {}
        """
        return dict(Counter(result.severity for result in self.results) + Counter(self.beyond))

    def to_turtle(self) -> str:
        """Write the report as Turtle: a ``sh:ValidationReport`` with its results.

        The source shape of a result is the nearest shape that has an IRI.

        Examples:
            >>> "true" in Report([]).to_turtle()
            True
        """
        text = ox.serialize(self._triples(), format=ox.RdfFormat.TURTLE, prefixes=_WRITTEN)
        return (text or b"").decode()

    def _triples(self) -> Iterator[ox.Triple]:
        report = ox.BlankNode()
        yield ox.Triple(report, _TYPE, _sh("ValidationReport"))
        yield ox.Triple(report, _sh("conforms"), ox.Literal(self.conforms))
        for item in self.results:
            node = ox.BlankNode()
            source = ox.NamedNode(item.shape) if item.shape else ox.BlankNode()
            yield ox.Triple(report, _sh("result"), node)
            yield ox.Triple(node, _TYPE, _sh("ValidationResult"))
            yield ox.Triple(node, _sh("focusNode"), item.focus)
            yield ox.Triple(node, _sh("resultSeverity"), _sh(item.severity))
            yield ox.Triple(node, _sh("sourceConstraintComponent"), ox.NamedNode(item.component))
            yield ox.Triple(node, _sh("sourceShape"), source)
            for language, text in item.messages.items():
                yield ox.Triple(node, _sh("resultMessage"), ox.Literal(text, language=language or None))
            if item.value is not None:
                yield ox.Triple(node, _sh("value"), item.value)
            if item.path is not None:
                yield ox.Triple(node, _sh("resultPath"), to_oxigraph(item.path))
        paths = {item.path: item.shapes for item in self.results if isinstance(item.path, BNode)}
        for path, shapes in paths.items():
            yield from _described(shapes, path)


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SHACL + name)


def to_oxigraph(node: Node | None) -> Term:
    """Return the store's node for one of rdflib.

    Examples:
        >>> to_oxigraph(Literal("Grenoble", lang="fr")).language
        'fr'
    """
    if isinstance(node, Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)
    return ox.BlankNode(str(node)) if isinstance(node, BNode) else ox.NamedNode(str(node))


def _described(shapes: Graph, node: Node) -> Iterator[ox.Triple]:
    subject = to_oxigraph(node)
    assert isinstance(subject, ox.BlankNode)
    for predicate, value in shapes.predicate_objects(node):
        yield ox.Triple(subject, ox.NamedNode(str(predicate)), to_oxigraph(value))
        if isinstance(value, BNode):
            yield from _described(shapes, value)


def _path_text(shapes: Graph, path: Node) -> str:
    def short(match: re.Match[str]) -> str:
        iri = match[1]
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
                return f"{prefix}:{iri[len(namespace) :]}"
        return match[0]

    return re.sub(r"<([^>]*)>", short, Compiler(shapes).path(path))
