"""Errors as HTTP: problem documents (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

from ...words import N_, SOURCE, AncrageError, Spoken, first_upper
from ..web.security import CORS
from .table import PROBLEMS, More

LANGUAGES = {"Content-Language": "en, fr"}
"""The languages of a problem: `detail` is in English, `detail_fr` in French."""

TITLES = {
    400: "The query is not SPARQL, or too complex",
    403: "Not allowed here",
    404: "No such query",
    405: "No such method here",
    406: "No such format",
    413: "The query is too long",
    415: "Unsupported media type",
    422: "The query needs too much",
    429: "Too many queries at once",
    500: "Something went wrong",
    502: "Another service failed",
    503: "Busy",
    504: "The query took too long",
}


class BadRequest(AncrageError, ValueError):  # noqa: N818
    """A request the protocol does not know; keeps the HTTP `status`, its `headers`, and what the problem tells `more`."""

    code = "bad-request"

    def __init__(
        self, status: int, sentence: Spoken, headers: Mapping[str, str] | None = None, **more: object
    ) -> None:
        super().__init__(sentence["en"])
        self.status, self.sentence = status, sentence
        self.headers = dict(headers or {})
        self.more = more

    @property
    def message(self) -> Spoken:
        """What is said."""
        return self.sentence


ERRORS: tuple[type[Exception], ...] = (BadRequest, *PROBLEMS)
"""All the errors that `problem` can tell."""


def said_of(error: Exception) -> Spoken:
    """Give what an error tells people.

    >>> from ...graph.pool.blocking import QueryTimeout
    >>> said_of(QueryTimeout(30.0))["fr"]
    'La requête a été arrêtée après 30 s : restreignez-la (un territoire, une classe, LIMIT).'
    """
    return error.message if isinstance(error, AncrageError) else N_("La requête n’a pas pu être traitée.")


def status_of(error: Exception) -> int:
    """Return the HTTP status of an error of a query.

    >>> from ...graph.pool.blocking import QueryTimeout
    >>> status_of(QueryTimeout(30.0))
    504
    """
    return error.status if isinstance(error, BadRequest) else _row(error)[0]


class ProblemResponse(JSONResponse):
    r"""A problem document (RFC 9457); names of the graph that it cites open no tag, whatever a reader takes it for.

    >>> ProblemResponse({"nearest": "<script>"}).body
    b'{"nearest":"\\u003cscript>"}'
    """

    media_type = "application/problem+json"

    def render(self, content: Any) -> bytes:
        """Write the document."""
        return super().render(content).replace(b"<", b"\\u003c")


def problem(error: Exception) -> JSONResponse:
    """Tell an error of a query as a problem document (its sentence also in French), readable from any site."""
    more = error.more if isinstance(error, BadRequest) else _row(error)[1](error)
    status = status_of(error)
    headers = {**CORS, **LANGUAGES, "Vary": "Accept", "Cache-Control": "no-store"}
    if isinstance(error, BadRequest):
        headers |= error.headers
    if "retry_after" in more:
        headers["Retry-After"] = str(more["retry_after"])
    told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase
        if isinstance(error, BadRequest)
        else TITLES.get(status, HTTPStatus(status).phrase),
        "status": status,
        "detail": str(error),
    }
    told |= {"code": getattr(error, "code", "error"), "detail_fr": first_upper(said_of(error)[SOURCE])}
    told |= more
    return ProblemResponse(told, status, headers)


def _row(error: Exception) -> tuple[int, More]:
    return next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)
