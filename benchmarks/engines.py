"""Answer every query of the library that compiles on columns and on Oxigraph, and compare answers and processor time.

Usage: python benchmarks/engines.py DATA_DIR [--repeat 3] [--only NAME…]

DATA_DIR is a published data directory; where its columns are not made yet, they are (beside the store). The queries are
those of `queries/` with their example parameters, in this process, on one thread: CPU seconds, the least of some rounds,
answers written as JSON by both. Prints each query's times, slowest on Oxigraph first, then why the others are left to
Oxigraph. Ends with 1 where two answers differ.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ancrage.api.reading.questions import dataset_of
from ancrage.graph.columns.building import build
from ancrage.graph.columns.choice import choose
from ancrage.graph.columns.compiler import Dataset
from ancrage.graph.columns.engine import Columns
from ancrage.graph.columns.glance import COLUMNS
from ancrage.graph.columns.layout import LISTED
from ancrage.graph.columns.relations import Unsupported
from ancrage.graph.snapshots.artifacts import derived_folder
from ancrage.graph.snapshots.reader import settle
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.sparql.evaluation import Request, begin
from ancrage.graph.sparql.limits import Glance
from ancrage.queries.library import Library
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

_ENOUGH = 2.0
"""Seconds of a query that is asked once."""
_LONG = 0.05
"""Seconds of a query on Oxigraph from which it is one of the long ones."""


@dataclass(frozen=True)
class Pair:
    """One query on both engines, in CPU seconds: `compiling` once, then `columns` beside `oxigraph`."""

    name: str
    compiling: float
    columns: float
    oxigraph: float
    rows: int
    equal: bool
    chosen: bool

    @property
    def ratio(self) -> float:
        """How many times as fast columns are."""
        return self.oxigraph / max(self.columns, 1e-6)

    def __str__(self) -> str:
        times = f"{self.compiling * 1000:8.1f} {self.columns * 1000:9.1f} {self.oxigraph * 1000:9.1f} {self.ratio:7.1f}"
        return f"  {self.name:46} {times} {self.rows:7,} {'*' if self.chosen else ' '}{'' if self.equal else '  DIFFERENT'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=())
    arguments = parser.parse_args()
    snapshot = Snapshots(arguments.data).current()
    if snapshot is None:
        parser.error(f"{arguments.data} has no publication")
    columns, store = open_columns(snapshot), Store.read_only(str(snapshot.store))
    pairs: list[Pair] = []
    reasons: Counter[str] = Counter()
    for query in Library().values():
        if arguments.only and query.name not in arguments.only:
            continue
        request = settle(
            snapshot, query.text, Glance(), default_graphs=dataset_of(snapshot.manifest["graphs"], query)
        )
        try:
            pairs.append(compare(columns, store, query.name, request, arguments.repeat))
        except Unsupported as error:
            reasons[error.reason] += 1
    show(snapshot, pairs, reasons)
    sys.exit(not all(pair.equal for pair in pairs))


def open_columns(snapshot: Snapshot) -> Columns:
    folder = derived_folder(snapshot) / COLUMNS
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        started = time.process_time()
        build(snapshot, folder)
        print(f"columns made in {time.process_time() - started:.1f} s CPU")
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"columns: {size / 1e6:.1f} MB")
    return Columns(folder, snapshot.id)


def compare(columns: Columns, store: Store, name: str, request: Request, repeat: int) -> Pair:
    dataset = Dataset(frozenset(request.default_graphs or ()))
    started = time.process_time()
    program = columns.program(request.text, dataset=dataset)
    compiling = time.process_time() - started

    def asked() -> QuerySolutions:
        solutions = begin(store, request).engine
        assert isinstance(solutions, QuerySolutions)
        return solutions

    ours, mine = best_of(lambda: columns.answer(program), repeat)
    theirs, other = best_of(asked, repeat)
    listed = frozenset(place for place, one in enumerate(program.outputs) if one.kind == LISTED)
    rows = (rows_of(columns.answer(program), listed), rows_of(asked(), listed))
    assert mine and other
    return Pair(
        name, compiling, ours, theirs, sum(rows[1].values()) - 1, rows[0] == rows[1], chosen(columns, request)
    )


def chosen(columns: Columns, request: Request) -> bool:
    """Tell whether the rule of the service would give the query to columns."""
    try:
        choose(columns, request)
    except Unsupported:
        return False
    return True


def best_of(ask: Callable[[], QuerySolutions], repeat: int) -> tuple[float, bytes]:
    best, body = float("inf"), b""
    for _ in range(repeat):
        if best < float("inf") and best > _ENOUGH:
            break
        started = time.process_time()
        body = ask().serialize(format=QueryResultsFormat.JSON) or b""
        best = min(best, time.process_time() - started)
    return best, body


def rows_of(solutions: QuerySolutions, listed: frozenset[int] = frozenset()) -> Counter[bytes]:
    """Count the rows of an answer, whatever their order, and that of the letters of columns made by GROUP_CONCAT."""
    head, *rows = (solutions.serialize(format=QueryResultsFormat.TSV) or b"").rstrip(b"\n").split(b"\n")
    cells = (
        [bytes(sorted(cell)) if place in listed else cell for place, cell in enumerate(row.split(b"\t"))]
        for row in rows
    )
    return Counter([b"head\n" + head, *map(b"\t".join, cells)])


def show(snapshot: Snapshot, pairs: list[Pair], reasons: Counter[str]) -> None:
    pairs.sort(key=lambda pair: -pair.oxigraph)
    print(f"{snapshot.quads:,} quads; {len(pairs)} queries on both engines, ms of CPU:")
    print(f"  {'':46} {'compile':>8} {'columns':>9} {'oxigraph':>9} {'ratio':>7} {'rows':>7} rule")
    for pair in pairs:
        print(pair)
    if pairs:
        print(f"all: median ratio {statistics.median(pair.ratio for pair in pairs):.1f}, {total(pairs)}")
    if long := [pair for pair in pairs if pair.oxigraph >= _LONG]:
        with_compiling = sum(pair.oxigraph for pair in long) / sum(
            pair.columns + pair.compiling for pair in long
        )
        print(
            f"{len(long)} of {_LONG * 1000:.0f} ms or more on Oxigraph: median ratio "
            f"{statistics.median(pair.ratio for pair in long):.1f}, {total(long)}, {with_compiling:.1f} with compilation"
        )
    ruled = [pair for pair in pairs if pair.chosen]
    if ruled:
        slower = [pair for pair in ruled if pair.columns + pair.compiling > pair.oxigraph]
        lost = max((pair.columns + pair.compiling - pair.oxigraph for pair in slower), default=0.0)
        print(f"{len(ruled)} that the rule gives to columns (*): {total(ruled)};")
        print(f"  {len(slower)} of them are slower there the first time, by {lost * 1000:.0f} ms at most")
    print(f"different answers: {sum(not pair.equal for pair in pairs)}")
    print(f"{reasons.total()} are left to Oxigraph:")
    for reason, count in reasons.most_common():
        print(f"  {count:4} {reason}")


def total(pairs: list[Pair]) -> str:
    """Tell the ratio of the sums."""
    columns, oxigraph = sum(pair.columns for pair in pairs), sum(pair.oxigraph for pair in pairs)
    return f"together {columns:.2f} s beside {oxigraph:.2f} s ({oxigraph / columns:.1f})"


if __name__ == "__main__":
    main()
