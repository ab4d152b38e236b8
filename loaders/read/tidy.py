"""From raw tables to the tables of the exchange layout: `tidy.sql` in DuckDB, without files or network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from ..sources.declaration import SourceError, nearest
from ..sources.description import Source
from ..sources.layout import LAYOUT, conform, empty_tables

#: What an engine may hold in memory for one source.
MEMORY = "2GB"

MACROS = r"""
CREATE MACRO anc_norm(x) AS trim(regexp_replace(strip_accents(
    replace(replace(replace(replace(replace(replace(lower(x),
    'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'), 'ø', 'o'), 'ł', 'l'), 'đ', 'd')
), '[^a-z0-9]+', ' ', 'g'));
CREATE MACRO anc_hash(x) AS left(sha1(x), 10);
CREATE MACRO anc_slug(x) AS replace(anc_norm(x), ' ', '-');
"""


@dataclass(frozen=True)
class _Stream:
    """A frame as any Arrow stream: one that DuckDB knows to be of polars it reads through pyarrow."""

    frame: pl.DataFrame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


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
    parameters = _parameters(source, settings or {})
    if source.tidy_sql is None:
        return {
            name: conform(name, table)
            for name, table in tables.items()
            if name in LAYOUT and not table.is_empty()
        }
    sql = source.tidy_sql.read_text(encoding="utf-8")
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": MEMORY}) as engine:
        engine.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
        for name, frame in {**_visible(source, sql, registers or {}), **tables}.items():
            engine.register(name, _Stream(frame))
        engine.execute("SET enable_external_access = false; SET preserve_insertion_order = true")
        engine.execute(MACROS)
        for name, value in parameters.items():
            engine.execute(f"SET VARIABLE {name} = {_quoted(value)}")
        engine.execute("SET lock_configuration = true")
        try:
            engine.execute(sql)
        except duckdb.Error as error:
            reason = " ".join(str(error).split())
            raise SourceError(
                f"{source.name}/tidy.sql ne s'exécute pas : {reason}", file=source.tidy_sql
            ) from error
        return _results(engine, source)


def _parameters(source: Source, settings: Mapping[str, str]) -> dict[str, str]:
    for name in settings:
        if name not in source.parameters:
            known = ", ".join(source.parameters) or "aucun"
            raise SourceError(
                f"La source « {source.name} » n'a pas de paramètre « {name} » (elle a : {known})."
            )
    return {**source.parameters, **settings}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _visible(source: Source, sql: str, registers: Mapping[str, Path]) -> dict[str, pl.DataFrame]:
    """Return the other sources' tables that the SQL names."""
    named = set(re.findall(r"\b[a-z0-9_]+__[a-z0-9_]+\b", sql))
    found: dict[str, pl.DataFrame] = {}
    for other in (*source.requires, *source.uses):
        prefix = other.replace("-", "_") + "__"
        stand_ins = empty_tables(other)
        for name in named:
            if not name.startswith(prefix):
                continue
            table = name.removeprefix(prefix)
            if name in registers:
                found[name] = _with_layout(table, pl.read_parquet(registers[name]))
            elif table in stand_ins:
                found[name] = stand_ins[table]
            else:
                hint = nearest(table, stand_ins)
                raise SourceError(
                    f"{source.name}/tidy.sql demande « {name} », que « {other} » ne donne pas{hint}."
                )
    return found


def _with_layout(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Add the layout's columns that a table leaves out, as nulls, so that SQL may name any of them."""
    absent = [column for name, column in LAYOUT.get(table, {}).items() if name not in frame.columns]
    return frame.with_columns(pl.lit(None, column.dtype).alias(column.name) for column in absent)


def _results(engine: duckdb.DuckDBPyConnection, source: Source) -> dict[str, pl.DataFrame]:
    names = [
        str(row[0])
        for row in engine.execute(
            "SELECT table_name FROM duckdb_tables() "
            "WHERE NOT internal AND NOT starts_with(table_name, '_') ORDER BY table_oid"
        ).fetchall()
    ]
    results: dict[str, pl.DataFrame] = {}
    for name in names:
        if name not in LAYOUT and not name.startswith("register_"):
            hint = nearest(name, LAYOUT)
            raise SourceError(
                f"{source.name}/tidy.sql crée « {name} », qui n'est pas une table du format d'échange{hint}."
            )
        frame = pl.DataFrame(engine.sql(f'SELECT * FROM "{name}"'))
        try:
            results[name] = conform(name, frame) if name in LAYOUT else frame
        except SourceError as error:
            raise SourceError(
                f"{source.name}/tidy.sql : {error}", file=source.tidy_sql, column=error.column
            ) from error
    return results
