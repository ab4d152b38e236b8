"""What pages of branches and relays read: of the sources first, then of the examples, which stay marked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

import polars as pl
from fastapi import Request

from ....graph.region.view import RegionView
from ....ontology.vocabulary import ID
from ...analysis.analyses import run_for
from ...labels.wording import concept_name
from ...reading.solutions import Reading
from ...web.negotiation import Language
from ..places import Point

T = TypeVar("T")


async def run(
    request: Request, reading: Reading, work: Callable[[RegionView], T], *, illustrative: bool = False
) -> T:
    """Run an analysis of the publication that a page reads."""
    return await run_for(request, reading, request.app.state.analyses, work, illustrative=illustrative)


async def look_up(
    request: Request, reading: Reading, work: Callable[[RegionView], T | None]
) -> tuple[T | None, bool]:
    """Run an analysis on what sources say and, where it gives nothing, on the examples too; tell whether it was."""
    if (made := await run(request, reading, work)) is not None:
        return made, False
    return await run(request, reading, work, illustrative=True), True


def names_of(view: RegionView) -> Mapping[str, str]:
    """Give the name of each actor by its path."""
    return view.once(_names)


def _names(view: RegionView) -> Mapping[str, str]:
    return dict(view.frame("actors").select("actor", "label").unique("actor").iter_rows())


def done(view: RegionView, interactions: Collection[str], said: Language) -> list[dict[str, Any]]:
    """Tell of some interactions what each is: address, title, type, year and evidence, the latest first."""
    mine = pl.col("interaction").is_in(list(interactions))
    facts = view.frame("interactions").filter(mine).unique("interaction")
    titles = dict(view.frame("titles").filter(mine).select("interaction", "label").iter_rows())
    rows = facts.select("interaction", "type", "year", "evidence").sort(
        "year", "interaction", descending=[True, False], nulls_last=True
    )
    return [
        {
            "path": path,
            "iri": ID + path,
            "label": titles.get(path, path),
            "type": concept_name(kind, said),
            "year": year,
            "evidence": evidence,
        }
        for path, kind, year, evidence in rows.iter_rows()
    ]


def participants(
    view: RegionView, interactions: Collection[str], but: Collection[str]
) -> dict[str, list[tuple[str, str]]]:
    """List who took part in each interaction, without some actors: addresses and names, in their order."""
    names = names_of(view)
    rows = view.frame("participations").filter(
        pl.col("interaction").is_in(list(interactions)) & ~pl.col("actor").is_in(list(but))
    )
    found: dict[str, set[str]] = {}
    for interaction, actor in rows.select("interaction", "actor").iter_rows():
        found.setdefault(interaction, set()).add(actor)
    return {
        interaction: [(ID + actor, names.get(actor, actor)) for actor in sorted(actors)]
        for interaction, actors in found.items()
    }


def points_of(view: RegionView, interactions: Collection[str], but: Collection[str]) -> list[Point]:
    """Give from where others took part in interactions: their place, their name, their page."""
    names = names_of(view)
    rows = view.frame("participations").filter(
        pl.col("interaction").is_in(list(interactions)) & ~pl.col("actor").is_in(list(but))
    )
    known = rows.select("place", "actor").drop_nulls().unique().sort("actor", "place")
    return [Point(place, names.get(actor, actor), actor) for place, actor in known.iter_rows()]


def homepage_of(view: RegionView, actor: str) -> str:
    """Give the public page of a structure, where a source gives it; no address of a person is read anywhere."""
    pages = view.frame("homepages").filter(pl.col("actor") == actor)["homepage"].drop_nulls()
    return str(pages[0]) if len(pages) else ""


def addresses_of(view: RegionView) -> dict[str, str]:
    """Give the postal address of each organisation that has a site whose address a source tells."""
    rows = (
        view.frame("openings").select("organization", "address").drop_nulls().sort("organization", "address")
    )
    return dict(reversed(rows.rows()))
