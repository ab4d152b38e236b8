"""Digital branches at `/antennes`: what they offer, who is near, and what access would be without each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import polars as pl
from fastapi import APIRouter, Request, Response

from ....graph.region.branches import NEAR, Branch, branches_of, reach_of
from ....graph.region.gazetteer import Gazetteer
from ....graph.region.view import RegionView
from ....graph.scenarios.assumptions import Close, Scenario
from ....graph.scenarios.comparison import compare
from ....ontology.vocabulary import ID
from ....words import N_, first_upper, gettext
from ...analysis.comparisons import change_text, value_text
from ...labels.basis_names import source_title
from ...labels.days import opening_hours
from ...labels.wording import concept_name
from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...render.rendering import page
from ...web.links import local_name
from ...web.negotiation import Language
from ...web.page_error import PageError
from ...web.page_language import choose_language
from ..places import Point, map_of
from .reading import done, homepage_of, look_up, names_of, participants, points_of, run

router = APIRouter(tags=["pages"])
_TAUGHT = 30
"""Programmes taught near a branch that its page lists."""
FIGURES = ("branches", "reach-branch", "access-branch-supply")
"""What is compared with and without a branch."""


@router.get("/antennes", summary="Antennes numériques et campus connectés")
async def branches(request: Request) -> Response:
    """List the branches, those of sources before those of examples."""
    said, reading = choose_language(request), reading_of(request)
    reading.language = said
    rows = await run(request, reading, lambda view: _rows(view, said, illustrative=False))
    rows += await run(request, reading, lambda view: _rows(view, said, illustrative=True), illustrative=True)
    return page(
        request,
        "branches.html",
        language=said,
        branches=rows,
        near_km=int(NEAR),
        contact=request.app.state.settings.contact,
        trail=[(None, gettext("Antennes numériques", said))],
    )


@router.get(
    "/antennes/{name:path}", summary="Une antenne numérique : services, population à portée, accès sans elle"
)
async def branch(request: Request, name: str) -> Response:
    """Tell one branch whole; raises PageError (404)."""
    said, reading = choose_language(request), reading_of(request)
    reading.language = said
    told, illustrative = await look_up(request, reading, lambda view: _told(view, name, said))
    if told is None:
        raise PageError(404, N_("Aucune antenne ne porte cette adresse : {name}.", name=name[:100]))
    await reading.learn_names(f"{ID}{source}" for source in told["sources"])
    return page(
        request,
        "branch.html",
        language=said,
        illustrative=illustrative,
        near_km=int(NEAR),
        small_map=await map_of(
            request,
            told.pop("points"),
            said,
            N_("Où est l’antenne, et ceux avec qui on y agit"),
            others=[Point(one["place"].id, one["label"], one["iri"]) for one in told["taught"]],
            other=gettext("formations enseignées à portée", said),
        ),
        origins=[(f"{ID}{source}", _origin(reading, source, said)) for source in told["sources"]],
        trail=[("/antennes", gettext("Antennes numériques", said)), (None, told["label"])],
        **told,
    )


def address_of(site: str) -> str:
    """Give the address of the page of a branch.

    >>> address_of("site/campus-connectes-privas"), address_of("example/site/antenne-aubenas")
    ('/antennes/campus-connectes-privas', '/antennes/example/site/antenne-aubenas')
    """
    return f"/antennes/{site.removeprefix('site/')}"


def _origin(reading: Reading, source: str, said: Language) -> str:
    label = reading.label(f"{ID}{source}")
    return source_title(source, said) if label == local_name(source) else label


def _rows(view: RegionView, said: Language, *, illustrative: bool) -> list[dict[str, Any]]:
    every = branches_of(view)
    return [
        {**_row(view, one, said), "reach": reach_of(view, one, every)}
        for one in every
        if (one.evidence == "illustrative") == illustrative
    ]


def _row(view: RegionView, one: Branch, said: Language) -> dict[str, Any]:
    names = names_of(view)
    return {
        "label": one.label,
        "address": address_of(one.site),
        "place": one.place,
        "who": [
            (f"{ID}{path}", names.get(path, path))
            for path in one.organizations
            if names.get(path) != one.label
        ],
        "services": [concept_name(path, said) for path in one.services],
        "evidence": one.evidence,
        "sources": one.sources,
    }


def _told(view: RegionView, name: str, said: Language) -> dict[str, Any] | None:
    """Give what the page of a branch says; None where the view has none of this name."""
    every = branches_of(view)
    one = next((branch for branch in every if branch.site in (f"site/{name}", name)), None)
    if one is None:
        return None
    gazetteer = Gazetteer.of(view)
    closing = Close("branch", one.site)
    examples = {"illustrative": "true"} if view.illustrative else {}
    openings = view.frame("openings").filter(pl.col("site") == one.site)
    return {
        **_row(view, one, said),
        "who": [(ID + path, names_of(view).get(path, path)) for path in one.organizations],
        "iri": ID + one.site,
        "addresses": openings["address"].drop_nulls().unique().sort().to_list(),
        "hours": opening_hours(openings["hours"].drop_nulls().unique(), said),
        "homepages": [text for path in one.organizations if (text := homepage_of(view, path))],
        "serves": [(place.iri, place.label) for path in one.serves if (place := gazetteer.get(path))],
        "reach": reach_of(view, one, every),
        "taught": _taught(view, one),
        "followed": _followed(view, one),
        "partners": _partners(view, one, said),
        "points": [
            Point(one.place.id if one.place else "", one.label, one.site),
            *points_of(view, _mine(view, one), one.organizations),
        ],
        **_differences(view, one, closing, said),
        "scenario": "/scenarios/essai?" + urlencode({"h": closing.to_line(), **examples}),
        "transfer": "/scenarios/nouveau?" + urlencode({"kind": "move-branch", "node": one.label, **examples}),
    }


def _followed(view: RegionView, one: Branch) -> list[tuple[str, str]]:
    """List the programmes that a source says are followed from a branch."""
    rows = view.frame("programmes").filter(pl.col("site") == one.site)
    return [
        (ID + path, label)
        for path, label in rows.select("programme", "label").unique().sort("label").iter_rows()
    ]


def _taught(view: RegionView, one: Branch) -> list[dict[str, Any]]:
    """List programmes taught within NEAR of a branch, the nearest first: each with its institution and how far it is."""
    if one.place is None:
        return []
    gazetteer, names = Gazetteer.of(view), names_of(view)
    km = gazetteer.distances(one.place)
    rows = gazetteer.locate(view.frame("programmes")).filter(pl.col("at").is_not_null())
    far = rows.select("programme", "label", "institution", "at").with_columns(
        km=pl.Series(km[rows["at"].to_numpy()])
    )
    near = (
        far.filter(pl.col("km") <= NEAR)
        .sort("km", "label", "programme")
        .unique("programme", keep="first", maintain_order=True)
    )
    return [
        {
            "iri": ID + programme,
            "label": label or programme,
            "institution": names.get(institution or "", ""),
            "place": gazetteer.commune(at),
            "km": round(distance),
        }
        for programme, label, institution, at, distance in near.head(_TAUGHT).iter_rows()
    ]


def _mine(view: RegionView, one: Branch) -> pl.Series:
    """Give the interactions of who runs a branch."""
    rows = view.frame("participations").filter(pl.col("actor").is_in(one.organizations))
    return rows["interaction"].unique()


def _partners(view: RegionView, one: Branch, said: Language) -> list[dict[str, Any]]:
    """List what who runs a branch does with others: with whom, what and when."""
    mine = _mine(view, one)
    others = participants(view, mine, one.organizations)
    return [{**told, "with": others.get(told["path"], [])} for told in done(view, mine, said)]


def _differences(view: RegionView, one: Branch, closing: Close, said: Language) -> dict[str, Any]:
    """Compare access with and without a branch: in its intercommunality and département (`here`), and `elsewhere`."""
    if one.place is None:
        return {"here": [], "elsewhere": []}
    gazetteer = Gazetteer.of(view)
    around = [
        found[0][0].id
        for level in ("epci", "department")
        if (found := gazetteer.containing(one.place, level))
    ]
    made = compare(view, Scenario("sans", "sans", (closing,)), around, FIGURES)
    rows = [
        {
            "territory": one.territory,
            "label": first_upper(one.figure.label[said]),
            "with": value_text(one, one.before, said),
            "without": value_text(one, one.after, said),
            "change": change_text(one, said),
        }
        for one in made.changed()
    ]
    return {
        "here": [row for row in rows if row["territory"] in made.named],
        "elsewhere": [row for row in rows if row["territory"] not in made.named],
    }
