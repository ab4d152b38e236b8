"""The small map of pages: what is known to be in the region, as points; nothing of nothing."""

from __future__ import annotations

import csv
import io

import pytest
from ancrage.api.pages.interaction import lists
from ancrage.graph.pool.scheduler import PoolBusy
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html", "Accept-Language": "fr"}
PROJECT = "/projets/anr/ANR-20-BOIS-0001"
MAP = 'class="bloc carte-petite"'


def read(client: TestClient, path: str) -> str:
    response = client.get(path, headers=HTML)
    assert response.status_code == 200, path
    return " ".join(response.text.split())


def test_a_project_is_on_a_map_where_its_actors_take_part(example: TestClient) -> None:
    figure = read(example, PROJECT).split(MAP)[1].split("</figure>")[0]
    rows = list(csv.DictReader(io.StringIO(example.get(f"{PROJECT}/participants?format=csv").text)))
    placed = {row["actor"]: row["place"] for row in rows if row["place"]}
    assert placed and "Où c’est, et d’où ses acteurs y prennent part" in figure
    for actor, place in placed.items():
        assert f"{actor} ({place})" in figure.replace("&#x27;", "'"), actor
    assert 'href="/acteurs/' in figure


@pytest.mark.parametrize(
    "path", ["/antennes/example-digital-branch", "/dispositifs/starter", "/relais/example-relay"]
)
def test_branches_relays_and_schemes_are_where_they_act(example: TestClient, path: str) -> None:
    assert "dans la région" in read(example, path).split(MAP)[1].split("</figure>")[0]


def test_nothing_is_drawn_where_no_place_is_known(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "places", lambda _: [])
    page = read(example, f"{PROJECT}?essai=sans-lieu")
    assert MAP not in page and "avec-figure" not in page


def test_a_page_is_whole_where_its_map_cannot_be_read_now(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object, **__: object) -> None:
        raise PoolBusy(5)

    monkeypatch.setattr(example.app.state.maps, "run", busy)  # type: ignore[attr-defined]
    page = read(example, f"{PROJECT}?essai=occupe")
    assert "BOISFORT" in page and MAP not in page
