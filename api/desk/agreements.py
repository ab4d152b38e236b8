"""What came of what a match agreed, and agreements of internship on it, as the pages of the desk and of who asked show them."""

from __future__ import annotations

from dataclasses import dataclass

from ...loaders.desk.ledger import Match, Need
from ...loaders.internships.agreements.matches import post_id
from ...loaders.internships.agreements.publication import outcome
from ...loaders.internships.agreements.states import LIVING, STATE_NAMES, UNSIGNED
from ...ontology.labels import Term
from ...words import gettext
from ...words.numbers import date
from ..web.negotiation import Language
from .running import Desk

ROOT = "/stages/conventions"


@dataclass(frozen=True)
class MatchAgreements:
    """Where an agreement is opened (empty: on none, or one lives), and those that there are: address and state of each.

    One of them may be `unsigned` still.
    """

    opening: str
    listed: list[tuple[str, str]]
    unsigned: bool


def conclusion_text(desk: Desk, need: Need, match: Match, said: Language) -> str:
    """Say what came of what a match agreed, as an agreement of internship tells, else the desk; empty while nobody told."""
    agreed = outcome(desk.agreements.on(post_id(need, match)))
    told = (agreed.conclusion if agreed else {}) or match.conclusion
    if not told:
        return ""
    why = Term.of(f"drop-reason/{told['reason']}")[said] if told["reason"] else ""
    day = date(told["date"], said)
    if why:
        return gettext("Abandonné le {day} : {reason}.", said, day=day, reason=why)
    return gettext("Réalisé le {day}.", said, day=day)


def agreements_of(desk: Desk, need: Need, match: Match, said: Language) -> MatchAgreements:
    """Give the agreements of internship on what a match agreed."""
    post = post_id(need, match)
    every = desk.agreements.on(post)
    living = any(one.state in LIVING for one in every)
    opening = f"{ROOT}/nouvelle/{post.partition('/')[2]}" if post and not living else ""
    listed = [(f"{ROOT}/{one.id.partition('/')[2]}", STATE_NAMES[one.state][said]) for one in every]
    return MatchAgreements(opening, listed, any(one.state in UNSIGNED for one in every))
