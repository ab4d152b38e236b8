"""Columns hold the default graph, whole and typed; what is wrong with them is told, and never read."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from ancrage.graph.columns.checking import check
from ancrage.graph.columns.engine import Columns
from ancrage.graph.columns.layout import DECIMAL, IRI, MANIFEST, TEXT, BadColumns, read_manifest
from pyoxigraph import Store

from .conftest import Small


def test_the_tables_hold_the_triples_that_the_engine_serves(small: Small) -> None:
    manifest = small.columns.manifest
    base = duckdb.connect()
    terms = dict(base.sql(f"SELECT id, text FROM '{small.folder / manifest.terms.name}'").fetchall())
    held = sorted(
        (terms[s], predicate, terms[o])
        for predicate, table in manifest.tables.items()
        for s, o in base.sql(f"SELECT s, o FROM '{small.folder / table.file.name}'").fetchall()
    )
    rows = small.reader.store.query("SELECT * { ?s ?p ?o }")
    served = sorted((str(row["s"]), row["p"].value, str(row["o"])) for row in rows)  # type: ignore[union-attr]
    assert held == served and len(held) == manifest.triples


def test_a_predicate_with_one_datatype_has_values_and_others_none(small: Small) -> None:
    tables = small.columns.manifest.tables
    assert tables["http://e.org/size"].kinds == (DECIMAL,) and tables["http://e.org/size"].typed
    assert tables["http://e.org/label"].kinds == (TEXT,) and tables["http://e.org/label"].typed
    assert IRI in tables["http://e.org/mixed"].kinds and not tables["http://e.org/mixed"].typed
    base = duckdb.connect()
    part = tables["http://e.org/part"]
    assert not part.linear and part.closure is not None and part.closure.rows == part.file.rows + 4
    labels = base.sql(
        f"SELECT v, l FROM '{small.folder / tables['http://e.org/label'].file.name}'"
    ).fetchall()
    assert ("a\tb\\u\n", "fr") in labels and ("nœud", "fr") in labels


@pytest.fixture
def copied(small: Small, tmp_path: Path) -> Path:
    """Columns that a test may break."""
    return Path(shutil.copytree(small.folder, tmp_path / "columns"))


def test_columns_of_another_format_or_snapshot_or_cut_are_refused(small: Small, copied: Path) -> None:
    id = small.reader.snapshot.id
    with pytest.raises(BadColumns, match="not of 2026"):
        read_manifest(copied, "20260101T000000Z-00000000")
    told = json.loads((copied / MANIFEST).read_text())
    (copied / MANIFEST).write_text(json.dumps({**told, "format": 99}))
    with pytest.raises(BadColumns, match="format 99"):
        Columns(copied, id)
    (copied / MANIFEST).write_text(json.dumps(told))
    with (copied / told["terms"]["name"]).open("ab") as file:
        file.truncate(40)
    with pytest.raises(BadColumns, match=told["terms"]["name"]):
        Columns(copied, id)
    (copied / MANIFEST).write_text("{}")
    with pytest.raises(BadColumns):
        read_manifest(copied, id)


def test_a_file_that_changed_is_found_and_gives_no_answer(small: Small) -> None:
    snapshot = small.reader.snapshot
    assert check(snapshot) == []
    name = small.columns.manifest.tables["http://e.org/age"].file.name
    whole = (small.folder / name).read_bytes()
    try:
        (small.folder / name).write_bytes(bytes(len(whole)))
        [found] = check(snapshot)
        assert name in found["fr"] and "has changed" in found["en"]
        columns = Columns(small.folder, snapshot.id)
        program = columns.program("SELECT (COUNT(*) AS ?n) { ?s <http://e.org/age> ?o }")
        with pytest.raises(BadColumns):
            columns.answer(program)
        columns.close()
    finally:
        (small.folder / name).write_bytes(whole)


def test_the_engine_of_columns_reads_no_other_file(small: Small, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")
    with pytest.raises(BadColumns, match=r"[Pp]ermission"):
        small.columns.rows(f"SELECT * FROM '{other}'")
    with pytest.raises(BadColumns):
        small.columns.rows("SET enable_external_access = true")
    assert isinstance(small.reader.store, Store)


def test_two_makers_at_once_make_one_folder(small: Small, tmp_path: Path) -> None:
    snapshot = small.reader.snapshot
    words = [
        sys.executable,
        "-m",
        "ancrage.graph.columns.making",
        str(snapshot.data_dir),
        snapshot.id,
        str(tmp_path),
    ]
    makers = [subprocess.Popen(words) for _ in range(2)]
    assert [maker.wait() for maker in makers] == [0, 0]
    (made,) = (path for path in tmp_path.iterdir() if path.is_dir())
    assert read_manifest(made, snapshot.id).files() == small.columns.manifest.files()
