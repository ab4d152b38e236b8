"""Our query service beside `oxigraph serve` and Virtuoso, on the same data, in one run.

Usage: python benchmarks/service.py DATA_DIR [--quick] [--json] [--only mix,dashboard,lookup,large,pages]
       [--scratch FOLDER] [--no-virtuoso] [--no-wrk]

Needs PyPI's `oxigraph` (in the dev extra); uses Debian's `wrk` and `virtuoso-opensource` where they are installed.
Copies the current snapshot, starts each server on loopback, and gives the others the default graph that our service
answers from: the union of the base graphs, merged in the store's default graph. Rounds are interleaved and the servers
take turns in being first; a ratio is the median of the rounds' ratios, with the least and the largest. Answers are
compared: as multisets of rows with oxigraph's, by count of rows with Virtuoso's.

Our service shares its processes fairly between clients, and all the load comes from one address: ANCRAGE_SHARE,
ANCRAGE_QUEUE and ANCRAGE_PATIENCE are raised so that this one client may use every connection.
Processor seconds (CPU) count the server's processes only. "Others" is what programs that are not of this benchmark took
of the machine meanwhile: the more, the less the figures are worth.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote, urlsplit

import virtuoso
from ancrage.graph.snapshot import Snapshot, Snapshots
from generator import JSON, Load, get, hammer, query_path, run
from measures import Measure, Ratio, print_measures
from mixes import Mix, Query
from serving import (
    Server,
    forget_peak,
    machine_busy,
    memory,
    program,
    start_ancrage,
    start_oxigraph,
    stopping,
)

#: One client may use everything: the benchmark's load comes from one address.
ONE_CLIENT = {"share": 4096, "queue": 4096, "patience": 60, "deadline": 60}
CONNECTIONS = (1, 8, 32)
LARGE = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100000"
MIB = 1 << 20


@dataclass
class Bench:
    """The servers under load, and how much of each measure to take."""

    oxigraph: Server
    virtuoso: Server | None
    cold: Server
    """Our service with its cache off."""
    warm: Server
    """Our service as it is by default."""
    quick: bool
    wrk: bool
    mix: Mix
    subjects: list[str]
    pages: list[str]
    noise: list[float] = field(default_factory=list)

    @property
    def rounds(self) -> int:
        """Interleaved rounds of a measure."""
        return 1 if self.quick else 3

    def select(self, text: str) -> list[dict[str, str]]:
        """Evaluate a SELECT by oxigraph."""
        return _select(self.oxigraph, text)

    def path(self, server: Server, text: str) -> str:
        """Give the address of a query on a server."""
        graph = f"&default-graph-uri={quote(virtuoso.GRAPH, safe='')}" if server.name == "virtuoso" else ""
        return query_path(server.path, text, graph)

    def requests(self, server: Server, texts: Sequence[str]) -> list[bytes]:
        """Write GET requests of queries for a server."""
        return [get(server.port, self.path(server, text)) for text in texts]

    @contextmanager
    def watched(self, server: Server) -> Iterator[Callable[[], float]]:
        """Note what other programs take of the machine; the value gives the server's CPU seconds afterwards."""
        before, started = server.cpu(), time.perf_counter()
        busy, mine = machine_busy(), self._own()
        spent: list[float] = []
        yield lambda: spent[0]
        spent.append(server.cpu() - before)
        seconds = time.perf_counter() - started
        others = machine_busy() - busy - (self._own() - mine)
        self.noise.append(max(0.0, others) / seconds / (os.cpu_count() or 1))

    def _own(self) -> float:
        times = os.times()
        servers = [self.oxigraph, self.cold, self.warm, *([self.virtuoso] if self.virtuoso else [])]
        here = times.user + times.system + times.children_user + times.children_system
        return here + sum(server.cpu() for server in servers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--quick", action="store_true", help="one round of each measure")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="", help="measures, separated by commas")
    parser.add_argument("--scratch", type=Path, help="folder for the copies, kept (default: a temporary one)")
    parser.add_argument("--no-virtuoso", action="store_true")
    parser.add_argument("--no-wrk", action="store_true")
    arguments = parser.parse_args()
    snapshot = Snapshots(arguments.data).current()
    if snapshot is None:
        parser.error(f"{arguments.data} has no publication")
    if not snapshot.merged:
        parser.error("the snapshot has no merged default graph: the servers would not see the same data")
    if program("oxigraph") is None:
        parser.error("oxigraph is not installed: pip install oxigraph")
    names = arguments.only.split(",") if arguments.only else list(MEASURES)
    if unknown := set(names) - set(MEASURES):
        parser.error(f"no measure {', '.join(sorted(unknown))}; they are {', '.join(MEASURES)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    started = time.perf_counter()
    with ExitStack() as stack:
        scratch = arguments.scratch or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        scratch = scratch.resolve() / snapshot.id
        bench = prepare(stack, arguments, snapshot, scratch)
        _say(f"servers ready after {time.perf_counter() - started:.0f} s")
        measures: list[Measure] = []
        for name in names:
            measures += MEASURES[name](bench)
            _say(f"{name} done after {time.perf_counter() - started:.0f} s")
        print_measures(
            _title(snapshot, bench, time.perf_counter() - started), measures, as_json=arguments.json
        )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _title(snapshot: Snapshot, bench: Bench, seconds: float) -> str:
    versions = [f"{name} {version(name)}" for name in ("ancrage", "oxigraph", "pyoxigraph", "uvicorn")]
    if bench.virtuoso:
        versions.append(f"Virtuoso {virtuoso.version()}")
    noise = (
        f"{100 * statistics.median(bench.noise):.0f} % (most {100 * max(bench.noise):.0f} %)"
        if bench.noise
        else "?"
    )
    left_out = f"; no values in this graph for: {', '.join(bench.mix.left_out)}" if bench.mix.left_out else ""
    return "\n".join(
        [
            f"{datetime.date.today().isoformat()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, "
            f"{', '.join(versions)}; load by {_generator(bench)}",
            f"snapshot {snapshot.id}, {snapshot.quads:,} quads; {bench.rounds} interleaved round(s), "
            f"{seconds:.0f} s in all; others took {noise} of the machine{left_out}",
            f"ancrage with {', '.join(f'ANCRAGE_{name.upper()}={value}' for name, value in ONE_CLIENT.items())}: "
            "one address makes all the load, and may use every connection",
        ]
    )


def _generator(bench: Bench) -> str:
    own = "benchmarks/generator.py"
    return f"wrk for lookups and {own}" if bench.wrk and shutil.which("wrk") else own


def prepare(stack: ExitStack, arguments: argparse.Namespace, snapshot: Snapshot, scratch: Path) -> Bench:
    """Copy the snapshot, start the servers, draw subjects and queries from the graph."""
    data, store = scratch / "data", scratch / "oxigraph"
    copy = data / "generations" / snapshot.id
    if not copy.exists():
        shutil.copytree(snapshot.path, copy)
        (data / "current").write_text(f"{snapshot.id}\n", encoding="ascii")
    if not store.exists():
        shutil.copytree(snapshot.store, store)
    oxigraph = start_oxigraph(store, scratch / "oxigraph.log")
    stack.enter_context(stopping(oxigraph))
    other = None
    if not arguments.no_virtuoso and virtuoso.installed():
        triples = scratch / "base.nt"
        if not (scratch / "virtuoso" / "loaded").exists():
            dump = [program("oxigraph") or "oxigraph", "dump", "-l", str(store), "-f", str(triples)]
            subprocess.run([*dump, "--graph", "default"], check=True)
        other = virtuoso.start_virtuoso(scratch / "virtuoso", triples, scratch / "virtuoso.log")
        stack.enter_context(stopping(other))
    cold = start_ancrage(data, scratch / "cold.log", cache=0, **ONE_CLIENT)
    stack.enter_context(stopping(cold))
    warm = start_ancrage(data, scratch / "warm.log", **ONE_CLIENT)
    stack.enter_context(stopping(warm))
    time.sleep(5)  # the service reads names and its largest pages when it starts

    def select(text: str) -> list[dict[str, str]]:
        return _select(oxigraph, text)

    subjects = _subjects(select, 1000 if arguments.quick else 4000)
    pages = _sample(subjects, 200 if arguments.quick else 600)
    everything = [subject for some in subjects.values() for subject in some]
    random.Random(5).shuffle(everything)
    return Bench(
        oxigraph,
        other,
        cold,
        warm,
        arguments.quick,
        not arguments.no_wrk,
        Mix(select),
        everything,
        [urlsplit(subject).path.replace("/ancrage/id/", "/doc/", 1) for subject in pages],
    )


def _select(server: Server, text: str) -> list[dict[str, str]]:
    sample = run(server.port, [get(server.port, query_path(server.path, text))], 1).samples[0]
    if sample.status != 200:
        raise RuntimeError(f"{server.name} answers {sample.status} to {text}: {sample.body[:300]!r}")
    bindings = json.loads(sample.body)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


def _subjects(select: Callable[[str], list[dict[str, str]]], most: int) -> dict[str, list[str]]:
    """Draw subjects of every class that has resources with a page, at most so many of each."""
    base = "https://w3id.org/ancrage/id/"
    found = {}
    for row in select(f'SELECT DISTINCT ?t {{ ?s a ?t FILTER(STRSTARTS(STR(?s), "{base}")) }}'):
        text = f'SELECT DISTINCT ?s {{ ?s a <{row["t"]}> FILTER(STRSTARTS(STR(?s), "{base}")) }} LIMIT {8 * most}'
        some = [one["s"] for one in select(text)]
        found[row["t"]] = random.Random(7).sample(some, min(most, len(some)))
    return found


def _sample(subjects: dict[str, list[str]], count: int) -> list[str]:
    """Choose subjects class after class in turn, so that rare kinds are there too; none twice."""
    chosen: dict[str, None] = {}
    for place in range(max(map(len, subjects.values()))):
        for some in subjects.values():
            if place < len(some) and len(chosen) < count:
                chosen[some[place]] = None
    listed = list(chosen)
    random.Random(11).shuffle(listed)
    return listed


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
        note += f"; failures: {', '.join(f'{name} {n}' for name, n in failed.items() if n)}"

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
            _say(f"ancrage's answer differs: {query.name}: {query.text}")
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

if __name__ == "__main__":
    main()
