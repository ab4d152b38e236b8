"""ROME: sheets, and the occupations of each."""

from pathlib import Path

import polars as pl
import pytest
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.read.source import Inputs, Source, read_inputs
from ancrage.loaders.read.tidy import tidy

FIXTURES = Path(__file__).parents[2] / "data" / "france-travail-rome"
Loaded = tuple[Inputs, dict[str, pl.DataFrame]]


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    source = Source.named("france-travail-rome")
    raw = read_inputs(source, sorted(FIXTURES.glob("*.csv")))
    return raw, tidy(source, raw.tables)


def test_the_quads_are_the_golden_ones(loaded: Loaded, tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    graph = "https://w3id.org/ancrage/graph/france-travail-rome"
    Mapping.read(EXCHANGE_MAPPING).write(loaded[1], out, graph=graph)
    golden = (FIXTURES / "expected.nq").read_text(encoding="utf-8")
    assert set(out.read_text(encoding="utf-8").splitlines()) == set(golden.splitlines())


def test_an_occupation_is_of_its_sheet_and_one_keeps_its_code(loaded: Loaded) -> None:
    rows = {row["id"]: row for row in loaded[1]["concepts"].to_dicts()}
    assert {key: (row["notation"], row["broader"]) for key, row in rows.items()} == {
        "rome/sheet/A9901": ("A9901", None),
        "rome/A9901": ("A9901", ["rome/sheet/A9901"]),
        "rome/A9902": ("A9902", ["rome/sheet/A9901"]),
        "rome/H9901": ("H9901", None),  # no file has its sheet
    }
    assert rows["rome/sheet/A9901"]["label_fr"] == "Encollage de panneaux"


def test_a_code_of_no_domain_is_told_with_its_place(loaded: Loaded) -> None:
    assert loaded[0].rejected.select("file", "row", "column", "value").rows() == [
        ("unix_referentiel_code_rome_v000_utf8.csv", 5, "code", "Z0001")
    ]
