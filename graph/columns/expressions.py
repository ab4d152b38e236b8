"""Expressions of SPARQL as SQL: an error is NULL, and the three values of its logic are those of SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial, reduce
from typing import Any, Protocol

from rdflib.plugins.sparql.parserutils import CompValue, Expr
from rdflib.term import Literal, Node, URIRef, Variable

from .aggregates import UNDECIDED
from .constants import Constants
from .layout import BLANK, BOOLEAN, DATE, DECIMAL, INTEGER, IRI, LISTED, STRING, TEXT, TRIPLE, TYPES, YEAR
from .relations import NOTHING, Operand, Relation, Unsupported, coalesce, exists, merge

NUMBERS = frozenset({INTEGER, DECIMAL})
_NODES = frozenset({IRI, BLANK})
_UNREAD = frozenset({TRIPLE, "directed"})
"""Kinds of which the table of terms tells neither text nor language."""
_ORDERED = (frozenset({STRING}), frozenset({BOOLEAN}), frozenset({DATE}), frozenset({YEAR}))
"""Kinds whose values are compared with those of the same kind alone; numbers among themselves."""


class Patterns(Protocol):
    """What expressions need of who compiles the pattern around them."""

    constants: Constants
    outer: frozenset[str]

    def inner(self, pattern: CompValue, outer: Relation) -> Relation:
        """Compile the pattern of an EXISTS."""

    def of_term(self, cell: Operand, sql: str) -> str:
        """Write what the table of terms has of a term: SQL of its columns."""


def written(cell: Operand) -> str:
    """Write a value as text, as the engine does."""
    if cell.kind == DECIMAL:
        return f"regexp_replace(regexp_replace(({cell.sql_value})::VARCHAR, '0+$', ''), '[.]$', '')"
    return f"({cell.sql_value})::VARCHAR"


def computed(sql: str, kind: str) -> Operand:
    """Give a value of a kind, that may be an error."""
    return Operand(sql, frozenset({kind}), unbound=True, computed=True)


class Expressions:
    """Expressions over the solutions of one relation."""

    def __init__(self, patterns: Patterns, relation: Relation) -> None:
        self._patterns, self._relation = patterns, relation

    def cell(self, expression: Any) -> Operand:
        """Give an expression's value; raises Unsupported."""
        if isinstance(expression, Variable):
            return self._variable(str(expression))
        if isinstance(expression, (URIRef, Literal)):
            return self._patterns.constants.cell(expression)
        if not isinstance(expression, CompValue):
            raise Unsupported("an expression that is not known here")
        made = _MADE.get(expression.name)
        if made is None:
            raise Unsupported(f"the function {expression.name.removeprefix('Builtin_')}")
        return made(self, expression)

    def condition(self, expression: Any) -> str:
        """Write an expression as a condition: its effective boolean value."""
        cell = self.cell(expression)
        if not cell.kinds:
            return "NULL::BOOLEAN"
        if cell.kind != BOOLEAN:
            raise Unsupported("a condition that is not a boolean")
        return f"({cell.sql_value})"

    def text(self, expression: Any) -> str:
        """Write an expression that gives a text: its value `v` or the number of the IRI that it is (`i`), its language `l`.

        NULL is an error. Texts of IRIs are read with the answer, where there are few.
        """
        name = getattr(expression, "name", "")
        if name == "Builtin_COALESCE":
            return f"coalesce({', '.join(self.text(one) for one in expression.arg)})"
        cell = self.cell(expression.arg) if name == "Builtin_STR" else NOTHING
        if cell.kinds == {IRI} and not cell.computed:
            return _told("NULL::VARCHAR", "''", cell.sql)
        cell = self.cell(expression)
        if not cell.kinds:
            return _told("NULL::VARCHAR", "''", "NULL::INTEGER")
        if cell.kind == TEXT and cell.language is not None:
            return _told(cell.sql_value, cell.language, "NULL::INTEGER")
        if cell.kind != STRING:
            raise Unsupported("a GROUP_CONCAT of other than texts")
        return _told(cell.sql_value, "''", "NULL::INTEGER")

    def _variable(self, name: str) -> Operand:
        if (cell := self._relation.cells.get(name)) is not None:
            if LISTED in cell.kinds:
                raise Unsupported("an expression on a GROUP_CONCAT")
            return cell
        if name in self._patterns.outer:
            raise Unsupported("a variable of the outer pattern within EXISTS")
        return NOTHING

    def _side(self, expression: Any) -> Operand:
        """Give what is only compared."""
        if isinstance(expression, (URIRef, Literal)):
            return self._patterns.constants.cell(expression, apart=True)
        return self.cell(expression)

    def _compare(self, expression: Expr) -> Operand:
        op, left = expression.op, self._side(expression.expr)
        if op in ("IN", "NOT IN"):
            others = expression.other if isinstance(expression.other, (list, tuple)) else [expression.other]
            if isinstance(expression.other, Node) and str(expression.other).endswith("#nil"):
                others = []
            equal = [self._equal(left, self._side(one)) for one in others]
            text = f"({' OR '.join(equal)})" if equal else "false"
            return computed(text if op == "IN" else f"(NOT {text})", BOOLEAN)
        right = self._side(expression.other)
        if op == "=":
            return computed(self._equal(left, right), BOOLEAN)
        if op == "!=":
            return computed(f"(NOT {self._equal(left, right)})", BOOLEAN)
        if not left.kinds or not right.kinds:
            return computed("NULL::BOOLEAN", BOOLEAN)
        if not _comparable(left, right) or BOOLEAN in left.kinds:
            raise Unsupported("an order of terms of these kinds")
        return computed(f"({left.sql_value} {op} {right.sql_value})", BOOLEAN)

    def _equal(self, left: Operand, right: Operand) -> str:
        if not left.kinds or not right.kinds:
            return "NULL::BOOLEAN"
        terms = not left.computed and not right.computed
        known = _NODES | {TEXT}
        if terms and (left.kinds <= known or right.kinds <= known):
            return f"({left.sql} = {right.sql})"  # another term is another value
        if _comparable(left, right):
            return f"({left.sql_value} = {right.sql_value})"
        valued = _NODES | NUMBERS | frozenset({TEXT}).union(*_ORDERED)
        numeric = bool(left.kinds & NUMBERS) and bool(right.kinds & NUMBERS)
        if not left.kinds & right.kinds and not numeric and left.kinds | right.kinds <= valued - {DATE, YEAR}:
            return f"(CASE WHEN {left.sql} IS NOT NULL AND {right.sql} IS NOT NULL THEN false END)"
        raise Unsupported("an equality of terms of these kinds")

    def _junction(self, expression: Expr, word: str) -> Operand:
        each = [expression.expr, *expression.other]
        return computed(f"({f' {word} '.join(self.condition(one) for one in each)})", BOOLEAN)

    def _not(self, expression: Expr) -> Operand:
        return computed(f"(NOT {self.condition(expression.expr)})", BOOLEAN)

    def _bound(self, expression: Expr) -> Operand:
        return computed(f"({self.cell(expression.arg).sql} IS NOT NULL)", BOOLEAN)

    def _language(self, expression: Expr) -> Operand:
        cell = self.cell(expression.arg)
        if cell.kinds == {TEXT} and cell.language is not None:
            return computed(cell.language, STRING)
        if not cell.kinds or cell.kinds <= _NODES:
            return computed("NULL::VARCHAR", STRING)
        if cell.kinds & _UNREAD:
            raise Unsupported("the language of terms of mixed kinds")
        if TEXT in cell.kinds or cell.kinds & _NODES:
            language = "CASE WHEN left(text, 1) = '\"' THEN coalesce(lang, '') END"
            return computed(self._patterns.of_term(cell, language), STRING)
        return computed(f"(CASE WHEN {cell.sql} IS NOT NULL THEN '' END)", STRING)

    def _string(self, expression: Expr) -> Operand:
        cell = self.cell(expression.arg)
        if not cell.kinds:
            return computed("NULL::VARCHAR", STRING)
        if cell.kinds == {IRI} and not cell.computed:
            return computed(self._patterns.of_term(cell, "lex"), STRING)
        if len(cell.kinds) > 1 and not cell.kinds & (_UNREAD | {BLANK}):
            text = self._patterns.of_term(cell, "lex")  # of an escape that is not known here there is none
            return computed(
                f"coalesce({text}, CASE WHEN {cell.sql} IS NOT NULL THEN error('{UNDECIDED}') END)", STRING
            )
        if cell.kind in (STRING, TEXT):
            return computed(cell.sql_value, STRING)
        return computed(written(cell), STRING)

    def _coalesce(self, expression: Expr) -> Operand:
        cells = [self.cell(one) for one in expression.arg]
        return merge(cells, coalesce)

    def _if(self, expression: Expr) -> Operand:
        condition = self.condition(expression.arg1)
        cells = [self.cell(expression.arg2), self.cell(expression.arg3)]
        made = merge(
            cells, lambda yes, no: f"(CASE WHEN {condition} THEN {yes} WHEN NOT {condition} THEN {no} END)"
        )
        return replace(made, unbound=any(cell.unbound for cell in cells) or condition != "true")

    def _sum(self, expression: Expr) -> Operand:
        cells = [self.cell(one) for one in (expression.expr, *expression.other)]
        if any(not cell.kinds for cell in cells):
            return computed("NULL::BIGINT", INTEGER)
        kinds = {cell.kind for cell in cells}
        if not kinds <= NUMBERS:
            raise Unsupported("arithmetic on other than integers and decimals")
        kind = DECIMAL if DECIMAL in kinds else INTEGER
        first, *others = (f"({cell.sql_value})::{TYPES[kind]}" for cell in cells)
        terms = zip(expression.op, others, strict=True)
        return computed(reduce(lambda text, one: f"({text} {one[0]} {one[1]})", terms, first), kind)

    def _year(self, expression: Expr) -> Operand:
        cell = self.cell(expression.arg)
        if not cell.kinds:
            return computed("NULL::BIGINT", INTEGER)
        if cell.kind not in (DATE, YEAR):
            raise Unsupported("the year of other than dates and years")
        return computed(f"year({cell.sql_value})" if cell.kind == DATE else cell.sql_value, INTEGER)

    def _product(self, expression: Expr) -> Operand:
        cells = [self.cell(one) for one in (expression.expr, *expression.other)]
        if any(cell.kinds != {INTEGER} for cell in cells) or set(expression.op) != {"*"}:
            raise Unsupported("a product of other than integers, or a quotient")
        return computed(f"({' * '.join(cell.sql_value for cell in cells)})", INTEGER)

    def _length(self, expression: Expr) -> Operand:
        cell = self.cell(expression.arg)
        if cell.kind not in (STRING, TEXT):
            raise Unsupported("the length of other than a text")
        return computed(f"length({cell.sql_value})", INTEGER)

    def _concatenation(self, expression: Expr) -> Operand:
        cells = [self.cell(one) for one in expression.arg]
        if any(cell.kinds and cell.kind != STRING for cell in cells):
            raise Unsupported("a concatenation of other than plain texts")
        texts = [cell.sql_value if cell.kinds else "NULL::VARCHAR" for cell in cells]
        return computed(f"({' || '.join(texts)})" if texts else "''", STRING)

    def _texts(self, expression: Expr, function: str) -> Operand:
        cells = self._side(expression.arg1), self._side(expression.arg2)
        if any(not cell.kinds for cell in cells):
            return computed("NULL::BOOLEAN", BOOLEAN)
        if cells[0].kind not in (STRING, TEXT) or cells[1].kind != STRING:
            raise Unsupported("a search in other than texts")
        return computed(f"{function}({cells[0].sql_value}, {cells[1].sql_value})", BOOLEAN)

    def _exists(self, expression: Expr) -> Operand:
        inner = self._patterns.inner(expression.graph, self._relation)
        return computed(exists(self._relation, inner), BOOLEAN)

    def _exists_not(self, expression: Expr) -> Operand:
        return computed(f"(NOT {self._exists(expression).sql})", BOOLEAN)


def _told(value: str, language: str, number: str) -> str:
    bound = f"{value} IS NOT NULL OR {number} IS NOT NULL"
    return f"(CASE WHEN {bound} THEN {{'v': {value}, 'l': {language}, 'i': {number}}} END)"


def _comparable(left: Operand, right: Operand) -> bool:
    if not (_valued(left) and _valued(right)):
        return False
    kinds = left.kinds | right.kinds
    return kinds <= NUMBERS or any(kinds <= one for one in _ORDERED)


def _valued(cell: Operand) -> bool:
    return len(cell.kinds) == 1 and (cell.computed or cell.value is not None)


_MADE: Mapping[str, Callable[[Expressions, Any], Operand]] = {
    "RelationalExpression": Expressions._compare,
    "ConditionalAndExpression": partial(Expressions._junction, word="AND"),
    "ConditionalOrExpression": partial(Expressions._junction, word="OR"),
    "UnaryNot": Expressions._not,
    "AdditiveExpression": Expressions._sum,
    "MultiplicativeExpression": Expressions._product,
    "Builtin_CONCAT": Expressions._concatenation,
    "Builtin_STRLEN": Expressions._length,
    "Builtin_BOUND": Expressions._bound,
    "Builtin_LANG": Expressions._language,
    "Builtin_STR": Expressions._string,
    "Builtin_COALESCE": Expressions._coalesce,
    "Builtin_IF": Expressions._if,
    "Builtin_YEAR": Expressions._year,
    "Builtin_CONTAINS": partial(Expressions._texts, function="contains"),
    "Builtin_STRSTARTS": partial(Expressions._texts, function="starts_with"),
    "Builtin_EXISTS": Expressions._exists,
    "Builtin_NOTEXISTS": Expressions._exists_not,
}
