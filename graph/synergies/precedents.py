"""The interactions that a tie rests on, as paths of the graph: who took part with whom, when, by which source."""

from __future__ import annotations

import numpy as np

from ..findings.model import Reason, Step
from .meetings import NAMES, Flags, Meetings, Places
from .subject import Names

_PART = {"fr": "prend part à", "en": "takes part in"}


def precedents(
    meetings: Meetings, names: Names, events: Places, mine: Flags, theirs: Flags, *, most: int = 3
) -> tuple[Reason, ...]:
    """Give the latest interactions of some, each as a path from one of my rows to one of theirs.

    The path goes from an actor to the interaction, and from its partner to the same interaction.
    """
    latest = sorted(events.tolist(), key=lambda event: (-meetings.year[event], meetings.ids[event]))[:most]
    starts = np.searchsorted(meetings.event, latest)
    ends = np.searchsorted(meetings.event, latest, side="right")
    found = []
    for event, start, end in zip(latest, starts.tolist(), ends.tolist(), strict=True):
        rows = range(start, end)
        pair = next(
            (
                (row, other)
                for row in rows
                if mine[row]
                for other in rows
                if theirs[other] and meetings.actor[other] != meetings.actor[row]
            ),
            None,
        )
        if pair is not None:
            found.append(_reason(meetings, names, event, *pair))
    return tuple(found)


def _reason(meetings: Meetings, names: Names, event: int, row: int, other: int) -> Reason:
    interaction = names.thing(meetings.ids[event], "interaction")
    year = int(meetings.year[event]) if meetings.year[event] >= 0 else None
    ends = [
        names.thing(meetings.actors[meetings.actor[one]], NAMES[meetings.side[one]]) for one in (row, other)
    ]
    path = tuple(
        Step(end, _PART, interaction, meetings.evidence[event], meetings.source[event] or None, year)
        for end in ends
    )
    type_fr, type_en = names.french(meetings.type[event]), names.english(meetings.type[event])
    when_fr, when_en = (f", {year}", f", {year}") if year else (", sans année", ", undated")
    between = f"{ends[0].label} – {ends[1].label}"
    return Reason(
        "precedent",
        {
            "fr": f"{interaction.label} ({type_fr}{when_fr}) : {between}",
            "en": f"{interaction.label} ({type_en}{when_en}): {between}",
        },
        path,
    )
