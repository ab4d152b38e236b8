"""Gaps, synergies and suggestions at `/api/v1/…`: JSON, CSV, workbooks and RDF, computed beside the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from ...graph.findings.model import Report
from ...graph.region.view import RegionView
from ...words import N_
from ..errors.nothing_said import check_report
from ..errors.problems import ERRORS, BadRequest, problem
from ..errors.refusals import known_parameters
from ..reading.publication import reading_of
from ..render.csvw import origin_of
from ..render.files import chosen_format, file_response
from ..web.page_cache import leave_out
from ..web.page_language import choose_language
from ..web.security import CORS
from . import files
from .analyses import Analyses, run_for
from .openapi import QUALITY_RESPONSE, REFUSALS, REPORT_RESPONSE, TAG

if TYPE_CHECKING:
    from ...graph.suggestions.trust import Trust

router = APIRouter(prefix="/api/v1", tags=[TAG], responses=REFUSALS, dependencies=[Depends(known_parameters)])

Made = TypeVar("Made")
Illustrative = Annotated[
    bool,
    Query(description="compter aussi les données illustratives (inventées) · count illustrative data too"),
]
Format = Annotated[
    str,
    Query(
        description="json, csv, csvw, csv-fr, xlsx, ttl, jsonld ou nt ; sinon l’en-tête Accept · else Accept"
    ),
]
Lang = Annotated[
    str, Query(description="fr ou en, pour les phrases des fichiers · for the sentences of files")
]
Answered: TypeAlias = Callable[[RegionView], Report]


@router.get("/gaps", summary="Manques d’un territoire", responses=REPORT_RESPONSE["gaps"])
async def gaps(
    request: Request,
    territory: Annotated[
        str,
        Query(
            description="code, chemin, IRI ou nom · code, path, IRI or name",
            examples=["200040715"],
            min_length=1,
            max_length=200,
        ),
    ],
    kind: Annotated[
        list[str] | None,
        Query(
            description="demand, tie, link, access, data ; tous sinon · all by default", examples=[["demand"]]
        ),
    ] = None,
    radius: Annotated[
        float | None, Query(description="portée en km · reach in km", gt=0, le=500, examples=[30])
    ] = None,
    illustrative: Illustrative = False,
    format: Format = "",
    lang: Lang = "",
) -> Response:
    """Demande sans offre, offre sans lien, maillon manquant, accès insuffisant, données manquantes.

    *Gaps of a territory*: demand without supply, supply without a tie, missing links, insufficient access,
    missing data; each with its strength, interval, evidence, reasons and the question it rests on.
    """
    from ...graph.gaps import KINDS
    from ...graph.gaps import gaps as find

    def work(matter: RegionView) -> Report:
        chosen = _kinds(kind, KINDS)
        more: dict[str, Any] = {"radius": radius} if radius is not None else {}
        return find(matter, territory, kinds=chosen, **more)

    return await _reported(request, "gaps", work, illustrative)


@router.get(
    "/synergies", summary="Synergies d’un territoire ou d’une filière", responses=REPORT_RESPONSE["synergies"]
)
async def synergies(
    request: Request,
    subject: Annotated[
        str,
        Query(
            description="territoire ou filière : code, chemin, IRI ou nom · territory or value chain",
            examples=["timber-construction"],
            min_length=1,
            max_length=200,
        ),
    ],
    kind: Annotated[
        list[str] | None,
        Query(description="ties, complementarity, fields, helix, brokerage ; tous sinon · all by default"),
    ] = None,
    illustrative: Illustrative = False,
    format: Format = "",
    lang: Lang = "",
) -> Response:
    """Liens existants, complémentarités, champs qui appuient une filière, synergie des trois hélices, intermédiaires.

    *Synergies of a territory or a value chain*: ties, complementarity, supporting fields, three-helix synergy,
    brokerage.
    """
    from ...graph.synergies import KINDS
    from ...graph.synergies import synergies as find

    return await _reported(
        request, "synergies", lambda matter: find(matter, subject, kinds=_kinds(kind, KINDS)), illustrative
    )


@router.get(
    "/suggestions",
    summary="Liens suggérés à un acteur, un territoire ou une demande",
    responses=REPORT_RESPONSE["suggestions"],
)
async def suggestions(
    request: Request,
    subject: Annotated[
        str,
        Query(
            description="acteur, territoire ou demande · actor, territory or request",
            examples=["200040715"],
            min_length=1,
            max_length=200,
        ),
    ],
    count: Annotated[
        int | None,
        Query(
            description="nombre de liens ; sans lui, autant que la qualité mesurée le justifie"
            " · number of links; without it, as many as the measured quality supports",
            ge=1,
            le=100,
        ),
    ] = None,
    to: Annotated[
        str | None,
        Query(
            description="seulement des acteurs de ce territoire · only actors of this territory",
            max_length=200,
        ),
    ] = None,
    radius: Annotated[float | None, Query(description="portée en km · reach in km", gt=0, le=2000)] = None,
    illustrative: Illustrative = False,
    format: Format = "",
    lang: Lang = "",
) -> Response:
    """Liens possibles laboratoire ou formation ↔ entreprise, territoire ou demande, chacun avec ses raisons.

    *Suggested links*, ranked, each with its reasons in words and as paths of the graph.
    """
    from ...graph.suggestions import suggest

    return await _reported(
        request,
        "suggestions",
        lambda matter: suggest(matter, subject, count=count, to=to, radius=radius),
        illustrative,
    )


@router.get("/suggestions/quality", summary="Qualité mesurée des suggestions", responses=QUALITY_RESPONSE)
async def quality(request: Request, illustrative: Illustrative = False) -> Response:
    """Ce que valent les listes, et combien de places en sont montrées : nombre choisi sur une coupure, vérifié sur la suivante.

    *Measured quality of suggestions*: how many are shown by kind, chosen on one split in time and tested on the next.
    """
    from ...graph.suggestions.quality import KINDS
    from ...graph.suggestions.trust import Trust

    try:
        snapshot, trust = await run_for(
            request,
            reading_of(request),
            analyses_of(request),
            lambda matter: (matter.snapshot, Trust.of(matter)),
            illustrative=illustrative,
        )
    except ERRORS as error:
        return problem(error)
    told = {
        "pending": trust.pending,
        "tuned_after": trust.tune,
        "tested_after": trust.split,
        "new_ties": trust.new,
        "projects": trust.projects,
        "kinds": [
            {
                "kind": kind,
                "shown": trust.shown(kind),
                **_worth(trust, kind),
                "words": dict(trust.words(kind)),
            }
            for kind in KINDS
        ],
        "snapshot": snapshot,
        "illustrative": illustrative,
    }
    return JSONResponse(told, headers={**CORS, "Vary": "Accept", "Ancrage-Snapshot": snapshot})


async def _reported(request: Request, name: str, work: Answered, illustrative: bool) -> Response:
    """Answer with a report in the format asked for; the answer is kept as pages are."""
    try:
        reading = reading_of(request)
        chosen, said = chosen_format(request, files.FORMATS), choose_language(request)

        def made(matter: RegionView) -> tuple[str, bytes]:
            return matter.snapshot, files.write(
                [check_report(work(matter))], chosen, said, origin=origin_of(request)
            )

        snapshot, body = await run_for(
            request, reading, analyses_of(request), made, illustrative=illustrative
        )
    except ERRORS as error:
        return problem(error)
    return file_response(request, body, chosen, name, snapshot, said)


def _worth(trust: Trust, kind: str) -> dict[str, Any]:
    """Give what was measured of a kind; nothing where it was not."""
    worth = trust.worth.get(kind)
    return {} if worth is None else {"measured": vars(worth)}


def analyses_of(request: Request) -> Analyses:
    """Give what runs the analyses of the application; an answer made of it is kept only when nothing is to come."""
    found: Analyses = request.app.state.analyses
    if found.provisional:
        leave_out(request)
    return found


def _kinds(asked: list[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """Check the kinds asked for; raises BadRequest."""
    for one in asked or ():
        if one not in known:
            raise BadRequest(
                400,
                N_("il n’y a pas de type « {kind} » : donnez {known}.", kind=one, known=", ".join(known)),
                title="No such kind",
                kinds=list(known),
            )
    return tuple(asked) if asked else known
