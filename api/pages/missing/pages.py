"""The pages of what is missing, at `/ce-qui-manque`, and their files."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from ....graph.region.names import UnknownName
from ....words import N_, gettext
from ...analysis.portrait_findings import LANGUAGES
from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...render.blocks.block import Block, show_table
from ...render.blocks.tables import FILES, Table, absent, written
from ...render.files import file_response
from ...render.rendering import page
from ...web.negotiation import HTML, Language, NotAcceptable, choose
from ...web.page_cache import leave_out, only_today
from ...web.page_error import PageError
from ...web.page_language import spoken
from ..territory.lists import level_words
from ..territory.matter import PortraitData
from .asked import MissingParams
from .territories import BY_NAME, LEVELS, SUBJECTS, Subject

router = APIRouter(tags=["pages"])
MOST_ROWS = 500


async def _seen(request: Request, reading: Reading) -> PortraitData | None:
    try:
        seen: PortraitData = await request.app.state.portraits.of(reading.snapshot)
    except (UnknownName, ValueError):
        return None
    reading.failed |= seen.snapshot != reading.snapshot
    return seen


@router.get("/ce-qui-manque", summary="Ce qui manque dans les données")
async def missing(request: Request) -> Response:
    """List the subjects of what is missing, each with its count."""
    reading, said = reading_of(request), spoken(request)
    reading.language = said
    seen = await _seen(request, reading)
    return await run_in_threadpool(_index, request, reading, seen, said)


def _index(request: Request, reading: Reading, seen: PortraitData | None, said: Language) -> Response:
    cards = []
    for subject in SUBJECTS:
        shown = None
        if seen is not None:
            asked = _asked(reading, subject, said)
            shown = show_table(_block(subject), partial(_table, seen, subject, asked), said, 0)
            if shown.failure:
                leave_out(request)
            if shown.more.get("today"):
                only_today(request)
        total = shown.more.get("total", shown.whole) if shown else None
        cards.append((subject, total, shown.more.get("of") if shown else None))
    answer = page(
        request,
        "missing.html",
        language=said,
        sujets=cards,
        vu=seen is not None,
        fil=[(None, gettext("Ce qui manque", said))],
    )
    answer.headers["Vary"] = "Accept, Accept-Language"
    return answer


@router.get("/ce-qui-manque/{sujet}", summary="Ce qui manque sur un sujet : page, CSV, classeur")
async def subject(
    request: Request,
    sujet: str,
    niveau: Annotated[str, Query(description="niveau des territoires")] = "epci",
    source: Annotated[str, Query(description="source à garder", max_length=100)] = "",
    format: Annotated[str, Query(description="csv, csv-fr, xlsx ; une page sinon")] = "",
    lang: Annotated[str, Query(description="fr ou en")] = "",
) -> Response:
    """Show one subject of what is missing."""
    chosen_subject = BY_NAME.get(sujet)
    if chosen_subject is None:
        raise PageError(
            404, N_("Aucun sujet « {sujet} » ici (sujets : {names}).", sujet=sujet, names=", ".join(BY_NAME))
        )
    if niveau not in LEVELS:
        raise PageError(
            400,
            N_(
                "« {niveau} » n’est pas un niveau de territoire (niveaux : {names}).",
                niveau=niveau,
                names=", ".join(LEVELS),
            ),
        )
    try:
        chosen = choose(
            request.headers.get("accept"), (HTML, *FILES), request.query_params.get("format") or None
        )
    except NotAcceptable as error:
        raise PageError.of(error, 406) from error
    reading, said = reading_of(request), spoken(request)
    reading.language = said
    seen = await _seen(request, reading)
    if seen is None:
        raise PageError(404, N_("La publication ne décrit pas la région étudiée : il n’y a rien à compter."))
    asked = await run_in_threadpool(_asked, reading, chosen_subject, said, niveau, source)
    if chosen != HTML:
        table = await run_in_threadpool(_table, seen, chosen_subject, asked)
        about = {"Sujet": chosen_subject.words["fr"], "Publication": seen.snapshot}
        body = await run_in_threadpool(written, table, chosen, about)
        return file_response(body, chosen, f"ce-qui-manque-{sujet}", seen.snapshot, said)
    return await run_in_threadpool(_page, request, seen, chosen_subject, asked)


def _asked(
    reading: Reading, subject: Subject, said: Language, level: str = "epci", source: str = ""
) -> MissingParams:
    loaded = reading.block("home/sources").rows if subject.name == "sources" else ()
    return MissingParams(said, level, source, loaded)


def _table(seen: PortraitData, subject: Subject, asked: MissingParams) -> Table:
    """Give the table of a subject: made once a publication, unless it depends on the day or keeps one source."""
    if asked.source or subject.name == "sources":
        return subject.make(seen, asked)
    key = ("missing", subject.name, asked.language, asked.level)
    if key not in seen.made:
        seen.made[key] = subject.make(seen, asked)
    made: Table = seen.made[key]
    return made


def warm(seen: PortraitData) -> None:
    """Make the tables that the first visitor would wait for."""
    for said in LANGUAGES:
        for subject in SUBJECTS:
            if subject.name != "sources":
                _table(seen, subject, MissingParams(said))


def _block(subject: Subject) -> Block:
    return Block(subject.name, subject.words)


def _page(request: Request, seen: PortraitData, subject: Subject, asked: MissingParams) -> Response:
    said = asked.language
    shown = show_table(_block(subject), partial(_table, seen, subject, asked), said, MOST_ROWS)
    if shown.failure:
        leave_out(request)
    if shown.more.get("today"):
        only_today(request)
    query = "".join(
        f"&{name}={value}"
        for name, value in (
            ("niveau", asked.level),
            ("source", asked.source),
            ("lang", said if said == "en" else ""),
        )
        if value and (name != "niveau" or subject.name == "territoires")
    )
    answer = page(
        request,
        "missing_subject.html",
        language=said,
        sujet=subject,
        bloc=shown,
        rang="h2",
        absent=absent,
        contexte=None,
        niveaux_offerts=[(name, level_words(name, said)) for name in LEVELS]
        if subject.name == "territoires"
        else [],
        niveau=asked.level,
        suite=query,
        fil=[
            ("/ce-qui-manque", gettext("Ce qui manque", said)),
            (None, subject.words[said]),
        ],
    )
    answer.headers["Vary"] = "Accept, Accept-Language"
    return answer
