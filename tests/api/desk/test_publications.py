"""The process that publishes what people enter: at its start, when told, again soon where it was refused, and to the end."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.web.entries import publications_of
from ancrage.api.web.settings import Settings
from ancrage.graph.pool.errors import WorkerError
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.desk.acts import Acts
from ancrage.loaders.desk.ledger import Ledger
from ancrage.loaders.devices.publications import SOON, Publications
from ancrage.loaders.devices.publisher import Publisher
from ancrage.loaders.operations.safe import Safe
from ancrage.loaders.operations.store import Operations
from ancrage.loaders.write.request import Written
from fastapi.testclient import TestClient

from .conftest import until


def test_rooms_are_published_at_the_start_when_told_and_to_the_end() -> None:
    done: list[str] = []

    def of(name: str) -> Callable[[], Written]:
        return lambda: done.append(name) or Written(name)  # type: ignore[func-returns-value]

    publisher = Publisher({"a": of("a"), "b": of("b"), "c": of("c")}, lambda *told: None)
    for told in ("b", "b", "unknown", None):  # the service was killed after it told of b twice
        publisher.told.put(told)
    publisher.run()
    assert done == ["a", "b", "c"] * 2, "in their order, once for all that was told meanwhile and was not"


def test_a_room_that_changed_is_published_alone() -> None:
    done: list[str] = []

    def of(name: str) -> Callable[[], Written]:
        def publish() -> Written:
            done.append(name)
            for told in {2: ("b", "unknown"), 3: (None,)}.get(len(done), ()):
                publisher.told.put(told)
            return Written(name)

        return publish

    publisher = Publisher({"a": of("a"), "b": of("b")}, lambda *told: None)
    publisher.run()
    assert done == ["a", "b", "b", "a", "b"], "the last two for the end"


def test_what_was_refused_is_tried_again_soon_and_the_others_are_not() -> None:
    tries: list[float] = []
    others: list[str] = []
    heard: list[tuple[str, str, str]] = []

    def publish() -> Written:
        tries.append(time.monotonic())
        if len(tries) < 3:
            raise WorkerError("killed")
        publisher.told.put(None)
        return Written("s")

    rooms = {"refused": publish, "other": lambda: others.append("once") or Written("o")}  # type: ignore[func-returns-value]
    publisher = Publisher(
        rooms, lambda room, snapshot, why: heard.append((room, snapshot, why["fr"] if why else ""))
    )
    publisher.run()
    first, second = tries[1] - tries[0], tries[2] - tries[1]
    assert SOON <= first < second, "a pause that grows"
    assert others == ["once", "once"], "at the start and at the end"
    assert [told for told in heard if told[0] == "refused"] == [
        *[("refused", "", heard[0][2])] * 2,
        *[("refused", "s", "")] * 2,
    ]
    assert "pas pu" in heard[0][2]


TITLE = "Diagnostic laissé"
ASKED = f'SELECT ?r {{ ?r ?label "{TITLE}"@fr }}'


@pytest.fixture
def folder(loaded: Path, tmp_path: Path) -> Path:
    """A data folder with a request that was accepted and that nobody has published."""
    folder, type = tmp_path / "data", "interaction-type/territorial-diagnosis"
    shutil.copytree(loaded, folder, symlinks=True)
    store = Operations.open(folder)
    acts, ledger = Acts(store, Safe.open(store, folder)), Ledger(store)
    id = acts.begin("token", type, [], "Un diagnostic")
    place = {"territory": "territory/commune/38185", "place": "Grenoble", "when": "", "mode": ""}
    acts.place(ledger.read().needs[id], place)
    acts.file(ledger.read().needs[id], {"structure": "Mairie", "email": "m@example.org"})
    told = {"title": TITLE, "structure": "Mairie", "siren": "", "about": [], "type": type}
    acts.accept(ledger.read().needs[id], "ana", told)
    store.close()
    return folder


@contextmanager
def publications(folder: Path) -> Iterator[Publications]:
    """The publications of a folder, begun."""
    made = publications_of(Settings(data_dir=folder))
    made.start()
    try:
        yield made
    finally:
        made.close()


def _published(folder: Path) -> bool:
    snapshot = Snapshots(folder).current()
    assert snapshot is not None
    with LocalReader(snapshot) as reader:
        return len(reader.query(ASKED, accept="text/csv").body.split()) > 1


def _wait(holds: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_what_a_service_left_is_published_by_the_next_one_before_anybody_visits(folder: Path) -> None:
    with TestClient(create_app(Settings(data_dir=folder, workers=1))) as service:
        until(service, ASKED)


def test_a_process_that_is_killed_is_followed_by_another(folder: Path) -> None:
    with publications(folder) as made:
        _wait(lambda: made._process)
        first = made._process
        assert first is not None
        os.kill(first.pid, signal.SIGKILL)
        _wait(lambda: made.of("desk").snapshot)
        assert made._process is not first
    assert _published(folder)


def test_a_line_that_was_cut_or_a_process_that_cannot_be_started_is_followed_by_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = iter([ValueError("a line that was cut"), OSError(12, "no memory for a process")])
    hear_one = Publications._hear_one

    def cut(self: Publications) -> int:
        for error in heard:
            raise error
        return hear_one(self)

    monkeypatch.setattr(Publications, "_hear_one", cut)
    with publications(folder) as made:
        _wait(lambda: made.of("desk").snapshot)
    assert _published(folder)


def test_what_was_told_is_published_though_the_service_is_killed(folder: Path) -> None:
    """Its end of the pipe closes, as the system does for a service that is killed, while the process begins."""
    with publications(folder) as made:
        _wait(lambda: made._process)
        with made._lock:  # else it may be set before the process is told anything, which then is ended
            process = made._process
            made._closed.set()  # no other is started
        assert process is not None and process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0
    assert _published(folder)


def test_the_end_of_a_service_ends_its_publications_and_leaves_nothing_half_done(folder: Path) -> None:
    with publications(folder) as made:
        _wait(lambda: [*(folder / "generations").glob(".staging-*")])
        process = made._process
    assert process is not None and process.poll() is not None
    assert not [*(folder / "generations").glob(".staging-*")]


def test_a_store_that_does_not_open_is_told_of_every_room_and_tried_again(folder: Path) -> None:
    aside = folder / "aside"
    (folder / "operations.sqlite").rename(aside)
    (folder / "operations.sqlite").write_bytes(b"no store" * 999)
    (folder / "operations.sqlite-wal").unlink(missing_ok=True)
    with publications(folder) as made:
        desk = made.of("desk")
        _wait(lambda: desk.failure)
        assert desk.failure is not None and "registre" in desk.failure["fr"]
        aside.replace(folder / "operations.sqlite")
        _wait(lambda: desk.snapshot)
        assert desk.failure is None
    assert _published(folder)
