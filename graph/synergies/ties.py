"""Ties there are: between whom, since when, compared with the whole of the ground."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..analysis.sharing import ratio_to_expected
from ..findings.model import Finding, Question, Thing
from ..findings.words import count_en, count_fr, percent_en, percent_fr
from ..region.view import Matter
from .meetings import NAMES, SIDES, Flags, Meetings, Places
from .options import Options, corrected
from .precedents import precedents
from .sides import SHORT_FR, between_en, between_fr
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


def find_ties(matter: Matter, subject: Subject, mine: Flags, whole: Flags, options: Options) -> list[Finding]:
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
    made = sorted(corrected(made, options), key=lambda one: -int(one.facts["interactions"] or 0))
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
    here, here_en = subject.begins
    total = len(events)
    whole_fr, whole_en = ("la région", "the region") if subject.territory else ("l'ensemble", "all of them")
    digits = 1 if min(share, len(found) / total) < 0.1 else 0
    told_fr, told_en = _side_here(one == other) if subject.territory else ("", "")
    if total >= MINIMUM_TOTAL:
        told_fr += f", soit {percent_fr(len(found) / total, digits)} des interactions connues"
        told_en += f", {percent_en(len(found) / total, digits)} of its known interactions"
    if tested:
        told_fr += f", contre {percent_fr(share, digits)} dans {whole_fr}"
        told_en += f", against {percent_en(share, digits)} in {whole_en}"
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
        {
            "fr": f"{here} : {count_fr(len(found), 'interaction connue réunit', 'interactions connues réunissent')} "
            f"{between_fr(one, other)}{told_fr}.",
            "en": f"{here_en}: {count_en(len(found), 'known interaction brings', 'known interactions bring')} together "
            f"{between_en(one, other)}{told_en}.",
        },
        ratio.estimate(0) if tested else None,
        {"fr": "rapport au nombre attendu d'après l'ensemble", "en": "ratio to the number expected from all"},
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


def _side_here(alike: bool) -> tuple[str, str]:
    """Say that one of those brought together is of the territory: the indicators count others' interactions too."""
    if alike:
        return ", dont au moins un acteur d'ici", ", at least one of them from here"
    return ", dont l'un des deux au moins est ici", ", at least one of the two from here"


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
    here, here_en = subject.begins
    count = int(recent[dated].sum())
    ratio = ratio_to_expected([count], [share * len(dated)], level=options.level)
    p = float(ratio.two_sided()[0])
    distinct = p <= 1 - options.level
    own = count / len(dated)
    more = ("plus", "more") if own > share else ("moins", "less")
    verdict = (
        (
            f"c'est {more[0]} que l'ensemble ({percent_fr(share)})",
            f"{more[1]} than the whole ({percent_en(share)})",
        )
        if distinct
        else (
            f"rien ne le distingue de l'ensemble ({percent_fr(share)})",
            f"as the whole ({percent_en(share)})",
        )
    )
    return Finding(
        "ties",
        subject.thing,
        Thing("period#recent", f"{RECENT} dernières années connues", "period"),
        {
            "fr": f"{here} : {percent_fr(own)} des {count_fr(len(dated), 'interaction datée', 'interactions datées')} sont "
            f"des {RECENT} dernières années que couvre leur source ; {verdict[0]}.",
            "en": f"{here_en}: {percent_en(own)} of {count_en(len(dated), 'dated interaction')} are of the last {RECENT} "
            f"years that their source covers; {verdict[1]}.",
        },
        ratio.estimate(0),
        {"fr": "rapport au nombre attendu d'après l'ensemble", "en": "ratio to the number expected from all"},
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
