"""What is computed ahead is computed by a process of its own, which ends with the service."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from ancrage.api.precompute import starting as ahead
from ancrage.api.precompute.child import Child
from ancrage.graph.snapshots.snapshot import Snapshots


def until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.01)


@pytest.fixture
def published(tmp_path: Path, publisher: Callable[[Path, Path], str]) -> Path:
    publisher(tmp_path / "data", tmp_path / "one")
    return tmp_path / "data"


def test_a_service_that_reads_ahead_has_the_findings_made_by_another_process(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshots = Snapshots(published)
    snapshot = snapshots.current()
    assert snapshot is not None
    given: list[tuple[str, ...]] = []
    monkeypatch.setattr(Child, "run", lambda _, *arguments, environment: given.append(arguments))
    made = ahead.Ahead(snapshots, lambda one: one.path / "derived")
    made.job.look(snapshot, 9.0)
    made.job.join()
    assert given == []  # it has not lasted
    made.job.look(snapshot, 11.0)
    made.job.join()
    [command] = given
    derived = str(snapshot.path / "derived")
    assert command == ("ancrage.api.precompute_process", str(published), snapshot.id, derived)
    made.job.look(snapshot, 12.0)
    made.job.join()
    assert len(given) == 1  # it ended and kept nothing: not at once again
    made.job.look(replace(snapshot, id="29990101T000000Z-00000000"), 11.0)
    made.job.join()
    assert len(given) == 2


def test_a_service_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    held = tmp_path / "held"
    lines = (
        "import fcntl, time",
        f"held = open({str(held)!r}, 'w')",
        "fcntl.flock(held, fcntl.LOCK_EX)",
        "print(1, file=held, flush=True)",
        "time.sleep(600)",
    )
    (tmp_path / "endless.py").write_text("\n".join(lines), encoding="utf-8")
    begin = "from ancrage.api.precompute.child import Child; Child().run('endless')"
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    service = subprocess.Popen([sys.executable, "-c", begin], env={**os.environ, "PYTHONPATH": path})
    until(lambda: held.exists() and bool(held.read_text()))
    with held.open("r+") as mine:
        with pytest.raises(BlockingIOError):
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        service.kill()
        service.wait()
        fcntl.flock(mine, fcntl.LOCK_EX)  # waits for what the process held


@pytest.mark.parametrize(("ends", "told"), [("kill -INT $$", 0), ("echo Traceback >&2; exit 1", 1)])
def test_a_process_stopped_with_the_service_has_not_failed(
    published: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    ends: str,
    told: int,
) -> None:
    snapshots = Snapshots(published)
    snapshot = snapshots.current()
    assert snapshot is not None
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{ends}\n", encoding="utf-8")
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    made = ahead.Ahead(snapshots, lambda one: one.path / "derived")
    made.job.look(snapshot, 11.0)
    made.job.join()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "what is computed ahead failed: Traceback\n"
    ][:told]
