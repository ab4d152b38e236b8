"""How far a long step is and how long it may still take, said now and then."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..words import N_, Percent, Spoken

EVERY = 5.0
"""Seconds between two sentences of one step."""


class Pace:
    """Says how much of a step is done, and an estimate of the time left, some seconds apart; a short step says nothing.

    Args:
        say: hears each sentence.
        step: what is under way.
        now: the clock, in seconds.

    >>> ticks = iter([0.0, 1.0, 10.0, 11.0])
    >>> pace = Pace(lambda said: print(said["en"]), "store", now=lambda: next(ticks))
    >>> for done in (10, 500_000, 510_000):
    ...     pace.at(done, 2_000_000)
    store: 25%, some 30 s left
    """

    def __init__(
        self,
        say: Callable[[Spoken], None],
        step: Spoken | str,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say, self._step, self._now = say, step, now
        self._begun = self._told = now()

    def at(self, done: int, of: int) -> None:
        """Note that `done` of `of` is done."""
        now = self._now()
        if now - self._told < EVERY or not 0 < done < of:
            return
        self._told = now
        left = (now - self._begun) * (of - done) / done
        share = Percent((100 * done // of) / 100)
        if 20 * done < of:  # of a beginning nothing follows
            self._say(N_("{step} : {share}", step=self._step, share=share))
            return
        self._say(
            N_("{step} : {share}, encore {time} environ", step=self._step, share=share, time=_duration(left))
        )


def _duration(seconds: float) -> str:
    """Write a duration in seconds or minutes.

    >>> _duration(12.4), _duration(200.0)
    ('12 s', '3 min')
    """
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
