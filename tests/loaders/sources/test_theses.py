"""Theses: those of more than one body, by whom, and nobody's name."""

import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.read.source import Inputs, Source, find_inputs, read_inputs
from ancrage.loaders.read.tidy import tidy

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "data" / "abes-theses"
OFFICIAL = Path(os.environ.get("ANCRAGE_OFFICIAL_DATA", ROOT.parent / "shared" / "data"))
BEFORE = ("decoupage-administratif", "mesr-etablissements")
UNIVERSITY = "organization/0389001A"
Loaded = tuple[Inputs, dict[str, pl.DataFrame]]


@pytest.fixture(scope="module")
def loaded(registers: dict[str, Path]) -> Loaded:
    source = Source.named("abes-theses")
    raw = read_inputs(source, sorted(FIXTURES.glob("*.csv")), registers=registers)
    return raw, tidy(source, raw.tables, registers=registers)


def theses(loaded: Loaded) -> dict[str, dict[str, Any]]:
    return {row["number"]: row for row in loaded[1]["interactions"].to_dicts()}


def members(loaded: Loaded, number: str) -> dict[str, str]:
    """Give who takes part in a thesis, by name or by number, with its role."""
    names = {row["id"]: row["label_fr"] for row in loaded[1]["organizations"].to_dicts()}
    return {
        names.get(row["organization"], row["organization"]): row["roles"][0].rsplit("/", 1)[-1]
        for row in loaded[1]["participations"].to_dicts()
        if row["interaction"].endswith(f"/{number}")
    }


def test_the_quads_are_the_golden_ones(loaded: Loaded, tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(loaded[1], out, graph="https://w3id.org/ancrage/graph/abes-theses")
    golden = (FIXTURES / "expected.nq").read_text(encoding="utf-8")
    assert set(out.read_text(encoding="utf-8").splitlines()) == set(golden.splitlines())


def test_nobody_is_named(loaded: Loaded) -> None:
    """Neither author, director nor jury is read; whom a title names is left out."""
    raw, tables = loaded
    cells = [
        str(value)
        for table in (*raw.tables.values(), *tables.values())
        for row in table.rows()
        for value in row
    ]
    assert not [cell for cell in cells if "dupont" in cell.lower() or "900000001" in cell]
    assert theses(loaded)["2020UGV00002"]["label_fr"] == "Thèse – Les œuvres de […], romancière"
    assert raw.signalled == []


def test_a_thesis_of_one_body_is_no_interaction(loaded: Loaded) -> None:
    """Nor is one that is under way, or whose file lists the same institution twice."""
    assert sorted(theses(loaded)) == ["2010UGV10001", "2019UGV00001", "2020UGV00002"]


def test_who_takes_part_has_its_kind_and_its_role(loaded: Loaded) -> None:
    assert members(loaded, "2019UGV00001") == {
        UNIVERSITY: "coordinator",  # by its IdRef
        "Laboratoire d'essai des matériaux (Grandville)": "partner",
        "Collessai": "partner",
        "École doctorale des essais": "supervisor",
    }
    assert members(loaded, "2010UGV10001") == {UNIVERSITY: "coordinator", "Université d'ailleurs": "partner"}
    kinds = {(row["label_fr"], row["kind"], row["idref"]) for row in loaded[1]["organizations"].to_dicts()}
    assert kinds == {
        ("Laboratoire d'essai des matériaux (Grandville)", "ResearchUnit", "02690002X"),
        ("Collessai", "Company", None),
        ("École doctorale des essais", "DoctoralSchool", "02690009X"),
        ("Université d'ailleurs", "HigherEducationInstitution", "02690003X"),
        ("Université d'ailleurs", "HigherEducationInstitution", None),  # of a row without its number
    }


def test_the_first_of_january_is_a_year_alone(loaded: Loaded) -> None:
    told = {key: (row["year"], row["start"], row["label_fr"]) for key, row in theses(loaded).items()}
    assert told["2019UGV00001"] == ("2019", "2019-06-12", "Thèse – Des colles")
    assert told["2010UGV10001"] == ("2010", None, "Thèse – Physique")  # no title in French


def test_wrong_rows_are_told_with_their_place(loaded: Loaded) -> None:
    assert loaded[0].rejected.select("file", "row", "column", "value").rows() == [
        ("theses-soutenues.csv", 6, "date", "4 mars 2022"),
        ("theses_extrait_5.csv", 6, "nnt", "NNT-10"),
    ]


@pytest.mark.official
def test_the_official_extract_gives_the_measured_figures(registers: dict[str, Path]) -> None:
    if not (OFFICIAL / "abes-theses").is_dir():
        pytest.skip(f"no official files in {OFFICIAL}")
    source = Source.named("abes-theses")
    raw = read_inputs(source, find_inputs(source, OFFICIAL), registers=registers)
    made = tidy(source, raw.tables, registers=registers)
    assert (raw.read["extract"], len(made["interactions"]), len(made["participations"])) == (1362, 39, 78)
