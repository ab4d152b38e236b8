"""What a territory hires with difficulty, by family of occupations: of whole labour pools, or by its share of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from ...words import N_, NN_, Listed
from ..findings.model import Words
from ..region.gazetteer import Gazetteer, Territory
from ..region.view import RegionView

NAMED = 3
"""Labour pools are named up to this many, and counted beyond."""


@dataclass(frozen=True)
class Demand:
    """The difficult hiring `plans` of the latest year by family, in the labour `pools` that a territory has communes of.

    `shared`: a pool lies partly outside, and counts by the share of its population that is in the territory; by that of its
    communes where no population is known.
    """

    plans: Mapping[str, float]
    pools: tuple[str, ...]
    shared: bool

    @classmethod
    def of(cls, matter: RegionView, ground: Gazetteer, territory: Territory) -> Demand:
        """Read the demand of a territory."""
        rows = matter.frame("hirings").filter(
            pl.col("indicator").str.ends_with("hiring-plans-difficult")
            & pl.col("value").is_not_null()
            & pl.col("family").is_not_null()
        )
        rows = rows.filter(pl.col("year") == pl.col("year").max())
        met = [pool for pool, _ in ground.containing(territory, "bassin")]
        people = np.nan_to_num(ground.population) + 1e-9
        inside = np.zeros(len(ground), dtype=bool)
        inside[territory.communes] = True
        shares = {
            pool.id: float(people[pool.communes] @ inside[pool.communes] / people[pool.communes].sum())
            for pool in met
        }
        plans: dict[str, float] = {}
        for pool, family, value in (
            rows.group_by("pool", "family").agg(pl.col("value").sum()).sort("pool", "family").iter_rows()
        ):
            if pool in shares:
                plans[family] = plans.get(family, 0.0) + value * shares[pool]
        labels = tuple(pool.label.title() if pool.label.isupper() else pool.label for pool in met)
        return cls(plans, labels, not all(inside[pool.communes].all() for pool in met))

    @property
    def where(self) -> Words:
        """Name the labour pools, and tell where the number is an estimate (by the population that is in the territory).

        >>> Demand({}, ("Annonay",), shared=True).where["fr"]
        "bassin d'emploi : Annonay ; estimation à proportion de sa population"
        >>> Demand({}, ("A", "B", "C", "D"), shared=False).where["fr"]
        "4 bassins d'emploi"
        >>> Demand({}, ("Annonay", "Aubenas"), shared=True).where["en"]
        'labour pools: Annonay and Aubenas; an estimate by the share of their population'
        """
        count = len(self.pools)
        pools = NN_("{n} bassin d'emploi", "{n} bassins d'emploi", count)
        if count <= NAMED:
            names = Listed(self.pools)
            pools = NN_("bassin d'emploi : {names}", "bassins d'emploi : {names}", count, names=names)
        if not self.shared:
            return pools
        return NN_(
            "{pools} ; estimation à proportion de sa population",
            "{pools} ; estimation à proportion de leur population",
            count,
            pools=pools,
        )

    @staticmethod
    def difficult(plans: float) -> Words:
        """Write how many hiring plans are told difficult; a share of a labour pool makes a fraction.

        >>> Demand.difficult(0.3)["en"], Demand.difficult(1.6)["fr"]
        ('less than one hiring plan said to be difficult', 'environ 2 projets de recrutement dits difficiles')
        """
        if plans < 1:
            return N_("moins d’un projet de recrutement dit difficile")
        return NN_(
            "environ {n} projet de recrutement dit difficile",
            "environ {n} projets de recrutement dits difficiles",
            round(plans),
        )

    @staticmethod
    def told_difficult(plans: float) -> Words:
        """Say the same as a clause.

        >>> Demand.told_difficult(0.3)["fr"], Demand.told_difficult(1.2)["en"]
        ('moins d’un projet de recrutement est dit difficile', 'about 1 hiring plan is said to be difficult')
        """
        if plans < 1:
            return N_("moins d’un projet de recrutement est dit difficile")
        return NN_(
            "environ {n} projet de recrutement est dit difficile",
            "environ {n} projets de recrutement sont dits difficiles",
            round(plans),
        )
