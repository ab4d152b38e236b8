"""Bodies without end or too long, on every route; who is refused hears it; requests that only look like one."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings

KEY = "the-key-of-the-attacked-service"
MIB = 1 << 20
JSON = "application/json"
#: Every route that reads a body, with a media type that it takes.
READERS = {
    ("POST", "/sparql"): "application/sparql-query",
    ("POST", "/editor/names"): JSON,
    ("POST", "/editor/places"): JSON,
    ("POST", "/api/v1/scenarios"): JSON,
    ("PUT", "/api/v1/scenarios/{name}"): JSON,
    ("POST", "/update"): "application/sparql-update",
    ("PUT", "/graphs"): "application/n-triples",
    ("POST", "/graphs"): "application/n-triples",
    ("POST", "/reconcile"): "application/x-www-form-urlencoded",
    ("POST", "/reconcile/1.0-draft/match"): JSON,
    ("POST", "/reconcile/1.0-draft/extend"): JSON,
}
#: Routes that a body may be sent to, and that do not look at it.
OTHERS = {("DELETE", "/graphs"), ("DELETE", "/api/v1/scenarios/{name}")}
#: Forms of the devices: read once it is known who asks; tests/api/accounts says how long they may be.
FORMS = {
    *(("POST", f"/{path}") for path in ("connexion", "deconnexion", "demandes/nouvelle", "offres/nouvelle")),
    *(("POST", f"/connexion/acces{path}") for path in ("", "/debut")),
    *(("POST", f"/compte/acces{path}") for path in ("", "/debut", "/{id}/fin")),
    *(("POST", f"/compte/{path}") for path in ("mot-de-passe", "identite", "cles", "cles/{id}/fin")),
    *(("POST", f"/demandes/suivi/{{token}}/{path}") for path in ("{number}", "retrait/oui", "avis/oui")),
    *(("POST", f"/guichet/{path}/{{act}}") for path in ("envois", "demandes/{name}")),
    ("POST", "/offres/{name}/{act}"),
    *(("POST", f"/scenarios/{path}") for path in ("garder", "{name}/suppression")),
    ("POST", "/agenda/relais/{event:path}"),
    *(("POST", f"/agenda/annonces/{path}") for path in ("nouvelle", "{announcement}")),
    *(("POST", f"/classeurs{path}") for path in ("", "/{submission}/{act}")),
    ("POST", "/stages/nouveau/{kind}"),
    ("POST", "/stages/fin/{kind}/{name}"),
    *(("POST", f"/stages/conventions/{path}") for path in ("nouvelle/{post}", "{agreement}/{act}")),
}
WAYS = [
    *READERS,
    *(
        ("POST", path)
        for path in ("/connexion", "/demandes/nouvelle", "/sparql?a=form", "/", "/nothing/here")
    ),
    ("GET", "/healthz"),
]


def address(path: str) -> str:
    return path.replace("{name}", "x") + ("?graph=urn:attack:body" if path == "/graphs" else "")


def kind(method: str, path: str) -> str:
    form = "application/x-www-form-urlencoded"
    return form if "form" in path else READERS.get((method, path), JSON)


def routes() -> Iterator[tuple[str, str]]:
    """List the methods and paths of the application that are not mere reads."""
    waiting: list[Any] = list(create_app(Settings(data_dir=Path("/nonexistent"), write_key="k" * 16)).routes)
    while waiting:
        route = waiting.pop()
        router = getattr(route, "original_router", None)  # how FastAPI keeps a router that was included
        waiting += router.routes if router is not None else ()
        for method in getattr(route, "methods", None) or ():
            if method not in ("GET", "HEAD", "OPTIONS"):
                yield method, str(route.path)


def test_every_route_that_takes_a_body_is_attacked() -> None:
    no_updates = {
        (method, "/update") for method in ("PUT", "PATCH", "DELETE")
    }  # "An update is sent by POST."
    assert set(routes()) | {("POST", "/sparql")} == READERS.keys() | FORMS | OTHERS | no_updates


def pour(target: Any, method: str, path: str, size: int) -> bytes:
    """Send a body in chunks, without end until `size` bytes, then read the answer; empty where there is none."""
    head = (
        f"{method} {address(path)} HTTP/1.1\r\nHost: a\r\nContent-Type: {kind(method, path)}\r\n"
        f"Authorization: Bearer {KEY}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    piece = b"10000\r\n" + b"# aaaaa\n" * (1 << 13) + b"\r\n"
    with socket.create_connection(("127.0.0.1", target.port), timeout=20) as stream:
        sent = 0
        try:
            stream.sendall(head.encode())
            while sent < size:
                stream.sendall(piece)
                sent += len(piece)
        except ConnectionError:
            pass
        assert sent < 64 * MIB, "all of it was taken"
        try:
            return stream.recv(1 << 16)
        except ConnectionError:
            return b""


@pytest.mark.parametrize(("method", "path"), WAYS)
def test_a_body_without_end_costs_no_memory(target: Any, method: str, path: str) -> None:
    if (method, path) in FORMS:
        pour(target, method, path, 1)  # who asks first opens the store of the devices, which is no body
    before = target.resident()
    for size in (64 * MIB, 10 * MIB):
        answer = pour(target, method, path, size)
        assert target.resident() - before < 10 * MIB
        if (method, path) in READERS:
            assert answer.startswith(b"HTTP/1.1 413 "), (size, answer[:200])
            assert b"content-type: application/problem+json" in answer
        else:
            assert not answer or not answer.startswith(b"HTTP/1.1 5"), answer[:200]


@pytest.mark.parametrize(("method", "path"), READERS)
@pytest.mark.parametrize("chunked", [False, True])
def test_who_sends_ten_megabytes_before_reading_hears_why_they_are_refused(
    target: Any, method: str, path: str, chunked: bool
) -> None:
    body: Any = iter([b"# aaaaa\n" * (1 << 17)] * 10) if chunked else b"# aaaaa\n" * (10 << 17)
    headers = {"Content_Type": kind(method, path), "Authorization": f"Bearer {KEY}"}
    answer = target.ask(address(path), method, body, **headers)
    assert (answer.status, answer.headers["content-type"]) == (413, "application/problem+json")
    assert json.loads(answer.body)["status"] == 413


def test_a_refused_body_is_told_to_a_client_that_leaves_after_it_as_to_one_that_stays(target: Any) -> None:
    for last in (b"close", b"keep-alive"):
        with socket.create_connection(("127.0.0.1", target.port), timeout=20) as stream:
            stream.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
                b"Connection: %s\r\nContent-Length: %d\r\n\r\n" % (last, 10 * MIB)
            )
            stream.sendall(b"a" * 10 * MIB)
            assert stream.recv(1 << 16).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: b\r\n", b"Host: a\r\nhOST: a\r\n"])
def test_a_request_names_one_host(target: Any, hosts: bytes) -> None:
    assert target.raw(b"GET /healthz HTTP/1.1\r\n" + hosts + b"\r\n").startswith(b"HTTP/1.1 400 ")


def test_chunks_are_not_mostly_something_else(target: Any) -> None:
    head = (
        b"POST /editor/names HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    before = target.resident()
    one = b"1;" + b"a" * 4096 + b"\r\n{\r\n"
    for begun, more in (
        (head + b"1;", b"a" * 65536),
        (head, one),
        (head + b"1\r\n{\r\n0\r\n", b"X: y\r\n" * 1024),
    ):
        with socket.create_connection(("127.0.0.1", target.port), timeout=20) as stream:
            stream.sendall(begun)
            sent = 0
            while sent < MIB:
                stream.sendall(more)
                sent += len(more)
            assert stream.recv(1 << 16).startswith(b"HTTP/1.1 400 "), more[:10]
    assert target.resident() - before < 10 * MIB
    whole = head + b"".join(b"1\r\n%c\r\n" % letter for letter in b'{"iris":[]}') + b"0\r\n\r\n"
    with socket.create_connection(("127.0.0.1", target.port), timeout=20) as stream:
        stream.sendall(whole)  # the smallest chunks there are
        assert stream.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
