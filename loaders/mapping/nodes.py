"""A mapping in Turtle as resources: the properties of each by local name, whichever vocabulary of RML they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from ...words import N_
from .rml import MappingError

#: The vocabulary of rml-core; then those before it, and those that it uses of others for functions and for tables.
CORE = "http://w3id.org/rml/"
VOCABULARIES = (
    CORE,
    "http://semweb.mmlab.be/ns/rml#",
    "http://www.w3.org/ns/r2rml#",
    "http://semweb.mmlab.be/ns/ql#",
    "http://semweb.mmlab.be/ns/fnml#",
    "http://www.w3.org/ns/csvw#",
)
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

Node = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def local_name(value: Value) -> str:
    """Return the name of a term of RML without its vocabulary; empty for anything else.

    >>> local_name(ox.NamedNode("http://www.w3.org/ns/r2rml#template"))
    'template'
    """
    if isinstance(value, ox.NamedNode):
        for vocabulary in VOCABULARIES:
            if value.value.startswith(vocabulary):
                return value.value.removeprefix(vocabulary)
    return ""


@dataclass
class Nodes:
    """The resources of a mapping, in the order of the file.

    Attributes:
        properties: of each resource, the values of its properties by local name; `type` holds its classes of RML.
        lines: of each resource, the line on which its first property is read.
        base: the base that the file declares (`@base`), empty without one.
        core: whether the file speaks the vocabulary of rml-core.
    """

    properties: dict[Node, dict[str, list[Value]]] = field(default_factory=dict)
    lines: dict[Node, int] = field(default_factory=dict)
    base: str = ""
    core: bool = False

    def names(self, node: Value) -> list[str]:
        """Return the names of the properties of a resource."""
        return list(self.properties.get(node, ())) if isinstance(node, ox.NamedNode | ox.BlankNode) else []

    def values(self, node: Value, *names: str) -> list[Value]:
        """Return the values of some properties of a resource."""
        held = self.properties.get(node, {}) if isinstance(node, ox.NamedNode | ox.BlankNode) else {}
        return [value for name in names for value in held.get(name, ())]


class _Lines:
    """A text that the parser is given line by line, so that the line of each triple is known."""

    def __init__(self, text: str) -> None:
        self.lines, self.place = iter(text.encode().splitlines(keepends=True)), 0

    def read(self, size: int = -1) -> bytes:
        self.place += 1
        return next(self.lines, b"")


def read_nodes(text: str, path: Path | None = None, base: str = "") -> Nodes:
    """Read a text in Turtle; raise `MappingError` with the line where it is none.

    >>> nodes = read_nodes("@prefix rml: <http://w3id.org/rml/> . <urn:a> rml:logicalSource [ rml:iterator '$' ] .")
    >>> nodes.core, sorted(sorted(held) for held in nodes.properties.values())
    (True, [['iterator'], ['logicalSource']])
    """
    nodes = Nodes(base=base)
    lines = _Lines(text)
    try:
        parser = ox.parse(cast("IO[bytes]", lines), format=ox.RdfFormat.TURTLE, base_iri=base or None)
        for quad in parser:
            _hold(nodes, quad, lines.place)
        nodes.base = parser.base_iri or base
    except SyntaxError as error:
        name = path.name if path else N_("La correspondance")
        raise MappingError(
            N_(
                "{name}, ligne {line} : ce n'est pas du Turtle ({problem}).",
                name=name,
                line=error.lineno or lines.place,
                problem=error.msg.partition(": ")[2] or error.msg,
            ),
            path=path,
        ) from error
    return nodes


def _hold(nodes: Nodes, quad: ox.Quad, line: int) -> None:
    name = "type" if quad.predicate.value == _TYPE else local_name(quad.predicate)
    if not name or isinstance(quad.subject, ox.Triple):
        return
    nodes.core = nodes.core or quad.predicate.value.startswith(CORE)
    nodes.lines.setdefault(quad.subject, line)
    nodes.properties.setdefault(quad.subject, {}).setdefault(name, []).append(quad.object)


def short_names(iris: Iterable[Node]) -> Iterator[tuple[Node, str]]:
    """Yield resources with a name for each: the end of its IRI where that is its alone, else the whole.

    >>> [name for _, name in short_names([ox.NamedNode("http://e.x/#A"), ox.NamedNode("http://e.x/#B")])]
    ['A', 'B']
    """
    given = list(iris)
    ends = [node.value.rstrip("/#").replace("#", "/").rpartition("/")[2] for node in given]
    for node, end in zip(given, ends, strict=True):
        yield node, end if end and ends.count(end) == 1 else node.value
