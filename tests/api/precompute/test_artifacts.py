"""What the service derives: in the background, by one process, waited for, stopped with the service."""

import asyncio
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.app import create_app
from ancrage.api.precompute.artifacts import Derivations, NotReady
from ancrage.api.precompute.watcher import Watcher
from ancrage.api.web.settings import Settings
from ancrage.graph.finder.artifacts import FINDER
from ancrage.graph.snapshots.artifacts import PARTITIONS, derived_folder
from ancrage.graph.snapshots.provenance import GRAPHS
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.snapshots.store import build_store
from fastapi.testclient import TestClient


@pytest.fixture
def published(tmp_path: Path) -> Snapshots:
    file = tmp_path / "a.nq"
    lines = [f'<http://e.org/s> <http://e.org/p> "x" <{GRAPHS}{name}> .\n' for name in ("essai", "ontology")]
    file.write_text("".join(lines), encoding="utf-8")
    quads = build_store([file], tmp_path / "store", merged=[GRAPHS + "essai"])
    graphs = {
        GRAPHS + "essai": {"role": "base", "quads": 1},
        GRAPHS + "ontology": {"role": "ontology", "quads": 1},
    }
    snapshots = Snapshots(tmp_path / "data")
    snapshots.publish(tmp_path / "store", {"quads": quads, "graphs": graphs, "merged": True})
    return snapshots


def current(snapshots: Snapshots) -> Snapshot:
    found = snapshots.current()
    assert found is not None
    return found


@contextmanager
def watched(*given: Any, **named: Any) -> Iterator[Derivations]:
    """What is derived, made of what is current as the service does."""
    made = Derivations(*given, **named)
    watcher = Watcher(made._current, [made.job], look=0.05)
    watcher.start()
    try:
        yield made
    finally:
        made.close()
        watcher.close()


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_counts_are_made_without_being_asked(published: Snapshots) -> None:
    with watched(published, lambda: current(published)):
        until((derived_folder(current(published)) / PARTITIONS).exists)


def test_many_requests_are_one_process(published: Snapshots, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    class Counting(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], **more: Any) -> None:
            started.append(command)
            super().__init__(command, **more)

    monkeypatch.setattr("ancrage.api.precompute.child.subprocess.Popen", Counting)
    snapshot = current(published)
    made = Derivations(published, lambda: snapshot)

    async def several() -> None:
        files = await asyncio.gather(*(made.dump("essai", "nq") for _ in range(20)))
        counts = await asyncio.gather(*(made.partitions() for _ in range(20)))
        assert len({tuple(one.value) for one in files}) == 1
        assert {one.snapshot.id for one in counts} == {snapshot.id}

    try:
        asyncio.run(several())
    finally:
        made.close()
    asked = [name for command in started for name in command[7:]]
    assert len(asked) == len(set(asked))  # the index of the finder may be made meanwhile: nothing twice


def test_what_takes_longer_than_the_patience_is_told_and_goes_on(
    published: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = current(published)
    with watched(published, lambda: snapshot, patience=0.001) as made:
        with pytest.raises(NotReady) as caught:
            asyncio.run(made.dump("ontology", "trig"))
        assert caught.value.retry_after >= 1
        until(lambda: bool(list((derived_folder(snapshot) / "dumps").glob("ontology.trig.gz"))))


def test_a_failure_is_told_and_may_be_tried_again(
    published: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = current(published)
    with watched(published, lambda: snapshot) as made:
        until((derived_folder(snapshot) / PARTITIONS).exists)
        with monkeypatch.context() as patched:
            patched.setattr(sys, "executable", "/bin/false")
            with pytest.raises(NotReady):
                asyncio.run(made.dump("essai", "nq"))
        assert asyncio.run(made.dump("essai", "nq"))


def test_closing_stops_the_process(
    published: Snapshots, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 600\n", encoding="utf-8")
    slow.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(slow))
    with watched(published, lambda: current(published)) as made:
        until(lambda: made._child._process is not None)
        process = made._child._process
        assert process is not None
    assert process.poll() is not None
    with pytest.raises(NotReady):
        asyncio.run(made.partitions())


def again(snapshots: Snapshots, folder: Path, keep: int | None = None) -> Snapshot:
    """Publish what is current once more, as a small write does."""
    former = current(snapshots)
    shutil.copytree(former.store, folder)
    return Snapshots(snapshots.data_dir, keep=keep).publish(folder, former.manifest)


def test_the_former_serve_while_the_new_are_made_and_are_not_pruned(
    published: Snapshots, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = current(published)
    with watched(published, lambda: current(published), patience=60) as made:
        asyncio.run(made.dump("essai", "nq"))
        until(lambda: all((derived_folder(first) / name).exists() for name in (PARTITIONS, FINDER)))
        until(lambda: not made._jobs)
        slow = tmp_path / "slow"
        slow.write_text("#!/bin/sh\nexec sleep 600\n", encoding="utf-8")
        slow.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(slow))
        for number in range(3):
            second = again(published, tmp_path / f"again-{number}", keep=1)
            counts, dump = asyncio.run(made.partitions()), asyncio.run(made.dump("essai", "nq"))
            finder = made.finder()
            assert finder is not None
            assert {counts.snapshot.id, finder.snapshot.id, dump.snapshot.id} == {first.id}
            assert counts.value.snapshot == first.id
            assert dump.value[0].path.is_file()
            assert second.id == current(published).id != first.id


def test_writes_without_end_do_not_keep_it_from_being_made(
    published: Snapshots, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("ancrage.api.precompute.artifacts._LATE", 2.0)
    first = current(published)
    with watched(published, lambda: current(published), patience=60) as made:
        asyncio.run(made.partitions())
        end, number = time.monotonic() + 120, 0
        while asyncio.run(made.partitions()).snapshot.id == first.id:
            assert time.monotonic() < end
            number += 1
            again(published, tmp_path / f"again-{number}")
            time.sleep(0.3)  # none of them lasts


def test_over_http_it_is_503_with_a_time_to_come_back(
    published: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Derivations.__init__, "__kwdefaults__", {"patience": 0.001})
    with TestClient(create_app(Settings(data_dir=published.data_dir, workers=1))) as client:
        answer = client.get("/dumps/ontology.trig.gz")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["content-type"] == "application/problem+json"
        assert "se préparent" in answer.json()["detail_fr"]
        page = client.get("/catalog", headers={"Accept": "text/html"})
        assert page.status_code in (200, 503)
