"""The ontology read from its files for people: classes, properties, what each relates to, in two languages."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import pyoxigraph as ox

from ...graph.region.text import fold
from ...ontology.alignments import read_alignments
from ...ontology.vocabulary import ANC, FOLDER, PREFIXES, ontology_files
from ...words import N_, Spoken
from ..web.negotiation import Language
from .facts import TYPE, Facts, Text

RDFS, OWL = PREFIXES["rdfs"], PREFIXES["owl"]
SKOS, SCHEMA = PREFIXES["skos"], PREFIXES["schema"]

KINDS = {OWL + "Class": "class", OWL + "ObjectProperty": "relation", OWL + "DatatypeProperty": "attribute"}
TRAITS: Mapping[str, Spoken] = {
    OWL + "TransitiveProperty": N_("transitive"),
    OWL + "SymmetricProperty": N_("symétrique"),
    OWL + "FunctionalProperty": N_("une seule valeur"),
    OWL + "IrreflexiveProperty": N_("jamais avec soi-même"),
    OWL + "AsymmetricProperty": N_("asymétrique"),
}
#: The files of terms in the order they are read, with their titles and what they are about.
PARTS: dict[str, tuple[Spoken, Spoken]] = {
    "institution": (N_("Acteurs et lieux"), N_(
            "Qui agit : établissements, laboratoires, entreprises, collectivités, relais ; leurs sites "
            "et leurs ressources."
        )),
    "territory": (N_("Territoires"), N_(
            "Des lieux, jamais des acteurs. Contenir et recouper sont deux choses "
            "différentes."
        )),
    "interaction": (N_("Interactions, demandes et offres"), N_(
            "Qui fait quoi avec qui, où et quand ; ce qui est demandé et offert, et ce qu’il "
            "en advient."
        )),
    "sector": (N_("Activités et filières"), N_(
            "Activités, métiers, disciplines ; une filière est faite de maillons qualifiés, codés dans "
            "les nomenclatures."
        )),
    "strategy": (N_("Stratégies et dispositifs"), N_(
            "Les schémas directeurs et leurs objectifs ; les dispositifs et leurs éditions "
            "annuelles."
        )),
    "indicator": (N_("Indicateurs et scénarios"), N_(
            "Des observations par territoire, période, indicateur, secteur ou métier, et "
            "scénario."
        )),
    "computed": (N_("Cube calculé"), N_(
            "Valeurs d’indicateurs calculées pour chaque territoire : groupes, bornes "
            "d’intervalles."
        )),
    "finding": (N_("Constats de l’analyse"), N_(
            "Manques, synergies et suggestions calculés : leur force, leur intervalle, leurs raisons "
            "comme chemins du graphe."
        )),
}  # fmt: skip


@dataclass
class Term:
    """A class or property of the ontology, with what it relates to (IRIs)."""

    iri: str
    kind: str
    part: str
    label: Text
    comment: Text
    note: Text
    above: list[str]
    domains: list[str]
    ranges: list[str]
    inverse: list[str]
    disjoint: list[str]
    traits: list[Spoken]
    below: list[str] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)
    arrives: list[str] = field(default_factory=list)
    matches: list[tuple[str, str, str]] = field(default_factory=list)

    def learn(self, other: Term) -> None:
        """Keep that another term is below this one, leaves it, arrives at it, or is its inverse."""
        for mine, theirs in (
            (self.below, other.above), (self.leaves, other.domains), (self.arrives, other.ranges), (self.inverse, other.inverse),
        ):  # fmt: skip
            if self.iri in theirs and other.iri not in mine:
                mine.append(other.iri)

    @property
    def name(self) -> str:
        """The name after the namespace, which is the anchor on the page."""
        return self.iri.removeprefix(ANC)

    @functools.cached_property
    def folded(self) -> str:
        """Everything that the filter of the page looks into."""
        texts = [text for said in (self.label, self.comment) for _, text in said.said]
        return fold(" ".join([self.name, *texts])) + " " + self.name.lower()


@dataclass
class Ontology:
    """The terms by IRI, the facts they were read from, and the texts of the header."""

    facts: Facts
    terms: dict[str, Term]

    @property
    def version(self) -> str:
        """The version of the ontology, as its header tells it."""
        return self.facts.text(ANC, OWL + "versionInfo").to("en")

    @property
    def parts(self) -> list[str]:
        """The parts that have terms, in the order of the page."""
        found = {term.part for term in self.terms.values()}
        return [name for name in PARTS if name in found] + sorted(found.difference(PARTS))

    def part(self, name: str, kind: str = "") -> list[Term]:
        """List the terms of a part, classes first, in the order of its file."""
        order = list(KINDS.values())
        found = [t for t in self.terms.values() if t.part == name and kind in ("", t.kind)]
        return sorted(found, key=lambda term: order.index(term.kind))

    def label(self, iri: str, language: Language) -> str:
        """Give the name of a term of ours in a language, and the short form of any other IRI."""
        return self.terms[iri].label.to(language) if iri in self.terms else curie(iri)


def curie(iri: str) -> str:
    """Shorten an IRI by the project's prefixes.

    >>> curie("http://www.w3.org/ns/org#Site"), curie("http://e.org/x")
    ('org:Site', 'http://e.org/x')
    """
    best = max(
        (space for space in (*PREFIXES.values(), *_OTHERS.values()) if iri.startswith(space)),
        key=len,
        default="",
    )
    if not best:
        return iri
    return f"{_BY_SPACE[best]}:{iri.removeprefix(best)}"


_OTHERS = {
    "bibo": "http://purl.org/ontology/bibo/", "cpsv": "http://purl.org/vocab/cpsv#", "cv": "http://data.europa.eu/m8g/",
    "vann": "http://purl.org/vocab/vann/", "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#", "ancsh": ANC + "shapes/",
}  # fmt: skip
_BY_SPACE = {space: name for name, space in {**_OTHERS, **PREFIXES}.items()}


@functools.cache
def ontology() -> Ontology:
    """Read the ontology of the package once."""
    return read_ontology(ontology_files(), FOLDER / "alignments.sssom.tsv")


def read_ontology(files: Sequence[Path], alignments: Path | None = None) -> Ontology:
    """Read the terms that some Turtle files define in the project's namespace.

    >>> read_ontology([FOLDER / "territory.ttl"]).terms[ANC + "Commune"].above
    ['https://w3id.org/ancrage/def/AdministrativeTerritory']
    """
    facts = Facts(files)
    parts: dict[str, str] = {}
    for file in files:
        alone = Facts([file])
        parts |= {iri: file.stem for kind in KINDS for iri in alone.subjects(kind)}
    terms = {
        iri: _term(facts, iri, kind, parts[iri])
        for uri, kind in KINDS.items()
        for iri in facts.subjects(uri)
        if iri.startswith(ANC)
    }
    for term in terms.values():
        for iri in terms.keys() & {*term.above, *term.domains, *term.ranges, *term.inverse}:
            terms[iri].learn(term)
    for pair in _disjoint(facts):
        for one, other in (pair, pair[::-1]):
            if one in terms and other not in terms[one].disjoint:
                terms[one].disjoint.append(other)
    if alignments is not None:
        _align(terms, alignments)
    return Ontology(facts, terms)


def _term(facts: Facts, iri: str, kind: str, part: str) -> Term:
    return Term(
        iri=iri,
        kind=kind,
        part=part,
        label=facts.text(iri, RDFS + "label"),
        comment=facts.text(iri, RDFS + "comment"),
        note=facts.text(iri, SKOS + "scopeNote"),
        above=facts.iris(iri, RDFS + "subClassOf", RDFS + "subPropertyOf"),
        domains=facts.iris(iri, RDFS + "domain", SCHEMA + "domainIncludes"),
        ranges=facts.iris(iri, RDFS + "range", SCHEMA + "rangeIncludes"),
        inverse=facts.iris(iri, OWL + "inverseOf"),
        disjoint=[],
        traits=[TRAITS[kind] for kind in facts.iris(iri, TYPE) if kind in TRAITS],
    )


def _disjoint(facts: Facts) -> Iterator[tuple[str, str]]:
    """Give the pairs of classes that share no instance, said two by two or of several at once."""
    for node, said in facts.by_subject.items():
        if isinstance(node, ox.NamedNode):
            yield from ((node.value, other) for other in facts.iris(node, OWL + "disjointWith"))
        if ox.NamedNode(OWL + "AllDisjointClasses") in said.get(TYPE, ()):
            classes = [one for head in said[OWL + "members"] for one in facts.members(head)]
            yield from combinations([one.value for one in classes if isinstance(one, ox.NamedNode)], 2)


def _align(terms: dict[str, Term], file: Path) -> None:
    """Add the links to other vocabularies: relation, address, short name."""
    for row in read_alignments(file):
        term = terms.get(row.subject)
        if term is not None and row.predicate.startswith(SKOS):
            term.matches.append((row.predicate.replace(SKOS, "skos:"), row.object, row.short))
