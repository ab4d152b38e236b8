"""Records and bodies: in the default graph, what sources say of several records of one organisation is said of it alone.

Sources keep their records as they are, each in its named graph. The graph of the register says which record is of which
body (`anc:recordOf`); where base graphs are merged for questions, a body has the ties of all its records, and what it is
comes from its own description, or where that says nothing from the first record that does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, TypeAlias

import pyoxigraph as ox

from ...ontology.vocabulary import ANC, ID
from .labels import LABEL, rank
from .provenance import REGISTER_GRAPH

Triple: TypeAlias = tuple[
    ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
]

Located: TypeAlias = tuple[Triple, ox.NamedNode | ox.BlankNode | ox.DefaultGraph]
"""A triple, and the graph that it is in."""

Link: TypeAlias = tuple[ox.NamedNode, ox.NamedNode]
"""A record, and its body."""

Said: TypeAlias = tuple[set[Triple], tuple[int, str]]
"""What base graphs say of a subject, and the place of the first of them (`labels.rank`)."""

RECORD_OF: Final = ox.NamedNode(f"{ANC}recordOf")
HIDDEN_LABEL: Final = ox.NamedNode("http://www.w3.org/2004/02/skos/core#hiddenLabel")
"""What a body's records are called: questions find it by these names, and pages show its own."""

_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_ACTOR_TYPE: Final = ox.NamedNode(f"{ANC}actorType")
_ORGANIZATION: Final = ox.NamedNode("http://www.w3.org/ns/org#Organization")
_BETWEEN: Final = frozenset((ox.NamedNode(f"{ANC}tieBetween"), ox.NamedNode(f"{ANC}identityOf")))
"""What joins two organisations, and says nothing where both are one."""
_OWN: Final = frozenset((ox.NamedNode(f"{ANC}evidenceStatus"),))
"""What is said of a description, not of what it describes."""
_ONE: Final = frozenset(
    ox.NamedNode(name)
    for name in (
        *(f"{ANC}{name}" for name in (
            "actorType", "countryCode", "startYear", "endYear", "mainActivity", "siren", "siret", "uai", "rnsr", "paysage",
            "idref", "ror", "wikidata",
        )),
        "http://www.w3.org/ns/org#hasPrimarySite",
        "http://xmlns.com/foaf/0.1/page",
    )
)  # fmt: skip
"""Properties that a body has from its own description, or from the first record that says them, never from several."""
_SIREN: Final = ox.NamedNode(f"{ANC}siren")
_PRIVATE: Final = frozenset(
    (predicate, ox.NamedNode(object_))
    for predicate, object_ in (
        (_ACTOR_TYPE, f"{ID}actor-type/association"),
        (_ACTOR_TYPE, f"{ID}actor-type/company"),
        (_TYPE, f"{ANC}ThirdSectorOrganization"),
        (_TYPE, f"{ANC}Company"),
    )
)
"""What no body of public law is, whatever a file of projects says of it."""
_STATE: Final = ox.NamedNode(f"{ID}actor-type/state-service")
"""What an operator of the State is, of which nothing better is known."""
_OF_PUBLIC_LAW: Final = re.compile("[12][0-9]{8}")
_FEW: Final = 500
"""Terms that are asked for one by one; all the links take the time of a thousand."""


class Bodies:
    """Which records are of which bodies, told by the graph of the register of a store, and what its default graph says of them.

    Args:
        store: asked for the links of a term when it is first met; for all of them where there are many terms.
        is_base: tells whether the triples of a named graph are in the default graph too.
    """

    def __init__(self, store: ox.Store, is_base: Callable[[str], bool]) -> None:
        self.store = store
        self.is_base = is_base
        self._of: dict[ox.NamedNode, ox.NamedNode | None] = {}
        self._records: dict[ox.NamedNode, list[ox.NamedNode]] = {}
        self._is_whole = False

    def _links(self, record: ox.NamedNode | None = None, body: ox.NamedNode | None = None) -> Iterator[Link]:
        for quad in self.store.quads_for_pattern(record, RECORD_OF, body, ox.NamedNode(REGISTER_GRAPH)):
            yield quad.subject, quad.object  # type: ignore[misc]

    def _read(self) -> None:
        """Read all the links."""
        self._of = dict(self._links())
        self._records = {}
        for record, body in self._of.items():
            self._records.setdefault(body, []).append(record)  # type: ignore[arg-type]
        self._is_whole = True

    def _meet(self, term: object) -> None:
        """Ask for the links of a term that was not met yet, or for all where it is one of many."""
        if self._is_whole or term in self._of or not isinstance(term, ox.NamedNode):
            return
        if len(self._of) == _FEW:
            self._read()
        else:
            self._of[term] = next((body for _, body in self._links(record=term)), None)
            self._records[term] = [record for record, _ in self._links(body=term)]

    def of(self, term: object) -> ox.NamedNode | None:
        """Return the body that a term is a record of; None where it is none."""
        self._meet(term)
        return self._of.get(term)  # type: ignore[call-overload, no-any-return]

    def records(self, term: object) -> Sequence[ox.NamedNode]:
        """Return the records of a term; none where it is no body."""
        self._meet(term)
        return self._records.get(term, ())  # type: ignore[call-overload, no-any-return]

    def body(self, term: object) -> ox.NamedNode | None:
        """Return the body that a term is, or is a record of; None where it is neither."""
        self._meet(term)
        return self._of.get(term) or (term if self._records.get(term) else None)  # type: ignore[call-overload, return-value]

    def image(self, triple: Triple) -> Triple:
        """Return what the default graph has of a triple whose subject is no body and no record."""
        subject, predicate, object_ = triple
        return subject, predicate, self.of(object_) or object_

    def sources(self, triple: Triple) -> Iterator[Triple]:
        """Yield the triples of base graphs that one of the default graph may come from."""
        subject, predicate, object_ = triple
        objects = [object_, *self.records(object_)]
        yield from ((one, predicate, other) for one in (subject, *self.records(subject)) for other in objects)

    def description(self, said: Callable[[ox.NamedNode], Said], body: ox.NamedNode) -> set[Triple]:
        """Return what the default graph says of a body, but its labels; `said` gives what base graphs say of a subject."""
        own, _ = said(body)
        found = {self.image(triple) for triple in own if triple[1] != LABEL}
        names = {triple[2] for triple in own if triple[1] == LABEL}
        had, public = _known(own), _public(own)
        for record in sorted(self.records(body), key=lambda one: (said(one)[1], one.value)):
            told = _as_public(said(record)[0], public) if public else said(record)[0]
            for _, predicate, object_ in told:
                if predicate == LABEL and object_ not in names:
                    found.add((body, HIDDEN_LABEL, object_))
                elif predicate not in _OWN | {LABEL} and predicate not in had:
                    found.add(self.image((body, predicate, object_)))
            had |= _known(told)
        return {triple for triple in found if triple[2] != body}

    def changes(self) -> tuple[set[Triple], set[Triple]]:
        """Return the triples of the union of base graphs that the default graph has not, and those that it has in their stead.

        A tie between two records of one body is no tie, nor their likeness a link: nothing of it is kept.
        """
        self._read()
        known = self._asked("?s")
        by_subject = {subject: self._base(rows) for subject, rows in known.items()}
        at, _ = self._base(chain.from_iterable(self._asked("?o").values()))
        moved = {triple for triple in at if self.of(triple[2]) and not self.body(triple[0])}

        def said(subject: ox.NamedNode) -> Said:
            return by_subject.get(subject) or self._said(subject)

        loops = {
            tie: told
            for tie in {triple[0] for triple in moved if triple[1] in _BETWEEN}
            if self._is_loop(told := said(tie)[0])  # type: ignore[arg-type]
        }
        gone = moved.union(*loops.values(), *(said(record)[0] for record in self._of))
        new = {self.image(triple) for triple in moved if triple[0] not in loops} - at
        for body in self._records:
            own = {triple for triple in said(body)[0] if triple[1] != LABEL}
            wanted = self.description(said, body)
            gone |= own - wanted
            new |= wanted - own
        return gone, new

    def _is_loop(self, told: Iterable[Triple]) -> bool:
        """Tell whether what joins two organisations joins two records of one."""
        return len({self.image(triple)[2] for triple in told if triple[1] in _BETWEEN}) < 2

    def fold(self) -> None:
        """Make the default graph, which is the union of base graphs, speak of bodies."""
        gone, new = self.changes()
        for triple in gone:
            self.store.remove(ox.Quad(*triple))
        self.store.bulk_extend(ox.Quad(*triple) for triple in new)

    def settle(self, body: ox.NamedNode) -> Iterator[ox.Quad]:
        """Make the default graph say of a body what base graphs now do; yield what is removed or added."""
        present = {
            quad_triple(quad) for quad in self.store.quads_for_pattern(body, None, None, ox.DefaultGraph())
        }
        present = {triple for triple in present if triple[1] != LABEL}
        wanted = self.description(self._said, body)
        for triple in present ^ wanted:
            quad = ox.Quad(*triple)
            (self.store.add if triple in wanted else self.store.remove)(quad)
            yield quad

    def _asked(self, end: str) -> dict[ox.NamedNode, list[Located]]:
        """Ask for the quads that have a record or a body at an end, all at once: one by one, they take five times as long."""
        linked = f"GRAPH <{REGISTER_GRAPH}> {{ {end} {RECORD_OF} ?body }}"
        bodies = f"{{ SELECT DISTINCT {end} {{ GRAPH <{REGISTER_GRAPH}> {{ ?record {RECORD_OF} {end} }} }} }}"
        found: dict[ox.NamedNode, list[Located]] = defaultdict(list)
        for which in (linked, bodies):
            for subject, predicate, object_, graph in self.store.query(  # type: ignore[union-attr]
                f"SELECT ?s ?p ?o ?g {{ {which} GRAPH ?g {{ ?s ?p ?o }} }}"
            ):
                found[subject].append(((subject, predicate, object_), graph))
        return found

    def _said(self, subject: ox.NamedNode) -> Said:
        quads = self.store.quads_for_pattern(subject, None, None, None)
        return self._base((quad_triple(quad), quad.graph_name) for quad in quads)

    def _base(self, told: Iterable[Located]) -> Said:
        """Return the triples of base graphs, and the place of the graph that is believed first."""
        found: set[Triple] = set()
        names: set[str] = set()
        for triple, graph in told:
            if isinstance(graph, ox.NamedNode) and self.is_base(graph.value):
                found.add(triple)
                names.add(graph.value)
        return found, min(map(rank, names), default=(0, ""))


def quad_triple(quad: ox.Quad) -> Triple:
    """Return the triple of a quad, as a tuple."""
    return quad.subject, quad.predicate, quad.object  # type: ignore[return-value]


def _public(told: Iterable[Triple]) -> str:
    """Tell by its number, as INSEE gives them, whether a body of public law is the State's (1) or local (2); else nothing."""
    numbers = (str(getattr(triple[2], "value", "")) for triple in told if triple[1] == _SIREN)
    return next((one[0] for one in numbers if _OF_PUBLIC_LAW.fullmatch(one)), "")


def _as_public(told: Iterable[Triple], public: str) -> set[Triple]:
    """Say of a body of public law what a record says, but that it is an association or a firm; the State's is an operator."""
    right = {triple for triple in told if (triple[1], triple[2]) not in _PRIVATE}
    wrong = {triple for triple in told if triple[1] == _ACTOR_TYPE and triple not in right}
    return right | {(subject, _ACTOR_TYPE, _STATE) for subject, _, _ in wrong if public == "1"}


def _known(told: Iterable[Triple]) -> set[ox.NamedNode]:
    """Return the properties of which a body has one value that a description says; its class, where it says one or the type."""
    kinds = {triple[1] for triple in told if triple[1] in _ONE}
    is_classed = any(
        triple[1] == _ACTOR_TYPE or (triple[1] == _TYPE and triple[2] != _ORGANIZATION) for triple in told
    )
    return kinds | ({_TYPE} if is_classed else set())
