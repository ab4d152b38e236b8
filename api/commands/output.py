"""How commands give tables: one `--format` for all of them, and a table for people unless another is asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from ...graph.sparql.results import Rows
from ...words import N_
from ...words.locales import language
from .application import UsageError, check_choice

TABLES = ("table", "csv", "csv-fr", "xlsx", "json")
"""Formats of rows, with the same names and meaning in every command; `--json` is short for `--format json`."""

Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help=", ".join(TABLES))]


def check_format(format: str, known: Sequence[str] = TABLES) -> None:
    """Refuse an unknown format, or a workbook on a terminal, before anything is computed.

    Raises UsageError, of which WrongChoice.
    """
    check_choice("--format", format, known)
    if format == "xlsx" and sys.stdout.isatty():
        raise UsageError(N_("un classeur ne s'affiche pas : ajoutez « > réponse.xlsx »."))


def tell_rows(rows: Rows | Sequence[Mapping[str, Any]] | Mapping[str, Any], format: str) -> bool:
    """Write rows on standard output, or the one that is given alone; false for a `table`, which each command shows in its way.

    In JSON values are as they are; in a file of rows, those of a list are separated by spaces. Raises as `check_format`.
    """
    check_format(format)
    if format == "table":
        return False
    if format == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return True
    from ..render.files import TABLES as FILES
    from ..render.files import table_file

    table = rows if isinstance(rows, Rows) else _table([rows] if isinstance(rows, Mapping) else rows)
    chosen = next(one for one in FILES if one.name == format)
    sys.stdout.buffer.write(table_file(table, chosen, {}, language()))
    sys.stdout.buffer.flush()
    return True


def _table(rows: Sequence[Mapping[str, Any]]) -> Rows:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return Rows(columns, [[_cell(row.get(name)) for name in columns] for row in rows])


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else value
