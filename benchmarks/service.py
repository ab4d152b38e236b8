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
import os
import platform
import shutil
import signal
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

import virtuoso
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from measures import Measure, print_measures
from service_measures import MEASURES, say
from service_setup import ONE_CLIENT, Bench, prepare
from serving import (
    program,
)


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
        say(f"servers ready after {time.perf_counter() - started:.0f} s")
        measures: list[Measure] = []
        for name in names:
            measures += MEASURES[name](bench)
            say(f"{name} done after {time.perf_counter() - started:.0f} s")
        print_measures(
            _title(snapshot, bench, time.perf_counter() - started), measures, as_json=arguments.json
        )


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


if __name__ == "__main__":
    main()
