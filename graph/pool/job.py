"""One query on its way through the pool: its turn, its process, its deadline."""

from __future__ import annotations

import math
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..snapshots.reader import settle
from ..snapshots.snapshot import Snapshot
from ..sparql.limits import Glance
from ..sparql.reasons import Reason
from .errors import QueryExhausted, QueryTimeout, Receiver, crash
from .protocol import FALLEN, Head
from .scheduler import PoolBusy, Turn, Turns, Waiter
from .streams import AnswerStream
from .timer import Ticker
from .worker import Worker

_LITTLE, _LONGEST = 0.002, 0.05
"""Seconds under which queries are short on average, and what a longer one counts in it."""

_LONG = 0.01
"""Seconds after which nothing waits behind a query any more: it is none of the short ones."""

_GRACE = 0.2
"""Seconds that a query nobody waits for any more has to end by itself: a new process costs more."""


class Pace:
    """How long queries take lately: `little` when the next one will hardly be noticed by who waits behind it.

    >>> pace = Pace()
    >>> for _ in range(60):
    ...     pace.note(0.0003)
    >>> pace.little
    True
    """

    def __init__(self) -> None:
        self.mean = _LONGEST

    @property
    def little(self) -> bool:
        """Whether queries take little time."""
        return self.mean < _LITTLE

    def note(self, seconds: float) -> None:
        """Take note of a query's time; one long query is not worth more than some short ones."""
        self.mean += 0.1 * (min(seconds, _LONGEST) - self.mean)


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
    base: str = ""


class Processes(Protocol):
    """What a query needs of the pool that it is asked of: turns, processes, the snapshot that is served, and the time."""

    dataset: str
    pace: Pace
    turns: Turns
    ticker: Ticker
    runs: set[Run]

    def served(self) -> Snapshot:
        """Give the snapshot that queries are answered on."""

    def columns_fell(self, snapshot: Snapshot) -> None:
        """Log that the columns of a snapshot cannot be read."""

    def pop(self) -> Worker | None:
        """Take an idle process."""

    def busy_with_little(self) -> Worker | None:
        """Give a process that another query may wait behind."""

    def hogged(self, now: float) -> bool:
        """Tell whether all long turns have been taken for long."""

    async def wait_for_worker(self) -> Worker:
        """Take an idle process as soon as there is one."""

    async def open_current(self, worker: Worker) -> Snapshot:
        """Make a process open the snapshot that is served."""

    def give_back(self, worker: Worker) -> None:
        """Take a process back after its query."""

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside."""


class Run(Receiver):
    """One query: waits for its turn and a process, tells the stream, keeps the deadline, gives both back."""

    def __init__(self, pool: Processes, question: Question, stream: AnswerStream) -> None:
        self.pool = pool
        self.question = question
        self.stream = stream
        self.waiter: Waiter | None = None
        self.turn: Turn | None = None
        self.worker: Worker | None = None
        self.snapshot: Snapshot | None = None
        self.started = 0.0
        self.why: Exception | None = None
        self.over = False

    def begin(self, turn: Turn) -> None:
        """Use a turn: at once if a process is ready, else as soon as one is."""
        self.turn, self.waiter = turn, None
        worker = self.pool.busy_with_little() if turn.place == "behind" else self.pool.pop()
        if worker is not None:
            try:
                snapshot = self.pool.served()
            except LookupError as error:
                self.worker = worker
                self.failed(error)
                return
            if worker.snapshot == snapshot.id:
                self._ask(worker, snapshot)
                return
        if turn.place == "behind":
            self.put_off()
        else:
            self.pool.spawn(self._prepare(worker))

    async def _prepare(self, worker: Worker | None) -> None:
        try:
            self.worker = worker
            worker = self.worker = worker or await self.pool.wait_for_worker()
            snapshot = await self.pool.open_current(worker)
            if self.why is not None:
                raise self.why
            if not self.over:
                self._ask(worker, snapshot)
        except Exception as error:
            self.failed(error)

    def _ask(self, worker: Worker, snapshot: Snapshot) -> None:
        assert self.turn is not None
        asked = self.question
        self.worker = worker
        self.snapshot = snapshot
        graphs = asked.default_graphs, asked.named_graphs
        request = settle(
            snapshot, asked.text, asked.glance, asked.accept, *graphs, self.pool.dataset, asked.base
        )
        worker.query(request, asked.limit, asked.largest, asked.packed, self)
        if worker.asked[0] is self:
            self.at_work()

    def at_work(self) -> None:
        """Take note that the process evaluates this query now, as far as can be known: its time runs."""
        assert self.turn is not None and self.worker is not None
        self.started = self.turn.started = time.monotonic()
        self.stream.on_room = self.worker.resume
        self.pool.ticker.add(self)

    def put_off(self) -> None:
        """Wait again, before those who came later: the process has not begun with this query."""
        assert self.turn is not None
        turn, self.turn, self.worker = self.turn, None, None
        self.waiter = self.pool.turns.wait_again(turn, self.begin, self.failed)

    def begun(self, head: Head) -> None:
        """Tell the stream."""
        assert self.snapshot is not None
        if head.engine == FALLEN:
            self.pool.columns_fell(self.snapshot)
        self.stream.begin(head, self.snapshot)

    def piece(self, data: bytes) -> bool:
        """Tell the stream; stop the query when there is no room for its answer."""
        if self.why is not None:
            return True
        try:
            return self.stream.feed(data)
        except OSError as error:
            self.stop(QueryExhausted(Reason("room", str(error.strerror))))
            return False

    def ended(self) -> None:
        """Tell the stream, and let the next query begin."""
        self.stream.seconds = time.monotonic() - self.started
        self.pool.pace.note(self.stream.seconds)
        self.stream.end()
        self._free()

    def failed(self, error: Exception) -> None:
        """Tell the stream, and let the next query begin."""
        if isinstance(error, QueryExhausted) and error.reason == Reason("memory") and self.worker is not None:
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
        self.why = QueryExhausted(Reason("unheard"))
        if self.turn is None:
            if self.waiter is not None:
                self.pool.turns.withdraw(self.waiter)
            self.pool.runs.discard(self)
        elif self.started:
            assert self.worker is not None
            self.worker.resume()
            self.look(time.monotonic())
        elif self.worker is not None and self in self.worker.asked:
            self.worker.replace(self, Unwanted(self.pool, self.worker, self.question.limit))
            self.worker = None
            self._free()

    def look(self, now: float) -> None:
        """Stop the query if it is late (a short turn may have become a long one); let none wait behind it."""
        assert self.turn is not None and self.worker is not None
        age, limit = now - self.started, self.question.limit
        if age >= _LONG and len(self.worker.asked) > 1:
            self._let_go()
        if self.why is not None:
            if age >= _GRACE:
                self.stop(self.why)
        elif age >= limit:
            self.stop(QueryTimeout(limit))
        elif age >= self.turn.seconds and self.pool.hogged(now):
            self._give_way()

    def _free(self) -> None:
        """Give the process and the turn back, once; the next query begins in here."""
        if self.over:
            return
        self.over = True
        self.pool.ticker.discard(self)
        self.pool.runs.discard(self)
        lost, heir = False, None
        if self.worker is not None:
            lost = not self.worker.alive
            behind = self.worker.asked[0] if self.worker.asked else None
            heir = behind if isinstance(behind, Run) and self.started else None
            self.pool.give_back(self.worker)
            if isinstance(behind, Unwanted) and self.started:
                behind.at_work()
        if heir is not None:
            heir.at_work()
        if self.turn is not None:
            self.pool.turns.give_back(self.turn, lost, heir.turn if heir is not None else None)

    def _give_way(self) -> None:
        """End a short turn that others wait for; wait for a long one if nothing of the answer was given out."""
        assert self.turn is not None and self.worker is not None
        client, busy = self.turn.client, PoolBusy(self.pool.turns.retry_after())
        if not self.stream.restart():
            self.stop(busy)
            return
        self.worker.kill()
        self.pool.ticker.discard(self)
        worker, turn = self.worker, self.turn
        self.worker = self.turn = None
        self.started = 0.0
        self.pool.give_back(worker)
        self.pool.turns.give_back(turn, lost=True)
        try:
            self.waiter = self.pool.turns.ask(client, self.begin, self.failed)
        except PoolBusy as error:
            self.failed(error)

    def _let_go(self) -> None:
        """Send those behind this query to other processes; this one will find requests that nobody wants."""
        assert self.worker is not None
        for receiver in list(self.worker.asked)[1:]:
            if isinstance(receiver, Run):
                self.worker.replace(receiver, Unwanted(self.pool, self.worker, receiver.question.limit))
                receiver.put_off()


class Unwanted(Receiver):
    """A request that a process was given and that is answered elsewhere by now: its answer is thrown away."""

    def __init__(self, pool: Processes, worker: Worker, limit: float) -> None:
        self.pool = pool
        self.worker = worker
        self.limit = limit
        self.until = math.inf

    def at_work(self) -> None:
        """Take note that the process evaluates the request now."""
        self.until = time.monotonic() + self.limit
        self.pool.ticker.add(self)

    def look(self, now: float) -> None:
        """Kill the process if it takes too long."""
        if now >= self.until:
            self.worker.kill()
            self._free()

    def ended(self) -> None:
        """Give the process back."""
        self._free()

    def failed(self, error: Exception) -> None:
        """Give the process back."""
        self._free()

    def crashed(self, code: int | None) -> None:
        """Give the process back."""
        self._free()

    def _free(self) -> None:
        self.pool.ticker.discard(self)
        behind = self.worker.asked[0] if self.worker.asked else None
        self.pool.give_back(self.worker)
        if isinstance(behind, Unwanted):
            behind.at_work()
