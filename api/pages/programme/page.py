"""The page of a programme: what it is, then blocks: places, occupations and hiring, filières, employers, the same elsewhere."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ....words import N_
from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...render.blocks.tables import figure, full
from ...render.rendering import page
from ...web.links import BASE, document_path
from ...web.page_error import PageError
from ...web.page_language import choose_language
from ...web.turns import run_in_turn
from ..actor.matter import ActorData, Context, communes, known_of
from ..actor.origin import origin
from ..blocks import Subject, block_route, sections
from ..territory.lists import source_name
from ..territory.outside import alternates
from .blocks import BLOCKS
from .places import facts

router = APIRouter(tags=["pages"])


@router.get("/formations/{code}", summary="Page d’une formation")
async def programme(request: Request, code: str) -> Response:
    """Draw the page of one programme."""
    reading = reading_of(request)
    known = await known_of(request, reading)
    return await run_in_turn(_draw, request, reading, known, code)


async def subject(request: Request, code: str) -> Subject:
    """Find what the blocks of a programme are about; raises PageError (404)."""
    reading = reading_of(request)
    context = _context(request, reading, await known_of(request, reading), code)
    if not len(facts(context)):
        raise PageError(404, N_("Aucune source chargée ne décrit de formation au code {code}.", code=code))
    return _subject(context, code)


block_route(router, "/formations/{code}", subject, "Bloc de la page d’une formation")


def _context(request: Request, reading: Reading, known: ActorData, code: str) -> Context:
    said = choose_language(request)
    reading.language = said
    return Context(known, f"programme/{code}", reading, said)


def _subject(context: Context, code: str) -> Subject:
    asked = {"programme": context.path}
    return Subject(
        name=context.name(context.path), kind=context.say(N_("Formation")), code=code, base=f"/formations/{code}",
        page=N_("La page d’une formation"), whole=N_("Page de la formation"), file=f"{{}}-{code}",
        snapshot=context.known.snapshot, language=context.language, asked=asked,
        trail=[("/recherche?kind=formations", context.say(N_("Formations")))],
        blocks=BLOCKS, table=context.table, origin=partial(origin, context, asked),
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
    shown = sections(request, subject)
    return page(
        request,
        "programme.html",
        language=context.language,
        iri=iri,
        base=subject.base,
        name=subject.name,
        facts=_facts(context),
        block_list=shown,
        heading_level="h3",
        alternates=alternates(iri),
        trail=[*subject.trail, (None, subject.name)],
    )


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
