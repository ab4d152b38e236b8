"""The analyses over HTTP: formats, errors that name what is near, answers kept by publication."""

from __future__ import annotations

import csv
import html
import io
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.ontology.vocabulary import ANC
from fastapi.testclient import TestClient

SYNERGIES = "/api/v1/synergies?subject=timber-construction&illustrative=true"


@pytest.fixture(scope="module")
def told(example: TestClient) -> dict[str, Any]:
    response = example.get(SYNERGIES)
    assert response.status_code == 200, response.text
    made: dict[str, Any] = response.json()
    return made


def test_a_report_is_json_with_its_publication(example: TestClient, told: dict[str, Any]) -> None:
    response = example.get(SYNERGIES)
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["ancrage-snapshot"] == told["snapshot"]
    assert told["subject"]["id"] == "value-chain/timber-construction"
    assert told["illustrative"] is True
    assert told["findings"]
    assert {"fr", "en"} <= told["findings"][0]["sentence"].keys()


def test_illustrative_data_are_counted_only_when_asked_for(example: TestClient) -> None:
    plain = example.get("/api/v1/synergies?subject=timber-construction")
    assert plain.status_code in (200, 422)
    assert 'illustrative": 1' not in plain.text
    if plain.status_code == 200:
        counted = [one["evidence"] for one in plain.json()["findings"]]
        assert not any("illustrative" in one for one in counted)


def test_the_other_formats_say_the_same(example: TestClient, told: dict[str, Any]) -> None:
    count = len(told["findings"]) + len(told["refusals"])
    for name in ("csv", "csv-fr"):
        response = example.get(f"{SYNERGIES}&format={name}")
        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert "attachment" in response.headers["content-disposition"]
        text = response.content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text), delimiter=";" if name == "csv-fr" else ","))
        assert len(rows) == count
        assert rows[0]["sentence"] == told["findings"][0]["sentence"]["fr"]
    assert example.get(f"{SYNERGIES}&format=xlsx").content[:2] == b"PK"
    graph = example.get(SYNERGIES, headers={"Accept": "text/turtle"})
    assert graph.headers["content-type"] == "text/turtle; charset=utf-8"
    kind = ox.NamedNode(ANC + "Finding")
    triples = list(ox.parse(graph.content, format=ox.RdfFormat.TURTLE))
    assert sum(one.object == kind for one in triples) == len(told["findings"])
    linked = example.get(f"{SYNERGIES}&format=jsonld")
    assert len(list(ox.parse(linked.content, format=ox.RdfFormat.JSON_LD))) == len(triples)


@pytest.mark.parametrize(
    "path",
    ["/api/v1/gaps?territory=38", "/api/v1/gaps?territory=07", SYNERGIES, "/api/v1/synergies?subject=38"],
)
def test_files_in_english_name_what_is_at_stake_in_english(example: TestClient, path: str) -> None:
    kinds = {"measure", "period", "pair", "scheme", "actor-type", "interaction-type", "family", "chain"}
    findings = example.get(path).json()["findings"]
    text = example.get(f"{path}&format=csv&lang=en").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) >= len(findings) > 0
    for row, told in zip(rows, findings, strict=False):
        thing = told["object"]
        assert row["object"] == thing.get("english", thing["label"])
        assert "english" in thing or thing["kind"] not in kinds, thing


def test_sentences_of_files_are_in_the_language_asked_for(example: TestClient, told: dict[str, Any]) -> None:
    english = example.get(f"{SYNERGIES}&format=csv&lang=en").text
    assert told["findings"][0]["sentence"]["en"] in english.replace('""', '"')


def test_answers_are_kept_by_publication(example: TestClient) -> None:
    first = example.get(SYNERGIES)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "public, no-cache"
    assert example.get(SYNERGIES, headers={"If-None-Match": tag}).status_code == 304
    head = example.head(SYNERGIES)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == tag


def test_an_unknown_name_tells_the_nearest(example: TestClient) -> None:
    response = example.get("/api/v1/synergies?subject=timber-constructio")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["nearest"][0]["iri"].endswith("/value-chain/timber-construction")
    assert "vouliez-vous dire" in problem["detail_fr"]
    assert response.headers["cache-control"] == "no-store"
    gaps = example.get("/api/v1/gaps?territory=Grenobl")
    assert gaps.status_code == 404
    assert gaps.json()["nearest"]


def test_too_few_data_is_no_number(example: TestClient) -> None:
    response = example.get("/api/v1/synergies?subject=200040715&kind=helix")
    assert response.status_code == 422
    problem = response.json()
    assert problem["title"] == "Too few data"
    assert problem["refusals"][0]["kind"] == "helix"
    assert problem["refusals"][0]["needed"]
    assert "strength" not in json.dumps(problem)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/synergies", 400),
        ("/api/v1/synergies?subject=07&kind=nothing", 400),
        ("/api/v1/gaps?territory=07&kind=nothing", 400),
        ("/api/v1/gaps?territory=07&radius=-3", 400),
        ("/api/v1/gaps?territory=07&radius=far", 400),
        ("/api/v1/suggestions?subject=07&count=0", 400),
        ("/api/v1/synergies?subject=07&format=docx", 406),
    ],
)
def test_what_does_not_fit_is_a_problem(example: TestClient, address: str, status: int) -> None:
    response = example.get(address)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]


def test_nothing_published_is_said(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, workers=1)
    with TestClient(create_app(settings), raise_server_exceptions=False) as empty:
        response = empty.get("/api/v1/synergies?subject=07")
    assert response.status_code == 503
    assert response.headers["retry-after"]


def test_the_description_tells_each_address_in_both_languages(example: TestClient) -> None:
    paths = example.get("/openapi.json").json()["paths"]
    for name in ("gaps", "synergies", "suggestions"):
        operation = paths[f"/api/v1/{name}"]["get"]
        assert operation["tags"] == ["analyses"]
        assert operation["summary"] and "*" in operation["description"]
        content = operation["responses"]["200"]["content"]
        assert {"application/json", "text/csv", "text/turtle", "application/ld+json"} <= content.keys()
        assert content["application/json"]["example"]["title"]["fr"]
        assert {"404", "422", "503"} <= operation["responses"].keys()
        assert "required" in operation["parameters"][0]


def test_the_quality_of_suggestions_is_measured_or_said_not_to_be(example: TestClient) -> None:
    told = example.get("/api/v1/suggestions/quality").json()
    assert told["tested_after"] is None and told["new_ties"] == 0  # the fixture has no ties of ten projects
    assert [one["kind"] for one in told["kinds"]] == ["company", "laboratory"]
    for one in told["kinds"]:
        assert one["shown"] == 3 and "measured" not in one
        assert "non mesurée" in one["words"]["fr"] and "not measured" in one["words"]["en"]


def test_suggestions_to_a_territory(example: TestClient) -> None:
    told = example.get("/api/v1/suggestions?subject=200040715&illustrative=true&count=3").json()
    assert told["subject"]["id"] == "territory/epci/200040715"
    assert told["findings"] or told["notes"]
    unknown = example.get("/api/v1/suggestions?subject=nobody-of-this-name")
    assert unknown.status_code == 404
    assert unknown.json()["detail_fr"].startswith("Aucun acteur, territoire ni demande ne s’appelle")


@pytest.mark.parametrize(
    ("address", "french", "english"),
    [
        ("/api/v1/gaps", "« territory » manque", "“territory” is missing"),
        ("/api/v1/gaps?territory=x&radius=abc", "« radius » est un nombre", "“radius” is a number"),
        ("/api/v1/gaps?territory=x&kinds=tie", "Vouliez-vous dire « kind » ?", "Did you mean “kind”?"),
        ("/api/v1/indicators?limit=3", "Paramètre inconnu : « limit »", "(parameters: topic"),
        ("/api/v1/search?q=bois&place=38", "Paramètre inconnu : « place »", "Unknown parameter: “place”"),
        ("/api/v1/search?q=bois&size=zz", "« size » est un nombre entier de 1 à 1000", "from 1 to 1000"),
        ("/recherche?q=" + "b" * 201, "a 200 caractères au plus", "has at most 200 characters"),
        ("/recherche?kind=zzz", "filieres, territoires", "“kind” is one of"),
    ],
)
def test_a_refused_parameter_says_what_it_takes_in_both_languages(
    example: TestClient, address: str, french: str, english: str
) -> None:
    told = example.get(address, headers={"Accept": "application/json"})
    assert told.status_code == 400 and told.headers["content-type"] == "application/problem+json"
    assert french in told.json()["detail_fr"] and english in told.json()["detail"]
    page = example.get(address, headers={"Accept": "text/html", "Accept-Language": "en"})
    assert page.status_code == 400 and html.unescape(page.text).count(english) >= 1
