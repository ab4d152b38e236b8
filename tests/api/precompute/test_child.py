"""Processes that make things ahead: what one wrote for a while goes with it, however it ends."""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ancrage.api.precompute.child import Child

_SLOW = """
import tempfile, time
with tempfile.TemporaryDirectory() as folder:
    open(folder + "/written", "w").close()
    time.sleep(600)
"""
_SERVICE = "from ancrage.api.precompute.child import Child; Child().run('slow')"


@pytest.fixture
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "slow.py").write_text(_SLOW)
    (folder := tmp_path / "drafts").mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def _wait(done: Callable[[], bool]) -> None:
    for _ in range(3000):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError("not done")


def test_what_is_closed_leaves_no_draft(drafts: Path) -> None:
    child = Child()
    told: list[bool] = []
    thread = threading.Thread(target=lambda: told.append(child.run("slow")))
    thread.start()
    _wait(lambda: any(drafts.rglob("written")))
    child.close()
    thread.join()
    assert told == [False] and not [*drafts.iterdir()]


def test_a_service_that_is_killed_leaves_no_draft(drafts: Path) -> None:
    service = subprocess.Popen([sys.executable, "-c", _SERVICE])
    _wait(lambda: any(drafts.rglob("written")))
    service.kill()
    service.wait()
    _wait(lambda: not [*drafts.iterdir()])
