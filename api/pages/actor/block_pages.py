"""Blocks of actors and programmes: made with where their figures come from, on the whole page and at their own address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from ...render.blocks.block import Block, RenderedBlock, show_table
from ...render.blocks.pages import MOST_ROWS, Subject, about, block_page, chosen_form
from ...render.blocks.tables import Table, written
from ...render.files import file_response
from ...web.negotiation import HTML
from ...web.page_cache import leave_out
from .matter import ActorData, Context


def origin(shown: RenderedBlock, context: Context, asked: Mapping[str, str]) -> dict[str, Any] | None:
    """Tell where the figures of a block come from: definition, sources with their dates, evidence, and how many rows."""
    table = shown.table
    if table is None:
        return None
    english = context.language == "en"
    names = {*table.sources, *(str(row["source"]) for row in table.rows if row.get("source"))}
    described = _sources(context.known, english)
    listed = [(name, *described.get(name, (name, ""))) for name in sorted(names)]
    evidence = Counter(str(row["evidence"]) for row in table.rows if row.get("evidence"))
    return {
        "definition": shown.block.definition[context.language],
        "question": table.question,
        "asked": table.more.get("asked", asked),
        "sources": listed,
        "evidence": sorted(evidence.items()),
    }


def _sources(known: ActorData, english: bool) -> dict[str, tuple[str, str]]:
    """Give the title and the date of each source by its short name."""
    key = ("sources", "en" if english else "fr")
    if key not in known.made:
        rows = known.frames["sources"].select("source", "title", "english", "date").iter_rows()
        known.made[key] = {
            source.removeprefix("source/"): ((other or title) if english else title, date or "")
            for source, title, other, date in rows
        }
    found: dict[str, tuple[str, str]] = known.made[key]
    return found


def sections(
    blocks: Sequence[Block], context: Context, asked: Mapping[str, str]
) -> list[tuple[RenderedBlock, dict[str, Any] | None]]:
    """Make the blocks of a page, each with where it comes from; one that fails says so in its place.

    `asked` are the parameters of the questions, unless a table tells its own.
    """
    made = [show_table(one, partial(_table, one, context), context.language, one.first) for one in blocks]
    return [(shown, origin(shown, context, asked)) for shown in made]


def _table(block: Block, context: Context) -> Table:
    assert block.make is not None
    return context.table(block.name, block.make)


async def answer(
    request: Request, subject: Subject, block: Block, context: Context, embed: bool, on_page: bool = True
) -> Response:
    """Give a block as a page, as a file, or alone for a frame; raises HTTPException (406).

    `on_page` tells whether the page of the subject shows the block too, to lead back to it there.
    """
    chosen, said = chosen_form(request), context.language
    if chosen != HTML:
        table = await run_in_threadpool(_table, block, context)
        body = await run_in_threadpool(written, table, chosen, about(request, subject, block, said))
        return file_response(body, chosen, f"{block.name}-{subject.code}", subject.snapshot, said)

    def drawn() -> Response:
        shown = show_table(block, lambda: _table(block, context), said, block.first if embed else MOST_ROWS)
        if shown.failure:
            leave_out(request)
        ways = {} if on_page else {"ancre": ""}
        return block_page(
            request, subject, shown, said, embed, origine=origin(shown, context, subject.asked), **ways
        )

    return await run_in_threadpool(drawn)
