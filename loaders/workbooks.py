"""Workbooks opened with care: one that would not hold in memory is refused before it is read."""

from __future__ import annotations

import re
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path

import fastexcel

from .declaration import SourceError

#: Bounds of a workbook: expanded bytes, ratio of expansion, entries, cells of a sheet's rectangle.
MAX_EXPANDED, MAX_RATIO, MAX_ENTRIES, MAX_CELLS = 200 << 20, 100, 1000, 20_000_000
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})([0-9]{1,7})"')
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook."""
    return list(open_workbook(path).sheet_names)


def open_workbook(path: Path) -> fastexcel.ExcelReader:
    """Open a workbook; raise `SourceError` when it is not one, or when it would not hold in memory."""
    status = path.stat()
    return _open(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def _open(path: Path, _changed: int, _size: int) -> fastexcel.ExcelReader:
    """Open a workbook once for all its sheets."""
    refusal = SourceError(f"{path.name} est refusé : une fois décompressé, il dépasse les bornes.", file=path)
    broken = SourceError(f"{path.name} n'est pas un classeur lisible.", file=path)
    try:
        if zipfile.is_zipfile(path) and not _fits(path):
            raise refusal
        return fastexcel.read_excel(path)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, fastexcel.FastExcelError) as error:
        raise broken from error


def _fits(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        expanded = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries)
        if expanded > MAX_EXPANDED or len(entries) > MAX_ENTRIES or expanded > MAX_RATIO * max(packed, 1):
            return False
        sheets = [entry for entry in entries if entry.filename.startswith("xl/worksheets/")]
        return all(_span(archive.read(entry)) <= MAX_CELLS for entry in sheets)


def _span(sheet: bytes) -> int:
    """Return the cells of the rectangle a sheet spans, which is what the reader would hold in memory."""
    columns: set[bytes] = set()
    rows: set[bytes] = set()
    for column, row in _CELL.findall(sheet):
        columns.add(column)
        rows.add(row)
    if not rows:
        return 0
    ranks = [
        sum((sign - 64) * 26**place for place, sign in enumerate(reversed(column))) for column in columns
    ]
    numbers = [int(row) for row in rows]
    width: int = max(ranks) - min(ranks) + 1
    return width * (max(numbers) - min(numbers) + 1)
