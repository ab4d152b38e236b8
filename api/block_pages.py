"""A block of a page at its own address: as a page, as a file, and alone for a frame; of territories, actors, programmes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Any

from fastapi import HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool

from .actor_matter import Context, Known
from .analysis_routes import file_response
from .blocks import Block, Shown, show_table
from .links import public_base
from .negotiation import HTML, Language, NotAcceptable, Representation, choose
from .page_cache import leave_out
from .portrait_figures import absent
from .portrait_tables import FILES, Table, Words, written
from .rendering import EMBED_POLICY, page
from .wording import plural

MOST_ROWS = 500
"""Rows of a block on its page; its files hold them all."""


@dataclass(frozen=True)
class Subject:
    """What the blocks of a page are about.

    `kind` names its nature in words, `base` is the address of its page, `whole` what that page is called, `asked` the
    parameters of its questions, `trail` the breadcrumb down to it; `about` adds entries to the sheet « À propos ».
    """

    name: str
    kind: str
    code: str
    base: str
    snapshot: str
    asked: Mapping[str, str]
    trail: Sequence[tuple[str | None, str]]
    whole: Words = ("Page complète", "Whole page")
    about: Mapping[Words, str] = field(default_factory=dict)


def chosen_form(request: Request) -> Representation:
    """Choose between the page and the files of a block; raises HTTPException (406)."""
    asked = request.query_params.get("format") or None
    try:
        return choose(request.headers.get("accept"), (HTML, *FILES), asked)
    except NotAcceptable as error:
        raise HTTPException(406, str(error)) from error


def about(request: Request, subject: Subject, block: Block, said: Language) -> dict[str, str]:
    """Tell, for the sheet « À propos », what a file is and where it comes from."""
    entries: dict[Words, str] = {
        ("Bloc", "Block"): block.title(said),
        ("Sujet", "Subject"): f"{subject.name} ({subject.code})",
        ("Définition", "Definition"): block.definition[said == "en"],
        ("Publication", "Publication"): subject.snapshot,
        **subject.about,
        ("Adresse", "Address"): f"{public_base(request)}{request.url.path}",
        ("À savoir", "Notes"): (
            "Missing, suppressed, too few cases and zero are four different things."
            if said == "en"
            else "Absent, secret, trop peu de cas et zéro sont quatre choses différentes."
        ),
    }
    return {words[said == "en"]: value for words, value in entries.items() if value}


def block_page(
    request: Request, subject: Subject, shown: Shown, said: Language, embed: bool, **values: Any
) -> Response:
    """Draw the page of one block, or the block alone, which any site may frame."""
    address = (
        f"{public_base(request)}{subject.base}/{shown.block.name}?embed=1{'&lang=en' if said == 'en' else ''}"
    )
    title = f"{shown.block.title(said)}{'' if said == 'en' else ' '}: {subject.name}"
    given: dict[str, Any] = {
        "nom": subject.name,
        "code": subject.code,
        "base": subject.base,
        "niveau_mots": subject.kind,
        "absent": absent,
        "contexte": None,
        "bloc": shown,
        "rang": "h2",
        "retour": subject.whole[said == "en"],
        "demande": subject.asked,
        "total_mots": f"{shown.whole} rows" if said == "en" else plural(shown.whole, "ligne"),
        "iframe": f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="480" loading="lazy"></iframe>',
        "suite": "&lang=en" if said == "en" else "",
        "origine": None,
        "fil": [*subject.trail, (subject.base, subject.name), (None, shown.block.title(said))],
    }
    answer = page(
        request, "block_alone.html" if embed else "block.html", language=said, **{**given, **values}
    )
    answer.headers["Vary"] = "Accept, Accept-Language"
    if embed:
        answer.headers["Content-Security-Policy"] = EMBED_POLICY
    return answer


def origin(shown: Shown, context: Context, asked: Mapping[str, str]) -> dict[str, Any] | None:
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
        "definition": shown.block.definition[english],
        "question": table.question,
        "asked": table.more.get("asked", asked),
        "sources": listed,
        "evidence": sorted(evidence.items()),
    }


def _sources(known: Known, english: bool) -> dict[str, tuple[str, str]]:
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
) -> list[tuple[Shown, dict[str, Any] | None]]:
    """Make the blocks of a page, each with where it comes from; one that fails says so in its place.

    `asked` are the parameters of the questions, unless a table tells its own.
    """
    made = [show_table(one, partial(_table, one, context), context.language, one.first) for one in blocks]
    return [(shown, origin(shown, context, asked)) for shown in made]


def _table(block: Block, context: Context) -> Table:
    assert block.make is not None
    return context.table(block.name, block.make)


async def answer(request: Request, subject: Subject, block: Block, context: Context, embed: bool) -> Response:
    """Give a block as a page, as a file, or alone for a frame; raises HTTPException (406)."""
    chosen, said = chosen_form(request), context.language
    if chosen != HTML:
        table = await run_in_threadpool(_table, block, context)
        body = await run_in_threadpool(written, table, chosen, about(request, subject, block, said))
        return file_response(body, chosen, f"{block.name}-{subject.code}", subject.snapshot, said)

    def drawn() -> Response:
        shown = show_table(block, lambda: _table(block, context), said, block.first if embed else MOST_ROWS)
        if shown.failure:
            leave_out(request)
        return block_page(request, subject, shown, said, embed, origine=origin(shown, context, subject.asked))

    return await run_in_threadpool(drawn)
