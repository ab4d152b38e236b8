"""Whom to remind of what, by how long it has waited; one digest a person, never two in seven days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from ..operations.store import moment, utc
from .ledger import Ledger, Match, Need
from .states import MatchState, NeedState

FIRST, SECOND, LAST = 9, 21, 45
"""Days without an answer after which a candidate is reminded, reminded again, and given up."""
REST = 7
"""Days between two digests of one person."""
JUDGED = 10
"""Days after a need is settled when its requester is asked what came of it."""


KINDS = ("candidate", "recalled", "declined", "requester", "judgement")
"""What a person is written about, in the order of a letter: what waits for an answer, what the desk asks no more, what it
declined, what had no answer, what came of it."""
People = Callable[[Iterable[str]], Mapping[str, tuple[str, ...]]]
"""Tells under which digests the person of a contact is known, the first as now, by the contact's number."""


@dataclass(frozen=True)
class Digest:
    """One message to be written: whom to, and by kind of `KINDS` the needs that it is about, with their days.

    `recipient` is the digest of an address, or the path of an organisation whose address is not known; `contact` is the number
    of the sealed address, empty where none is known.
    """

    recipient: str
    contact: str
    needs: Mapping[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True)
class _Due:
    """A need that somebody is told of once a `term` has passed; `former` is whom older messages of it went to.

    `whom` is who is written to where the address is not known. `reminder`, where there is one, is since when a message must
    have told what is taken back: who was told nothing is told no more.
    """

    kind: str
    former: str
    contact: str
    need: str
    days: int
    term: str
    whom: str
    reminder: str = ""


def due(
    ledger: Ledger,
    people: People,
    written: Mapping[str, str],
    now: str,
    reminded: Mapping[str, str] | None = None,
) -> list[Digest]:
    """List the digests to be written now; `written` tells when each recipient was last written to, `reminded` when of what waits.

    A person gets one, of all that is due to it. Who would provide is told all that waits for it when something has waited 9
    days, then 21; the requester of a need, once, that it is declined, or that somebody left 45 days without an answer, or asked
    what came of it 10 days after its end, or after it said that it was too early. Who is away is left alone, as is who was
    written to in the last 7 days: what is due is told the next time. Who was asked by such a message, or had taken charge, is
    told once that the desk asks it no more.
    """
    rested = utc(moment(now) - timedelta(days=REST))
    found = [
        *_to_candidates(ledger, now),
        *_to_recalled(ledger, now),
        *_to_requesters([*ledger.needs.values()], now),
    ]
    known = people({one.contact for one in found})
    rows: dict[str, list[_Due]] = {}
    for one in found:
        names = (*known.get(one.contact, ()), one.whom)
        if not one.reminder or any((reminded or {}).get(name, "") >= one.reminder for name in names):
            rows.setdefault(names[0], []).append(one)
    made = []
    for recipient, own in rows.items():
        person = max(
            written.get(name, "") for one in own for name in (recipient, *known.get(one.contact, ()))
        )
        last = {one.former: max(person, written.get(one.former, "")) for one in own}
        # what waits for a provider has one former: all of it is told where a part is new
        told = {one.former for one in own if one.term > last[one.former]}
        if told and max(last.values()) <= rested:
            needs: dict[str, tuple[tuple[str, int], ...]] = {}
            for one in sorted(own, key=lambda one: (KINDS.index(one.kind), -one.days)):
                if one.former in told:
                    needs[one.kind] = (*needs.get(one.kind, ()), (one.need, one.days))
            made.append(Digest(recipient, own[0].contact, needs))
    return made


def _to_candidates(ledger: Ledger, now: str) -> Iterator[_Due]:
    """Give what waits for each provider, under the newest address that is known of it."""
    waiting: dict[str, list[tuple[Need, Match, int]]] = {}
    for need, match in _waiting(ledger, now[:10]):
        if FIRST <= (days := days_since(match.sent, now)) < LAST:
            waiting.setdefault(match.provider, []).append((need, match, days))
    for provider, rows in sorted(waiting.items()):
        contact = next((match.contact for _, match, _ in reversed(rows) if match.contact), "") or next(
            (ledger.offers[match.offer].contact for _, match, _ in rows if match.offer in ledger.offers), ""
        )
        for need, match, days in rows:
            yield _Due("candidate", provider, contact, need.id, days, _passed(match.sent, now), provider)


def _to_recalled(ledger: Ledger, now: str) -> Iterator[_Due]:
    """Give what each provider is asked no more, if it was asked; what was taken back long ago is no news."""
    for need in [*ledger.needs.values()]:
        for match in need.matches.values():
            if match.state is not MatchState.RECALLED or (days := days_since(match.closed, now)) >= LAST:
                continue
            offer = ledger.offers.get(match.offer)
            yield _Due(
                "recalled",
                f"{need.id}/recalled-{match.number}",
                match.contact or (offer.contact if offer is not None else ""),
                need.id,
                days,
                match.closed,
                match.provider,
                "" if match.contact else reminder_of(match.recalled),
            )


def reminder_of(sent: str) -> str:
    """Give since when a message may have told of what was sent.

    >>> reminder_of("2026-11-01T12:00:00Z")
    '2026-11-10T12:00:00Z'
    """
    return _after(sent, FIRST) if sent else ""


def _waiting(ledger: Ledger, day: str) -> Iterator[tuple[Need, Match]]:
    """Give the matches that wait for an answer of somebody who is there on a day."""
    for need in [*ledger.needs.values()]:
        for match in need.matches.values() if need.public else ():
            offer = ledger.offers.get(match.offer)
            if match.state is MatchState.WAITING and not (offer is not None and offer.absent(day)):
                yield need, match


def _passed(sent: str, now: str) -> str:
    """Give when the last term for a reminder passed, of what waits at least as long as the first."""
    return max(term for term in (_after(sent, FIRST), _after(sent, SECOND)) if term <= now)


def _to_requesters(needs: Iterable[Need], now: str) -> Iterator[_Due]:
    """Give the needs that are declined, that somebody leaves without an answer and nobody takes, of which one asks what came."""
    for need in needs:
        if not need.contact:
            continue
        states = {match.state for match in need.matches.values()}
        if need.stage is NeedState.DECLINED and days_since(need.declined, now) < LAST:
            kind, since, wait = "declined", need.declined, 0
        elif not need.public:
            continue
        elif MatchState.WAITING in states and not states & {MatchState.TAKEN, MatchState.HELPED}:
            kind, since, wait = "requester", max(one.sent for one in need.matches.values() if one.sent), LAST
        elif need.settled and not need.judged:
            since = max(need.settled, need.satisfaction.get("at", ""))
            kind, wait = "judgement", JUDGED
        else:
            continue
        if (term := _after(since, wait)) <= now:
            own = f"{need.id}/{kind}"
            yield _Due(kind, own, need.contact, need.id, days_since(since, now), term, own)


def _after(then: str, days: int) -> str:
    return utc(moment(then) + timedelta(days=days))


def days_since(then: str, now: str) -> int:
    """Count whole days between two times of the store; none since a time that is empty.

    >>> days_since("2026-11-01T12:00:00Z", "2026-11-10T11:00:00Z"), days_since("", "2026-11-10T11:00:00Z")
    (8, 0)
    """
    return (moment(now) - moment(then)).days if then else 0
