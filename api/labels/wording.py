"""How pages say things: kinds of territories, evidence."""

from collections.abc import Mapping

from ...ontology.labels import Definition, Term, concepts
from ...words import N_, Message, Spoken
from .typesetting import typeset as typeset  # for a filière on its page

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

EVIDENCE: Mapping[str, Term] = concepts("evidence-status")
"""Evidence statuses, named by the ontology."""

EVIDENCE_MEANING: Mapping[str, Spoken] = {name: Definition(term.iri) for name, term in EVIDENCE.items()}
"""What each status means, as the ontology defines it."""


def level_name(text: str, language: str) -> str:
    """Name a level of territories, given in French, in a language; any other text comes back as it came.

    >>> level_name("zone d’emploi", "en"), level_name("Grenoble", "en")
    ('employment zone', 'Grenoble')
    """
    known = next((one for one, _ in TERRITORY_KINDS.values() if one.source == text), None)
    return known[language] if known else text
