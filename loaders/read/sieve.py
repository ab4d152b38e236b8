"""Files too large to be held: `sieve.sql` keeps of them what a source wants, in DuckDB, while they are read.

An input that is `streamed` is never a table here: `sieve.sql` sees it as the view `all_<table>`, with our names of its
columns, `_row`, and `_personal` (a column that is personal holds something; what it holds is not seen). The tables that the
script makes are the raw tables: those named as inputs are checked and rid of persons as any other, with `_file` and `_row`.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ...words import N_, Named, Spoken
from ..packages import LaterPackage
from ..sources.declaration import SourceError
from ..sources.description import Source
from ..sources.parts import Input, Variant
from .engine import engine, failure, made, parameters_of, quoted, visible
from .formats import OpenTable, squeeze
from .variants import names_of

if TYPE_CHECKING:
    import duckdb
else:
    duckdb = LaterPackage("duckdb", "'ancrage[load]'")

_BLOCK = 1 << 22


@dataclass(frozen=True)
class Streamed:
    """A file of a streamed input: as it was opened, the input, the variant of its header, and the rows it has."""

    opened: OpenTable
    given: Input
    variant: Variant
    rows: int


def streamed(opened: OpenTable, given: Input, variant: Variant) -> Streamed:
    """Count the rows of a file, without reading them where it is Parquet; raises SourceError where it cannot be."""
    try:
        return Streamed(opened, given, variant, _rows(opened.path))
    except (OSError, duckdb.Error, EOFError) as error:
        raise SourceError(
            N_("Le fichier {file} ne se lit pas : {reason}.", file=opened.path.name, reason=error),
            file=opened.path,
        ) from error


def sieve(
    source: Source, files: Sequence[Streamed], registers: Mapping[str, Path], settings: Mapping[str, str]
) -> dict[str, pl.DataFrame]:
    """Return the raw tables that a source's `sieve.sql` makes of its streamed files; nothing without any file.

    Raises:
        SourceError: the script is wrong, a setting unknown, or a file cannot be read (the sentence names its line).
    """
    script = source.sieve_sql
    parameters = parameters_of(source, settings)
    if script is None or not files:
        return {}
    views = {f"all_{given.table}": _nothing(given) for given in source.inputs if given.streamed}
    for one in files:
        views[f"all_{one.given.table}"] += f" UNION ALL BY NAME {_select(one)}"
    tables = visible(source, script, registers)
    try:
        with engine(tables, parameters, views=views, files=[one.opened.path for one in files]) as opened:
            opened.execute(script.read_text(encoding="utf-8"))
            return {name: pl.DataFrame(opened.sql(f'SELECT * FROM "{name}"')) for name in made(opened)}
    except duckdb.Error as error:
        raise _told(error, files) or failure(source, script, error) from error


def _nothing(given: Input) -> str:
    """Write the query of an input that no file is given for."""
    columns = ", ".join(f'NULL::VARCHAR AS "{name}"' for name in names_of(given))
    return f"SELECT {columns}, false AS _personal, NULL::VARCHAR AS _file, NULL::BIGINT AS _row WHERE false"


def _select(one: Streamed) -> str:
    """Write the query that gives a file the names of its input: text as it is, other types written as text."""
    path, header = one.opened.path, one.opened.header
    place = {squeeze(name): name for name in reversed(header)}
    wanted = {**one.variant.columns, **one.variant.optional_columns}
    parquet = path.suffix == ".parquet"
    texts = _texts(path) if parquet else set(header)
    columns = []
    for ours in names_of(one.given):
        official = place.get(squeeze(wanted.get(ours, "")))
        if official is None:
            columns.append(f'NULL::VARCHAR AS "{ours}"')
        else:
            cell = _name(official) if official in texts else f"{_name(official)}::VARCHAR"
            columns.append(f'{cell} AS "{ours}"')
    personal = [_name(place[squeeze(name)]) for name in one.variant.personal if squeeze(name) in place]
    columns.append(
        (" OR ".join(f"{name} IS NOT NULL" for name in personal) if personal else "false") + ' AS "_personal"'
    )
    columns.append(f'{quoted(one.opened.place)} AS "_file"')
    rank = "file_row_number + 2" if parquet else "row_number() OVER () + 1"
    return f'SELECT {", ".join(columns)}, {rank} AS "_row" FROM {_reader(one, parquet)}'


def _reader(one: Streamed, parquet: bool) -> str:
    path = quoted(str(one.opened.path.resolve()))
    if parquet:
        return f"read_parquet({path}, file_row_number = true)"
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in one.opened.header)
    return (
        f"read_csv({path}, header = true, auto_detect = false, delim = {quoted(one.given.separator or ',')}, "
        f"quote = '\"', escape = '\"', nullstr = '', columns = {{{columns}}})"
    )


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _texts(path: Path) -> set[str]:
    return {name for name, kind in pl.read_parquet_schema(path).items() if kind == pl.String}


def _rows(path: Path) -> int:
    """Count the rows of a file: those its metadata tells, or the lines of a CSV but the first."""
    if path.suffix == ".parquet":
        return int(pl.scan_parquet(path).select(pl.len()).collect().item())
    lines, last = 0, b"\n"
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        while block := file.read(_BLOCK):
            lines += block.count(b"\n")
            last = block[-1:]
    return max(lines + (last != b"\n") - 1, 0)


_LINE = re.compile(r"CSV Error on Line: (\d+)")
_COUNT = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")


def _told(error: duckdb.Error, files: Iterable[Streamed]) -> SourceError | None:
    """Say what is wrong in a CSV file, and where; None where it is not a file's fault."""
    text = str(error)
    path = next((one.opened.path for one in files if str(one.opened.path.resolve()) in text), None)
    if path is None:
        return None
    if not (line := _LINE.search(text)):
        first = text.splitlines()[0]
        return SourceError(N_("{file} ne se lit pas : {reason}.", file=path.name, reason=first), file=path)
    row = int(line[1])
    reason: Spoken
    if count := _COUNT.search(text):
        reason = N_("{found} colonnes au lieu de {expected}", found=count[2], expected=count[1])
    elif "unicode" in text or "utf-8" in text:
        reason = N_("ce n'est pas de l'UTF-8")
    else:
        reason = Named(text.splitlines()[1].strip().rstrip(".") if "\n" in text else text)
    return SourceError(
        N_("{file}, ligne {row} : {reason}.", file=path.name, row=row, reason=reason), file=path, row=row
    )
