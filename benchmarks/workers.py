"""What isolation costs: lookups and throughput of the worker pool beside the same queries in the process.

python benchmarks/workers.py DATA    (a data directory with a publication)
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ancrage.graph.pool.blocking import QueryTimeout, Reader, WorkerPool
from ancrage.graph.pool.worker import Worker
from ancrage.graph.snapshots.reader import LocalReader

HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z . ?d ?t ?u FILTER(?x != ?u) }"
SAMPLE = "SELECT DISTINCT ?s { ?s a ?type } LIMIT 500"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    arguments = parser.parse_args()
    with LocalReader.current(arguments.data) as local, WorkerPool(arguments.data, deadline=30) as pool:
        print(f"snapshot {local.snapshot.id}, {local.snapshot.quads} quads; isolated: {pool.isolated}")
        subjects = local.query(SAMPLE, accept="csv").body.decode().split()[1:]
        lookups = [f"SELECT ?p ?o {{ <{subject}> ?p ?o }}" for subject in subjects]
        for name, reader in (("in the process", local), ("pool of two", pool)):
            print(f"lookup, {name}: {_milliseconds(reader, lookups)}")
            for threads in (1, 8):
                print(f"  {threads} threads: {_rate(reader, lookups, threads):.0f} queries a second")
        print(f"start of a process: {_start(pool)}")
        print(f"next query after a kill: {_after_kill(pool, lookups[0])}")


def _milliseconds(reader: Reader, texts: list[str]) -> str:
    times = [_timed(lambda text=text: reader.query(text)) for text in texts * 2]
    return _summary(times)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _summary(times: list[float]) -> str:
    parts = statistics.quantiles(times, n=20) if len(times) > 1 else times * 20
    return f"median {statistics.median(times) * 1000:.2f} ms, p95 {parts[18] * 1000:.2f} ms"


def _rate(reader: Reader, texts: list[str], threads: int) -> float:
    many = texts * 4
    with ThreadPoolExecutor(threads) as executor:
        seconds = _timed(lambda: list(executor.map(reader.query, many)))
    return len(many) / seconds


def _start(pool: WorkerPool) -> str:
    async def start() -> None:
        worker = Worker(pool.memory)
        await worker.attach()
        await worker.open(pool.snapshot())
        worker.reap()

    return _summary([_timed(lambda: asyncio.run(start())) for _ in range(10)])


def _after_kill(pool: WorkerPool, text: str) -> str:
    times = []
    for _ in range(10):
        try:
            pool.query(HEAVY, deadline=0.2)
        except QueryTimeout:
            times.append(_timed(lambda: pool.query(text)))
        time.sleep(0.2)
    return _summary(times)


if __name__ == "__main__":
    main()
