"""`/reconcile`: the manifest, names in batches, properties, suggestions and previews, in two versions of the specification."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from ...words import N_
from ..analysis.analyses import Analyses
from ..errors.problems import ERRORS, BadRequest, problem
from ..reading.publication import begin_reading, client_of, publication_of, service_of
from ..reading.solutions import Reading
from ..render.rendering import page
from ..web.links import public_base
from ..web.page_error import PageError
from ..web.page_language import choose_language
from ..web.security import CORS, EMBED_POLICY, preflight
from . import openapi, suggestion
from .candidates import answer, written
from .entities import Entities, reconciliation_of
from .extension import extend, in_draft, in_version_2
from .manifest import PATH, draft_manifest, manifest
from .preview import facts, fragment
from .properties import described, proposed
from .request import (
    LONGEST,
    Question,
    read_batch,
    read_count,
    read_draft_batch,
    read_extension,
    read_json,
    read_types,
    refusal,
)
from .types import type_name, with_broader

router = APIRouter(prefix=PATH, tags=[openapi.TAG], responses=openapi.REFUSALS)
T = TypeVar("T")
DRAFT = "/1.0-draft"
"""Where the draft of the specification is answered, below the service."""
_SUGGESTED, _MOST_SUGGESTED, _FURTHEST = 10, 50, 10_000
_FORM = "application/x-www-form-urlencoded"
_KINDS = "^(entity|property|type)$"

Prefix = Annotated[
    str, Query(max_length=LONGEST, description="ce qui est tapé · what is typed", examples=["greno"])
]
Id = Annotated[
    str, Query(max_length=LONGEST, description="identifiant · identifier", examples=["territory/region/84"])
]


@router.get(
    "", summary="Rapprocher des noms : ce que le service offre, ou une série de noms", **openapi.BATCH_BY_GET
)
async def by_get(request: Request) -> Response:
    """Ce que le service offre (Entity Reconciliation API 0.2), ou avec `queries` ou `extend` ce qui est demandé.

    *What the service offers*, or with `queries` or `extend` what is asked.
    """
    return await _told(request, lambda: _version_2(request, dict(request.query_params)))


@router.post(
    "", summary="Rapprocher une série de noms, ou en compléter les propriétés", **openapi.BATCH_BY_FORM
)
async def by_form(request: Request) -> Response:
    """Des noms (`queries`) avec les organismes et les territoires qu’ils peuvent désigner, ou des propriétés (`extend`).

    *Names* with the organisations and territories that they may mean, or properties of things.
    """
    return await _told(request, lambda: _version_2_of_form(request))


@router.get(DRAFT, summary="Rapprocher des noms, selon le projet de version 1.0 : ce que le service offre")
async def draft(request: Request) -> Response:
    """Ce que le service offre, selon le projet de la version 1.0. *What the service offers*, as the draft has it."""
    said = choose_language(request)
    return _json(request, draft_manifest(public_base(request), _site(request), said))


@router.post(
    DRAFT + "/match",
    summary="Rapprocher une série de noms, selon le projet de version 1.0",
    **openapi.DRAFT_BATCH,
)
async def match(request: Request) -> Response:
    """Des noms et des conditions, en JSON. *Names and conditions*, as JSON."""

    async def told() -> Response:
        questions = read_draft_batch(await request.body())
        results = await _matched(request, questions)
        return _json(request, {"results": [{"candidates": one, **notes} for one, notes in results]})

    return await _told(request, told)


@router.post(
    DRAFT + "/extend",
    summary="Compléter des propriétés, selon le projet de version 1.0",
    **openapi.DRAFT_EXTENSION,
)
async def extend_draft(request: Request) -> Response:
    """Des identifiants et des propriétés, en JSON. *Identifiers and properties*, as JSON."""

    async def told() -> Response:
        asked = read_extension(read_json(await request.body(), "body"))
        meta, rows = await _run(request, lambda entities, reading: extend(entities, reading, asked))
        return _json(request, in_draft(meta, rows))

    return await _told(request, told)


@router.get(DRAFT + "/extend/propose", summary="Propriétés à compléter, selon le projet de version 1.0")
@router.get("/extend/propose", summary="Propriétés que l’on peut compléter pour un type")
async def propose(
    request: Request,
    type: Annotated[str, Query(max_length=LONGEST, description="type", examples=["Organization"])] = "",
    limit: Annotated[str, Query(max_length=10, description="propriétés au plus · at most")] = "",
) -> Response:
    """Propriétés qu’ont les organismes ou les territoires. *Properties* that organisations or territories have."""

    async def told() -> Response:
        said = choose_language(request)
        names = proposed(read_types(type))[: read_count(limit, "limit", 100, 100)]
        told = {"type": type, "properties": [described(name, said) for name in names]}
        return _json(request, told | ({"limit": len(names)} if limit else {}))

    return await _told(request, told)


@router.get(DRAFT + "/suggest/{kind}", summary="Compléter ce qui est tapé, selon le projet de version 1.0")
@router.get("/suggest/{kind}", summary="Compléter ce qui est tapé : organisme, territoire, propriété, type")
async def suggest(request: Request, kind: openapi.Suggested, prefix: Prefix = "") -> Response:
    """Ce dont le nom ou l’identifiant commence ainsi. *What* has a name or an identifier that begins so.

    `cursor` ou `offset` : combien passer ; `limit` : combien donner ; `type` : de quels types.
    """

    async def told() -> Response:
        said, asked = choose_language(request), request.query_params
        first = read_count(asked.get("offset") or asked.get("cursor"), "offset", 0, _FURTHEST, least=0)
        count = read_count(asked.get("limit"), "limit", _SUGGESTED, _MOST_SUGGESTED)
        if kind == "entity":
            types = read_types(asked.getlist("type"))
            found = await _run(
                request, lambda entities, _: suggestion.things(entities, prefix, types, said, first, count)
            )
        else:
            found = (suggestion.properties if kind == "property" else suggestion.types)(
                prefix, said, first, count
            )
        return _json(request, {"result": found})

    return await _told(request, told)


@router.get("/suggest/{kind}/flyout", summary="Quelques lignes sur ce qui est proposé")
async def flyout(request: Request, kind: openapi.Suggested, id: Id) -> Response:
    """Un fragment de HTML.

    *A piece of HTML*.
    """

    async def told() -> Response:
        said = choose_language(request)
        made = await _run(request, lambda entities, _: fragment(kind, entities, id, said))
        return _json(request, {"id": id, "html": made})

    return await _told(request, told)


@router.get(DRAFT + "/preview", summary="Aperçu, selon le projet de version 1.0", include_in_schema=False)
@router.get("/preview", summary="Aperçu d’un organisme ou d’un territoire, dans un cadre")
async def preview(request: Request, id: Id) -> Response:
    """Une petite page que tout site peut mettre dans un cadre. *A small page* that any site may frame."""
    said = choose_language(request)

    def read(entities: Entities, reading: Reading) -> tuple[Any, ...]:
        path, address, rows = facts(entities, reading, id)
        named = entities.named(path)
        detail = entities.names.precise(named, said) if named else ""
        types = ", ".join(type_name(one)[said] for one in with_broader(entities.type(path)))
        return path, address, rows, entities.name(path), detail or types

    path, address, rows, name, kind = await _run(request, read)
    base = public_base(request)
    made = page(
        request,
        "reconciliation_preview.html",
        language=said,
        name=name,
        nature=kind,
        facts=rows,
        address=f"{base}{address}" if address else "",
        this_path=path,
        publication=publication_of(service_of(request.app).pool.snapshot()),
    )
    made.headers.update({"Content-Security-Policy": EMBED_POLICY, "Cache-Control": "no-cache", **CORS})
    return made


@router.options("", include_in_schema=False)
@router.options("/{path:path}", include_in_schema=False)
async def options(path: str = "") -> Response:
    """Tell a browser what a page of another site may ask."""
    return Response(status_code=204, headers=preflight("GET, HEAD, POST, OPTIONS"))


async def _version_2_of_form(request: Request) -> Response:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise refusal(N_("Le corps est un formulaire ({form}) avec « queries » ou « extend ».", form=_FORM))
    try:
        given = parse_qs((await request.body()).decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:  # not UTF-8, or too many fields
        raise refusal(N_("Le formulaire n’est pas lisible en UTF-8, ou a plus de 20 champs.")) from error
    form = {name: values[0] for name, values in given.items()}
    if not form.keys() & {"queries", "extend"}:
        raise refusal(N_("Le corps est un formulaire ({form}) avec « queries » ou « extend ».", form=_FORM))
    return await _version_2(request, form)


async def _version_2(request: Request, given: Mapping[str, str]) -> Response:
    """Answer a batch of names or a question about properties; without either, tell what the service offers."""
    if "queries" in given:
        batch = read_batch(given["queries"])
        results = await _matched(request, list(batch.values()))
        told = {key: {"result": one, **notes} for key, (one, notes) in zip(batch, results, strict=True)}
        return _json(request, told)
    if "extend" in given:
        asked = read_extension(read_json(given["extend"], "extend"))
        meta, rows = await _run(request, lambda entities, reading: extend(entities, reading, asked))
        return _json(request, in_version_2(meta, rows))
    return _json(request, manifest(public_base(request), _site(request), choose_language(request)))


async def _matched(request: Request, questions: list[Question]) -> list[tuple[list[Any], dict[str, Any]]]:
    """Answer questions: the candidates of each, and `notes` on what is wrong with it, where anything is."""
    said = choose_language(request)

    def read(entities: Entities, reading: Reading) -> list[tuple[list[Any], dict[str, Any]]]:
        return [
            (
                [written(entities, candidate, said) for candidate in one.candidates],
                {"notes": [note[said] for note in one.notes]} if one.notes else {},
            )
            for one in answer(entities, reading, questions)
        ]

    return await _run(request, read)


async def _run(request: Request, work: Callable[[Entities, Reading], T]) -> T:
    """Run a function of the entities, each client in turn; raises what it raises, NoSnapshot, PoolBusy, QueryTimeout."""
    entities = await reconciliation_of(request.app).current()
    request.state.reconciled = entities.snapshot
    reading = replace(begin_reading(service_of(request.app)), language=choose_language(request))
    quick: Analyses = request.app.state.maps
    return await quick.read(lambda _: work(entities, reading), client=client_of(request))


async def _told(request: Request, make: Callable[[], Any]) -> Response:
    """Give an answer, or the problem that prevents it, which any site may read."""
    try:
        made: Response = await make()
    except ERRORS as error:
        return problem(error)
    except PageError as error:
        return problem(BadRequest(error.status_code, error.message))
    return made


def _json(request: Request, told: Any) -> Response:
    headers = {
        **CORS,
        "Content-Language": choose_language(request),
        "Vary": "Accept-Language",
        "Cache-Control": "no-cache",
    }
    if snapshot := getattr(request.state, "reconciled", ""):
        headers["Ancrage-Snapshot"] = snapshot
    return JSONResponse(told, headers=headers)


def _site(request: Request) -> str:
    name: str = request.app.state.theme.name
    return name
