"""Things of the graph as lists, at `/api/v1/actors` and its like: the rows of the search without words, of one kind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from ...graph.finder.finding import Finder, SearchResult
from ...words import N_, Spoken
from ..errors.problems import ERRORS, problem
from ..errors.refusals import refuse_unknown, refuse_value
from ..reading.publication import reading_of
from ..web.page_language import choose_language
from .asking import KIND_NAMES, Search, search_of
from .data import answer, find, finder_of
from .openapi import LISTED, LISTED_RESPONSES

router = APIRouter(tags=["analyses"])


@dataclass(frozen=True)
class EntityList:
    """A list: its title, the kind of its things in the finder, and what their paths begin with where it is a part of the kind."""

    title: Spoken
    kind: str
    head: str = ""

    def select(self, finder: Finder, found: SearchResult, detail: str) -> SearchResult:
        """Keep what is of this list and, where one is asked for, of a detail; by path, an order that publications share.

        Raises PageError (400) for a detail that nothing of the list has.
        """
        rows = finder.documents["path", "detail"].with_row_index("row")[found.rows].sort("row")
        rows = rows.filter(rows["path"].str.contains(f"^(example/)?{self.head}"))
        if detail:
            names = rows["detail"].str.split("/").list.last()
            refuse_value("detail", detail, names.drop_nulls().unique().sort().to_list())
            rows = rows.filter(names == detail)
        return replace(found, rows=rows["row"].to_numpy().astype("int64"))


LISTS: Mapping[str, EntityList] = MappingProxyType(
    {
        **{
            name: EntityList(KIND_NAMES[kind], kind)
            for name, kind in (
                ("territories", "territoires"),
                ("actors", "acteurs"),
                ("units", "unites"),
                ("programmes", "formations"),
                ("chains", "filieres"),
                ("interactions", "interactions"),
            )
        },
        "projects": EntityList(N_("Projets"), "interactions", "project/"),
        "events": EntityList(N_("Évènements"), "interactions", "event/"),
    }
)


@router.get(
    "/api/v1/{name}",
    dependencies=[Depends(reading_of)],
    summary="Liste de choses d’un genre : territoires, acteurs, projets…",
    responses=LISTED_RESPONSES,
    openapi_extra={"parameters": LISTED},
)
async def entities(
    request: Request,
    name: Annotated[
        str,
        Path(description="liste · list", examples=["actors"], json_schema_extra={"enum": list(LISTS)}),
    ],
) -> Response:
    """Page par page, dans l’ordre des identifiants ; un fichier les a toutes, ou la page demandée.

    Une unité de recherche est dans `units` ; un projet, un évènement sont aussi des `interactions`.

    *A list*, page by page in the order of identifiers; a file has all, or the page asked for. A research unit is in `units`;
    projects and events are `interactions` too.
    """
    try:
        refuse_value("name", name, LISTS, 404)
        refuse_unknown(request, [one["name"] for one in LISTED])
        listed, said = LISTS[name], choose_language(request)
        asked = search_of(request.query_params)
        asked = replace(asked, chosen={**asked.chosen, "kind": (listed.kind,)})
        finder = await finder_of(request)
        found = await run_in_threadpool(_found, finder, listed, asked, request.query_params.get("detail", ""))
        title = {N_("Liste"): listed.title[said]}
        return await answer(request, finder, found, asked, name, title, str(request.url), {})
    except ERRORS as error:
        return problem(error)


def _found(finder: Finder, listed: EntityList, asked: Search, detail: str) -> SearchResult:
    return listed.select(finder, find(finder, asked), detail)
