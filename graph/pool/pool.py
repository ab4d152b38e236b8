"""Read-only query processes on the current snapshot, asked from one event loop: turns, deadlines, replacement."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..snapshots.listing import DamagedSnapshot, check_sizes
from ..snapshots.reader import NoSnapshot
from ..snapshots.snapshot import Snapshot, Snapshots, UnknownSnapshot, empty_snapshot
from ..sparql.formats import DEFAULT_ACCEPT
from ..sparql.limits import OWN_BYTES, Glance, look
from ..sparql.reasons import Reason
from .errors import QueryExhausted, WorkerError
from .job import Pace, Question, Run
from .scheduler import PoolBusy, Turns
from .streams import HELD, AnswerStream, Spooled
from .timer import Ticker
from .worker import Worker

log = logging.getLogger(__name__)

_LOOK = 1.0
"""Seconds between two looks at the pointer when no query comes."""

_FAT = 4
"""A process that keeps more than this part of `memory` after a query is replaced."""

_BEHIND, _SOON = 4, 0.002
"""Most short queries that one process is given at once, if the one at work began at most so many seconds ago."""

_HOG = 1.0
"""Seconds after which a query with a long turn keeps others from theirs."""

_SPOOLED = 4
"""Answers waiting for slow readers take this many times the largest answer on the disk, all together."""


class NotIsolated(WorkerError):  # noqa: N818
    """A query process that can reach a network, in strict mode."""

    def __init__(self) -> None:
        super().__init__("it can reach the network, which strict mode refuses")


class QueryPool:
    """Query processes on the current snapshot of a data directory, for one event loop.

    `size` queries run at once, one short query and one of our own pages beside them; `queue` more wait,
    `patience` seconds at most, `share` of one client. A query that passes `deadline` seconds loses its
    process, and so does one that takes more than `memory` bytes beside what an idle process has; a spare
    process is always ready, so the next query does not wait for a new one. Every query looks at the pointer
    of the data directory: after a publication the processes open the new snapshot between two queries. With
    `strict`, processes that can reach a network are refused (WorkerError). `dataset` is what a query sees that
    names no graph: the union of the base graphs (`"base"`) or the store's own default graph (`"plain"`). With
    `columns`, queries that read much are answered from the columns of the snapshot, where it has them.
    """

    def __init__(
        self,
        data_dir: Path,
        size: int = 2,
        deadline: float = 30.0,
        memory: int = 2 << 30,
        *,
        queue: int = 32,
        patience: float = 5.0,
        share: int | None = None,
        largest: int = 256 << 20,
        strict: bool = False,
        dataset: str = "base",
        columns: bool = False,
    ) -> None:
        self.snapshots = Snapshots(data_dir)
        self.deadline = deadline
        self.memory = memory
        self.largest = largest
        self.strict = strict
        self.dataset = dataset
        self.columns = columns
        self.pace = Pace()
        """How long queries take lately."""
        self.turns = Turns(size, queue, patience, share, lambda: self.busy_with_little() is not None)
        self.ticker = Ticker()
        self.spooled = Spooled(_SPOOLED * largest)
        self.lost = 0
        """Number of processes lost to a query so far."""
        self.isolated = False
        """Whether the processes are cut off every network."""
        self._pointer = os.fspath(self.snapshots.pointer)
        self._pointed: tuple[tuple[int, int, int], Snapshot] | None = None
        self._nothing: tuple[tempfile.TemporaryDirectory[str], Snapshot] | None = None
        self._size = size + 3  # two beside the long turns, and a spare
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self.runs: set[Run] = set()
        self._fallen = ""
        self._damaged = ""
        self._wanting: deque[asyncio.Future[Worker]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()
        self._closed = False

    @property
    def alive(self) -> int:
        """Number of processes that can be asked or are asked now."""
        return len(self._idle) + len(self._busy)

    @property
    def busy(self) -> int:
        """Number of processes that answer a query now."""
        return len(self._busy)

    async def start(self) -> None:
        """Start the processes; raises WorkerError when they cannot be started, or not isolated if strict."""
        started = [asyncio.ensure_future(self._new_worker()) for _ in range(self._size)]
        try:
            self._idle = list(await asyncio.gather(*started))
        except BaseException:
            for one in await asyncio.gather(*started, return_exceptions=True):
                if isinstance(one, Worker):
                    await self._reap(one)
            raise
        self.isolated = all(worker.isolated for worker in self._idle)
        self.spawn(self._follow())

    def snapshot(self) -> Snapshot:
        """Return the current snapshot, read again only when the pointer has changed; raises NoSnapshot, DamagedSnapshot."""
        try:
            about = os.stat(self._pointer)  # noqa: PTH116 — once a query, so the short way
        except FileNotFoundError:
            raise NoSnapshot(self.snapshots.data_dir) from None
        key = (about.st_mtime_ns, about.st_ino, about.st_size)
        known = self._pointed
        if known is None or known[0] != key:
            found = self.snapshots.current()
            if found is None:
                raise NoSnapshot(self.snapshots.data_dir)
            self._check(found)
            known = self._pointed = (key, found)
        return known[1]

    def _check(self, snapshot: Snapshot) -> None:
        """Refuse a damaged snapshot, and log it once."""
        try:
            check_sizes(snapshot)
        except DamagedSnapshot as error:
            if self._damaged != snapshot.id:
                self._damaged = snapshot.id
                log.error("%s: it is not served", error)
            raise

    def served(self) -> Snapshot:
        """Return the snapshot that SPARQL answers from: the current one, or where nothing is published one without a quad."""
        try:
            return self.snapshot()
        except NoSnapshot:
            if self._nothing is None:
                folder = tempfile.TemporaryDirectory(prefix="ancrage-nothing-")
                self._nothing = folder, empty_snapshot(Path(folder.name))
            return self._nothing[1]

    async def stream(
        self,
        text: str,
        *,
        accept: str = DEFAULT_ACCEPT,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        deadline: float | None = None,
        client: str | None = None,
        longest: int = OWN_BYTES,
        packed: bool = False,
        held: int | None = HELD,
        largest: int | None = None,
        published: bool = False,
        glance: Glance | None = None,
        base: str = "",
    ) -> AnswerStream:
        """Answer a SPARQL query in the best accepted format, piece by piece.

        `deadline` may only shorten the pool's; `client` is whom the time is counted for in the waiting queue
        (None: our own pages, which have a place to themselves); `longest` bounds the text, in bytes; `packed`
        lets the process compress the answer (gzip); `held` bytes are awaited before this returns (None: the
        whole answer); `largest` may only lower the pool's limit of an answer's bytes, which a graph as it is `published`
        has not; `glance` is what the guard said of the text, if it was asked already; `base` is what its relative IRIs
        are relative to.
        Raises QueryTooLarge, QueryTooComplex and QueryRefused before the engine sees the text, PoolBusy (ClientBusy when
        this client asks too much at once), NoSnapshot, QuerySyntax, NotAcceptable, QueryTimeout,
        QueryExhausted, QueryFailed. Cancelling it, or closing the stream, stops the query.
        """
        limit = self.deadline if deadline is None else min(deadline, self.deadline)
        if glance is None:
            glance = look(text, longest)
        if self._closed:
            raise PoolBusy(self.turns.retry_after())
        most = sys.maxsize if published else min(largest or self.largest, self.largest)
        question = Question(text, glance, accept, default_graphs, named_graphs, limit, most, packed, base)
        stream = AnswerStream(self.spooled, held)
        run = Run(self, question, stream)
        stream.on_close = run.abandon
        self.runs.add(run)
        try:
            bulky = client is not None and bool(glance.unchecked)
            run.waiter = self.turns.ask(client, run.begin, run.failed, bulky=bulky)
            await stream.ready()
        except BaseException:
            stream.close()
            self.runs.discard(run)
            raise
        return stream

    async def aclose(self) -> None:
        """End all processes; queries still running fail with QueryExhausted."""
        self._closed = True
        self._closing.set()
        for run in list(self.runs):
            run.stop(QueryExhausted(Reason("stops")))
        while self._wanting:
            if not (wanting := self._wanting.popleft()).done():
                wanting.set_exception(PoolBusy(self.turns.retry_after()))
        for worker in (*self._idle, *self._busy):
            worker.kill()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(self._reap(worker) for worker in (*self._idle, *self._busy)))
        self._idle, self._busy = [], set()
        if self._nothing is not None:
            self._nothing[0].cleanup()

    def columns_fell(self, snapshot: Snapshot) -> None:
        """Log, once a snapshot, that its columns cannot be read: the store answers."""
        if self._fallen != snapshot.id:
            self._fallen = snapshot.id
            log.warning(
                "the columns of %s cannot be read: the store answers (ancrage verify tells more)", snapshot.id
            )

    def pop(self) -> Worker | None:
        """Take an idle process, the one used last: what it read lately is still near."""
        if not self._idle:
            return None
        worker = self._idle.pop()
        self._busy.add(worker)
        return worker

    def busy_with_little(self) -> Worker | None:
        """Return a process that another query may be given to behind the one at work, for both are short."""
        if not self.pace.little or self._pointed is None:
            return None
        current, soon = self._pointed[1].id, time.monotonic() - _SOON
        for worker in self._busy:
            asked = worker.asked
            if not 0 < len(asked) < _BEHIND or worker.snapshot != current:
                continue
            if isinstance(first := asked[0], Run) and first.started > soon:
                return worker
        return None

    def hogged(self, now: float) -> bool:
        """Tell whether all long turns have been taken for long: then a short one must be short."""
        long = (run for run in self.runs if run.turn is not None and run.turn.place == "long")
        return all(run.started and now - run.started >= _HOG for run in long)

    async def wait_for_worker(self) -> Worker:
        """Take an idle process; when several died at once, wait for a new one."""
        if (worker := self.pop()) is not None:
            return worker
        wanting: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._wanting.append(wanting)
        try:
            return await asyncio.wait_for(wanting, self.turns.patience)
        except TimeoutError:
            raise PoolBusy(self.turns.retry_after()) from None
        finally:
            with suppress(ValueError):
                self._wanting.remove(wanting)

    def give_back(self, worker: Worker) -> None:
        """Take a process back after its query: a dead one, or one that grew too much, is replaced."""
        if worker.alive and worker.asked:
            return
        self._busy.discard(worker)
        if worker.alive and worker.resident <= self.memory // _FAT:
            self._put(worker)
            return
        self.lost += not worker.alive
        worker.kill()
        if not self._closed:
            self.spawn(self._replace(worker))
        else:
            self.spawn(self._reap(worker))

    def _died(self, worker: Worker) -> None:
        """Replace a process that died while it was idle."""
        if worker in self._idle:
            self._idle.remove(worker)
            self.give_back(worker)

    def _put(self, worker: Worker, *, first: bool = True) -> None:
        """Put an idle process where the next query finds it, or (not `first`) after the others."""
        while self._wanting:
            wanting = self._wanting.popleft()
            if not wanting.done():
                self._busy.add(worker)
                wanting.set_result(worker)
                return
        self._idle.insert(len(self._idle) if first else 0, worker)

    async def open_current(self, worker: Worker) -> Snapshot:
        """Make a process open the snapshot that is served, again if it was swapped and pruned meanwhile."""
        for _ in range(3):
            snapshot = self.served()
            try:
                await worker.open(snapshot)
            except WorkerError:
                if worker.alive and self.served().id != snapshot.id:
                    continue
                raise
            return snapshot
        raise NoSnapshot(self.snapshots.data_dir)

    async def _new_worker(self) -> Worker:
        loop = asyncio.get_running_loop()
        worker = await loop.run_in_executor(None, Worker, self.memory, self.columns)
        worker.on_death = self._died
        try:
            await worker.attach()
            if self.strict and not worker.isolated:
                raise NotIsolated
            with suppress(UnknownSnapshot):
                await self.open_current(worker)
        except BaseException:
            await self._reap(worker)
            raise
        return worker

    async def _reap(self, worker: Worker) -> None:
        worker.kill()
        await asyncio.get_running_loop().run_in_executor(None, worker.reap)

    async def _replace(self, dead: Worker) -> None:
        """Put a new process in the place of a dead one."""
        delay = 0.1
        while not self._closed:
            try:
                worker = await self._new_worker()
            except WorkerError:
                await self._pause(delay)
                delay = min(5.0, delay * 2)
                continue
            if self._closed:
                await self._reap(worker)
            else:
                self._put(worker, first=False)
            break
        await self._reap(dead)

    async def _follow(self) -> None:
        """Open the current snapshot in the idle processes, so that an old one can be pruned."""
        while not self._closed:
            await self._pause(_LOOK)
            with suppress(NoSnapshot, UnknownSnapshot, WorkerError):
                current = self.snapshot()
                while stale := next((one for one in self._idle if one.snapshot != current.id), None):
                    self._idle.remove(stale)
                    self._busy.add(stale)
                    try:
                        await stale.open(current)
                    finally:
                        self.give_back(stale)

    async def _pause(self, seconds: float) -> None:
        """Sleep, unless the pool is closed meanwhile."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside, and wait for it when the pool is closed."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
