"""DuckDB as the SQL of a source runs in it: over named tables, without a network, with bounds of memory and processors."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ...words import N_
from ..packages import LaterPackage
from ..sources.declaration import SourceError, nearest
from ..sources.description import Source
from ..sources.layout import LAYOUT, empty_tables
from ..sources.names import recased, recased_abroad, restore_accents

if TYPE_CHECKING:
    import duckdb
else:
    duckdb = LaterPackage("duckdb", "'ancrage[load]'")

#: What an engine may hold in memory for one source; what is more goes to a temporary folder.
MEMORY = "2GB"

MACROS = r"""
CREATE MACRO anc_norm(x) AS trim(regexp_replace(strip_accents(
    replace(replace(replace(replace(replace(replace(lower(x),
    'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'), 'ø', 'o'), 'ł', 'l'), 'đ', 'd')
), '[^a-z0-9]+', ' ', 'g'));
-- What a name says of itself, where a category by size (PME) takes its bearer for a firm.
CREATE MACRO anc_is_no_firm(name) AS regexp_matches(anc_norm(name),
    '^(association|assoc|fondation|universite|institut de recherche technologique)\b|\buniversity\b');
CREATE MACRO anc_hash(x) AS left(sha1(x), 10);
CREATE MACRO anc_slug(x) AS replace(anc_norm(x), ' ', '-');
-- A cell without needless spaces, an address of a site, a town as the register of communes names it ("ST AUBIN CEDEX 9").
CREATE MACRO anc_clean(cell) AS nullif(trim(regexp_replace(cell, '[\s\x{00A0}]+', ' ', 'g')), '');
CREATE MACRO anc_site(cell) AS CASE WHEN regexp_matches(trim(cell),
    '^https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#][^\s<>"{}|\\^`;\[\]]*)?$') THEN trim(cell) END;
CREATE MACRO anc_town(cell) AS trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    anc_norm(cell), '\bcedex\b.*$', ''), '\bst\b', 'saint', 'g'), '\bste\b', 'sainte', 'g'), '[0-9].*$', ''));
-- A moment with its offset, on the clocks of the place: those of Paris for one in universal time.
CREATE MACRO anc_local(moment) AS CASE WHEN regexp_matches(moment, '(Z|[+]00:?00)$')
    THEN moment::TIMESTAMPTZ AT TIME ZONE 'Europe/Paris' ELSE left(moment, 19)::TIMESTAMP END;
-- What a title says first of an event that is not held.
CREATE MACRO anc_off(words) AS CASE WHEN regexp_matches(words, '^(complet et )?annulee?s?\b') THEN 'event-status/cancelled'
    WHEN regexp_matches(words, '^reportee?s?\b') THEN 'event-status/postponed' END;
CREATE MACRO anc_without_off(title) AS
    regexp_replace(title, '^[^\p{L}\p{N}]*(complet et )?(annulée?s?|reportée?s?)([\s:!.\])–—-]+|$)', '', 'i');
-- Days without a gap are one sitting of an event; `days` names a table of uid, day, until (the last day, the same or later) and
-- the moments, on the clocks of the place, when it begins and ends, if known: a sitting of one day has its hours.
CREATE MACRO anc_sittings(days) AS TABLE
WITH marked AS (
    SELECT *, coalesce(day > max(until) OVER (
        PARTITION BY uid ORDER BY day, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1, true) AS opens
    FROM query_table(days)
), numbered AS (
    SELECT *, sum(opens::INTEGER) OVER (PARTITION BY uid ORDER BY day, until ROWS UNBOUNDED PRECEDING) AS sitting FROM marked
)
SELECT uid, min(day) AS day, max(until) AS until,
    uid || CASE WHEN count(*) OVER (PARTITION BY uid) > 1 THEN '-' || strftime(min(day), '%Y%m%d') ELSE '' END AS code,
    CASE WHEN min(day) = max(until)
            AND NOT (strftime(min("begin"), '%H:%M') = '00:00' AND strftime(max("end"), '%H:%M') IN ('00:00', '23:59'))
        THEN strftime(min("begin"), '%H:%M') END AS opening,
    CASE WHEN opening IS NOT NULL AND strftime(max("end"), '%H:%M') <> opening THEN strftime(max("end"), '%H:%M') END AS closing
FROM numbered GROUP BY uid, sitting;
"""


@dataclass(frozen=True)
class _Stream:
    """A frame as any Arrow stream: one that DuckDB knows to be of polars it reads through pyarrow."""

    frame: pl.DataFrame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


@contextmanager
def engine(
    tables: Mapping[str, pl.DataFrame],
    parameters: Mapping[str, str],
    *,
    views: Mapping[str, str] | None = None,
    files: Sequence[Path] = (),
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine that sees tables, views (name to SELECT) over `files`, our macros and variables; nothing else."""
    with (
        tempfile.TemporaryDirectory(prefix="ancrage-duckdb-") as folder,
        duckdb.connect(
            ":memory:", config={"threads": 2, "memory_limit": MEMORY, "temp_directory": folder}
        ) as opened,
    ):
        opened.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
        for name, frame in tables.items():
            opened.register(name, _Stream(frame))
        if files:
            allowed = ", ".join(quoted(str(path.resolve())) for path in files)
            opened.execute(f"SET allowed_paths = [{allowed}]")
        opened.execute("SET enable_external_access = false")
        opened.execute(f"SET preserve_insertion_order = {'false' if views else 'true'}")
        opened.execute(MACROS)
        opened.create_function("anc_recased", recased, ["VARCHAR"], "VARCHAR")
        opened.create_function("anc_recased_abroad", recased_abroad, ["VARCHAR"] * 3, "VARCHAR")
        opened.create_function("anc_restore_accents", restore_accents, ["VARCHAR"], "VARCHAR")
        for name, value in parameters.items():
            opened.execute(f"SET VARIABLE {name} = {quoted(value)}")
        opened.execute("SET lock_configuration = true")
        for name, select in (views or {}).items():
            opened.execute(f'CREATE VIEW "{name}" AS {select}')
        yield opened


def parameters_of(source: Source, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a source with other values; raises SourceError for one that it has not."""
    for name in settings:
        if name not in source.parameters:
            known = ", ".join(source.parameters) or N_("aucun")
            raise SourceError(
                N_(
                    "La source « {source} » n'a pas de paramètre « {name} » (elle a : {known}).",
                    source=source.name,
                    name=name,
                    known=known,
                )
            )
    return {**source.parameters, **settings}


def quoted(text: str) -> str:
    """Write a text as SQL does."""
    return "'" + text.replace("'", "''") + "'"


def visible(source: Source, script: Path, registers: Mapping[str, Path]) -> dict[str, pl.DataFrame]:
    """Return the tables that a script of a source names: those beside it, as text, and those of other sources.

    Raises SourceError for a table of another source that there is not.
    """
    words = set(re.findall(r"\b[a-z0-9_]+\b", script.read_text(encoding="utf-8")))
    beside = words - {given.table for given in source.inputs}
    found = {path.stem: _beside(path) for path in sorted(script.parent.glob("*.csv")) if path.stem in beside}
    named = {word for word in words if "__" in word}
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
                    N_(
                        "{source}/{script} demande « {name} », que « {other} » ne donne pas{hint}.",
                        source=source.name,
                        script=script.name,
                        name=name,
                        other=other,
                        hint=hint,
                    )
                )
    return found


def _beside(path: Path) -> pl.DataFrame:
    """Read a table that stands beside a script, as text; raises SourceError where it is no CSV in UTF-8."""
    try:
        return pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceError(
            N_(
                "{name} : la table ne se lit pas comme un CSV : {reason}",
                name=path.name,
                reason=str(error).splitlines()[0],
            ),
            file=path,
        ) from error


def _with_layout(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Add the layout's columns that a table leaves out, as nulls, so that SQL may name any of them."""
    absent = [column for name, column in LAYOUT.get(table, {}).items() if name not in frame.columns]
    return frame.with_columns(pl.lit(None, column.dtype).alias(column.name) for column in absent)


def made(opened: duckdb.DuckDBPyConnection) -> list[str]:
    """Name the tables that were made in an engine, but those whose name begins with `_`, in the order of their making."""
    rows = opened.execute(
        "SELECT table_name FROM duckdb_tables() "
        "WHERE NOT internal AND NOT starts_with(table_name, '_') ORDER BY table_oid"
    ).fetchall()
    return [str(row[0]) for row in rows]


def failure(source: Source, script: Path, error: duckdb.Error) -> SourceError:
    """Say that a script of a source does not run."""
    reason = " ".join(str(error).split())
    return SourceError(
        N_(
            "{source}/{name} ne s'exécute pas : {reason}", source=source.name, name=script.name, reason=reason
        ),
        file=script,
    )
