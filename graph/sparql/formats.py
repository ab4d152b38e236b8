"""Formats of query results and graphs: media types, short names, the choice among those accepted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pyoxigraph import QueryResultsFormat, RdfFormat

from ...words import N_, AncrageError, Spoken

Kind: TypeAlias = Literal["select", "ask", "graph"]
"""What a query gives: rows, a boolean or a graph (CONSTRUCT and DESCRIBE)."""

DEFAULT_ACCEPT = "application/sparql-results+json, text/turtle;q=0.9"
"""Rows and booleans as JSON, graphs as Turtle."""
_JSON_LD = "http://www.w3.org/ns/formats/JSON-LD"


@dataclass(frozen=True)
class Format:
    """A format of answers: short `name`, `media_type` sent, `aliases` it answers to, the engine's own."""

    name: str
    media_type: str
    aliases: tuple[str, ...]
    engine: QueryResultsFormat | RdfFormat

    @property
    def bare(self) -> str:
        """The media type without parameters."""
        return self.media_type.partition(";")[0]

    @property
    def iri(self) -> str:
        """The format among those of W3C, whose name of JSON-LD the engine has not."""
        return _JSON_LD if self.engine == RdfFormat.JSON_LD else self.engine.iri


RESULTS = (
    Format("json", "application/sparql-results+json", ("application/json",), QueryResultsFormat.JSON),
    Format("xml", "application/sparql-results+xml", ("application/xml", "text/xml"), QueryResultsFormat.XML),
    Format("csv", "text/csv; charset=utf-8", (), QueryResultsFormat.CSV),
    Format("tsv", "text/tab-separated-values; charset=utf-8", (), QueryResultsFormat.TSV),
)
"""Formats of SELECT and ASK, in the server's order of preference."""

GRAPHS = (
    Format("ttl", "text/turtle; charset=utf-8", ("turtle", "application/x-turtle"), RdfFormat.TURTLE),
    Format("jsonld", "application/ld+json", ("json-ld",), RdfFormat.JSON_LD),
    Format("nt", "application/n-triples", ("text/plain", "n-triples", "ntriples"), RdfFormat.N_TRIPLES),
    Format("rdf", "application/rdf+xml", ("application/xml", "text/xml", "rdfxml", "xml"), RdfFormat.RDF_XML),
    Format("nq", "application/n-quads", ("n-quads", "nquads"), RdfFormat.N_QUADS),
    Format("trig", "application/trig", (), RdfFormat.TRIG),
)
"""Formats of CONSTRUCT and DESCRIBE, in the server's order of preference."""


class NotAcceptable(AncrageError, ValueError):  # noqa: N818
    """No accepted format can be made; keeps `kind`, `accept` and the `formats` (media types) on offer."""

    code = "not-acceptable"

    def __init__(self, kind: Kind, accept: str, formats: tuple[str, ...]) -> None:
        super().__init__(f"cannot answer as '{accept}'; the formats are {', '.join(formats)}")
        self.kind: Kind = kind
        self.accept = accept
        self.formats = formats

    @property
    def message(self) -> Spoken:
        """What is said, with the formats there are."""
        names = ", ".join(self.formats)
        return N_(
            "La réponse ne se donne pas en « {accept} » ; formats : {names}.", accept=self.accept, names=names
        )


def formats_of(kind: Kind) -> tuple[Format, ...]:
    """Return the formats an answer of this kind can have."""
    return GRAPHS if kind == "graph" else RESULTS


def parse_accept(accept: str) -> list[tuple[str, float]]:
    """Return the media ranges (or short names) of an Accept header with their quality, in the header's order.

    >>> parse_accept("text/csv;q=0.5, */*;q=0.1, json")
    [('text/csv', 0.5), ('*/*', 0.1), ('json', 1.0)]
    """
    ranges = []
    for part in accept.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if found := re.fullmatch(r"[qQ]\s*=\s*([01](?:\.[0-9]{0,3})?)", parameter):
                quality = min(1.0, float(found[1]))
        if name:
            ranges.append((name.lower(), quality))
    return ranges


def choose(kind: Kind, accept: str) -> Format:
    """Return the best format for an answer of this kind among those accepted; raises NotAcceptable.

    The highest quality wins, then the order of the header, then the server's. Of the ranges that fit a
    format the most specific gives its quality.

    >>> choose("select", "text/csv;q=0.5, application/*").name
    'json'
    >>> choose("graph", "json, ttl").name
    'ttl'
    """
    ranges = parse_accept(accept) or [("*/*", 1.0)]
    best: tuple[float, int, Format] | None = None
    for format in formats_of(kind):
        fits = [
            (fit, quality, -place)
            for place, (name, quality) in enumerate(ranges)
            if (fit := _specificity(name, format))
        ]
        if not fits:
            continue
        _, quality, place = max(fits)
        if quality > 0 and (best is None or (quality, place) > best[:2]):
            best = (quality, place, format)
    if best is None:
        raise NotAcceptable(kind, accept, tuple(format.bare for format in formats_of(kind)))
    return best[2]


def _specificity(name: str, format: Format) -> int:
    """Return how closely a media range fits a format: 0 not, 1 `*/*`, 2 `text/*`, 3 alias, 4 its own name."""
    if name in (format.bare, format.name):
        return 4
    if name in format.aliases:
        return 3
    if name == "*/*":
        return 1
    return 2 if name.endswith("/*") and format.bare.startswith(name[:-1]) else 0
