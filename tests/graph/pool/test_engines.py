"""Queries that read much are answered by columns, all others by the store; damaged columns by the store, and the log says so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ancrage.graph.columns.building import build
from ancrage.graph.columns.choice import LEAST, explain
from ancrage.graph.columns.glance import COLUMNS
from ancrage.graph.pool.blocking import NotAcceptable, QuerySyntax, WorkerPool
from ancrage.graph.snapshots.artifacts import derived_folder
from ancrage.graph.snapshots.reader import LocalReader

from ..publishing import published

E = "http://e.org/"
GROUPED = f"SELECT ?kind (COUNT(?s) AS ?n) {{ ?s <{E}kind> ?kind }} GROUP BY ?kind ORDER BY ?n ?kind"
LOOKUP = f"SELECT ?kind {{ <{E}s1> <{E}kind> ?kind }}"
FORMATS = ("json", "xml", "csv", "tsv")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph with enough rows for columns, and its columns."""
    work = tmp_path_factory.mktemp("engines")
    file = work / "a.nt"
    lines = [f'<{E}s{n}> <{E}kind> "sorte {n % 7}, \\"é\\""@fr .' for n in range(LEAST)]
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    with published(work, [file], f"{E}g") as reader:
        folder = derived_folder(reader.snapshot) / COLUMNS
        folder.parent.mkdir(exist_ok=True)
        build(reader.snapshot, folder)
    return work / "data"


@pytest.fixture(scope="module")
def pool(data_dir: Path) -> Iterator[WorkerPool]:
    with WorkerPool(data_dir, deadline=60, columns=True) as made:
        yield made


def answered(pool: WorkerPool, text: str, accept: str = "json", **options: object) -> tuple[str, bytes]:
    """Give the engine of an answer, and the answer."""
    stream = pool._run(pool.stream(text, accept=accept, held=None, **options))  # type: ignore[arg-type]
    return stream.engine, stream.whole or b""


@pytest.mark.long
@pytest.mark.parametrize("format", FORMATS)
def test_columns_answer_what_groups_in_the_very_bytes_of_the_store(
    pool: WorkerPool, data_dir: Path, format: str
) -> None:
    with LocalReader.current(data_dir) as reader:
        expected = reader.query(GROUPED, accept=format).body
    assert answered(pool, GROUPED, format) == ("columns", expected)


@pytest.mark.parametrize(
    "text",
    [
        LOOKUP,
        f"SELECT (COUNT(*) AS ?n) FROM <{E}other> {{ ?s ?p ?o }}",
        "ASK { ?s ?p ?o MINUS { ?s ?p 1 } }",
        f"SELECT (COUNT(*) AS ?n) {{ ?s <{E}none> ?o }}",
        f"SELECT (COUNT(*) AS ?n) {{ ?s <{E}kind> ?kind FILTER(LCASE(STR(?kind)) != 'a') }}",
    ],
)
def test_the_store_answers_all_the_rest(pool: WorkerPool, text: str) -> None:
    engine, body = answered(pool, text)
    assert engine == "oxigraph" and body


def test_graphs_named_beside_the_text_are_asked_of_columns_too(pool: WorkerPool, data_dir: Path) -> None:
    with LocalReader.current(data_dir) as reader:
        expected = reader.query(GROUPED, accept="json", default_graphs=[f"{E}g"]).body
    assert answered(pool, GROUPED, default_graphs=[f"{E}g"]) == ("columns", expected)
    assert answered(pool, GROUPED, default_graphs=[f"{E}other"])[0] == "oxigraph"  # nothing to read there


def test_what_the_engine_refuses_columns_refuse(pool: WorkerPool) -> None:
    with pytest.raises(QuerySyntax):  # rdflib takes it, and gives any of the values
        answered(pool, f"SELECT ?s (COUNT(*) AS ?n) {{ ?s <{E}kind> ?kind }} GROUP BY ?kind")
    with pytest.raises(NotAcceptable):
        answered(pool, GROUPED, "text/turtle")


def test_the_choice_is_explained(data_dir: Path) -> None:
    with LocalReader.current(data_dir) as reader:
        program = explain(reader.snapshot, GROUPED)
        assert not isinstance(program, str) and program.read == ((f"{E}kind", LEAST, False),)
        assert "groups" in str(explain(reader.snapshot, LOOKUP))
        assert "0 rows" in str(explain(reader.snapshot, GROUPED, [f"{E}other"]))
        assert explain(reader.snapshot, "ASK { ?s ?p ?o }") == "it is not a SELECT"


def test_damaged_columns_fall_back_and_the_log_says_so_once(
    data_dir: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(data_dir, tmp_path / "data")
    with LocalReader.current(tmp_path / "data") as reader:
        folder, expected = (
            derived_folder(reader.snapshot) / COLUMNS,
            reader.query(GROUPED, accept="json").body,
        )
        for file in folder.glob("*.parquet"):
            file.write_bytes(file.read_bytes()[::-1])  # as long as before: opening does not see it
        with WorkerPool(tmp_path / "data", size=1, deadline=60, columns=True) as pool:
            assert answered(pool, GROUPED) == ("fallen", expected)
            answered(pool, GROUPED)
            assert caplog.text.count("cannot be read") == 1
            assert pool.lost == 0
        shutil.rmtree(folder)
        assert explain(reader.snapshot, GROUPED) == "the columns of this publication are not made"
        with WorkerPool(tmp_path / "data", size=1, deadline=60, columns=True) as pool:
            assert answered(pool, GROUPED) == ("oxigraph", expected)
