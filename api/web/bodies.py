"""How long the body of a request may be: one limit for every route, and a route that takes more says so."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...words import N_
from .page_error import PageError

LARGEST = 512 << 10
"""Bytes of a body, as sent, on a route that says nothing else; who reads one whole holds it twice for a moment."""

_COUNT = "ancrage.body"
_UNREAD = ("GET", "HEAD", "OPTIONS")
"""Methods whose body nobody reads: what comes is awaited only to learn that the client is gone."""


class BodyTooLarge(PageError):  # noqa: N818
    """A body longer than the limit, as sent or once expanded; keeps `limit` in bytes.

    >>> BodyTooLarge(10).detail
    'Le corps dépasse la limite de 10 octets.'
    """

    code = "too-long-body"

    def __init__(self, limit: int) -> None:
        message = N_("Le corps dépasse la limite de {limit} octets.", limit=limit)
        super().__init__(413, message, {"Connection": "close"})
        self.limit = limit


class _Count:
    """The bytes of one body: how many came, how many were announced, how many may come."""

    __slots__ = ("announced", "largest", "seen")

    def __init__(self, announced: int) -> None:
        self.announced, self.seen, self.largest = announced, 0, LARGEST

    @property
    def too_many(self) -> bool:
        return max(self.announced, self.seen) > self.largest


def allow(scope: Scope, largest: int) -> None:
    """Set the limit of this request's body to `largest` bytes as sent; a route calls it before it reads any."""
    if (count := scope.get(_COUNT)) is not None:
        count.largest = largest


class Bodies:
    """ASGI layer: counts a body while it comes, whether its length is announced or not.

    Who reads past the limit gets BodyTooLarge instead of the piece. A body that is never read is not refused here:
    the connection throws a bounded rest of it away (`protocol`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        count = scope[_COUNT] = _Count(_announced(scope))
        unread = scope["method"] in _UNREAD

        async def counted() -> Message:
            if count.too_many and not unread:
                raise BodyTooLarge(count.largest)  # announced: not one piece is asked for
            message = await receive()
            count.seen += len(message.get("body") or b"")
            if not count.too_many:
                return message
            if unread:
                return {"type": "http.disconnect"}
            raise BodyTooLarge(count.largest)

        await self.app(scope, counted, send)


def _announced(scope: Scope) -> int:
    """Give the length that the headers announce, 0 without one.

    >>> _announced({"headers": [(b"content-length", b"12")]})
    12
    """
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isascii() and value.isdigit() else 0
    return 0
