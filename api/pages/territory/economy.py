"""The economy of a territory, each figure at the level where it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ....graph.region.gazetteer import Territory
from ....words import EMPTY, N_, NN_, Number, Spoken, gettext
from ...render.blocks.tables import Column, Table, Words
from ...web.negotiation import Language
from .matter import PortraitData

STATUS = Column("status", N_("Pourquoi vide"), "status")


#: Codes of INSEE for the zones of several regions, whose communes elsewhere are not loaded.
_SEVERAL_REGIONS = "territory/zone/00"


def jobs(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """Give the salaried jobs by sector (A38): of its whole zones, added up, then of each zone that it shares."""
    columns = (
        Column("zone", N_("Zone d’emploi"), "link", weight=2),
        Column("share", N_("Part des communes d’ici, en %"), "file"),
        Column("sector", N_("Secteur (A38)"), weight=4),
        Column("code", N_("Code")),
        Column("value", N_("Emplois salariés"), "number", bar=True),
        Column("period", N_("Année"), "year"),
        STATUS,
    )
    whole, shared = _zones(seen, territory)
    listed: list[dict[str, Any]] = []
    if whole:
        rows = _a38(seen, [one.id for one in whole])
        listed += _of_zones(seen, territory, whole, _summed(rows) if len(whole) > 1 else rows, language)
    for zone in shared:
        listed += _of_zones(seen, territory, [zone], _a38(seen, [zone.id]), language)
    return Table(
        columns,
        listed,
        empty=N_(
            "L’emploi salarié est publié par zone d’emploi, et aucune zone connue ne contient ce territoire."
        ),
        notes=tuple(_told(whole, shared, sum(row["lost"] for row in listed)))
        if territory.level != "zone"
        else (),
        question="territory-jobs-by-sector",
        sources=("insee-flores",),
    )


def _zones(seen: PortraitData, territory: Territory) -> tuple[list[Territory], list[Territory]]:
    """Give the employment zones that are wholly in a territory, and those of which it has a part, the largest part first."""
    if territory.level == "zone":
        return [territory], []
    inside, found = seen.inside(territory), [one for one, _ in seen.containing(territory, "zone")]
    whole = [one for one in found if inside[one.communes].all() and not one.id.startswith(_SEVERAL_REGIONS)]
    return whole, [one for one in found if one not in whole]


def _of_zones(
    seen: PortraitData,
    territory: Territory,
    zones: Sequence[Territory],
    rows: Iterable[dict[str, Any]],
    language: Language,
) -> list[dict[str, Any]]:
    """Give the rows of one zone, or of several that are added up."""
    one = zones[0] if len(zones) == 1 else None
    several = gettext("{zones} zones entières, additionnées", language, zones=len(zones))
    here = int(sum(seen.inside(territory)[zone.communes].sum() for zone in zones))
    every = len(territory.communes)
    name = one.label if one else several
    group = name
    if here < every:
        group = gettext(
            "{zone} : {here} des {every} communes d’ici",
            language,
            zone=name,
            here=Number(here),
            every=Number(every),
        )
    about = {
        "zone": name,
        "zone_iri": one.id if one else None,
        "group": group,
        "share": round(100 * here / every, 1),
    }
    return [
        _sector(seen, row, language) | about | {"lost": row.get("lost", 0)}
        for row in sorted(rows, key=_largest_first)
    ]


def _told(whole: Sequence[Territory], shared: Sequence[Territory], lost: int) -> Iterator[Words]:
    """Say what the figures of zones are of, where the territory is not a zone itself."""
    if whole:
        yield NN_(
            "{n} zone d’emploi entière dans ce territoire.",
            "{n} zones d’emploi entières dans ce territoire : leurs chiffres sont additionnés.",
            len(whole),
        )
    if len(shared) == 1:
        yield N_(
            "Le territoire n’est qu’une partie de la zone d’emploi {shared} : les chiffres sont ceux "
            "de toute la zone, et ne sont pas publiés plus finement.",
            shared=shared[0].label,
        )
    elif shared:
        yield N_(
            "{shared} zones d’emploi que ce territoire partage avec d’autres : les chiffres sont "
            "ceux de chaque zone entière, ne sont pas publiés plus finement et ne s’additionnent pas "
            "en un chiffre d’ici.",
            shared=Number(len(shared)),
        )
    if lost:
        yield NN_(
            "{n} chiffre de zone sans valeur n’est pas dans les sommes, qui sont des minimums.",
            "{n} chiffres de zone sans valeur ne sont pas dans les sommes, qui sont des minimums.",
            lost,
        )


def _a38(seen: PortraitData, zones: Sequence[str]) -> list[dict[str, Any]]:
    return _latest(row for row in seen.by("jobs", "zone").of_all(zones).named() if "/a38/" in row["sector"])


def establishments(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """Give the establishments by sector (A17), summed over communes; a sum with an unknown cell is at least that."""
    rows = seen.rows("establishments", territory).named()
    listed = [
        _sector(seen, row, language) | {"lost": row["lost"]}
        for row in sorted(
            _summed(_latest(row for row in rows if "/a17/" in row["sector"])), key=_largest_first
        )
    ]
    lost = sum(row["lost"] for row in listed)
    note = NN_(
        "{n} chiffre de commune sans valeur n’est pas dans les sommes, qui sont des minimums.",
        "{n} chiffres de commune sans valeur ne sont pas dans les sommes, qui sont des minimums.",
        lost,
    )
    return Table(
        (
            Column("sector", N_("Secteur (A17)")),
            Column("code", N_("Code")),
            Column("value", N_("Établissements"), "number", bar=True),
            Column("period", N_("Année"), "year"),
            STATUS,
        ),
        listed,
        empty=N_("Aucune source chargée ne compte les établissements des communes de ce territoire."),
        notes=(note,) if lost else (),
        question="territory-establishments-by-sector",
        sources=("insee-clap",),
    )


def _summed(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add rows up by sector; `lost` counts those without a value, which are not in the sum."""
    sums: dict[str, dict[str, Any]] = {}
    for row in rows:
        sector = {"sector": row["sector"], "year": row["year"], "value": None, "lost": 0, "status": None}
        sector = sums.setdefault(row["sector"], sector)
        if row["value"] is None:
            sector["lost"] += 1
        else:
            sector["value"] = (sector["value"] or 0) + row["value"]
        sector["status"] = sector["status"] or row["status"]
    return list(sums.values())


def _latest(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the rows of the last year."""
    found = list(rows)
    last = max((row["year"] for row in found), default=None)
    return [row for row in found if row["year"] == last]


def _largest_first(row: Mapping[str, Any]) -> tuple[bool, float, str]:
    """Order by value, those without last, then by sector."""
    return row["value"] is None, -(row["value"] or 0), row["sector"]


def _sector(seen: PortraitData, row: dict[str, Any], language: Language) -> dict[str, Any]:
    return {
        "sector": seen.word(row["sector"], language),
        "code": row["sector"].rsplit("/", 1)[-1],
        "value": row["value"],
        "period": row["year"],
        "status": (row["status"] or "").rsplit("/", 1)[-1] or None,
    }


def hirings(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """Give the hiring plans by family of occupations in the labour pools that it meets."""
    pools = [one for one, _ in seen.containing(territory, "bassin")]
    if territory.level == "bassin":
        pools = [territory]
    rows = _latest(seen.by("hirings", "pool").of_all([one.id for one in pools]).named())
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    hidden: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    year = rows[0]["year"] if rows else None
    for row in rows:
        family, indicator, value = row["family"], row["indicator"].rsplit("/", 1)[-1], row["least"]
        if family is None:
            continue
        hidden[family][indicator] += row["value"] is None
        if row["value"] is not None or value:
            sums[family][indicator] += value
    listed = [
        {
            "family": seen.word(family, language),
            "value": sums[family].get("hiring-plans"),
            "difficult": sums[family].get("hiring-plans-difficult"),
            "hidden": hidden[family]["hiring-plans"],
            "hidden_difficult": hidden[family]["hiring-plans-difficult"],
            "period": year,
            "status": None if "hiring-plans" in sums[family] else "suppressed",
        }
        for family in sorted(sums.keys() | hidden.keys(), key=lambda f: -sums[f].get("hiring-plans", 0.0))
    ]
    return Table(
        (
            Column("family", N_("Famille de métiers"), weight=4),
            Column("value", N_("Projets de recrutement"), "number", bar=True),
            Column("difficult", N_("dont jugés difficiles"), "number", bar=True),
            Column("hidden", N_("Chiffres de projets tenus secrets"), "number"),
            Column("hidden_difficult", N_("Chiffres de projets difficiles tenus secrets"), "number"),
            Column("period", N_("Année"), "year"),
            STATUS,
        ),
        listed,
        empty=N_(
            "Les projets de recrutement sont publiés par bassin d’emploi, et aucun bassin connu ne "
            "touche ce territoire."
        ),
        notes=(_whole_pools(seen, territory, pools),) if listed else (),
        question="territory-hiring-plans",
        sources=("france-travail-bmo",),
    )


def _whole_pools(seen: PortraitData, territory: Territory, pools: Sequence[Territory]) -> Spoken:
    """Say which labour pools plans are of, how many reach beyond the territory, and how many of its communes are in one."""
    names = ", ".join(one.label for one in pools[:8]) + ("…" if len(pools) > 8 else "")
    inside = seen.inside(territory)
    beyond = sum(not inside[one.communes].all() for one in pools)
    wide: Spoken = EMPTY
    if beyond:
        wide = NN_(
            " ({n} sur {pools} compte aussi des communes d’ailleurs)",
            " ({n} sur {pools} comptent aussi des communes d’ailleurs)",
            beyond,
            pools=len(pools),
        )
    here = sum(int(inside[one.communes].sum()) for one in pools)
    part: Spoken = EMPTY
    if here < len(territory.communes):
        part = NN_(
            " ; {n} des {every} communes d’ici y est",
            " ; {n} des {every} communes d’ici y sont",
            here,
            every=Number(len(territory.communes)),
        )
    return N_(
        "Bassins d’emploi entiers : {names}{wide}{part}. Les cellules sous secret statistique ne sont "
        "pas dans les sommes, qui sont des minimums.",
        names=names,
        wide=wide,
        part=part,
    )
