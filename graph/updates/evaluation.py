"""What an update changes, found by queries: its patterns are asked, its templates filled with the solutions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import pyoxigraph as ox

from ...words import N_, AncrageError, Spoken
from ..sparql.reasons import Reason
from ..sparql.syntax import QuerySyntax
from ..sparql.tokens import tokens
from .blocks import Braces, parts
from .operations import Clear, Create, Data, Modify, Step, Transfer
from .patches import graph_of
from .working_copy import WorkingCopy

_VARIABLE = "urn:ancrage:variable:"
_TERM = ox.NamedNode("urn:ancrage:term")

Solution: TypeAlias = Mapping[str, Any]
"""Values of variables; those that are not bound are not there."""


class UnknownGraph(AncrageError, LookupError):  # noqa: N818
    """A graph that the current publication does not have; keeps `graph`."""

    code = "unknown-graph"

    def __init__(self, graph: str) -> None:
        super().__init__(f"there is no graph <{graph}>")
        self.graph = graph

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("La publication n’a pas de graphe {graph}.", graph=self.graph)


class GraphExists(AncrageError, ValueError):  # noqa: N818
    """CREATE of a graph that exists; keeps `graph`."""

    code = "graph-exists"

    def __init__(self, graph: str) -> None:
        super().__init__(f"the graph <{graph}> exists already")
        self.graph = graph

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("Le graphe {graph} existe déjà. Rien n’est changé.", graph=self.graph)


def apply_update(
    copy: WorkingCopy,
    steps: Sequence[Step],
    *,
    using: Sequence[str] | None = None,
    using_named: Sequence[str] = (),
) -> None:
    """Change a working copy as the steps of an update say, one after the other.

    `using` and `using_named` are the dataset that the protocol gives for the patterns (None: none given).
    Raises QuerySyntax, UnknownGraph, GraphExists, ProtectedGraph, LocalBlankNode and what queries raise.

    >>> from .operations import read_update
    >>> copy = WorkingCopy(ox.Store(), {})
    >>> text = 'INSERT DATA { <http://e.org/s> <http://e.org/p> 1 } ; DELETE WHERE { ?s ?p 1 }'
    >>> apply_update(copy, read_update(text))
    >>> len(copy.store)
    0
    """
    for step in steps:
        operation = step.operation
        if isinstance(operation, Modify):
            _modify(copy, step.prologue, operation, using, using_named)
        elif isinstance(operation, Data):
            quads = _data(step.prologue, operation)
            copy.change(*(([], quads) if operation.insert else (quads, [])))
        elif isinstance(operation, Clear):
            _clear(copy, step.prologue, operation)
        elif isinstance(operation, Create):
            name = _iri(step.prologue, operation.graph)
            if not operation.silent and copy.has(name):
                raise GraphExists(name)
        else:
            _transfer(copy, step.prologue, operation)


def _modify(
    copy: WorkingCopy,
    prologue: str,
    operation: Modify,
    using: Sequence[str] | None,
    using_named: Sequence[str],
) -> None:
    graph = _iri(prologue, operation.graph) if operation.graph else ""
    options = _dataset(prologue, operation, graph, using, using_named)
    templates = {
        kind: _template(prologue, block, graph) if block else []
        for kind, block in (("delete", operation.delete), ("insert", operation.insert))
    }
    fresh = any(isinstance(term, ox.BlankNode) for quad in templates["insert"] for term in _terms(quad))
    names_used = sorted({name for quads in templates.values() for quad in quads for name in _variables(quad)})
    gone: set[ox.Quad] = set()
    new: set[ox.Quad] = set()
    for solution in _solutions(copy.store, prologue, operation.where, names_used, fresh, options):
        gone.update(_filled(templates["delete"], solution))
        new.update(_filled(templates["insert"], solution))
    copy.change(gone, new)


def _dataset(
    prologue: str, operation: Modify, graph: str, using: Sequence[str] | None, using_named: Sequence[str]
) -> dict[str, Any]:
    """Give the dataset of a pattern as the engine takes it: that of the protocol, of USING, or the graph of WITH."""
    if operation.using is None and using is None:
        return {"default_graph": _nodes([graph])} if graph else {}
    if using is None:
        names = [_iri(prologue, term) for term in operation.using or ()]
        named = [_iri(prologue, term) for term in operation.using_named]
    elif operation.using is None and not graph:
        names, named = list(using), list(using_named)
    else:
        raise QuerySyntax("using-graph-uri goes with neither USING nor WITH", 0, 0)
    return {"default_graph": _nodes(names), "named_graphs": _nodes(named)}


def _solutions(
    store: ox.Store,
    prologue: str,
    where: Braces,
    names: Sequence[str],
    fresh: bool,
    options: Mapping[str, Any],
) -> Iterator[Solution]:
    """Yield the solutions of a pattern for some variables; each once, unless every one makes new blank nodes."""
    if not names and not fresh:
        if store.query(f"{prologue}ASK WHERE {{{where.text}}}", **options):
            yield {}
        return
    projected = " ".join(f"?{name}" for name in names) or "(1 AS ?ancrage_one)"
    text = f"{prologue}SELECT {'' if fresh else 'DISTINCT '}{projected} WHERE {{{where.text}}}"
    solutions = store.query(text, **options)
    assert isinstance(solutions, ox.QuerySolutions)
    for solution in solutions:
        yield {name: value for name in names if (value := solution[name]) is not None}


def _data(prologue: str, operation: Data) -> list[ox.Quad]:
    quads = [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name) if name else ox.DefaultGraph())
        for term, part in parts(operation.block)
        for name in [_iri(prologue, term) if term else ""]
        for quad in _parsed(prologue, part, part.text)
    ]
    if operation.insert:
        labels: dict[str, ox.BlankNode] = {}
        return [_mapped(quad, lambda node: labels.setdefault(node.value, ox.BlankNode())) for quad in quads]
    if any(isinstance(term, ox.BlankNode) for quad in quads for term in _terms(quad)):
        raise QuerySyntax("DELETE DATA has no blank nodes", 0, 0)
    return quads


def _clear(copy: WorkingCopy, prologue: str, operation: Clear) -> None:
    if operation.target in ("DEFAULT", "NAMED", "ALL"):
        names = [name.value for name in copy.store.named_graphs() if isinstance(name, ox.NamedNode)]
        graphs = [name for name in names if operation.target != "DEFAULT" or copy.is_base(name)]
    else:
        graphs = [_iri(prologue, operation.target)]
    for graph in sorted(graphs):
        copy.refuse_protected(graph, removal=True)
    for graph in graphs:
        copy.replace(graph, [])


def _transfer(copy: WorkingCopy, prologue: str, operation: Transfer) -> None:
    source, target = (
        "" if term == "DEFAULT" else _iri(prologue, term) for term in (operation.source, operation.target)
    )
    if source and not copy.has(source):
        if operation.silent:
            return
        raise UnknownGraph(source)
    if source == target:
        return
    name = ox.NamedNode(target) if target else ox.DefaultGraph()
    wanted = (ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in copy.quads(source))
    if operation.verb == "ADD":
        copy.change([], wanted)
    else:
        copy.replace(target, wanted)
    if operation.verb == "MOVE":
        _clear(copy, "", Clear(f"<{source}>" if source else "DEFAULT"))


def _template(prologue: str, block: Braces, graph: str) -> list[ox.Quad]:
    """Read a template; its variables are IRIs of their own, and `graph` stands for the default graph."""
    found = []
    for term, part in parts(block):
        name = _marked(term) if term[:1] in ("?", "$") else _iri(prologue, term) if term else graph
        text, end = [], 0
        for token in tokens(part.text):
            if token.kind == "variable":
                text += [part.text[end : token.offset], f"<{_marked(token.text)}>"]
                end = token.offset + len(token.text)
        text.append(part.text[end:])
        target = ox.NamedNode(name) if name else ox.DefaultGraph()
        for quad in _parsed(prologue, part, "".join(text)):
            found.append(ox.Quad(quad.subject, quad.predicate, quad.object, target))
    return found


def _filled(template: Sequence[ox.Quad], solution: Solution) -> Iterator[ox.Quad]:
    """Yield the quads that a solution makes of a template; those that are not RDF are left out."""
    labels: dict[str, ox.BlankNode] = {}

    def blank(node: ox.BlankNode) -> ox.BlankNode:
        return labels.setdefault(node.value, ox.BlankNode())

    for quad in template:
        try:
            yield _mapped(quad, blank, solution)
        except (KeyError, TypeError, ValueError):  # not bound, or a term where it cannot stand
            continue


def _mapped(
    quad: ox.Quad, blank: Callable[[ox.BlankNode], ox.BlankNode], solution: Solution | None = None
) -> ox.Quad:
    def term(one: Any) -> Any:
        if isinstance(one, ox.BlankNode):
            return blank(one)
        if isinstance(one, ox.Triple):
            return ox.Triple(term(one.subject), term(one.predicate), term(one.object))
        if solution is not None and isinstance(one, ox.NamedNode) and one.value.startswith(_VARIABLE):
            return solution[one.value.removeprefix(_VARIABLE)]
        return one

    if isinstance(graph := term(quad.graph_name), ox.BlankNode):
        raise TypeError("a graph is named by an IRI")
    return ox.Quad(term(quad.subject), term(quad.predicate), term(quad.object), graph)


def _terms(quad: ox.Quad | ox.Triple) -> Iterator[Any]:
    for one in (quad.subject, quad.predicate, quad.object):
        if isinstance(one, ox.Triple):
            yield from _terms(one)
        else:
            yield one
    if isinstance(quad, ox.Quad) and graph_of(quad):
        yield quad.graph_name


def _variables(quad: ox.Quad) -> Iterator[str]:
    for one in _terms(quad):
        if isinstance(one, ox.NamedNode) and one.value.startswith(_VARIABLE):
            yield one.value.removeprefix(_VARIABLE)


def _parsed(prologue: str, part: Braces, text: str) -> Iterator[ox.Quad]:
    """Parse triples as TriG, where no full stop is needed after the last one; raises QuerySyntax."""
    try:
        yield from ox.parse(f"{prologue}{{\n{text}\n}}", ox.RdfFormat.TRIG)
    except SyntaxError as error:
        message = re.sub(r"^Parser error at line [^:]*: ", "", str(error.msg))
        line = part.line + (error.lineno or 2) - 2
        raise QuerySyntax(message, line, error.offset or 1) from None


def _iri(prologue: str, term: str) -> str:
    """Return the IRI of a term as written: in brackets or with a prefix; raises QuerySyntax."""
    try:
        quad = next(iter(ox.parse(f"{prologue}<{_TERM.value}> <{_TERM.value}> {term} .", ox.RdfFormat.TRIG)))
    except SyntaxError as error:
        raise QuerySyntax(f"{term}: {error.msg}", 0, 0) from None
    if not isinstance(quad.object, ox.NamedNode):
        raise QuerySyntax(Reason("iri", term), 0, 0)
    return quad.object.value


def _marked(variable: str) -> str:
    return _VARIABLE + variable[1:]


def _nodes(names: Sequence[str]) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(name) for name in names]
    except ValueError as error:
        raise QuerySyntax(f"a graph's name is not an IRI: {error}", 0, 0) from None
