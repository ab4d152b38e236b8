"""The page of an actor: identity and codes, sites, kin, programmes, students, interactions, filières."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from . import actor_suggestions, programme_page
from .links import BASE, friendly_page, local_name
from .publication import reading_of
from .rendering import page
from .solutions import PREFIXES, Reading, Row, text_term
from .territory_page import alternates, by_type, by_year, facts_of
from .wording import fold

router = APIRouter(tags=["pages"])
for beside in (actor_suggestions, programme_page):
    router.include_router(beside.router)

#: The questions whose answers the page shows, kept in `questions/actor/`.
BLOCKS = (
    *("sites", "kin", "programmes", "students", "chains", "partners"),
    *("interactions", "interactions-by-year", "interactions-by-type"),
)

CODES = {
    "uai": "UAI",
    "rnsr": "RNSR",
    "siren": "SIREN",
    "siret": "SIRET",
    "pic": "PIC (Commission européenne)",
    "paysage": "Paysage",
    "idref": "IdRef",
    "ror": "ROR",
    "wikidata": "Wikidata",
    "formerCode": "Anciens codes",
}

RELATIONS = {
    "supervised-by": "Tutelles",
    "supervises": "Unités dont c’est une tutelle",
    "participating": "Établissements participants",
    "takes-part-in": "Participe à",
    "part-of": "Fait partie de",
    "parts": "Composantes",
    "member-of": "Membre de",
    "members": "Membres",
}


@router.get("/acteurs/{code}", summary="Page d’un acteur")
def actor(request: Request, reading: Annotated[Reading, Depends(reading_of)], code: str) -> Response:
    """Draw the portrait of one organisation."""
    iri = f"{BASE}organization/{code}"
    facts = reading.block("actor/facts", actor=iri)
    if not facts.rows and not facts.failure:
        known = _by_code(reading, code)
        if known is not None:
            return RedirectResponse(known, 303)
        raise HTTPException(404, f"Aucune source chargée ne décrit d’organisation au code {code}.")
    blocks = reading.blocks("actor", BLOCKS, actor=iri)
    mentioned = {iri}
    for block in [facts, *blocks.values()]:
        for row in block.rows:
            mentioned.update(
                v for v in row.values() if v.startswith(("https://w3id.org/", "http://id.insee.fr/"))
            )
    reading.learn_labels(mentioned)
    label = reading.label(iri)
    values = facts_of(facts.rows)
    return page(
        request,
        "actor.html",
        iri=iri,
        code=code,
        nom=label,
        valeurs=values,
        nature=_nature(reading, values),
        codes=[(text, values[name]) for name, text in CODES.items() if name in values],
        blocs=blocks,
        etiquette=reading.label,
        sites=_sites(reading, blocks["sites"].rows),
        parente=_kin(reading, blocks["kin"].rows),
        formations=_programmes(reading, blocks["programmes"].rows),
        etudiants=students(blocks["students"].rows),
        trace=sparkline(by_year(blocks["interactions-by-year"].rows)),
        par_annee=by_year(blocks["interactions-by-year"].rows),
        par_type=by_type(reading, blocks["interactions-by-type"].rows),
        alternates=alternates(iri),
        fil=[("/recherche?kind=acteurs", "Acteurs"), (None, label)],
    )


def _by_code(reading: Reading, code: str) -> str | None:
    """Give the page of the organisation that has, or had, a code."""
    properties = "|".join(f"anc:{name}" for name in CODES if name not in ("ror", "wikidata"))
    text = f"{PREFIXES}SELECT ?actor {{ ?actor {properties} {text_term(code)} }} LIMIT 1"
    rows = reading.ask(text).rows
    return friendly_page(rows[0]["actor"]) if rows else None


def _nature(reading: Reading, values: dict[str, list[str]]) -> str:
    kinds = values.get("actorType") or [
        iri for iri in values.get("type", []) if not iri.endswith(("#Organization", "/Organization"))
    ]
    return ", ".join(reading.label(kind) for kind in kinds) or "organisation"


def _sites(reading: Reading, rows: list[Row]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault(
            row["site"],
            {
                "iri": row["site"],
                "label": reading.label(row["site"]),
                "towns": {},
                "evidence": row.get("evidence", ""),
                "class": "",
            },
        )
        if "town" in row:
            one["towns"][row["town"]] = reading.label(row["town"])
        if "class" in row:
            one["class"] = reading.label(row["class"])
    return sorted(found.values(), key=lambda one: fold(one["label"]))


def _kin(reading: Reading, rows: list[Row]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        groups[row["relation"]].add(row["actor"])
    return [
        (title, sorted(((i, reading.label(i)) for i in groups[name]), key=lambda pair: fold(pair[1])))
        for name, title in RELATIONS.items()
        if groups.get(name)
    ]


def _programmes(reading: Reading, rows: list[Row]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault(
            row["programme"],
            {
                "iri": row["programme"],
                "label": reading.label(row["programme"]),
                "level": "niveau non précisé",
                "towns": set(),
            },
        )
        if "level" in row:
            one["level"] = reading.label(row["level"])
        if "town" in row:
            one["towns"].add(reading.label(row["town"]))
    levels: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in sorted(found.values(), key=lambda one: fold(one["label"])):
        levels[one["level"]].append(one)
    return {"total": len(found), "levels": sorted(levels.items())}


def sparkline(years: Sequence[tuple[str, int]], width: int = 160, height: int = 36) -> dict[str, str] | None:
    """Draw counts by year as one line, the years without any at zero; None under three years.

    >>> sparkline([("2020", 1), ("2022", 2)], 20, 10)
    {'points': '0.0,5.0 10.0,10.0 20.0,0.0', 'first': '2020', 'last': '2022', 'most': '2'}
    """
    known = {int(year): count for year, count in years if year.isdigit()}
    if not known or max(known) - min(known) < 2:
        return None
    first, last, most = min(known), max(known), max(known.values())
    points = " ".join(
        f"{width * (year - first) / (last - first):.1f},{height * (1 - known.get(year, 0) / most):.1f}"
        for year in range(first, last + 1)
    )
    return {"points": points, "first": str(first), "last": str(last), "most": str(most)}


def students(rows: list[Row]) -> list[dict[str, Any]]:
    """Order a series of counts by period; a cell without value keeps its status.

    >>> students([{"period": "2020", "value": "5"}, {"period": "2019", "status": "x/missing"}])
    [{'period': '2019', 'value': None, 'status': 'missing'}, {'period': '2020', 'value': 5.0, 'status': ''}]
    """
    series = [
        {
            "period": row["period"],
            "value": float(row["value"]) if "value" in row else None,
            "status": local_name(row["status"]) if "status" in row else "",
        }
        for row in rows
    ]
    return sorted(series, key=lambda one: str(one["period"]))
