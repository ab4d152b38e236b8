"""Evaluate one query on an open store and serialise its answer, on one thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, Any

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    serialize,
)

from .formats import DEFAULT_ACCEPT, Format, Kind, choose
from .json_ld import write_json_ld
from .limits import QueryRefused, check_query
from .policy import must_be_sparql
from .remote import Queried
from .syntax import QuerySyntax, explain
from .tokens import place

STORE_DEFAULT = ""
"""Stands for the store's own default graph among the graphs of a request."""


@dataclass(frozen=True)
class Request:
    """A query with what it needs: accepted formats, its dataset (None: the store's), its prefixes.

    An `unchecked` one, of so many bytes at most, is to be checked first; its default graphs are those of a text
    without FROM where they are `yielding`. Relative IRIs are relative to `base`, where there is one.
    """

    text: str
    accept: str = DEFAULT_ACCEPT
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)
    unchecked: int = 0
    yielding: bool = False
    base: str = ""


def check_request(request: Request) -> Request:
    """Check the text of a request that is not checked yet; raises what `check_query` raises, bad syntax first."""
    if not request.unchecked:
        return request
    try:
        glance = check_query(request.text, request.unchecked)
    except QueryRefused:
        must_be_sparql(request.text, request.base)
        raise
    graphs = None if request.yielding and glance.names_dataset else request.default_graphs
    return replace(request, default_graphs=graphs, prefixes=glance.prefixes, unchecked=0)


@dataclass(frozen=True)
class Evaluation:
    """The serialised answer of a query: `kind`, `media_type` and `body`."""

    kind: Kind
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Results:
    """The results of a query that are still to be read: their `kind` and the `format` they will be written in."""

    kind: Kind
    format: Format
    engine: QuerySolutions | QueryBoolean | QueryTriples
    prefixes: Mapping[str, str]

    def write(self, target: IO[bytes] | None = None) -> bytes:
        """Evaluate and serialise to a binary file, some kilobytes at a time (or to the bytes returned)."""
        engine, format = self.engine, self.format.engine
        if not isinstance(engine, QueryTriples):
            assert isinstance(format, QueryResultsFormat)
            return engine.serialize(target, format=format) or b""
        assert isinstance(format, RdfFormat)
        if format == RdfFormat.JSON_LD:
            return write_json_ld(engine, target)
        if format in (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML) and self.prefixes:
            return serialize(engine, target, format=format, prefixes=dict(self.prefixes)) or b""
        return engine.serialize(target, format=format) or b""


def begin(store: Queried, request: Request) -> Results:
    """Begin to evaluate a query: parse it, plan it and choose the best accepted format.

    Raises QuerySyntax for a text that is not a query, NotAcceptable when no format fits, MemoryError, RemoteFailed of a
    remote store, and OSError or RuntimeError from the engine.
    """
    dataset: dict[str, Any] = {}
    if request.default_graphs is not None:
        dataset["default_graph"] = _names(request.default_graphs)
    if request.named_graphs is not None:
        dataset["named_graphs"] = _names(request.named_graphs)
    try:
        results = store.query(request.text, base_iri=request.base or None, **dataset)
    except SyntaxError:
        raise explain(request.text, base=request.base) from None
    except UnicodeEncodeError as error:
        raise QuerySyntax("the text has half a surrogate pair", *place(request.text, error.start)) from None
    try:
        kind = _kind(results)
        return Results(kind, choose(kind, request.accept), results, request.prefixes)
    finally:
        del (
            results
        )  # only this thread may drop what is the engine's: a frame that somebody keeps would leave it to any


def evaluate(store: Queried, request: Request) -> Evaluation:
    """Evaluate a query and serialise its answer in the best accepted format; raises what `begin` raises.

    >>> from pyoxigraph import Store
    >>> evaluate(Store(), Request("ASK { ?s ?p ?o }")).body
    b'{"head":{},"boolean":false}'
    """
    results = begin(store, request)
    try:
        return Evaluation(results.kind, results.format.media_type, results.write())
    finally:
        del results


def _names(iris: Sequence[str]) -> list[NamedNode | DefaultGraph]:
    try:
        return [DefaultGraph() if iri == STORE_DEFAULT else NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QuerySyntax(f"a graph's name is not an IRI: {error}", 0, 0) from None


def _kind(results: QuerySolutions | QueryBoolean | QueryTriples) -> Kind:
    if isinstance(results, QueryTriples):
        return "graph"
    return "ask" if isinstance(results, QueryBoolean) else "select"
