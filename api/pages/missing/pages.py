"""The pages of what is missing, at `/ce-qui-manque`, and their files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ....graph.region.names import UnknownName
from ....words import N_, gettext, languages
from ...labels.wording import level_name
from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...render.blocks.block import Block, RenderedBlock
from ...render.blocks.tables import Table
from ...render.rendering import page
from ...web.negotiation import Language
from ...web.page_error import PageError
from ...web.page_language import choose_language
from ...web.turns import run_in_turn
from ..blocks import Subject, block_route, settle
from ..territory.matter import PortraitData
from .asked import MissingParams
from .territories import BLOCKS, LEVELS

router = APIRouter(tags=["pages"])


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
    reading, said = reading_of(request), choose_language(request)
    reading.language = said
    seen = await _seen(request, reading)
    return await run_in_turn(_index, request, reading, seen, said)


def _index(request: Request, reading: Reading, seen: PortraitData | None, said: Language) -> Response:
    about = _subject(seen, _params(reading, said)) if seen else None
    shown = [about.show(block, 0) for block in BLOCKS] if about else []
    settle(request, *shown)
    return page(
        request,
        "missing.html",
        language=said,
        block_list=shown or [RenderedBlock(block) for block in BLOCKS],
        seen=about is not None,
        trail=[(None, gettext("Ce qui manque", said))],
    )


async def subject(
    request: Request,
    level: Annotated[str, Query(description="niveau des territoires")] = "epci",
    source: Annotated[str, Query(description="source à garder", max_length=100)] = "",
) -> Subject:
    """Find what is asked of what is missing; raises PageError (400, 404)."""
    if level not in LEVELS:
        raise PageError(
            400,
            N_(
                "« {level} » n’est pas un niveau de territoire (niveaux : {names}).",
                level=level,
                names=", ".join(LEVELS),
            ),
        )
    reading, said = reading_of(request), choose_language(request)
    reading.language = said
    seen = await _seen(request, reading)
    if seen is None:
        raise PageError(404, N_("La publication ne décrit pas la région étudiée : il n’y a rien à compter."))
    return _subject(seen, await run_in_turn(_params, reading, said, level, source))


block_route(router, "/ce-qui-manque", subject, "Ce qui manque sur un sujet")


def _params(reading: Reading, said: Language, level: str = "epci", source: str = "") -> MissingParams:
    return MissingParams(said, level, source, reading.block("home/sources").rows)


def _subject(seen: PortraitData, asked: MissingParams) -> Subject:
    said = asked.language
    return Subject(
        name=gettext("Ce qui manque", said), kind="", code="", base="/ce-qui-manque", page=N_("Ce qui manque"),
        file="ce-qui-manque-{}", snapshot=seen.snapshot, language=said, blocks=BLOCKS,
        table=lambda block: _table(seen, block, asked), template="missing_subject.html",
        values={"offered_levels": [(name, level_name(name, said)) for name in LEVELS], "level": asked.level},
    )  # fmt: skip


def _table(seen: PortraitData, block: Block, asked: MissingParams) -> Table:
    """Give the table of a subject: made once a publication, unless it depends on the day or keeps one source."""
    assert block.make is not None
    if asked.source or block.name == "sources":
        return block.make(seen, asked)
    key = ("missing", block.name, asked.language, asked.level)
    if key not in seen.made:
        seen.made[key] = block.make(seen, asked)
    made: Table = seen.made[key]
    return made


def warm(seen: PortraitData) -> None:
    """Make the tables that the first visitor would wait for; of sources, what their files say is read."""
    for said in languages():
        for block in BLOCKS:
            _table(seen, block, MissingParams(said))
