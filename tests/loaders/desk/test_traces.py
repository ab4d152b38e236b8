"""What is kept of a person, found by an address, and erased: theirs alone."""

from __future__ import annotations

from ancrage.loaders.desk.states import MatchState
from ancrage.loaders.desk.traces import erase_traces, traces_of
from ancrage.loaders.operations.tables import SEALED
from sqlalchemy import select

from .conftest import CONTACT, PLACE, Desk

NODE = "organization/0383546Y"


def test_a_person_finds_what_is_theirs_and_nothing_else(desk: Desk) -> None:
    own = desk.filed(words="Un diagnostic")
    other = desk.acts.begin(
        "autre", "interaction-type/territorial-diagnosis", [], "Voyez ZOE.canari@example.org."
    )
    desk.acts.place(desk.read(other), PLACE)
    desk.acts.file(desk.read(other), {**CONTACT, "email": "not.zoe.canari@example.org"})
    told = dict.fromkeys(("organization", "name", "title", "type", "territory", "place", "mode", "next"), "x")
    offer = desk.acts.offer("ana", {**told, "about": [], "capacity": 1}, "zoe.canari@example.org")
    found = traces_of(" Zoe.Canari@example.org", desk.ledger.read(), desk.safe)
    assert {(one.subject, one.part) for one in found} == {
        (own, "requester"), (own, "words"), (other, "mention"), (offer, "offer"),
    }  # fmt: skip
    assert next(one for one in found if one.part == "requester").content["name"] == "Zoé Canari"
    assert traces_of("canari@example.org", desk.ledger.read(), desk.safe) == []


def test_what_is_erased_is_theirs_and_the_rest_is_given_back(desk: Desk) -> None:
    own = desk.accepted()
    desk.proposed(own)
    desk.acts.move(desk.read(own), "ana", NODE, MatchState.WAITING, email="candidat@example.org")
    other = desk.acts.begin(
        "autre", "interaction-type/territorial-diagnosis", [], "Voir candidat@example.org"
    )
    traces = traces_of("candidat@example.org", desk.ledger.read(), desk.safe)
    assert {(one.subject, one.part) for one in traces} == {(own, "candidate"), (other, "mention")}
    left = erase_traces(traces, "command-line", desk.ledger, desk.store, desk.safe)
    assert [one.subject for one in left] == [other]
    with desk.store.reading() as connection:
        kept = connection.execute(select(SEALED.c.id).where(SEALED.c.content.is_not(None))).scalars().all()
    assert len(kept) == 4  # the requester's contact and words, and the other's
    assert desk.read(own).state.value == "waiting"
    erase_traces(
        traces_of(CONTACT["email"], desk.ledger.read(), desk.safe),
        "command-line",
        desk.ledger,
        desk.store,
        desk.safe,
    )
    assert desk.read(own).erased and traces_of(CONTACT["email"], desk.ledger.read(), desk.safe) == []
