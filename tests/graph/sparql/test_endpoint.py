"""What an endpoint may do wrong: hang, drip, cut, lie, go on without end. An answer is whole, or it is an error in a sentence."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from ancrage.graph.sparql.endpoint import Endpoint
from ancrage.graph.sparql.remote import ROWS, TRIPLES, Call, RemoteFailed, RemoteStore
from pyoxigraph import QuerySolutions

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: " + ROWS.encode() + b"\r\n"
WHOLE = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://e.org/a"}}]}}'


def told(body: bytes, more: int = 0, head: bytes = HEAD) -> bytes:
    """Write an answer with its length, or a longer one."""
    return head + b"Content-Length: %d\r\n\r\n" % (len(body) + more) + body


ANSWERS = {
    "/whole": told(WHOLE),
    "/cut": told(WHOLE[:40], more=60),
    "/half": told(WHOLE[:60]),
    "/endless": HEAD + b"\r\n" + WHOLE,
    "/html": told(b"no", head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"),
    "/busy": told(b"too many", head=b"HTTP/1.1 503 Busy\r\n"),
    "/elsewhere": told(b"", head=b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"),
    "/rows": told(WHOLE, head=HEAD + b"X-SPARQL-MaxRows: 1\r\n"),
    "/term": told(WHOLE.replace(b"http://e.org/a", b"not an iri")),
    "/boolean": told(b'{"head":{},"boolean":true}'),
    "/large": told(WHOLE.replace(b"http://e.org/a", b"http://e.org/" + b"a" * 5000)),
    "/hang": b"",
}


@pytest.fixture
def address() -> Iterator[str]:
    """A server that answers by the path; `/drip` byte by byte, `/trickle` from its body on, `/hang` never."""
    taken = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def answer(stream: socket.socket) -> None:
        with stream:
            with stream.makefile("rb") as sent:  # read to its end: else what is closed is reset
                request = b"".join(iter(sent.readline, b"\r\n"))
                sent.read(int(re.search(rb"Content-Length: (\d+)", request)[1]))  # type: ignore[index]
            path = request.split()[1].decode()
            drips = path in ("/drip", "/trickle")
            body = ANSWERS["/whole" if drips else path]
            if path == "/trickle":
                head, end, body = body.partition(b"\r\n\r\n")
                stream.sendall(head + end)
            try:
                for at in range(0, len(body), 1 if drips else max(1, len(body))):
                    stream.sendall(body[at : at + 1] if drips else body)
                    time.sleep(0.05 if drips else 0)
            except OSError:
                return
            if path == "/hang":
                over.wait(10)

    def serve() -> None:
        while True:
            try:
                stream, _ = taken.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=[stream], daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{taken.getsockname()[1]}"
    over.set()
    taken.close()


def asked(url: str, seconds: float = 20.0, largest: int = 1000) -> list[str]:
    """Give the rows of an answer."""
    rows = RemoteStore(url, Endpoint(url, seconds, largest).fetch).query("SELECT ?s { ?s ?p ?o }")
    assert isinstance(rows, QuerySolutions)
    return [str(row[0]) for row in rows]


def test_a_whole_answer_is_read(address: str) -> None:
    assert asked(f"{address}/whole") == ["<http://e.org/a>"]


WRONG = {
    "/cut": "a part of the answer",
    "/half": "cannot be read",
    "/endless": "a part of the answer",
    "/html": "text/html",
    "/busy": "503 too many",
    "/elsewhere": "302",
    "/rows": "X-SPARQL-MaxRows",
    "/term": "cannot be read",
    "/boolean": "cannot be read",
    "/large": "1000",
}


@pytest.mark.parametrize("path", WRONG)
def test_anything_else_is_an_error_in_a_sentence(address: str, path: str) -> None:
    with pytest.raises(RemoteFailed, match=WRONG[path]) as error:
        asked(address + path)
    assert address in error.value.message["fr"]


@pytest.mark.parametrize("path", ["/hang", "/drip", "/trickle"])
def test_an_endpoint_that_hangs_or_drips_is_left(address: str, path: str) -> None:
    with pytest.raises(RemoteFailed, match="no answer within"):
        asked(address + path, seconds=0.5)


def test_a_closed_port_cannot_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(RemoteFailed, match="cannot be reached"):
        asked(f"http://127.0.0.1:{port}/sparql")


def test_the_dataset_of_a_call_takes_the_place_of_that_of_the_address() -> None:
    endpoint = Endpoint("http://e.org/sparql?default-graph-uri=urn:all&key=1")
    path, body = endpoint._written(Call("ASK {}", TRIPLES, ("urn:a",), ("urn:b",)))
    assert path == "/sparql?key=1"
    assert body == "query=ASK+%7B%7D&default-graph-uri=urn%3Aa&named-graph-uri=urn%3Ab"


@pytest.mark.parametrize(
    "url", ["ftp://e.org/", "e.org/sparql", "https://name:word@e.org/sparql", "http:///sparql"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"e\.org|sparql"):
        Endpoint(url)
