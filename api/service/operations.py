"""One thin layer around every answer: counted for the metrics, told in the log."""

import asyncio
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...words import N_
from ..errors.problems import BadRequest, problem
from ..sparql.relay import AnswerCut
from ..web.routes import template_of
from ..web.security import SECURITY_HEADERS
from .logs import RequestLog
from .metrics import OUTCOMES, Metrics

NOTE = "ancrage.note"
"""Where handlers may note, in the scope, what the status does not say: `outcome`, `query`, `cache`."""


class Operations:
    """ASGI layer: counts each answer by its route's template, and writes its line in the log."""

    def __init__(self, app: ASGIApp, metrics: Metrics, requests: RequestLog) -> None:
        self.app = app
        self.metrics = metrics
        self.requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        note: dict[str, Any] = {}
        scope[NOTE] = note
        status, size, whole = 0, 0, False
        headers: Any = ()

        async def seen(message: Message) -> None:
            nonlocal status, size, whole, headers
            if message["type"] == "http.response.body":
                size += len(message.get("body", b""))
                whole = not message.get("more_body", False)
            elif message["type"] == "http.response.start":
                status, headers = message["status"], message["headers"]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        except asyncio.CancelledError:  # the server stops, and this answer has had its time
            if status:
                raise AnswerCut("cut off: the service stops") from None
            stopping = BadRequest(503, N_("Le service s’arrête ou redémarre."), {"Retry-After": "5"})
            answer = problem(stopping)
            answer.headers.update(SECURITY_HEADERS)
            await answer(scope, receive, seen)
        finally:
            seconds = perf_counter() - started
            route, status = template_of(scope), status or 500
            self.metrics.count(route, scope["method"], status, seconds, size)
            outcome = note.get("outcome") or ("" if whole or status == 304 else "broken")
            if route == "/sparql" and is_query(scope, note):
                outcome = outcome or OUTCOMES.get(status, "failed")
                self.metrics.queries[outcome] += 1
            if self.requests.wanted:
                self.requests.write(scope, route, status, seconds, size, headers, outcome, note)


def is_query(scope: Scope, note: dict[str, Any]) -> bool:
    """Tell whether a request at `/sparql` asks a query, not the editor nor the description.

    >>> is_query({"method": "GET", "query_string": b"format=ttl"}, {})
    False
    """
    return scope["method"] == "POST" or "query" in note or b"query=" in scope["query_string"]
