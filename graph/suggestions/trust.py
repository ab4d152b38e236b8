"""How many suggestions of a kind are worth showing, and why: tuned on one split in time, tested on the next, once a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import polars as pl

from ...words import N_, NN_, Number
from ..findings.model import Refusal, Words
from ..region.view import RegionView
from .features import Period
from .quality import (
    KINDS,
    LEAST_PROJECTS,
    LEAST_TIES,
    OURS,
    Measure,
    Quality,
    novel_ties,
    quality,
)
from .scoring import NEUTRAL, WINDOW, Ranking, Weights, learn
from .ties import Ties

ENOUGH = 100
"""New ties after a year that make it the split to test on, the last such being taken."""
LEAST_WORTH = 0.5
"""A place is shown while it is better than chance, and worth so much of the first."""
UNMEASURED = 3
"""Suggestions of a kind that are shown where their quality could not be measured, or is not yet."""
_FRAMES = (
    "interactions",
    "participations",
    "actors",
    "records",
    "units",
    "members",
    "supervisions",
    "kin",
    "ends",
)
_VERSION = "suggestions 6"


@dataclass(frozen=True)
class Worth:
    """What lists of a kind are worth: how many places are shown (chosen on the first split), and what these gave on the second.

    `found` pairs stood in the `places` first of `lists` lists and were tied since; `chance`: how many, had as many been taken
    at random in the same lists; `popular`, `paths`: how many of the first by popularity, and by paths of length three. `sure`:
    they are better than chance there too, in 97.5 % of draws of projects.
    """

    places: int
    lists: int
    found: int
    chance: float
    popular: int
    paths: int
    sure: bool

    @property
    def shown(self) -> int:
        """How many suggestions are shown: none where the test does not confirm them."""
        return self.places if self.sure else 0


@dataclass(frozen=True)
class Trust:
    """How lists of each kind did: numbers chosen at the split `tune`, tested at the split `split` (None: too few new ties).

    `new` ties of `projects` were judged at the second. `pending`: all this is not measured yet.
    """

    tune: int | None
    split: int | None
    new: int
    projects: int
    weights: Weights
    worth: dict[str, Worth]
    pending: bool = False

    @classmethod
    def of(cls, matter: RegionView) -> Trust:
        """Give the trust of a matter, kept beside its snapshot; a hurried matter has one that is pending until it is there."""
        if pending(matter):
            return cls(None, None, 0, 0, weights(matter), {}, pending=True)
        return matter.once(_trust)

    def shown(self, kind: str) -> int:
        """Give how many suggestions of a kind are shown."""
        return self.worth[kind].shown if kind in self.worth else UNMEASURED

    def refusal(self, kind: str) -> Refusal:
        """Say why nothing of a kind is shown: its first places were no better than chance."""
        worth = self.worth[kind]
        return Refusal(
            kind,
            N_(
                "Rien n’est proposé : sur le passé, les premières places de ces listes n’étaient pas sûrement meilleures qu’un "
                "choix au hasard ({found} liens nouveaux depuis {split} ; au hasard, {chance}).",
                found=worth.found,
                split=self.split,
                chance=Number(worth.chance, 1),
            ),
            f"{worth.found} ties, {worth.chance:.1f} by chance",
            "surely more than by chance",
        )

    def words(self, kind: str) -> Words:
        """Tell in a sentence what was checked of the lists of a kind."""
        if self.pending:
            return N_(
                "La qualité de ces suggestions n’est pas encore mesurée pour cette version du graphe : elle l’est une fois par "
                "publication, en arrière-plan. D’ici là, chacune est une piste à examiner, sans plus."
            )
        if kind not in self.worth:
            return NN_(
                "Qualité non mesurée : {n} lien nouveau au plus après une année de coupure ; il en faut {least}, de {projects} "
                "projets. Chacune est une piste à examiner, sans plus.",
                "Qualité non mesurée : {n} liens nouveaux au plus après une année de coupure ; il en faut {least}, de {projects} "
                "projets. Chacune est une piste à examiner, sans plus.",
                self.new,
                least=LEAST_TIES,
                projects=LEAST_PROJECTS,
            )
        worth = self.worth[kind]
        return N_(
            "Vérifié sur le passé : parmi {first} de {lists} listes faites avec ce qui était connu fin {split}, {found} depuis. "
            "Tirés dans les mêmes listes, des noms en auraient donné {chance}, et les partenaires les plus courants {popular}. "
            "Plus bas, une place vaut moins de la moitié de la première, ou pas mieux que le hasard.",
            lists=Number(worth.lists),
            split=self.split,
            first=NN_("les premières suggestions", "les {n} premières suggestions", worth.places),
            found=NN_("{n} lien s’est noué", "{n} liens se sont noués", worth.found),
            chance=Number(worth.chance, 1),
            popular=worth.popular,
        )


def pending(matter: RegionView) -> bool:
    """Tell whether a hurried matter has no measured quality yet."""
    return matter.hurried and not matter.has(matter.once(_key))


def weights(matter: RegionView) -> Weights:
    """Give the weights in use today, learnt from the ties known and kept beside the snapshot."""
    return matter.once(_weights)


def current(matter: RegionView) -> Ranking:
    """Give the ranking of what is known today; illustrative ties count only in an illustrative matter."""
    return matter.once(_current)


def _current(matter: RegionView) -> Ranking:
    return Ranking(Period(matter, real=not matter.illustrative), weights(matter))


def latest_split(matter: RegionView) -> tuple[int | None, int]:
    """Choose the last year after which `ENOUGH` pairs that could be suggested were tied, else that with most; and how many."""
    years = sorted(set(Ties.of(matter).documented["year"].to_list()), reverse=True)
    best, most = None, 0
    for year in years:
        count = len(novel_ties(Period(matter, year)))
        if count > most:
            best, most = year, count
        if count >= ENOUGH:
            break
    return (best if most >= LEAST_TIES else None), most


def measured(matter: RegionView) -> tuple[Quality, Quality] | None:
    """Measure the quality on two splits that follow each other: one to choose by, one to test; None where ties are too few."""
    split, _ = latest_split(matter)
    if split is None:
        return None
    names = ("popularity", "l3")
    tune = quality(matter, split=split - WINDOW, last=split, sources=(None,), names=names)
    test = quality(matter, split=split, sources=(None,), names=names)
    return (tune, test) if tune.sizes and test.sizes else None


def worth_of(tune: Measure, tests: dict[str, Measure], lists: int) -> Worth:
    """Choose how many places of a kind are worth showing, by one measure, and tell what they gave by those of the test."""
    places = tune.ranks.places(LEAST_WORTH)
    ours = tests[OURS].ranks
    found, popular, paths = (sum(tests[name].ranks.hits[:places]) for name in (OURS, "popularity", "l3"))
    return Worth(places, lists, found, ours.chance * lists * places, popular, paths, ours.first(places))


def _trust(matter: RegionView) -> Trust:
    row = matter.kept(matter.once(_key), lambda: _measure(matter)).row(0, named=True)
    worth = {one.pop("kind"): Worth(**one) for one in row["worth"] or ()}
    return Trust(row["tune"], row["split"], row["new"], row["projects"], weights(matter), worth)


def _measure(matter: RegionView) -> pl.DataFrame:
    found = measured(matter)
    row: dict[str, Any] = {
        "tune": None,
        "split": None,
        "new": latest_split(matter)[1],
        "projects": 0,
        "worth": [],
    }
    if found is not None:
        tune, test = found
        size = test.sizes[0]
        row |= {"tune": tune.sizes[0].split, "split": size.split, "new": size.new, "projects": size.projects}
        for kind in KINDS:
            first = next(one for one in tune if (one.kind, one.method) == (kind, OURS))
            tests = {one.method: one for one in test if one.kind == kind}
            row["worth"].append({"kind": kind, **vars(worth_of(first, tests, size.lists[kind]))})
    return pl.DataFrame([row], schema_overrides={"tune": pl.Int64, "split": pl.Int64})


def _weights(matter: RegionView) -> Weights:
    row = matter.kept(f"weights {matter.once(_key)}", lambda: _learnt(matter)).row(0, named=True)
    return Weights(tuple(row["weights"]), row["positives"], row["first"], row["last"])


def _learnt(matter: RegionView) -> pl.DataFrame:
    split, _ = latest_split(matter)
    learnt = NEUTRAL if split is None else learn(matter, split + WINDOW)
    row = {"weights": list(learnt.values), "positives": learnt.positives}
    return pl.DataFrame([{**row, "first": learnt.first, "last": learnt.last}])


def _key(matter: RegionView) -> str:
    """Tell all that quality depends on: the rows of some frames, whatever the scenario."""
    rows = [str(matter.frame(name).hash_rows(seed=0).sort().hash(seed=0).sum()) for name in _FRAMES]
    return sha256("|".join([_VERSION, pl.__version__, *rows]).encode()).hexdigest()
