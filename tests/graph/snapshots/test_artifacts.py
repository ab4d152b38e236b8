"""What is derived from a snapshot: made once, whole or not at all, its own after a rollback, gone with it."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from ancrage.graph.snapshots import artifacts, partitions
from ancrage.graph.snapshots.artifacts import (
    PARTITIONS,
    derive,
    derived_folder,
    dump_file,
    read_dump,
    read_partitions,
)
from ancrage.graph.snapshots.dumps import dumps_of
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.snapshots.store import build_store

G = "https://w3id.org/ancrage/graph/x"


def publish(snapshots: Snapshots, lines: int) -> Snapshot:
    with snapshots.staging() as folder:
        source = folder / "a.nq"
        text = "".join(f'<http://e.org/s> <http://e.org/p> "{n}" <{G}> .\n' for n in range(lines))
        source.write_text(text, encoding="utf-8")
        quads = build_store([source], folder / "store", merged=[G])
        graphs = {G: {"role": "base", "licence": "etalab-2.0", "quads": quads}}
        return snapshots.publish(folder / "store", {"quads": quads, "graphs": graphs, "merged": True})


def run(snapshots: Snapshots, snapshot: Snapshot, *names: str) -> int:
    command = [
        sys.executable,
        "-m",
        "ancrage.graph.finder.artifacts",
        str(snapshots.data_dir),
        snapshot.id,
    ]
    return subprocess.run([*command, str(derived_folder(snapshot)), *names], check=False).returncode


def test_a_dump_is_read_only_once_its_file_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = publish(Snapshots(tmp_path), 3)
    folder, dump = derived_folder(snapshot), dumps_of(snapshot)["x"]
    met: list[bool] = []

    def sync(path: Path) -> None:
        if "dumps" in path.parts:
            met.append(read_dump(folder, dump, "nq") is None)

    monkeypatch.setattr("ancrage.graph.snapshots.durable.sync", sync)
    derive(snapshot, folder, [dump_file(G, "nq")])
    assert met and all(met), "a disk may take its time"
    assert read_dump(folder, dump, "nq")


def test_a_process_makes_counts_and_dumps_beside_the_store(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    first, second = publish(snapshots, 3), publish(snapshots, 5)
    assert read_partitions(derived_folder(second)) is None
    for snapshot in (first, second):
        assert run(snapshots, snapshot, PARTITIONS, dump_file(G, "nq")) == 0
    snapshots.rollback()
    current = snapshots.current()
    assert current is not None
    counts = [read_partitions(derived_folder(one)) for one in (current, second)]
    assert [one.whole.triples for one in counts if one] == [3, 5]
    dump = dumps_of(current)["x"]
    found = read_dump(derived_folder(current), dump, "nq")
    assert found is not None
    assert found[0].path.stat().st_size == found[0].compressed
    assert read_dump(derived_folder(current), dump, "trig") is None
    assert read_partitions(derived_folder(second)) == counts[1]
    snapshots.rollback(second.id)
    snapshots.prune(keep=1)
    assert not first.path.exists()


def test_what_is_there_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = publish(Snapshots(tmp_path), 2)
    derive(snapshot, derived_folder(snapshot), [PARTITIONS, dump_file(G, "nq")])

    def never(*_: object) -> None:
        raise AssertionError("made twice")

    monkeypatch.setattr(artifacts, "write_dump", never)
    monkeypatch.setattr(partitions, "count", never)
    derive(snapshot, derived_folder(snapshot), [PARTITIONS, dump_file(G, "nq")])
    with pytest.raises(KeyError):
        derive(snapshot, derived_folder(snapshot), ["../../current"])


def test_a_failed_dump_leaves_no_file_that_looks_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = publish(Snapshots(tmp_path), 2)

    def fail(*arguments: object) -> None:
        Path(str(arguments[-1])).write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(artifacts, "write_dump", fail)
    with pytest.raises(OSError, match="disk full"):
        derive(snapshot, derived_folder(snapshot), [dump_file(G, "nq")])
    monkeypatch.undo()
    dump = dumps_of(snapshot)["x"]
    assert read_dump(derived_folder(snapshot), dump, "nq") is None
    derive(snapshot, derived_folder(snapshot), [dump_file(G, "nq")])
    assert read_dump(derived_folder(snapshot), dump, "nq") is not None


def test_a_killed_process_is_replaced_by_the_next(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    snapshot = publish(snapshots, 20_000)
    names = [PARTITIONS, dump_file(G, "nq"), dump_file(G, "trig")]
    command = [
        sys.executable,
        "-m",
        "ancrage.graph.finder.artifacts",
        str(snapshots.data_dir),
        snapshot.id,
    ]
    with subprocess.Popen([*command, str(derived_folder(snapshot)), *names]) as process:
        while process.poll() is None and not (derived_folder(snapshot) / PARTITIONS).exists():
            os.sched_yield()
        process.send_signal(signal.SIGKILL)
    dump = dumps_of(snapshot)["x"]
    for suffix in ("nq", "trig"):
        found = read_dump(derived_folder(snapshot), dump, suffix)
        assert found is None or found[0].compressed == found[0].path.stat().st_size
    assert run(snapshots, snapshot, *names) == 0
    assert read_dump(derived_folder(snapshot), dump, "trig") is not None


def test_a_snapshot_that_is_gone_is_an_error(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    snapshot = publish(snapshots, 1)
    shutil.rmtree(snapshot.path)
    assert run(snapshots, snapshot, PARTITIONS) != 0
