"""Blocks of any subject: all of them on its page, and each at an address of its own as a page, a frame or a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from ...graph.findings.model import Report
from ...words import N_, Message, gettext, ngettext
from ..analysis.files import write
from ..analysis.portrait_findings import report_values
from ..labels.rule_words import BasisWords
from ..render.blocks.block import Block, RenderedBlock, show_table
from ..render.blocks.files import FILES, write_table
from ..render.blocks.tables import Table, Words
from ..render.csvw import origin_of
from ..render.files import chosen_format, file_response
from ..render.rendering import page
from ..web.links import public_base
from ..web.negotiation import HTML, Language, NotAcceptable, Representation
from ..web.page_cache import leave_out, only_today
from ..web.page_error import PageError, UnknownBlockError
from ..web.page_language import in_address
from ..web.security import EMBED_POLICY
from ..web.turns import run_in_turn

MOST_ROWS = 500
"""Rows of a block on its page; its files hold them all."""
_OWN = ("format", "embed", "lang", "page")
"""Parameters that say how a block is shown: the others say what is in it, and its files and its frame keep them."""


WHOLE = N_("Page complète")


@dataclass(frozen=True)
class Subject:
    """What blocks are about: `kind` names its nature, `code` it in brief, `page` its page in a sentence, at `base`.

    `blocks` are those of its page, `others` those that have an address alone; `table` makes the table of one, `report`
    the findings of one that has no table, and `kept` gives those that need not be computed (None: not yet).
    `asked` are the parameters of its questions, `trail` the breadcrumb down to it, `whole` what leads back to its page;
    `keeps` gives the parameters of its page that the address of a block keeps, `place` where a block stands on its page,
    after its address: `base` and its `query`, `origin` where the figures of a block come from, `titles` those of sources,
    `values` is what templates need, `file` how files are named.
    """

    name: str
    kind: str
    code: str
    base: str
    page: Message
    snapshot: str
    language: Language
    blocks: Sequence[Block]
    table: Callable[[Block], Table]
    asked: Mapping[str, str] = field(default_factory=dict)
    trail: Sequence[tuple[str | None, str]] = ()
    whole: Words = WHOLE
    others: Sequence[Block] = ()
    report: Callable[[Block], Awaitable[Report]] | None = None
    kept: Callable[[Block], Mapping[str, Any] | None] | None = None
    rules: Callable[[], BasisWords] = BasisWords
    origin: Callable[[RenderedBlock], Mapping[str, Any] | None] | None = None
    keeps: Callable[[Block], Sequence[tuple[str, str]]] = lambda _: ()
    query: str = ""
    place: Callable[[Block], str] = lambda block: f"#{block.name}"
    values: Mapping[str, Any] = field(default_factory=dict)
    titles: Mapping[str, Words] = field(default_factory=dict)
    file: str = "{}"
    template: str = "block.html"

    def block(self, name: str) -> Block:
        """Find a block by its name; raises UnknownBlockError."""
        for one in (*self.blocks, *self.others):
            if one.name == name:
                return one
        raise UnknownBlockError(self.page, name, [one.name for one in self.blocks])

    def show(self, block: Block, first: int | None = None) -> RenderedBlock:
        """Make a block for a page, its first rows; one that fails says so in its place."""
        if block.make is None:
            return RenderedBlock(block, findings=self.kept(block) if self.kept else {})
        shown = show_table(block, lambda: self.table(block), self.language, first)
        return replace(shown, origin=self.origin(shown)) if self.origin else shown


def sections(
    request: Request, subject: Subject, blocks: Sequence[Block] | None = None
) -> list[RenderedBlock]:
    """Make the blocks of a page, or of a tab of it."""
    chosen = subject.blocks if blocks is None else blocks
    shown = [subject.show(block, block.first) for block in chosen]
    settle(request, *shown)
    return shown


def settle(request: Request, *shown: RenderedBlock) -> None:
    """Keep no answer in which a block failed or is still to come, and for today only what depends on the day."""
    if any(one.failure or one.provisional for one in shown):
        leave_out(request)
    if any(one.more.get("today") for one in shown):
        only_today(request)


_FORMS = N_("page, CSV, classeur, JSON, à intégrer")
"""As what a block is given."""


def block_route(
    router: APIRouter, address: str, subject: Callable[..., Awaitable[Subject]], summary: str
) -> None:
    """Answer for each block of a subject at `address`; `subject` finds it from what the address asks (a dependency)."""

    @router.get(f"{address}/{{block}}", summary=f"{summary} : {_FORMS}")
    async def block(
        request: Request,
        block: str,
        about: Subject = Depends(subject),  # noqa: B008
        format: Annotated[str, Query(description="csv, csvw, csv-fr, xlsx, json ; une page sinon")] = "",
        embed: Annotated[str, Query(description="1 : le bloc seul, à intégrer")] = "",
        lang: Annotated[str, Query(description="fr ou en")] = "",
    ) -> Response:
        """Give one block: as a page, as a file, or alone for a frame."""
        return await answer(request, about, about.block(block), embed == "1")


async def answer(request: Request, subject: Subject, block: Block, embed: bool) -> Response:
    """Give a block as a page, as a file, or alone for a frame; raises PageError (404, 406)."""
    chosen, said = chosen_form(request), subject.language
    if chosen != HTML:
        if block.make is None:
            report = await _report(subject, block)
            body = await run_in_turn(write, [report], chosen, said, origin=origin_of(request))
        else:
            table = await run_in_turn(subject.table, block)
            told, origin = about(request, subject, block, table), origin_of(request, table.sources or None)
            body = await run_in_turn(write_table, table, chosen, told, said, origin)
        return file_response(request, body, chosen, subject.file.format(block.name), subject.snapshot, said)
    if block.make is None and not (embed and subject.kept and subject.kept(block)):
        report = await _report(subject, block)
        shown = RenderedBlock(block, findings=await run_in_turn(report_values, report, basis=subject.rules()))
    else:
        shown = await run_in_turn(subject.show, block, block.first if embed else MOST_ROWS)
    settle(request, shown)
    return await run_in_turn(_page, request, subject, shown, embed)


async def _report(subject: Subject, block: Block) -> Report:
    assert subject.report is not None
    return await subject.report(block)


def chosen_form(request: Request) -> Representation:
    """Choose between the page and the files of a block; raises PageError (406)."""
    try:
        return chosen_format(request, (HTML, *FILES))
    except NotAcceptable as error:
        raise PageError.of(error, 406) from error


def about(request: Request, subject: Subject, block: Block, table: Table) -> dict[Words, str]:
    """Tell, for the sheet « À propos », what a file is and where it comes from."""
    said = subject.language
    return {
        N_("Bloc"): block.title(said),
        N_("Sujet"): f"{subject.name} ({subject.code})" if subject.code else subject.name,
        N_("Définition"): block.definition[said],
        N_("Publication"): subject.snapshot,
        **table.more.get("about", {}),
        N_("Adresse"): f"{public_base(request)}{request.url.path}",
        N_("À savoir"): gettext(
            "Absent, secret, trop peu de cas et zéro sont quatre choses différentes.", said
        ),
    }


def _page(request: Request, subject: Subject, shown: RenderedBlock, embed: bool) -> Response:
    """Draw the page of one block, or the block alone, which any site may frame."""
    said, block = subject.language, shown.block
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in _OWN]
    more = urlencode([*kept, *(("lang", code) for code in (in_address(said),) if code)])
    address = f"{public_base(request)}{subject.base}/{block.name}?embed=1{'&' if more else ''}{more}"
    title = gettext("{name} : {text}", said, name=block.title(said), text=subject.name)
    anchor = subject.query + subject.place(block) if block in subject.blocks else ""
    made = page(
        request,
        "block_alone.html" if embed else subject.template,
        language=said,
        subject=subject,
        name=subject.name,
        base=subject.base,
        shown=shown,
        anchor=anchor,
        heading_level="h2",
        total_words=ngettext("{n} ligne", "{n} lignes", shown.whole, said),
        iframe=f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="480" loading="lazy"></iframe>',
        following=f"&{more}" if more else "",
        trail=[*subject.trail, (subject.base + subject.query, subject.name), (None, block.title(said))],
        **{"context": None, **subject.values},
    )
    made.headers["Vary"] = "Accept, Accept-Language"
    if embed:
        made.headers["Content-Security-Policy"] = EMBED_POLICY
    return made
