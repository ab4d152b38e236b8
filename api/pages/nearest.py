"""What an error page offers where something is unknown: things whose names look like it, each with its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import quote

from fastapi import Request

from ...graph.region.names import UnknownName
from ...ontology.vocabulary import ID
from ...words import SOURCE
from ..reading.names import Index, Named, territory_kind
from ..reading.project_territories import projects
from ..reading.publication import index_of, reading_of
from ..web.links import href, kind_of_address, local_name
from ..web.negotiation import Language
from ..web.page_error import NoFiguresError, PageError, UnknownBlockError

MOST = 6


@dataclass(frozen=True)
class Offer:
    """Something near what is unknown: its name, its address, and one more word on it; `french`: the name is in French."""

    name: str
    address: str
    detail: str = ""
    french: bool = True


def offers(request: Request, error: PageError, language: Language) -> list[Offer]:
    """List what is near: what the error says, else blocks of the page, else things of the kind that the address tells."""
    cause = error.__cause__
    if isinstance(cause, UnknownName):
        return [_offer(request, cause, name, target, language) for name, target in cause.nearest[:MOST]]
    path = request.url.path.rstrip("/")
    if request.scope.get("endpoint") is None:
        return _addresses(request, path)
    if isinstance(error, UnknownBlockError):
        above, _, name = path.rpartition("/")
        near = get_close_matches(name, error.names, MOST)
        return [Offer(one, f"{above}/{one}", french=False) for one in near]
    if isinstance(error, NoFiguresError):
        return []  # the thing is known, and the message tells whose figures there are
    kind = kind_of_address(path)
    if not request.path_params or (kind is None and not path.startswith(("/doc/", "/id/"))):
        return []  # the message tells what is near, of another kind than names
    try:
        index = index_of(request, reading_of(request))
        # no official territory is near one that people draw
        found = projects(index) if path.startswith("/territoires/adhoc/") else _alike(index, path, kind)
        return [_named(one, language) for one in found[:MOST]]
    except Exception:
        return []


def _addresses(request: Request, path: str) -> list[Offer]:
    """List the addresses of pages and of the API that look like one that leads nowhere."""
    known = [one for one in request.app.openapi()["paths"] if "{" not in one]
    return [Offer(one, one, french=False) for one in get_close_matches(path, known, 3, 0.75)]


def _alike(index: Index, path: str, kind: str | None) -> list[Named]:
    """List things whose name or code looks like the one in an address: of its level, unless the code is another level's."""
    pieces = path.removeprefix("/doc").removeprefix("/id").strip("/").split("/")
    level = pieces[1] if kind == "territoires" and len(pieces) > 2 else ""
    text = pieces[-1] if kind is None else pieces[min(2 if level else 1, len(pieces) - 1)]
    if any(one.kind == kind and territory_kind(one.iri) == level for one in _coded(index, text)):
        return []  # it exists: what is missing is something of it
    words = text.replace("-", " ")
    near = index.find(words, kind) or index.nearest(words, kind, 60)
    same = [one for one in near if local_name(one.iri) == text]
    return list(dict.fromkeys([*same, *(one for one in near if territory_kind(one.iri) == level)] or near))


def _coded(index: Index, code: str) -> list[Named]:
    return [one for one in index.find(code) if local_name(one.iri) == code]


def _named(one: Named, language: Language) -> Offer:
    return Offer(one.label, href(one.iri) or "", one.told(language))


def _offer(request: Request, unknown: UnknownName, name: str, target: str, language: Language) -> Offer:
    """Give the address that asks again with a near name; the page of the thing where what is unknown is not in the query."""
    path = target.removeprefix(ID)
    value = path.removeprefix("territory/")
    if wrong := next(
        (key for key, given in request.query_params.items() if given.strip() == unknown.name), ""
    ):
        return Offer(name, _relative(request, {wrong: value}), "" if value == name else value)
    if unknown.kind == "indicator":
        french = language == SOURCE  # the titles at hand are French
        words = (name, target) if french else (target, "")
        return Offer(words[0], f"/indicateurs/{quote(target)}", words[1], french=french)
    return Offer(name, href(ID + path) or "")


def _relative(request: Request, changed: Mapping[str, str]) -> str:
    url = request.url.include_query_params(**changed)
    return f"{url.path}?{url.query}"
