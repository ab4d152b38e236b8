"""What the blocks of a filière are about, at addresses of their own: filters are those of its page."""

from __future__ import annotations

import functools

from fastapi import APIRouter, Request

from ....graph.findings.model import Report
from ....graph.region.names import UnknownName
from ....words import N_, gettext
from ...labels.rule_words import BasisWords
from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...render.blocks.block import Block
from ...render.blocks.tables import Table
from ...web.negotiation import Language
from ...web.page_error import PageError
from ...web.page_language import choose_language
from ..blocks import Subject, block_route
from .asking import asked_of
from .block_params import ChainBlockParams
from .blocks import BLOCKS, BOARD, FIELDS, FINDINGS, MEMBERS
from .data import read
from .reading import View, view_of
from .settling import UnknownValues

router = APIRouter(tags=["pages"])

READS = {
    MEMBERS: (
        "function",
        "stage",
        "kind",
        "evidence",
        "territory",
        "since",
        "until",
        "around",
        "illustrative",
    ),
    FINDINGS: ("gaps", "illustrative"),
    BOARD: ("territory", "extent", "gaps", "illustrative"),
}
"""The parameters that a block reads, where it reads more than whether illustrative data count."""


async def read_view(request: Request, slug: str) -> tuple[Reading, View]:
    """Read a filière as the address asks to see it, in the language of the page. Raises PageError (404)."""
    asked, reading = asked_of(request.query_params), reading_of(request)
    reading.language = choose_language(request)
    view = await read(request, reading, asked.illustrative, lambda matter: view_of(matter, slug, asked))
    return reading, view


async def subject(request: Request, slug: str) -> Subject:
    """Find what the blocks of a filière are about; a value that is none is refused. Raises PageError (400, 404)."""
    reading, view = await read_view(request, slug)
    if view.asked.unknown:
        raise PageError.of(UnknownValues(view.asked.unknown), 400)
    return subject_of(view, reading, reading.language, findings=request.path_params["block"] == FINDINGS)


def subject_of(view: View, reading: Reading, said: Language, *, findings: bool = False) -> Subject:
    """Gather what the blocks of a filière are about; `findings` are of a territory, which its name tells."""
    chain = view.chain

    @functools.cache
    def context() -> ChainBlockParams:
        return ChainBlockParams(view, reading, said, reading.block("chain/sectors", chain=chain.iri))

    def table(block: Block) -> Table:
        assert block.make is not None
        return block.make(context())

    async def report(block: Block) -> Report:
        return fields(view) if block.name == FIELDS else missing_links(view)

    return Subject(
        name=f"{chain.label[said]}, {view.missing.label}" if findings else chain.label[said],
        kind=gettext("Filière", said), code=chain.slug, base=f"/filieres/{chain.slug}",
        page=N_("La page d’une filière"), whole=N_("Page de la filière"), file=f"{{}}-{chain.slug}",
        snapshot=chain.snapshot, language=said, asked={"chain": chain.iri},
        trail=[("/filieres", gettext("Filières", said))], blocks=BLOCKS, table=table, report=report,
        rules=lambda: BasisWords(chain.rules),
        keeps=lambda block: [one for one in view.asked.given if one[0] in READS.get(block.name, ("illustrative",))],
    )  # fmt: skip


def fields(view: View) -> Report:
    """Give the academic fields that the page shows; raises PageError where they could not be computed."""
    if view.fields is None:
        raise PageError(500, N_("Une erreur inattendue s’est produite."))
    return view.fields


def missing_links(view: View) -> Report:
    """Give the missing links that the page shows; raises PageError where there are none to give."""
    missing = view.missing
    if missing.near is not None and not view.asked.gaps:
        raise PageError(404, N_("La publication ne décrit pas la région étudiée : il n’y a rien à compter."))
    if missing.near is not None:
        raise PageError.of(UnknownName("territory", missing.place, missing.near), 400)
    if missing.report is None:
        raise PageError(500, N_("Une erreur inattendue s’est produite."))
    return missing.report


block_route(router, "/filieres/{slug}", subject, "Bloc d’une filière")
