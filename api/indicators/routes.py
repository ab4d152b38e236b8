"""Indicators at `/api/v1/indicators`: what they are, and their values for a level, as JSON, CSV and workbooks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from ...graph.region.gazetteer import Gazetteer
from ...graph.region.view import RegionView
from ..analysis.analyses import run_for
from ..analysis.openapi import REFUSALS
from ..analysis.routes import Illustrative, Lang
from ..errors.problems import ERRORS, problem
from ..errors.refusals import known_parameters
from ..maps.atlas import Atlas
from ..reading.cube import ALL, REGION, groups_of, periods_of, select
from ..reading.publication import reading_of
from ..render.csvw import origin_of
from ..render.files import WRITTEN, chosen_format, file_response
from ..web.negotiation import DATA
from ..web.page_language import choose_language
from ..web.security import CORS
from .files import describe, write_values

router = APIRouter(
    prefix="/api/v1/indicators",
    tags=["indicators"],
    responses=REFUSALS,
    dependencies=[Depends(known_parameters)],
)
_FORMATS = (DATA, *WRITTEN)


@router.get("", summary="Tous les indicateurs", response_model=None)
async def indicators(
    request: Request,
    topic: Annotated[str, Query(description="thème · topic", max_length=40)] = "",
    illustrative: Illustrative = False,
) -> Response:
    """Définition, unité, calcul, sources, niveaux, groupes et dernière période de chaque indicateur.

    *All the indicators*: definition, unit, formula, sources, levels, groups and latest period; files that could not be
    used are named.
    """

    def made(matter: RegionView) -> dict[str, object]:
        atlas = Atlas.of(matter)
        cube = atlas.cube
        periods = periods_of(cube)
        return {
            "snapshot": matter.snapshot,
            "errors": [str(error) for error in cube.errors],
            "indicators": [
                describe(one, atlas) | {"period": periods.get(one.id), "groups": groups_of(cube, one.id)}
                for one in cube.indicators.values()
                if topic in ("", one.topic)
            ],
        }

    try:
        told = await run_for(
            request, reading_of(request), request.app.state.maps, made, illustrative=illustrative
        )
    except ERRORS as error:
        return problem(error)
    return JSONResponse(told, headers={**CORS, "Ancrage-Snapshot": str(told["snapshot"])})


@router.get("/{name}/values", summary="Valeurs d’un indicateur", response_model=None)
async def values(
    request: Request,
    name: str,
    level: Annotated[
        str, Query(description="commune, epci, department, region, zone, bassin, adhoc", max_length=40)
    ] = "",
    within: Annotated[
        str, Query(description="territoire : code, chemin, IRI ou nom · territory", max_length=200)
    ] = REGION,
    period: Annotated[
        str, Query(description=f"la dernière ; {ALL} : toutes · the latest; {ALL} for all", max_length=20)
    ] = "",
    by: Annotated[
        str,
        Query(description=f"groupe : chemin ou code ; {ALL} : tous · group; {ALL} for all", max_length=200),
    ] = "",
    illustrative: Illustrative = False,
    format: Annotated[
        str, Query(description="json, csv, csvw, csv-fr ou xlsx ; sinon l’en-tête Accept · else Accept")
    ] = "",
    lang: Lang = "",
) -> Response:
    """Une ligne par territoire, groupe et période ; sans valeur, `status` dit pourquoi.

    *Values of an indicator*: a row a territory, group and period; where there is no value, `status` says why.
    """
    try:
        reading = reading_of(request)
        chosen, said = chosen_format(request, _FORMATS), choose_language(request)

        def made(matter: RegionView) -> tuple[str, bytes]:
            atlas = Atlas.of(matter)
            found = select(atlas.cube, Gazetteer.of(matter), name, level, within, period, by)
            return matter.snapshot, write_values(
                found, chosen, said, atlas, str(request.url), origin_of(request)
            )

        snapshot, body = await run_for(
            request, reading, request.app.state.maps, made, illustrative=illustrative
        )
    except ERRORS as error:
        return problem(error)
    return file_response(request, body, chosen, name, snapshot, said)
