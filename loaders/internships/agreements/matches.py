"""What the desk had agreed of an internship, as the post of an agreement: who asked for an intern needs no account."""

from __future__ import annotations

from ....graph.internships.posts import TYPES, Post, is_work_study
from ...desk.ledger import Ledger, Match, Need, match_name
from ...desk.publication import structure_path

MOST = 500
"""Students of an agreement at the most; a request does not say how many it seeks."""
_KIND = "match"


def post_id(need: Need, match: Match) -> str:
    """Give the id under which agreements are opened on what a match agreed; empty where it is no internship, or not agreed.

    >>> from ancrage.loaders.desk.states import NeedState
    >>> need = Need("need/ab12", accepted="2026-11-30T18:00:00Z", stage=NeedState.PREPARING, type=TYPES[0])
    >>> post_id(need, Match("organization/a", "A", agreed={"title": "Un stage"}, number=1)), post_id(need, Match("b", "B"))
    ('match/ab12-1', '')
    """
    internship = need.type in TYPES and not is_work_study(need.type)
    stands = need.public and not need.illustrative and bool(match.agreed) and not match.is_dropped
    return f"{_KIND}/{match_name(need, match)}" if internship and stands else ""


def find(ledger: Ledger, id: str) -> tuple[Need, Match] | None:
    """Find the request and the match that an id is of, where agreements may be opened on it."""
    need = ledger.needs.get(f"need/{id.removeprefix(f'{_KIND}/').rpartition('-')[0]}")
    matches = need.matches.values() if need is not None else ()
    return next(((need, match) for match in matches if need is not None and post_id(need, match) == id), None)


def is_of_match(post: str) -> bool:
    """Tell whether an agreement's post is what a match agreed."""
    return post.startswith(f"{_KIND}/")


def post_of(need: Need, match: Match) -> Post:
    """Give what was agreed in the shape of a post: who asked is the host."""
    commune = need.territory.startswith("territory/commune/")
    return Post(
        id=post_id(need, match),
        title=match.agreed["title"],
        type=need.type,
        host=need.structure,
        host_path=structure_path(need),
        place=need.territory if commune else "",
        place_name=need.place if commune else "",
        subjects=need.about,
        start=match.agreed["start"],
        end=match.agreed["end"],
        mode=need.mode,
        seats=MOST,
    )
