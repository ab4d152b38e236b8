"""The page of internships: the share outside large agglomerations, posts by remoteness, wishes of programmes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from fastapi import APIRouter, Request, Response

from ...graph.internships.posts import Post, Wish, is_work_study, offered_of, posts_of
from ...graph.internships.remoteness import DEGREES, Remote, Remoteness
from ...graph.internships.shares import FOUNDING_INSIDE, Share, outside_by_year
from ...graph.pool.blocking import NoSnapshot, PoolBusy, QueryTimeout
from ...graph.region.firmness import EVIDENCE, MADE_UP
from ...graph.region.gazetteer import OUT_OF_SCOPE, Gazetteer
from ...graph.region.names import UnknownName
from ...graph.region.outlines import Outlines
from ...graph.region.view import RegionView
from ...graph.sparql.results import Value
from ...loaders.internships.ledger import ILLUSTRATIVE
from ...loaders.internships.publication import is_from_here
from ...loaders.operations.roles import Act
from ...ontology.labels import Term, concepts
from ...words import Named, gettext, number
from ..accounts.visitor import Visitor, devices_page, visitor_of
from ..desk.asked import answers_for, modes
from ..desk.lists import day_of, list_file, list_format
from ..desk.running import today
from ..labels.wording import concept_name, options
from ..pages.territory.grids import class_names
from ..reading.publication import client_of, sentence
from ..search.map import Spots, draw, outlines
from ..web.negotiation import HTML, Language
from ..web.page_error import PageError
from ..web.page_language import choose_language
from ..web.parameters import is_true
from .forms import subject_names, types_of
from .running import INTERNSHIPS, InternshipDesk

router = APIRouter(include_in_schema=False)
_POINTS = {"lat": pl.Float64, "long": pl.Float64, "title": pl.String, "href": pl.String, "mark": pl.Int64}
REAL = tuple(one for one in EVIDENCE if one not in MADE_UP)


@dataclass(frozen=True)
class Picture:
    """What the graph says for the page: posts and wishes of its own, how remote places are, shares by year."""

    posts: list[Post]
    wishes: list[Wish]
    remote: dict[str, Remote]
    shares: list[Share]


@router.get("/stages")
async def internships(request: Request) -> Response:
    """Show posts by remoteness, wishes, and the share outside large agglomerations; invented ones apart, where asked."""
    desk, visitor, said = await INTERNSHIPS.read(request), await visitor_of(request), choose_language(request)
    made_up = is_true(request.query_params, "illustrative")
    posts = desk.ledger.open_posts(today(), illustrative=made_up)
    wishes = desk.ledger.open_wishes(today(), illustrative=made_up)
    picture, failure = await picture_of(request, posts, made_up)
    chosen = {
        name: request.query_params.get(name, "")
        for name in ("type", "density", "rurality", "mode", "housing", "km")
    }
    every = sorted([*posts, *picture.posts], key=lambda post: _order(post, picture.remote))
    names = await subject_names(request, said)
    kept = [post for post in every if _kept(post, picture, chosen)]
    form = list_format(request)
    rows = [_row(visitor, desk, post, picture.remote, names, said) for post in kept]
    if form != HTML:
        if failure:
            raise PageError(503, Named(failure), {"Retry-After": "10"})
        title, listed = gettext("Postes de stage et d’alternance", said), [_cells(row) for row in rows]
        return list_file(request, visitor, form, "stages-postes", title, listed, desk.publication.snapshot)
    return devices_page(
        request,
        visitor,
        "stages.html",
        form=any(row["mine"] for row in rows),
        posts=rows,
        total=len(every),
        wishes=[_wish_row(visitor, desk, wish, names, said) for wish in [*wishes, *picture.wishes]],
        parts=picture.shares,
        evidence_names=concepts("evidence-status"),
        within=FOUNDING_INSIDE,
        failure_text=failure,
        small_map=None if failure else await map_of(request, kept, picture.remote),
        chosen=chosen,
        types=types_of(said),
        densities=[(degree[-1], concept_name(degree, said)) for degree in DEGREES],
        ruralities=_ruralities(every, picture.remote, said),
        modes=options(modes(), said),
        illustrative=made_up,
        examples=any(one.told.evidence == ILLUSTRATIVE for one in desk.ledger.posts.values()),
        may_file=visitor.may(Act.OFFER),
        trail=[("/demandes", gettext("Guichet", said)), (None, gettext("Stages", said))],
    )  # fmt: skip


async def picture_of(request: Request, posts: list[Post], made_up: bool) -> tuple[Picture, str]:
    """Read what the graph says, and how remote the posts are; a sentence where it cannot be read now."""
    said = choose_language(request)
    runner, client = request.app.state.maps, client_of(request)
    status = (ILLUSTRATIVE,) if made_up else REAL

    def of_graph(view: RegionView) -> tuple[list[Post], list[Wish], list[Share]]:
        # the ledger says more of those that were filed here
        posts = [one for one in posts_of(view, status) if not is_from_here(one.id)]
        wishes = [one for one in offered_of(view, status) if not is_from_here(one.id)]
        return posts, wishes, outside_by_year(view, today(), status)

    def remote(view: RegionView) -> dict[str, Remote]:
        measure = Remoteness.of(view)
        return {post.place: measure.at(post.place) for post in [*posts, *known[0]] if post.place}

    try:
        known = await runner.run(of_graph, illustrative=made_up, client=client)
        far = await runner.run(remote, client=client)
    except (NoSnapshot, PoolBusy, QueryTimeout) as error:
        return Picture([], [], {}, []), sentence(error, said)
    found, wishes, shares = known
    return Picture(found, wishes, far, shares), ""


async def map_of(request: Request, posts: list[Post], remote: Mapping[str, Remote]) -> Spots | None:
    """Draw where posts are, by the density class of their commune, and where a programme is taught.

    None where there is nothing to draw, or the graph cannot be read now.
    """
    said = choose_language(request)
    marks = [*(concept_name(degree, said) for degree in DEGREES), gettext("classe non connue", said)]

    def drawn(view: RegionView) -> Spots | None:
        ground = Gazetteer.of(view)
        rows = []
        for post in posts:
            place = ground.get(post.place)
            at = None if place is None else int(place.communes[0])
            far = remote.get(post.place, Remote())
            rows.append(
                {
                    "lat": None if at is None else float(ground.lat[at]),
                    "long": None if at is None else float(ground.long[at]),
                    "title": _point_title(post, far, said),
                    "href": f"/territoires/{post.place.removeprefix('territory/')}",
                    "mark": DEGREES.index(far.density) if far.density in DEGREES else len(DEGREES),
                }
            )
        points = pl.DataFrame(rows, schema=_POINTS).fill_nan(None)
        if points.drop_nulls().is_empty():
            return None
        taught = Remoteness.of(view).teaching.tolist()
        teaching = pl.DataFrame(
            {
                "lat": ground.lat[taught],
                "long": ground.long[taught],
                "title": [ground.commune(at).label for at in taught],
            }
        ).fill_nan(None)
        try:
            layer = outlines(Outlines.of(view), view.within)
        except UnknownName:
            return None  # nothing is known of the region
        other = gettext("commune où une formation du supérieur est enseignée", said)
        return draw(layer, points, said, marks=marks, others=teaching, other=other)

    try:
        picture: Spots | None = await request.app.state.maps.run(drawn, client=client_of(request))
    except (NoSnapshot, PoolBusy, QueryTimeout):
        return None
    return picture


def _point_title(post: Post, far: Remote, said: Language) -> str:
    """Say what stands at a point: the place, how far teaching is, the post."""
    km = "" if far.km is None else f" ({number(far.km, said, 0)} km)"
    return f"{post.place_name}{km}{gettext(' : ', said)}{post.title}"


def _order(post: Post, remote: dict[str, Remote]) -> tuple[float, str, str]:
    km = remote.get(post.place, Remote()).km
    return (-(km if km is not None else -1.0), post.title, post.id)


def _kept(post: Post, picture: Picture, chosen: dict[str, str]) -> bool:
    far = picture.remote.get(post.place, Remote())
    least = float(chosen["km"]) if chosen["km"].isdecimal() else 0.0
    return (
        (not chosen["type"] or post.type == chosen["type"])
        and (not chosen["density"] or far.density == f"density/{chosen['density']}")
        and (not chosen["rurality"] or far.rurality.rpartition("/")[2] == chosen["rurality"])
        and (not chosen["mode"] or post.mode == chosen["mode"])
        and (not chosen["housing"] or post.housing)
        and (not least or (far.km is not None and far.km >= least))
    )


def _row(
    visitor: Visitor,
    desk: InternshipDesk,
    post: Post,
    remote: dict[str, Remote],
    names: dict[str, str],
    said: Language,
) -> dict[str, Any]:
    far = remote.get(post.place, Remote())
    return {
        "post": post,
        "far": far,
        "classes": [
            concept_name(of, said) for of in (far.density, far.rurality) if of not in ("", OUT_OF_SCOPE)
        ],
        "type": concept_name(post.type, said),
        "mode": Term.of(post.mode)[said] if post.mode else "",
        "subjects": [names.get(path, path) for path in post.subjects],
        "mine": keeps(visitor, desk, post.id),
        "opens": is_of_agreements(desk, post.id) and (visitor.may(Act.MATCH) or has_organization(visitor)),
    }


def _cells(row: dict[str, Any]) -> list[Value]:
    """Give the cells of a line of posts, by `stages-postes`."""
    post: Post = row["post"]
    km: float | None = row["far"].km
    return [
        post.title,
        row["type"],
        post.host or None,
        ", ".join(row["subjects"]) or None,
        post.seats,
        post.place_name or None,
        ", ".join(row["classes"]) or None,
        None if km is None else round(km, 1),
        day_of(post.start),
        day_of(post.end),
        row["mode"] or None,
        post.housing,
        post.transport,
        bool(post.relay),
        post.evidence,
    ]


def _ruralities(posts: list[Post], remote: dict[str, Remote], said: Language) -> list[tuple[str, str]]:
    """Give the types of rurality of the communes of posts, in the order of their scheme, with their names."""
    there = {remote.get(post.place, Remote()).rurality for post in posts}
    return [
        (path.rpartition("/")[2], words)
        for path, words in class_names("rurality", said).items()
        if path and path in there
    ]


def is_of_agreements(desk: InternshipDesk, id: str) -> bool:
    """Tell whether agreements may be opened on a post: a real one that was filed here and stands, and no work-study."""
    filed = desk.ledger.posts.get(id)
    return (
        filed is not None
        and filed.open(today())
        and filed.told.evidence != ILLUSTRATIVE
        and not is_work_study(filed.told.type)
    )


def has_organization(visitor: Visitor) -> bool:
    """Tell whether an account may file for an organisation of its own."""
    return visitor.may(Act.OFFER) and visitor.account is not None and bool(visitor.account.organization)


def _wish_row(
    visitor: Visitor, desk: InternshipDesk, wish: Wish, names: dict[str, str], said: Language
) -> dict[str, Any]:
    return {
        "wish": wish,
        "type": concept_name(wish.type, said),
        "subjects": [names.get(path, path) for path in wish.subjects],
        "mine": keeps(visitor, desk, wish.id),
    }


def keeps(visitor: Visitor, desk: InternshipDesk, id: str) -> bool:
    """Tell whether somebody may take back a post or a wish: the desk, and who answers for the organisation it is of."""
    filed = desk.ledger.posts.get(id) or desk.ledger.wishes.get(id)
    if filed is None:
        return False
    told = filed.told
    owner = told.host_path if isinstance(told, Post) else told.institution_path
    return visitor.may(Act.MATCH) or (visitor.may(Act.OFFER) and answers_for(visitor.account, owner))
