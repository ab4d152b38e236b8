"""Columns in Spark SQL, where one machine is not enough: the same programs, in its dialect, on files of any path it reads."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, Store

from ...words import N_, SentenceError
from ..sparql.evaluation import STORE_DEFAULT
from .aggregates import QUOTIENT, UNDECIDED
from .compiler import Dataset
from .engine import SqlColumns
from .layout import MANIFEST, BadColumns, parse_manifest
from .relations import NotExact, Unsupported

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_DIGITS = "CAST({} DIV n AS DECIMAL(18,0))"
_REST = "(total % CAST(n AS DECIMAL(18,0))) * 1000000000"
_LARGE = "ancrage: a number too large"
_QUOTIENT = f"""CASE WHEN abs(total) >= CAST(n AS DECIMAL(18,0)) * CAST('9000000000000000000' AS DECIMAL(19,0))
  THEN raise_error('{_LARGE}') ELSE CAST(CAST(total DIV n AS DECIMAL(20,0)) AS DECIMAL(38,18))
  + CAST({_DIGITS.format(f"({_REST})")} * CAST('0.000000001' AS DECIMAL(9,9)) AS DECIMAL(38,18))
  + CAST({_DIGITS.format(f"((({_REST}) % CAST(n AS DECIMAL(18,0))) * 1000000000)")}
    * CAST('0.000000000000000001' AS DECIMAL(18,18)) AS DECIMAL(38,18)) END"""
"""A quotient of decimals as one divides by hand, nine digits at a time: Spark's own rounds, and its DIV wraps without a word."""
_EXACT = {
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.PushProjectionThroughUnion",
}
"""What makes a number too large an error, and no sum of decimals round; the rule left out breaks on sub-queries over a union."""
_WANTED: Final = "wanted"
"""The view of the numbers whose terms are read."""
_NOTHING: Final = Store()
_TOO_LARGE = ("OVERFLOW", "OUT_OF_RANGE")
_LACKS = re.compile(r"\[PATH_NOT_FOUND\] Path does not exist: (.+?)\.(?: SQLSTATE.*)?$")
_PLACED_BY = ("HADOOP_CONF_DIR", "YARN_CONF_DIR", "SPARK_CONF_DIR", "SPARK_HOME", "PYSPARK_GATEWAY_PORT")
"""Variables with which a path without a scheme may be one of a cluster's file system."""


class ClusterFailure(SentenceError, RuntimeError):  # noqa: N818
    """Spark did not do what it was asked: a worker died too often, a master does not answer; keeps the `reason` it gives."""

    code = "cluster-failed"

    def __init__(self, reason: str) -> None:
        super().__init__(N_("Spark n’a pas fait ce qui lui est demandé : {reason}", reason=reason))
        self.reason = reason


class FolderTaken(SentenceError, FileExistsError):  # noqa: N818
    """The folder that Spark is to write is there already; keeps the `folder`."""

    code = "folder-taken"

    def __init__(self, folder: str) -> None:
        super().__init__(
            N_(
                "{folder} est déjà là, et n’est pas écrasé : donnez un dossier qui n’existe pas.",
                folder=folder,
            )
        )
        self.folder = folder


class NoColumns(SentenceError, BadColumns):  # noqa: N818
    """A folder has no columns, or lacks a file of them; keeps the `file`."""

    code = "no-columns"

    def __init__(self, file: str) -> None:
        super().__init__(
            N_(
                "il n’y a pas de fichier {file} : ce dossier n’a pas de colonnes, ou n’est pas entier.",
                file=file,
            )
        )
        self.file = file


def gist(error: Exception) -> str:
    r"""Give the line that matters of what Spark tells of an error: the first, of a worker's own Python the last.

    >>> gist(ValueError("\n[PATH_NOT_FOUND] Path does not exist.\n at org.apache"))
    '[PATH_NOT_FOUND] Path does not exist.'
    """
    lines = [line.strip(" :") for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    if len(lines) > 1 and lines[0].startswith(
        "An error occurred while calling"
    ):  # py4j's, which says nothing
        del lines[0]
    return lines[-1 if any(line.startswith("Traceback") for line in lines) else 0]


def local_path(place: str) -> Path | None:
    """Give where a path that Spark would read is on this machine, None where Spark alone knows.

    >>> local_path("hdfs://head/columns"), local_path("file:/data/columns")
    (None, PosixPath('/data/columns'))
    """
    if place.startswith("file:/"):
        return Path("/" + place.removeprefix("file:").lstrip("/"))
    return None if "://" in place or any(name in os.environ for name in _PLACED_BY) else Path(place)


def check_columns(folder: str) -> None:
    """Refuse a folder of this machine without columns, before Spark starts; raises NoColumns."""
    path = local_path(folder)
    if path is not None and not (path / MANIFEST).exists():
        raise NoColumns(str(path / MANIFEST))


def lacking(error: Exception) -> str:
    """Give the path that Spark says is not there, else nothing."""
    lacks = _LACKS.search(gist(error))
    return lacks[1] if lacks else ""


def session_of(spark: SparkSession) -> SparkSession:
    """Give a session of its own in which a number too large is an error and no sum of decimals rounds."""
    session = spark.newSession()
    for name, value in _EXACT.items():
        session.conf.set(name, value)
    return session


class SparkColumns(SqlColumns):
    """Columns of a folder that Spark reads (a path, `hdfs://…`, `s3a://…`), in a session of its own.

    Raises BadColumns where they cannot be used.
    """

    def __init__(self, folder: str, spark: SparkSession) -> None:
        self._spark = session_of(spark)
        self._views: dict[str, str] = {}
        super().__init__(parse_manifest(self._manifest(folder), folder), folder)
        self._spark.sql(
            f"CREATE TEMPORARY FUNCTION {QUOTIENT}(total DECIMAL(38,18), n BIGINT) RETURNS DECIMAL(38,18) RETURN {_QUOTIENT}"
        )

    def close(self) -> None:
        """Let the files go: nothing is kept of them."""

    def query(
        self,
        query: str,
        *,
        base_iri: str | None = None,
        default_graph: Sequence[NamedNode | DefaultGraph] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
    ) -> QuerySolutions:
        """Answer a query as the engine's own store does, in its place.

        Raises SyntaxError for a text that the engine does not read, NotExact, BadColumns, ClusterFailure.
        """
        if not isinstance(_NOTHING.query(query, base_iri=base_iri), QuerySolutions):
            raise NotExact("it is not a SELECT")
        default, named = (
            None if graphs is None else frozenset(map(_name, graphs))
            for graphs in (default_graph, named_graphs)
        )
        try:
            return self.answer(self.program(query, base_iri or "", Dataset(default, named)))
        except Unsupported as error:
            raise NotExact(error.reason) from None

    def terms(self, numbers: Sequence[int]) -> Iterable[tuple[Any, ...]]:
        """Read terms by their numbers, as a table to join: a list of hundreds of thousands is no SQL."""
        import pyarrow  # type: ignore[import-untyped, unused-ignore]

        wanted = pyarrow.table({"id": pyarrow.array(numbers, pyarrow.int64())})
        with _told():
            self._spark.createDataFrame(wanted).createOrReplaceTempView(_WANTED)
        terms = self.place(self.manifest.terms.name)
        return self.rows(f"SELECT id, text FROM {terms} WHERE id IN (SELECT id FROM {_WANTED})")

    def place(self, name: str) -> str:
        """Write where a file is, in SQL: a view, so that its files and columns are looked up once; raises as `rows` does."""
        if name not in self._views:
            view = f"file{len(self._views)}"
            with _told():
                self._spark.read.parquet(f"{self._folder}/{name}").createOrReplaceTempView(view)
            self._views[name] = view
        return self._views[name]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL as DuckDB writes it; raises Unsupported, BadColumns and ClusterFailure."""
        with _told():
            found = self._spark.sql(spark_dialect(sql)).collect()
        return [tuple(map(_plain, row)) for row in found]

    def _manifest(self, folder: str) -> str:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            row = self._spark.read.text(f"{folder}/{MANIFEST}", wholetext=True).first()
        except (PySparkException, Py4JError) as error:
            lacks = lacking(error)
            raise (NoColumns(lacks) if lacks else ClusterFailure(gist(error))) from error
        if row is None:
            raise BadColumns(f"{folder}/{MANIFEST} is empty")
        return str(row[0])


@contextmanager
def _told() -> Iterator[None]:
    """Raise Unsupported, BadColumns or ClusterFailure for what Spark raises."""
    from py4j.protocol import Py4JError
    from pyspark.errors import AnalysisException, PySparkException

    try:
        yield
    except AnalysisException as error:
        if lacks := lacking(error):
            raise NoColumns(lacks) from error
        raise Unsupported(f"Spark does not take its SQL: {gist(error)}") from error
    except (PySparkException, Py4JError) as error:
        if UNDECIDED in str(error):
            raise Unsupported("an answer that is not determined") from error
        if _LARGE in str(error) or any(sign in gist(error) for sign in _TOO_LARGE):
            raise Unsupported("a number too large") from error
        raise ClusterFailure(gist(error)) from error


def spark_dialect(sql: str) -> str:
    """Write SQL of DuckDB as Spark reads it.

    >>> spark_dialect("SELECT arg_min(a, b) AS x FROM read_parquet('t.parquet')")
    'SELECT MIN_BY(a, b) AS x FROM parquet.`t.parquet`'
    """
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(sql, read="duckdb")
    for call in tree.find_all(exp.Anonymous):
        call.set("this", {"error": "raise_error"}.get(call.name, call.name))
    return str(tree.sql(dialect="spark"))


def _name(graph: NamedNode | DefaultGraph) -> str:
    return graph.value if isinstance(graph, NamedNode) else STORE_DEFAULT


def _plain(value: Any) -> Any:
    """Give a struct of Spark as DuckDB gives it: a dictionary."""
    if hasattr(value, "asDict"):
        return value.asDict(recursive=True)
    return value
