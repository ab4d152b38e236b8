"""The servers that the benchmark of the service compares: started on copies of one snapshot, with their queries."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import virtuoso
from ancrage.graph.snapshots.snapshot import Snapshot
from generator import get, query_path, run
from mixes import Mix
from serving import (
    Server,
    machine_busy,
    program,
    settle,
    start_ancrage,
    start_oxigraph,
    stopping,
)

#: One client may use everything: the benchmark's load comes from one address.
ONE_CLIENT = {"share": 4096, "queue": 4096, "patience": 60, "deadline": 60}


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
    for server in (cold, warm):
        settle(server)

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
