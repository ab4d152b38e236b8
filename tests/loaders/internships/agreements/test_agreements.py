"""The states of an agreement, who changes them, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from ancrage.loaders.desk.acts import ActRefused
from ancrage.loaders.internships.agreements.acts import Acts, doubts
from ancrage.loaders.internships.agreements.ledger import Agreement, Agreements, Terms
from ancrage.loaders.internships.agreements.publication import tables
from ancrage.loaders.internships.agreements.states import (
    LIVING,
    MOVE_NAMES,
    NEXT,
    REASONED,
    RESULT_NAMES,
    STATE_NAMES,
    TRANSITIONS,
    UNSIGNED,
    Move,
    Party,
    Result,
    State,
)
from ancrage.loaders.internships.examples import add_examples
from ancrage.loaders.internships.ledger import Internships
from ancrage.loaders.operations.store import Conflict, Operations

EXAMPLES = Path(__file__).parents[4] / "examples" / "stages.toml"
HOST, INSTITUTION, DESK = (frozenset({party}) for party in Party)
SEATS = 1000
"""Of a post that nothing fills."""
TERMS = Terms(
    "Mairie", "organization/213801854", "territory/commune/38185", "Grenoble", "programme/bois", "Master Bois",
    "Université", "organization/0383546Y", "interaction-type/internship", "Diagnostic de la forêt",
    "Relever les parcelles", "2026-01-12", "2026-03-13", 5, 35, "attendance-mode/in-person", students=2,
)  # fmt: skip
PATH = {
    State.READY: [],
    State.PARTLY_SIGNED: [Move.SIGN_HOST],
    State.REVIEW: [Move.SIGN_HOST, Move.SIGN_INSTITUTION],
}
PATH[State.ACCEPTED] = [*PATH[State.REVIEW], Move.ACCEPT]
PATH[State.VALIDATED] = [*PATH[State.ACCEPTED], Move.VALIDATE]
PATH[State.REJECTED] = [*PATH[State.REVIEW], Move.REJECT]
PATH[State.CANCELLED] = [Move.CANCEL]
PATH[State.OBSOLETE] = [Move.EXPIRE]
"""How each state is reached."""
BY = {
    (State.READY, Move.SIGN_HOST): HOST,
    (State.READY, Move.SIGN_INSTITUTION): INSTITUTION,
    (State.READY, Move.CANCEL): HOST | INSTITUTION,
    (State.PARTLY_SIGNED, Move.SIGN_INSTITUTION): INSTITUTION,
    (State.PARTLY_SIGNED, Move.CANCEL): HOST | INSTITUTION,
    (State.REVIEW, Move.ACCEPT): INSTITUTION,
    (State.REVIEW, Move.RETURN): INSTITUTION,
    (State.REVIEW, Move.REJECT): INSTITUTION,
    (State.REVIEW, Move.CANCEL): HOST | INSTITUTION,
    (State.ACCEPTED, Move.CANCEL): HOST | INSTITUTION,
    (State.VALIDATED, Move.AMEND): HOST | INSTITUTION,
}
"""What the two parties may do, once the host has signed where somebody has."""
OF_DESK = {
    *BY,
    *((state, Move.EXPIRE) for state in (State.READY, State.PARTLY_SIGNED, State.REVIEW, State.ACCEPTED)),
    *((State.ACCEPTED, move) for move in (Move.VALIDATE, Move.RETURN, Move.REJECT)),
    (State.VALIDATED, Move.CANCEL),
}
"""What the desk may do: all that the parties may, and its own."""


class Room:
    """Agreements to be worked on in tests."""

    def __init__(self, store: Operations) -> None:
        self.ledger = Agreements(store)
        self.acts = Acts(store, self.ledger)

    def read(self, id: str) -> Agreement:
        return self.ledger.read().all[id]

    def move(self, id: str, move: Move, who: frozenset[Party] = DESK) -> None:
        reason = "other" if move in REASONED else ""
        self.acts.move(self.read(id), "ana", who, move, reason=reason)

    def at(self, state: State, terms: Terms = TERMS) -> str:
        id = self.acts.open("ana", "post/1", terms, SEATS)
        for move in PATH[state]:
            self.move(id, move)
        assert self.read(id).state is state
        return id


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    store = Operations.open(tmp_path_factory.mktemp("agreements"))
    yield Room(store)
    store.close()


def test_all_is_named_and_every_state_is_reached() -> None:
    assert STATE_NAMES.keys() == TRANSITIONS.keys() == PATH.keys() == set(State)
    assert MOVE_NAMES.keys() == set(Move) and RESULT_NAMES.keys() == set(Result)
    assert NEXT.keys() | UNSIGNED == set(State) and not NEXT.keys() & UNSIGNED
    assert {State.REJECTED, State.CANCELLED, State.OBSOLETE} == set(State) - LIVING


@pytest.mark.parametrize("state", State)
def test_each_party_does_what_the_table_says_and_nothing_else(room: Room, state: State) -> None:
    id = room.at(state)
    one = room.read(id)
    for party, move in product(Party, Move):
        who = frozenset({party})
        right = (
            (state, move) in OF_DESK if party is Party.DESK else party in BY.get((state, move), frozenset())
        )
        assert (move in one.moves(who)) == right, (party, move)
        if not right:
            with pytest.raises(ActRefused):
                room.move(id, move, who)
    assert room.read(id) == one
    assert one.moves(frozenset()) == []


def test_signatures_in_any_order_lead_to_review_and_a_return_asks_for_them_again(room: Room) -> None:
    id = room.at(State.READY)
    room.move(id, Move.SIGN_INSTITUTION, INSTITUTION)
    assert room.read(id).state is State.PARTLY_SIGNED
    with pytest.raises(ActRefused, match="déjà donnée"):
        room.move(id, Move.SIGN_INSTITUTION, INSTITUTION)
    room.move(id, Move.SIGN_HOST, HOST)
    assert room.read(id).state is State.REVIEW and room.read(id).signed.keys() == {
        Party.HOST,
        Party.INSTITUTION,
    }
    room.move(id, Move.RETURN, INSTITUTION)
    assert (room.read(id).state, dict(room.read(id).signed)) == (State.READY, {})
    assert room.read(id).reason == "other"


def test_what_is_said_changes_until_all_have_signed_and_asks_for_signatures_again(room: Room) -> None:
    id = room.at(State.PARTLY_SIGNED)
    room.acts.change(room.read(id), "paul", INSTITUTION, replace(TERMS, hours=30), SEATS)
    assert room.read(id).terms.hours == 30 and not room.read(id).signed
    later = room.at(State.REVIEW)
    with pytest.raises(ActRefused, match="ne change plus"):
        room.acts.change(room.read(later), "paul", INSTITUTION, TERMS, SEATS)
    with pytest.raises(ActRefused, match="avant le début"):
        room.acts.open("ana", "post/1", replace(TERMS, end="2026-01-11"), SEATS)


def test_who_decides_on_what_was_read_before_a_change_changes_nothing(room: Room) -> None:
    id = room.at(State.READY)
    read = room.read(id)
    room.acts.change(read, "paul", INSTITUTION, replace(TERMS, hours=20), SEATS)
    with pytest.raises(Conflict):
        room.acts.move(read, "ana", HOST, Move.SIGN_HOST)
    with pytest.raises(Conflict):
        room.acts.change(read, "ana", HOST, replace(TERMS, hours=40), SEATS)
    assert room.read(id).terms.hours == 20 and not room.read(id).signed


def test_the_last_places_of_a_post_are_taken_once(tmp_path: Path) -> None:
    """Each process counts what it read of the others: places are counted in the transaction that takes them."""
    stores = [Operations.open(tmp_path) for _ in range(4)]
    rooms = [Room(store) for store in stores]

    def taken(room: Room) -> bool:
        try:
            room.acts.open("ana", "post/1", TERMS, 5)
        except ActRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(taken, rooms * 2)) == 2  # of two students each
    first, second = rooms[0].ledger.read().all.values()
    with pytest.raises(ActRefused, match="Il reste 3"):
        rooms[0].acts.change(first, "ana", HOST, replace(TERMS, students=4), 5)
    rooms[1].acts.change(first, "ana", HOST, replace(TERMS, students=3), 5)
    with pytest.raises(ActRefused, match="Il reste 2"):
        rooms[0].acts.change(second, "ana", HOST, replace(TERMS, students=3), 5)
    for store in stores:
        store.close()


def test_a_form_sent_twice_counts_once(room: Room) -> None:
    assert room.acts.open("ana", "post/2", TERMS, SEATS, key="k") == room.acts.open(
        "ana", "post/2", TERMS, SEATS, key="k"
    )
    assert room.ledger.read().held("post/2") == 2
    [one] = [one for one in room.ledger.all.values() if one.post == "post/2"]
    assert room.ledger.held("post/2", but=one.id) == 0
    room.move(one.id, Move.CANCEL, HOST)
    assert room.ledger.read().held("post/2") == 0


AMENDED = replace(
    TERMS, end="2026-04-10", hours=28, place="territory/commune/38269", place_name="La Mure", service="ONF"
)
SIGNED = (Move.SIGN_INSTITUTION, Move.SIGN_HOST, Move.ACCEPT, Move.VALIDATE)


def test_an_amendment_holds_once_it_has_gone_the_way_of_an_agreement(room: Room) -> None:
    id = room.at(State.VALIDATED)
    room.acts.change(room.read(id), "paul", INSTITUTION, AMENDED, SEATS)
    one = room.read(id)
    assert (one.state, dict(one.signed), one.public) == (State.READY, {}, True)
    assert (one.terms, one.in_force) == (AMENDED, TERMS) and one.history[-1][1] is Move.AMEND
    with pytest.raises(ActRefused, match="convention validée"):
        room.acts.end(one, "ana", DESK, Result.PARTLY, "2026-02-01")
    for move in SIGNED:
        assert room.read(id).in_force == TERMS
        room.move(id, move)
    after = room.read(id)
    assert (after.state, after.in_force, after.standing) == (State.VALIDATED, AMENDED, None)
    [kept] = after.amendments
    assert (kept.before, kept.terms, kept.state, kept.ended) == (
        TERMS,
        AMENDED,
        State.VALIDATED,
        after.changed,
    )
    room.acts.change(after, "ana", HOST, replace(AMENDED, students=3), SEATS)
    assert room.read(id).in_force == AMENDED and len(room.read(id).amendments) == 1


@pytest.mark.parametrize(
    ("way", "state"),
    [
        ([Move.CANCEL], State.CANCELLED),
        ([Move.EXPIRE], State.OBSOLETE),
        ([*SIGNED[:2], Move.REJECT], State.REJECTED),
        ([*SIGNED[:2], Move.RETURN, *SIGNED[:3], Move.REJECT], State.REJECTED),
    ],
)
def test_an_amendment_that_comes_to_nothing_leaves_the_agreement_as_it_stood(
    room: Room, way: list[Move], state: State
) -> None:
    id = room.at(State.VALIDATED)
    before = room.read(id)
    room.acts.change(before, "ana", HOST, replace(TERMS, students=9), SEATS)
    assert room.ledger.held(before.post) >= 9  # places are kept for what is asked
    room.acts.change(room.read(id), "paul", INSTITUTION, AMENDED, SEATS)  # put right before it is signed
    for move in way:
        room.move(id, move)
    after = room.read(id)
    assert (after.state, after.terms, after.signed, after.reason) == (before.state, TERMS, before.signed, "")
    [kept] = after.amendments
    assert (kept.terms, kept.state, kept.reason) == (AMENDED, state, "" if Move.EXPIRE in way else "other")
    assert len(after.history) == len(before.history) + 1 + len(way)
    assert Move.AMEND in after.moves(HOST) and room.ledger.read().all[id] == after


def test_what_no_amendment_may_do_is_refused(room: Room) -> None:
    id = room.at(State.VALIDATED)
    other = replace(AMENDED, institution="Lycée", institution_path="organization/0260001A")
    for terms, why in (
        (TERMS, "ne change rien"),
        (other, r"garde l’établissement \(Université\)"),
        (replace(AMENDED, end="2025-01-01"), "avant le début"),
    ):
        with pytest.raises(ActRefused, match=why):
            room.acts.change(room.read(id), "ana", HOST, terms, SEATS)
    with pytest.raises(ActRefused, match="pas le droit"):
        room.acts.change(room.read(id), "zoe", frozenset(), AMENDED, SEATS)
    with pytest.raises(ActRefused, match="plus possible"):
        room.move(id, Move.AMEND)
    read = room.read(id)
    room.acts.change(read, "ana", HOST, AMENDED, SEATS)
    with pytest.raises(Conflict):
        room.acts.change(read, "paul", INSTITUTION, AMENDED, SEATS)
    with pytest.raises(ActRefused, match="garde l’établissement"):
        room.acts.change(room.read(id), "ana", HOST, other, SEATS)
    room.move(id, Move.CANCEL)
    room.acts.end(room.read(id), "ana", DESK, Result.PARTLY, "2026-02-01")
    assert Move.AMEND not in room.read(id).moves(DESK)
    with pytest.raises(ActRefused, match="ne change plus"):
        room.acts.change(room.read(id), "ana", HOST, AMENDED, SEATS)


def test_a_reason_is_asked_for(room: Room) -> None:
    with pytest.raises(ActRefused, match="Dites pour quelle raison"):
        room.acts.move(room.read(room.at(State.READY)), "ana", HOST, Move.CANCEL)


@pytest.mark.parametrize(
    ("state", "result", "day", "why"),
    [
        (State.ACCEPTED, Result.COMPLETED, "2026-04-01", "convention validée"),
        (State.VALIDATED, Result.ABSENT, "2026-01-11", "pas commencé"),
        (State.VALIDATED, Result.COMPLETED, "2026-03-12", "pas fini"),
        (State.VALIDATED, Result.JOB, "2026-03-12", "pas fini"),
    ],
)
def test_a_result_is_told_of_what_took_place(
    room: Room, state: State, result: Result, day: str, why: str
) -> None:
    with pytest.raises(ActRefused, match=why):
        room.acts.end(room.read(room.at(state)), "ana", DESK, result, day)


def test_what_came_of_it_is_told_and_corrected(room: Room) -> None:
    id = room.at(State.VALIDATED)
    assert room.read(id).public
    room.acts.end(room.read(id), "ana", HOST, Result.ABSENT, "2026-01-12")
    assert not room.read(id).public
    room.acts.end(room.read(id), "ana", DESK, Result.PARTLY, "2026-02-01")
    assert room.read(id).public and room.read(id).result is Result.PARTLY


def test_doubts_are_told_and_refuse_nothing() -> None:
    assert doubts(TERMS) == []
    assert [one["fr"][:20] for one in doubts(replace(TERMS, hours=39))] == ["39 heures par semain"]
    long = replace(TERMS, end="2026-07-31")
    assert [one["fr"][:14] for one in doubts(long)] == ["Plus de deux m", "Plus de six mo"]
    assert len(doubts(replace(long, allowance=True))) == 1


def test_who_somebody_is_for_an_agreement(room: Room) -> None:
    one = room.read(room.at(State.READY))
    assert (
        one.parties("organization/213801854") == HOST and one.parties("organization/0383546Y") == INSTITUTION
    )
    assert one.parties("") == one.parties("organization/other") == frozenset()
    alone = replace(one, terms=replace(TERMS, host_path=""))
    assert alone.parties("") == frozenset()


def test_the_store_read_anew_says_the_same(tmp_path: Path) -> None:
    store = Operations.open(tmp_path)
    room = Room(store)
    id = room.at(State.VALIDATED, replace(TERMS, subjects=("fap/F",)))
    assert Agreements(store).read().all == {id: room.read(id)}
    assert room.read(id).terms == replace(TERMS, subjects=("fap/F",))
    store.close()


def test_examples_show_an_amended_agreement_and_one_to_sign_and_are_never_published(tmp_path: Path) -> None:
    store = Operations.open(tmp_path)
    assert add_examples(store, EXAMPLES) and not add_examples(store, EXAMPLES)
    amended, half = Agreements(store).read().all.values()
    assert (amended.state, half.state) == (State.VALIDATED, State.PARTLY_SIGNED)
    assert amended.in_force.hours == 28 and amended.amendments[0].before.hours == 35
    for one in (amended, half):
        assert one.illustrative and not one.public and one.in_force.subject.startswith("[Exemple]")
        assert one.post in Internships(store).read().posts
    assert tables(Agreements(store).read(), "Guichet") == {}
    store.close()
