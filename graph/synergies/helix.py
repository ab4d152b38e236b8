"""Synergy of three helices over research projects: field of research, companies, place, and what territories add to it.

The units are the known projects that a research unit of known field takes part in, at home where their coordinator
is (else where their first such unit is). University: the field of the unit that coordinates, else that of most of the
units. Industry: no company, one, several. Government (the place): the commune of home. i-Lab prizes are left aside:
by their rule each has one company, which would be found again as a structure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ...words import N_, NN_
from ..analysis.helix import MINIMUM_UNITS, decompose, mutual_information, synergy
from ..analysis.uncertainty import Estimate, TooFewData
from ..findings.model import Finding, Question, Thing
from ..region.gazetteer import Gazetteer, Territory
from ..region.view import RegionView
from .meetings import Meetings, Places
from .options import Options
from .profiles import MESR
from .subject import Names, Subject

LEFT_ASIDE = "interaction-type/business-creation"
_ACADEMIC, _COMPANY = 0, 1


@dataclass(frozen=True)
class Projects:
    """Units of analysis: the place of each among the interactions, its field, number of companies (0, 1, 2) and home."""

    event: Places
    field: list[str]
    companies: Places
    home: Places


def projects(matter: RegionView) -> Projects:
    """Read the projects of a matter that have a field and a home on the ground."""
    meetings = Meetings.of(matter)
    frame = (
        matter.frame("units").filter(pl.col("field").str.starts_with(MESR)).select("unit", "field").unique()
    )
    field_of: dict[str, str] = {}
    for unit, field in frame.sort("unit", "field").iter_rows():
        field_of.setdefault(unit, field)
    fields = [field_of.get(actor) for actor in meetings.actors]
    companies = meetings.by_side(np.ones(len(meetings.event), dtype=bool))[:, _COMPANY]
    bounds = np.searchsorted(meetings.event, np.arange(len(meetings.ids) + 1))
    known: list[tuple[int, str, int, int]] = []
    for event, (start, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        place = _field_and_home(meetings, fields, range(start, end))
        if place is not None and meetings.type[event] != LEFT_ASIDE:
            known.append((event, place[0], min(int(companies[event]), 2), place[1]))
    events, names, numbers, homes = list(zip(*known, strict=True)) or [(), (), (), ()]
    return Projects(
        np.array(events, dtype=np.intp),
        list(names),
        np.array(numbers, dtype=np.intp),
        np.array(homes, dtype=np.intp),
    )


def _field_and_home(meetings: Meetings, fields: Sequence[str | None], rows: range) -> tuple[str, int] | None:
    """Tell the field and the home of the project whose participations are `rows`; None where it lacks one of them."""
    leads = [row for row in rows if "coordinator" in (meetings.role[row] or "")]
    fielded = {actor: field for row in rows if (field := fields[actor := int(meetings.actor[row])])}
    if not fielded:
        return None
    lives = int(meetings.actor[leads[0]]) if leads else next(iter(fielded))
    homes = (int(meetings.at[row]) for row in rows if meetings.actor[row] == lives and meetings.at[row] >= 0)
    home = next(homes, None)
    if home is None:
        return None
    lead = next((field for row in leads if (field := fielded.get(int(meetings.actor[row])))), None)
    most = Counter(fielded.values())
    return lead or min(most, key=lambda field: (-most[field], field)), home


def find_helix(matter: RegionView, subject: Subject, options: Options) -> list[Finding]:
    """Find whether field, companies and place of a territory's projects tell more together than by pairs.

    Raises TooFewData under thirty projects, or where all are alike in one of the three.
    """
    assert subject.territory is not None
    meetings, known = Meetings.of(matter), matter.once(projects)
    here = np.flatnonzero(np.isin(known.home, subject.territory.communes))
    if len(here) < MINIMUM_UNITS:
        raise TooFewData("synergy of three helices", f"are {len(here)}", f"at least {MINIMUM_UNITS} projects")
    labels = (
        [known.field[at] for at in here],
        known.companies[here].tolist(),
        known.home[here].tolist(),
    )
    found = synergy(*labels, draws=min(options.draws, 99), level=options.level, seed=options.seed)
    distinct = found.p <= 1 - options.level
    low, high = _interval(labels, options)
    value = 1000 * found.corrected
    strength = Estimate(
        value,
        value + 1000 * low,
        value + 1000 * high,
        options.level,
        "centred bootstrap, Miller–Madow",
        found.n,
    )
    chance = (1000 * found.chance.low, 1000 * found.chance.high)
    parts = _parts(matter, subject.territory, known, here, labels)
    verdict = (
        N_(
            "ces trois traits vont ensemble, au-delà de leurs liens deux à deux, plus que le hasard "
            "ne l'expliquerait"
        )
        if distinct
        else N_("ces trois traits ne vont pas ensemble plus que le hasard ne l'expliquerait")
    )
    label, code = subject.thing.label, subject.thing.id.removeprefix("territory/")
    return [
        Finding(
            "helix",
            subject.thing,
            Thing.of("helix#projects", N_("discipline, entreprises et lieu des projets"), "measure"),
            NN_(
                "{label} : {n} projet de recherche, dont on connaît la discipline, la présence "
                "d'entreprises et la commune : {verdict}.",
                "{label} : {n} projets de recherche, dont on connaît la discipline, la présence "
                "d'entreprises et la commune : {verdict}.",
                found.n,
                label=label,
                verdict=verdict,
            ),
            strength,
            N_("synergie T corrigée, en mbit (négatif : synergie)"),
            p=found.p,
            q=found.p,
            distinct=distinct,
            evidence=meetings.counted(known.event[here], meetings.inside(subject.territory.communes)),
            facts={
                "projects": found.n,
                "plug_in_mbit": 1000 * found.plug_in,
                "corrected_mbit": value,
                "chance_mbit": 1000 * found.chance.value,
                "chance_low_mbit": chance[0],
                "chance_high_mbit": chance[1],
                "fields": len(set(labels[0])),
                "communes": len(set(labels[2])),
                "without_company": int((known.companies[here] == 0).sum()),
                **parts,
            },
            question=Question("research-projects-of-territory", {"territory": code}),
            methods=("synergy", "mutual_information", "entropy", "decompose"),
            sources=meetings.sources(known.event[here]),
        )
    ]


def _interval(labels: tuple[list[str], list[int], list[int]], options: Options) -> tuple[float, float]:
    """Give how far the corrected T goes down and up when projects are drawn again, from the mean of the draws.

    Projects drawn again fill fewer cells: their T is lower than that observed, and only its spread is of use.
    """
    coded = [np.unique(np.array(one), return_inverse=True)[1] for one in labels]
    shape = tuple(int(one.max()) + 1 for one in coded)
    flat = np.ravel_multi_index(tuple(coded), shape)
    generator = np.random.default_rng(options.seed)
    drawn = []
    for _ in range(min(options.draws, 99)):
        again = flat[generator.integers(0, len(flat), len(flat))]
        counts = np.bincount(again, minlength=int(np.prod(shape))).reshape(shape)
        drawn.append(mutual_information(counts, corrected=True))
    tails = [(1 - options.level) / 2, (1 + options.level) / 2]
    low, high = np.quantile(drawn, tails) - np.mean(drawn)
    return float(low), float(high)


def _parts(
    matter: RegionView,
    territory: Territory,
    known: Projects,
    here: Places,
    labels: tuple[list[str], list[int], list[int]],
) -> dict[str, float]:
    """Give what each intercommunality of a wider territory adds to T, and what is between them, in mbit."""
    ground, names = Gazetteer.of(matter), Names.of(matter)
    if territory.level in ("epci", "commune"):
        return {}
    epcis = [
        one
        for one in ground.territories("epci", territory.id)
        if np.isin(known.home[here], one.communes).any()
    ]
    group = np.full(len(ground), -1, dtype=np.intp)
    for place, epci in enumerate(epcis):
        group[epci.communes] = place
    of = group[known.home[here]]
    coded = [np.unique(np.array(one), return_inverse=True) for one in labels]
    shape = tuple(len(values) for values, _ in coded)
    tables = {}
    for place, epci in enumerate(epcis):
        counts = np.zeros(shape)
        np.add.at(counts, tuple(codes[of == place] for _, codes in coded), 1)
        tables[epci.id] = counts
    if len(tables) < 2:
        return {}
    found = decompose(tables)
    most = sorted(found.within.items(), key=lambda item: item[1])[:5]
    return {
        "between_epci_mbit": 1000 * found.between,
        **{f"within_{names.french(path)}_mbit": 1000 * part for path, part in most},
    }
