"""The policy of every answer: security headers, HEAD answered as GET without its body, what other sites may read."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: The graph library writes its own style elements, so only pages that draw one allow inline styles.
GRAPH_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
#: An embed may be framed by any site.
EMBED_POLICY = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")

SECURITY_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}

#: What any site may read, and of which headers.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, ETag, Last-Modified, Retry-After, Ancrage-Engine, Ancrage-Snapshot, "
    "Ancrage-Total",
}
READS = "GET, HEAD, OPTIONS"


def preflight(methods: str = READS, allow: str = "") -> dict[str, str]:
    """Give the headers that tell a browser what a page of another site may ask; `allow`: what a program may, where it is more.

    >>> preflight()["Allow"]
    'GET, HEAD, OPTIONS'
    """
    return {
        **CORS,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-Modified-Since, If-None-Match, Range",
        "Access-Control-Max-Age": "86400",
        "Allow": allow or methods,
    }


LONGEST = 4096
"""Bytes of a header that is read as a list; a longer one counts as none, before anything reads it."""
_LISTS = frozenset((b"accept", b"accept-encoding", b"accept-language", b"if-none-match", b"range"))
FRAMED = b"frame-ancestors *"
"""How the policy of what any site may frame ends."""
RAW_HEADERS = tuple((name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items())
"""The same as ASGI wants them."""


def secure(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Add to the headers of an answer the security headers that it does not set itself.

    An answer whose policy lets every site frame it (an embed) is not told to be framed by nobody.

    >>> secure([(b"X-Frame-Options", b"SAMEORIGIN")])[0], len(secure([]))
    ((b'X-Frame-Options', b'SAMEORIGIN'), 6)
    """
    present = {name.lower() for name, _ in headers}
    if any(name.lower() == b"content-security-policy" and value.endswith(FRAMED) for name, value in headers):
        present.add(b"x-frame-options")
    return [*headers, *(pair for pair in RAW_HEADERS if pair[0] not in present)]


def _or_preflight(send: Send) -> Send:
    """Answer OPTIONS where an address is read and its route says nothing of it: a page of another site may read it too."""
    reads = False

    async def told(message: Message) -> None:
        nonlocal reads
        if message["type"] == "http.response.start" and message["status"] == 405:
            reads = any(name.lower() == b"allow" and b"GET" in value for name, value in message["headers"])
            if reads:
                headers = [(name.lower().encode(), value.encode()) for name, value in preflight().items()]
                message = {**message, "status": 204, "headers": headers}
        elif reads:
            message = {**message, "body": b""}
        await send(message)

    return told


class Headers:
    """ASGI layer: security headers on every answer, HEAD answered as GET without its body, OPTIONS where an address is read.

    Of what is asked, lists that are too long are left out.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        scope["headers"] = [
            (name, value) for name, value in scope["headers"] if len(value) <= LONGEST or name not in _LISTS
        ]

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = secure(message["headers"])
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        inner = {**scope, "method": "GET", "ancrage.head": True} if head else scope
        try:
            await self.app(
                inner, receive, _or_preflight(dressed) if scope["method"] == "OPTIONS" else dressed
            )
        finally:
            scope["route"] = inner.get("route")
