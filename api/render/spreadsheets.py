"""Answers as a workbook: typed cells, codes as text, no formula, and a sheet that says where they come from."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from ...graph.sparql.results import Rows, Value, plain
from ...words import N_, SOURCE, AncrageError, Number, Spoken, gettext

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576
"""Rows of a worksheet, the header among them."""
MOST_COLUMNS = 16_384
LONGEST_TEXT = 32_767
"""Characters of a cell, counted in UTF-16 units."""

#: Columns of codes: their values stay text whatever their datatype, for 01 is not 1.
_CODES = frozenset(
    {
        "code",
        "codes",
        "siren",
        "siret",
        "uai",
        "rnsr",
        "rna",
        "pic",
        "insee",
        "cog",
        "naf",
        "nace",
        "rome",
        "rncp",
    }
    | {"postcode", "postal", "phone", "telephone", "identifier", "id"}
)
_EXACT = 10**15
"""A spreadsheet keeps fifteen figures of a number; a longer integer stays text."""
_FIRST_DAY = date(1900, 3, 1)
"""Spreadsheets disagree on days before this one (they count a 29 February 1900): earlier ones stay text."""
_SAMPLE = 500
_MARKUP = re.compile(r"<r>.*</r>", re.DOTALL)


class SheetTooSmall(AncrageError, ValueError):  # noqa: N818
    """An answer does not fit a worksheet; keeps the `limit` that it passes, and `what` passes it."""

    code = "sheet-too-small"
    said_in = SOURCE

    def __init__(self, what: Spoken, limit: int) -> None:
        super().__init__(what, limit)
        self.what, self.limit = what, limit

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("{what} : demandez le format CSV, qui n'a pas cette limite.", what=self.what)


def to_xlsx(
    rows: Rows, about: Mapping[str, str], made: datetime | None = None, language: str = SOURCE
) -> bytes:
    """Write rows as a workbook: the sheet « Résultats », and the sheet « À propos » with the entries of `about`.

    Both are named in the language. Numbers, dates and booleans are typed; texts, IRIs and codes stay text, and nothing is
    ever a formula or a link. The bytes depend on the arguments alone; `made` is the date in the properties of the file (now).
    Raises SheetTooSmall for more rows, columns or characters in a cell than a worksheet holds.

    >>> book = to_xlsx(Rows(["code", "population"], [["01", 671937]]), {"Question": "territory-population"})
    >>> book[:2]
    b'PK'
    """
    _check(rows)
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, {**options, "strings_to_numbers": False}) as book:
        book.set_properties({"created": made or datetime.now(UTC).replace(tzinfo=None)})
        sheet = book.add_worksheet(gettext("Résultats", language))
        _write_results(book, sheet, rows)
        _write_about(book, book.add_worksheet(gettext("À propos", language)), about, language)
        sheet.activate()
    return out.getvalue()


def is_code(column: str) -> bool:
    """Say whether a column holds codes, by the last word of its name.

    >>> [name for name in ("code", "formerCode", "siren", "organizationUai", "encode", "n") if is_code(name)]
    ['code', 'formerCode', 'siren', 'organizationUai']
    """
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", column)
    return bool(words) and words[-1].lower() in _CODES


def _check(rows: Rows) -> None:
    if len(rows) + 1 > MOST_ROWS:
        words = N_(
            "La réponse a {rows} lignes et une feuille de calcul en tient {most}",
            rows=Number(len(rows)),
            most=Number(MOST_ROWS - 1),
        )
        raise SheetTooSmall(words, MOST_ROWS - 1)
    if len(rows.columns) > MOST_COLUMNS:
        words = N_(
            "La réponse a {columns} colonnes et une feuille de calcul en tient {most}",
            columns=Number(len(rows.columns)),
            most=Number(MOST_COLUMNS),
        )
        raise SheetTooSmall(words, MOST_COLUMNS)
    for number, row in enumerate(rows.rows, 1):
        for name, value in zip(rows.columns, row, strict=True):
            # A character is one or two UTF-16 units: short texts need no count.
            if isinstance(value, str) and len(value) > LONGEST_TEXT // 2 and _units(value) > LONGEST_TEXT:
                words = N_(
                    "Ligne {row}, colonne « {name} » : le texte a {length} caractères et une cellule en tient {most}",
                    row=number,
                    name=name,
                    length=Number(_units(value)),
                    most=Number(LONGEST_TEXT),
                )
                raise SheetTooSmall(words, LONGEST_TEXT)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _write_results(book: Workbook, sheet: Worksheet, rows: Rows) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    write = _writer(book, sheet)
    codes = [is_code(name) for name in rows.columns]
    for column, name in enumerate(rows.columns):
        sample = (len(plain(row[column])) for row in rows.rows[:_SAMPLE])
        sheet.set_column(column, column, min(60, max([len(name) + 3, *sample]) + 1))
        sheet.write_string(0, column, name, head)
    for line, row in enumerate(rows.rows, 1):
        for column, value in enumerate(row):
            if value is not None:
                write(line, column, value, codes[column])
    if rows.columns:
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(rows.columns) - 1)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _writer(book: Workbook, sheet: Worksheet) -> Callable[[int, int, Value, bool], None]:
    code = book.add_format({"num_format": "@"})
    formats: dict[type, Format] = {
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        time: book.add_format({"num_format": "hh:mm:ss"}),
    }
    zoned = book.add_format({"num_format": 'yyyy-mm-dd hh:mm:ss "UTC"'})
    unmarked = book.add_format()

    def text(line: int, column: int, value: str, of_code: bool = False) -> None:
        if _MARKUP.fullmatch(value):  # the library takes such a text for markup of its own, and writes it raw
            sheet.write_rich_string(line, column, unmarked, value[:1], unmarked, value[1:])
        else:
            sheet.write_string(line, column, value, code if of_code else None)

    def write(line: int, column: int, value: Value, of_code: bool) -> None:
        if isinstance(value, bool):
            sheet.write_boolean(line, column, value)
        elif isinstance(value, str):
            text(line, column, value, of_code)
        elif of_code or not _fits(value):
            text(line, column, plain(value), of_code)
        elif isinstance(value, int | float | Decimal):
            sheet.write_number(line, column, float(value) if isinstance(value, Decimal) else value)
        elif isinstance(value, datetime) and value.tzinfo:
            sheet.write_datetime(line, column, value.astimezone(UTC).replace(tzinfo=None), zoned)
        elif value is not None:
            sheet.write_datetime(line, column, value, formats[type(value)])

    return write


def _fits(value: Value) -> bool:
    """Say whether a spreadsheet keeps the value as it is in a cell of its type."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int | Decimal):
        return -_EXACT < value < _EXACT
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value) >= _FIRST_DAY
    return not (isinstance(value, time) and value.tzinfo)


def _write_about(book: Workbook, sheet: Worksheet, about: Mapping[str, str], language: str) -> None:
    """Write the entries one under the other; a text too long for a cell (a query) goes on in the next ones."""
    name_format = book.add_format({"bold": True, "valign": "top"})
    value_format = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    line = 0
    half, more = LONGEST_TEXT // 2, gettext(" (suite)", language)
    for name, value in about.items():
        pieces = [value[start : start + half] for start in range(0, len(value), half)] or [""]
        for number, piece in enumerate(pieces):
            sheet.write_string(line, 0, name if number == 0 else name + more, name_format)
            if _MARKUP.fullmatch(piece):
                piece = " " + piece
            sheet.write_string(line, 1, piece, value_format)
            line += 1
