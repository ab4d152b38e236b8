"""The desk's state: needs, their matches and offers, folded from the events of the store, each event once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Literal

from ..operations.folding import Fold
from ..operations.store import Event, Operations
from .offer_index import OfferIndex
from .states import AT_WORK, OPEN, Conclusion, MatchState, NeedState, state_of

TOO_EARLY = "too-early"
"""What a requester answers who cannot tell yet what came of a need: it is asked again."""


@dataclass
class Match:
    """A need and a candidate (a path of the graph): one subject, one pair; `provider` is the organisation that would help.

    `number` is its rank among all that were proposed for the need, those that were taken back too: it is published under it.
    `sent` and `taken` are of the last time: a match that is opened again is sent, or taken, anew; empty where what was sent was
    taken back: then `recalled` is when that had been sent, and `contact` is there where it is to be told. `conclusion` is what
    came of what was `agreed`, once it is told (`outcome`, `date`, `reason`).
    """

    candidate: str
    name: str
    offer: str = ""
    provider: str = ""
    state: MatchState = MatchState.PROPOSED
    proposed: str = ""
    sent: str = ""
    taken: str = ""
    closed: str = ""
    recalled: str = ""
    first_sent: str = ""
    first_taken: str = ""
    reason: str = ""
    contact: str = ""
    agreed: Mapping[str, str] = field(default_factory=dict)
    conclusion: Mapping[str, str] = field(default_factory=dict)
    number: int = 0

    def __post_init__(self) -> None:
        self.provider = self.provider or self.candidate  # an organisation proposes itself

    @property
    def is_dropped(self) -> bool:
        """Whether what was agreed came to nothing."""
        return self.conclusion.get("outcome") == Conclusion.DROPPED


@dataclass
class Need:
    """A need: one subject, said by one structure.

    `words`, `when`, `reason` (why it was `declined`, when), `contact` and `receipt` are numbers of sealed contents. `clear` has
    when and the reason as events before decision 0172 told them.
    """

    id: str
    version: int = 0
    token: str = ""
    illustrative: bool = False
    begun: str = ""
    filed: str = ""
    accepted: str = ""
    declined: str = ""
    changed: str = ""
    stage: NeedState = NeedState.DRAFT
    type: str = ""
    about: tuple[str, ...] = ()
    territory: str = ""
    place: str = ""
    when: str = ""
    mode: str = ""
    words: str = ""
    contact: str = ""
    receipt: str = ""
    title: str = ""
    structure: str = ""
    siren: str = ""
    reason: str = ""
    clear: Mapping[str, str] = field(default_factory=dict)
    erased: bool = False
    matches: dict[str, Match] = field(default_factory=dict)
    proposals: int = 0
    notes: list[tuple[str, str, str, bool]] = field(default_factory=list)
    satisfaction: Mapping[str, str] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """Its number, as people say it.

        >>> Need("need/0a1b2c3d4e5f").number
        '0a1b2c3d4e5f'
        """
        return self.id.rpartition("/")[2]

    @property
    def sealed(self) -> list[str]:
        """The numbers of what was written of it: its words, when, why it was declined, the notes of the desk."""
        numbers = (self.words, self.when, self.reason, *(note for _, _, note, _ in self.notes))
        return [number for number in numbers if number]

    def text(self, name: Literal["words", "when", "reason"], opened: Mapping[str, Mapping[str, str]]) -> str:
        """Give what was written, of sealed contents that were opened; empty where it is not among them, or erased.

        >>> Need("need/1", when="0a1b").text("when", {"0a1b": {"words": "au printemps"}})
        'au printemps'
        """
        return opened.get(getattr(self, name), {}).get("words", "") or self.clear.get(name, "")

    @property
    def state(self) -> NeedState:
        """Where it stands: what the desk said of it, then what its matches say."""
        return self.outcome if self.stage is NeedState.PREPARING else self.stage

    @property
    def outcome(self) -> NeedState:
        """What its matches say, whatever the desk or who asked said after."""
        return state_of(match.state for match in self.matches.values())

    @property
    def open(self) -> bool:
        """Whether somebody still has something to do in it: by its state, or since a candidate has, whatever others said."""
        at_work = self.public and any(match.state in AT_WORK for match in self.matches.values())
        return at_work or self.state in OPEN

    @property
    def settled(self) -> str:
        """When its last match was closed, empty while one is open or nobody was asked."""
        sent = [match for match in self.matches.values() if match.sent]
        if not sent or not all(match.closed for match in sent):
            return ""
        return max(match.closed for match in sent)

    @property
    def judged(self) -> bool:
        """Whether its requester told what came of it; who said that it is too early has not yet."""
        return bool(self.satisfaction) and self.satisfaction.get("outcome") != TOO_EARLY

    @property
    def public(self) -> bool:
        """Whether it was accepted, so that everyone may know of it."""
        return bool(self.accepted) and self.stage is NeedState.PREPARING


def match_name(need: Need, match: Match) -> str:
    """Give the name under which a match is published.

    >>> match_name(Need("need/ab12"), Match("organization/a", "A", number=2))
    'ab12-2'
    """
    return f"{need.number}-{match.number}"


@dataclass
class Offer:
    """What an organisation (a path of the graph) proposes, and how much of it a month."""

    id: str
    version: int = 0
    filed: str = ""
    illustrative: bool = False
    organization: str = ""
    name: str = ""
    title: str = ""
    type: str = ""
    about: tuple[str, ...] = ()
    territory: str = ""
    place: str = ""
    mode: str = ""
    capacity: int = 0
    next: str = ""
    away: tuple[str, str] = ("", "")
    contact: str = ""
    ended: str = ""

    def absent(self, day: str) -> bool:
        """Tell whether its organisation said to be away on a day."""
        return bool(self.away[0]) and self.away[0] <= day <= self.back

    @property
    def back(self) -> str:
        """The last day on which it is away; empty where none is told."""
        return self.away[1] or self.away[0]


class Ledger(Fold):
    """The needs and offers of a store; `read` folds what was added since, and is cheap when nothing was.

    A need or an offer that was given does not change any more: an event puts another one in its place, so that who decides
    on one decides on one state. `index` has the offers in force, real and illustrative (True) apart.
    """

    def __init__(self, store: Operations) -> None:
        super().__init__(store)
        self._sent: Counter[tuple[str, str]] = Counter()
        self.needs: dict[str, Need] = {}
        self.offers: dict[str, Offer] = {}
        self.tokens: dict[str, str] = {}
        self.index = {False: OfferIndex(), True: OfferIndex()}

    def offer_like(self, told: Mapping[str, Any]) -> Offer | None:
        """Find the offer in force that says what another would tell; invented ones are nobody's."""
        said = {**told, "about": tuple(told["about"]), "capacity": int(told["capacity"])}
        return next(
            (
                one
                for one in [*self.offers.values()]
                if not one.ended
                and not one.illustrative
                and {name: getattr(one, name) for name in said} == said
            ),
            None,
        )

    def of_token(self, token: str) -> Need | None:
        """Give the need that a private address (the digest of its secret) leads to."""
        return self.needs.get(self.tokens.get(token, ""))

    def sent_in_month(self, offer: str, month: str) -> int:
        """Count the needs that were sent to who makes an offer in a month (`2026-11`)."""
        return self._sent[offer, month]

    def put_need(self, need: Need) -> None:
        """Put a need in the place of what it was before."""
        if (before := self.needs.get(need.id)) is not None:
            self._sent.subtract(_sendings(before))
        self._sent.update(_sendings(need))
        self.needs[need.id] = need
        if need.token:
            self.tokens[need.token] = need.id

    def put_offer(self, offer: Offer) -> None:
        """Put an offer in the place of what it was before."""
        self.offers[offer.id] = offer
        for illustrative, index in self.index.items():
            if offer.ended or illustrative != offer.illustrative:
                index.drop(offer.id)
            else:
                index.put(offer.id, offer.type, offer.about, f"{offer.title} {offer.name}")

    def _fold(self, event: Event) -> None:
        if event.subject.startswith("need/"):
            need = _copied(self.needs.get(event.subject)) or Need(event.subject)
            need.version, need.changed = event.version, event.payload.get("at") or event.at
            if (change := _OF_NEEDS.get(event.kind)) is not None:
                change(need, event, event.payload)
            self.put_need(need)
        elif event.subject.startswith("offer/"):
            offer = copy(self.offers.get(event.subject)) or Offer(event.subject)
            offer.version = event.version
            if (change_offer := _OF_OFFERS.get(event.kind)) is not None:
                change_offer(offer, event, event.payload)
            self.put_offer(offer)


def _copied(need: Need | None) -> Need | None:
    """Give a need to be changed, which shares nothing with the one that it comes from."""
    if need is None:
        return None
    made = copy(need)
    made.matches = {candidate: copy(match) for candidate, match in need.matches.items()}
    made.notes = [*need.notes]
    return made


def _sendings(need: Need) -> list[tuple[str, str]]:
    return [(match.offer, match.sent[:7]) for match in need.matches.values() if match.offer and match.sent]


Told = Mapping[str, Any]


def _begun(need: Need, event: Event, told: Told) -> None:
    need.begun, need.token = told.get("at") or event.at, told["token"]
    need.illustrative = bool(told.get("illustrative"))


def _described(need: Need, event: Event, told: Told) -> None:
    need.type, need.about, need.words = told["type"], tuple(told["about"]), told["words"]


def _placed(need: Need, event: Event, told: Told) -> None:
    need.territory, need.place = told["territory"], told["place"]
    need.when, need.mode = told.get("sealed_when", ""), told["mode"]
    need.clear = {**need.clear, "when": told.get("when", "")}


def _filed(need: Need, event: Event, told: Told) -> None:
    need.contact, need.filed, need.stage = told["contact"], told.get("at") or event.at, NeedState.FILED
    need.receipt = told.get("receipt", "")


def _corrected(need: Need, event: Event, told: Told) -> None:
    need.title, need.structure, need.siren = told["title"], told["structure"], told["siren"]
    need.type, need.about = told["type"], tuple(told["about"])
    need.territory = told.get("territory") or need.territory
    need.place = told.get("place") or need.place


def _accepted(need: Need, event: Event, told: Told) -> None:
    _corrected(need, event, told)
    need.accepted, need.stage = told.get("at") or event.at, NeedState.PREPARING


def _declined(need: Need, event: Event, told: Told) -> None:
    need.reason, need.stage = told.get("sealed_reason", ""), NeedState.DECLINED
    need.declined = told.get("at") or event.at
    need.clear = {**need.clear, "reason": told.get("reason", "")}


def _withdrawn(need: Need, event: Event, told: Told) -> None:
    need.stage = NeedState.WITHDRAWN


def _reopened(need: Need, event: Event, told: Told) -> None:
    need.stage = NeedState.PREPARING if need.accepted else NeedState.FILED


def _proposed(need: Need, event: Event, told: Told) -> None:
    if told["candidate"] in need.matches:
        return
    need.proposals += 1
    need.matches[told["candidate"]] = Match(
        told["candidate"],
        told["name"],
        told.get("offer", ""),
        told.get("provider", ""),
        proposed=told.get("at") or event.at,
        number=need.proposals,
    )


def _dropped(need: Need, event: Event, told: Told) -> None:
    del need.matches[told["candidate"]]


def _moved(need: Need, event: Event, told: Told) -> None:
    match, at = need.matches[told["candidate"]], told.get("at") or event.at
    if MatchState.RECALLED in (match.state, told["to"]):  # a new address, or none, with the new state
        match.contact = ""
    match.state, match.reason = MatchState(told["to"]), told.get("reason", "")
    match.contact = told.get("contact") or match.contact
    if match.state is MatchState.WAITING:
        match.sent, match.taken, match.closed = at, "", ""
        match.first_sent = match.first_sent or at
        match.agreed = match.conclusion = {}
    elif match.state is MatchState.TAKEN:
        match.taken, match.closed = at, ""
        match.first_taken = match.first_taken or at
        match.agreed = match.conclusion = {}
    elif match.state is MatchState.RECALLED:
        match.recalled, match.sent, match.taken, match.closed = match.sent, "", "", at
    else:
        match.closed = at


def _agreed(need: Need, event: Event, told: Told) -> None:
    need.matches[told["candidate"]].agreed = {**told, "at": told.get("at") or event.at}


def _concluded(need: Need, event: Event, told: Told) -> None:
    need.matches[told["candidate"]].conclusion = told


def _noted(need: Need, event: Event, told: Told) -> None:
    need.notes.append((event.at, event.who, told["words"], bool(told.get("public"))))


def _erased(need: Need, event: Event, told: Told) -> None:
    need.contact, need.receipt, need.erased = "", "", True
    if told.get("words"):
        need.words, need.when, need.reason, need.clear = "", "", "", {}


def _satisfied(need: Need, event: Event, told: Told) -> None:
    need.satisfaction = {**told, "at": event.at}


_OF_NEEDS: Mapping[str, Callable[[Need, Event, Told], None]] = {
    "need-begun": _begun,
    "need-described": _described,
    "need-placed": _placed,
    "need-filed": _filed,
    "need-accepted": _accepted,
    "need-corrected": _corrected,
    "need-declined": _declined,
    "need-withdrawn": _withdrawn,
    "need-reopened": _reopened,
    "match-proposed": _proposed,
    "match-dropped": _dropped,
    "match-moved": _moved,
    "match-agreed": _agreed,
    "match-concluded": _concluded,
    "noted": _noted,
    "contact-erased": _erased,
    "satisfaction": _satisfied,
}


def _offered(offer: Offer, event: Event, told: Told) -> None:
    offer.filed = offer.filed or told.get("at") or event.at
    offer.illustrative = bool(told.get("illustrative", offer.illustrative))
    for name in ("organization", "name", "title", "type", "territory", "place", "mode", "next"):
        setattr(offer, name, told[name])
    offer.about, offer.capacity = tuple(told["about"]), int(told["capacity"])
    offer.contact = told.get("contact") or offer.contact


def _away(offer: Offer, event: Event, told: Told) -> None:
    offer.away, offer.next = (told["from"], told["until"]), told.get("next", offer.next)


def _ended(offer: Offer, event: Event, told: Told) -> None:
    offer.ended = event.at


_OF_OFFERS: Mapping[str, Callable[[Offer, Event, Told], None]] = {
    "offer-filed": _offered,
    "offer-away": _away,
    "offer-ended": _ended,
}
