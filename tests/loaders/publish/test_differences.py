"""Differences between publications: of a source that changed, of writes, of what is derived; what is the same is not read."""

import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.snapshots.canonical import graph_lines, sort_graph
from ancrage.graph.snapshots.kept_lines import LINES
from ancrage.graph.snapshots.provenance import GRAPHS, PROVENANCE_GRAPH
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.updates import differences
from ancrage.graph.updates.differences import Counts, compare_snapshots, side_of
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.write.request import Write
from ancrage.loaders.write.writer import Writer

from ..conftest import TABLES

G, H = GRAPHS + "g", GRAPHS + "h"


def lines_of(snapshot: Snapshot, folder: Path) -> set[bytes]:
    with side_of(snapshot) as side:
        return {line for graph in side.graphs for line in sort_graph(side.store, graph, folder)}


def compared(before: Snapshot, after: Snapshot) -> tuple[set[bytes], set[bytes], Counts]:
    out = io.BytesIO()
    counts = compare_snapshots(before, after, out)
    rows = out.getvalue().splitlines(keepends=True)
    gone, come = ({row[2:] for row in rows if row.startswith(letter)} for letter in (b"D ", b"A "))
    return gone, come, counts


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Snapshot]]:
    """Publications of two files and a partner's tables: loaded, one file changed, a write, another write, built anew."""
    folder = tmp_path_factory.mktemp("differences")
    tables = folder / "tables"
    tables.mkdir()
    for name, text in TABLES.items():
        (tables / f"{name}.csv").write_text(text, encoding="utf-8")
    pipeline = Pipeline(folder / "data")
    found: list[Snapshot] = []

    def load(text: str, graph: str) -> None:
        (folder / "a.ttl").write_text(f"@prefix e: <http://e.org/> . {text} .", encoding="utf-8")
        found.append(pipeline.load_rdf(folder / "a.ttl", graph).snapshot)  # type: ignore[arg-type]

    def write(text: str) -> None:
        with (folder / "edit.ru").open("w+b") as upload:
            upload.write(text.encode())
            upload.seek(0)
            writer.write(Write(action="update"), upload)
        current = Snapshots(folder / "data").current()
        assert current is not None
        found.append(current)

    pipeline.load("exchange", [tables], publish=False)
    load("e:s e:p 'kept', 'gone', 01.50", G)
    load("e:s e:p e:o", H)
    load("e:s e:p 'kept', 'come', 1.5, 02", G)
    writer = Writer(folder / "data")
    try:
        write(f"DELETE DATA {{ GRAPH <{G}> {{ <http://e.org/s> <http://e.org/p> 'come' }} }}")
        write("INSERT DATA { <http://e.org/s> <http://e.org/p> 'edited' }")
    finally:
        writer.close()
    load("e:s e:p 'kept', 'come', 'later', [ e:q 1 ]", G)
    load("e:s e:p 'kept', 'come', 'later', [ e:q 2 ]", G)
    found.append(pipeline.publish())
    return folder, found


@pytest.mark.long
def test_a_patch_between_any_two_makes_one_of_the_other(
    published: tuple[Path, list[Snapshot]], tmp_path: Path
) -> None:
    _, found = published
    lines = [lines_of(one, tmp_path) for one in found]
    for one, before in zip(found, lines, strict=True):
        for other, after in zip(found, lines, strict=True):
            assert compared(one, other)[:2] == (before - after, after - before)


def test_each_publication_says_what_it_changed(published: tuple[Path, list[Snapshot]]) -> None:
    steps = [compared(*pair)[2] for pair in pairwise(published[1])]
    told = [{graph.removeprefix(GRAPHS): counts for graph, counts in one.items()} for one in steps]
    assert all("provenance" in one for one in told[:-1])
    assert told[-1] == {}, "nothing was loaded"
    assert [one.get("g") for one in told] == [
        None,
        {"added": 2, "removed": 1},
        {"added": 0, "removed": 1},
        None,
        {"added": 3, "removed": 2},
        {"added": 2, "removed": 2},
        None,
    ]
    assert (told[0]["h"], told[3]["edits"]) == ({"added": 1, "removed": 0}, {"added": 1, "removed": 0})
    assert not any("partner" in one or "ontology" in one for one in told)


def test_what_is_told_to_be_the_same_is_not_read_and_sources_are_read_as_files(
    published: tuple[Path, list[Snapshot]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, found = published
    read: list[str] = []
    given = graph_lines

    def noted(store: Any, name: Any) -> Iterator[list[bytes]]:
        read.append(name.value)
        return given(store, name)

    monkeypatch.setattr(differences, "graph_lines", noted)
    compared(found[1], found[2])  # a file that changed
    assert not {G, H, GRAPHS + "partner"} & set(read)
    read.clear()
    compared(found[2], found[3])  # a write to a source's graph
    assert set(read) == {PROVENANCE_GRAPH}
    read.clear()
    compared(found[6], found[7])  # the same built again
    assert set(read) == {PROVENANCE_GRAPH}
    compared(found[5], found[6])  # blank nodes have no name to compare by
    assert G in read


def test_without_what_is_kept_the_stores_are_compared(
    published: tuple[Path, list[Snapshot]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, found = published
    wanted = [compared(*pair) for pair in pairwise(found)]
    assert all((one.path / "derived" / LINES).is_dir() for one in found)
    monkeypatch.setattr(differences, "read_lines", lambda *_: None)
    monkeypatch.setattr(differences, "same_content", lambda *_: False)
    monkeypatch.setattr(Snapshot, "content", lambda *_: "")
    assert [compared(*pair) for pair in pairwise(found)] == wanted
