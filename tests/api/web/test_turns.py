"""Pages are drawn one after the other, in the order in which they were asked for; what is long lets others begin."""

import asyncio
import threading
import time

import pytest
from ancrage.api.web.turns import PATIENCE, run_in_turn


class Works:
    """Works that tell how many of them ran at once, and in which order they began."""

    def __init__(self) -> None:
        self.began: list[object] = []
        self.running = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, name: object, seconds: float) -> object:
        """Work for some seconds."""
        with self._lock:
            self.began.append(name)
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(seconds)
        with self._lock:
            self.running -= 1
        return name


def test_one_after_the_other_in_order() -> None:
    works = Works()

    async def visitors() -> list[object]:
        return await asyncio.gather(*(run_in_turn(works, n, PATIENCE / 20) for n in range(8)))

    assert asyncio.run(visitors()) == list(range(8))
    assert works.began == list(range(8)) and works.most == 1


def test_the_long_lets_others_begin_beside_it() -> None:
    works, over = Works(), threading.Event()

    async def visitors() -> bool:
        long = asyncio.ensure_future(run_in_turn(over.wait, 30))
        await asyncio.sleep(0)
        first = await run_in_turn(works, "page", 0)
        assert first == "page" and not long.done()
        over.set()
        return await long

    assert asyncio.run(visitors()) is True


def test_what_fails_gives_its_place_and_its_error() -> None:
    async def visitors() -> tuple[int, int]:
        with pytest.raises(ZeroDivisionError):
            await run_in_turn(divmod, 1, 0)
        return await run_in_turn(divmod, 7, 2)

    assert asyncio.run(visitors()) == (3, 1)


def test_who_goes_away_gives_the_place() -> None:
    works, begun, over = Works(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        over.wait(30)

    async def visitors() -> object:
        gone = asyncio.ensure_future(run_in_turn(work))
        await asyncio.to_thread(begun.wait, 30)
        gone.cancel()
        waiting = asyncio.ensure_future(run_in_turn(works, "waited", 0))
        waiting_too = asyncio.ensure_future(run_in_turn(works, "never", 0))
        await asyncio.sleep(0)
        waiting_too.cancel()
        assert await waiting == "waited"
        over.set()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await run_in_turn(works, "next", 0)

    assert asyncio.run(visitors()) == "next"
    assert works.began == ["waited", "next"]


def test_each_loop_has_turns_of_its_own() -> None:
    for _ in range(2):
        assert asyncio.run(run_in_turn(divmod, 7, 2)) == (3, 1)
