"""The page of a programme: what it is, then blocks: places, occupations and hiring, filières, employers, the same elsewhere."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from ....words import N_
from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...render.blocks.pages import Subject
from ...render.blocks.tables import absent, figure, full
from ...render.rendering import page
from ...web.links import BASE, document_path
from ...web.negotiation import language
from ...web.page_cache import leave_out
from ...web.page_error import PageError, UnknownBlockError
from ..actor.block_pages import answer, sections
from ..actor.matter import ActorData, Context, communes, known_of
from ..territory.lists import source_name
from ..territory.outside import alternates
from .blocks import BLOCKS, BY_NAME
from .places import facts

router = APIRouter(tags=["pages"])


@router.get("/formations/{code}", summary="Page d’une formation")
async def programme(request: Request, code: str) -> Response:
    """Draw the page of one programme."""
    reading = reading_of(request)
    known = await known_of(request, reading)
    return await run_in_threadpool(_draw, request, reading, known, code)


@router.get(
    "/formations/{code}/{bloc}", summary="Bloc de la page d’une formation : page, CSV, classeur, à intégrer"
)
async def block(
    request: Request,
    code: str,
    bloc: str,
    format: Annotated[str, Query(description="csv, csv-fr, xlsx ; une page sinon")] = "",
    embed: Annotated[str, Query(description="1 : le bloc seul, à intégrer")] = "",
    lang: Annotated[str, Query(description="fr ou en")] = "",
) -> Response:
    """Give one block of the page of a programme: as a page, as a file, or alone for a frame."""
    reading = reading_of(request)
    context = _context(request, reading, await known_of(request, reading), code)
    if not len(facts(context)):
        raise PageError(404, N_("Aucune source chargée ne décrit de formation au code {code}.", code=code))
    chosen = BY_NAME.get(bloc)
    if chosen is None:
        raise UnknownBlockError(N_("La page d’une formation"), bloc, BY_NAME)
    return await answer(request, _subject(context, code), chosen, context, embed == "1")


def _context(request: Request, reading: Reading, known: ActorData, code: str) -> Context:
    said = language(request.headers.get("accept-language"), request.query_params.get("lang"))
    reading.language = said
    return Context(known, f"programme/{code}", reading, said)


def _subject(context: Context, code: str) -> Subject:
    trail = [("/recherche?kind=formations", context.say(N_("Formations")))]
    return Subject(
        context.name(context.path), context.say(N_("Formation")), code, f"/formations/{code}",
        context.known.snapshot, {"programme": context.path}, trail, N_("Page de la formation"),
    )  # fmt: skip


def _draw(request: Request, reading: Reading, known: ActorData, code: str) -> Response:
    context = _context(request, reading, known, code)
    iri = f"{BASE}{context.path}"
    if not len(facts(context)):
        plain = all(one.isalnum() or one in "-_." for one in code)
        if plain and reading.ask(f"SELECT ?p {{ <{iri}> ?p ?o }} LIMIT 1").rows:
            return RedirectResponse(document_path(iri) or "/", 303)
        raise PageError(404, N_("Aucune source chargée ne décrit de formation au code {code}.", code=code))
    subject = _subject(context, code)
    shown = sections(BLOCKS, context, subject.asked)
    if any(one.failure for one, _ in shown):
        leave_out(request)
    made = page(
        request,
        "programme.html",
        language=context.language,
        iri=iri,
        base=subject.base,
        nom=subject.name,
        faits=_facts(context),
        blocs=shown,
        absent=absent,
        rang="h3",
        alternates=alternates(iri),
        fil=[*subject.trail, (None, subject.name)],
    )
    made.headers["Vary"] = "Accept, Accept-Language"
    return made


def _facts(context: Context) -> dict[str, Any]:
    """Gather what the head of the page tells: the different values of each column, named where they are links."""
    rows = facts(context)
    context.learn([*rows["level"], *rows["field"], *rows["institution"], *rows["place"]])

    def values(name: str) -> list[Any]:
        return rows.distinct(name)

    return {
        "level": [context.word(one) for one in values("level")],
        "field": [context.word(one) for one in values("field")],
        "institution": [(full(one), context.name(one)) for one in values("institution")],
        "town": [(full(one), context.name(one)) for one in communes(values("place"))],
        "source": [source_name(one) for one in values("source")],
        "capacity": [figure(one, 0, context.language) for one in values("capacity")],
        **{name: values(name) for name in ("start", "end", "evidence")},
    }
