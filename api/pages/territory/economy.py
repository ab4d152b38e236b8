"""The economy of a territory, each figure at the level where it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ....graph.region.gazetteer import Territory, Values
from ....words import N_, NN_, Number, Percent, gettext
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
    whole, shared = _areas(seen, territory, "zone")
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


def _areas(seen: PortraitData, territory: Territory, level: str) -> tuple[list[Territory], list[Territory]]:
    """Give the areas of a level that are wholly in a territory, and those of which it has a part, the largest part first."""
    if territory.level == level:
        return [territory], []
    inside, found = seen.inside(territory), [one for one, _ in seen.containing(territory, level)]
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
    """Give the hiring plans by family of occupations: of its whole labour pools, added up, and of each pool that it shares.

    What most of its people live in is first.
    """
    whole, shared = _areas(seen, territory, "bassin")
    people = np.nan_to_num(seen.ground.population)
    mine = people * seen.inside(territory)
    groups = sorted(
        [*([whole] if whole else []), *([one] for one in shared)],
        key=lambda pools: -sum(mine[one.communes].sum() for one in pools),
    )
    listed = [row for pools in groups for row in _of_pools(seen, territory, pools, mine, language)]
    hidden = sum(row["hidden"] for row in listed)
    # not all sources tell them
    seasonal = any(row["seasonal"] is not None or row["hidden_seasonal"] for row in listed)
    return Table(
        (
            Column("pool", N_("Bassin d’emploi"), "link", weight=2),
            Column("share", N_("Part des habitants d’ici, en %"), "file"),
            Column("pool_share", N_("Part des habitants du bassin, en %"), "file"),
            Column("family", N_("Famille de métiers"), weight=4),
            Column("value", N_("Projets de recrutement"), "number", bar=True),
            Column("difficult", N_("dont jugés difficiles"), "number", blank="suppressed", bar=True),
            *(
                (Column("seasonal", N_("dont saisonniers"), "number", blank="suppressed", bar=True),)
                if seasonal
                else ()
            ),
            Column("hidden", N_("Chiffres de projets tenus secrets"), "number"),
            Column("hidden_difficult", N_("Chiffres de projets difficiles tenus secrets"), "number"),
            *(
                (Column("hidden_seasonal", N_("Chiffres de projets saisonniers tenus secrets"), "number"),)
                if seasonal
                else ()
            ),
            Column("period", N_("Année"), "year"),
            STATUS,
        ),
        listed,
        empty=N_(
            "Les projets de recrutement sont publiés par bassin d’emploi, et aucun bassin connu ne "
            "touche ce territoire."
        ),
        notes=tuple(_of_which_pools(territory, whole, shared, hidden)) if listed else (),
        question="territory-hiring-plans",
        sources=("france-travail-bmo",),
    )


def _of_pools(
    seen: PortraitData, territory: Territory, pools: Sequence[Territory], mine: Values, language: Language
) -> list[dict[str, Any]]:
    """Give the rows of one labour pool, or of several that are added up; `mine` are the people of the territory by commune."""
    one = pools[0] if len(pools) == 1 else None
    name = one.label if one else gettext("{pools} bassins entiers, additionnés", language, pools=len(pools))
    communes = np.concatenate([pool.communes for pool in pools])
    here, people = mine[communes].sum(), np.nan_to_num(seen.ground.population)[communes].sum()
    about = {
        "pool": name,
        "pool_iri": one.id if one else None,
        "share": round(100 * here / mine.sum(), 1) if mine.any() else None,
        "pool_share": round(100 * here / people, 1) if people else None,
    }
    about["group"] = _pool_heading(seen, territory, communes, about, language)
    rows = _latest(seen.by("hirings", "pool").of_all([pool.id for pool in pools]).named())
    cells: dict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["family"] is not None:
            cells[row["family"]][row["indicator"]].append(row)
    made: list[dict[str, Any]] = []
    for family, told in cells.items():
        value, hidden = _least(told["indicator/hiring-plans"])
        difficult, hidden_difficult = _least(told["indicator/hiring-plans-difficult"])
        seasonal, hidden_seasonal = _least(told["indicator/hiring-plans-seasonal"])
        made.append(
            {
                **about,
                "family": seen.word(family, language),
                "value": value,
                "difficult": difficult,
                "seasonal": seasonal,
                "hidden": hidden,
                "hidden_difficult": hidden_difficult,
                "hidden_seasonal": hidden_seasonal,
                "period": rows[0]["year"],
                "status": "suppressed" if value is None else None,
            }
        )
    return sorted(made, key=lambda row: (-(row["value"] or 0), row["family"]))


def _least(cells: Sequence[Mapping[str, Any]]) -> tuple[float | None, int]:
    """Add up what is published of cells, None where nothing is, and count those that are secret."""
    known = [row["least"] for row in cells if row["value"] is not None or row["least"]]
    return sum(known) if known else None, sum(row["value"] is None for row in cells)


def _pool_heading(
    seen: PortraitData,
    territory: Territory,
    communes: npt.NDArray[np.intp],
    about: Mapping[str, Any],
    language: Language,
) -> str:
    """Name a labour pool, with how much of the territory it has, and how much of it the territory has, where not all."""
    here, every = int(seen.inside(territory)[communes].sum()), len(territory.communes)
    told: list[str] = []
    if here < every:
        told.append(
            gettext("{here} des {every} communes d’ici", language, here=Number(here), every=Number(every))
        )
        if about["share"] is not None:
            told.append(gettext("{share} des habitants d’ici", language, share=Percent(about["share"] / 100)))
    if here < len(communes) and about["pool_share"] is not None:
        part = Percent(about["pool_share"] / 100)
        told.append(gettext("{share} des habitants du bassin", language, share=part))
    pool = about["pool"]
    return gettext("{pool} : {told}", language, pool=pool, told=", ".join(told)) if told else str(pool)


def _of_which_pools(
    territory: Territory, whole: Sequence[Territory], shared: Sequence[Territory], hidden: int
) -> Iterator[Words]:
    """Say what the hiring plans are of, where the territory is not a labour pool itself, and how secret ones count."""
    if whole and territory.level != "bassin":
        yield NN_(
            "{n} bassin d’emploi entier dans ce territoire.",
            "{n} bassins d’emploi entiers dans ce territoire : leurs chiffres sont additionnés.",
            len(whole),
        )
    if shared:
        yield NN_(
            "{n} bassin d’emploi va au-delà de ce territoire : ses chiffres sont ceux de tout le bassin, et ne sont pas "
            "publiés plus finement.",
            "{n} bassins d’emploi vont au-delà de ce territoire : les chiffres sont ceux de chaque bassin entier, ne sont pas "
            "publiés plus finement et ne s’additionnent pas en un chiffre d’ici.",
            len(shared),
        )
    if hidden:
        yield NN_(
            "{n} chiffre de projets est sous secret statistique : seul ce qui en est publié est compté.",
            "{n} chiffres de projets sont sous secret statistique : seul ce qui en est publié est compté.",
            hidden,
        )
