"""A pool of read-only query processes on the current snapshot: deadline, memory cap, no network."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from .formats import DEFAULT_ACCEPT, NotAcceptable
from .guard import OWN_BYTES, QueryRefused, QueryTooComplex, QueryTooLarge, check_query
from .queueing import ClientBusy, PoolBusy, Turns
from .reader import Answer, LocalReader, NoSnapshot, Reader, settle
from .snapshot import Snapshot, Snapshots, UnknownSnapshot
from .syntax import QuerySyntax
from .worker import QueryExhausted, QueryFailed, QueryTimeout, Worker, WorkerError

__all__ = [
    "Answer",
    "ClientBusy",
    "LocalReader",
    "NoSnapshot",
    "NotAcceptable",
    "PoolBusy",
    "QueryExhausted",
    "QueryFailed",
    "QueryRefused",
    "QuerySyntax",
    "QueryTimeout",
    "QueryTooComplex",
    "QueryTooLarge",
    "Reader",
    "WorkerError",
    "WorkerPool",
]

_LOOK = 1.0
"""Seconds between two looks at the pointer when no query comes."""

_FAT = 4
"""A process that keeps more than this part of `memory` after a query is replaced."""


class WorkerPool:
    """Query processes on the current snapshot of a data directory, for any number of threads.

    `size` queries run at once, one short query and one of our own pages beside them; `queue` more wait,
    `patience` seconds at most. A query that passes `deadline` seconds loses its process, and so does one
    that takes more than `memory` bytes beside what an idle process has; a spare process is always ready, so
    the next query does not wait for a new one. Every query looks at the pointer of the data directory: after
    a publication the processes open the new snapshot between two queries. With `strict`, processes that can
    reach a network are refused (WorkerError).
    `dataset` is what a query sees that names no graph: the union of the base graphs (`"base"`) or the
    store's own default graph (`"plain"`).
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
        largest: int = 256 << 20,
        strict: bool = False,
        dataset: str = "base",
    ) -> None:
        self.snapshots = Snapshots(data_dir)
        self.deadline = deadline
        self.memory = memory
        self.largest = largest
        self.strict = strict
        self.dataset = dataset
        self.turns = Turns(size, queue, patience)
        self.lost = 0
        """Number of processes lost to a query so far."""
        self._condition = threading.Condition()
        self._closed = False
        self._pointed: tuple[tuple[int, int, int], Snapshot] | None = None
        self._busy: set[Worker] = set()
        self._dead: list[Worker] = []
        self._idle = [Worker(memory) for _ in range(size + 3)]  # two beside the long turns, and a spare
        try:
            for worker in self._idle:
                self._make_ready(worker)
        except WorkerError:
            for worker in self._idle:
                worker.reap()
            raise
        self.isolated = all(worker.isolated for worker in self._idle)
        """Whether the processes are cut off every network."""
        self._keeper = threading.Thread(target=self._keep, name="worker-pool", daemon=True)
        self._keeper.start()

    @property
    def busy(self) -> int:
        """Number of processes at work."""
        return len(self._busy)

    @property
    def alive(self) -> int:
        """Number of processes that are at work or can be asked."""
        return len(self._busy) + len(self._idle)

    def snapshot(self) -> Snapshot:
        """Return the current snapshot, read again only when the pointer has changed; raises NoSnapshot."""
        try:
            about = self.snapshots.pointer.stat()
        except FileNotFoundError:
            raise NoSnapshot(self.snapshots.data_dir) from None
        key = (about.st_mtime_ns, about.st_ino, about.st_size)
        known = self._pointed
        if known is None or known[0] != key:
            found = self.snapshots.current()
            if found is None:
                raise NoSnapshot(self.snapshots.data_dir)
            known = self._pointed = (key, found)
        return known[1]

    def query(
        self,
        text: str,
        *,
        accept: str = DEFAULT_ACCEPT,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        deadline: float | None = None,
        client: str | None = None,
        longest: int = OWN_BYTES,
    ) -> Answer:
        """Answer a SPARQL query in the best accepted format.

        `deadline` may only shorten the pool's; `client` is whom the time is counted for in the waiting queue
        (None: our own pages, which have a place to themselves); `longest` bounds the text, in bytes.
        Raises QueryTooLarge, QueryTooComplex and QueryRefused before anything runs, PoolBusy (ClientBusy when
        this client asks too much at once), NoSnapshot, QuerySyntax, NotAcceptable, QueryTimeout,
        QueryExhausted, QueryFailed.
        """
        started = time.perf_counter()
        limit = self.deadline if deadline is None else min(deadline, self.deadline)
        glance = check_query(text, longest)
        self.snapshot()
        with self.turns.turn(client) as turn:
            worker = self._take()
            try:
                snapshot = self._open_current(worker)
                request = settle(snapshot, text, glance, accept, default_graphs, named_graphs, self.dataset)
                done = worker.query(request, min(turn.seconds, limit), self.largest)
            except QueryTimeout:
                if turn.seconds < limit:
                    raise PoolBusy(self.turns.retry_after()) from None
                raise
            finally:
                self._give_back(worker)
        return Answer(done.body, done.media_type, snapshot.id, time.perf_counter() - started, done.kind)

    def close(self) -> None:
        """End all processes; queries still running fail with QueryExhausted."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
        self._keeper.join()
        with self._condition:
            for worker in self._busy:
                worker.kill()
            for worker in (*self._idle, *self._dead):
                worker.reap()
            self._idle, self._dead = [], []

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _take(self) -> Worker:
        """Take an idle process; when several died at once, wait for a new one."""
        with self._condition:
            end = time.monotonic() + self.turns.patience
            while not self._idle:
                rest = end - time.monotonic()
                if self._closed or rest <= 0:
                    raise PoolBusy(self.turns.retry_after())
                self._condition.wait(rest)
            worker = self._idle.pop()
            self._busy.add(worker)
            return worker

    def _give_back(self, worker: Worker) -> None:
        with self._condition:
            self._busy.discard(worker)
            if self._closed:
                worker.reap()
            elif worker.alive and worker.resident <= self.memory // _FAT:
                self._idle.append(worker)
            else:
                self.lost += not worker.alive
                self._dead.append(worker)
            self._condition.notify_all()

    def _open_current(self, worker: Worker) -> Snapshot:
        """Make a process open the current snapshot, again if it was swapped and pruned meanwhile."""
        for _ in range(3):
            snapshot = self.snapshot()
            try:
                worker.open(snapshot)
            except WorkerError:
                if worker.alive and self.snapshot().id != snapshot.id:
                    continue
                raise
            return snapshot
        raise NoSnapshot(self.snapshots.data_dir)

    def _make_ready(self, worker: Worker) -> None:
        worker.wait_ready()
        if self.strict and not worker.isolated:
            raise WorkerError("it can reach the network, which strict mode refuses")
        with suppress(NoSnapshot, UnknownSnapshot):
            self._open_current(worker)

    def _keep(self) -> None:
        """Put new processes in the place of dead ones, and let idle ones follow a publication."""
        delay = 0.1
        while True:
            with self._condition:
                if not self._closed and not self._dead:
                    self._condition.wait(_LOOK)
                if self._closed:
                    return
                dead = self._dead.pop() if self._dead else None
            if dead is None:
                self._refresh()
                continue
            worker = Worker(self.memory)
            try:
                self._make_ready(worker)
            except WorkerError:
                worker.reap()
                with self._condition:
                    self._dead.append(dead)
                    self._condition.wait_for(lambda: self._closed, delay)
                delay = min(5.0, delay * 2)
                continue
            delay = 0.1
            with self._condition:
                self._idle.insert(0, worker)
                self._condition.notify_all()
            dead.reap()

    def _refresh(self) -> None:
        """Open the current snapshot in the idle processes, so that an old one can be pruned."""
        with suppress(NoSnapshot, UnknownSnapshot, WorkerError):
            current = self.snapshot()
            while True:
                with self._condition:
                    stale = [worker for worker in self._idle if worker.snapshot != current.id]
                    if not stale or self._closed:
                        return
                    self._idle.remove(stale[0])
                    self._busy.add(stale[0])
                try:
                    stale[0].open(current)
                finally:
                    self._give_back(stale[0])
