"""What a portrait says first: in what a territory differs, with whom it works, and what of it is placed among its peers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.app import create_app
from ancrage.api.pages.territory import essentials
from ancrage.api.web.settings import Settings
from ancrage.words import join_words
from fastapi.testclient import TestClient

METRO = "/territoires/epci/200040715"


@pytest.fixture(scope="module")
def example(example_data_dir: Path) -> Iterator[TestClient]:
    """The application on the example graph."""
    with TestClient(create_app(Settings(data_dir=example_data_dir, workers=1))) as made:
        yield made


def row(name: str, value: float, median: float, least: float = 0.0, most: float = 100.0) -> dict[str, Any]:
    return {
        "id": name, "indicator": f"{name.capitalize()} (2023)", "value": value, "shown": f"{value:g}", "comparison": median,
        "comparison_shown": f"{median:g}", "least": least, "most": most, "range_shown": f"{least:g} – {most:g}",
    }  # fmt: skip


def test_what_differs_most_from_the_peers_is_told_first() -> None:
    rows = [row("emplois", 30, 25), row("distance", 2, 10), row("projets", 60, 20)]
    assert list(essentials._apart(rows, 1e6, 8, "fr")) == [
        "Ce qui le distingue : distance, 2 (médiane de ses pairs : 10) ; projets, 60 (médiane de ses pairs : 20)."
    ]


def test_that_nothing_differs_is_told_and_nothing_is_told_of_nothing() -> None:
    (told,) = essentials._apart([row("emplois", 30, 25)], 1e6, 8, "fr")
    assert told == "Rien ne le distingue nettement de ses 8 pairs de même structure."
    assert list(essentials._apart([], 1e6, 8, "fr")) == []


@pytest.mark.parametrize(("value", "here", "middle"), [(50, 60, 30), (200, 120, 15), (-100, 0, 75)])
def test_a_value_beyond_its_peers_lengthens_the_line(value: float, here: float, middle: float) -> None:
    placed = essentials._position(row("projets", value, 25))
    assert (placed.here, placed.middle) == (here, middle) and placed.indicator == "Projets"


def test_the_first_partners_are_those_of_the_table(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(essentials, "LEAST_SHARED", 1)
    text = example.get(METRO, headers={"Accept": "text/html", "Accept-Language": "fr"}).text
    (told,) = re.findall(r"le plus d’interactions : ([^<]*)\.</p>", text)
    rows = csv.DictReader(io.StringIO(example.get(f"{METRO}/partenaires?format=csv").text))
    first = [
        f"{row['partner']} ({row['interactions']})" for row in rows if row["side_shown"] == "territoire"
    ][:3]
    assert first and told == join_words(first, "fr")


def test_what_fails_leaves_the_page(example: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ancrage.api.pages.territory.essentials.comparison", lambda *_: 1 / 0)
    answer = example.get("/territoires/department/07?comparer=region/84", headers={"Accept": "text/html"})
    assert (
        answer.status_code == 200 and 'class="essentiel"' not in answer.text and "etag" not in answer.headers
    )
