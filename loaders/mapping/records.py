"""The logical sources of a mapping, read from a folder: one column a reference, JSONPath included."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

import polars as pl

from ...words import N_
from ..read.decoding import decode
from ..read.formats import open_table
from ..sources.declaration import SourceError, nearest
from ..sources.parts import Input
from .archives import expand
from .databases import read_database
from .quads import native, native_column
from .rml import NATIVE_MARK, LogicalSource, MappingError

ROW = "_row_of_table"
"""The column of a part of a table that holds its rows' places in the whole."""
_STEP = re.compile(r"\.\.([\w\-]+|\*|(?=\[))|\.([^.\[\]]+)|\.?\[\s*(\*|\d+|'[^']*'|\"[^\"]*\")\s*\]")


def read_records(
    source: LogicalSource, references: Sequence[str], folder: Path, mapping: str
) -> pl.DataFrame:
    """Read the columns of a logical source that a mapping refers to, with `_row`, the row's number.

    Raises:
        MappingError: a column is missing, with the nearest; SourceError: the file is missing or unreadable.
    """
    if source.compression:
        with tempfile.TemporaryDirectory() as place:
            name = expand(_inside(folder, source.access), source.compression, Path(place)).name
            plain = replace(source, access=name, compression=None)
            return read_records(plain, references, Path(place), mapping)
    frame = _read(_inside(folder, source.access), source, references, mapping)
    return frame if not source.nulls else frame.with_columns(_without(frame, source.nulls))


def _without(frame: pl.DataFrame, nulls: Sequence[str]) -> list[pl.Expr]:
    """Return the columns of text with no value where they have a text that means none."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return [pl.when(~pl.col(name).is_in(nulls)).then(pl.col(name)).alias(name) for name in texts]


def _read(path: Path, source: LogicalSource, references: Sequence[str], mapping: str) -> pl.DataFrame:
    if source.formulation == "json":
        return _read_json(path, source, references, mapping)
    if source.formulation == "parquet":
        if not path.is_file():
            raise SourceError(N_("Le fichier {path} n'existe pas.", path=path), file=path)
        header = list(pl.read_parquet_schema(path))
        require(references, header, path.name, mapping)
        table = pl.read_parquet(path, columns=list(references))
        return table.with_columns(pl.int_range(2, pl.len() + 2).alias("_row"))
    if source.formulation == "sqlite":
        table = read_database(path, source.iterator or "")
        require(references, table.columns, path.name, mapping)
        return choose_columns(table, references)
    separator = source.delimiter or ("\t" if path.suffix == ".tsv" else None)
    opened = open_table(
        path, Input("rows", format=source.formulation, separator=separator, encodings=(source.encoding,))
    )
    header = list(opened.header)
    require(references, header, path.name, mapping)
    # a mapping of constants reads every column, to count the rows that there are
    return opened.read({name: header.index(name) for name in references or header})


def _inside(folder: Path, access: str) -> Path:
    """Return the file of a source in the folder: at its path or, when that leads elsewhere, by its name."""
    path = folder / access
    outside = not path.resolve().is_relative_to(folder.resolve())
    return folder / path.name if outside or not path.exists() else path


def choose_columns(table: pl.DataFrame, references: Sequence[str]) -> pl.DataFrame:
    """Return the columns of a table that are referred to and that it has, as whole literals where asked for.

    With `_row`: that of the table where it is a part of another and has its own, else the row's place.
    """
    plain = {name: name.removeprefix(NATIVE_MARK) for name in references}
    columns = [
        (pl.col(column) if column == name else native_column(table, column)).alias(name)
        for name, column in plain.items()
        if column in table.columns
    ]
    rows = pl.col(ROW) if ROW in table.columns else pl.int_range(2, pl.len() + 2)
    return table.select(*columns, rows.alias("_row"))


def require(references: Sequence[str], header: Sequence[str], table: str, mapping: str) -> None:
    """Raise `MappingError` for the first reference that is no column, with the nearest one."""
    for name in (reference.removeprefix(NATIVE_MARK) for reference in references):
        if name not in header:
            raise MappingError(
                N_(
                    "{table} n'a pas de colonne « {name} » (correspondance « {mapping} »){nearest}.",
                    table=table,
                    name=name,
                    mapping=mapping,
                    nearest=nearest(name, header),
                ),
                mapping=mapping,
                column=name,
            )


def _read_json(path: Path, source: LogicalSource, references: Sequence[str], mapping: str) -> pl.DataFrame:
    if not path.is_file():
        raise SourceError(N_("Le fichier {path} n'existe pas.", path=path), file=path)
    try:
        data = json.loads(decode(path, (source.encoding,)))
    except json.JSONDecodeError as error:
        raise SourceError(
            N_(
                "{file} n'est pas du JSON : ligne {line} ({reason}).",
                file=path.name,
                line=error.lineno,
                reason=error.msg,
            ),
            file=path,
        ) from error
    items = list(select(data, source.iterator or "$"))
    if len(items) == 1 and isinstance(items[0], list) and not source.iterator:
        items = items[0]
    series = [_column(items, name, path, mapping, source.arrays) for name in references]
    return pl.DataFrame([*series, pl.Series("_row", range(1, len(items) + 1), pl.Int64)])


def _column(items: list[Any], name: str, path: Path, mapping: str, arrays: bool) -> pl.Series:
    """Return the texts at a reference in each item: lists where an item has several; whole literals where they are asked for."""
    reference = name.removeprefix(NATIVE_MARK)
    written = _text if reference == name else _literal
    cells = [
        [written(value) for value in _values(item, reference, path, mapping, row, arrays)]
        for row, item in enumerate(items, 1)
    ]
    if items and not any(cells) and not any(list(select(item, reference)) for item in items):
        keys = dict.fromkeys(key for item in items if isinstance(item, dict) for key in item)
        require([reference], list(keys), path.name, mapping)
    if all(len(cell) <= 1 for cell in cells):
        return pl.Series(name, [cell[0] if cell else None for cell in cells], pl.String)
    return pl.Series(name, cells, pl.List(pl.String))


def _values(item: Any, reference: str, path: Path, mapping: str, row: int, arrays: bool) -> Iterator[Any]:
    """Yield the values at a reference in an item, those of an array one by one where arrays stand for their items."""
    for value in select(item, reference):
        for scalar in value if arrays and isinstance(value, list) else [value]:
            if isinstance(scalar, dict | list):
                raise MappingError(
                    N_(
                        "{file}, objet {row} : « {reference} » n'est pas une valeur simple (correspondance « {mapping} »).",
                        file=path.name,
                        row=row,
                        reference=reference,
                        mapping=mapping,
                    ),
                    mapping=mapping,
                    row=row,
                    column=reference,
                )
            if scalar is not None:
                yield scalar


def _text(scalar: Any) -> str:
    return scalar if isinstance(scalar, str) else json.dumps(scalar)


def _literal(scalar: Any) -> str:
    """Return a value of JSON as a literal of N-Quads, whole: its natural mapping."""
    if isinstance(scalar, float) and isfinite(scalar):
        digits, _, power = f"{Decimal(repr(scalar)).normalize():E}".partition("E")
        return native(f"{digits}{'' if '.' in digits else '.0'}E{int(power)}", "double")
    return native(_text(scalar), {bool: "boolean", int: "integer"}.get(type(scalar), ""))


def select(data: Any, path: str) -> Iterator[Any]:
    """Yield the values at a JSONPath: `$`, `.key`, `['key']`, `[n]`, `[*]`, `.*` and `..key`.

    >>> list(select({"a": [{"b": 1}, {"b": 2}]}, "$.a[*].b"))
    [1, 2]
    """
    if isinstance(data, dict) and path in data:
        yield data[path]
        return
    trail = path.removeprefix("$")
    trail = trail if trail.startswith((".", "[")) or not trail else "." + trail
    values = [data]
    place = 0
    while place < len(trail):
        step = _STEP.match(trail, place)
        if step is None:
            raise MappingError(N_("« {path} » n'est pas un JSONPath lu ici.", path=path), column=path)
        place = step.end()
        deep, key, index = step.groups()
        if deep is not None:
            values = [found for value in values for found in _descend(value, deep)]
        else:
            values = [found for value in values for found in _child(value, key if index is None else index)]
    yield from values


def _child(value: Any, key: str) -> list[Any]:
    if key == "*":
        return (
            list(value)
            if isinstance(value, list)
            else list(value.values())
            if isinstance(value, dict)
            else []
        )
    if isinstance(value, list):
        return [value[int(key)]] if key.isdigit() and int(key) < len(value) else []
    name = key[1:-1] if key[:1] in "'\"" else key
    return [value[name]] if isinstance(value, dict) and name in value else []


def _descend(value: Any, key: str) -> Iterator[Any]:
    """Yield the values of a key at every depth; with no key, the value itself and all those inside."""
    yield from _child(value, key) if key else [value]
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _descend(inner, key)
