"""Whom to remind of what, by how long it has waited; one digest a recipient, never two in seven days."""

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
"""Days between two digests of one recipient."""
JUDGED = 10
"""Days after a need is settled when its requester is asked what came of it."""


@dataclass(frozen=True)
class Digest:
    """One message to be written: its `kind` (candidate, requester, judgement), whom to, and the needs with their days.

    `recipient` names whom it is for; `contact` is the number of the sealed address, empty where none is known.
    """

    kind: str
    recipient: str
    contact: str
    needs: tuple[tuple[str, int], ...]


def due(ledger: Ledger, written: Mapping[str, str], now: str) -> list[Digest]:
    """List the digests to be written now; `written` tells when each recipient was last written to.

    Who would provide gets one, of all that waits for it, when something has waited 9 days, then 21; the requester of a need that
    nobody answered in 45 days is told, once. Who is away is left alone, as is who was written to in the last 7 days: what
    waits is told the next time.
    """
    rested = utc(moment(now) - timedelta(days=REST))
    digests = [*_to_candidates(ledger, written, now), *_to_requesters([*ledger.needs.values()], written, now)]
    return [one for one in digests if written.get(one.recipient, "") <= rested]


def _to_candidates(ledger: Ledger, written: Mapping[str, str], now: str) -> list[Digest]:
    waiting: dict[str, list[tuple[Need, Match, int]]] = {}
    for need, match in _waiting(ledger, now[:10]):
        if FIRST <= (days := days_since(match.sent, now)) < LAST:
            waiting.setdefault(match.provider, []).append((need, match, days))
    made = []
    for provider, rows in sorted(waiting.items()):
        if not any(_passed(match.sent, now) > written.get(provider, "") for _, match, _ in rows):
            continue  # it was reminded of each since
        contact = next((match.contact for _, match, _ in reversed(rows) if match.contact), "") or next(
            (ledger.offers[match.offer].contact for _, match, _ in rows if match.offer in ledger.offers), ""
        )
        needs = tuple((need.id, days) for need, _, days in sorted(rows, key=lambda row: -row[2]))
        made.append(Digest("candidate", provider, contact, needs))
    return made


def _waiting(ledger: Ledger, day: str) -> Iterator[tuple[Need, Match]]:
    """Give the matches that wait for an answer of somebody who is there on a day."""
    for need in [*ledger.needs.values()]:
        for match in need.matches.values() if need.public else ():
            offer = ledger.offers.get(match.offer)
            if match.state is MatchState.WAITING and not (offer is not None and offer.absent(day)):
                yield need, match


def _passed(sent: str, now: str) -> str:
    """Give when the last term for a reminder passed, of what waits at least as long as the first."""
    terms = (utc(moment(sent) + timedelta(days=days)) for days in (FIRST, SECOND))
    return max(term for term in terms if term <= now)


def _to_requesters(needs: Iterable[Need], written: Mapping[str, str], now: str) -> list[Digest]:
    """Tell requesters that nobody answered, or ask them what came of it; each once, so under a name of its own."""
    made = []
    for need in needs:
        if not need.public or not need.contact:
            continue
        for kind, holds, days in _ENDS:
            recipient = f"{need.id}/{kind}"
            if recipient not in written and holds(need, now):
                made.append(Digest(kind, recipient, need.contact, ((need.id, days(need, now)),)))
    return made


def _unanswered(need: Need, now: str) -> bool:
    return need.state is NeedState.WAITING and days_since(_last_sent(need), now) >= LAST


def _judged(need: Need, now: str) -> bool:
    return bool(need.settled) and not need.satisfaction and days_since(need.settled, now) >= JUDGED


def _last_sent(need: Need) -> str:
    return max(match.sent for match in need.matches.values() if match.sent)


_ENDS: tuple[tuple[str, Callable[[Need, str], bool], Callable[[Need, str], int]], ...] = (
    ("requester", _unanswered, lambda need, now: days_since(_last_sent(need), now)),
    ("judgement", _judged, lambda need, now: days_since(need.settled, now)),
)


def days_since(then: str, now: str) -> int:
    """Count whole days between two times of the store; none since a time that is empty.

    >>> days_since("2026-11-01T12:00:00Z", "2026-11-10T11:00:00Z"), days_since("", "2026-11-10T11:00:00Z")
    (8, 0)
    """
    return (moment(now) - moment(then)).days if then else 0
