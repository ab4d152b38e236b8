"""Workbooks read back by another library: types, codes, no formulas, the sheet of origin, and the bounds."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from xml.etree import ElementTree

import openpyxl
import pytest
from ancrage.api.render import spreadsheets
from ancrage.api.render.spreadsheets import SheetTooSmall, to_xlsx
from ancrage.graph.sparql.results import Blank, Iri, Rows, Text, Value
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

ABOUT = {"Question": "territory-sites", "Date": "2026-01-31", "Licence": "Licence Ouverte 2.0"}
MADE = datetime(2026, 1, 31)


def _book(rows: Rows, about: dict[str, str] | None = None) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(rows, about or ABOUT)))


def _cells(rows: Rows) -> list[list[object]]:
    return [list(row) for row in _book(rows)["Résultats"].iter_rows(min_row=2, values_only=True)]


def test_cells_have_the_type_of_their_value() -> None:
    values: list[Value] = [
        3, -1.5, Decimal("12.25"), True, date(2026, 1, 31), datetime(2026, 1, 31, 8, 30), time(8, 30),
        "texte", Text("Savoie", "fr"), Iri("https://e.org/x"), Blank("b0"), None,
    ]  # fmt: skip
    columns = [f"c{letter}" for letter in "abcdefghijkl"]
    [row] = _book(Rows(columns, [values]))["Résultats"].iter_rows(min_row=2)
    assert [cell.value for cell in row] == [
        3, -1.5, 12.25, True, datetime(2026, 1, 31), datetime(2026, 1, 31, 8, 30), time(8, 30),
        "texte", "Savoie", "https://e.org/x", "b0", None,
    ]  # fmt: skip
    assert [cell.data_type for cell in row] == [*"nnnbddd", *"ssss", "n"]
    assert row[4].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize(
    "code", ["01", "38185", "200040715", "130026081", "0383546Y", "2A004", "1E5", "TRUE"]
)
def test_a_text_of_figures_stays_text_in_any_column(code: str) -> None:
    [row] = _cells(Rows(["commune", "code"], [[code, code]]))
    assert row == [code, code]


def test_a_column_of_codes_is_text_even_where_the_data_say_a_number() -> None:
    [row] = _cells(Rows(["siren", "formerCode", "year", "n"], [[130026081, 38185, 2026, 38185]]))
    assert row == ["130026081", "38185", 2026, 38185]


def test_what_a_spreadsheet_would_change_stays_text() -> None:
    rows = Rows(
        ["big", "nan", "inf", "old", "older", "zoned"],
        [
            [
                12345678901234567890, float("nan"), float("-inf"), date(1830, 7, 27),
                datetime(1900, 1, 15, 12), datetime.fromisoformat("2026-01-31T08:30:00+01:00"),
            ]
        ],
    )  # fmt: skip
    [row] = _cells(rows)
    assert row[:5] == ["12345678901234567890", "NaN", "-INF", "1830-07-27", "1900-01-15T12:00:00"]
    assert row[5] == datetime(2026, 1, 31, 7, 30)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", '=HYPERLINK("http://e.org")', "{=1}", "+1", "-1+2", "@SUM(A1)", "\t=1", "http://e.org/",
        "internal:A1", "<r>x</r>", "<r><t>x</t></r>", "<r>\n</r>", "_x0041_", "a\x01b", " bords ",
        "ligne\nligne", "&amp;<b>",
    ],
)  # fmt: skip
def test_nothing_is_a_formula_a_link_or_markup(text: str) -> None:
    content = to_xlsx(Rows(["x", "code"], [[text, text]]), {"Requête": text, text: "valeur"})
    book = openpyxl.load_workbook(io.BytesIO(content), rich_text=False)
    for cell in book["Résultats"][2]:
        assert cell.data_type == "s"
        assert cell.hyperlink is None
        assert unescape(str(cell.value)) == text
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(parts.read(name))
        sheets = b"".join(parts.read(f"xl/worksheets/sheet{n}.xml") for n in (1, 2))
    assert b"<f>" not in sheets
    assert b"<hyperlink" not in sheets


@settings(deadline=None, max_examples=30)  # a workbook takes a while to write and read
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r_")), max_size=8))
def test_any_text_comes_back(texts: list[str]) -> None:
    read = [unescape(str(row[0] or "")) for row in _cells(Rows(["x"], [[t] for t in texts]))]
    assert read == texts or not any(texts)


def test_the_header_is_frozen_and_filterable() -> None:
    sheet = _book(Rows(["a", "b"], [["x", 1], ["y", 2]]))["Résultats"]
    assert [cell.value for cell in sheet[1]] == ["a", "b"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B3"


def test_the_origin_is_told_on_its_own_sheet() -> None:
    query = "SELECT * { ?s ?p ?o }\n" * 4000
    book = _book(Rows(["a"], []), {**ABOUT, "Requête": query})
    assert book.sheetnames == ["Résultats", "À propos"]
    told = [(str(name), str(value)) for name, value in book["À propos"].iter_rows(values_only=True)]
    assert dict(told[:3]) == ABOUT
    assert [name for name, _ in told[3:]] == ["Requête", *["Requête (suite)"] * (len(told) - 4)]
    assert "".join(value for _, value in told[3:]) == query


def test_sheets_are_named_in_the_language_of_the_file() -> None:
    content = to_xlsx(Rows(["a"], []), {"Query": "x" * 40_000}, MADE, "en")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Results", "About"]
    assert [cell.value for cell in book["About"]["A"]][:2] == ["Query", "Query (continued)"]


def test_an_answer_without_rows_or_columns_is_still_a_workbook() -> None:
    assert _cells(Rows(["a"], [])) == []
    assert _book(Rows([], [[], []])).sheetnames == ["Résultats", "À propos"]


def test_the_same_answer_gives_the_same_bytes() -> None:
    rows = Rows(["a"], [["x"]])
    assert to_xlsx(rows, ABOUT, MADE) == to_xlsx(rows, ABOUT, MADE)


def test_what_a_worksheet_cannot_hold_is_refused() -> None:
    with pytest.raises(
        SheetTooSmall, match=r"1\s048\s576 lignes et une feuille de calcul en tient 1\s048\s575"
    ) as error:
        to_xlsx(Rows(["a"], [[None]] * 1_048_576), ABOUT)
    assert error.value.limit == 1_048_575
    with pytest.raises(SheetTooSmall, match=r"16\s385 colonnes"):
        to_xlsx(Rows([f"c{n}" for n in range(16_385)], []), ABOUT)
    with pytest.raises(SheetTooSmall, match=r"Ligne 2, colonne « wkt » : le texte a 32\s768 caractères"):
        to_xlsx(Rows(["wkt"], [["x" * 32_767], ["é" * 32_768]]), ABOUT)
    with pytest.raises(SheetTooSmall, match=r"32\s770 caractères"):
        to_xlsx(Rows(["wkt"], [["😀" * 16_385]]), ABOUT)


def test_the_last_row_of_a_worksheet_is_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 4)
    assert len(_cells(Rows(["a"], [["x"]] * 3))) == 3
    with pytest.raises(SheetTooSmall):
        to_xlsx(Rows(["a"], [["x"]] * 4), ABOUT)
