"""Errors told by the application: pages in the language asked for to people, problems (RFC 9457) to programs."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ...graph.pool.blocking import NoSnapshot, QueryTimeout
from ...graph.pool.errors import seconds
from ...graph.snapshots.opening import StoreElsewhere
from ...loaders.packages import PackageMissing
from ...words import N_, Named, Said, Spoken
from ..errors.problems import LANGUAGES, ProblemResponse, said_of, status_of
from ..errors.refusals import refusal_of as refused_parameters
from ..errors.table import QUERIES
from ..precompute.artifacts import NotReady
from ..render.rendering import page
from ..web.negotiation import prefers_html
from ..web.page_error import PageError, SessionEnded, UnknownBlockError
from ..web.page_language import choose_language
from ..web.query_texts import NotAnIri
from ..web.routes import template_of
from ..web.security import CORS, SECURITY_HEADERS
from ..web.turns import run_in_turn
from .nearest import offers

log = logging.getLogger(__name__)


def handle_errors(app: FastAPI) -> None:
    """Make an application tell its errors."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        told = error if isinstance(error, PageError) else _plainly(request, error)
        return await _answer(request, told)

    async def failed(request: Request, error: Exception) -> Response:
        status = 503 if isinstance(error, NotReady) else status_of(error)
        retry = {"Retry-After": str(getattr(error, "retry_after", 5))} if status in (429, 503) else None
        told = PageError(status, _sentence(error), retry)
        return await _answer(request, told, missing=isinstance(error, NoSnapshot))

    for kind in (
        *QUERIES,
        NotReady,
        PackageMissing,
        StoreElsewhere,
    ):  # told with the status of the table of problems
        app.add_exception_handler(kind, failed)

    @app.exception_handler(RequestValidationError)
    async def misused(request: Request, error: RequestValidationError) -> Response:
        return await _answer(request, PageError(400, refused_parameters(error.errors())))

    @app.exception_handler(NotAnIri)
    async def unknown(request: Request, error: NotAnIri) -> Response:
        message = N_("Rien ne porte cette adresse : ce code n’en est pas un.")
        return await _answer(request, PageError(404, message))

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        log.error("%s failed", template_of(request.scope), exc_info=error)
        response = await _answer(request, PageError(500, N_("Une erreur inattendue s’est produite.")))
        response.headers.update(SECURITY_HEADERS)
        return response


def _sentence(error: Exception) -> Spoken:
    """Say an error of what a page asks the graph."""
    if isinstance(
        error, NoSnapshot | NotReady | PackageMissing
    ):  # the first's own words say where the data are
        return error.message
    if isinstance(error, QueryTimeout):
        limit = Said(seconds, (error.deadline,))
        return N_("Le calcul a été arrêté après {limit} s. Réessayez dans une minute.", limit=limit)
    return said_of(error)


def _plainly(request: Request, error: HTTPException) -> PageError:
    """Say in a sentence an error that the framework raises."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        message = N_("L’adresse est peut-être ancienne, ou le code mal recopié.")
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "GET")
        message = N_(
            "Cette adresse ne répond pas à la méthode {method} (méthodes : {allowed}).",
            method=request.method,
            allowed=allowed,
        )
    else:
        return PageError(error.status_code, Named(str(error.detail)), error.headers)
    return PageError(error.status_code, message, error.headers)


def _accept(request: Request) -> str:
    return request.headers.get("accept", "")


async def _answer(request: Request, error: PageError, *, missing: bool = False) -> Response:
    """Tell an error as a page to a person, in the language asked for, and as a problem (RFC 9457) to a program."""
    status, reader = error.status_code, prefers_html(_accept(request))
    language = choose_language(request) if reader else "en"
    near = await run_in_turn(offers, request, error, language) if status == 404 else []
    headers = dict(error.headers or {})
    if not reader:
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "code": error.code,
            "detail": error.told("en"),
            "detail_fr": error.told("fr"),
        }
        if near:
            problem["nearest"] = [{"label": one.name, "address": one.address} for one in near]
        return ProblemResponse(problem, status, {**CORS, **LANGUAGES, **headers})
    response = page(
        request,
        "empty.html" if missing else "error.html",
        status=status,
        status_code=status,
        detail=(error.brief if near or isinstance(error, UnknownBlockError) else error.message)[language],
        nearest=near,
        login=error.login if isinstance(error, SessionEnded) else "",
        typed=error.typed,
    )
    response.headers.update(headers)
    return response
