"""Time every query of the library, with its example parameters, on a published data directory.

Usage: python benchmarks/queries.py DATA_DIR [--repeat 3]

The queries run in a query process, as they do for people, with a deadline of 10 s.
Prints each query's best time, rows and bytes, slowest first, then the slowest and the median beside the bars
(2 s and 300 ms), and the ratio of the median to a lookup of one subject in the same run.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from contextlib import closing
from pathlib import Path

from ancrage.graph.pool.blocking import WorkerPool
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.queries.library import Library

DEADLINE = 10.0
ACCEPT = "application/sparql-results+json, text/turtle"
LOOKUP = "SELECT ?p ?o WHERE { <https://w3id.org/ancrage/id/territory/epci/200040715> ?p ?o }"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    snapshot = Snapshots(arguments.data).current()
    if snapshot is None:
        parser.error(f"{arguments.data} has no publication")
    results = []
    with closing(WorkerPool(arguments.data, size=1, deadline=DEADLINE)) as reader:
        for query in Library().values():
            results.append((*best_of(reader, query.text, arguments.repeat), query.name))
            print(f"{query.name}: {results[-1][0] * 1000:.0f} ms", file=sys.stderr, flush=True)
        lookup, _ = best_of(reader, LOOKUP, 20)
    results.sort(reverse=True)
    print(f"{len(results)} queries on {snapshot.quads:,} quads")
    for seconds, size, name in results:
        print(f"  {seconds * 1000:9.1f} ms  {size:10,} bytes  {name}")
    median = statistics.median(seconds for seconds, _, _ in results)
    print(f"slowest {results[0][0] * 1000:.0f} ms (bar 2,000): {'met' if results[0][0] <= 2 else 'NOT met'}")
    print(f"median {median * 1000:.0f} ms (bar 300): {'met' if median <= 0.3 else 'NOT met'}")
    print(f"median / lookup of one subject: {median / lookup:.0f}")


def best_of(reader: WorkerPool, text: str, repeat: int) -> tuple[float, int]:
    best, size = float("inf"), 0
    for _ in range(repeat):
        start = time.perf_counter()
        try:
            size = len(reader.query(text, accept=ACCEPT).body)
        except TimeoutError:
            return DEADLINE, 0
        best = min(best, time.perf_counter() - start)
    return best, size


if __name__ == "__main__":
    main()
