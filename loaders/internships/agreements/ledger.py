"""Agreements of a store, folded from its events, each event once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ...operations.folding import Fold, of_payload
from ...operations.store import Event, Operations
from .states import LIVING, SIGNERS, TRANSITIONS, UNSIGNED, Evaluator, Move, Party, Result, State


@dataclass(frozen=True)
class Terms:
    """What an agreement says: organisations, places and counts, and nobody's name.

    `host_path`, `programme`, `institution_path`, `place` and `relay` are paths of the graph (empty: not known there, no
    relay), `taught` the commune of the programme where it has one alone. `start` and `end` are dates, `days` and `hours`
    those of a week, `amount` euros a month.
    """

    host: str
    host_path: str
    place: str
    place_name: str
    programme: str
    programme_name: str
    institution: str
    institution_path: str
    type: str
    subject: str
    tasks: str
    start: str
    end: str
    days: int
    hours: int
    mode: str
    subjects: tuple[str, ...] = ()
    students: int = 1
    allowance: bool = False
    amount: int = 0
    mission_costs: bool = False
    housing: bool = False
    transport: bool = False
    relay: str = ""
    relay_name: str = ""
    taught: str = ""
    service: str = ""
    """Who supervises in the host: a service or another structure."""
    kind: str = ""
    origin: str = ""
    skills: str = ""
    interruptions: str = ""
    benefits: str = ""
    confidential: bool = False
    """Whether its subject stays among those who sign: it is published as an internship without subject."""


@dataclass(frozen=True)
class Amendment:
    """An amendment that has ended: what the agreement said `before`, what it proposed, and the state that it ended in."""

    before: Terms
    terms: Terms
    state: State
    reason: str
    ended: str


@dataclass(frozen=True)
class Agreement:
    """An agreement on a post, at a version.

    `signed` says when each party did, `result` what came of it and `ended` (a day) when that was told, `evaluated` when whose
    evaluation was given.
    While an amendment goes its way, terms, state and signatures are the amendment's, and `standing` is the agreement that holds.
    """

    id: str
    version: int
    post: str
    opened: str
    changed: str
    terms: Terms
    state: State = State.READY
    signed: Mapping[Party, str] = field(default_factory=dict)
    reason: str = ""
    result: Result | None = None
    ended: str = ""
    evaluated: Mapping[Evaluator, str] = field(default_factory=dict)
    history: tuple[tuple[str, Move], ...] = ()
    standing: Agreement | None = None
    amendments: tuple[Amendment, ...] = ()
    illustrative: bool = False

    @property
    def in_force(self) -> Terms:
        """What holds now, whatever an amendment proposes."""
        return (self.standing or self).terms

    @property
    def amendable(self) -> bool:
        """Whether an amendment may be proposed: nobody has said yet what came of it."""
        return Move.AMEND in TRANSITIONS[self.state] and self.result is None

    @property
    def changeable(self) -> bool:
        """Whether what it says may be changed."""
        return self.state in UNSIGNED

    @property
    def valid(self) -> bool:
        """Whether it is validated, whatever becomes of an amendment."""
        return (self.standing or self).state is State.VALIDATED

    @property
    def public(self) -> bool:
        """Whether it is published: validated, unless nobody came or it is an example."""
        return self.valid and self.result is not Result.ABSENT and not self.illustrative

    @property
    def last_day(self) -> str:
        """The last day of an internship that took place; that on which it was told where this came before; empty for another."""
        took_place = self.public and self.result is not None
        return min(self.in_force.end, self.ended) if took_place else ""

    @property
    def given_up(self) -> str:
        """The day on which it was told that an internship does not take place; the day of its last change where it lives."""
        return max([self.ended, *(at[:10] for at, _ in self.history)])

    def parties(self, organization: str) -> frozenset[Party]:
        """Say what an organisation (a path; empty: none) is for it."""
        own = {Party.HOST: self.terms.host_path, Party.INSTITUTION: self.terms.institution_path}
        return frozenset(party for party, path in own.items() if organization and path == organization)

    def moves(self, parties: frozenset[Party]) -> list[Move]:
        """List what some parties may do now, in the order of the table; who signed does not sign again."""
        return [
            move
            for move, change in TRANSITIONS[self.state].items()
            if change.by & parties
            and SIGNERS.get(move) not in self.signed
            and (move is not Move.AMEND or self.amendable)
        ]


class Agreements(Fold):
    """The agreements of a store; `read` folds what was added since, and is cheap when nothing was."""

    def __init__(self, store: Operations) -> None:
        super().__init__(store)
        self.all: dict[str, Agreement] = {}

    def _fold(self, event: Event) -> None:
        if event.subject.startswith("agreement/"):
            self.all[event.subject] = _folded(self.all.get(event.subject), event)

    def on(self, post: str) -> list[Agreement]:
        """List the agreements on a post, the latest last."""
        return [one for one in self.all.values() if post and one.post == post]

    def held(self, post: str, *, but: str = "") -> int:
        """Count the students of the living agreements on a post, without those of one agreement."""
        return sum(
            max(one.terms.students, one.in_force.students)
            for one in self.all.values()
            if one.post == post and one.id != but and one.state in LIVING
        )


def _folded(before: Agreement | None, event: Event) -> Agreement:
    told = event.payload
    if before is None:
        shown = bool(told.get("illustrative"))
        terms = of_payload(Terms, told["terms"])
        return Agreement(
            event.subject, event.version, told["post"], event.at, event.at, terms, illustrative=shown
        )
    now = replace(before, version=event.version, changed=event.at)
    if event.kind == "agreement-changed":
        return replace(now, terms=of_payload(Terms, told["terms"]), state=State.READY, signed={}, reason="")
    if event.kind == "agreement-ended":
        return replace(now, result=Result(told["result"]), ended=event.at[:10])
    if event.kind == "agreement-evaluated":
        return replace(now, evaluated={**before.evaluated, Evaluator(told["by"]): event.at})
    if event.kind == "agreement-amended":
        return replace(
            now,
            terms=of_payload(Terms, told["terms"]),
            state=TRANSITIONS[before.state][Move.AMEND].to,
            signed={},
            history=(*before.history, (event.at, Move.AMEND)),
            standing=before,
        )
    if event.kind != "agreement-moved":
        return now
    move = Move(told["move"])
    signed = {} if move is Move.RETURN else dict(before.signed)
    if move in SIGNERS:
        signed[SIGNERS[move]] = event.at
    return _settled(
        replace(
            now,
            state=TRANSITIONS[before.state][move].to,
            signed=signed,
            reason=told.get("reason", ""),
            history=(*before.history, (event.at, move)),
        )
    )


def _settled(one: Agreement) -> Agreement:
    """Give what an amendment leaves once it has ended: the agreement as amended, or as it stood."""
    if one.standing is None or (one.state in LIVING and one.state is not State.VALIDATED):
        return one
    ended = Amendment(one.standing.terms, one.terms, one.state, one.reason, one.changed)
    holds = one if one.state is State.VALIDATED else one.standing
    return replace(
        holds,
        version=one.version,
        changed=one.changed,
        reason="",
        history=one.history,
        standing=None,
        amendments=(*one.amendments, ended),
    )
