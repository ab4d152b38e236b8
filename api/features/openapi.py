"""What the OpenAPI description tells of `/ogc`: the answers, by their shape."""

from __future__ import annotations

from typing import Any

from ..analysis.openapi import refusal
from .geopackage import MEDIA_TYPE

TAG = "features"
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: refusal("Paramètre refusé · a parameter is refused"),
    404: refusal("Aucune collection, ou aucun objet, de ce nom · no such collection or feature"),
    503: refusal("Rien n’est publié, ou trop de demandes · nothing published, or busy"),
}
_LINKS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["href", "rel", "type"],
        "properties": {name: {"type": "string"} for name in ("href", "rel", "type")},
    },
}
_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_COLLECTION = {
    "type": "object",
    "required": ["id", "title", "links"],
    "properties": {
        **dict.fromkeys(("id", "title", "description", "itemType"), _TEXT),
        "links": _LINKS,
        "extent": {"type": "object"},
    },
}
_FEATURE = {
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"const": "Feature"},
        "id": _TEXT,
        "geometry": {"type": ["object", "null"]},
        "properties": {"type": "object"},
        "links": _LINKS,
    },
}


def _answer(text: str, kind: str, required: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "object", "required": [*required], "properties": required}
    return _either(text, kind, schema)


def _either(text: str, kind: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": text, "content": {kind: {"schema": schema}, "text/html": {"schema": _TEXT}}}}


_JSON, _GEOJSON = "application/json", "application/geo+json"
LANDING = _answer("accueil · landing page", _JSON, {"title": _TEXT, "description": _TEXT, "links": _LINKS})
CONFORMANCE = _answer("conformité · conformance", _JSON, {"conformsTo": {"type": "array", "items": _TEXT}})
COLLECTIONS = _answer(
    "collections", _JSON, {"links": _LINKS, "collections": {"type": "array", "items": _COLLECTION}}
)
COLLECTION = _either("collection", _JSON, _COLLECTION)
GEOPACKAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "fichier · file",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}
ITEMS = _answer(
    "objets · features",
    _GEOJSON,
    {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": _FEATURE},
        "links": _LINKS,
        "numberMatched": _COUNT,
        "numberReturned": _COUNT,
    },
)
ITEM = _either("objet · feature", _GEOJSON, _FEATURE)
