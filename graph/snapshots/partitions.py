"""What a snapshot holds, counted by queries: triples, entities, classes and properties, whole and graph by graph (VoID)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ...ontology.vocabulary import ID
from ..sparql.remote import Queried
from .snapshot import Snapshot

URI_SPACE = ID.removesuffix("id/")
"""Where the IRIs of what we describe begin."""

LINKING = (
    "http://www.w3.org/2002/07/owl#sameAs",
    "https://schema.org/sameAs",
    "http://www.w3.org/2004/02/skos/core#exactMatch",
    "http://www.w3.org/2004/02/skos/core#closeMatch",
    "http://www.w3.org/2004/02/skos/core#broadMatch",
    "http://www.w3.org/2004/02/skos/core#narrowMatch",
    "http://www.w3.org/2004/02/skos/core#relatedMatch",
    "http://rdf-vocabulary.ddialliance.org/xkos#sourceConcept",
    "https://w3id.org/ancrage/def/componentActivity",
)
"""Properties that lead from our entities to those of other data sets."""

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


@dataclass(frozen=True)
class PropertyUse:
    """How often a property is used: its triples, and their distinct subjects and objects."""

    property: str
    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class ClassUse:
    """How many entities a class has, and for the whole the triples of each property that they are subjects of."""

    cls: str
    entities: int
    properties: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkUse:
    """How many triples link our entities by a property to those of another data set, named by its URI space."""

    property: str
    space: str
    triples: int


@dataclass(frozen=True)
class Partition:
    """Counts of one set of triples; `entities` are the subjects named in our URI space."""

    triples: int = 0
    entities: int = 0
    subjects: int = 0
    objects: int = 0
    classes: tuple[ClassUse, ...] = ()
    properties: tuple[PropertyUse, ...] = ()


@dataclass(frozen=True)
class Partitions:
    """Counts of a snapshot: of the `whole` (the union of its base graphs), of each named graph, and of links."""

    snapshot: str
    whole: Partition
    graphs: Mapping[str, Partition]
    links: tuple[LinkUse, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Partitions:
        """Return the counts that `to_dict` wrote.

        >>> made = Partitions("x", Partition(1, 1, 1, 1, (ClassUse("http://e.org/C", 1),)), {})
        >>> Partitions.from_dict(made.to_dict()) == made
        True
        """
        return cls(
            data["snapshot"],
            _partition(data["whole"]),
            {graph: _partition(counts) for graph, counts in data["graphs"].items()},
            tuple(LinkUse(**link) for link in data["links"]),
        )


def _partition(data: Mapping[str, Any]) -> Partition:
    return Partition(
        **{
            **data,
            "classes": tuple(ClassUse(**one) for one in data["classes"]),
            "properties": tuple(PropertyUse(**one) for one in data["properties"]),
        }
    )


def count(store: Queried, snapshot: Snapshot) -> Partitions:
    """Count what a snapshot's store holds, by SPARQL queries."""
    union = _Counting(store, None if snapshot.merged else snapshot.base_graphs)
    named = _Counting(store, None, named=True).partitions()
    graphs = {graph: named[graph] for graph in sorted(named)}
    return Partitions(snapshot.id, union.partitions()[""], graphs, tuple(union.links()))


class _Counting:
    """Counting queries on one dataset: the union of the base graphs (`graphs` None), or each named graph."""

    def __init__(self, store: Queried, base: Iterable[str] | None, *, named: bool = False) -> None:
        self.store = store
        self.base = None if base is None else " ".join(f"<{graph}>" for graph in base)
        self.key = "?g" if named else ""

    def triple(self, subject: str, predicate: str, object: str) -> str:
        """Write a pattern of one triple; in the union of graphs that are not merged each triple is there once."""
        pattern = f"{subject} {predicate} {object}"
        if self.key:
            return f"GRAPH ?g {{ {pattern} }}"
        if self.base is None:
            return f"{pattern} ."
        names = " ".join(term for term in (subject, predicate, object) if term.startswith("?"))
        return f"{{ SELECT DISTINCT {names} {{ VALUES ?any {{ {self.base} }} GRAPH ?any {{ {pattern} }} }} }}"

    def rows(self, text: str) -> list[list[str]]:
        """Answer a SELECT; each row begins with the graph's IRI (an empty text for the union)."""
        head = [] if self.key else [""]
        return [[*head, *(term.value for term in row)] for row in self.store.query(text)]  # type: ignore[union-attr]

    def partitions(self) -> dict[str, Partition]:
        """Count everything; the keys are the graphs' IRIs, or one empty text."""
        key, spo = self.key, self.triple("?s", "?p", "?o")
        totals = self.rows(
            f"SELECT {key} (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?a) (COUNT(DISTINCT ?o) AS ?b) {{ {spo} }} "
            + (f"GROUP BY {key}" if key else "")
        )
        entities = {
            graph: int(n)
            for graph, n in self.rows(
                f"SELECT {key} (COUNT(*) AS ?n) {{ {{ SELECT DISTINCT {key} ?s {{ {spo} }} }} "
                f'FILTER(STRSTARTS(STR(?s), "{URI_SPACE}")) }} ' + (f"GROUP BY {key}" if key else "")
            )
        }
        properties: dict[str, list[PropertyUse]] = defaultdict(list)
        for graph, name, n, subjects, objects in self.rows(
            f"SELECT {key} ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?a) (COUNT(DISTINCT ?o) AS ?b) {{ {spo} }} "
            f"GROUP BY {key} ?p"
        ):
            properties[graph].append(PropertyUse(name, int(n), int(subjects), int(objects)))
        classes = defaultdict(list)
        uses = {} if key else self.uses()
        for graph, name, n in self.rows(
            f"SELECT {key} ?c (COUNT(DISTINCT ?s) AS ?n) {{ {self.triple('?s', _TYPE, '?c')} FILTER(isIRI(?c)) }} "
            f"GROUP BY {key} ?c"
        ):
            classes[graph].append(ClassUse(name, int(n), uses.get(name, {})))
        return {
            graph: Partition(
                int(n),
                entities.get(graph, 0),
                int(subjects),
                int(objects),
                tuple(sorted(classes[graph], key=lambda use: use.cls)),
                tuple(sorted(properties[graph], key=lambda use: use.property)),
            )
            for graph, n, subjects, objects in totals
        }

    def uses(self) -> dict[str, dict[str, int]]:
        """Count the triples of each property by the class of their subject."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        pattern = self.triple("?s", _TYPE, "?c") + " " + self.triple("?s", "?p", "?o")
        for _, name, property, n in self.rows(
            f"SELECT ?c ?p (COUNT(*) AS ?n) {{ {pattern} }} GROUP BY ?c ?p"
        ):
            found[name][property] = int(n)
        return {name: dict(sorted(counts.items())) for name, counts in found.items()}

    def links(self) -> Iterable[LinkUse]:
        """Count the triples of `LINKING` whose object is named by others, by the host that names it."""
        for property in LINKING:
            text = (
                f"SELECT ?space (COUNT(*) AS ?n) {{ {self.triple('?s', f'<{property}>', '?o')} "
                f'FILTER(isIRI(?o) && !STRSTARTS(STR(?o), "{URI_SPACE}")) '
                'BIND(REPLACE(STR(?o), "^([a-z]+:/*[^/]+/?).*$", "$1") AS ?space) } GROUP BY ?space'
            )
            for _, space, triples in sorted(self.rows(text)):
                yield LinkUse(property, space, int(triples))
