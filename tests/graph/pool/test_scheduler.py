"""Turns: who goes first, who is sent away, and when to come back."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from ancrage.graph.pool.scheduler import ClientBusy, PoolBusy, Turn, Turns


def on_a_loop(test: Callable[[], Any]) -> Callable[[], None]:
    """Run a test on an event loop: turns set timers there."""

    def run() -> None:
        asyncio.run(test())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


class Clients:
    """Clients that ask for turns, in the order in which they get them."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.order: list[str] = []
        self.begun: dict[str, Turn] = {}
        self.refused: dict[str, PoolBusy] = {}
        self.patient: dict[str, float] = {}
        """Seconds for which those who were refused had waited."""

    def send(self, client: str | None, name: str | None = None, *, bulky: bool = False) -> Any:
        label, asked = name or client or "own", time.monotonic()

        def begin(turn: Turn) -> None:
            self.order.append(label)
            self.begun[label] = turn

        def refuse(error: PoolBusy) -> None:
            self.refused[label], self.patient[label] = error, time.monotonic() - asked

        return self.turns.ask(client, begin, refuse, bulky=bulky)

    def release(self, label: str) -> None:
        self.turns.give_back(self.begun.pop(label))

    def use(self, client: str, seconds: float) -> None:
        """Let a client have used a turn for some time."""
        self.send(client, "past")
        turn = self.begun.pop("past")
        turn.started = time.monotonic() - seconds
        self.turns.give_back(turn)
        self.order.clear()


@on_a_loop
async def test_the_client_that_used_least_goes_first() -> None:
    clients = Clients(Turns(size=1, queue=10, patience=5))
    clients.use("greedy", 0.6)
    for name in ("first", "second", "greedy", "modest"):
        clients.send(name)
    assert clients.order == ["first", "second"]
    assert clients.turns.waiting == 2
    clients.release("second")
    assert clients.order == ["first", "second", "modest"]
    clients.release("first")
    clients.release("modest")
    assert clients.order[-1] == "greedy"


@on_a_loop
async def test_bulky_queries_of_however_many_clients_leave_the_rest_to_others() -> None:
    clients = Clients(Turns(size=2, queue=3, patience=5))
    for name in ("a", "b", "c", "d"):
        clients.send(name, bulky=True)
    assert clients.order == ["a"]
    clients.use("modest", 3.0)  # more than any of them, and yet before them
    clients.send("modest", "1")
    clients.send("modest", "2")
    assert clients.order[-2:] == ["1", "2"]
    clients.send("modest", "3")
    assert list(clients.refused) == ["d"]  # sent away to make room
    with pytest.raises(PoolBusy):
        clients.send("e", bulky=True)
    clients.release("a")
    assert clients.order[-1] == "3"
    for name in ("1", "2", "3"):
        clients.release(name)
    assert clients.order[-1] == "b"
    clients.release("b")
    assert clients.order[-1] == "c"
    clients.release("c")
    assert clients.turns.running == clients.turns.waiting == 0


@on_a_loop
async def test_who_is_known_for_little_goes_before_who_is_not_known() -> None:
    clients = Clients(Turns(size=1, queue=10, patience=5))
    clients.use("light", 0.05)
    for name in ("first", "second", "new", "light"):
        clients.send(name)
    clients.release("second")
    assert clients.order[-1] == "light"


@on_a_loop
async def test_equal_clients_go_in_the_order_they_came() -> None:
    clients = Clients(Turns(size=1, queue=10, patience=5, share=9))
    for name in ("first", "second", "a", "b", "a again"):
        clients.send(name[0], name)
    for name in ("second", "a", "b"):
        clients.release(name)
    assert clients.order == ["first", "second", "a", "b", "a again"]


@on_a_loop
async def test_who_asks_much_at_once_goes_behind_the_others_once_it_has_used_its_time() -> None:
    clients = Clients(Turns(size=1, queue=10, patience=5, share=9, short=False))
    for name in ("greedy", "greedy 2", "greedy 3", "modest"):
        clients.send(name.split()[0], name)
    assert clients.order == ["greedy"]  # what cannot be stopped has no short turns
    clients.begun["greedy"].started -= 2
    clients.release("greedy")
    assert clients.order == ["greedy", "modest"]


@on_a_loop
async def test_use_is_forgotten_as_fast_as_one_says() -> None:
    clients = Clients(Turns(size=1, queue=10, patience=5, short=False, half_life=0.1))
    clients.use("greedy", 2.0)
    await asyncio.sleep(0.4)  # four half-lives and more
    for name in ("first", "other", "greedy"):
        clients.send(name)
    clients.release("first")
    assert clients.order[-1] == "greedy"  # known, and light again


@on_a_loop
async def test_a_full_queue_sends_away_who_used_most_and_not_the_newcomer() -> None:
    clients = Clients(Turns(size=1, queue=1, patience=5))
    clients.use("greedy", 0.6)
    for name in ("first", "second", "greedy", "modest"):
        clients.send(name)
    assert list(clients.refused) == ["greedy"]
    with pytest.raises(PoolBusy):
        clients.send("late")
    clients.release("second")
    assert clients.order == ["first", "second", "modest"]


@on_a_loop
async def test_patience_ends() -> None:
    clients = Clients(Turns(size=1, queue=5, patience=0.05))
    for name in ("first", "second", "third"):
        clients.send(name)
    await asyncio.sleep(0.03)
    clients.send("fourth")
    while clients.turns.waiting:
        await asyncio.sleep(0.002)
    assert list(clients.refused) == ["third", "fourth"]
    assert 1 <= clients.refused["third"].retry_after <= 60
    # Each waits for its own patience, counted from when it asked; a busy machine only makes it longer.
    assert min(clients.patient.values()) >= 0.05
    clients.release("first")
    clients.release("second")
    assert (clients.turns.running, clients.turns._pending) == (0, {})


@on_a_loop
async def test_a_client_has_its_share() -> None:
    clients = Clients(Turns(size=1, queue=8, patience=5, share=2))
    clients.send("a", "a1")
    clients.send("a", "a2")
    with pytest.raises(ClientBusy) as caught:
        clients.send("a", "a3")
    assert caught.value.pending == 2
    clients.release("a1")
    clients.send("a", "a4")
    assert clients.order == ["a1", "a2", "a4"]


@on_a_loop
async def test_our_own_pages_have_a_place_and_are_not_refused() -> None:
    clients = Clients(Turns(size=1, queue=1, patience=5, share=9))
    for label in ("long", "short", "waiting"):
        clients.send("a", label)
    clients.send(None, "own 1")
    clients.send(None, "own 2")
    assert clients.order == ["long", "short", "own 1"]
    clients.release("own 1")
    assert clients.order[-1] == "own 2"
    clients.release("short")
    assert clients.order[-1] == "waiting"
    assert clients.begun["own 2"].place == "own"


@on_a_loop
async def test_short_turns_are_shorter_when_many_wait() -> None:
    clients = Clients(Turns(size=1, queue=20, patience=5, share=30))
    clients.send("long")
    clients.send("alone")
    assert clients.begun["alone"].seconds == 1.0
    for number in range(12):
        clients.send(f"waiting {number}")
    clients.release("alone")
    assert clients.begun["waiting 0"].seconds == 0.2


@on_a_loop
async def test_a_short_turn_becomes_a_long_one_when_there_is_room() -> None:
    clients = Clients(Turns(size=1, queue=5, patience=5))
    for name in ("long", "short", "next"):
        clients.send(name)
    clients.release("long")
    turn = clients.begun["short"]
    assert (turn.place, turn.seconds) == ("long", float("inf"))
    assert clients.begun["next"].place == "short"
    clients.release("short")
    clients.release("next")
    assert clients.turns.running == 0


@on_a_loop
async def test_who_withdraws_is_not_begun() -> None:
    clients = Clients(Turns(size=1, queue=5, patience=5))
    clients.send("first")
    clients.send("second")
    third = clients.send("third")
    clients.send("fourth")
    clients.turns.withdraw(third)
    clients.release("second")
    assert clients.order == ["first", "second", "fourth"]
    clients.turns.withdraw(third)
    assert "third" not in clients.turns._pending


@on_a_loop
async def test_a_turn_that_lost_its_process_counts_for_more() -> None:
    clients = Clients(Turns(size=1, queue=5, patience=5))
    for name in ("hasty", "modest"):
        clients.send(name)
        clients.turns.give_back(clients.begun.pop(name), lost=name == "hasty")
    for name in ("first", "second", "hasty", "modest"):
        clients.send(name)
    clients.release("second")
    assert clients.order[-1] == "modest"


@on_a_loop
async def test_who_lost_a_process_waits_for_a_long_turn_and_lets_others_pass() -> None:
    clients = Clients(Turns(size=1, queue=5, patience=5))
    clients.send("heavy")
    clients.turns.give_back(clients.begun.pop("heavy"), lost=True)
    for name in ("first", "heavy", "other"):
        clients.send(name)
    assert clients.order == ["heavy", "first", "other"]
    clients.release("first")  # "other" becomes long
    clients.release("other")
    assert clients.order[-1] == "heavy"
    assert clients.begun["heavy"].place == "long"


def test_the_client_silent_longest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ancrage.graph.pool.scheduler._CLIENTS", 2)
    clients = Clients(Turns(size=1, queue=5, patience=5))
    for name in ("a", "b", "a", "c"):
        clients.use(name, 2.0)
    assert set(clients.turns._known) == {"a", "c"}
