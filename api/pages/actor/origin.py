"""Where the figures of a block of an actor or a programme come from: definition, question, sources, evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ....words import Named
from ...indicators.words import date_words
from ...render.blocks.block import RenderedBlock
from ...web.negotiation import Language
from .matter import ActorData, Context


def origin(context: Context, asked: Mapping[str, str], shown: RenderedBlock) -> dict[str, Any] | None:
    """Tell it of a block that did not fail; `asked` are the parameters of its question, unless its table tells its own."""
    table = shown.table
    if table is None:
        return None
    names = {*table.sources, *(str(row["source"]) for row in table.rows if row.get("source"))}
    described = _sources(context.known, context.language)
    evidence = Counter(str(row["evidence"]) for row in table.rows if row.get("evidence"))
    return {
        "definition": shown.block.definition[context.language],
        "question": table.question,
        "asked": table.more.get("asked", asked),
        "sources": [(name, *described.get(name, (name, ""))) for name in sorted(names)],
        "evidence": sorted(evidence.items()),
    }


def _sources(known: ActorData, language: Language) -> dict[str, tuple[str, str]]:
    """Give the title and the date, in words, of each source by its short name."""
    key = ("sources", language)
    if key not in known.made:
        rows = known.frames["sources"].select("source", "title", "english", "date").iter_rows()
        known.made[key] = {
            source.removeprefix("source/"): (Named(title, other)[language], date_words(date or "", language))
            for source, title, other, date in rows
        }
    found: dict[str, tuple[str, str]] = known.made[key]
    return found
