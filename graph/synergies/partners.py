"""With which other territories a territory shares interactions, and whether the rest of its region does as much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ...words import N_, NN_, Number, Percent, Said, first_upper, territory_name
from ..analysis.sharing import GroupEi, ei_of_group
from ..analysis.uncertainty import TooFewData
from ..findings.model import Finding, Question, Refusal, Thing
from ..region.gazetteer import Gazetteer, Territory
from ..region.view import RegionView
from .meetings import Flags, Meetings, Places
from .options import Options, Told, correct_chance
from .precedents import precedents
from .shares import METHODS, REST_OF_REGION, Shares, strata
from .subject import Names, Subject

MINIMUM_SHARED = 3
"""Fewest shared interactions for a partner to be told."""


@dataclass(frozen=True)
class Groups:
    """A group for each row of the meetings (−1: place unknown): 0 is the territory; then EPCI here, départements elsewhere."""

    of: Places
    paths: list[str]

    @classmethod
    def around(cls, matter: RegionView, mine: Flags) -> Groups:
        """Put each row in the group of its place; those of the territory are group 0 whatever their EPCI."""
        meetings, epcis = Meetings.of(matter), matter.once(_epcis)
        found = np.full(len(mine), -1, dtype=np.intp)
        here = meetings.at >= 0
        found[here] = np.where(epcis.of[meetings.at[here]] < 0, -1, epcis.of[meetings.at[here]] + 1)
        away = ~here & (meetings.department >= 0)
        found[away] = meetings.department[away] + 1 + len(epcis.paths)
        found[mine] = 0
        return cls(found, ["", *epcis.paths, *meetings.departments])


@dataclass(frozen=True)
class _Epcis:
    of: Places
    paths: list[str]


def _epcis(matter: RegionView) -> _Epcis:
    ground = Gazetteer.of(matter)
    of = np.full(len(ground), -1, dtype=np.intp)
    territories = ground.territories("epci")
    for place, territory in enumerate(territories):
        of[territory.communes] = place
    return _Epcis(of, [territory.id for territory in territories])


def find_partners(matter: RegionView, subject: Subject, mine: Flags, whole: Flags, options: Options) -> Told:
    """Find the territories that share most interactions with one, beside those they share with the rest of its region.

    Of the interactions of the territory, and of those of the actors of the region (`whole`) that are neither there nor in
    the partner's territory, the share with an actor of the partner's territory, like compared with like (`strata`); the
    interactions of the territory are in the first alone.
    """
    meetings, like = Meetings.of(matter), matter.once(strata)
    groups, events = Groups.around(matter, mine), meetings.of_events(mine)
    presence = meetings.presence(groups.of > 0, groups.of, len(groups.paths))
    counts = np.asarray(presence[events].sum(axis=0)).ravel()
    chosen = np.flatnonzero(counts >= MINIMUM_SHARED)
    if not len(chosen):
        most = int(counts.max())
        raise TooFewData(
            "ties with other territories", f"are at most {most} with one", f"at least {MINIMUM_SHARED}"
        )
    found = []
    for at in chosen.tolist():
        theirs = groups.of == at
        having = meetings.having(theirs)
        rest = np.setdiff1d(meetings.of_events(whole & ~mine & ~theirs), events)
        shared = events[having[events]]
        shares = Shares.of(having, events, rest, shared, like)
        found.append(_finding(matter, subject, groups.paths[at], shared, shares, (mine, theirs), options))
    tested = correct_chance(found, options)
    made: Told = []
    for level in ("epci", "department"):
        some = [one for one in tested if f"territory/{level}/" in one.object.id]
        some.sort(key=lambda one: (not one.distinct, -_shared(one)))
        made += some[: options.most]
    return made


def _territory(one: Thing, language: str) -> str:
    return territory_name(one.label, one.id.split("/")[1], language)


def _opening(one: Thing, language: str) -> str:
    return first_upper(_territory(one, language))


def _shared(finding: Finding) -> int:
    return int(finding.facts["interactions"] or 0)


def _finding(
    matter: RegionView,
    subject: Subject,
    path: str,
    events: Places,
    shares: Shares,
    rows: tuple[Flags, Flags],
    options: Options,
) -> Finding:
    meetings, names = Meetings.of(matter), Names.of(matter)
    partner = names.thing(path, "territory")
    years = meetings.year[events]
    level = "epci" if "/epci/" in partner.id else "department"
    code = subject.thing.id.removeprefix("territory/")
    return Finding(
        "ties",
        subject.thing,
        partner,
        N_(
            "{here} partage {shared} avec {partner}{shares}.",
            here=Said(_opening, (subject.thing,)),
            partner=Said(_territory, (partner,)),
            shared=NN_("{n} interaction connue", "{n} interactions connues", len(events)),
            shares=shares.said(
                lambda: N_(
                    " ; c'est {own} de ses {of} interactions comparables, contre {rest} de celles des autres acteurs de la "
                    "région",
                    **shares.words,
                )
            ),
        ),
        shares.estimate(options.level),
        REST_OF_REGION,
        p=shares.p,
        evidence=meetings.counted(events, *rows),
        facts={
            "aspect": "partner",
            "interactions": len(events),
            **shares.facts,
            "first_year": int(years[years >= 0].min()) if (years >= 0).any() else None,
            "last_year": int(years.max()) if (years >= 0).any() else None,
        },
        reasons=precedents(meetings, names, events, *rows),
        question=Question(f"{level}s-tied-to-territory", {"territory": code}),
        methods=METHODS,
        sources=meetings.sources(events),
    )


def find_openness(
    matter: RegionView, subject: Subject, mine: Flags, options: Options
) -> list[Finding | Refusal]:
    """Tell how far the ties of a territory's actors go out of it: its E–I index beside chance.

    Inside, outside and unknown are those of `inside_outside`, an actor once an interaction; each tie counts, where the
    indicator counts interactions.
    """
    meetings = Meetings.of(matter)
    each = meetings.each(mine)
    unplaced = each & ~((meetings.at >= 0) | (meetings.department >= 0) | meetings.abroad)
    placed = each & ~unplaced
    spots, spot = np.unique(
        np.column_stack([meetings.actor, meetings.at, meetings.department])[placed],
        axis=0,
        return_inverse=True,
    )
    members = np.full(len(placed), -1, dtype=np.intp)
    members[placed] = spot.ravel()
    inside = np.zeros(len(spots), dtype=bool)
    inside[members[mine & each]] = True
    presence = meetings.presence(placed, members, len(spots))
    found = ei_of_group(
        presence, inside, draws=min(options.draws, 99), level=options.level, seed=options.seed
    )
    return [_openness(meetings, subject, found, mine, unplaced)]


def _openness(meetings: Meetings, subject: Subject, found: GroupEi, mine: Flags, unplaced: Flags) -> Finding:
    events = meetings.of_events(mine)
    unknown = int(unplaced[np.isin(meetings.event, events)].sum())
    here, share = subject.thing.label, (found.value.value + 1) / 2
    chance = (found.chance.value + 1) / 2
    digits = 1 if min(share, chance) > 0.95 else 0
    p = min(1.0, 2 * min(found.below, found.above))
    distinct = p <= 1 - found.value.level
    if not distinct:
        verdict = N_("comme si le lieu ne comptait pas")
    elif found.value.value < found.chance.value:
        verdict = N_("on y travaille entre voisins plus que par hasard")
    else:
        verdict = N_("on y travaille au dehors plus que par hasard")
    return Finding(
        "ties",
        subject.thing,
        Thing.of("ties#outside", N_("liens au dehors et au dedans"), "measure"),
        N_(
            "{here} : {share} des liens connus de ses acteurs vont au dehors, contre {chance} si les lieux étaient tirés au "
            "hasard ; {verdict}. {apart} de côté.",
            here=here,
            share=Percent(share, digits),
            chance=Percent(chance, digits),
            verdict=verdict,
            apart=NN_(
                "{n} participation dont le lieu n'est pas connu reste",
                "{n} participations dont le lieu n'est pas connu restent",
                unknown,
            ),
        ),
        found.value,
        N_("indice E–I (−1 : tout au dedans, 1 : tout au dehors)"),
        p=p,
        q=p,
        distinct=distinct,
        evidence=meetings.counted(events, mine),
        facts={
            "aspect": "openness",
            "external": found.external,
            "internal": found.internal,
            "unknown_place": unknown,
            "interactions": len(events),
            "chance": found.chance.value,
            "chance_low": found.chance.low,
            "chance_high": found.chance.high,
        },
        question=Question(
            "territory-ties-inside-outside", {"territory": subject.thing.id.removeprefix("territory/")}
        ),
        methods=("ei_of_group",),
        sources=meetings.sources(events),
    )


def find_undated(matter: RegionView, subject: Subject, territory: Territory) -> list[Finding | Refusal]:
    """Tell apart the ties that a source gives without a year: those of organisations with a site in the territory."""
    ground, names = Gazetteer.of(matter), Names.of(matter)
    sites = ground.locate(
        matter.frame("institutions").select("organization", "place").drop_nulls(), wide=True
    )
    local = set(sites.filter(pl.col("at").is_in(ground.places_in(territory)))["organization"])
    ties = matter.frame("ties").unique("tie", keep="first")
    mine = [
        (a, b, shared)
        for a, b, shared in ties.select("first", "second", "shared").iter_rows()
        if a in local or b in local
    ]
    if not mine:
        return []
    projects = sum(shared or 0 for _, _, shared in mine)
    who = sorted({one for a, b, _ in mine for one in (a, b) if one in local})
    both = sum(a in local and b in local for a, b, _ in mine)
    label = subject.thing.label
    european = NN_("{n} lien européen", "{n} liens européens", len(mine))
    words = NN_(
        "{label} : {named}, qui y a un site, compte en outre {ties} dont la source ne donne ni l'année ni le lieu : il n'est pas "
        "dans les nombres ci-dessus.",
        "{label} : {named}, qui y a un site, compte en outre {ties} dont la source ne donne ni l'année ni le lieu : ils ne sont "
        "pas dans les nombres ci-dessus.",
        len(mine),
        label=label,
        named=names.named(who[0]),
        ties=european,
    )
    if len(who) > 1:
        words = NN_(
            "{label} : {count} établissements, qui y ont un site, comptent en outre {ties} dont la source ne donne ni l'année ni "
            "le lieu : il n'est pas dans les nombres ci-dessus.",
            "{label} : {count} établissements, qui y ont un site, comptent en outre {ties} dont la source ne donne ni l'année ni "
            "le lieu : ils ne sont pas dans les nombres ci-dessus.",
            len(mine),
            label=label,
            count=Number(len(who)),
            ties=european,
        )
    evidence = ties.filter(ties["first"].is_in(who) | ties["second"].is_in(who))["evidence"].value_counts()
    return [
        Finding(
            "ties",
            subject.thing,
            Thing.of("ties#undated", N_("liens sans année"), "measure"),
            words,
            evidence={str(name): int(count) for name, count in evidence.iter_rows()},
            facts={
                "aspect": "undated",
                "ties": len(mine),
                "projects": projects,
                "organizations": len(who),
                "both_inside": both,
            },
            question=Question(
                "undated-ties-of-territory", {"territory": subject.thing.id.removeprefix("territory/")}
            ),
            sources=tuple(sorted(set(ties["source"].drop_nulls()))),
        )
    ]
