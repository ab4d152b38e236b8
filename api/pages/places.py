"""The small map of a page: the places of what it tells, as points over the outlines of the region."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import polars as pl
from fastapi import Request

from ...graph.pool.blocking import NoSnapshot, PoolBusy, QueryTimeout
from ...graph.region.names import UnknownName
from ...graph.region.outlines import Outlines
from ...graph.region.view import RegionView
from ...ontology.vocabulary import ID
from ...words import Spoken
from ..reading.publication import client_of
from ..search.map import Spots, draw, outlines
from ..web.links import href
from ..web.negotiation import Language

LINKS = 12
"""Places above which points lead nowhere: the keyboard would stop at each, and the page lists them."""


class Point(NamedTuple):
    """What is at a place: the path of a commune, what is there, and the path or the IRI of its page."""

    place: str
    title: str
    about: str


async def map_of(
    request: Request,
    points: Iterable[Point],
    said: Language,
    title: Spoken,
    *,
    others: Iterable[Point] = (),
    other: str = "",
) -> Spots | None:
    """Draw points (and, as crosses, `others`, which `other` names) over the region.

    None where no point is known to be in it, or where the graph cannot be read now: nothing is drawn of nothing.
    """
    mine, beside = _communes(points), _communes(others)
    if not mine:
        return None

    def drawn(view: RegionView) -> Spots | None:
        try:
            layer = outlines(Outlines.of(view), view.within)
        except UnknownName:
            return None  # nothing is known of the region
        placed = _placed(view, mine)
        if placed.n_unique(["lat", "long"]) > LINKS:
            placed = placed.drop("title", "href")
        made = draw(layer, placed, said, others=_placed(view, beside), other=other, title=title[said])
        return made if made.shown else None

    try:
        found: Spots | None = await request.app.state.maps.run(drawn, client=client_of(request))
    except (NoSnapshot, PoolBusy, QueryTimeout):
        return None
    return found


def _communes(points: Iterable[Point]) -> list[Point]:
    """Keep once what is in a commune: a larger territory is no point."""
    return [one for one in dict.fromkeys(points) if one.place.startswith("territory/commune/")]


def _placed(view: RegionView, points: Iterable[Point]) -> pl.DataFrame:
    rows = pl.DataFrame(
        [
            (place, title, href(about if "://" in about else ID + about) or "")
            for place, title, about in points
        ],
        schema={"place": pl.String, "title": pl.String, "href": pl.String},
        orient="row",
    )
    known = view.frame("communes").select("place", "lat", "long").unique("place")
    return rows.join(known, on="place", how="left", maintain_order="left")
