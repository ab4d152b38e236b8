"""Scenarios over HTTP: compared without a trace, saved and deleted with the key only."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.ontology.vocabulary import ANC
from fastapi.testclient import TestClient
from pydantic import SecretStr

SCENARIOS = "/api/v1/scenarios"
LINE = "open-branch 38185 'Antenne de Grenoble'"
MADE = {"name": "antenne", "label": "Une antenne à Grenoble", "assumptions": [LINE]}
PROGRAMME = {"assumption": "open-programme", "place": "38185", "label": "x"}
KEY = {"Authorization": "Bearer a-long-enough-key"}


@pytest.fixture(scope="module")
def data_dir(example_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("scenarios") / "data"
    shutil.copytree(example_data_dir, copied, ignore=shutil.ignore_patterns("*.draft"))
    return copied


@pytest.fixture(scope="module")
def client(data_dir: Path) -> Iterator[TestClient]:
    settings = Settings(data_dir=data_dir, workers=1, write_key=SecretStr("a-long-enough-key"))
    with TestClient(create_app(settings), raise_server_exceptions=False) as made:
        yield made


def test_a_scenario_is_compared_and_leaves_no_trace(client: TestClient, data_dir: Path) -> None:
    before = Snapshots(data_dir).current()
    response = client.post(f"{SCENARIOS}?territory=200040715", json=MADE)
    assert response.status_code == 200, response.text
    told = response.json()
    assert told["scenario"] == "antenne"
    assert told["assumptions"][0]["assumption"] == "open-branch"
    [branches] = [
        one
        for one in told["findings"]
        if one["object"]["id"] == "indicator/branches" and one["subject"]["id"].endswith("200040715")
    ]
    facts = branches["facts"]  # no source tells branches: before is missing, and is no zero
    assert (facts["before"], facts["after"]) == (None, 1)
    assert Snapshots(data_dir).current() == before
    assert "antenne" not in {one["name"] for one in client.get(SCENARIOS).json()}


def test_a_comparison_in_the_other_formats(client: TestClient) -> None:
    address = f"{SCENARIOS}?territory=200040715&figure=branches"
    french = client.post(f"{address}&format=csv-fr", json=MADE)
    rows = list(csv.DictReader(io.StringIO(french.content.decode("utf-8-sig")), delimiter=";"))
    own = next(row for row in rows if row["territory_iri"].endswith("200040715"))
    assert (own["before"], own["after"]) == ("", "1")
    graph = client.post(address, json=MADE, headers={"Accept": "text/turtle"})
    triples = list(ox.parse(graph.content, format=ox.RdfFormat.TURTLE))
    kinds = {one.object.value.removeprefix(ANC) for one in triples if one.predicate.value.endswith("#type")}
    assert {"Scenario", "Assumption", "SimulationRun", "TerritorialObservation"} <= kinds


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({**MADE, "assumptions": ["open-branche 38185 x"]}, 400, "n'est pas une hypothèse"),
        ({**MADE, "assumptions": ["open-branch Grenobl 'Antenne'"]}, 404, "vouliez-vous dire"),
        ({**MADE, "assumptions": ["close-branch nowhere"]}, 404, "nowhere"),
        ({**MADE, "assumptions": []}, 400, "aucune hypothèse"),
        ({**MADE, "name": "Élan vital"}, 400, "ne peut nommer"),
        ({"name": "x"}, 400, "label"),
        ([1], 400, "objet JSON"),
        ({**MADE, "assumptions": ["open-programme 38185 x capacity=" + "9" * 5000]}, 400, "nombre de places"),
        ({**MADE, "assumptions": [{**PROGRAMME, "capacity": 10**30}]}, 400, "nombre de places"),
        ({**MADE, "label": "x" * (65 << 10)}, 413, ""),
    ],
)
def test_what_makes_no_sense_is_a_problem(client: TestClient, body: Any, status: int, told: str) -> None:
    response = client.post(SCENARIOS, json=body)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert told in response.json()["detail_fr"]


def test_a_scenario_is_json(client: TestClient) -> None:
    assert client.post(SCENARIOS, content=b"a", headers={"Content-Type": "text/plain"}).status_code == 415
    broken = client.post(SCENARIOS, content=b"{", headers={"Content-Type": "application/json"})
    assert broken.status_code == 400
    unknown = client.post(f"{SCENARIOS}?territory=nowhere-at-all", json=MADE)
    assert unknown.status_code == 404
    assert client.post(f"{SCENARIOS}?figure=nothing", json=MADE).status_code == 400


def test_a_key_is_needed_to_write(client: TestClient, data_dir: Path) -> None:
    assert client.put(f"{SCENARIOS}/antenne", json=MADE).status_code == 401
    wrong = {"Authorization": "Bearer another-key-of-some-length"}
    assert client.put(f"{SCENARIOS}/antenne", json=MADE, headers=wrong).status_code == 403
    assert client.delete(f"{SCENARIOS}/antenne").status_code == 401
    assert client.get(f"{SCENARIOS}/antenne").status_code == 404


def test_saved_listed_compared_replaced_deleted(client: TestClient) -> None:
    address = f"{SCENARIOS}/antenne"
    two = client.put(address, json={**MADE, "name": "other"}, headers=KEY)
    assert (two.status_code, "other" in two.json()["detail"]) == (400, True)
    made = client.put(address, json=MADE, headers=KEY)
    assert made.status_code == 201, made.text
    assert made.headers["location"].endswith("/api/v1/scenarios/antenne")
    assert client.put(address, json={**MADE, "label": "Autre titre"}, headers=KEY).status_code == 204
    [listed] = [one for one in client.get(SCENARIOS).json() if one["name"] == "antenne"]
    assert listed["label"] == "Autre titre"
    assert listed["lines"][0].startswith("open-branch ")
    one = client.get(address).json()
    assert one == listed
    compared = client.get(f"{address}/comparison?territory=200040715&figure=branches")
    assert compared.status_code == 200, compared.text
    tag = compared.headers["etag"]
    again = client.get(
        f"{address}/comparison?territory=200040715&figure=branches", headers={"If-None-Match": tag}
    )
    assert again.status_code == 304
    assert client.delete(address, headers=KEY).status_code == 204
    assert client.get(address).status_code == 404
    gone = client.delete(address, headers=KEY)
    assert gone.status_code == 404


def test_without_a_key_configured_scenarios_are_only_compared(example_data_dir: Path) -> None:
    settings = Settings(data_dir=example_data_dir, workers=1)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        for answer in (client.put(f"{SCENARIOS}/x", json=MADE), client.delete(f"{SCENARIOS}/x")):
            assert answer.status_code == 405
            assert "POST" in answer.headers["allow"]
        asked = client.options(SCENARIOS)
        assert asked.headers["access-control-allow-origin"] == "*"
        assert "Content-Type" in asked.headers["access-control-allow-headers"]
