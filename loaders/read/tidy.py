"""From raw tables to the tables of the exchange layout: `tidy.sql` in DuckDB, without files or network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ...words import N_
from ..packages import LaterPackage
from ..sources.declaration import SourceError, nearest
from ..sources.description import Source
from ..sources.layout import LAYOUT, conform
from .engine import engine, failure, made, parameters_of, visible

if TYPE_CHECKING:
    import duckdb
else:
    duckdb = LaterPackage("duckdb", "'ancrage[load]'")


def tidy(
    source: Source,
    tables: Mapping[str, pl.DataFrame],
    *,
    registers: Mapping[str, Path] | None = None,
    settings: Mapping[str, str] | None = None,
) -> dict[str, pl.DataFrame]:
    """Return the layout tables and registers of a source.

    Args:
        source: the source; without a `tidy.sql` its raw tables are taken as they are.
        tables: its raw tables.
        registers: Parquet files of other sources' tables, `<source with underscores>__<table>`; those that
            the source `uses` and that are absent are empty tables.
        settings: values of the source's parameters other than their defaults.

    Raises:
        SourceError: the SQL is wrong, a setting unknown, or a table or column not one of the layout.
    """
    parameters = parameters_of(source, settings or {})
    if (script := source.tidy_sql) is None:
        return {
            name: conform(name, table)
            for name, table in tables.items()
            if name in LAYOUT and not table.is_empty()
        }
    with engine({**visible(source, script, registers or {}), **tables}, parameters) as opened:
        try:
            opened.execute(script.read_text(encoding="utf-8"))
        except duckdb.Error as error:
            raise failure(source, script, error) from error
        return _results(opened, source)


def _results(opened: duckdb.DuckDBPyConnection, source: Source) -> dict[str, pl.DataFrame]:
    results: dict[str, pl.DataFrame] = {}
    for name in made(opened):
        if name not in LAYOUT and not name.startswith("register_"):
            hint = nearest(name, LAYOUT)
            raise SourceError(
                N_(
                    "{source}/tidy.sql crée « {name} », qui n'est pas une table du format d'échange{hint}.",
                    source=source.name,
                    name=name,
                    hint=hint,
                )
            )
        frame = pl.DataFrame(opened.sql(f'SELECT * FROM "{name}"'))
        try:
            results[name] = conform(name, frame) if name in LAYOUT else frame
        except SourceError as error:
            raise SourceError(
                N_("{source}/tidy.sql : {error}", source=source.name, error=error.message),
                file=source.tidy_sql,
                column=error.column,
            ) from error
    return results
