"""How pages say things: kinds of territories, evidence."""

from collections.abc import Mapping

from ...graph.region.levels import TERRITORY_KINDS
from ...ontology.labels import Definition, Term, concepts
from ...words import N_, Message, Spoken, first_upper
from ..web.negotiation import Language

LEVELS = {level: many for level, (_, many) in TERRITORY_KINDS.items()}
"""Levels of territories, in the plural."""

FREQUENCIES: Mapping[str, Message] = {
    "once": N_("une seule fois"),
    "annual": N_("chaque année"),
    "semestrial": N_("chaque semestre"),
    "monthly": N_("chaque mois"),
    "continuous": N_("en continu"),
}
"""How often data are published."""

EVIDENCE: Mapping[str, Term] = concepts("evidence-status")
"""Evidence statuses, named by the ontology."""

EVIDENCE_MEANING: Mapping[str, Spoken] = {name: Definition(term.iri) for name, term in EVIDENCE.items()}
"""What each status means, as the ontology defines it."""


def concept_name(path: str | None, language: str) -> str:
    """Name a concept by its path, with a capital letter; empty for no path.

    >>> concept_name("interaction-type/internship", "en"), concept_name("", "fr")
    ('Internship', '')
    """
    return first_upper(Term.of(path)[language]) if path else ""


def options(terms: Mapping[str, Spoken], language: str) -> list[tuple[str, str]]:
    """List what a field offers to choose from, by name and word.

    >>> options(concepts("attendance-mode"), "fr")[0]
    ('in-person', 'Sur place')
    """
    return [(name, first_upper(term[language])) for name, term in terms.items()]


def level_name(level: str, language: Language) -> str:
    """Name a level of territories; any other text comes back as it came.

    >>> level_name("epci", "fr"), level_name("zone", "en"), level_name("Grenoble", "en")
    ('intercommunalité', 'employment zone', 'Grenoble')
    """
    return TERRITORY_KINDS[level][0][language] if level in TERRITORY_KINDS else level
