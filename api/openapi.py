"""The OpenAPI description: an operation for each named question, with its example, and a page for people."""

from __future__ import annotations

import copy
import functools
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import RedirectResponse

from ..queries.library import Library
from ..queries.parameters import TYPES, Parameter
from ..queries.query import Query
from ..words import N_, SOURCE, Spoken, gettext, languages
from .analysis import openapi as analysis_openapi
from .catalogue.routes import offered_for
from .labels.questions import FORMATS, word
from .reading.publication import library_of_questions
from .render.rendering import page
from .sparql import openapi as sparql_openapi
from .web import contract
from .web.links import public_base
from .web.negotiation import DATA, JSON, JSON_LD, Language, Representation
from .web.page_cache import entity_tags
from .web.page_language import choose_language
from .web.security import CORS

router = APIRouter(tags=["pages"])

PROBLEM = {
    "type": "object",
    "description": "RFC 9457: what went wrong, in English, and in French where there is a sentence.",
    "required": ["title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "detail_fr": {"type": "string"},
    },
}
_REFUSALS = {
    "400": "A parameter is missing, unknown or does not fit its type.",
    "406": "No such format; the formats are listed.",
    "422": "The answer needs too much, or does not fit a worksheet.",
    "429": "Too many questions of one client at once; see Retry-After.",
    "503": "Busy, or nothing published yet; see Retry-After.",
    "504": "The deadline has passed.",
}
_BINARY = {"type": "string", "format": "binary"}
_RESULTS = {
    "type": "object",
    "required": ["head"],
    "properties": {"head": {"type": "object"}, "results": {"type": "object"}, "boolean": {"type": "boolean"}},
}
GROUPS: Mapping[str, Spoken] = {
    "questions": N_("Questions nommées"),
    "sparql": N_("SPARQL"),
    analysis_openapi.TAG: N_("Analyses"),
    "pages": N_("Pages"),
    "indicators": N_("Indicateurs"),
    "maps": N_("Cartes"),
    "reconciliation": N_("Rapprochement de noms"),
    "features": N_("Données géographiques (OGC API)"),
    "données liées": N_("Données liées"),
    "exploitation": N_("Exploitation"),
}


def install(app: FastAPI) -> None:
    """Make the application tell this description."""
    app.state.descriptions = {}
    app.openapi = functools.partial(describe_api, app)  # type: ignore[method-assign]


def describe_api(app: FastAPI) -> dict[str, Any]:
    """Describe the whole service in OpenAPI 3.1; made once, at its first use."""
    if app.openapi_schema:
        return app.openapi_schema
    base = app.state.settings.base_url
    made = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        servers=[{"url": base}] if base else None,
    )
    made.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    made["components"]["schemas"] |= analysis_openapi.SCHEMAS
    made["components"]["securitySchemes"] = {
        name: {"type": "http", "scheme": "bearer"} for name in ("writeKey", "replicaKey")
    }
    paths = made["paths"]
    paths["/queries"] = {"get": _list()}
    for query in library_of_questions(app).values():
        paths[f"/queries/{query.name}"] = {"get": operation(query)}
    paths["/queries/{name}/description"] = {"get": _description(library_of_questions(app))}
    paths["/sparql"] = sparql_openapi.DESCRIBED
    contract.complete(paths)
    app.openapi_schema = made
    return made


def description_in(app: FastAPI, said: Language) -> dict[str, Any]:
    """Give the description in a language: what addresses, their groups and their parameters are; made once."""
    if said == SOURCE:
        return describe_api(app)
    made: dict[str, dict[str, Any]] = app.state.descriptions
    if said not in made:
        whole = copy.deepcopy(describe_api(app))
        whole["info"]["description"] = gettext(whole["info"]["description"], said)
        for query in library_of_questions(app).values():
            whole["paths"][f"/queries/{query.name}"]["get"] = operation(query, said)
        for one in (one for methods in whole["paths"].values() for one in methods.values()):
            one["summary"] = summary_in(one.get("summary", ""), said)
            if "description" in one:
                one["description"] = gettext(one["description"], said)
            one["tags"] = [word(GROUPS, name, said) for name in one.get("tags", ())]
            for parameter in one.get("parameters", ()):
                if "description" in parameter:
                    parameter["description"] = gettext(parameter["description"], said)
        made[said] = whole
    return made[said]


def summary_in(summary: str, said: Language) -> str:
    """Say what an address is in a language; what is made of two parts, part by part.

    >>> summary_in("Bloc d’une filière : page, CSV, classeur, JSON, à intégrer", "en")
    'Block of a value chain: page, CSV, workbook, JSON, to embed'
    """
    whole = gettext(summary, said)
    if whole != summary or said == SOURCE:
        return whole
    return gettext(" : ", said).join(gettext(part, said) for part in summary.split(" : "))


def operation(query: Query, said: Language = SOURCE) -> dict[str, Any]:
    """Describe a question as an operation: its parameters with their examples, its answers by media type.

    >>> described = operation(Library()["territory-identity"])
    >>> described["operationId"], described["parameters"][0]["example"]
    ('query_territory_identity', '200040715')
    """
    offered = offered_for(query)
    return {
        "tags": ["questions"],
        "operationId": f"query_{query.name.replace('-', '_')}",
        "summary": query.title[said],
        "description": query.summary[said],
        "parameters": [
            *(_parameter(parameter, said) for parameter in query.parameters),
            _format(offered),
            _language(),
        ],
        "responses": {
            "200": {
                "description": "The answer; also at the address with the format as its suffix.",
                "content": _contents(offered),
            },
            **{status: analysis_openapi.refusal(text) for status, text in _REFUSALS.items()},
        },
    }


def example_address(query: Query, suffix: str = "") -> str:
    """Give the address of a question with its example.

    >>> example_address(Library()["territory-identity"], ".csv")
    '/queries/territory-identity.csv?territory=200040715'
    """
    values = [(p.name, p.example) for p in query.parameters if not p.optional]
    return f"/queries/{query.name}{suffix}" + (f"?{urlencode(values)}" if values else "")


def address_to_try(path: str, described: Mapping[str, Any]) -> str:
    """Give the address of a described operation with what it needs, examples in place of braces, to be opened as it stands.

    >>> address_to_try("/x", {"parameters": [{"name": "a", "in": "query", "required": True, "schema": {"examples": ["1 2"]}}]})
    '/x?a=1+2'
    """
    values = dict(contract.example_of(path).query)
    for one in described.get("parameters", ()):
        example = one.get("example") or next(iter(one["schema"].get("examples", ())), "")
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", str(example))
        elif one["in"] == "query" and one.get("required"):
            values.setdefault(one["name"], example)
    return f"{path}?{urlencode(values)}" if values else path


def _parameter(parameter: Parameter, said: Language) -> dict[str, Any]:
    kind = TYPES[parameter.type]
    whole = parameter.type in ("year", "gyear", "integer")
    return {
        "name": parameter.name,
        "in": "query",
        "required": not parameter.optional,
        "description": f"{kind.label[said]}{gettext(' : ', said)}{kind.accepts[said]}",
        "schema": {"type": "integer" if whole else "string"},
        "example": int(parameter.example) if whole else parameter.example,
    }


def _format(offered: tuple[Representation, ...]) -> dict[str, Any]:
    return {
        "name": "format",
        "in": "query",
        "description": "Format, by its short name; it wins over Accept, and the suffix wins over it.",
        "schema": {"type": "string", "enum": [one.name for one in offered]},
    }


def _language() -> dict[str, Any]:
    return {
        "name": "lang",
        "in": "query",
        "description": "Language of the page and of the texts of files; it wins over Accept-Language.",
        "schema": {"type": "string", "enum": list(languages())},
    }


def _contents(offered: tuple[Representation, ...]) -> dict[str, Any]:
    contents: dict[str, Any] = {}
    for one in offered:
        media_type = one.media_type.partition(";")[0]
        if one == JSON:
            contents[media_type] = {"schema": _RESULTS}
        elif one.name == "xlsx":
            contents[media_type] = {"schema": _BINARY}
        else:
            contents.setdefault(
                media_type, contract.LINKED if one == JSON_LD else {"schema": {"type": "string"}}
            )
    return contents


def _list() -> dict[str, Any]:
    return {
        "tags": ["questions"],
        "operationId": "list_queries",
        "summary": "Liste des questions nommées",
        "description": "La page, la liste en JSON, ou en RDF (`sh:SPARQLExecutable`).",
        "parameters": [
            {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
            for name, text in (
                ("q", "words of the title, summary or tags (page)"),
                ("tag", "a tag (page)"),
                ("section", "a section (page)"),
            )
        ]
        + [_language()],
        "responses": {
            "200": {
                "description": "The questions.",
                "content": {
                    "text/html": {"schema": {"type": "string"}},
                    "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
                    "text/turtle": {"schema": {"type": "string"}},
                    "application/ld+json": {"schema": {"type": "object"}},
                },
            }
        },
    }


def _description(library: Library) -> dict[str, Any]:
    return {
        "tags": ["questions"],
        "operationId": "describe_query",
        "summary": "Description d’une question en RDF",
        "parameters": [
            {
                "name": "name",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "enum": list(library)},
                "example": next(iter(library)),
            }
        ],
        "responses": {
            "200": {
                "description": "The question as `sh:SPARQLExecutable`.",
                "content": {
                    "text/turtle": {"schema": {"type": "string"}},
                    "application/ld+json": {"schema": {"type": "object"}},
                },
            },
            "404": analysis_openapi.refusal("No such question; the nearest are named."),
        },
    }


@router.get("/openapi.json", include_in_schema=False)
def description(request: Request) -> Response:
    """Give the description as a file, which is asked again by its tag, in the language asked for."""
    said = choose_language(request)
    body = json.dumps(description_in(request.app, said), ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        **CORS,
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Cache-Control": "public, no-cache",
        "Content-Language": said,
        "Vary": "Accept-Language",
    }
    if headers["ETag"] in entity_tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=DATA.media_type)


@router.get("/api/v1", include_in_schema=False)
def api_home() -> RedirectResponse:
    """Lead from the address above those of the API to the page that lists them."""
    return RedirectResponse("/developpeurs")


@router.get("/developpeurs", summary="Adresses pour les programmes")
def developers(request: Request) -> Response:
    """List the addresses of the service for people who write programs."""
    said = choose_language(request)
    described = describe_api(request.app)
    groups: dict[str, list[tuple[str, str, str, str]]] = {}
    for path, methods in described["paths"].items():
        if path.startswith("/queries/") and "{" not in path:
            continue
        for method, one in methods.items():
            group = (one.get("tags") or ["pages"])[0]
            opened = address_to_try(path, one) if method == "get" else ""
            told = summary_in(one.get("summary", ""), said)
            groups.setdefault(group, []).append((method.upper(), path, told, opened))
    library, order = library_of_questions(request.app), list(GROUPS)
    return page(
        request,
        "developers.html",
        language=said,
        group_options=[
            (word(GROUPS, name, said), groups[name])
            for name in sorted(groups, key=lambda name: order.index(name) if name in order else len(order))
        ],
        questions=[(query, example_address(query)) for query in library.values()],
        formats=[(name, word(FORMATS, name, said)) for name in FORMATS],
        example=example_address(library["territory-programmes"], ".csv"),
        base=public_base(request),
        trail=[(None, gettext("Développeurs", said))],
    )
