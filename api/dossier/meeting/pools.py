"""The hiring plans around a territory: of the labour pool that holds most of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ....words import EMPTY, N_, Number, Said, Spoken, territory_name
from .party import Party

HIRINGS = "france-travail-bmo"
PLANS = {"indicator/hiring-plans": 0, "indicator/hiring-plans-difficult": 1}


@dataclass(frozen=True)
class Pool:
    """The labour pool around a territory: its name, the year, whether it goes beyond, and plans by family: all, difficult.

    `untaught` are the families that no programme of the pool is known to prepare for, where enough of them have a known place.
    """

    label: str
    year: str
    beyond: bool
    plans: Mapping[str, tuple[float, float]]
    untaught: frozenset[str] = frozenset()

    @property
    def the(self) -> Spoken:
        """Its name as the subject of a sentence."""
        return Said(territory_name, (self.label, "bassin"))


def pool_of(party: Party) -> Pool:
    """Give the labour pool that holds most of a territory, with the plans of its last year by family: all, difficult ones."""
    assert party.seen is not None and party.territory is not None
    pools = party.seen.containing(party.territory, "bassin")
    if not pools:
        return Pool("", "", False, {})
    pool = pools[0][0]
    rows = [
        row for row in party.seen.by("hirings", "pool").of(pool.id).named() if row["family"] and row["value"]
    ]
    year = max((row["year"] for row in rows), default=None)
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows:
        which = PLANS.get(row["indicator"])
        if row["year"] == year and which is not None:
            sums[row["family"]][which] += row["value"]
    beyond = not party.seen.inside(party.territory)[pool.communes].all()
    plans = {family: (whole, hard) for family, (whole, hard) in sums.items()}
    return Pool(pool.label, str(year), beyond, plans, party.seen.untaught.get(pool.id, frozenset()))


def plans_words(pool: Pool, whole: float, difficult: float) -> Spoken:
    """Say how many hiring plans there are, and how many are told difficult."""
    beyond = N_(", qui déborde du territoire,") if pool.beyond else EMPTY
    return N_(
        "Bassin d’emploi « {pool} »{beyond} en {year} : {whole} projets de recrutement, dont {difficult} jugés difficiles.",
        pool=pool.label, beyond=beyond, year=pool.year, whole=Number(round(whole)), difficult=Number(round(difficult)),
    )  # fmt: skip
