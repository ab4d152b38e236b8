"""Who queries next: a bounded, fair waiting queue before the workers of a pool."""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeAlias

_HALF_LIFE = 60.0
"""Seconds after which half of what a client used is forgotten."""

_LITTLE = 0.5
"""Seconds of use under which a client goes before the others like one that is new."""

_SHORT, _SHORTEST = 1.0, 0.2
"""Seconds of a short turn when nobody waits behind it, and when many do."""


class PoolBusy(RuntimeError):  # noqa: N818
    """No worker for now; keeps `retry_after`, the seconds after which to try again (whole, at least 1)."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"all query workers are busy; try again in {retry_after} s")
        self.retry_after = retry_after


class ClientBusy(PoolBusy):
    """One client asks too much at once; keeps `pending`, its queries that run or wait."""

    def __init__(self, pending: int, retry_after: int) -> None:
        RuntimeError.__init__(
            self, f"{pending} queries of this client run or wait already; try again in {retry_after} s"
        )
        self.pending = pending
        self.retry_after = retry_after


Place: TypeAlias = Literal["long", "short", "own"]


@dataclass(frozen=True)
class Turn:
    """Leave to run one query in a `place`, for so many `seconds` (no limit but the query's own for most)."""

    place: Place
    seconds: float = math.inf


@dataclass(eq=False)
class _Waiter:
    used: float
    number: int
    own: bool
    sent_away: bool = False


class Turns:
    """Turns for at most `size` queries at once, plus one short turn and one for our own pages; others wait.

    At most `queue` wait, `share` of one client. The one whose client used the least time lately goes first,
    and takes the room of one that used more when the queue is full: a client with heavy queries waits behind
    one with light queries. When all long turns are taken, one more query runs in a short turn (one second,
    less when many wait): light queries get through while heavy ones fill the pool. Queries without a client
    are those of our own pages: they wait for nobody else's, and always find room in the queue.

    >>> turns = Turns(size=1, queue=1, patience=0.01)
    >>> with turns.turn("a") as first, turns.turn("b") as second, turns.turn() as third:
    ...     first.place, second.place, third.place
    ('long', 'short', 'own')
    """

    def __init__(self, size: int, queue: int, patience: float, share: int | None = None) -> None:
        self.size = size
        self.queue = queue
        self.patience = patience
        self.share = max(size + 2, queue // 4) if share is None else share
        self._condition = threading.Condition()
        self._numbers = itertools.count()
        self._waiting: list[_Waiter] = []
        self._running: dict[Place, int] = {"long": 0, "short": 0, "own": 0}
        self._pending: dict[str, int] = {}
        self._used: dict[str, tuple[float, float]] = {}
        self._mean = 0.1

    @property
    def running(self) -> int:
        """Number of queries that have a turn."""
        return sum(self._running.values())

    @property
    def waiting(self) -> int:
        """Number of queries that wait for a turn."""
        return len(self._waiting)

    @contextmanager
    def turn(self, client: str | None = None) -> Iterator[Turn]:
        """Wait for a turn and hold it.

        Raises PoolBusy when the queue is full or patience is at its end, ClientBusy when this client has more
        than its share of queries that run or wait.
        """
        with self._counted(client):
            turn = self._take(client)
            started = time.monotonic()
            try:
                yield turn
            finally:
                self._give_back(turn, client, time.monotonic() - started)

    def retry_after(self) -> int:
        """Return the seconds after which a refused client may find a place, from 1 to 60."""
        return min(60, max(1, math.ceil(self._mean * (len(self._waiting) + 1) / self.size)))

    @contextmanager
    def _counted(self, client: str | None) -> Iterator[None]:
        if client is None:
            yield
            return
        with self._condition:
            pending = self._pending.get(client, 0)
            if pending >= self.share:
                raise ClientBusy(pending, self.retry_after())
            self._pending[client] = pending + 1
        try:
            yield
        finally:
            with self._condition:
                self._pending[client] -= 1
                if not self._pending[client]:
                    del self._pending[client]

    def _take(self, client: str | None) -> Turn:
        with self._condition:
            own = client is None
            waiter = _Waiter(-1.0 if own else self._usage(client), next(self._numbers), own)
            if not own:
                self._make_room(waiter)
            self._waiting.append(waiter)
            end = time.monotonic() + self.patience
            try:
                while not waiter.sent_away:
                    if place := self._place(waiter):
                        self._running[place] += 1
                        return Turn(place, self._short() if place == "short" else math.inf)
                    rest = end - time.monotonic()
                    if rest <= 0:
                        break
                    self._condition.wait(rest)
                raise PoolBusy(self.retry_after())
            finally:
                self._waiting.remove(waiter)
                self._condition.notify_all()

    def _make_room(self, newcomer: _Waiter) -> None:
        """Send away who used most when the queue is full; raises PoolBusy if that is the newcomer."""
        others = [waiter for waiter in self._waiting if not waiter.own and not waiter.sent_away]
        if len(others) < self.queue:
            return
        most = max(others, key=lambda waiter: (waiter.used, waiter.number), default=newcomer)
        if most.used <= newcomer.used:
            raise PoolBusy(self.retry_after())
        most.sent_away = True
        self._condition.notify_all()

    def _short(self) -> float:
        return max(_SHORTEST, _SHORT / len(self._waiting))

    def _place(self, waiter: _Waiter) -> Place | None:
        """Return the place that is free for a waiter whose turn it is."""
        if min(self._waiting, key=lambda other: (other.used, other.number)) is not waiter:
            return None
        if self._running["long"] < self.size:
            return "long"
        if waiter.own:
            return None if self._running["own"] else "own"
        return None if self._running["short"] else "short"

    def _give_back(self, turn: Turn, client: str | None, seconds: float) -> None:
        with self._condition:
            self._running[turn.place] -= 1
            self._mean += 0.1 * (seconds - self._mean)
            if client is not None:
                if len(self._used) >= 10_000:
                    self._used.clear()
                used = max(seconds, _SHORT) if seconds >= turn.seconds else seconds
                self._used[client] = (self._left(client) + used, time.monotonic())
            self._condition.notify_all()

    def _usage(self, client: str | None) -> float:
        """Return the seconds a client used lately; little is as good as nothing."""
        left = self._left(client) if client is not None else 0.0
        return left if left >= _LITTLE else 0.0

    def _left(self, client: str) -> float:
        used, at = self._used.get(client, (0.0, 0.0))
        return float(used * 0.5 ** ((time.monotonic() - at) / _HALF_LIFE))
