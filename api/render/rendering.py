"""Pages made from templates: one Jinja environment, everything escaped, with the strict policy."""

import functools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from markupsafe import Markup

from ...graph.region.levels import TERRITORY_KINDS
from ...words import SOURCE, date, first_upper, gettext, ngettext, numeral, own_name, percent
from ..labels import wording
from ..labels.basis_names import method_name, source_title
from ..labels.typesetting import typeset_page
from ..reading.publication import current
from ..web import links
from ..web.assets import has_documentation
from ..web.negotiation import Language
from ..web.packages import has_devices
from ..web.page_language import (
    SLOT,
    carry_language,
    choose_language,
    language_of_address,
    linked,
    other_language,
    page_of,
    placed,
    switch_language,
)
from ..web.security import GRAPH_POLICY, POLICY
from .blocks.cells import bar_scale, row_cells, source_links
from .blocks.tables import absent
from .page_template import PageTemplate
from .template_links import KeepLanguage, linked_sentence
from .theme import Theme

TEMPLATES = Path(__file__).parents[1] / "templates"
STATIC = Path(__file__).parents[1] / "static"

#: Characters of an address that stand as they are in a Link header.
SAFE_IN_LINK = ":/#?&=%@!$'()*+,;~[]"
#: Pieces of pages that every template may call.
MACROS = ("link", "query_link", "header", "or_else", "figure", "formats", "description", "provenance")

_OURS = Theme()


def json_for_script(value: Any) -> Markup:
    r"""Serialise data for a `<script type="application/json">` block: no character can close it.

    >>> print(json_for_script({"label": "</script><b>"}))
    {"label": "\u003c/script\u003e\u003cb\u003e"}
    """
    return escape_json(json.dumps(value, ensure_ascii=False))


def escape_json(text: str) -> Markup:
    """Escape the characters that could close the block JSON stands in; in JSON they stand inside strings only."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def evidence_name(value: str) -> str:
    """Give the short name of an evidence status (the last piece of its IRI), or an empty text.

    >>> evidence_name("https://w3id.org/ancrage/id/evidence-status/inferred"), evidence_name("")
    ('inferred', '')
    """
    name = links.local_name(value) if value else ""
    return name if name in wording.EVIDENCE else ""


@functools.cache
def environment() -> Environment:
    """Build the template environment once."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[KeepLanguage],
        auto_reload=False,  # else each piece of each page asks the disk, and waits its turn of the interpreter
    )
    made.template_class = PageTemplate
    made.filters.update(
        number=_number,
        date=_date,
        capital=first_upper,
        href=links.href,
        linked=linked,
        local_name=links.local_name,
        evidence_name=evidence_name,
        json=json_for_script,
        query_string=urlencode,
        method_name=method_name,
        source_title=source_title,
    )
    made.globals.update(
        absent=absent,
        source_links=source_links,
        evidence_of=wording.EVIDENCE,
        evidence_meaning=wording.EVIDENCE_MEANING,
        gettext=gettext,
        devices=has_devices(),
        documented=has_documentation,
        drawing_place=drawing_place,
    )
    macros: Any = made.get_template("macros.html").module
    made.globals.update({name: getattr(macros, name) for name in MACROS})
    # Few statuses in few languages, said hundreds of times a page.
    once = {name: functools.lru_cache(1 << 8)(getattr(macros, name)) for name in ("badge", "no_value")}
    made.globals.update(
        once, bar_scale=bar_scale, row_cells=functools.partial(row_cells, once["badge"], once["no_value"])
    )
    return made


def drawing_place(name: str) -> Markup:
    """Mark where a drawing of a page goes; `page` puts it there, after the spaces of the page are set."""
    return Markup(f"<{SLOT}{name}>")


def templates() -> None:
    """Compile the templates of pages, which the first visitor of each would wait for."""
    for name in environment().list_templates(["html"]):
        environment().get_template(name)


@functools.lru_cache(1 << 8)
def menu(said: Language, place: str) -> Markup:
    """Give the menu of pages in a language, where the section of an address is told; each is drawn once.

    >>> 'aria-current="page">Cartes' in menu("fr", "/cartes")
    True
    """
    return Markup(environment().get_template("menu.html").render(**sayings(said), path=place))


def _place(path: str) -> str:
    """Give what an address is to the menu: a section, or some page of it.

    >>> _place("/cartes"), _place("/def/"), _place("/territoires/epci/200040715")
    ('/cartes', '/def/', '/territoires/…')
    """
    first, slash, rest = path[1:].partition("/")
    return f"/{first}{slash}{'…' if rest else ''}"


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    graph: bool = False,
    language: Language | None = None,
    inserts: Sequence[tuple[str, str]] = (),
    **values: Any,
) -> HTMLResponse:
    """Render a template as an HTML answer, with what every page shows (publication, address, search text).

    Templates say `_("français")`, in the `language` given or else the one the request asks for (`sayings`).
    `in_source` is the attribute of what sources say in French alone, as titles of events and projects.
    `inserts` are long pieces that templates name (`drawing_place`), already set as they are printed.
    The answer links to the `alternates` it is given; `structure` is JSON-LD for its head (`structured`).
    """
    said = language or choose_language(request)
    context: dict[str, Any] = {
        **sayings(said),
        "theme": getattr(request.app.state, "theme", _OURS),
        "switched": switch_language(*page_of(request), said),
        "publication": getattr(request.state, "publication", None) or current(request.app),
        "path": request.url.path,
        "menu": menu(said, _place(request.url.path)),
        "search_words": request.query_params.get("q", "") if request.url.path == "/recherche" else "",
        "trail": (),
        "alternates": (),
        "structure": "",
        "in_source": Markup(f' lang="{SOURCE}"') if said != SOURCE else "",
    }
    made = environment().get_template(template).render(**{**context, **values})
    made = typeset_page(made, said)
    for name, drawing in inserts:
        made = made.replace(drawing_place(name), drawing)
    body, places = placed(made)
    if chosen := language_of_address(request):
        body = carry_language(body, places, chosen)
    headers = {
        "Content-Security-Policy": GRAPH_POLICY if graph else POLICY,
        "Content-Language": said,
        "Vary": "Accept-Language",
    }
    offered = [
        f'<{quote(address, safe=SAFE_IN_LINK)}>; rel="alternate"; type="{media_type}"'
        for media_type, address in values.get("alternates", ())
    ]
    if iri := values.get("iri"):
        offered.insert(0, f'<{quote(iri, safe=SAFE_IN_LINK)}>; rel="cite-as"')
    if offered:
        headers["Link"] = ", ".join(offered)
    return HTMLResponse(body, status_code=status, headers=headers)


def alone(template: str, **values: Any) -> str:
    """Render a template as a document that needs nothing else and has no address."""
    return placed(environment().get_template(template).render(**values))[0]


def script(name: str) -> Markup:
    """Give a script of `static/` as text that may stand inside a script element of a page alone."""
    return Markup((STATIC / name).read_text("utf-8").replace("</script", "<\\/script"))


@functools.cache
def sayings(said: str) -> dict[str, Any]:
    """Give what templates say in a language: sentences, counts, numbers, dates, levels of territories.

    `_("…")` says a sentence, `_html("…<b>…</b>")` one that holds marks, whose values alone are escaped,
    `ngettext("un", "plusieurs", n)` one that agrees with a count, which it may show as `{n}`.
    """

    def gettext_here(message: str, **values: object) -> str:
        return gettext(message, said, **values)

    def ngettext_here(one: str, many: str, count: float, **values: object) -> str:
        return ngettext(one, many, count, said, **values)

    def html_here(message: str, **values: object) -> Markup:
        translated = Markup(linked_sentence(gettext(message, said)))
        return translated.format_map(values) if values else translated

    return {
        "language": said,
        "other_language": other_language(said),
        "other_language_name": first_upper(own_name(other_language(said))),
        "_": gettext_here,
        "_html": html_here,
        "ngettext": ngettext_here,
        "percent_text": functools.partial(_in, percent, said),
        "number_text": functools.partial(_in, numeral, said),
        "date_text": functools.partial(_in, date, said),
        "level_names": {kind: (one[said], many[said]) for kind, (one, many) in TERRITORY_KINDS.items()},
    }


def _in(write: Callable[..., str], said: str, value: object, *options: object) -> str:
    return write(value, said, *options)


@pass_context
def _number(context: Context, value: object, decimals: int | None = None) -> str:
    return numeral(value, context.get("language", SOURCE), decimals)


@pass_context
def _date(context: Context, value: str) -> str:
    return date(value, context.get("language", SOURCE))
