"""Two to six territories side by side at `/territoires/comparaison`: their key figures, at an address that can be shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from ....graph.indicators.declaration import TOPICS
from ....graph.indicators.rows import MISSING
from ....graph.region.gazetteer import Territory
from ....words import N_, gettext, join_words
from ...labels.wording import level_name
from ...render.blocks.block import Block, BlockContext, RenderedBlock
from ...render.blocks.tables import ABSENT, Column, Table
from ...render.rendering import page
from ...web.negotiation import Language
from ...web.page_error import PageError
from ..blocks import Subject
from .figures import FIGURE_COLUMNS, FIRST, Comparison, figures, rests_on_interactions, years_of_interactions
from .matter import PortraitData

ADDRESS = "/territoires/comparaison"
LEAST, MOST = 2, 6
"""Territories that are compared at least and at most: more columns are no longer read side by side."""


def keys_of(asked: Sequence[str]) -> list[str]:
    """Give the territories asked, each once, in their order: `level/code`, repeated or between commas; raises PageError (400).

    >>> keys_of(["epci/200040715,epci/200071413", "epci/200040715"])
    ['epci/200040715', 'epci/200071413']
    """
    keys = list(dict.fromkeys(key.strip() for text in asked for key in text.split(",") if key.strip()))
    if len(keys) > MOST:
        raise PageError(400, N_("{n} territoires au plus se comparent côte à côte.", n=MOST))
    return keys


@dataclass(frozen=True)
class Compared(BlockContext):
    """What the block of a comparison is made from: territories in the order asked for, none without what is `seen`."""

    seen: PortraitData | None
    places: Sequence[Territory]
    language: Language

    @property
    def query(self) -> str:
        """What an address says of them."""
        return urlencode(self.asked)

    @property
    def asked(self) -> list[tuple[str, str]]:
        """The parameters of an address."""
        return [("among", one.id.removeprefix("territory/")) for one in self.places]

    @property
    def name(self) -> str:
        """Their names in one text."""
        return join_words([one.label for one in self.places], self.language)


def side_by_side(context: Compared) -> Table:
    """List, by indicator, the key figure of each territory: of the indicators that one of them at least has a value of."""
    seen, said = context.seen, context.language
    assert seen is not None
    rows = [
        {**row, "territory": place.label, "territory_iri": place.id, "value_shown": row["shown"]}
        for place in context.places
        for row in figures(seen, place, _ALONE, said).rows
        if not row["again"]
    ]
    known = {row["id"] for row in rows if row["value"] is not None}
    first = {name: rank for rank, name in enumerate(FIRST)}
    order = {name: rank for rank, name in enumerate(dict.fromkeys(row["id"] for row in rows))}
    topics = list(TOPICS)
    return Table(
        COLUMNS,
        sorted(
            (row for row in rows if row["id"] in known),
            key=lambda row: (
                topics.index(row["topic_id"]),
                first.get(row["id"], len(first)),
                order[row["id"]],
            ),
        ),
        empty=N_("Aucun indicateur n’est calculé pour ces territoires."),
        more={"across": [one.label for one in context.places], "none": ABSENT[MISSING][1]},
    )


_ALONE = Comparison("", "")
_OF_PEERS = ("compared_with", "least", "most", "peers_known")
_FIGURES = {
    one.name: one
    for one in FIGURE_COLUMNS
    if one.name not in _OF_PEERS and not one.name.startswith("comparison")
}
COLUMNS = (
    _FIGURES["indicator"],
    Column("territory", N_("Territoire"), "link"),
    _FIGURES["value"],
    *(one for name, one in _FIGURES.items() if name not in ("indicator", "value")),
)
"""Those of the key figures of a territory, and whose they are."""
BLOCK = Block("chiffres-cles", N_("Chiffres clés côte à côte"), "crossed", side_by_side, MOST * 20)


def subject_of(context: Compared, snapshot: str) -> Subject:
    """Gather what the block of a comparison is about; raises PageError (400) where there is nothing to compare."""
    if len(context.places) < LEAST:
        raise PageError(
            400, N_("Une comparaison demande de {least} à {most} territoires.", least=LEAST, most=MOST)
        )
    said = context.language
    return Subject(
        name=context.name, kind=gettext("Comparaison de territoires", said), code="", base=ADDRESS,
        page=N_("La comparaison de territoires"), whole=N_("Comparaison entière"), file="{}-comparaison",
        snapshot=snapshot, language=said, trail=[("/territoires", gettext("Territoires", said))], blocks=[BLOCK],
        table=context.table, keeps=lambda _: context.asked, query=f"?{context.query}",
        place=lambda _: "",
    )  # fmt: skip


def compare(request: Request, context: Compared) -> Response:
    """Draw the key figures of territories side by side; with fewer than two, say how to choose them."""
    said, places = context.language, context.places
    keys = [key for _, key in context.asked]
    enough = len(places) >= LEAST
    return page(
        request,
        "territory_comparison.html",
        language=said,
        places=[
            (f"/territoires/{key}", one.label, level_name(one.level, said), _address(other for other in keys if other != key))
            for key, one in zip(keys, places, strict=True)
        ],
        names=context.name,
        topics=_topics(context) if enough else [],
        shown=RenderedBlock(BLOCK),
        base=ADDRESS,
        kept_parameters=context.asked,
        levels=len({one.level for one in places}),
        least=LEAST,
        most=MOST,
        trail=[("/territoires", gettext("Territoires", said)), (None, gettext("Comparaison", said))],
    )  # fmt: skip


def _address(keys: Iterable[str]) -> str:
    return f"{ADDRESS}?{urlencode([('among', key) for key in keys])}"


def _topics(context: Compared) -> list[tuple[str, list[dict[str, Any]]]]:
    """Give the rows of the block by topic, a line an indicator, with a cell for each territory: its text, or why it has none."""
    seen, found = context.seen, context.table(BLOCK).rows
    assert seen is not None
    of_ties = years_of_interactions(seen, *context.places)
    made: dict[str, list[dict[str, Any]]] = {}
    for name, rows in ((name, list(rows)) for name, rows in groupby(found, lambda row: str(row["id"]))):
        told = next(row for row in rows if row["value"] is not None)
        by_place = {row["territory_iri"]: row for row in rows}
        ties = rests_on_interactions(seen.cube.indicators[name])
        line = {
            "id": name,
            "title": told["indicator"],
            "when": (of_ties if ties else "") or told["as_of"] or told["period"],
            "cells": [_cell(by_place.get(place.id)) for place in context.places],
        }
        made.setdefault(told["topic"], []).append(line)
    return list(made.items())


def _cell(row: Mapping[str, Any] | None) -> tuple[str, str]:
    return (
        ("", MISSING)
        if row is None
        else (row["shown"], "")
        if row["value"] is not None
        else ("", row["status"])
    )
