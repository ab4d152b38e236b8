"""SERVICE through the API: a real endpoint on loopback, and everything that must never be called."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from ancrage.api.app import create_app
from ancrage.api.sparql.federation import Federation, is_public
from ancrage.api.web.settings import Settings
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store
from fastapi.testclient import TestClient
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, Store

GRAPH = "https://w3id.org/ancrage/graph/a"


class Endpoint(ThreadingHTTPServer):
    """A SPARQL endpoint over a store, that remembers what it was asked."""

    def __init__(self) -> None:
        self.store = Store()
        for i in range(3):
            self.store.add(Quad(_e(f"s{i}"), _e("name"), Literal(f"name {i}", language="en")))
        self.asked: list[str] = []
        self.answer: tuple[int, bytes] | None = None
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        query = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["query"][0]
        self.server.asked.append(query)
        results: Any = self.server.store.query(query)
        status, body = self.server.answer or (200, results.serialize(format=QueryResultsFormat.JSON))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def _e(name: str) -> NamedNode:
    return NamedNode(f"http://e.org/{name}")


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("federation")
    snapshots = Snapshots(data)
    with snapshots.staging() as work:
        lines = [f'<http://e.org/s{i}> <http://e.org/n> "{i}" <{GRAPH}> .' for i in range(2, 5)]
        (work / "a.nq").write_text("\n".join(lines) + "\n")
        quads = build_store([work / "a.nq"], work / "store", merged=[GRAPH])
        graphs = {GRAPH: {"role": "base", "quads": quads}}
        snapshots.publish(work / "store", {"quads": quads, "graphs": graphs, "merged": True})
    return data


@pytest.fixture
def web(folder: Path, endpoint: Endpoint) -> Iterator[TestClient]:
    app: Any = create_app(Settings(data_dir=folder, workers=1))
    allowed = [endpoint.address, "http://127.0.0.1:9/refused"]
    app._sparql.federation = Federation(allowed, 2.0, permitted=lambda address: address == "127.0.0.1")
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def ask(web: TestClient, query: str) -> Any:
    return web.get("/sparql", params={"query": query, "format": "json"})


def test_solutions_of_another_service_are_joined(web: TestClient, endpoint: Endpoint) -> None:
    query = f"""PREFIX e: <http://e.org/>
        SELECT ?s ?n ?name {{ ?s e:n ?n . SERVICE <{endpoint.address}> {{ ?s e:name ?name }} }}"""
    answer = ask(web, query)
    assert answer.status_code == 200
    (row,) = answer.json()["results"]["bindings"]
    assert (row["s"]["value"], row["n"]["value"]) == ("http://e.org/s2", "2")
    assert row["name"] == {"type": "literal", "value": "name 2", "xml:lang": "en"}
    assert endpoint.asked == ["PREFIX e: <http://e.org/>\nSELECT * WHERE { ?s e:name ?name }"]


def test_an_answer_with_anothers_solutions_is_of_its_moment(web: TestClient, endpoint: Endpoint) -> None:
    query = f"SELECT ?x {{ SERVICE <{endpoint.address}> {{ ?x <http://e.org/name> ?name }} }}"
    first = ask(web, query)
    assert len(first.json()["results"]["bindings"]) == 3
    assert first.headers["cache-control"] == "no-store" and "etag" not in first.headers
    endpoint.store.add(Quad(_e("s9"), _e("name"), Literal("new")))
    assert len(ask(web, query).json()["results"]["bindings"]) == 4


def test_the_same_join_as_the_engine_would_make(web: TestClient, endpoint: Endpoint) -> None:
    """Under OPTIONAL, with a clause that gives nothing, one that binds nothing, and two clauses."""
    base = f"SERVICE <{endpoint.address}>"
    optional = (
        f"SELECT * {{ ?s <http://e.org/n> ?n OPTIONAL {{ {base} {{ ?s <http://e.org/name> ?name }} }} }}"
    )
    rows = ask(web, optional).json()["results"]["bindings"]
    assert sorted("name" in row for row in rows) == [False, False, True]
    nothing = f"SELECT * {{ ?s <http://e.org/n> ?n {base} {{ ?s <http://e.org/none> ?name }} }}"
    assert ask(web, nothing).json()["results"]["bindings"] == []
    constant = f"SELECT ?n {{ ?s <http://e.org/n> ?n {base} {{ <http://e.org/s0> <http://e.org/name> 'name 0'@en }} }}"
    assert len(ask(web, constant).json()["results"]["bindings"]) == 3
    two = f"SELECT * {{ {base} {{ ?a <http://e.org/name> 'name 0'@en }} {base} {{ ?b <http://e.org/name> 'name 1'@en }} }}"
    (row,) = ask(web, two).json()["results"]["bindings"]
    assert (row["a"]["value"], row["b"]["value"]) == ("http://e.org/s0", "http://e.org/s1")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((302, b""), "answered 302"),
        ((500, b"oops"), "answered 500"),
        ((200, b"<html>"), "is not JSON"),
        ((200, b"[" * 200_000), "is not JSON"),
        (
            (200, b'{"head": {"vars": ["x} SERVICE <http://e.org/> {"]}, "results": {"bindings": []}}'),
            "cannot be read",
        ),
        (
            (200, json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [{}] * 10_001}}).encode()),
            "10001 solutions",
        ),
        ((200, b" " * (9 << 20)), "more than"),
    ],
)
def test_a_service_that_fails_is_told_and_silent_is_kept(
    web: TestClient, endpoint: Endpoint, answer: tuple[int, bytes], reason: str
) -> None:
    endpoint.answer = answer
    clause = f"<{endpoint.address}> {{ ?s <http://e.org/name> ?name }}"
    told = ask(web, f"SELECT * {{ SERVICE {clause} }}")
    assert told.status_code == 502
    assert reason in told.json()["detail"]
    quiet = ask(web, f"SELECT * {{ ?s <http://e.org/n> ?n SERVICE SILENT {clause} }}")
    assert quiet.status_code == 200 and len(quiet.json()["results"]["bindings"]) == 3


def test_what_another_says_is_data_and_never_query(web: TestClient, endpoint: Endpoint) -> None:
    hostile = 'x" } } SERVICE <http://127.0.0.1:9/> { ?a ?b "\n\\'
    binding = {"s": {"type": "literal", "value": hostile}, "b": {"type": "bnode", "value": "b0"}}
    results = {"head": {"vars": ["s", "b"]}, "results": {"bindings": [binding]}}
    endpoint.answer = (200, json.dumps(results).encode())
    (row,) = ask(web, f"SELECT * {{ SERVICE <{endpoint.address}> {{ ?s ?p ?b }} }}").json()["results"][
        "bindings"
    ]
    assert row["s"]["value"] == hostile
    assert row["b"]["type"] == "uri" and "/.well-known/genid/" in row["b"]["value"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/other> { ?s ?p ?o } }",
        "SELECT * { ?e ?p ?o SERVICE ?e { ?s ?p ?o } }",
        "PREFIX e: <http://127.0.0.1:9/> SELECT * { SERVICE e:x { ?s ?p ?o } }",
        "SELECT * { SERVICE <ENDPOINT> { SERVICE <ENDPOINT> { ?s ?p ?o } } }",
        "SELECT * { " + "SERVICE <ENDPOINT> { ?s ?p ?o } " * 5 + "}",
        "SELECT * { ?s ?p trueSERVICE <ENDPOINT> { ?s ?p ?o } }",
    ],
)
def test_all_else_is_refused_and_nobody_is_called(web: TestClient, endpoint: Endpoint, query: str) -> None:
    answer = ask(web, query.replace("ENDPOINT", endpoint.address))
    assert answer.status_code == 403
    assert endpoint.asked == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <ENDPOINT> { ?s ?p ?o ",
        "SELECT * { SERVICE <http://127.0.0.1:9/other> { ?s ?p } }",
        r"SELECT * { \u0053ERVICE <ENDPOINT> { ?s ?p ?o } }",
    ],
)
def test_bad_syntax_is_told_before_a_refusal(web: TestClient, endpoint: Endpoint, query: str) -> None:
    answer = ask(web, query.replace("ENDPOINT", endpoint.address))
    assert answer.status_code == 400
    assert endpoint.asked == []


def test_an_endpoint_that_cannot_be_reached(web: TestClient) -> None:
    answer = ask(web, "SELECT * { SERVICE <http://127.0.0.1:9/refused> { ?s ?p ?o } }")
    assert answer.status_code == 502
    assert "cannot be reached" in answer.json()["detail"]


def test_an_allowed_name_of_this_machine_is_not_called(folder: Path, endpoint: Endpoint) -> None:
    allowed = (endpoint.address, endpoint.address.replace("127.0.0.1", "localhost"))
    with TestClient(create_app(Settings(data_dir=folder, workers=1, service_allow=allowed))) as web:
        for address in allowed:
            answer = ask(web, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
            assert answer.status_code == 502
            assert "not public" in answer.json()["detail"]
    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("9.9.9.9", True),
        ("2620:fe::fe", True),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("224.0.0.1", False),
        ("::", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("fc00::1", False),
        ("fe80::1%eth0", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public
