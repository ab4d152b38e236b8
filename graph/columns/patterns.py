"""Graph patterns of SPARQL's algebra, as relations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from rdflib.paths import Path, SequencePath
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Node, Variable

from .aggregates import aggregate
from .constants import Constants
from .expressions import Expressions
from .layout import IRI, Manifest
from .paths import Paths, Scope
from .relations import (
    FRESH,
    NOTHING,
    Names,
    Operand,
    Relation,
    Unsupported,
    alike,
    fit,
    join,
    left_join,
    table_of,
    union,
    without,
)

_PLAIN = frozenset({"BGP", "Graph", "Join", "Union", "Filter", "ToMultiSet", "values"})
"""Patterns whose solutions under the bindings of EXISTS are those that fit them."""
_HIDDEN = "_:"
"""Begins the name of a variable that stands for a blank node or for what is between two steps of a path."""
_GRAPH = "graph:"
"""Begins the name of the column that tells the graph, within GRAPH: what is in its braces knows its variable as unbound."""


class Patterns:
    """Compiles the patterns of one query over the tables of a manifest; `place` gives a file's address in SQL.

    They are asked of the `default` graph, and GRAPH of named `graphs`, whose numbers are by their IRIs.
    """

    def __init__(
        self,
        manifest: Manifest,
        place: Callable[[str], str],
        constants: Constants,
        default: Scope,
        graphs: Mapping[str, int],
    ) -> None:
        self.names = Names()
        self.constants = constants
        self.paths = Paths(manifest, place, self.names)
        self.paths.scope, self._graphs = default, graphs
        self.outer = frozenset[str]()
        self.read: list[tuple[str, int, bool]] = []
        """Predicates read, the rows of each, and whether one of its ends is a constant."""
        self._terms = place(manifest.terms.name)
        self._steps = 0

    def relation(self, pattern: CompValue) -> Relation:
        """Give the solutions of a pattern; raises Unsupported."""
        made = _MADE.get(pattern.name)
        if made is None:
            raise Unsupported(f"the pattern {pattern.name}")
        return made(self, pattern)

    def of_term(self, cell: Operand, sql: str) -> str:
        """Write what the table of terms has of a term, SQL of its columns; raises Unsupported for what it may not have."""
        if FRESH in cell.doubts:
            raise Unsupported("the text of a term that the graph does not have")
        table = self.names.table()
        return f"(SELECT {sql} FROM {self._terms} {table} WHERE {table}.id = {cell.sql})"

    def inner(self, pattern: CompValue, outer: Relation) -> Relation:
        """Compile the pattern of an EXISTS over the solutions of a relation."""
        _must_be_plain(pattern)
        before, self.outer = self.outer, frozenset(outer.cells) | self.outer
        try:
            return self.relation(pattern)
        finally:
            self.outer = before

    def _alone(self, pattern: CompValue) -> Relation:
        """Compile a pattern that sees nothing of what is around an EXISTS."""
        before, self.outer = self.outer, frozenset()
        try:
            return self.relation(pattern)
        finally:
            self.outer = before

    def _triples(self, pattern: CompValue) -> Relation:
        relation = Relation()
        for subject, predicate, object in pattern.triples:
            for step in self._stepped(subject, predicate, object):
                relation = join(relation, self._triple(*step))
        shown = {name: cell for name, cell in relation.cells.items() if not name.startswith(_HIDDEN)}
        return Relation(relation.tables, relation.where, shown)

    def _stepped(
        self, subject: Node, path: Node | Path, object: Node
    ) -> list[tuple[Node, Node | Path, Node]]:
        """Take a path of several steps apart."""
        if not isinstance(path, SequencePath):
            return [(subject, path, object)]
        ends = [subject]
        for _ in path.args[1:]:
            self._steps += 1
            ends.append(BNode(f"step{self._steps}"))
        ends.append(object)
        steps = zip(ends, path.args, ends[1:], strict=False)
        return [triple for start, step, end in steps for triple in self._stepped(start, step, end)]

    def _triple(self, subject: Node, predicate: Node | Path, object: Node) -> Relation:
        known = len(self.paths.used)
        pairs, table = self.paths.pairs(predicate), self.names.table()
        fixed = not (_variable(subject) and _variable(object))
        self.read += [(iri, rows, fixed) for iri, rows in self.paths.used[known:]]
        relation = Relation((f"{pairs.sql} {table}",))
        if scope := self.paths.scope.variable:
            graph = Operand(f"{table}.g", self.paths.graph_kinds)
            relation = relation.extended(scope, graph)
        if isinstance(predicate, Variable):
            cell = Operand(f"{table}.p", frozenset({IRI}))
            relation = relation.extended(str(predicate), cell)
        for node, cell in zip((subject, object), pairs.cells(table), strict=True):
            if name := _variable(node):
                relation = join(relation, Relation((), (), {name: cell}))
            else:
                conditions, _ = fit(cell, self.constants.cell(node, apart=True))
                relation = replace(relation, where=(*relation.where, *conditions))
        return relation

    def _graph(self, pattern: CompValue) -> Relation:
        """Compile a GRAPH: with a variable, each pattern within tells its graph, and all of them the same."""
        term, before = pattern.term, self.paths.scope
        if not isinstance(term, Variable):
            if str(term) not in self._graphs:
                raise Unsupported("a graph that is not there")
            self.paths.scope = Scope(False, frozenset({self._graphs[str(term)]}))
        else:
            if _mentions(pattern.p, term):
                raise Unsupported("the variable of a GRAPH within it")
            self._steps += 1
            self.paths.scope = Scope(False, frozenset(self._graphs.values()), f"{_GRAPH}{self._steps}")
        try:
            relation, hidden = self.relation(pattern.p), self.paths.scope.variable
        finally:
            self.paths.scope = before
        if not hidden:
            return relation
        cells = dict(relation.cells)
        graph = cells.pop(hidden, NOTHING)
        if graph.unbound:
            raise Unsupported("a GRAPH of any name with a pattern that reads nothing")
        return replace(relation, cells={**cells, str(term): graph})

    def _join(self, pattern: CompValue) -> Relation:
        return join(self.relation(pattern.p1), self.relation(pattern.p2))

    def _left_join(self, pattern: CompValue) -> Relation:
        left = table_of(self.relation(pattern.p1), self.names)
        optional = self.relation(pattern.p2)
        plain = getattr(pattern.expr, "name", "") == "TrueFilter"
        within = not plain and not any(_mentions(pattern.expr, Variable(name)) for name in left.cells)
        if within:  # it says nothing of the left, and Spark takes no sub-query among the conditions of a join
            optional = optional.limited(Expressions(self, optional).condition(pattern.expr))
        right = table_of(optional, self.names)
        if plain or within:
            return left_join(left, right, None)
        return left_join(left, right, Expressions(self, join(left, right)).condition(pattern.expr))

    def _filter(self, pattern: CompValue) -> Relation:
        relation = self.relation(pattern.p)
        return relation.limited(Expressions(self, relation).condition(pattern.expr))

    def _union(self, pattern: CompValue) -> Relation:
        return union(self.relation(pattern.p1), self.relation(pattern.p2), self.names)

    def _minus(self, pattern: CompValue) -> Relation:
        self._must_be_one_graph()
        return without(self.relation(pattern.p1), table_of(self._alone(pattern.p2), self.names))

    def _extend(self, pattern: CompValue) -> Relation:
        relation = self.relation(pattern.p)
        known = relation.cells.get(str(pattern.expr)) if isinstance(pattern.expr, Variable) else None
        cell = known or Expressions(self, relation).cell(pattern.expr)
        return relation.extended(str(pattern.var), cell)

    def _values(self, pattern: CompValue) -> Relation:
        names = list(dict.fromkeys(str(name) for row in pattern.res for name in row))
        if not names:
            return Relation(where=() if pattern.res else ("false",))
        table = self.names.table()
        held: dict[str, list[Operand]] = {name: [] for name in names}
        rows = []
        for row in pattern.res:
            terms = {str(name): term for name, term in row.items()}
            for name in names:
                term = terms.get(name, "UNDEF")
                bound = isinstance(term, Node)
                held[name].append(self.constants.cell(term) if bound else NOTHING)
            rows.append(f"({', '.join(held[name][-1].sql for name in names)})")
        cells = {
            name: replace(
                alike(held[name])[0], sql=f"{table}.{self.names.column(name)}", value=None, language=None
            )
            for name in names
        }
        columns = ", ".join(self.names.column(name) for name in names)
        return Relation((f"(VALUES {', '.join(rows)}) {table}({columns})",), (), cells)

    def _subselect(self, pattern: CompValue) -> Relation:
        if not pattern.p:  # VALUES without a row
            return Relation(where=("false",))
        return self.relation(pattern.p)

    def _must_be_one_graph(self) -> None:
        if self.paths.scope.variable:
            raise Unsupported("a MINUS or a sub-select in any graph")

    def _project(self, pattern: CompValue) -> Relation:
        self._must_be_one_graph()
        return self._alone(pattern.p).projected(str(name) for name in pattern.PV)

    def _distinct(self, pattern: CompValue) -> Relation:
        return table_of(self.relation(pattern.p), self.names, distinct=True)

    def _order(self, pattern: CompValue) -> Relation:
        return self.relation(pattern.p)  # of a part of a query: it means nothing

    def _aggregate(self, pattern: CompValue) -> Relation:
        group = pattern.p
        relation = self.relation(group.p)
        keys = group.expr or []
        if not all(isinstance(key, Variable) for key in keys):
            raise Unsupported("groups of expressions")
        cells = Expressions(self, relation)
        return aggregate(relation, [str(key) for key in keys], pattern.A, cells.cell, cells.text, self.names)


def _mentions(part: Any, name: Variable) -> bool:
    if isinstance(part, CompValue):
        return any(_mentions(one, name) for key, one in part.items() if key != "_vars")
    if isinstance(part, (list, tuple)):
        return any(_mentions(one, name) for one in part)
    return isinstance(part, Variable) and part == name


def _variable(node: Node) -> str:
    """Give the name of a variable, or of a blank node, which is one; empty for a constant."""
    if isinstance(node, Variable):
        return str(node)
    return f"{_HIDDEN}{node}" if isinstance(node, BNode) else ""


def _must_be_plain(pattern: Any) -> None:
    if isinstance(pattern, CompValue):
        selected = pattern.name == "ToMultiSet" and pattern.p and pattern.p.name != "values"
        if pattern.name not in _PLAIN or selected:
            raise Unsupported(f"{pattern.name} within EXISTS")
        for part in ("p", "p1", "p2"):
            _must_be_plain(getattr(pattern, part, None))


_MADE: Mapping[str, Callable[[Patterns, Any], Relation]] = {
    "BGP": Patterns._triples,
    "Graph": Patterns._graph,
    "Join": Patterns._join,
    "LeftJoin": Patterns._left_join,
    "Filter": Patterns._filter,
    "Union": Patterns._union,
    "Minus": Patterns._minus,
    "Extend": Patterns._extend,
    "values": Patterns._values,
    "ToMultiSet": Patterns._subselect,
    "Project": Patterns._project,
    "Distinct": Patterns._distinct,
    "OrderBy": Patterns._order,
    "AggregateJoin": Patterns._aggregate,
}
