"""A table for review: what a person marks in it is kept with the decisions, and stays."""

import csv
from datetime import date
from pathlib import Path

import pytest
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.publish.register import register_of, tables_of
from ancrage.loaders.publish.review import keep_decisions, review_table
from ancrage.loaders.publish.staging import SourceVersions
from ancrage.loaders.register.decisions import DECISIONS, DecisionError, read_decisions

ORGANIZATIONS = """id,kind,label_fr,siren
518344049,Company,KAPTEOS,518344049
un,Company,KAPTEOS SAS / R&D,
deux,Company,Scierie Dupin du Vercors,
trois,Company,Sciérie Dupain du Vercors,
"""
HEAD = "record,record_name,body,decision,by,date,why\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("partner")
    (folder / "about.csv").write_text(
        "key,value\nname,partner\ntitle,Essai\npublisher,Essai\n", encoding="utf-8"
    )
    (folder / "organizations.csv").write_text(ORGANIZATIONS, encoding="utf-8")
    data = tmp_path_factory.mktemp("data")
    Pipeline(data).load("exchange", [folder])
    return data


def test_a_marked_table_is_put_back_and_changes_what_is_linked(data: Path, tmp_path: Path) -> None:
    tables = tables_of(SourceVersions(data).current())
    register, links = register_of(tables)
    table = review_table(tables, register, links)
    rows = {(row["record"], row["body"]): row for row in table.iter_rows(named=True)}
    assert rows["partner-un", "518344049"]["rule"] == "segment"
    (pair,) = [pair for pair, row in rows.items() if row["rule"] == "likeness"]
    assert {*pair} == {"partner-deux", "partner-trois"}

    marked = tmp_path / "marked.csv"
    with marked.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, table.columns)
        writer.writeheader()
        for (record, _), row in rows.items():
            writer.writerow(row | {"decision": "split" if record == "partner-un" else "accept"})
    assert keep_decisions(marked, tmp_path, "guichet", date(2026, 11, 28)) == 2
    assert keep_decisions(marked, tmp_path, "guichet") == 0, "what is decided is not decided twice"
    assert "guichet,2026-11-28" in (tmp_path / DECISIONS).read_text(encoding="utf-8")
    _, after = register_of(tables, read_decisions(tmp_path / DECISIONS))
    assert [(link.record, link.rule) for link in after] == [(f"organization/{pair[0]}", "decision")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("1,un,2,maybe,guichet,2026-11-28,", "decision"),
        ("1,un,2,refuse,guichet,2026-11-28,", "decision"),  # accepted before
        ("3,un,4,accept,Jeanne Dupont,2026-11-28,", "by"),
        ("3,un,4,accept,,2026-11-28,", "by"),
    ],
)
def test_a_row_that_cannot_be_kept_is_told_and_nothing_is_kept(tmp_path: Path, row: str, column: str) -> None:
    kept = tmp_path / DECISIONS
    kept.write_text("record,body,decision,by,date,why\n1,2,accept,guichet,2026-11-27,\n", encoding="utf-8")
    before = kept.read_text(encoding="utf-8")
    marked = tmp_path / "marked.csv"
    marked.write_text(HEAD + "5,cinq,6,,,,\n" + row + "\n", encoding="utf-8")
    with pytest.raises(DecisionError) as told:
        keep_decisions(marked, tmp_path)
    assert (told.value.file, told.value.row, told.value.column) == (marked, 3, column)
    assert kept.read_text(encoding="utf-8") == before
