"""Work that ends early: what costs much looks between its steps whether anybody still waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_over: ContextVar[Callable[[], bool] | None] = ContextVar("is_over", default=None)


class Stopped(BaseException):
    """Nobody waits for what is computed any more; no `except Exception` takes it for an error of a part of it."""


@contextmanager
def stopped_when(is_over: Callable[[], bool]) -> Iterator[None]:
    """Have the work of this thread stopped, until the end of the block, at the first step after `is_over` says so.

    >>> with stopped_when(lambda: True):
    ...     look()
    Traceback (most recent call last):
    ...
    ancrage.graph.region.stopping.Stopped
    """
    before = _is_over.set(is_over)
    try:
        yield
    finally:
        _is_over.reset(before)


def look() -> None:
    """Look whether the work of this thread is to go on; raises Stopped.

    Called before each step that others may read again or that takes long: what was made until then is kept.
    """
    is_over = _is_over.get()
    if is_over is not None and is_over():
        raise Stopped
