"""Triple patterns and property paths of SPARQL as relations of two columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath
from rdflib.term import Node, URIRef, Variable

from .layout import BLANK, IRI, TEXT, GraphTable, Manifest, PredicateTable
from .relations import OPEN, Names, Operand, Unsupported

_NONE = frozenset[str]()


@dataclass(frozen=True)
class Scope:
    """The graph that patterns are asked of: the union of the store's default graph (where it is in it) and named `graphs`.

    Where there is a `variable`, it is any one of these: it names the column that tells which.
    """

    default: bool = True
    graphs: frozenset[int] = frozenset()
    variable: str = ""

    @property
    def column(self) -> str:
        """What is selected besides subject and object so that it tells the graph."""
        return ", g" if self.variable else ""


@dataclass(frozen=True)
class Pairs:
    """Subjects and objects of a path: a table in SQL (with columns `s`, `o`, and `v`, `l`, `g` where told), their kinds.

    `open` tells that every node stands beside itself in it.
    """

    sql: str
    subject_kinds: frozenset[str]
    kinds: frozenset[str]
    typed: bool = False
    spoken: bool = False
    open: bool = False
    graphed: bool = False

    @property
    def columns(self) -> str:
        """The columns besides subject and object."""
        told = zip("vlg", (self.typed, self.spoken, self.graphed), strict=True)
        return "".join(f", {name}" for name, there in told if there)

    def cells(self, table: str) -> tuple[Operand, Operand]:
        """Give subject and object as cells of a table of that name."""
        value = f"{table}.v" if self.typed else None
        language = f"{table}.l" if self.spoken else None
        doubts = frozenset({OPEN} if self.open else ())
        return (
            Operand(f"{table}.s", self.subject_kinds, doubts=doubts),
            Operand(f"{table}.o", self.kinds, value=value, language=language, doubts=doubts),
        )


class Paths:
    """Makes pairs of predicates and paths, from the tables of a manifest; `place` gives a file's address in SQL."""

    def __init__(self, manifest: Manifest, place: Callable[[str], str], names: Names) -> None:
        self._manifest, self._place, self._names = manifest, place, names
        self.scope = Scope()
        self.used: list[tuple[str, int]] = []
        """Predicates read, and how many rows each has."""

    @property
    def graph_kinds(self) -> frozenset[str]:
        """What names of graphs are."""
        return frozenset(BLANK if name.startswith("_:") else IRI for name in self._manifest.graphs)

    def pairs(self, path: Node | Path) -> Pairs:
        """Give the pairs of a predicate, a variable (its number too, `p`) or a path; raises Unsupported where it has no table."""
        if isinstance(path, URIRef):
            return self._predicate(path)
        if isinstance(path, InvPath):
            return _inverse(self.pairs(path.arg))
        if isinstance(path, AlternativePath):
            return self._alternative([self.pairs(one) for one in path.args])
        if isinstance(path, SequencePath):
            return self._sequence([self.pairs(one) for one in path.args])
        if isinstance(path, MulPath):
            return self._repeated(path)
        if isinstance(path, NegatedPath):
            return self._negated(path)
        if isinstance(path, Variable):
            return self._any("s, o, p")
        raise Unsupported("a path that is not known here")

    def _any(self, columns: str, where: str = "true") -> Pairs:
        """Give the triples of any predicate, where a condition on its number `p` holds."""
        manifest, graphs = self._manifest, sorted(self.scope.graphs)
        numbers = ", ".join(map(str, [*graphs, *([-1] if self.scope.default else []), -2]))
        named = sum(
            rows
            for one in manifest.named.values()
            for g, rows in one.graphs.items()
            if g in self.scope.graphs
        )
        self.used.append(("", named + (manifest.triples if self.scope.default else 0)))
        several = len(graphs) + self.scope.default > 1 and not self.scope.variable
        graph = self.scope.column
        once = "DISTINCT " if several else ""
        tables: list[PredicateTable | GraphTable] = [*manifest.tables.values(), *manifest.named.values()]
        return Pairs(
            f"(SELECT {columns}{graph} FROM (SELECT {once}s, o, p{graph} FROM {self._place(manifest.quads.name)}"
            f" WHERE g IN ({numbers})) WHERE {where})",
            *_kinds(tables),
            graphed=bool(graph),
        )

    def _negated(self, path: NegatedPath) -> Pairs:
        """Give the pairs of predicates other than some; raises Unsupported for inverses, which the parser loses."""
        if not all(isinstance(name, URIRef) for name in path.args):
            raise Unsupported("an inverse in a negated path")
        known = [self._manifest.predicates.get(str(name), -1) for name in path.args]
        return self._any("s, o", f"p NOT IN ({', '.join(map(str, sorted(known)))})")

    def _predicate(self, iri: URIRef) -> Pairs:
        held: list[Pairs] = []
        rows, graphs = 0, list[int]()
        if self.scope.default and (table := self._manifest.tables.get(str(iri))):
            held, rows = [self._held(table)], table.file.rows
        named = self._manifest.named.get(str(iri))
        if named is not None and (graphs := sorted(self.scope.graphs & set(named.graphs))):
            held.append(self._held(named, graphs))
            rows += sum(named.graphs[graph] for graph in graphs)
        if not held:
            nothing = "(SELECT NULL::INTEGER AS s, NULL::INTEGER AS o, NULL::INTEGER AS g WHERE false)"
            return Pairs(nothing, _NONE, _NONE, graphed=bool(self.scope.variable))
        self.used.append((str(iri), rows))
        if len(held) == 1 and (len(graphs) < 2 or self.scope.variable):
            return held[0]
        columns = held[0].columns if len({(one.columns, one.kinds) for one in held}) == 1 else ""
        union = " UNION ALL ".join(f"SELECT s, o{columns} FROM {one.sql}" for one in held)
        return Pairs(
            f"(SELECT DISTINCT s, o{columns} FROM ({union}))",  # a triple of two graphs is one
            *_kinds(held),
            typed="v" in columns,
            spoken="l" in columns,
        )

    def _held(self, table: PredicateTable | GraphTable, graphs: Sequence[int] = ()) -> Pairs:
        """Give what a table holds, of these graphs where it is one of named graphs."""
        spoken, kinds = table.typed and table.kinds == (TEXT,), frozenset(table.kinds)
        graphed = bool(graphs and self.scope.variable)
        pairs = Pairs(
            self._place(table.file.name),
            frozenset(table.subject_kinds),
            kinds,
            table.typed,
            spoken,
            graphed=graphed,
        )
        if not graphs:
            return pairs
        numbers = ", ".join(map(str, graphs))
        return replace(pairs, sql=f"(SELECT s, o{pairs.columns} FROM {pairs.sql} WHERE g IN ({numbers}))")

    def _alternative(self, all_pairs: list[Pairs]) -> Pairs:
        text = " UNION ALL ".join(f"SELECT s, o{self.scope.column} FROM {one.sql}" for one in all_pairs)
        return Pairs(
            f"({text})",
            *_kinds(all_pairs),
            open=any(one.open for one in all_pairs),
            graphed=bool(self.scope.variable),
        )

    def _sequence(self, steps: list[Pairs]) -> Pairs:
        if self.scope.variable:
            raise Unsupported("a path within a path in any graph")
        tables = [self._names.table() for _ in steps]
        sources = ", ".join(f"{step.sql} {table}" for step, table in zip(steps, tables, strict=True))
        links = " AND ".join(f"{a}.o = {b}.s" for a, b in pairwise(tables))
        columns = f"{tables[0]}.s AS s, {tables[-1]}.o AS o"
        return Pairs(
            f"(SELECT {columns} FROM {sources} WHERE {links})",
            steps[0].subject_kinds,
            steps[-1].kinds,
            open=all(step.open for step in steps),
        )

    def _repeated(self, path: MulPath) -> Pairs:
        inner, inverted = path.path, False
        while isinstance(inner, InvPath):
            inner, inverted = inner.arg, not inverted
        if not isinstance(inner, URIRef):
            raise Unsupported("a repeated path of more than a predicate")
        if self.scope.variable:
            raise Unsupported("a repeated path in any graph")
        pairs = self._predicate(inner)
        if path.mod != "?" and pairs.kinds:
            pairs = Pairs(self._far(inner), pairs.subject_kinds, pairs.kinds)
        if inverted:
            pairs = _inverse(pairs)
        if path.mod == "+":
            return pairs
        kinds = frozenset(self._manifest.kinds)
        text = f"(SELECT s, o FROM {pairs.sql} WHERE s <> o UNION ALL {self._nodes()})"
        return Pairs(text, kinds, kinds, open=True)

    def _nodes(self) -> str:
        """Write each node of the graph beside itself."""
        base = f"SELECT id AS s, id AS o FROM {self._place(self._manifest.terms.name)} WHERE base"
        if not self.scope.graphs:
            return base
        numbers = ", ".join(map(str, sorted(self.scope.graphs)))
        named = (
            f"SELECT id AS s, id AS o FROM {self._place(self._manifest.nodes.name)} WHERE g IN ({numbers})"
        )
        return f"({base} UNION {named})" if self.scope.default else f"SELECT DISTINCT s, o FROM ({named})"

    def _far(self, iri: URIRef) -> str:
        """Write where the closure of a predicate is; raises Unsupported where it has none, or is in named graphs."""
        table, named = self._manifest.tables.get(str(iri)), self._manifest.named.get(str(iri))
        if (
            table is None
            or not self.scope.default
            or (named is not None and self.scope.graphs & set(named.graphs))
        ):
            raise Unsupported("an unbounded path in named graphs")
        if table.linear:
            return self._place(table.file.name)
        if table.closure is None:
            raise Unsupported("an unbounded path without a table of its closure")
        return self._place(table.closure.name)


def _kinds(held: Sequence[Pairs | PredicateTable | GraphTable]) -> tuple[frozenset[str], frozenset[str]]:
    """Give what the subjects and the objects of several may be."""
    return _NONE.union(*(one.subject_kinds for one in held)), _NONE.union(*(one.kinds for one in held))


def _inverse(pairs: Pairs) -> Pairs:
    graph = ", g" if pairs.graphed else ""
    return Pairs(
        f"(SELECT o AS s, s AS o{graph} FROM {pairs.sql})",
        pairs.kinds,
        pairs.subject_kinds,
        open=pairs.open,
        graphed=pairs.graphed,
    )
