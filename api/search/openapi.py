"""What the OpenAPI description tells of `/api/v1/search`: its parameters and its answers."""

from __future__ import annotations

from typing import Any

from ...graph.finder.documents import KINDS
from ...words import languages

_TEXT = {"type": "string", "maxLength": 200}


def _parameter(name: str, description: str, schema: dict[str, Any], example: Any = None) -> dict[str, Any]:
    made = {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
    return made if example is None else {**made, "example": example}


def _many(name: str, description: str, example: str) -> dict[str, Any]:
    return _parameter(name, description, {"type": "array", "items": _TEXT}, [example])


PARAMETERS = [
    _parameter("q", "mots cherchés, ou un code · words, or a code", _TEXT, "bois"),
    _parameter(
        "kind",
        "nature · kind",
        {"type": "array", "items": {"type": "string", "enum": list(KINDS)}},
        ["unites"],
    ),
    _many("territory", "territoire : niveau/code ou code · territory: level/code or code", "department/38"),
    _many("chain", "filière · value chain", "timber-construction"),
    _many("field", "domaine · field", "mesr/5"),
    _many("family", "famille d’interactions · family of interactions", "research"),
    _many("evidence", "statut de preuve · evidence status", "documented"),
    _parameter(
        "illustrative",
        "trouver aussi ce qui est inventé · find invented things too",
        {"type": "boolean", "default": False},
    ),
    _parameter("page", "page", {"type": "integer", "minimum": 1, "default": 1}),
    _parameter(
        "size",
        "résultats par page (JSON) · results a page",
        {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    ),
    _parameter(
        "format",
        "json : une page ; les autres : tous les résultats · json: one page; others: all results",
        {"type": "string", "enum": ["json", "csv", "csv-fr", "xlsx", "csvw"], "default": "json"},
    ),
    _parameter("lang", "langue des noms · language of names", {"type": "string", "enum": list(languages())}),
]
_THING = {"type": "object", "properties": {"iri": {"type": "string"}, "label": {"type": "string"}}}
_THINGS = {"type": "array", "items": _THING}
_RESULT = {
    "type": "object",
    "required": ["iri", "label", "kind", "evidence"],
    "properties": {
        **{key: {"type": "string"} for key in ("iri", "label", "kind", "detail", "evidence")},
        "page": {"type": ["string", "null"], "description": "address of its page here"},
        "place_evidence": {
            "type": ["string", "null"],
            "description": "evidence status of its place, where it is less firm than that of the facts about it",
        },
        **dict.fromkeys(("municipalities", "departments", "fields", "chains", "families"), _THINGS),
        **{key: {"type": ["number", "null"]} for key in ("lat", "long")},
        "ties": {"type": "integer", "description": "interactions, programmes and units of an actor"},
        "described_by": {
            "type": ["string", "null"],
            "description": "the organisation that this is another description of, by a rule",
        },
    },
}
_COUNT = {
    "type": "object",
    "properties": {
        "value": {"type": "string"},
        "label": {"type": "string"},
        "count": {"type": "integer"},
    },
}
_ANSWER = {
    "type": "object",
    "required": ["snapshot", "total", "page", "pages", "results", "facets"],
    "properties": {
        "snapshot": {"type": "string"},
        **{key: {"type": "integer"} for key in ("total", "page", "pages")},
        "results": {"type": "array", "items": _RESULT},
        "facets": {
            "type": "object",
            "description": "counts by value; those of a facet leave its own choice out",
            "additionalProperties": {"type": "array", "items": _COUNT},
        },
        "substitutes": {
            "type": "object",
            "description": "words of the same trade looked for in place of a word that nothing holds",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "near": {
            "type": "array",
            "items": {"type": "string"},
            "description": "words of names like those that found nothing",
        },
    },
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "ce qui est trouvé · what is found",
        "content": {
            "application/json": {"schema": _ANSWER},
            "text/csv": _FILE,
            "application/csvm+json": {"schema": {"type": "object"}},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _FILE,
        },
    },
    400: {"description": "demande mal formée, valeur que rien n’a · bad request, value that nothing has"},
    503: {"description": "l’index se prépare · the index is being made"},
}
