"""Merged cells of a partner's workbook: read down where rows say the same, told with their place in every case."""

import zipfile
from pathlib import Path

import polars as pl
from ancrage.loaders.read.merged import merged_cells
from ancrage.loaders.read.source import Inputs, Source, read_inputs
from openpyxl import Workbook, load_workbook

from .test_cells import opendocument

HEADER = ["Identifiant", "Interaction", "Organisation", "Rôle", "Part du financement", "Commune"]
ROWS: list[list[str | float | None]] = [
    ["p1", "stage-12", "0383546Y", "encadrement", 0.5, "38185"],
    ["p2", None, "130026081", "demande", None, None],
    ["p3", None, "ma-scierie", "demande", None, None],
    ["p4", "stage-13", "ma-scierie", "demande", None, None],
]


def book(path: Path, *merged: str, title: str = "") -> Path:
    made = Workbook()
    made.active.title = "Lisez-moi"  # type: ignore[union-attr]
    sheet = made.create_sheet("Participations")
    for row in ([[title], HEADER] if title else [HEADER]) + ROWS:
        sheet.append(row)
    for one in merged:
        sheet.merge_cells(one)
    made.save(path)
    return path


def read(path: Path) -> Inputs:
    return read_inputs(Source.named("exchange"), [path])


def column(inputs: Inputs, name: str) -> list[str | None]:
    return inputs.tables["participations"].sort("_row")[name].to_list()


def test_a_merged_reference_and_a_merged_place_are_read_in_each_of_their_rows(tmp_path: Path) -> None:
    inputs = read(book(tmp_path / "a.xlsx", "B2:B4", "F2:F5"))
    assert column(inputs, "interaction") == ["stage-12", "stage-12", "stage-12", "stage-13"]
    assert column(inputs, "place") == ["38185"] * 4
    told = [one["fr"] for one in inputs.warnings]
    where = "a.xlsx › Participations"
    assert f"{where} : les cellules B2:B4 sont fusionnées ; « stage-12 » est lu de B2 à B4." in told
    assert inputs.rejected.is_empty()


def test_what_belongs_to_one_row_is_not_copied_and_the_range_is_told(tmp_path: Path) -> None:
    inputs = read(book(tmp_path / "a.xlsx", "A4:A5", "B2:B4", "E2:E3", "D5:E5"))
    assert column(inputs, "id") == ["p1", "p2", "p3", None]
    assert column(inputs, "funding") == ["0.5", None, None, None]
    told = [one["fr"] for one in inputs.warnings]
    for span, first in (("A4:A5", "A4"), ("E2:E3", "E2"), ("D5:E5", "D5")):
        assert any(f"les cellules {span} sont fusionnées ; seule {first} est lue." in one for one in told), (
            span
        )


def test_rows_are_counted_below_a_title_whose_own_cells_are_merged(tmp_path: Path) -> None:
    inputs = read(book(tmp_path / "a.xlsx", "A1:F1", "B3:B5", title="Stages de 2026"))
    assert column(inputs, "interaction") == ["stage-12", "stage-12", "stage-12", "stage-13"]
    assert sum("fusionnées" in one["fr"] for one in inputs.warnings) == 1


def test_a_value_that_stands_below_is_not_replaced(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as before:
        parts = {one: before.read(one) for one in before.namelist()}
    sheet = "xl/worksheets/sheet2.xml"  # some programs keep what they hide
    parts[sheet] = parts[sheet].replace(
        b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="B2:B5"/></mergeCells>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name, content in parts.items():
            after.writestr(name, content)
    assert column(read(path), "interaction") == ["stage-12", "stage-12", "stage-12", "stage-13"]


def test_the_whole_height_of_a_sheet_is_merged_without_a_cost(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx")
    made = load_workbook(path)
    made["Participations"].merged_cells.add("B5:B1048576")
    made.save(path)
    assert [str(one) for one in merged_cells(path, "Participations")] == ["B5:B1048576"]
    assert merged_cells(path, "Lisez-moi") == []
    frame = read(path).tables["participations"]
    assert frame.filter(pl.col("interaction") == "stage-13").height == 1


def test_merged_cells_of_an_opendocument_workbook_are_read_in_the_same_way(tmp_path: Path) -> None:
    rows = [["" if cell is None else f"{cell}" for cell in row] for row in ROWS]
    path = opendocument(tmp_path / "a.ods", "Participations", HEADER, *rows)
    with zipfile.ZipFile(path) as before:
        parts = {one: before.read(one) for one in before.namelist()}
    cell = b'<table:table-cell office:value-type="string"><text:p>%b</text:p></table:table-cell>'
    empty = cell % b""
    content = parts["content.xml"].replace(
        empty * 2, b'<table:table-cell table:number-columns-repeated="2"/>'
    )
    content = content.replace(empty, b"<table:covered-table-cell/>")  # B3 and B4
    for value, span in ((b"stage-12", b"rows-spanned='3'"), (b"ma-scierie", b"columns-spanned='2'")):
        first = b"<table:table-cell table:number-%b " % span
        content = content.replace(cell % value, (cell % value).replace(b"<table:table-cell ", first), 1)
    parts["content.xml"] = content
    with zipfile.ZipFile(path, "w") as after:
        for name, part in parts.items():
            after.writestr(name, part)
    assert [str(one) for one in merged_cells(path, "Participations")] == ["B2:B4", "C4:D4"]
    inputs = read(path)
    assert column(inputs, "interaction") == ["stage-12", "stage-12", "stage-12", "stage-13"]
    told = [one["fr"] for one in inputs.warnings]
    where = "a.ods › Participations"
    assert f"{where} : les cellules B2:B4 sont fusionnées ; « stage-12 » est lu de B2 à B4." in told
    assert f"{where} : les cellules C4:D4 sont fusionnées ; seule C4 est lue." in told


def test_a_broken_opendocument_workbook_has_no_merged_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    for content in (
        "<a",
        '<t:table-cell xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0" t:number-rows-spanned="x"/>',
    ):
        with zipfile.ZipFile(path, "w") as parts:
            parts.writestr("content.xml", content)
        assert merged_cells(path, "Participations") == []
