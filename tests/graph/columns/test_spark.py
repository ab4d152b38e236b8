"""Spark answers on columns as the store does, or not at all: the kept cases, questions of chance, means by hand."""

from __future__ import annotations

from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ancrage.graph.columns.layout import BadColumns, Manifest
from ancrage.graph.columns.relations import Unsupported
from ancrage.graph.snapshots.opening import whole_store
from hypothesis import HealthCheck, given, settings
from pyoxigraph import DefaultGraph, RdfFormat, serialize

from .conftest import Small
from .generated import GRAPHS, PREFIXES, queries
from .test_differential import CASES, LEFT, compare

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def on_spark(small: Small, spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The small graph, its columns made and read by Spark, of N-Quads in two files, some twice, and not as a store has them."""
    from ancrage.graph.columns.spark import SparkColumns
    from ancrage.graph.columns.spark_building import build_columns

    work = tmp_path_factory.mktemp("spark")
    (parts := work / "parts").mkdir()
    quads = list(whole_store(small.reader.snapshot.path))
    named = [quad for quad in quads if quad.graph_name != DefaultGraph()]
    for name, some in (("part-0", named), ("part-1", quads[:30])):
        written = serialize(some, format=RdfFormat.N_QUADS)
        assert written is not None
        (parts / name).write_text(
            written.decode().replace('"1.5"^^', '"01.50"^^').replace("œ", "\\u0153"), "utf-8"
        )
    build_columns(spark, [str(parts)], str(work / "columns"), list(GRAPHS))
    return replace(small, folder=work / "columns", columns=SparkColumns(str(work / "columns"), spark))


def test_columns_made_by_spark_hold_the_rows_of_those_made_here(small: Small, on_spark: Small) -> None:
    here, there = small.columns.manifest, on_spark.columns.manifest
    assert not (on_spark.folder / "draft").exists()
    for ours, theirs in zip(here.files(), there.files(), strict=True):
        assert ours.rows == theirs.rows and theirs.bytes > 0
        paths = small.folder / ours.name, on_spark.folder / theirs.name / "*.parquet"
        sql = "SELECT * FROM read_parquet('{}', hive_partitioning=false) ORDER BY ALL"
        base = duckdb.connect()
        tables = [base.execute(sql.format(path)) and (base.description, base.fetchall()) for path in paths]
        assert tables[0] == tables[1]
    assert told_of(here) == told_of(there)


def told_of(manifest: Manifest) -> object:
    """Give all that a manifest tells but its files and its snapshot."""

    def plain(value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {
            key: plain(one) for key, one in value.items() if not (isinstance(one, dict) and "sha256" in one)
        }

    return plain(asdict(replace(manifest, snapshot="")))


def test_what_cannot_be_made_is_told_and_leaves_nothing(spark: Any, tmp_path: Path) -> None:
    from ancrage.graph.columns.spark import FolderTaken
    from ancrage.graph.columns.spark_building import NotQuads, build_columns

    (bad := tmp_path / "bad.nq").write_text(
        '<http://e.org/a> <http://e.org/b> "c" .\n<http://e.org/a> wrong "c" .\n'
    )
    out = tmp_path / "out"
    with pytest.raises(NotQuads, match=r'http://e\.org/a> wrong "c"'):
        build_columns(spark, [str(bad)], str(out))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        build_columns(spark, [str(tmp_path / "nowhere")], str(out))
    assert not out.exists()
    with pytest.raises(FolderTaken):
        build_columns(spark, [str(bad)], str(tmp_path))
    assert bad.exists()


def test_blank_nodes_of_two_parts_are_not_the_same() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from ancrage.graph.columns.spark_building import _Cut

    lines = pyarrow.RecordBatch.from_pydict(
        {"value": ['_:b <http://e.org/p> "_:b 01" <http://e.org/g> .', ""]}
    )
    rows = [[row for batch in _Cut(number)(iter([lines])) for row in batch.to_pylist()] for number in (0, 1)]
    told = {"g": "<http://e.org/g>", "p": "<http://e.org/p>", "o": '"_:b 01"'}
    assert rows == [[told | {"s": "_:b"}], [told | {"s": "_:part1.b"}]]


@pytest.mark.parametrize("name", CASES)
def test_kept_cases_are_answered_alike(on_spark: Small, name: str) -> None:
    assert compare(on_spark, PREFIXES + CASES[name]) is not None


@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(queries())
def test_queries_of_chance_have_the_stores_answers(on_spark: Small, text: str) -> None:
    compare(on_spark, text)


@pytest.mark.parametrize(
    "reason", ["an answer that is not determined", "order is not determined", "not a SELECT"]
)
def test_what_is_not_certain_is_refused(on_spark: Small, reason: str) -> None:
    with pytest.raises(Unsupported, match=reason):
        on_spark.columns.answer(on_spark.columns.program(PREFIXES + LEFT[reason]))


@pytest.mark.parametrize(
    ("total", "n", "quotient"),
    [
        ("1", 3, "0.333333333333333333"),
        ("-2", 3, "-0.666666666666666666"),
        ("12345678901234567.000000000000000001", 7, "1763668414462081.000000000000000000"),
        ("99999999999999999999", 1, None),
        ("99999999999999999.999999999999999999", 1, "99999999999999999.999999999999999999"),
    ],
)
def test_a_quotient_is_cut_off_as_the_other_engine_does(
    small: Small, on_spark: Small, total: str, n: int, quotient: str | None
) -> None:
    sql = f"SELECT quotient('{total}'::DECIMAL(38,18), {n}::BIGINT)"
    if quotient is None:
        assert small.columns.rows(sql)[0][0] == Decimal(total)
        with pytest.raises(Unsupported, match="a number too large"):
            on_spark.columns.rows(sql)
        return
    assert on_spark.columns.rows(sql) == small.columns.rows(sql) == [(Decimal(quotient),)]


def test_a_number_too_large_is_refused(on_spark: Small) -> None:
    with pytest.raises(Unsupported, match="a number too large"):
        on_spark.columns.rows(f"SELECT {2**62}::BIGINT + {2**62}::BIGINT")


def test_sql_that_spark_does_not_take_is_refused(on_spark: Small) -> None:
    with pytest.raises(Unsupported, match="Spark does not take"):
        on_spark.columns.rows("SELECT no_such_function(1)")


def test_a_folder_without_columns_is_refused(spark: Any, small: Small, tmp_path: Path) -> None:
    from ancrage.graph.columns.spark import NoColumns, SparkColumns

    with pytest.raises(NoColumns, match=r"manifest\.json"):
        SparkColumns(str(tmp_path), spark)
    (tmp_path / "manifest.json").write_text('{"format": 1}', encoding="utf-8")
    with pytest.raises(BadColumns, match="format 1"):
        SparkColumns(str(tmp_path), spark)
    (tmp_path / "manifest.json").write_bytes((small.folder / "manifest.json").read_bytes())
    columns = SparkColumns(str(tmp_path), spark)  # the manifest, and no file of it
    with pytest.raises(NoColumns, match="parquet"):
        columns.program(PREFIXES + CASES["a closure with a circle"])
        columns.answer(columns.program(PREFIXES + CASES["a closure with a circle"]))
