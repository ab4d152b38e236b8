"""The thread that publishes what a room of devices makes public: at its start, when told, and again soon where it was refused."""

import threading
import time
from pathlib import Path

from ancrage.api.desk.room import Publisher
from ancrage.api.web.settings import Settings
from ancrage.graph.pool.errors import WorkerError
from ancrage.loaders.write.request import Written
from ancrage.loaders.write.writer import Writer


def test_what_was_refused_is_tried_again_soon(tmp_path: Path) -> None:
    tries: list[float] = []
    there = threading.Event()

    def publish(writer: Writer) -> Written:
        tries.append(time.monotonic())
        if len(tries) < 3:
            raise WorkerError("killed")
        there.set()
        return Written("a")

    publisher = Publisher(publish, Settings(data_dir=tmp_path), "essai")  # nobody tells it
    try:
        assert there.wait(60)
        first, second = tries[1] - tries[0], tries[2] - tries[1]
        assert 1 <= first < second, "a pause that grows"
    finally:
        publisher.close()
    assert publisher.failure is None
    assert publisher.published == "a"
