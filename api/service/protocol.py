"""HTTP on a connection, with bounds that the server lacks: endless heads and chunks, clients that stand still.

Who is refused while it still sends hears why: the connection is half closed, or goes on, and what comes after is thrown
away for a while. Closed at once, it would be reset, and the refusal lost with what the client had not read.
"""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_ADDRESS = 65_000
"""Bytes of an address; the parser has 16 bits for a length. A longer query is sent by POST."""

MOST_PARAMETERS = 1000
"""Parameters of an address: each is read several times on its way to an answer."""

LARGEST_HEAD = 128 * 1024
"""Bytes of a request's first line and headers."""

LEAST_PROGRESS = 1024
"""Bytes of a body that count as progress."""

LARGEST_REST = 16 * 1024 * 1024
"""Bytes that are thrown away after an answer, for a client that reads the answer only when it has sent all."""

LARGEST_FRAMING = 16 * 1024
"""Bytes around the chunks of a body (lengths, extensions, trailers), beyond what the smallest chunks need."""

_A_CHUNK = 6
"""Bytes around the smallest chunk, at most, for each of its own: `1\\r\\n` and `\\r\\n`."""

_LOOKS = 4
"""Looks at a connection during the time that a client may stand still."""

_REFUSAL = (
    b"\r\nContent-Length: 0\r\nConnection: close\r\nContent-Security-Policy: default-src 'none'\r\n"
    b"X-Content-Type-Options: nosniff\r\n\r\n"
)


class _Transport:
    """The transport as an answer sees it: closed for good only when its client has had time to read."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: "BoundedProtocol") -> None:
        self._protocol = protocol

    def write(self, data: bytes) -> None:
        """Send bytes; those of an answer that was given up go nowhere."""
        if not self._protocol.leaving:
            self._protocol.transport.write(data)

    def is_closing(self) -> bool:
        """Tell whether nothing more will be sent."""
        return self._protocol.leaving or self._protocol.transport.is_closing()

    def close(self) -> None:
        """End the connection, at once if all of the body was taken."""
        self._protocol.leave()


class BoundedProtocol(HttpToolsProtocol):
    """A connection whose head is bounded in bytes and in time, cut when its client stands still for `stall` seconds.

    Standing still is: no whole head yet, a body that does not come, or an answer that is not read. The bounds
    cost a request nothing but a few assignments: the connection looks at itself now and then.
    """

    stall: ClassVar[float] = 30.0

    def connection_made(self, transport: Any) -> None:
        """Begin to look at the connection."""
        super().connection_made(transport)
        self._in_head, self._whole, self.leaving = True, True, False
        self._since = self.loop.time()
        self._head_bytes = self._body_bytes = self._rest = self._pauses = self._hosts = self._framing = 0
        self._seen: tuple[int, int, int] | None = None
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop looking."""
        self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read bytes; answer 431 to a head without end, 400 to chunks that are mostly something else."""
        if self.leaving:
            self._throw_away(data)
            return
        cycle, whole, taken = self.cycle, self._whole, self._body_bytes
        super().data_received(data)
        if not whole and not self._whole and cycle is self.cycle:
            self._framing += len(data) - (self._body_bytes - taken)
            if self._framing > LARGEST_FRAMING + _A_CHUNK * self._body_bytes:
                self.logger.warning("The chunks of a body are mostly something else.")
                self._refuse(b"400 Bad Request")
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEAD:
                self.logger.warning("The head of a request is too large.")
                self._refuse(b"431 Request Header Fields Too Large")

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(b"400 Bad Request")

    def _refuse(self, status: bytes) -> None:
        if self.leaving or self.transport.is_closing():
            return
        if self._whole or self.cycle is None or not self.cycle.response_started:  # else it is told already
            self.transport.write(b"HTTP/1.1 " + status + _REFUSAL)
        if self.cycle is not None:
            self.cycle.disconnected = True  # who makes an answer stops
            self.cycle.message_event.set()
        self.pipeline.clear()
        self._whole = False
        self.leave()

    def leave(self) -> None:
        """End the connection; what the client still sends is thrown away for a while, so that it can read."""
        if self._whole:
            self.transport.close()
        elif not self.leaving:
            self.leaving, self._since = True, self.loop.time()
            self.flow.resume_reading()
            if self.transport.can_write_eof():
                self.transport.write_eof()

    def _throw_away(self, data: bytes) -> None:
        self._rest += len(data)
        if self._rest > LARGEST_REST:
            self.transport.close()

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._in_head, self._whole = True, True
        self._head_bytes = self._body_bytes = self._rest = self._hosts = self._framing = 0
        self._since = self.loop.time()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; those after a body (trailers) are not kept."""
        if self._in_head:
            super().on_header(name, value)
            self._hosts += len(name) == 4 and name.lower() == b"host"

    def on_headers_complete(self) -> None:
        """End a head."""
        self._in_head = False
        if len(self.url) > LONGEST_ADDRESS or self.url.count(b"&") >= MOST_PARAMETERS:
            self._refuse(b"414 URI Too Long")
            raise ValueError("the address is too long")  # the parser stops here
        if self._hosts != 1 and (self._hosts or self.parser.get_http_version() == "1.1"):
            raise ValueError("the request names no host, or two: which one a proxy looked at, nobody knows")
        super().on_headers_complete()
        self._whole = False
        self.cycle.transport = _Transport(self)  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        """End a body."""
        self._whole = True
        super().on_message_complete()

    def on_body(self, body: bytes) -> None:
        """Count a piece of a body; stop taking one that was answered already."""
        self._body_bytes += len(body)
        super().on_body(body)
        if self.cycle.response_complete:
            self._throw_away(body)

    def on_response_complete(self) -> None:
        """Wait for the next request: how long is the server's own bound."""
        self._since = self.loop.time()
        super().on_response_complete()
        if not self._whole:
            self._unset_keepalive_if_required()  # the rest of the body has a bound of its own

    def pause_writing(self) -> None:
        """Note that the client does not read as fast as it is given."""
        self._pauses += 1
        super().pause_writing()

    def _look_later(self) -> None:
        self._timer: asyncio.TimerHandle = self.loop.call_later(self.stall / _LOOKS, self._look)

    def _look(self) -> None:
        """Cut the connection off if what was to move since the last look has not moved for too long.

        A head, and the rest of a body after its answer, have that time in all, however they move.
        """
        now, cycle = self.loop.time(), None if self._in_head else self.cycle
        unread = self.transport.get_write_buffer_size()
        answered = cycle is not None and cycle.response_complete
        awaited = cycle is not None and cycle.more_body and not answered and not self.flow.read_paused
        in_all = self._in_head or self.leaving or (answered and not self._whole)
        state = (self._pauses, unread, self._body_bytes // LEAST_PROGRESS)
        if not in_all and (state != self._seen or not (unread or awaited)):
            self._since = now
        self._seen = state
        if now - self._since >= self.stall:
            self.transport.abort()
        else:
            self._look_later()


def make_protocol(stall: float) -> type[BoundedProtocol]:
    """Make the protocol of connections that may stand still for so many seconds.

    >>> make_protocol(5.0).stall
    5.0
    """
    return type("BoundedProtocol", (BoundedProtocol,), {"stall": stall})
