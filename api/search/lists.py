"""Things of the graph as lists, at `/api/v1/actors` and its like: the rows of the search without words, of one kind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from ...graph.finder.finding import Finder, SearchResult
from ...words import N_, SOURCE, Spoken
from ..errors.problems import ERRORS, problem
from ..errors.refusals import refuse_unknown, refuse_value
from ..reading.publication import reading_of
from ..web.page_language import choose_language
from .asking import KIND_NAMES, search_of
from .data import Form, answer, find, finder_of
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
                ("schemes", "dispositifs"),
                ("strategies", "strategies"),
            )
        },
        "projects": EntityList(N_("Projets"), "interactions", "project/"),
        "events": EntityList(N_("Évènements"), "interactions", "event/"),
    }
)


def _route(name: str, listed: EntityList) -> None:
    """Answer for a list, at an address of its own: one that is nearly it leads to it."""

    @router.get(
        f"/api/v1/{name}",
        dependencies=[Depends(reading_of)],
        summary=f"{N_('Liste')} : {listed.title[SOURCE]}",
        responses=LISTED_RESPONSES,
        openapi_extra={"parameters": LISTED},
    )
    async def entities(request: Request) -> Response:
        """Page par page, dans l’ordre des identifiants ; un fichier a toute la liste, ou la page demandée.

        *A list*, page by page in the order of identifiers; a file has all of it, or the page asked for.
        """
        try:
            refuse_unknown(request, [one["name"] for one in LISTED])
            asked, detail = search_of(request.query_params), request.query_params.get("detail", "")
            asked = replace(asked, chosen={**asked.chosen, "kind": (listed.kind,)})
            form, finder = Form.of(request), await finder_of(request)
            found = await run_in_threadpool(lambda: listed.select(finder, find(finder, asked), detail))
            title = {N_("Liste"): listed.title[choose_language(request)]}
            return await answer(request, form, finder, found, asked, name, title, str(request.url), {})
        except ERRORS as error:
            return problem(error)


for _name, _listed in LISTS.items():
    _route(_name, _listed)
