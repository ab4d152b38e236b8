"""Who queries next: a bounded, fair waiting queue before the workers of a pool."""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_HALF_LIFE = 60.0
"""Seconds after which half of what a client used is forgotten."""


class PoolBusy(RuntimeError):  # noqa: N818
    """No worker for now; keeps `retry_after`, the seconds after which to try again (whole, at least 1)."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"all query workers are busy; try again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True)
class Turn:
    """Leave to run one query; `short` turns must end soon, for they use the place kept for light queries."""

    short: bool


@dataclass(eq=False)
class _Waiter:
    used: float
    number: int


class Turns:
    """Turns for at most `size` queries at once, plus one short turn; others wait, `queue` at most.

    The waiting client that used the least time lately goes first, so a client with heavy queries waits behind
    one with light queries. When all places are taken, one more query runs with a short limit: light queries
    get through while heavy ones fill the pool.

    >>> turns = Turns(size=1, queue=1, patience=0.01)
    >>> with turns.turn("a") as first, turns.turn("b") as second:
    ...     first.short, second.short
    (False, True)
    """

    def __init__(self, size: int, queue: int, patience: float) -> None:
        self.size = size
        self.queue = queue
        self.patience = patience
        self._condition = threading.Condition()
        self._numbers = itertools.count()
        self._waiting: list[_Waiter] = []
        self._long = 0
        self._short = 0
        self._used: dict[str, tuple[float, float]] = {}
        self._mean = 0.1

    @property
    def running(self) -> int:
        """Number of queries that have a turn."""
        return self._long + self._short

    @property
    def waiting(self) -> int:
        """Number of queries that wait for a turn."""
        return len(self._waiting)

    @contextmanager
    def turn(self, client: str | None = None) -> Iterator[Turn]:
        """Wait for a turn and hold it; raises PoolBusy when the queue is full or patience is at its end."""
        turn = self._take(client)
        started = time.monotonic()
        try:
            yield turn
        finally:
            self._give_back(turn, client, time.monotonic() - started)

    def retry_after(self) -> int:
        """Return the seconds after which a refused client may find a place, from 1 to 60."""
        return min(60, max(1, math.ceil(self._mean * (len(self._waiting) + 1) / self.size)))

    def _take(self, client: str | None) -> Turn:
        with self._condition:
            if self._long < self.size and not self._waiting:
                self._long += 1
                return Turn(short=False)
            if len(self._waiting) >= self.queue:
                raise PoolBusy(self.retry_after())
            waiter = _Waiter(self._usage(client), next(self._numbers))
            self._waiting.append(waiter)
            end = time.monotonic() + self.patience
            try:
                while True:
                    if min(self._waiting, key=lambda other: (other.used, other.number)) is waiter:
                        if self._long < self.size:
                            self._long += 1
                            return Turn(short=False)
                        if not self._short:
                            self._short = 1
                            return Turn(short=True)
                    rest = end - time.monotonic()
                    if rest <= 0:
                        raise PoolBusy(self.retry_after())
                    self._condition.wait(rest)
            finally:
                self._waiting.remove(waiter)
                self._condition.notify_all()

    def _give_back(self, turn: Turn, client: str | None, seconds: float) -> None:
        with self._condition:
            if turn.short:
                self._short = 0
            else:
                self._long -= 1
            self._mean += 0.1 * (seconds - self._mean)
            if client is not None:
                if len(self._used) >= 10_000:
                    self._used.clear()
                self._used[client] = (self._usage(client) + seconds, time.monotonic())
            self._condition.notify_all()

    def _usage(self, client: str | None) -> float:
        if client is None or client not in self._used:
            return 0.0
        used, at = self._used[client]
        return float(used * 0.5 ** ((time.monotonic() - at) / _HALF_LIFE))
