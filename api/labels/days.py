"""When an event is, in words: its days, and its hours where it is held on one."""

from __future__ import annotations

from ...words import date, gettext


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
