"""Who queries next: a bounded, fair waiting queue before the workers of a pool."""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ...words import N_, AncrageError, Spoken

_HALF_LIFE = 60.0
"""Seconds after which half of what a client used is forgotten, unless turns say otherwise."""

_STEP = 0.1
"""Seconds that pass before anything is forgotten: forgetting costs time too."""

_LITTLE = 0.5
"""Seconds of use under which a client goes before the others."""

_SHORT, _SHORTEST = 1.0, 0.2
"""Seconds of a short turn when nobody waits behind it, and when many do."""

_LOST = 0.5
"""Processes lost lately beyond which a client has no short turns: one, for a minute."""

_CLIENTS = 10_000
"""Clients whose use is remembered; the one that asked longest ago is forgotten."""


class PoolBusy(AncrageError, RuntimeError):  # noqa: N818
    """No worker for now; keeps `retry_after`, the seconds after which to try again (whole, at least 1)."""

    code = "busy"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"all query workers are busy; try again in {retry_after} s")
        self.retry_after = retry_after

    @property
    def message(self) -> Spoken:
        """What is said, and when to try again."""
        return N_("Le service est occupé : réessayez dans {seconds} s.", seconds=self.retry_after)


class ClientBusy(PoolBusy):
    """One client asks too much at once; keeps `pending`, its queries that run or wait."""

    code = "too-many-queries"

    def __init__(self, pending: int, retry_after: int) -> None:
        RuntimeError.__init__(
            self, f"{pending} queries of this client run or wait already; try again in {retry_after} s"
        )
        self.pending = pending
        self.retry_after = retry_after

    @property
    def message(self) -> Spoken:
        """What is said, and when to try again."""
        return N_("Trop de requêtes à la fois : réessayez dans {seconds} s.", seconds=self.retry_after)


Place: TypeAlias = Literal["long", "short", "own", "behind"]


@dataclass(eq=False)
class Turn:
    """Leave to run one query in a `place`, for so many `seconds` (no limit but the query's own for most).

    A short turn becomes a long one as soon as a long place is free, and one `behind` another takes its place.
    `number` tells the order in which turns were asked for.
    """

    client: str | None
    place: Place
    number: int
    bulky: bool = False
    seconds: float = math.inf
    started: float = field(default_factory=time.monotonic)


Begin: TypeAlias = Callable[[Turn], None]
Refuse: TypeAlias = Callable[[PoolBusy], None]


@dataclass(eq=False)
class Waiter:
    """One who waits for a turn, to be told of it or refused."""

    client: str | None
    used: float
    number: int
    until: float
    begin: Begin
    refuse: Refuse
    bulky: bool = False

    @property
    def own(self) -> bool:
        """Whether it is one of our own pages."""
        return self.client is None


@dataclass(slots=True)
class _Known:
    """What is known of a client: seconds used and processes lost, half forgotten after a while."""

    used: float = 0.0
    lost: float = 0.0
    at: float = field(default_factory=time.monotonic)

    def fade(self, half_life: float) -> None:
        """Forget what time has passed over, half of it in so many seconds."""
        now = time.monotonic()
        if now - self.at > _STEP:
            part = 0.5 ** ((now - self.at) / half_life)
            self.used, self.lost, self.at = self.used * part, self.lost * part, now


class Turns:
    """Turns for at most `size` queries at once, plus one short turn and one for our own pages; others wait.

    At most `queue` wait, `share` of one client. The one whose client used the least time lately goes first,
    and takes the room of one that used more when the queue is full: a client with heavy queries waits behind
    one with light queries, and one that is not known yet behind one known for light queries. When all long
    turns are taken, one more query runs in a short turn (one second, less when many wait): light queries get
    through while heavy ones fill the pool. A client whose query was lost in one waits for long turns only: a
    process lost in vain costs everybody. A `bulky` query, whose text alone is work, waits behind all others, for the
    one long turn that such queries have: however many clients send them, the rest of the pool is there for the others.
    Queries without a client are those of our own pages: they wait for
    nobody else's, and always find room in the queue. What cannot be stopped is given no `short` turns. While
    `little` tells that queries are over at once, turns begin `behind` others: a process that finds its next query
    waiting need not be woken. Everything happens on one event loop.

    >>> turns, begun = Turns(size=1, queue=1, patience=5), []
    >>> for client in ("a", "b", None):
    ...     _ = turns.ask(client, begun.append, print)
    >>> [turn.place for turn in begun], turns.waiting
    (['long', 'short', 'own'], 0)
    """

    def __init__(
        self,
        size: int,
        queue: int,
        patience: float,
        share: int | None = None,
        little: Callable[[], bool] = lambda: False,
        *,
        short: bool = True,
        half_life: float = _HALF_LIFE,
    ) -> None:
        self.size = size
        self.queue = queue
        self.patience = patience
        self.share = max(size + 2, queue // 4) if share is None else share
        self._little = little
        self._short, self._half_life = short, half_life
        self._numbers = itertools.count()
        self._waiting: list[Waiter] = []
        self._running: dict[Place, int] = {"long": 0, "short": 0, "own": 0, "behind": 0}
        self._bulky = False
        self._shorts: list[Turn] = []
        self._pending: dict[str, int] = {}
        self._known: dict[str, _Known] = {}
        self._mean = 0.1
        self._timer: asyncio.TimerHandle | None = None

    @property
    def running(self) -> int:
        """Number of queries that have a turn."""
        return sum(self._running.values())

    @property
    def waiting(self) -> int:
        """Number of queries that wait for a turn."""
        return len(self._waiting)

    def ask(self, client: str | None, begin: Begin, refuse: Refuse, *, bulky: bool = False) -> Waiter | None:
        """Ask for a turn: `begin` is called with it, at once or later, or `refuse` is with PoolBusy.

        Every turn is to be given back; who does not want it any more withdraws the waiter returned (None if the
        turn began at once). Raises PoolBusy when the queue is full, ClientBusy when this client has more than
        its share of queries that run or wait.
        """
        pending = self.must_have_room(client)
        place = None if self._waiting else self._place(client, bulky)
        waiter = self._wait(client, begin, refuse, bulky) if place is None else None
        if client is not None:
            self._pending[client] = pending + 1
        if place is not None:
            begin(self._start(client, place, next(self._numbers), bulky))
        else:
            self._next()
        return waiter

    def must_have_room(self, client: str | None) -> int:
        """Return how many queries of a client run or wait; raises ClientBusy when that is its share."""
        pending = 0 if client is None else self._pending.get(client, 0)
        if client is not None and pending >= self.share:
            raise ClientBusy(pending, self.retry_after())
        return pending

    def wait_again(self, turn: Turn, begin: Begin, refuse: Refuse) -> Waiter:
        """Give back a turn that was not used, and wait for another before those who came later."""
        self._running[turn.place] -= 1
        self._bulky = self._bulky and not turn.bulky
        waiter = self._wait(turn.client, begin, refuse, turn.bulky, turn.number)
        self._next()
        return waiter

    def withdraw(self, waiter: Waiter) -> None:
        """Wait no more; nothing happens for one whose turn began."""
        if waiter in self._waiting:
            self._waiting.remove(waiter)
            self._uncount(waiter.client)

    def give_back(self, turn: Turn, lost: bool = False, heir: Turn | None = None) -> None:
        """End a turn, and begin those of who waits; a turn that `lost` its process counts for more.

        The `heir` is a turn behind it that takes its place now.
        """
        seconds = time.monotonic() - turn.started
        self._mean += 0.1 * (seconds - self._mean)
        if turn.client is not None:
            self._uncount(turn.client)
            self._count_use(turn.client, seconds, lost)
        if turn.place == "short":
            self._shorts.remove(turn)
        self._bulky = self._bulky and not turn.bulky
        if heir is None:
            self._running[turn.place] -= 1
        else:
            self._running["behind"] -= 1
            self._set_place(heir, turn.place)
        while self._shorts and self._running["long"] < self.size:
            self._promote(self._shorts.pop(0))
        if self._waiting:
            self._count_again()
            self._next()

    def retry_after(self) -> int:
        """Return the seconds after which a refused client may find a place, from 1 to 60."""
        return min(60, max(1, math.ceil(self._mean * (len(self._waiting) + 1) / self.size)))

    def _uncount(self, client: str | None) -> None:
        if client is None:
            return
        self._pending[client] -= 1
        if not self._pending[client]:
            del self._pending[client]

    def _wait(
        self, client: str | None, begin: Begin, refuse: Refuse, bulky: bool, number: int | None = None
    ) -> Waiter:
        until = time.monotonic() + self.patience
        used = self._usage(client)
        if number is None:
            number = next(self._numbers)
            if client is not None:
                self._make_room(bulky, used)
        waiter = Waiter(client, used, number, until, begin, refuse, bulky)
        self._waiting.append(waiter)
        self._waiting.sort(key=_order)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self.patience, self._look)
        return waiter

    def _count_again(self) -> None:
        """Put behind the others who asked much at once, and has used time since; nobody gets ahead by it."""
        for waiter in self._waiting:
            waiter.used = max(waiter.used, self._usage(waiter.client))
        self._waiting.sort(key=_order)

    def _look(self) -> None:
        """Refuse those whose patience is at its end, and look again when the next one's is."""
        self._timer = None
        now = time.monotonic()
        for waiter in [waiter for waiter in self._waiting if waiter.until <= now]:
            self._refuse(waiter)
        if self._waiting:
            rest = min(waiter.until for waiter in self._waiting) - now
            self._timer = asyncio.get_running_loop().call_later(max(0.001, rest), self._look)

    def _refuse(self, waiter: Waiter) -> None:
        self._waiting.remove(waiter)
        self._uncount(waiter.client)
        waiter.refuse(PoolBusy(self.retry_after()))

    def _make_room(self, bulky: bool, used: float) -> None:
        """Send away who used most when the queue is full; raises PoolBusy if that is the newcomer."""
        others = [waiter for waiter in self._waiting if not waiter.own]
        if len(others) < self.queue:
            return
        most = max(others, key=_order, default=None)
        if most is None or (most.bulky, most.used) <= (bulky, used):
            raise PoolBusy(self.retry_after())
        self._refuse(most)

    def _next(self) -> None:
        """Begin the turns of those who wait and find a place, in their order."""
        while self._waiting:
            for waiter in self._waiting:
                if (place := self._place(waiter.client, waiter.bulky)) is not None:
                    break
            else:
                return
            self._waiting.remove(waiter)
            waiter.begin(self._start(waiter.client, place, waiter.number, waiter.bulky))

    def _place(self, client: str | None, bulky: bool) -> Place | None:
        """Return the place that is free for a client (None: our own pages)."""
        if bulky:
            return "long" if self._running["long"] < self.size and not self._bulky else None
        if client is not None and self._little():
            return "behind"
        if self._running["long"] < self.size:
            return "long"
        if client is None:
            return None if self._running["own"] else "own"
        return "short" if self._short and not self._running["short"] and not self._loses(client) else None

    def _start(self, client: str | None, place: Place, number: int, bulky: bool) -> Turn:
        self._running[place] += 1
        self._bulky = self._bulky or bulky
        turn = Turn(client, place, number, bulky)
        self._set_place(turn, place)
        return turn

    def _set_place(self, turn: Turn, place: Place) -> None:
        turn.place = place
        if place == "short":
            turn.seconds = max(_SHORTEST, _SHORT / max(1, len(self._waiting)))
            self._shorts.append(turn)

    def _promote(self, turn: Turn) -> None:
        self._running["short"] -= 1
        self._running["long"] += 1
        turn.place, turn.seconds = "long", math.inf

    def _count_use(self, client: str, seconds: float, lost: bool) -> None:
        known = self._known.pop(client, None)
        if known is None:
            known = _Known()
            if len(self._known) >= _CLIENTS:
                del self._known[next(iter(self._known))]
        self._known[client] = known
        known.fade(self._half_life)
        known.used += max(seconds, _SHORT) if lost else seconds
        known.lost += lost

    def _usage(self, client: str | None) -> float:
        """Return the seconds a client used lately; little is as good as nothing, the unknown is not little."""
        if client is None:
            return -1.0
        if (known := self._known.get(client)) is None:
            return _LITTLE
        known.fade(self._half_life)
        return known.used if known.used > _LITTLE else 0.0

    def _loses(self, client: str) -> bool:
        """Tell whether a client lost a process lately."""
        if (known := self._known.get(client)) is None:
            return False
        known.fade(self._half_life)
        return known.lost > _LOST


def _order(waiter: Waiter) -> tuple[bool, float, int]:
    return waiter.bulky, waiter.used, waiter.number
