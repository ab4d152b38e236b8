"""A copy of the files that a partner gave, as one workbook, with what is wrong told in its cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from ..read.decoding import decode
from ..read.formats import first_rows, separator_of
from ..read.headers import Headers
from ..read.headings import TOP, find_heading, sheet_of, table_named
from ..read.workbooks import WORKBOOKS, sheet_names
from ..sources.layout import LAYOUT

_FILL = PatternFill("solid", fgColor="FFC7CE")
_NAME = 31
"""Signs of the longest name of a sheet."""


def write_marked(paths: Sequence[Path], wrong: pl.DataFrame, target: Path) -> int:
    """Write the workbook of some files with the reasons of wrong cells as comments, in colour; return how many are marked.

    One XLSX workbook keeps its look; other files become sheets of text. Nothing is written where no cell is found.

    Args:
        paths: a partner's files, or a folder of them.
        wrong: columns file (« sites.csv », « a.xlsx › Lieux »), row, column and reason.
        target: the XLSX file to write.
    """
    files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    names = set(wrong["file"].str.split(" › ").list.first().unique())
    files = [file for file in files if file.name in names]
    book, sheets = _copied(files)
    marked = 0
    for file, row, column, reason in wrong.select("file", "row", "column", "reason").iter_rows():
        sheet = sheets.get(file)
        if sheet is None or row is None or (rank := _rank(sheet, file, column)) is None:
            continue
        cell = _shown(sheet, row, rank + 1)
        before = cell.comment.text.split("\n") if cell.comment else []
        if reason in before:  # of a merged cell, said of each of its rows
            continue
        told = "\n".join([*before, str(reason)])
        cell.fill, cell.comment = _FILL, Comment(told, "ancrage", width=320, height=120)
        marked += 1
    if marked:
        book.save(target)
    return marked


def _shown(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell, or the one that is seen in its place where it is merged."""
    cell = sheet.cell(row, column)
    if isinstance(cell, Cell):
        return cell
    merged = next(one for one in sheet.merged_cells.ranges if cell.coordinate in one)
    first = sheet.cell(merged.min_row, merged.min_col)
    assert isinstance(first, Cell)
    return first


def _copied(files: Sequence[Path]) -> tuple[Workbook, dict[str, Worksheet]]:
    """Return a workbook of files, and its sheets by the name that faults give them."""
    if len(files) == 1 and files[0].suffix.lower() in (".xlsx", ".xlsm"):
        book = load_workbook(files[0])
        return book, {f"{files[0].name} › {sheet.title}": sheet for sheet in book.worksheets}
    book, sheets = Workbook(), dict[str, Worksheet]()
    for sheet in book.worksheets:
        book.remove(sheet)
    for file in files:
        if file.suffix.lower() in WORKBOOKS:
            for name in sheet_names(file):
                sheets[f"{file.name} › {name}"] = _sheet(book, name, first_rows(file, name, None))
        else:
            text = decode(file, ("utf-8", "cp1252"))
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text)))
            sheets[file.name] = _sheet(book, file.name.partition(".")[0], rows)
    return book, sheets


def _sheet(book: Workbook, name: str, rows: Sequence[Sequence[str]]) -> Worksheet:
    sheet: Worksheet = book.create_sheet(name[:_NAME])
    for number, row in enumerate(rows, 1):
        for rank, value in enumerate(row, 1):
            if value:
                cell = sheet.cell(number, rank)
                cell.value, cell.data_type, cell.number_format = value, "s", "@"  # « =1 » stays a text
    return sheet


def _rank(sheet: Worksheet, file: str, column: str) -> int | None:
    """Return the place of a column in a sheet, counted from 0, or None; it bears our name, or what is written above it."""
    rows = [
        ["" if cell is None else str(cell) for cell in row]
        for row in sheet.iter_rows(max_row=TOP, values_only=True)
    ]
    name = file.rpartition(" › ")[2].partition(".")[0]
    table = next((one for one in (*LAYOUT, "about") if sheet_of(one, [name]) == name), "") or table_named(
        rows
    )
    heading = find_heading(table, rows)
    headers = Headers()
    for name, label in zip(heading.names, heading.labels, strict=False):
        headers.add(table, file, name, label)
    told = [{name, headers.heading(file, name)} for name in heading.names]
    return next((rank for rank, names in enumerate(told) if column and column in names), None)
