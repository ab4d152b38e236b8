"""What a column of the layout is chosen from: the terms of a scheme of the ontology, or some of its classes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from ...ontology.labels import Term, concepts
from ...words import EMPTY, N_, SOURCE, Spoken, languages
from .description import Source
from .layout import LAYOUT
from .names import normalise

_CLOSER = 0.8
"""How near a name in another language than French must be: « comune » is no « company »."""


@cache
def choices(table: str, column: str) -> Mapping[str, Term]:
    """Return the terms that a column is chosen from, by the code that its cells have; none where anything may stand.

    >>> list(choices("participations", "roles"))[:2], choices("organizations", "kind")["Company"]["fr"]
    (['supply', 'demand'], 'entreprise')
    """
    declared = LAYOUT[table][column]
    allowed = _allowed(table, column)
    if declared.kind == "class":
        return {name: Term.of(name) for name in allowed.strip("^()$").split("|")}
    known = concepts(declared.of) if declared.of else {}
    return {code: term for code, term in known.items() if re.search(allowed, code)}


@cache
def codes_by_name(table: str, column: str) -> Mapping[str, str]:
    """Return the codes of a column by what people call them in any language, and by themselves, each `as_called`.

    What two of them are called alike is neither.

    >>> codes_by_name("interactions", "types")["stage"], codes_by_name("sites", "evidence")["declare"]
    ('internship', 'declared')
    >>> codes_by_name("organizations", "actor_type")["laboratoire"], codes_by_name("participations", "roles")["tuteur"]
    ('research-unit', 'supervisor')
    """
    known = choices(table, column)
    pairs = {
        (as_called(name), code)
        for code, term in known.items()
        for language in languages()
        for name in (term[language], *term.synonyms(language))
    }
    times = Counter(name for name, _ in pairs)
    named = {name: code for name, code in pairs if times[name] == 1 and name}
    return named | {as_called(code): code for code in known}


def as_called(text: str) -> str:
    """Give what a term is called in the form it is found by: `normalise`, and no plural.

    >>> as_called("Stages"), as_called("Défis étudiants"), as_called("Défi étudiant")
    ('stage', 'defi etudiant', 'defi etudiant')
    """
    return " ".join(word.rstrip("sx") or word for word in normalise(text).split())


def nearest_label(text: str, table: str, column: str) -> Spoken:
    """Name within brackets the term nearest to a text as people call it: in French, else in a language it is closer to.

    >>> nearest_label("staje", "interactions", "types")["fr"], nearest_label("comune", "organizations", "actor_type")["fr"]
    (' (le plus proche est « stage »)', ' (le plus proche est « commune »)')
    >>> nearest_label("companyy", "organizations", "actor_type")["fr"]
    ' (le plus proche est « company »)'
    """
    for language in languages():
        labels = {
            as_called(name): name
            for term in choices(table, column).values()
            for name in (*term.synonyms(language), term[language])
        }
        if found := get_close_matches(as_called(text), labels, 1, 0.6 if language == SOURCE else _CLOSER):
            return N_(" (le plus proche est « {name} »)", name=labels[found[0]])
    return EMPTY


def is_closed(table: str, column: str) -> bool:
    """Tell whether nothing but a term of its list may stand in a column.

    >>> is_closed("participations", "roles"), is_closed("observations", "occupation")
    (True, False)
    """
    return not re.search(_allowed(table, column), "unknown-1")


def is_required(table: str, column: str) -> bool:
    """Tell whether a partner must fill the cells of a column: a check refuses an empty one.

    What the layout asks of the tables that are mapped may be made of the rest of the row: an identifier, mostly.

    >>> is_required("requests", "issued_by"), is_required("requests", "mode"), is_required("participations", "id")
    (True, False, False)
    """
    return (table, column) in _needed()


@cache
def _needed() -> frozenset[tuple[str, str]]:
    return frozenset((one.input, one.column) for one in Source.named("exchange").checks if one.required)


def _allowed(table: str, column: str) -> str:
    """Return the pattern that the check of a column asks for; that of classes lists them."""
    return _patterns().get((table, column), "")


@cache
def _patterns() -> Mapping[tuple[str, str], str]:
    checks = Source.named("exchange").checks
    return {(check.input, check.column): check.pattern for check in checks if check.pattern}
