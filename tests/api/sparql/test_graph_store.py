"""The Graph Store Protocol: graphs read by everyone in every format, written by the holder of the key."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.graph.snapshots.provenance import EDITS_GRAPH, ONTOLOGY_GRAPH
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.publish.pipeline import Pipeline
from fastapi.testclient import TestClient
from pydantic import SecretStr

KEY = "a-key-for-the-tests-only"
HOLDER = {"Authorization": f"Bearer {KEY}"}
TURTLE = {**HOLDER, "Content-Type": "text/turtle"}
G = {"graph": "http://e.org/g"}
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graphs")
    triples = "".join(f"<http://e.org/s{i}> <http://e.org/p> {i} .\n" for i in range(3000))
    (folder / "a.ttl").write_text(triples, encoding="utf-8")
    Pipeline(folder / "data").load_rdf(folder / "a.ttl", G["graph"])
    return folder / "data"


@pytest.fixture(scope="module")
def web(data_dir: Path) -> Iterator[TestClient]:
    chosen = Settings(
        data_dir=data_dir,
        workers=1,
        write_key=SecretStr(KEY),
        largest_upload=600_000,
        base_url="https://ancrage.example",
    )
    with TestClient(create_app(chosen)) as client:
        yield client


@pytest.fixture(scope="module")
def read_only(data_dir: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=data_dir, workers=1))) as client:
        yield client


def check_problem(response: Any, status: int, *, cors: bool) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert ("access-control-allow-origin" in response.headers) is cors
    told: dict[str, Any] = response.json()
    return told


def triples(response: Any, format: ox.RdfFormat) -> set[str]:
    return {str(quad.triple) for quad in ox.parse(response.content, format)}


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", FORMATS)
def test_a_graph_is_read_in_every_format(web: TestClient, media_type: str) -> None:
    response = web.get("/graphs", params=G, headers={"Accept": media_type})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert response.headers["access-control-allow-origin"] == "*"
    assert "Accept" in response.headers["vary"]
    assert len(triples(response, FORMATS[media_type])) == 3000


def test_the_format_may_be_named_and_has_a_default(web: TestClient) -> None:
    assert web.get("/graphs", params={**G, "format": "nt"}).headers["content-type"] == "application/n-triples"
    assert web.get("/graphs", params=G).headers["content-type"].startswith("text/turtle")
    told = check_problem(web.get("/graphs", params={**G, "format": "xlsx"}), 406, cors=True)
    assert "text/turtle" in told["formats"]
    check_problem(web.get("/graphs", params=G, headers={"Accept": "text/csv"}), 406, cors=True)


def test_the_default_graph_is_the_union_of_the_base_graphs(web: TestClient, data_dir: Path) -> None:
    snapshot = Snapshots(data_dir).current()
    assert snapshot is not None
    store = ox.Store.read_only(str(snapshot.store))
    expected = sum(1 for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    response = web.get("/graphs?default", headers={"Accept": "application/n-triples"})
    assert len(response.content.splitlines()) == expected > 3000


def test_a_graph_is_read_again_only_when_it_may_have_changed(web: TestClient) -> None:
    for encoding in ("identity", "gzip"):
        headers = {"Accept": "text/turtle", "Accept-Encoding": encoding}
        first = web.get("/graphs", params=G, headers=headers)
        assert first.headers.get("content-encoding") == (None if encoding == "identity" else "gzip")
        assert len(triples(first, ox.RdfFormat.TURTLE)) == 3000
        again = web.get("/graphs", params=G, headers={**headers, "If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["access-control-allow-origin"] == "*"
        head = web.head("/graphs", params=G, headers=headers)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("etag", "content-type", "last-modified", "vary", "ancrage-snapshot"):
            assert head.headers[name] == first.headers[name]
    other = web.get("/graphs", params={**G, "format": "nt"}, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def test_an_unknown_graph_is_404(web: TestClient) -> None:
    for method in ("GET", "HEAD"):
        response = web.request(method, "/graphs", params={"graph": "http://e.org/none"})
        assert response.status_code == 404
        assert response.headers["access-control-allow-origin"] == "*"
    told = check_problem(web.get("/graphs", params={"graph": "http://e.org/none"}), 404, cors=True)
    assert told["graph"] == "http://e.org/none"


@pytest.mark.parametrize(
    "address", ["/graphs", "/graphs?default&graph=http://e.org/g", "/graphs?graph=http://e.org/g&graph=http://e.org/h",
                "/graphs?graph=relative", "/graphs?graph=", "/graphs?graph=http://e.org/%3E%7B"]
)  # fmt: skip
def test_one_graph_is_named(web: TestClient, address: str) -> None:
    told = check_problem(web.get(address), 400, cors=True)
    assert told["title"] == "Which graph?"
    check_problem(web.put(address, content="", headers=TURTLE), 400, cors=False)


def test_the_graphs_are_listed_to_who_names_none(web: TestClient) -> None:
    assert G["graph"] in web.get("/graphs").json()["graphs"]


# --- writing ----------------------------------------------------------------------------------------------------------


def test_a_published_graph_is_given_whole_whatever_the_largest_answer(example_data_dir: Path) -> None:
    with TestClient(create_app(Settings(data_dir=example_data_dir, workers=1, largest=1 << 20))) as client:
        answer = client.get("/graphs?default&format=nt")
        assert answer.status_code == 200 and len(answer.content) > 1 << 20 and answer.text.endswith(" .\n")


def test_without_a_key_graphs_are_only_read(read_only: TestClient) -> None:
    assert read_only.options("/graphs").headers["allow"] == "GET, HEAD, OPTIONS"
    for method in ("PUT", "POST", "DELETE"):
        response = read_only.request(method, "/graphs", params=G, headers=TURTLE)
        check_problem(response, 405, cors=False)
        assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    assert read_only.patch("/graphs", params=G).status_code == 405


def test_other_sites_may_read_and_not_write(web: TestClient) -> None:
    told = web.options("/graphs")
    assert told.headers["access-control-allow-origin"] == "*"
    assert told.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "PUT" in told.headers["allow"]
    assert "Authorization" not in told.headers["access-control-allow-headers"]


def test_a_write_needs_the_key(web: TestClient) -> None:
    for method in ("PUT", "POST", "DELETE"):
        response = web.request(method, "/graphs", params=G, headers={"Content-Type": "text/turtle"})
        check_problem(response, 401, cors=False)
        assert response.headers["www-authenticate"].startswith("Bearer")
        wrong = {"Content-Type": "text/turtle", "Authorization": "Bearer no"}
        check_problem(web.request(method, "/graphs", params=G, headers=wrong), 403, cors=False)


def test_a_graph_is_made_changed_and_removed(web: TestClient, data_dir: Path) -> None:
    new = {"graph": "https://w3id.org/ancrage/graph/scenario/essai"}
    made = web.put(
        "/graphs", params=new, content="<#a> <http://e.org/p> [ <http://e.org/q> 1 ] .", headers=TURTLE
    )
    assert made.status_code == 201
    assert made.headers["location"].startswith("https://ancrage.example/graphs?graph=https")
    assert "access-control-allow-origin" not in made.headers
    current = Snapshots(data_dir).current()
    assert current is not None
    assert made.headers["ancrage-snapshot"] == current.id
    read = web.get("/graphs", params={**new, "format": "nt"}).text
    assert f"<{new['graph']}#a>" in read  # relative to the graph
    assert "/id/genid/" in read
    added = web.post("/graphs", params=new, content="<#a> <http://e.org/p> 2 .", headers=TURTLE)
    assert (added.status_code, added.content) == (204, b"")
    assert len(web.get("/graphs", params={**new, "format": "nt"}).text.splitlines()) == 3
    replaced = web.put("/graphs", params=new, content="<#b> <http://e.org/p> 2 .", headers=TURTLE)
    assert replaced.status_code == 204
    assert len(web.get("/graphs", params={**new, "format": "nt"}).text.splitlines()) == 1
    removed = web.delete("/graphs", params=new, headers=HOLDER)
    assert removed.status_code == 204
    assert web.get("/graphs", params=new).status_code == 404
    check_problem(web.delete("/graphs", params=new, headers=HOLDER), 404, cors=False)


def test_what_was_read_can_be_sent_back(web: TestClient) -> None:
    for media_type in ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"):
        read = web.get("/graphs", params=G, headers={"Accept": media_type})
        sent = web.put(
            "/graphs", params=G, content=read.content, headers={**HOLDER, "Content-Type": media_type}
        )
        assert sent.status_code == 204
        assert sent.headers["ancrage-snapshot"] == read.headers["ancrage-snapshot"]  # nothing to change


def test_a_write_over_somebody_elses_is_412(web: TestClient) -> None:
    graph = {"graph": "http://e.org/shared"}
    only_new = {**TURTLE, "If-None-Match": "*"}
    assert (
        web.put("/graphs", params=graph, content="<#a> <http://e.org/p> 1 .", headers=only_new).status_code
        == 201
    )
    check_problem(web.put("/graphs", params=graph, content="", headers=only_new), 412, cors=False)
    seen = web.get("/graphs", params=graph).headers["etag"]
    mine = {**TURTLE, "If-Match": seen}
    assert (
        web.put("/graphs", params=graph, content="<#a> <http://e.org/p> 2 .", headers=mine).status_code == 204
    )
    told = check_problem(web.put("/graphs", params=graph, content="", headers=mine), 412, cors=False)
    assert told["snapshot"] != seen.strip('"')[:25]


def test_the_default_graph_can_be_added_to(web: TestClient) -> None:
    added = web.post("/graphs?default", content="<http://e.org/x> <http://e.org/p> 1 .", headers=TURTLE)
    assert added.status_code == 204
    assert len(web.get("/graphs", params={"graph": EDITS_GRAPH, "format": "nt"}).text.splitlines()) == 1
    for method in ("PUT", "DELETE"):
        told = check_problem(
            web.request(method, "/graphs?default", content="", headers=TURTLE), 403, cors=False
        )
        assert told["graph"] == ONTOLOGY_GRAPH


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        ("<#a> <http://e.org/p>\n broken", "text/turtle", 400),
        ("{", "application/ld+json", 400),
        ("<#a> a <https://w3id.org/ancrage/def/Commune> .", "text/turtle", 422),
        ("x" * 600_001, "text/turtle", 413),
        ("", "application/trig", 415),
        ("", "application/n-quads", 415),
        ("", "multipart/form-data; boundary=x", 415),
        ("", "", 415),
        ("", "text/turtle; charset=iso-8859-1", 415),
    ],
)
def test_what_is_refused_changes_nothing(
    web: TestClient, data_dir: Path, content: str, media_type: str, status: int
) -> None:
    before = Snapshots(data_dir).current()
    headers = {**HOLDER, "Content-Type": media_type}
    for method in ("PUT", "POST"):
        response = web.request(
            method, "/graphs", params={"graph": "http://e.org/n"}, content=content, headers=headers
        )
        check_problem(response, status, cors=False)
    assert Snapshots(data_dir).current() == before


def test_the_ontology_is_read_and_not_written(web: TestClient) -> None:
    graph = {"graph": ONTOLOGY_GRAPH}
    assert web.get("/graphs", params=graph).status_code == 200
    for method in ("PUT", "POST", "DELETE"):
        content = "<#a> <http://e.org/p> 1 ."
        check_problem(
            web.request(method, "/graphs", params=graph, content=content, headers=TURTLE), 403, cors=False
        )
