"""What addresses answer, where their code does not say: media types by address, and one shape of refusals for all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .negotiation import DATA, DESCRIPTIONS, HTML, JSON_LD, ONTOLOGIES, SVG, TABLES, Representation

PROBLEM = "application/problem+json"
_TEXT: Mapping[str, Any] = {"schema": {"type": "string"}}
_JSON: Mapping[str, Any] = {"schema": {}}
_PROBLEM: Mapping[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
_KEY = {"401": "La clé manque · no key", "403": "Ce n’est pas la clé · a wrong key"}
_ANY = "*/*"
"""Of a file whose format the end of the address tells."""
_JSONS = re.compile(
    r"/healthz|/readyz|/update|/generations/current|/schemas(?:/\{name\}\.json)?|/api/.*|/editor/.*|/reconcile.*|.*/dessin\.json|.*/chemin"
)
_TYPES: tuple[tuple[re.Pattern[str], tuple[Representation, ...]], ...] = tuple(
    (re.compile(pattern), offered)
    for pattern, offered in (
        (r"/doc(?:/\{path\})?|/graph/\{name\}|/graphs", DESCRIPTIONS),
        (r"/\.well-known/void|/catalog|/def(?:/\{term\})?", ONTOLOGIES),
        (r"/prefixes", (*ONTOLOGIES, DATA)),
        (r"/dumps|/changes", (HTML, DATA)),
        (r"/reconcile.*/preview", (HTML,)),
        (r"/contexts/v1\.jsonld", (JSON_LD,)),
        (r".*/\{block\}", TABLES),
        (r".*\.svg", (SVG,)),
        (r"/api/v1/(?:desk/rates|indicators/\{name\}/values)", (DATA, *TABLES[2:])),
    )
)
_FILES = re.compile(r".*\.\{suffix\}|/dumps/\{path\}|/generations/\{id\}/.*|/metrics|/scenarios/.*")


def complete(paths: Mapping[str, Mapping[str, dict[str, Any]]]) -> None:
    """Say in operations of OpenAPI what their routes leave out: media types of an answer, where it leads on, its refusals.

    A refusal that no status names is the `default` answer: a problem document, and a page where pages are answered.

    >>> one = {"responses": {"200": {"content": {"application/json": {"schema": {}}}}}}
    >>> complete({"/agenda": {"get": one}})
    >>> list(one["responses"]["200"]["content"]), list(one["responses"]["default"]["content"])
    (['text/html'], ['application/problem+json', 'text/html'])
    """
    for path, methods in paths.items():
        for operation in methods.values():
            answers: dict[str, dict[str, Any]] = operation.setdefault("responses", {})
            good = answers.get("200", {})
            if good.get("content") == {"application/json": {"schema": {}}}:
                good["content"] = media_types(path)
            if operation.get("security"):
                for status, text in _KEY.items():
                    answers.setdefault(status, {"description": text, "content": {PROBLEM: _PROBLEM}})
            _refuse(answers, page="text/html" in good.get("content", {}) or _ANY in good.get("content", {}))


def media_types(path: str) -> dict[str, Any]:
    """Give the content that an address answers, by its pattern; a page unless it is told otherwise.

    >>> list(media_types("/contexts/v1.jsonld")), list(media_types("/indicateurs/{name}.{suffix}"))
    (['application/ld+json'], ['*/*'])
    """
    for pattern, offered in _TYPES:
        if pattern.fullmatch(path):
            names = dict.fromkeys(one.media_type.partition(";")[0] for one in offered)
            return {name: _JSON if name.endswith("json") else _TEXT for name in names}
    if _JSONS.fullmatch(path):
        return {DATA.media_type: _JSON}
    return {_ANY: {}} if _FILES.fullmatch(path) else {HTML.media_type.partition(";")[0]: _TEXT}


def _refuse(answers: dict[str, dict[str, Any]], *, page: bool) -> None:
    if "HTTPValidationError" in str(answers.get("422")):
        del answers["422"]  # what the framework would say, and this service does not
    answers.setdefault("3XX", {"description": "The answer is at another address (`Location`)."})
    answers["default"] = {
        "description": "Refused, or not there: the sentence says why.",
        "content": {PROBLEM: _PROBLEM},
    }
    for status, answer in answers.items():
        if page and PROBLEM in answer.get("content", {}) and status != "200":
            answer["content"] = {**answer["content"], HTML.media_type.partition(";")[0]: _TEXT}
