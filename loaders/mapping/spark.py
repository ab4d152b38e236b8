"""Mappings applied by Spark, partition by partition: the same code on its workers, N-Quads in parts on any path it writes."""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
import warnings
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from ...graph.columns.spark import ClusterFailure, FolderTaken, gist, local_path
from ..packages import optional_package
from .mapping import CHUNK_ROWS, Joined, Mapping
from .records import ROW
from .rml import Join, MappingError

if TYPE_CHECKING:
    import pyarrow  # type: ignore[import-untyped, unused-ignore]
    from pyspark import Broadcast
    from pyspark.sql import DataFrame, SparkSession

_Beside: TypeAlias = "Broadcast[tuple[dict[str, pyarrow.Table], Joined]]"
_TASK_ROWS = 10_000
"""Rows for which a task of its own is worth starting."""
INSTALL = "'ancrage[spark]'"
_MARK = "ancrage: a wrong cell in table {}, row {}"
_MARKED = re.compile(_MARK.format("([0-9]+)", "([0-9]+)"))

_ANSWER = 5.0
"""Seconds in which a master of a cluster answers."""


def check_new(folder: str) -> None:
    """Refuse a folder of this machine that is there already, before Spark starts; raises FolderTaken."""
    path = local_path(folder)
    if path is not None and path.exists():
        raise FolderTaken(folder)


def open_spark(master: str | None = None) -> SparkSession:
    """Give the Spark session of this process, or a new one on `master` (`local[4]`, `spark://…`, `yarn`, `k8s://…`).

    Without a master it is that of `spark-submit` or of Spark's own configuration, else all processors of this machine. Raises
    PackageMissing without pyspark, ClusterFailure where Spark does not start (no Java, a master that does not answer). What it
    says on its way is not shown, but where `ANCRAGE_DEBUG` is set.
    """
    optional_package("sqlglot", INSTALL)
    sql = optional_package("pyspark.sql", INSTALL)
    if master is None or master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers of this machine find this package
    builder = sql.SparkSession.builder.appName("ancrage").config("spark.ui.showConsoleProgress", "false")
    warnings.filterwarnings(
        "ignore", message="PySpark does not yet fully support pandas"
    )  # it has no part in this
    _check_answer(master or "")
    try:
        with _silent():
            session: SparkSession = (builder.master(master) if master else builder).getOrCreate()
    except Exception as error:  # pyspark's own, py4j's, or those of a Java that is not there
        raise ClusterFailure(gist(error)) from error
    session.sparkContext.setLogLevel("ERROR")
    if not os.environ.get("ANCRAGE_DEBUG"):
        from pyspark.logger import PySparkLogger

        # What it writes of an error, with the plan and the whole stack, before the error is ours to tell.
        PySparkLogger.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    return session


def _check_answer(master: str) -> None:
    """Refuse `spark://` masters of which none answers: Spark would try for a minute."""
    if not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        with suppress(OSError, ValueError), socket.create_connection((host, int(port)), _ANSWER):
            return
    raise ClusterFailure(f"no answer from {master}")


@contextmanager
def _silent() -> Iterator[None]:
    """Give what is started no standard error: Java writes there before any setting is read."""
    if os.environ.get("ANCRAGE_DEBUG"):
        yield
        return
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def write_parts(
    spark: SparkSession,
    mapping: Mapping,
    tables: MappingOf[str, pl.DataFrame],
    out: str,
    *,
    graph: str | None = None,
) -> int:
    """Map tables on Spark's workers and write the folder `out` of N-Quads in parts, whole (`_SUCCESS`) or not at all.

    What is written is what `Mapping.write` writes, in another order; the quads without a row in them stand once a part. A task
    whose worker dies is done again elsewhere. Returns the number of lines.

    Raises:
        MappingError: a cell cannot be the term it should be; FolderTaken; ClusterFailure: the folder cannot be written,
        workers die too often.
    """
    from pyspark.errors import PySparkException
    from pyspark.sql import Observation
    from pyspark.sql.functions import sum as total

    joined = _joined(mapping)
    known = {name: _arrow(frame) for name, frame in tables.items()}
    beside: _Beside = spark.sparkContext.broadcast(
        ({name: known[name] for name in joined & known.keys()}, {})
    )
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(CHUNK_ROWS))
    sources = {source.stem for one in mapping.document.mappings.values() for source in one.sources}
    every: DataFrame | None = None
    for rank, name in enumerate(known):
        if name not in sources or not known[name].num_rows:
            continue
        blocks = _Blocks(mapping, name, rank, beside, graph)
        with warnings.catch_warnings(action="ignore", category=FutureWarning):
            rows = spark.createDataFrame(known[name]).coalesce(len(tables[name]) // _TASK_ROWS + 1)
            part = rows.mapInArrow(blocks, "value string, lines bigint")
        every = part if every is None else every.unionAll(part)
    if every is None:
        return 0
    counted = Observation()
    try:
        every.observe(counted, total("lines").alias("lines")).select("value").write.text(out)
    except PySparkException as error:
        if found := _MARKED.search(str(error)):
            table, row = list(known)[int(found[1])], int(found[2]) - 2
            for _ in mapping.quads(tables, graph=graph, part=(table, _placed(tables[table])[row : row + 1])):
                pass  # the same row raises the same error here
        if "PATH_ALREADY_EXISTS" in gist(error):
            raise FolderTaken(out) from error
        raise ClusterFailure(gist(error)) from error
    return int(counted.get["lines"] or 0)


def parts_writer(
    spark: SparkSession, out: str
) -> Callable[[Mapping, MappingOf[str, pl.DataFrame], str], int]:
    """Give what maps tables for a graph on Spark, into the folder `out`, and counts the lines: `write_parts`."""
    return lambda mapping, tables, graph: write_parts(spark, mapping, tables, out, graph=graph)


class _Blocks:
    """What a worker does: batches of rows of one table, the `rank`th, to blocks of lines, with how many lines each has.

    `beside` is what is joined: a process of a worker reads it once, and keeps in it what it made of it.
    """

    def __init__(self, mapping: Mapping, name: str, rank: int, beside: _Beside, graph: str | None) -> None:
        self.mapping, self.name, self.rank, self.beside, self.graph = mapping, name, rank, beside, graph

    def __call__(self, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        arrow, joined = self.beside.value
        beside = {name: _frame(table) for name, table in arrow.items()}
        for batch in batches:
            part = self.name, _frame(pyarrow.Table.from_batches([batch]))
            try:
                for block in self.mapping.quads(beside, graph=self.graph, part=part, joined=joined):
                    yield pyarrow.RecordBatch.from_pydict(
                        {"value": [block[:-1].decode()], "lines": [block.count(b"\n")]}
                    )
            except MappingError as error:  # only a text comes back to the driver
                raise RuntimeError(_MARK.format(self.rank, error.row or 2)) from None


def _joined(mapping: Mapping) -> set[str]:
    """Name the tables that others are joined with, which every worker has whole."""
    mappings = mapping.document.mappings
    objects = [
        item for one in mappings.values() for statement in one.statements for item in statement.objects
    ]
    return {
        source.stem for item in objects if isinstance(item, Join) for source in mappings[item.mapping].sources
    }


def _arrow(frame: pl.DataFrame) -> Any:
    """Give a table as Spark takes it, with the places of its rows: it has no unsigned numbers, nor columns of nothing."""
    unsigned = [name for name, dtype in frame.schema.items() if dtype.is_unsigned_integer()]
    nothing = [name for name, dtype in frame.schema.items() if dtype == pl.Null]
    plain = frame.with_columns(pl.col(unsigned).cast(pl.Int64), pl.col(nothing).cast(pl.String))
    return _placed(plain).to_arrow()


def _placed(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.int_range(2, pl.len() + 2).alias(ROW))


def _frame(table: pyarrow.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
