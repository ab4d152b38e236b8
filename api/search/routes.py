"""The finder at `/recherche`: who works on what, where; by name alone while its index is made."""

import asyncio
import logging
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from ...graph.finder.documents import KINDS as FINDABLE
from ...graph.finder.finding import Finder, SearchRequest, SearchResult
from ...graph.region.names import UnknownName
from ...graph.region.outlines import Layer, Outlines
from ...graph.region.text import asked_words
from ...graph.region.view import RegionView
from ...ontology.vocabulary import ID
from ...words import N_, gettext
from ..analysis.analyses import Analyses
from ..precompute.artifacts import derivations_of
from ..reading.names import Named
from ..reading.project_territories import HOW, names_project, projects_for
from ..reading.publication import answer_of, index_of, reading_of
from ..reading.solutions import Reading
from ..render.files import WRITTEN
from ..render.rendering import page
from ..web.links import add_links, href, page_links
from ..web.negotiation import Language
from ..web.page_cache import leave_out
from ..web.page_error import PageError
from ..web.page_language import choose_language
from . import files, map
from .asking import (
    FACETS,
    KIND_NAMES,
    PROPOSED,
    SIZE,
    Facet,
    Search,
    detail_name,
    join_values,
    path_of,
    search_of,
    short,
    value_name,
)
from .by_name import named_json, named_page
from .understanding import FIRST as FIRST_OF_PART
from .understanding import OWN_PAGES, TOLD, meanings, occupations, pages, shorter_questions
from .unknown import Unknown, possible, unknown_values
from .vocabulary import terms

log = logging.getLogger(__name__)
router = APIRouter(tags=["pages"])

#: Values of a facet that are shown at once, and how many more a click shows.
FIRST, MORE = 8, 40
#: Seconds that results wait for the outlines of their small map; without them they come alone.
PATIENCE = 0.25
_FILES = {one.name: one for one in WRITTEN}
#: Kinds whose codes people know.
_CODED = ("territoires", "acteurs", "unites")


@router.get("/acteurs", include_in_schema=False)
@router.get("/formations", include_in_schema=False)
def listed_kind(request: Request) -> RedirectResponse:
    """Lead from the address above those of actors, or of programmes, to the search for them."""
    kind = request.url.path.strip("/")
    return RedirectResponse(f"/recherche?{urlencode([('kind', kind), *request.query_params.multi_items()])}")


@router.get("/recherche", summary="Qui travaille sur quoi, où : recherche plein texte")
async def search(
    request: Request,
    reading: Annotated[Reading, Depends(reading_of)],
    q: Annotated[str, Query(max_length=200, description="mots, nom ou code")] = "",
    kind: Annotated[list[str] | None, Query(description="nature de ce qui est cherché")] = None,
    format: Annotated[
        str,
        Query(
            pattern="^(html|json|csv|csv-fr|xlsx|csvw)$",
            description="json : recherche par nom ; csv, csv-fr, xlsx : fichier de tous les résultats (/api/v1/search)",
        ),
    ] = "html",
) -> Response:
    """Find actors, units, programmes, interactions, filières and territories by what they are about and where."""
    if any(one not in (*FINDABLE, "") for one in kind or ()):
        raise PageError(400, N_("« kind » est l’une de ces valeurs : {names}.", names=", ".join(FINDABLE)))
    if format in _FILES:
        return RedirectResponse(f"/api/v1/search?{urlencode(request.query_params.multi_items())}")
    if format == "json":
        return await run_in_threadpool(
            named_json, request, reading, q, (kind or [""])[0], choose_language(request)
        )
    asked, said = search_of(request.query_params), choose_language(request)
    reading.language = said
    made = await run_in_threadpool(derivations_of(request).finder)
    if made is None:
        leave_out(request)
        return await run_in_threadpool(named_page, request, reading, asked, said)
    finder = made.value
    answer_of(request, made.snapshot)
    found = await run_in_threadpool(finder.find, asked.asked(finder))
    layer = await _layer(request) if len(found) else None
    names, drawn = [], None
    if asked.text and (not len(found) or names_project(asked.text)):
        index = await run_in_threadpool(index_of, request, reading)
        names, drawn = index.nearest(asked.text, None, 6), projects_for(asked.text, index)
    return await run_in_threadpool(_page, request, finder, found, asked, layer, names, drawn, said)


async def _layer(request: Request) -> Layer | None:
    """Give the outlines that the small map is drawn on, kept for the publication; None where there are none."""
    snapshot, state = request.app.state.pool.snapshot().id, request.app.state
    kept: tuple[str, Layer | None] = getattr(state, "finder_layer", ("", None))
    if kept[0] == snapshot:
        return kept[1]

    def made(matter: RegionView) -> None:
        try:
            layer: Layer | None = map.outlines(Outlines.of(matter), matter.within)
        except UnknownName:
            layer = None  # nothing is known of the region
        state.finder_layer = matter.snapshot, layer

    runner: Analyses = state.maps
    try:
        await asyncio.wait_for(runner.run(made), PATIENCE)
    except Exception as error:
        log.info("a small map could not be drawn: %s", error)
    kept = getattr(state, "finder_layer", ("", None))
    if kept[0] != snapshot:
        leave_out(request)
        return None
    return kept[1]


def _page(
    request: Request,
    finder: Finder,
    found: SearchResult,
    asked: Search,
    layer: Layer | None,
    names: list[Named],
    drawn: list[Named] | None,
    said: Language,
) -> Response:
    last = max(1, -(-len(found) // SIZE))
    shown = [
        _shown(finder, one, said)
        for one in finder.rows(found.rows[(asked.page - 1) * SIZE : asked.page * SIZE])
    ]
    unknown = unknown_values(finder, asked)
    alone = asked.text and not len(found) and not len(finder.find(Search(asked.text, {}).asked(finder)))
    also = pages(asked.text, said)
    near = finder.near(asked.text) if alone and not also else []
    parts = _parts(finder, asked, said) if alone else []
    response = page(
        request,
        "search.html",
        language=said,
        q=asked.text,
        search=asked,
        total=len(found),
        no_words=bool(asked.text) and not asked_words(asked.text),
        results=shown,
        substitutes=found.substitutes,
        ways=_ways(finder, asked, said) if alone else [],
        terms=terms(asked.text, said) if alone else [],
        pages=last,
        facets=[_facet(finder, found, asked, facet, said) for facet in FACETS],
        choices=_chosen(finder, asked, said),
        parts=parts,
        near_words=[(word, Search(word, {}, lang=asked.lang).address()) for word in near],
        meanings=meanings(finder, asked, len(found), said) if asked.page == 1 else [],
        also=also,
        occupations=occupations(finder, asked) if asked.page == 1 else [],
        near_names=names if alone and not also else [],
        unknown_values=[_unknown(finder, asked, one, said) for one in unknown],
        example_projects=drawn,
        example_how=HOW[said],
        small_map=None
        if layer is None
        else map.draw(layer, finder.documents[found.rows], said, here=finder.here[found.rows]),
        files=[(name, asked.address("/api/v1/search", format=name)) for name in ("csv", "csv-fr", "xlsx", "json")],
        too_many=len(found) > files.MOST,
        most_rows=files.MOST,
        illustrative=Search(asked.text, asked.chosen, 1, not asked.illustrative, asked.lang).address(),
        trail=[(None, gettext("Recherche", said))],
    )  # fmt: skip
    add_links(response, page_links(asked.page, last, lambda n: asked.address(page=n)))
    return response


def _parts(finder: Finder, asked: Search, said: Language) -> list[tuple[str, int, str, list[dict[str, Any]]]]:
    """Give what holds a part of the words: each shorter question, how many things it finds, its address, the first of them."""
    parts: list[tuple[str, int, str, list[dict[str, Any]]]] = []
    for text, count in shorter_questions(lambda one: len(finder.find(SearchRequest(one))), asked.text):
        first = FIRST_OF_PART if len(parts) < TOLD else 0
        rows = finder.find(SearchRequest(text)).rows[:first]
        shown = [_shown(finder, one, said) for one in finder.rows(rows)]
        parts.append((text, count, Search(text, {}, lang=asked.lang).address(), shown))
    return parts


def _ways(finder: Finder, asked: Search, said: Language) -> list[tuple[str, str, int | None]]:
    """List where to go on from a question that finds nothing: each kind of things, with how many, then pages of their own."""
    counts = finder.find(Search("", {}).asked(finder)).counts["kind"]
    kinds = [
        (KIND_NAMES[kind][said], Search("", {"kind": (kind,)}, lang=asked.lang).address(), counts[kind])
        for kind in KIND_NAMES
        if kind in counts
    ]
    return [*kinds, *((title[said], address, None) for title, address in OWN_PAGES)]


def _shown(finder: Finder, one: dict[str, Any], said: Language) -> dict[str, Any]:
    """Prepare one result: what it is, where, and what it is about, in few words."""

    def named(paths: list[str]) -> str:
        return join_values(finder.name(path, said) for path in paths)

    code = one["path"].rsplit("/", 1)[-1]
    towns = files.places_at(one["places"], "commune")
    areas = towns or files.places_at(one["places"], "epci")
    return {
        "href": href(ID + one["path"]),
        "label": finder.name(one["path"], said) if one["kind"] == "filieres" else one["label"],
        "titled": one["kind"] in ("formations", "interactions"),
        "kind": KIND_NAMES[one["kind"]][said],
        "detail": detail_name(finder, one["kind"], one["detail"], said),
        "code": code if one["kind"] in _CODED and "-" not in code else "",
        "where": "" if one["kind"] in ("territoires", "filieres") else named(areas),
        "fields": named(one["fields"]),
        "chains": "" if one["kind"] == "filieres" else named(one["chains"]),
        "evidence": one["evidence"],
        "place_evidence": one["place_evidence"],
        "ties": one["ties"] if one["kind"] in ("acteurs", "unites") else 0,
    }


def _unknown(finder: Finder, asked: Search, one: Unknown, said: Language) -> dict[str, Any]:
    """Prepare a value that nothing has: its facet, and the searches with others in its place."""
    name = one.facet.name
    rest = tuple(value for value in asked.chosen[name] if value != one.value)
    return {
        "title": one.facet.title[said],
        "value": one.value,
        "others": [
            (
                value_name(finder, one.facet, path, said),
                asked.with_values(name, (*rest, short(one.facet, path))),
            )
            for path in one.others
        ],
    }


def _facet(
    finder: Finder, found: SearchResult, asked: Search, facet: Facet, said: Language
) -> dict[str, Any]:
    """Prepare a facet: its values with their counts, the most frequent first, those chosen always."""
    counts = found.counts[facet.column]
    chosen = {path_of(finder, facet, value): value for value in asked.chosen.get(facet.name, ())}
    proposed = {
        path: count
        for path, count in counts.items()
        if facet.column != "places" or path.startswith(PROPOSED) or path in chosen
    }
    if facet.column == "kind":
        order = [one for one in KIND_NAMES if one in proposed]
    else:
        order = sorted(proposed, key=lambda path: (path not in chosen, -proposed[path], path))
    entries = []
    for path in order[:MORE]:
        value = chosen.get(path, short(facet, path))
        entries.append(
            {
                "name": value_name(finder, facet, path, said),
                "count": proposed[path],
                "address": asked.toggled(facet.name, value),
                "chosen": path in chosen,
            }
        )
    return {
        "name": facet.name,
        "title": facet.title[said],
        "first": entries[:FIRST],
        "rest": entries[FIRST:],
        "left": max(0, len(proposed) - MORE),
    }


def _chosen(finder: Finder, asked: Search, said: Language) -> list[dict[str, Any]]:
    """List what is chosen, each with the address that no longer chooses it; a value nobody knows says so."""
    found = []
    for facet in FACETS:
        for value in asked.chosen.get(facet.name, ()):
            path = path_of(finder, facet, value)
            known = possible(finder, facet, path)
            found.append(
                {
                    "title": facet.title[said],
                    "name": value_name(finder, facet, path, said) if known else value,
                    "address": asked.toggled(facet.name, value),
                    "known": known,
                }
            )
    return found
