"""The thread that publishes what a room of devices makes public: at its start, when told, and again soon where it was refused."""

import shutil
import threading
import time
from pathlib import Path

from ancrage.api.app import create_app
from ancrage.api.desk.room import Publisher
from ancrage.api.web.settings import Settings
from ancrage.graph.pool.errors import WorkerError
from ancrage.loaders.desk.acts import Acts
from ancrage.loaders.desk.ledger import Ledger
from ancrage.loaders.operations.safe import Safe
from ancrage.loaders.operations.store import Operations
from ancrage.loaders.write.request import Written
from ancrage.loaders.write.writer import Writer
from fastapi.testclient import TestClient

from .conftest import until


def test_what_was_refused_is_tried_again_soon(tmp_path: Path) -> None:
    tries: list[float] = []
    there = threading.Event()

    def publish(writer: Writer) -> Written:
        tries.append(time.monotonic())
        if len(tries) < 3:
            raise WorkerError("killed")
        there.set()
        return Written("a")

    publisher = Publisher(publish, Writer(tmp_path), "essai")  # nobody tells it
    try:
        assert there.wait(60)
        first, second = tries[1] - tries[0], tries[2] - tries[1]
        assert Publisher.soon <= first < second, "a pause that grows"
    finally:
        publisher.close()
    assert publisher.failure is None
    assert publisher.published == "a"


def test_what_a_service_left_is_published_by_the_next_one_before_anybody_visits(
    loaded: Path, tmp_path: Path
) -> None:
    folder, type = tmp_path / "data", "interaction-type/territorial-diagnosis"
    shutil.copytree(loaded, folder, symlinks=True)
    store = Operations.open(folder)
    acts, ledger = Acts(store, Safe.open(store, folder)), Ledger(store)
    id = acts.begin("token", type, [], "Un diagnostic")
    place = {"territory": "territory/commune/38185", "place": "Grenoble", "when": "", "mode": ""}
    acts.place(ledger.read().needs[id], place)
    acts.file(ledger.read().needs[id], {"structure": "Mairie", "email": "m@example.org"})
    told = {"title": "Diagnostic laissé", "structure": "Mairie", "siren": "", "about": [], "type": type}
    acts.accept(ledger.read().needs[id], "ana", told)
    store.close()
    with TestClient(create_app(Settings(data_dir=folder, workers=1))) as service:
        until(service, 'SELECT ?r { ?r ?label "Diagnostic laissé"@fr }')
