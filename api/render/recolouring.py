"""A theme's colours in what the server draws: drawings inside pages and alone, and the data of graphs."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .theme import Theme

#: Answers that may hold a drawing of ours, or the colours of one.
_DRAWN = ("text/html", "image/svg+xml", "application/json")


class Recolouring:
    """ASGI layer: puts the colours of a theme in the place of ours, in answers that are given whole.

    It stands under the layer that keeps pages, so that what is kept, its tag and its length are of the theme.
    """

    def __init__(self, app: ASGIApp, theme: Theme) -> None:
        self.app, self.theme = app, theme

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if not self.theme.colours or scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        start: Message | None = None

        async def recoloured(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _drawn(message, scope["path"]):
                start = message
            elif start is not None and not message.get("more_body"):
                body = self.theme.recoloured(message.get("body", b"").decode()).encode()
                MutableHeaders(raw=start["headers"])["content-length"] = str(len(body))
                await send(start)
                start = None
                await send({**message, "body": body})
            else:
                if start is not None:  # sent in pieces: no answer of ours that holds a drawing is
                    await send(start)
                    start = None
                await send(message)

        await self.app(scope, receive, recoloured)


def _drawn(message: Message, path: str) -> bool:
    headers = MutableHeaders(raw=message["headers"])
    media_type = headers.get("content-type", "").partition(";")[0]
    if "content-encoding" in headers or media_type not in _DRAWN:
        return False
    return media_type != "application/json" or path.endswith("/dessin.json")
