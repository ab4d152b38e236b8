"""Scenarios at `/api/v1/scenarios`: listed, compared without a trace, saved and deleted with the write key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from ...graph.region.view import RegionView
from ...graph.scenarios.assumptions import Scenario
from ...graph.scenarios.comparison import Comparison, compare
from ...graph.scenarios.reading import read_scenario
from ...graph.scenarios.saved import list_scenarios, saved_scenario
from ...graph.snapshots.reader import LocalReader
from ...loaders.write import scenarios as kept
from ...loaders.write.request import Written
from ...words import N_
from ..errors.problems import ERRORS, BadRequest, problem
from ..errors.refusals import known_parameters
from ..reading.publication import client_of, reading_of
from ..render.csvw import origin_of
from ..render.files import chosen_format, file_response
from ..sparql.update import headers_of
from ..sparql.write_key import in_turn, refusal_answer, require_key, writer_of
from ..web.bodies import allow
from ..web.links import public_base
from ..web.page_language import choose_language
from ..web.security import CORS, preflight
from . import comparisons
from .analyses import Analyses
from .files import FORMATS
from .openapi import (
    COMPARISON_RESPONSE,
    LONGEST_ASSUMPTION,
    MOST_ASSUMPTIONS,
    REFUSALS,
    SCENARIO_BODY,
    SCENARIO_RESPONSE,
    TAG,
    refusal,
)
from .routes import (
    Format,
    Illustrative,
    Lang,
)

router = APIRouter(
    prefix="/api/v1/scenarios", tags=[TAG], responses=REFUSALS, dependencies=[Depends(known_parameters)]
)

LARGEST = 64 << 10
"""Bytes of a scenario that is sent."""

Territories = Annotated[
    list[str] | None,
    Query(description="dont on veut tous les chiffres · all of whose figures are wanted", examples=[["07"]]),
]
Figures = Annotated[
    list[str] | None,
    Query(description="un chiffre ; tous sinon · a figure; all by default", examples=[["branches"]]),
]
Name = Annotated[str, Path(description="nom du scénario · its name", examples=["die"], max_length=60)]


class Sent(BaseModel):
    """A scenario as it is sent; what its parts mean is read after, as from a file (`read_scenario`)."""

    model_config = ConfigDict(
        extra="allow"
    )  # a field that no scenario has is refused there, with those it has

    name: str | None = None
    label: str | None = None
    label_en: str = ""
    assumptions: list[str | dict[str, str | int | list[str]]] = []


_KEY: dict[str, Any] = {"security": [{"writeKey": []}]}


@router.get("", summary="Scénarios gardés", responses=SCENARIO_RESPONSE["list"])
async def list_saved(request: Request) -> Response:
    """Donne les scénarios gardés, avec leurs hypothèses.

    *Saved scenarios*, with their assumptions.
    """
    return await _read(request, lambda reader: [_told(one) for one in list_scenarios(reader)])


@router.post(
    "",
    summary="Comparer un scénario sans le garder",
    responses=COMPARISON_RESPONSE,
    openapi_extra={"requestBody": SCENARIO_BODY},
)
async def compare_unsaved(
    request: Request,
    territory: Territories = None,
    figure: Figures = None,
    illustrative: Illustrative = False,
    format: Format = "",
    lang: Lang = "",
) -> Response:
    """Chiffres avant et après un scénario envoyé dans le corps ; rien n’est écrit.

    *Figures before and after a scenario* sent as the body; nothing is written.
    """
    try:
        scenario = _bounded(read_scenario(await _body(request)))
        return await _compared(request, lambda _: scenario, territory, figure, illustrative)
    except ERRORS as error:
        return problem(error)


@router.get("/{name}", summary="Un scénario gardé", responses=SCENARIO_RESPONSE["one"])
async def one_saved(request: Request, name: Name) -> Response:
    """Titre et hypothèses d’un scénario, tels qu’ils se renvoient.

    *A saved scenario*, as it may be sent again.
    """
    return await _read(request, lambda reader: _told(saved_scenario(reader, name)))


@router.get("/{name}/comparison", summary="Comparaison d’un scénario gardé", responses=COMPARISON_RESPONSE)
async def compare_saved(
    request: Request,
    name: Name,
    territory: Territories = None,
    figure: Figures = None,
    illustrative: Illustrative = False,
    format: Format = "",
    lang: Lang = "",
) -> Response:
    """Chiffres avant et après un scénario gardé, et l’hypothèse qui les a changés.

    *Figures before and after a saved scenario*, and the assumption that changed them.
    """
    try:
        reading_of(request)  # the answer is kept as pages are
        return await _compared(
            request, lambda reader: saved_scenario(reader, name), territory, figure, illustrative
        )
    except ERRORS as error:
        return problem(error)


@router.put(
    "/{name}",
    summary="Garder un scénario (avec la clé d’écriture)",
    status_code=201,
    response_description="Créé · created",
    responses={
        204: {"description": "Remplacé · replaced"},
        401: refusal("Sans clé · no key"),
    },
    openapi_extra={"requestBody": SCENARIO_BODY, **_KEY},
)
async def save(
    request: Request,
    name: Name,
    figures: Annotated[
        bool, Query(description="garder aussi les chiffres, simulés · keep the simulated figures too")
    ] = False,
    illustrative: Illustrative = False,
) -> Response:
    """Garde un scénario dans son graphe nommé, en place de celui du même nom, et publie.

    *Saves a scenario* in its named graph, in place of the one of its name, and publishes.
    """
    writer = writer_of(request)
    try:
        if writer is None:
            raise _only_read()
        require_key(request)
        body = await _body(request)
        scenario = _bounded(read_scenario({"name": name, **body}))
        if scenario.name != name:
            raise BadRequest(
                400,
                N_(
                    "Le scénario s’appelle {scenario}, et l’adresse dit {name}.",
                    scenario=scenario.name,
                    name=name,
                ),
                title="Two names",
            )
        data_dir = request.app.state.settings.data_dir

        def work() -> Written:
            with LocalReader.current(data_dir) as reader:
                matter = RegionView.of(reader, illustrative=illustrative)
                run = compare(matter, scenario) if figures else None
                if run is not None:
                    return kept.save_run(writer, run, matter)
                return kept.save(writer, scenario, matter)

        done = await in_turn(request, work)
    except ERRORS as error:
        return refusal_answer(error)
    if not done.created:
        return Response(status_code=204, headers=headers_of(done))
    location = f"{public_base(request)}/api/v1/scenarios/{name}"
    return Response(status_code=201, headers={**headers_of(done), "Location": location})


@router.delete(
    "/{name}",
    summary="Supprimer un scénario gardé (avec la clé d’écriture)",
    status_code=204,
    response_description="Supprimé · deleted",
    responses={401: refusal("Sans clé · no key")},
    openapi_extra=_KEY,
)
async def delete(request: Request, name: Name) -> Response:
    """Supprime le graphe nommé du scénario, et rien d’autre.

    *Deletes the named graph* of the scenario, and nothing else.
    """
    writer = writer_of(request)
    try:
        if writer is None:
            raise _only_read()
        require_key(request)
        done = await in_turn(request, lambda: kept.delete(writer, name))
    except ERRORS as error:
        return refusal_answer(error)
    return Response(status_code=204, headers=headers_of(done))


@router.options("", include_in_schema=False)
@router.options("/{name}", include_in_schema=False)
async def options() -> Response:
    """Tell a browser what a page of another site may do: read, and compare without a trace."""
    return Response(status_code=204, headers=preflight("GET, HEAD, POST, OPTIONS"))


def _analyses(request: Request) -> Analyses:
    """Give what runs the analyses of the application: nothing of a scenario is still to be made."""
    found: Analyses = request.app.state.analyses
    return found


async def _read(request: Request, work: Callable[[LocalReader], Any]) -> Response:
    try:
        reading = reading_of(request)
        snapshot, told = await _analyses(request).read(
            lambda reader: (reader.snapshot.id, work(reader)), client=client_of(request)
        )
    except ERRORS as error:
        return problem(error)
    reading.failed |= snapshot != reading.snapshot
    return JSONResponse(told, headers={**CORS, "Vary": "Accept", "Ancrage-Snapshot": snapshot})


async def _compared(
    request: Request,
    find: Callable[[LocalReader], Scenario],
    territories: list[str] | None,
    figures: list[str] | None,
    illustrative: bool,
) -> Response:
    chosen, said = chosen_format(request, FORMATS), choose_language(request)
    analyses = _analyses(request)
    scenario = await analyses.read(find, client=client_of(request))

    def work(matter: RegionView) -> tuple[str, bytes]:
        found: Comparison = compare(matter, scenario, territories or None, figures or None)
        return matter.snapshot, comparisons.write(found, chosen, said, origin_of(request))

    snapshot, body = await analyses.run(work, illustrative=illustrative, client=client_of(request))
    if (reading := getattr(request.state, "reading", None)) is not None:
        reading.failed |= snapshot != reading.snapshot
    return file_response(request, body, chosen, f"scenario-{scenario.name}", snapshot, said)


async def _body(request: Request) -> dict[str, Any]:
    """Read a body in JSON, of LARGEST bytes at most; raises BadRequest, BodyTooLarge."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise BadRequest(
            415,
            N_("Un scénario s’envoie en application/json."),
            {"Accept-Post": "application/json"},
        )
    allow(request.scope, LARGEST)
    try:
        sent = Sent.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"][:2])
        raise BadRequest(
            400,
            N_(
                "Le corps n’est pas un scénario en JSON : « {where} » n’est pas ce qui est attendu.",
                where=where,
            )
            if where
            else N_("Le corps n’est pas un objet JSON."),
            title="Not a scenario",
            reason=first["msg"],
        ) from None
    return sent.model_dump(exclude_unset=True)


def _bounded(scenario: Scenario) -> Scenario:
    """Give a scenario that is not too large to be computed for anybody; raises BadRequest."""
    if len(scenario.assumptions) > MOST_ASSUMPTIONS:
        raise BadRequest(400, N_("Un scénario a {n} hypothèses au plus.", n=str(MOST_ASSUMPTIONS)))
    if any(len(one.to_line()) > LONGEST_ASSUMPTION for one in scenario.assumptions):
        raise BadRequest(400, N_("Une hypothèse a {n} caractères au plus.", n=str(LONGEST_ASSUMPTION)))
    return scenario


def _told(scenario: Scenario) -> dict[str, Any]:
    lines = [one.to_line() for one in scenario.assumptions]
    return {**scenario.to_dict(), "lines": lines, "graph": scenario.graph}


def _only_read() -> BadRequest:
    return BadRequest(
        405,
        N_("Ici, les scénarios se lisent et se comparent seulement."),
        {"Allow": "GET, HEAD, POST, OPTIONS"},
    )
