"""Ask the query that derives each indicator from the facts, and print where it differs from what is published, or is slow.

    python benchmarks/derivations.py DATA [--territory epci/200040715 …] [--deadline 30] [--indicator programmes …]

The queries are those that the pages of the indicators offer; a process of the pool asks each, which the deadline ends. Exit
code 3 where a value differs or where no answer came in time.
"""

from __future__ import annotations

import argparse
import csv
import io
import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from ancrage.graph.indicators.declaration import FOLDER, read_indicators
from ancrage.graph.indicators.derivations import derivation
from ancrage.graph.pool.blocking import QueryExhausted, QueryTimeout, WorkerPool
from ancrage.graph.snapshots.reader import LocalReader

TERRITORIES = ("epci/200040715", "department/07", "zone/8409", "region/84")
"""A métropole, a département at the edge of the region, a zone d'emploi, and what the pages show by default."""
OBSERVATIONS = """PREFIX anc: <https://w3id.org/ancrage/def/>
SELECT ?indicator ?period ?value WHERE {{ GRAPH <https://w3id.org/ancrage/graph/indicators> {{
  ?o anc:refTerritory <https://w3id.org/ancrage/id/territory/{territory}> ; anc:refIndicator ?i ; anc:refPeriod ?period .
  OPTIONAL {{ ?o anc:obsValue ?value }} OPTIONAL {{ ?o anc:refSector ?s }}
  FILTER NOT EXISTS {{ ?o anc:refGroup|anc:refOccupation ?g }}
  FILTER(!BOUND(?s) || STRENDS(STR(?s), "/sector/total")) }}
  BIND(STRAFTER(STR(?i), "/indicator/computed/") AS ?indicator) }} ORDER BY ?period"""
SHAPE = {
    "indicator": pl.String, "territory": pl.String, "derived": pl.Float64, "shown": pl.Float64, "equal": pl.Boolean,
    "seconds": pl.Float64, "told": pl.String,
}  # fmt: skip


def rows_of(body: bytes) -> list[dict[str, str]]:
    """Read a CSV answer."""
    return list(csv.DictReader(io.StringIO(body.decode())))


def published(reader: LocalReader, territory: str) -> dict[str, float | None]:
    """Give the latest published whole of each indicator of a territory; None where it is told without a value."""
    answer = reader.query(OBSERVATIONS.format(territory=territory), accept="csv")
    return {row["indicator"]: float(row["value"]) if row["value"] else None for row in rows_of(answer.body)}


def compared(
    data: Path, territories: list[str], deadline: float, chosen: list[str]
) -> Iterator[tuple[object, ...]]:
    """Ask every query of every territory: indicator, territory, derived, shown, equal, seconds, what went wrong."""
    every, errors = read_indicators((FOLDER,))
    if errors:
        raise SystemExit("\n".join(str(error) for error in errors))
    with (
        LocalReader.current(data) as reader,
        WorkerPool(data, size=1, deadline=deadline, memory=4 << 30) as pool,
    ):
        year = reader.snapshot.id[:4]
        for territory in territories:
            shown = published(reader, territory)
            for name in chosen or every:
                text = derivation(every[name], every, f"territory/{territory}", year)
                level = territory.split("/")[0]
                if text is None or level not in every[name].levels:
                    continue
                started, found, told = time.perf_counter(), None, ""
                try:
                    rows = rows_of(pool.query(text, accept="csv").body)
                    found = float(rows[0]["value"]) if rows and rows[0]["value"] else None
                except (QueryTimeout, QueryExhausted) as error:
                    told = type(error).__name__
                seconds = time.perf_counter() - started
                value = shown.get(name)
                if name not in shown:
                    told = told or "not published"
                elif value is None:
                    told = told or "published without a value"
                near = (
                    found is not None
                    and value is not None
                    and math.isclose(found, value, rel_tol=1e-6, abs_tol=1e-6)
                )
                same = (found is None if value is None else near) if name in shown else None
                print(f"{territory} {name} {found} {value} {seconds:.2f} {told}", file=sys.stderr, flush=True)
                yield name, territory, found, value, same, round(seconds, 2), told


def main(arguments: list[str] | None = None) -> int:
    """Compare, print, and say by the exit code whether all agree."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="the data folder")
    parser.add_argument(
        "--territory", nargs="+", default=list(TERRITORIES), help="level/code, several allowed"
    )
    parser.add_argument("--indicator", nargs="+", default=[], help="these alone")
    parser.add_argument("--deadline", type=float, default=30.0, help="seconds for each query")
    given = parser.parse_args(arguments)
    rows = list(compared(given.data, given.territory, given.deadline, given.indicator))
    result = pl.DataFrame(rows, schema=SHAPE, orient="row")
    with pl.Config(
        tbl_rows=-1, tbl_cols=-1, tbl_width_chars=200, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True,
        fmt_str_lengths=60,
    ):  # fmt: skip
        print(result)
    differ = result.filter(~pl.col("equal").fill_null(True))
    stopped = result.filter(pl.col("told").str.starts_with("Query"))
    print(
        f"{result['equal'].sum()} equal, {differ.height} differ, {stopped.height} without an answer in time"
    )
    return 3 if differ.height or stopped.height else 0


if __name__ == "__main__":
    sys.exit(main())
