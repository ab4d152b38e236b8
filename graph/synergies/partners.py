"""With which other territories a territory shares interactions, and whether that is more than chance gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..analysis.sharing import GroupEi, Ratio, ei_of_group, sharing_against_expected
from ..analysis.uncertainty import TooFewData
from ..findings.model import Finding, Question, Refusal, Thing
from ..findings.words import count_en, count_fr, number_en, number_fr, percent_en, percent_fr
from ..region.gazetteer import Ground, Territory
from ..region.view import Matter
from .meetings import Flags, Meetings, Places
from .options import Options, Told, corrected
from .precedents import precedents
from .subject import Names, Subject

MINIMUM_SHARED = 3
"""Fewest shared interactions for a partner to be told."""


@dataclass(frozen=True)
class Groups:
    """A group for each row of the meetings (−1: place unknown): 0 is the territory; then EPCI here, départements elsewhere."""

    of: Places
    paths: list[str]

    @classmethod
    def around(cls, matter: Matter, mine: Flags) -> Groups:
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


def _epcis(matter: Matter) -> _Epcis:
    ground = Ground.of(matter)
    of = np.full(len(ground), -1, dtype=np.intp)
    territories = ground.territories("epci")
    for place, territory in enumerate(territories):
        of[territory.communes] = place
    return _Epcis(of, [territory.id for territory in territories])


def find_partners(matter: Matter, subject: Subject, mine: Flags, options: Options) -> Told:
    """Find the territories that share most with one beside what its and their number of partners alone would give."""
    meetings, names = Meetings.of(matter), Names.of(matter)
    groups = Groups.around(matter, mine)
    placed = groups.of >= 0
    presence = meetings.presence(placed, groups.of, len(groups.paths))
    together = np.asarray((presence.T @ presence).todense(), dtype=float)
    ratio = sharing_against_expected(together, 0, level=options.level)
    chosen = np.flatnonzero(ratio.counts >= MINIMUM_SHARED)
    if not len(chosen):
        most = int(ratio.counts.max())
        raise TooFewData(
            "ties with other territories", f"are at most {most} with one", f"at least {MINIMUM_SHARED}"
        )
    found = [_finding(meetings, names, subject, groups, ratio, int(at), mine) for at in chosen]
    tested = corrected(found, options)
    made: Told = []
    for level in ("epci", "department"):
        some = [one for one in tested if f"territory/{level}/" in one.object.id]
        some.sort(key=lambda one: (not one.distinct, -_shared(one)))
        made += some[: options.most]
    return made


def _shared(finding: Finding) -> int:
    return int(finding.facts["interactions"] or 0)


def _finding(
    meetings: Meetings, names: Names, subject: Subject, groups: Groups, ratio: Ratio, at: int, mine: Flags
) -> Finding:
    partner = names.thing(groups.paths[at], "territory")
    theirs = groups.of == at
    events = np.intersect1d(meetings.of_events(mine), meetings.of_events(theirs))
    years = meetings.year[events]
    estimate = ratio.estimate(at)
    here, count, expected = subject.thing.label, len(events), float(ratio.expected[at])
    digits = 0 if expected >= 10 else 1
    if estimate.low > 1:
        words = ("bien plus", "far more") if estimate.low > 2 else ("plus", "more")
    elif estimate.high < 1:
        words = ("moins", "fewer")
    else:
        words = ("à peu près autant", "about as many")
    level = "epci" if "/epci/" in partner.id else "department"
    code = subject.thing.id.removeprefix("territory/")
    return Finding(
        "ties",
        subject.thing,
        partner,
        {
            "fr": f"{here} et {partner.label} partagent {count_fr(count, 'interaction connue', 'interactions connues')}, "
            f"{words[0]} que leur seul nombre de partenaires ne le laisserait attendre ({number_fr(expected, digits)}).",
            "en": f"{here} and {partner.label} share {count_en(count, 'known interaction')}, {words[1]} than their number "
            f"of partners alone would give ({number_en(expected, digits)}).".replace(
                "about as many than", "about as many as"
            ),
        },
        estimate,
        {"fr": "rapport au nombre attendu au hasard", "en": "ratio to the number expected by chance"},
        p=float(ratio.two_sided()[at]),
        evidence=meetings.counted(events, mine, theirs),
        facts={
            "aspect": "partner",
            "interactions": count,
            "expected": expected,
            "first_year": int(years[years >= 0].min()) if (years >= 0).any() else None,
            "last_year": int(years.max()) if (years >= 0).any() else None,
        },
        reasons=precedents(meetings, names, events, mine, theirs),
        question=Question(f"{level}s-tied-to-territory", {"territory": code}),
        methods=("sharing_against_expected", "ratio_to_expected"),
        sources=meetings.sources(events),
    )


def find_openness(matter: Matter, subject: Subject, mine: Flags, options: Options) -> list[Finding | Refusal]:
    """Tell how far the ties of a territory's actors go out of it: its E–I index beside chance.

    Inside, outside and unknown are those of `inside_outside`; each tie counts, where the indicator counts interactions.
    """
    meetings = Meetings.of(matter)
    placed = (meetings.at >= 0) | (meetings.department >= 0) | meetings.abroad
    spots, spot = np.unique(
        np.column_stack([meetings.actor, meetings.at, meetings.department])[placed],
        axis=0,
        return_inverse=True,
    )
    members = np.full(len(placed), -1, dtype=np.intp)
    members[placed] = spot.ravel()
    inside = np.zeros(len(spots), dtype=bool)
    inside[members[mine]] = True
    presence = meetings.presence(placed, members, len(spots))
    found = ei_of_group(
        presence, inside, draws=min(options.draws, 99), level=options.level, seed=options.seed
    )
    return [_openness(meetings, subject, found, mine, placed)]


def _openness(meetings: Meetings, subject: Subject, found: GroupEi, mine: Flags, placed: Flags) -> Finding:
    events = meetings.of_events(mine)
    unknown = int((~placed[np.isin(meetings.event, events)]).sum())
    here, share = subject.thing.label, (found.value.value + 1) / 2
    chance = (found.chance.value + 1) / 2
    digits = 1 if min(share, chance) > 0.95 else 0
    p = min(1.0, 2 * min(found.below, found.above))
    distinct = p <= 1 - found.value.level
    if not distinct:
        verdict = ("comme si le lieu ne comptait pas", "as if place did not matter")
    elif found.value.value < found.chance.value:
        verdict = ("on y travaille entre voisins plus que par hasard", "more among neighbours than by chance")
    else:
        verdict = ("on y travaille au dehors plus que par hasard", "more with others than by chance")
    one_fr = "participation dont le lieu n'est pas connu reste"
    several_fr = "participations dont le lieu n'est pas connu restent"
    return Finding(
        "ties",
        subject.thing,
        Thing("ties#outside", "liens au dehors et au dedans", "measure"),
        {
            "fr": f"{here} : {percent_fr(share, digits)} des liens connus de ses acteurs vont au dehors, contre "
            f"{percent_fr(chance, digits)} si les lieux étaient tirés au hasard ; {verdict[0]}. "
            f"{count_fr(unknown, one_fr, several_fr)} de côté.",
            "en": f"{here}: {percent_en(share, digits)} of the known ties of its actors go outside, against "
            f"{percent_en(chance, digits)} if places were drawn by chance: {verdict[1]}. "
            f"{count_en(unknown, 'participation')} of unknown place left aside.",
        },
        found.value,
        {
            "fr": "indice E–I (−1 : tout au dedans, 1 : tout au dehors)",
            "en": "E–I index (−1: all inside, 1: all outside)",
        },
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


def find_undated(matter: Matter, subject: Subject, territory: Territory) -> list[Finding | Refusal]:
    """Tell apart the ties that a source gives without a year: those of organisations with a site in the territory."""
    ground, names = Ground.of(matter), Names.of(matter)
    here = np.zeros(len(ground), dtype=bool)
    here[territory.communes] = True
    sites = ground.locate(matter.frame("institutions").select("organization", "place").drop_nulls())
    local = set(sites.filter(here[sites["at"].to_numpy()])["organization"])
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
    named = names.french(who[0]) if len(who) == 1 else count_fr(len(who), "établissement", "établissements")
    evidence = ties.filter(ties["first"].is_in(who) | ties["second"].is_in(who))["evidence"].value_counts()
    return [
        Finding(
            "ties",
            subject.thing,
            Thing("ties#undated", "liens sans année", "measure"),
            {
                "fr": f"{label} : {named}, qui y {'a' if len(who) == 1 else 'ont'} un site, "
                f"{'compte' if len(who) == 1 else 'comptent'} en outre {count_fr(len(mine), 'lien européen', 'liens européens')} "
                "dont la source ne donne ni l'année ni le lieu : ils ne sont pas dans les nombres ci-dessus.",
                "en": f"{label}: {count_en(len(who), 'institution')} with a site there also {'has' if len(who) == 1 else 'have'} "
                f"{count_en(len(mine), 'European tie')} of unknown year and place, not counted above.",
            },
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
