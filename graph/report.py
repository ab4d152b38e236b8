"""What a validation found, and its report in the vocabulary of SHACL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from ..ontology.vocabulary import PREFIXES
from .constraints import SHACL, Compiler

Term = ox.NamedNode | ox.BlankNode | ox.Literal
"""A node of a graph, as the store gives it."""


@dataclass(frozen=True)
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
    """The results of a validation, the gravest first."""

    results: list[Result]

    @cached_property
    def violations(self) -> list[Result]:
        """The results of severity Violation."""
        return [result for result in self.results if result.severity == "Violation"]

    @property
    def conforms(self) -> bool:
        """Whether the graph conforms as SHACL defines it: there is no result, of any severity."""
        return not self.results

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
        found: dict[str, int] = {}
        for result in self.results:
            found[result.severity] = found.get(result.severity, 0) + 1
        return found

    def to_graph(self) -> Graph:
        """Return the report as a graph: a ``sh:ValidationReport`` with its results.

        The source shape of a result is the nearest shape that has an IRI.
        """
        graph = Graph()
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        report = BNode()
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(self.conforms)))
        for item in self.results:
            node = BNode()
            graph.add((report, SH.result, node))
            graph.add((node, RDF.type, SH.ValidationResult))
            graph.add((node, SH.focusNode, _rdflib(item.focus)))
            graph.add((node, SH.resultSeverity, URIRef(SHACL + item.severity)))
            graph.add((node, SH.sourceConstraintComponent, URIRef(item.component)))
            graph.add((node, SH.sourceShape, URIRef(item.shape) if ":" in item.shape else BNode()))
            for language, text in item.messages.items():
                graph.add((node, SH.resultMessage, Literal(text, lang=language or None)))
            if item.value is not None:
                graph.add((node, SH.value, _rdflib(item.value)))
            if item.path is not None:
                graph.add((node, SH.resultPath, _copy_path(item.shapes, item.path, graph)))
        return graph

    def to_turtle(self) -> str:
        """Write the report as Turtle.

        Examples:
            >>> "sh:conforms true" in Report([]).to_turtle()
            True
        """
        return self.to_graph().serialize(format="turtle")


def _rdflib(term: Term) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if term.language:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def _copy_path(shapes: Graph, path: Node, graph: Graph) -> Node:
    if isinstance(path, BNode):
        for predicate, value in shapes.predicate_objects(path):
            graph.add((path, predicate, _copy_path(shapes, value, graph)))
    return path


def _path_text(shapes: Graph, path: Node) -> str:
    def short(match: re.Match[str]) -> str:
        iri = match[1]
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
                return f"{prefix}:{iri[len(namespace) :]}"
        return match[0]

    return re.sub(r"<([^>]*)>", short, Compiler(shapes).path(path))
