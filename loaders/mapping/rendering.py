"""The slots of lines filled: columns checked and rewritten, lines as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import polars as pl

from .patterns import Pattern, Piece, Slot
from .quads import REFERENCE, is_absolute
from .rml import MappingError
from .terms import template_expression


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
    rows: pl.DataFrame, slots: list[Slot], base: str, mapping: str, table: str
) -> tuple[pl.DataFrame, dict[Slot, tuple[str, str]]]:
    """Return the rows with the written form of every slot, and each slot's constant and column.

    Raises:
        MappingError: a cell has no such form; the sentence names table, row, column and value.
    """
    places: dict[Slot, tuple[str, str]] = {}
    joined = {slot: f"\1{rank}" for rank, slot in enumerate(slots) if len(slot.template) > 1}
    if joined:
        rows = rows.with_columns(
            template_expression(slot.template).alias(name) for slot, name in joined.items()
        )
    source = {slot: joined.get(slot) or slot.column for slot in slots}
    asked: list[pl.Expr] = []
    for rank, slot in enumerate(slots):
        cells = pl.col(source[slot])
        if slot.form.invalid is not None:
            asked.append(slot.form.invalid(cells).any().alias(f"invalid{rank}"))
        if slot.form.unusual is not None:
            asked.append(slot.form.unusual(cells).any().alias(f"unusual{rank}"))
        if slot.form is REFERENCE:
            asked.append(is_absolute(cells).any().alias(f"some{rank}"))
            asked.append(is_absolute(cells).all().alias(f"all{rank}"))
    answers = rows.select(asked).row(0, named=True) if asked else {}
    rewritten: list[pl.Expr] = []
    for rank, slot in enumerate(slots):
        cells, name = pl.col(source[slot]), source[slot]
        if answers.get(f"invalid{rank}"):
            raise _invalid(rows, slot, name, mapping, table)
        places[slot] = "", name
        if answers.get(f"unusual{rank}") and slot.form.rewrite is not None:
            places[slot] = "", f"\2{rank}"
            rewritten.append(slot.form.rewrite(cells).alias(f"\2{rank}"))
        if slot.form is REFERENCE and not answers[f"all{rank}"]:
            if not base:
                raise _invalid(
                    rows, slot, name, mapping, table, "une IRI absolue, et la correspondance n'a pas de base"
                )
            places[slot] = base, name
            if answers[f"some{rank}"]:
                places[slot] = "", f"\2{rank}"
                absolute = pl.when(is_absolute(cells)).then(cells).otherwise(pl.lit(base) + cells)
                rewritten.append(absolute.alias(f"\2{rank}"))
    return (rows.with_columns(rewritten) if rewritten else rows), places


def _invalid(
    rows: pl.DataFrame, slot: Slot, column: str, mapping: str, table: str, expected: str | None = None
) -> MappingError:
    wrong = (
        slot.form.invalid(pl.col(column))
        if expected is None and slot.form.invalid
        else ~is_absolute(pl.col(column))
    )
    first = rows.filter(wrong).row(0, named=True)
    names = " et ".join(f"« {name} »" for name in slot.references)
    return MappingError(
        f"{table}, ligne {first['_row']}, colonne {names} : « {first[column]} » n'est pas "
        f"{expected or slot.form.expected} (mapping « {mapping} »).",
        mapping=mapping,
        row=first["_row"],
        column=slot.references[0],
        value=first[column],
    )
