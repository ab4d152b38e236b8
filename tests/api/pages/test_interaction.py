"""Pages of projects, interactions and events: who takes part, what else, files of blocks; examples are marked."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store
from ancrage.ontology.vocabulary import ontology_files
from fastapi.testclient import TestClient

from ..conftest import GRAPHS, PAGES

HTML = {"Accept": "text/html", "Accept-Language": "fr"}
PROJECT = "/projets/anr/ANR-20-BOIS-0001"


def read(client: TestClient, path: str, language: str = "fr") -> str:
    response = client.get(path, headers={**HTML, "Accept-Language": language})
    assert response.status_code == 200, (path, response.text[:300])
    assert 'class="panne"' not in response.text, path
    return " ".join(response.text.split())


def test_a_project_says_who_takes_part_and_who_leads(example: TestClient) -> None:
    text = read(example, PROJECT)
    assert "BOISFORT" in text and "Projet de recherche collaboratif" in text
    rows = list(csv.DictReader(io.StringIO(example.get(f"{PROJECT}/participants?format=csv").text)))
    assert rows[0]["role"] == "coordination" and len(rows) == 3
    lead = rows[0]["actor"]
    assert f"Avec {lead}, " in text.replace("&#39;", "'")


def test_a_block_asked_first_reads_the_type_of_its_interaction(
    example_data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(create_app(Settings(data_dir=example_data_dir, workers=1))) as fresh:
        read(fresh, f"{PROJECT}/participants")
    assert "could not be read" not in caplog.text


def test_what_two_participants_share_is_listed_and_not_the_page_itself(example: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(example.get(f"{PROJECT}/autres?format=csv").text)))
    assert [(row["interaction_iri"].rpartition("/id/")[2], row["shared"]) for row in rows] == [
        ("interaction/mesr-ilab/2021-1", "2")
    ]


def test_the_identifier_leads_people_to_the_page_and_programs_to_the_data(example: TestClient) -> None:
    at = "/id/project/anr/ANR-20-BOIS-0001"
    assert example.get(at, headers=HTML, follow_redirects=False).headers["location"].endswith(PROJECT)
    turtle = example.get(at, headers={"Accept": "text/turtle"}, follow_redirects=False)
    assert turtle.headers["location"].endswith("/doc/project/anr/ANR-20-BOIS-0001.ttl")


def test_the_interactions_of_an_actor_link_to_their_pages(example: TestClient) -> None:
    assert f'href="{PROJECT}"' in read(example, "/acteurs/199512057G")


@pytest.mark.parametrize("kind", ["interaction", "event"])
def test_an_example_is_marked(example: TestClient, kind: str) -> None:
    table = Path(__file__).parents[2] / "data" / "example" / "illustrative" / f"{kind}s.csv"
    with table.open(encoding="utf-8") as file:
        path = next(csv.DictReader(file))["id"]
    text = read(example, path.replace("interaction/", "/interactions/"))
    assert ">illustratif<" in text.replace(" ", "")
    if kind == "event":
        blocks = [
            json.loads(one) for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
        ]
        event = next(one for one in blocks if one.get("@type") == "Event")
        assert (event["startDate"], event["endDate"]) == ("2026-12-03T18:00:00", "2026-12-03T20:00:00")
        assert event["eventStatus"] == "https://schema.org/EventScheduled" and event["location"]
        assert [relayed["@type"] for relayed in event["subEvent"]] == ["Event"]  # where it is relayed


def test_an_example_of_a_partner_is_marked_too(tmp_path: Path) -> None:
    roles = {"essai": "base", "ontology": "ontology", "partage": "illustrative"}
    (tmp_path / "partage.ttl").write_text(
        "<https://w3id.org/ancrage/id/organization/partage-scierie> a <http://www.w3.org/ns/org#Organization> ; "
        '<http://www.w3.org/2000/01/rdf-schema#label> "[Exemple] Scierie du Diois"@fr ; '
        "<http://www.w3.org/ns/prov#hadPrimarySource> <https://w3id.org/ancrage/id/source/partage> . "
        '<https://w3id.org/ancrage/id/source/partage> <http://purl.org/dc/terms/title> "Exemples du Diois"@fr .',
        encoding="utf-8",
    )
    made_up = ((path, GRAPHS + "partage") for path in (PAGES / "illustrative.ttl", tmp_path / "partage.ttl"))
    turtle = [(PAGES / "base.ttl", GRAPHS + "essai"), *made_up]
    files = [*turtle, *((path, GRAPHS + "ontology") for path in ontology_files())]
    quads = build_store(files, tmp_path / "store", merged=[GRAPHS + "essai", GRAPHS + "ontology"])
    graphs = {GRAPHS + name: {"role": role, "quads": 1} for name, role in roles.items()}
    Snapshots(tmp_path / "data").publish(
        tmp_path / "store", {"quads": quads, "graphs": graphs, "merged": True}
    )
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as client:
        text = read(client, "/interactions/illustrative/1")
        assert "Stage inventé dans une mairie</h1>" in text and ">illustratif<" in text.replace(" ", "")
        for address in ("/id/organization/partage-scierie", "/acteurs/partage-scierie"):
            led = client.get(address, headers=HTML, follow_redirects=False)
            assert (led.status_code, led.headers["location"]) == (303, "/doc/organization/partage-scierie")
        told = read(client, "/doc/organization/partage-scierie")
        assert "<h1>[Exemple] Scierie du Diois</h1>" in told and "Voir la page détaillée" not in told
        assert ">Exemples du Diois</a>" in told
        assert client.get("/acteurs/partage-rien", headers=HTML).status_code == 404


def test_the_page_speaks_english(example: TestClient) -> None:
    text = read(example, PROJECT, "en")
    assert "Who takes part" in text and "coordination" not in text and "Qui y prend" not in text


def test_an_unknown_one_is_said_so(example: TestClient) -> None:
    answer = example.get("/projets/anr/RIEN", headers=HTML)
    assert answer.status_code == 404 and "anr/RIEN" in answer.text
