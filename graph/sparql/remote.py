"""A store behind a SPARQL endpoint, asked as the engine's own store is: an answer is read whole, or there is none.

Who fetches is told from outside: a query process has no network, and hands its calls to the process that started it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse_query_results,
)

from ...words import N_, AncrageError, Spoken
from .reasons import Reason, Why, reason_text
from .tokens import Reading

DEFAULT: Final = "default-graph-uri"
ROWS: Final = "application/sparql-results+json"
TRIPLES: Final = "application/n-triples"
_NOTHING: Final = Store()
_ASKED: Final = "__ASK_RETVAL"
_BOOLEAN: Final = b'{"head": {}, "boolean": %s}'
_ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class RemoteFailed(AncrageError, RuntimeError):  # noqa: N818
    """A remote store that gave no answer, or a part of one; keeps `endpoint` and `reason`."""

    code = "remote-store"

    def __init__(self, endpoint: str, reason: Why) -> None:
        super().__init__(f"{endpoint}: {reason}")
        self.endpoint = endpoint
        self.reason = reason

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "Le magasin distant {endpoint} n’a pas donné de réponse : {reason}.",
            endpoint=self.endpoint,
            reason=reason_text(self.reason),
        )


class Queried(Protocol):
    """What is asked in SPARQL: the engine's own store, or a remote one."""

    def query(
        self, query: str, *, base_iri: str | None = ..., default_graph: Any = ..., named_graphs: Any = ...
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Answer a query."""


@dataclass(frozen=True)
class Call:
    """One query as the SPARQL Protocol sends it: its text, what is accepted, its dataset (none: the endpoint's own)."""

    query: str
    accept: str = ROWS
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


Fetch: TypeAlias = Callable[[Call], bytes]
"""Gives the body of the answer to a call, whole; raises RemoteFailed."""


class RemoteStore:
    """The store at an `endpoint`; `named` are its named graphs, `own` the names of its default graph, where it has one.

    >>> def fetch(call):
    ...     return b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "value": "http://e.org/a"}}]}}'
    >>> [str(row["s"]) for row in RemoteStore("http://e.org/sparql", fetch).query("SELECT ?s { ?s ?p ?o }")]
    ['<http://e.org/a>']
    """

    def __init__(
        self, endpoint: str, fetch: Fetch, named: Sequence[str] = (), own: Sequence[str] = ()
    ) -> None:
        self.endpoint, self._fetch = endpoint, fetch
        self._named, self._own = tuple(named), tuple(own)

    def query(
        self,
        query: str,
        *,
        base_iri: str | None = None,
        default_graph: Sequence[NamedNode | DefaultGraph] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Answer a query of this dataset (None: that of the text, else the endpoint's own).

        Raises SyntaxError for a text that the engine does not read, RemoteFailed, MemoryError.
        """
        read = _NOTHING.query(query, base_iri=base_iri)
        triples, asks = isinstance(read, QueryTriples), isinstance(read, QueryBoolean)
        del read
        text = f"BASE <{base_iri}>\n{query}" if base_iri else query
        if default_graph is None and named_graphs is None and _names_dataset(query):
            dataset: tuple[tuple[str, ...], tuple[str, ...]] = (), ()  # that of the text
        else:
            dataset = self._dataset(default_graph, named_graphs)
        call = Call(text, TRIPLES if triples else ROWS, *dataset)
        body = self._fetch(call)
        try:
            return _graph(body) if triples else _boolean(body) if asks else _rows(body)
        except (SyntaxError, ValueError) as error:
            raise RemoteFailed(self.endpoint, Reason("unread", str(error))) from None

    def _dataset(
        self,
        default_graph: Sequence[NamedNode | DefaultGraph] | None,
        named_graphs: Sequence[NamedNode] | None,
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give default and named graphs as the protocol tells them: both, or neither.

        Raises RemoteFailed where the store's default graph is asked for beside others, and has no name.
        """
        others = tuple(one.value for one in default_graph or () if isinstance(one, NamedNode))
        own = default_graph is None or len(others) < len(default_graph)
        if own and not self._own:
            if others or named_graphs is not None:
                raise RemoteFailed(self.endpoint, Reason("nameless"))
            return (), ()
        named = self._named if named_graphs is None else tuple(one.value for one in named_graphs)
        return (*(self._own if own else ()), *others), named


def own_graphs(url: str) -> tuple[str, ...]:
    """Give the graphs that the address of an endpoint names as its default graph.

    >>> own_graphs("http://127.0.0.1:8890/sparql?default-graph-uri=urn:all")
    ('urn:all',)
    """
    return tuple(value for name, value in parse_qsl(urlsplit(url).query) if name == DEFAULT)


def _names_dataset(text: str) -> bool:
    return any(token.kind == "word" and token.text.upper() == "FROM" for token in Reading(text))


def _rows(body: bytes) -> QuerySolutions:
    """Read rows twice: what is wrong in the last of them is known before the first is given out.

    No name is left of what the engine gives where this fails: a kept traceback would let another thread drop it.
    """
    results = parse_query_results(body, QueryResultsFormat.JSON)
    try:
        if not isinstance(results, QuerySolutions):
            raise ValueError("boolean")
        for _ in results:
            pass
    finally:
        del results
    again = parse_query_results(body, QueryResultsFormat.JSON)
    assert isinstance(again, QuerySolutions)
    return again


def _boolean(body: bytes) -> QueryBoolean:
    """Read the answer to an ASK; Virtuoso gives it as a row, where the request has a dataset."""
    results = parse_query_results(body, QueryResultsFormat.JSON)
    if isinstance(results, QueryBoolean):
        return results
    try:
        if [one.value for one in results.variables] != [_ASKED]:
            raise ValueError("bindings")
        told = [row[_ASKED].value in ("1", "true") for row in results]
    finally:
        del results
    made = parse_query_results(_BOOLEAN % (b"true" if any(told) else b"false"), QueryResultsFormat.JSON)
    assert isinstance(made, QueryBoolean)
    return made


def _graph(body: bytes) -> QueryTriples:
    held = Store()
    held.load(body, RdfFormat.N_TRIPLES)
    found = held.query(_ALL)
    assert isinstance(found, QueryTriples)
    return found
