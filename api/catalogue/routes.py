"""The catalogue of named questions: their list, their pages, their answers in every format, their descriptions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import anyio
from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from ...graph.pool.blocking import Answer, NoSnapshot, PoolBusy, WorkerPool
from ...queries.library import QueryNotFound
from ...queries.parameters import TYPES
from ...queries.query import Query
from ...words import SOURCE, AncrageError
from ..errors.problems import ERRORS, problem
from ..reading.names import Index
from ..reading.publication import Publication, index_of, library_of_questions, reading_of
from ..reading.solutions import Reading
from ..sparql.request import ClientGone
from ..web.links import public_base
from ..web.negotiation import (
    CSVW,
    GRAPHS,
    HTML,
    JSON,
    JSON_LD,
    N_TRIPLES,
    QUERY,
    RDF_XML,
    SVG,
    TABLES,
    TURTLE,
    Language,
    NotAcceptable,
    Representation,
    choose,
    prefers_html,
)
from ..web.page_error import PageError
from ..web.page_language import choose_language
from ..web.security import CORS
from .answers import FROM_ROWS, NAMED, QuestionParams, file_headers, made_file
from .pages import QuestionForm, list_page, pose, question_page
from .rdf import describe
from .streams import relayed_answer, whole_answer

router = APIRouter(tags=["questions"])
Made = TypeVar("Made")

#: Formats of a description: of the whole catalogue, and of one question.
DESCRIPTIONS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
LISTS = (HTML, JSON, *DESCRIPTIONS)
#: Threads that read values and write pages, workbooks and drawings.
THREADS = 4
#: Bytes of an answer above which tables are made of it one at a time.
ONE_BY_ONE = 2 << 20
#: Parameters of an address that are no parameter of the question.
OURS = ("format", "lang", "page")


def offered_for(query: Query) -> tuple[Representation, ...]:
    """List the formats of a question's address: those of its answer, and of its description if they differ."""
    if query.form not in ("SELECT", "ASK"):
        return (*GRAPHS, QUERY)
    drawn = (SVG,) if query.chart else ()
    described = (CSVW,) if query.form == "SELECT" else ()
    return (*TABLES, *drawn, QUERY, *described, *DESCRIPTIONS)


@router.get("/queries", summary="Liste des questions nommées", include_in_schema=False)
@router.get("/queries.{suffix}", include_in_schema=False)
def questions(request: Request, suffix: str = "") -> Response:
    """List the named questions as a page, as JSON, or as RDF (`sh:SPARQLExecutable`)."""
    chosen = _choose(request, LISTS, suffix)
    if isinstance(chosen, Response):
        return chosen
    said = choose_language(request)
    library = library_of_questions(request.app)
    if chosen == JSON:
        body = [question_description(query, public_base(request)) for query in library.values()]
        return JSONResponse(body, headers={**CORS, "Vary": "Accept"})
    _read(request, said)
    if chosen == HTML:
        alternates = [(one.media_type, f"/queries{one.suffix}") for one in LISTS[1:]]
        alternates[0] = ("application/json", "/queries.json")
        return _varied(list_page(request, library, said, alternates))
    return _description(request, list(library.values()), chosen)


@router.get("/queries/{name}/description", include_in_schema=False)
@router.get("/queries/{name}/description.{suffix}", include_in_schema=False)
def description(request: Request, name: str, suffix: str = "") -> Response:
    """Describe one question in RDF, whatever its form."""
    query = _find(request, name)
    chosen = query if isinstance(query, Response) else _choose(request, DESCRIPTIONS, suffix)
    if isinstance(chosen, Response):
        return chosen
    assert isinstance(query, Query)
    _read(request, "fr")
    return _description(request, [query], chosen)


@router.get("/queries/{name}", include_in_schema=False)
async def question(request: Request, name: str) -> Response:
    """Answer a named question: parameters in the address; a suffix, `?format=` or Accept choose the format."""
    stem, _, suffix = name.partition(".")
    query = _find(request, stem)
    if isinstance(query, Response):
        return query
    chosen = _choose(request, offered_for(query), suffix)
    if isinstance(chosen, Response):
        return chosen
    try:
        return await _answered(request, query, chosen)
    except ClientGone:
        return Response(status_code=499)  # nobody reads it
    except PoolBusy as error:
        if chosen == HTML:
            raise
        return problem(error)


async def _answered(request: Request, query: Query, chosen: Representation) -> Response:
    reading, index, posed = await _in_thread(request, lambda: _posed(request, query, chosen))
    if chosen in DESCRIPTIONS and query.form in ("SELECT", "ASK"):
        return await _in_thread(request, lambda: _description(request, [query], chosen))
    asked = posed.asked
    if chosen == HTML:
        outcome = await _outcome(request, asked) if asked else None
        offered, size = offered_for(query), len(outcome.body) if isinstance(outcome, Answer) else 0
        return _varied(
            await _in_thread(
                request, lambda: question_page(request, reading, posed, outcome, index, offered), size
            )
        )
    if asked is None:
        return problem(next(iter(posed.errors.values())))
    publication: Publication = request.state.publication
    headers = file_headers(request, asked, chosen, publication)
    if chosen == QUERY:
        return Response(asked.alone, media_type=f"{QUERY.media_type}; charset=utf-8", headers=headers)
    try:
        foreign = query.form == "SELECT" and reading.language != SOURCE and chosen.name in NAMED
        if chosen.name not in FROM_ROWS and not foreign:
            return await relayed_answer(request, asked, chosen, headers)
        answer = await whole_answer(request, asked, JSON.media_type)
        if answer.snapshot != reading.snapshot:
            reading.failed = True  # of a newer publication: not to be kept for this one
        address = str(public_base(request)) + request.url.path
        address += f"?{request.url.query}" if request.url.query else ""
        body, headers = await _in_thread(
            request,
            lambda: made_file(request, asked, answer, chosen, publication, reading, address),
            len(answer.body),
        )
    except ERRORS as error:
        return problem(error)
    return Response(body, headers=headers)


async def _outcome(request: Request, asked: QuestionParams) -> Answer | Exception:
    """Put a question for its page: the answer, or the error that the page tells."""
    graph = asked.query.form not in ("SELECT", "ASK")
    try:
        return await whole_answer(request, asked, TURTLE.media_type if graph else JSON.media_type)
    except NoSnapshot:
        raise
    except ERRORS as error:
        return error


def _posed(request: Request, query: Query, chosen: Representation) -> tuple[Reading, Index, QuestionForm]:
    """Read the snapshot, the names and the values of a request."""
    reading = reading_of(request)
    reading.language = choose_language(request)
    given = {
        name: values
        for name in dict.fromkeys(request.query_params)
        if name not in OURS
        and (values := [value for value in request.query_params.getlist(name) if value.strip()])
    }
    index = index_of(request, reading)
    publication: Publication = request.state.publication
    return reading, index, pose(query, given, index, publication, reading, page=chosen == HTML)


def _find(request: Request, name: str) -> Query | Response:
    """Find a question: a page says that there is none to a person, a problem to a program."""
    try:
        return library_of_questions(request.app)[name]
    except QueryNotFound as error:
        return _refused(request, error, 404)


def _choose(request: Request, offered: Sequence[Representation], suffix: str) -> Representation | Response:
    """Choose the format: suffix, else `?format=`, else Accept."""
    try:
        return choose(
            request.headers.get("accept"), offered, suffix or request.query_params.get("format") or None
        )
    except NotAcceptable as error:
        return _refused(request, error, 406)


def _refused(request: Request, error: AncrageError, status: int) -> Response:
    if prefers_html(request.headers.get("accept", "")):
        raise PageError.of(error, status) from error
    return problem(error)


def _read(request: Request, said: Language) -> Reading | None:
    """Begin a reading, so that the answer may be kept; the list itself needs no publication."""
    try:
        reading = reading_of(request)
    except NoSnapshot:
        return None
    reading.language = said
    return reading


def _description(request: Request, queries: Sequence[Query], chosen: Representation) -> Response:
    publication = getattr(request.state, "publication", None)
    body = describe(queries, public_base(request), chosen, publication.graphs if publication else {})
    headers = {**CORS, "Vary": "Accept", "Content-Type": f"{chosen.media_type}; charset=utf-8"}
    return Response(body, headers=headers)


def _varied(response: Response) -> Response:
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


async def _in_thread(request: Request, work: Callable[[], Made], size: int = 0) -> Made:
    """Work in a thread of the catalogue's own, so that waiting questions keep no other page from its thread.

    `size` is what is worked on, in bytes: rows take ten times that in memory, so long answers are worked on one by one.
    """
    state = request.app.state
    pool: WorkerPool = state.pool
    if not hasattr(state, "catalogue_threads"):
        state.catalogue_threads = anyio.CapacityLimiter(THREADS), anyio.CapacityLimiter(1)
        state.catalogue_waiting = 0
    if state.catalogue_waiting >= pool.turns.queue:
        raise PoolBusy(pool.turns.retry_after())
    state.catalogue_waiting += 1
    try:
        return await to_thread.run_sync(work, limiter=state.catalogue_threads[size > ONE_BY_ONE])
    finally:
        state.catalogue_waiting -= 1


def question_description(query: Query, base: str) -> dict[str, Any]:
    """Describe a question for programs.

    >>> from ...queries.library import Library
    >>> question_description(Library()["territory-identity"], "https://e.org")["address"]
    'https://e.org/queries/territory-identity'
    """
    return {
        "name": query.name,
        "address": f"{base}/queries/{query.name}",
        "section": query.section,
        "title": dict(query.title),
        "summary": dict(query.summary),
        "tags": list(query.tags),
        "form": query.form,
        "graphs": list(query.graphs),
        "formats": [one.name for one in offered_for(query)],
        "parameters": [
            {
                "name": p.name,
                "type": p.type,
                "label": dict(TYPES[p.type].label),
                "accepts": dict(TYPES[p.type].accepts),
                "example": p.example,
                "optional": p.optional,
            }
            for p in query.parameters
        ],
    }
