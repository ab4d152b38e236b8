"""What the ontology calls its terms: classes, properties and the concepts of its schemes, in each language that it has.

The only table of their words: pages, files and findings read it, and type no label again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ..words import SOURCE, Spoken, gettext
from .vocabulary import ANC, ID, PREFIXES, ontology_files

_LABELS: Final = (PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label")
_OTHER: Final = PREFIXES["skos"] + "altLabel"
_DEFINITION: Final = PREFIXES["skos"] + "definition"
_SCHEME: Final = PREFIXES["skos"] + "inScheme"
Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Term(Spoken):
    """A term by its IRI, named in the language asked; `Term.of` takes the path or the name that the graph has of it.

    >>> Term.of("evidence-status/inferred")["fr"], Term.of("Commune")["en"]
    ('inféré', 'commune')
    """

    iri: str

    @classmethod
    def of(cls, name: str) -> Term:
        """Give a term by its IRI, the path of a concept (`actor-role/host`) or the name of a class or property."""
        if "://" in name:
            return cls(name)
        return cls((ID if "/" in name else ANC) + name)

    def __getitem__(self, language: str) -> str:
        """Name it in a language."""
        return label(self.iri, language)

    def synonyms(self, language: str) -> tuple[str, ...]:
        """List what people call it besides in a language: the other labels of the ontology.

        >>> Term.of("ResearchUnit").synonyms("fr")[0], Term.of("ResearchUnit").synonyms("de")
        ('laboratoire', ())
        """
        return tuple(_read()[3].get(self.iri, {}).get(language, ()))

    @property
    def known(self) -> bool:
        """Tell whether the ontology names it."""
        return self.iri in _labels()


@dataclass(frozen=True)
class Definition(Spoken):
    """What a concept means, in the language asked, as its scheme defines it.

    >>> Definition(ID + "evidence-status/declared")["en"]
    'Stated by an actor concerned or retained by the editors, without a public document.'
    """

    iri: str

    def __getitem__(self, language: str) -> str:
        """Define it in a language; "" where the ontology does not."""
        return _said(_read()[2].get(self.iri, {}), language)


def label(iri: str, language: str) -> str:
    """Name a term in a language: the ontology's label, else the translation of its French one; else the end of its IRI.

    >>> label(ANC + "ResearchUnit", "en"), label(ID + "actor-role/host", "fr"), label("https://example.org/x", "fr")
    ('research unit', 'accueil', 'x')
    """
    return _said(_labels().get(iri, {}), language) or iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


@cache
def concepts(scheme: str) -> Mapping[str, Term]:
    """Give the concepts of a scheme by the end of their IRI, in the order of its file.

    >>> list(concepts("evidence-status"))[:2], concepts("attendance-mode")["remote"]["fr"]
    (['documented', 'declared'], 'à distance')
    """
    asked = ID + scheme
    return {iri.rsplit("/", 1)[-1]: Term(iri) for iri, of in _schemes().items() if of == asked}


def untranslated_labels(language: str) -> tuple[str, ...]:
    """List the French labels that the ontology has in some other language and not in this one: the catalogue's to translate.

    >>> untranslated_labels("en"), len(untranslated_labels("de")) > 300
    ((), True)
    """
    found = (texts for texts in _labels().values() if len(texts) > 1 and language not in texts)
    return tuple(dict.fromkeys(texts[SOURCE] for texts in found if SOURCE in texts))


def _said(texts: Mapping[str, str], language: str) -> str:
    if language in texts:
        return texts[language]
    return gettext(texts[SOURCE], language) if SOURCE in texts else ""


@cache
def _read() -> tuple[Texts, Mapping[str, str], Texts, Mapping[str, Mapping[str, list[str]]]]:
    labels: dict[str, dict[str, str]] = {}
    definitions: dict[str, dict[str, str]] = {}
    schemes: dict[str, str] = {}
    others: dict[str, dict[str, list[str]]] = {}
    for file in ontology_files():
        for quad in parse(path=str(file), format=RdfFormat.TURTLE):
            subject, predicate, value = quad.subject, quad.predicate.value, quad.object
            if not isinstance(subject, NamedNode):
                continue
            if isinstance(value, Literal):
                if predicate in _LABELS:
                    labels.setdefault(subject.value, {}).setdefault(value.language or "", value.value)
                elif predicate == _DEFINITION:
                    definitions.setdefault(subject.value, {})[value.language or ""] = value.value
                elif predicate == _OTHER:
                    others.setdefault(subject.value, {}).setdefault(value.language or "", []).append(
                        value.value
                    )
            elif predicate == _SCHEME and isinstance(value, NamedNode):
                schemes[subject.value] = value.value
    return labels, schemes, definitions, others


def _labels() -> Texts:
    return _read()[0]


def _schemes() -> Mapping[str, str]:
    return _read()[1]
