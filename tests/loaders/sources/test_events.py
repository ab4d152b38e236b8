"""Public events: what OpenAgenda and the Fête de la science give, days, places, hosts, and nobody's name."""

import json
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
FIXTURES = ROOT / "tests" / "data"
OFFICIAL = Path(os.environ.get("ANCRAGE_OFFICIAL_DATA", ROOT.parent / "shared" / "data"))
BEFORE = (
    "decoupage-administratif",
    "laposte-hexasmal",
    "zones-emploi",
    "contours",
    "mesr-etablissements",
    "mesr-rnsr",
    "mesr-ecoles-doctorales",
    "mesr-parcoursup",
)
NAMES = ("fete-de-la-science", "openagenda")
GRAPH = "https://w3id.org/ancrage/graph/"
Loaded = dict[str, tuple[Inputs, dict[str, pl.DataFrame]]]


def load(name: str, paths: list[Path], registers: dict[str, Path], folder: Path) -> Any:
    """Read and tidy a source, and keep its tables as registers of those after it."""
    source = Source.named(name)
    raw = read_inputs(source, paths, registers=registers)
    tables = tidy(source, raw.tables, registers=registers)
    for table, frame in tables.items():
        path = folder / f"{name.replace('-', '_')}__{table}.parquet"
        frame.write_parquet(path)
        registers[path.stem] = path
    return raw, tables


@pytest.fixture(scope="module")
def loaded(registers: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    folder = tmp_path_factory.mktemp("events")
    known = dict(registers)
    return {
        name: load(
            name,
            sorted(path for path in (FIXTURES / name).iterdir() if path.suffix != ".nq"),
            known,
            folder,
        )
        for name in NAMES
    }


def events(loaded: Loaded, name: str) -> dict[str, dict[str, Any]]:
    return {row["id"].rsplit("/", 1)[-1]: row for row in loaded[name][1]["events"].to_dicts()}


@pytest.mark.parametrize("name", NAMES)
def test_the_quads_are_the_golden_ones(name: str, loaded: Loaded, tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(loaded[name][1], out, graph=GRAPH + name)
    golden = FIXTURES / name / "expected.nq"
    assert set(out.read_text(encoding="utf-8").splitlines()) == set(
        golden.read_text(encoding="utf-8").splitlines()
    )


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_named_in_a_title_an_address_or_an_organiser(name: str, loaded: Loaded) -> None:
    raw, tables = loaded[name]
    cells = [
        str(value)
        for table in (*raw.tables.values(), *tables.values())
        for row in table.rows()
        for value in row
    ]
    assert not [cell for cell in cells if "dupont" in cell.lower()]
    assert any("retiré" in sentence["fr"] for sentence in raw.warnings)
    assert raw.signalled == []


def test_events_of_science_and_innovation_are_kept_and_others_are_not(loaded: Loaded) -> None:
    assert {key: row["types"][0].rsplit("/", 1)[-1] for key, row in events(loaded, "openagenda").items()} == {
        "910001-20260905": "science-event",
        "910001-20260912": "science-event",
        "910002": "science-event",
        "910003": "public-lecture",
        "910005": "public-lecture",
        "920001": "science-event",  # its keyword is « sciences »
        "920002": "science-event",  # where it is: an institution
        "920003": "networking-event",
        "920006": "science-event",
        "930001": "public-lecture",
        "930003": "public-lecture",  # taken out of its agenda, and put back since; 930002 was not
    }  # neither a concert, nor a recruitment, nor what the Fête de la science gives


def test_an_event_called_off_is_kept_and_told_so_and_nobody_takes_part(loaded: Loaded) -> None:
    found = events(loaded, "openagenda") | events(loaded, "fete-de-la-science")
    assert {key: row["status"] for key, row in found.items() if row["status"]} == {
        "910002": "event-status/cancelled",  # its number
        "920006": "event-status/cancelled",  # its title
        "900003": "event-status/cancelled",
    }
    assert (found["920006"]["label_fr"], found["900003"]["label_fr"]) == (
        "Fête de la science : les bois",
        "Balade des pierres",
    )
    took = {row["interaction"] for name in NAMES for row in loaded[name][1]["participations"].to_dicts()}
    assert took and "event/fete-de-la-science/900003" not in took


def test_a_sitting_of_one_day_has_the_hours_of_its_place(loaded: Loaded) -> None:
    found = events(loaded, "openagenda") | events(loaded, "fete-de-la-science")
    hours = {key: (row["start_time"], row["end_time"]) for key, row in found.items()}
    assert hours["910001-20260905"] == ("20:00", "01:00")  # the next morning
    assert hours["920001"] == ("00:30", None)  # universal time, told in that of Paris; no end is given
    assert hours["920002"] == (None, None)  # two days
    assert hours["900002"] == ("22:30", "00:30")
    assert found["910001-20260905"]["updated"] == "2026-01-01"


def test_days_are_those_of_the_place_and_a_gap_makes_two_sittings(loaded: Loaded) -> None:
    days = {key: (row["start"], row["end"]) for key, row in events(loaded, "openagenda").items()}
    assert days["910001-20260905"] == ("2026-09-05", None)  # until one in the morning
    assert days["920001"] == ("2026-07-01", None)  # half past ten in universal time, the next day here
    assert days["920002"] == ("2026-05-05", "2026-05-06")
    assert days["910005"] == ("2026-11-03", "2026-11-05")  # the row that was updated last
    village = {key: (row["start"], row["end"]) for key, row in events(loaded, "fete-de-la-science").items()}
    assert village == {
        "900001-20191005": ("2019-10-05", "2019-10-06"),
        "900001-20191012": ("2019-10-12", None),
        "900002": ("2019-10-11", None),
        "900003": ("2019-10-11", None),
    }


def test_an_event_is_in_its_commune_and_one_at_a_distance_is_nowhere(loaded: Loaded) -> None:
    found = events(loaded, "openagenda") | events(loaded, "fete-de-la-science")
    assert {key: row["takes_place_in"] and row["takes_place_in"][0][-5:] for key, row in found.items()} == {
        "910001-20260905": "38991",  # a district, which is part of its commune
        "910001-20260912": "38991",
        "910002": "38900",
        "910003": None,
        "910005": "38902",  # no commune has its code: the only one of its postcode
        "920001": "26901",
        "920002": "38901",  # no postcode: the one of this name that is near
        "920003": "26902",  # two communes have its postcode
        "900001-20191005": "38900",
        "900001-20191012": "38900",
        "900002": "26903",
        "900003": "38901",
        "920006": "26902",
        "930001": "38900",
        "930003": "38900",
    }
    modes = {key: (row["mode"] or "").rsplit("/", 1)[-1] for key, row in events(loaded, "openagenda").items()}
    assert (modes["910001-20260905"], modes["910003"], modes["910005"], modes["920001"]) == (
        "hybrid", "remote", "in-person", "",
    )  # fmt: skip


def test_a_title_leaves_the_name_out_and_the_page_is_then_that_of_the_agenda(loaded: Loaded) -> None:
    found = events(loaded, "openagenda")
    assert found["920001"]["label_fr"] == "Rencontre avec […], chercheuse"
    assert found["920001"]["homepage"] == "https://openagenda.com/essai"
    assert found["930001"]["homepage"] == "https://openagenda.com/essai/events/fiche-930001"
    assert found["910001-20260905"]["label_fr"] == "La nuit des chercheurs"
    assert found["910001-20260905"]["homepage"] == "https://openagenda.com/essai/events/nuit"
    assert events(loaded, "fete-de-la-science")["900002"]["homepage"] is None  # no address


def test_hosts_and_organisers_are_those_that_registers_know(loaded: Loaded) -> None:
    hosts = loaded["openagenda"][1]["participations"].to_dicts()
    assert [(row["organization"], row["roles"], row["place"]) for row in hosts] == [
        ("organization/0389002B", ["actor-role/host"], "territory/commune/38901")
    ]
    rows = loaded["fete-de-la-science"][1]["participations"].to_dicts()
    members = {row["organization"]: row["roles"] for row in rows}
    (club,) = (row["id"] for row in loaded["fete-de-la-science"][1]["organizations"].to_dicts())
    assert members == {
        "organization/0389001A": ["actor-role/organiser"],
        "organization/200000001A": ["actor-role/supply"],
        club: ["actor-role/organiser", "actor-role/partner"],
    }


@pytest.mark.parametrize(
    ("name", "file", "row", "column", "value"),
    [
        ("openagenda", "events_essai.csv", 6, "first", "30/06/2026"),
        ("openagenda", "evenements-publics-openagenda.json", 8, "timings", '{"begin": "2026"}'),
        ("fete-de-la-science", "fr-esr-fete-de-la-science-19.json", 4, "hours", "samedi 5 octobre"),
    ],
)
def test_a_wrong_row_is_told_with_its_place(
    name: str, file: str, row: int, column: str, value: str, loaded: Loaded
) -> None:
    rejected = loaded[name][0].rejected.select("file", "row", "column", "value").rows()
    assert (file, row, column, value) in rejected


def test_the_export_of_the_second_api_says_the_same(registers: dict[str, Path], tmp_path: Path) -> None:
    """A list of objects, with the point as one."""
    export = json.loads((FIXTURES / "openagenda" / "evenements-publics-openagenda.json").read_text("utf-8"))
    (night,) = (row["fields"] for row in export["records"] if row["fields"]["uid"] == "910001")
    here = {
        "location_insee": None,
        "location_city": "Vallombre",
        "location_coordinates": {"lon": 5.7, "lat": 45.1},
    }
    path = tmp_path / "evenements-publics-openagenda.json"
    path.write_text(json.dumps([night | here]), encoding="utf-8")
    raw, tables = load("openagenda", [path], dict(registers), tmp_path)
    assert raw.signalled == []
    assert [row["takes_place_in"] for row in tables["events"].to_dicts()] == [["territory/commune/38901"]] * 2


def test_a_page_of_the_api_is_no_export(registers: dict[str, Path], tmp_path: Path) -> None:
    export = json.loads((FIXTURES / "openagenda" / "evenements-publics-openagenda.json").read_text("utf-8"))
    page = tmp_path / "evenements-publics-openagenda.json"
    page.write_text(json.dumps({**export, "nhits": 7871}), encoding="utf-8")
    with pytest.raises(ValueError, match="8 lignes sur 7871"):
        read_inputs(Source.named("openagenda"), [page], registers=registers)


@pytest.mark.official
def test_the_official_files_give_the_measured_figures(tmp_path: Path) -> None:
    if not (OFFICIAL / "openagenda").is_dir():
        pytest.skip(f"no official files in {OFFICIAL}")
    registers: dict[str, Path] = {}
    for name in (*BEFORE, "mesr-implantations", *NAMES):
        raw, tables = load(name, find_inputs(Source.named(name), OFFICIAL), registers, tmp_path)
    assert (raw.read["rows"], len(tables["events"])) == (1068, 23)
    assert tables["events"]["takes_place_in"].is_not_null().all()
