"""How pages say things: kinds of territories, evidence."""

from collections.abc import Mapping

from ...ontology.labels import Definition, Term, concepts
from ...words import N_, Message, Spoken, first_upper
from ..web.negotiation import Language

TERRITORY_KINDS: dict[str, tuple[Message, Message]] = {
    "commune": (N_("commune"), N_("communes")),
    "epci": (N_("intercommunalité"), N_("intercommunalités")),
    "department": (N_("département"), N_("départements")),
    "region": (N_("région"), N_("régions")),
    "zone": (N_("zone d’emploi"), N_("zones d’emploi")),
    "bassin": (N_("bassin d’emploi"), N_("bassins d’emploi")),
    "adhoc": (N_("territoire de projet"), N_("territoires de projet")),
}
"""Levels of territories: one, and several."""
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
