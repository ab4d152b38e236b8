"""SELECT queries of SPARQL as SQL over the columns of a snapshot: exactly what the standard says, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import rdflib
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from ..sparql.evaluation import STORE_DEFAULT
from .constants import Constants
from .expressions import Expressions, written
from .layout import BOOLEAN, DATE, DECIMAL, INTEGER, IRI, LISTED, STRING, TEXT, YEAR, Manifest
from .paths import Scope
from .patterns import Patterns
from .relations import FRESH, Operand, Relation, Unsupported, source, table_of

_LONGEST = 65_536
"""Most characters of a text that is compiled: the parser is slow."""


@dataclass(frozen=True)
class Dataset:
    """The graphs that a query is asked of: those of its default graph, and those with names; None for all of the store's.

    The store's own default graph is named as in a `Request`.
    """

    default: frozenset[str] | None = None
    named: frozenset[str] | None = None

    @property
    def told(self) -> bool:
        """Whether it is told beside the text: then FROM in this means nothing."""
        return self.default is not None or self.named is not None

    def of(self, manifest: Manifest) -> tuple[Scope, dict[str, int]]:
        """Give the default graph, and the numbers of named ones, in a manifest."""
        known = manifest.graphs
        named = known if self.named is None else {name: known[name] for name in self.named & known.keys()}
        if self.default is None:
            return Scope(), dict(named)
        graphs = frozenset(known[name] for name in self.default & known.keys())
        return Scope(STORE_DEFAULT in self.default, graphs), dict(named)


WHOLE: Final = Dataset()
"""All that the store has."""


def _dataset(clauses: list[CompValue]) -> Dataset:
    """Read FROM and FROM NAMED."""
    default = frozenset(str(one.default) for one in clauses if one.default)
    return Dataset(default, frozenset(str(one.named) for one in clauses if one.named))


@dataclass(frozen=True)
class Output:
    """A variable of the answer: its name, and the kind of its values where they are computed (empty: numbers of terms)."""

    name: str
    kind: str


@dataclass(frozen=True)
class Program:
    """A compiled query: its `sql` (a column an output, then `keys` columns to sort by), the part of the rows asked for.

    `length` is None for all rows; `unknown` are terms that the graph does not have, by their numbers; `read` are the
    predicates read, their rows, and whether an end is a constant.
    """

    sql: str
    outputs: tuple[Output, ...]
    keys: int
    start: int
    length: int | None
    unknown: Mapping[int, str]
    read: tuple[tuple[str, int, bool], ...]


def algebra_of(text: str, base: str = "") -> tuple[CompValue, bool]:
    """Give the algebra of a query, and whether it selects all variables; raises Unsupported where the parser reads neither."""
    if len(text) > _LONGEST:
        raise Unsupported("a long text")
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False  # a literal is what was written
    try:
        parsed = parseQuery(text)
        all_variables = not parsed[1].projection
        query = translateQuery(parsed, base=base or None)
    except Exception as error:  # the parser's own, of many classes: the engine tells what is wrong
        raise Unsupported("the parser does not read it") from error
    finally:
        rdflib.NORMALIZE_LITERALS = before
    algebra: CompValue = query.algebra
    return algebra, all_variables


def compile_query(
    text: str,
    manifest: Manifest,
    place: Callable[[str], str],
    find: Callable[[str], int | None],
    base: str = "",
    dataset: Dataset = WHOLE,
) -> Program:
    """Compile a query; `place` gives a file's address in SQL, `find` a term's number. Raises Unsupported."""
    query, all_variables = algebra_of(text, base)
    if query.name != "SelectQuery":
        raise Unsupported("a query that is not a SELECT")
    default, named = (
        dataset if dataset.told or not query.datasetClause else _dataset(query.datasetClause)
    ).of(manifest)
    try:
        return _program(Patterns(manifest, place, Constants(find), default, named), query.p, all_variables)
    except RecursionError as error:
        raise Unsupported("a deep query") from error


def _program(patterns: Patterns, pattern: CompValue, all_variables: bool) -> Program:
    """Compile the outermost SELECT: its distinct rows, its order and its part of them."""
    heads = {"Slice": CompValue("Slice", start=0), "OrderBy": CompValue("OrderBy", expr=[])}
    for name in ("Slice", "Distinct", "Project", "OrderBy"):
        if pattern.name == name:
            heads[name], pattern = pattern, pattern.p
    if "Project" not in heads:
        raise Unsupported(f"the form {pattern.name}")
    relation = patterns.relation(pattern)
    # all those of a pattern are sorted, as the engine does; the parser counts those of MINUS and EXISTS among them
    names = sorted(relation.cells) if all_variables else [str(name) for name in heads["Project"].PV]
    if not names:
        raise Unsupported("an answer without a variable")
    if "Distinct" in heads:
        relation = table_of(relation.projected(names), patterns.names, distinct=True)
    keys = _keys(patterns, relation, heads["OrderBy"].expr)
    projected = relation.projected(names)
    unknown = dict(patterns.constants.unknown)
    outputs, columns = list[Output](), list[str]()
    for name, cell in projected.cells.items():
        columns.append(f"{_output(cell)} AS o{len(columns)}")
        outputs.append(Output(name, cell.kind if cell.computed else ""))
    columns += [f"{sql} AS k{number}" for number, (sql, _) in enumerate(keys)]
    sql = f"SELECT {', '.join(columns)}{source(projected)}"
    if keys:
        sql += " ORDER BY " + ", ".join(f"k{number} {way}" for number, (_, way) in enumerate(keys))
    start, length = heads["Slice"].start, heads["Slice"].length
    first = max(start - 1, 0)  # a row more on either side tells whether the part is determined
    if length is not None:
        sql += f" LIMIT {length + 1 + start - first}"
    if first:
        sql += f" OFFSET {first}"
    return Program(sql, tuple(outputs), len(keys), start, length, unknown, tuple(patterns.read))


def _output(cell: Operand) -> str:
    if LISTED in cell.kinds:
        return cell.sql
    if cell.computed and cell.kind not in (INTEGER, DECIMAL, STRING, BOOLEAN):
        raise Unsupported("a computed value of this kind")
    return written(cell) if cell.computed else cell.sql


def _keys(patterns: Patterns, relation: Relation, order: list[Any]) -> list[tuple[str, str]]:
    """Write what rows are ordered by, and which way: unbound before all, as the engine does."""
    keys: list[tuple[str, str]] = []
    for one in order:
        way = "DESC NULLS LAST" if one.order == "DESC" else "ASC NULLS FIRST"
        cell = Expressions(patterns, relation).cell(one.expr)
        if not cell.kinds:
            continue
        if cell.kinds == {IRI} and not cell.computed:
            if FRESH in cell.doubts:
                raise Unsupported("an order of IRIs that the graph does not have")
            keys.append((cell.sql, way))  # numbered in their order
        elif cell.kind == TEXT:
            keys += [(cell.sql_value, way), (str(cell.language), way)]
        elif cell.kind in (STRING, INTEGER, DECIMAL, DATE, YEAR, BOOLEAN):
            keys.append((cell.sql_value, way))
        else:
            raise Unsupported("an order of terms of this kind")
    return keys
