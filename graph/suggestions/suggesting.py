"""Suggestions to one actor, territory or request: who could work with whom, ranked, with reasons and measured quality."""

from __future__ import annotations

from ..findings.model import Report
from ..region.gazetteer import Gazetteer, Territory
from ..region.names import UnknownName
from ..region.view import RegionView
from .actors import suggest_actor
from .desk import suggest_request
from .directory import COMPANY, Directory, plain
from .requests import find_request
from .territories import suggest_territory

ANSWERS = 10
"""Answers to a request that are told unless a number is given: they are those who offer what is asked, not a forecast."""


def suggest(
    matter: RegionView,
    subject: str,
    *,
    count: int | None = None,
    to: str | None = None,
    radius: float | None = None,
    level: float = 0.95,
    everyone: bool = False,
) -> Report:
    """Suggest links: laboratory or programme ↔ company, territory or request, ranked, each with its reasons.

    Args:
        matter: what is known.
        subject: an actor, a territory, or a request of the desk: code, path, IRI or exact name.
        count: how many suggestions of each kind; unless given, as many as were worth showing on the past (`Trust`).
        to: keep only actors located in this territory.
        radius: keep only actors located within so many km of the subject (or of `to`); for a territory, how far
            around it is looked (30 km unless given).
        level: level of the intervals.
        everyone: also suggest actors abroad, and those that a source names by a number alone.

    Returns:
        a report whose findings have kind "company", "laboratory", "school", "grant" or "chain"; its notes tell what was
        checked, and its refusals why a kind has none.

    Raises:
        UnknownName: no such actor, territory or request; the nearest names are given.
        ValueError: a count under 1, or a negative radius.

    >>> suggest.__name__
    'suggest'
    """
    if count is not None and count < 1:
        raise ValueError(f"{count} suggestions are asked for: give at least 1")
    if radius is not None and not radius > 0:
        raise ValueError(f"a radius of {radius:g} km reaches nobody: give a positive number of km")
    request = find_request(matter, subject)
    if request is not None:
        return suggest_request(matter, request, count=count or ANSWERS, to=to, radius=radius, level=level)
    found = _find(matter, subject)
    if isinstance(found, Territory):
        return suggest_territory(matter, found, count=count, radius=radius, level=level, everyone=everyone)
    return suggest_actor(matter, found, count=count, to=to, radius=radius, level=level, everyone=everyone)


def _find(matter: RegionView, subject: str) -> str | Territory:
    """Find the actor, else the territory, of a name or a code; raises UnknownName, with the nearest of both."""
    who, ground = Directory.of(matter), Gazetteer.of(matter)
    near: list[tuple[str, str]] = []
    places: list[tuple[str, str]] = []
    for coded in (True, False):
        try:
            actor = who.find(subject)
        except UnknownName as error:
            near = list(error.nearest)
        else:  # another name may be unknown then: of whom the links are suggested to
            if coded == who.coded(subject) and (who.academic(actor) or who.kind[actor] == COMPANY):
                return actor
        if coded:
            try:
                return ground.territory(subject.rsplit("/", 1)[-1] if who.coded(subject) else subject)
            except UnknownName as error:
                places = list(error.nearest)
    every = dict.fromkeys([*near[:2], *places[:1], *near[2:], *places[1:]])
    words = plain(subject)
    raise UnknownName(
        "actor, territory or request", subject, sorted(every, key=lambda one: words not in plain(one[0]))[:4]
    )
