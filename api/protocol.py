"""HTTP on a connection, with bounds that the server lacks: an endless head, and clients that stand still."""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_ADDRESS = 65_000
"""Bytes of an address; the parser has 16 bits for a length. A longer query is sent by POST."""

LARGEST_HEAD = 128 * 1024
"""Bytes of a request's first line and headers."""

LEAST_PROGRESS = 1024
"""Bytes of a body that count as progress."""

LARGEST_REST = 1024 * 1024
"""Bytes of a body that are thrown away after its answer, for a client that reads the answer only then."""

_LOOKS = 4
"""Looks at a connection during the time that a client may stand still."""


_REFUSAL = (
    b"\r\nContent-Length: 0\r\nConnection: close\r\nContent-Security-Policy: default-src 'none'\r\n"
    b"X-Content-Type-Options: nosniff\r\n\r\n"
)


class BoundedProtocol(HttpToolsProtocol):
    """A connection whose head is bounded in bytes and in time, cut when its client stands still for `stall` seconds.

    Standing still is: no whole head yet, a body that does not come, or an answer that is not read. The bounds
    cost a request nothing but a few assignments: the connection looks at itself now and then.
    """

    stall: ClassVar[float] = 30.0

    def connection_made(self, transport: Any) -> None:
        """Begin to look at the connection."""
        super().connection_made(transport)
        self._in_head = True
        self._since = self.loop.time()
        self._head_bytes = self._body_bytes = self._rest = self._pauses = 0
        self._seen: tuple[int, int, int] | None = None
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop looking."""
        self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read bytes; answer 431 to a head without end."""
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEAD:
                self.logger.warning("The head of a request is too large.")
                self._refuse(b"431 Request Header Fields Too Large")

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(b"400 Bad Request")

    def _refuse(self, status: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 " + status + _REFUSAL)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._in_head, self._head_bytes, self._body_bytes, self._rest = True, 0, 0, 0
        self._since = self.loop.time()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; those after a body (trailers) are not kept."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """End a head."""
        self._in_head = False
        if len(self.url) > LONGEST_ADDRESS:
            self._refuse(b"414 URI Too Long")
            raise ValueError("the address is too long")  # the parser stops here
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count a piece of a body; stop taking one that was answered already."""
        self._body_bytes += len(body)
        super().on_body(body)
        if self.cycle.response_complete:
            self._rest += len(body)
            if self._rest > LARGEST_REST:
                self.transport.close()

    def on_response_complete(self) -> None:
        """Wait for the next request: how long is the server's own bound."""
        self._since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Note that the client does not read as fast as it is given."""
        self._pauses += 1
        super().pause_writing()

    def _look_later(self) -> None:
        self._timer: asyncio.TimerHandle = self.loop.call_later(self.stall / _LOOKS, self._look)

    def _look(self) -> None:
        """Cut the connection off if what was to move since the last look has not moved for too long."""
        now = self.loop.time()
        unread = self.transport.get_write_buffer_size()
        cycle = None if self._in_head else self.cycle
        awaited = bool(
            cycle and cycle.more_body and not cycle.response_complete and not self.flow.read_paused
        )
        state = (self._pauses, unread, self._body_bytes // LEAST_PROGRESS)
        if not self._in_head and (state != self._seen or not (unread or awaited)):
            self._since = now
        self._seen = state
        if now - self._since >= self.stall and (unread or awaited or self._in_head):
            self.transport.abort()
            return
        self._look_later()


def bounded(stall: float) -> type[BoundedProtocol]:
    """Make the protocol of connections that may stand still for so many seconds.

    >>> bounded(5.0).stall
    5.0
    """
    return type("BoundedProtocol", (BoundedProtocol,), {"stall": stall})
