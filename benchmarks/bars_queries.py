"""Bars of the query service: deadline, crashes, crowds, calls to others, sizes."""

from __future__ import annotations

import os
import random
import signal
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from clients import ENDLESS, Listener, Reply, ask, crowd, distinct, sparql
from generator import percentile
from measures import Measure
from serving import Server

DOUBLED = (
    "SELECT ?x0 { BIND('aaaaaaaaaaaaaaaa' AS ?x0) "
    + "".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1}) " for i in range(34))
    + "FILTER(STRLEN(?x34) > 0) }"
)
REPLACED = (
    "SELECT ?x0 { BIND('aaaaaaaaaaaaaaaa' AS ?x0) "
    + "".join(f"BIND(REPLACE(?x{i}, 'a', 'aaaaaaaa') AS ?x{i + 1}) " for i in range(12))
    + "FILTER(STRLEN(?x12) > 0) }"
)
ENCODED = (
    "SELECT ?x0 { BIND('éééééééé' AS ?x0) "
    + "".join(f"BIND(ENCODE_FOR_URI(CONCAT(?x{i}, ?x{i})) AS ?x{i + 1}) " for i in range(24))
    + "FILTER(STRLEN(?x24) > 0) }"
)


def lookup(subject: str) -> str:
    """Write the query of all that is said of a subject."""
    return f"SELECT ?p ?o {{ <{subject}> ?p ?o }}"


def deadline(server: Server, subjects: Sequence[str], limit: float, times: int) -> list[Measure]:
    """Run endless queries to their deadline, each followed at once by a lookup."""
    over, following, statuses = [], [], Counter[int]()
    for number in range(times):
        reply = sparql(server.port, distinct(ENDLESS[number % len(ENDLESS)]))
        statuses[reply.status] += 1
        over.append(reply.seconds - limit)
        after = sparql(server.port, lookup(subjects[number]))
        statuses[after.status] += 1
        following.append(after.seconds)
    good = statuses == Counter({504: times, 200: times})
    return [
        Measure(
            f"deadline of {limit:g} s: answer",
            "≤ limit + 0.5 s",
            f"limit + {max(over):.2f} s at most (median {statistics.median(over):.2f}), {times} queries",
            good and max(over) <= 0.5,
            f"statuses {dict(statuses)}",
        ),
        Measure(
            "deadline: next query",
            "≤ 100 ms",
            f"{max(following) * 1000:.0f} ms at most (median {statistics.median(following) * 1000:.1f})",
            good and max(following) <= 0.1,
        ),
    ]


def crash(server: Server, subjects: Sequence[str], times: int) -> list[Measure]:
    """Exhaust the memory of query processes, and kill one in its work; look at what comes back and when."""
    front, statuses, back = server.pid, Counter[int](), []
    bad = 0
    for text in [DOUBLED, REPLACED, ENCODED] * times:
        reply, seconds = _watched(server, lambda text=text: sparql(server.port, distinct(text)))
        statuses[reply.status] += 1
        bad += sparql(server.port, lookup(random.choice(subjects))).status != 200
        back += [seconds] if seconds is not None else []
    struck = []
    for _ in range(times):
        reply, seconds = _watched(server, lambda: _struck(server))
        struck.append(reply.status)
        bad += sparql(server.port, lookup(random.choice(subjects))).status != 200
        back += [seconds] if seconds is not None else []
    alive = server.alive and server.pid == front and not bad
    good = set(statuses) == {422} and set(struck) == {422}
    slowest = (
        f"{max(back) * 1000:.0f} ms at most (median {statistics.median(back) * 1000:.0f}), {len(back)} deaths"
    )
    return [
        Measure(
            "memory or crash: answer",
            "422; the API lives",
            f"memory {dict(statuses)}, SIGSEGV {dict(Counter(struck))}; API {'alive' if alive else 'NOT alive'}",
            good and alive,
            f"{bad} of {3 * times + times} lookups after it failed" if bad else "",
        ),
        Measure(
            "memory or crash: respawn",
            "≤ 200 ms",
            slowest if back else "no process died",
            bool(back) and max(back) <= 0.2,
            "from the death of a process until a new one has the snapshot's store open",
        ),
    ]


def _struck(server: Server) -> Reply:
    """Ask an endless query, and send SIGSEGV to the process that works on it."""
    replies: list[Reply] = []
    thread = threading.Thread(target=lambda: replies.append(sparql(server.port, distinct(ENDLESS[0]))))
    before = {pid: _used(pid) for pid in server.workers()}
    thread.start()
    while thread.is_alive():
        time.sleep(0.02)
        used = {pid: _used(pid) - before.get(pid, 0) for pid in server.workers()}
        busiest = max(used, key=lambda pid: used[pid])
        if used[busiest] >= 20:  # hundredths of a second
            os.kill(busiest, signal.SIGSEGV)
            break
    thread.join()
    return replies[0]


def _used(pid: int) -> int:
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11])
    return 0


def _open(pid: int) -> bool:
    """Tell whether a query process has a snapshot's store open."""
    with suppress(OSError):
        return any(".sst" in str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir())
    return False


def _watched(server: Server, work: Callable[[], Reply]) -> tuple[Reply, float | None]:
    """Do a work that should cost a query process; give the seconds from its death to a new one that is ready."""
    known = set(server.workers())
    moments: dict[str, float] = {}
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.002):
            if "died" not in moments and any(_gone(pid) for pid in known):
                moments["died"] = time.perf_counter()
            if "died" in moments and any(_open(pid) for pid in set(server.workers()) - known):
                moments["back"] = time.perf_counter()
                return

    thread = threading.Thread(target=watch)
    thread.start()
    reply = work()
    end = time.perf_counter() + 3
    while (
        thread.is_alive()
        and time.perf_counter() < end
        and ("died" in moments or time.perf_counter() < end - 2.5)
    ):
        time.sleep(0.01)
    stop.set()
    thread.join()
    return reply, moments["back"] - moments["died"] if "back" in moments else None


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


def heavy_clients(
    server: Server, subjects: Sequence[str], light: Sequence[str], seconds: float
) -> list[Measure]:
    """Have forty clients ask endless queries; read the home page and ask light queries beside them."""
    home: list[Reply] = []
    second: list[Reply] = []
    pages: list[Reply] = []
    with crowd(server.port, 40) as statuses:
        time.sleep(2)
        end = time.perf_counter() + seconds

        def repeat(into: list[Reply], work: Callable[[int], Reply], pause: float) -> None:
            number = 0
            while time.perf_counter() < end:
                into.append(work(number))
                number += 1
                time.sleep(pause)

        def page(number: int) -> Reply:
            path = subjects[number % len(subjects)].removeprefix("https://w3id.org/ancrage/id/")
            return ask(server.port, "/doc/" + path, source="127.0.3.1", Accept="text/html")

        threads = [
            threading.Thread(target=repeat, args=work)
            for work in (
                (home, lambda _: ask(server.port, "/", source="127.0.3.2", Accept="text/html"), 0.05),
                (
                    second,
                    lambda n: sparql(server.port, distinct(light[n % len(light)]), source="127.0.3.3"),
                    0.1,
                ),
                (pages, page, 0.1),
            )
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    late = percentile([one.seconds for one in home], 0.95)
    slow = percentile([one.seconds for one in second], 0.95)
    others = percentile([one.seconds for one in pages], 0.95)
    refused = Counter(one.status for one in second if one.status != 200)
    return [
        Measure(
            f"40 clients with endless queries for {seconds:g} s: their statuses",
            "429, 503 or 504 (422 where memory ends first)",
            f"{dict(sorted(statuses.items()))}",
            bool(statuses) and set(statuses) <= {422, 429, 503, 504},
        ),
        Measure(
            "40 heavy clients: the home page",
            "≤ 100 ms",
            f"p95 {late * 1000:.0f} ms (most {max(one.seconds for one in home) * 1000:.0f}), {len(home)} times",
            all(one.status == 200 for one in home) and late <= 0.1,
            f"beside it, pages of {len(pages)} things never asked before: p95 {others * 1000:.0f} ms, "
            f"statuses {dict(Counter(one.status for one in pages))}",
        ),
        Measure(
            "40 heavy clients: a second client",
            "p95 ≤ 2 s",
            f"p95 {slow:.2f} s (most {max(one.seconds for one in second):.2f}), {len(second)} light queries",
            not refused and slow <= 2,
            f"refused {dict(refused)}" if refused else "",
        ),
    ]


def calls(server: Server, key: str) -> list[Measure]:
    """Ask for SERVICE, LOAD, a remote context, an external entity: nobody may be called."""
    listener = Listener()
    url = listener.url
    asked = [
        f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ BIND(<{url}> AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}",
        f"SELECT * {{ {{ SELECT * {{ SERVI\\u0043E <{url}> {{ ?s ?p ?o }} }} }} }}",
        f"ASK {{ FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }}",
        f"CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * FROM <{url}> {{ ?s ?p ?o }}",
        f"LOAD <{url}>",
    ]
    queries = Counter(sparql(server.port, text).status for text in asked)
    bearer = {"Authorization": f"Bearer {key}"}
    updates = [
        f"LOAD <{url}>",
        f"LOAD SILENT <{url}> INTO GRAPH <urn:g>",
        f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        f"INSERT DATA {{ <urn:a> <urn:b> 1 }} ; LOAD <{url}>",
    ]
    updated = Counter(
        ask(
            server.port, "/update", "POST", text.encode(), Content_Type="application/sparql-update", **bearer
        ).status
        for text in updates
    )
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    put = Counter(
        ask(server.port, "/graphs?graph=urn:called", "PUT", text.encode(), Content_Type=kind, **bearer).status
        for kind, text in (
            ("application/ld+json", f'{{"@context": "{url}", "@id": "urn:s", "name": "x"}}'),
            (
                "application/ld+json",
                f'{{"@context": {{"@version": 1.1, "@import": "{url}"}}, "@id": "urn:s"}}',
            ),
            (
                "application/rdf+xml",
                f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{url}">]><rdf:RDF {rdf} xmlns:e="urn:e">'
                '<rdf:Description rdf:about="urn:s"><e:p>&x;</e:p></rdf:Description></rdf:RDF>',
            ),
            ("application/rdf+xml", f'<?xml version="1.0"?><!DOCTYPE r SYSTEM "{url}"><rdf:RDF {rdf}/>'),
            ("text/turtle", f"<urn:s> <http://www.w3.org/2002/07/owl#imports> <{url}> ."),
        )
    )
    ask(server.port, "/graphs?graph=urn:called", "DELETE", **bearer)
    count = listener.close()
    return [
        Measure(
            "SERVICE, LOAD, remote contexts, external entities",
            "0 connections",
            f"{count} connections of {len(asked) + len(updates) + put.total()} attempts",
            not count and 0 not in queries + updated + put,
            f"statuses: queries {dict(queries)}, updates {dict(updated)}, bodies at /graphs {dict(put)}",
        )
    ]


def limits(server: Server) -> list[Measure]:
    """Send queries at the limits of size and nesting, and just beyond."""
    before = set(server.workers())
    fits = "ASK { ?s ?p ?o } #"
    sizes = [65_536, 65_537, 1 << 20]
    sized = [sparql(server.port, fits + "x" * (size - len(fits))) for size in sizes]
    depths = [64, 65, 2220]
    nested = [
        sparql(server.port, "SELECT * " + "{ " * depth + "?s ?p ?o" + " }" * depth + " LIMIT 1")
        for depth in depths
    ]
    died = len(before - set(server.workers()))
    slowest = max(one.seconds for one in (*sized[1:], *nested[1:]))
    refused = [one.status for one in sized] == [200, 413, 413] and [one.status for one in nested] == [
        200,
        400,
        400,
    ]
    told = [f"{size:,} bytes {one.status}" for size, one in zip(sizes, sized, strict=True)]
    told += [f"{depth} deep {one.status}" for depth, one in zip(depths, nested, strict=True)]
    return [
        Measure(
            "query's size and nesting",
            "≤ 64 KiB, ≤ 64 deep; else 413, 400",
            ", ".join(told),
            refused and not died,
            f"refused within {slowest * 1000:.0f} ms; {died} query processes died",
        )
    ]
