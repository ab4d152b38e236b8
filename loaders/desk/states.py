"""States of a match, which change by one table, and the state of a need, which its matches give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from ...ontology.labels import Term
from ...words import N_, Spoken


class MatchState(StrEnum):
    """Where the match of a need and a candidate stands.

    `PROPOSED`: nothing was sent yet; `RECALLED`: the desk took back what it had sent, so that nobody is asked.
    """

    PROPOSED = "proposed"
    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    SILENT = "silent"
    HELPED = "helped"
    NO_HELP = "no-help"
    UNREACHABLE = "unreachable"
    RECALLED = "recalled"


class Conclusion(StrEnum):
    """What came of what a candidate and a requester agreed."""

    REALISED = "realised"
    DROPPED = "dropped"


class NeedState(StrEnum):
    """Where a need stands; from `PREPARING` on, its matches say it."""

    DRAFT = "draft"
    FILED = "filed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    PREPARING = "preparing"
    WAITING = "waiting"
    TAKEN = "taken"
    HELPED = "helped"
    NO_HELP = "no-help"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    REFUSED = "refused"


AT_WORK = frozenset({MatchState.WAITING, MatchState.TAKEN})
"""States of a match that its candidate has still to end; what is closed is opened again in one of them."""
TRANSITIONS: Mapping[MatchState, frozenset[MatchState]] = {
    MatchState.PROPOSED: frozenset({MatchState.WAITING}),
    MatchState.WAITING: frozenset(
        {MatchState.TAKEN, MatchState.REFUSED, MatchState.SILENT, MatchState.RECALLED}
    ),
    MatchState.TAKEN: frozenset(
        {
            MatchState.HELPED,
            MatchState.NO_HELP,
            MatchState.UNREACHABLE,
            MatchState.WAITING,
            MatchState.RECALLED,
        }
    ),
    MatchState.REFUSED: AT_WORK,
    MatchState.SILENT: AT_WORK,
    MatchState.HELPED: AT_WORK,
    MatchState.NO_HELP: AT_WORK,
    MatchState.UNREACHABLE: AT_WORK,
    MatchState.RECALLED: frozenset({MatchState.WAITING}),
}
"""What each state may become; whatever is closed may be opened again."""

REASONED = frozenset({MatchState.REFUSED, MatchState.NO_HELP, MatchState.UNREACHABLE})
"""Ends that are told with a reason."""
_FIRST = (
    (MatchState.HELPED, NeedState.HELPED),
    (MatchState.NO_HELP, NeedState.NO_HELP),
    (MatchState.UNREACHABLE, NeedState.UNREACHABLE),
    (MatchState.TAKEN, NeedState.TAKEN),
    (MatchState.WAITING, NeedState.WAITING),
    (MatchState.SILENT, NeedState.SILENT),
    (MatchState.REFUSED, NeedState.REFUSED),
)

MATCH_NAMES: Mapping[MatchState, Spoken] = {
    MatchState.PROPOSED: N_("Proposé, pas encore sollicité"),
    MatchState.WAITING: N_("En attente de réponse"),
    MatchState.TAKEN: N_("En cours de prise en charge"),
    MatchState.REFUSED: N_("Ce n’est pas pour moi"),
    MatchState.SILENT: N_("Sans réponse"),
    MatchState.HELPED: N_("Aide proposée"),
    MatchState.NO_HELP: N_("Pas d’aide disponible"),
    MatchState.UNREACHABLE: N_("Injoignable"),
    MatchState.RECALLED: N_("Sollicitation annulée"),
}
CONCLUSION_NAMES: Mapping[Conclusion, Spoken] = {one: Term.of(f"match-status/{one}") for one in Conclusion}
NEED_NAMES: Mapping[NeedState, Spoken] = {
    NeedState.DRAFT: N_("Brouillon"),
    NeedState.FILED: N_("À lire par le guichet"),
    NeedState.DECLINED: N_("Non retenue"),
    NeedState.WITHDRAWN: N_("Retirée"),
    NeedState.PREPARING: N_("En préparation"),
    NeedState.WAITING: N_("En attente de réponse"),
    NeedState.TAKEN: N_("En cours de prise en charge"),
    NeedState.HELPED: N_("Aide proposée"),
    NeedState.NO_HELP: N_("Pas d’aide disponible"),
    NeedState.UNREACHABLE: N_("Injoignable"),
    NeedState.SILENT: N_("Sans réponse"),
    NeedState.REFUSED: N_("Refusée par tous"),
}
OPEN = (
    NeedState.FILED,
    NeedState.PREPARING,
    NeedState.WAITING,
    NeedState.TAKEN,
    NeedState.SILENT,
    NeedState.REFUSED,
)
"""States that somebody still has to do something in; without an answer, or refused by all: to find someone else."""


def state_of(matches: Iterable[MatchState]) -> NeedState:
    """Give the state of an accepted need from those of its matches.

    Nobody asked: being prepared; else the first that a match has of helped, no help, not reachable, in charge, waiting, without
    an answer; else refused by all.

    >>> state_of([]).value, state_of([MatchState.REFUSED, MatchState.WAITING]).value
    ('preparing', 'waiting')
    >>> state_of([MatchState.TAKEN, MatchState.NO_HELP]).value, state_of([MatchState.REFUSED]).value
    ('no-help', 'refused')
    """
    found = {*matches}
    return next((need for match, need in _FIRST if match in found), NeedState.PREPARING)
