"""From an IRI of the graph to the address of its page here, and which outside addresses may become links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from fastapi import Request, Response

BASE = "https://w3id.org/ancrage/id/"
DEFINITIONS = "https://w3id.org/ancrage/def/"

#: Beginning of a path, of the address of its page, and how many pieces follow.
_FRIENDLY = {
    "territory/": ("/territoires/", 2),
    "organization/": ("/acteurs/", 1),
    "programme/": ("/formations/", 1),
    "value-chain/": ("/filieres/", 1),
    "project/": ("/projets/", 2),
    "interaction/": ("/interactions/", 2),
    "event/": ("/evenements/", 2),
    "example/interaction/": ("/interactions/exemple/", 1),
    "example/event/": ("/evenements/exemple/", 1),
    "strategy/": ("/strategies/", 1),
    "example/strategy/": ("/strategies/exemple/", 1),
    "scheme/": ("/dispositifs/", 1),
    "example/scheme/": ("/dispositifs/exemple/", 1),
}
#: Beginnings of the paths of what is found by its name.
_NAMED = ("territory/", "organization/", "programme/", "value-chain/")
FOUND_BY_NAME = tuple(BASE + head for head in _NAMED)
"""Beginnings of their IRIs: their pages tell what sources describe."""
_SAFE_PATH = "/:@!$&'()*+,;=~-._"


_ADDRESS = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def public_base(request: Request) -> str:
    """Give the public address of the site without a final slash: the setting, else where the request was sent.

    A Host header that is no host name is not repeated: the address that the server listens on stands in for it.
    """
    chosen: str = request.app.state.settings.base_url
    if chosen:
        return chosen.rstrip("/")
    asked = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if _ADDRESS.fullmatch(asked):
        return asked
    host, port = request.scope.get("server") or ("localhost", None)
    return f"{request.url.scheme}://{f'[{host}]' if ':' in host else host}" + (f":{port}" if port else "")


def page_links(number: int, last: int, address: Callable[[int], str]) -> list[str]:
    """Give what `Link` says of the pages beside one of a list; none beyond its ends.

    >>> page_links(1, 2, lambda number: f"/agenda?page={number}")
    ['</agenda?page=2>; rel="next"']
    """
    return [
        f'<{address(other)}>; rel="{relation}"'
        for relation, other in (("prev", number - 1), ("next", number + 1))
        if 1 <= other <= last
    ]


def add_links(response: Response, links: Iterable[str]) -> None:
    """Add to what the `Link` of an answer says."""
    if told := [*filter(None, [response.headers.get("Link")]), *links]:
        response.headers["Link"] = ", ".join(told)


def friendly_page(iri: str) -> str | None:
    """Give the address of the designed page of a territory, an actor, a programme, a filière or an interaction; None for others.

    >>> friendly_page(BASE + "territory/epci/200040715")
    '/territoires/epci/200040715'
    >>> friendly_page(BASE + "site/0383412R") is None
    True
    """
    if not iri.startswith(BASE):
        return None
    local = iri.removeprefix(BASE)
    for head, (address, pieces) in _FRIENDLY.items():
        rest = local.removeprefix(head)
        if rest != local and rest.count("/") == pieces - 1 and all(rest.split("/")):
            return address + quote(rest, safe=_SAFE_PATH)
    return None


def path_of_page(address: str) -> str:
    """Give the path of the thing whose designed page is at a (decoded) address.

    >>> path_of_page("/projets/anr/ANR-21-CE20-0018"), path_of_page("/interactions/exemple/stage")
    ('project/anr/ANR-21-CE20-0018', 'example/interaction/stage')
    """
    longest = max((page for page, _ in _FRIENDLY.values() if address.startswith(page)), key=len)
    head = next(head for head, (page, _) in _FRIENDLY.items() if page == longest)
    return head + address.removeprefix(longest)


def kind_of_address(path: str) -> str | None:
    """Give the kind of the things that an address leads to, as names are kept (None: of any kind).

    >>> kind_of_address("/doc/territory/epci/999"), kind_of_address("/acteurs/x"), kind_of_address("/rien")
    ('territoires', 'acteurs', None)
    """
    bare = path.removeprefix("/doc/").removeprefix("/id/").removeprefix("/")
    for head, (address, _) in _FRIENDLY.items():
        if bare.startswith((head, address[1:])):
            return address.strip("/") if head in _NAMED else None
    return None


def document_path(iri: str) -> str | None:
    """Give the address of the description of a thing we name (`/doc/…`), or None for foreign IRIs.

    >>> document_path(BASE + "site/0383412R")
    '/doc/site/0383412R'
    """
    if iri.startswith(BASE) and len(iri) > len(BASE):
        return "/doc/" + quote(iri.removeprefix(BASE), safe=_SAFE_PATH)
    return None


def iri_of_path(path: str) -> str:
    """Give the IRI that a (decoded) path under `/id/` or `/doc/` names.

    >>> iri_of_path("territory/region/84")
    'https://w3id.org/ancrage/id/territory/region/84'
    """
    return BASE + path


def href(iri: str) -> str | None:
    """Give the link to follow: our page, our description, or the outside web; None when it is no web address.

    >>> href("javascript:alert(1)") is None
    True
    >>> href("https://anr.fr/Projet-ANR-22-SOIL-0002")
    'https://anr.fr/Projet-ANR-22-SOIL-0002'
    >>> href(DEFINITIONS + "Commune")
    '/def/Commune'
    """
    if iri.startswith(DEFINITIONS):
        return "/def/" + quote(iri.removeprefix(DEFINITIONS), safe=_SAFE_PATH)
    ours = friendly_page(iri) or document_path(iri)
    if ours is not None:
        return ours
    try:
        parts = urlsplit(iri)
    except ValueError:
        return None
    return iri if parts.scheme in ("http", "https") and parts.netloc else None


def local_name(iri: str) -> str:
    """Give the last piece of an IRI, shown when nothing gives it a label.

    >>> local_name("http://id.insee.fr/codes/nafr2/classe/01.11"), local_name(BASE + "site/rnsr-1")
    ('01.11', 'rnsr-1')
    """
    return iri.rstrip("/#").rsplit("/", 1)[-1].rsplit("#", 1)[-1] or iri
