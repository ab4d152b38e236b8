"""Clients that do not follow the rules: garbage, endless heads, slow senders and readers, too many, too large."""

import json
import socket
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.long


CORPUS = tomllib.loads((Path(__file__).parent / "corpus.toml").read_text("utf-8"))
STALL = 1.0
POST = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
KEY = "the-key-of-the-attacked-service"
HEAVY = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?l) }} # {}"
LARGE = "SELECT * { ?a ?b ?c . ?d <urn:p> ?f } LIMIT 200000"


@pytest.mark.parametrize("attack", CORPUS["bytes"], ids=lambda attack: attack["name"])
def test_garbage_is_answered_or_cut_off_and_never_an_error_of_ours(
    target: Any, written: Callable[..., str], attack: dict[str, Any]
) -> None:
    answer = target.raw(written(attack["parts"]).encode("latin-1"))
    if answer:
        status = int(answer.split(b" ", 2)[1])
        assert status < 500 or status == 503, answer[:300]
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b"set-cookie" not in head.lower()
        assert b"root:" not in body
        assert b"class Settings" not in body
        assert b"<script>alert" not in body


def test_a_broken_text_in_every_way_to_send_it(target: Any) -> None:
    for body, kind in (
        (b"query=ASK+%7B%7D\xff", "application/x-www-form-urlencoded"),
        (b"query=ASK%20%7B%7D%00", "application/x-www-form-urlencoded"),
        ("ASK { ?s ?p '\ud800' }".encode("utf-8", "surrogatepass"), "application/sparql-query"),
        (b"\xef\xbb\xbfASK {}", "application/sparql-query"),
        (b"\xff\xfeA\0S\0K\0", "application/sparql-query"),
        (b"", "application/sparql-query"),
        (b"", "application/x-www-form-urlencoded"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"<x/>", "text/xml"),
    ):
        answer = target.ask("/sparql", "POST", body, Content_Type=kind)
        assert answer.status in (200, 400, 415), (body, answer.body[:200])
    for query in (
        "%",
        "%ZZ",
        "%00",
        "%FF",
        "+",
        "query=%ED%A0%80",
        "query=&query=",
        "query=ASK%7B%7D&format=%00",
    ):
        assert target.ask(f"/sparql?{query}").status in (200, 400, 406), query


def test_an_endless_head_is_refused_and_costs_no_memory(target: Any) -> None:
    before = target.resident()
    for start, piece in (
        (b"GET / HTTP/1.1\r\nHost: a\r\n", b"X-More: " + b"a" * 8000 + b"\r\n"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-One: ", b"a" * 8192),
        (b"GET /", b"a" * 8192),
        (b"", b"\r\n" * 4096),
    ):
        with socket.create_connection(("127.0.0.1", target.port), timeout=20) as stream:
            stream.sendall(start)
            sent = 0
            try:
                while sent < 64 << 20:
                    stream.sendall(piece)
                    sent += len(piece)
            except ConnectionError:
                pass
            assert sent < 64 << 20 or not start, "all of it was taken"
    assert target.resident() - before < 10 << 20


def test_a_long_address_is_taken_and_a_longer_one_refused(target: Any) -> None:
    for size, status in ((60_000, 200), (70_000, 414), (120_000, 414)):
        answer = target.ask("/sparql?query=ASK%7B%7D%23" + "a" * size)
        assert answer.status == status, size


def test_endless_trailers_cost_no_memory(target: Any) -> None:
    before = target.resident()
    with socket.create_connection(("127.0.0.1", target.port), timeout=20) as stream:
        stream.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n"
        )
        try:
            for _ in range(4000):
                stream.sendall(b"X-More: " + b"a" * 8000 + b"\r\n")
        except ConnectionError:
            pass
    assert target.resident() - before < 10 << 20


@pytest.fixture(scope="module")
def impatient(hostile_data: Path, server_of: Callable[..., Any]) -> Iterator[Any]:
    """A service that cuts a client off after a second without progress."""
    settings = {"ANCRAGE_STALL": str(STALL), "ANCRAGE_DEADLINE": "2", "ANCRAGE_LARGEST": "64M"}
    with server_of(hostile_data, **settings) as made:
        yield made
        made.unharmed()


def closed(stream: socket.socket, within: float = 15) -> bool:
    """Tell whether the service closes a connection that only waits."""
    stream.settimeout(within)
    try:
        while stream.recv(1 << 16):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GE",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: ",
        POST + b"Content-Length: 99\r\n\r\nAS",
        POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nAS\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /hea",
    ],
)
def test_who_begins_and_stands_still_is_cut_off(impatient: Any, begun: bytes) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port)) as stream:
        stream.sendall(begun)
        assert closed(stream)


def test_two_hundred_slow_senders_keep_nobody_out(impatient: Any) -> None:
    with ExitStack() as stack:
        streams = [
            stack.enter_context(socket.create_connection(("127.0.0.1", impatient.port))) for _ in range(200)
        ]
        gone = 0
        for letter in b"GET /healthz HTTP/1.1\r\nHost: abcdefghijklmnopqrst":
            for stream in streams:
                try:
                    stream.sendall(bytes([letter]))
                except ConnectionError:
                    gone += 1
            impatient.unharmed()
            if gone >= len(streams):
                break
            time.sleep(STALL / 20)  # the attack is to be slow: a letter now and then
        assert all(closed(stream) for stream in streams)


def test_who_does_not_read_is_cut_off_and_keeps_no_query_process(impatient: Any) -> None:
    request = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nAccept: text/csv\r\n"
        + f"Content-Length: {len(LARGE)}\r\n\r\n{LARGE}".encode()
    )
    ports = set()
    with ExitStack() as stack:
        for _ in range(6):
            stream = stack.enter_context(socket.socket())
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stream.connect(("127.0.0.1", impatient.port))
            stream.sendall(request)
            ports.add(stream.getsockname()[1])
        until = time.monotonic() + 10
        while not impatient.holds(ports) and time.monotonic() < until:
            time.sleep(0.01)  # connected is not yet accepted
        assert impatient.holds(ports)
        until = time.monotonic() + 30
        while impatient.holds(ports) and time.monotonic() < until:
            impatient.unharmed()
        assert not impatient.holds(ports)


def test_an_upload_over_the_limit_is_refused_while_it_is_sent(target: Any) -> None:
    before = target.resident()
    paths = ["/sparql"] + [p for p in ("/update", "/graphs?default") if target.ask(p, "POST").status != 404]
    for path in paths:
        kind = b"application/sparql-query" if path == "/sparql" else b"application/sparql-update"
        kind = b"application/n-triples" if path.startswith("/graphs") else kind
        head = b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nAuthorization: Bearer %s\r\n" % (
            path.encode(),
            kind,
            KEY.encode(),
        )
        for more, before_each in (
            (b"Content-Length: 67108864\r\n\r\n", b""),
            (b"Transfer-Encoding: chunked\r\n\r\n", b"2000\r\n"),
        ):
            with socket.create_connection(("127.0.0.1", target.port), timeout=20) as stream:
                stream.sendall(head + more)
                sent = 0
                try:
                    while sent < 64 << 20:
                        stream.sendall(
                            before_each + b"# " + b"a" * 8189 + b"\n" + (b"\r\n" if before_each else b"")
                        )
                        sent += 8192
                except ConnectionError:
                    pass
                assert sent < 64 << 20, f"{path}: all of it was taken"
                try:
                    answer = stream.recv(1 << 16)
                except ConnectionError:
                    answer = b""
                assert not answer or answer.split(b" ", 2)[1] == b"413", answer[:200]
    assert target.resident() - before < 10 << 20


def test_forty_clients_with_heavy_queries_keep_nobody_out(target: Any) -> None:
    def attack(number: int) -> int:
        return int(target.sparql(HEAVY.format(number), timeout=60).status)

    with ThreadPoolExecutor(40) as crowd:
        answers = [crowd.submit(attack, number) for number in range(40)]
        pages = 0
        while not all(one.done() for one in answers):
            assert target.ask("/", Accept="text/html").status == 200
            assert target.ask("/doc/site/0990001A", Accept="text/turtle").status == 200
            assert target.ask("/healthz").status == 200
            pages += 1
    assert pages
    assert {one.result() for one in answers} <= {429, 503, 504}


def test_forty_clients_with_long_texts_keep_no_other_client_out(target: Any) -> None:
    """Forty addresses, so that no share of one client holds them back; the other one asks for more than any of them."""
    text = "SELECT * {{ {} {{ VALUES ?s {{ {} }} ?s ?p ?o }} }} LIMIT 1"
    long = text.format(
        "{ ?s ?p ?o FILTER(?o < 'a'@en && true != ?o) } UNION " * 100, "<http://e.org/x> " * 3450
    )
    kind, stop = "application/sparql-query", threading.Event()

    def attack(number: int) -> set[int]:
        statuses = set()
        while not stop.is_set():
            body = f"{long}#{time.monotonic()}".encode()
            statuses.add(
                target.ask("/sparql", "POST", body, 60, f"127.0.4.{number + 1}", Content_Type=kind).status
            )
        return statuses

    with ThreadPoolExecutor(40) as crowd:
        asking = [crowd.submit(attack, number) for number in range(40)]
        try:
            stop.wait(2)
            asks = [
                target.ask("/sparql", "POST", f"ASK {{}} #{n}".encode(), 60, "127.0.5.1", Content_Type=kind)
                for n in range(150)
            ]
        finally:
            stop.set()
    assert {one.status for one in asks} == {200}
    assert set.union(*(one.result() for one in asking)) <= {200, 429, 503}


def test_a_client_that_leaves_takes_its_query_along(target: Any) -> None:
    text = HEAVY.format("left")
    for _ in range(12):
        with socket.create_connection(("127.0.0.1", target.port)) as stream:
            stream.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
                + f"Content-Length: {len(text)}\r\n\r\n{text}".encode()
            )
    target.unharmed()


def test_no_log_line_was_begun_by_a_client(target: Any) -> None:
    target.raw(b"GET /x%0Alevel=critical%0D%1B[2J HTTP/1.1\r\nHost: a\r\nUser-Agent: a\r\n\r\n")
    target.ask("/sparql?query=ASK%7B%7D")
    time.sleep(0.2)
    lines = list(target.log)
    for at, line in enumerate(lines):
        known = line.startswith(("timestamp=", "ancrage est servi", "Les premières pages"))
        assert known, "".join(lines[max(0, at - 3) : at + 40])  # a traceback tells its cause
        assert line[:-1].isprintable()
    assert json.dumps(target.log).count("level=critical") == 0
