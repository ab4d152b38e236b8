"""Pages are drawn in turn: threads that draw at once share one interpreter, and each page then costs more of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from anyio.lowlevel import RunVar
from starlette.concurrency import run_in_threadpool

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 0.1
"""Seconds after which a work that is not done lets the next begin beside it: it is long, or waits for something."""
_PLACE: RunVar[asyncio.Semaphore] = RunVar("turn")


async def run_in_turn(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run on a thread what an event loop has been asked for, one after the other as they came; raises what it raises.

    >>> asyncio.run(run_in_turn(divmod, 7, 2))
    (3, 1)
    """
    place = _PLACE.get(None)
    if place is None:
        _PLACE.set(place := asyncio.Semaphore())
    await place.acquire()
    running = asyncio.ensure_future(run_in_threadpool(work, *args, **kwargs))
    try:
        await asyncio.wait([running], timeout=PATIENCE)
    except asyncio.CancelledError:
        running.cancel()
        raise
    finally:
        place.release()
    return await running
