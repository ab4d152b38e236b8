"""A block is declared once: one that is added is in the page, at its own address in every format, and in the dossier."""

from __future__ import annotations

import csv
import io
from importlib import import_module
from zipfile import ZipFile

import pytest
from ancrage.api.render.blocks.block import Block
from ancrage.api.render.blocks.tables import Column, Table
from ancrage.words import N_, Named
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from pypdf import PdfReader

HTML = {"Accept": "text/html"}
PAGES = "ancrage.api.pages"
#: A page of blocks, and the declarations that it reads.
SUBJECTS = {
    "/territoires/epci/200040715": (f"{PAGES}.territory.blocks", "BLOCKS"),
    "/territoires/commune/38901": (f"{PAGES}.territory.outside_blocks", "BLOCKS"),
    "/acteurs/0383546Y": (f"{PAGES}.actor.blocks", "INSTITUTION"),
    "/formations/parcoursup-09babf0f7d": (f"{PAGES}.programme.blocks", "BLOCKS"),
    "/filieres/timber-construction": (f"{PAGES}.value_chain.blocks", "BLOCKS"),
    "/ce-qui-manque": (f"{PAGES}.missing.territories", "BLOCKS"),
}

#: Where, on a page of tabs, a block stands that names no tab.
TABS = {"/territoires/epci/200040715": "/qui-est-la"}


def bridges(*context: object) -> Table:
    """Make the table of the added block: a link, a number, a value that is missing."""
    return Table(
        (Column("bridge", N_("Pont"), "link"), Column("spans", N_("Travées"), "number")),
        [
            {"bridge": "Pont d’essai", "bridge_iri": "territory/commune/38185", "spans": 7},
            {"bridge": "Autre pont", "bridge_iri": None, "spans": None, "status": "missing"},
        ],
        notes=(Named("Compté pour essai."),),
    )


ADDED = Block("ponts", Named("Ponts"), make=bridges, definition=Named("Ce qui franchit une rivière."))


@pytest.mark.parametrize("base", SUBJECTS)
def test_an_added_block_is_everywhere(example: TestClient, base: str) -> None:
    module, name = SUBJECTS[base]
    declared: list[Block] = getattr(import_module(module), name)
    declared.append(ADDED)
    try:
        _in_all(example, base)
    finally:
        declared.remove(ADDED)


def _in_all(example: TestClient, base: str) -> None:
    address = f"{base}/ponts"
    whole = example.get(f"{base}{TABS.get(base, '')}?essai=ponts", headers=HTML)
    assert whole.status_code == 200 and f'href="{address}' in whole.text and "Ponts" in whole.text
    for page in (address, f"{address}?embed=1"):
        alone = example.get(page, headers=HTML).text
        assert "Ponts" in alone and "Pont d’essai" in alone and "Compté pour essai." in alone and "∅" in alone
    rows = list(csv.DictReader(io.StringIO(example.get(f"{address}?format=csv").text)))
    assert rows[0]["spans"] == "7" and rows[0]["bridge_iri"].endswith("/commune/38185")
    assert "Pont d’essai;" in example.get(f"{address}?format=csv-fr").content.decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(example.get(f"{address}?format=xlsx").content))["Résultats"]
    assert [cell.value for cell in sheet[2]][::2] == ["Pont d’essai", 7]
    told = example.get(address, headers={"Accept": "application/json"}).json()
    assert [row["spans"] for row in told["rows"]] == [7, None] and told["notes"] == ["Compté pour essai."]
    assert [column["title"] for column in told["columns"]] == ["Pont", "Travées"]
    if base.startswith("/territoires/epci"):
        _in_the_dossier(example, base)


def _in_the_dossier(example: TestClient, base: str) -> None:
    page = example.get(f"{base}/dossier?essai=ponts").text
    assert "Autres tableaux" in page and "Pont d’essai" in page and "Ce qui franchit une rivière." in page
    folder = ZipFile(io.BytesIO(example.get(f"{base}/dossier.zip?essai=ponts").content))
    (name,) = (one for one in folder.namelist() if one.endswith("/ponts.csv"))
    assert "Pont d’essai" in folder.read(name).decode()
    word = ZipFile(io.BytesIO(example.get(f"{base}/dossier.docx?essai=ponts").content))
    assert "Pont d’essai" in word.read("word/document.xml").decode()
    paper = PdfReader(io.BytesIO(example.get(f"{base}/dossier.pdf?essai=ponts").content))
    assert any("Pont d’essai" in one.extract_text() for one in paper.pages)
