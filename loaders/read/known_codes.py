"""Codes of organisations that a partner writes: a former one, or another official one, leads to who carries it today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from ..sources.layout import LAYOUT

_CODE = re.compile(r"organization/([0-9]{7}[A-Z]|[0-9]{9}[A-Z]?|[0-9]{14})")
_CODES = ("uai", "rnsr", "siren", "siret", "former_codes")


def follow_codes(
    tables: dict[str, pl.DataFrame], registers: Iterable[Path]
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """Replace codes that no organisation has for its identifier by the one organisation that carries them.

    Args:
        tables: tidy tables of a partner.
        registers: the tables of organisations of the other sources.

    Returns: the tables, and a French sentence a code.
    """
    columns = [
        (name, column)
        for name, table in tables.items()
        for column in table.columns
        if name in LAYOUT and LAYOUT[name][column].kind == "id" and (name, column) != ("organizations", "id")
    ]
    named = {
        cell for name, column in columns for cell in _cells(tables[name][column]) if _CODE.fullmatch(cell)
    }
    known, carriers = _carriers([*map(pl.read_parquet, registers), *_own(tables)]) if named else (set(), {})
    followed = {
        cell: carriers[code][0]
        for cell in sorted(named - known)
        if len(carriers.get(code := cell.partition("/")[2], ())) == 1
    }
    if not followed:
        return tables, []
    changed = dict(tables)
    for name, column in columns:
        frame = changed[name]
        cells = pl.element() if isinstance(frame.schema[column], pl.List) else pl.col(column)
        put = cells.replace(list(followed), [one for one, _ in followed.values()])
        listed = isinstance(frame.schema[column], pl.List)
        changed[name] = frame.with_columns(pl.col(column).list.eval(put) if listed else put.alias(column))
    told = [
        f"« {cell.partition('/')[2]} » est lu comme {one.partition('/')[2]} ({label or 'sans nom'}), qui porte ce code."
        for cell, (one, label) in followed.items()
    ]
    return changed, told


def _own(tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    return [tables["organizations"]] if "organizations" in tables else []


def _cells(column: pl.Series) -> list[str]:
    values = column.explode() if isinstance(column.dtype, pl.List) else column
    return values.cast(pl.String).drop_nulls().unique().to_list()


def _carriers(frames: Iterable[pl.DataFrame]) -> tuple[set[str], dict[str, list[tuple[str, str | None]]]]:
    """Return the identifiers that are described, and the organisations (identifier, label) that carry each code."""
    known: set[str] = set()
    found: dict[str, dict[str, str | None]] = {}
    for frame in frames:
        known.update(frame["id"].drop_nulls().to_list())
        columns = [column for column in ("id", "label_fr", *_CODES) if column in frame.columns]
        for row in frame.select(columns).iter_rows(named=True):
            codes = [row.get(column) for column in _CODES[:-1]] + list(row.get("former_codes") or ())
            for code in filter(None, codes):
                carried = found.setdefault(code, {})
                carried[row["id"]] = carried.get(row["id"]) or row.get("label_fr")
    return known, {code: list(carried.items()) for code, carried in found.items()}
