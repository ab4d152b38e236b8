"""A small published graph of every kind of term, and its columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ancrage.graph.columns.building import build
from ancrage.graph.columns.engine import Columns, SqlColumns
from ancrage.graph.columns.glance import COLUMNS
from ancrage.graph.snapshots.artifacts import derived_folder
from ancrage.graph.snapshots.reader import LocalReader

from ..publishing import published
from .generated import GRAPH, GRAPHS


@dataclass(frozen=True)
class Small:
    """The graph as the engine reads it, and as its columns do."""

    reader: LocalReader
    folder: Path
    columns: SqlColumns


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """The small graph, published once a module."""
    work = tmp_path_factory.mktemp("columns")
    file = work / "small.ttl"
    file.write_text(GRAPH, encoding="utf-8")
    more = []
    for number, (graph, text) in enumerate(GRAPHS.items()):
        (path := work / f"more{number}.ttl").write_text(text, encoding="utf-8")
        more.append((path, graph))
    with published(work, [file], "http://e.org/g", more) as reader:
        folder = derived_folder(reader.snapshot) / COLUMNS
        build(reader.snapshot, folder)
        columns = Columns(folder, reader.snapshot.id)
        yield Small(reader, folder, columns)
        columns.close()
