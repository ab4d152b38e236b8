"""The SPARQL service in OpenAPI: it is a raw route, so it is described by hand, from the same tables."""

from typing import Any

from ...graph.sparql.formats import GRAPHS, RESULTS
from ...words import languages
from ..errors.problems import TITLES
from .page import EXAMPLE
from .request import FORM, TABLES, TEXT

_NAMES = list(dict.fromkeys([*(one.name for one in (*RESULTS, *GRAPHS)), "html", *TABLES]))
_IRIS = {"type": "array", "items": {"type": "string", "format": "uri"}}
_QUERY = {"type": "string", "description": "Requête SPARQL 1.1 (64 Kio au plus)"}
_FORMAT = {"type": "string", "enum": _NAMES, "description": "Format ; il l’emporte sur Accept"}
_LANGUAGE = {
    "type": "string",
    "enum": [*languages()],
    "description": "Langue d’un classeur ; elle l’emporte sur Accept-Language",
}
_DATASET = {
    "default-graph-uri": "Graphes interrogés par défaut (sans cela, les graphes de base, un organisme dit une fois)",
    "named-graph-uri": "Graphes que GRAPH peut nommer",
}


_HEADERS = {
    "Ancrage-Snapshot": {"schema": {"type": "string"}, "description": "La publication qui répond"},
    "Ancrage-Engine": {
        "schema": {"type": "string", "enum": ["oxigraph", "columns", "oxigraph; columns=unreadable"]},
        "description": "Le moteur qui répond : Oxigraph, ou les colonnes pour ce qui compte et regroupe beaucoup",
    },
}


def _parameters(query: bool = True) -> list[dict[str, Any]]:
    asked = [{"name": "query", "in": "query", "schema": _QUERY, "example": EXAMPLE}] if query else []
    dataset = [
        {"name": name, "in": "query", "schema": _IRIS, "description": told, "style": "form", "explode": True}
        for name, told in _DATASET.items()
    ]
    lang = {"name": "lang", "in": "query", "schema": _LANGUAGE}
    return [*asked, *dataset, {"name": "format", "in": "query", "schema": _FORMAT}, lang]


def _responses(*statuses: int) -> dict[str, Any]:
    shapes = {
        "application/ld+json": {"type": ["object", "array"]},
        "application/sparql-results+json": {"type": "object"},
    }
    names = [*(one.bare for one in (*RESULTS, *GRAPHS)), "text/html"]
    answers = {name: {"schema": shapes.get(name, {"type": "string"})} for name in names}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "200": {"description": "Les résultats, entiers", "headers": _HEADERS, "content": answers},
        "304": {
            "description": "La réponse que le client a déjà (If-None-Match) est celle de cette publication"
        },
        **{str(status): {"description": TITLES[status], "content": problem} for status in statuses},
    }


_FORM_BODY = {
    "type": "object",
    "required": ["query"],
    "properties": {"query": _QUERY, "format": _FORMAT, "lang": _LANGUAGE, **dict.fromkeys(_DATASET, _IRIS)},
}

DESCRIBED: dict[str, Any] = {
    "get": {
        "tags": ["sparql"],
        "summary": "Interroger en SPARQL 1.1 (GET)",
        "description": "Sans requête : l’éditeur (HTML) ou la description du service (RDF).",
        "operationId": "sparql_get",
        "parameters": _parameters(),
        "responses": _responses(400, 403, 406, 413, 422, 429, 503, 504),
    },
    "post": {
        "tags": ["sparql"],
        "summary": "Interroger en SPARQL 1.1 (POST)",
        "description": "La requête dans un formulaire, ou seule dans le corps.",
        "operationId": "sparql_post",
        "parameters": _parameters(query=False),
        "requestBody": {
            "required": True,
            "content": {
                FORM: {"schema": _FORM_BODY, "example": {"query": EXAMPLE, "format": "csv"}},
                TEXT: {"schema": _QUERY, "example": EXAMPLE},
            },
        },
        "responses": _responses(400, 403, 406, 413, 415, 422, 429, 503, 504),
    },
}
"""The path item of `/sparql`."""
