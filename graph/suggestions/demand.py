"""What a territory hires with difficulty around a commune, by family of occupations: its share of a labour pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from ...words import N_, NN_, Number, Said, of_name
from ..findings.model import Words
from ..region.derived import hiring_plans
from ..region.gazetteer import Gazetteer, Territory
from ..region.view import RegionView


@dataclass(frozen=True)
class Demand:
    """The difficult hiring `plans` of the latest year by family, in a whole labour `pool`.

    `share` is that of its population that is in the territory; that of its communes where no population is known. Of the families
    of `least`, some cells are secret: their plans are minimums.
    """

    plans: Mapping[str, float]
    pool: str
    share: float = 1
    least: frozenset[str] = frozenset()

    @classmethod
    def by_commune(cls, matter: RegionView, ground: Gazetteer, territory: Territory) -> dict[int, Demand]:
        """Read the demand of a territory in the labour pool of each of its communes."""
        rows = matter.once(hiring_plans).filter(
            pl.col("indicator").str.ends_with("hiring-plans-difficult") & pl.col("family").is_not_null()
        )
        rows = rows.filter(pl.col("year") == pl.col("year").max())
        people = np.nan_to_num(ground.population) + 1e-9
        inside = ground.mask(territory)
        found: dict[int, Demand] = {}
        for pool, _ in ground.containing(territory, "bassin"):
            here = inside[pool.communes]
            share = 1 if here.all() else float(people[pool.communes] @ here / people[pool.communes].sum())
            plans: dict[str, float] = defaultdict(float)
            cells = rows.filter(pl.col("pool") == pool.id).select("family", "value", "least").rows()
            for family, _, least in cells:
                plans[family] += least or 0
            secret = frozenset(family for family, value, _ in cells if value is None)
            label = pool.label.title() if pool.label.isupper() else pool.label
            found |= dict.fromkeys(pool.communes[here].tolist(), cls(plans, label, share, secret))
        return found

    def here(self, family: str) -> float:
        """Estimate how many plans of a family are the territory's, by its share of the people of the pool."""
        return self.plans.get(family, 0) * self.share

    def difficult(self, family: str) -> Words:
        """Write how many hiring plans of a family are told difficult, and how they are known.

        >>> demand = Demand({"fap/A": 3.2, "fap/B": 94.4}, "Annonay", 0.5, least=frozenset(["fap/B"]))
        >>> demand.difficult("fap/A")["fr"].split(", ", 1)[0]
        'environ 2 projets de recrutement dits difficiles dans toute la famille'
        >>> demand.difficult("fap/B")["fr"].split(", ", 1)[1]
        "part de ce territoire estimée selon sa population dans les 94 (au moins) du bassin d'emploi d'Annonay"
        >>> Demand({"fap/A": 94}, "Annonay", least=frozenset(["fap/A"])).difficult("fap/A")["en"]
        'at least 94 hiring plans said to be difficult in the whole family (labour pool: Annonay)'
        """
        n, least = round(self.here(family)), family in self.least
        if self.share < 1:
            every = Number(round(self.plans[family]))
            return NN_(
                "environ {n} projet de recrutement dit difficile dans toute la famille, part de ce territoire estimée selon "
                "sa population dans les {every} du bassin d'emploi {of}",
                "environ {n} projets de recrutement dits difficiles dans toute la famille, part de ce territoire estimée selon "
                "sa population dans les {every} du bassin d'emploi {of}",
                n,
                every=N_("{n} (au moins)", n=every) if least else every,
                of=Said(of_name, (self.pool,)),
            )
        return NN_(
            "{n} projet de recrutement dit difficile dans toute la famille (bassin d'emploi : {pool})",
            "{n} projets de recrutement dits difficiles dans toute la famille (bassin d'emploi : {pool})",
            n,
            n=N_("au moins {n}", n=Number(n)) if least else Number(n),
            pool=self.pool,
        )
