"""What the finder finds, for programs: pages of JSON, and files, of a search (`/api/v1/search`) or of a list (`lists.py`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams

from ...graph.finder.finding import Finder, SearchResult
from ...words import N_
from ..errors.problems import ERRORS, problem
from ..errors.refusals import refuse_unknown, refuse_value
from ..precompute.artifacts import NotReady, derivations_of
from ..reading.publication import answer_of, reading_of
from ..render.csvw import origin_of
from ..render.files import WRITTEN, chosen_format, file_response, table_file
from ..web.links import add_links, page_links, public_base
from ..web.negotiation import DATA, Representation
from ..web.page_error import PageError
from ..web.page_language import choose_language
from . import files
from .asking import SIZE, Search, search_of
from .openapi import MOST_SIZE, PARAMETERS, RESPONSES
from .unknown import UnknownValues, unknown_values

router = APIRouter(tags=["analyses"])
_FORMATS = (DATA, *WRITTEN)


@dataclass(frozen=True)
class Form:
    """How an answer is given: its format, its columns, and how many rows a page has."""

    chosen: Representation
    columns: Sequence[str]
    size: int

    @classmethod
    def of(cls, request: Request) -> Form:
        """Read it from a request; raises PageError (400) for a size or a column that is none, NotAcceptable."""
        query = request.query_params
        size, columns = size_of(query), columns_of(query)
        return cls(chosen_format(request, _FORMATS), columns, size)


@router.get(
    "/api/v1/search",
    dependencies=[Depends(reading_of)],
    summary="Recherche : qui travaille sur quoi, où",
    responses=RESPONSES,
    openapi_extra={"parameters": PARAMETERS},
)
async def data(request: Request) -> Response:
    """Résultats page par page avec les comptes de chaque facette, ou fichier de tous les résultats.

    *Search*: results page by page with the counts of every facet, or a file of all results (csv, csv-fr, xlsx).
    """
    try:
        refuse_unknown(request, [one["name"] for one in PARAMETERS])
        asked, form, said = search_of(request.query_params), Form.of(request), choose_language(request)
        finder = await finder_of(request)
        found = await run_in_threadpool(find, finder, asked)
        title = {N_("Recherche"): asked.text}
        facets = form.chosen == DATA
        more = await run_in_threadpool(files.facets_of, finder, found, asked, said) if facets else {}
        address = f"{public_base(request)}{asked.address()}"
        return await answer(request, form, finder, found, asked, "recherche", title, address, more)
    except ERRORS as error:
        return problem(error)


async def finder_of(request: Request) -> Finder:
    """Give the finder, of the publication that answers; raises NotReady while it is made."""
    prepared = await run_in_threadpool(derivations_of(request).finder)
    if prepared is None:
        raise NotReady
    answer_of(request, prepared.snapshot)
    return prepared.value


def find(finder: Finder, asked: Search) -> SearchResult:
    """Find what a search of a program asks for; raises PageError (400) for a value that nothing has."""
    if unknown := unknown_values(finder, asked):
        error = UnknownValues(finder, unknown)
        raise PageError.of(error, 400) from error
    return finder.find(asked.asked(finder))


async def answer(
    request: Request,
    form: Form,
    finder: Finder,
    found: SearchResult,
    asked: Search,
    name: str,
    title: Mapping[Any, str],
    address: str,
    more: dict[str, Any],
) -> Response:
    """Answer what was found: a page in JSON, with what there is `more` to say of the whole; in a file all, or the page asked for.

    Raises PageError (400) for a file of more rows than `files.MOST`.
    """
    query, said = request.query_params, choose_language(request)
    columns, size, chosen = form.columns, form.size, form.chosen
    paged = chosen == DATA or "page" in query or "size" in query
    rows = found.rows[(asked.page - 1) * size : asked.page * size] if paged else found.rows
    if len(rows) > files.MOST:
        raise PageError(
            400,
            N_(
                "{count} résultats : un fichier en tient {most} au plus. Choisissez d’abord des facettes, ou une page.",
                count=len(rows),
                most=files.MOST,
            ),
        )
    pages, snapshot = max(1, -(-len(found) // size)), request.state.publication.id

    def written() -> bytes:
        records = files.records(finder, rows, said)
        if chosen == DATA:
            results = [{column: one[column] for column in columns} for one in records]
            told = {"snapshot": snapshot, "total": len(found), "page": asked.page, "pages": pages}
            return json.dumps(told | {"results": results} | more, ensure_ascii=False).encode()
        about = files.about(title, asked, found, snapshot, address)
        table, origin = files.to_table(records, columns), origin_of(request)
        return table_file(table, chosen, about, said, columns=files.COLUMNS, origin=origin, key="iri")

    made = file_response(request, await run_in_threadpool(written), chosen, name, snapshot, said)
    made.headers["Ancrage-Total"] = str(len(found))
    if paged:
        kept = [pair for pair in query.multi_items() if pair[0] != "page"]
        add_links(
            made,
            page_links(asked.page, pages, lambda n: f"{request.url.path}?{urlencode([*kept, ('page', n)])}"),
        )
    return made


def columns_of(query: QueryParams) -> Sequence[str]:
    """Give the columns that `fields` names, in its order, all without it; raises PageError (400) for one that is none.

    >>> columns_of(QueryParams("fields=label,code")), len(columns_of(QueryParams(""))) == len(files.COLUMNS)
    (['label', 'code'], True)
    """
    asked = [name.strip() for text in query.getlist("fields") for name in text.split(",") if name.strip()]
    for name in asked:
        refuse_value("fields", name, files.COLUMNS)
    return list(dict.fromkeys(asked or files.COLUMNS))


def size_of(query: QueryParams) -> int:
    """Give how many results a page has; raises PageError (400) for what is no number from 1 to MOST_SIZE.

    >>> size_of(QueryParams("size=7"))
    7
    """
    size = query.get("size", str(SIZE))
    if not (size.isascii() and size.isdigit() and len(size) < 5 and 1 <= int(size) <= MOST_SIZE):
        raise PageError(400, N_("« size » est un nombre entier de 1 à {most}.", most=MOST_SIZE))
    return int(size)
