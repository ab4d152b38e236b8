"""Processes that do one write after the other: kept after a good one, ended by an error, replaced when they die."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.provenance import EDITS_GRAPH
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.sparql.syntax import QuerySyntax
from ancrage.loaders.write.processes import WriteProcesses
from ancrage.loaders.write.request import EditExhausted, EditFailed, Write, Written
from ancrage.loaders.write.writer import Writer

SLOW = (
    "INSERT { <http://e.org/s> <http://e.org/p> ?n } WHERE "
    "{ SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?i) } }"
)


@pytest.fixture
def data_dir(edited_data_dir: Path, tmp_path: Path) -> Path:
    shutil.copytree(edited_data_dir, tmp_path / "data", symlinks=True)
    return tmp_path / "data"


@pytest.fixture
def processes() -> Iterator[WriteProcesses]:
    made = WriteProcesses(warm=True)
    yield made
    made.close()


@pytest.fixture
def writer(data_dir: Path, processes: WriteProcesses) -> Iterator[Writer]:
    made = Writer(data_dir, deadline=60, patience=60, processes=processes)
    yield made
    made.close()


def update(writer: Writer, text: str) -> Written:
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        file.seek(0)
        return writer.write(Write("update"), file)


def insert(writer: Writer, number: int) -> Written:
    return update(writer, f"INSERT DATA {{ <http://e.org/s> <http://e.org/p> {number} }}")


def pid(processes: WriteProcesses) -> int:
    """The number of the process that waits; 0 where none does."""
    waiting = processes._waiting
    return waiting._process.pid if waiting is not None and waiting.alive else 0


def numbers(data_dir: Path) -> list[str]:
    snapshot = Snapshots(data_dir).current()
    assert snapshot is not None
    there = ox.NamedNode("http://e.org/s"), ox.NamedNode("http://e.org/p")
    store = ox.Store.read_only(str(snapshot.store))
    return sorted(
        str(quad.object.value)  # type: ignore[union-attr]
        for quad in store.quads_for_pattern(*there, None, ox.NamedNode(EDITS_GRAPH))
    )


def killed_in_the_middle(writer: Writer, data_dir: Path, processes: WriteProcesses) -> Exception:
    """Kill the process that waits while it does a write, and give what the write ends in."""
    victim, failed = pid(processes), list[Exception]()

    def run() -> None:
        try:
            update(writer, SLOW)
        except EditExhausted as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while not list((data_dir / "generations").glob(".staging-*/store/CURRENT")):
        assert thread.is_alive()
        time.sleep(0.01)
    os.kill(victim, signal.SIGKILL)
    thread.join(30)
    return failed[0]


def test_a_process_does_one_write_after_the_other_and_lets_go_of_each_store(
    writer: Writer, data_dir: Path, processes: WriteProcesses
) -> None:
    processes.start()
    first = pid(processes)
    assert first
    for number in range(3):
        assert insert(writer, number).edit
        assert pid(processes) == first
        opened = [str(path.readlink()) for path in Path(f"/proc/{first}/fd").iterdir()]
        assert not [path for path in opened if str(data_dir) in path]
    assert numbers(data_dir) == ["0", "1", "2"]
    processes.close()
    assert pid(processes) == 0 and not Path(f"/proc/{first}").exists()


def test_what_is_killed_in_the_middle_of_a_write_leaves_nothing_and_the_next_one_is_done_once(
    writer: Writer, data_dir: Path, processes: WriteProcesses
) -> None:
    insert(writer, 1)
    first, before = pid(processes), Snapshots(data_dir).current()
    assert "SIGKILL" in str(killed_in_the_middle(writer, data_dir, processes))
    assert Snapshots(data_dir).current() == before
    assert pid(processes) not in (0, first), "another waits already"
    insert(writer, 2)
    assert numbers(data_dir) == ["1", "2"]
    assert not list((data_dir / "generations").glob(".staging-*"))


def test_one_that_dies_while_it_waits_is_replaced(
    writer: Writer, data_dir: Path, processes: WriteProcesses
) -> None:
    insert(writer, 1)
    os.kill(first := pid(processes), signal.SIGKILL)
    while pid(processes):
        time.sleep(0.01)
    insert(writer, 2)
    assert pid(processes) not in (0, first)
    assert numbers(data_dir) == ["1", "2"]


def test_an_error_ends_a_process_and_so_does_memory_that_it_keeps(
    writer: Writer, data_dir: Path, processes: WriteProcesses
) -> None:
    insert(writer, 1)
    first = pid(processes)
    with pytest.raises(QuerySyntax):
        update(writer, "INSERT DATA {")
    assert pid(processes) not in (0, first)
    processes._memory = 1 << 20
    insert(writer, 2)
    assert pid(processes) == 0
    assert numbers(data_dir) == ["1", "2"]


def test_a_package_that_is_broken_is_named(
    writer: Writer,
    data_dir: Path,
    processes: WriteProcesses,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "polars.py").write_text("raise ImportError('half of polars is missing')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(EditFailed, match="ImportError: half of polars is missing"):
        insert(writer, 1)
    monkeypatch.delenv("PYTHONPATH")
    while pid(processes):  # started ahead, while it was broken
        time.sleep(0.05)
    insert(writer, 1)
    assert numbers(data_dir) == ["1"]
