"""OGC API - Features: what a client of the standard does, from the landing page to the last page of features."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient
from pyogrio.raw import read  # type: ignore[import-untyped]

GEOJSON = "application/geo+json"


def get(client: TestClient, path: str, status: int = 200, **asked: Any) -> Any:
    answer = client.get(path, params=asked or None)
    assert answer.status_code == status, answer.text
    return answer.json()


def link(told: Any, rel: str) -> str:
    (found,) = (one["href"] for one in told["links"] if one["rel"] == rel)
    return str(found)


def test_a_client_goes_from_the_landing_page_to_the_features(client: TestClient) -> None:
    landing = get(client, "/ogc")
    assert client.get(link(landing, "service-desc")).json()["openapi"].startswith("3.")
    conforms = get(client, link(landing, "conformance"))["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in conforms
    assert not any("oas30" in one for one in conforms), "the description is of OpenAPI 3.1"
    told = get(client, link(landing, "data"))["collections"]
    assert [one["id"] for one in told] == ["territories", "sites", "actors"]
    for one in told:
        alone = get(client, link(one, "self"))
        assert alone | {"links": one["links"]} == one and alone["links"][:-1] == one["links"]
        answer = client.get(link(one, "items"))
        assert answer.headers["content-type"].startswith(GEOJSON)
        assert answer.headers["access-control-allow-origin"] == "*"
        features = answer.json()["features"]
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert features and west <= east and south <= north
        feature = get(client, f"/ogc/collections/{one['id']}/items/{features[0]['id']}")
        assert (
            client.get(feature["properties"]["page"]).status_code == 200
        )  # an address whole, for who reads the file elsewhere
        assert link(feature, "describedby") == feature["properties"]["page"]
        assert {key: feature[key] for key in features[0]} == features[0]


@pytest.mark.parametrize("name", ["territories", "sites", "actors"])
def test_pages_give_each_feature_once(client: TestClient, name: str) -> None:
    whole = get(client, f"/ogc/collections/{name}/items", limit=1000)
    ids = [one["id"] for one in whole["features"]]
    assert whole["numberMatched"] == whole["numberReturned"] == len(set(ids)) == len(ids)
    seen, address = [], f"/ogc/collections/{name}/items?limit=2"
    while address:
        page = get(client, address)
        assert page["numberReturned"] == len(page["features"]) <= 2
        seen += [one["id"] for one in page["features"]]
        address = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
    assert seen == ids


def test_a_box_gives_what_meets_it(client: TestClient) -> None:
    path = "/ogc/collections/territories/items"
    whole = {one["id"]: one for one in get(client, path, limit=1000)["features"]}
    assert whole["epci/299000001"]["geometry"]["type"] == "Polygon"
    assert whole["commune/99101"]["geometry"] == {"type": "Point", "coordinates": [5.7, 45.2]}
    near = get(client, path, bbox="5.65,45.05,5.75,45.25")
    found = {one["id"] for one in near["features"]}
    assert {"commune/99101", "epci/299000001"} <= found
    assert get(client, path, bbox="5.65,45.05,0,5.75,45.25,900")["numberMatched"] == len(found)
    assert get(client, path, bbox="-60,-10,-50,0")["numberMatched"] == 0
    assert get(client, path, bbox="170,-80,6,80")["numberMatched"] > 0  # across the antimeridian
    communes = get(client, path, bbox="5.65,45.05,5.75,45.25", kind="Commune")
    assert {one["properties"]["kind"] for one in communes["features"]} == {"Commune"}
    groups = get(client, path, kind="epci")["features"]
    assert {one["properties"]["kind"] for one in groups} == {"Intercommunality"}


def test_a_site_says_whose_it_is_and_how_well_its_place_is_known(client: TestClient) -> None:
    features = get(client, "/ogc/collections/sites/items", limit=1000)["features"]
    assert {one["properties"]["position"] for one in features} <= {"site", "commune", None}
    owners = {one["properties"]["organization"] for one in features}
    actors = get(client, "/ogc/collections/actors/items", limit=1000)["features"]
    assert {one["properties"]["iri"] for one in actors} == owners


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/ogc/collections/territories/items?bbox=1,2,3", 400, "bbox"),
        ("/ogc/collections/territories/items?kind=Foo", 400, "Intercommunality"),
        ("/ogc/collections/territories/items?bbox=1,9,3,2", 400, "bbox"),
        ("/ogc/collections/territories/items?bbox=nan,1,2,3", 400, "bbox"),
        ("/ogc/collections/territories/items?limit=0", 400, "limit"),
        ("/ogc/collections/territories/items?offset=-1", 400, "offset"),
        ("/ogc/collections/territories/items?bboxx=1", 400, "bbox"),
        ("/ogc/collections/territories/items?datetime=hier", 400, "datetime"),
        ("/ogc/collections/rivers/items", 404, "territories"),
        ("/ogc/collections/territories/items/commune/00000", 404, "commune/00000"),
    ],
)
def test_what_is_wrong_is_told(client: TestClient, path: str, status: int, word: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == status, answer.text
    assert word in answer.json()["detail_fr"] and "[0-9" not in answer.text  # a pattern tells nobody anything


def test_more_than_the_most_is_the_most_and_no_error(client: TestClient) -> None:
    told = get(client, "/ogc/collections/territories/items", limit=10**12, datetime="2026-01-01/..")
    assert "limit=1000" in link(told, "self")


def test_an_answer_that_one_has_comes_back_as_not_modified(client: TestClient) -> None:
    first = client.get("/ogc/collections/sites/items")
    again = client.get("/ogc/collections/sites/items", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_each_answer_has_a_page_and_each_leads_to_the_other(client: TestClient) -> None:
    person = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
    items = "/ogc/collections/territories/items?limit=2&offset=1"
    for path in (
        "/ogc",
        "/ogc/collections",
        "/ogc/collections/sites",
        items,
        "/ogc/collections/territories/items/commune/99101",
    ):
        told = get(client, path)
        page = client.get(link(told, "alternate"))
        assert page.headers["content-type"].startswith("text/html") and page.status_code == 200, page.text
        shown = client.get(path, headers=person)
        assert shown.headers["content-type"].startswith("text/html") and "Accept" in shown.headers["vary"]
        (back,) = re.findall(r'href="([^"]*f=json[^"]*)"', shown.text)
        again = get(client, html.unescape(back))
        assert {key: value for key, value in again.items() if key != "links"} == {
            key: value for key, value in told.items() if key != "links"
        }
    assert "conf/html" in client.get("/ogc/conformance", headers=person).text
    rows = re.findall(r'<th scope="row"><a href="([^"]*)"', client.get(items, headers=person).text)
    assert rows == [
        f"/ogc/collections/territories/items/{one['id']}" for one in get(client, items)["features"]
    ]
    for accept in ("application/geo+json, text/html;q=0.5", "*/*", ""):
        assert client.get(items, headers={"Accept": accept}).headers["content-type"].startswith(GEOJSON)
    assert get(client, "/ogc?f=xml", 400)["title"]


@pytest.mark.parametrize("name", ["territories", "sites", "actors"])
def test_the_vector_file_holds_each_feature_as_another_program_reads_it(
    client: TestClient, name: str, tmp_path: Path
) -> None:
    address = link(get(client, f"/ogc/collections/{name}"), "enclosure")
    answer = client.get(address)
    assert client.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    file = tmp_path / f"{name}.gpkg"
    file.write_bytes(answer.content)
    told, _, shapes, columns = read(file)
    features = get(client, f"/ogc/collections/{name}/items", limit=1000)["features"]
    rows = dict(zip(told["fields"], columns, strict=True))
    assert told["crs"] == "EPSG:4326"
    assert list(rows["id"]) == [one["id"] for one in features]
    for key in features[0]["properties"]:
        assert [None if value != value else value for value in rows[key]] == [
            one["properties"].get(key) for one in features
        ]
    drawn = [
        None if shape is None else json.loads(shapely.to_geojson(shapely.from_wkb(shape))) for shape in shapes
    ]
    assert drawn == [one["geometry"] for one in features]
    assert client.get("/ogc/collections/none.gpkg").status_code == 404
