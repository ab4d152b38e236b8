"""What a territory hires with difficulty around a commune, by family of occupations: its share of a labour pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from ...words import N_, NN_
from ..findings.model import Words
from ..region.derived import hiring_plans
from ..region.gazetteer import Gazetteer, Territory
from ..region.view import RegionView


@dataclass(frozen=True)
class Demand:
    """The difficult hiring `plans` of the latest year by family, in a labour `pool`.

    `shared`: the pool lies partly outside the territory, and counts by the share of its population that is in it; by that of its
    communes where no population is known. Of the families of `least`, some cells are secret: their plans are minimums.
    """

    plans: Mapping[str, float]
    pool: str
    shared: bool
    least: frozenset[str] = frozenset()

    @classmethod
    def by_commune(cls, matter: RegionView, ground: Gazetteer, territory: Territory) -> dict[int, Demand]:
        """Read the demand of a territory in the labour pool of each of its communes."""
        rows = matter.once(hiring_plans).filter(
            pl.col("indicator").str.ends_with("hiring-plans-difficult") & pl.col("family").is_not_null()
        )
        rows = rows.filter(pl.col("year") == pl.col("year").max())
        people = np.nan_to_num(ground.population) + 1e-9
        inside = np.zeros(len(ground), dtype=bool)
        inside[territory.communes] = True
        found: dict[int, Demand] = {}
        for pool, _ in ground.containing(territory, "bassin"):
            here = inside[pool.communes]
            share = float(people[pool.communes] @ here / people[pool.communes].sum())
            plans: dict[str, float] = defaultdict(float)
            cells = rows.filter(pl.col("pool") == pool.id).select("family", "value", "least").rows()
            for family, _, least in cells:
                plans[family] += (least or 0) * share
            secret = frozenset(family for family, value, _ in cells if value is None)
            label = pool.label.title() if pool.label.isupper() else pool.label
            one = cls(plans, label, not here.all(), secret)
            found |= dict.fromkeys(pool.communes[here].tolist(), one)
        return found

    @property
    def where(self) -> Words:
        """Name the labour pool, and tell where the number is an estimate (by the population that is in the territory).

        >>> Demand({}, "Annonay", shared=True).where["fr"]
        "bassin d'emploi : Annonay ; estimation à proportion de sa population"
        >>> Demand({}, "Annonay", shared=False).where["en"]
        'labour pool: Annonay'
        """
        if self.shared:
            return N_("bassin d'emploi : {pool} ; estimation à proportion de sa population", pool=self.pool)
        return N_("bassin d'emploi : {pool}", pool=self.pool)

    def difficult(self, family: str) -> Words:
        """Write how many hiring plans of a family are told difficult; a share of a labour pool makes a fraction.

        >>> demand = Demand({"fap/A": 1.6, "fap/B": 94.4}, "Annonay", shared=True, least=frozenset(["fap/B"]))
        >>> demand.difficult("fap/A")["fr"], demand.difficult("fap/B")["en"]
        ('environ 2 projets de recrutement dits difficiles', 'at least 94 hiring plans said to be difficult')
        """
        n = round(self.plans[family])
        if family in self.least:
            return NN_(
                "au moins {n} projet de recrutement dit difficile",
                "au moins {n} projets de recrutement dits difficiles",
                n,
            )
        return NN_(
            "environ {n} projet de recrutement dit difficile",
            "environ {n} projets de recrutement dits difficiles",
            n,
        )
