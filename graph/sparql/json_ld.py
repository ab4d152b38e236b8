"""RDF as JSON-LD: classes are told as `@type`, where whoever reads JSON looks for them.

The engine's own writer tells them under the IRI of rdf:type, which is the same to a processor of JSON-LD alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import groupby, islice
from json import dumps
from typing import IO, Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_STRING = NamedNode("http://www.w3.org/2001/XMLSchema#string")
_PART = 1000
"""Statements of one object at most: a run may have any number of them."""


def write_json_ld(statements: Iterable[Triple | Quad], target: IO[bytes] | None = None) -> bytes:
    """Write triples or quads as they come, in expanded form, an object a run of those of one graph and subject.

    As the engine's writer, it gives the bytes where it has no target. Raises OSError for a triple as an object, which JSON-LD
    has not.

    >>> write_json_ld([Triple(NamedNode("http://e.org/x"), _TYPE, NamedNode("http://e.org/C"))])
    b'[{"@id":"http://e.org/x","@type":["http://e.org/C"]}]'
    """
    if target is None:
        whole = BytesIO()
        write_json_ld(statements, whole)
        return whole.getvalue()
    start = b"["
    for graph, quads in groupby(statements, _graph):
        named = not isinstance(graph, DefaultGraph)
        if named:
            target.write(start + b'{"@id":' + _text(_name(graph)) + b',"@graph":')
            start = b"["
        for node in _nodes(quads):
            target.write(start + node)
            start = b","
        if named:
            target.write(b"]}")
    target.write(b"]" if start == b"," else b"[]")
    return b""


def _nodes(statements: Iterable[Triple | Quad]) -> Iterator[bytes]:
    """Give the objects of runs of one subject, in parts where one is long."""
    for subject, run in groupby(statements, _subject):
        while part := list(islice(run, _PART)):
            node: dict[str, Any] = {"@id": _name(subject)}
            for _, predicate, value, *_ in part:
                if predicate == _TYPE and isinstance(value, NamedNode | BlankNode):
                    node.setdefault("@type", []).append(_name(value))
                else:
                    node.setdefault(predicate.value, []).append(_value(value))
            yield _text(node)


def _graph(one: Triple | Quad) -> NamedNode | BlankNode | DefaultGraph:
    return one.graph_name if isinstance(one, Quad) else DefaultGraph()


def _subject(one: Triple | Quad) -> object:
    return one.subject


def _text(value: object) -> bytes:
    return dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _name(term: object) -> str:
    if isinstance(term, NamedNode):
        return term.value
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    raise OSError("JSON-LD does not support RDF 1.2 yet")


def _value(term: object) -> dict[str, str]:
    if not isinstance(term, Literal):
        return {"@id": _name(term)}
    told = {"@value": term.value}
    if term.language:
        told["@language"] = term.language
        if term.direction is not None:
            told["@direction"] = str(term.direction)
    elif term.datatype != _STRING:
        told["@type"] = term.datatype.value
    return told
