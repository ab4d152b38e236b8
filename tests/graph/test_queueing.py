"""Turns: who goes first, who is sent away, and when to come back."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from ancrage.graph.queueing import ClientBusy, PoolBusy, Turns


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


class Clients:
    """Clients that hold their turn until they are told to go."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.order: list[str] = []
        self.doors: dict[str, threading.Event] = {}
        self.threads = ThreadPoolExecutor(32)

    def send(self, client: str | None, name: str | None = None) -> Future[str]:
        label = name or client or "own"
        self.doors[label] = threading.Event()
        before = set(self.turns._waiting)
        future = self.threads.submit(self._hold, client, label)
        wait_for(lambda: future.done() or label in self.order or bool(set(self.turns._waiting) - before))
        return future

    def _hold(self, client: str | None, label: str) -> str:
        with self.turns.turn(client) as turn:
            self.order.append(label)
            self.doors[label].wait(5)
            return turn.place

    def release(self, label: str) -> None:
        before = len(self.order)
        self.doors[label].set()
        waiting = self.turns.waiting
        if waiting:
            wait_for(lambda: len(self.order) > before)

    def finish(self) -> None:
        for door in self.doors.values():
            door.set()
        self.threads.shutdown()


def used(turns: Turns, client: str, seconds: float) -> None:
    """Let a client use a turn for some time."""
    with turns.turn(client):
        time.sleep(seconds)


def test_the_client_that_used_least_goes_first() -> None:
    turns = Turns(size=1, queue=10, patience=5)
    used(turns, "greedy", 0.6)
    clients = Clients(turns)
    sent = [clients.send(name) for name in ("first", "second", "greedy", "modest")]
    assert clients.order == ["first", "second"]
    assert turns.waiting == 2
    clients.release("first")
    assert clients.order == ["first", "second", "modest"]
    clients.release("second")
    assert clients.order[-1] == "greedy"
    clients.finish()
    assert all(one.result() in ("long", "short") for one in sent)


def test_a_little_use_counts_as_none() -> None:
    turns = Turns(size=1, queue=10, patience=5)
    used(turns, "light", 0.05)
    clients = Clients(turns)
    for name in ("first", "second", "light", "new"):
        clients.send(name)
    clients.release("first")
    assert clients.order[-1] == "light"
    clients.finish()


def test_a_full_queue_sends_away_who_used_most_and_not_the_newcomer() -> None:
    turns = Turns(size=1, queue=1, patience=5)
    used(turns, "greedy", 0.6)
    clients = Clients(turns)
    clients.send("first")
    clients.send("second")
    greedy = clients.send("greedy")
    modest = clients.send("modest", "modest")
    assert isinstance(greedy.exception(timeout=1), PoolBusy)
    assert isinstance(clients.send("late").exception(timeout=1), PoolBusy)
    clients.release("first")
    clients.release("modest")
    clients.release("second")
    assert modest.result() == "long"


def test_patience_ends() -> None:
    turns = Turns(size=1, queue=5, patience=0.1)
    clients = Clients(turns)
    clients.send("first")
    clients.send("second")
    started = time.monotonic()
    with pytest.raises(PoolBusy) as caught, turns.turn("third"):
        pass
    assert 0.1 <= time.monotonic() - started < 1
    assert 1 <= caught.value.retry_after <= 60
    assert turns.waiting == 0
    clients.release("first")
    clients.release("second")


def test_a_client_has_its_share() -> None:
    turns = Turns(size=1, queue=8, patience=5, share=2)
    clients = Clients(turns)
    clients.send("a", "a1")
    clients.send("a", "a2")
    with pytest.raises(ClientBusy) as caught, turns.turn("a"):
        pass
    assert caught.value.pending == 2
    clients.release("a1")
    wait_for(lambda: turns.running == 1)
    with turns.turn("a") as turn:
        assert turn.place == "long"
    clients.release("a2")


def test_our_own_pages_have_a_place_and_are_not_refused() -> None:
    turns = Turns(size=1, queue=1, patience=5, share=9)
    clients = Clients(turns)
    for label in ("long", "short", "waiting"):
        clients.send("a", label)
    own = [clients.send(None, "own 1"), clients.send(None, "own 2")]
    assert clients.order == ["long", "short", "own 1"]
    clients.release("own 1")
    assert clients.order[-1] == "own 2"
    clients.finish()
    assert [one.result() for one in own] == ["own", "own"]


def test_short_turns_are_shorter_when_many_wait() -> None:
    turns = Turns(size=1, queue=20, patience=5, share=30)
    clients = Clients(turns)
    clients.send("long")
    with turns.turn("alone") as turn:
        assert turn.seconds == 1.0
        for number in range(12):
            clients.send(f"waiting {number}")
        assert turns.waiting == 12
        assert turns._short() == 0.2
    clients.finish()
    assert turns.running == 0
    assert turns.waiting == 0
