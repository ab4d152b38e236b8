"""Groups and aggregates of SPARQL in SQL, as the engine computes them: one error makes a sum an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rdflib.term import Variable

from .constants import quoted
from .layout import BLANK, DECIMAL, INTEGER, IRI, LISTED, TEXT, TYPES
from .relations import FRESH, Names, Operand, Relation, Unsupported, parts, rewrite, select, tabled

QUOTIENT = "quotient"
"""The function of SQL that each engine has: a decimal by a count, as a decimal of 18 digits, cut off."""
UNDECIDED = "ancrage: undecided"
"""What ends the query where its answer would hang on the order of solutions."""


def aggregate(
    relation: Relation,
    keys: Sequence[str],
    aggregates: Sequence[Any],
    cell_of: Callable[[Any], Operand],
    text_of: Callable[[Any], str],
    names: Names,
) -> Relation:
    """Group a relation by variables and compute aggregates, each with the variable (`res`) that holds it.

    `cell_of` gives an expression's value, `text_of` the SQL of one that is a text.
    """
    grouped = {key: cell_of(Variable(key)) for key in keys}
    made: dict[str, Operand] = dict(grouped)
    for one in aggregates:
        name = str(one.res)
        same = one.name == "Aggregate_Sample" and isinstance(one.vars, Variable) and str(one.vars) in grouped
        if one.name == "Aggregate_GroupConcat":
            made[name] = _joined(one, text_of(one.vars))
        else:
            made[name] = grouped[str(one.vars)] if same else _computed(one, cell_of, bool(keys))
    by = list(dict.fromkeys(sql for cell in grouped.values() if not cell.constant for sql, _ in parts(cell)))
    text = select(replace(relation, cells=made), names)
    if keys:
        text += f" GROUP BY {', '.join(by) or '()'}"
        if not by:
            text += " HAVING count(*) > 0"
    return tabled(text, made, names)


def _computed(one: Any, cell_of: Callable[[Any], Operand], grouped: bool) -> Operand:
    distinct = bool(one.distinct)
    if one.name == "Aggregate_Count" and isinstance(one.vars, str) and str(one.vars) == "*":
        if distinct:
            raise Unsupported("COUNT(DISTINCT *)")
        return Operand("count(*)", frozenset({INTEGER}), computed=True)
    made = _MADE.get(one.name)
    if made is None:
        raise Unsupported(one.name.removeprefix("Aggregate_"))
    cell = cell_of(one.vars)
    if not cell.kinds and one.name != "Aggregate_Count":
        raise Unsupported("an aggregate of what is never bound")
    return made(cell, "DISTINCT " if distinct else "", grouped)


def _count(cell: Operand, distinct: str, grouped: bool) -> Operand:
    return Operand(f"count({distinct}{cell.sql})", frozenset({INTEGER}), computed=True)


def _whole(cell: Operand, sql: str, otherwise: str = "NULL") -> str:
    """Write an aggregate that is an error where one of its values is."""
    return f"(CASE WHEN count(*) = count({cell.sql}) THEN {sql} ELSE {otherwise} END)"


def _sum(cell: Operand, distinct: str, grouped: bool) -> Operand:
    if cell.kind not in (INTEGER, DECIMAL):
        raise Unsupported("a sum of other than integers and decimals")
    if cell.kind == DECIMAL and not grouped:
        raise Unsupported("a sum of decimals that may have none")
    value, kind = cell.sql_value, TYPES[cell.kind]
    text = _whole(cell, f"coalesce(sum({distinct}{value}), 0)::{kind}", f"NULL::{kind}")
    return Operand(text, cell.kinds, unbound=True, computed=True)


def _mean(cell: Operand, distinct: str, grouped: bool) -> Operand:
    """Write a mean as a decimal of 18 digits, cut off."""
    if cell.kind not in (INTEGER, DECIMAL) or distinct or not grouped:
        raise Unsupported("a mean of other than all integers or decimals of a group")
    text = f"{QUOTIENT}(sum(({cell.sql_value})::DECIMAL(38,18)), count(*))"
    return Operand(
        _whole(cell, text, "NULL::DECIMAL(38,18)"), frozenset({DECIMAL}), unbound=True, computed=True
    )


def _extreme(cell: Operand, function: str) -> Operand:
    if not cell.computed and (cell.kind == BLANK or (cell.kind == IRI and FRESH in cell.doubts)):
        raise Unsupported("the least or greatest of blank nodes, or of new IRIs")
    if cell.computed or cell.kind == IRI:  # numbered in their order
        return replace(cell, sql=_whole(cell, f"{function}({cell.sql})"), unbound=True, constant=False)
    key = f"{{'v': {cell.sql_value}, 'l': {cell.language}}}" if cell.kind == TEXT else cell.sql_value
    made = rewrite([cell], lambda sql: _whole(cell, f"arg_{function}({sql}, {key})"))
    return replace(made, unbound=True)


def _least(cell: Operand, distinct: str, grouped: bool) -> Operand:
    return _extreme(cell, "min")


def _greatest(cell: Operand, distinct: str, grouped: bool) -> Operand:
    return _extreme(cell, "max")


def _sample(cell: Operand, distinct: str, grouped: bool) -> Operand:
    """Write any of the values, where there is one alone: which the engine takes of several is nobody's business to know."""
    alone = f"count(DISTINCT {cell.sql}) <= 1"
    made = rewrite(
        [cell], lambda sql: f"(CASE WHEN {alone} THEN any_value({sql}) ELSE error('{UNDECIDED}') END)"
    )
    return replace(made, unbound=True)


def _joined(one: Any, text: str) -> Operand:
    """List texts that are put one after the other with the answer; an error where one is."""
    separator = quoted(" " if one.separator is None else str(one.separator))
    each = f"list({'DISTINCT ' if one.distinct else ''}{text})"
    listed = f"{{'each': {each}, 'separator': {separator}, 'once': {'true' if one.distinct else 'false'}}}"
    return Operand(
        _whole(Operand(text, frozenset()), listed), frozenset({LISTED}), unbound=True, computed=True
    )


_MADE: Mapping[str, Callable[[Operand, str, bool], Operand]] = {
    "Aggregate_Count": _count,
    "Aggregate_Sum": _sum,
    "Aggregate_Avg": _mean,
    "Aggregate_Min": _least,
    "Aggregate_Max": _greatest,
    "Aggregate_Sample": _sample,
}
