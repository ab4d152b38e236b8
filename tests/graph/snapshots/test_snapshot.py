"""Publications: atomic, durable, listed, rolled back, pruned; a dead writer leaves nothing torn."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.snapshots.lease import claim_folder
from ancrage.graph.snapshots.reader import LocalReader, NoSnapshot
from ancrage.graph.snapshots.snapshot import (
    NoOlderSnapshot,
    Snapshot,
    Snapshots,
    StoreBusy,
    UnknownSnapshot,
    hold,
)
from ancrage.graph.snapshots.store import build_store
from pyoxigraph import Store

G = "http://e.org/g"


def publish(snapshots: Snapshots, value: int = 1) -> Snapshot:
    with snapshots.staging() as folder:
        source = folder / "a.nq"
        source.write_text(f'<http://e.org/s> <http://e.org/p> "{value}" <{G}> .', encoding="utf-8")
        quads = build_store([source], folder / "store")
        return snapshots.publish(folder / "store", {"quads": quads, "graphs": {G: {"role": "base"}}})


def value_of(snapshot: Snapshot) -> str:
    store = Store.read_only(str(snapshot.store))
    return next(store.quads_for_pattern(None, None, None)).object.value  # type: ignore[union-attr]


def test_the_last_publication_is_current(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    assert snapshots.current() is None
    first, second = publish(snapshots, 1), publish(snapshots, 2)
    current = snapshots.current()
    assert current is not None
    assert current == second
    assert value_of(current) == "2"
    assert [snapshot.id for snapshot in snapshots.list()] == [first.id, second.id]
    assert first.id < second.id
    assert current.manifest["id"] == second.id
    assert current.quads == 1
    assert (tmp_path / "current").read_text() == second.id + "\n"


def test_nothing_published_is_said_by_the_reader(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot, match="nothing is published"):
        LocalReader(Snapshots(tmp_path).current())
    with pytest.raises(NoSnapshot, match="ancrage demo or ancrage load, with --data-dir"):
        LocalReader.current(tmp_path)


def test_ids_are_sorted_even_within_a_second(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    ids = [publish(snapshots, i).id for i in range(12)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 12


def dated(snapshots: Snapshots, snapshot: Snapshot, id: str) -> Snapshot:
    """Give a generation the id that a clock far ahead would have given it."""
    manifest = json.loads((snapshot.path / "manifest.json").read_bytes())
    path = snapshot.path.rename(snapshots.generations / id)
    (path / "manifest.json").write_text(json.dumps({**manifest, "id": id}))
    (snapshots.data_dir / "current").write_text(id + "\n")
    return snapshots.get(id)


@pytest.mark.parametrize("chance", ["0a1b2c3d", "fffffffe"])
def test_after_a_generation_dated_in_the_future_the_next_is_just_above(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, chance: str
) -> None:
    snapshots = Snapshots(tmp_path)
    before = publish(snapshots, 0)
    ahead = dated(snapshots, publish(snapshots, 1), f"20991231T235959Z-{chance}")
    started = time.monotonic()
    after, last = publish(snapshots, 2), publish(snapshots, 3)
    assert time.monotonic() - started < 10
    assert "dated in the future" in caplog.text
    assert [one.id for one in snapshots.list()] == [before.id, ahead.id, after.id, last.id]
    assert after.created.year == before.created.year, "the manifest tells when it was made, and not its id"
    assert snapshots.rollback() == after
    assert snapshots.rollback() == ahead
    assert snapshots.rollback(last.id) == last
    assert snapshots.prune(keep=2) == [before.id, ahead.id]
    assert snapshots.current() == last


def test_the_base_dataset_leaves_out_other_roles() -> None:
    roles = ("base", "ontology", "illustrative", "provenance", "scenario")
    graphs = {f"http://e.org/{role}": {"role": role} for role in roles}
    snapshot = Snapshot("20260101T000000Z-00000000", Path("x"), {"graphs": graphs})
    assert snapshot.base_graphs == ["http://e.org/base", "http://e.org/ontology"]
    assert snapshot.graphs("scenario") == ["http://e.org/scenario"]
    assert len(snapshot.graphs()) == 5


def test_rollback_goes_back_one_by_one_and_forward_by_id(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    first, second, third = (publish(snapshots, i) for i in range(3))
    assert snapshots.rollback() == second
    assert snapshots.rollback() == first
    assert snapshots.current() == first
    with pytest.raises(UnknownSnapshot, match="no older generation"):
        snapshots.rollback()
    with pytest.raises(NoOlderSnapshot, match=first.id):
        snapshots.rollback()
    assert snapshots.rollback(third.id) == third
    events = [(line["event"], line["id"]) for line in snapshots.history()]
    assert events[3:] == [("rollback", second.id), ("rollback", first.id), ("rollback", third.id)]
    assert [line["previous"] for line in snapshots.history()][:3] == [None, first.id, second.id]


@pytest.mark.parametrize("id", ["../x", "", "20260101T000000Z-00000000", "20260101T000000Z-0000000/"])
def test_an_unknown_id_is_refused(tmp_path: Path, id: str) -> None:
    with pytest.raises(UnknownSnapshot):
        Snapshots(tmp_path).rollback(id)


def test_prune_keeps_the_newest_the_current_and_the_held(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    made = [publish(snapshots, i) for i in range(6)]
    snapshots.rollback(made[0].id)
    descriptor = hold(made[1])
    assert snapshots.prune(keep=2) == [made[2].id, made[3].id]
    os.close(descriptor)
    assert snapshots.prune(keep=2) == [made[1].id]
    assert [snapshot.id for snapshot in snapshots.list()] == [made[0].id, made[4].id, made[5].id]
    assert not made[2].path.exists()
    with pytest.raises(ValueError, match="at least one"):
        snapshots.prune(keep=0)


def test_a_publication_prunes_when_told_how_many_to_keep(tmp_path: Path) -> None:
    made = [publish(Snapshots(tmp_path), i) for i in range(4)]
    descriptor = hold(made[0])
    snapshots = Snapshots(tmp_path, keep=2)
    last = publish(snapshots, 5)
    os.close(descriptor)
    assert [snapshot.id for snapshot in snapshots.list()] == [made[0].id, made[3].id, last.id]


def opened(path: Path) -> int:
    """How many descriptors this process has on a file."""
    found = 0
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found += link.readlink() == path
    return found


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_what_is_being_pruned_cannot_be_held(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    snapshot = publish(snapshots)
    manifest = snapshot.path / "manifest.json"
    failed: list[Exception] = []

    def read() -> None:
        try:
            os.close(hold(snapshot))
        except FileNotFoundError as error:
            failed.append(error)

    with claim_folder(snapshot.path) as free:
        assert free
        reader = threading.Thread(target=read)
        reader.start()
        while opened(manifest) < 2:
            time.sleep(0.001)
        manifest.unlink()
    reader.join()
    assert len(failed) == 1
    with pytest.raises(FileNotFoundError):
        hold(snapshot)


def test_what_a_dead_writer_left_is_not_listed_and_the_next_writer_removes_it(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    good = publish(snapshots)
    torn = snapshots.generations / "29990101T000000Z-00000000"
    (torn / "store").mkdir(parents=True)
    half = snapshots.generations / "29990101T000001Z-00000000"
    (half / "store").mkdir(parents=True)
    (half / "manifest.json").write_text('{"id": "2999', encoding="utf-8")
    draft = tmp_path / "current.123.tmp"
    draft.write_text("x", encoding="utf-8")
    staging = snapshots.generations / ".staging-1-x"
    staging.mkdir()
    assert snapshots.list() == [good]
    assert snapshots.current() == good
    with snapshots.lock():
        assert not torn.exists()
        assert not half.exists()
        assert not staging.exists()
        assert not draft.exists()
    assert snapshots.list() == [good]


def test_a_pointer_to_nothing_is_an_error_and_not_silence(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    publish(snapshots)
    (tmp_path / "current").write_text("20200101T000000Z-00000000\n")
    with pytest.raises(UnknownSnapshot, match="it is the current one"):
        snapshots.current()


def test_only_a_store_can_be_published(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="not an Oxigraph store"):
        Snapshots(tmp_path).publish(tmp_path / "empty", {})


def test_a_staging_folder_goes_when_the_work_fails(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    with pytest.raises(RuntimeError), snapshots.staging() as folder:
        (folder / "x").write_text("x", encoding="utf-8")
        raise RuntimeError
    assert list(snapshots.generations.iterdir()) == []


def test_a_second_writer_waits_then_says_busy(tmp_path: Path) -> None:
    holder = (
        "import sys, time; from pathlib import Path; from ancrage.graph.snapshots.snapshot import Snapshots\n"
        "with Snapshots(Path(sys.argv[1])).lock(): print('held', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", holder, tmp_path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        started = time.monotonic()
        with pytest.raises(StoreBusy) as caught:
            publish(Snapshots(tmp_path, timeout=0.3))
        assert time.monotonic() - started >= 0.3
        assert caught.value.lock == tmp_path / "lock"
        process.kill()
        process.wait()
        publish(Snapshots(tmp_path, timeout=2))  # the lock of a dead process is free


def test_threads_of_one_object_take_the_lock_in_turn(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    inside: list[int] = []
    most: list[int] = []

    def write(number: int) -> None:
        with snapshots.lock(), snapshots.lock():
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.02)
            inside.remove(number)

    threads = [threading.Thread(target=write, args=(i,)) for i in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 5


WRITER = """
import sys
from pathlib import Path
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store

snapshots = Snapshots(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    with snapshots.staging() as folder:
        source = folder / "a.nq"
        source.write_text(f'<http://e.org/s> <http://e.org/p> "{number}" <http://e.org/g> .')
        quads = build_store([source], folder / "store")
        manifest = {"quads": quads, "number": number, "graphs": {"http://e.org/g": {"role": "base"}}}
        print(snapshots.publish(folder / "store", manifest).id, flush=True)
"""


def test_a_killed_writer_never_tears_the_current_snapshot(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    publish(snapshots)
    for turn in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, start_new_session=True
        ) as process:
            assert process.stdout is not None
            acknowledged = [process.stdout.readline().decode().strip()]
            time.sleep(0.02 + turn * 0.013)
            process.send_signal(signal.SIGKILL)
            acknowledged += process.stdout.read().decode().split()
        current = snapshots.current()
        assert current is not None
        assert current.id >= acknowledged[-1]
        number = current.manifest["number"]
        assert value_of(current) == str(number)
    last = publish(snapshots, 99)
    assert snapshots.current() == last
    complete = {snapshot.id for snapshot in snapshots.list()}
    assert {path.name for path in snapshots.generations.iterdir()} == complete


PRUNER = """
from pathlib import Path
from ancrage.graph.snapshots.snapshot import Snapshots

snapshots = Snapshots(Path(sys.argv[2]))
install(int(sys.argv[1]))
print(*snapshots.prune(keep=2), flush=True)
"""

ROLLER = """
from pathlib import Path
from ancrage.graph.snapshots.snapshot import Snapshots

snapshots = Snapshots(Path(sys.argv[2]))
install(int(sys.argv[1]))
print(snapshots.rollback().id, flush=True)
"""

Dying = Callable[..., Iterator[str | None]]


def check_whole(snapshots: Snapshots, values: dict[str, str]) -> Snapshot:
    """Check that the current snapshot and all that are listed can be read, and return the current one."""
    current = snapshots.current()
    assert current is not None
    for snapshot in snapshots.list():
        assert value_of(snapshot) == values[snapshot.id]
    assert current in snapshots.list()
    return current


@pytest.mark.long
def test_pruning_killed_at_any_change_leaves_whole_snapshots(tmp_path: Path, dying: Dying) -> None:
    snapshots = Snapshots(tmp_path)
    values = {publish(snapshots, number).id: str(number) for number in range(5)}
    last = max(values)
    deaths = 0
    for told in dying(PRUNER, tmp_path, step=3):
        deaths += told is not None
        assert check_whole(snapshots, values).id == last
        fresh = publish(snapshots, 5 + deaths)  # the next writer removes what the dead one left
        values[fresh.id] = str(5 + deaths)
        last = fresh.id
        names = {path.name for path in snapshots.generations.iterdir()}
        assert names == {snapshot.id for snapshot in snapshots.list()}
    assert deaths > 10
    assert len(snapshots.list()) == 3  # the last run ended, then one more was published


def test_a_rollback_killed_at_any_change_has_happened_or_not(tmp_path: Path, dying: Dying) -> None:
    snapshots = Snapshots(tmp_path)
    first, second = publish(snapshots, 1), publish(snapshots, 2)
    values = {first.id: "1", second.id: "2"}
    states = []
    for told in dying(ROLLER, tmp_path):
        current = check_whole(snapshots, values)
        if told is None or told.strip():
            assert current == first  # acknowledged
        states.append(current.id)
        snapshots.rollback(second.id)
        assert not list(tmp_path.glob("current.*.tmp"))
    assert set(states) == {first.id, second.id}
    assert states == sorted(states, reverse=True)  # one instant divides before from after


@pytest.mark.long
def test_readers_see_whole_snapshots_while_a_writer_publishes(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    seen: list[Any] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            if (current := Snapshots(tmp_path).current()) is not None:
                seen.append(json.loads((current.path / "manifest.json").read_text())["id"] == current.id)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(10):
        publish(snapshots, number)
    stop.set()
    reader.join()
    assert seen
    assert all(seen)
