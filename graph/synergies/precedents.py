"""The interactions that a tie rests on, as paths of the graph: who took part with whom, when, by which source."""

from __future__ import annotations

import numpy as np

from ...words import N_
from ..findings.model import Reason, Step
from .meetings import NAMES, Flags, Meetings, Places
from .subject import Names

_PART = N_("prend part à")


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
    when = N_(", {year}", year=year) if year else N_(", sans année")
    between = f"{ends[0].label} – {ends[1].label}"
    return Reason(
        "precedent",
        N_(
            "{interaction} ({type}{when}) : {between}",
            interaction=interaction.label,
            type=names.named(meetings.type[event]),
            when=when,
            between=between,
        ),
        path,
    )
