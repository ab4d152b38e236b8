"""What the OpenAPI description tells of `/api/v1`: the schema of a report, answers with their examples, refusals."""

from __future__ import annotations

from typing import Any

from ...words import N_, Spoken, languages

TAG = "analyses"
MOST_ASSUMPTIONS, LONGEST_ASSUMPTION = 12, 600
"""Assumptions of a scenario that is sent or is in an address, and characters of one of them as a line."""

_WORDS = {
    "type": "object",
    "description": "A sentence, by language.",
    "properties": {language: {"type": "string"} for language in languages()},
}
_THING = {
    "type": "object",
    "required": ["id", "iri", "label", "kind"],
    "properties": {name: {"type": "string"} for name in ("id", "iri", "label", "kind", "english")},
}
_NUMBER = {"type": ["number", "null"]}
_STEP = {
    "type": "object",
    "properties": {
        "subject": _THING,
        "relation": _WORDS,
        "object": _THING,
        "evidence": {"type": "string"},
        "source": {"type": ["string", "null"]},
        "year": {"type": ["integer", "null"]},
    },
}
_FINDING = {
    "type": "object",
    "required": ["kind", "subject", "object", "sentence"],
    "properties": {
        "kind": {"type": "string"},
        "subject": _THING,
        "object": _THING,
        "sentence": _WORDS,
        "strength": {
            "type": ["object", "null"],
            "properties": dict.fromkeys(("value", "low", "high", "level"), _NUMBER),
        },
        "measure": _WORDS,
        "p": _NUMBER,
        "q": {**_NUMBER, "description": "p corrected for the number of findings looked at"},
        "distinct": {"type": ["boolean", "null"], "description": "whether chance is ruled out"},
        "scope": {
            "enum": ["territory", "zone", "pool", "around", "everywhere"],
            "description": "whose the figures are: the territory's own, those of its whole employment zone or labour pool, "
            "of what lies around it and not in it, or of all that is read",
        },
        "evidence": {"type": "object", "description": "number of facts by evidence status"},
        "facts": {"type": "object", "description": "the figures of the sentence"},
        "reasons": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string"},
                    "words": _WORDS,
                    "path": {"type": "array", "items": _STEP},
                    "weight": _NUMBER,
                },
            },
        },
        "question": {
            "type": ["object", "null"],
            "description": "the named question, with its parameters, that shows the same figures",
        },
        "methods": {"type": "array", "items": {"type": "string"}},
        "sources": {"type": "array", "items": {"type": "string"}},
    },
}
REPORT = {
    "type": "object",
    "description": "Findings, the strongest first; what was refused, and why; of which publication.",
    "required": ["title", "subject", "findings", "refusals", "snapshot"],
    "properties": {
        "title": _WORDS,
        "subject": _THING,
        "findings": {"type": "array", "items": _FINDING},
        "refusals": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string"},
                    "words": _WORDS,
                    "found": {"type": "string"},
                    "needed": {"type": "string"},
                },
            },
        },
        "snapshot": {"type": "string"},
        "parameters": {"type": "object"},
        "illustrative": {"type": "boolean"},
        "scenario": {"type": ["string", "null"]},
        "level": {"type": "number"},
        "notes": {"type": "array", "items": _WORDS},
    },
}
_ASSUMPTION = "open-branch 26113 'Antenne de Die'"
SCENARIO = {
    "type": "object",
    "description": "A what-if scenario; an assumption is a line, or an object with its fields.",
    "required": ["name", "label", "assumptions"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 60},
        "label": {"type": "string"},
        "label_en": {"type": "string"},
        "assumptions": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_ASSUMPTIONS,
            "items": {"type": ["string", "object"]},
        },
    },
}
SCHEMAS = {"Report": REPORT, "Scenario": SCENARIO}
"""Schemas that the description adds to those of the framework."""

_TEXT = {"schema": {"type": "string"}}
_FILES = {
    "text/csv": _TEXT,
    "application/csvm+json": {"schema": {"type": "object"}},
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
        "schema": {"type": "string", "format": "binary"}
    },
    "text/turtle": _TEXT,
    "application/ld+json": {"schema": {"type": ["object", "array"]}},
    "application/n-triples": _TEXT,
}
_METROPOLE = {
    "id": "territory/epci/200040715",
    "iri": "https://w3id.org/ancrage/id/territory/epci/200040715",
    "label": "Grenoble-Alpes-Métropole",
    "kind": "territory",
}


def _example(title: Spoken) -> dict[str, Any]:
    return {
        "title": dict(title),
        "subject": _METROPOLE,
        "findings": [],
        "refusals": [],
        "snapshot": "20261124T220000Z-0a1b2c3d",
        "parameters": {},
        "illustrative": False,
        "scenario": None,
        "level": 0.95,
        "notes": [],
    }


def _answers(title: Spoken) -> dict[int | str, dict[str, Any]]:
    content = {"schema": {"$ref": "#/components/schemas/Report"}, "example": _example(title)}
    return {
        200: {
            "description": "Le rapport, dans le format demandé · the report, in the format asked for",
            "content": {"application/json": content, **_FILES},
        }
    }


REPORT_RESPONSE = {
    "gaps": _answers(N_("Manques de Grenoble-Alpes-Métropole")),
    "synergies": _answers(N_("Synergies de Grenoble-Alpes-Métropole")),
    "suggestions": _answers(N_("Liens suggérés à Grenoble-Alpes-Métropole")),
}

_DIE = {"name": "die", "label": "Une antenne à Die", "assumptions": [_ASSUMPTION]}
_SCENARIO = {"schema": {"$ref": "#/components/schemas/Scenario"}, "example": _DIE}
SCENARIO_BODY = {"required": True, "content": {"application/json": _SCENARIO}}
SCENARIO_RESPONSE: dict[str, dict[int | str, dict[str, Any]]] = {
    "one": {200: {"description": "Le scénario · the scenario", "content": {"application/json": _SCENARIO}}},
    "list": {
        200: {
            "description": "Les scénarios gardés · the saved scenarios",
            "content": {
                "application/json": {
                    "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Scenario"}},
                    "example": [_DIE],
                }
            },
        }
    },
}
_QUALITY = {
    "pending": False,
    "tuned_after": 2015,
    "tested_after": 2018,
    "new_ties": 153,
    "projects": 76,
    "kinds": [
        {
            "kind": "company",
            "shown": 3,
            "measured": {
                "places": 3,
                "lists": 760,
                "found": 8,
                "chance": 0.6,
                "popular": 5,
                "paths": 9,
                "sure": True,
            },
            "words": dict(N_("Vérifié sur le passé…")),
        }
    ],
    "snapshot": "20261124T220000Z-0a1b2c3d",
    "illustrative": False,
}
QUALITY_RESPONSE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Les mesures, par sorte de liste · the measures, by kind of list",
        "content": {"application/json": {"schema": {"type": "object"}, "example": _QUALITY}},
    }
}
COMPARISON_RESPONSE = _answers(N_("Scénario : {scenario}", scenario="Une antenne à Die"))


def refusal(text: str) -> dict[str, Any]:
    """Describe an answer that is a problem document.

    >>> refusal("Busy.")["description"]
    'Busy.'
    """
    return {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: refusal("Valeur refusée · a value does not fit"),
    404: refusal("Rien ne s’appelle ainsi ; les noms les plus proches · no such name; the nearest are given"),
    406: refusal("Format inconnu · no such format"),
    422: refusal("Trop peu de données : la raison et le minimum · too few data: the reason and the minimum"),
    503: refusal(
        "Occupé, ou rien de publié ; voir Retry-After · busy, or nothing published; see Retry-After"
    ),
    504: refusal("Délai dépassé · the deadline has passed"),
}
