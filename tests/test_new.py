"""What `tools/new.py` starts works as it is."""

from __future__ import annotations

import runpy
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from ancrage.graph.indicators.declaration import read_indicator
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.sparql.results import Rows
from ancrage.loaders.read.source import Source, read_inputs
from ancrage.loaders.read.tidy import tidy
from ancrage.queries.library import Library

TOOL = Path(__file__).parents[1] / "tools" / "new.py"


def new(root: Path, kind: str, name: str) -> tuple[int, str]:
    """Run the tool in this process; give its exit code and what it says of what went wrong."""
    said = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(said), redirect_stdout(StringIO()):
        patch.setattr(sys, "argv", [str(TOOL), kind, name, "--root", str(root)])
        try:
            runpy.run_path(str(TOOL), run_name="__main__")
        except SystemExit as ended:
            return int(str(ended.code)), said.getvalue()
    raise AssertionError("the tool always ends with a code")


def test_a_new_source_is_read_and_tidied(tmp_path: Path) -> None:
    assert new(tmp_path, "source", "third-places")[0] == 0
    source = Source.read(tmp_path / "loaders/sources/third-places/source.toml")
    register = tmp_path / "register.parquet"
    pl.DataFrame({"code": ["38900", "38902"], "commune": ["38900", "38900"]}).write_parquet(register)
    registers = {"decoupage_administratif__register_communes": register}
    read = read_inputs(source, [tmp_path / "tests/data/third-places"], registers=registers)
    assert read.signalled == [] and read.rejected.is_empty()
    tables = tidy(source, read.tables, registers=registers, settings={})
    assert tables["organizations"].rows() == [("organization/123456789", "La Forge", "123456789")]
    assert tables["sites"].select("id", "territory").rows() == [
        ("site/12345678900011", "territory/commune/38900")
    ]


def test_a_new_indicator_and_a_new_query_are_read(tmp_path: Path, example_reader: LocalReader) -> None:
    assert new(tmp_path, "indicator", "my-units")[0] == 0
    assert read_indicator(tmp_path / "graph/indicators/declared/my-units.toml").formula == "items"
    assert new(tmp_path, "query", "my-communes")[0] == 0
    query = Library(tmp_path / "queries")["my-communes"]
    rows = Rows.from_json(example_reader.query(query.bind(territory="200040715"), accept="json").body)
    assert any(row["population"] for row in rows)


@pytest.mark.parametrize(
    ("name", "code", "reason"), [("My Source", 2, "no name"), ("there", 1, "there already")]
)
def test_a_name_that_is_none_or_taken_writes_nothing(
    tmp_path: Path, name: str, code: int, reason: str
) -> None:
    (tmp_path / "queries/tables").mkdir(parents=True)
    (tmp_path / "queries/tables/there.rq").write_text("ASK {}")
    ended, said = new(tmp_path, "query", name)
    assert ended == code and reason in said
    assert [path.read_text() for path in tmp_path.rglob("*.rq")] == ["ASK {}"]
