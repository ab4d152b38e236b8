"""What the ontology and identifiers entail and no source writes: superclasses, inverses, chains, tops, same things elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import pyoxigraph as ox

from ...graph.snapshots.provenance import ENTAILMENT_GRAPH
from ...graph.snapshots.snapshot import BASE_ROLES
from ...graph.updates.working_copy import WorkingCopy
from ...ontology.vocabulary import ANC, ID, PREFIXES, prologue
from ..register.bodies import read_bodies


@dataclass(frozen=True)
class Identifier:
    """An identifier that names the same thing elsewhere: its property, the form of its codes, and the IRI made of one.

    `of` is the class of the things that it is read of; empty for any. A code that has not the form gives no link.
    """

    property: str
    code: str
    iri: str
    link: str
    of: str = ""


def _insee(kind: str, name: str, code: str) -> Identifier:
    return Identifier("inseeCode", code, f"http://id.insee.fr/geo/{name}/{{}}", "schema:sameAs", kind)


IDENTIFIERS: Final = (
    Identifier("wikidata", "Q[1-9][0-9]*", "http://www.wikidata.org/entity/{}", "owl:sameAs"),
    Identifier("ror", r"https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}", "{}", "owl:sameAs"),
    Identifier("idref", "[0-9]{8}[0-9X]", "http://www.idref.fr/{}/id", "owl:sameAs"),
    _insee("Commune", "commune", "(0[1-9]|[1-8][0-9]|2[AB]|9[0-5])[0-9]{3}|97[1-6][0-9]{2}"),
    _insee("Department", "departement", "[0-8][0-9AB]|9[0-5]|97[1-46]"),
    _insee("Region", "region", "[0-9]{2}"),
)
"""Insee's territories are legal persons too: `schema:sameAs` says where to read of ours, and entails nothing (decision 0161)."""

_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_GRAPH: Final = ox.NamedNode(ENTAILMENT_GRAPH)
_OWN: Final = f'STRSTARTS(STR(?property), "{ANC}")'
_BROADER: Final = f"""SELECT ?class (GROUP_CONCAT(CONCAT("<", STR(?property), ">"); SEPARATOR=" ") AS ?more) {{
    ?class rdfs:subClassOf+ ?property FILTER({_OWN}) }} GROUP BY ?class"""
_INVERSES: Final = f"SELECT ?direct ?property {{ ?direct owl:inverseOf ?property FILTER({_OWN}) }}"
_SYMMETRIC: Final = f"SELECT ?property {{ ?property a owl:SymmetricProperty FILTER({_OWN}) }}"
_CHAINS: Final = f"""SELECT ?property ?first ?second {{
    ?property owl:propertyChainAxiom ( ?first ?second ) FILTER({_OWN}) }}"""


@dataclass(frozen=True)
class Rules:
    """What an ontology lets one say of a thing, by which properties.

    `broader` has the own superclasses of a class, written in SPARQL; `paths` the property path that each property follows
    from; `symmetric` those that hold both ways; `read` the properties that are read, of which `firsts` begin a chain, and a
    change of the `onward` ones reaches things far away.
    """

    broader: Mapping[str, str]
    paths: Mapping[str, str]
    symmetric: frozenset[str]
    read: frozenset[ox.NamedNode]
    firsts: frozenset[ox.NamedNode]
    onward: frozenset[ox.NamedNode]

    @classmethod
    def of(cls, store: ox.Store) -> Rules:
        """Read the rules of the ontology of a store."""
        inverses = _rows(store, _INVERSES)
        chains = _rows(store, _CHAINS)
        paths = {property: f"^<{direct}>" for direct, property in inverses}
        onward = {property: second for property, first, second in chains if first == property}
        for property, first, second in chains:
            if first != property:
                more = f"/<{onward[property]}>*" if property in onward else ""
                paths[property] = f"<{first}>/<{second}>{more}"
        symmetric = frozenset(property for (property,) in _rows(store, _SYMMETRIC))
        read = symmetric | {direct for direct, _ in inverses} | {term for _, *both in chains for term in both}
        codes = {ANC + "uai", *(ANC + identifier.property for identifier in IDENTIFIERS)}
        return cls(
            {row[0]: row[1] for row in _rows(store, _BROADER)},
            paths,
            symmetric,
            frozenset(map(ox.NamedNode, read | codes)),
            frozenset(ox.NamedNode(first) for property, first, _ in chains if first != property),
            frozenset(map(ox.NamedNode, onward.values())),
        )

    def queries(self, graphs: Iterable[str]) -> Iterator[str]:
        """Yield the CONSTRUCT queries that say it, with `$about` where the things to tell of may be named.

        Classes and symmetries are read in the base graphs, record by record: what the default graph has was entailed too.
        """
        among = " ".join(f"<{graph}>" for graph in graphs if graph != ENTAILMENT_GRAPH)
        for cls, more in self.broader.items():
            yield f"""CONSTRUCT {{ ?s a ?more }} {{ $about VALUES ?more {{ {more} }}
                GRAPH ?graph {{ ?s a <{cls}> }} VALUES ?graph {{ {among} }} }}"""
        for property in self.symmetric:
            yield f"""CONSTRUCT {{ ?s <{property}> ?o }} {{ $about
                GRAPH ?graph {{ ?o <{property}> ?s }} VALUES ?graph {{ {among} }} }}"""
        for property, path in self.paths.items():
            yield f"CONSTRUCT {{ ?s <{property}> ?o }} {{ $about ?s {path} ?o }}"
        for identifier in IDENTIFIERS:
            before, _, after = identifier.iri.partition("{}")
            of = f"?s a anc:{identifier.of} ." if identifier.of else ""
            code = identifier.code.replace("\\", "\\\\")
            yield f"""CONSTRUCT {{ ?s {identifier.link} ?o }} {{ $about {of} ?s anc:{identifier.property} ?code
                FILTER(REGEX(STR(?code), "^({code})$")) BIND(IRI(CONCAT("{before}", STR(?code), "{after}")) AS ?o) }}"""
        yield """CONSTRUCT { ?s skos:hasTopConcept ?top } { $about ?s a skos:ConceptScheme . ?top skos:inScheme ?s
            OPTIONAL { ?top skos:broader ?up . ?up skos:inScheme ?s } FILTER(!BOUND(?up)) }"""
        yield f"""CONSTRUCT {{ ?s org:subOrganizationOf ?o }} {{ $about
            VALUES (?code ?o) {{ {parts()} }} ?s anc:uai ?code . FILTER EXISTS {{ ?o rdfs:label ?any }} }}"""


def entail(copy: WorkingCopy, things: Collection[ox.NamedNode] | None = None) -> Iterator[ox.Quad]:
    """Yield what follows from the base graphs of a store, of some things or of all, as quads of the graph of entailments.

    Args:
        copy: the store, with the ontology in it.
        things: whom it is told of; None for all.

    Yields:
        Own superclasses, inverses and symmetries, chains of two properties, top concepts, links to the same thing in other
        data sets, and of whom the components are that the file of bodies names by their codes.
    """
    about = "" if things is None else f"VALUES ?s {{ {' '.join(map(str, things))} }}"
    for query in Rules.of(copy.store).queries(copy.graphs(*BASE_ROLES)):
        found = copy.store.query(prologue() + query.replace("$about", about))
        assert isinstance(found, ox.QueryTriples)
        yield from (ox.Quad(triple.subject, triple.predicate, triple.object, _GRAPH) for triple in found)


def concerned_things(copy: WorkingCopy, changed: Iterable[ox.Quad]) -> set[ox.NamedNode] | None:
    """Return the things of which `entail` may tell something else after a change of base graphs; None for all."""
    rules = Rules.of(copy.store)
    found: set[ox.NamedNode] = set()
    for quad in changed:
        if quad.predicate in rules.onward:
            return None
        if quad.predicate in rules.read or (
            quad.predicate == _TYPE and str(quad.object)[1:-1] in rules.broader
        ):
            near = {quad.subject, quad.object, copy.bodies.body(quad.subject), copy.bodies.body(quad.object)}
            for first in rules.firsts:
                near |= {up.subject for up in copy.store.quads_for_pattern(None, first, quad.subject, None)}
            found |= {thing for thing in near if isinstance(thing, ox.NamedNode)}
    return found


@cache
def parts() -> str:
    """Write in SPARQL the codes of components, each with the body that it is of."""
    return " ".join(f'("{part}" <{ID}{body.path}>)' for body in read_bodies() for part in body.parts)


def _rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(prologue() + query)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(term.value for term in solution) for solution in solutions]
