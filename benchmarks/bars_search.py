"""Bar of search beside writes: what is derived of a publication serves until that of the next is there."""

from __future__ import annotations

import threading
import time
from collections import Counter

from bars_writes import writes_exist
from clients import ask
from measures import Measure
from serving import Server

EVERY = 4.0
"""Seconds from one write to the next."""
_WAIT = 600.0
_ASKED = (
    "/api/v1/search?q=bois",
    "/recherche?q=bois",
    "/catalog.ttl",
    "/.well-known/void.ttl",
    "/dumps/ontology.nq.gz",
)


def search_beside_writes(server: Server, key: str, seconds: float) -> Measure:
    """Write a triple every four seconds, and ask for search, catalogue, counts and a dump all the while."""
    name, bar = f"search with a write every {EVERY:g} s", "200 in 100 % of asks"
    if not writes_exist(server, key):
        return Measure(name, bar, "no update over HTTP yet")
    if not _first(server):
        return Measure(
            name, bar, f"not measured: nothing was made of the first publication in {_WAIT:g} s", False
        )
    statuses: dict[str, Counter[int]] = {path: Counter() for path in _ASKED}
    slowest = dict.fromkeys(_ASKED, 0.0)
    stop = threading.Event()

    def read(path: str) -> None:
        while not stop.wait(0.1):
            reply = ask(server.port, path, timeout=60)
            statuses[path][reply.status] += 1
            slowest[path] = max(slowest[path], reply.seconds)

    threads = [threading.Thread(target=read, args=(path,)) for path in _ASKED]
    for thread in threads:
        thread.start()
    written, begun = Counter[int](), time.monotonic()
    while time.monotonic() < begun + seconds:
        started = time.monotonic()
        update = f"INSERT DATA {{ GRAPH <urn:bench:search> {{ <urn:s> <urn:p> {time.monotonic_ns()} }} }}"
        headers = {"Content_Type": "application/sparql-update", "Authorization": f"Bearer {key}"}
        written[ask(server.port, "/update", "POST", update.encode(), timeout=60, **headers).status] += 1
        time.sleep(max(0.0, started + EVERY - time.monotonic()))
    stop.set()
    for thread in threads:
        thread.join()
    asks = sum(sum(one.values()) for one in statuses.values())
    well = sum(one[200] for one in statuses.values())
    worst = max(slowest, key=lambda path: slowest[path])
    told = f"200 in {100 * well / asks:.2f} % of {asks} asks; writes {dict(written)}; slowest {slowest[worst]:.1f} s ({worst})"
    others = {path: dict(one) for path, one in statuses.items() if set(one) != {200}}
    return Measure(
        name,
        bar,
        told,
        well == asks and set(written) == {200},
        f"{seconds:g} s; {others or 'no other status'}",
    )


def _first(server: Server) -> bool:
    """Wait until all that is asked for was made once: before that there is nothing that could serve."""
    end = time.monotonic() + _WAIT
    while any(ask(server.port, path, timeout=60).status != 200 for path in _ASKED):
        if time.monotonic() > end:
            return False
        time.sleep(1)
    return True
