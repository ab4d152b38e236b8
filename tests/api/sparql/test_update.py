"""SPARQL Update over HTTP: who may, what is taken, what is answered, and that what was written is read at once."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
UPDATE = {**HOLDER, "Content-Type": "application/sparql-update"}
P = "PREFIX e: <http://e.org/> "
COUNT = "SELECT (COUNT(*) AS ?n) { ?s <http://e.org/p> ?o }"


def load(data_dir: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "a.ttl").write_text("<http://e.org/s> <http://e.org/p> 1, 2 .", encoding="utf-8")
    Pipeline(data_dir).load_rdf(folder / "a.ttl", "http://e.org/g")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("update")
    load(folder / "data", folder)
    return folder / "data"


@pytest.fixture(scope="module")
def web(data_dir: Path) -> Iterator[TestClient]:
    chosen = Settings(
        data_dir=data_dir, workers=1, write_key=SecretStr(KEY), largest_upload=300_000, patience=0.5
    )
    with TestClient(create_app(chosen)) as client:
        yield client


@pytest.fixture(scope="module")
def read_only(data_dir: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=data_dir, workers=1))) as client:
        yield client


def update(web: TestClient, text: str, **more: Any) -> Any:
    return web.post("/update", content=P + text, headers=UPDATE, **more)


def count(web: TestClient) -> int:
    return int(web.get("/sparql", params={"query": COUNT}).json()["results"]["bindings"][0]["n"]["value"])


def check_problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert "access-control-allow-origin" not in response.headers
    told: dict[str, Any] = response.json()
    assert told["status"] == status
    assert told["title"] and told["detail"] and told["detail_fr"]
    return told


@pytest.mark.long
@pytest.mark.parametrize("page", ["write.md", "modifier.md"])
def test_the_update_of_the_how_to_is_done(web: TestClient, page: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / "how-to" / page).read_text(encoding="utf-8")
    [written] = re.findall(r"<<'SPARQL'\n(.*?)\nSPARQL\n", text, re.DOTALL)
    assert web.post("/update", content=written.encode(), headers=UPDATE).status_code == 200
    undone = written.replace("INSERT DATA", "DELETE DATA")
    assert web.post("/update", content=undone.encode(), headers=UPDATE).status_code == 200


def test_without_a_key_there_is_no_such_address(read_only: TestClient) -> None:
    unknown = read_only.get("/no-such-address")
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        response = read_only.request(method, "/update", headers=UPDATE)
        assert response.status_code == unknown.status_code == 404
        assert response.headers["content-type"] == unknown.headers["content-type"]


def test_updates_are_posted(web: TestClient) -> None:
    told = web.options("/update")
    assert (told.status_code, told.headers["allow"]) == (204, "POST, OPTIONS")
    assert "access-control-allow-origin" not in told.headers
    for method in ("GET", "PUT", "DELETE"):
        response = web.request(method, "/update", params={"update": "CLEAR ALL"}, headers=HOLDER)
        check_problem(response, 405)
        assert response.headers["allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("sent", [None, "", "Bearer", "Bearer ", "Basic YTpi", KEY])
def test_no_key_is_401(web: TestClient, sent: str | None) -> None:
    headers = {"Content-Type": "application/sparql-update"} | (
        {} if sent is None else {"Authorization": sent}
    )
    response = web.post("/update", content="CLEAR ALL", headers=headers)
    check_problem(response, 401)
    assert response.headers["www-authenticate"] == 'Bearer realm="ancrage"'


@pytest.mark.parametrize("sent", ["wrong", KEY[:-1], KEY + "x", KEY.upper(), "é"])
def test_a_wrong_key_is_403(web: TestClient, sent: str) -> None:
    headers = {"Authorization": f"Bearer {sent}".encode(), "Content-Type": "application/sparql-update"}
    response = web.post("/update", content="CLEAR ALL", headers=headers)  # type: ignore[arg-type]
    check_problem(response, 403)
    assert "invalid_token" in response.headers["www-authenticate"]


def test_an_update_is_answered_by_the_publication_it_made(web: TestClient, data_dir: Path) -> None:
    before = count(web)
    response = update(web, "INSERT DATA { e:new e:p 1 , 2 }")
    assert response.status_code == 200
    told = response.json()
    current = Snapshots(data_dir).current()
    assert current is not None
    assert told["snapshot"] == response.headers["ancrage-snapshot"] == current.id
    assert told["edit"] == response.headers["ancrage-edit"]
    assert (told["added"], told["removed"]) == (2, 0)
    assert told["graphs"] == {EDITS_GRAPH: {"added": 2, "removed": 0}}
    assert response.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in response.headers
    assert count(web) == before + 2
    again = update(web, "INSERT DATA { e:new e:p 1 , 2 }").json()
    assert again == {"snapshot": current.id, "edit": None, "added": 0, "removed": 0, "graphs": {}}
    assert update(web, "DELETE WHERE { e:new ?p ?o }").json()["removed"] == 2
    assert count(web) == before


def test_a_form_does_the_same(web: TestClient) -> None:
    text = P + "INSERT DATA { e:form e:q 'é & + %' } ; INSERT { e:form e:seen ?o } WHERE { ?s e:p ?o }"
    form = {"update": text, "using-graph-uri": "http://e.org/none"}
    response = web.post("/update", data=form, headers=HOLDER)
    assert response.json()["added"] == 1
    form = {"update": P + "DELETE WHERE { e:form e:q ?o } ; INSERT { e:form e:seen ?o } WHERE { ?s e:p ?o }"}
    response = web.post("/update", data={**form, "using-graph-uri": "http://e.org/g"}, headers=HOLDER)
    assert (response.json()["added"], response.json()["removed"]) == (2, 0)  # e:q is not in e:g
    assert update(web, "DELETE WHERE { e:form ?p ?o }").json()["removed"] == 3


def test_the_dataset_may_stand_in_the_address(web: TestClient) -> None:
    text = "INSERT { GRAPH e:k { ?s e:seen ?o } } WHERE { GRAPH ?g { ?s e:p ?o } }"
    named = {"using-named-graph-uri": "http://e.org/none"}
    assert update(web, text, params=named).json()["added"] == 0
    assert update(web, text, params={"using-named-graph-uri": "http://e.org/g"}).json()["added"] == 2
    assert update(web, "DROP GRAPH e:k").json()["removed"] == 2
    check_problem(update(web, "WITH e:g INSERT { ?s e:seen ?o } WHERE { ?s e:p ?o }", params=named), 400)


@pytest.mark.parametrize(
    "form", [{}, {"query": COUNT}, [("update", ""), ("update", "")], {"update": "", "query": ""}]
)
def test_a_form_has_one_update(web: TestClient, form: Any) -> None:
    content = "&".join(f"{k}={v}" for k, v in (form.items() if isinstance(form, dict) else form))
    headers = {**HOLDER, "Content-Type": "application/x-www-form-urlencoded"}
    check_problem(web.post("/update", content=content, headers=headers), 400)


@pytest.mark.parametrize(
    "media_type", ["application/sparql-query", "text/plain", "", "application/sparql-update; charset=latin-1"]
)
def test_other_bodies_are_415(web: TestClient, media_type: str) -> None:
    response = web.post("/update", content="CLEAR ALL", headers={**HOLDER, "Content-Type": media_type})
    check_problem(response, 415)
    assert "application/sparql-update" in response.headers["accept-post"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("INSERT DATA {\n e:s e:p }", 400),
        ("INSERT DATA { e:s e:p " + "[ e:p " * 100 + "1" + "]" * 100 + " }", 400),
        ("LOAD <http://127.0.0.1:9/>", 403),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("DROP ALL", 403),
        (f"INSERT DATA {{ GRAPH <{ONTOLOGY_GRAPH}> {{ e:s e:p 1 }} }}", 403),
        ("COPY e:none TO e:g", 404),
        ("CREATE GRAPH e:g", 409),
        ("INSERT { ?s ?p ?o } WHERE { ?s ?p ?o " + "# long\n" * 20_000 + "}", 413),
        ("INSERT DATA { e:here a <https://w3id.org/ancrage/def/Commune> }", 422),
    ],
)
def test_what_is_refused_is_told_and_changes_nothing(
    web: TestClient, data_dir: Path, text: str, status: int
) -> None:
    before = Snapshots(data_dir).current()
    told = check_problem(update(web, text), status)
    assert Snapshots(data_dir).current() == before
    if status == 400 and text.endswith("p }"):
        assert (told["line"], told["column"]) == (2, 10)
    if status == 422:
        assert told["count"] == len(told["violations"]) > 0
        assert told["violations"][0]["focus"] == "<http://e.org/here>"


def test_the_report_of_shacl_is_given_as_turtle(web: TestClient) -> None:
    text = P + "INSERT DATA { e:here a <https://w3id.org/ancrage/def/Commune> }"
    response = web.post("/update", content=text, headers={**UPDATE, "Accept": "text/turtle"})
    assert (response.status_code, response.headers["content-type"]) == (422, "text/turtle; charset=utf-8")
    assert "sh:ValidationReport" in response.text


def test_bodies_are_bounded_as_sent_and_as_expanded(web: TestClient) -> None:
    data = (
        "INSERT DATA { " + "".join(f"<http://e.org/long> <http://e.org/q> {i} . " for i in range(5000)) + "}"
    )
    assert 64 * 1024 < len(data) < 300_000
    response = web.post(
        "/update", content=gzip.compress(data.encode()), headers={**UPDATE, "Content-Encoding": "gzip"}
    )
    assert response.json()["added"] == 5000
    assert update(web, "DELETE WHERE { e:long ?p ?o }").json()["removed"] == 5000
    check_problem(web.post("/update", content="#" * 300_001, headers=UPDATE), 413)
    bomb = gzip.compress(b"#" * 50_000_000)
    check_problem(web.post("/update", content=bomb, headers={**UPDATE, "Content-Encoding": "gzip"}), 413)
    for body in (gzip.compress(b"CLEAR ALL")[:-9], b"plain", gzip.compress(b"CLEAR ALL") + b"more"):
        check_problem(web.post("/update", content=body, headers={**UPDATE, "Content-Encoding": "gzip"}), 400)
    check_problem(web.post("/update", content=b"", headers={**UPDATE, "Content-Encoding": "br"}), 415)

    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b"#" * 10_000

    check_problem(web.post("/update", content=pieces(), headers=UPDATE), 413)


def test_a_load_in_progress_is_503(web: TestClient, data_dir: Path) -> None:
    with Snapshots(data_dir).lock():
        response = update(web, "INSERT DATA { e:s e:p 9 }")
    check_problem(response, 503)
    assert int(response.headers["retry-after"]) > 0


def test_what_was_written_is_still_there_after_a_load(
    web: TestClient, data_dir: Path, tmp_path: Path
) -> None:
    update(web, "DELETE DATA { e:s e:p 2 } ; INSERT DATA { e:s e:p 3 }")
    before = count(web)
    load(data_dir, tmp_path)
    assert count(web) == before
    values = web.get("/sparql", params={"query": P + "SELECT ?o { e:s e:p ?o }"}).json()["results"][
        "bindings"
    ]
    assert sorted(json.dumps(row["o"]["value"]) for row in values) == ['"1"', '"3"']
