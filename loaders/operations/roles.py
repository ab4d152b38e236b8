"""Who may do what: one table, that pages, files, API and tests read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from ...words import N_, Spoken


class Role(StrEnum):
    """Who somebody is for the devices."""

    VISITOR = "visitor"
    PARTNER = "partner"
    RELAY = "relay"
    DESK = "desk"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What somebody may do."""

    ASK = "ask"
    READ_RATES = "read-rates"
    OFFER = "offer"
    ANSWER = "answer"
    READ_BOARD = "read-board"
    RELAY = "relay"
    MODERATE = "moderate"
    MATCH = "match"
    READ_CONTACT = "read-contact"
    WRITE = "write"
    PUBLISH = "publish"
    READ_AUDIT = "read-audit"


_PUBLIC = frozenset({Act.ASK, Act.READ_RATES})
_PARTNER = _PUBLIC | {Act.OFFER, Act.ANSWER}
_RELAY = _PARTNER | {Act.READ_BOARD, Act.RELAY}
_DESK = _RELAY | {Act.MODERATE, Act.MATCH, Act.READ_CONTACT, Act.WRITE, Act.PUBLISH}

MAY: Mapping[Role, frozenset[Act]] = {
    Role.VISITOR: _PUBLIC,
    Role.PARTNER: _PARTNER,
    Role.RELAY: _RELAY,
    Role.DESK: _DESK,
    Role.ADMINISTRATOR: _RELAY | {Act.READ_AUDIT, Act.PUBLISH},
}
"""What each role may do. Who hosts the service reads the audit log and no contact: those are the desk's."""

NAMES: Mapping[Role, Spoken] = {
    Role.VISITOR: N_("visiteur"),
    Role.PARTNER: N_("partenaire"),
    Role.RELAY: N_("structure relais"),
    Role.DESK: N_("guichet"),
    Role.ADMINISTRATOR: N_("administration"),
}
SCOPES: Mapping[str, Act] = {"board": Act.READ_BOARD, "rates": Act.READ_RATES}
"""What a key may be made for; it never does more than its account."""


def may(role: Role, act: Act) -> bool:
    """Tell whether a role may do an act.

    >>> may(Role.DESK, Act.READ_CONTACT), may(Role.RELAY, Act.READ_CONTACT)
    (True, False)
    """
    return act in MAY[role]
