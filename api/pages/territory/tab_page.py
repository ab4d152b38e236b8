"""A tab of a portrait as a page: its key figures, its blocks, and in one line those of which nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from ....graph.indicators.declaration import TOPICS
from ....words import gettext
from ...render.blocks.block import Block, RenderedBlock, show_table
from ...render.rendering import page
from ...web.negotiation import Language
from ..blocks import Subject, sections, settle
from .blocks import FIGURES, Context
from .figures import figures
from .tabs import TABS, Tab, tab_of


def place_of(block: Block) -> str:
    """Tell where a block stands after the address of its portrait: key figures are the first of all.

    >>> place_of(Block("partenaires", "Qui travaille avec qui", tab="liens")), place_of(FIGURES)
    ('/liens#partenaires', '#chiffres-cles')
    """
    return f"#{block.name}" if block is FIGURES else f"/{tab_of(block).name}#{block.name}"


def tabs_of(request: Request, subject: Subject) -> Mapping[str, Any]:
    """Give what the head of a portrait needs: its tabs with their blocks, and the comparison that addresses keep."""
    compared = request.query_params.get("compare", "")
    return {
        "tabs": [
            (tab.name, tab.title(subject.language), [one for one in subject.blocks if _stands(one, tab)])
            for tab in TABS
        ],
        "kept_query": f"?{urlencode({'compare': compared})}" if compared else "",
        "all_numbers": FIGURES,
    }


def _stands(block: Block, tab: Tab) -> bool:
    return block is not FIGURES and tab_of(block) is tab


def draw(request: Request, subject: Subject, tab: Tab) -> Response:
    """Draw a tab of a portrait."""
    said = subject.language
    chosen = [one for one in subject.blocks if _stands(one, tab)]
    shown = [_figures(request, subject, tab), *sections(request, subject, chosen)]
    return page(
        request,
        "territory_tab.html",
        language=said,
        subject=subject,
        name=subject.name,
        base=subject.base,
        heading_level="h3",
        tab=tab.name,
        tab_title=tab.title(said),
        block_list=[one for one in shown if not one.empty],
        empty_ones=[(one.block, _silent(one.block, tab, said)) for one in shown if one.empty],
        trail=[*subject.trail, (subject.base, subject.name), (None, tab.title(said))],
        **subject.values,
        **tabs_of(request, subject),
    )


def _silent(block: Block, tab: Tab, language: Language) -> str:
    """Name a block of which nothing is known; of the key figures, their topics."""
    if block is not FIGURES:
        return block.title(language)
    topics = ", ".join(TOPICS[topic][language].lower() for topic in tab.topics)
    return gettext("chiffres ({topics})", language, topics=topics)


def _figures(request: Request, subject: Subject, tab: Tab) -> RenderedBlock:
    """Show the key figures of a tab, out of how many there are; none where none of them has a value."""
    context: Context = subject.values["context"]
    indicators = context.seen.cube.indicators.values()
    names = {one.id for one in indicators if one.topic in tab.topics}

    def table() -> Any:
        made = figures(context.seen, context.territory, context.beside, context.language, names)
        known = any(row["value"] is not None for row in made.rows)
        return made if known else replace(made, rows=())

    shown = show_table(FIGURES, table, subject.language)
    settle(request, shown)
    every = context.seen.values(context.territory.id)
    return replace(shown, whole=sum(not one.indicator.options.get("series") for one in every))
