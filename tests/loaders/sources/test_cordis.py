"""CORDIS as it publishes itself: projects of the region with all their participants, who they are, and where."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.read.source import Inputs, Source, read_inputs
from ancrage.loaders.read.tidy import tidy

FIXTURES = Path(__file__).parents[2] / "data"
BEFORE = ("decoupage-administratif", "mesr-etablissements")
GRAPH = "https://w3id.org/ancrage/graph/cordis"
WOOD = "project/cordis/101060001"
H2020 = "project/h2020/190001"
Loaded = tuple[Inputs, dict[str, pl.DataFrame]]


def load(name: str, registers: dict[str, Path], settings: dict[str, str] | None = None) -> Loaded:
    source = Source.named(name)
    files = sorted(path for path in (FIXTURES / name).iterdir() if path.suffix == ".csv")
    raw = read_inputs(source, files, registers=registers, settings=settings)
    return raw, tidy(source, raw.tables, registers=registers)


@pytest.fixture(scope="module")
def loaded(registers: dict[str, Path]) -> Loaded:
    return load("cordis", registers)


def rows(loaded: Loaded, table: str, key: str = "id") -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in loaded[1][table].to_dicts()}


def members(loaded: Loaded, interaction: str) -> dict[str, dict[str, Any]]:
    every = loaded[1]["participations"].filter(pl.col("interaction") == interaction).to_dicts()
    return {row["organization"]: row for row in every}


def test_the_quads_are_the_golden_ones(loaded: Loaded, tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(loaded[1], out, graph=GRAPH)
    golden = (FIXTURES / "cordis" / "expected.nq").read_text(encoding="utf-8")
    assert set(out.read_text(encoding="utf-8").splitlines()) == set(golden.splitlines())


def test_every_column_is_read_or_ignored(loaded: Loaded) -> None:
    assert loaded[0].signalled == []
    assert loaded[0].rejected.is_empty()


def test_projects_of_the_region_come_with_all_their_participants(
    loaded: Loaded, registers: dict[str, Path]
) -> None:
    assert set(rows(loaded, "interactions")) == {WOOD, H2020}
    whole = load("cordis", registers, {"region": "all"})
    assert set(rows(whole, "interactions")) == {WOOD, H2020, "project/h2020/190002"}
    assert len(members(loaded, H2020)) == 4
    project = rows(loaded, "interactions")[H2020]
    assert (project["label_fr"], project["start"], project["end"], project["number"]) == (
        "ESSAI",
        "2015-03-01",
        "2018-08-31",
        "641001",
    )
    assert project["homepage"] == "https://cordis.europa.eu/project/id/641001"


def test_a_french_body_is_known_by_the_number_in_its_tax_number(loaded: Loaded) -> None:
    """A key of two digits guards it: a false one leads nowhere."""
    bodies = rows(loaded, "organizations")
    assert {code: row["siren"] for code, row in bodies.items()} == {
        "organization/pic-999900002": "900000027",
        "organization/pic-999900003": None,
        "organization/pic-999900004": None,
        "organization/pic-999900006": None,
    }
    assert (
        bodies["organization/pic-999900003"]["country"],
        bodies["organization/pic-999900006"]["country"],
    ) == ("GB", "GR")
    assert "organization/0389001A" in members(loaded, H2020)  # its PIC is in the ministry's list


def test_who_takes_part_has_a_role_a_sum_and_the_town_of_its_head_office(loaded: Loaded) -> None:
    found = members(loaded, H2020)
    assert found["organization/0389001A"]["roles"] == ["actor-role/coordinator"]
    assert float(found["organization/0389001A"]["funding"]) == 250000.5
    assert {code: row["place"] for code, row in found.items()} == {
        "organization/0389001A": "territory/commune/38900",
        "organization/pic-999900002": "territory/commune/26901",
        "organization/pic-999900003": None,
        "organization/pic-999900004": "territory/commune/38902",
    }
    assert found["organization/pic-999900002"]["funding"] is None  # nothing is written: it is not zero


def test_a_field_has_those_above_it(loaded: Loaded) -> None:
    fields = rows(loaded, "concepts")
    assert {code: (row["label_en"], row["broader"]) for code, row in fields.items()} == {
        "field/euroscivoc/23": ("natural sciences", None),
        "field/euroscivoc/23-43": ("chemical sciences", ["field/euroscivoc/23"]),
        "field/euroscivoc/23-43-289": ("polymer sciences", ["field/euroscivoc/23-43"]),
    }
    assert rows(loaded, "interactions")[H2020]["concerns"] == [
        "field/euroscivoc/23-43",
        "field/euroscivoc/23-43-289",
    ]


def test_the_copy_gives_way_to_what_cordis_publishes(
    loaded: Loaded, registers: dict[str, Path], tmp_path: Path
) -> None:
    """A project that both tell is told once, at the same address."""
    alone = load("cordis-h2020", registers)[1]["interactions"]["id"].to_list()
    assert H2020 in alone
    path = tmp_path / "cordis__register_projects.parquet"
    loaded[1]["register_projects"].write_parquet(path)
    beside = load("cordis-h2020", {**registers, path.stem: path})[1]["interactions"]["id"].to_list()
    assert beside == [one for one in alone if one != H2020]
