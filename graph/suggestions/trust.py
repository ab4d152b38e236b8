"""How far the ranking of a matter can be trusted, measured once a snapshot and told with every suggestion."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import polars as pl

from ...words import N_, NN_, Number, Percent
from ..analysis.uncertainty import Estimate
from ..findings.model import Words
from ..region.view import RegionView
from .features import Period
from .quality import LEAST_ASKERS, LEAST_TIES, OURS, Measure, quality
from .rates import rate
from .scoring import NEUTRAL, WINDOW, Ranking, Weights, first_ties, learn, new_ties
from .territory_quality import TERRITORIES, territory_quality
from .ties import Ties

ENOUGH = 10 * LEAST_TIES
"""New ties that make a split the one to tell, the last such being taken."""
_FRAMES = ("interactions", "participations", "actors", "records", "units", "members")
_GROUND = ("places", "parts", "territories", "former")
LEVEL = 0.95
"""Level of the intervals of the measured quality."""
_VERSION = "suggestions 4"


@dataclass(frozen=True)
class Trust:
    """How the ranking did at the `split` (None: too few new ties to tell), and the weights in use today.

    `new` ties were judged; `measures` hold the area, the precision at 10 and the area within a list, by ranking; `rates`
    what became of pairs, `best` the precision that could be at most. `pending`: all this is not measured yet.
    """

    split: int | None
    new: int
    weights: Weights
    measures: dict[str, tuple[Estimate, Estimate, Estimate]]
    rates: pl.DataFrame
    best: float = 0.0
    pending: bool = False

    @classmethod
    def of(cls, matter: RegionView) -> Trust:
        """Give the trust of a matter, kept beside its snapshot; a hurried matter has one that is pending until it is there."""
        if pending(matter):
            return cls(None, 0, weights(matter), {}, pl.DataFrame(), pending=True)
        return matter.once(_trust)

    def rate(self, above: float, level: float) -> Estimate | None:
        """Give the share of pairs that stood as high at the split and were tied since."""
        return rate(self.rates, above, level) if self.split is not None else None

    def words(self) -> Words:
        """Tell how far to trust the ranking."""
        if self.pending:
            return N_(
                "La qualité de ces suggestions n’est pas encore mesurée pour cette version du graphe : elle l’est une fois par "
                "publication, en arrière-plan. D’ici là, chacune est une piste à examiner, sans plus."
            )
        if self.split is None:
            return NN_(
                "Qualité non mesurée : {n} lien nouveau au plus après une année de coupure ; il en faut {least}, de {askers} "
                "acteurs académiques. Les poids sont ceux de départ.",
                "Qualité non mesurée : {n} liens nouveaux au plus après une année de coupure ; il en faut {least}, de {askers} "
                "acteurs académiques. Les poids sont ceux de départ.",
                self.new,
                least=LEAST_TIES,
                askers=LEAST_ASKERS,
            )
        area, first, own = self.measures[OURS]
        popular = self.measures["popularity"]
        return N_(
            "Qualité mesurée sur le passé : classement fait avec ce qui était connu fin {split}, jugé sur les {new} apparus "
            "ensuite. Une paire qui s’est liée y passait devant une autre dans {area} des cas (AUC ; popularité seule : "
            "{popular_area}), dans {own} au sein de la liste d’un même acteur (popularité : {popular_own}). Précision à 10 : "
            "{first} des dix premières suggestions se sont réalisées (popularité : {popular_first} ; au mieux : {best}, un "
            "acteur ayant peu de liens nouveaux). Une suggestion est donc une piste à examiner, pas une prévision.",
            split=self.split,
            new=NN_("{n} lien nouveau", "{n} liens nouveaux", self.new),
            area=_share(area),
            popular_area=Percent(popular[0].value, 1),
            own=_share(own),
            popular_own=Percent(popular[2].value, 1),
            first=_share(first),
            popular_first=Percent(popular[1].value, 1),
            best=Percent(self.best, 1),
        )

    def territory_words(self) -> Words:
        """Tell how far to trust what is suggested to territories, where popularity may do as well."""
        if self.pending:
            return N_("Pour les territoires non plus, la qualité n’est pas encore mesurée.")
        ours, popular = (self.measures.get(_in_territories(name)) for name in (OURS, "popularity"))
        if ours is None or popular is None:
            return N_(
                "Pour les territoires, la qualité n’a pas pu être mesurée : trop peu de liens nouveaux."
            )
        return N_(
            "Pour les territoires (intercommunalités), la qualité a été mesurée à part : l’acteur académique qui s’est lié "
            "ensuite à une entreprise du territoire passait devant un autre dans {area} des cas (popularité seule : "
            "{popular_area}), dans {own} au sein de la liste d’un territoire (popularité : {popular_own}) ; précision à 10 : "
            "{first} (popularité : {popular_first}).",
            area=_share(ours[0]),
            popular_area=_share(popular[0]),
            own=_share(ours[2]),
            popular_own=_share(popular[2]),
            first=_share(ours[1]),
            popular_first=_share(popular[1]),
        )


def pending(matter: RegionView) -> bool:
    """Tell whether a hurried matter has no measured quality yet."""
    return matter.hurried and not matter.has(matter.once(_key))


def weights(matter: RegionView) -> Weights:
    """Give the weights in use today, learnt up to the split and kept beside the snapshot."""
    return matter.once(_weights)


def current(matter: RegionView) -> Ranking:
    """Give the ranking of what is known today; illustrative ties count only in an illustrative matter."""
    return matter.once(_current)


def _current(matter: RegionView) -> Ranking:
    return Ranking(Period(matter, real=not matter.illustrative), weights(matter))


def latest_split(ties: Ties) -> tuple[int | None, int]:
    """Choose the last year after which `ENOUGH` pairs were tied, else that with most if they can be measured; and how many."""
    _, years = first_ties(ties)
    counts: dict[int, int] = {}
    for year in sorted(set(years.tolist()), reverse=True):
        new = new_ties(ties, year)
        counts[year] = len(new)
        if len(new) >= ENOUGH:
            return year, len(new)
    best = max(counts, key=lambda year: (counts[year], year), default=None)
    if best is None:
        return None, 0
    askers = len(set(new_ties(ties, best)[:, 0].tolist()))
    return (best if counts[best] >= LEAST_TIES and askers >= LEAST_ASKERS else None), counts[best]


def _trust(matter: RegionView) -> Trust:
    frame = matter.kept(matter.once(_key), lambda: _measure(matter))
    row = frame.row(0, named=True)
    rates = pl.DataFrame(row["rates"]) if row["rates"] else pl.DataFrame()
    measures = {measure["method"]: _read(measure) for measure in row["measures"] or ()}
    return Trust(row["split"], row["new"], weights(matter), measures, rates, row["best"])


def _weights(matter: RegionView) -> Weights:
    row = matter.kept(f"weights {matter.once(_key)}", lambda: _learnt(matter)).row(0, named=True)
    return Weights(tuple(row["weights"]), row["positives"], row["first"], row["last"])


def _learnt(matter: RegionView) -> pl.DataFrame:
    split, _ = latest_split(Ties.of(matter))
    learnt = NEUTRAL if split is None else learn(matter, split + WINDOW)
    row = {"weights": list(learnt.values), "positives": learnt.positives}
    return pl.DataFrame([{**row, "first": learnt.first, "last": learnt.last}])


def _read(row: dict[str, Any]) -> tuple[Estimate, Estimate, Estimate]:
    area, precision, own = (
        Estimate(row[name][0], row[name][1], row[name][2], LEVEL, "bootstrap by asker", row[f"{name}_n"])
        for name in ("area", "precision", "own")
    )
    return area, precision, own


def _in_territories(method: str) -> str:
    return f"{method} {TERRITORIES}"


def _row(method: str, one: Measure) -> dict[str, Any]:
    row: dict[str, Any] = {"method": method}
    for name, value in (("area", one.area), ("precision", one.precision), ("own", one.own)):
        row |= {name: [value.value, value.low, value.high], f"{name}_n": value.n}
    return row


def _measure(matter: RegionView) -> pl.DataFrame:
    ties = Ties.of(matter)
    split, new = latest_split(ties)
    if split is None:
        measured, found, best = [], [], 0.0
    else:
        told = quality(matter, split=split, sources=(None,), names=("popularity", "l3"))
        measured = [_row(one.method, one) for one in told]
        measured += [_row(_in_territories(one.method), one) for one in territory_quality(matter, split=split)]
        found, best = told.rates[0][2].to_dicts(), told.sizes[0].best
    return pl.DataFrame(
        {
            "split": [split],
            "new": [new],
            "measures": [measured],
            "rates": [found],
            "best": [best],
        }
    )


def _key(matter: RegionView) -> str:
    """Tell all that quality depends on: the rows of some frames, whatever the scenario."""
    rows = [
        str(matter.frame(name).hash_rows(seed=0).sort().hash(seed=0).sum()) for name in (*_FRAMES, *_GROUND)
    ]
    return sha256("|".join([_VERSION, pl.__version__, *rows]).encode()).hexdigest()


def _share(one: Estimate) -> Words:
    """Write a share with its interval."""
    return N_(
        "{share} [{low} – {high}]",
        share=Percent(one.value, 1),
        low=Number(100 * one.low, 1),
        high=Number(100 * one.high, 1),
    )
