"""What a column of the layout is chosen from: the terms of a scheme of the ontology, or some of its classes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from ...ontology.labels import Term, concepts
from ...words import N_, SOURCE, Listed, Message, Said, Spoken, gettext, languages
from .description import Source
from .layout import LAYOUT
from .names import normalise

_CLOSER = 0.8
"""How near a name in another language than French must be: « comune » is no « company »."""
_FEW = 12
"""Terms of a list that a sentence may name all."""
_EVIDENCE = "evidence-status"
#: What is chosen from a list that is no scheme of the ontology: columns of rules, and subjects of `about`.
_LISTS: Mapping[tuple[str, str], Mapping[str, Spoken]] = {
    ("chain_rules", "subject"): {
        "programme": N_("formation"),
        "research-unit": Term.of("ResearchUnit"),
        "project": N_("projet"),
        "company": Term.of("Company"),
    },
    ("chain_rules", "reads"): {"words": N_("mots"), "codes": N_("codes d'activité")},
    ("about", "role"): {"base": N_("données réelles"), "illustrative": N_("exemples illustratifs")},
}


@cache
def choices(table: str, column: str) -> Mapping[str, Spoken]:
    """Return the terms that a column is chosen from, by the code that its cells have; none where anything may stand.

    The subjects of `about` are asked for as its columns.

    >>> list(choices("participations", "roles"))[:2], choices("organizations", "kind")["Company"]["fr"]
    (['supply', 'demand'], 'entreprise')
    """
    if (table, column) in _LISTS:
        return _LISTS[table, column]
    if table == "about":
        return concepts(_EVIDENCE) if column == "evidence" else {}
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
        for name in _names(term, language)
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


def unknown_term(text: str, table: str, column: str) -> Spoken:
    """Say that a text is no term of a column: with the nearest one, with all where they are few, or where they are listed.

    Terms are given by the code that files have and by what people call them. The nearest is looked for in French first, else
    in a language that the text is closer to. What the source says of the column stands behind.

    >>> print(unknown_term("staje", "interactions", "types"))
    « staje » est inconnu ; le plus proche est « internship » (stage).
    >>> unknown_term("companyy", "organizations", "actor_type")["en"]
    '“companyy” is unknown; the nearest is “company”.'
    >>> print(unknown_term("thèse", "chain_rules", "reads"))
    « thèse » est inconnu ; choisissez « words » (mots) ou « codes » (codes d'activité).
    """
    reason = _unknown(text, choices(table, column))
    rule = _rules().get((table, column))
    return N_("{reason} {rule}", reason=reason, rule=Message(rule)) if rule else reason


def _unknown(text: str, known: Mapping[str, Spoken]) -> Spoken:
    told = as_called(text.rpartition("/")[2])  # a scheme may stand before it: `interaction-type/internshp`
    for language in languages():
        labels = {
            as_called(name): code for code, term in known.items() for name in (code, *_names(term, language))
        }
        if found := get_close_matches(told, labels, 1, 0.6 if language == SOURCE else _CLOSER):
            code = labels[found[0]]
            return N_(
                "« {name} » est inconnu ; le plus proche est {term}.",
                name=text,
                term=_both(code, known[code]),
            )
    if len(known) > _FEW:
        return N_(
            "« {name} » est inconnu ; choisissez dans la liste de la colonne, que porte le classeur modèle.",
            name=text,
        )
    terms = Listed([_both(code, term) for code, term in known.items()], "or")
    return N_("« {name} » est inconnu ; choisissez {terms}.", name=text, terms=terms)


def _both(code: str, term: Spoken) -> Spoken:
    return Said(_code_and_name, (code, term))


def _code_and_name(code: str, term: Spoken, language: str) -> str:
    """Give a term by its code and what it is called, once where they are the same."""
    name = term[language]
    if normalise(name).replace(" ", "") == normalise(code).replace(" ", ""):
        return gettext("« {code} »", language, code=code)
    bare = name.replace(" (", ", ").replace(")", "")  # no brackets within brackets
    return gettext("« {code} » ({name})", language, code=code, name=bare)


def _names(term: Spoken, language: str) -> tuple[str, ...]:
    return (*(term.synonyms(language) if isinstance(term, Term) else ()), term[language])


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
def _rules() -> Mapping[tuple[str, str], str]:
    checks = Source.named("exchange").checks
    return {(check.input, check.column): check.message for check in checks if check.message}


@cache
def _patterns() -> Mapping[tuple[str, str], str]:
    checks = Source.named("exchange").checks
    return {(check.input, check.column): check.pattern for check in checks if check.pattern}
