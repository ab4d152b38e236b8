"""Suggested links of an actor at an address of their own: they take longer than its page, and come with their reasons."""

from fastapi import APIRouter, Request, Response

from ....graph.findings.model import Report
from ....graph.region.view import RegionView
from ....words import N_, gettext
from ...analysis.routes import analyses_of
from ...labels.typesetting import typeset
from ...reading.publication import client_of, reading_of
from ...render.rendering import page
from ...web.page_error import PageError
from ...web.page_language import choose_language
from ..territory.lists import kind_words
from .matter import Context, known_of

router = APIRouter(tags=["pages"])


@router.get("/acteurs/{code}/suggestions", summary="Liens suggérés à un acteur, avec leurs raisons")
async def suggestions(request: Request, code: str) -> Response:
    """Draw the links suggested to an organisation, each with its reasons; or say why none can be."""
    said = choose_language(request)
    reading = reading_of(request)
    reading.language = said
    subject = f"organization/{code}"
    known = await known_of(request, reading)
    if not known.describes(subject):
        raise PageError(404, N_("Aucune source chargée ne décrit d’organisation au code {code}.", code=code))
    context = Context(known, subject, reading, said)

    def work(matter: RegionView) -> Report:
        from ....graph.suggestions import suggest

        return suggest(matter, subject)

    report = (
        await analyses_of(request).run(work, client=client_of(request)) if known.linkable(subject) else None
    )
    name = context.name(subject) if report is None else report.subject.label
    return page(
        request,
        "actor_suggestions.html",
        language=said,
        code=code,
        name=name,
        report=report,
        without=_why_none(context) if report is None else None,
        typography=typeset,
        files=[
            (one, f"/api/v1/suggestions?subject={code}&format={one}&lang={said}")
            for one in ("csv", "csv-fr", "xlsx", "json")
            if report is not None and report.findings
        ],
        trail=[(f"/acteurs/{code}", name), (None, gettext("Liens suggérés", said))],
    )


def _why_none(context: Context) -> str:
    """Say why no link can be suggested to an organisation."""
    kind = context.known.kind(context.path)
    if not kind:
        return context.say(
            N_(
                "Aucun lien ne peut être suggéré : aucune source chargée ne dit si cette organisation "
                "est une entreprise, ou si elle est d’enseignement supérieur et de recherche."
            )
        )
    said = kind_words(kind, context.language)
    return context.say(
        N_(
            "Aucun lien ne peut être suggéré : il ne s’en suggère qu’entre entreprises et acteurs de "
            "l’enseignement supérieur et de la recherche, et cet acteur est d’une autre nature "
            "({said}).",
            said=said,
        )
    )
