"""Templates and conditions of a mapping as polars expressions on rows of text."""

from __future__ import annotations

import polars as pl

from ...words import N_
from .rml import Condition, MappingError, Reference, Template


def template_expression(template: Template) -> pl.Expr:
    """Return the text that a template makes of a row; null when a cell it reads is.

    >>> frame = pl.DataFrame({"a": ["1", None]})
    >>> frame.select(x=template_expression(("n", Reference("a"))))["x"].to_list()
    ['n1', None]
    """
    if len(template) == 1:
        return _part(template[0])
    return pl.concat_str([_part(part) for part in template])


def _part(part: str | Reference) -> pl.Expr:
    return pl.col(part.name) if isinstance(part, Reference) else pl.lit(part)


def condition_expression(condition: Condition, rows: pl.DataFrame, mapping: str) -> pl.Expr:
    """Return the rows that a condition keeps; an empty cell is the empty text.

    Raises:
        MappingError: it reads a column of several values.
    """
    for name in condition.references:
        if isinstance(rows.schema.get(name), pl.List):
            raise MappingError(
                N_(
                    "Une condition de la correspondance « {mapping} » lit « {name} », qui a plusieurs valeurs.",
                    mapping=mapping,
                    name=name,
                ),
                mapping=mapping,
                column=name,
            )
    return _expression(condition)


def _expression(condition: Condition) -> pl.Expr:
    inner = [_expression(item) for item in condition.arguments if isinstance(item, Condition)]
    cells = [
        template_expression(item).fill_null("")
        for item in condition.arguments
        if not isinstance(item, Condition)
    ]
    match condition.function:
        case "equal":
            return cells[0] == cells[1]
        case "not-equal":
            return cells[0] != cells[1]
        case "null":
            return cells[0] == ""
        case "not-null":
            return cells[0] != ""
        case "contains":
            return cells[0].str.contains(cells[1], literal=True)
        case "starts-with":
            return cells[0].str.starts_with(cells[1])
        case "ends-with":
            return cells[0].str.ends_with(cells[1])
        case "and":
            return pl.all_horizontal(inner)
        case "or":
            return pl.any_horizontal(inner)
        case _:
            return ~inner[0]
