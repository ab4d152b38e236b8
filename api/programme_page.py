"""The page of a programme: who offers it, where, what it prepares for (inferred), in which filières, where else it is."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from .links import BASE, document_path
from .negotiation import language
from .publication import reading_of
from .rendering import page
from .solutions import Block, Reading
from .territory_page import alternates
from .wording import fold

router = APIRouter(tags=["pages"])
_SHOWN = ("level", "institution", "field", "town", "capacity", "start", "end", "evidence", "source")


@router.get("/formations/{code}", summary="Page d’une formation")
def programme(request: Request, reading: Annotated[Reading, Depends(reading_of)], code: str) -> Response:
    """Draw the page of one programme."""
    said = language(request.headers.get("accept-language"), request.query_params.get("lang"))
    reading.language = said
    iri = f"{BASE}programme/{code}"
    blocks = reading.blocks("programme", ("facts", "families", "alike"), programme=iri)
    blocks["chains"] = reading.block("actor/chains", actor=iri)
    facts = blocks["facts"]
    if not facts.rows and not facts.failure:
        described = reading.ask(f"SELECT ?p {{ <{iri}> ?p ?o }} LIMIT 1") if _plain(code) else Block("")
        if described.rows:
            return RedirectResponse(document_path(iri) or "/", 303)
        raise HTTPException(404, f"Aucune source chargée ne décrit de formation au code {code}.")
    reading.learn_labels(
        {iri, *(v for b in blocks.values() for r in b.rows for v in r.values() if v.startswith("http"))}
    )
    name = reading.label(iri)
    return page(
        request,
        "programme.html",
        language=said,
        iri=iri,
        code=code,
        nom=name,
        blocs=blocks,
        etiquette=reading.label,
        faits={key: _values(facts, key) for key in _SHOWN},
        semblables=_alike(reading, blocks["alike"]),
        autre=f"/formations/{code}?lang={'fr' if said == 'en' else 'en'}",
        alternates=alternates(iri),
        fil=[("/recherche?kind=formations", "Programmes" if said == "en" else "Formations"), (None, name)],
    )  # fmt: skip


def _plain(code: str) -> bool:
    return all(one.isalnum() or one in "-_." for one in code)


def _values(block: Block, name: str) -> list[str]:
    """List the different values of a column, in their order."""
    return list(dict.fromkeys(row[name] for row in block.rows if name in row))


def _alike(reading: Reading, block: Block) -> list[dict[str, Any]]:
    """Gather the other programmes of the same name, by where they are."""
    found: dict[str, dict[str, Any]] = {}
    for row in block.rows:
        one = found.setdefault(row["other"], {"iri": row["other"], "where": set(), "who": set()})
        if "town" in row:
            one["where"].add(reading.label(row["town"]))
        if "institution" in row:
            one["who"].add(reading.label(row["institution"]))
    listed = [{**one, "where": sorted(one["where"]), "who": sorted(one["who"])} for one in found.values()]
    return sorted(listed, key=lambda one: (fold(" ".join(one["where"])), one["iri"]))
