"""A table of names linked to the register: what is added, what is kept, what is told."""

from pathlib import Path

import polars as pl
import pytest
from ancrage.loaders.publish.linked_tables import ADDED, link_table
from ancrage.loaders.register.linkage import Register, link
from ancrage.loaders.register.record import Record
from ancrage.loaders.sources.declaration import SourceError


@pytest.fixture
def register() -> Register:
    found = Register()
    heads = (
        Record(
            "organization/0383546Y",
            ("Université Grenoble Alpes",),
            identifiers=frozenset(["uai:0383546Y"]),
            group="public",
        ),
        Record(
            "organization/537455982", ("Aledia",), identifiers=frozenset(["siren:537455982"]), group="company"
        ),
        Record("organization/201320573K", ("Laboratoire Réactions et Génie des Procédés",), group="unit"),
    )
    link(heads, found)
    return found


def written(folder: Path, text: str) -> Path:
    path = folder / "noms.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_are_linked_explained_and_kept(tmp_path: Path, register: Register) -> None:
    text = "Nom;SIREN;note\nUniv. Grenoble-Alpes;;a\n;537 455 982;b\nLaboratoire Réaction et Géni des Procédés;;c\nInconnu;;d\n"
    linked = link_table(written(tmp_path, text), register)
    assert linked.frame.columns == ["Nom", "SIREN", "note", *ADDED]
    assert linked.frame["note"].to_list() == ["a", "b", "c", "d"]
    assert linked.frame["organization"].to_list() == [
        "organization/0383546Y",
        "organization/537455982",
        None,
        None,
    ]
    assert linked.frame["rule"].to_list() == ["name", "identifier", None, None] and linked.rules == {
        "name": 1,
        "identifier": 1,
    }
    [proposed] = linked.frame["proposals"].drop_nulls().to_list()
    assert proposed.startswith("organization/201320573K Laboratoire Réactions")


@pytest.mark.parametrize("value", ["537455983", "3,44162E+13"])
def test_a_broken_number_is_told_with_its_cell_and_not_used(
    tmp_path: Path, register: Register, value: str
) -> None:
    linked = link_table(
        written(tmp_path, f"siren;nom\n{value};Aledia SAS\n".replace(value, f'"{value}"')), register
    )
    [fault] = linked.faults
    assert "noms.csv, ligne 2, colonne « siren »" in fault["fr"] and value in fault["en"]
    assert linked.frame["rule"].to_list() == ["name"], "the name still links it"


def test_a_number_of_another_name_links_and_is_told(tmp_path: Path, register: Register) -> None:
    linked = link_table(written(tmp_path, "siren;nom\n537455982;Scierie du Vercors\n"), register)
    [fault] = linked.faults
    assert fault["fr"].startswith("noms.csv, ligne 2 : 537455982 est le numéro de « Aledia »")
    assert linked.frame["rule"].to_list() == ["identifier"]


def test_a_table_without_names_or_numbers_is_refused(tmp_path: Path, register: Register) -> None:
    with pytest.raises(SourceError, match="ni colonne de noms"):
        link_table(written(tmp_path, "a;b\n1;2\n"), register)


def test_a_worksheet_is_read_as_a_csv(tmp_path: Path, register: Register) -> None:
    path = tmp_path / "noms.xlsx"
    pl.DataFrame({"Organisation": ["ALEDIA S.A.S."]}).write_excel(path)
    assert link_table(path, register).frame["organization"].to_list() == ["organization/537455982"]
