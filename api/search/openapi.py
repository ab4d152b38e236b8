"""What the OpenAPI description tells of `/api/v1/search`: its parameters and its answers."""

from __future__ import annotations

from typing import Any

from ...graph.finder.documents import KINDS
from ...words import languages
from ..analysis.openapi import REFUSALS
from .files import COLUMNS, LISTS

MOST_SIZE = 1000
"""Results of one page, at most."""
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
        "résultats par page · results a page",
        {"type": "integer", "minimum": 1, "maximum": MOST_SIZE, "default": 20},
    ),
    _parameter(
        "fields",
        f"colonnes, par des virgules : {', '.join(COLUMNS)} ; toutes sinon · columns, by commas; all by default",
        _TEXT,
        "code,label,departments",
    ),
    _parameter(
        "format",
        "json : une page ; les autres : tous les résultats, ou la page demandée ; sinon l’en-tête Accept "
        "· json: one page; others: all results, or the page asked for; else Accept",
        {"type": "string", "enum": ["json", "csv", "csv-fr", "xlsx", "csvw"]},
    ),
    _parameter("lang", "langue des noms · language of names", {"type": "string", "enum": list(languages())}),
]
LISTED = [
    *(one for one in PARAMETERS if one["name"] not in ("q", "kind")),
    _parameter(
        "detail",
        "niveau d’un territoire, type d’un acteur ou d’une interaction, établissement d’une formation, par son code "
        "· level of a territory, type of an actor or an interaction, institution of a programme, by its code",
        _TEXT,
        "higher-education",
    ),
]
"""Parameters of a list: those of a search for things of one kind."""
_THING = {"type": "object", "properties": {"iri": {"type": "string"}, "label": {"type": "string"}}}
_TYPES = {"number": ["number", "null"], "integer": ["integer", "null"]}
_TOLD = {
    "page": "address of its page here",
    "place_evidence": "evidence status of its place, where it is less firm than that of the facts about it",
    "ties": "interactions, programmes and units of an actor; other things in a territory",
}
_RESULT = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": {
        name: {"type": "array", "items": _THING}
        if name in LISTS
        else {"type": _TYPES.get(column.type, ["string", "null"])}
        | ({"description": _TOLD[name]} if name in _TOLD else {})
        for name, column in COLUMNS.items()
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
_PAGE = {
    "snapshot": {"type": "string"},
    **{key: {"type": "integer"} for key in ("total", "page", "pages")},
    "results": {"type": "array", "items": _RESULT},
}
_FACETS = {
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
}
_FILE = {"schema": {"type": "string", "format": "binary"}}


def _responses(text: str, members: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """Describe the answers that have these members in JSON."""
    return REFUSALS | {
        200: {
            "description": text,
            "headers": {
                "Ancrage-Total": {
                    "schema": {"type": "integer"},
                    "description": "combien en tout · how many in all",
                }
            },
            "content": {
                "application/json": {
                    "schema": {"type": "object", "required": [*members], "properties": members}
                },
                "text/csv": _FILE,
                "application/csvm+json": {"schema": {"type": "object"}},
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _FILE,
            },
        },
    }


RESPONSES = _responses("ce qui est trouvé · what is found", _PAGE | _FACETS)
LISTED_RESPONSES = _responses("la liste · the list", _PAGE)
