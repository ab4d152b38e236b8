"""What follows of the facts of a strategy: whether an action is late, how far an objective is, what two of them share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

OVER = ("done", "abandoned", "agreed")
"""Statuses of an action that nothing is waited of any more, or of which nobody says how far it is."""
UNBEGUN = ("to-discuss", "planned")
"""Statuses of an action that has not begun."""


def lateness(status: str, start: date | None, end: date | None, today: date) -> str:
    """Tell how an action is late: "unfinished" after its last day, "unbegun" after its first; "" where it is not.

    >>> lateness("in-progress", date(2024, 1, 8), date(2026, 6, 30), date(2026, 7, 1))
    'unfinished'
    >>> lateness("planned", date(2026, 9, 1), None, date(2026, 9, 2))
    'unbegun'
    >>> lateness("done", None, date(2025, 6, 27), date(2026, 7, 1)), lateness("agreed", None, date(2025, 6, 27), date(2026, 7, 1))
    ('', '')
    """
    if status in OVER:
        return ""
    if end is not None and end < today:
        return "unfinished"
    return "unbegun" if status in UNBEGUN and start is not None and start < today else ""


def progress(initial: float | None, value: float | None, target: float | None) -> float | None:
    """Give the part of the way from an initial value to a target that is done; None where it cannot be told.

    A target below the initial value is approached by going down. Below 0: farther than at the beginning.

    >>> progress(61, 80, 120), progress(40, 30, 20), progress(None, 80, 120), progress(20, 20, 20)
    (0.3220338983050847, 0.5, None, None)
    """
    if initial is None or value is None or target is None or initial == target:
        return None
    return (value - initial) / (target - initial)


def expected(initial: tuple[int, float], target: tuple[int, float], year: int) -> float:
    """Give the value that a straight way from an initial value to a target has in a year; both are (year, value).

    >>> expected((2021, 61.0), (2027, 121.0), 2023), expected((2021, 61.0), (2027, 121.0), 2030)
    (81.0, 121.0)
    """
    (first, start), (last, end) = initial, target
    if year >= last or last <= first:
        return end
    return start + (end - start) * max(0, year - first) / (last - first)


@dataclass(frozen=True)
class Aim:
    """What an objective can share with another: its words (folded), its indicator, what it concerns."""

    path: str
    words: str
    indicator: str
    subjects: frozenset[str]


def shared(first: Iterable[Aim], second: Iterable[Aim]) -> Iterator[tuple[Aim, Aim, tuple[str, ...]]]:
    """Yield the objectives of two strategies that share something, with what: "same", "words", "indicator", "subject".

    An indicator alone is shared where neither concerns a subject, or both the same: « interns » and « interns of the timber
    filière » are followed by one indicator and are two aims. They are told as sharing it, with "other-subject".

    >>> interns = Aim("a", "accueillir", "indicator/internships", frozenset())
    >>> timber = Aim("b", "accueillir du bois", "indicator/internships", frozenset(["value-chain/timber"]))
    >>> [what for _, _, what in shared([interns, timber], [timber])]
    [('indicator', 'other-subject'), ('same', 'words', 'indicator', 'subject')]
    """
    for one, other in product(first, second):
        what = []
        if one.path == other.path:
            what.append("same")
        if one.words and one.words == other.words:
            what.append("words")
        if one.indicator and one.indicator == other.indicator:
            what.append("indicator")
        if one.subjects & other.subjects:
            what.append("subject")
        elif what == ["indicator"] and one.subjects != other.subjects:
            what.append("other-subject")
        if what:
            yield one, other, tuple(what)
