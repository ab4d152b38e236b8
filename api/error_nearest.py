"""What an error page offers where something is unknown: things whose names look like it, each with its address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request

from ..graph.places import UnknownName
from ..ontology.vocabulary import ID
from .links import href, kind_of_address
from .names import Named
from .negotiation import Language
from .project_territories import projects
from .publication import index_of, reading_of

MOST = 6
#: What a sentence tells of near names, which the page gives as links.
_TOLD = re.compile(r"\s*(?:Proches|Peut-être|Near ones|Perhaps) : .*|\s*(?:Near ones|Perhaps): .*", re.DOTALL)


@dataclass(frozen=True)
class Offer:
    """Something near what is unknown: its name, its address, and one more word on it; `french`: the name is in French."""

    name: str
    address: str
    detail: str = ""
    french: bool = True


def offers(request: Request, cause: BaseException | None, language: Language) -> list[Offer]:
    """List what is near: what the error says, else things of the kind that the address tells whose name looks like its end."""
    if isinstance(cause, UnknownName):
        return [_offer(request, cause, name, target, language) for name, target in cause.nearest[:MOST]]
    path = request.url.path.rstrip("/")
    kind = kind_of_address(path)
    found = request.scope.get("endpoint") is not None
    if found and (not request.path_params or (kind is None and not path.startswith(("/doc/", "/id/")))):
        return []  # the sentence tells what is near, of another kind than names
    try:
        index = index_of(request, reading_of(request))
        if path.startswith("/territoires/adhoc/"):
            near = projects(index)  # no official territory is near one that people draw
        else:
            text = path.rsplit("/", 1)[-1].replace("-", " ")
            near = index.find(text, kind) or index.nearest(text, kind)
        return [_named(one, language) for one in near[:MOST]]
    except Exception:
        return []


def without_near(sentence: str) -> str:
    """Take from a sentence the near names that the page gives as links.

    >>> without_near("Il n’y a aucun territoire « grenobel ». Peut-être : Grenoble (commune/38185).")
    'Il n’y a aucun territoire « grenobel ».'
    >>> without_near("There is no indicator “x”. Near ones: “jobs”.")
    'There is no indicator “x”.'
    """
    return _TOLD.sub("", sentence)


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
        words = (target, "") if language == "en" else (name, target)  # the titles at hand are French
        return Offer(words[0], f"/indicateurs/{quote(target)}", words[1], french=language == "fr")
    return Offer(name, href(ID + path) or "")


def _relative(request: Request, changed: Mapping[str, str]) -> str:
    url = request.url.include_query_params(**changed)
    return f"{url.path}?{url.query}"
