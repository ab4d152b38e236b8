"""What a territory hires with difficulty, by family of occupations: of whole labour pools, or by its share of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ..findings.words import agree_en, agree_fr, count_en, count_fr, listed_en, listed_fr
from ..region.gazetteer import Gazetteer, Territory
from ..region.view import RegionView

NAMED = 3
"""Labour pools are named up to this many, and counted beyond."""


@dataclass(frozen=True)
class Demand:
    """The difficult hiring `plans` of the latest year by family, in the labour `pools` that a territory has communes of.

    `shared`: a pool lies partly outside, and counts by the share of its communes that are in the territory.
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
        inside = set(territory.communes)
        shares = {pool.id: len(set(pool.communes) & inside) / max(len(pool.communes), 1) for pool in met}
        plans: dict[str, float] = {}
        for pool, family, value in (
            rows.group_by("pool", "family").agg(pl.col("value").sum()).sort("pool", "family").iter_rows()
        ):
            if pool in shares:
                plans[family] = plans.get(family, 0.0) + value * shares[pool]
        labels = tuple(pool.label.title() if pool.label.isupper() else pool.label for pool in met)
        return cls(plans, labels, any(share < 1 for share in shares.values()))

    @property
    def where_fr(self) -> str:
        """Name the labour pools, and tell where the number is an estimate (by the communes that are in the territory), in French.

        >>> Demand({}, ("Annonay",), shared=True).where_fr
        "bassin d'emploi : Annonay ; estimation à proportion de ses communes"
        >>> Demand({}, ("A", "B", "C", "D"), shared=False).where_fr
        "4 bassins d'emploi"
        """
        several = len(self.pools) > 1
        text = "bassins d'emploi" if several else "bassin d'emploi"
        text = (
            f"{text} : {listed_fr(self.pools)}" if len(self.pools) <= NAMED else f"{len(self.pools)} {text}"
        )
        if not self.shared:
            return text
        return f"{text} ; estimation à proportion de {'leurs' if several else 'ses'} communes"

    @property
    def where_en(self) -> str:
        """Say the same in English.

        >>> Demand({}, ("Annonay", "Aubenas"), shared=True).where_en
        'labour pools: Annonay and Aubenas; an estimate by the share of their communes'
        """
        several = len(self.pools) > 1
        text = "labour pools" if several else "labour pool"
        text = f"{text}: {listed_en(self.pools)}" if len(self.pools) <= NAMED else f"{len(self.pools)} {text}"
        if not self.shared:
            return text
        return f"{text}; an estimate by the share of {'their' if several else 'its'} communes"

    @staticmethod
    def said_fr(plans: float, singular: str, several: str) -> str:
        """Write how many hiring plans, which a share of a labour pool makes a fraction, and words that agree with them.

        >>> Demand.said_fr(0.3, "est dit difficile", "sont dits difficiles")
        'moins d’un projet de recrutement est dit difficile'
        >>> Demand.said_fr(1.6, "dit difficile", "dits difficiles")
        'environ 2 projets de recrutement dits difficiles'
        """
        if plans < 1:
            return f"moins d’un projet de recrutement {singular}"
        known = count_fr(round(plans), "projet de recrutement", "projets de recrutement")
        return f"environ {known} {agree_fr(round(plans), singular, several)}"

    @staticmethod
    def said_en(plans: float, singular: str = "", several: str = "") -> str:
        """Write the same in English.

        >>> Demand.said_en(0.3), Demand.said_en(1.2, "is", "are")
        ('less than one hiring plan', 'about 1 hiring plan is')
        """
        if plans < 1:
            return f"less than one hiring plan {singular}".rstrip()
        agreed = agree_en(round(plans), singular, several)
        return f"about {count_en(round(plans), 'hiring plan')} {agreed}".rstrip()
