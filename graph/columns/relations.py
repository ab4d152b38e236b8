"""Relations in SQL that stand for solutions in SPARQL: what a variable holds, and how two of them are put together.

Terms are numbers, so that one term is one number; unbound is NULL. What holds of an unbound variable in SPARQL (it fits every
value) is written out wherever a variable may be unbound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...words import N_, SentenceError
from .layout import LISTED, TYPES


class Unsupported(Exception):  # noqa: N818
    """A query that columns do not answer exactly, or not at all; keeps the `reason`, a few English words for programs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotExact(SentenceError, ValueError):  # noqa: N818
    """A query that Spark is not asked: its answer would not be certainly that of the standard, or it is no SELECT.

    Keeps the `reason`, and the name of the `question` where it has one.
    """

    code = "not-exact"

    def __init__(self, reason: str, question: str = "") -> None:
        told = N_(
            "Spark ne répond qu’aux SELECT dont la réponse est sûre ; pour celle-ci, en anglais : {reason}.",
            reason=reason,
        )
        if question:
            told = N_(
                "Spark ne répond qu’aux SELECT dont la réponse est sûre ; pour « {question} », en anglais : {reason}.",
                question=question,
                reason=reason,
            )
        super().__init__(told)
        self.reason, self.question = reason, question


FRESH, OPEN = "fresh", "open"
_LITERAL = ("value", "language")


@dataclass(frozen=True)
class Operand:
    """A term in SQL: `sql` is its number, or its value where it is `computed`; NULL where it is unbound or an error.

    `kinds` are what it may be (none: always unbound). `value` and `language` are the SQL of a literal's value and language,
    where all its kinds are one that has them. `doubts` tell that it may be a term that the graph does not have (`FRESH`), or
    that it is an end of a path of no step (`OPEN`): which of them the engine joins hangs on its plan.
    """

    sql: str
    kinds: frozenset[str]
    unbound: bool = False
    computed: bool = False
    value: str | None = None
    language: str | None = None
    constant: bool = False
    doubts: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """The one kind it has; raises Unsupported where there are several."""
        if len(self.kinds) != 1:
            raise Unsupported("terms of mixed kinds")
        return next(iter(self.kinds))

    @property
    def sql_value(self) -> str:
        """The SQL of its value; raises Unsupported for terms without one."""
        if self.computed:
            return self.sql
        if self.value is None or len(self.kinds) != 1:
            raise Unsupported("a value of terms that are not literals of one known datatype")
        return self.value


NOTHING = Operand("NULL::INTEGER", frozenset(), unbound=True)
"""What a variable holds that nothing binds."""


@dataclass(frozen=True)
class Relation:
    """Solutions as a block of SQL: tables with conditions, and a cell a variable."""

    tables: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    cells: Mapping[str, Operand] = field(default_factory=dict)

    def limited(self, condition: str) -> Relation:
        """Keep the solutions for which a condition is true."""
        return replace(self, where=(*self.where, condition))

    def extended(self, name: str, cell: Operand) -> Relation:
        """Add a variable."""
        return replace(self, cells={**self.cells, name: cell})

    def projected(self, names: Iterable[str]) -> Relation:
        """Keep these variables."""
        return replace(self, cells={name: self.cells.get(name, NOTHING) for name in names})


class Names:
    """Names in SQL, each given once: identifiers in SQL know no case, variables do."""

    def __init__(self) -> None:
        self._tables = 0
        self._columns: dict[str, str] = {}

    def table(self) -> str:
        """Give a new name of a table."""
        self._tables += 1
        return f"t{self._tables}"

    def column(self, variable: str) -> str:
        """Give the name of a variable's column."""
        return self._columns.setdefault(variable, f"c{len(self._columns)}")


def select(relation: Relation, names: Names, distinct: bool = False) -> str:
    """Write a relation out as a SELECT."""
    columns = [
        f"{sql} AS {names.column(variable)}{suffix}"
        for variable, cell in relation.cells.items()
        for sql, suffix in parts(cell)
    ]
    text = f"SELECT {'DISTINCT ' if distinct else ''}{', '.join(columns) or '1 AS one'}"
    return text + source(relation)


def source(relation: Relation) -> str:
    """Write the FROM and WHERE of a relation out."""
    text = f" FROM {', '.join(relation.tables)}" if relation.tables else ""
    return text + (f" WHERE {' AND '.join(relation.where)}" if relation.where else "")


def parts(cell: Operand) -> list[tuple[str, str]]:
    """List what is kept of a cell in a table: its SQL and the end of its column's name."""
    kept = [(cell.sql, ""), (cell.value, "v"), (cell.language, "l")]
    return [(sql, suffix) for sql, suffix in kept if sql is not None]


def _named(cell: Operand, table: str, column: str) -> Operand:
    """Give a cell as it reads in a table that keeps it."""
    value = None if cell.value is None else f"{table}.{column}v"
    language = None if cell.language is None else f"{table}.{column}l"
    return replace(cell, sql=f"{table}.{column}", value=value, language=language, constant=False)


def table_of(relation: Relation, names: Names, distinct: bool = False) -> Relation:
    """Make a relation one table, in brackets."""
    if distinct and any(LISTED in cell.kinds for cell in relation.cells.values()):
        raise Unsupported("distinct rows with a GROUP_CONCAT")
    return tabled(select(relation, names, distinct), relation.cells, names)


def tabled(text: str, cells: Mapping[str, Operand], names: Names) -> Relation:
    """Give a query that selects these cells as a table, in brackets."""
    table = names.table()
    kept = {variable: _named(cell, table, names.column(variable)) for variable, cell in cells.items()}
    return Relation((f"({text}) {table}",), (), kept)


def join(left: Relation, right: Relation) -> Relation:
    """Join two relations on the variables they share."""
    conditions, cells = _matched(left, right)
    return Relation((*left.tables, *right.tables), (*left.where, *right.where, *conditions), cells)


def left_join(left: Relation, right: Relation, condition: str | None) -> Relation:
    """Join, and keep the solutions of the left that nothing of the right fits; both are tables already."""
    conditions, cells = _matched(left, right)
    if condition is not None:
        conditions.append(condition)
    for variable, cell in right.cells.items():
        if variable not in left.cells:
            cells[variable] = replace(cell, unbound=True)
        elif left.cells[variable].unbound:
            cells[variable] = replace(cells[variable], unbound=True)
        else:
            mine = left.cells[variable]
            cells[variable] = mine
    on = " AND ".join(conditions) or "true"
    return Relation((f"{left.tables[0]} LEFT JOIN {right.tables[0]} ON {on}",), (), cells)


def without(left: Relation, right: Relation) -> Relation:
    """Take away the solutions that fit one of the right in a variable bound in both (MINUS); the right is a table."""
    shared = [
        variable
        for variable, cell in right.cells.items()
        if cell.kinds and variable in left.cells and left.cells[variable].kinds
    ]
    if not shared:
        return left
    conditions, _ = _matched(left, right)
    bound = [f"({left.cells[one].sql} IS NOT NULL AND {right.cells[one].sql} IS NOT NULL)" for one in shared]
    if all(left.cells[one].unbound or right.cells[one].unbound for one in shared):
        conditions.append(f"({' OR '.join(bound)})")
    fits = " AND ".join(conditions) or "true"
    return left.limited(f"NOT EXISTS (SELECT 1 FROM {right.tables[0]} WHERE {fits})")


def exists(left: Relation, right: Relation) -> str:
    """Write that a solution of the right fits."""
    conditions, _ = _matched(left, right)
    return f"EXISTS (SELECT 1{source(replace(right, where=(*right.where, *conditions)))})"


def union(left: Relation, right: Relation, names: Names) -> Relation:
    """Put the solutions of two relations one after the other."""
    ours, theirs = {}, {}
    for variable in dict.fromkeys([*left.cells, *right.cells]):
        cells = [left.cells.get(variable, NOTHING), right.cells.get(variable, NOTHING)]
        ours[variable], theirs[variable] = alike(cells)
    halves = (replace(left, cells=ours), replace(right, cells=theirs))
    return tabled(" UNION ALL ".join(select(one, names) for one in halves), ours, names)


def alike(cells: Sequence[Operand]) -> list[Operand]:
    """Give cells one form: all terms, or all values of one kind; raises Unsupported where some are terms and others values."""
    kinds = frozenset[str]().union(*(cell.kinds for cell in cells))
    sql_type = TYPES.get(next(iter(kinds))) if len(kinds) == 1 else None
    blank = replace(NOTHING, value=f"NULL::{sql_type}", language="NULL::VARCHAR", kinds=kinds, constant=True)
    filled = [cell if cell.kinds else blank for cell in cells]
    unbound = any(cell.unbound for cell in cells)
    form = _values if any(cell.computed for cell in cells) else _terms
    return [replace(cell, kinds=kinds, unbound=unbound) for cell in form(filled, sql_type is not None)]


def _values(cells: Sequence[Operand], valued: bool) -> list[Operand]:
    if not valued or not all(cell.computed or (cell.constant and cell.value) for cell in cells):
        raise Unsupported("computed values beside terms")
    return [Operand(cell.sql_value, cell.kinds, computed=True) for cell in cells]


def _terms(cells: Sequence[Operand], valued: bool) -> list[Operand]:
    doubts = frozenset[str]().union(*(cell.doubts for cell in cells))
    lost: dict[str, Any] = {
        name: None for name in _LITERAL if not valued or None in {getattr(cell, name) for cell in cells}
    }
    return [replace(cell, constant=False, doubts=doubts, **lost) for cell in cells]


def rewrite(forms: Sequence[Operand], write: Callable[..., str]) -> Operand:
    """Write one cell from cells of one form: its term, and its value and its language where they have one, each from theirs."""
    there = [name for name in ("sql", *_LITERAL) if getattr(forms[0], name) is not None]
    written: dict[str, Any] = {name: write(*(getattr(form, name) for form in forms)) for name in there}
    return replace(forms[0], **written, constant=False)


def merge(cells: Sequence[Operand], write: Callable[..., str]) -> Operand:
    """Give cells one form and write one from them, unbound where all may be; raises Unsupported."""
    return replace(rewrite(alike(cells), write), unbound=all(cell.unbound for cell in cells))


def coalesce(*texts: str) -> str:
    """Write the first of some SQL that is not NULL."""
    return f"coalesce({', '.join(texts)})"


def _matched(left: Relation, right: Relation) -> tuple[list[str], dict[str, Operand]]:
    """Write on what two relations fit, and what the variables then hold."""
    conditions: list[str] = []
    cells = {**left.cells, **right.cells}
    for variable in right.cells:
        if variable in left.cells:
            condition, cells[variable] = fit(left.cells[variable], right.cells[variable])
            conditions += condition
    return conditions, cells


def fit(a: Operand, b: Operand) -> tuple[list[str], Operand]:
    """Write on what two cells of a variable fit, and what it then holds; raises Unsupported."""
    if not a.kinds or not b.kinds:
        return [], a if a.kinds else b
    if a.computed != b.computed or (a.computed and (a.kinds != b.kinds or LISTED in a.kinds)):
        raise Unsupported("a join of computed values with terms")
    if any(OPEN in one.doubts and FRESH in other.doubts for one, other in ((a, b), (b, a))):
        raise Unsupported("a term that the graph does not have, at an end of a path of no step")
    equal = f"{a.sql} = {b.sql}"
    if not a.unbound and not b.unbound:
        fuller = b if a.value is None else a
        kinds = a.kinds & b.kinds or fuller.kinds
        return [equal], replace(fuller, kinds=kinds, constant=False, doubts=a.doubts & b.doubts)
    return [f"({equal} OR {a.sql} IS NULL OR {b.sql} IS NULL)"], merge([a, b], coalesce)
