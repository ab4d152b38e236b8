"""What the OpenAPI description tells of `/reconcile`: what is asked, and the answers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path

from ..analysis.openapi import refusal

TAG = "reconciliation"
Suggested = Annotated[
    str,
    Path(
        pattern="^(entity|property|type)$",
        description="ce qui est complété · what is completed",
        examples=["entity"],
    ),
]
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: refusal("Demande mal formée · malformed request"),
    413: refusal("Trop de noms à la fois, ou corps trop long · too many names at once, or too long a body"),
    503: refusal(
        "Rien n’est publié, aucune source n’est chargée, ou trop de demandes · nothing to answer from, or busy"
    ),
    504: refusal("Délai passé · the deadline has passed"),
}
_QUERIES = '{"q0": {"query": "Joseph Fourier", "type": "University"}, "q1": {"query": "Grenoble", "type": "Commune"}}'
_EXTEND = '{"ids": ["territory/commune/38185"], "properties": [{"id": "epci"}, {"id": "department"}]}'
_TEXTS = {
    "queries": ("noms à rapprocher, en JSON · names to be reconciled, as JSON", _QUERIES),
    "extend": ("propriétés à compléter, en JSON · properties to be fetched, as JSON", _EXTEND),
}
_OBJECT = {"schema": {"type": "object"}}
_ANSWER = {200: {"description": "la réponse · the answer", "content": {"application/json": _OBJECT}}}


def _body(media_type: str, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {
        "requestBody": {"required": True, "content": {media_type: {"schema": schema, "example": example}}}
    }


BATCH_BY_GET: dict[str, Any] = {
    "responses": _ANSWER,
    "openapi_extra": {
        "parameters": [
            {"name": name, "in": "query", "description": text, "schema": {"type": "string"}, "example": example}
            for name, (text, example) in _TEXTS.items()
        ]
    },
}  # fmt: skip
BATCH_BY_FORM: dict[str, Any] = {
    "responses": _ANSWER,
    "openapi_extra": _body(
        "application/x-www-form-urlencoded",
        {"type": "object", "properties": {name: {"type": "string", "description": text} for name, (text, _) in _TEXTS.items()}},
        {"queries": _QUERIES},
    ),
}  # fmt: skip
DRAFT_BATCH: dict[str, Any] = {
    "responses": _ANSWER,
    "openapi_extra": _body(
        "application/json",
        {"type": "object", "required": ["queries"], "properties": {"queries": {"type": "array", "items": {"type": "object"}}}},
        {"queries": [{"type": "Organization", "conditions": [{"matchType": "name", "propertyValue": "CEA-Leti"}]}]},
    ),
}  # fmt: skip
DRAFT_EXTENSION: dict[str, Any] = {
    "responses": _ANSWER,
    "openapi_extra": _body(
        "application/json",
        {
            "type": "object",
            "required": ["ids", "properties"],
            "properties": {
                "ids": {"type": "array", "items": {"type": "string"}},
                "properties": {"type": "array", "items": {"type": "object"}},
            },
        },
        {"ids": ["territory/commune/38185"], "properties": [{"id": "epci"}]},
    ),
}
