"""The hiring plans around a territory: of the labour pool that most of its inhabitants live in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ....graph.gaps.by_area import concerns
from ....words import EMPTY, N_, Listed, Number, Percent, Said, Spoken, territory_name
from .party import Party

HIRINGS = "france-travail-bmo"
PLANS = {"indicator/hiring-plans": 0, "indicator/hiring-plans-difficult": 1}


@dataclass(frozen=True)
class Plans:
    """The hiring plans of a family of occupations, all and difficult ones; `hidden` cells are in neither, which are minimums.

    >>> Plans(94, 6, (1, 9)).difficult_words["fr"], Plans(94, 6, (0, 9)).whole_words["en"]
    ('au moins 6', '94')
    """

    whole: float
    difficult: float
    hidden: tuple[int, int] = (0, 0)

    @property
    def whole_words(self) -> Spoken:
        """Say how many there are, at least where some are secret."""
        return _at_least(self.whole, self.hidden[0])

    @property
    def difficult_words(self) -> Spoken:
        """Say how many are told difficult."""
        return _at_least(self.difficult, self.hidden[1])


@dataclass(frozen=True)
class Pool:
    """The labour pool around a territory: its name, the year, whether it goes beyond, and plans by family.

    `share` of the inhabitants of the territory live in it. `untaught` are the families that no programme of the pool is known to
    prepare for, where enough of them have a known place.
    """

    label: str
    year: str
    beyond: bool
    plans: Mapping[str, Plans]
    untaught: frozenset[str] = frozenset()
    share: float = 1

    @property
    def the(self) -> Spoken:
        """Its name as the subject of a sentence."""
        return Said(territory_name, (self.label, "bassin"))


def pool_of(party: Party) -> Pool:
    """Give the labour pool of most inhabitants of a territory, with the plans of its last year by family.

    There are no plans where it concerns the territory too little for gaps to tell them of it.
    """
    assert party.seen is not None and party.territory is not None
    seen, inside = party.seen, party.seen.inside(party.territory)
    people = np.nan_to_num(seen.ground.population)
    weight = people if people[inside].any() else np.ones(len(people))
    here, whole = weight * inside, float((weight * inside).sum())
    pools = [(float(here[one.communes].sum()), one) for one, _ in seen.containing(party.territory, "bassin")]
    shared, pool = max(pools, key=lambda pair: pair[0], default=(0.0, party.territory))
    if not pools or not concerns(shared, whole, weight[pool.communes].sum()):
        return Pool("", "", False, {})
    rows = [row for row in seen.by("hirings", "pool").of(pool.id).named() if row["family"]]
    year = max((row["year"] for row in rows), default=None)
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    hidden: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        which = PLANS.get(row["indicator"])
        if row["year"] == year and which is not None:
            sums[row["family"]][which] += row["least"] or 0
            hidden[row["family"]][which] += row["value"] is None
    return Pool(
        pool.label,
        str(year),
        not inside[pool.communes].all(),
        {
            family: Plans(every, hard, (hidden[family][0], hidden[family][1]))
            for family, (every, hard) in sums.items()
        },
        seen.untaught.get(pool.id, frozenset()),
        shared / whole,
    )


def plans_words(pool: Pool, here: Party, plans: Plans) -> Spoken:
    """Say how many hiring plans there are around a territory, and how many are told difficult."""
    about: list[Spoken] = []
    if pool.share < 1:
        about.append(N_("où vivent {share} des habitants {of}", share=Percent(pool.share), of=here.of))
    if pool.beyond:
        about.append(N_("qui déborde du territoire"))
    return N_(
        "Bassin d’emploi « {pool} »{about} en {year} : {whole} projets de recrutement, dont {difficult} jugés difficiles.",
        pool=pool.label, about=N_(" ({about})", about=Listed(about)) if about else EMPTY, year=pool.year,
        whole=plans.whole_words, difficult=plans.difficult_words,
    )  # fmt: skip


def _at_least(count: float, hidden: int) -> Spoken:
    number = Number(round(count))
    return N_("au moins {n}", n=number) if hidden else number
