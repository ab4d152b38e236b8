"""When an event is, in words: its days, and its hours where it is held on one; when a place is open."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...words import date, gettext, weekdays

_WEEK = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_OPEN = re.compile(rf"([{''.join(_WEEK)},-]+) (\d\d:\d\d)-(\d\d:\d\d)")


def days(first: str, last: str, opening: str, closing: str, language: str) -> str:
    """Say the days (ISO dates) of an event, and the hours ("14:30:00") of one of a single day.

    >>> days("2027-03-18", "2027-03-20", "", "", "fr"), days("2027-03-18", "", "18:00:00", "20:00", "en")
    ('du 18 mars 2027 au 20 mars 2027', '18 March 2027, 18:00–20:00')
    """
    if last and last != first:
        return gettext(
            "du {first} au {last}", language, first=date(first, language), last=date(last, language)
        )
    hours = "–".join(hour[:5] for hour in (opening, closing) if hour)
    return f"{date(first, language)}, {hours}" if hours else date(first, language)


def opening_hours(told: Iterable[str], language: str) -> list[str]:
    """Say the opening hours of a place, as schema.org writes them, a text a day; what is written otherwise is left.

    >>> opening_hours(["Tu 13:30-17:00", "Mo-Tu 09:00-12:00"], "fr")
    ['lundi : 09:00–12:00', 'mardi : 09:00–12:00, 13:30–17:00']
    """
    hours: dict[int, list[str]] = {}
    for text in sorted(told, key=lambda text: text[-11:]):
        if (found := _OPEN.fullmatch(text)) is None:
            continue
        for run in found[1].split(","):
            first, _, last = run.partition("-")
            if first in _WEEK and (last or first) in _WEEK:
                for day in range(_WEEK.index(first), _WEEK.index(last or first) + 1):
                    hours.setdefault(day, []).append(f"{found[2]}–{found[3]}")
    names = [full for full, _ in weekdays(language)]
    return [names[day] + gettext(" : ", language) + ", ".join(hours[day]) for day in sorted(hours)]
