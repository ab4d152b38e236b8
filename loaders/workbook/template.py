"""The exchange layout as a workbook that people fill: a sheet a table, titles and lists in their language, checks, an example."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import IO, Any, Final

import polars as pl
from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from ...words import N_, SOURCE, Spoken
from ..read.about import SUBJECTS
from ..read.formats import column_letters
from ..read.headings import EXAMPLE, LISTS, READ_ME
from ..sources.choices import choices, is_required
from ..sources.layout import LAYOUT, TABLES, LayoutColumn, sheet_title
from .guide import guide

#: The tables that people fill most.
USUAL: Final = (
    "organizations", "sites", "programmes", "interactions", "participations", "events", "requests", "offers",
    "strategies", "axes", "objectives", "actions", "budgets", "observations",
)  # fmt: skip
LAST: Final = 5000
"""The last row of a sheet that lists and checks are set for."""
_LENGTHS: Final = {"siren": 9, "siret": 14, "uai": 8, "rnsr": 10, "postcode": 5, "country": 2}
_SHOWN: Final = {"id": "mon-code", "text": "…", "code": "A1", "url": "https://example.org", "integer": "12",
    "number": "0.5", "time": "18:30", "year": "2026", "date": "2026-03-12", "wkt": "POINT (5.72 45.19)"}  # fmt: skip
_OF: Final = {"territory": "38185", "organization": "0383546Y"}


def write_workbook(
    target: IO[bytes],
    tables: Iterable[str] = USUAL,
    language: str = SOURCE,
    rows: Mapping[str, pl.DataFrame] | None = None,
    made: datetime | None = None,
) -> None:
    """Write the workbook of some tables of the layout, in their order there.

    Args:
        target: where it is written.
        tables: names of tables of the layout.
        language: of titles, lists and explanations.
        rows: what stands in the sheets below the example, as texts in the layout's form; a table that has some has a sheet.
        made: the date in the properties of the file (now); the same bytes come of the same arguments.
    """
    rows = rows or {}
    wanted = {*tables, *rows}
    with Workbook(target, {"in_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties({"created": made} if made else {})
        writer = _Writer(book, language)
        writer.read_me([table for table in LAYOUT if table in wanted])
        writer.about()
        for table in LAYOUT:
            if table in wanted:
                writer.table(table, rows.get(table))
        writer.lists()


def column_title(table: str, name: str, language: str) -> str:
    """Write what stands at the top of a column; a star says that it is required.

    >>> column_title("sites", "id", "fr"), column_title("sites", "seat_of", "en")
    ('Identifiant *', 'Seat of')
    """
    title = LAYOUT[table][name].title if language == SOURCE else name.replace("_", " ").capitalize()
    return f"{title} *" if is_required(table, name) else title


def cell_text(table: str, column: str, value: str, language: str) -> str:
    """Write a value as people read it: codes of terms become what they are called.

    >>> cell_text("sites", "services", "tutoring;exam-centre", "en")
    'tutoring; exam centre'
    """
    known = choices(table, column)
    if not known:
        return value
    items = value.split(";") if LAYOUT[table][column].multiple else [value]
    return "; ".join(
        known[item.strip()][language] if item.strip() in known else item.strip() for item in items
    )


@cache
def _examples() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files(__package__) / "examples.toml").read_text(encoding="utf-8"))


def example(table: str) -> dict[str, str]:
    """Return the row that shows how a table is filled, in the layout's form, without its identifier.

    >>> example("participations")["roles"], example("match_events")["status"]
    ('supervisor', 'potential')
    """
    if table in _examples():
        return dict(_examples()[table])
    columns = [column for column in LAYOUT[table].values() if column.name not in ("id", "source")]
    return {
        one.name: next(iter(choices(table, one.name)), _OF.get(one.of, _SHOWN.get(one.kind, "")))
        for one in columns
    }


class _Writer:
    """Writes the sheets of one workbook; the lists that they point at are written last."""

    def __init__(self, book: Workbook, language: str) -> None:
        self._book, self._language = book, language
        self._columns: dict[tuple[str, ...], int] = {}
        base = {"valign": "top", "text_wrap": True}
        self._title = book.add_format(
            {**base, "bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1}
        )
        self._needed = book.add_format(
            {**base, "bold": True, "bg_color": "#7F3F00", "font_color": "#FFFFFF", "border": 1}
        )
        self._shown = book.add_format(
            {"italic": True, "font_color": "#595959", "bg_color": "#EDEDED", "num_format": "@"}
        )
        self._plain = book.add_format({**base})
        self._head = book.add_format({"bold": True, "font_size": 14})
        self._formats: dict[str, Format] = {
            "text": book.add_format({"num_format": "@"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
            "integer": book.add_format({"num_format": "0"}),
            "number": book.add_format({"num_format": "General"}),
        }

    def read_me(self, tables: Iterable[str]) -> None:
        """Write the first sheet: how the others are filled, and what each holds."""
        sheet = self._book.add_worksheet(READ_ME[self._language])
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 100)
        for number, (first, second) in enumerate(guide(self._language)):
            if first and not second:
                sheet.write_string(number, 0, first, self._head)
            else:
                sheet.write_string(number, 0, first, self._plain)
                sheet.write_string(number, 1, second, self._plain)
        start = number + 2
        for number, table in enumerate(tables, start):
            sheet.write_url(
                number, 0, f"internal:'{self._quoted(table)}'!A2", string=sheet_title(table, self._language)
            )
            sheet.write_string(number, 1, TABLES[table] if self._language == SOURCE else "", self._plain)

    def about(self) -> None:
        """Write the sheet that says who gives the data."""
        sheet = self._book.add_worksheet(sheet_title("about", self._language))
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 2, 60)
        titles = (N_("Rubrique"), N_("Valeur"), N_("Sens"))
        for rank, title in enumerate(titles):
            sheet.write_string(1, rank, title[self._language], self._title)
        sheet.write_row(0, 0, ["about.key", "about.value", "meaning"])
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.freeze_panes(2, 0)
        for number, (key, (name, sense)) in enumerate(SUBJECTS.items(), 2):
            sheet.write_string(number, 0, name[self._language])
            sheet.write_blank(number, 1, None, self._formats["text"])
            if known := choices("about", key):
                sheet.data_validation(number, 1, number, 1, self._list(known) | {"error_type": "warning"})
            sheet.write_string(number, 2, sense[self._language], self._plain)

    def table(self, table: str, rows: pl.DataFrame | None) -> None:
        """Write the sheet of a table: our names, hidden; titles; an example; then the rows."""
        sheet = self._book.add_worksheet(sheet_title(table, self._language))
        columns = list(LAYOUT[table].values())
        shown = {"id": EXAMPLE[self._language], **example(table)}
        for rank, column in enumerate(columns):
            sheet.write_string(0, rank, f"{table}.{column.name}")
            title = column_title(table, column.name, self._language)
            sheet.write_string(
                1, rank, title, self._needed if is_required(table, column.name) else self._title
            )
            sheet.write_string(
                2,
                rank,
                cell_text(table, column.name, shown.get(column.name, ""), self._language),
                self._shown,
            )
            width = max(14, min(34, len(title) + 2))
            sheet.set_column(rank, rank, width, self._formats[self._format(column)])
            sheet.data_validation(2, rank, LAST, rank, self._check(table, column))
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_row(1, 48)
        sheet.freeze_panes(2, 1)
        sheet.autofilter(1, 0, LAST, len(columns) - 1)
        for number, row in enumerate(rows.iter_rows(named=True) if rows is not None else (), 3):
            for rank, column in enumerate(columns):
                if (value := row.get(column.name)) is not None:
                    sheet.write_string(number, rank, cell_text(table, column.name, value, self._language))

    def lists(self) -> None:
        """Write the hidden sheet of what cells are chosen from."""
        sheet: Worksheet = self._book.add_worksheet(LISTS[self._language])
        for items, rank in self._columns.items():
            sheet.write_column(0, rank, items)
        sheet.hide()

    def _quoted(self, table: str) -> str:
        return sheet_title(table, self._language).replace("'", "''")

    @staticmethod
    def _format(column: LayoutColumn) -> str:
        if column.kind == "year":
            return "integer"
        return column.kind if column.kind in ("date", "integer", "number") else "text"

    def _check(self, table: str, column: LayoutColumn) -> dict[str, Any]:
        """Say what is checked as a cell is filled, and what is told beside it."""
        told = column.help if self._language == SOURCE else ""
        if column.multiple:
            told = (
                f"{told} {N_('Plusieurs valeurs se séparent par un point-virgule.')[self._language]}".strip()
            )
        rule: dict[str, Any] = {
            "input_title": column_title(table, column.name, self._language)[:32],
            "input_message": told[:255],
            "error_type": "warning",
            "ignore_blank": True,
        }
        if known := choices(table, column.name):
            return {**rule, **self._list(known), "show_error": not column.multiple}
        if column.kind == "year":
            return {**rule, "validate": "integer", "criteria": "between", "minimum": 1000, "maximum": 2100}
        if column.kind == "integer":
            return {**rule, "validate": "integer", "criteria": ">=", "value": 0}
        if column.kind == "number":
            return {**rule, "validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15}
        if column.kind == "date":
            # From the first day that spreadsheets agree on to 2100.
            return {**rule, "validate": "decimal", "criteria": "between", "minimum": 61, "maximum": 73415}
        if column.name in _LENGTHS:
            return {**rule, "validate": "length", "criteria": "==", "value": _LENGTHS[column.name]}
        return {**rule, "validate": "any"}

    def _list(self, known: Mapping[str, Spoken]) -> dict[str, Any]:
        """Say that a cell is chosen from terms, by what they are called in the language of the workbook."""
        names = tuple(term[self._language] for term in known.values())
        rank = self._columns.setdefault(names, len(self._columns))
        place = f"='{LISTS[self._language]}'!{_letters(rank)}1:{_letters(rank)}{len(names)}"
        return {"validate": "list", "source": place}


def _letters(rank: int) -> str:
    return f"${column_letters(rank)}$"
