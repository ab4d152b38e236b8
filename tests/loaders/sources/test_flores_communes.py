"""Employees of communes: what is counted, withheld, or counted with another sector; nothing of other areas and measures."""

from pathlib import Path

import polars as pl
import pytest
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.read.source import Inputs, Source, read_inputs
from ancrage.loaders.read.tidy import tidy

FIXTURES = Path(__file__).parents[2] / "data" / "insee-flores-communes"
BEFORE = ("decoupage-administratif",)
GRAPH = "https://w3id.org/ancrage/graph/insee-flores-communes"


def load(registers: dict[str, Path], file: Path, **settings: str) -> tuple[Inputs, dict[str, pl.DataFrame]]:
    source = Source.named("insee-flores-communes")
    raw = read_inputs(source, [file], registers=registers, settings=settings)
    return raw, tidy(source, raw.tables, registers=registers, settings=settings)


def told(tables: dict[str, pl.DataFrame]) -> dict[tuple[str, str, str], tuple[int | None, str | None]]:
    columns = ("territory", "sector", "period", "value", "status")
    return {row[:3]: row[3:] for row in tables["observations"].select(columns).iter_rows()}


@pytest.fixture
def file() -> Path:
    return next(FIXTURES.glob("*.csv"))


def test_the_quads_are_the_golden_ones(registers: dict[str, Path], file: Path, tmp_path: Path) -> None:
    raw, tables = load(registers, file)
    assert raw.signalled == []
    assert raw.rejected.is_empty()
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(tables, out, graph=GRAPH)
    golden = (FIXTURES / "expected.nq").read_text(encoding="utf-8")
    assert set(out.read_text(encoding="utf-8").splitlines()) == set(golden.splitlines())


def test_a_zero_is_one_and_what_is_withheld_or_shared_has_no_value(
    registers: dict[str, Path], file: Path
) -> None:
    found = told(load(registers, file)[1])
    commune = "territory/commune/38901"
    assert found == {
        (commune, "sector/total", "2024"): (120, None),
        (commune, "sector/a17/C5", "2024"): (0, None),
        (commune, "sector/a17/FZ", "2024"): (None, "obs-status/suppressed"),
        (commune, "sector/a17/GZ", "2024"): (None, "obs-status/missing"),
        ("territory/commune/26901", "sector/total", "2017"): (60, None),
    }
    whole = told(load(registers, file, region="all")[1])
    assert set(whole) - set(found) == {("territory/commune/12901", "sector/total", "2024")}


def test_a_sector_that_is_none_is_set_aside(registers: dict[str, Path], file: Path, tmp_path: Path) -> None:
    wrong = tmp_path / file.name
    wrong.write_text(file.read_text(encoding="utf-8").replace('"C5"', '"XX"'), encoding="utf-8")
    raw, _ = load(registers, wrong)
    assert [(row["row"], row["column"], row["value"]) for row in raw.rejected.to_dicts()] == [
        (3, "sector", "XX")
    ]
