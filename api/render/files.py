"""Answers as files: one writer of tables for each format, and the headers of what is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from ...graph.sparql.results import Rows, Value, to_csv
from ...queries.columns import Variable
from ...words import first_upper
from ..web.negotiation import CSV, CSV_FR, CSVW, XLSX, Language, Representation, choose
from ..web.security import CORS
from .csvw import Origin, described_by, to_csvw
from .spreadsheets import to_xlsx

TABLES = (CSV, CSV_FR, XLSX)
"""What people are offered of rows."""
WRITTEN = (*TABLES, CSVW)
"""What rows can be written as."""
BINARY = ("png", "xlsx", "docx", "pdf")
NO_COLUMNS: Mapping[str, Variable] = {}
_SAVED = {CSV_FR: ".csv", CSVW: ".csv-metadata.json"}
"""How files are saved whose addresses end otherwise: a description has the name that who reads CSVW looks for."""


def table_file(
    rows: Rows,
    chosen: Representation,
    about: Mapping[Any, str],
    language: Language = "fr",
    made: datetime | None = None,
    *,
    columns: Mapping[str, Variable] = NO_COLUMNS,
    origin: Origin | None = None,
    key: str = "",
) -> bytes:
    """Write rows in a format of WRITTEN; a workbook tells what it is `about`: names (or words) and texts, empty ones left out.

    Names of columns are the same in every language, so that programs find them; what they hold is told by `columns`, in the
    description that CSVW is, whose title is the first text of `about`, with the column that is the `key` of rows.
    Raises SheetTooSmall.
    """
    told = {name if isinstance(name, str) else name[language]: text for name, text in about.items() if text}
    if chosen == XLSX:
        return to_xlsx(rows, told, made, language)
    if chosen == CSVW:
        assert origin is not None
        return to_csvw(rows.columns, columns, next(iter(told.values()), ""), origin, language, key)
    return to_csv(rows, french=chosen == CSV_FR)


def headings(columns: Mapping[str, Variable], chosen: Representation, language: Language) -> list[str]:
    """Give the heads of columns: their names; in the CSV that people open in a spreadsheet, what they say in a language."""
    if chosen != CSV_FR:
        return [*columns]
    return [first_upper(one.heading[language]) for one in columns.values()]


def whole_number(value: Value) -> Value:
    """Give a whole number without decimals; any other value stays.

    >>> whole_number(3.0), whole_number(3.5), whole_number("x")
    (3, 3.5, 'x')
    """
    return int(value) if isinstance(value, float) and value.is_integer() else value


def chosen_format(request: Request, offered: Sequence[Representation]) -> Representation:
    """Choose the format: `?format=`, else Accept; raises NotAcceptable."""
    return choose(request.headers.get("accept"), offered, request.query_params.get("format") or None)


def file_headers(
    request: Request, chosen: Representation, name: str, snapshot: str, said: Language
) -> dict[str, str]:
    """Give the headers of a file: what it is, what describes it, its publication, and a name for who saves it."""
    media_type = chosen.media_type.partition(";")[0]
    suffix = _SAVED.get(chosen, chosen.suffix)
    return {
        **CORS,
        "Content-Type": media_type + ("" if chosen.name in BINARY else "; charset=utf-8"),
        "Content-Disposition": f'attachment; filename="{name}{suffix}"',
        "Content-Language": said,
        "Ancrage-Snapshot": snapshot,
        "Vary": "Accept, Accept-Language",
        **(described_by(request) if chosen == CSV else {}),
    }


def file_response(
    request: Request, body: bytes, chosen: Representation, name: str, snapshot: str, said: Language
) -> Response:
    """Give a file; what programs read (JSON, RDF) is not saved."""
    headers = file_headers(request, chosen, name, snapshot, said)
    if chosen not in WRITTEN:
        del headers["Content-Disposition"], headers["Content-Language"]
    return Response(body, headers=headers)
