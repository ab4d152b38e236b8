"""Requests of the SPARQL 1.1 Protocol: the query, its dataset and the format, read from what came over the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import parse_qsl

from fastapi import Response
from starlette.types import Receive, Scope, Send

from ...graph.pool.blocking import NotAcceptable, QueryTooLarge
from ...graph.sparql.formats import DEFAULT_ACCEPT, GRAPHS, RESULTS, choose
from ...graph.sparql.limits import MAX_BYTES, OWN_BYTES
from ...words import N_, SOURCE
from ..errors.problems import BadRequest
from ..reading.publication import network_of
from ..web.negotiation import Language, keep_short, language, prefers_html, quality
from ..web.page_cache import takes_gzip
from ..web.page_language import PARAMETER
from ..web.security import LONGEST, secure
from .answers import RawHeaders
from .relay import send_whole

FORM = "application/x-www-form-urlencoded"
TEXT = "application/sparql-query"
#: A form is longer than its query: each byte may take three.
LARGEST_BODY = {FORM: 4 * MAX_BYTES, TEXT: MAX_BYTES}
#: Formats made by this service from the engine's rows, beside those of the engine.
TABLES = ("csv-fr", "xlsx")

_HOST = re.compile(rb"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_PATH = "/sparql"
_NAMES = {name for one in (*RESULTS, *GRAPHS) for name in (one.name, one.bare, *one.aliases)} | {
    "html",
    *TABLES,
}


class ClientGone(ConnectionError):  # noqa: N818
    """The client went away while it sent its request."""


class Call:
    """One request: what came over the wire, and where its answer goes."""

    __slots__ = (
        "accept",
        "accept_language",
        "address",
        "content_type",
        "head",
        "packed",
        "receive",
        "scope",
        "send",
        "since",
        "tags",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.head = scope["method"] == "HEAD"
        self.accept, self.content_type = b"", ""
        self.accept_language = ""
        self.tags: str | None = None
        self.since = ""
        self.packed = False
        self.address = ""
        """The address asked, without its query: what relative IRIs of the text are relative to."""
        for name, value in scope["headers"]:
            if name == b"accept":
                self.accept = self.accept + b", " + value if self.accept else value
            elif name == b"accept-language":
                self.accept_language = value.decode("latin-1")
            elif name == b"accept-encoding":
                self.packed = self.packed or _takes_gzip(value.decode("latin-1"))
            elif name == b"if-none-match":
                self.tags = (f"{self.tags}, " if self.tags else "") + value.decode("latin-1")
            elif name == b"if-modified-since":
                self.since = value.decode("latin-1")
            elif name == b"host":
                self.address = address_of(scope, value)
            elif name == b"content-type":
                self.content_type = value.decode("latin-1")

    @property
    def client(self) -> str:
        """Whom the query is counted for: the network it comes from."""
        client = self.scope.get("client")
        return network_of(str(client[0]) if client else "")

    def note(self, **told: object) -> None:
        """Tell the metrics and the log what the status does not say."""
        if (note := self.scope.get("ancrage.note")) is not None:
            note.update(told)

    async def whole(self, status: int, headers: RawHeaders, body: bytes = b"") -> None:
        """Send an answer."""
        await send_whole(self.send, status, headers, body, head=self.head)

    async def response(self, response: Response) -> None:
        """Send an answer made for the pages."""
        headers = [pair for pair in response.raw_headers if pair[0] != b"content-length"]
        await self.whole(response.status_code, secure(headers), bytes(response.body))


@keep_short(256)
def _takes_gzip(header: str) -> bool:
    return takes_gzip(header)


def address_of(scope: Scope, host: bytes) -> str:
    """Return the address of a request without its query, from its Host header; empty for a host that is none.

    >>> address_of({"scheme": "https", "path": "/sparql"}, b"e.org:8000"), address_of({"path": "/sparql"}, b"a b")
    ('https://e.org:8000/sparql', '')
    """
    known = _HOST.fullmatch(host)
    return f"{scope.get('scheme', 'http')}://{host.decode('ascii')}{_PATH}" if known else ""


@dataclass(frozen=True)
class SparqlRequest:
    """A protocol request: the `text` (None without query), its dataset, the `format` named and `accept`."""

    text: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str = ""
    accept: str = ""
    language: Language = field(default=SOURCE, repr=False)
    """The language of what a workbook says beside the rows."""
    federated: bool = field(default=False, repr=False)
    """Whether the text holds solutions that another service gave: the answer is of this moment only."""

    @property
    def longest(self) -> int:
        """Longest text for the engine, in bytes: that of the public, or more with the solutions of others."""
        return OWN_BYTES if self.federated else MAX_BYTES

    @property
    def dataset(self) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
        """The default and the named graphs for the pool: a dataset named here is all that the query sees."""
        if not self.default_graphs and not self.named_graphs:
            return None, None
        return self.default_graphs, self.named_graphs

    @property
    def html(self) -> bool:
        """Whether the answer is a page: named so, or HTML preferred to every format of results."""
        return self.format == "html" if self.format else _rather_html(self.accept)

    @property
    def wanted(self) -> str:
        """The formats accepted, for the engine: the one named wins over the Accept header."""
        if self.format in TABLES:
            return "json"
        return DEFAULT_ACCEPT if self.html else self.format or self.accept or "*/*"

    @property
    def names(self) -> tuple[str, str]:
        """The short names of the formats that rows and that graphs would have; empty where there is none."""
        return (self.table, "") if self.format in TABLES else _names_of(self.wanted)

    @property
    def table(self) -> str:
        """The name of the table made here: a workbook is one a language."""
        return f"xlsx.{self.language}" if self.format == "xlsx" else self.format


@lru_cache(maxsize=256)
def _rather_html(accept: str) -> bool:
    if not prefers_html(accept):
        return False
    others = (quality(accept, one.media_type) for one in (*RESULTS, *GRAPHS))
    return quality(accept, "text/html") >= max(others)


@lru_cache(maxsize=256)
def _names_of(wanted: str) -> tuple[str, str]:
    found = []
    for kind in ("select", "graph"):
        try:
            found.append(choose(kind, wanted).name)
        except NotAcceptable:
            found.append("")
    return found[0], found[1]


async def read_body(content_type: str, receive: Receive) -> bytes:
    """Read the body while it is not too long.

    Raises QueryTooLarge, BadRequest (415) for another media type, ClientGone.
    """
    media_type, _, parameters = content_type.lower().partition(";")
    largest = LARGEST_BODY.get(media_type.strip())
    charset = parameters.replace(" ", "").replace('"', "").removeprefix("charset=")
    if largest is None or charset not in ("", "utf-8"):
        message = N_("POST prend {form} ou {text}, en UTF-8.", form=FORM, text=TEXT)
        raise BadRequest(415, message, {"Accept-Post": f"{FORM}, {TEXT}"})
    body = bytearray()
    while True:
        part = await receive()
        if part["type"] == "http.disconnect":
            raise ClientGone("the client went away before the end of its request")
        body += part.get("body") or b""
        if len(body) > largest:
            raise QueryTooLarge(len(body), largest)
        if not part.get("more_body", False):
            return bytes(body)


def read_request(
    query_string: bytes, accept: bytes, content_type: str | None, body: bytes = b"", accept_language: str = ""
) -> SparqlRequest:
    """Read a request: the address alone (`content_type` None), or with the body of a POST.

    Raises BadRequest, and NotAcceptable for a format that nobody knows.

    >>> read_request(b"query=ASK+%7B%7D&format=csv", b"*/*", None)
    SparqlRequest(text='ASK {}', default_graphs=(), named_graphs=(), format='csv', accept='*/*')
    """
    if len(accept) > LONGEST:
        raise BadRequest(
            400,
            N_(
                "L’en-tête Accept a {bytes} octets, la limite est {limit}.",
                bytes=len(accept),
                limit=LONGEST,
            ),
        )
    try:
        parameters = _pairs(query_string.decode())
    except ValueError:
        raise BadRequest(400, N_("L’adresse n’est pas en UTF-8, ou a trop de paramètres.")) from None
    try:
        if content_type is not None and content_type.lower().startswith(TEXT):
            parameters.append(("query", body.decode()))
        elif content_type is not None:
            parameters += _pairs(body.decode("ascii"))
    except ValueError:
        raise BadRequest(400, N_("Le corps n’est pas en UTF-8, ou n’est pas un formulaire.")) from None
    asked = _asked(parameters, accept.decode("latin-1"), posted=content_type is not None)
    if asked.format != "xlsx":
        return asked
    return replace(asked, language=language(accept_language, dict(parameters).get(PARAMETER)))


def _pairs(form: str) -> list[tuple[str, str]]:
    return parse_qsl(form, keep_blank_values=True, errors="strict", max_num_fields=200)


def _asked(parameters: list[tuple[str, str]], accept: str, posted: bool) -> SparqlRequest:
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        values.setdefault(name, []).append(value)
    if "update" in values or "using-graph-uri" in values or "using-named-graph-uri" in values:
        raise BadRequest(403, N_("Les modifications ne se font pas ici."))
    queries, formats = values.get("query", []), values.get("format", [""])
    if len(queries) > 1 or len(formats) > 1:
        raise BadRequest(400, N_("Une seule requête et un seul format à la fois."))
    if posted and not queries:
        raise BadRequest(400, N_("Le formulaire n’a pas de paramètre « query »."))
    format = formats[0].strip().lower()
    if format and format not in _NAMES:
        named = dict.fromkeys([*(one.name for one in (*RESULTS, *GRAPHS)), "html", *TABLES])
        raise NotAcceptable("select", format, tuple(named))
    return SparqlRequest(
        queries[0] if queries else None,
        tuple(values.get("default-graph-uri", ())),
        tuple(values.get("named-graph-uri", ())),
        format,
        accept,
    )
