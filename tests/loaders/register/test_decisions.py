"""Decisions on links: what a person accepted or refused is read as written, and a wrong row is told with its place."""

from pathlib import Path

import pytest
from ancrage.loaders.register.decisions import DecisionError, read_decisions

HEADER = "record,body,decision,by,date,why\n"


def written(folder: Path, *rows: str) -> Path:
    path = folder / "decisions.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_codes_and_paths_are_read(tmp_path: Path) -> None:
    found = read_decisions(
        written(
            tmp_path,
            "anr-pia-0123456789,0383546Y,accept,guichet,2026-11-28,même campus",
            "organization/1,organization/2,Refuse,guichet,,",
        )
    )
    assert found.acceptances == {"organization/anr-pia-0123456789": "organization/0383546Y"}
    assert found.refusals == {frozenset(("organization/1", "organization/2"))}
    assert not read_decisions(tmp_path / "none.csv").acceptances


@pytest.mark.parametrize(
    ("rows", "row", "column"),
    [
        (["1,2,perhaps,,,"], 2, "decision"),
        (["1,,accept,,,"], 2, "body"),
        (["1,1,accept,,,"], 2, "body"),
        (["1,2,accept,,28/11/2026,"], 2, "date"),
        (["1,2,accept,,,", "1,3,accept,,,"], 3, "body"),
        (["1,2,accept,,,", "2,1,refuse,,,"], 2, "decision"),
        (["1,2,accept,,,", "2,3,accept,,,"], 2, "body"),
        (["1 b,2,accept,,,"], 2, "record"),
    ],
)
def test_a_wrong_row_is_told_with_its_place(tmp_path: Path, rows: list[str], row: int, column: str) -> None:
    with pytest.raises(DecisionError) as told:
        read_decisions(written(tmp_path, *rows))
    assert (told.value.row, told.value.column) == (row, column)
    assert f"decisions.csv, ligne {row}" in told.value.message["fr"]


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DecisionError, match="record"):
        read_decisions(path)


def test_what_a_spreadsheet_writes_is_read_or_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    text = "record;body;decision;why\n1;2;accept;même unité\n"
    path.write_text(text, encoding="utf-8-sig")
    assert read_decisions(path).acceptances == {"organization/1": "organization/2"}
    path.write_text(text, encoding="cp1252")
    with pytest.raises(DecisionError) as told:
        read_decisions(path)
    assert told.value.message["fr"].startswith("decisions.csv, ligne 2 : le texte n’est pas en UTF-8")


def test_a_missing_column_or_cell_shows_no_empty_value(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("record,body\n1,2\n", encoding="utf-8")
    with pytest.raises(DecisionError) as told:
        read_decisions(path)
    assert told.value.message["fr"] == "decisions.csv, ligne 1, colonne « decision » : cette colonne manque."
