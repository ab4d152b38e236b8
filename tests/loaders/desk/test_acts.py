"""The life of a need: what each act does, what it refuses, and that a fold of the events says the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from ancrage.loaders.desk.acts import ActRefused, Agreement
from ancrage.loaders.desk.candidates import Candidate
from ancrage.loaders.desk.fit import Fit
from ancrage.loaders.desk.ledger import Ledger, Need, Offer
from ancrage.loaders.desk.offer_index import Shared
from ancrage.loaders.desk.rates import rates
from ancrage.loaders.desk.states import REASONED, TRANSITIONS, Conclusion, MatchState, NeedState, state_of
from ancrage.loaders.operations.store import Conflict, Draft
from ancrage.loaders.operations.tables import EVENTS, SEALED
from ancrage.words import EMPTY
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from .conftest import CONTACT, PLACE, PUBLIC, Desk

_SENT = [state for state in MatchState if state not in (MatchState.PROPOSED, MatchState.RECALLED)]


def test_a_need_goes_from_draft_to_helped(desk: Desk) -> None:
    id = desk.filed()
    assert desk.read(id).state is NeedState.FILED
    desk.acts.accept(desk.read(id), "ana", {**PUBLIC, "type": desk.read(id).type})
    assert desk.read(id).state is NeedState.PREPARING
    desk.proposed(id)
    assert desk.read(id).state is NeedState.PREPARING
    for to, state in (
        (MatchState.WAITING, "waiting"),
        (MatchState.TAKEN, "taken"),
        (MatchState.HELPED, "helped"),
    ):
        desk.move(id, to)
        assert desk.read(id).state.value == state
    desk.acts.agree(desk.read(id), "ana", "organization/0383546Y", Agreement("Diagnostic", "2026-12-01"))
    need = desk.read(id)
    assert need.settled and need.matches["organization/0383546Y"].agreed["start"] == "2026-12-01"


@given(st.lists(st.sampled_from(_SENT), max_size=6))
def test_the_state_of_a_need_is_said_by_its_matches(states: list[MatchState]) -> None:
    order = ["helped", "no-help", "unreachable", "taken", "waiting", "silent", "refused"]
    values = [state.value for state in states]
    told = next((name for name in order if name in values), "preparing")
    assert state_of(states).value == told
    assert state_of([*states, MatchState.PROPOSED, MatchState.RECALLED]).value == told


@pytest.mark.parametrize(("before", "after"), [*product(MatchState, MatchState)])
def test_a_match_changes_by_the_table_alone(before: MatchState, after: MatchState) -> None:
    allowed = {
        "proposed": "waiting",
        "waiting": "taken refused silent recalled",
        "taken": "helped no-help unreachable waiting recalled",
        "recalled": "waiting",
        **dict.fromkeys(("refused", "silent", "helped", "no-help", "unreachable"), "waiting taken"),
    }
    assert (after in TRANSITIONS[before]) == (after.value in allowed[before.value].split())


def test_a_forged_state_is_refused_and_nothing_is_kept(desk: Desk) -> None:
    id = desk.accepted()
    desk.proposed(id)
    events = len(desk.store.since(0))
    for to in (MatchState.HELPED, MatchState.TAKEN, MatchState.REFUSED):
        with pytest.raises(ActRefused, match="on ne passe pas"):
            desk.move(id, to)
    desk.move(id, MatchState.WAITING)
    with pytest.raises(ActRefused, match="raison"):
        desk.move(id, MatchState.REFUSED)
    with pytest.raises(ActRefused, match="après une proposition"):
        desk.acts.agree(desk.read(id), "ana", "organization/0383546Y", Agreement("x", "2026-12-01"))
    with pytest.raises(ActRefused, match="n’est pas proposé"):
        desk.move(id, MatchState.WAITING, "organization/none")
    with pytest.raises(ActRefused, match="déjà"):
        desk.proposed(id)
    assert len(desk.store.since(0)) == events + 1


@pytest.mark.parametrize("closed", sorted({*REASONED, MatchState.SILENT, MatchState.HELPED}))
def test_what_is_closed_opens_again_and_is_not_settled_any_more(desk: Desk, closed: MatchState) -> None:
    id = desk.accepted()
    desk.proposed(id)
    path = [MatchState.WAITING] + (
        [] if closed in (MatchState.REFUSED, MatchState.SILENT) else [MatchState.TAKEN]
    )
    for to in path:
        desk.move(id, to)
    if closed not in REASONED:
        with pytest.raises(ActRefused, match="ne prend pas de raison"):
            desk.move(id, closed, reason="no-capacity")
    desk.move(id, closed, reason="no-capacity" if closed in REASONED else "")
    assert desk.read(id).settled
    desk.move(id, MatchState.TAKEN)
    assert not desk.read(id).settled
    assert desk.read(id).state is NeedState.TAKEN


def test_a_request_is_declined_until_something_is_agreed_on_it(desk: Desk) -> None:
    """Who found too late that a request repeats another could only withdraw it."""
    id = desk.accepted()
    desk.proposed(id)
    desk.move(id, MatchState.WAITING)
    desk.acts.decline(desk.read(id), "ana", "Elle répète la n° 0a1b2c3d4e5f.")
    assert desk.read(id).state is NeedState.DECLINED and not desk.read(id).public
    [match] = desk.read(id).matches.values()
    assert match.state is MatchState.RECALLED and not match.sent  # nobody is asked of what was declined
    desk.acts.reopen(desk.read(id), "ana")
    assert desk.read(id).state is NeedState.PREPARING
    for to in (MatchState.WAITING, MatchState.TAKEN, MatchState.HELPED):
        desk.move(id, to)
    desk.acts.agree(desk.read(id), "ana", "organization/0383546Y", Agreement("Diagnostic", "2026-12-01"))
    with pytest.raises(ActRefused, match="Un accord est conclu"):
        desk.acts.decline(desk.read(id), "ana", "Elle répète la n° 0a1b2c3d4e5f.")


@pytest.mark.parametrize("last", [MatchState.WAITING, MatchState.TAKEN])
def test_who_is_asked_no_more_is_not_written_to(desk: Desk, last: MatchState) -> None:
    id = desk.accepted()
    desk.proposed(id)
    email = "accueil@universite.example"
    desk.acts.move(desk.read(id), "ana", "organization/0383546Y", MatchState.WAITING, email=email)
    if last is MatchState.TAKEN:
        desk.move(id, last)
    contact = desk.read(id).matches["organization/0383546Y"].contact
    assert desk.safe.read([contact])
    desk.move(id, MatchState.RECALLED)
    need = desk.read(id)
    [match] = need.matches.values()
    assert need.state is NeedState.PREPARING and not need.settled and need.open
    assert not match.sent and match.first_sent and not desk.safe.read([contact])
    # who had taken charge is told, at an address that is kept anew for it
    kept = desk.safe.read([match.contact])
    assert [one["email"] for one in kept.values()] == [email] * (last is MatchState.TAKEN)
    with pytest.raises(ActRefused, match="annulez plutôt la sollicitation"):
        desk.acts.drop(need, "ana", "organization/0383546Y")  # that it was asked stays known
    desk.move(id, MatchState.WAITING)
    assert desk.read(id).state is NeedState.WAITING and not desk.safe.read(kept)


def test_what_was_agreed_is_realised_or_came_to_nothing_for_a_reason(desk: Desk) -> None:
    id, who, now = desk.accepted(), "organization/0383546Y", datetime.now(UTC).date()
    start, today = (now - timedelta(days=20)).isoformat(), now.isoformat()

    def conclude(outcome: Conclusion, day: str, reason: str = "") -> None:
        desk.acts.conclude(desk.read(id), "ana", who, outcome, day, reason=reason)

    desk.proposed(id)
    for to in (MatchState.WAITING, MatchState.TAKEN, MatchState.HELPED):
        desk.move(id, to)
    with pytest.raises(ActRefused, match="Rien n’est convenu"):
        conclude(Conclusion.REALISED, today)
    desk.acts.agree(desk.read(id), "ana", who, Agreement("Diagnostic", start))
    for outcome, day, reason, told in (
        (Conclusion.DROPPED, today, "", "pour quelle raison"),
        (Conclusion.REALISED, today, "calendar", "ne prend pas de raison"),
        (Conclusion.REALISED, (now + timedelta(days=1)).isoformat(), "", "est à venir"),
        (Conclusion.REALISED, (now - timedelta(days=21)).isoformat(), "", "L’accord commence le"),
    ):
        with pytest.raises(ActRefused, match=told):
            conclude(outcome, day, reason)
    assert not desk.read(id).matches[who].conclusion
    conclude(Conclusion.REALISED, today)
    assert not desk.read(id).matches[who].is_dropped
    conclude(Conclusion.DROPPED, today, "calendar")  # what is said last holds
    assert desk.read(id).matches[who].is_dropped
    desk.move(id, MatchState.TAKEN)  # it begins again
    assert not desk.read(id).matches[who].conclusion and not desk.read(id).matches[who].agreed


def test_the_place_of_a_request_is_corrected_and_when_stays(desk: Desk) -> None:
    id = desk.accepted()
    when = desk.read(id).when
    place = {"territory": "territory/commune/38269", "place": "La Mure"}
    desk.acts.correct(desk.read(id), "ana", {**PUBLIC, "type": desk.read(id).type, **place})
    need = desk.read(id)
    assert (need.territory, need.place, need.when) == (*place.values(), when) and desk.safe.read([when])
    desk.acts.correct(desk.read(id), "ana", {**PUBLIC, "type": need.type})
    assert desk.read(id).place == "La Mure"


def test_two_officers_do_not_undo_each_other(desk: Desk) -> None:
    id = desk.accepted()
    seen = desk.read(id)
    version = seen.version
    desk.proposed(id)
    seen.version = version  # what the other page was made of
    with pytest.raises(Conflict):
        desk.acts.note(seen, "bob", "?", public=False)


def test_what_somebody_decides_on_does_not_change_under_him(desk: Desk) -> None:
    id = desk.accepted()
    seen = desk.read(id)
    desk.proposed(id)
    desk.move(id, MatchState.WAITING)
    assert seen.matches == {} and desk.read(id).matches
    with pytest.raises(Conflict):
        desk.acts.note(seen, "bob", "?", public=False)


def test_requests_sent_this_month_are_counted_once_and_again_when_sent_again(desk: Desk) -> None:
    id, offer = desk.accepted(), "offer/1"
    desk.acts.propose(
        desk.read(id),
        "ana",
        Candidate("organization/0383546Y", "Université", fit=fit_of(Offer(offer, title="x"), desk.read(id))),
    )
    for to in (MatchState.WAITING, MatchState.TAKEN, MatchState.WAITING):
        desk.move(id, to)
    month = desk.read(id).changed[:7]
    assert (desk.ledger.sent_in_month(offer, month), desk.ledger.sent_in_month(offer, "2001-01")) == (1, 0)


def fit_of(offer: Offer, need: Need) -> Fit:
    return Fit(need, offer, False, None, Shared(), "", None, EMPTY, "2026-11-28", 0)


def test_a_form_sent_twice_makes_one_need(desk: Desk) -> None:
    first = desk.acts.begin("t", "", [], "mots", key="k")
    assert desk.acts.begin("t", "", [], "mots", key="k") == first
    assert len(desk.ledger.read().needs) == 1


def sealed(desk: Desk) -> int:
    with desk.store.reading() as connection:
        return len(connection.execute(select(SEALED.c.id).where(SEALED.c.content.is_not(None))).all())


def test_a_form_sent_twice_seals_once_what_is_erased_at_once(desk: Desk) -> None:
    id = desk.acts.begin("t", "", [], "mots", key="1")
    desk.acts.begin("t", "", [], "mots", key="1")
    desk.acts.place(desk.read(id), PLACE)
    need = desk.read(id)
    for _ in range(2):
        desk.acts.describe(need, "", [], "d'autres mots", key="2")
    need = desk.read(id)
    for _ in range(2):
        desk.acts.file(need, CONTACT, key="3")
    assert sealed(desk) == 3
    for _ in range(2):
        desk.acts.note(desk.read(id), "ana", "note", public=False, key="4")
    assert sealed(desk) == 4
    desk.acts.withdraw(desk.read(id))
    assert sealed(desk) == 0


def test_candidates_are_written_to_after_the_contact_of_who_asks_is_erased(desk: Desk) -> None:
    id = desk.accepted()
    desk.proposed(id)
    node = "organization/0383546Y"
    desk.acts.move(desk.read(id), "ana", node, MatchState.WAITING, email="u@example.org")
    desk.acts.erase(desk.read(id), "ana")
    need = desk.read(id)
    assert need.contact == "" and desk.safe.read([need.matches[node].contact])
    desk.acts.withdraw(need)
    assert desk.safe.read([need.matches[node].contact]) == {}


def test_delays_are_from_the_first_sending_to_the_first_taking(desk: Desk) -> None:
    id = desk.accepted()
    desk.proposed(id)
    node, told = "organization/0383546Y", []
    for to, at in (
        (MatchState.WAITING, "2026-10-01T08:00:00Z"),
        (MatchState.TAKEN, "2026-10-02T08:00:00Z"),
        (MatchState.NO_HELP, "2026-10-05T08:00:00Z"),
        (MatchState.TAKEN, "2026-10-25T08:00:00Z"),
    ):
        told = [Draft("ana", "match-moved", id, {"candidate": node, "to": to.value, "at": at})]
        desk.store.append(told)
    counted = {rate.key: (rate.part, rate.whole) for rate in rates([desk.read(id)], "2026-11-28T00:00:00Z")}
    assert counted["taken-3"] == (1, 1)


def test_events_say_nothing_of_the_person_and_erasure_leaves_nothing(desk: Desk) -> None:
    id = desk.filed(words="Rappeler Zoé Canari au 06")
    with desk.store.reading() as connection:
        told = repr(connection.execute(select(EVENTS)).all())
    assert "Canari" not in told
    need = desk.read(id)
    assert desk.safe.read([need.contact])[need.contact] == CONTACT
    desk.acts.withdraw(need)
    after = desk.read(id)
    assert after.state is NeedState.WITHDRAWN
    assert desk.safe.read([need.contact, need.words]) == {}
    assert (after.contact, after.words) == ("", "")


def test_when_and_the_reason_of_a_refusal_are_sealed_as_words_are_and_erased_with_them(desk: Desk) -> None:
    id = desk.filed()
    for reason in ("Rappeler Zoé Canari", "Non, Zoé Canari"):
        desk.acts.decline(desk.read(id), "ana", reason)
        need = desk.read(id)
        opened = desk.safe.read(need.sealed)
        assert (need.text("when", opened), need.text("reason", opened)) == ("printemps", reason)
        desk.acts.reopen(need, "ana")
    with desk.store.reading() as connection:
        told = repr(connection.execute(select(EVENTS)).all())
        terms = connection.execute(select(SEALED.c.expires).where(SEALED.c.content.is_not(None))).scalars()
        assert len({term[:10] for term in terms}) == 1  # what a draft said has the term of the contact
    assert "Canari" not in told and "printemps" not in told
    assert sealed(desk) == 4  # words, when, contact, the last reason
    desk.acts.withdraw(desk.read(id))
    assert sealed(desk) == 0 and not desk.read(id).sealed


def test_events_that_tell_when_and_the_reason_in_clear_are_read_until_the_withdrawal(desk: Desk) -> None:
    id = desk.filed()
    told = {"territory": "territory/commune/38185", "place": "Grenoble", "when": "hier", "mode": ""}
    desk.store.append([Draft("visitor", "need-placed", id, told)])
    desk.store.append([Draft("ana", "need-declined", id, {"reason": "Trop tard"})])
    need = desk.read(id)
    assert (need.text("when", {}), need.text("reason", {})) == ("hier", "Trop tard")
    desk.acts.withdraw(need)
    assert desk.read(id).clear == {}


def test_a_fold_from_the_start_says_what_a_running_one_says(desk: Desk) -> None:
    for n in range(3):
        id = desk.accepted()
        desk.proposed(id)
        if n:
            desk.move(id, MatchState.WAITING)
    assert Ledger(desk.store).read().needs == desk.ledger.read().needs
