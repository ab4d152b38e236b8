"""What is wrong in a partner's files is told in the cells of a copy."""

from pathlib import Path

import polars as pl
from ancrage.loaders.read.source import Source, read_inputs
from ancrage.loaders.workbook.marking import write_marked
from ancrage.loaders.workbook.template import write_workbook
from openpyxl import load_workbook


def test_a_workbook_keeps_its_look_and_gets_its_faults_as_comments_in_colour(tmp_path: Path) -> None:
    path, copy = tmp_path / "modele.xlsx", tmp_path / "corrige.xlsx"
    rows = pl.DataFrame(
        {"id": ["s-1", "s-2"], "label_fr": ["Stage", "Autre"], "types": ["internship", "staje"]}
    )
    with path.open("wb") as file:
        write_workbook(file, ("sites",), rows={"interactions": rows})
    faults = read_inputs(Source.named("exchange"), [path]).rejected
    assert write_marked([path], faults, copy) == 1
    sheet = load_workbook(copy)["Interactions"]
    (cell,) = [cell for row in sheet for cell in row if cell.comment]
    assert cell.coordinate == "D5" and cell.value == "staje" and cell.fill.fgColor.rgb == "00FFC7CE"
    assert (
        cell.comment
        and "« staje » est inconnu ; le plus proche est « internship » (stage)." in cell.comment.text
    )
    assert sheet.freeze_panes == "B3" and sheet.row_dimensions[1].hidden and sheet.data_validations.count


def test_what_is_wrong_in_a_merged_cell_is_told_once_where_it_is_seen(tmp_path: Path) -> None:
    path, copy = tmp_path / "modele.xlsx", tmp_path / "corrige.xlsx"
    rows = pl.DataFrame(
        {"id": ["s-1", "s-2", "s-3"], "label_fr": ["a", "b", "c"], "types": ["staje", None, None]}
    )
    with path.open("wb") as file:
        write_workbook(file, (), rows={"interactions": rows})
    book = load_workbook(path)
    book["Interactions"].merge_cells("D4:D6")
    book.save(path)
    faults = read_inputs(Source.named("exchange"), [path]).rejected
    assert faults["row"].to_list() == [4, 5, 6]
    assert write_marked([path], faults, copy) == 1
    sheet = load_workbook(copy)["Interactions"]
    (cell,) = [cell for row in sheet for cell in row if cell.comment]
    assert cell.coordinate == "D4" and cell.comment and cell.comment.text.count("staje") == 1


def test_csv_files_become_sheets_of_text(tmp_path: Path) -> None:
    folder, copy = tmp_path / "dossier", tmp_path / "corrige.xlsx"
    folder.mkdir()
    (folder / "Lieux.csv").write_text(
        "Identifiant;Nom;Commune\na;=1+1;01053\nb;Autre;ici même\n", encoding="utf-8"
    )
    faults = read_inputs(Source.named("exchange"), [folder]).rejected
    assert write_marked([folder], faults, copy) == 2
    sheet = load_workbook(copy)["Lieux"]
    assert "formule" in sheet["B2"].comment.text
    assert sheet["C3"].comment and sheet["C2"].value == "01053" and sheet["B2"].data_type == "s"
    assert write_marked([folder], faults.clear(), tmp_path / "rien.xlsx") == 0
    assert not (tmp_path / "rien.xlsx").exists()
