"""Writes on a data folder that something is wrong with: they end, are told, lose nothing, and the service ends when told."""

import json
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.snapshots.provenance import GRAPHS
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.publish.pipeline import Pipeline

pytestmark = pytest.mark.long


KEY = "the-key-of-the-attacked-service"
HEADERS = {"Authorization": f"Bearer {KEY}"}
AHEAD = "20990101T000000Z-0a1b2c3d"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder with one small graph."""
    (tmp_path / "a.ttl").write_text("<http://e.org/s> <http://e.org/p> 1, 2 .", encoding="utf-8")
    Pipeline(tmp_path / "data").load_rdf(tmp_path / "a.ttl", GRAPHS + "g")
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
    published = [one["id"] for one in snapshots.history() if one["event"] == "publish"][1:]
    assert len(published) == 3 and [AHEAD, *published] == sorted([AHEAD, *published])
    assert published[-1] == snapshots.list()[-1].id
    assert "dated in the future" in "".join(service.log)


def test_writes_one_after_the_other_take_neither_search_nor_catalogue_away(
    data_dir: Path, server_of: Callable[..., Any]
) -> None:
    asked = (
        "/api/v1/search?q=essai",
        "/recherche?q=essai",
        "/catalog.ttl",
        "/.well-known/void.ttl",
        "/dumps/g.nq.gz",
    )
    statuses: dict[str, set[int]] = {path: set() for path in asked}
    told: dict[str, list[str]] = {path: [] for path in asked}
    stop = threading.Event()

    def ask(service: Any, path: str) -> None:
        while not stop.is_set():
            answer = service.ask(path)
            statuses[path].add(answer.status)
            if "ancrage-snapshot" in answer.headers:  # not where two publications met in one page
                told[path].append(answer.headers["ancrage-snapshot"])
            tag = answer.headers.get(
                "etag"
            )  # none where a publication came between; a dump's is of what it holds
            if tag and not path.startswith("/dumps/"):
                assert answer.headers.get("ancrage-snapshot", "") in tag

    with server_of(data_dir, ANCRAGE_MEMORY="1G", ANCRAGE_PATIENCE="20") as service:
        end = time.monotonic() + 120
        while any(service.ask(path).status != 200 for path in asked):  # made for the first time
            assert time.monotonic() < end
            time.sleep(0.2)
        threads = [threading.Thread(target=ask, args=(service, path)) for path in asked]
        for thread in threads:
            thread.start()
        try:
            for number in range(8):
                assert (
                    update(service, f"INSERT DATA {{ <http://e.org/s> <http://e.org/q> {number} }}").status
                    == 200
                )
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert statuses == {path: {200} for path in asked}
    for path in asked:
        assert told[path] == sorted(told[path]), "never back to an older publication"


def test_whatever_is_known_of_a_text_that_is_not_sparql_it_is_refused(
    data_dir: Path, server_of: Callable[..., Any]
) -> None:
    with server_of(data_dir) as service:
        asked = {"Accept": "text/csv", "If_None_Match": "*"}
        assert service.ask("/sparql?query=this+is+no+query", **asked).status == 400
        for _ in range(2):  # made, then kept
            assert service.ask("/sparql?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D", **asked).status == 304
