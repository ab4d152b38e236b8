from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from ancrage.loaders.mapping.records import read_records, select
from ancrage.loaders.mapping.rml import LogicalSource, MappingError
from ancrage.loaders.sources.declaration import SourceError

DATA = {"a": {"b": [1, {"c": "x"}], "d e": 2}, "b.c": 3, "list": [{"b": "y"}]}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$", [DATA]),
        ("$.a.b[0]", [1]),
        ("a.b[1].c", ["x"]),
        ("$['a']['d e']", [2]),
        ('$.a["d e"]', [2]),
        ("b.c", [3]),
        ("$.a.*", [[1, {"c": "x"}], 2]),
        ("$.a.b[*]", [1, {"c": "x"}]),
        ("$..c", ["x"]),
        ("$..b", [[1, {"c": "x"}], "y"]),
        ("$.list.[*].b", ["y"]),
        ("$..[0]", [1, {"b": "y"}]),
        ("$.absent[*].x", []),
        ("$.a.b[7]", []),
    ],
)
def test_json_paths(path: str, values: list[Any]) -> None:
    assert list(select(DATA, path)) == values


@pytest.mark.parametrize("path", ["$.a[?(@.x)]", "$.a[1:2]", "$.a["])
def test_a_json_path_beyond_these_is_refused(path: str) -> None:
    with pytest.raises(MappingError, match="n'est pas un JSONPath lu ici"):
        list(select(DATA, path))


def source(access: str, formulation: str, iterator: str | None = None) -> LogicalSource:
    return LogicalSource(access, formulation, iterator)


def test_an_object_where_a_value_is_expected_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"x": {"y": 1}}]')
    with pytest.raises(MappingError, match=r"a\.json, objet 1 : « x » n'est pas une valeur simple"):
        read_records(source("a.json", "json"), ["x"], tmp_path, "m")


def test_a_key_that_no_object_has_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"rows": [{"nom": "a"}]}')
    with pytest.raises(MappingError, match=r"a\.json n'a pas de colonne « nam »"):
        read_records(source("a.json", "json", "$.rows[*]"), ["nam"], tmp_path, "m")


def test_a_key_that_some_object_has_is_empty_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"x": null}, {"x": 1.5}, {}]')
    assert read_records(source("a.json", "json"), ["x"], tmp_path, "m").rows() == [
        (None, 1),
        ("1.5", 2),
        (None, 3),
    ]


@pytest.mark.parametrize(
    ("name", "formulation"), [("a.json", "json"), ("a.parquet", "parquet"), ("a.csv", "csv")]
)
def test_a_missing_file_is_named(tmp_path: Path, name: str, formulation: str) -> None:
    with pytest.raises(SourceError, match=f"{name} n'existe pas"):
        read_records(source(name, formulation), ["x"], tmp_path, "m")


def test_no_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(SourceError, match=r"a\.json n'est pas du JSON : ligne 1"):
        read_records(source("a.json", "json"), ["x"], tmp_path, "m")


def test_parquet_keeps_its_lists(tmp_path: Path) -> None:
    pl.DataFrame({"x": [["a", "b"]], "y": [1]}).write_parquet(tmp_path / "a.parquet")
    table = read_records(source("a.parquet", "parquet"), ["x"], tmp_path, "m")
    assert table.rows() == [(["a", "b"], 2)]


def test_workbooks(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["id", "n"])
        page.write_row(1, 0, ["a", 3])
    assert read_records(source("a.xlsx", "xlsx"), ["n", "id"], tmp_path, "m").rows() == [("3", "a", 2)]
