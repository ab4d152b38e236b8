"""The analyses of the current publication in the application: one at a time, on a thread of their own, each client in turn.

They read the matter of the snapshot with our own named questions, once a snapshot; the event loop never waits for
them, and those that would wait too long are told to come back. What a client no longer waits for ends at its next step
(`stopping`).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from fastapi import Request

from ...graph.pool.blocking import NoSnapshot, PoolBusy, QueryTimeout
from ...graph.pool.scheduler import Turn, Turns
from ...graph.region.stopping import Stopped, stopped_when
from ...graph.region.view import RegionView
from ...graph.snapshots.reader import LocalReader
from ...graph.snapshots.snapshot import Snapshot
from ..reading.publication import client_of
from ..reading.solutions import Reading

WAITING = 32
"""Analyses that may wait at once, a quarter of them of one client; more are told to come back."""
HALF_LIFE = 5.0
"""Seconds after which half of what a client used is forgotten: short beside the deadline, since nothing is stopped
for who comes next, and who asks one thing after the other must not wait out a minute of its own past."""
#: Frames that nearly every analysis reads: read ahead.
FRAMES = (
    *("places", "parts", "territories", "former", "programmes", "units", "interactions", "participations"),
    *("members", "chains", "hirings", "jobs", "requests", "relays"),
)

T = TypeVar("T")


class Analyses:
    """Runs functions of the matter of the current snapshot, which is read again when another is published.

    `current` gives the current snapshot; `deadline` is how long, in seconds, an answer is waited for; `waiting` how many
    may wait at once; `hurried` says that another process makes what takes long (`Ahead`): it is not waited for.

    What a client asks waits behind what it asked before; the client that used least lately goes next (`Turns`).
    """

    def __init__(
        self,
        current: Callable[[], Snapshot],
        deadline: float = 30.0,
        waiting: int = WAITING,
        *,
        hurried: bool = False,
    ) -> None:
        self._current, self._deadline, self._hurried = current, deadline, hurried
        self._thread = ThreadPoolExecutor(1, "analyses")
        self._turns = Turns(1, waiting, deadline, short=False, half_life=HALF_LIFE)
        self._reader: LocalReader | None = None
        self._matters: dict[bool, RegionView] = {}
        self._measured = ""
        self._closing = threading.Event()

    @property
    def provisional(self) -> bool:
        """Whether what takes long is still being made for the current snapshot: an answer will say more later."""
        try:
            return self._hurried and self._measured != self.snapshot
        except (NoSnapshot, LookupError):
            return False

    @property
    def snapshot(self) -> str:
        """The id of the current snapshot; raises NoSnapshot."""
        return self._current().id

    @property
    def waiting(self) -> int:
        """Number of analyses that run or wait."""
        return self._turns.running + self._turns.waiting

    async def run(
        self, work: Callable[[RegionView], T], *, illustrative: bool = False, client: str | None = None
    ) -> T:
        """Run a function of the matter for a client; raises what it raises, NoSnapshot, PoolBusy, QueryTimeout.

        Without a client it is for all of them (what pages read once a snapshot): it goes before what clients ask, and goes
        on when nobody waits for it, as the next who asks will need it.
        """
        return await self._run(lambda: work(self._matter(illustrative)), client)

    async def read(self, work: Callable[[LocalReader], T], *, client: str | None = None) -> T:
        """Run a function of the reader of the current snapshot, in its turn; raises as `run`."""
        return await self._run(lambda: work(self._open()), client)

    async def _run(self, work: Callable[[], T], client: str | None) -> T:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        begun: list[Future[T]] = []
        left = threading.Event()

        def begin(turn: Turn) -> None:
            begun.append(self._submit(work, left))
            begun[0].add_done_callback(lambda done: _on(loop, end, turn, done))

        def end(turn: Turn, done: Future[T]) -> None:
            self._turns.give_back(turn)
            if answer.done():
                return
            if done.cancelled():
                answer.cancel()
            elif (error := done.exception()) is not None:
                answer.set_exception(error)
            else:
                answer.set_result(done.result())

        def refuse(error: PoolBusy) -> None:
            if not answer.done():
                answer.set_exception(error)

        waiter = self._turns.ask(client, begin, refuse)
        try:
            return await asyncio.wait_for(answer, self._deadline)
        except TimeoutError:
            if not begun:
                raise PoolBusy(self._turns.retry_after()) from None
            raise QueryTimeout(self._deadline) from None
        finally:
            if client is not None:
                left.set()
            if waiter is not None:
                self._turns.withdraw(waiter)  # one that has not begun is not done for nobody

    def warm(self) -> None:
        """Read ahead what analyses of the current snapshot need; raises NoSnapshot."""
        for name in FRAMES:
            self._submit(partial(self._frame, name)).result()

    def ahead(self, work: Callable[[RegionView], object], *, illustrative: bool = False) -> None:
        """Run a function of the matter of the current snapshot ahead of who will ask; raises what it raises."""
        self.begin(work, illustrative=illustrative).result()

    def begin(self, work: Callable[[RegionView], T], *, illustrative: bool = False) -> Future[T]:
        """Begin what `ahead` runs, after what the thread does now."""
        return self._submit(lambda: work(self._matter(illustrative)))

    def close(self) -> None:
        """End at the next step of the analysis that runs; those that wait are dropped."""
        self._closing.set()
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._let_go()

    def _submit(self, work: Callable[[], T], left: threading.Event | None = None) -> Future[T]:
        """Have the thread do something, until `left` is set or this is closed: it is cancelled then."""

        def done() -> T:
            try:
                with stopped_when(lambda: self._closing.is_set() or (left is not None and left.is_set())):
                    return work()
            except Stopped:
                raise CancelledError from None

        return self._thread.submit(done)

    def _open(self) -> LocalReader:
        """Give the reader of the current snapshot; only the thread of the analyses comes here."""
        snapshot = self._current()
        if self._reader is None or self._reader.snapshot.id != snapshot.id:
            self._let_go()
            self._reader = LocalReader(snapshot)
        return self._reader

    def _matter(self, illustrative: bool) -> RegionView:
        reader = self._open()
        if illustrative not in self._matters:
            self._matters[illustrative] = RegionView.of(
                reader, illustrative=illustrative, hurried=self._hurried
            )
        self._look(self._matters[illustrative])
        return self._matters[illustrative]

    def _look(self, matter: RegionView) -> None:
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


async def run_for(
    request: Request,
    reading: Reading,
    runner: Analyses,
    work: Callable[[RegionView], T],
    *,
    illustrative: bool = False,
) -> T:
    """Run a function of the matter for who asks; raises as `run`. An answer of another publication is not kept for this one."""
    snapshot, made = await runner.run(
        lambda matter: (matter.snapshot, work(matter)), illustrative=illustrative, client=client_of(request)
    )
    reading.failed |= snapshot != reading.snapshot
    return made


def _on(
    loop: asyncio.AbstractEventLoop, do: Callable[[Turn, Future[T]], None], turn: Turn, done: Future[T]
) -> None:
    """Do something on an event loop, from the thread of the analyses; nothing where the loop is over."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(do, turn, done)
