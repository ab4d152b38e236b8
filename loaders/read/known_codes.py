"""Codes that a partner writes: a former one, or another official one, leads to the organisation or the commune of today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from ...words import N_, Spoken
from ..sources.layout import LAYOUT

_CODE = re.compile(r"organization/([0-9]{7}[A-Z]|[0-9]{9}[A-Z]?|[0-9]{14})")
_COMMUNE = re.compile(r"territory/commune/[0-9][0-9AB][0-9]{3}")
_LEFT = ("territories", "observations")
"""Tables whose communes stay as they are."""
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
    changed = _put(tables, columns, {cell: carrier for cell, (carrier, _) in followed.items()})
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


def follow_communes(
    tables: dict[str, pl.DataFrame], registers: Iterable[Path], described: Iterable[Path]
) -> tuple[dict[str, pl.DataFrame], list[Spoken]]:
    """Replace communes that are no more, and that no source describes, by the commune that has their area today.

    Values of observations stay where they are: those of two communes that merged would meet in one.

    Args:
        tables: tidy tables of a partner.
        registers: the registers of communes (`register_communes`) of the other sources.
        described: the tables of territories of the other sources.

    Returns: the tables, and a sentence a code.
    """
    columns = [
        (name, column)
        for name, table in tables.items()
        for column in table.columns
        if name in LAYOUT and LAYOUT[name][column].of == "territory" and name not in _LEFT
    ]
    cells = {cell for name, column in columns for cell in _cells(tables[name][column])}
    asked = sorted(filter(_COMMUNE.fullmatch, cells))
    paths = [*registers]
    if not asked or not paths:
        return tables, []
    known = [pl.read_parquet(path, columns=["id"]) for path in described]
    known += [tables["territories"].select("id")] if "territories" in tables else []
    register = pl.concat(
        pl.read_parquet(path, columns=["territory", "commune", "label"]) for path in paths
    ).with_columns(today="territory/commune/" + pl.col("commune"))
    gone = (
        register.filter(pl.col("territory").is_in(asked), pl.col("today") != pl.col("territory"))
        .unique("territory", keep="last", maintain_order=True)
        .join(pl.concat(known), left_on="territory", right_on="id", how="anti")
        .sort("territory")
    )
    followed = dict(gone.select("territory", "today").iter_rows())
    places = register.filter(pl.col("territory").is_in(list(followed.values())))
    labels = dict(places.select("territory", "label").iter_rows())
    sentences: list[Spoken] = [
        N_(
            "« {code} » n'est plus une commune : ce qui en est dit l'est de {today} ({label}), qui en a repris le territoire.",
            code=cell.rpartition("/")[2],
            today=place.rpartition("/")[2],
            label=labels.get(place) or N_("sans nom"),
        )
        for cell, place in followed.items()
    ]
    return _put(tables, columns, followed), sentences


def _put(
    tables: dict[str, pl.DataFrame], columns: Iterable[tuple[str, str]], followed: Mapping[str, str]
) -> dict[str, pl.DataFrame]:
    """Return tables with some identifiers replaced in columns of them."""
    if not followed:
        return tables
    changed = dict(tables)
    for name, column in columns:
        listed = isinstance(changed[name].schema[column], pl.List)
        cells = pl.element() if listed else pl.col(column)
        put = cells.replace(list(followed), list(followed.values()))
        put = pl.col(column).list.eval(put) if listed else put
        changed[name] = changed[name].with_columns(put.alias(column))
    return changed


def _followed(
    columns: Iterable[pl.Series], registers: Iterable[Path], own: Iterable[pl.DataFrame]
) -> dict[str, tuple[str, str | None]]:
    """Return the organisation (identifier, label) that each identifier made of a code leads to, where one alone carries it."""
    named = {cell for column in columns for cell in _cells(column) if _CODE.fullmatch(cell)}
    frames = [*map(pl.read_parquet, registers), *own] if named else []
    unknown = named.difference(*(frame["id"] for frame in frames))
    carriers = _carriers(frames) if unknown else {}
    return {
        cell: carriers[code][0]
        for cell in sorted(unknown)
        if len(carriers.get(code := cell.partition("/")[2], ())) == 1
    }


def _own(tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    return [tables["organizations"]] if "organizations" in tables else []


def _cells(column: pl.Series) -> list[str]:
    values = column.explode() if isinstance(column.dtype, pl.List) else column
    return values.cast(pl.String).drop_nulls().unique().to_list()


def _carriers(frames: Iterable[pl.DataFrame]) -> dict[str, list[tuple[str, str | None]]]:
    """Return the organisations (identifier, label) that carry each code."""
    carriers: dict[str, dict[str, str | None]] = {}
    for frame in frames:
        columns = [column for column in ("id", "label_fr", *_CODES) if column in frame.columns]
        for row in frame.select(columns).iter_rows(named=True):
            cells = [row.get(column) for column in _CODES]
            codes = [code for cell in cells for code in (cell if isinstance(cell, list) else [cell])]
            for code in filter(None, codes):
                carried = carriers.setdefault(code, {})
                carried[row["id"]] = carried.get(row["id"]) or row.get("label_fr")
    return {code: list(carried.items()) for code, carried in carriers.items()}
