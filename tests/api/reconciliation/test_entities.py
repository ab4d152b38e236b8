"""What names are reconciled with is made once, by one thread, however many ask meanwhile."""

import asyncio
import threading
import time
from pathlib import Path
from typing import Any, cast

from ancrage.api.reading.publication import Service
from ancrage.api.reconciliation.entities import Entities, Reconciliation
from ancrage.graph.snapshots.snapshot import Snapshots


class Slow(Reconciliation):
    """Entities that take a while; counts the threads that wait for them or make them."""

    inside = most = 0
    lock = threading.Lock()

    def entities(self) -> Entities:
        """Make them slowly."""
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(0.02)
        with self.lock:
            self.inside -= 1
        return cast("Entities", None)


def test_who_waits_for_the_entities_holds_no_thread(register_dir: Path) -> None:
    class Pool:
        """A pool that knows its snapshot alone."""

        def snapshot(self) -> Any:
            """Give it."""
            return Snapshots(register_dir).current()

    async def ask() -> Slow:
        made = Slow(cast("Service", type("Only", (), {"pool": Pool()})()), register_dir)
        await asyncio.gather(*(made.current() for _ in range(8)))
        return made

    assert asyncio.run(ask()).most == 1
