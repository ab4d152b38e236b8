"""Calls to a SPARQL endpoint over HTTP: bounded in time and size, and never a part of an answer for the whole."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from .access import authorization, context, hidden
from .reasons import Reason
from .remote import DEFAULT, Call, RemoteFailed

_TOLD: Final = 300
"""Characters of what an endpoint says of an error that are told."""
_CUT: Final = ("X-SPARQL-MaxRows", "X-SQL-State")
"""Headers by which Virtuoso says that the answer is not whole: it has more rows than it gives at once, or was stopped."""


@dataclass(frozen=True)
class Endpoint:
    """A SPARQL endpoint at a `url`, and what one call may take: `seconds`, and bytes of its answer at most (`largest`).

    The address may name the default graph, as the SPARQL Protocol writes it; what lets one in is not in it (`access`).
    Raises ValueError for what is no address.

    >>> Endpoint("http://127.0.0.1:8890/sparql?default-graph-uri=urn:all").seconds
    60.0
    """

    url: str
    seconds: float = 60.0
    largest: int = 1 << 30

    def __post_init__(self) -> None:
        parts = self._parts
        plain = parts.username is None and not parts.fragment
        if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
            raise ValueError(self.url)

    @cached_property
    def _parts(self) -> SplitResult:
        return urlsplit(self.url)

    def fetch(self, call: Call) -> bytes:
        """Give the whole answer; raises RemoteFailed."""
        return b"".join(self.read(call))

    def read(self, call: Call) -> Iterator[bytes]:
        """Yield the answer in parts; raises RemoteFailed, until the last part was given."""
        end = time.monotonic() + self.seconds
        connection, header = self._connection(), authorization(self.url)
        late: threading.Timer | None = None
        try:
            connection.connect()
            late = threading.Timer(
                self.seconds, _cut, [connection.sock]
            )  # an answer that drips is cut off too
            late.daemon = True
            late.start()
            yield from self._answer(connection, call, end, header)
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, TimeoutError) or time.monotonic() >= end:
                raise RemoteFailed(self.url, Reason("late", f"{self.seconds:g}")) from None
            raise RemoteFailed(self.url, Reason("unreached", str(error) or type(error).__name__)) from None
        finally:
            if late is not None:
                late.cancel()
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        host, port = str(self._parts.hostname), self._parts.port
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self.seconds)
        return http.client.HTTPSConnection(host, port, timeout=self.seconds, context=context(self.url))

    def _answer(
        self, connection: http.client.HTTPConnection, call: Call, end: float, header: str
    ) -> Iterator[bytes]:
        headers = {
            "Accept": call.accept,
            "Accept-Encoding": "identity",
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "ancrage",
            "Connection": "close",
            **({"Authorization": header} if header else {}),
        }
        path, body = self._written(call)
        connection.request("POST", path, body, headers)
        with connection.getresponse() as response:
            self._check(response, call, header)
            size, whole = 0, response.length
            while part := response.read1(1 << 16):
                size += len(part)
                if size > self.largest:
                    raise RemoteFailed(self.url, Reason("size", str(self.largest)))
                yield part
            if whole is not None and size < whole:
                if time.monotonic() >= end:
                    raise TimeoutError
                raise RemoteFailed(self.url, Reason("partial", f"{size} / {whole}"))

    def _check(self, response: http.client.HTTPResponse, call: Call, header: str) -> None:
        """Refuse a response that is no whole answer in the format that was asked for."""
        if response.status != 200:  # a redirection is not followed either
            body = response.read(_TOLD * 4).decode("utf-8", "replace")
            told = hidden(body, header)[:_TOLD].split()
            raise RemoteFailed(self.url, Reason("status", " ".join([str(response.status), *told])))
        if (kind := response.headers.get_content_type()) not in (call.accept, "application/json"):
            raise RemoteFailed(self.url, Reason("unread", kind))
        for name in _CUT:
            if name in response.headers:
                raise RemoteFailed(self.url, Reason("partial", name))
        if response.length is None and not response.chunked:
            raise RemoteFailed(self.url, Reason("partial", "Content-Length"))

    def _written(self, call: Call) -> tuple[str, str]:
        """Write the path and the body of a call: its dataset takes the place of the one in the address."""
        kept = [pair for pair in parse_qsl(self._parts.query) if pair[0] != DEFAULT]
        pairs = [("query", call.query), *((DEFAULT, graph) for graph in call.default_graphs)]
        pairs += [("named-graph-uri", graph) for graph in call.named_graphs]
        path = (self._parts.path or "/") + (f"?{urlencode(kept)}" if kept else "")
        return path, urlencode(pairs)


def _cut(wire: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(wire, socket.SHUT_RDWR)  # what TLS keeps of it is for the thread that reads
