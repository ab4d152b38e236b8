"""The SPARQL 1.1 Protocol at `/sparql`: queries in, results in the format asked for, errors as problems.

This is a raw ASGI route: it stands before the layers and the router of the pages, which cost more than a lookup.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Hashable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.types import Receive, Scope, Send

from ...graph.pool.blocking import Answer, AnswerStream, NotAcceptable, PoolBusy, WorkerPool
from ...graph.pool.compression import gunzip
from ...graph.snapshots.snapshot import Snapshot
from ...graph.sparql.formats import GRAPHS, Kind, choose
from ...graph.sparql.limits import SHORT, Glance, QueryRefused, look
from ...graph.sparql.normalise import normalise_query
from ...words import N_
from ..errors.problems import ERRORS, BadRequest, problem, status_of
from ..web.routes import ROUTE
from ..web.security import CORS, preflight
from . import answer_tables
from .answers import Answers, KeptAnswer, Place, RawHeaders
from .description import describe_service
from .federation import Federation
from .page import sparql_page
from .relay import AnswerCut, Watch, relay
from .representations import Representations
from .request import TABLES, Call, ClientGone, SparqlRequest, read_body, read_request

log = logging.getLogger(__name__)

PATH = "/sparql"
METHODS = "GET, HEAD, POST, OPTIONS"
_FILES = {"csv": "ancrage.csv", "csv-fr": "ancrage.csv", "xlsx": "ancrage.xlsx"}


class SparqlRoute:
    """The ASGI application at `/sparql`, for an application that has a pool and answers in its state.

    Of the cache it first looks for the very request, then for the same query; it keeps whole answers that are
    small enough.
    """

    def __init__(
        self, app: FastAPI, default_graph: str = "base", federation: Federation | None = None
    ) -> None:
        self.app = app
        self.federation = federation or Federation(())
        self.made = Representations(plain=default_graph == "plain")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope[ROUTE] = PATH
        call = Call(scope, receive, send)
        try:
            await self._answer(call)
        except ClientGone:
            return
        except AnswerCut as error:
            call.note(outcome=_outcome(error.__cause__))
            raise
        except ERRORS as error:
            await call.response(problem(error))
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.error("%s failed", PATH, exc_info=error)
            await call.response(problem(BadRequest(500, N_("Une erreur inattendue s’est produite."))))

    async def _answer(self, call: Call) -> None:
        method = call.scope["method"]
        body, content_type = b"", None
        if method == "POST":
            content_type = call.content_type
            body = await read_body(content_type, call.receive)
        elif method == "OPTIONS":
            await call.response(Response(status_code=204, headers=preflight(METHODS)))
            return
        elif method not in ("GET", "HEAD"):
            raise BadRequest(
                405,
                N_("Les méthodes sont {methods}.", methods=METHODS),
                {"Allow": METHODS},
            )
        snapshot: Snapshot = self.app.state.pool.served()
        answers: Answers = self.app.state.answers
        spoken = call.accept_language if b"xlsx" in call.scope["query_string"] + body else ""
        request = (
            call.scope["query_string"],
            content_type,
            body,
            call.accept,
            call.packed,
            call.address,
            spoken,
        )
        if kept := answers.asked(snapshot.id, request):
            await self._send_kept(call, snapshot, kept)
            return
        if (
            len(body) + len(call.scope["query_string"]) > SHORT
        ):  # long texts are not even read beyond the share
            self.app.state.pool.turns.must_have_room(call.client)
        asked = read_request(call.scope["query_string"], call.accept, content_type, body, spoken)
        if asked.html:
            await self._show(call, asked)
        elif asked.text is None:
            await self._describe(call, asked, snapshot)
        else:
            call.note(query=asked.text)
            asked = await self._federated(call, asked)
            await self._query(call, asked, asked.text or "", snapshot, request)

    async def _send_kept(self, call: Call, snapshot: Snapshot, kept: KeptAnswer) -> None:
        call.note(cache="hit")
        if not await self._not_modified(call, snapshot, (kept.name,)):
            await call.whole(200, kept.headers, kept.body)

    async def _not_modified(self, call: Call, snapshot: Snapshot, names: Iterable[str]) -> bool:
        """Answer 304 if the client has the answer in one of these formats already; return whether."""
        if (call.tags is None and not call.since) or call.scope["method"] == "POST":
            return False
        tag = self.made.unchanged(snapshot, call.tags, call.since, names)
        if tag:
            await call.whole(304, self.made.not_modified(snapshot, tag))
        return bool(tag)

    async def _query(
        self, call: Call, asked: SparqlRequest, text: str, snapshot: Snapshot, request: Hashable
    ) -> None:
        glance = _glance(asked)
        whatever = (call.tags or "").strip() == "*"  # there is an answer only if the engine takes the query
        if not glance.volatile and not whatever and await self._not_modified(call, snapshot, asked.names):
            return
        place = self._place(call, asked, glance, request)
        if kept := place.find(snapshot.id):
            await self._send_kept(call, snapshot, kept)
            return
        call.note(cache="miss")
        watch = Watch(call.receive, self.app.state.pool.ticker)
        try:
            if asked.format in TABLES:
                await self._send_table(call, asked, glance, place)
            else:
                await self._send_stream(call, asked, glance, place)
        except asyncio.CancelledError:
            if not watch.gone:
                raise
            call.note(outcome="gone")
        finally:
            watch.end()

    def _place(self, call: Call, asked: SparqlRequest, glance: Glance, request: Hashable) -> Place:
        answers: Answers = self.app.state.answers
        key: tuple[Hashable, ...] | None = None
        if answers.capacity and not glance.volatile:
            file = asked.table if asked.format in _FILES else ""
            key = (normalise_query(asked.text or ""), call.address, *asked.dataset, call.packed, file)
        return Place(answers, key, asked.names, request)

    async def _send_stream(self, call: Call, asked: SparqlRequest, glance: Glance, place: Place) -> None:
        stream = await self._stream(call, asked, glance)
        try:
            if not glance.volatile and await self._not_modified(call, stream.snapshot, (stream.format.name,)):
                return
            headers = self._headers(stream, asked, glance)
            keep = partial(place.keep, stream.snapshot.id, stream.format.name, headers)
            if (whole := stream.whole) is not None:
                keep(whole)  # before it is sent: a client may be gone as soon as it has it
                await call.whole(200, headers, whole)
            elif call.head:
                await call.send({"type": "http.response.start", "status": 200, "headers": headers})
                await call.send({"type": "http.response.body", "body": b""})
            else:
                if call.scope["http_version"] == "1.0":  # it knows no pieces: only a length tells what is cut
                    await stream.finished()
                if (body := await relay(call.send, headers, stream, place.largest)) is not None:
                    keep(body)
        finally:
            stream.close()

    async def _send_table(self, call: Call, asked: SparqlRequest, glance: Glance, place: Place) -> None:
        try:
            stream = await self._stream(
                call, asked, glance, held=None, largest=answer_tables.LARGEST, packed=False
            )
        except NotAcceptable as error:  # a graph: it is no table
            raise NotAcceptable(error.kind, asked.format, error.formats) from None
        snapshot, rows = stream.snapshot, stream.whole or b""
        packed = call.packed and asked.format == "csv-fr"
        body, packed = await asyncio.to_thread(answer_tables.table, asked, snapshot, rows, packed)
        name = asked.format
        tag = "" if glance.volatile else self.made.tag(snapshot, asked.table, packed, stream.engine)
        headers = self.made.headers(
            snapshot, answer_tables.MEDIA_TYPES[name], tag, packed, _FILES[name], stream.engine
        )
        if name == "xlsx":
            headers += [(b"content-language", asked.language.encode()), (b"vary", b"Accept-Language")]
        place.keep(snapshot.id, asked.table, headers, body)
        await call.whole(200, headers, body)

    async def _stream(self, call: Call, asked: SparqlRequest, glance: Glance, **options: Any) -> AnswerStream:
        pool: WorkerPool = self.app.state.pool
        assert asked.text is not None
        default_graphs, named_graphs = asked.dataset
        return await pool.stream(
            asked.text,
            accept=asked.wanted,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            client=call.client,
            longest=asked.longest,
            glance=glance,
            base=call.address,
            **{"packed": call.packed, **options},
        )

    async def _federated(self, call: Call, asked: SparqlRequest) -> SparqlRequest:
        """Put the solutions of allowed services in the place of SERVICE clauses; bad syntax is told before a refusal."""
        if asked.text is None or not self.federation.concerns(asked.text):
            return asked
        try:
            text = await self.federation.resolve(asked.text)
        except QueryRefused:
            with suppress(QueryRefused):
                (await self._stream(call, asked, look(asked.text))).close()
            raise
        return asked if text == asked.text else replace(asked, text=text, federated=True)

    async def _describe(self, call: Call, asked: SparqlRequest, snapshot: Snapshot) -> None:
        """Describe the service to a program."""
        format = choose("graph", asked.wanted)
        name = f"service-{format.name}"
        if await self._not_modified(call, snapshot, (name,)):
            return
        endpoint = str(Request({**call.scope, "app": self.app}).url.replace(query="", fragment=""))
        headers = self.made.headers(snapshot, format.media_type, self.made.tag(snapshot, name))
        await call.whole(200, headers, describe_service(endpoint, snapshot, format))

    async def _show(self, call: Call, asked: SparqlRequest) -> None:
        """Show the editor to a person; with a query, its answer or the reason why there is none."""
        request = Request({**call.scope, "app": self.app}, call.receive)
        text = asked.text if asked.text and asked.text.strip() else ""
        answer: Answer | None = None
        error: Exception | None = None
        if text:
            call.note(query=text)
            try:
                answer = await self._whole(call, await self._federated(call, asked))
            except ERRORS as caught:
                error = caught
        status = 200 if error is None else status_of(error)
        page = await asyncio.to_thread(partial(sparql_page, request, text, answer, error, status))
        page.headers.update({**CORS, "Vary": "Accept, Accept-Language"})
        if isinstance(error, PoolBusy):
            page.headers["Retry-After"] = str(error.retry_after)
        await call.response(page)

    async def _whole(self, call: Call, asked: SparqlRequest) -> Answer:
        """Ask for the whole answer, or find it kept; keep it for the script of the page, which asks for it again."""
        glance = _glance(asked)
        place = self._place(call, asked, glance, None)
        snapshot = self.app.state.pool.served()
        if kept := place.find(snapshot.id):
            kind: Kind = "graph" if kept.name in {one.name for one in GRAPHS} else "select"
            media_type = dict(kept.headers)[b"content-type"].decode()
            return Answer(_unpacked(kept.headers, kept.body), media_type, snapshot.id, 0.0, kind)
        watch = Watch(call.receive, self.app.state.pool.ticker)
        try:
            stream = await self._stream(call, asked, glance, held=None, largest=answer_tables.LARGEST)
        except asyncio.CancelledError:
            if watch.gone:
                raise ClientGone("the client went away") from None
            raise
        finally:
            watch.end()
        headers, body = self._headers(stream, asked, glance), stream.whole or b""
        place.keep(stream.snapshot.id, stream.format.name, headers, body)
        body = _unpacked(headers, body)
        return Answer(body, stream.media_type, stream.snapshot.id, stream.seconds, stream.kind)

    def _headers(self, stream: AnswerStream, asked: SparqlRequest, glance: Glance) -> RawHeaders:
        name, engine = stream.format.name, stream.engine
        tag = "" if glance.volatile else self.made.tag(stream.snapshot, name, stream.packed, engine)
        file = _FILES.get(asked.format, "")
        return self.made.headers(stream.snapshot, stream.media_type, tag, stream.packed, file, engine)


def _unpacked(headers: RawHeaders, body: bytes) -> bytes:
    return gunzip(body) if (b"content-encoding", b"gzip") in headers else body


def _glance(asked: SparqlRequest) -> Glance:
    """Check the text of a request; what other services say may change from one moment to the next."""
    glance = look(asked.text or "", asked.longest)
    return replace(glance, volatile=True) if asked.federated else glance


def _outcome(error: BaseException | None) -> str:
    """Say in a word, for the metrics, what stopped a query."""
    names = {504: "timeout", 422: "exhausted", 503: "busy"}
    return names.get(status_of(error), "failed") if isinstance(error, ERRORS) else "broken"
