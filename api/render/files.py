"""Answers as files: one writer of tables for each format, and the headers of what is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from ...graph.sparql.results import Rows, Value, to_csv
from ..web.negotiation import CSV, CSV_FR, XLSX, Language, Representation, choose
from ..web.security import CORS
from .spreadsheets import to_xlsx

TABLES = (CSV, CSV_FR, XLSX)
"""What rows can be written as."""
BINARY = ("png", "xlsx", "docx", "pdf")


def table_file(
    rows: Rows,
    chosen: Representation,
    about: Mapping[Any, str],
    language: Language = "fr",
    made: datetime | None = None,
) -> bytes:
    """Write rows in a format of TABLES; a workbook tells what it is `about`: names (or words) and texts, empty ones left out.

    Names of columns are the same in every language, so that programs find them. Raises SheetTooSmall.
    """
    if chosen == XLSX:
        told = {name if isinstance(name, str) else name[language]: text for name, text in about.items()}
        return to_xlsx(rows, {name: text for name, text in told.items() if text}, made)
    return to_csv(rows, french=chosen == CSV_FR)


def whole_number(value: Value) -> Value:
    """Give a whole number without decimals; any other value stays.

    >>> whole_number(3.0), whole_number(3.5), whole_number("x")
    (3, 3.5, 'x')
    """
    return int(value) if isinstance(value, float) and value.is_integer() else value


def chosen_format(request: Request, offered: Sequence[Representation]) -> Representation:
    """Choose the format: `?format=`, else Accept; raises NotAcceptable."""
    return choose(request.headers.get("accept"), offered, request.query_params.get("format") or None)


def file_headers(chosen: Representation, name: str, snapshot: str, said: Language) -> dict[str, str]:
    """Give the headers of a file: what it is, what it varies by, its publication, and a name for who saves it."""
    media_type = chosen.media_type.partition(";")[0]
    suffix = ".csv" if chosen == CSV_FR else chosen.suffix
    return {
        **CORS,
        "Content-Type": media_type + ("" if chosen.name in BINARY else "; charset=utf-8"),
        "Content-Disposition": f'attachment; filename="{name}{suffix}"',
        "Content-Language": said,
        "Ancrage-Snapshot": snapshot,
        "Vary": "Accept, Accept-Language",
    }


def file_response(body: bytes, chosen: Representation, name: str, snapshot: str, said: Language) -> Response:
    """Give a file; what programs read (JSON, RDF) is not saved."""
    headers = file_headers(chosen, name, snapshot, said)
    if chosen not in TABLES:
        del headers["Content-Disposition"], headers["Content-Language"]
    return Response(body, headers=headers)
