"""What a research unit works on, and the units near it by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ....graph.analysis.access import great_circle
from ....graph.indicators.rows import MISSING
from ....graph.region.firmness import firmest, weakest
from ....words import N_, Named
from ...render.blocks.tables import Column, Table
from ...web.negotiation import Language
from ..territory.lists import EVIDENCE, source_name
from .lists import sources_of
from .matter import ActorData, Context

SCHEMES = {
    "mesr": N_("domaine du ministère"),
    "erc": N_("panel ERC"),
    "ilab": N_("domaine i-Lab"),
}
#: Fields whose names the source gives in one language alone: what their paths begin with, and the language.
LANGUAGES: Mapping[str, Language] = {"field/erc/": "en", "field/mesr/": "fr"}
Values = npt.NDArray[np.float64]


def other_language(path: str, said: Language) -> Language | None:
    """Give the language of the name of a field, where it is not that of the page.

    >>> other_language("field/erc/SH1", "fr"), other_language("field/erc/SH1", "en")
    ('en', None)
    """
    found = next((language for start, language in LANGUAGES.items() if start in path), None)
    return None if found == said else found


def fields(context: Context) -> Table:
    """List the fields of a unit, and how many other units carry each."""
    known = context.known
    rows = known.by("units", "unit").of(context.path)
    context.learn(rows["field"])
    found: dict[str, dict[str, Any]] = {}
    told = known.by("statuses", "thing").of(context.path)["evidence"]  # that of the rows is of its place too
    for field, source in rows.select("field", "source"):
        if field is None:
            continue
        scheme = field.split("/")[1] if "/" in field else ""
        row = found.setdefault(
            field,
            {
                "field": context.word(field), "field_iri": field,
                "scheme": SCHEMES.get(scheme, Named(scheme))[context.language],
                "others": len(set(known.by("units", "field").of(field)["unit"])) - 1,
                "evidence": firmest(*(told or ["documented"])), "from": set(),
                **({"field_lang": foreign} if (foreign := other_language(field, context.language)) else {}),
            },
        )  # fmt: skip
        row["from"].add(source_name(source))
    for row in found.values():
        row["source"] = ", ".join(sorted(row.pop("from")))
    note = N_("La source ne nomme les panels de l’ERC qu’en anglais.")
    return Table(
        (
            Column("field", N_("Domaine"), "link"),
            Column("scheme", N_("Nomenclature")),
            Column("others", N_("Autres unités du domaine"), "number"),
            EVIDENCE,
            Column("source", N_("Source")),
        ),
        sorted(found.values(), key=lambda row: (row["scheme"], row["field_iri"])),
        empty=N_(
            "La source ne donne pas de domaine à cette unité : elle n’a donc pas de voisines par le domaine."
        ),
        notes=(note,) if any("field_lang" in row for row in found.values()) else (),
        question="actor-identity",
    )


def neighbours(context: Context) -> Table:
    """List the open units that share fields with one: those that share most first, then the nearest."""
    known, path = context.known, context.path
    units, positions, carried = _units(known)
    rows: list[dict[str, Any]] = []
    if path in positions and (own := carried[[positions[path]], :]).nnz:
        shared = np.asarray((carried @ own.T).todense()).ravel()
        km, firm = _distances(known, path), _evidence(known)
        apart, common = km.tolist(), shared.tolist()
        others = [int(at) for at in np.flatnonzero(shared) if units[at] != path]
        others.sort(key=lambda at: (-common[at], apart[at] if apart[at] == apart[at] else 1e9, units[at]))
        rows = [
            {
                "unit": context.name(units[at]), "unit_iri": units[at], "shared": int(common[at]),
                "town": context.town(units[at]),
                "km": apart[at] if apart[at] == apart[at] else None,
                "status": "missing" if apart[at] != apart[at] else None,
                "evidence": weakest(firm.get(path), firm.get(units[at])),
            }
            for at in others
        ]  # fmt: skip
    note = N_(
        "Voisines : unités ouvertes qui portent au moins un de ses domaines ; celles qui en "
        "partagent le plus d’abord, puis les plus proches à vol d’oiseau, de commune à commune. "
        "Un domaine large rapproche beaucoup d’unités."
    )
    return Table(
        (
            Column("unit", N_("Unité"), "link"),
            Column("shared", N_("Domaines communs"), "number"),
            Column("town", N_("Commune"), blank=MISSING),
            Column("km", N_("Distance (km)"), "number", 0),
            EVIDENCE,
        ),
        rows,
        empty=N_("Aucune autre unité des sources chargées ne porte l’un de ses domaines."),
        notes=(note,) if rows else (),
        question="unit-neighbours",
        sources=sources_of(context, path),
    )


def _units(known: ActorData) -> tuple[list[str], dict[str, int], csr_array]:
    """Give the open units, their place in the list, and which fields each carries: units × fields."""
    key = ("units", "fields")
    if key not in known.made:
        rows = known.frames["units"].select("unit", "field", "end").unique()
        units = sorted(rows.filter(rows["end"].is_null())["unit"].unique().to_list())
        positions = {unit: at for at, unit in enumerate(units)}
        pairs = rows.filter(rows["end"].is_null()).select("unit", "field").drop_nulls().unique()
        names = sorted(pairs["field"].unique().to_list())
        columns = {field: at for at, field in enumerate(names)}
        at = [positions[unit] for unit in pairs["unit"]], [columns[field] for field in pairs["field"]]
        shape = (len(units), max(1, len(names)))
        known.made[key] = units, positions, csr_array((np.ones(pairs.height), at), shape=shape)
    made: tuple[list[str], dict[str, int], csr_array] = known.made[key]
    return made


def _evidence(known: ActorData) -> dict[str, str]:
    """Give the least firm evidence of what is told of each unit."""
    key = ("units", "evidence")
    if key not in known.made:
        told: dict[str, str] = {}
        for unit, evidence in known.frames["units"].select("unit", "evidence").unique().iter_rows():
            told[unit] = weakest(told.get(unit), evidence)
        known.made[key] = told
    made: dict[str, str] = known.made[key]
    return made


def _distances(known: ActorData, path: str) -> Values:
    """Give the km of each open unit to one, between their nearest communes; nan where a place is not known."""
    key = ("units", "places")
    if key not in known.made:
        units, positions, _ = _units(known)
        places = {
            place: (lat, long)
            for place, lat, long in known.frames["communes"]
            .select("place", "lat", "long")
            .drop_nulls()
            .iter_rows()
        }
        rows = known.frames["sites"].select("organization", "place").drop_nulls().unique(maintain_order=True)
        pairs = [
            (positions[unit], *places[place])
            for unit, place in rows.iter_rows()
            if unit in positions and place in places
        ]
        known.made[key] = np.array(pairs or np.zeros((0, 3)), dtype=float), places
    pairs_, places_ = known.made[key]
    units, _, _ = _units(known)
    km = np.full(len(units), np.nan)
    for town in known.towns(path):
        if town in places_:
            np.fmin.at(km, pairs_[:, 0].astype(np.intp), great_circle(pairs_[:, 1:], [places_[town]])[:, 0])
    return km
