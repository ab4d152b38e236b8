"""One query on its way through the pool: its turn, its process, its deadline."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .frames import Head
from .guard import Glance
from .queueing import PoolBusy, Turn, Waiter
from .reader import settle
from .snapshot import Snapshot
from .streams import AnswerStream
from .worker import QueryExhausted, QueryTimeout, Receiver, Worker, crash

if TYPE_CHECKING:
    from .pool import QueryPool

_GRACE = 0.2
"""Seconds that a query nobody waits for any more has to end by itself: a new process costs more."""


@dataclass(frozen=True)
class Question:
    """A checked query and what it may take: whatever a process must be told, but the snapshot."""

    text: str
    glance: Glance
    accept: str
    default_graphs: Sequence[str] | None
    named_graphs: Sequence[str] | None
    limit: float
    largest: int
    packed: bool


class Run(Receiver):
    """One query: waits for its turn and a process, tells the stream, keeps the deadline, gives both back."""

    def __init__(self, pool: QueryPool, question: Question, stream: AnswerStream) -> None:
        self.pool = pool
        self.question = question
        self.stream = stream
        self.waiter: Waiter | None = None
        self.turn: Turn | None = None
        self.worker: Worker | None = None
        self.started = 0.0
        self.until = math.inf
        self.why: Exception | None = None
        self.over = False

    def begin(self, turn: Turn) -> None:
        """Use a turn: at once if a process is ready, else as soon as one is."""
        self.turn = turn
        worker = self.pool.pop()
        if worker is not None:
            try:
                snapshot = self.pool.snapshot()
            except LookupError as error:
                self.worker = worker
                self.failed(error)
                return
            if worker.snapshot == snapshot.id:
                self._ask(worker, snapshot)
                return
        self.pool.spawn(self._prepare(worker))

    async def _prepare(self, worker: Worker | None) -> None:
        try:
            self.worker = worker
            worker = self.worker = worker or await self.pool.wait_for_worker()
            snapshot = await self.pool.open_current(worker)
            if self.why is not None:
                raise self.why
        except Exception as error:
            self.failed(error)
            return
        if not self.over:
            self._ask(worker, snapshot)

    def _ask(self, worker: Worker, snapshot: Snapshot) -> None:
        assert self.turn is not None
        asked = self.question
        self.worker = worker
        self.started = time.monotonic()
        self.until = self.started + min(self.turn.seconds, asked.limit)
        self.stream.snapshot = snapshot
        self.stream.on_room = worker.resume
        self.pool.ticker.add(self)
        graphs = asked.default_graphs, asked.named_graphs
        request = settle(snapshot, asked.text, asked.glance, asked.accept, *graphs, self.pool.dataset)
        worker.query(request, asked.limit, asked.largest, asked.packed, self)

    def begun(self, head: Head) -> None:
        """Tell the stream."""
        self.stream.begin(head)

    def piece(self, data: bytes) -> bool:
        """Tell the stream; stop the query when there is no room for its answer."""
        if self.why is not None:
            return True
        try:
            return self.stream.feed(data)
        except OSError as error:
            self.stop(QueryExhausted(f"no room for its answer: {error.strerror}"))
            return False

    def ended(self) -> None:
        """Tell the stream, and let the next query begin."""
        self.stream.seconds = time.monotonic() - self.started
        self.stream.end()
        self._free()

    def failed(self, error: Exception) -> None:
        """Tell the stream, and let the next query begin."""
        if isinstance(error, QueryExhausted) and error.reason == "memory" and self.worker is not None:
            self.worker.kill()
        self.stream.fail(error)
        self._free()

    def crashed(self, code: int | None) -> None:
        """Tell the stream why, and let the next query begin."""
        self.failed(crash(code, self.question.limit))

    def stop(self, error: Exception) -> None:
        """Kill the process and tell why."""
        if self.worker is not None:
            self.worker.kill()
        self.failed(error)

    def abandon(self) -> None:
        """Nobody waits for the answer: end the query, at once if it is not nearly over."""
        self.stream.on_close = self.stream.on_room = None
        self.why = QueryExhausted("nobody waits for its answer")
        if self.turn is None:
            if self.waiter is not None:
                self.pool.turns.withdraw(self.waiter)
            self.pool.runs.discard(self)
        elif self.started:
            assert self.worker is not None
            self.worker.resume()
            self.until = min(self.until, self.started + _GRACE)
            self.look(time.monotonic())

    def look(self, now: float) -> None:
        """Stop the query if it is late; a short turn may have become a long one."""
        if now < self.until:
            return
        assert self.turn is not None
        limit = self.question.limit
        if self.why is not None:
            self.stop(self.why)
        elif self.turn.seconds < limit:
            self.stop(PoolBusy(self.pool.turns.retry_after()))
        elif now < self.started + limit:
            self.until = self.started + limit
        else:
            self.stop(QueryTimeout(limit))

    def _free(self) -> None:
        """Give the process and the turn back, once; the next query begins in here."""
        if self.over:
            return
        self.over = True
        self.pool.ticker.discard(self)
        self.pool.runs.discard(self)
        lost = False
        if self.worker is not None:
            lost = not self.worker.alive
            self.pool.give_back(self.worker)
        if self.turn is not None:
            self.pool.turns.give_back(self.turn, lost)
