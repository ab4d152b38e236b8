"""Context, prefixes, sitemap, robots: found by programs, true for each of them."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from ancrage.api.app import create_app
from ancrage.api.pages import discovery
from ancrage.api.web.settings import Settings
from ancrage.ontology.vocabulary import PREFIXES, context
from fastapi.testclient import TestClient

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SH = "http://www.w3.org/ns/shacl#"


def addresses(client: TestClient, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/xml")
    found = ElementTree.fromstring(response.content).iter(f"{SITEMAP}loc")
    return [str(loc.text).removeprefix("http://testserver") for loc in found]


def test_the_context_is_the_ontology_s(client: TestClient) -> None:
    answer = client.get("/contexts/v1.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json() == context()
    again = client.get("/contexts/v1.jsonld", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/contexts/v1.jsonld").headers["etag"] == answer.headers["etag"]


def test_schemas_of_declarations_are_published(client: TestClient) -> None:
    listed = client.get("/schemas").json()
    assert {"indicator", "filiere", "source"} <= listed.keys()
    for address in listed.values():
        answer = client.get(address)
        assert answer.headers["content-type"].startswith("application/schema+json")
        assert answer.json()["$schema"].endswith("2020-12/schema")
    assert client.get("/schemas/moon.json").status_code == 404


def test_a_document_read_with_the_context_is_rdf(client: TestClient) -> None:
    document = {
        **client.get("/contexts/v1.jsonld").json(),
        "id": "http://e.org/x",
        "label": {"fr": ["Essai"]},
    }
    quads = list(ox.parse(json.dumps(document), ox.RdfFormat.JSON_LD))
    assert [str(quad.object) for quad in quads] == ['"Essai"@fr']
    assert quads[0].predicate.value == "http://www.w3.org/2000/01/rdf-schema#label"


def test_prefixes_in_every_form(client: TestClient) -> None:
    assert client.get("/prefixes.json").json() == PREFIXES
    for suffix, syntax in (
        ("ttl", ox.RdfFormat.TURTLE),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("nt", ox.RdfFormat.N_TRIPLES),
    ):
        store = ox.Store()
        store.extend(ox.parse(client.get(f"/prefixes.{suffix}").content, syntax))
        rows = store.query(
            f"SELECT ?p ?n {{ ?o <{SH}declare> [ <{SH}prefix> ?p ; <{SH}namespace> ?n ] "
            "FILTER(DATATYPE(?n) = <http://www.w3.org/2001/XMLSchema#anyURI>) }"
        )
        assert {row["p"].value: row["n"].value for row in rows} == PREFIXES  # type: ignore[union-attr]
    page = client.get("/prefixes", headers={"Accept": "text/html"})
    assert "<code>skos:</code>" in page.text
    assert client.get("/prefixes", headers={"Accept": "application/json"}).json() == PREFIXES
    assert client.get("/prefixes", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("part", ["pages-0", "pages-x", "pages-9", f"pages-{'9' * 5_000}", "other-1"])
def test_other_parts_of_the_sitemap_are_not_found(client: TestClient, part: str) -> None:
    assert client.get("/sitemap/pages-1.xml").status_code == 200
    assert client.get(f"/sitemap/{part}.xml").status_code == 404


def test_robots_are_kept_from_queries_and_told_the_sitemap(client: TestClient) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /sparql?" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


def test_every_address_of_the_sitemap_answers(client: TestClient) -> None:
    parts = addresses(client, "/sitemap.xml")
    assert {part.rpartition("/")[2].partition("-")[0] for part in parts} == {
        "pages", "questions", "territoires", "acteurs", "formations", "filieres",
    }  # fmt: skip
    sections = {part: addresses(client, part) for part in parts}
    found = [address for section in sections.values() for address in section]
    assert len(found) == len(set(found))
    assert {"/", "/catalog", "/dumps", "/def", "/territoires/epci/299000001", "/acteurs/0990001A"} <= set(
        found
    )
    assert sum(address.startswith("/queries/") for address in found) > 20
    for part, section in sections.items():
        for address in section if "pages" in part else section[:: len(section) // 3 + 1]:
            assert client.get(address, headers={"Accept": "text/html"}).status_code == 200, address


def test_long_lists_are_cut_in_parts(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = addresses(client, "/sitemap/territoires-1.xml")
    monkeypatch.setattr(discovery, "PART", 4)
    parts = [part for part in addresses(client, "/sitemap.xml?cut") if "territoires" in part]
    assert len(parts) == -(-len(whole) // 4) > 1
    assert [address for part in parts for address in addresses(client, f"{part}?cut")] == whole
    for path in ("/sitemap/territoires-99.xml", "/sitemap/territoires-0.xml", "/sitemap/nothing-1.xml"):
        assert client.get(f"{path}?cut").status_code == 404


def test_the_sitemap_has_what_is_computed_for_the_region_and_no_bare_commune_off_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = addresses(client, "/sitemap/territoires-1.xml?whole")
    service = client.app.state.service  # type: ignore[attr-defined]
    index = service.names._index.find(service.pool.snapshot().id)
    inside = "territory/commune/99101"
    monkeypatch.setattr(index, "around", {f"https://w3id.org/ancrage/id/{inside}"})
    kept = addresses(client, "/sitemap/territoires-1.xml?region")
    assert [one for one in kept if "/commune/" in one or "/epci/" in one] == ["/territoires/commune/99101"]
    others = [one for one in whole if "/commune/" not in one and "/epci/" not in one]
    assert others and set(others) <= set(kept)
    assert {"/indicateurs", "/cartes", "/cartes/flux"} <= set(
        addresses(client, "/sitemap/pages-1.xml?region")
    )
    assert "/indicateurs/population" in addresses(client, "/sitemap/indicateurs-1.xml?region")


def test_the_public_address_is_used_where_it_is_set(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, workers=1, base_url="https://ancrage.example/")
    with TestClient(create_app(settings)) as client:
        assert "Sitemap: https://ancrage.example/sitemap.xml" in client.get("/robots.txt").text
        first = client.get("/sitemap.xml").text
        assert "<loc>https://ancrage.example/sitemap/pages-1.xml</loc>" in first
        assert "<https://ancrage.example/catalog#dataset>" in client.get("/catalog.ttl").text
        assert "testserver" not in client.get("/.well-known/void.ttl").text
        assert json.loads(client.get("/dumps?format=json").text)["files"][0]["url"].startswith(
            "https://ancrage.example/dumps/"
        )


def test_without_a_publication_what_needs_none_is_served(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1))) as client:
        for path in ("/contexts/v1.jsonld", "/prefixes", "/prefixes.html", "/robots.txt"):
            assert client.get(path).status_code == 200
        for path in ("/catalog", "/.well-known/void", "/dumps", "/dumps/x.nq", "/sitemap.xml"):
            assert client.get(path).status_code == 503, path
