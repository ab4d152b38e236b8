"""Ties there are: between whom, since when, compared with those of the rest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...words import EMPTY, N_, NN_
from ..findings.model import Finding, Question, Thing, Words
from ..region.view import RegionView
from .meetings import NAMES, SIDES, Flags, Meetings, Places
from .options import Options, correct_chance
from .precedents import precedents
from .shares import METHODS, REST_OF_REGION, Shares, strata
from .sides import SHORT, between
from .subject import Names, Subject

RECENT = 5
"""How many of the last years of each source are recent."""
_SIDES = tuple(SIDES)
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
    """Find what kinds of actors a subject's interactions bring together, and whether they are more recent than the rest.

    `mine` are its rows of the meetings, `whole` those of the ground, or of all interactions. Its interactions are compared with
    those of the whole in which it has no row, like with like (`strata`). In both a pair counts where one of the two sides is
    of the whole: asked to be of the territory, it would leave out what a neighbour brings to its interactions, and the rest
    has no such neighbour.
    """
    meetings, names = Meetings.of(matter), Names.of(matter)
    events = meetings.of_events(mine)
    if not len(events):
        return []
    rest = np.setdiff1d(meetings.of_events(whole), events)
    every, like = pairs_of_sides(meetings, whole), matter.once(strata)
    made = []
    for pair, here in pairs_of_sides(meetings, mine).items():
        found = np.flatnonzero(here)
        if len(found):
            shares = Shares.of(every[pair], events, rest, found, like)
            made.append(_pair(meetings, names, subject, pair, found, shares, mine, options))
    made = sorted(correct_chance(made, options), key=lambda one: -int(one.facts["interactions"] or 0))
    recent = _recent(meetings, subject, mine, events, rest, like, options)
    return made + ([recent] if recent else [])


def _pair(
    meetings: Meetings,
    names: Names,
    subject: Subject,
    pair: tuple[str, str],
    found: Places,
    compared: Shares,
    mine: Flags,
    options: Options,
) -> Finding:
    one, other = pair
    years = meetings.year[found]
    known = years[years >= 0]
    here = subject.begins
    side: Words = _side_here(one == other) if subject.territory else EMPTY
    sides = np.isin(meetings.side, [NAMES.index(one), NAMES.index(other)])
    kinds: dict[str, float | int | str | None] = {}
    for event in found.tolist():
        word = f"{meetings.source[event].rsplit('/', 1)[-1]}: {meetings.type[event].rsplit('/', 1)[-1]}"
        kinds[word] = int(kinds.get(word) or 0) + 1
    return Finding(
        "ties",
        subject.thing,
        Thing.of(
            f"actor-type#{one}-{other}", N_("{one} – {other}", one=SHORT[one], other=SHORT[other]), "pair"
        ),
        N_(
            "{here} : {met} {between}{side}{shares}.",
            here=here,
            met=NN_("{n} interaction connue réunit", "{n} interactions connues réunissent", len(found)),
            between=between(one, other),
            side=side,
            shares=compared.said(lambda: _compared(subject, compared)),
        ),
        compared.estimate(options.level),
        _measure(subject),
        p=compared.p,
        evidence=meetings.counted(found, *placing(subject, mine)),
        facts={
            "aspect": "pair",
            "side": one,
            "other_side": other,
            "interactions": len(found),
            **compared.facts,
            "first_year": int(known.min()) if len(known) else None,
            "last_year": int(known.max()) if len(known) else None,
            "undated": int((years < 0).sum()),
            **kinds,
        },
        reasons=precedents(meetings, names, found, mine & sides, sides, most=3),
        question=_question(subject),
        methods=METHODS,
        sources=meetings.sources(found),
    )


def _compared(subject: Subject, shares: Shares) -> Words:
    if subject.territory:
        return N_(
            " ; en comptant tout acteur de la région, c'est {own} de ses {of} interactions comparables, contre {rest} dans le "
            "reste de la région",
            **shares.words,
        )
    return N_(", soit {own} des {of} interactions comparables, contre {rest} dans le reste", **shares.words)


def _measure(subject: Subject) -> Words:
    return REST_OF_REGION if subject.territory else N_("rapport à la part du reste des interactions")


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
    meetings: Meetings,
    subject: Subject,
    mine: Flags,
    events: Places,
    rest: Places,
    like: Places,
    options: Options,
) -> Finding | None:
    dated, recent = events[meetings.year[events] >= 0], recent_years(meetings)
    compared = Shares.of(recent, dated, rest[meetings.year[rest] >= 0], dated, like)
    if not compared.tested:
        return None
    p = compared.p
    distinct = p is not None and p <= 1 - options.level
    where = N_("le reste de la région") if subject.territory else N_("le reste des interactions")
    return Finding(
        "ties",
        subject.thing,
        Thing.of("period#recent", N_("{recent} dernières années connues", recent=RECENT), "period"),
        N_(
            "{here} : {own} des {of} interactions datées et comparables sont des {recent} dernières années que couvre leur "
            "source, contre {rest} dans {where}{verdict}.",
            here=subject.begins,
            **compared.words,
            where=where,
            recent=RECENT,
            verdict=EMPTY if distinct else N_(" : un écart que le hasard peut donner"),
        ),
        compared.estimate(options.level),
        _measure(subject),
        p=p,
        q=p,
        distinct=distinct,
        evidence=meetings.counted(dated, *placing(subject, mine)),
        facts={
            "aspect": "recent",
            "interactions": int(recent[dated].sum()),
            **compared.facts,
            "undated": len(events) - len(dated),
        },
        question=_years_question(subject),
        methods=METHODS,
        sources=meetings.sources(dated),
    )


def _years_question(subject: Subject) -> Question:
    if subject.territory:
        return Question(
            "territory-interactions-by-year", {"territory": subject.thing.id.removeprefix("territory/")}
        )
    return _question(subject)
