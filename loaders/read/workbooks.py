"""Workbooks opened with care: one that would not hold in memory is refused before it is read."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...words import N_
from ..packages import LaterPackage
from ..sources.declaration import SourceError

if TYPE_CHECKING:
    import fastexcel
else:
    fastexcel = LaterPackage("fastexcel", "'ancrage[load]'")

#: Bounds of a workbook: expanded bytes, ratio of expansion, entries, cells of a sheet's rectangle.
MAX_EXPANDED, MAX_RATIO, MAX_ENTRIES, MAX_CELLS = 200 << 20, 100, 1000, 20_000_000
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")

#: Memory and time of the process that tries a workbook whose cells could not be counted.
PROBE_BYTES, PROBE_SECONDS = 3 << 30, 120

_VALUE = rb"""(?:"[^"<]*"|'[^'<]*')"""
#: A cell or a row written as the standard says, and the place it names.
_PLACED = re.compile(
    rb"<(?:\w+:)?(?:c|row)(?=[\s/>])(?:\s+(?!r\s*=)[\w:.-]+\s*=\s*" + _VALUE + rb")*"
    rb"""(?:\s+r\s*=\s*["']([A-Z]{0,3})([0-9]{1,7})["'](?:\s+[\w:.-]+\s*=\s*""" + _VALUE + rb")*)\s*/?>"
)
_CELL_OR_ROW = re.compile(rb"<(?:\w+:)?(?:c|row)(?=[\s/>])")


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
    refusal = SourceError(
        N_("{file} est refusé : une fois décompressé, il dépasse les bornes.", file=path.name), file=path
    )
    broken = SourceError(N_("{file} n'est pas un classeur lisible.", file=path.name), file=path)
    try:
        known = _fits(path) if zipfile.is_zipfile(path) else None
        if known is False or (known is None and not _survives(path)):
            raise refusal
        return fastexcel.read_excel(path)
    except (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, fastexcel.FastExcelError) as error:
        raise broken from error


def _fits(path: Path) -> bool | None:
    """Tell whether a zipped workbook holds in memory; None where its text does not tell."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if not _bounded(entries) or not all(_honest(path, entry) for entry in entries):
            return False
        spans = [
            _span(archive.read(entry)) for entry in entries if entry.filename.startswith("xl/worksheets/")
        ]
    if any(span is not None and span > MAX_CELLS for span in spans):
        return False
    return True if spans and None not in spans else None


def _bounded(entries: list[zipfile.ZipInfo]) -> bool:
    """Tell whether the entries of an archive say that they are few, small, and packed no more than texts are."""
    expanded = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    return len(entries) <= MAX_ENTRIES and expanded <= min(MAX_EXPANDED, MAX_RATIO * max(packed, 1))


def _honest(path: Path, entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry of an archive expands to the size it says: readers believe the data, not the header."""
    with path.open("rb") as file:
        file.seek(entry.header_offset + 26)
        name, extra = struct.unpack("<HH", file.read(4))
        file.seek(name + extra, 1)
        if entry.compress_type == zipfile.ZIP_STORED:
            return entry.compress_size == entry.file_size
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            return False
        inflate, size, left = zlib.decompressobj(-15), 0, b""
        while not inflate.eof and size <= entry.file_size:
            if not (left := inflate.unconsumed_tail or file.read(1 << 16)):
                break
            size += len(inflate.decompress(left, 1 << 20))
        return size == entry.file_size


def _span(sheet: bytes) -> int | None:
    """Count the cells of the rectangle that a sheet spans, which is what the reader would hold in memory.

    None where a cell or a row is written in a way that names no place: the reader then finds its own.
    """
    columns: set[bytes] = set()
    rows: set[bytes] = set()
    count = 0
    for column, row in _PLACED.findall(sheet):
        count += 1
        rows.add(row)
        if column:
            columns.add(column)
    if count != len(_CELL_OR_ROW.findall(sheet)):
        return None
    if not rows or not columns:
        return 0
    ranks = [
        sum((sign - 64) * 26**place for place, sign in enumerate(reversed(column))) for column in columns
    ]
    numbers = [int(row) for row in rows]
    width: int = max(ranks) - min(ranks) + 1
    return width * (max(numbers) - min(numbers) + 1)


def _survives(path: Path) -> bool:
    """Tell whether a process of bounded memory lives through reading all the sheets of a workbook.

    The reader ends its process when memory is short, and it cannot be told how much it may take. A file that
    it cannot read passes: opening it says why.
    """
    code = (
        "import resource, sys\n"
        "import fastexcel\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({PROBE_BYTES}, {PROBE_BYTES}))\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        "try:\n"
        "    reader = fastexcel.read_excel(sys.argv[1])\n"
        "    for name in reader.sheet_names:\n"
        "        reader.load_sheet(name, header_row=None, skip_rows=0, dtypes='string')\n"
        "except fastexcel.FastExcelError:\n"
        "    pass\n"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, timeout=PROBE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
