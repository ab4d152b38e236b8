"""Codes of organisations that a partner writes: a former one, or another official one, leads to who carries it today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from ...words import N_, Spoken
from ..sources.layout import LAYOUT

_CODE = re.compile(r"organization/([0-9]{7}[A-Z]|[0-9]{9}[A-Z]?|[0-9]{14})")
_CODES = ("uai", "rnsr", "siren", "siret", "former_codes")


def follow_codes(
    tables: dict[str, pl.DataFrame], registers: Iterable[Path]
) -> tuple[dict[str, pl.DataFrame], list[Spoken]]:
    """Replace codes that no organisation has for its identifier by the one organisation that carries them.

    Args:
        tables: tidy tables of a partner.
        registers: the tables of organisations of the other sources.

    Returns: the tables, and a sentence a code.
    """
    columns = [
        (name, column)
        for name, table in tables.items()
        for column in table.columns
        if name in LAYOUT and LAYOUT[name][column].kind == "id" and (name, column) != ("organizations", "id")
    ]
    followed = _followed([tables[name][column] for name, column in columns], registers, _own(tables))
    if not followed:
        return tables, []
    changed = dict(tables)
    for name, column in columns:
        listed = isinstance(changed[name].schema[column], pl.List)
        cells = pl.element() if listed else pl.col(column)
        put = cells.replace(list(followed), [carrier for carrier, _ in followed.values()])
        put = pl.col(column).list.eval(put) if listed else put
        changed[name] = changed[name].with_columns(put.alias(column))
    sentences: list[Spoken] = [
        N_(
            "« {code} » est lu comme {carrier} ({label}), qui porte ce code.",
            code=cell.partition("/")[2],
            carrier=carrier.partition("/")[2],
            label=label or N_("sans nom"),
        )
        for cell, (carrier, label) in followed.items()
    ]
    return changed, sentences


def _followed(
    columns: Iterable[pl.Series], registers: Iterable[Path], own: Iterable[pl.DataFrame]
) -> dict[str, tuple[str, str | None]]:
    """Return the organisation (identifier, label) that each identifier made of a code leads to, where one alone carries it."""
    named = {cell for column in columns for cell in _cells(column) if _CODE.fullmatch(cell)}
    if not named:
        return {}
    known, carriers = _carriers([*map(pl.read_parquet, registers), *own])
    return {
        cell: carriers[code][0]
        for cell in sorted(named - known)
        if len(carriers.get(code := cell.partition("/")[2], ())) == 1
    }


def _own(tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    return [tables["organizations"]] if "organizations" in tables else []


def _cells(column: pl.Series) -> list[str]:
    values = column.explode() if isinstance(column.dtype, pl.List) else column
    return values.cast(pl.String).drop_nulls().unique().to_list()


def _carriers(frames: Iterable[pl.DataFrame]) -> tuple[set[str], dict[str, list[tuple[str, str | None]]]]:
    """Return the identifiers that are described, and the organisations (identifier, label) that carry each code."""
    known: set[str] = set()
    carriers: dict[str, dict[str, str | None]] = {}
    for frame in frames:
        known.update(frame["id"].drop_nulls().to_list())
        columns = [column for column in ("id", "label_fr", *_CODES) if column in frame.columns]
        for row in frame.select(columns).iter_rows(named=True):
            cells = [row.get(column) for column in _CODES]
            codes = [code for cell in cells for code in (cell if isinstance(cell, list) else [cell])]
            for code in filter(None, codes):
                carried = carriers.setdefault(code, {})
                carried[row["id"]] = carried.get(row["id"]) or row.get("label_fr")
    return known, {code: list(carried.items()) for code, carried in carriers.items()}
