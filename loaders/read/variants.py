"""The headers that the files of an input may have, and what of a header is read, left or unknown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl

from ...words import EMPTY, N_
from ..sources.declaration import SourceError, nearest
from ..sources.layout import LAYOUT, columns_of
from ..sources.parts import Input, Variant
from .formats import OpenTable, open_table, squeeze
from .headers import shown_name
from .headings import as_in_layout, find_heading, label_of, same_name


def variants_of(given: Input) -> tuple[Variant, ...]:
    """Return the headers an input may have: those it declares, else that of the exchange layout's table."""
    if given.variants or given.table not in LAYOUT:
        return given.variants
    columns = LAYOUT[given.table]
    required = {name: name for name, column in columns.items() if column.required}
    return (Variant("layout", required, {name: name for name in columns if name not in required}),)


def names_of(given: Input) -> list[str]:
    """Return our names of the columns of an input, whatever its header."""
    names = [name for variant in variants_of(given) for name in (*variant.columns, *variant.optional_columns)]
    return list(dict.fromkeys(names))


def empty_table(given: Input) -> pl.DataFrame:
    """Return the raw table of an input without rows."""
    names = [*names_of(given), *([given.file_column] if given.file_column else [])]
    schema: dict[str, type[pl.DataType]] = dict.fromkeys([*names, "_file"], pl.String)
    return pl.DataFrame(schema={**schema, "_row": pl.Int64})


def of_partner(given: Input) -> bool:
    """Tell whether an input is a table that people fill in: its columns bear our own names, in files and sheets too."""
    official = [{**variant.columns, **variant.optional_columns}.items() for variant in variants_of(given)]
    return bool(official) and all(ours == name for pairs in official for ours, name in pairs)


def open_input(path: Path, given: Input) -> OpenTable:
    """Open a file of an input; the header of a partner's table is put in our names."""
    if not of_partner(given):
        return open_table(path, given)
    if columns_of(given.table):
        opened = open_table(path, given, partial(find_heading, given.table))
        labels = opened.labels or [label_of(given.table, name) for name in opened.header]
        # a column that somebody added to our workbook has no name in its hidden row, but a title in the next
        header = [name if name.strip() else label for name, label in zip(opened.header, labels, strict=True)]
        return replace(opened, header=as_in_layout(given.table, header), labels=labels)
    opened, names = open_table(path, given), names_of(given)
    return replace(opened, header=[same_name(name, names) for name in opened.header], labels=opened.header)


def missing_columns(variant: Variant, header: Collection[str]) -> list[str]:
    """Return the columns that a header, squeezed, should have and has not."""
    return [official for official in variant.columns.values() if squeeze(official) not in header]


def variant_of(opened: OpenTable, given: Input) -> Variant:
    """Return the header that a file has; raise SourceError, which names a missing column of the nearest, where it has none."""
    header = {squeeze(name) for name in opened.header}
    variants = variants_of(given)
    if not variants:
        plain = {name: name for name in opened.header if re.fullmatch(r"[a-z][a-z0-9_]*", name)}
        return Variant("plain", plain)
    for variant in variants:
        if not missing_columns(variant, header):
            return variant
    best = min(variants, key=lambda one: len(missing_columns(one, header)) / max(len(one.columns), 1))
    missing = missing_columns(best, header)
    name = missing_name(opened, given, missing[0])
    hint = nearest(squeeze(name), opened.labels or header)
    more = N_(" ; il en manque {count} en tout", count=len(missing)) if len(missing) > 1 else EMPTY
    why = next(
        (
            N_(", or {why}", why=best.why[name])
            for name, own in best.columns.items()
            if own == missing[0] and name in best.why
        ),
        EMPTY,
    )
    kind = N_(" ({kind})", kind=opened.kind) if opened.kind is not EMPTY else EMPTY
    raise SourceError(
        N_(
            "{place}{kind} n'a pas de colonne « {missing} »{hint}{why}{more}.",
            place=opened.place,
            kind=kind,
            missing=name,
            hint=hint,
            why=why,
            more=more,
        ),
        file=opened.path,
        column=name,
    )


def missing_name(opened: OpenTable, given: Input, column: str) -> str:
    """Name a column that a file has not, as its header names the others."""
    headings = dict(zip(opened.header, opened.labels, strict=True)) if opened.labels else {}
    return shown_name(given.table, column, headings)


def unknown_columns(opened: OpenTable, variant: Variant, *, nameless: bool = True) -> Iterator[str]:
    """Yield the columns of a header that are neither mapped, left with a reason, nor personal; also the `nameless`, if asked."""
    known = {
        *variant.columns.values(),
        *variant.optional_columns.values(),
        *variant.ignored,
        *variant.personal,
    }
    squeezed = {squeeze(name) for name in known}
    names = {squeeze(name) for name in opened.header}
    outer = {name.partition(".")[0] for name in squeezed}
    for name in dict.fromkeys(squeeze(name) for name in opened.header):
        nested = (
            "." in name and name.partition(".")[0] in names and name.partition(".")[0] not in outer - squeezed
        )
        left = any(re.search(pattern, name) for pattern in variant.ignored_patterns)
        if not (nested or left or name in squeezed | outer) and (name or nameless):
            yield name or "(colonne sans nom)"
