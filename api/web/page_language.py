"""The language of a page: the one a request asks for, the same page in the other, and links that keep the choice."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import parse_qsl, urlencode

from fastapi import Request

from ...words import SOURCE, languages
from .negotiation import Language, language

PARAMETER = "lang"
#: Addresses whose answers have no language: style sheets, files of RDF, what machines ask.
WITHOUT = (
    "/static/",
    "/dumps/",
    "/graphs",
    "/healthz",
    "/readyz",
    "/metrics",
    "/contexts/",
    "/.well-known/void.",
)

_LINK = re.compile(r'(<a\b[^>]*?\shref=")(/[^"]*)(")')
_FORM = re.compile(r"(<form\b[^>]*>)(.*?)(</form>)", re.DOTALL)
_NAMED = re.compile(r"(?:[?&]|&amp;)lang=")
_FILE = re.compile(r"\.(?:ttl|nt|nq|trig|rdf|jsonld)(?:\.gz)?$")


def spoken(request: Request) -> Language:
    """Choose the language of a page: `?lang=`, else Accept-Language; French breaks ties."""
    return language(request.headers.get("accept-language"), request.query_params.get(PARAMETER))


def insisted(request: Request) -> Language | None:
    """Give the language that the address itself asks for; None if it asks for none we have."""
    return insisted_in(request.url.query)


def insisted_in(query: str) -> Language | None:
    """Do the same from the query of an address.

    >>> insisted_in("q=bois&lang=en"), insisted_in("lang=de"), insisted_in("slang=fr")
    ('en', None, None)
    """
    asked = dict(parse_qsl(query)).get(PARAMETER)
    return asked if asked in languages() else None


def switched(path: str, query: str, said: Language) -> str:
    """Give the address of the same page in the other language, with all its other parameters.

    >>> switched("/cartes", "indicateur=jobs&lang=fr&classes=5", "fr")
    '/cartes?indicateur=jobs&classes=5&lang=en'
    """
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != PARAMETER]
    return f"{path}?{urlencode([*kept, (PARAMETER, other(said))])}"


def other(said: Language) -> Language:
    """Give the language that stands beside one where two are shown: French, or the first of the others beside French.

    >>> other("fr"), other("en")
    ('en', 'fr')
    """
    return languages()[1] if said == SOURCE else SOURCE


def in_address(said: Language) -> str:
    """Give what an address says of its language: nothing for French, which pages have unless told.

    >>> in_address("fr"), in_address("en")
    ('', 'en')
    """
    return "" if said == SOURCE else said


def language_suffix(said: Language) -> str:
    """Give the end of an address that has parameters already.

    >>> language_suffix("fr"), language_suffix("en")
    ('', '&lang=en')
    """
    return f"&{PARAMETER}={said}" if in_address(said) else ""


def carried(body: str, said: Language) -> str:
    """Make the links and the forms of a page keep the language its address asks for.

    Links elsewhere, to files without a language, and those that name a language already stay as they are.

    >>> carried('<a href="/cartes?a=b#c">x</a><a href="/static/a.css">y</a>', "en")
    '<a href="/cartes?a=b&amp;lang=en#c">x</a><a href="/static/a.css">y</a>'
    >>> carried('<form action="/recherche" method="get"><input name="q"></form>', "en")
    '<form action="/recherche" method="get"><input type="hidden" name="lang" value="en"><input name="q"></form>'
    """
    return _FORM.sub(lambda found: _form(found, said), _LINK.sub(lambda found: _link(found, said), body))


def _link(found: re.Match[str], said: Language) -> str:
    before, address, after = found.groups()
    page, mark, place = address.partition("#")
    path = page.partition("?")[0]
    if page.startswith("//") or path.startswith(WITHOUT) or _FILE.search(path) or _NAMED.search(page):
        return found[0]
    joint = "&amp;" if "?" in page else "?"
    return f"{before}{page}{joint}{PARAMETER}={said}{mark}{place}{after}"


def _form(found: re.Match[str], said: Language) -> str:
    head, inside, end = found.groups()
    if 'method="post"' in head.lower() or f'name="{PARAMETER}"' in inside:
        return found[0]
    return f'{head}<input type="hidden" name="{PARAMETER}" value="{escape(said)}">{inside}{end}'
