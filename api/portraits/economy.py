"""The economy of a territory, each figure at the level where it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from ...graph.ground import Territory
from ..blocks.tables import Column, Table
from ..negotiation import Language
from .matter import Seen

STATUS = Column("status", ("Pourquoi vide", "Why empty"), "status")


def jobs(seen: Seen, territory: Territory, language: Language) -> Table:
    """Give the salaried jobs by sector (A38) of the employment zone that holds most of its communes."""
    zones = seen.containing(territory, "zone") if territory.level != "zone" else [(territory, 1.0)]
    empty = (
        "L’emploi salarié est publié par zone d’emploi, et aucune zone connue ne contient ce territoire.",
        "Salaried jobs are published by employment zone, and no known zone holds this territory.",
    )
    columns = (
        Column("zone", ("Zone d’emploi", "Employment zone"), "link"),
        Column("sector", ("Secteur (A38)", "Sector (A38)")),
        Column("code", ("Code", "Code")),
        Column("value", ("Emplois salariés", "Salaried jobs"), "number"),
        Column("period", ("Année", "Year"), "year"),
        STATUS,
    )
    if not zones:
        return Table(columns, [], empty=empty)
    zone, share = zones[0]
    rows = _latest(row for row in seen.by("jobs", "zone").of(zone.id).named() if "/a38/" in row["sector"])
    listed = [
        _sector(seen, row, language) | {"zone": zone.label, "zone_iri": zone.id}
        for row in sorted(rows, key=_largest_first)
    ]
    part, others = round(share * len(territory.communes)), len(zones) - 1
    whole = part == len(territory.communes)
    notes: list[tuple[str, str]] = []
    if territory.level != "zone":
        notes.append(
            (
                f"Chiffres de toute la zone d’emploi {zone.label}, "
                + (
                    "où est tout le territoire"
                    if whole
                    else f"où sont {part} des {len(territory.communes)} communes"
                )
                + (f" (le reste est dans {others} autre{'s' if others > 1 else ''})" if others else "")
                + " : ils ne sont pas publiés plus finement.",
                f"Figures of the whole employment zone {zone.label}, which holds "
                + ("the whole territory" if whole else f"{part} of the {len(territory.communes)} communes")
                + (f" (the rest is in {others} other{'s' if others > 1 else ''})" if others else "")
                + ": they are not published for less.",
            )
        )
    return Table(
        columns,
        listed,
        empty=empty,
        notes=tuple(notes),
        question="territory-jobs-by-sector",
        sources=("insee-flores",),
    )


def establishments(seen: Seen, territory: Territory, language: Language) -> Table:
    """Give the establishments by sector (A17), summed over communes; a sum with an unknown cell is at least that."""
    rows = seen.rows("establishments", territory).named()
    sums: dict[str, dict[str, Any]] = {}
    for row in _latest(row for row in rows if "/a17/" in row["sector"]):
        sector = {"sector": row["sector"], "year": row["year"], "value": None, "lost": 0, "status": None}
        sector = sums.setdefault(row["sector"], sector)
        if row["value"] is None:
            sector["lost"] += 1
        else:
            sector["value"] = (sector["value"] or 0) + row["value"]
        sector["status"] = sector["status"] or row["status"]
    listed = [
        _sector(seen, row, language) | {"lost": row["lost"]}
        for row in sorted(sums.values(), key=_largest_first)
    ]
    lost = sum(row["lost"] for row in listed)
    note = (
        f"{lost} cellules communales sans valeur ne sont pas dans les sommes : celles-ci sont des minimums.",
        f"{lost} cells of communes have no value and are not in the sums, which are minimums.",
    )
    return Table(
        (
            Column("sector", ("Secteur (A17)", "Sector (A17)")),
            Column("code", ("Code", "Code")),
            Column("value", ("Établissements", "Establishments"), "number"),
            Column("period", ("Année", "Year"), "year"),
            STATUS,
        ),
        listed,
        empty=(
            "Aucune source chargée ne compte les établissements des communes de ce territoire.",
            "No loaded source counts the establishments of the communes of this territory.",
        ),
        notes=(note,) if lost else (),
        question="territory-establishments-by-sector",
        sources=("insee-clap",),
    )


def _latest(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the rows of the last year."""
    found = list(rows)
    last = max((row["year"] for row in found), default=None)
    return [row for row in found if row["year"] == last]


def _largest_first(row: Mapping[str, Any]) -> tuple[bool, float, str]:
    """Order by value, those without last, then by sector."""
    return row["value"] is None, -(row["value"] or 0), row["sector"]


def _sector(seen: Seen, row: dict[str, Any], language: Language) -> dict[str, Any]:
    return {
        "sector": seen.word(row["sector"], language),
        "code": row["sector"].rsplit("/", 1)[-1],
        "value": row["value"],
        "period": row["year"],
        "status": (row["status"] or "").rsplit("/", 1)[-1] or None,
    }


def hirings(seen: Seen, territory: Territory, language: Language) -> Table:
    """Give the hiring plans by family of occupations in the labour pools that it meets."""
    pools = [one for one, _ in seen.containing(territory, "bassin")]
    if territory.level == "bassin":
        pools = [territory]
    rows = _latest(seen.by("hirings", "pool").of_all([one.id for one in pools]).named())
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    hidden: dict[str, int] = defaultdict(int)
    year = rows[0]["year"] if rows else None
    for row in rows:
        family, indicator, value = row["family"], row["indicator"], row["value"]
        if family is None:
            continue
        if value is None:
            hidden[family] += indicator.endswith("/hiring-plans")
        else:
            sums[family][indicator.rsplit("/", 1)[-1]] += value
    listed = [
        {
            "family": seen.word(family, language),
            "value": sums[family].get("hiring-plans"),
            "difficult": sums[family].get("hiring-plans-difficult"),
            "hidden": hidden.get(family, 0),
            "period": year,
            "status": None if "hiring-plans" in sums[family] else "suppressed",
        }
        for family in sorted(sums.keys() | hidden.keys(), key=lambda f: -sums[f].get("hiring-plans", 0.0))
    ]
    names = ", ".join(one.label for one in pools[:8]) + ("…" if len(pools) > 8 else "")
    note = (
        f"Bassins d’emploi entiers : {names}. Les cellules sous secret statistique ne sont pas dans les "
        "sommes, qui sont des minimums.",
        f"Whole labour pools: {names}. Suppressed cells are not in the sums, which are minimums.",
    )
    return Table(
        (
            Column("family", ("Famille de métiers", "Family of occupations")),
            Column("value", ("Projets de recrutement", "Hiring plans"), "number"),
            Column("difficult", ("dont jugés difficiles", "difficult ones"), "number"),
            Column("hidden", ("Cellules sous secret", "Suppressed cells"), "number"),
            Column("period", ("Année", "Year"), "year"),
            STATUS,
        ),
        listed,
        empty=(
            "Les projets de recrutement sont publiés par bassin d’emploi, et aucun bassin connu ne touche ce territoire.",
            "Hiring plans are published by labour pool, and no known pool meets this territory.",
        ),
        notes=(note,) if listed else (),
        question="territory-hiring-plans",
        sources=("france-travail-bmo",),
    )
