"""Writes on a data folder that something is wrong with: they end, are told, lose nothing, and the service ends when told."""

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.snapshot import Snapshots
from ancrage.loaders.pipeline import Pipeline

KEY = "the-key-of-the-attacked-service"
HEADERS = {"Authorization": f"Bearer {KEY}"}
AHEAD = "20990101T000000Z-0a1b2c3d"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder with one small graph."""
    (tmp_path / "a.ttl").write_text("<http://e.org/s> <http://e.org/p> 1, 2 .", encoding="utf-8")
    Pipeline(tmp_path / "data").load_rdf(tmp_path / "a.ttl", "http://e.org/g")
    return tmp_path / "data"


def update(service: Any, text: str) -> Any:
    return service.ask("/update", "POST", text.encode(), Content_Type="application/sparql-update", **HEADERS)


def test_a_generation_of_2099_hinders_no_write_and_no_end(
    data_dir: Path, server_of: Callable[..., Any]
) -> None:
    snapshots = Snapshots(data_dir)
    current = snapshots.current()
    assert current is not None
    told = json.loads((current.path / "manifest.json").read_bytes())
    path = current.path.rename(snapshots.generations / AHEAD)
    (path / "manifest.json").write_text(json.dumps({**told, "id": AHEAD}))
    snapshots.pointer.write_text(AHEAD + "\n")
    with server_of(data_dir, ANCRAGE_MEMORY="1G") as service:
        for number in range(3):
            answer = update(service, f"INSERT DATA {{ <http://e.org/s> <http://e.org/q> {number} }}")
            assert answer.status in (200, 204), answer.body
        started = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(10)
        assert time.monotonic() - started < 10
    ids = [one.id for one in snapshots.list()]
    assert ids[0] == AHEAD and len(ids) == 4 and ids == sorted(ids)
    assert "dated in the future" in "".join(service.log)
