"""The language of a page: the one a request asks for, the same page in the other, and links that keep the choice."""

from __future__ import annotations

import secrets
from html import escape, unescape
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from starlette.routing import Match

from ...words import SOURCE, languages
from .negotiation import Language, language

PARAMETER = "lang"
#: Addresses whose answers have no language: style sheets, files of RDF, what machines ask.
WITHOUT = (
    "/static/",
    "/docs",
    "/dumps/",
    "/changes/",
    "/graphs",
    "/healthz",
    "/readyz",
    "/metrics",
    "/contexts/",
    "/.well-known/void.",
)

_FILES = tuple(
    f".{suffix}{packed}" for suffix in ("ttl", "nt", "nq", "trig", "rdf", "jsonld") for packed in ("", ".gz")
)

#: Begins the place of a language while a page is rendered: no text of the graph nor of a visitor holds it. One character
#: follows, that says what goes there: "?" or "&" a parameter of an address, "i" a field of a form.
SLOT = f"\ufdd0{secrets.token_hex(4)}"
FIELD = f"{SLOT}i"
Places: TypeAlias = tuple[tuple[int, str], ...]
"""Where a language may go in a page: characters before it, and what goes there."""


def choose_language(request: Request) -> Language:
    """Choose the language of a page: `?lang=`, else Accept-Language; French breaks ties."""
    return language(request.headers.get("accept-language"), request.query_params.get(PARAMETER))


def language_of_address(request: Request) -> Language | None:
    """Give the language that the address itself asks for; None if it asks for none we have."""
    asked = request.query_params.get(PARAMETER)
    return asked if asked in languages() else None


def switch_language(path: str, query: str, said: Language) -> str:
    """Give the address of the same page in the other language, with all its other parameters.

    >>> switch_language("/cartes", "indicator=jobs&lang=fr&classes=5", "fr")
    '/cartes?indicator=jobs&classes=5&lang=en'
    """
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != PARAMETER]
    return f"{path}?{urlencode([*kept, (PARAMETER, other_language(said))])}"


def other_language(said: Language) -> Language:
    """Give the language that stands beside one where two are shown: French, or the first of the others beside French.

    >>> other_language("fr"), other_language("en")
    ('en', 'fr')
    """
    return languages()[1] if said == SOURCE else SOURCE


def page_of(request: Request) -> tuple[str, str]:
    """Give the path and the query of the page that is asked for; of what a form sends, those of the page that the form is on.

    That one is at its own address, where that is a page, else at the nearest above.
    """
    path = request.url.path
    if request.method not in ("GET", "HEAD"):
        while path and not _is_page(request, path):
            path = path.rpartition("/")[0]
    return path or "/", request.url.query if path == request.url.path else ""


def _is_page(request: Request, path: str) -> bool:
    asked = {**request.scope, "method": "GET", "path": path}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.router.routes)


def in_address(said: Language) -> str:
    """Give what an address says of its language: nothing for French, which pages have unless told.

    >>> in_address("fr"), in_address("en")
    ('', 'en')
    """
    return "" if said == SOURCE else said


def linked(address: str) -> str:
    """Leave, in the address of a link (escaped for HTML), the place of the language that the page's own address asks for.

    Links elsewhere, to files without a language, and those that name a language already stay as they are.

    >>> linked("/cartes?a=b#c") == f"/cartes?a=b{SLOT}&#c", linked("/sources") == f"/sources{SLOT}?"
    (True, True)
    >>> linked("/a?b=&#39;") == f"/a?b=&#x27;{SLOT}&"
    True
    >>> linked("/static/a.css"), linked("//e.org/a"), linked("/def/Commune.ttl"), linked("/a?lang=fr"), linked("#b")
    ('/static/a.css', '//e.org/a', '/def/Commune.ttl', '/a?lang=fr', '#b')
    """
    address = str.__str__(address)  # of markup, each piece would be markup: four times as slow
    if not address.startswith("/") or address.startswith("//"):
        return address
    if "&#" in address:  # a number sign that only escapes a character
        return escape(linked(unescape(address))).replace(f"{SLOT}&amp;", f"{SLOT}&")
    page, mark, place = address.partition("#")
    path, asks, query = page.partition("?")
    named = f"&{query}".replace("&amp;", "&")
    if path.startswith(WITHOUT) or path.endswith(_FILES) or f"&{PARAMETER}=" in named:
        return address
    return f"{page}{SLOT}{'&' if asks else '?'}{mark}{place}"


def keep_language(request: Request, address: str) -> str:
    """Give an address of this site (as it is, not escaped) in the language that a request's own address asks for."""
    said = language_of_address(request)
    return unescape(carry_language(*placed(linked(escape(address))), said)) if said else address


def placed(text: str) -> tuple[str, Places]:
    """Take the slots out of a page that was rendered; give it without language, and where one may go.

    >>> placed(f'<a href="/cartes{SLOT}?#c">x</a><form>{FIELD}<input name="q"></form>')
    ('<a href="/cartes#c">x</a><form><input name="q"></form>', ((16, '?'), (31, 'i')))
    """
    first, *rest = text.split(SLOT)
    parts, places, at = [first], [], len(first)
    for piece in rest:
        places.append((at, piece[0]))
        parts.append(piece[1:])
        at += len(piece) - 1
    return "".join(parts), tuple(places)


def carry_language(page: str, places: Places, said: Language) -> str:
    """Make the links and the forms of a page keep a language.

    >>> carry_language('<a href="/cartes?a=b#c">x</a><form><input name="q"></form>', ((20, "&"), (35, "i")), "en")
    '<a href="/cartes?a=b&amp;lang=en#c">x</a><form><input type="hidden" name="lang" value="en"><input name="q"></form>'
    """
    asked = f"{PARAMETER}={said}"
    words = {"?": f"?{asked}", "&": f"&amp;{asked}"}
    words["i"] = f'<input type="hidden" name="{PARAMETER}" value="{said}">'
    parts, last = [], 0
    for at, kind in places:
        parts += [page[last:at], words[kind]]
        last = at
    return "".join([*parts, page[last:]])
