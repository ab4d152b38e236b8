"""Answers of the SPARQL service kept in memory, for the current snapshot: bounded in bytes, least used out first."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from cachetools import LRUCache

_BESIDE = 2048
"""Bytes counted for an answer beside its body and keys: headers, objects."""

_LARGEST_PART = 16
"""No answer takes more than this part of the whole room."""

RawHeaders = list[tuple[bytes, bytes]]


@dataclass(eq=False)
class KeptAnswer:
    """An answer ready to be sent: its `headers`, the `name` of its format, its `body`."""

    headers: RawHeaders
    name: str
    body: bytes
    size: int = 0


class Answers:
    """Answers by query, and by the requests that asked for them; at most `capacity` bytes, a quarter of them for requests.

    A query's key is its normalised text with its dataset, its format and its coding; a request's key is what
    came over the wire, so that a repeated request is recognised without reading it (None: one that is answered
    otherwise). Both hold for one snapshot: the first look after a publication empties everything. Not for
    several threads.

    >>> answers = Answers(1 << 20)
    >>> answers.asked("snapshot 1", b"?query=ASK+%7B%7D")
    >>> answers.keep("snapshot 1", "ASK {}", b"?query=ASK+%7B%7D", KeptAnswer([], "json", b"true"))
    >>> answers.asked("snapshot 1", b"?query=ASK+%7B%7D").body, answers.asked("snapshot 2", b"?query=ASK+%7B%7D")
    (b'true', None)
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.hits = self.misses = 0
        self._snapshot = ""
        self._by_query: LRUCache[Hashable, KeptAnswer] = LRUCache(capacity * 3 // 4, lambda kept: kept.size)
        self._queries: LRUCache[Hashable, tuple[Hashable, int]] = LRUCache(
            capacity // 4, lambda known: known[1]
        )

    @property
    def entries(self) -> int:
        """Number of answers kept."""
        return len(self._by_query)

    @property
    def bytes(self) -> int:
        """Bytes kept, of answers and of requests."""
        return int(self._by_query.currsize + self._queries.currsize)

    @property
    def largest(self) -> int:
        """Bytes of the largest answer that is kept."""
        return self.capacity // _LARGEST_PART

    def asked(self, snapshot: str, request: Hashable) -> KeptAnswer | None:
        """Return the answer to a request that came before."""
        if snapshot != self._snapshot:
            self._snapshot = snapshot
            self._by_query.clear()
            self._queries.clear()
            return None
        known = self._queries.get(request)
        kept = None if known is None else self._by_query.get(known[0])
        self.hits += kept is not None
        return kept

    def same(self, snapshot: str, queries: Iterable[Hashable], request: Hashable) -> KeptAnswer | None:
        """Return the answer to one of these queries that came before, and know the request from now on."""
        for query in queries if snapshot == self._snapshot else ():
            if (kept := self._by_query.get(query)) is not None:
                self.hits += 1
                self._know(request, query)
                return kept
        self.misses += 1
        return None

    def keep(self, snapshot: str, query: Hashable, request: Hashable, answer: KeptAnswer) -> None:
        """Keep an answer to a query, unless it is too large or not of the snapshot looked at last."""
        answer.size = len(answer.body) + _size(query) + _BESIDE
        if answer.size <= self.largest and snapshot == self._snapshot:
            self._by_query[query] = answer
            self._know(request, query)

    def _know(self, request: Hashable, query: Hashable) -> None:
        size = _size(request) + _size(query)
        if request is not None and size <= self._queries.maxsize:
            self._queries[request] = (query, size)


def _size(key: Hashable) -> int:
    """Return about how many bytes a key takes.

    >>> _size(("abc", (b"de", None)))
    221
    """
    if isinstance(key, str | bytes):
        return len(key) + 52
    if isinstance(key, tuple):
        return 48 + sum(map(_size, key))
    return 16


class Place:
    """Where the answer to a query is kept: under what is `asked`, and the name of the format it turns out to have.

    Nothing is found nor kept in a place without `asked`.
    """

    def __init__(
        self, answers: Answers, asked: tuple[Hashable, ...] | None, names: Iterable[str], request: Hashable
    ) -> None:
        self.answers, self.asked, self.names, self.request = answers, asked, names, request

    @property
    def largest(self) -> int:
        """Bytes of the largest answer that is kept here."""
        return self.answers.largest if self.asked is not None else 0

    def find(self, snapshot: str) -> KeptAnswer | None:
        """Return the answer, if it is kept."""
        if self.asked is None:
            return None
        keys = ((*self.asked, name) for name in self.names if name)
        return self.answers.same(snapshot, keys, self.request)

    def keep(self, snapshot: str, name: str, headers: RawHeaders, body: bytes) -> None:
        """Keep the answer, in the format `name`."""
        if self.asked is not None:
            self.answers.keep(snapshot, (*self.asked, name), self.request, KeptAnswer(headers, name, body))
