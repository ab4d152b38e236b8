"""Pages made ahead of who will ask, by the application itself, for the addresses that most visitors come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from fastapi import FastAPI
from starlette.types import Message, Scope

from ..graph.ground import Ground
from ..graph.matter import Matter
from .kept_answers import Kept
from .kept_pages import KeptPages
from .negotiation import Language
from .page_cache import KEPT

#: A name that no page may repeat: one that does tells where its site is, and is not kept.
_NOWHERE = b"nowhere.invalid"
_BROWSER = b"text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
_BOTH: tuple[Language, ...] = ("fr", "en")
_FIRST = ("/", "/territoires", "/filieres", "/ce-qui-manque", "/ce-qui-manque/territoires")
_LEVELS = ("epci", "department", "adhoc", "zone", "bassin", "region")


def addresses(matter: Matter) -> Iterator[tuple[str, Language]]:
    """List the pages made ahead, those asked for most first: entries, filières and portraits; communes in French alone."""
    ground = Ground.of(matter)
    chains = sorted(
        {chain.rpartition("/")[2] for chain in matter.frame("chains")["chain"].drop_nulls().unique()}
    )
    pages = [*_FIRST, *(f"/filieres/{chain}" for chain in chains)]
    places = {level: ground.territories(level, matter.within) for level in (*_LEVELS, "commune")}
    portraits = {
        level: [f"/territoires/{one.id.removeprefix('territory/')}" for one in found]
        for level, found in places.items()
    }
    pages += [page for level in _LEVELS for page in portraits[level]]
    yield from ((page, said) for page in pages for said in _BOTH)
    yield from ((f"{page}?comparer=pairs", "fr") for page in portraits["epci"])
    yield from ((page, "fr") for page in portraits["commune"])


async def make(
    app: FastAPI, pages: KeptPages, wanted: Iterable[tuple[str, Language]], goes_on: Callable[[], bool]
) -> int:
    """Have the pages made that are not there yet, one at a time, while `goes_on` says so; give how many were kept."""
    count = 0
    async with app.router.lifespan_context(app):
        for address, said in wanted:
            if pages.has(address, said):
                continue
            if not goes_on():
                return count
            made = await ask(app, address, said)
            if made is not None:
                pages.keep(address, said, made)
                count += 1
    pages.finish()
    return count


async def ask(app: FastAPI, address: str, said: Language) -> Kept | None:
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
    kept: Kept | None = scope.get(KEPT)
    return None if kept is None or kept.day or _NOWHERE in kept.body else kept
