"""What the benchmark of the service measures: each function plays its load on the servers and gives rows."""

from __future__ import annotations

import json
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from generator import JSON, Load, get, hammer, run
from measures import Measure, Ratio
from mixes import Query
from service_setup import Bench
from serving import (
    Server,
    forget_peak,
    memory,
)

CONNECTIONS = (1, 8, 32)
LARGE = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100000"


def say(text: str) -> None:
    """Tell of the progress on standard error."""
    print(text, file=sys.stderr, flush=True)


def measure_mix(bench: Bench) -> list[Measure]:
    """Play a mix of five kinds of query, never the same twice, cache off, at 1, 8 and 32 connections."""
    measures: list[Measure] = []
    wrong: Counter[str] = Counter()
    compared = 0
    warming = [one.text for one in bench.mix.take(40)]
    for server in filter(None, (bench.oxigraph, bench.cold, bench.virtuoso)):
        run(server.port, bench.requests(server, warming), 8, keep=False)
    for connections in CONNECTIONS:
        many = {1: 40, 8: 80, 32: 120}[connections] // (2 if bench.quick else 1)
        loads: dict[str, list[tuple[Load, float]]] = {}
        for number in range(bench.rounds):
            queries = bench.mix.take(many)
            servers = [one for one in (bench.oxigraph, bench.cold, bench.virtuoso) if one]
            for server in servers[number % len(servers) :] + servers[: number % len(servers)]:
                with bench.watched(server) as cpu:
                    load = run(
                        server.port, bench.requests(server, [one.text for one in queries]), connections
                    )
                loads.setdefault(server.name, []).append((load, cpu()))
            compared += len(queries)
            _compare(queries, {name: taken[-1][0] for name, taken in loads.items()}, wrong)
        measures += _mix_rows(connections, loads)
    measures.append(_sameness(compared, wrong))
    return measures


def _mix_rows(connections: int, loads: dict[str, list[tuple[Load, float]]]) -> list[Measure]:
    ours, theirs = loads["ancrage serve"], loads["oxigraph serve"]
    failed = {name: sum(load.failures for load, _ in taken) for name, taken in loads.items()}
    rate = Ratio.of([load.rate for load, _ in ours], [load.rate for load, _ in theirs])
    late = Ratio.of(
        [load.percentile(0.95) for load, _ in ours], [load.percentile(0.95) for load, _ in theirs]
    )
    cpu = Ratio.of(
        [used / max(1, len(load.good)) for load, used in ours],
        [used / max(1, len(load.good)) for load, used in theirs],
    )
    note = f"CPU a query: {cpu} × oxigraph's"
    if any(failed.values()):
        statuses = {
            name: Counter(one.status for load, _ in taken for one in load.samples if one.status != 200)
            for name, taken in loads.items()
            if failed[name]
        }
        note += f"; failures: {', '.join(f'{name} {dict(found)}' for name, found in statuses.items())}"

    def each(value: Callable[[Load], float], form: str) -> str:
        middles = {name: statistics.median(value(load) for load, _ in taken) for name, taken in loads.items()}
        return ", ".join(f"{name.split()[0]} {middle:{form}}" for name, middle in middles.items())

    clean = not failed["ancrage serve"]
    where = f"mix, cache off, {connections} connection{'s' if connections > 1 else ''}"
    return [
        Measure(
            f"{where}: queries a second",
            "≥ 0.9 × oxigraph",
            f"{rate}  [{each(lambda load: load.rate, '.1f')}]",
            clean and rate.median >= 0.9,
            note,
            {"ratio": rate.median, "cpu": cpu.median, "failures": failed},
        ),
        Measure(
            f"{where}: p95",
            "≤ 1.1 × oxigraph",
            f"{late}  [{each(lambda load: load.percentile(0.95) * 1000, '.0f')} ms; p50 "
            f"{each(lambda load: load.percentile(0.5) * 1000, '.0f')}]",
            clean and late.median <= 1.1,
            figures={"ratio": late.median},
        ),
    ]


def _compare(queries: Sequence[Query], loads: dict[str, Load], wrong: Counter[str]) -> None:
    """Count the queries whose answers differ from oxigraph's."""
    bodies = {name: {one.number: one for one in load.samples} for name, load in loads.items()}
    for number, query in enumerate(queries):
        expected = _rows(bodies["oxigraph serve"][number].body)
        ours = bodies["ancrage serve"][number]
        if ours.status == 200 and _rows(ours.body) != expected:
            wrong["ancrage"] += 1
            say(f"ancrage's answer differs: {query.name}: {query.text}")
        if "virtuoso" in bodies and bodies["virtuoso"][number].status == 200:
            counted = _rows(bodies["virtuoso"][number].body).total()
            if counted != expected.total():
                wrong[f"virtuoso, {query.name}"] += 1


def _rows(body: bytes) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True) for row in json.loads(body)["results"]["bindings"])


def _sameness(compared: int, wrong: Counter[str]) -> Measure:
    others = {name: count for name, count in wrong.items() if name != "ancrage"}
    note = "Virtuoso counts other rows in: " + ", ".join(
        f"{name.removeprefix('virtuoso, ')} ({n})" for name, n in others.items()
    )
    return Measure(
        "mix: same rows as oxigraph",
        "all",
        f"{compared - wrong['ancrage']} of {compared} distinct queries",
        not wrong["ancrage"],
        note if others else "",
    )


def measure_dashboard(bench: Bench) -> list[Measure]:
    """Twenty queries again and again, with the cache."""
    texts = [query.text for query in bench.mix.take(20)]
    seconds = 2.0 if bench.quick else 4.0
    rates: dict[str, list[float]] = {}
    failures = 0
    for number in range(bench.rounds):
        for server in _turned([bench.oxigraph, bench.warm], number):
            requests = bench.requests(server, texts)

            def endless(requests: list[bytes] = requests) -> Iterator[bytes]:
                while True:
                    yield from requests

            run(server.port, requests, 8, keep=False)
            with bench.watched(server):
                load = run(server.port, endless(), 8, keep=False, seconds=seconds)
            rates.setdefault(server.name, []).append(load.rate)
            failures += load.failures
    ratio = Ratio.of(rates["ancrage serve"], rates["oxigraph serve"])
    return [
        Measure(
            "20 queries of a dashboard repeated, 8 connections, cache on",
            "≥ 5 × oxigraph",
            f"{ratio}  [{_middles(rates)} a second]",
            not failures and ratio.median >= 5,
            f"failures: {failures}" if failures else "",
            {"ratio": ratio.median},
        )
    ]


def _turned(servers: list[Server], number: int) -> list[Server]:
    return servers[number % len(servers) :] + servers[: number % len(servers)]


def _middles(values: dict[str, list[float]], form: str = ",.0f") -> str:
    return ", ".join(f"{name.split()[0]} {statistics.median(some):{form}}" for name, some in values.items())


def measure_lookup(bench: Bench) -> list[Measure]:
    """All that is said of one subject, at 8 connections: distinct subjects, then the same few again."""
    measures = []
    seconds = 2.0 if bench.quick else 4.0
    for temperature, ours, bar in (("cold", bench.cold, 0.3), ("warm", bench.warm, 0.5)):
        subjects = bench.subjects if temperature == "cold" else bench.subjects[:1000]
        texts = [f"SELECT ?p ?o {{ <{subject}> ?p ?o }}" for subject in subjects]
        rates: dict[str, list[float]] = {}
        late: dict[str, list[float]] = {}
        cpus: dict[str, list[float]] = {}
        failures = 0
        for number in range(bench.rounds):
            servers = [bench.oxigraph, ours, *([bench.virtuoso] if bench.virtuoso else [])]
            for server in _turned(servers, number):
                paths = [bench.path(server, text) for text in texts]
                if temperature == "warm":
                    run(server.port, [get(server.port, path) for path in paths], 8, keep=False)
                with bench.watched(server) as cpu:
                    rate = hammer(server.port, paths, 8, seconds, JSON, bench.wrk)
                rates.setdefault(server.name, []).append(rate.rate)
                late.setdefault(server.name, []).append(rate.p95 * 1000)
                cpus.setdefault(server.name, []).append(cpu() / max(1.0, rate.rate * seconds) * 1e6)
                failures += rate.failures if server is ours else 0
        ratio = Ratio.of(rates["ancrage serve"], rates["oxigraph serve"])
        about = f"{len(subjects):,} subjects, cache {'off' if temperature == 'cold' else 'on'}"
        measures.append(
            Measure(
                f"single lookups, 8 connections, {temperature} ({about})",
                f"≥ {bar} × oxigraph",
                f"{ratio}  [{_middles(rates)} a second; p95 {_middles(late, '.2f')} ms]",
                not failures and ratio.median >= bar,
                f"CPU a lookup: {_middles(cpus, '.0f')} µs" + (f"; failures: {failures}" if failures else ""),
                {"ratio": ratio.median, "failures": failures},
            )
        )
    return measures


def measure_large(bench: Bench) -> list[Measure]:
    """Ask for 100,000 rows in JSON: their time, and what the process that speaks HTTP keeps of them."""
    times: dict[str, list[float]] = {}
    growth = []
    rows = {}
    servers = [bench.oxigraph, bench.cold, *([bench.virtuoso] if bench.virtuoso else [])]
    for number in range(1 if bench.quick else 5):
        for server in _turned(servers, number):
            fronts = server.fronts() if server is bench.cold else []
            for pid in fronts:
                forget_peak(pid)
            before = {pid: memory(pid) for pid in fronts}
            with bench.watched(server):
                load = run(server.port, bench.requests(server, [LARGE]), 1)
            growth += [memory(pid, "VmHWM") - before[pid] for pid in fronts]
            times.setdefault(server.name, []).append(load.seconds)
            body = load.samples[0].body
            if server.name not in rows:
                rows[server.name] = (
                    len(json.loads(body)["results"]["bindings"]) if load.good else load.samples[0].status
                )
    ratio = Ratio.of(times["ancrage serve"], times["oxigraph serve"])
    same = rows["ancrage serve"] == rows["oxigraph serve"] == 100_000
    counted = ", ".join(f"{name.split()[0]} {n:,}" for name, n in rows.items())
    return [
        Measure(
            "100,000 rows in JSON: time",
            "≤ 1.2 × oxigraph",
            f"{ratio}  [{_middles(times, '.2f')} s]",
            same and ratio.median <= 1.2,
            f"rows: {counted}",
            {"ratio": ratio.median},
        ),
        Measure(
            "100,000 rows in JSON: growth of the API process",
            "≤ 20 MB",
            f"{max(growth) / 1e6:.1f} MB at most (VmHWM over what it had, {len(growth)} times)",
            max(growth) <= 20e6,
            figures={"bytes": max(growth)},
        ),
    ]


def measure_pages(bench: Bench) -> list[Measure]:
    """`/doc/…` in HTML, at 8 connections: each page for the first time, then again."""
    measures = []
    requests = [get(bench.warm.port, path, "text/html") for path in bench.pages]
    for temperature in ("cold", "warm"):
        with bench.watched(bench.warm) as cpu:
            load = run(bench.warm.port, requests, 8, keep=False)
        p50, p95 = load.percentile(0.5) * 1000, load.percentile(0.95) * 1000
        statuses = Counter(sample.status for sample in load.samples)
        slow = sorted(load.good, key=lambda sample: -sample.seconds)[:3]
        note = ", ".join(f"{bench.pages[one.number]} {one.seconds * 1000:.0f} ms" for one in slow)
        if load.failures:
            note += f"; statuses {dict(statuses)}"
        each = "each once" if temperature == "cold" else "again"
        measures.append(
            Measure(
                f"/doc/… in HTML, 8 connections, {len(requests)} pages of all kinds, {each} ({temperature})",
                "p95 ≤ 50 ms",
                f"{p95:.1f} ms  [p50 {p50:.1f} ms; {load.rate:.0f} a second]",
                not load.failures and p95 <= 50,
                f"CPU {cpu() / max(1, len(load.good)) * 1000:.1f} ms a page; slowest: {note}",
                {"p95": p95, "failures": load.failures},
            )
        )
    return measures


MEASURES: dict[str, Callable[[Bench], list[Measure]]] = {
    "mix": measure_mix,
    "dashboard": measure_dashboard,
    "lookup": measure_lookup,
    "large": measure_large,
    "pages": measure_pages,
}
