"""Bar of long texts: forty clients send 64 KB of query each as fast as they can; a second one looks things up beside."""

from __future__ import annotations

import multiprocessing
import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from clients import Reply, ask, distinct, sparql
from measures import Measure
from serving import Server

CLIENTS = 40
_GROUP = "{ ?s ?p ?o FILTER(?o < 'a'@en && true != ?o) } UNION "
LONG = "SELECT * { " + _GROUP * 100 + "{ VALUES ?s { " + "<http://e.org/x> " * 3450 + "} ?s ?p ?o } } LIMIT 1"
"""A text of some 64 KB that the guard lets through."""


def long_texts(server: Server, light: Sequence[str], seconds: float, *, one_address: bool) -> Measure:
    """Send long texts from one address or from forty; look things up from another one beside them."""
    context = multiprocessing.get_context("fork")
    stop, said = context.Event(), context.Queue()
    process = context.Process(target=_crowd, args=(server.port, one_address, stop, said))
    process.start()
    second: list[Reply] = []
    health: list[Reply] = []
    try:
        time.sleep(2)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            text = distinct(light[len(second) % len(light)])
            second.append(sparql(server.port, text, source="127.0.5.1"))
            health.append(ask(server.port, "/healthz", source="127.0.5.1"))
            time.sleep(0.02)
    finally:
        stop.set()
        statuses = said.get(timeout=90)
        process.join()
    failed = sum(one.status != 200 for one in (*second, *health))
    late, slow = (_p95([one.seconds for one in replies]) * 1000 for replies in (second, health))
    return Measure(
        f"{CLIENTS} clients with texts of {len(LONG) >> 10} KB from {'one address' if one_address else 'forty'}: "
        "p95 of a second client's lookups",
        "< 100 ms, all answered",
        f"{late:.0f} ms, /healthz {slow:.0f} ms; {failed} failed of {2 * len(second)}; texts: {statuses}",
        late < 100 and not failed and server.alive,
    )


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _crowd(port: int, one_address: bool, stop: Any, said: Any) -> None:
    statuses: Counter[int] = Counter()
    guard = threading.Lock()

    def client(number: int) -> None:
        source = f"127.0.4.{1 if one_address else number + 1}"
        while not stop.is_set():
            reply = sparql(port, distinct(LONG), source=source)
            with guard:
                statuses[reply.status] += 1
            if reply.status in (429, 503):
                stop.wait(0.1)  # ten times less patient than it was told to be

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said.put(dict(statuses))
