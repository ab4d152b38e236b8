"""What pages read: solutions of SELECT queries asked of the worker pool, remembered for one snapshot."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from cachetools import LRUCache

from ...graph.sparql.limits import Glance
from ...ontology.labels import Term
from ...words import EMPTY, SOURCE, Named, Spoken
from ..web.links import local_name
from ..web.negotiation import Language
from ..web.query_texts import bound, is_iri, question
from ..web.snapshot_cache import SnapshotCache

Row = dict[str, str]
Names = Spoken
"""The names of one thing, for French and for English pages; empty where it has none."""

#: Questions of one page that are asked at once.
PARALLEL = 3

#: Names of things, those of illustrative graphs included: pages show their things apart, marked.
_LABELS = """SELECT ?thing ?label (LANG(?label) AS ?language) {
  { VALUES ?thing { $things } ?thing rdfs:label|skos:prefLabel|dcterms:title|foaf:name ?label }
  UNION {
    VALUES ?graph { $illustrative }
    GRAPH ?graph { VALUES ?thing { $things } ?thing rdfs:label|dcterms:title ?label }
  }
}"""

#: What the guard would say of the questions of a description: no FROM, nothing volatile.
_OURS = Glance()


class Answering(Protocol):
    """Whatever answers a query with a serialised body: the worker pool of the service."""

    def query(
        self,
        text: str,
        *,
        accept: str = ...,
        default_graphs: list[str] | None = None,
        named_graphs: list[str] | None = None,
    ) -> Any:
        """Answer one query, for threads."""


@dataclass(frozen=True)
class Solutions:
    """One titled part of a page: what its query gave, or the sentence that says why it gave nothing."""

    query: str
    rows: list[Row] = field(default_factory=list)
    failure: str | None = None

    def __bool__(self) -> bool:
        """Say whether there is anything to show."""
        return bool(self.rows)


class Memory:
    """Answers kept while their snapshot lives; the least recently used go first; safe between threads.

    It holds `rows` solutions at most, each answer counted as a hundred more; one of more than `largest` is not kept. The
    names of things are kept apart, for one snapshot, at most `names` of them.

    >>> memory = Memory(rows=300)
    >>> for name in "abc":
    ...     memory.keep((name,), [{}])
    >>> memory.get(("a",)) is None, memory.get(("c",))
    (True, [{}])
    """

    def __init__(self, rows: int = 120_000, largest: int = 40_000, names: int = 50_000) -> None:
        self._largest, self._most_names = largest, names
        self._kept: LRUCache[tuple[str, ...], list[Row]] = LRUCache(rows, lambda answer: len(answer) + 100)
        self._lock = threading.Lock()
        self._names = SnapshotCache[LRUCache[str, Names]]()

    def names(self, snapshot: str, iris: Iterable[str]) -> dict[str, Names]:
        """Give the names known so far of things of a snapshot."""
        with self._lock:
            known = self._names_of(snapshot)
            return {iri: known[iri] for iri in iris if iri in known}

    def learn(self, snapshot: str, names: Mapping[str, Names]) -> None:
        """Keep names of things of a snapshot."""
        with self._lock:
            self._names_of(snapshot).update(names)

    def _names_of(self, snapshot: str) -> LRUCache[str, Names]:
        return self._names.of(snapshot, lambda: LRUCache(self._most_names))

    def get(self, key: tuple[str, ...]) -> list[Row] | None:
        """Give the rows kept under the key, or None."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: tuple[str, ...], rows: list[Row]) -> None:
        """Keep the rows, unless there are too many of them."""
        if len(rows) <= self._largest:
            with self._lock, suppress(ValueError):  # too large for the room
                self._kept[key] = rows


def rows_of(body: bytes) -> list[Row]:
    """Read the solutions of SPARQL JSON results as dictionaries of plain values (unbound: absent).

    >>> rows_of(b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"x"}}]}}')
    [{'a': 'x'}]
    """
    bindings = json.loads(body)["results"]["bindings"]
    seen: dict[str, str] = {}  # a value of many rows is one text in memory
    return [
        {name: seen.setdefault(term["value"], term["value"]) for name, term in b.items()} for b in bindings
    ]


@dataclass
class Reading:
    """One request's reading of the current snapshot, through the worker pool.

    `illustrative` are the graphs of invented data, whose things pages show apart (`$illustrative` in our questions). `failed`
    tells that a part could not be read, or came from a newer publication: what is made of it is not to be kept.
    """

    pool: Answering
    snapshot: str
    memory: Memory
    explain: Callable[[Exception, Language], str]
    illustrative: Sequence[str] = ()
    language: Language = SOURCE
    failed: bool = False
    _names: dict[str, Names] = field(default_factory=dict)

    def as_of(self, snapshot: str) -> "Reading":
        """Give a reading that finds what is still known of an older snapshot, and asks the current one for the rest."""
        return self if snapshot == self.snapshot else replace(self, snapshot=snapshot)

    def apart(self) -> "Reading":
        """Give a reading whose answers are not kept among those of pages: what is made of them is, once a publication."""
        return replace(self, memory=Memory())

    def select(self, text: str, graphs: Sequence[str] | None = None) -> list[Row]:
        """Answer a SELECT, given whole; errors of the pool pass through."""
        rest = (text, *(graphs or ()))
        rows = self.memory.get((self.snapshot, *rest))
        if rows is None:
            answer = self.pool.query(text, default_graphs=list(graphs) if graphs else None)
            if answer.snapshot != self.snapshot:
                self.failed = True
            rows = rows_of(answer.body)
            self.memory.keep((answer.snapshot, *rest), rows)
        return rows

    async def reply(self, text: str, graphs: Sequence[str] | None = None) -> bytes:
        """Ask the pool on the event loop for an answer as JSON, not kept; its errors pass through.

        The text is ours, with IRIs that `iri_term` let through: the guard need not read it.
        """
        default = list(graphs) if graphs else None
        pool: Any = self.pool  # that of the service: nothing else runs on an event loop
        stream = await pool.stream(text, default_graphs=default, held=None, glance=_OURS)
        if stream.snapshot.id != self.snapshot:
            self.failed = True
        return stream.whole or b""

    def blocks(self, folder: str, names: Iterable[str], **terms: str) -> dict[str, Solutions]:
        """Answer several questions of a folder, a few at once where they are not known."""
        texts = {name: self._text(f"{folder}/{name}", terms) for name in names}
        asked = [text for text in texts.values() if self.memory.get((self.snapshot, text)) is None]
        if len(asked) > 1:
            with ThreadPoolExecutor(PARALLEL) as threads:
                found = dict(zip(asked, threads.map(self.ask, asked), strict=True))
        else:
            found = {}
        return {name: found.get(text) or self.ask(text) for name, text in texts.items()}

    def block(
        self, name: str, graphs: Sequence[str] | None = None, **terms: str | Sequence[str]
    ) -> Solutions:
        """Answer a question of ours for a part of a page: a failure becomes a sentence."""
        return self.ask(self._text(name, terms), graphs)

    def facts(self, name: str, **terms: str | Sequence[str]) -> Solutions:
        """Answer a question of ours without which there is no page; raises NotAnIri, and what the pool raises."""
        text = self._text(name, terms)
        return Solutions(text, self.select(text))

    def _text(self, name: str, terms: Mapping[str, str | Sequence[str]]) -> str:
        return bound(question(name), illustrative=self.illustrative, **terms)

    def ask(self, text: str, graphs: Sequence[str] | None = None) -> Solutions:
        """Answer a SELECT, given whole, for a part of a page."""
        try:
            return Solutions(text, self.select(text, graphs))
        except Exception as error:
            self.failed = True
            return Solutions(text, failure=self.explain(error, self.language))

    def learn_labels(self, iris: Iterable[str]) -> None:
        """Look up, in one query, the names of the things a page is about to show."""
        for part, text in self._unnamed(iris):
            self._named(part, self.ask(text).rows)

    async def learn_names(self, iris: Iterable[str]) -> None:
        """Do the same as `learn_labels` on the event loop."""
        for part, text in self._unnamed(iris):
            try:
                rows = rows_of(await self.reply(text))
            except Exception as error:
                self.failed = True
                self.explain(error, self.language)
                rows = []
            self._named(part, rows)

    def _unnamed(self, iris: Iterable[str]) -> Iterator[tuple[list[str], str]]:
        """Give the queries for the names not known yet, each with the things it is about."""
        asked = set(iris).difference(self._names)
        self._names.update(self.memory.names(self.snapshot, asked))
        wanted = sorted(iri for iri in asked.difference(self._names) if is_iri(iri))
        for start in range(0, len(wanted), 2000):
            part = wanted[start : start + 2000]
            yield part, bound(_LABELS, things=part, illustrative=self.illustrative)

    def _named(self, part: list[str], rows: list[Row]) -> None:
        french, english = best_labels(rows), best_labels(rows, "en")
        learnt: dict[str, Names] = {
            iri: Term(iri) if Term(iri).known else Named(french.get(iri, ""), english.get(iri, ""))
            for iri in part
        }
        self._names.update(learnt)
        if not self.failed:
            self.memory.learn(self.snapshot, learnt)

    def label(self, iri: str) -> str:
        """Give the name of a thing: French, else English, else any, else the last piece of its IRI.

        On an English page English comes first. Names come from `learn_labels`; what was not learnt is looked
        up alone.
        """
        return self.name(iri) or local_name(iri)

    def name(self, iri: str) -> str:
        """Give the name of a thing, or an empty text where the graph has none."""
        if iri not in self._names:
            self.learn_labels([iri])
        return self._names.get(iri, EMPTY)[self.language]


def best_labels(rows: Iterable[Mapping[str, str]], language: Language = SOURCE) -> dict[str, str]:
    """Choose for each thing one label among rows of thing, label and language; fr → en → any, or en first.

    >>> english = {"thing": "a", "label": "x", "language": "en"}
    >>> best_labels([english, {"thing": "a", "label": "y", "language": "fr"}])
    {'a': 'y'}
    """
    order = {name: rank for rank, name in enumerate(dict.fromkeys((language, SOURCE, "en", "")))}
    chosen: dict[str, tuple[int, str]] = {}
    for row in rows:
        rank = (order.get(row.get("language", ""), 4), row["label"])
        if row["thing"] not in chosen or rank < chosen[row["thing"]]:
            chosen[row["thing"]] = rank
    return {thing: label for thing, (_, label) in chosen.items()}
