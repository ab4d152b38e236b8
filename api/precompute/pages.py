"""Pages made ahead of who will ask, by the application itself, for the addresses that most visitors come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import polars as pl
from fastapi import FastAPI
from starlette.types import Message, Scope

from ...graph.region.gazetteer import Gazetteer
from ...graph.region.levels import AREAS
from ...graph.region.view import RegionView
from ...words import SOURCE, languages
from ..web.kept_answers import CacheEntry
from ..web.negotiation import Language
from ..web.page_cache import KEPT
from .kept_pages import KeptPages

#: A name that no page may repeat: one that does tells where its site is, and is not kept.
_NOWHERE = b"nowhere.invalid"
_BROWSER = b"text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
_LARGEST = 200
_FIRST = ("/", "/territoires", "/filieres", "/ce-qui-manque", "/ce-qui-manque/territoires")


def addresses(matter: RegionView) -> Iterator[tuple[str, Language]]:
    """List the pages made ahead, those asked for most first: entries, filières, portraits and actors of the region.

    Institutions of higher education are made in two languages; the largest actors of all, research units, then communes,
    in French alone.
    """
    ground = Gazetteer.of(matter)
    chains = sorted(
        {chain.rpartition("/")[2] for chain in matter.frame("chains")["chain"].drop_nulls().unique()}
    )
    pages = [*_FIRST, *(f"/filieres/{chain}" for chain in chains)]
    places = {level: ground.territories(level, matter.within) for level in (*AREAS, "commune")}
    portraits = {
        level: [f"/territoires/{one.id.removeprefix('territory/')}" for one in found]
        for level, found in places.items()
    }
    pages += [page for level in AREAS for page in portraits[level]]
    yield from ((page, said) for page in pages for said in languages())
    actors = _actors(matter, ground)
    yield from ((page, said) for page in actors["higher-education"] for said in languages())
    large = (f"/acteurs/{actor.rpartition('/')[2]}" for actor in largest_actors(matter)[:_LARGEST])
    rest = dict.fromkeys([*large, *actors["research-unit"], *portraits["commune"]])
    yield from ((page, "fr") for page in rest if page not in set(actors["higher-education"]))


def largest_actors(matter: RegionView) -> list[str]:
    """List actors (their paths) by their participations, supervised units and programmes, those with most first."""
    seats = (("participations", "actor"), ("supervisions", "institution"), ("programmes", "institution"))
    rows = pl.concat(matter.frame(name).select(actor=key) for name, key in seats).drop_nulls()
    counts = rows.group_by("actor").len().sort("len", "actor", descending=[True, False])
    return [actor for actor in counts["actor"].to_list() if actor.count("/") == 1]


def _actors(matter: RegionView, ground: Gazetteer) -> dict[str, list[str]]:
    """List the pages of the academic actors of the region, by their type."""
    located = ground.locate(matter.frame("institutions").filter(pl.col("type").is_not_null()))
    inside = located.filter(pl.col("at").is_in(ground.territory(matter.within).communes))
    found: dict[str, list[str]] = {"higher-education": [], "research-unit": []}
    for actor, kind in inside.select("organization", "type").unique().sort("organization").iter_rows():
        found.setdefault(kind.rpartition("/")[2], []).append(f"/acteurs/{actor.rpartition('/')[2]}")
    return found


async def make(
    app: FastAPI, pages: KeptPages, wanted: Iterable[tuple[str, Language]], goes_on: Callable[[], bool]
) -> int:
    """Have the pages made that are not there yet, one at a time, while `goes_on` says so; give how many were kept.

    Those that a page in French offers (the comparisons of a portrait) are made with it.
    """
    count = 0
    async with app.router.lifespan_context(app):
        for first, said in wanted:
            todo = [first]
            while todo:
                address = todo.pop()
                kept = pages.find(address, said)
                if kept is None:
                    if not goes_on():
                        return count
                    kept = await ask(app, address, said)
                    if kept is not None:
                        pages.keep(address, said, kept)
                        count += 1
                if kept is not None and said == SOURCE:
                    todo += kept.offers
    pages.finish()
    return count


async def ask(app: FastAPI, address: str, said: Language) -> CacheEntry | None:
    """Ask an application for a page as a browser does; None for one that is not to be kept.

    An answer is kept if the layer of pages keeps it for more than a day, and if it does not tell where it was asked for.
    """
    path, _, query = address.partition("?")

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: Message) -> None:
        return None

    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", _NOWHERE), (b"accept", _BROWSER), (b"accept-language", said.encode())],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    kept: CacheEntry | None = scope.get(KEPT)
    return None if kept is None or kept.day or _NOWHERE in kept.body else kept
