"""The page of a territory off the region: identity, actors, economy, interactions, filières, what is missing."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from ....words import N_, Spoken, gettext
from ...labels.basis_names import source_named
from ...labels.wording import TERRITORY_KINDS, fold
from ...reading.names import territory_kind
from ...reading.project_territories import unknown_project
from ...reading.publication import index_of
from ...reading.solutions import Reading, Row, Solutions
from ...render import contour
from ...render.rendering import page
from ...render.structured import territory_block
from ...web.links import BASE, document_path, friendly_page, local_name
from ...web.negotiation import Language
from ...web.page_error import NoFiguresError, PageError
from ...web.page_language import spoken
from . import outside_economy
from .lists import ACTORS

GEO_LAT = "http://www.w3.org/2003/01/geo/wgs84_pos#lat"
GEO_LONG = "http://www.w3.org/2003/01/geo/wgs84_pos#long"
ANC = "https://w3id.org/ancrage/def/"

#: The questions whose answers the page shows, kept in `questions/territory/`.
BLOCKS = (
    *("wholes", "parts", "population", "contour", "actors", "sites", "programmes", "zones", "pools"),
    *("establishments", "interactions", "interactions-by-year", "interactions-by-type", "partners"),
    *("chains", "serving", "illustrative"),
)


def check_level(kind: str) -> None:
    """Refuse a level that is none; raises HTTPException (404)."""
    if kind not in TERRITORY_KINDS:
        levels = ", ".join(TERRITORY_KINDS)
        raise PageError(
            404,
            N_(
                "« {kind} » n’est pas un niveau de territoire (niveaux : {levels}).", kind=kind, levels=levels
            ),
        )


def describe(request: Request, reading: Reading, kind: str, code: str) -> Response:
    """Describe a territory that has no portrait: what the questions of `questions/territory/` answer."""
    iri = f"{BASE}territory/{kind}/{code}"
    facts = _facts(request, reading, kind, code)
    reading.language = spoken(request)
    blocks = reading.blocks("territory", BLOCKS, place=iri)
    blocks.update(outside_economy.counts(reading, blocks))
    economy = outside_economy.economy(reading, iri, kind, blocks)
    reading.learn_labels(_mentioned(iri, facts, *blocks.values(), *economy["blocs"]))
    label = reading.label(iri)
    return page(
        request,
        "territory.html",
        iri=iri,
        nom=label,
        niveau=kind,
        code=code,
        faits=facts,
        valeurs=facts_of(facts.rows),
        blocs=blocks,
        arrondissement_de=_commune_of(kind, facts.rows),
        etiquette=reading.label,
        ensembles=_by_kind(
            reading, (r["whole"] for r in blocks["wholes"].rows if r["relation"] == "contains")
        ),
        recoupes=_named(reading, (r["whole"] for r in blocks["wholes"].rows if r["relation"] == "overlaps")),
        parties=_by_kind(reading, (row["part"] for row in blocks["parts"].rows)),
        population=_latest(blocks["population"].rows),
        dessin=_drawing(iri, kind, facts.rows, blocks),
        dessin_de=_drawn(reading, iri, blocks["contour"].rows),
        acteurs=_actors(reading, blocks["actors"].rows),
        formations=_programmes(reading, blocks["programmes"].rows),
        economie=economy,
        par_annee=by_year(blocks["interactions-by-year"].rows, reading.language),
        par_type=by_type(reading, blocks["interactions-by-type"].rows),
        filieres=_chains(reading, blocks["chains"].rows),
        au_service=_things(reading, blocks["serving"].rows),
        illustratif=_things(reading, blocks["illustrative"].rows),
        manques=_missing(blocks, economy, reading.language),
        alternates=alternates(iri),
        structure=territory_block(
            iri,
            label,
            code,
            f"/territoires/{kind}/{code}",
            [
                (r["whole"], reading.label(r["whole"]))
                for r in blocks["wholes"].rows
                if r["relation"] == "contains"
            ],
            alternates(iri),
        ),
        fil=[("/territoires", gettext("Territoires", spoken(request))), (None, label)],
    )


def no_block(request: Request, reading: Reading, kind: str, code: str) -> PageError:
    """Say why a territory has no portrait, hence no block: nobody describes it, it is part of a commune, or elsewhere.

    Raises HTTPException (404) where no source describes it, and what the pool raises.
    """
    facts = _facts(request, reading, kind, code)
    heirs = [row["value"] for row in facts.rows if row["property"] == f"{ANC}succeededBy"]
    commune = _commune_of(kind, facts.rows) or next(iter(sorted(heirs)), None)
    if commune is None:
        return NoFiguresError(
            404,
            N_(
                "Aucun bloc pour le territoire {kind}/{code} : les indicateurs ne sont calculés que pour la région étudiée.",
                kind=kind,
                code=code,
            ),
        )
    reading.learn_labels([f"{BASE}territory/{kind}/{code}", commune])
    own, whole = reading.label(f"{BASE}territory/{kind}/{code}"), reading.label(commune)
    at = f"{whole} ({friendly_page(commune)})"
    if heirs:
        return NoFiguresError(
            404,
            N_(
                "Aucun bloc pour l’ancienne commune {own} : les chiffres sont ceux de la commune qui lui a succédé, {at}.",
                own=own,
                at=at,
            ),
        )
    return NoFiguresError(
        404,
        N_(
            "Aucun bloc pour l’arrondissement {own} : les chiffres sont ceux de la commune, {at}.",
            own=own,
            at=at,
        ),
    )


def _facts(request: Request, reading: Reading, kind: str, code: str) -> Solutions:
    """Read what is said of a territory; raises HTTPException (404) where nothing is."""
    facts = reading.facts("territory/facts", place=f"{BASE}territory/{kind}/{code}")
    if facts.rows:
        return facts
    if kind == "adhoc":
        raise PageError(404, unknown_project(code, index_of(request, reading)))
    level = TERRITORY_KINDS[kind][0]
    if level["fr"].startswith("i"):
        raise PageError(
            404, N_("Aucune source chargée ne décrit d’{level} au code {code}.", level=level, code=code)
        )
    raise PageError(
        404, N_("Aucune source chargée ne décrit de {level} au code {code}.", level=level, code=code)
    )


def _commune_of(kind: str, facts: list[Row]) -> str | None:
    """Give the commune that a municipal district (of Paris, Lyon or Marseille) is part of; None for any other territory."""
    communes = f"{BASE}territory/commune/"
    if kind != "commune":
        return None
    return next(
        (
            row["value"]
            for row in facts
            if row["property"] == f"{ANC}partOfTerritory" and row["value"].startswith(communes)
        ),
        None,
    )


def alternates(iri: str) -> list[tuple[str, str]]:
    """List the machine-readable descriptions of a thing: media type and address."""
    path = document_path(iri) or ""
    return [
        ("text/turtle", path + ".ttl"),
        ("application/ld+json", path + ".jsonld"),
        ("application/n-triples", path + ".nt"),
    ]


def facts_of(rows: list[Row]) -> dict[str, list[str]]:
    """Group the values said of a thing by the last piece of their property.

    >>> facts_of([{"property": "https://w3id.org/ancrage/def/uai", "value": "0383546Y"}])
    {'uai': ['0383546Y']}
    """
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[local_name(row["property"])].append(row["value"])
    return {name: sorted(set(values)) for name, values in found.items()}


def _mentioned(iri: str, *blocks: Solutions) -> set[str]:
    found = {iri}
    for block in blocks:
        for row in block.rows:
            found.update(
                value
                for value in row.values()
                if value.startswith(("https://w3id.org/", "http://id.insee.fr/"))
            )
    return found


def _named(reading: Reading, iris: Any) -> list[tuple[str, str]]:
    return sorted(((i, reading.label(i)) for i in set(iris)), key=lambda pair: fold(pair[1]))


def _by_kind(reading: Reading, iris: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    kinds: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in _named(reading, iris):
        kinds[territory_kind(pair[0])].append(pair)
    order = ["region", "department", "epci", "zone", "bassin", "adhoc", "commune"]
    return [(kind, kinds[kind]) for kind in order if kinds.get(kind)]


def _latest(rows: list[Row]) -> Row | None:
    dated = [row for row in rows if "value" in row and "period" in row]
    return max(dated, key=lambda row: row["period"], default=None)


def _drawing(iri: str, kind: str, facts: list[Row], blocks: dict[str, Solutions]) -> contour.Contour | None:
    own = [row["wkt"] for row in blocks["contour"].rows if row["territory"] == iri]
    wkts = own or [row["wkt"] for row in blocks["contour"].rows]
    if kind == "commune":
        values = {row["property"]: row["value"] for row in facts}
        points = [(values[GEO_LAT], values[GEO_LONG])] if GEO_LAT in values and GEO_LONG in values else []
    else:
        points = [(row["lat"], row["long"]) for row in blocks["sites"].rows]
    return contour.draw(wkts, [(float(a), float(b)) for a, b in points])


def _drawn(reading: Reading, iri: str, rows: list[Row]) -> str:
    if any(row["territory"] == iri for row in rows):
        return reading.label(iri)
    names = sorted({reading.label(row["territory"]) for row in rows})
    return names[0] if len(names) == 1 else gettext("ses intercommunalités", reading.language)


def _actors(reading: Reading, rows: list[Row]) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        kind = row.get("type") or row.get("class") or ""
        actor = groups[kind].setdefault(
            row["actor"],
            {"iri": row["actor"], "label": reading.label(row["actor"]), "towns": set(), "evidence": ""},
        )
        actor["towns"].add(reading.label(row["town"]))
        actor["evidence"] = actor["evidence"] or row.get("evidence", "")
    ranks = {name: rank for rank, name in enumerate(ACTORS)}
    return [
        {
            "label": reading.label(kind) if kind else gettext("autre organisation", reading.language),
            "actors": sorted(found.values(), key=lambda actor: fold(actor["label"])),
        }
        for kind, found in sorted(groups.items(), key=lambda g: (ranks.get(local_name(g[0]), 99), -len(g[1])))
    ]


def _programmes(reading: Reading, rows: list[Row]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault(
            row["programme"],
            {
                "iri": row["programme"],
                "label": reading.label(row["programme"]),
                "level": "",
                "towns": set(),
                "by": set(),
            },
        )
        one["level"] = reading.label(row["level"]) if "level" in row else one["level"]
        one["towns"].add(reading.label(row["town"]))
        if "provider" in row:
            one["by"].add((row["provider"], reading.label(row["provider"])))
    levels: dict[str, int] = defaultdict(int)
    unknown = gettext("niveau non précisé", reading.language)
    for one in found.values():
        levels[one["level"] or unknown] += 1
    ordered = sorted(found.values(), key=lambda one: (fold(one["label"]), one["iri"]))
    return {"total": len(found), "levels": sorted(levels.items()), "list": ordered[:200]}


def by_year(rows: list[Row], language: Language) -> list[tuple[str, str, int]]:
    """Order counts by source and year, the latest first: sources enter and leave in different years, and are not summed.

    >>> by_year([{"value": "2"}, {"year": "2019", "value": "1"}, {"year": "2021", "value": "4"}], "fr")
    [('', '2021', 4), ('', '2019', 1), ('', '', 2)]
    """
    found = [
        (
            source_named(local_name(row["source"]), language) if row.get("source") else "",
            row.get("year", ""),
            int(row["value"]),
        )
        for row in rows
    ]
    return sorted(sorted(found, key=lambda one: one[1], reverse=True), key=lambda one: one[0])


def by_type(reading: Reading, rows: list[Row]) -> list[dict[str, Any]]:
    """Order counts by type of interaction, the most frequent first, each with its evidence statuses."""
    types: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        types[row.get("type", "")][row.get("evidence", "")] = int(row["value"])
    return sorted(
        (
            {
                "iri": iri,
                "label": reading.label(iri) if iri else gettext("type non précisé", reading.language),
                "total": sum(e.values()),
                "evidence": sorted(e),
            }
            for iri, e in types.items()
        ),
        key=lambda one: -int(str(one["total"])),
    )


def _chains(reading: Reading, rows: list[Row]) -> list[dict[str, Any]]:
    chains: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in rows:
        chains[row["chain"]].append((reading.label(row["function"]), int(row["value"])))
    return [
        {"iri": iri, "label": reading.label(iri), "functions": sorted(found)}
        for iri, found in sorted(chains.items())
    ]


def _things(reading: Reading, rows: list[Row]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    general = {"http://www.w3.org/ns/org#Organization", ANC + "Interaction", "http://www.w3.org/ns/org#Site"}
    for row in rows:
        one = found.setdefault(
            row["thing"], {"iri": row["thing"], "label": reading.label(row["thing"]), "class": ""}
        )
        if row.get("class") not in general or not one["class"]:
            one["class"] = reading.label(row["class"])
        one["evidence"] = row.get("evidence", "")
    return sorted(found.values(), key=lambda one: (fold(one["class"]), fold(one["label"])))


_LACKING: Mapping[str, Spoken] = {
    "population": N_("la population"),
    "contour": N_("le contour"),
    "actors": N_("des établissements, unités de recherche ou entreprises"),
    "programmes": N_("des formations enseignées sur place"),
    "establishments": N_("les établissements par secteur"),
    "interactions": N_("des interactions avec l’enseignement supérieur et la recherche"),
    "chains": N_("des membres de filières"),
    "serving": N_("de structure relais, de guichet ou de dispositif en charge du territoire"),
}
"""What a territory may lack, by the block that would tell it."""


def _missing(blocks: dict[str, Solutions], economy: dict[str, Any], said: Language) -> list[str]:
    """Say what no loaded source tells of the territory; a part that failed is not called missing."""
    missing = [
        words[said] for name, words in _LACKING.items() if not blocks[name].rows and not blocks[name].failure
    ]
    if not economy["emplois"] and not economy["totaux"] and not blocks["zones"].failure:
        missing.insert(0, gettext("l’emploi salarié", said))
    if not economy["recrutements"] and not blocks["hiring"].failure:
        missing.append(gettext("les projets de recrutement à cette maille", said))
    return missing
