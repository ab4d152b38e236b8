"""Pages made from templates: one Jinja environment, everything escaped, with the strict policy."""

import functools
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from . import links, wording
from .basis_names import method_named, source_named
from .negotiation import Language
from .page_language import carried, insisted, spoken, switched
from .publication import current
from .theme import Theme

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: Characters of an address that stand as they are in a Link header.
SAFE_IN_LINK = ":/#?&=%@!$'()*+,;~[]"
#: Pieces of pages that every template may call.
MACROS = ("badge", "lien", "requete", "tete", "sinon", "barre", "figure")

_OURS = Theme()

#: The graph library writes its own style elements, so only pages that draw one allow inline styles.
GRAPH_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
#: An embed may be framed by any site.
EMBED_POLICY = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")


def json_for_script(value: Any) -> Markup:
    r"""Serialise data for a `<script type="application/json">` block: no character can close it.

    >>> print(json_for_script({"label": "</script><b>"}))
    {"label": "\u003c/script\u003e\u003cb\u003e"}
    """
    return enclosed(json.dumps(value, ensure_ascii=False))


def enclosed(text: str) -> Markup:
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
    )
    made.filters.update(
        nombre=wording.french_number,
        date=wording.french_date,
        capital=wording.first_capital,
        href=links.href,
        court=links.local_name,
        statut=evidence_name,
        json=json_for_script,
        parametres=urlencode,
        methode=method_named,
        titre_source=source_named,
    )
    made.globals.update(
        pluriel=wording.plural,
        niveaux=wording.TERRITORY_KINDS,
        preuves=wording.EVIDENCE,
        sens_preuves=wording.EVIDENCE_MEANING,
        evidence_meaning=wording.EVIDENCE_MEANING_ENGLISH,
    )
    macros: Any = made.get_template("macros.html").module
    made.globals.update({name: getattr(macros, name) for name in MACROS})
    return made


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    graph: bool = False,
    language: Language | None = None,
    **values: Any,
) -> HTMLResponse:
    """Render a template as an HTML answer, with what every page shows (publication, address, search text).

    Templates say `dit("français", "English")`, in the `language` given or else the one the request asks for.
    The answer links to the `alternates` it is given; `structure` is JSON-LD for its head (`structured`).
    """
    said = language or spoken(request)
    english = said == "en"
    context: dict[str, Any] = {
        "langue": said,
        "dit": _english if english else _french,
        "combien": wording.plural_english if english else wording.plural,
        "nombre_dit": wording.english_number if english else wording.french_number,
        "date_dite": wording.english_date if english else wording.french_date,
        "niveaux_dits": wording.TERRITORY_KINDS_ENGLISH if english else wording.TERRITORY_KINDS,
        "niveau_dit": wording.level_in_english if english else str,
        "theme": getattr(request.app.state, "theme", _OURS),
        "bascule": switched(request.url.path, request.url.query, said),
        "publication": getattr(request.state, "publication", None) or current(request.app),
        "chemin": request.url.path,
        "recherche": request.query_params.get("q", "") if request.url.path == "/recherche" else "",
        "fil": (),
        "alternates": (),
        "structure": "",
    }
    body = environment().get_template(template).render(**{**context, **values})
    if chosen := insisted(request):
        body = carried(body, chosen)
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


def _french(french: str, english: str) -> str:
    return french


def _english(french: str, english: str) -> str:
    return english
