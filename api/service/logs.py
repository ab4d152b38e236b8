"""The log, on standard error: one line a request and one an incident, without what people asked or who they are.

No query, no parameter of a search, no path beyond the route's template, no body, no message of an exception: those
may hold names of persons. Queries and clients are told by a keyed hash whose key lives in memory and changes each day.
"""

import logging
import sys
from datetime import UTC, date, datetime
from hashlib import blake2b
from ipaddress import ip_address, ip_network
from pathlib import Path
from secrets import token_bytes
from types import TracebackType
from typing import Any, Literal
from urllib.parse import parse_qs

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from ..sparql.relay import AnswerCut
from ..web.settings import Settings

PACKAGE = __name__.rpartition(".api.")[0]
REQUESTS = f"{PACKAGE}.requests"
_DEEPEST = 12
_ORDER = ("timestamp", "level", "event", "method", "route", "status", "ms", "bytes")
_CONTROLS = {code: f"\\u{code:04x}" for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}


class Pseudonyms:
    """Hashes that recognise the same text within a day and tell nothing of it: the key is forgotten each day.

    >>> today = Pseudonyms()
    >>> today.of("192.0.2.1") == today.of("192.0.2.1"), today.of("192.0.2.1") == Pseudonyms().of("192.0.2.1")
    (True, False)
    """

    def __init__(self) -> None:
        self._day: date | None = None
        self._key = b""

    def of(self, text: str) -> str:
        """Give the hash of a text."""
        today = datetime.now(UTC).date()
        if today != self._day:
            self._day, self._key = today, token_bytes(32)
        return blake2b(text.encode("utf-8", "replace"), digest_size=6, key=self._key).hexdigest()


class RequestLog:
    """The lines of the requests: `wanted` tells whether the log's level writes them at all."""

    def __init__(self, clients: Literal["hashed", "shortened", "full"] = "hashed") -> None:
        self.logger = logging.getLogger(REQUESTS)
        self.wanted = self.logger.isEnabledFor(logging.INFO)
        self.clients = clients
        self.pseudonyms = Pseudonyms()

    def write(
        self,
        scope: Any,
        route: str,
        status: int,
        seconds: float,
        size: int,
        headers: Any,
        outcome: str,
        note: dict[str, Any],
    ) -> None:
        """Write the line of one answer."""
        line: dict[str, Any] = {
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "bytes": size,
            "client": self._client(scope.get("client")),
        }
        for name, value in headers:
            if name.lower() == b"ancrage-snapshot":
                line["snapshot"] = value.decode("latin-1")
        if outcome:
            line["outcome"] = outcome
        if "cache" in note:
            line["cache"] = note["cache"]
        query = note.get("query") or _query_of(scope["query_string"])
        if query:
            line["query"] = self.pseudonyms.of(query)
            line["query_bytes"] = len(query.encode("utf-8", "replace"))
        self.logger.info("request", extra={"line": line})

    def _client(self, client: Any) -> str:
        address = str(client[0]) if client else ""
        if self.clients == "full":
            return address
        return shorten_address(address) if self.clients == "shortened" else self.pseudonyms.of(address)


def shorten_address(address: str) -> str:
    """Leave out the end of an address: the network of 256 hosts in IPv4, the site's /48 in IPv6.

    >>> shorten_address("192.0.2.77"), shorten_address("2001:db8:1:2::3"), shorten_address("unix")
    ('192.0.2.0', '2001:db8:1::', '')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False).network_address)


def start_log(settings: Settings) -> None:
    """Send every log of this process to standard error, in the form and from the level that settings say.

    Libraries are heard from their warnings up.
    """
    render: Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.processors.LogfmtRenderer(key_order=_ORDER, drop_missing=True)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _fields,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, printable, render],
        )
    )
    handler.addFilter(lambda record: not _is_cut(record))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(PACKAGE).setLevel(settings.log_level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True


def announce(sentence: str) -> None:
    """Write a line whatever the level: what whoever starts the service waits for."""
    logger = logging.getLogger(PACKAGE)
    logger.handle(logger.makeRecord(PACKAGE, logging.INFO, "", 0, sentence, (), None))


def _is_cut(record: logging.LogRecord) -> bool:
    """Tell whether a record only repeats that an answer was cut off, which its request's line says."""
    return (
        bool(record.exc_info)
        and isinstance(record.exc_info, tuple)
        and isinstance(record.exc_info[1], AnswerCut)
    )


def _fields(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Turn a record into fields: its own line, or its first line and where its exception came from."""
    record: logging.LogRecord = event["_record"]
    event.update(getattr(record, "line", {}))
    event["event"] = str(event["event"]).partition("\n")[0]
    if record.name != REQUESTS:
        event["logger"] = record.name
    error = event.pop("exc_info", None)
    if error:
        caught = (
            error[1]
            if isinstance(error, tuple)
            else error
            if isinstance(error, BaseException)
            else sys.exc_info()[1]
        )
        if caught is not None:
            event["exception"] = error_place(caught)
        record.exc_info, record.exc_text = None, None
    event.pop("stack_info", None)
    return event


def error_place(error: BaseException) -> str:
    """Say what was raised and where, without the exception's message, which may quote what was asked.

    >>> try:
    ...     int("Jeanne Martin")
    ... except ValueError as error:
    ...     error_place(error)
    'ValueError at <doctest ancrage.api.service.logs.error_place[0]>:2 <module>'
    """
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(parts) < _DEEPEST:
        parts.append(f"{type(seen).__name__} at {' < '.join(_frames(seen.__traceback__))}")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return " ; from ".join(parts)


def _frames(traceback: TracebackType | None) -> list[str]:
    """List the frames of a traceback, innermost first."""
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{Path(code.co_filename).name}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return frames[: -_DEEPEST - 1 : -1] or ["unknown"]


def printable(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    r"""Write control characters as escapes, so that no value can begin a line or speak to a terminal.

    >>> printable(None, "", {"route": "a\nlevel=error"})
    {'route': 'a\\u000alevel=error'}
    """
    return {
        key: value.translate(_CONTROLS) if isinstance(value, str) else value for key, value in event.items()
    }


def _query_of(query_string: bytes) -> str:
    if b"query=" not in query_string:
        return ""
    return parse_qs(query_string.decode("latin-1")).get("query", [""])[0]
