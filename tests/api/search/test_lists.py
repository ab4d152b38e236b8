"""Lists of things for programs: all of a kind once, pages, columns, filters, files."""

import csv
import io
import re
from typing import Any

import pytest
from ancrage.api.search.lists import LISTS
from fastapi.testclient import TestClient

NEXT = re.compile(r"<([^>]*)>; rel=\"next\"")


def listed(client: TestClient, address: str) -> dict[str, Any]:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    assert response.headers["ancrage-total"] == str(found["total"])
    return found


def walked(client: TestClient, address: str) -> list[dict[str, Any]]:
    """Follow the pages of a list to its end."""
    response, rows = client.get(address), []
    while True:
        rows += response.json()["results"]
        if (after := NEXT.search(response.headers.get("link", ""))) is None:
            return rows
        response = client.get(after[1])


@pytest.mark.parametrize("name", LISTS)
def test_pages_of_a_list_hold_each_of_its_things_once_in_one_order(client: TestClient, name: str) -> None:
    rows = walked(client, f"/api/v1/{name}?size=3&illustrative=true")
    iris = [row["iri"] for row in rows]
    assert iris == sorted(set(iris)) and len(iris) == listed(client, f"{name}?illustrative=true")["total"]
    query: dict[str, str | int] = {"kind": LISTS[name].kind, "size": 1000, "illustrative": "true"}
    searched = {row["iri"]: row for row in client.get("/api/v1/search", params=query).json()["results"]}
    assert [searched[iri] for iri in iris] == rows
    if not LISTS[name].head:
        assert len(rows) == len(searched) > 0


def test_projects_and_events_are_interactions(client: TestClient) -> None:
    whole = {row["iri"] for row in listed(client, "interactions?size=1000&illustrative=true")["results"]}
    for name, head in (("projects", "project/"), ("events", "event/")):
        some = {row["iri"] for row in listed(client, f"{name}?size=1000&illustrative=true")["results"]}
        assert some == {iri for iri in whole if f"/{head}" in iri}


def test_fields_choose_the_columns_of_every_format(client: TestClient) -> None:
    chosen = listed(client, "actors?fields=label,code&fields=departments&size=1000")["results"]
    assert all(list(row) == ["label", "code", "departments"] for row in chosen)
    text = client.get("/api/v1/actors?fields=label,code,departments&format=csv").text
    table = list(csv.DictReader(io.StringIO(text)))
    assert [row["label"] for row in table] == [row["label"] for row in chosen]
    joined = [" | ".join(one["label"] for one in row["departments"]) for row in chosen]
    assert [row["departments"] for row in table] == joined and any(joined)
    for path in ("actors", "search"):
        refused = client.get(f"/api/v1/{path}?fields=code,lable")
        assert refused.status_code == 400
        assert "valeurs : code, iri, label" in refused.json()["detail_fr"]
        assert "Did you mean “label”?" in refused.json()["detail"]


def test_a_territory_and_a_detail_choose_what_they_do_in_the_search(client: TestClient) -> None:
    within = listed(client, "programmes?territory=299000001&size=1000")
    searched = client.get("/api/v1/search?kind=formations&territory=299000001").json()
    assert within["total"] == searched["total"] > 0
    levels = [row["code"] for row in listed(client, "territories?detail=epci&size=1000")["results"]]
    query = "SELECT ?t { ?t a <https://w3id.org/ancrage/def/Intercommunality> }"
    known = client.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1:]
    assert levels == sorted(iri.rsplit("/", 1)[-1] for iri in known) and levels
    refused = client.get("/api/v1/territories?detail=epcy")
    assert refused.status_code == 400 and "Did you mean “epci”?" in refused.json()["detail"]


def test_a_file_holds_all_or_the_page_asked_for(client: TestClient) -> None:
    whole = client.get("/api/v1/interactions", headers={"Accept": "text/csv"})
    rows = list(csv.reader(io.StringIO(whole.text)))[1:]
    assert len(rows) == int(whole.headers["ancrage-total"]) > 1
    page = client.get("/api/v1/interactions?format=csv&size=1&page=1")
    assert list(csv.reader(io.StringIO(page.text)))[1:] == rows[:1]
    assert page.headers["ancrage-total"] == whole.headers["ancrage-total"]
    assert NEXT.search(page.headers["link"]) and not NEXT.search(whole.headers["link"])
    described = client.get("/api/v1/interactions?format=csvw").json()["tableSchema"]["columns"]
    assert [one["name"] for one in described] == next(csv.reader(io.StringIO(whole.text)))


@pytest.mark.parametrize("name", ["interactions", "actors", "territories", "search"])
def test_the_description_of_a_list_names_the_column_that_tells_rows_apart(
    client: TestClient, name: str
) -> None:
    key = client.get(f"/api/v1/{name}?format=csvw").json()["tableSchema"]["primaryKey"]
    keys = [row[key] for row in csv.DictReader(io.StringIO(client.get(f"/api/v1/{name}?format=csv").text))]
    assert key == "iri" and len(set(keys)) == len(keys) > 1 and all(keys)
    without = client.get(f"/api/v1/{name}?format=csvw&fields=label").json()["tableSchema"]
    assert "primaryKey" not in without


def test_what_is_invented_is_listed_only_when_asked_for(client: TestClient) -> None:
    real = listed(client, "interactions?size=1000")
    assert all(row["evidence"] != "illustrative" for row in real["results"])
    assert listed(client, "interactions?illustrative=true")["total"] > real["total"]


def test_a_list_is_asked_again_by_its_tag_and_is_in_the_language_asked_for(client: TestClient) -> None:
    first = client.get("/api/v1/territories?size=1")
    again = client.get("/api/v1/territories?size=1", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    details = [
        listed(client, f"territories?detail=department&size=1&lang={lang}")["results"][0]["detail"]
        for lang in ("fr", "en")
    ]
    assert details == ["département", "department"] or details[0] != details[1]


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("actors?kind=acteurs", 400, "Unknown parameter: “kind”"),
        ("actors?size=1001", 400, "from 1 to 1000"),
        ("actors?territory=zz", 400, "Territory “zz”: nothing"),
        ("actors?format=pdf", 406, "json"),
    ],
)
def test_what_a_list_cannot_answer_is_told(client: TestClient, address: str, status: int, told: str) -> None:
    refused = client.get(f"/api/v1/{address}")
    assert refused.status_code == status and told in refused.json()["detail"]
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["actor", "territorie", "project"])
def test_an_address_that_is_nearly_a_list_leads_to_it(client: TestClient, name: str) -> None:
    refused = client.get(f"/api/v1/{name}")
    assert refused.status_code == 404
    assert f"/api/v1/{name}s" in {one["address"] for one in refused.json()["nearest"]}
