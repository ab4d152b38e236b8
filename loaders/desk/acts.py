"""What people do at the desk: each act is checked against the state it was decided on, then kept as events, or refused."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from ...ontology.refusals import END_FIRST
from ...words import N_, Said, SentenceError, Spoken
from ...words.numbers import date
from ..operations.safe import Safe
from ..operations.store import Draft, Event, Operations, utc
from .candidates import Candidate
from .ledger import TOO_EARLY, Ledger, Match, Need, Offer
from .outbox import Receipt, person, was_reminded
from .reminders import LAST, reminder_of
from .states import (
    AT_WORK,
    CONCLUSION_NAMES,
    MATCH_NAMES,
    REASONED,
    TRANSITIONS,
    Conclusion,
    MatchState,
    NeedState,
)

CONTACT_DAYS = 730
"""How long a contact is kept, unless it is erased before."""
DRAFT_DAYS = 30
"""How long what a draft says is kept."""
SAME_DAYS = 7
"""How long a request that says the same as another of its person is taken for that one."""
_MEANWHILE = 300
"""Seconds, of clocks that differ too, in which another may file between a look at all and the write."""
_COMPARED = 100
"""Needs, the newest, whose words are opened to be compared: who files waits for no more."""
OUTCOMES = ("helped", "partly", "nothing", TOO_EARLY)
"""What came of a need, as its requester tells."""


class ActRefused(SentenceError, ValueError):  # noqa: N818
    """An act that the state of a need does not allow."""

    code = "act-refused"


class AlreadyFiled(ActRefused):
    """A request that says what another of its person says, which stands; keeps that `need`."""

    code = "already-filed"

    def __init__(self, need: Need) -> None:
        super().__init__(
            N_(
                "Vous avez déposé la même demande le {day} : c’est la n° {number}, que vous suivez à son adresse privée. "
                "Celle-ci n’est pas envoyée ; pour demander autre chose, changez ce qu’elle dit.",
                day=Said(date, (need.filed[:10],)),
                number=need.number,
            )
        )
        self.need = need


class AlreadyStands(ActRefused):
    """An offer, a post or a wish that says what another says, which was `filed` (date and time) under an `id` and stands."""

    code = "already-stands"

    def __init__(self, filed: str, id: str) -> None:
        super().__init__(
            N_(
                "Déjà déposé le {day}, sous le n° {number}. Rien n’est doublé : changez ce qui diffère, ou gardez le "
                "premier.",
                day=Said(date, (filed[:10],)),
                number=id.rpartition("/")[2],
            )
        )
        self.id = id


@dataclass(frozen=True)
class Agreement:
    """What two parties agreed: its public title, when it starts and ends (dates; the end may be empty)."""

    title: str
    start: str
    end: str = ""


class Acts:
    """The acts of the desk's users, in a store; `key` makes a form that is sent twice count once."""

    def __init__(self, store: Operations, safe: Safe) -> None:
        self._store, self._safe = store, safe

    def begin(self, token: str, type: str, about: Sequence[str], words: str, *, key: str = "") -> str:
        """Begin a need under the digest of a private address's secret; give its id."""
        id = f"need/{secrets.token_hex(6)}"

        def make(connection: Connection) -> list[Draft]:
            sealed = self._safe.put(connection, {"words": words}, DRAFT_DAYS)
            return [
                Draft("visitor", "need-begun", id, {"token": token}),
                Draft("visitor", "need-described", id, {"type": type, "about": [*about], "words": sealed}),
            ]

        [first, *_] = self._store.append_with(make, key=key or None)
        return first.subject

    def describe(self, need: Need, type: str, about: Sequence[str], words: str, *, key: str = "") -> None:
        """Change what a draft asks for; raises ActRefused, Conflict."""
        _require(need, NeedState.DRAFT)

        def make(connection: Connection) -> list[Draft]:
            self._safe.erase(connection, [need.words])
            sealed = self._safe.put(connection, {"words": words}, DRAFT_DAYS)
            told = {"type": type, "about": [*about], "words": sealed}
            return [_of(need, "visitor", "need-described", told)]

        self._store.append_with(make, key=key or None)

    def place(self, need: Need, told: Mapping[str, str], *, key: str = "") -> None:
        """Say where (territory, place), when (sealed, as its words) and in which mode; raises ActRefused, Conflict."""
        _require(need, NeedState.DRAFT)
        kept = {name: told[name] for name in ("territory", "place", "mode")}

        def make(connection: Connection) -> list[Draft]:
            self._safe.erase(connection, [need.when])
            if told["when"]:
                kept["sealed_when"] = self._safe.put(connection, {"words": told["when"]}, DRAFT_DAYS)
            return [_of(need, "visitor", "need-placed", kept)]

        self._store.append_with(make, key=key or None)

    def require_new(self, need: Need, email: str, among: Ledger, seconds: int = SAME_DAYS * 86_400) -> None:
        """Raise AlreadyFiled for a draft that asks for what its person, known by an e-mail address, filed in the last seconds."""
        since = utc(datetime.now(UTC) - timedelta(seconds=seconds))
        if (same := _filed_since(since, among, self._safe, need, email)) is not None:
            raise AlreadyFiled(same)

    def file(
        self,
        need: Need,
        contact: Mapping[str, str],
        receipt: Receipt | None = None,
        *,
        among: Ledger | None = None,
        key: str = "",
    ) -> None:
        """File a draft with who asks; on return it is kept, and its receipt written. Raises ActRefused, Conflict.

        What was filed while `require_new` looked at the others is compared here, while nobody writes.
        """
        _require(need, NeedState.DRAFT)
        if not need.territory or not self._safe.read([need.words]):
            raise ActRefused(N_("Il manque des réponses aux étapes précédentes."))

        def make(connection: Connection) -> list[Draft]:
            if among is not None:
                self.require_new(need, contact["email"], among.read(), _MEANWHILE)
            self._safe.keep(connection, [need.words, need.when], CONTACT_DAYS)
            sealed = self._safe.put(connection, contact, CONTACT_DAYS)
            sent = (
                {"receipt": receipt.put(connection, self._safe, need.id, contact["email"])} if receipt else {}
            )
            return [_of(need, "visitor", "need-filed", {"contact": sealed, **sent})]

        self._store.append_with(make, key=key or None)

    def accept(self, need: Need, who: str, told: Mapping[str, Any], *, key: str = "") -> None:
        """Accept a need under a public title, of a structure named publicly, where it says or elsewhere.

        Raises ActRefused, Conflict.
        """
        _require(need, NeedState.FILED)
        self._store.append([_of(need, who, "need-accepted", _public(told))], key=key or None)

    def correct(self, need: Need, who: str, told: Mapping[str, Any], *, key: str = "") -> None:
        """Correct what is public of an accepted need, all of it; raises ActRefused, Conflict."""
        _require(need, NeedState.PREPARING)
        self._store.append([_of(need, who, "need-corrected", _public(told))], key=key or None)

    def decline(self, need: Need, who: str, reason: str, *, key: str = "") -> None:
        """Decline a need on which nothing was agreed, for a reason that its requester reads; raises ActRefused, Conflict.

        The reason is sealed. Who was asked and has not ended it is asked no more.
        """
        if need.stage is not NeedState.FILED:
            _require(need, NeedState.PREPARING)
        if any(match.agreed for match in need.matches.values()):
            raise ActRefused(N_("Un accord est conclu sur cette demande : elle ne peut plus être écartée."))
        asked = [match for match in need.matches.values() if match.state in AT_WORK]

        def make(connection: Connection) -> list[Draft]:
            self._safe.erase(connection, [need.reason])
            sealed = self._safe.put(connection, {"words": reason}, CONTACT_DAYS)
            declined = _of(need, who, "need-declined", {"sealed_reason": sealed})
            return [
                declined,
                *(
                    Draft(who, "match-moved", need.id, _recall(match) | self._notice(connection, match))
                    for match in asked
                ),
            ]

        self._store.append_with(make, key=key or None)

    def withdraw(self, need: Need, who: str = "visitor", *, key: str = "") -> None:
        """Withdraw a need, and erase who asked and what was said; raises Conflict."""
        self.erase(need, who, words=True, also="need-withdrawn", key=key)

    def reopen(self, need: Need, who: str, *, key: str = "") -> None:
        """Open a declined need again; raises ActRefused, Conflict."""
        _require(need, NeedState.DECLINED)
        self._store.append([_of(need, who, "need-reopened", {})], key=key or None)

    def erase(self, need: Need, who: str, *, words: bool = False, also: str = "", key: str = "") -> None:
        """Erase the contact of who made a need, and where asked what it says; raises Conflict.

        The addresses of its candidates go with what it says: until then they are written to.
        """
        drafts = [_of(need, who, "contact-erased", {"words": words})]
        drafts += [Draft(who, also, need.id)] if also else []
        gone = [need.contact, need.receipt]
        if words:
            gone += need.sealed
            gone += [match.contact for match in need.matches.values()]

        def make(connection: Connection) -> list[Draft]:
            self._safe.erase(connection, gone)
            return drafts

        self._store.append_with(make, key=key or None)

    def propose(self, need: Need, who: str, made: Candidate, *, key: str = "") -> None:
        """Propose a candidate; a pair is proposed once. Raises ActRefused, Conflict."""
        _require(need, NeedState.PREPARING)
        if made.node in need.matches:
            raise ActRefused(N_("« {name} » est proposé déjà pour cette demande.", name=made.name))
        told = {"candidate": made.node, "name": made.name, "offer": made.offer, "provider": made.provider}
        self._store.append([_of(need, who, "match-proposed", told)], key=key or None)

    def drop(self, need: Need, who: str, candidate: str, *, key: str = "") -> None:
        """Take back a candidate that was proposed and never solicited; raises ActRefused, Conflict."""
        _require(need, NeedState.PREPARING)
        match = match_of(need, candidate)
        if match.state is not MatchState.PROPOSED:
            raise ActRefused(
                N_("« {name} » a été sollicité : annulez plutôt la sollicitation.", name=match.name)
            )
        self._store.append([_of(need, who, "match-dropped", {"candidate": candidate})], key=key or None)

    def move(
        self,
        need: Need,
        who: str,
        candidate: str,
        to: MatchState,
        *,
        reason: str = "",
        email: str = "",
        key: str = "",
    ) -> None:
        """Change the state of a match; `email` is where a candidate is written to. Raises ActRefused, Conflict.

        The address goes with a solicitation that is taken back: what was written to it and not sent is not sent. Where it is to
        be told, the address is kept anew until it is, for a short time.
        """
        _require(need, NeedState.PREPARING)
        match = match_of(need, candidate)
        if to not in TRANSITIONS[match.state]:
            raise ActRefused(
                N_(
                    "De « {before} » on ne passe pas à « {after} ».",
                    before=MATCH_NAMES[match.state],
                    after=MATCH_NAMES[to],
                )
            )
        _require_reason(MATCH_NAMES[to], reason, needed=to in REASONED)
        told = {"candidate": candidate, "to": to.value, "reason": reason}

        def make(connection: Connection) -> list[Draft]:
            if to is MatchState.RECALLED:
                told.update(self._notice(connection, match))
            elif match.state is MatchState.RECALLED:
                self._safe.erase(connection, [match.contact])
            if email and to is not MatchState.RECALLED:
                content = {"name": match.name, "email": email}
                told["contact"] = self._safe.put(connection, content, CONTACT_DAYS)
            return [_of(need, who, "match-moved", told)]

        self._store.append_with(make, key=key or None)

    def _notice(self, connection: Connection, match: Match) -> dict[str, str]:
        """Erase the address of one that is asked no more; keep it anew where it had taken charge, or was asked by a message."""
        email = self._safe.read([match.contact]).get(match.contact, {}).get("email", "")
        self._safe.erase(connection, [match.contact])
        names = {*person(self._safe, email), match.provider}
        if not email or not (
            match.state is MatchState.TAKEN or was_reminded(connection, names, reminder_of(match.sent))
        ):
            return {}
        return {"contact": self._safe.put(connection, {"name": match.name, "email": email}, LAST)}

    def agree(self, need: Need, who: str, candidate: str, agreement: Agreement, *, key: str = "") -> None:
        """Say that a candidate who helps and the requester agreed: it becomes an interaction of the graph.

        Raises ActRefused, Conflict.
        """
        match = match_of(need, candidate)
        if need.stage is not NeedState.PREPARING or match.state is not MatchState.HELPED:
            raise ActRefused(N_("L’accord ne peut être noté qu’après une proposition."))
        if agreement.end and agreement.end < agreement.start:
            raise ActRefused(END_FIRST)
        told = {
            "candidate": candidate,
            "title": agreement.title,
            "start": agreement.start,
            "end": agreement.end,
        }
        self._store.append([_of(need, who, "match-agreed", told)], key=key or None)

    def conclude(
        self,
        need: Need,
        who: str,
        candidate: str,
        outcome: Conclusion,
        day: str,
        *,
        reason: str = "",
        key: str = "",
    ) -> None:
        """Say what came of what was agreed, and since which day; why, where it came to nothing. Raises ActRefused, Conflict.

        What is said last holds. What came to nothing is no interaction of the graph any more.
        """
        match = match_of(need, candidate)
        if need.stage is not NeedState.PREPARING or not match.agreed:
            raise ActRefused(N_("Rien n’est convenu avec « {name} » sur cette demande.", name=match.name))
        dropped = outcome is Conclusion.DROPPED
        _require_reason(CONCLUSION_NAMES[outcome], reason, needed=dropped)
        if day > utc(datetime.now(UTC))[:10]:
            raise ActRefused(N_("Ce jour est à venir : dites ce qu’il en est advenu quand il sera passé."))
        if not dropped and day < match.agreed["start"]:
            raise ActRefused(
                N_(
                    "L’accord commence le {day} : il n’a pas pu être réalisé avant.",
                    day=Said(date, (match.agreed["start"],)),
                )
            )
        told = {"candidate": candidate, "outcome": outcome.value, "date": day, "reason": reason}
        self._store.append([_of(need, who, "match-concluded", told)], key=key or None)

    def note(self, need: Need, who: str, words: str, *, public: bool, key: str = "") -> None:
        """Add a note of the desk, for itself or for the requester too; raises Conflict."""

        def make(connection: Connection) -> list[Draft]:
            sealed = self._safe.put(connection, {"words": words}, CONTACT_DAYS)
            return [_of(need, who, "noted", {"words": sealed, "public": public})]

        self._store.append_with(make, key=key or None)

    def judge(self, need: Need, contacted: bool, useful: bool, outcome: str, *, key: str = "") -> None:
        """Keep what a requester says came of a need, once it is settled; raises ActRefused, Conflict."""
        if not need.settled:
            raise ActRefused(
                N_(
                    "Cette demande n’est pas close : votre avis sera demandé quand elle le sera. Rien n’est changé."
                )
            )
        if outcome not in OUTCOMES:
            raise ActRefused(N_("Choisissez dans la liste ce qu’il en est advenu."))
        told = {"contacted": contacted, "useful": useful, "outcome": outcome}
        self._store.append([_of(need, "visitor", "satisfaction", told)], key=key or None)

    def offer(
        self,
        who: str,
        told: Mapping[str, Any],
        email: str = "",
        among: Ledger | None = None,
        *,
        key: str = "",
    ) -> str:
        """File an offer; give its id. Raises AlreadyStands where one of `among` that is in force says the same."""
        id = f"offer/{secrets.token_hex(6)}"
        kept = dict(told)

        def make(connection: Connection) -> list[Draft]:
            if among is not None and (same := among.read().offer_like(told)) is not None:
                raise AlreadyStands(same.filed, same.id)
            if email:
                content = {"name": told["name"], "email": email}
                kept["contact"] = self._safe.put(connection, content, CONTACT_DAYS)
            return [Draft(who, "offer-filed", id, kept)]

        [made] = self._store.append_with(make, key=key or None)
        return made.subject

    def leave(self, offer: Offer, who: str, start: str, end: str, *, key: str = "") -> list[Event]:
        """Say from when to when who offers is away, or with no dates that it is back; raises ActRefused, Conflict."""
        if end and not start:
            raise ActRefused(N_("Dites à partir de quand dure l’absence."))
        if end and end < start:
            raise ActRefused(END_FIRST)
        draft = Draft(who, "offer-away", offer.id, {"from": start, "until": end}, offer.version)
        return self._store.append([draft], key=key or None)

    def end(self, offer: Offer, who: str, *, key: str = "") -> list[Event]:
        """End an offer; raises Conflict."""
        return self._store.append([Draft(who, "offer-ended", offer.id, {}, offer.version)], key=key or None)


def _filed_since(since: str, ledger: Ledger, safe: Safe, need: Need, email: str) -> Need | None:
    alike = [
        one
        for one in [*ledger.needs.values()]
        if one.filed >= since and one.id != need.id and _asked(one) == _asked(need)
    ]
    alike = alike[-_COMPARED:]
    if not alike:
        return None
    opened = safe.read([sealed for one in [*alike, need] for sealed in (one.contact, one.words, one.when)])

    def said(one: Need) -> list[list[str]]:
        return [one.text(name, opened).casefold().split() for name in ("words", "when")]

    return next(
        (
            one
            for one in alike
            if opened.get(one.contact, {}).get("email", "").lower() == email.lower()
            and said(one) == said(need)
        ),
        None,
    )


def _asked(need: Need) -> tuple[object, ...]:
    return need.type, need.about, need.territory, need.mode


def match_of(need: Need, candidate: str) -> Match:
    """Give the match of a need with a candidate; raises ActRefused."""
    if candidate not in need.matches:
        raise ActRefused(N_("Ce candidat n’est pas proposé pour cette demande."))
    return need.matches[candidate]


def _recall(match: Match) -> dict[str, str]:
    return {"candidate": match.candidate, "to": MatchState.RECALLED.value}


def _public(told: Mapping[str, Any]) -> Mapping[str, Any]:
    names = ("title", "structure", "siren", "type", "about", "territory", "place")
    return {name: told[name] for name in names if name in told}


def _of(need: Need, who: str, kind: str, told: Mapping[str, Any]) -> Draft:
    return Draft(who, kind, need.id, told, need.version)


def _require(need: Need, stage: NeedState) -> None:
    if need.stage is not stage:
        raise ActRefused(
            N_("Cette demande a avancé depuis. Rien n’est changé : rouvrez sa page pour la relire.")
        )


def _require_reason(state: Spoken, reason: str, *, needed: bool) -> None:
    if needed and not reason:
        raise ActRefused(N_("Dites pour quelle raison : « {state} » en demande une.", state=state))
    if reason and not needed:
        raise ActRefused(
            N_(
                "« {state} » ne prend pas de raison : choisissez l’état qu’elle explique, ou retirez-la.",
                state=state,
            )
        )
