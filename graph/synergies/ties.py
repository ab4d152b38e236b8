"""Ties there are: between whom, since when, compared with the whole of the ground."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...words import EMPTY, N_, NN_, Percent
from ..analysis.sharing import ratio_to_expected
from ..findings.model import Finding, Question, Thing, Words
from ..region.view import RegionView
from .meetings import NAMES, SIDES, Flags, Meetings, Places
from .options import Options, correct_chance
from .precedents import precedents
from .sides import SHORT_FR, between
from .subject import Names, Subject

RECENT = 5
MINIMUM_TOTAL = 10
"""Fewest interactions of a subject for its shares to be told and compared."""
"""How many of the last years of each source are recent."""
_SIDES = tuple(SIDES)
_METHODS = ("ratio_to_expected", "poisson_interval")
Pairs = dict[tuple[str, str], Flags]


def pairs_of_sides(meetings: Meetings, mine: Flags) -> Pairs:
    """Tell for each pair of sides which interactions bring them together, one of them by one of my rows.

    A pair of two sides needs an actor of each: a shared project is no tie of research and companies otherwise.
    """
    own, everyone = meetings.by_side(mine), meetings.by_side(np.ones(len(mine), dtype=bool))
    found = {}
    for a, one in enumerate(_SIDES):
        for b in range(a, len(_SIDES)):
            if a == b:
                here = (own[:, a] > 0) & (everyone[:, a] > 1)
            else:
                here = ((own[:, a] > 0) & (everyone[:, b] > 0)) | ((own[:, b] > 0) & (everyone[:, a] > 0))
            found[one, _SIDES[b]] = here
    return found


def find_ties(
    matter: RegionView, subject: Subject, mine: Flags, whole: Flags, options: Options
) -> list[Finding]:
    """Find what kinds of actors a subject's interactions bring together, and whether they are more recent than all.

    `mine` are its rows of the meetings, `whole` those it is compared with (the ground, or all interactions).
    """
    meetings, names = Meetings.of(matter), Names.of(matter)
    events, all_events = meetings.of_events(mine), meetings.of_events(whole)
    if not len(events):
        return []
    made = []
    every = pairs_of_sides(meetings, whole)
    for pair, here in pairs_of_sides(meetings, mine).items():
        found = np.flatnonzero(here)
        if len(found):
            share = float(every[pair].sum()) / len(all_events)
            tested = MINIMUM_TOTAL <= len(events) < len(all_events)
            made.append(_pair(meetings, names, subject, pair, found, events, share, mine, tested, options))
    made = sorted(correct_chance(made, options), key=lambda one: -int(one.facts["interactions"] or 0))
    recent = _recent(meetings, subject, mine, all_events, options)
    return made + ([recent] if recent else [])


def _pair(
    meetings: Meetings,
    names: Names,
    subject: Subject,
    pair: tuple[str, str],
    found: Places,
    events: Places,
    share: float,
    mine: Flags,
    tested: bool,
    options: Options,
) -> Finding:
    ratio = ratio_to_expected([len(found)], [share * len(events)], level=options.level)
    one, other = pair
    years = meetings.year[found]
    known = years[years >= 0]
    here = subject.begins
    total = len(events)
    digits = 1 if min(share, len(found) / total) < 0.1 else 0
    side: Words = _side_here(one == other) if subject.territory else EMPTY
    own: Words = EMPTY
    if total >= MINIMUM_TOTAL:
        own = N_(", soit {share} des interactions connues", share=Percent(len(found) / total, digits))
    beside: Words = EMPTY
    if tested:
        whole = N_("la région") if subject.territory else N_("l'ensemble")
        beside = N_(", contre {share} dans {whole}", share=Percent(share, digits), whole=whole)
    sides = np.isin(meetings.side, [NAMES.index(one), NAMES.index(other)])
    places = {"interactions": len(found), "of": total, "share_of_all": share}
    kinds: dict[str, float | int | str | None] = {}
    for event in found.tolist():
        word = f"{meetings.source[event].rsplit('/', 1)[-1]}: {meetings.type[event].rsplit('/', 1)[-1]}"
        kinds[word] = int(kinds.get(word) or 0) + 1
    return Finding(
        "ties",
        subject.thing,
        Thing(f"actor-type#{one}-{other}", f"{SHORT_FR[one]} – {SHORT_FR[other]}", "pair"),
        N_(
            "{here} : {met} {between}{side}{own}{beside}.",
            here=here,
            met=NN_("{n} interaction connue réunit", "{n} interactions connues réunissent", len(found)),
            between=between(one, other),
            side=side,
            own=own,
            beside=beside,
        ),
        ratio.estimate(0) if tested else None,
        N_("rapport au nombre attendu d'après l'ensemble"),
        p=float(ratio.two_sided()[0]) if tested else None,
        evidence=meetings.counted(found, *placing(subject, mine)),
        facts={
            "aspect": "pair",
            "side": one,
            "other_side": other,
            **places,
            "expected": share * total,
            "first_year": int(known.min()) if len(known) else None,
            "last_year": int(known.max()) if len(known) else None,
            "undated": int((years < 0).sum()),
            **kinds,
        },
        reasons=precedents(meetings, names, found, mine & sides, sides, most=3),
        question=_question(subject),
        methods=_METHODS,
        sources=meetings.sources(found),
    )


def placing(subject: Subject, mine: Flags) -> tuple[Flags, ...]:
    """Give the rows by which interactions are a territory's: where they are tells nothing of a filière's."""
    return (mine,) if subject.territory else ()


def _side_here(alike: bool) -> Words:
    """Say that one of those brought together is of the territory: the indicators count others' interactions too."""
    if alike:
        return N_(", dont au moins un acteur d'ici")
    return N_(", dont l'un des deux au moins est ici")


def _question(subject: Subject) -> Question:
    if subject.territory:
        return Question("territory-ties-by-side", {"territory": subject.thing.id.removeprefix("territory/")})
    return Question("chain-ties", {"chain": (subject.chain or "").rsplit("/", 1)[-1]})


def recent_years(meetings: Meetings) -> npt.NDArray[np.bool_]:
    """Tell which interactions are of the last years of their source: sources do not end in the same year."""
    last: dict[str, int] = {}
    for source, year in zip(meetings.source, meetings.year.tolist(), strict=True):
        last[source] = max(last.get(source, -1), year)
    ends = np.array([last[source] for source in meetings.source])
    return (meetings.year >= 0) & (meetings.year > ends - RECENT)


def _recent(
    meetings: Meetings, subject: Subject, mine: Flags, every: Places, options: Options
) -> Finding | None:
    events = meetings.of_events(mine)
    dated, whole = events[meetings.year[events] >= 0], every[meetings.year[every] >= 0]
    if len(dated) < MINIMUM_TOTAL or len(events) == len(every):
        return None
    recent = recent_years(meetings)
    share = float(recent[whole].mean())
    here = subject.begins
    count = int(recent[dated].sum())
    ratio = ratio_to_expected([count], [share * len(dated)], level=options.level)
    p = float(ratio.two_sided()[0])
    distinct = p <= 1 - options.level
    own = count / len(dated)
    if not distinct:
        verdict = N_("rien ne le distingue de l'ensemble ({share})", share=Percent(share))
    elif own > share:
        verdict = N_("c'est plus que l'ensemble ({share})", share=Percent(share))
    else:
        verdict = N_("c'est moins que l'ensemble ({share})", share=Percent(share))
    return Finding(
        "ties",
        subject.thing,
        Thing("period#recent", f"{RECENT} dernières années connues", "period"),
        N_(
            "{here} : {own} des {dated} sont des {recent} dernières années que couvre leur source ; {verdict}.",
            here=here,
            own=Percent(own),
            dated=NN_("{n} interaction datée", "{n} interactions datées", len(dated)),
            recent=RECENT,
            verdict=verdict,
        ),
        ratio.estimate(0),
        N_("rapport au nombre attendu d'après l'ensemble"),
        p=p,
        q=p,
        distinct=distinct,
        evidence=meetings.counted(dated, *placing(subject, mine)),
        facts={
            "aspect": "recent",
            "interactions": count,
            "of": len(dated),
            "share_of_all": share,
            "undated": len(events) - len(dated),
        },
        question=_years_question(subject),
        methods=_METHODS,
        sources=meetings.sources(dated),
    )


def _years_question(subject: Subject) -> Question:
    if subject.territory:
        return Question(
            "territory-interactions-by-year", {"territory": subject.thing.id.removeprefix("territory/")}
        )
    return _question(subject)
