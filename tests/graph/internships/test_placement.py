"""Who could go where: bars, stable matchings that leave the same posts empty, reasons, and what changes them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from ancrage.graph.analysis.matching import deferred_acceptance
from ancrage.graph.internships.placement import Bar, Change, Stop, bars, changed, place
from ancrage.graph.internships.posts import HYBRID, IN_PERSON, REMOTE, Post, Wish

from ...stability import blocking_pairs

INTERN, APPRENTICE = "interaction-type/internship", "interaction-type/apprenticeship"
POST = Post(
    "post/a",
    "Bois",
    INTERN,
    "Scierie",
    "10",
    subjects=("fap/F",),
    mode=IN_PERSON,
    start="2027-02-01",
    end="2027-04-01",
)
WISH = Wish(
    "wish/a", "BTS", INTERN, "programme/a", places=("0",), subjects=("fap/F",), reach=20, reach_hybrid=40
)


def km(one: str, others: tuple[str, ...]) -> float | None:
    """Places are numbers on a line."""
    return min((abs(float(one) - float(other)) for other in others), default=None) if one else None


@pytest.mark.parametrize(
    ("post", "wish", "found"),
    [
        ({}, {}, set()),
        ({"type": APPRENTICE}, {}, {Bar.TYPE}),
        ({"subjects": ("fap/M",)}, {}, {Bar.SUBJECT}),
        ({"subjects": ("fap/M",)}, {"subjects": ()}, set()),  # not known is not no
        ({}, {"start": "2027-03-01"}, {Bar.DATES}),
        ({}, {"end": "2027-03-01"}, {Bar.DATES}),
        ({}, {"mode": REMOTE}, {Bar.MODE}),
        ({}, {"mode": HYBRID}, set()),
        ({"place": "30"}, {}, {Bar.DISTANCE}),
        ({"place": "30", "mode": HYBRID}, {}, set()),
        ({"place": "30", "housing": True}, {}, {Bar.DISTANCE}),
        ({"place": "30", "housing": True}, {"moves": True}, set()),
        ({"place": "30", "relay": "5"}, {}, set()),
        ({"place": ""}, {}, {Bar.DISTANCE}),
        ({"place": "", "mode": REMOTE}, {}, set()),
        ({}, {"drives": False}, {Bar.TRANSPORT}),
        ({"transport": True}, {"drives": False}, set()),
        ({"place": "0"}, {"drives": False}, set()),
    ],
)
def test_what_keeps_a_wish_from_a_post(
    post: dict[str, object], wish: dict[str, object], found: set[Bar]
) -> None:
    one, other = replace(POST, **post), replace(WISH, **wish)  # type: ignore[arg-type]
    placed = place([one], [other], km)
    assert (placed.filled == 0) == bool(found)
    if found:
        assert {stop.bar for stop in placed.why[one.id].stops} == found
        assert placed.why[one.id].stops[0] == Stop(next(iter(found)), 1, 1)
    if one.mode != REMOTE and not one.relay:
        assert bars(one, other, km(one.place, other.places)) == found


def test_every_stable_matching_leaves_the_same_seats_empty_and_none_fills_more_than_the_flow() -> None:
    chance = random.Random(7)
    for _ in range(40):
        posts = [
            replace(POST, id=f"post/{n}", place=str(chance.randint(0, 40)), seats=chance.randint(1, 3))
            for n in range(6)
        ]
        wishes = [
            replace(WISH, id=f"wish/{n}", places=(str(chance.randint(0, 40)),), seats=chance.randint(1, 3))
            for n in range(5)
        ]
        found = place(posts, wishes, km)
        assert sum(found.empty.values()) + found.filled == sum(post.seats for post in posts)
        assert found.filled <= found.most
        near = {(p.id, w.id): km(p.place, w.places) or 0.0 for p in posts for w in wishes}
        each = {f"{w.id}#{n:03d}": w.id for w in wishes for n in range(w.seats)}
        wanted = {
            name: sorted((p.id for p in posts if near[p.id, w] <= 20), key=lambda p: (near[p, w], p))
            for name, w in each.items()
        }
        welcome = {
            p.id: sorted(
                (n for n in each if near[p.id, each[n]] <= 20), key=lambda n: (near[p.id, each[n]], n)
            )
            for p in posts
        }
        seats = {p.id: p.seats for p in posts}
        other = deferred_acceptance(wanted, welcome, seats, proposing="places")
        assert dict(other.empty) == dict(found.empty)
        assert not blocking_pairs(other, wanted, welcome, seats)


def test_a_rule_that_is_not_stable_may_fill_more_and_the_page_can_say_so() -> None:
    # the near programme takes the near post, the only one that the far programme can reach
    near, far = replace(POST, id="post/near", place="10"), replace(POST, id="post/far", place="-18")
    middle, away = replace(WISH, id="wish/m", places=("0",)), replace(WISH, id="wish/z", places=("28",))
    found = place([near, far], [middle, away], km)
    assert (found.filled, found.most) == (1, 2)
    assert found.unplaced == {"wish/z": 1} and found.why["post/far"].elsewhere == 1


def test_what_if_changes_what_it_says_and_fills_remote_posts() -> None:
    remote = replace(POST, place="35")
    for change, filled in (
        (Change(), 0),
        (Change(housing=True), 0),
        (Change(hybrid=True), 1),
        (Change(km=15), 1),
        (Change(relays=("18", "60")), 1),
        (Change(relays=("60",)), 0),
    ):
        assert place(*changed([remote], [WISH], change, km), km).filled == filled, change
    assert place(*changed([remote], [replace(WISH, moves=True)], Change(housing=True), km), km).filled == 1
    [kept], _ = changed(
        [replace(remote, relay="7", mode=REMOTE)], [], Change(hybrid=True, relays=("34",)), km
    )
    assert kept.relay == "7" and kept.mode == REMOTE  # what a host said stays
