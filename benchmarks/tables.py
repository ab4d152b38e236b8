"""Tables of counts beside the engine's own serialisation of the same solutions, in CPU seconds of one process.

Usage: python benchmarks/tables.py DATA_DIR [--rounds 5] [--json]

A round asks the question as bytes of CSV (the floor), then makes the table; the ratio is the table's time over the
floor's, round by round. The bound of each question is its own time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ancrage.graph.analysis.table import Table
from ancrage.graph.region.tables import chain_actor, institution_territory, territory_field, territory_sector
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.queries.library import Library
from measures import Measure, Ratio, print_measures

LARGEST_RATIO = 1.3
BOUND = 1.0
REGION = "region/84"
Case = tuple[str, str, dict[str, str], Callable[[LocalReader], Table]]
CASES: list[Case] = [
    (
        "establishments, EPCI of a region",
        "sectors-by-territory",
        {"within": REGION, "level": "epci", "indicator": "establishments"},
        lambda reader: territory_sector(reader, within=REGION, indicator="establishments"),
    ),
    (
        "establishments, EPCI of a département",
        "sectors-by-territory",
        {"within": "38", "level": "epci", "indicator": "establishments"},
        lambda reader: territory_sector(reader, within="38", indicator="establishments"),
    ),
    (
        "jobs, employment zones of a region",
        "sectors-by-territory",
        {"within": REGION, "level": "zone", "indicator": "salaried-jobs"},
        lambda reader: territory_sector(reader, within=REGION, level="zone"),
    ),
    (
        "research units, EPCI of a region",
        "fields-by-territory",
        {"within": REGION, "level": "epci"},
        lambda reader: territory_field(reader, within=REGION),
    ),
    (
        "institutions, EPCI of a region",
        "institutions-by-territory",
        {"within": REGION, "level": "epci"},
        lambda reader: institution_territory(reader, within=REGION),
    ),
    (
        "links of a filière",
        "actors-by-chain-link",
        {"chain": "timber-construction"},
        lambda reader: chain_actor(reader, "timber-construction"),
    ),
]


def measure_tables(reader: LocalReader, rounds: int = 5) -> Iterator[Measure]:
    """Measure each table: its ratio to the engine's serialisation, and the time of its question."""
    library = Library()
    for title, name, parameters, make in CASES:
        text = library[name].bind(**parameters)
        make(reader)
        floors, tables, size, table = [], [], 0, None
        for _ in range(rounds):
            start = time.process_time()
            size = len(reader.query(text, accept="text/csv").body)
            middle = time.process_time()
            table = make(reader)
            floors.append(middle - start)
            tables.append(time.process_time() - middle)
        assert table is not None
        ratio = Ratio.of(tables, floors)
        yield Measure(
            f"projection: {title}",
            f"≤ {LARGEST_RATIO} × the engine's serialisation",
            f"{ratio}",
            ratio.median <= LARGEST_RATIO,
            f"{table.shape[0]} × {table.shape[1]}, {size:,} bytes; table {min(tables):.3f} s",
        )
        yield Measure(f"question: {title}", f"≤ {BOUND} s", f"{min(floors):.3f} s", min(floors) <= BOUND)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with LocalReader.current(arguments.data) as reader:
        measures = list(measure_tables(reader, arguments.rounds))
    print_measures("tables from the graph, CPU seconds", measures, as_json=arguments.json)


if __name__ == "__main__":
    main()
