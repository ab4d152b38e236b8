"""Errors told by the application: pages in the language asked for to people, problems (RFC 9457) to programs."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from ...graph.pool.blocking import (
    NoSnapshot,
    PoolBusy,
    QueryExhausted,
    QueryFailed,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    WorkerError,
)
from ...graph.snapshots.snapshot import UnknownSnapshot
from ..errors.problems import CORS, LANGUAGES, status_of
from ..errors.reasons import reason
from ..errors.refusals import refused as refused_parameters
from ..errors.words import in_english
from ..labels.wording import first_capital
from ..precompute.artifacts import NotReady
from ..render.rendering import page
from ..web.negotiation import prefers_html
from ..web.page_language import spoken
from ..web.query_texts import NotAnIri
from ..web.routes import template_of
from ..web.security import SECURITY_HEADERS
from .nearest import offers, without_near

log = logging.getLogger(__name__)

#: Errors of a page's queries, told with the status they have in the table of problems.
_TOLD = (
    *(QuerySyntax, QueryRefused, QueryExhausted, QueryFailed, QueryTimeout),
    *(NoSnapshot, UnknownSnapshot, NotReady, PoolBusy, WorkerError),
)


def handle_errors(app: FastAPI) -> None:
    """Make an application tell its errors."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        told = _said_plainly(request, error)
        return await _answer(request, error.status_code, told, error.headers, cause=error.__cause__)

    async def failed(request: Request, error: Exception) -> Response:
        status = 503 if isinstance(error, NotReady) else status_of(error)
        retry = {"Retry-After": str(getattr(error, "retry_after", 5))} if status in (429, 503) else None
        missing = isinstance(error, NoSnapshot)
        if missing:  # its own words say where the data are
            told, english = reason(error), "Nothing is published yet."
        else:
            told, english = _sentences(error) if prefers_html(_accept(request)) else (str(error), "")
        return await _answer(request, status, told, retry, missing=missing, english=english)

    for kind in _TOLD:
        app.add_exception_handler(kind, failed)

    @app.exception_handler(RequestValidationError)
    async def misused(request: Request, error: RequestValidationError) -> Response:
        words = refused_parameters(error.errors())
        return await _answer(request, 400, words["fr"], None, english=words["en"])

    @app.exception_handler(NotAnIri)
    async def unknown(request: Request, error: NotAnIri) -> Response:
        return await _answer(request, 404, "Rien ne porte cette adresse : ce code n’en est pas un.", None)

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        log.error("%s failed", template_of(request.scope), exc_info=error)
        response = await _answer(request, 500, "Une erreur inattendue s’est produite.", None)
        response.headers.update(SECURITY_HEADERS)
        return response


def _sentences(error: Exception) -> tuple[str, str]:
    """Say an error to a person, in French and in English."""
    if isinstance(error, NotReady):
        return str(error), in_english(str(error))
    if isinstance(error, QueryTimeout):
        limit = f"{error.deadline:g}"
        return (
            f"Le calcul a été arrêté après {limit.replace('.', ',')} s. Réessayez dans une minute.",
            f"The computation was stopped after {limit} s. Try again in a minute.",
        )
    return reason(error), first_capital(str(error)).rstrip(".") + "."


def _said_plainly(request: Request, error: HTTPException) -> str:
    """Give the sentence of an error in French; the framework's own have none."""
    if error.detail == "Not Found":
        return "L’adresse est peut-être ancienne, ou le code mal recopié."
    if error.detail == "Method Not Allowed":
        allowed = (error.headers or {}).get("Allow", "GET")
        return f"Cette adresse ne répond pas à la méthode {request.method} (méthodes : {allowed})."
    return str(error.detail)


def _accept(request: Request) -> str:
    return request.headers.get("accept", "")


async def _answer(
    request: Request,
    status: int,
    detail: str,
    headers: Any,
    *,
    missing: bool = False,
    english: str = "",
    cause: BaseException | None = None,
) -> Response:
    """Tell an error as a page to a person, in the language asked for, and as a problem (RFC 9457) to a program."""
    reader = prefers_html(_accept(request))
    language = spoken(request) if reader else "en"
    near = await run_in_threadpool(offers, request, cause, detail, language) if status == 404 else []
    if not reader:
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": english or in_english(detail, cause) or detail,
            "detail_fr": detail,
        }
        if near:
            problem["nearest"] = [{"label": one.name, "address": one.address} for one in near]
        headers = {**CORS, **LANGUAGES, **(headers or {})}
        return JSONResponse(problem, status, headers, "application/problem+json")
    translated = in_english(detail, cause) or english
    if near:
        detail, translated = without_near(detail), without_near(translated)
    response = page(
        request,
        "empty.html" if missing else "error.html",
        status=status,
        statut=status,
        detail=detail,
        anglais=translated,
        proches=near,
    )
    response.headers.update(headers or {})
    return response
