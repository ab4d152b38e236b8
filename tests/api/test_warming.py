"""What is read ahead: the names and the largest pages, again after each publication."""

import gc
import time
from collections.abc import Callable
from pathlib import Path

from ancrage.api.app import create_app
from ancrage.api.precompute.watcher import Watcher
from ancrage.api.reading.publication import service_of
from ancrage.api.warming import Warming
from ancrage.api.web.settings import Settings
from fastapi.testclient import TestClient


def _wait(done: Callable[[], bool]) -> None:
    for _ in range(1000):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError("not warmed")


def test_each_publication_is_read_ahead(tmp_path: Path, publisher: Callable[[Path, Path], str]) -> None:
    first = publisher(tmp_path / "data", tmp_path / "one")
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as client:
        service = service_of(client.app)  # type: ignore[arg-type]
        warming = Warming(service)
        watcher = Watcher(service.pool.snapshot, [warming.job], look=0.01)
        watcher.start()
        _wait(lambda: warming.warmed == first)
        second = publisher(tmp_path / "data", tmp_path / "two")
        _wait(lambda: warming.warmed == second)
        region = "https://w3id.org/ancrage/id/territory/region/99"
        asked = [key for key in service.memory._kept if key[0] == second and region in key[1]]
        assert len(asked) > 10  # the questions of the region's page
        assert gc.get_freeze_count() > 0  # what lasts is left out of the sweeps for garbage
        warming.close()
        watcher.close()


def test_nothing_published_is_no_failure(tmp_path: Path, publisher: Callable[[Path, Path], str]) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as client:
        service = service_of(client.app)  # type: ignore[arg-type]
        warming = Warming(service)
        watcher = Watcher(service.pool.snapshot, [warming.job], look=0.01)
        watcher.start()
        first = publisher(tmp_path / "data", tmp_path / "one")
        _wait(lambda: warming.warmed == first)
        warming.close()
        watcher.close()
