"""Posts, seats, seats filled and students by the class of their commune, read in one grid or another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .placement import Placement
from .posts import Post, Wish
from .remoteness import Remoteness


@dataclass(frozen=True)
class OfClass:
    """What is offered in communes of a class: posts, seats, those that each placement fills; and students taught there."""

    posts: int
    seats: int
    filled: tuple[int, ...]
    students: int


def by_class(
    grid: str,
    posts: Sequence[Post],
    wishes: Sequence[Wish],
    placements: Sequence[Placement],
    measure: Remoteness,
) -> dict[str, OfClass]:
    """Count by class of the `density` or `rurality` of the commune, as `Gazetteer.classes` has it; every post and wish once.

    A post without a commune is of no known class; a programme taught in several communes counts where it is most remote.
    """
    at = {post.id: getattr(measure.at(post.place), grid) for post in posts}
    taught = {wish.id: getattr(measure.most(wish.places), grid) for wish in wishes}
    return {
        name: OfClass(
            len(here := [post for post in posts if at[post.id] == name]),
            sum(post.seats for post in here),
            tuple(sum(len(placement.placed[post.id]) for post in here) for placement in placements),
            sum(wish.seats for wish in wishes if taught[wish.id] == name),
        )
        for name in {*at.values(), *taught.values()}
    }
