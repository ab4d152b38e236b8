"""Spark beside one machine: a mapping in parts beside the file, the same SQL beside DuckDB, all indicators; answers compared.

Usage: python benchmarks/spark.py DATA_DIR [--master local[2]] [--rows 100000 1000000] [--only NAME…]

Questions are those of the library, or those that `--only` names; the indicators of the package are among them under `indicators`.

DATA_DIR is a published data directory whose columns are made (`benchmarks/engines.py` makes them). Seconds are of wall, after one
small job that starts Spark. The rows are organisations in the exchange layout. Ends with 1 where lines or answers differ.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from ancrage.api.reading.questions import dataset_of
from ancrage.graph.columns.compiler import Dataset
from ancrage.graph.columns.engine import SqlColumns
from ancrage.graph.columns.layout import LISTED
from ancrage.graph.columns.relations import Unsupported
from ancrage.graph.columns.spark import SparkColumns
from ancrage.graph.indicators.cube import Cube
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.artifacts import derived_folder
from ancrage.graph.snapshots.reader import LocalReader, settle
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.sparql.limits import Glance
from ancrage.loaders.mapping.spark import open_spark, write_parts
from ancrage.loaders.publish.generation import exchange_mapping
from ancrage.queries.library import Library
from engines import COLUMNS, open_columns, rows_of

GRAPH = "https://w3id.org/ancrage/graph/generated"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--only", nargs="*", default=())
    arguments = parser.parse_args()
    spark = open_spark(arguments.master)
    equal = True
    with tempfile.TemporaryDirectory() as folder:
        write_parts(spark, exchange_mapping(), organizations(1000), f"{folder}/first", graph=GRAPH)
        for rows in arguments.rows:
            equal &= compare_mapping(spark, rows, Path(folder))
    only = frozenset(arguments.only)
    equal &= compare_answers(spark, arguments.data, only)
    if not only or "indicators" in only:
        equal &= compare_cubes(spark, arguments.data)
    sys.exit(not equal)


def organizations(rows: int) -> dict[str, pl.DataFrame]:
    numbers = pl.int_range(rows, eager=True).alias("n")
    frame = pl.DataFrame(numbers).select(
        id=pl.format("org-{}", "n"),
        kind=pl.lit("company"),
        label=pl.format("Scierie « {} »", "n"),
        commune=pl.lit("38185"),
        url=pl.format("https://example.org/{}", "n"),
    )
    return {"organizations": frame}


def compare_mapping(spark: object, rows: int, folder: Path) -> bool:
    tables, mapping = organizations(rows), exchange_mapping()
    file, parts = folder / f"{rows}.nq", folder / str(rows)
    started = time.perf_counter()
    mapping.write(tables, file, graph=GRAPH)
    here = time.perf_counter() - started
    started = time.perf_counter()
    count = write_parts(spark, mapping, tables, str(parts), graph=GRAPH)  # type: ignore[arg-type]
    there = time.perf_counter() - started
    lines = sorted(line for part in parts.glob("part-*") for line in part.read_bytes().splitlines())
    same = lines == sorted(file.read_bytes().splitlines())
    print(
        f"mapping of {rows:,} rows, {count:,} quads: {here:.2f} s here, {there:.2f} s on Spark (ratio {there / here:.2f}, "
        f"{there / rows * 1e6:.1f} µs a row); {'the same lines' if same else 'DIFFERENT LINES'}"
    )
    return same


def compare_answers(spark: object, data: Path, only: frozenset[str]) -> bool:
    snapshot = Snapshots(data).current()
    assert snapshot is not None
    columns = open_columns(snapshot)
    on_spark = SparkColumns(str(derived_folder(snapshot) / COLUMNS), spark)  # type: ignore[arg-type]
    times: list[tuple[str, float, float]] = []
    different: list[str] = []
    refused: dict[str, str] = {}
    for query in Library().values():
        if only and query.name not in only:
            continue
        graphs = dataset_of(snapshot.manifest["graphs"], query)
        request = settle(snapshot, query.text, Glance(), default_graphs=graphs)
        dataset = Dataset(frozenset(request.default_graphs or ()))
        try:
            columns.program(request.text, dataset=dataset)
        except Unsupported:
            continue  # on neither
        try:
            here, ours = asked(columns, request.text, dataset)
            there, theirs = asked(on_spark, request.text, dataset)
        except Unsupported as error:
            refused[query.name] = error.reason
            continue
        times.append((query.name, here, there))
        if ours != theirs:
            different.append(query.name)
    for name, here, there in sorted(times, key=lambda one: -one[2])[:8]:
        print(f"  {name:46} {here * 1000:8.0f} ms {there * 1000:8.0f} ms")
    if times:
        ratio = statistics.median(there / here for _, here, there in times)
        print(
            f"{len(times)} queries on both, {sum(one[1] for one in times):.1f} s and {sum(one[2] for one in times):.1f} s"
        )
        print(
            f"median ratio {ratio:.1f}; refused on Spark alone: {refused or 'none'}; different: {different or 'none'}"
        )
    return not different


def compare_cubes(spark: object, data: Path) -> bool:
    """Compute all indicators from nothing that is kept, of the store and of Spark."""
    with LocalReader.current(data) as reader:
        started = time.perf_counter()
        cube = Cube.made(RegionView(reader, None, reader.snapshot.id), None)
        here = time.perf_counter() - started
        reader.queried = SparkColumns(str(derived_folder(reader.snapshot) / COLUMNS), spark)  # type: ignore[arg-type]
        started = time.perf_counter()
        on_spark = Cube.made(RegionView(reader, None, reader.snapshot.id), None)
        there = time.perf_counter() - started
    same = not on_spark.errors and on_spark.frame.equals(cube.frame)
    print(
        f"{len(cube.indicators)} indicators, {cube.frame.height:,} values: {here:.1f} s of the store, {there:.1f} s of Spark "
        f"(ratio {there / here:.2f}); {'the same values' if same else 'DIFFERENT VALUES'}"
    )
    return same


def asked(columns: SqlColumns, text: str, dataset: Dataset) -> tuple[float, object]:
    program = columns.program(text, dataset=dataset)
    started = time.perf_counter()
    answer = columns.answer(program)
    seconds = time.perf_counter() - started
    listed = frozenset(place for place, one in enumerate(program.outputs) if one.kind == LISTED)
    return seconds, rows_of(answer, listed)


if __name__ == "__main__":
    main()
