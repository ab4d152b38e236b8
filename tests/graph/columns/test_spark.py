"""Spark answers on columns as the store does, or not at all: the kept cases, questions of chance, means by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.columns.layout import BadColumns
from ancrage.graph.columns.relations import Unsupported
from hypothesis import HealthCheck, given, settings

from .conftest import Small
from .generated import PREFIXES, queries
from .test_differential import CASES, LEFT, compare


@pytest.fixture(scope="module")
def on_spark(small: Small, spark: Any) -> Iterator[Small]:
    """The small graph, its columns read by Spark."""
    from ancrage.graph.columns.spark import SparkColumns

    yield replace(small, columns=SparkColumns(str(small.folder), spark))


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
