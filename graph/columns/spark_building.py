"""Columns made by Spark, of N-Quads in parts on any path it reads: the SQL of one machine, in folders of files."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, parse

from ...words import N_, SentenceError
from .building import FAR, Building, Held, keep_far, table_sql
from .constants import quoted
from .layout import MANIFEST, File, Manifest
from .spark import ClusterFailure, FolderTaken, gist, lacking, session_of, spark_dialect

if TYPE_CHECKING:
    import pyarrow  # type: ignore[import-untyped, unused-ignore]
    from pyspark.sql import DataFrame, SparkSession

_LINES = 50_000
"""Lines that a worker reads at a time."""
_SMALL_IDS = 1 << 31
_PLACE = (1 << 33) - 1
"""The bits of Spark's growing number that tell a row's place in its partition; those above tell the partition."""
_MARK = "ancrage: not N-Quads: "


class NotQuads(SentenceError, ValueError):  # noqa: N818
    """A line of parts that is not N-Quads; keeps the `reason`, with the line."""

    code = "not-quads"

    def __init__(self, reason: str) -> None:
        super().__init__(N_("ce n’est pas du N-Quads : {reason}", reason=reason))
        self.reason = reason


def build_columns(
    spark: SparkSession, parts: Sequence[str], out: str, apart: Collection[str] = ()
) -> Manifest:
    """Make the folder of columns `out` from folders or files of N-Quads, on Spark's workers; its manifest comes last.

    The default graph is what has no graph's name, and the union of all named graphs but those `apart`. Blank nodes of two of the
    `parts` are not the same. What is left of a making that failed is taken away.

    Raises:
        FolderTaken: `out` is there already; FileNotFoundError: a part is not there; NotQuads: a line is none; ClusterFailure.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    building = _There(session_of(spark), out)
    if building.files.exists(building.path("")):
        raise FolderTaken(out)
    try:
        building.read(parts, apart)
        manifest = building.make("")
        building.files.delete(building.path("draft"), True)
        stream = building.files.create(building.path(MANIFEST))
        stream.write(bytearray(manifest.text().encode()))
        stream.close()
    except BaseException as error:
        building.files.delete(building.path(""), True)
        if not isinstance(error, (PySparkException, Py4JError)):
            raise
        if _MARK in str(error):
            line = next(line for line in str(error).splitlines() if _MARK in line)
            raise NotQuads(line.partition(_MARK)[2]) from error
        if lacks := lacking(error):
            raise FileNotFoundError(2, "absent", lacks) from error
        raise ClusterFailure(gist(error)) from error
    return manifest


class _There(Building):
    """Columns made by Spark: a table is a folder of files, and what is made on the way lies in `draft`."""

    def __init__(self, session: SparkSession, out: str) -> None:
        self.session, self.out = session, out
        session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(_LINES))
        self._hadoop = session._jvm.org.apache.hadoop.fs.Path
        self.files = self.path("").getFileSystem(session._jsparkSession.sessionState().newHadoopConf())

    def path(self, name: str) -> Any:
        """Give where a file of the folder is, as Hadoop takes it."""
        return self._hadoop(f"{self.out}/{name}" if name else self.out)

    def read(self, parts: Sequence[str], apart: Collection[str]) -> None:
        """Read N-Quads as the engine writes their terms."""
        lines: DataFrame | None = None
        for number, part in enumerate(parts):
            schema = "g string, s string, p string, o string"
            with warnings.catch_warnings(
                action="ignore", category=FutureWarning
            ):  # of pandas, which has no part in this
                cut = self.session.read.text(part).mapInArrow(_Cut(number), schema)
            lines = cut if lines is None else lines.unionAll(cut)
        if lines is None:
            raise ValueError("no parts")
        self._stage("read", lines)
        self.keep(
            "names",
            "SELECT row_number() OVER (ORDER BY g) AS g, g AS text FROM (SELECT DISTINCT g FROM read WHERE g <> '')",
        )
        known = ", ".join(quoted(f"<{graph}>") for graph in apart) or "NULL"
        self.keep(
            "lines",
            f"""SELECT DISTINCT 0 AS g, s, p, o FROM read WHERE coalesce(g NOT IN ({known}), true)
            UNION ALL SELECT DISTINCT names.g, s, p, o FROM read JOIN names ON names.text = read.g""",
        )

    def number_terms(self, sql: str) -> None:
        """Keep terms with numbers: a term's place in its partition of their order, after all those of the partitions before."""
        ordered = self._frame(f"SELECT *, rtrim(text, '>') AS letters FROM ({sql})")
        ordered = (
            ordered.repartitionByRange("letters", "text")
            .sortWithinPartitions("letters", "text")
            .drop("letters")
        )
        self._stage("ordered", ordered.selectExpr("*", "monotonically_increasing_id() AS place"))
        counts = self.rows(
            "SELECT place >> 33, count(*) FROM ordered GROUP BY place >> 33 ORDER BY place >> 33"
        )
        starts = accumulate([0, *(count for _, count in counts)])
        type = "INTEGER" if sum(count for _, count in counts) < _SMALL_IDS else "BIGINT"
        rows = (
            ", ".join(f"({part}, {start})" for (part, _), start in zip(counts, starts, strict=False))
            or "(0, 0)"
        )
        self.keep(
            "terms",
            f"""SELECT (start + (place & {_PLACE}))::{type} AS id, text, kind, lex, lang, base, fits
            FROM ordered JOIN (VALUES {rows}) t(part, start) ON part = place >> 33""",
        )

    def keep(self, name: str, sql: str) -> None:
        self._stage(name, self._frame(sql))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._frame(sql).collect()]

    def write(self, name: str, sql: str) -> File:
        self._frame(sql).write.parquet(f"{self.out}/{name}.parquet")
        return self._file(f"{name}.parquet", self.session.read.parquet(f"{self.out}/{name}.parquet").count())

    def write_tables(self, prefix: str, graph: str, held: Sequence[Held]) -> dict[int, File]:
        """Write the tables of all predicates whose objects are of one kind at once, a folder each."""
        made: dict[int, File] = {}
        for kind in sorted({one.kind for one in held}):
            alike = [one for one in held if one.kind == kind]
            numbers = ", ".join(str(one.number) for one in alike)
            sql = table_sql(f"n, {graph}s, o", kind, f"n IN ({numbers}) AND g {'>= 0' if graph else '< 0'}")
            name = f"{prefix}-{kind.rpartition('#')[2] or 'terms'}"
            self._frame(f"{sql} ORDER BY n, {graph}s, o").write.partitionBy("n").parquet(f"{self.out}/{name}")
            made |= {one.number: self._file(f"{name}/n={one.number}", one.rows) for one in alike}
        return made

    def write_closure(self, held: Held) -> File | None:
        import duckdb

        near = self._frame(f"SELECT s, o FROM numbers WHERE n = {held.number} AND g < 0").toArrow()
        with duckdb.connect() as base:
            base.register("steps", near)
            if not keep_far(base, "SELECT s, o FROM steps"):
                return None
            far: pyarrow.Table = base.sql(FAR).to_arrow_table()
        name = f"p{held.number:04d}-closure.parquet"
        self.session.createDataFrame(far).coalesce(1).write.parquet(f"{self.out}/{name}")
        return self._file(name, far.num_rows)

    def _frame(self, sql: str) -> DataFrame:
        return self.session.sql(spark_dialect(sql))

    def _stage(self, name: str, frame: DataFrame) -> None:
        path = f"{self.out}/draft/{name}"
        frame.write.parquet(path)
        self.session.read.schema(frame.schema).parquet(path).createOrReplaceTempView(name)

    def _file(self, name: str, rows: int) -> File:
        return File(name, rows, self.files.getContentSummary(self.path(name)).getLength(), "")


class _Cut:
    """What a worker does: lines of N-Quads to quads, their terms written as the engine keeps them.

    Blank nodes of parts after the first (`number` 0) have its number before their names.
    """

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import polars as pl

        for batch in batches:
            store, lines = Store(), batch.column(0).to_pylist()
            store.extend(_quads(lines))
            for graph in [DefaultGraph(), *store.named_graphs()]:
                body = store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
                assert body is not None
                written = pl.DataFrame({"line": body.decode().split("\n")[:-1]}, {"line": pl.String})
                cut = written.select(
                    pl.col("line").str.splitn(" ", 3).struct.rename_fields(["s", "p", "o"]).struct.unnest()
                )
                texts = cut.with_columns(
                    pl.col("o").str.strip_suffix(" ."),
                    g=pl.lit("" if graph == DefaultGraph() else str(graph)),
                ).select("g", "s", "p", "o")
                if self.number:
                    texts = texts.with_columns(pl.all().str.replace("^_:", f"_:part{self.number}."))
                yield from texts.to_arrow().cast(_schema()).to_batches()


def _schema() -> pyarrow.Schema:
    import pyarrow

    return pyarrow.schema([(name, pyarrow.string()) for name in "gspo"])


def _quads(lines: list[str]) -> Iterator[Quad]:
    """Read lines; raises RuntimeError with the one that is wrong, of which a text alone comes back to the driver."""
    try:
        yield from parse(input="\n".join(lines), format=RdfFormat.N_QUADS)
    except SyntaxError as error:
        line = lines[(error.lineno or 1) - 1]
        raise RuntimeError(f"{_MARK}{error.msg} ({line[:200]})") from None
