"""The methods of the analysis at `/methodes`: formula, source, convention, limits and a checked case of each."""

import functools
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup, escape

from ...graph.analysis.methods import Method, lines, method_of, pieces, told, topics
from ...words import N_, Spoken, gettext
from ..labels.typesetting import typeset
from ..reading.publication import reading_of
from ..render.rendering import page
from ..web.negotiation import Language, language

router = APIRouter(tags=["pages"])

LABELS: Mapping[str, Spoken] = {
    "source": N_("Source"),
    "convention": N_("Convention"),
    "limits": N_("Limites"),
    "anchor": N_("Cas vérifié"),
}
"""What is said of each method, in the order it is shown."""


@dataclass(frozen=True)
class MethodView:
    """A method as a page shows it: its texts are markup, its formula one line or more."""

    slug: str
    name: str
    path: str
    signature: str
    summary: Markup
    formula: list[str]
    said: list[tuple[str, Markup]]


@router.get("/methodes", summary="Méthodes de calcul : formule, source, convention, limites, cas vérifié")
def methods(request: Request, lang: Annotated[str, Query(description="fr ou en")] = "") -> Response:
    """Show every method of the analysis, topic by topic."""
    spoken = language(request.headers.get("accept-language"), lang)
    with suppress(LookupError):  # the methods need no publication
        reading_of(request)
    shown = shown_topics(spoken)
    return page(
        request,
        "methods.html",
        language=spoken,
        themes=shown,
        total=sum(len(found) for _, _, found in shown),
        trail=[(None, gettext("Méthodes", spoken))],
    )


@functools.cache
def shown_topics(spoken: Language) -> list[tuple[str, str, list[MethodView]]]:
    """Give the topics in a language: place, title and methods.

    >>> shown_topics("fr")[0][:2], shown_topics("en")[0][2][0].name
    (('specialisation', 'Spécialisation'), 'Location quotient')
    """
    return [
        (
            topic.slug,
            typeset(topic.title[spoken], spoken),
            [_shown(method, names[spoken], spoken) for method, names in topic.methods],
        )
        for topic in topics()
    ]


def _shown(method: Method, name: str, spoken: Language) -> MethodView:
    one = told(method, spoken)
    said = [
        (label[spoken], mark_up(getattr(one, part), spoken))
        for part, label in LABELS.items()
        if getattr(one, part)
    ]
    summary = mark_up(one.summary, spoken)
    return MethodView(one.slug, name, one.path, one.signature, summary, lines(one.formula), said)


def mark_up(text: str, spoken: Language) -> Markup:
    """Mark a text up: code, methods as links to their place, DOIs as links.

    >>> print(mark_up("see `l3`: doi 10.1/x<y", "en"))
    see <a href="#l3"><code>l3</code></a>: <a href="https://doi.org/10.1/x&lt;y" class="dehors" rel="external">doi:10.1/x&lt;y</a>
    """
    found = Markup()
    for kind, value in pieces(text):
        if kind == "doi":
            found += Markup('<a href="https://doi.org/{0}" class="dehors" rel="external">doi:{0}</a>').format(
                value
            )
        elif kind == "code":
            method = method_of(value)
            code = Markup("<code>{}</code>").format(value)
            found += Markup('<a href="#{}">{}</a>').format(method.slug, code) if method else code
        else:
            found += escape(typeset(value, spoken))
    return found
