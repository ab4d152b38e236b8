"""Who could go where: posts and wishes matched with their quotas, and why a post stays empty.

A wish and a post go together unless something bars it (`bars`). Programmes prefer the nearest posts, hosts the programmes that
share most subjects, then the nearest; orders are strict, so every stable matching leaves the same posts empty (Roth 1986).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse.csgraph import maximum_flow  # type: ignore[import-untyped, unused-ignore]

from ..analysis.matching import deferred_acceptance
from .posts import HYBRID, IN_PERSON, REMOTE, Post, Wish, is_work_study

Kilometres = Callable[[str, tuple[str, ...]], float | None]
"""The distance from a place to the nearest of others; None where one is unknown."""


class Bar(StrEnum):
    """What keeps a wish from a post."""

    TYPE = "type"
    SUBJECT = "subject"
    DISTANCE = "distance"
    TRANSPORT = "transport"
    MODE = "mode"
    DATES = "dates"


@dataclass(frozen=True)
class Change:
    """What if: posts with `housing`, in-person ones made `hybrid`, held from one of `relays` (communes), ways `km` longer."""

    housing: bool = False
    hybrid: bool = False
    relays: tuple[str, ...] = ()
    km: float = 0.0


@dataclass(frozen=True)
class Stop:
    """A `bar` of an empty post: how many `students` it stops, and how many of them nothing else stops (`alone`)."""

    bar: Bar
    students: int
    alone: int


@dataclass(frozen=True)
class Why:
    """Why a post stays empty: what stops whom, most telling first, and how many students could come but go `elsewhere`."""

    stops: tuple[Stop, ...]
    elsewhere: int


@dataclass(frozen=True)
class Placement:
    """Which wishes are at each post, seats left empty, students left without a post, and the `most` seats any rule could fill."""

    placed: Mapping[str, tuple[str, ...]]
    empty: Mapping[str, int]
    unplaced: Mapping[str, int]
    most: int
    why: Mapping[str, Why]

    @property
    def filled(self) -> int:
        """How many seats are filled."""
        return sum(map(len, self.placed.values()))


def bars(post: Post, wish: Wish, km: float | None) -> frozenset[Bar]:
    """Tell what keeps a wish from a post at a distance; nothing where they can meet. What is not said keeps nobody.

    >>> post = Post("post/1", "Bois", "interaction-type/internship", "Scierie", "territory/commune/26113", subjects=("fap/F",))
    >>> wish = Wish("wish/1", "BTS", "interaction-type/internship", "programme/1", subjects=("fap/M",), reach=20)
    >>> sorted(bars(post, wish, 45.0)), sorted(bars(post, replace(wish, subjects=(), reach=50), 45.0))
    ([<Bar.DISTANCE: 'distance'>, <Bar.SUBJECT: 'subject'>], [])
    """
    met = {
        Bar.TYPE: is_work_study(post.type) == is_work_study(wish.type),
        Bar.SUBJECT: _meet(post.subjects, wish.subjects),
        Bar.MODE: HYBRID in (wish.mode, post.mode) or _meet((post.mode,), (wish.mode,)),
        Bar.DATES: _holds(wish.start, post.start) and _holds(post.end, wish.end),
    }
    kept_out = {bar for bar, fits in met.items() if not fits}
    if post.mode != REMOTE and not (post.housing and wish.moves):
        kept_out |= _way(post, wish, km)
    return frozenset(kept_out)


def _meet(offer: Sequence[str], wish: Sequence[str]) -> bool:
    """Say whether what is offered and what is wished have something in common; what is not said fits all."""
    said, asked = {one for one in offer if one}, {one for one in wish if one}
    return not said or not asked or bool(said & asked)


def _holds(first: str, last: str) -> bool:
    """Say whether two days stand in their order; a day that is not said does."""
    return not first or not last or first <= last


def _way(post: Post, wish: Wish, km: float | None) -> set[Bar]:
    """Tell what keeps a student from coming to a post every day."""
    if km is None or km > (wish.reach_hybrid if post.mode == HYBRID else wish.reach):
        return {Bar.DISTANCE}
    return {Bar.TRANSPORT} if km > 0 and not wish.drives and not post.transport else set()


def changed(
    posts: Sequence[Post], wishes: Sequence[Wish], change: Change, km: Kilometres
) -> tuple[list[Post], list[Wish]]:
    """Give posts and wishes as they would be; a post without a relay gets the one nearest to it."""

    def nearest(post: Post) -> str:
        far = [(km(post.place, (relay,)), relay) for relay in change.relays] if post.place else []
        known = [(distance, relay) for distance, relay in far if distance is not None]
        return min(known)[1] if known else ""

    made = [
        replace(
            post,
            housing=post.housing or change.housing,
            mode=HYBRID if change.hybrid and post.mode in (IN_PERSON, "") else post.mode,
            relay=post.relay or nearest(post),
        )
        for post in posts
    ]
    farther = [
        replace(wish, reach=wish.reach + change.km, reach_hybrid=wish.reach_hybrid + change.km)
        for wish in wishes
    ]
    return made, farther


def place(posts: Sequence[Post], wishes: Sequence[Wish], km: Kilometres) -> Placement:
    """Match posts and wishes by deferred acceptance, the programmes proposing, and tell why posts stay empty.

    Formula:
        `deferred_acceptance` of one candidate a student, with the seats of posts as quotas; `most` is a maximum flow.

    Source:
        Gale & Shapley 1962, doi 10.2307/2312726; Roth 1986, doi 10.2307/1913160.

    Limits:
        Equal distances are told apart by the identifier, as arbitrary as any: the theorem holds for the orders so made.
    """
    kept_out, wanted, welcome = _orders(posts, wishes, km)
    seats = {post.id: post.seats for post in posts}
    each = {wish.id: [f"{wish.id}#{number:03d}" for number in range(wish.seats)] for wish in wishes}
    matching = deferred_acceptance(
        {name: wanted[wish] for wish, names in each.items() for name in names},
        {post: [name for wish in order for name in each[wish]] for post, order in welcome.items()},
        seats,
    )
    placed = {post: tuple(map(_wish_of, names)) for post, names in matching.placed.items()}
    unplaced = dict(Counter(map(_wish_of, matching.unplaced)))
    why = {
        post.id: _why(post, wishes, kept_out, len(placed[post.id]))
        for post in posts
        if matching.empty[post.id]
    }
    students = {wish.id: wish.seats for wish in wishes}
    return Placement(placed, dict(matching.empty), unplaced, _most(seats, students, wanted), why)


Orders = dict[str, list[str]]


def _orders(
    posts: Sequence[Post], wishes: Sequence[Wish], km: Kilometres
) -> tuple[dict[tuple[str, str], frozenset[Bar]], Orders, Orders]:
    """Give what keeps out each wish of each post; the posts that each wish can have, and the wishes of each post, best first."""
    kept_out: dict[tuple[str, str], frozenset[Bar]] = {}
    near: dict[tuple[str, str], float] = {}
    shared: dict[tuple[str, str], int] = {}
    for post, wish in product(posts, wishes):
        pair, far = (post.id, wish.id), _far(post, wish, km)
        kept_out[pair] = bars(post, wish, far)
        near[pair] = np.inf if far is None else far
        shared[pair] = len(set(post.subjects) & set(wish.subjects))
    wanted: Orders = {wish.id: [] for wish in wishes}
    welcome: Orders = {post.id: [] for post in posts}
    for at, to in (pair for pair, found in kept_out.items() if not found):
        wanted[to].append(at)
        welcome[at].append(to)
    for to, liked in wanted.items():
        liked.sort(key=lambda at: (near[at, to], at))
    for at, liked in welcome.items():
        liked.sort(key=lambda to: (-shared[at, to], near[at, to], to))
    return kept_out, wanted, welcome


def _wish_of(student: str) -> str:
    return student.partition("#")[0]


def _far(post: Post, wish: Wish, km: Kilometres) -> float | None:
    """Give how far a post is from a programme: 0 for a remote one, the nearer of its place and of its relay else."""
    if post.mode == REMOTE:
        return 0.0
    known = [km(where, wish.places) for where in (post.place, post.relay) if where]
    return min((distance for distance in known if distance is not None), default=None)


def _why(
    post: Post, wishes: Sequence[Wish], kept_out: Mapping[tuple[str, str], frozenset[Bar]], here: int
) -> Why:
    stopped = [(wish, kept_out[post.id, wish.id]) for wish in wishes]
    stops = [
        Stop(
            bar,
            sum(wish.seats for wish, found in stopped if bar in found),
            sum(wish.seats for wish, found in stopped if found == {bar}),
        )
        for bar in Bar
    ]
    told = sorted((stop for stop in stops if stop.students), key=lambda stop: (-stop.alone, -stop.students))
    could = sum(wish.seats for wish, found in stopped if not found)
    return Why(tuple(told), could - here)


def _most(seats: Mapping[str, int], students: Mapping[str, int], wanted: Mapping[str, Sequence[str]]) -> int:
    """Give the largest number of seats that students who accept them could fill, whatever they prefer."""
    posts, wishes = list(seats), list(students)
    first, last = 0, 1 + len(wishes) + len(posts)
    at = {post: 1 + len(wishes) + place for place, post in enumerate(posts)}
    edges = [(first, 1 + place, students[wish]) for place, wish in enumerate(wishes)]
    edges += [
        (1 + place, at[post], students[wish]) for place, wish in enumerate(wishes) for post in wanted[wish]
    ]
    edges += [(at[post], last, seats[post]) for post in posts]
    if not edges:
        return 0
    rows, columns, capacities = zip(*edges, strict=True)
    flow = csr_array(
        (np.array(capacities, dtype=np.int32), (np.array(rows), np.array(columns))),
        shape=(last + 1, last + 1),
    )
    return int(maximum_flow(flow, first, last).flow_value)
