"""The page of a filière: links, members, producers as counts, graph beside its table."""

from collections import defaultdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from .chain import FUNCTIONS, KINDS, STAGES, Chain, read_chain
from .chain_drawing import draw_chain
from .links import BASE, local_name
from .publication import reading_of
from .rendering import page
from .solutions import Reading, Row
from .territory_page import alternates

router = APIRouter(tags=["pages"])


@router.get("/filieres/{slug}", summary="Page d’une filière")
def chain_view(
    request: Request,
    reading: Annotated[Reading, Depends(reading_of)],
    slug: str,
    fonction: Annotated[
        list[str] | None, Query(description="trains, researches, produces, supports, relays")
    ] = None,
    etape: Annotated[list[str] | None, Query(description="resource, first-processing… ou none")] = None,
) -> Response:
    """Show one filière; filters act on the graph and on the table alike."""
    functions = [name for name in fonction or () if name in FUNCTIONS]
    stages = [name for name in etape or () if name in (*STAGES, "none")]
    chain = read_chain(reading, f"{BASE}value-chain/{slug}", functions, stages)
    if chain is None:
        raise HTTPException(404, f"Aucune source chargée ne décrit de filière nommée « {slug} ».")
    drawing = draw_chain(chain)
    return page(
        request,
        "chain.html",
        graph=True,
        iri=chain.iri,
        filiere=chain,
        slug=slug,
        dessin=drawing,
        sortes=KINDS,
        fonctions_choisies=functions,
        etapes_choisies=stages,
        etapes=stage_cards(chain),
        producteurs=producers(chain),
        lieux=places(chain),
        alternates=alternates(chain.iri),
        fil=[("/filieres", "Filières"), (None, chain.label)],
    )


def stage_cards(chain: Chain) -> list[dict[str, Any]]:
    """Gather, for each stage, its activities in both revisions and its members by function."""
    cards = []
    for stage, label in chain.stages:
        counts: dict[str, int] = defaultdict(int)
        for member in chain.members:
            if stage in member.stages:
                for function in member.functions:
                    counts[function] += 1
        cards.append(
            {
                "iri": stage,
                "label": label,
                "old": [link for link in chain.links if link.stage == stage and not link.recent],
                "recent": [link for link in chain.links if link.stage == stage and link.recent],
                "functions": [(text, counts[f]) for f, text in chain.functions if counts[f]],
            }
        )
    return cards


def producers(chain: Chain) -> list[dict[str, Any]]:
    """Gather jobs and establishments around each stage, at the latest period of each indicator."""
    latest: dict[tuple[str, str], Row] = {}
    for row in chain.blocks["producers"].rows:
        if "indicator" not in row:
            continue
        key = (row["sector"], row["indicator"])
        if key not in latest or row["period"] > latest[key]["period"]:
            latest[key] = row
    stages: dict[str, list[str]] = defaultdict(list)
    for row in chain.blocks["sectors"].rows:
        stages[row["sector"]].append(row["stage"])
    order = {stage: rank for rank, (stage, _) in enumerate(chain.stages)}
    lines = [
        {
            "stage": chain.labels[stage],
            "sector": chain.labels[sector],
            "code": local_name(sector),
            "indicator": chain.labels[indicator],
            "jobs": local_name(indicator) == "salaried-jobs",
            "rank": order.get(stage, 99),
            **{name: row[name] for name in ("period", "value", "territories")},
        }
        for (sector, indicator), row in latest.items()
        for stage in stages[sector]
    ]
    return sorted(lines, key=lambda line: (not line["jobs"], line["rank"], line["code"]))


def places(chain: Chain) -> list[tuple[str, str, dict[str, int]]]:
    """Count members by département and function."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in chain.blocks["places"].rows:
        found[row["department"]][row["function"]] = int(row["value"])
    return [
        (iri, chain.labels[iri], counts)
        for iri, counts in sorted(found.items(), key=lambda p: local_name(p[0]))
    ]
