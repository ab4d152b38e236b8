"""The pool of query processes as threads see it: ask and wait for the whole answer."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ..snapshots.reader import Answer, LocalReader, NoSnapshot, Reader
from ..sparql.formats import DEFAULT_ACCEPT, NotAcceptable
from ..sparql.limits import OWN_BYTES, QueryRefused, QueryTooComplex, QueryTooLarge
from ..sparql.syntax import QuerySyntax
from .errors import QueryExhausted, QueryFailed, QueryTimeout, WorkerError
from .pool import NotIsolated, QueryPool
from .scheduler import ClientBusy, PoolBusy
from .streams import AnswerStream

__all__ = [
    "Answer",
    "AnswerStream",
    "ClientBusy",
    "LocalReader",
    "NoSnapshot",
    "NotAcceptable",
    "NotIsolated",
    "PoolBusy",
    "QueryExhausted",
    "QueryFailed",
    "QueryRefused",
    "QuerySyntax",
    "QueryTimeout",
    "QueryTooComplex",
    "QueryTooLarge",
    "Reader",
    "WorkerError",
    "WorkerPool",
]

_Result = TypeVar("_Result")


class WorkerPool(QueryPool):
    """A pool of query processes for any number of threads, and for one event loop.

    Made without a `loop`, it has one of its own on a thread, and its processes are ready when it is made. A
    server gives its own loop, awaits `start` and `aclose` on it, and streams answers there. Everything else
    is as in `QueryPool`.
    """

    def __init__(
        self,
        data_dir: Path,
        size: int = 2,
        deadline: float = 30.0,
        memory: int = 2 << 30,
        *,
        loop: asyncio.AbstractEventLoop | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data_dir, size, deadline, memory, **options)
        self._thread: threading.Thread | None = None
        if loop is not None:
            self._loop = loop
            return
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="worker-pool", daemon=True)
        self._thread.start()
        try:
            self._run(self.start())
        except BaseException:
            self._end_loop()
            raise

    def query(
        self,
        text: str,
        *,
        accept: str = DEFAULT_ACCEPT,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        deadline: float | None = None,
        client: str | None = None,
        longest: int = OWN_BYTES,
    ) -> Answer:
        """Answer a SPARQL query in the best accepted format, as whole bytes; for threads.

        The parameters and errors are those of `stream`; RuntimeError on the event loop's own thread, which
        would wait for itself.
        """
        started = time.perf_counter()
        if self._closed:
            raise PoolBusy(self.turns.retry_after())
        work = self.stream(
            text,
            accept=accept,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            deadline=deadline,
            client=client,
            longest=longest,
            held=None,
        )
        stream = self._run(work)
        body = stream.whole
        assert body is not None
        return Answer(body, stream.media_type, stream.snapshot.id, time.perf_counter() - started, stream.kind)

    def close(self) -> None:
        """End all processes and the pool's own loop; queries still running fail with QueryExhausted."""
        if self._thread is None or self._closed:
            return
        self._run(self.aclose())
        self._end_loop()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Run a coroutine on the loop and wait for it."""
        if asyncio._get_running_loop() is self._loop:
            work.close()
            raise RuntimeError("a query that is waited for on the event loop's own thread: use stream")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def _end_loop(self) -> None:
        async def rest() -> None:
            await asyncio.get_running_loop().shutdown_default_executor()

        asyncio.run_coroutine_threadsafe(rest(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join()
        self._loop.close()
