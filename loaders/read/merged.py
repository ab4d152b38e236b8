"""Merged cells of a partner's workbook (XLSX, ODS): spreadsheets keep the value of the first cell alone."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

import polars as pl
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import column_index_from_string

from ...words import N_, NN_, Spoken
from ..sources.choices import choices
from ..sources.layout import LAYOUT
from .formats import OpenTable, column_letters

_RANGE = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*["']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})["']"""
)
_ODS = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_SAME = ("id", "class", "date", "year", "time", "url")
"""Kinds of columns where several rows say the same: what a row belongs to, its kind, its days."""
_MOST = 5
"""Sentences a sheet."""


@dataclass(frozen=True)
class Merged:
    """A range of merged cells: its columns counted from 0, its rows from 1, both ends in it."""

    left: int
    top: int
    right: int
    bottom: int

    def __str__(self) -> str:
        return f"{self.first}:{column_letters(self.right)}{self.bottom}"

    @property
    def first(self) -> str:
        """The cell that keeps the value."""
        return f"{column_letters(self.left)}{self.top}"


def unmerge(
    table: pl.DataFrame, opened: OpenTable, name: str, columns: Mapping[str, int]
) -> tuple[pl.DataFrame, list[Spoken]]:
    """Read a merged cell in each row that it spans where rows say the same (`repeats`); say what is read, and what is not.

    Args:
        table: the columns of a sheet as text, with `_row`.
        opened: the sheet.
        name: its table of the layout.
        columns: our columns by rank in the header.
    """
    ours = {opened.places[rank]: column for column, rank in columns.items()}
    known = [one for one in merged_cells(opened.path, opened.sheet) if one.left in ours]
    if not known:
        return table, []
    said: list[Spoken] = []
    values = {
        one: dict(table.select("_row", one).drop_nulls().iter_rows()) for one in {ours[m.left] for m in known}
    }
    down: dict[str, list[tuple[int, int, str]]] = {}
    for one in known:
        column = ours[one.left]
        if (value := values[column].get(one.top)) is None:
            continue  # above the rows, or empty
        if one.bottom > one.top and repeats(name, column):
            down.setdefault(column, []).append((one.top, one.bottom, value))
            last = f"{column_letters(one.left)}{one.bottom}"
            said.append(
                N_("{file} : les cellules {span} sont fusionnées ; « {value} » est lu de {first} à {last}.",
                    file=opened.place, span=str(one), value=value, first=one.first, last=last)
            )  # fmt: skip
        else:
            said.append(
                N_("{file} : les cellules {span} sont fusionnées ; seule {first} est lue.",
                    file=opened.place, span=str(one), first=one.first)
            )  # fmt: skip
    for column, spans in down.items():
        table = _filled(table, column, spans)
    return table, [*said[:_MOST], *_others(opened.place, len(said) - _MOST)]


def repeats(table: str, column: str) -> bool:
    """Tell whether rows of a table may well say the same in a column: neither their own identifier, a text, nor a number.

    >>> repeats("participations", "interaction"), repeats("participations", "id"), repeats("budgets", "amount")
    (True, False, False)
    """
    if column == "id" or (table, column) not in _columns():
        return False
    return LAYOUT[table][column].kind in _SAME or bool(choices(table, column)) or column == "period"


@lru_cache(maxsize=1)
def _columns() -> frozenset[tuple[str, str]]:
    return frozenset((table, column) for table, columns in LAYOUT.items() for column in columns)


def _filled(table: pl.DataFrame, column: str, spans: list[tuple[int, int, str]]) -> pl.DataFrame:
    """Put the value of each span of rows where a column has none."""
    schema = {"_top": pl.Int64, "_bottom": pl.Int64, "_value": pl.String}
    merged = pl.DataFrame(sorted(spans), schema=schema, orient="row").set_sorted("_top")
    placed = table.sort("_row").join_asof(merged, left_on="_row", right_on="_top", strategy="backward")
    value = pl.when(pl.col("_row") <= pl.col("_bottom")).then(pl.col("_value"))
    return placed.with_columns(pl.coalesce(column, value).alias(column)).select(table.columns)


def _others(file: str, left: int) -> Iterator[Spoken]:
    if left > 0:
        yield NN_(
            "{file} : {n} autre groupe de cellules fusionnées est lu ainsi.",
            "{file} : {n} autres groupes de cellules fusionnées sont lus ainsi.",
            left,
            file=file,
        )


def merged_cells(path: Path, sheet: str) -> list[Merged]:
    """Return the merged cells of a sheet of an XLSX or ODS workbook, in the order of their first cells; none of another file."""
    status = path.stat()
    return _merged(path, status.st_mtime_ns, status.st_size).get(sheet, [])


@lru_cache(maxsize=1)
def _merged(path: Path, _changed: int, _size: int) -> dict[str, list[Merged]]:
    """Read the merged cells of a workbook once for all its sheets; few workbooks have any."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as parts:
        if "content.xml" in parts.namelist():
            return _merged_of_ods(parts)
        found = {
            part: [*map(_of, _RANGE.findall(parts.read(part)))]
            for part in parts.namelist()
            if part.startswith("xl/worksheets/") and part.endswith(".xml")
        }
    if not any(found.values()):
        return {}
    with path.open("rb") as file:  # a path would have to end as openpyxl wants
        reader = ExcelReader(file, read_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_workbook()
        names = {relation.target: sheet.name for sheet, relation in reader.parser.find_sheets()}
    return {
        names[part]: sorted(merged, key=lambda one: (one.top, one.left))
        for part, merged in found.items()
        if part in names
    }


def _merged_of_ods(parts: zipfile.ZipFile) -> dict[str, list[Merged]]:
    """Read the merged cells of an ODS, whose rows and cells say how often they are repeated; none of a broken one."""
    found: dict[str, list[Merged]] = {}
    sheet, left, top, below = list[Merged](), 0, 0, 1

    def begin(name: str, told: Mapping[str, str]) -> None:
        nonlocal sheet, left, top, below
        match name.removeprefix(_ODS):
            case "table":
                sheet, below = found.setdefault(told.get(f"{_ODS}name", ""), []), 1
            case "table-row":
                left, top = 0, below
                below += int(told.get(f"{_ODS}number-rows-repeated", 1))
            case "table-cell" | "covered-table-cell":
                right = left + int(told.get(f"{_ODS}number-columns-spanned", 1)) - 1
                bottom = top + int(told.get(f"{_ODS}number-rows-spanned", 1)) - 1
                if right > left or bottom > top:
                    sheet.append(Merged(left, top, right, bottom))
                left += int(told.get(f"{_ODS}number-columns-repeated", 1))

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    try:
        with parts.open("content.xml") as file:
            parser.ParseFile(file)
    except (ExpatError, ValueError):
        return {}  # what reads the cells tells it
    return found


def _of(found: tuple[bytes, ...]) -> Merged:
    left, top, right, bottom = (one.decode() for one in found)
    return Merged(
        column_index_from_string(left) - 1, int(top), column_index_from_string(right) - 1, int(bottom)
    )
