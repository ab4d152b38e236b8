"""What becomes of what a query process is asked: who is told, and the errors that it may end in."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ...words import N_, AncrageError, Said, Spoken, numeral
from ..sparql.formats import NotAcceptable
from ..sparql.limits import QueryRefused, QueryTooComplex
from ..sparql.reasons import Reason, Why, reason_text, unpack_reason
from ..sparql.remote import RemoteFailed
from ..sparql.syntax import QuerySyntax
from .protocol import BrokenFrame, Head


class QueryTimeout(AncrageError, TimeoutError):  # noqa: N818
    """A query that took longer than its deadline; keeps `deadline` in seconds."""

    code = "query-timeout"

    def __init__(self, deadline: float) -> None:
        super().__init__(f"the query was stopped after {deadline:g} s")
        self.deadline = deadline

    @property
    def message(self) -> Spoken:
        """What is said, and what helps."""
        return N_(
            "La requête a été arrêtée après {limit} s : restreignez-la (un territoire, une classe, LIMIT).",
            limit=Said(seconds, (self.deadline,)),
        )


class QueryExhausted(AncrageError, MemoryError):  # noqa: N818
    """A query that exhausted its process; keeps `reason`: memory, the answer's size, or a crash."""

    code = "query-exhausted"

    def __init__(self, reason: Why) -> None:
        super().__init__(f"the query needs too much: {reason}")
        self.reason = reason

    @property
    def message(self) -> Spoken:
        """What is said, and what helps."""
        return N_(
            "La requête demande trop de moyens ({reason}) : restreignez-la.", reason=reason_text(self.reason)
        )


class QueryFailed(AncrageError, RuntimeError):  # noqa: N818
    """A query the engine gave up on; keeps its `reason`."""

    code = "query-failed"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the engine could not answer: {reason}")
        self.reason = reason

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("Le moteur n’a pas pu répondre : {reason}.", reason=self.reason)


class WorkerError(AncrageError, ChildProcessError):
    """A query process that does not start or cannot open its snapshot; keeps `reason`."""

    code = "query-process"

    def __init__(self, reason: str) -> None:
        super().__init__(f"query process: {reason}")
        self.reason = reason

    @property
    def message(self) -> Spoken:
        """What is said; the reason is for the log."""
        return N_("La requête n’a pas pu être traitée.")


def seconds(deadline: float, language: str) -> str:
    """Write a time limit, with the decimals it has."""
    return numeral(f"{deadline:g}", language)


class Receiver:
    """Who is told what a process writes to its request.

    The process goes on with the next request after `ended` and `failed`, unless it is dead; after `crashed` it
    is dead. Of a process that dies, the requests that it had not begun are told `put_off`.
    """

    def begun(self, head: Head) -> None:
        """Take note that the answer begins."""

    def piece(self, data: bytes) -> bool:
        """Take a piece of the answer; return whether the process may go on writing."""
        return True

    def ended(self) -> None:
        """Take note that the answer is complete."""

    def failed(self, error: Exception) -> None:
        """Take note that there is no answer, or no more of it."""

    def crashed(self, code: int | None) -> None:
        """Take note that the process died (with this exit code, when it is known)."""

    def put_off(self) -> None:
        """Take note that the request was not begun and is not going to be."""


class Told(Receiver):
    """Waits for the one frame that answers what is not a query: `payload`."""

    def __init__(self) -> None:
        self.payload: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def tell(self, payload: Any) -> None:
        """Take the answer."""
        if not self.payload.done():
            self.payload.set_result(payload)

    def failed(self, error: Exception) -> None:
        """Take the error as one of the process."""
        if not self.payload.done():
            self.payload.set_exception(WorkerError(getattr(error, "reason", str(error))))

    def crashed(self, code: int | None) -> None:
        """Take the end of the process as an error."""
        self.failed(WorkerError(f"ended with {code}"))


def crash(code: int | None, deadline: float) -> QueryExhausted | QueryTimeout:
    """Tell why a process died during a query from its exit code.

    >>> crash(-6, 1.0)
    QueryExhausted('the query needs too much: more memory than a query may take')
    """
    if code == -signal.SIGALRM:
        return QueryTimeout(deadline)
    if code == -signal.SIGABRT:
        return QueryExhausted(Reason("memory"))
    with suppress(ValueError):
        return QueryExhausted(Reason("died", signal.Signals(-(code or 0)).name))
    return QueryExhausted(Reason("died", str(code)))


_ERRORS: dict[str, Callable[..., Exception]] = {
    "syntax": lambda reason, line, column: QuerySyntax(unpack_reason(reason), line, column),
    "refused": QueryRefused,
    "complex": QueryTooComplex,
    "accept": lambda kind, accept, formats: NotAcceptable(kind, accept, tuple(formats)),
    "size": lambda largest: QueryExhausted(Reason("size", str(largest))),
    "memory": lambda: QueryExhausted(Reason("memory")),
    "failed": QueryFailed,
    "remote": lambda endpoint, reason: RemoteFailed(endpoint, unpack_reason(reason)),
}


def told_error(payload: bytes) -> Exception:
    """Return the error that a process told; raises BrokenFrame for what no process tells.

    >>> told_error(b'["size", 1000]')
    QueryExhausted('the query needs too much: its answer has more than 1000 bytes')
    """
    try:
        name, *kept = json.loads(payload)
        return _ERRORS[name](*kept)
    except (ValueError, TypeError, LookupError):
        raise BrokenFrame(f"an error {payload[:100]!r}") from None
