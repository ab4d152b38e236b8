"""Why a query has no answer, in a French sentence."""

import re

from ...graph.pool.blocking import (
    ClientBusy,
    NoSnapshot,
    PoolBusy,
    QueryExhausted,
    QueryFailed,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    QueryTooComplex,
    QueryTooLarge,
)

_REASONS = {
    r"unexpected end of the query": "la requête n’est pas finie",
    r"unexpected '(.*)'": r"« \1 » est inattendu ici",
    r"the prefix '(.*)' is not declared": r"le préfixe « \1 » n’est pas déclaré",
    r"(.*) is not an IRI": r"\1 n’est pas un IRI",
    r"The SELECT contains .* unbound": "le SELECT nomme une variable qui n’est ni groupée ni agrégée",
    r"memory": "plus de mémoire qu’une requête n’en a",
    r"its answer has more than (\d+) bytes": r"une réponse de plus de \1 octets",
    r"no room for its answer.*": "le serveur n’a plus de place pour la réponse",
    r"its process died.*": "le calcul s’est arrêté de lui-même",
}
"""Reasons that the engine and the query processes give, in French; others are told as they are."""


def _french(reason: str) -> str:
    """Translate a reason that is known.

    >>> _french("the prefix 'anc' is not declared")
    'le préfixe « anc » n’est pas déclaré'
    """
    for english, french in _REASONS.items():
        if found := re.fullmatch(english, reason, re.DOTALL):
            return found.expand(french)
    return reason


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def reason(error: Exception) -> str:
    """Say in French why a query has no answer.

    >>> reason(QueryTimeout(30.0))
    'La requête a été arrêtée après 30 s : restreignez-la (un territoire, une classe, LIMIT).'
    """
    match error:
        case QuerySyntax() if error.line:
            return f"Ligne {error.line}, colonne {error.column} : {_french(error.reason)}."
        case QuerySyntax():
            return f"La requête n’est pas valide : {_french(error.reason)}."
        case QueryTooComplex():
            place = f"Ligne {error.line}, colonne {error.column}"
            return (
                f"{place} : la requête est trop imbriquée ou trop longue à ordonner (limite : {error.limit})."
            )
        case QueryRefused():
            place = f"Ligne {error.line}, colonne {error.column}"
            return f"{place} : {error.keyword} n’est pas permis ici : ni autre serveur, ni modification."
        case QueryTooLarge():
            return f"La requête fait {error.size} octets, la limite est {error.limit}."
        case QueryTimeout():
            return (
                f"La requête a été arrêtée après {_number(error.deadline)} s : "
                "restreignez-la (un territoire, une classe, LIMIT)."
            )
        case QueryExhausted():
            return f"La requête demande trop de moyens ({_french(error.reason)}) : restreignez-la."
        case QueryFailed():
            return f"Le moteur n’a pas pu répondre : {error.reason}."
        case ClientBusy():
            return f"Trop de requêtes à la fois : réessayez dans {error.retry_after} s."
        case PoolBusy():
            return f"Le service est occupé : réessayez dans {error.retry_after} s."
        case NoSnapshot():
            return "Aucune publication pour l’instant."
    return "La requête n’a pas pu être traitée."
