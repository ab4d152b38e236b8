"""Calendars of partners: sittings, replaced and cancelled dates, places, and nobody's name."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.read.source import Inputs, Source, read_inputs
from ancrage.loaders.read.tidy import tidy

FIXTURES = Path(__file__).parents[2] / "data" / "ics"
BEFORE = ("decoupage-administratif", "laposte-hexasmal")
SERIES = "4bfc93ae7f34"
Loaded = tuple[Inputs, dict[str, pl.DataFrame]]


@pytest.fixture(scope="module")
def loaded(registers: dict[str, Path]) -> Loaded:
    source = Source.named("ics")
    raw = read_inputs(source, sorted(FIXTURES.glob("*.ics")), registers=registers)
    return raw, tidy(source, raw.tables, registers=registers)


@pytest.fixture(scope="module")
def events(loaded: Loaded) -> dict[str, dict[str, Any]]:
    return {row["id"].rsplit("/", 1)[-1]: row for row in loaded[1]["events"].to_dicts()}


def test_the_quads_are_the_golden_ones(loaded: Loaded, tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(loaded[1], out, graph="https://w3id.org/ancrage/graph/ics")
    golden = (FIXTURES / "expected.nq").read_text(encoding="utf-8")
    assert set(out.read_text(encoding="utf-8").splitlines()) == set(golden.splitlines())


def test_a_series_is_as_many_events_as_it_has_dates(events: dict[str, dict[str, Any]]) -> None:
    found = {key.removeprefix(f"{SERIES}-"): row for key, row in events.items() if key.startswith(SERIES)}
    assert {key: (row["start"], row["start_time"], row["status"]) for key, row in found.items()} == {
        "20261013": ("2026-10-13", "18:00", None),
        "20261020": (
            "2026-10-20",
            "18:00",
            "event-status/cancelled",
        ),  # kept, and told so; the 27th is taken out
        "20261103": ("2026-11-04", "17:00", None),  # named by the date that it replaces
        "20261110": ("2026-11-10", "18:00", None),
    }
    assert found["20261103"]["label_fr"] == "Séminaire des sciences du bois : table ronde"
    assert found["20261013"]["updated"] == "2026-08-30"


def test_of_two_files_the_later_version_of_an_event_is_read(events: dict[str, dict[str, Any]]) -> None:
    assert not [row for row in events.values() if "ancien horaire" in row["label_fr"]]


def test_an_event_is_in_the_commune_that_its_place_names(events: dict[str, dict[str, Any]]) -> None:
    places = {row["label_fr"]: row["takes_place_in"] for row in events.values()}
    assert places == {
        "Séminaire des sciences du bois": ["territory/commune/38900"],  # after the postcode
        "Séminaire des sciences du bois : table ronde": ["territory/commune/38901"],
        "Portes ouvertes du campus": ["territory/commune/26901"],  # the only one of this name
        "Colloque d'automne": ["territory/commune/26902"],  # the one that is near
        "Rencontre du réseau des start-up": None,  # kept, as nobody knows where
        "Rencontre avec […], chercheuse": None,
    }
    (remote,) = (row for row in events.values() if row["mode"])
    assert (remote["mode"], remote["homepage"]) == ("attendance-mode/remote", "https://essai.example")


def test_whole_days_and_hours_are_those_of_the_place(events: dict[str, dict[str, Any]]) -> None:
    hours = {
        row["label_fr"]: (row["start"], row["end"], row["start_time"], row["end_time"])
        for row in events.values()
    }
    assert hours["Portes ouvertes du campus"] == ("2027-02-05", "2027-02-06", None, None)
    assert hours["Rencontre avec […], chercheuse"] == ("2026-10-25", None, "00:30", "02:30")
    assert hours["Rencontre du réseau des start-up"][2:] == ("08:30", None)  # those of La Réunion


def test_nobody_enters(loaded: Loaded) -> None:
    raw, tables = loaded
    rows = [row for table in (*raw.tables.values(), *tables.values()) for row in table.rows()]
    assert not [cell for row in rows for cell in map(str, row) if "dupont" in cell.lower() or "@" in cell]
    assert raw.signalled == []


def test_what_is_set_aside_says_why_with_its_line(loaded: Loaded) -> None:
    rejected = loaded[0].rejected.select("file", "row", "column", "value").rows()
    assert rejected == [
        ("agenda-essai.ics", 110, "subject", "Pique-nique"),
        ("agenda-essai.ics", 116, "unread", "DTSTART:20261320T120000"),
        ("agenda-essai.ics", 122, "unread", "DTSTART;TZID=Lune/Tranquillite:2026-10-20T12:00:00"),
        ("agenda-essai.ics", 128, "unread", "RRULE:FREQ=SECONDLY"),
    ]
    assert any("1 évènement privé" in sentence["fr"] for sentence in loaded[0].warnings)
