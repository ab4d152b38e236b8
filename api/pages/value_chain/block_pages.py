"""The blocks of a filière at addresses of their own: as pages, as files, and alone for a frame; filters are those of the page."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from ....graph.region.names import UnknownName
from ....words import N_, gettext
from ...analysis.files import write
from ...analysis.portrait_findings import told
from ...labels.rule_words import RuleWords
from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...render.blocks.block import Block, RenderedBlock, show_table
from ...render.blocks.pages import MOST_ROWS, Subject, about, block_page, chosen_form
from ...render.blocks.tables import Table, written
from ...render.files import file_response
from ...web.links import public_base
from ...web.negotiation import HTML, Language, Representation
from ...web.page_cache import leave_out
from ...web.page_error import PageError, UnknownBlockError
from ...web.page_language import spoken
from .asking import asked_of
from .blocks import BLOCKS, ChainBlockParams
from .data import read, unknown
from .page import places, producers, questions
from .reading import View, view_of
from .settling import UnknownValues

router = APIRouter(tags=["pages"])
_OWN = ("format", "embed", "lang", "page")


@router.get("/filieres/{slug}/{bloc}", summary="Bloc d’une filière : page, CSV, classeur, à intégrer")
async def block(
    request: Request,
    slug: str,
    bloc: str,
    format: Annotated[str, Query(description="csv, csv-fr, xlsx ; une page sinon")] = "",
    embed: Annotated[str, Query(description="1 : le bloc seul, à intégrer")] = "",
) -> Response:
    """Give one block of a filière, filtered as its page is; a value that is none is refused (400)."""
    if bloc not in BLOCKS:
        raise UnknownBlockError(N_("La page d’une filière"), bloc, BLOCKS)
    asked, said, reading = asked_of(request.query_params), spoken(request), reading_of(request)
    reading.language = said
    view = await read(request, reading, asked.illustrative, lambda matter: view_of(matter, slug, asked))
    if view is None:
        raise unknown(slug)
    if view.asked.unknown:
        refused = UnknownValues(view.asked.unknown)
        raise PageError.of(refused, 400) from refused
    return await run_in_threadpool(_answer, request, view, reading, BLOCKS[bloc], embed == "1", said)


def _answer(
    request: Request, view: View, reading: Reading, one: Block, embed: bool, said: Language
) -> Response:
    chosen, subject = chosen_form(request), _subject(view, said)
    if one.make is None:
        return _findings(request, view, one, subject, chosen, embed, said)
    make = one.make

    def table() -> Table:
        asked = questions(reading, view.chain)
        return make(
            ChainBlockParams(
                view,
                reading,
                places(asked["places"], reading),
                producers(view.chain, asked, reading, said),
                said,
            )
        )

    if chosen != HTML:
        body = written(table(), chosen, about(request, subject, one, said))
        return file_response(body, chosen, f"{one.name}-{subject.code}", subject.snapshot, said)
    shown = show_table(one, table, said, one.first if embed else MOST_ROWS)
    return _drawn(request, subject, shown, said, embed)


def _findings(
    request: Request,
    view: View,
    one: Block,
    subject: Subject,
    chosen: Representation,
    embed: bool,
    said: Language,
) -> Response:
    """Give the missing links: the report of an analysis."""
    missing = view.missing
    if missing.near is not None and not view.asked.gaps:
        raise PageError(404, N_("La publication ne décrit pas la région étudiée : il n’y a rien à compter."))
    if missing.near is not None:
        raise PageError.of(UnknownName("territory", missing.place, missing.near), 400)
    if missing.report is None:
        raise PageError(500, N_("Une erreur inattendue s’est produite."))
    subject = replace(subject, name=f"{subject.name}, {missing.label}")
    if chosen == HTML:
        return _drawn(
            request,
            subject,
            RenderedBlock(
                one,
                findings=told(missing.report, basis=RuleWords(view.chain.rules)),
                whole=len(missing.report),
            ),
            said,
            embed,
        )
    body = write([missing.report], chosen, said)
    return file_response(body, chosen, f"{one.name}-{subject.code}", subject.snapshot, said)


def _drawn(request: Request, subject: Subject, shown: RenderedBlock, said: Language, embed: bool) -> Response:
    """Draw a block; its files and its frame keep the filters."""
    if shown.failure:
        leave_out(request)
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in _OWN]
    more: dict[str, Any] = {}
    if kept:
        more = {"suite": "&" + _query(kept, said), "iframe": _frame(request, subject, shown, kept, said)}
    return block_page(request, subject, shown, said, embed, **more)


def _query(kept: list[tuple[str, str]], said: Language) -> str:
    return urlencode([*kept, *([("lang", "en")] if said == "en" else [])])


def _frame(
    request: Request, subject: Subject, shown: RenderedBlock, kept: list[tuple[str, str]], said: Language
) -> str:
    address = f"{public_base(request)}{subject.base}/{shown.block.name}?embed=1&{_query(kept, said)}"
    title = f"{shown.block.title(said)}{'' if said == 'en' else ' '}: {subject.name}"
    return f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="480" loading="lazy"></iframe>'


def _subject(view: View, said: Language) -> Subject:
    chain = view.chain
    return Subject(
        name=chain.label[said],
        kind=gettext("Filière", said),
        code=chain.slug,
        base=f"/filieres/{chain.slug}",
        snapshot=chain.snapshot,
        asked={"chain": chain.iri},
        trail=[("/filieres", gettext("Filières", said))],
        whole=N_("Page de la filière"),
    )
