"""What is wrong in a partner's files is told by the headings that these files have, wherever it is told."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.publish.stage import RejectedRows
from ancrage.loaders.read.headers import Headers
from ancrage.loaders.read.source import Inputs, Source, SourceError, read_inputs
from ancrage.loaders.workbook.template import write_workbook
from openpyxl import load_workbook


def read(*paths: Path) -> Inputs:
    return read_inputs(Source.named("exchange"), paths)


def sheet(path: Path, *rows: Sequence[object], name: str = "Interactions") -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(name)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def table(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_rejected_cell_is_told_by_the_heading_of_its_sheet_and_by_its_letter(tmp_path: Path) -> None:
    head = ["Identifiant *", "Types d’interaction", "Premier\njour"]
    found = read(sheet(tmp_path / "a.xlsx", head, ["s-1", "Stage", "hier"]))
    [said] = found.first_rejections()
    assert said["fr"].startswith(
        "a.xlsx › Interactions, ligne 2, colonne « Premier jour » (C2), valeur « hier » : "
    )
    assert found.rejected["column"].to_list() == ["Premier jour"]


def test_our_names_are_told_where_the_file_has_them(tmp_path: Path) -> None:
    found = read(table(tmp_path / "interactions.csv", "id,types,Premier jour\ns-1,staje,hier\n"))
    assert found.rejected.select("column", "value").rows() == [("Premier jour", "hier"), ("types", "staje")]


def test_the_workbook_that_people_fill_is_told_by_its_titles_and_not_by_its_hidden_names(
    tmp_path: Path,
) -> None:
    path = tmp_path / "modele.xlsx"
    rows = pl.DataFrame({"id": ["s-1"], "types": ["internship"], "start": ["hier"]})
    with path.open("wb") as file:
        write_workbook(file, (), rows={"interactions": rows})
    assert read(path).rejected["column"].to_list() == ["Premier jour"]


def test_what_is_read_otherwise_emptied_or_taken_out_is_told_by_the_headings_of_the_file(
    tmp_path: Path,
) -> None:
    given = (
        "Identifiant;Nom en français;Classe;Numéro SIREN\n"
        "a;Soci√©t√© A;Company;552100551\nb;Atelier / Jeanne Canari;Company;\n"
    )
    said = [one["fr"] for one in read(table(tmp_path / "organizations.csv", given)).warnings]
    assert said == [
        "organizations.csv, ligne 2, colonne « Nom en français » : « Soci√©t√© A » est lu « Société A ».",
        "organizations.csv, ligne 2, colonne « Numéro SIREN » : la clé de « 552100551 » est fausse, il ne rapproche personne.",
        "organizations.csv, colonne « Nom en français », ligne 3 : nom de personne, courriel ou téléphone retiré.",
    ]


def test_a_column_that_lacks_is_named_as_the_others_are(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="n'a pas de colonne « Interaction ou évènement »"):
        read(table(tmp_path / "participations.csv", "Identifiant;Organisation;Rôles\n1;a;Partenaire\n"))
    with pytest.raises(SourceError, match="n'a pas de colonne « interaction »"):
        read(table(tmp_path / "participations.csv", "id;organization;roles\n1;a;Partenaire\n"))


def test_the_file_of_rejected_rows_has_the_same_words(tmp_path: Path) -> None:
    given = table(tmp_path / "interactions.csv", "Identifiant;Types d'interaction\ns-1;staje\n")
    with pytest.raises(RejectedRows, match="colonne « Types d'interaction »"):
        Pipeline(tmp_path / "data").load("exchange", [given], publish=False)
    [path] = (tmp_path / "data" / "rejected").iterdir()
    assert pl.read_csv(path)["column"].to_list() == ["Types d'interaction"]


def test_small_counts_and_places_that_count_nowhere_are_told_by_the_headings_of_the_file(
    tmp_path: Path,
) -> None:
    given = "Identifiant;Types d'interaction;Effectif;Territoires où elle a lieu\ns-1;Stage;2;38185\n"
    folder = tmp_path / "dossier"
    folder.mkdir()
    table(folder / "interactions.csv", given)
    report = Pipeline(tmp_path / "data").load("exchange", [folder], publish=False)
    said = "\n".join(one["fr"] for one in report.warnings)
    assert "interactions.csv, colonne « Effectif » : 1 valeur sous le seuil" in said
    assert "« Territoires où elle a lieu »" in said and "« Commune depuis laquelle elle prend part »" in said


def test_two_columns_of_one_heading_are_told_apart(tmp_path: Path) -> None:
    headers = Headers()
    headers.add("events", "a.xlsx", "start", "Date", "A")
    headers.add("events", "a.xlsx", "end", "Date", "B")
    assert headers.cell("a.xlsx", "start", 2)["fr"] == "a.xlsx, ligne 2, colonne « Date » (A2)"
    assert headers.cell("a.xlsx", "end", 2)["fr"] == "a.xlsx, ligne 2, colonne « Date (end) » (B2)"
    headers.write(tmp_path / "headers.json")
    assert Headers.read(tmp_path / "headers.json").headings == headers.headings
    assert Headers.read(tmp_path / "absent.json") == Headers()


# --- Columns that are not read -------------------------------------------------------------------------------


def test_a_column_without_a_heading_is_told_by_its_letter_if_it_has_values(tmp_path: Path) -> None:
    rows = (["s-1", "Stage", "vu", "", "oui"], ["s-2", "Stage", "vu", "", ""])
    found = read(sheet(tmp_path / "a.xlsx", ["Identifiant", "Types d'interaction", "", "", " "], *rows))
    end = "Donnez-lui un intitulé du modèle, ou effacez-la."
    assert [one["fr"] for one in found.warnings] == [
        f"a.xlsx › Interactions : la colonne C, sans intitulé, a 2 valeurs ; elles ne sont pas lues. {end}",
        f"a.xlsx › Interactions : la colonne E, sans intitulé, a 1 valeur ; elle n'est pas lue. {end}",
    ]
    assert found.signalled == []
    text = table(tmp_path / "interactions.csv", "id,types,\ns-1,Stage,vu\n")
    assert [one["fr"] for one in read(text).warnings] == [
        f"interactions.csv : la colonne C, sans intitulé, a 1 valeur ; elle n'est pas lue. {end}"
    ]


def test_a_column_added_to_the_workbook_that_people_fill_is_told_by_its_title(tmp_path: Path) -> None:
    path = tmp_path / "modele.xlsx"
    rows = pl.DataFrame({"id": ["s-1"], "types": ["internship"]})
    with path.open("wb") as file:
        write_workbook(file, (), rows={"interactions": rows})
    book = load_workbook(path)
    page = book["Interactions"]
    added = page.max_column + 1
    page.cell(2, added).value, page.cell(4, added).value = "Vu par le service", "oui"
    book.save(path)
    found = read(path)
    assert found.signalled == ["modele.xlsx › Interactions : Vu par le service"]
    assert "la colonne « Vu par le service » est inconnue, elle n'est pas lue" in "\n".join(
        one["fr"] for one in found.warnings
    )
