"""Who could go where, why posts stay empty, and what housing, hybrid work, relays or longer ways would change."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request, Response

from ...graph.internships.by_class import OfClass, by_class
from ...graph.internships.placement import Bar, Change, Placement, changed, place
from ...graph.internships.posts import Post, Wish
from ...graph.internships.remoteness import Remoteness
from ...graph.pool.blocking import NoSnapshot, PoolBusy, QueryTimeout
from ...graph.region.view import RegionView
from ...words import N_, Spoken, gettext
from ..accounts.visitor import devices_page, visitor_of
from ..desk.running import today
from ..pages.territory.grids import NAMES, class_names
from ..reading.publication import client_of, sentence
from ..web.negotiation import Language
from ..web.page_error import PageError
from ..web.page_language import choose_language
from ..web.parameters import is_true
from .list_page import picture_of
from .running import INTERNSHIPS

router = APIRouter(include_in_schema=False)
_FARTHER = 200
BARS: dict[Bar, Spoken] = {
    Bar.DISTANCE: N_("Trop loin de la formation, ou distance inconnue"),
    Bar.TRANSPORT: N_("Ni voiture ni transport pour y aller"),
    Bar.SUBJECT: N_("La formation ne prépare pas à ce domaine"),
    Bar.DATES: N_("Hors des dates de la formation"),
    Bar.MODE: N_("Modalité que la formation n’accepte pas"),
    Bar.TYPE: N_("Un stage pour l’un, une alternance pour l’autre"),
}
"""What keeps students from a post, in words."""


@router.get("/stages/affectation")
async def placement(request: Request) -> Response:
    """Match posts and wishes, as they are and as they would be; tell why posts stay empty."""
    visitor, said = await visitor_of(request), choose_language(request)
    asked = request.query_params
    made_up = is_true(asked, "illustrative")
    km = asked.get("km", "")
    if not re.fullmatch("[0-9]{0,3}", km) or (farther := int(km or 0)) > _FARTHER:
        raise PageError(400, N_("« km » est un nombre entier, de 0 à {most}.", most=_FARTHER))
    every, wishes, failure = await posts_and_wishes(request, made_up)
    wanted = {name: is_true(asked, name) for name in ("housing", "hybrid", "relay")}
    what_if = any(wanted.values()) or farther > 0

    def matched(view: RegionView) -> tuple[Placement, Placement, dict[str, dict[str, OfClass]]]:
        measure = Remoteness.of(view)
        now = then = place(every, wishes, measure.km)
        if what_if:
            relays = view.frame("relays")["place"].drop_nulls().unique().sort().to_list()
            change = Change(
                wanted["housing"],
                wanted["hybrid"],
                tuple(relays) if wanted["relay"] else (),
                float(farther),
            )
            then = place(*changed(every, wishes, change, measure.km), measure.km)
        grids = ("density", "rurality")
        return now, then, {grid: by_class(grid, every, wishes, (now, then), measure) for grid in grids}

    try:
        now, then, classes = await request.app.state.maps.run(matched, client=client_of(request))
    except (NoSnapshot, PoolBusy, QueryTimeout) as error:
        failure = sentence(error, said)
    if failure:  # an assessment of what could be read would be one of something else
        now = then = place([], [], lambda _, __: None)
        every, classes = [], {}
    unplaced = {"": gettext("Commune non dite, ou dont la classe est inconnue", said)}
    return devices_page(
        request,
        visitor,
        "stage_placement.html",
        form=False,
        failure_text=failure,
        illustrative=made_up,
        examples=True,
        posts=[_row(post, wishes, now, then, said) for post in every],
        wishes=sum(wish.seats for wish in wishes),
        places=sum(post.seats for post in every),
        before=now,
        after=then,
        grids=[
            (
                NAMES[grid][said],
                [
                    (words, of[path])
                    for path, words in (class_names(grid, said) | unplaced).items()
                    if path in of
                ],
            )
            for grid, of in classes.items()
        ],
        what_if=what_if,
        chosen={**wanted, "km": km},
        trail=[("/stages", gettext("Stages", said)), (None, gettext("Affectation", said))],
    )


async def posts_and_wishes(request: Request, made_up: bool) -> tuple[list[Post], list[Wish], str]:
    """Give the posts and the wishes that stand today, all real or all made up; a sentence where the graph cannot be read."""
    desk = await INTERNSHIPS.read(request)
    posts = desk.ledger.open_posts(today(), illustrative=made_up)
    picture, failure = await picture_of(request, posts, made_up)
    every = sorted([*posts, *picture.posts], key=lambda post: (post.title, post.id))
    return every, desk.ledger.open_wishes(today(), illustrative=made_up), failure


def _row(post: Post, wishes: list[Wish], now: Placement, then: Placement, said: Language) -> dict[str, Any]:
    titles = {wish.id: wish.title for wish in wishes}
    why = then.why.get(post.id)
    return {
        "post": post,
        "now": post.seats - now.empty[post.id],
        "then": post.seats - then.empty[post.id],
        "who": sorted({titles[wish] for wish in then.placed[post.id]}),
        "why": why and [(BARS[stop.bar][said], stop) for stop in why.stops],
        "elsewhere": why.elsewhere if why else 0,
    }
