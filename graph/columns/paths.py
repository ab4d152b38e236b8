"""Triple patterns and property paths of SPARQL as relations of two columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.term import Node, URIRef

from .layout import Manifest, PredicateTable
from .relations import Names, Operand, Unsupported

_NONE = frozenset[str]()


@dataclass(frozen=True)
class Pairs:
    """Subjects and objects of a path: a table in SQL (with columns `s`, `o`, and `v`, `l` where told), their kinds.

    `open` tells that every node stands beside itself in it.
    """

    sql: str
    subject_kinds: frozenset[str]
    kinds: frozenset[str]
    typed: bool = False
    spoken: bool = False
    open: bool = False

    def cells(self, table: str) -> tuple[Operand, Operand]:
        """Give subject and object as cells of a table of that name."""
        value = f"{table}.v" if self.typed else None
        language = f"{table}.l" if self.spoken else None
        return (
            Operand(f"{table}.s", self.subject_kinds),
            Operand(f"{table}.o", self.kinds, value=value, language=language),
        )


class Paths:
    """Makes pairs of predicates and paths, from the tables of a manifest; `place` gives a file's address in SQL."""

    def __init__(self, manifest: Manifest, place: Callable[[str], str], names: Names) -> None:
        self._manifest, self._place, self._names = manifest, place, names
        self.used: list[tuple[str, int]] = []
        """Predicates read, and how many rows each has."""

    def pairs(self, path: Node | Path) -> Pairs:
        """Give the pairs of a predicate or path; raises Unsupported for a variable and for paths without a table."""
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
        raise Unsupported("a predicate that is a variable, or a negated path")

    def _predicate(self, iri: URIRef) -> Pairs:
        table = self._manifest.tables.get(str(iri))
        if table is None:
            return Pairs("(SELECT NULL::INTEGER AS s, NULL::INTEGER AS o WHERE false)", _NONE, _NONE)
        self.used.append((str(iri), table.file.rows))
        spoken = table.typed and table.kinds == ("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",)
        kinds = frozenset(table.subject_kinds), frozenset(table.kinds)
        return Pairs(self._place(table.file.name), *kinds, table.typed, spoken)

    def _alternative(self, all_pairs: list[Pairs]) -> Pairs:
        text = " UNION ALL ".join(f"SELECT s, o FROM {one.sql}" for one in all_pairs)
        subjects = _NONE.union(*(one.subject_kinds for one in all_pairs))
        return Pairs(
            f"({text})",
            subjects,
            _NONE.union(*(one.kinds for one in all_pairs)),
            open=any(one.open for one in all_pairs),
        )

    def _sequence(self, steps: list[Pairs]) -> Pairs:
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
        pairs = self._predicate(inner)
        table = self._manifest.tables.get(str(inner))
        if path.mod != "?" and table is not None:
            pairs = Pairs(self._far(table), pairs.subject_kinds, pairs.kinds)
        if inverted:
            pairs = _inverse(pairs)
        if path.mod == "+":
            return pairs
        nodes = f"SELECT id AS s, id AS o FROM {self._place(self._manifest.terms.name)}"
        kinds = frozenset(self._manifest.kinds)
        text = f"(SELECT s, o FROM {pairs.sql} WHERE s <> o UNION ALL {nodes})"
        return Pairs(text, kinds, kinds, open=True)

    def _far(self, table: PredicateTable) -> str:
        if table.linear:
            return self._place(table.file.name)
        if table.closure is None:
            raise Unsupported("an unbounded path without a table of its closure")
        return self._place(table.closure.name)


def _inverse(pairs: Pairs) -> Pairs:
    return Pairs(
        f"(SELECT o AS s, s AS o FROM {pairs.sql})", pairs.kinds, pairs.subject_kinds, open=pairs.open
    )
