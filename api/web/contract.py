"""What addresses answer, where their code does not say: media types by address, and one shape of refusals for all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .negotiation import (
    CSV,
    CSVW,
    DATA,
    DESCRIPTIONS,
    HTML,
    JSON_LD,
    N_QUADS,
    ONTOLOGIES,
    SVG,
    TRIG,
    XLSX,
    Representation,
)

PROBLEM = "application/problem+json"
_TEXT: Mapping[str, Any] = {"schema": {"type": "string"}}
_FILE_OF_ANY: Mapping[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_OBJECT: Mapping[str, Any] = {"schema": {"type": "object"}}
LINKED: Mapping[str, Any] = {"schema": {"type": ["object", "array"]}}
"""JSON-LD: one thing, or many."""
_PROBLEM: Mapping[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
_KEY = {"401": "La clé manque · no key", "403": "Ce n’est pas la clé · a wrong key"}
_ANY = "*/*"
"""Of a file whose format the end of the address tells."""
_JSONS = re.compile(
    r"/healthz|/readyz|/update|/generations/current|/schemas|/api/.*|/editor/.*|/reconcile.*|.*/dessin\.json|.*/chemin"
)
_TYPES: tuple[tuple[re.Pattern[str], tuple[Representation, ...]], ...] = tuple(
    (re.compile(pattern), offered)
    for pattern, offered in (
        (r"/doc(?:/\{path\})?", DESCRIPTIONS),
        (r"/graphs", (*ONTOLOGIES[1:], N_QUADS, TRIG)),
        (r"/\.well-known/void|/catalog|/def(?:/\{term\})?|/graph/\{name\}", ONTOLOGIES),
        (r"/prefixes", (*ONTOLOGIES, DATA)),
        (r"/dumps|/changes", (HTML, DATA)),
        (r"/reconcile.*/preview", (HTML,)),
        (r"/contexts/v1\.jsonld", (JSON_LD,)),
        (r"/schemas/\{name\}\.json", (Representation("schema", ".json", "application/schema+json"),)),
        (r".*/\{block\}", (HTML, DATA, CSV, CSVW, XLSX)),
        (r".*\.svg", (SVG,)),
        (r"/api/v1/(?:desk/rates|indicators/\{name\}/values)", (DATA, CSV, CSVW, XLSX)),
    )
)


def _record(**members: str) -> dict[str, Any]:
    """Describe an object that has all these members, each of a type of JSON."""
    return {
        "type": "object",
        "required": list(members),
        "properties": {name: {"type": kind} for name, kind in members.items()},
    }


RECORDS: tuple[tuple[re.Pattern[str], dict[str, Any]], ...] = tuple(
    (re.compile(pattern), record)
    for pattern, record in (
        (r"/healthz", _record(status="string")),
        (r"/readyz", _record(status="string", publication="string")),
        (r"/schemas", {"type": "object", "additionalProperties": {"type": "string"}}),
        (r"/schemas/.*", _record(type="string", properties="object")),
        (r".*/dessin\.json", _record(nodes="array", edges="array", options="object")),
        (r".*/chemin", _record(found="boolean")),
        (r"/api/v1/indicators", _record(snapshot="string", errors="array", indicators="array")),
        (r"/editor/vocabulary", _record(publication="string", classes="array", properties="array")),
        (
            r"/editor/examples",
            {"type": "object", "additionalProperties": _record(title="string", text="string")},
        ),
        (r"/editor/names", {"type": "object", "additionalProperties": {"type": "object"}}),
        (r"/editor/places", {"type": "object", "additionalProperties": {"type": "string"}}),
        (r"/reconcile.*/extend/propose", _record(type="string", properties="array")),
        (r"/reconcile.*/flyout", _record(id="string", html="string")),
        (r"/reconcile.*/suggest/\{kind\}", _record(result="array")),
        (r"/prefixes", {"type": "object", "additionalProperties": {"type": "string"}}),
        (r"/dumps", _record(snapshot="string", files="array")),
        (r"/changes", _record(current="string", publications="array")),
        (r".*/\{block\}", _record(about="object")),
    )
)
"""What is in the JSON of an address; of one that is not named here, an object."""
_FILES = re.compile(r".*\.\{suffix\}|/dumps/\{path\}|/generations/\{id\}/.*|/metrics|/scenarios/.*")


class Example(NamedTuple):
    """Values for the addresses that begin with `start`: of what is in braces, and of parameters that an answer needs.

    The parameters are those that are not required by themselves: one of several, or told by a sentence of the page.
    """

    start: str
    braces: Mapping[str, str] = {}
    query: Mapping[str, str] = {}


_FILE = {"suffix": "csv"}
EXAMPLES = (
    Example("/id/", {"path": "territory/epci/200040715"}),
    Example("/doc/", {"path": "territory/epci/200040715"}),
    Example("/doc", query={"iri": "https://w3id.org/ancrage/id/territory/region/84"}),
    Example("/graphs", query={"default": ""}),
    Example("/dumps/", {"path": "aura.nq.gz"}),
    Example("/changes/", {"pair": "20261128T120000Z-0a1b2c3d..20261129T120000Z-4e5f6071"}),
    Example("/generations/", {"id": "20261128T120000Z-0a1b2c3d", "name": "manifest.json"}),
    Example("/graph/", {"name": "aura"}),
    Example("/schemas/", {"name": "indicator"}),
    Example("/def/", {"term": "Territory"}),
    Example("/ce-qui-manque/", {"block": "maillons"}),
    Example("/rencontre", {"suffix": "pdf"}, {"territory": "epci/200040715", "with": "0383546Y"}),
    Example("/territoires/{kind}/{code}/dossier", {"kind": "epci", "code": "200040715", "suffix": "pdf"}),
    Example(
        "/territoires/comparaison", {"block": "chiffres-cles"}, {"among": "epci/200040715,epci/200071413"}
    ),
    Example("/territoires/", {"kind": "epci", "code": "200040715", "block": "chiffres-cles"}),
    Example("/formations/", {"code": "master-0383493R-1601909F", "block": "lieux"}),
    Example("/projets/", {"source": "anr", "code": "ANR-10-SATT-0014", "block": "participants"}),
    Example("/interactions/", {"source": "mesr-iphd", "code": "2025-switch2prod", "block": "participants"}),
    Example("/evenements/", {"source": "openagenda", "code": "18270939", "block": "participants"}),
    Example("/antennes/", {"name": "campus-connectes-aubenas"}),
    Example("/relais/", {"name": "0780491K"}),
    Example(
        "/strategies/comparaison",
        {"block": "communs"},
        {"a": "exemple/enseignement-superieur-ardeche", "b": "exemple/projet-valence-romans"},
    ),
    Example("/strategies/exemple/", {"code": "enseignement-superieur-ardeche", "block": "actions"}),
    Example(
        "/strategies/",
        {"code": "programme-feder-fse-auvergne-rhone-alpes-2021-2027", "block": "objectifs"},
    ),
    Example("/dispositifs/", {"code": "villab", "block": "editions"}),
    Example("/acteurs/", {"code": "0383546Y", "block": "activite"}),
    Example(
        "/filieres/comparaison", {"block": "etapes"}, {"a": "timber-construction", "b": "microelectronics"}
    ),
    Example(
        "/filieres/{slug}/chemin",
        {"slug": "timber-construction"},
        {"from": "organization/0383412T", "to": "organization/0383546Y"},
    ),
    Example("/filieres/", {"slug": "timber-construction", "block": "departements", "suffix": "graphml"}),
    Example("/indicateurs/", {"name": "population", **_FILE}),
    Example("/api/v1/indicators/", {"name": "population"}),
    Example("/cartes", {"suffix": "svg"}),
    Example("/scenarios/essai.", _FILE, {"h": "open-branch 26113 'Antenne de Die'"}),
    Example("/scenarios/", _FILE),
)
"""Of beginnings of one another the longer first: things of the demonstration."""


def example_of(path: str) -> Example:
    """Give the example of an address, an empty one where there is none.

    >>> example_of("/filieres/comparaison/{block}").query["a"]
    'timber-construction'
    """
    return next((one for one in EXAMPLES if path.startswith(one.start)), Example(path))


def complete(paths: Mapping[str, Mapping[str, dict[str, Any]]]) -> None:
    """Say in operations of OpenAPI what their routes leave out: media types, where an answer leads on, refusals, examples.

    A refusal that no status names is the `default` answer: a problem document, and a page where pages are answered.

    >>> one = {"responses": {"200": {"content": {"application/json": {"schema": {}}}}}}
    >>> complete({"/agenda": {"get": one}})
    >>> list(one["responses"]["200"]["content"]), list(one["responses"]["default"]["content"])
    (['text/html'], ['application/problem+json', 'text/html'])
    """
    for path, methods in paths.items():
        for operation in methods.values():
            _show(path, operation.get("parameters", ()))
            answers: dict[str, dict[str, Any]] = operation.setdefault("responses", {})
            good = answers.get("200", {})
            if good.get("content") == {"application/json": {"schema": {}}}:
                good["content"] = media_types(path)
            elif good.get("content", {}).get(DATA.media_type) == {"schema": {}}:
                del good["content"][
                    DATA.media_type
                ]  # what the framework adds to the types that a route tells
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
            return {name: _shape(path, name) for name in names}
    if _JSONS.fullmatch(path):
        return {DATA.media_type: _shape(path, DATA.media_type)}
    return {_ANY: _FILE_OF_ANY} if _FILES.fullmatch(path) else {HTML.media_type.partition(";")[0]: _TEXT}


def _shape(path: str, media_type: str) -> Mapping[str, Any]:
    """Give the shape of what an address answers in a media type."""
    if media_type == JSON_LD.media_type.partition(";")[0]:
        return LINKED
    if not media_type.endswith("json"):
        return _TEXT
    found = next((record for pattern, record in RECORDS if pattern.fullmatch(path)), None)
    return _OBJECT if found is None else {"schema": found}


def _show(path: str, parameters: Iterable[dict[str, Any]]) -> None:
    """Give an example to the parameters of an address that have none of their own."""
    shown = example_of(path).braces
    for one in parameters:
        if one["in"] == "path" and one["name"] in shown and not one["schema"].get("examples"):
            one.setdefault("example", shown[one["name"]])


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
