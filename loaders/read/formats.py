"""Files to tables of text: CSV, JSON, GeoJSON, workbooks, Parquet and iCalendar, every value a string.

A file is opened in two steps, so that a column nobody asked for never reaches a table: `open_table` gives
the header, `OpenTable.read` the columns wanted.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ...words import EMPTY, N_, Spoken
from ..sources.declaration import SourceError, nearest
from ..sources.parts import Input
from .decoding import decode, header_of
from .headings import TOP, Heading
from .workbooks import WORKBOOKS, open_workbook

if TYPE_CHECKING:
    import fastexcel

_SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class OpenTable:
    """A file whose header is known and whose rows are not read yet; of a workbook, the sheet `sheet`.

    `kind` says what the file is, where that helps to see why its columns are not the expected ones. `places` are the columns
    of the header in the sheet, counted from 0; `header_row` is where its header begins; `told` is what its reader left out;
    `labels` are what people read above its columns, where the header is in our names.
    """

    path: Path
    header: Sequence[str]
    _read: Callable[[Mapping[str, int]], pl.DataFrame]
    sheet: str = ""
    kind: Spoken = EMPTY
    header_row: int = 1
    places: Sequence[int] = ()
    told: Sequence[Spoken] = ()
    labels: Sequence[str] = ()

    @property
    def place(self) -> str:
        """The name of the file, and of the sheet in a workbook: « classeur.xlsx › feuille »."""
        return f"{self.path.name} › {self.sheet}" if self.sheet else self.path.name

    def read(self, columns: Mapping[str, int]) -> pl.DataFrame:
        """Read columns by rank (our name → rank in the header) as text or null, with `_row`.

        Rows are numbered as a spreadsheet does, the header being row 1 (for JSON, the first item is 1);
        rows without any value in these columns are left out.
        """
        table = self._read(columns)
        texts = [pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in columns]
        kept = table.with_columns(texts).filter(pl.any_horizontal(pl.col(list(columns)).is_not_null()))
        return kept.select(*columns, pl.col("_row").cast(pl.Int64))


#: What finds the header among the first rows of a table.
Find = Callable[[Sequence[Sequence[str]]], Heading]


def open_table(path: Path, given: Input, find: Find | None = None) -> OpenTable:
    """Open a file as an input says; raise `SourceError` in one French sentence when it cannot be read.

    In a CSV file or a workbook, `find` looks for the header among the first rows; else it is where the input says.
    """
    if not path.exists():
        raise SourceError(N_("Le fichier {path} n'existe pas.", path=path), file=path)
    if path.is_dir():
        raise SourceError(N_("{path} est un dossier : un fichier est attendu.", path=path), file=path)
    try:
        size = path.stat().st_size
        if size == 0:
            raise SourceError(N_("Le fichier {file} est vide.", file=path.name), file=path)
        if given.streamed:
            return _open_streamed(path, given)
        if path.suffix.lower() in WORKBOOKS:
            return _open_workbook(path, given, find)
        if given.format == "csv" and not path.name.lower().endswith((".json", ".geojson")):
            return _open_csv(path, given, find)
        if path.suffix.lower() in (".json", ".geojson") and given.format == "csv":
            return _open_json(path, given)
        return _OPENERS[given.format](path, given)
    except OSError as error:
        reason = error.strerror or error
        raise SourceError(
            N_("Le fichier {file} ne se lit pas : {reason}.", file=path.name, reason=reason), file=path
        ) from error


def squeeze(name: str) -> str:
    r"""Return a header cell in its comparable form: white space squeezed, one kind of apostrophe.

    >>> squeeze("\nCode \nCommune\n"), squeeze("Type d’établissement")
    ('Code Commune', "Type d'établissement")
    """
    return unicodedata.normalize("NFC", " ".join(name.split())).replace("’", "'")


def column_letters(rank: int) -> str:
    """Name a column, counted from 0, as spreadsheets do.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    before, letter = divmod(rank, 26)
    return (column_letters(before - 1) if before else "") + chr(65 + letter)


# --- CSV ------------------------------------------------------------------------------------------


def first_records(text: str, separator: str) -> list[list[str]]:
    """Return the first records of a CSV text."""
    return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), TOP))


def _open_csv(path: Path, given: Input, find: Find | None = None) -> OpenTable:
    text = decode(path, given.encodings)
    separator = separator_of(text, given.separator)
    heading: Heading | None = None
    lines = io.StringIO(text, newline="")
    try:
        heading = find(first_records(text, separator)) if find else None
        last = heading.last if heading else 1
        records = csv.reader(lines, delimiter=separator)
        above = [next(records, []) for _ in range(last - 1)]
        start = records.line_num
        header = next(records, [])
        # at the pace of C; the row is looked for when there is one
        if set(map(len, records)) - {0, len(header)}:
            raise _uneven(path, csv.reader(io.StringIO(text, newline=""), delimiter=separator), last)
    except csv.Error as error:
        raise SourceError(
            N_("{file} n'est pas un CSV lisible : {error}.", file=path.name, error=error), file=path
        ) from error
    if not any(cell.strip() for cell in header):
        raise SourceError(N_("{file} n'a pas d'en-tête.", file=path.name), file=path, row=1)
    if above:
        text = "".join(islice(io.StringIO(text, newline=""), start, None))

    def read(columns: Mapping[str, int]) -> pl.DataFrame:
        ranks = sorted(set(columns.values()))
        try:
            table = pl.read_csv(text.encode(), separator=separator, columns=ranks, infer_schema=False)
        except pl.exceptions.PolarsError as error:
            reason = str(error).splitlines()[0]
            raise SourceError(
                N_("{file} n'est pas un CSV lisible : {reason}.", file=path.name, reason=reason), file=path
            ) from error
        place = dict(zip(ranks, table.columns, strict=True))
        return table.select(
            *(pl.col(place[rank]).alias(name) for name, rank in columns.items()),
            pl.int_range(last + 1, pl.len() + last + 1).alias("_row"),
        )

    return _headed(OpenTable(path, header, read, places=range(len(header))), heading)


def _uneven(path: Path, records: Iterator[list[str]], last: int) -> SourceError:
    """Return the error about the first record that has not the columns of the header, which is record `last`."""
    header = next(islice(records, last - 1, None))
    numbered = enumerate(records, last + 1)
    rank, record = next((rank, record) for rank, record in numbered if len(record) not in (0, len(header)))
    return SourceError(
        N_(
            "{file}, ligne {rank} : {found} colonnes au lieu de {expected}.",
            file=path.name,
            rank=rank,
            found=len(record),
            expected=len(header),
        ),
        file=path,
        row=rank,
    )


def _headed(opened: OpenTable, heading: Heading | None) -> OpenTable:
    """Put what was found at the top of a table in the place of its last row of header."""
    if heading is None:
        return opened
    names = [*heading.names, *opened.header[len(heading.names) :]][: len(opened.header)]
    labels = [*heading.labels, *opened.header[len(heading.labels) :]][: len(opened.header)]
    return replace(opened, header=names, header_row=heading.first, labels=labels)


def separator_of(text: str, declared: str | None = None) -> str:
    """Return what separates the cells: what is declared unless it leaves the header in one cell, else the commonest sign."""
    line = text[: text.find("\n")] if "\n" in text else text
    if not any(sign in line for sign in _SEPARATORS):  # a title above the header
        line = "".join(islice(io.StringIO(text), TOP))
    guess = max(_SEPARATORS, key=line.count)
    if declared is None:
        return guess
    with suppress(csv.Error, StopIteration):
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=declared))
        if len(header) == 1 and guess in line:
            return guess
    return declared


def _open_streamed(path: Path, given: Input) -> OpenTable:
    """Open a file of which only the header is read here (`sieve`)."""
    if path.suffix == ".parquet":
        return _open_parquet(path, given)
    return OpenTable(path, header_of(path, given.separator or ","), _unread)


def _unread(_: Mapping[str, int]) -> pl.DataFrame:
    raise NotImplementedError("a streamed file is read by the sieve")


# --- JSON -----------------------------------------------------------------------------------------


def _open_json(path: Path, given: Input) -> OpenTable:
    items, kind = _json_items(path, given)
    plain = (key for item in items for key in item)
    nested = (
        f"{key}.{inner}"
        for item in items
        for key, value in item.items()
        if isinstance(value, dict)
        for inner in value
    )
    header = list(dict.fromkeys([*plain, *nested]))

    def read(columns: Mapping[str, int]) -> pl.DataFrame:
        series = {
            name: pl.Series(name, [_json_text(_json_value(item, header[rank])) for item in items], pl.String)
            for name, rank in columns.items()
        }
        return pl.DataFrame({**series, "_row": pl.Series("_row", range(1, len(items) + 1), pl.Int64)})

    return OpenTable(path, header, read, kind=kind)


def _json_items(path: Path, given: Input) -> tuple[list[dict[str, Any]], Spoken]:
    """Return the objects of a file, each a row, and what they are where that is not what is expected."""
    try:
        data = json.loads(decode(path, given.encodings))
    except json.JSONDecodeError as error:
        raise SourceError(
            N_(
                "{file} n'est pas du JSON : ligne {line}, colonne {column} ({reason}).",
                file=path.name,
                line=error.lineno,
                column=error.colno,
                reason=error.msg,
            ),
            file=path,
            row=error.lineno,
        ) from error
    if given.format == "geojson":
        features = _list_at(given.items or "features", data, path)
        return [_feature(item, path, rank) for rank, item in enumerate(features, 1)], EMPTY
    items = _list_at(given.items or "", data, path)
    if items and all(isinstance(item.get("fields"), dict) and "recordid" in item for item in items):
        kind = N_("enregistrements de l'API d'Opendatasoft, version 1, lus dans « fields »")
        return [item["fields"] for item in items], kind
    return items, EMPTY


def _list_at(trail: str, data: Any, path: Path) -> list[dict[str, Any]]:
    """Return the list of objects at a path of keys with dots between them; at the root, of an answer of an API too."""
    items = _page(data, path) if not trail and isinstance(data, dict) else data
    for key in filter(None, trail.split(".")):
        if not isinstance(items, dict) or key not in items:
            raise SourceError(
                N_("{file} n'a pas de liste au chemin « {trail} ».", file=path.name, trail=trail),
                file=path,
                column=trail,
            )
        items = items[key]
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        where = N_("au chemin « {trail} »", trail=trail) if trail else N_("à sa racine")
        raise SourceError(
            N_("{file} n'a pas de liste d'objets {where}.", file=path.name, where=where),
            file=path,
            column=trail or None,
        )
    return items


def _page(data: dict[str, Any], path: Path) -> Any:
    """Return the rows of an answer of Opendatasoft's API; raise SourceError where it is one page of several."""
    for key, total in (("records", "nhits"), ("results", "total_count")):
        rows, count = data.get(key), data.get(total)
        if isinstance(rows, list) and isinstance(count, int):
            if len(rows) < count:
                raise SourceError(
                    N_(
                        "{file} est une page de l'API d'Opendatasoft : {rows} lignes sur {count}. Prenez l'export "
                        "entier (/exports/csv).",
                        file=path.name,
                        rows=len(rows),
                        count=count,
                    ),
                    file=path,
                )
            return rows
    return data


def _feature(item: dict[str, Any], path: Path, rank: int) -> dict[str, Any]:
    import shapely  # its libraries take a tenth of a second, which no other file needs

    geometry = item.get("geometry")
    properties = dict(item.get("properties") or {})
    try:
        shape = shapely.from_geojson(json.dumps(geometry)) if geometry else None
    except shapely.errors.GEOSException as error:
        raise SourceError(
            N_(
                "{file}, objet {rank} : sa géométrie n'est pas lisible ({error}).",
                file=path.name,
                rank=rank,
                error=error,
            ),
            file=path,
            row=rank,
        ) from error
    properties["wkt"] = None if shape is None else shapely.to_wkt(shape, rounding_precision=-1)
    return properties


def _json_value(item: dict[str, Any], key: str) -> Any:
    if key in item:
        return item[key]
    outer, _, inner = key.partition(".")
    nested = item.get(outer)
    return nested.get(inner) if isinstance(nested, dict) else None


def _json_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


# --- Workbooks ------------------------------------------------------------------------------------


def first_rows(path: Path, sheet: str, count: int | None = TOP) -> list[list[str]]:
    """Return the first rows of a sheet of a workbook, or all of them."""
    opened = open_workbook(path).load_sheet(
        sheet, header_row=None, skip_rows=0, n_rows=count, dtypes="string"
    )
    return [[cell or "" for cell in row] for row in opened.to_polars().rows()]


_DAY_ZERO = datetime(1899, 12, 31)
_HOUR_ALONE = f"^{_DAY_ZERO.date()} ([0-9]{{2}}:[0-9]{{2}}):00$"
"""An hour of no day: workbooks count it from this one."""


def _open_workbook(path: Path, given: Input, find: Find | None = None) -> OpenTable:
    reader = open_workbook(path)
    sheet = given.sheet or (reader.sheet_names[0] if reader.sheet_names else "")
    if sheet not in reader.sheet_names:
        hint = nearest(sheet, reader.sheet_names)
        raise SourceError(
            N_("{file} n'a pas de feuille « {sheet} »{hint}.", file=path.name, sheet=sheet, hint=hint),
            file=path,
            column=sheet,
        )
    heading = find(first_rows(path, sheet)) if find else None
    last = heading.last if heading else given.header_row
    opened = reader.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=last, dtypes="string")
    top, places = opened.to_polars(), [column.absolute_index for column in opened.available_columns()]
    if top.height < last:
        raise SourceError(
            N_("{file}, feuille « {sheet} » : elle n'a pas d'en-tête.", file=path.name, sheet=sheet),
            file=path,
            column=sheet,
        )
    header = [cell or "" for cell in top.row(last - 1)]

    def read(columns: Mapping[str, int]) -> pl.DataFrame:
        ranks = sorted(set(columns.values()))
        chosen = [places[rank] for rank in ranks]
        load = partial(reader.load_sheet, sheet, header_row=None, skip_rows=last, use_columns=chosen)
        table = _with_errors(load(dtypes="string"), path, last, chosen)
        if path.suffix.lower() == ".ods":  # whose hours are durations, that are no text
            hours = load(dtypes="duration").to_polars()
            table = table.select(
                pl.col(one).fill_null((pl.lit(_DAY_ZERO) + hours[one]).dt.to_string("%Y-%m-%d %H:%M:%S"))
                for one in table.columns
            )
        if not table.width:
            return pl.DataFrame(schema={**dict.fromkeys(columns, pl.String), "_row": pl.Int64})
        place = dict(zip(ranks, table.columns, strict=True))
        first = last + 1
        return table.select(
            *(
                pl.col(place[rank]).str.replace(_HOUR_ALONE, "$1").str.strip_suffix(" 00:00:00").alias(name)
                for name, rank in columns.items()
            ),
            pl.int_range(first, pl.len() + first).alias("_row"),
        )

    return _headed(OpenTable(path, header, read, sheet, places=places), heading)


_UNCOMPUTED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]*)?/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A formula of a cell that has no value beside it: no spreadsheet computed it since some program wrote it."""


def _with_errors(loaded: fastexcel.ExcelSheet, path: Path, skipped: int, places: list[int]) -> pl.DataFrame:
    """Return the cells of a sheet; one whose formula failed, or was not computed, is not empty, but `#N/A` or the formula."""
    table = loaded.to_polars()
    failed = [
        (row - skipped, place, shown) for row, place, shown in _failed(path, loaded.name) if place in places
    ]
    if failed and table.width and (lower := 1 + max(row for row, _, _ in failed) - table.height) > 0:
        table = pl.concat([table, table.clear(lower)])  # the reader ends a sheet at its last value
    for row, place, shown in failed:
        if row >= 0:
            table[row, places.index(place)] = shown
    return table


def _failed(path: Path, sheet: str) -> Iterator[tuple[int, int, str]]:
    """Yield row, column (both from 0) and text of the cells whose formula failed or was not computed; few workbooks have any."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as parts:
        sheets = [parts.read(part) for part in parts.namelist() if part.startswith("xl/worksheets/")]
    if not any(b't="e"' in one or _UNCOMPUTED.search(one) for one in sheets):
        return
    from openpyxl import load_workbook

    opened = partial(load_workbook, path, read_only=True)
    with closing(opened(data_only=True)) as values, closing(opened()) as formulas:
        pages = values[sheet], formulas[sheet]
        for page in pages:
            page.reset_dimensions()  # some programs write that a sheet is one cell
        rows = (page.iter_rows(min_row=1, min_col=1) for page in pages)
        for row, (cells, written) in enumerate(zip(*rows, strict=True)):
            for place, (cell, formula) in enumerate(zip(cells, written, strict=True)):
                if cell.data_type == "e":
                    yield row, place, str(cell.value)
                elif (
                    cell.value is None and formula.data_type == "f" and cell.data_type != "str"
                ):  # "" is a value
                    yield row, place, str(getattr(formula.value, "text", formula.value))


# --- Parquet --------------------------------------------------------------------------------------


def _open_parquet(path: Path, given: Input) -> OpenTable:
    try:
        header = list(pl.read_parquet_schema(path))
    except pl.exceptions.PolarsError as error:
        raise SourceError(
            N_("{file} n'est pas un fichier Parquet lisible.", file=path.name), file=path
        ) from error

    def read(columns: Mapping[str, int]) -> pl.DataFrame:
        table = pl.read_parquet(path, columns=sorted({header[rank] for rank in columns.values()}))
        series = [_parquet_text(table[header[rank]]).alias(name) for name, rank in columns.items()]
        return pl.DataFrame([*series, pl.int_range(2, table.height + 2, eager=True).alias("_row")])

    return OpenTable(path, header, read)


def _parquet_text(values: pl.Series) -> pl.Series:
    if values.dtype.is_nested():
        return pl.Series(
            [None if value is None else _json_text(value) for value in values.to_list()], dtype=pl.String
        )
    return values.cast(pl.String)


# --- iCalendar ------------------------------------------------------------------------------------


def _open_calendar(path: Path, given: Input) -> OpenTable:
    from .calendars import event_table  # the same of icalendar

    events = event_table(decode(path, given.encodings), path)

    def read(columns: Mapping[str, int]) -> pl.DataFrame:
        cells = {
            name: [row.get(events.header[rank]) for row in events.rows] for name, rank in columns.items()
        }
        return pl.DataFrame(
            {**cells, "_row": events.lines}, schema={**dict.fromkeys(columns, pl.String), "_row": pl.Int64}
        )

    return OpenTable(path, events.header, read, told=events.told)


_OPENERS: dict[str, Callable[[Path, Input], OpenTable]] = {
    "csv": _open_csv,
    "json": _open_json,
    "geojson": _open_json,
    "xlsx": _open_workbook,
    "xls": _open_workbook,
    "parquet": _open_parquet,
    "icalendar": _open_calendar,
}
