"""Every bar of the service's design, measured against the real server process: bar, measured, met or not.

Usage: python benchmarks/bars.py DATA_DIR [--quick] [--json] [--only deadline,crash,…] [--scratch FOLDER]

Works on a copy of the current snapshot (and of the sources, for the backup), served by `ancrage serve` on loopback with a
deadline of 3 s and a write key (the row of memory and crashes on another, with 256 MiB a query and 60 s; that of analyses on
one with 30 s); everything else as it is by default. Clients come from addresses of their own in 127.0.0.0/8. The rows of
injection, bombs and personal data run the tests' corpus (tests/api/attacks); with `--quick` they are only named. Each measure is
told as soon as it is made, the table at the end; a row that takes more than ten minutes is given up. Wall times are worth what
the machine is: its other load is printed first.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import bars_analyses
import bars_bodies
import bars_pages
import bars_queries
import bars_search
import bars_texts
import bars_writes
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from clients import sparql
from measures import Measure, print_measures
from serving import Server, machine_busy, settle, start_ancrage, stopping

DEADLINE = 3.0
UPLOAD = 16 << 20
LONGEST = 600
"""Seconds after which a row is given up."""
KEY = "the-key-of-the-measured-service"
LIGHT = """PREFIX def: <https://w3id.org/ancrage/def/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?part ?name ?whole {{ <{0}> ?p ?part . ?part rdfs:label ?name OPTIONAL {{ ?part def:partOfTerritory ?whole }} }}"""


@dataclass
class Place:
    """What the rows work on: the server, the copies, things of the graph, and how thoroughly."""

    server: Server
    data: Path
    scratch: Path
    snapshot: Snapshot
    subjects: list[str]
    quick: bool
    start: Callable[[], Server]


def _deadline(place: Place) -> Sequence[Measure]:
    return bars_queries.deadline(place.server, place.subjects, DEADLINE, 3 if place.quick else 9)


def _crash(place: Place) -> Sequence[Measure]:
    """On a server of its own: with little memory and much time, queries die of memory and not of the deadline."""
    small = start_ancrage(place.data, place.scratch / "crash.log", deadline=60, memory=256 << 20)
    with stopping(small):
        settle(small)
        return bars_queries.crash(small, place.subjects, 1 if place.quick else 3)


def _heavy(place: Place) -> Sequence[Measure]:
    light = [LIGHT.format(subject) for subject in place.subjects[:400]]
    return bars_queries.heavy_clients(place.server, place.subjects[400:], light, 8 if place.quick else 20)


def _analyses(place: Place) -> Sequence[Measure]:
    """On a server of its own, with the deadline of every day: one analysis may take as long as the short one allows."""
    usual = start_ancrage(place.data, place.scratch / "analyses.log")
    with stopping(usual):
        settle(usual)
        return [bars_analyses.shares(usual, 30 if place.quick else 120)]


def _calls(place: Place) -> Sequence[Measure]:
    return bars_queries.calls(place.server, KEY)


def _texts(place: Place) -> Sequence[Measure]:
    light = [f"SELECT * {{ <{subject}> ?p ?o }}" for subject in place.subjects]
    seconds = 5 if place.quick else 20
    return [bars_texts.long_texts(place.server, light, seconds, one_address=one) for one in (True, False)]


def _limits(place: Place) -> Sequence[Measure]:
    return bars_queries.limits(place.server)


def _files(place: Place) -> Sequence[Measure]:
    return [
        bars_writes.entities(place.server, KEY, 2 if place.quick else 5),
        bars_pages.corpus(
            "workbooks, archives, sparse sheets, entities in loads",
            "refused or a capped child dies",
            "test_files.py",
            quick=place.quick,
        ),
    ]


def _upload(place: Place) -> Sequence[Measure]:
    return [bars_writes.upload(place.server, KEY, UPLOAD)]


def _bodies(place: Place) -> Iterator[Measure]:
    return bars_bodies.bodies(place.server, KEY, UPLOAD)


def _injection(place: Place) -> Sequence[Measure]:
    return [
        bars_pages.corpus("injection", "bound as terms", "test_injection.py", quick=place.quick),
        bars_pages.corpus(
            "XSS corpus", "0 dialogs, 0 script reports, no link to code", "test_scripts.py", quick=place.quick
        ),
    ]


def _policy(place: Place) -> Sequence[Measure]:
    return bars_pages.policy(place.server, 100 if place.quick else 300, place.subjects)


def _publication(place: Place) -> Sequence[Measure]:
    place.server, measure = bars_writes.publication(
        place.start, place.server, KEY, 8 if place.quick else 20, 5 if place.quick else 25
    )
    return [measure]


def _search(place: Place) -> Sequence[Measure]:
    return [bars_search.search_beside_writes(place.server, KEY, 20 if place.quick else 60)]


def _backup(place: Place) -> Sequence[Measure]:
    return [bars_writes.backup(place.data, place.scratch, place.snapshot.quads)]


def _personal(place: Place) -> Sequence[Measure]:
    return [
        bars_pages.corpus("personal data", "canaries in no output", "test_personal.py", quick=place.quick)
    ]


def _cells(place: Place) -> Sequence[Measure]:
    return [Measure("small cells", "none recoverable within k", "no published table of partners' cells yet")]


ROWS: dict[str, Callable[[Place], Iterable[Measure]]] = {
    "deadline": _deadline,
    "crash": _crash,
    "heavy": _heavy,
    "analyses": _analyses,
    "calls": _calls,
    "texts": _texts,
    "limits": _limits,
    "files": _files,
    "upload": _upload,
    "bodies": _bodies,
    "injection": _injection,
    "policy": _policy,
    "publication": _publication,
    "search": _search,
    "backup": _backup,
    "personal": _personal,
    "cells": _cells,
}


class TooLong(Exception):  # noqa: N818
    """A row that does not end."""


def _give_up(*_: object) -> None:
    raise TooLong(f"no end after {LONGEST} s")


def _measured(name: str, place: Place) -> Iterator[Measure]:
    """Measure a row; a failure, its own or that of the API process, is a measure as well."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(LONGEST)
    try:
        yield from ROWS[name](place)
    except Exception as error:
        yield Measure(name, "", f"not measured: {type(error).__name__}: {error}", False)
    finally:
        signal.alarm(0)
    if not place.server.alive:
        yield Measure(f"{name}: the API process", "lives", "it ended", False)
        place.server = place.start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="", help=f"rows, separated by commas: {', '.join(ROWS)}")
    parser.add_argument("--scratch", type=Path, help="folder for the copies (default: a temporary one)")
    arguments = parser.parse_args()
    snapshot = Snapshots(arguments.data).current()
    if snapshot is None:
        parser.error(f"{arguments.data} has no publication")
    names = arguments.only.split(",") if arguments.only else list(ROWS)
    if unknown := set(names) - set(ROWS):
        parser.error(f"no row {', '.join(sorted(unknown))}; they are {', '.join(ROWS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    started, busy = time.perf_counter(), machine_busy()
    measures: list[Measure] = []
    with ExitStack() as stack:
        scratch = arguments.scratch or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        place = prepare(arguments.data, scratch.resolve(), snapshot, arguments.quick)
        stack.callback(lambda: place.server.stop())
        for name in names:
            for measure in _measured(name, place):
                measures.append(measure)
                told = f"{measure.name}: {measure.measured}: {measure.verdict}"
                print(f"{time.perf_counter() - started:.0f} s: {told}", file=sys.stderr, flush=True)
    load = os.getloadavg()
    title = "\n".join(
        [
            f"{datetime.date.today().isoformat()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, "
            f"ancrage {version('ancrage')}, pyoxigraph {version('pyoxigraph')}",
            f"snapshot {snapshot.id}, {snapshot.quads:,} quads; {time.perf_counter() - started:.0f} s in all, in which the "
            f"machine was busy {(machine_busy() - busy) / (time.perf_counter() - started):.1f} processors' worth, with this "
            f"benchmark's own work; load average at the end {load[0]:.1f}",
        ]
    )
    print_measures(title, measures, as_json=arguments.json)


def prepare(data: Path, scratch: Path, snapshot: Snapshot, quick: bool) -> Place:
    """Copy the data directory without its older generations, start the service, draw subjects."""
    copy = scratch / "bars"
    shutil.rmtree(copy, ignore_errors=True)

    def others(folder: str, names: list[str]) -> set[str]:
        return (
            {name for name in names if name != snapshot.id} if Path(folder).name == "generations" else set()
        )

    shutil.copytree(data, copy, ignore=others)

    def start() -> Server:
        return start_ancrage(
            copy,
            scratch / "bars.log",
            deadline=DEADLINE,
            write_key=KEY,
            largest_upload=UPLOAD,
        )

    server = start()
    settle(server)
    base = "https://w3id.org/ancrage/id/"
    reply = sparql(
        server.port, f'SELECT DISTINCT ?s {{ ?s a ?t FILTER(STRSTARTS(STR(?s), "{base}")) }} LIMIT 4000'
    )
    subjects = reply.body.decode().split()[1:]
    random.Random(1).shuffle(subjects)
    return Place(server, copy, scratch, snapshot, subjects, quick, start)


if __name__ == "__main__":
    main()
