"""The analyses of the current publication in the application: one at a time, on a thread of their own.

They read the matter of the snapshot with our own named questions, once a snapshot; the event loop never waits for
them, and those that would wait too long are told to come back.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ...graph.matter import Matter
from ...graph.reader import LocalReader
from ...graph.snapshot import Snapshot
from ...graph.workers import NoSnapshot, PoolBusy, QueryTimeout

WAITING = 8
"""Analyses that may run or wait at once; more are told to come back."""
#: Frames that nearly every analysis reads: read ahead.
FRAMES = (
    *("places", "parts", "territories", "former", "programmes", "units", "interactions", "participations"),
    *("members", "chains", "hirings", "jobs", "requests", "relays"),
)

T = TypeVar("T")


class Analyses:
    """Runs functions of the matter of the current snapshot, which is read again when another is published.

    `current` gives the current snapshot; `deadline` is how long, in seconds, an answer is waited for; `waiting` how many
    may run or wait at once; `hurried` says that another process makes what takes long (`Ahead`): it is not waited for.
    """

    def __init__(
        self,
        current: Callable[[], Snapshot],
        deadline: float = 30.0,
        waiting: int = WAITING,
        *,
        hurried: bool = False,
    ) -> None:
        self._current, self._deadline, self._most, self._hurried = current, deadline, waiting, hurried
        self._thread = ThreadPoolExecutor(1, "analyses")
        self._reader: LocalReader | None = None
        self._matters: dict[bool, Matter] = {}
        self._lock = threading.Lock()
        self._asked = 0
        self._pace = 1.0
        self._measured = ""

    @property
    def provisional(self) -> bool:
        """Whether what takes long is still being made for the current snapshot: an answer will say more later."""
        try:
            return self._hurried and self._measured != self._current().id
        except (NoSnapshot, LookupError):
            return False

    @property
    def waiting(self) -> int:
        """Number of analyses that run or wait."""
        return self._asked

    async def run(self, work: Callable[[Matter], T], *, illustrative: bool = False) -> T:
        """Run a function of the matter; raises what it raises, NoSnapshot, PoolBusy, QueryTimeout."""
        return await self._run(lambda: work(self._matter(illustrative)))

    async def read(self, work: Callable[[LocalReader], T]) -> T:
        """Run a function of the reader of the current snapshot, in its turn; raises as `run`."""
        return await self._run(lambda: work(self._open()))

    async def _run(self, work: Callable[[], T]) -> T:
        if self._asked >= self._most:
            raise PoolBusy(max(1, round(self._asked * self._pace)))
        future = self._thread.submit(self._timed, work)
        with self._lock:
            self._asked += 1
        future.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), self._deadline)
        except TimeoutError:
            future.cancel()  # one that has not begun is not done for nobody
            raise QueryTimeout(self._deadline) from None

    def warm(self) -> None:
        """Read ahead what analyses of the current snapshot need; raises NoSnapshot."""
        for name in FRAMES:
            self._thread.submit(self._frame, name).result()

    def ahead(self, work: Callable[[Matter], object]) -> None:
        """Run a function of the matter of the current snapshot ahead of who will ask; raises what it raises."""
        self._thread.submit(lambda: work(self._matter(False))).result()

    def close(self) -> None:
        """End when the analysis that runs has ended; those that wait are dropped."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._let_go()

    def _timed(self, work: Callable[[], T]) -> T:
        started = time.monotonic()
        try:
            return work()
        finally:
            self._pace += 0.2 * (time.monotonic() - started - self._pace)

    def _open(self) -> LocalReader:
        """Give the reader of the current snapshot; only the thread of the analyses comes here."""
        snapshot = self._current()
        if self._reader is None or self._reader.snapshot.id != snapshot.id:
            self._let_go()
            self._reader = LocalReader(snapshot)
        return self._reader

    def _matter(self, illustrative: bool) -> Matter:
        reader = self._open()
        if illustrative not in self._matters:
            self._matters[illustrative] = Matter.of(reader, illustrative=illustrative, hurried=self._hurried)
        self._look(self._matters[illustrative])
        return self._matters[illustrative]

    def _look(self, matter: Matter) -> None:
        """See whether what takes long is there."""
        if self._hurried and self._measured != matter.snapshot and not matter.illustrative:
            from ...graph.suggestions.trust import pending

            if not pending(matter):
                self._measured = matter.snapshot

    def _frame(self, name: str) -> None:
        self._matter(False).frame(name)

    def _let_go(self) -> None:
        self._matters.clear()
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _done(self, _: object) -> None:
        with self._lock:
            self._asked -= 1
