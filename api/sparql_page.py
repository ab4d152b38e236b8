"""The page of the SPARQL service: a query to edit, its answer as a table, the same answer as files."""

import re

from fastapi import Request, Response

from ..graph.formats import GRAPHS, RESULTS
from ..graph.workers import (
    Answer,
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
from .publication import reading_of
from .rendering import page
from .results_table import result_table

SHOWN = 500
"""Rows shown in the page; the files hold them all."""

EXAMPLE = """PREFIX anc: <https://w3id.org/ancrage/def/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?type (COUNT(DISTINCT ?organization) AS ?count) WHERE {
  ?organization a org:Organization , ?type .
  FILTER(?type != org:Organization)
}
GROUP BY ?type
ORDER BY DESC(?count)
"""


def sparql_page(
    request: Request, text: str, answer: Answer | None, error: Exception | None = None, status: int = 200
) -> Response:
    """Show the editor with a query and its answer; a graph is shown as Turtle."""
    try:
        reading = reading_of(request)
    except LookupError:
        reading = None
    graph = answer is not None and answer.kind == "graph"
    table = result_table(answer.body, reading, SHOWN) if answer and reading and not graph else None
    offered = GRAPHS if graph else RESULTS
    names = [one.name for one in offered] + ([] if graph else ["csv-fr"])
    return page(
        request,
        "sparql.html",
        status=status,
        texte=text or EXAMPLE,
        posee=answer is not None,
        tableau=table,
        document=answer.body.decode() if answer and graph else "",
        secondes=answer.seconds if answer else 0.0,
        panne=reason(error) if error else "",
        ligne=getattr(error, "line", 0),
        formats=names,
        fil=[(None, "SPARQL")],
    )


_REASONS = {
    r"unexpected end of the query": "la requête n’est pas finie",
    r"unexpected '(.*)'": r"« \1 » est inattendu ici",
    r"the prefix '(.*)' is not declared": r"le préfixe « \1 » n’est pas déclaré",
    r"(.*) is not an IRI": r"\1 n’est pas un IRI",
    r"The SELECT contains .* unbound": "le SELECT nomme une variable qui n’est ni groupée ni agrégée",
}


def _french(reason: str) -> str:
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
            return f"La requête demande trop de moyens ({error.reason}) : restreignez-la."
        case QueryFailed():
            return f"Le moteur n’a pas pu répondre : {error.reason}."
        case ClientBusy():
            return f"Trop de requêtes à la fois : réessayez dans {error.retry_after} s."
        case PoolBusy():
            return f"Le service est occupé : réessayez dans {error.retry_after} s."
        case NoSnapshot():
            return "Aucune publication pour l’instant."
    return "La requête n’a pas pu être traitée."
