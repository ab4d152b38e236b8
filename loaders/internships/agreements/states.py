"""States of an agreement, which change by one table that says who may change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ....words import N_, Spoken


class Party(StrEnum):
    """Who somebody is for an agreement; the desk notes what the two others did on paper too."""

    HOST = "host"
    INSTITUTION = "institution"
    DESK = "desk"


class State(StrEnum):
    """Where an agreement stands."""

    READY = "ready"
    PARTLY_SIGNED = "partly-signed"
    REVIEW = "review"
    ACCEPTED = "accepted"
    VALIDATED = "validated"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    OBSOLETE = "obsolete"


class Move(StrEnum):
    """What changes the state of an agreement."""

    SIGN_HOST = "sign-host"
    SIGN_INSTITUTION = "sign-institution"
    ACCEPT = "accept"
    VALIDATE = "validate"
    RETURN = "return"
    REJECT = "reject"
    CANCEL = "cancel"
    EXPIRE = "expire"
    AMEND = "amend"


class Result(StrEnum):
    """What came of a validated agreement."""

    COMPLETED = "completed"
    PARTLY = "partly"
    ABSENT = "absent"
    JOB = "job"


class Kind(StrEnum):
    """Whether the programme asks for the internship."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class Origin(StrEnum):
    """Who brought the internship and the student together."""

    INSTITUTION = "institution"
    STUDENT = "student"
    DESK = "desk"


class Evaluator(StrEnum):
    """Whose evaluation of an internship is awaited at its end."""

    STUDENT = "student"
    INSTITUTION = "institution"
    HOST = "host"


@dataclass(frozen=True)
class Change:
    """The state that a move leads to, and who may make it."""

    to: State
    by: frozenset[Party]


_HOST = frozenset({Party.HOST, Party.DESK})
_INSTITUTION = frozenset({Party.INSTITUTION, Party.DESK})
_DESK = frozenset({Party.DESK})
EVERY = frozenset(Party)


def _signing(to: State) -> dict[Move, Change]:
    return {
        Move.SIGN_HOST: Change(to, _HOST),
        Move.SIGN_INSTITUTION: Change(to, _INSTITUTION),
        Move.CANCEL: Change(State.CANCELLED, EVERY),
        Move.EXPIRE: Change(State.OBSOLETE, _DESK),
    }


TRANSITIONS: Mapping[State, Mapping[Move, Change]] = {
    State.READY: _signing(State.PARTLY_SIGNED),
    State.PARTLY_SIGNED: _signing(State.REVIEW),
    State.REVIEW: {
        Move.ACCEPT: Change(State.ACCEPTED, _INSTITUTION),
        Move.RETURN: Change(State.READY, _INSTITUTION),
        Move.REJECT: Change(State.REJECTED, _INSTITUTION),
        Move.CANCEL: Change(State.CANCELLED, EVERY),
        Move.EXPIRE: Change(State.OBSOLETE, _DESK),
    },
    State.ACCEPTED: {
        Move.VALIDATE: Change(State.VALIDATED, _DESK),
        Move.RETURN: Change(State.READY, _DESK),
        Move.REJECT: Change(State.REJECTED, _DESK),
        Move.CANCEL: Change(State.CANCELLED, EVERY),
        Move.EXPIRE: Change(State.OBSOLETE, _DESK),
    },
    State.VALIDATED: {
        Move.AMEND: Change(State.READY, EVERY),
        Move.CANCEL: Change(State.CANCELLED, _DESK),
    },
    State.REJECTED: {},
    State.CANCELLED: {},
    State.OBSOLETE: {},
}
"""What each state may become, by whom; an agreement, and each amendment, is signed once by each of its two parties."""

SIGNERS: Mapping[Move, Party] = {
    Move.SIGN_HOST: Party.HOST,
    Move.SIGN_INSTITUTION: Party.INSTITUTION,
}
"""Whose signature a move keeps."""
REASONED = frozenset({Move.RETURN, Move.REJECT, Move.CANCEL})
"""Moves that are told with a reason."""
UNSIGNED = frozenset({State.READY, State.PARTLY_SIGNED})
"""States in which what an agreement says may be changed; signatures are then asked for again."""
LIVING = frozenset(state for state, moves in TRANSITIONS.items() if moves)
"""States of agreements that hold places of a post."""

STATE_NAMES: Mapping[State, Spoken] = {
    State.READY: N_("Prête à signer"),
    State.PARTLY_SIGNED: N_("Signée en partie"),
    State.REVIEW: N_("En cours d’examen"),
    State.ACCEPTED: N_("Acceptée par l’établissement"),
    State.VALIDATED: N_("Validée"),
    State.REJECTED: N_("Rejetée"),
    State.CANCELLED: N_("Annulée"),
    State.OBSOLETE: N_("Caduque"),
}
MOVE_NAMES: Mapping[Move, Spoken] = {
    Move.SIGN_HOST: N_("Signer pour qui accueille"),
    Move.SIGN_INSTITUTION: N_("Signer pour l’établissement"),
    Move.ACCEPT: N_("Accepter pour l’établissement"),
    Move.VALIDATE: N_("Valider"),
    Move.RETURN: N_("Renvoyer à la correction"),
    Move.REJECT: N_("Rejeter"),
    Move.CANCEL: N_("Annuler"),
    Move.EXPIRE: N_("Déclarer caduque"),
    Move.AMEND: N_("Proposer un avenant"),
}
DONE_NAMES: Mapping[Move, Spoken] = {
    Move.SIGN_HOST: N_("Signée pour qui accueille"),
    Move.SIGN_INSTITUTION: N_("Signée pour l’établissement"),
    Move.ACCEPT: N_("Acceptée par l’établissement"),
    Move.VALIDATE: N_("Validée"),
    Move.RETURN: N_("Renvoyée à la correction"),
    Move.REJECT: N_("Rejetée"),
    Move.CANCEL: N_("Annulée"),
    Move.EXPIRE: N_("Déclarée caduque"),
    Move.AMEND: N_("Avenant proposé"),
}
"""What was done, in the history of an agreement."""
RESULT_NAMES: Mapping[Result, Spoken] = {
    Result.COMPLETED: N_("Mené à son terme"),
    Result.PARTLY: N_("Mené en partie"),
    Result.ABSENT: N_("Personne ne s’est présenté"),
    Result.JOB: N_("Suivi d’un emploi"),
}
KIND_NAMES: Mapping[str, Spoken] = {
    Kind.REQUIRED: N_("Obligatoire dans la formation"),
    Kind.OPTIONAL: N_("Facultatif"),
}
ORIGIN_NAMES: Mapping[str, Spoken] = {
    Origin.INSTITUTION: N_("Proposé par l’établissement"),
    Origin.STUDENT: N_("Trouvé par le stagiaire"),
    Origin.DESK: N_("Trouvé par le guichet"),
}
EVALUATOR_NAMES: Mapping[Evaluator, Spoken] = {
    Evaluator.STUDENT: N_("le stagiaire"),
    Evaluator.INSTITUTION: N_("l’établissement"),
    Evaluator.HOST: N_("qui accueille"),
}
EVALUATED_BY: Mapping[Evaluator, frozenset[Party]] = {
    Evaluator.STUDENT: _INSTITUTION,
    Evaluator.INSTITUTION: _INSTITUTION,
    Evaluator.HOST: _HOST,
}
"""Who may say that an evaluation was given; what it says stays between those who sign."""
PARTY_NAMES: Mapping[Party, Spoken] = {
    Party.HOST: N_("qui accueille"),
    Party.INSTITUTION: N_("l’établissement"),
}
"""The two parties that sign."""
NEXT: Mapping[State, Spoken] = {
    State.REVIEW: N_("L’établissement, ou le guichet, l’examine et l’accepte."),
    State.ACCEPTED: N_("Le guichet la valide."),
    State.VALIDATED: N_("Elle est publiée. À la fin, dites ce qu’il en est advenu."),
    State.REJECTED: N_("Rien : elle est rejetée."),
    State.CANCELLED: N_("Rien : elle est annulée."),
    State.OBSOLETE: N_("Rien : elle est caduque."),
}
"""What is to be done next, where it is not a signature."""
