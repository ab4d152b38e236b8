"""The OpenAPI description: valid, complete, and its examples answer; the page that lists the addresses."""

import html
import re
from typing import Any

import pytest
from ancrage.api import openapi
from ancrage.queries.library import Library
from fastapi.testclient import TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    made: dict[str, Any] = response.json()
    return made


@pytest.mark.long
def test_the_description_is_valid(described: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []


def test_what_is_in_braces_has_an_example(described: dict[str, Any]) -> None:
    for path, methods in described["paths"].items():
        for one in methods.get("get", {}).get("parameters", ()):
            if one["in"] == "path":
                assert one.get("example") or one["schema"].get("examples"), (path, one["name"])
        assert "{" not in openapi.address_to_try(path, methods.get("get", {})) or "get" not in methods


def test_a_scenario_is_said_to_be_created_replaced_or_deleted(described: dict[str, Any]) -> None:
    one = described["paths"]["/api/v1/scenarios/{name}"]
    successes = {
        method: {code for code in one[method]["responses"] if code[0] == "2"} for method in ("put", "delete")
    }
    assert successes == {"put": {"201", "204"}, "delete": {"204"}}


def test_operations_have_names_of_their_own(described: dict[str, Any]) -> None:
    names = [one["operationId"] for methods in described["paths"].values() for one in methods.values()]
    assert len(names) == len(set(names))
    assert {"/sparql", "/queries", "/doc/{path}", "/recherche"} <= set(described["paths"])
    assert "/queries/{name}" not in described["paths"]


@pytest.mark.parametrize("name", sorted(Library()))
def test_the_example_of_each_question_answers(
    client: TestClient, described: dict[str, Any], name: str
) -> None:
    operation = described["paths"][f"/queries/{name}"]["get"]
    query = Library()[name]
    assert query.title["fr"] == operation["summary"]
    assert query.summary["fr"] == operation["description"]
    own = [p for p in operation["parameters"] if p["name"] not in ("format", "lang")]
    assert {p["name"]: str(p["example"]) for p in own} == {p.name: p.example for p in query.parameters}
    response = client.get(f"/queries/{name}.json", params={p["name"]: p["example"] for p in own})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] in operation["responses"]["200"]["content"]


def test_the_description_speaks_the_language_asked_for(client: TestClient, described: dict[str, Any]) -> None:
    answer = client.get("/openapi.json", headers={"Accept-Language": "en"})
    assert answer.headers["content-language"] == "en" and "Accept-Language" in answer.headers["vary"]
    english = answer.json()
    assert client.get("/openapi.json?lang=en").json() == english
    assert (
        described["paths"].keys() == english["paths"].keys()
        and described["components"] == english["components"]
    )
    same = [
        (path, method)
        for path, methods in described["paths"].items()
        for method, one in methods.items()
        if "summary" in one and one["summary"] == english["paths"][path][method]["summary"]
    ]
    assert same == []
    question = english["paths"]["/queries/territory-identity"]["get"]
    assert question["summary"] == Library()["territory-identity"].title["en"]
    assert "page of the links that arrive" in str(english["paths"]["/doc/{path}"]["get"]["parameters"])
    shown = client.get("/developpeurs?lang=en", headers={"Accept": "text/html"}).text
    assert "Block of a value chain: page, CSV, workbook, JSON, to embed" in shown


def test_formats_offered_are_formats_given(client: TestClient, described: dict[str, Any]) -> None:
    operation = described["paths"]["/queries/territory-identity"]["get"]
    [example] = [p["example"] for p in operation["parameters"] if p["name"] == "territory"]
    [formats] = [p["schema"]["enum"] for p in operation["parameters"] if p["name"] == "format"]
    media_types = set()
    for name in formats:
        response = client.get(f"/queries/territory-identity?territory={example}&format={name}")
        assert response.status_code == 200
        media_types.add(response.headers["content-type"].partition(";")[0])
    assert media_types == set(operation["responses"]["200"]["content"])
    refused = client.get("/queries/territory-identity.csv?territory=zz%20z").json()
    assert {"title", "status", "detail"} <= set(refused)


def test_no_format_that_is_described_is_refused(client: TestClient, described: dict[str, Any]) -> None:
    for path, methods in described["paths"].items():
        operation = methods.get("get", {})
        if path.startswith(("/queries/", "/sparql", "/graph/")) or "{suffix}" in path:
            continue  # by other tests, or a query or a thing that there is must be named
        for media_type in operation.get("responses", {}).get("200", {}).get("content", {}):
            answer = client.get(openapi.address_to_try(path, operation), headers={"Accept": media_type})
            assert answer.status_code != 406, (path, media_type)
    assert "trig" in str(described["paths"]["/ldes/interactions"]["get"]["parameters"])
    [named] = [
        one["description"]
        for one in described["paths"]["/api/v1/indicators/{name}/values"]["get"]["parameters"]
        if one["name"] == "format"
    ]
    assert "xlsx" in named and "ttl" not in named


READ = (
    "/openapi.json /ogc /ogc/collections /api/v1/gaps /api/v1/indicators /api/v1/search /dumps /dumps/essai.nq.gz /changes "
    "/queries/territory-identity.csv /catalog /doc/site/0990001A /ldes/interactions /agenda.ics /reconcile /sparql /graphs"
)


@pytest.mark.parametrize("path", READ.split())
def test_a_page_of_another_site_may_ask_whether_data_changed(client: TestClient, path: str) -> None:
    asked = {"Origin": "https://e.org", "Access-Control-Request-Method": "GET"}
    told = client.options(path, headers=asked | {"Access-Control-Request-Headers": "if-none-match"})
    assert (told.status_code, told.content, told.headers["access-control-allow-origin"]) == (204, b"", "*")
    assert "GET" in told.headers["access-control-allow-methods"]
    assert "If-None-Match" in told.headers["access-control-allow-headers"]


def test_the_description_is_asked_again_by_its_tag(client: TestClient) -> None:
    answer = client.get("/openapi.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    again = client.get("/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_people_find_every_address(client: TestClient, described: dict[str, Any]) -> None:
    for language in ("fr", "en"):
        response = client.get(f"/developpeurs?lang={language}", headers={"Accept": "text/html"})
        assert response.status_code == 200
        assert response.headers["content-language"] == language
        for path in described["paths"]:
            assert path in response.text
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', response.text)
        titles = re.findall(r'<h2 id="g-\d+">([^<]+)', response.text)
        assert {"Cartes", "Indicateurs"} <= set(titles) if language == "fr" else "Maps" in titles
    tags = {
        one["tags"][0] for methods in described["paths"].values() for one in methods.values() if "tags" in one
    }
    assert tags <= set(openapi.GROUPS)


@pytest.mark.parametrize("path", ["/developpeurs", "/nothing/here"])
def test_a_page_that_reads_nothing_shows_the_publication_too(client: TestClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"})
    assert (
        client.get("/", headers={"Accept": "text/html"}).headers["etag"].strip('"').partition(".")[0]
        in page.text
    )
    assert "Aucune publication" not in page.text


def test_every_address_that_people_are_led_to_answers_in_both_languages(client: TestClient) -> None:
    page = client.get("/developpeurs?lang=en", headers={"Accept": "text/html"}).text
    links = re.findall(r'<td><a href="([^"]+)"><code>', page)
    assert "/api/v1/gaps?territory=200040715" in {html.unescape(one).partition("&")[0] for one in links}
    for link in links:
        address = html.unescape(link)
        if not address.startswith("/queries/"):
            refused = client.get(address)
            assert refused.status_code != 400 and "arameter" not in refused.text[:300], address
    for path in ("/api/v1/indicators", "/api/v1/scenarios", "/api/v1/suggestions/quality"):
        answer = client.get(f"{path}?lang=en")  # the fixture has nothing to compute from
        assert answer.status_code != 400 and "arameter" not in answer.text, (path, answer.text)
