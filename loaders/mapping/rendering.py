"""The slots of lines filled: columns checked and rewritten, lines as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO

import polars as pl

from ...words import N_
from .patterns import Pattern, Piece, Slot
from .quads import REFERENCE, is_absolute
from .rml import WrongCell
from .terms import template_expression


@dataclass
class WrongCells:
    """The wrong cells that are left out with the lines they would be in: which ones, and what is wrong with the first."""

    cells: set[tuple[str, int, str]] = field(default_factory=set)
    first: WrongCell | None = None

    def add(self, error: WrongCell, rows: Iterable[int]) -> None:
        """Keep the rows of a table whose cell of a column, told by the error, is wrong."""
        self.first = self.first or error
        self.cells |= {(error.table, row, " ".join(error.columns)) for row in rows}


def columns(pattern: Pattern, places: Mapping[Slot, tuple[str, str]]) -> list[str]:
    """Return the columns that the lines of a pattern are made of."""
    return [places[piece][1] for piece in pattern.pieces if isinstance(piece, Slot)]


def merge(pieces: tuple[Piece, ...], places: Mapping[Slot, tuple[str, str]]) -> list[str | pl.Expr]:
    """Return the parts of a line, constants next to each other made one."""
    parts: list[str | pl.Expr] = []
    for piece in pieces:
        constant, column = (piece, None) if isinstance(piece, str) else places[piece]
        if constant:
            if parts and isinstance(parts[-1], str):
                parts[-1] += constant
            else:
                parts.append(constant)
        if column is not None:
            parts.append(pl.col(column))
    return parts


def concatenate(parts: list[str | pl.Expr]) -> pl.Expr:
    """Return the text that constants and columns make; null when a column is."""
    return pl.concat_str([pl.lit(part) if isinstance(part, str) else part for part in parts])


def bytes_of(column: pl.Series) -> memoryview:
    """Return the texts of a column one after the other."""
    written = BytesIO()
    column.to_frame().write_csv(written, include_header=False, quote_style="never", line_terminator="")
    return written.getbuffer()


def render(
    rows: pl.DataFrame, slots: list[Slot], mapping: str, table: str, skipped: WrongCells | None = None
) -> tuple[pl.DataFrame, dict[Slot, tuple[str, str]]]:
    """Return the rows with the written form of every slot, and each slot's constant and column.

    Wrong cells are kept in `skipped`, and null in the rows, where it is given.

    Raises:
        WrongCell: else, a cell has no such form; the sentence names table, row, column and value.
    """
    places: dict[Slot, tuple[str, str]] = {}
    joined = {slot: f"\1{rank}" for rank, slot in enumerate(slots) if len(slot.template) > 1}
    if joined:
        templates = (template_expression(slot.template).alias(name) for slot, name in joined.items())
        rows = rows.with_columns(templates)
    source = {slot: joined.get(slot) or slot.column for slot in slots}
    rewritten: list[pl.Expr] = []
    for rank, ((slot, name), has) in enumerate(zip(source.items(), _answers(rows, source), strict=True)):
        given = pl.col(name)
        if (wrong := _wrong(slot, given, has)) is not None:
            error = _invalid(rows, slot, name, wrong, mapping, table)
            if skipped is None:
                raise error
            skipped.add(error, rows.filter(wrong)["_row"])
            given = pl.when(~wrong).then(given)
        constant, cells = _written(slot, given, has)
        if wrong is not None and cells is None:
            cells = given
        places[slot] = constant, name if cells is None else f"\2{rank}"
        if cells is not None:
            rewritten.append(cells.alias(f"\2{rank}"))
    return (rows.with_columns(rewritten) if rewritten else rows), places


def _answers(rows: pl.DataFrame, source: Mapping[Slot, str]) -> list[dict[str, bool]]:
    """Return what is to be known of the cells of each slot before they are written, all of it asked at once."""
    questions = [dict(_questions(slot, pl.col(column))) for slot, column in source.items()]
    asked = [
        question.alias(f"{name}{rank}") for rank, of in enumerate(questions) for name, question in of.items()
    ]
    answers = rows.select(asked).row(0, named=True) if asked else {}
    return [{name: answers[f"{name}{rank}"] for name in of} for rank, of in enumerate(questions)]


def _written(slot: Slot, cells: pl.Expr, has: Mapping[str, bool]) -> tuple[str, pl.Expr | None]:
    """Return the constant before the cells of a slot, and the cells rewritten (None: they stay as they are)."""
    if has.get("unusual") and slot.form.rewrite is not None:
        return "", slot.form.rewrite(cells)
    if has.get("all", True):
        return "", None
    if not has["some"]:
        return slot.base, None
    return "", pl.when(is_absolute(cells)).then(cells).otherwise(pl.lit(slot.base) + cells)


def _questions(slot: Slot, cells: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
    """Yield what is to be known of the cells of a slot before they are written."""
    if slot.form.invalid is not None:
        yield "invalid", slot.form.invalid(cells).any()
    if slot.form.unusual is not None:
        yield "unusual", slot.form.unusual(cells).any()
    if slot.form is REFERENCE:
        yield "some", is_absolute(cells).any()
        yield "all", is_absolute(cells).all()


def _wrong(slot: Slot, cells: pl.Expr, has: Mapping[str, bool]) -> pl.Expr | None:
    """Return which cells of a slot cannot be written; None where all can."""
    invalid = slot.form.invalid(cells) if slot.form.invalid and has.get("invalid") else None
    if has.get("all", True) or slot.base:
        return invalid
    return ~is_absolute(cells) if invalid is None else invalid | ~is_absolute(cells)


def _invalid(
    rows: pl.DataFrame, slot: Slot, column: str, wrong: pl.Expr, mapping: str, table: str
) -> WrongCell:
    first = rows.filter(wrong).row(0, named=True)
    formed = (
        slot.form.invalid is None
        or not rows.filter(wrong).head(1).select(slot.form.invalid(pl.col(column))).item()
    )
    expected = N_("une IRI absolue, et la correspondance n'a pas de base") if formed else slot.form.expected
    return WrongCell(table, first["_row"], slot.references, first[column], expected, mapping)
