"""The concept schemes of the ontology's files: each with its concepts as a tree, in both languages."""

import functools
from collections import defaultdict
from dataclasses import dataclass, field

from ...ontology.vocabulary import ID, PREFIXES
from .facts import Facts, Text
from .terms import SKOS, ontology

DCTERMS = PREFIXES["dcterms"]


@dataclass
class Concept:
    """A concept with its code, names, definition and narrower concepts."""

    iri: str
    code: str
    label: Text
    definition: Text
    below: list["Concept"] = field(default_factory=list)


@dataclass
class Scheme:
    """A concept scheme: title, description, licence, its concepts as a tree and how many there are."""

    iri: str
    title: Text
    description: Text
    total: int
    tree: list[Concept]

    @property
    def name(self) -> str:
        """The anchor on the page."""
        return "scheme-" + self.iri.removeprefix(ID).removeprefix("http://").replace("/", "-")


@functools.cache
def schemes() -> tuple[Scheme, ...]:
    """Read the schemes of the package, in the order of their titles' files.

    >>> any(scheme.name == "scheme-evidence-status" for scheme in schemes())
    True
    """
    facts = ontology().facts
    return tuple(_scheme(facts, iri) for iri in facts.subjects(SKOS + "ConceptScheme"))


def _scheme(facts: Facts, iri: str) -> Scheme:
    members = [one for one in facts.subjects(SKOS + "Concept") if iri in facts.iris(one, SKOS + "inScheme")]
    children: dict[str, list[str]] = defaultdict(list)
    roots: list[str] = []
    for concept in members:
        above = [one for one in facts.iris(concept, SKOS + "broader") if one in members]
        (children[above[0]] if above else roots).append(concept)

    def tree(concepts: list[str]) -> list[Concept]:
        return [
            Concept(
                concept,
                facts.text(concept, SKOS + "notation").to("en"),
                facts.text(concept, SKOS + "prefLabel"),
                facts.text(concept, SKOS + "definition"),
                tree(children[concept]),
            )
            for concept in concepts
        ]

    return Scheme(
        iri,
        facts.text(iri, SKOS + "prefLabel", DCTERMS + "title"),
        facts.text(iri, DCTERMS + "description"),
        len(members),
        tree(roots),
    )
