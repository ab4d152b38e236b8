"""Search by name over territories, actors, programmes and filières."""

from itertools import groupby
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from .links import href
from .names import KINDS, Index, Named
from .publication import index_of, reading_of
from .rendering import page
from .solutions import Reading

router = APIRouter(tags=["pages"])
Kind = Literal["territoires", "acteurs", "formations", "filieres"]

#: How many results of each kind the common list shows, and how many the list of one kind does.
SHORT, LONG = 8, 100


@router.get("/recherche", summary="Recherche par nom")
def search(
    request: Request,
    reading: Annotated[Reading, Depends(reading_of)],
    q: Annotated[str, Query(max_length=200, description="mots du nom, ou code")] = "",
    kind: Annotated[Literal["territoires", "acteurs", "formations", "filieres", ""], Query()] = "",
    format: Annotated[Literal["html", "json"], Query()] = "html",
) -> Response:
    """Find things by name or code, without regard to accents or case, grouped by kind."""
    index = index_of(request, reading)
    found = index.find(q, kind or None)
    if format == "json":
        return JSONResponse(
            [{"iri": t.iri, "label": t.label, "kind": t.kind, "detail": t.detail} for t in found[:LONG]]
        )
    groups = grouped(found, LONG if kind else SHORT)
    return page(
        request,
        "search.html",
        q=q,
        kind=kind,
        total=len(found),
        groupes=groups,
        proches=index.nearest(q, kind or None, 6) if q and not found else [],
        etendue=counted(index),
        sortes=KINDS,
        adresse=href,
        fil=[(None, "Recherche")],
    )


def grouped(found: list[Named], limit: int) -> list[tuple[str, str, int, list[Named]]]:
    """Group results by kind, keeping the best kinds first: kind, title, count, the first results."""
    order = {thing.kind: rank for rank, thing in reversed(list(enumerate(found)))}
    by_kind = sorted(found, key=lambda thing: order[thing.kind])
    groups = []
    for kind, things in groupby(by_kind, key=lambda thing: thing.kind):
        members = list(things)
        groups.append((kind, KINDS[kind], len(members), members[:limit]))
    return groups


def counted(index: Index) -> dict[str, int]:
    """Count the things that can be found, by kind."""
    counts = dict.fromkeys(KINDS, 0)
    for thing in index.things:
        counts[thing.kind] += 1
    return counts
