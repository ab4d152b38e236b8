"""The files of a dossier: its formats, their names, and how they are written in a folder or an archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from ...graph.snapshots.durable import draft_of
from ...graph.sparql.results import Rows, Value, to_csv
from ..web.packages import check_dossier_packages
from .file_names import file_stem
from .html import to_html
from .model import Dossier

HTML, PDF, DOCX, CSV = FORMATS = ("html", "pdf", "docx", "csv")
MEDIA_TYPES: Mapping[str, str] = {
    HTML: "text/html; charset=utf-8",
    PDF: "application/pdf",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def _pdf(dossier: Dossier) -> bytes:
    check_dossier_packages((PDF,))
    from .pdf import to_pdf

    return to_pdf(dossier)


def _docx(dossier: Dossier) -> bytes:
    check_dossier_packages((DOCX,))
    from .docx import to_docx

    return to_docx(dossier)


#: How each format that is one file is made.
WRITERS: Mapping[str, Callable[[Dossier], bytes]] = {
    HTML: lambda dossier: to_html(dossier).encode(),
    PDF: _pdf,
    DOCX: _docx,
}


def tables(dossier: Dossier) -> Iterator[tuple[str, bytes]]:
    """Give the CSV files of a dossier, one a table: name, in its language, and content; then a list of them.

    A table that is printed in part is whole here; sources and evidence are in words, and no cell begins a formula (`to_csv`).
    """
    known = {table.id: (table.caption, table.to_rows()) for table in dossier.tables()} | dict(dossier.data)
    listed: list[list[Value]] = []
    for id, (caption, rows) in known.items():
        name = f"{file_stem(id, dossier.language)}.csv"
        listed.append([name, caption, len(rows.rows), dossier.snapshot])
        yield name, to_csv(rows)
    yield "index.csv", to_csv(Rows(["file", "table", "rows", "snapshot"], listed))


def to_zip(dossier: Dossier) -> bytes:
    """Give the CSV files in one archive; the same dossier gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in tables(dossier):
            about = zipfile.ZipInfo(f"{dossier.name}/{name}", _EPOCH)
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, content)
    return out.getvalue()


def make_file(dossier: Dossier, format: str) -> bytes:
    """Make one format as one file; CSV as an archive."""
    return to_zip(dossier) if format in (CSV, "zip") else WRITERS[format](dossier)


def write(dossier: Dossier, folder: Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Write a dossier in a folder, made if need be, and give what was written; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for format in formats:
        if format == CSV:
            place_ = folder / f"{dossier.name}-csv"
            place_.mkdir(exist_ok=True)
            for name, content in tables(dossier):
                place(place_ / name, content)
            written.append(place_)
        else:
            path = folder / f"{dossier.name}.{format}"
            place(path, make_file(dossier, format))
            written.append(path)
    return written


def place(path: Path, content: bytes) -> None:
    """Put a file in its place whole, or not at all; raises OSError."""
    with draft_of(path) as draft:
        draft.write_bytes(content)
