"""The agreements of internship on what a match agreed, as the desk's pages and those of who asked show them."""

from __future__ import annotations

from dataclasses import dataclass

from ...loaders.desk.ledger import Match, Need
from ...loaders.internships.agreements.matches import post_id
from ...loaders.internships.agreements.states import LIVING, STATE_NAMES, UNSIGNED
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


def agreements_of(desk: Desk, need: Need, match: Match, said: Language) -> MatchAgreements:
    """Give the agreements of internship on what a match agreed."""
    post = post_id(need, match)
    every = desk.agreements.on(post)
    living = any(one.state in LIVING for one in every)
    opening = f"{ROOT}/nouvelle/{post.partition('/')[2]}" if post and not living else ""
    listed = [(f"{ROOT}/{one.id.partition('/')[2]}", STATE_NAMES[one.state][said]) for one in every]
    return MatchAgreements(opening, listed, any(one.state in UNSIGNED for one in every))
