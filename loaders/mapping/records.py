"""The logical sources of a mapping, read from a folder: one column a reference, JSONPath included."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from ...words import N_
from ..read.decoding import decode
from ..read.formats import open_table
from ..sources.declaration import SourceError, nearest
from ..sources.parts import Input
from .rml import LogicalSource, MappingError

_STEP = re.compile(r"\.\.([\w\-]+|\*|(?=\[))|\.([^.\[\]]+)|\.?\[\s*(\*|\d+|'[^']*'|\"[^\"]*\")\s*\]")


def read_records(
    source: LogicalSource, references: Sequence[str], folder: Path, mapping: str
) -> pl.DataFrame:
    """Read the columns of a logical source that a mapping refers to, with `_row`, the row's number.

    Raises:
        MappingError: a column is missing, with the nearest; SourceError: the file is missing or unreadable.
    """
    path = _inside(folder, source.access)
    if source.formulation == "json":
        return _read_json(path, source, references, mapping)
    if source.formulation == "parquet":
        if not path.is_file():
            raise SourceError(N_("Le fichier {path} n'existe pas.", path=path), file=path)
        header = list(pl.read_parquet_schema(path))
        require(references, header, path.name, mapping)
        table = pl.read_parquet(path, columns=list(references))
        return table.with_columns(pl.int_range(2, pl.len() + 2).alias("_row"))
    separator = source.delimiter or ("\t" if path.suffix == ".tsv" else None)
    opened = open_table(
        path, Input("rows", format=source.formulation, separator=separator, encodings=(source.encoding,))
    )
    header = list(opened.header)
    require(references, header, path.name, mapping)
    return opened.read({name: header.index(name) for name in references})


def _inside(folder: Path, access: str) -> Path:
    """Return the file of a source in the folder: at its path or, when that leads elsewhere, by its name."""
    path = folder / access
    outside = not path.resolve().is_relative_to(folder.resolve())
    return folder / path.name if outside or not path.exists() else path


def require(references: Sequence[str], header: Sequence[str], table: str, mapping: str) -> None:
    """Raise `MappingError` for the first reference that is no column, with the nearest one."""
    for name in references:
        if name not in header:
            raise MappingError(
                N_(
                    "{table} n'a pas de colonne « {name} » (mapping « {mapping} »){nearest}.",
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
    series = [_column(items, name, path, mapping) for name in references]
    return pl.DataFrame([*series, pl.Series("_row", range(1, len(items) + 1), pl.Int64)])


def _column(items: list[Any], name: str, path: Path, mapping: str) -> pl.Series:
    """Return the texts at a reference in each item: lists where an item has several."""
    cells = [_cell(item, name, path, mapping, row) for row, item in enumerate(items, 1)]
    if items and not any(cells) and not any(list(select(item, name)) for item in items):
        keys = dict.fromkeys(key for item in items if isinstance(item, dict) for key in item)
        require([name], list(keys), path.name, mapping)
    if all(len(cell) <= 1 for cell in cells):
        return pl.Series(name, [cell[0] if cell else None for cell in cells], pl.String)
    return pl.Series(name, cells, pl.List(pl.String))


def _cell(item: Any, reference: str, path: Path, mapping: str, row: int) -> list[str]:
    texts: list[str] = []
    for value in select(item, reference):
        for scalar in value if isinstance(value, list) else [value]:
            if isinstance(scalar, dict | list):
                raise MappingError(
                    N_(
                        "{file}, objet {row} : « {reference} » n'est pas une valeur simple (mapping « {mapping} »).",
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
                texts.append(scalar if isinstance(scalar, str) else json.dumps(scalar))
    return texts


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
