"""Clients for the bars: polite ones, each from an address of its own, heavy crowds, and a listener nobody may call."""

from __future__ import annotations

import itertools
import multiprocessing
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

from generator import query_path

#: Two patterns that share nothing: as many rows as the square of the graph.
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y FILTER(STRLEN(STR(?x)) * STRLEN(STR(?y)) = 7907) }"
#: The same, with every pair of texts compared.
COMPARED = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y FILTER(CONTAINS(STR(?x), STR(?y))) }"
#: The same, with a pattern sought in all texts together.
SOUGHT = 'SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y FILTER(REGEX(CONCAT(STR(?x), STR(?y)), "(a|b)+(c|d)+e$")) }'
ENDLESS = (PRODUCT, COMPARED, SOUGHT)


@dataclass
class Reply:
    """An answer: `status` (0: the connection broke), `seconds`, `body`, `headers` in lower case."""

    status: int
    seconds: float
    body: bytes = field(repr=False, default=b"")
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)


def ask(
    port: int,
    path: str,
    method: str = "GET",
    body: Any = None,
    *,
    source: str = "127.0.0.1",
    timeout: float = 60,
    **headers: str,
) -> Reply:
    """Send one request on a connection of its own; an underscore in a header's name stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    started = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout, source_address=(source, 0))
    try:
        connection.request(
            method, path, body, named, encode_chunked=body is not None and not isinstance(body, bytes)
        )
        response = connection.getresponse()
        data = response.read()
        told = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, time.perf_counter() - started, data, told)
    except (OSError, HTTPException):
        return Reply(0, time.perf_counter() - started)
    finally:
        connection.close()


def sparql(
    port: int, text: str, *, source: str = "127.0.0.1", by_address: bool = False, timeout: float = 60
) -> Reply:
    """Send a query, in the body or in the address."""
    if by_address:
        return ask(port, query_path("/sparql", text), source=source, timeout=timeout, Accept="text/csv")
    kind = {"Content_Type": "application/sparql-query", "Accept": "text/csv"}
    body = text.encode("utf-8", "surrogatepass")
    return ask(port, "/sparql", "POST", body, source=source, timeout=timeout, **kind)


_numbers = itertools.count()


def distinct(text: str) -> str:
    """Make a query that no cache has seen, of the same cost."""
    return f"{text}\n# {time.monotonic_ns()}-{next(_numbers)}"


class Listener:
    """A server on loopback that counts who calls it, and hangs up."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self.port = int(self._socket.getsockname()[1])
        self.calls = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/called"

    def _count(self) -> None:
        while not self._stop.is_set():
            try:
                stream, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.calls += 1
            stream.close()

    def close(self) -> int:
        """Stop, and give how many connections came."""
        time.sleep(0.2)
        self._stop.set()
        self._thread.join()
        self._socket.close()
        return self.calls


def _heavy(port: int, clients: int, ready: Any, stop: Any, said: Any) -> None:
    statuses: Counter[int] = Counter()
    guard = threading.Lock()

    def client(number: int) -> None:
        source = f"127.0.2.{number + 1}"
        while not stop.is_set():
            reply = sparql(port, distinct(ENDLESS[number % len(ENDLESS)]), source=source)
            with guard:
                statuses[reply.status] += 1
            if reply.status in (429, 503):
                stop.wait(min(1.0, float(reply.headers.get("retry-after", 1))))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    ready.set()
    for thread in threads:
        thread.join()
    said.put(dict(statuses))


@contextmanager
def crowd(port: int, clients: int) -> Iterator[dict[int, int]]:
    """Keep so many clients asking heavy queries, each from its own address; filled with their statuses at the end.

    A client that is sent away with Retry-After comes back after a second at most: less patient than it was told to be.
    """
    context = multiprocessing.get_context("fork")
    ready, stop, said = context.Event(), context.Event(), context.Queue()
    process = context.Process(target=_heavy, args=(port, clients, ready, stop, said))
    process.start()
    statuses: dict[int, int] = {}
    try:
        ready.wait()
        yield statuses
    finally:
        stop.set()
        statuses |= said.get(timeout=90)
        process.join()
