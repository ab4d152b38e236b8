"""Days, months and years as people write them in France, in the forms of the exchange layout."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from ...words import languages, month_names, weekdays
from ..sources.names import normalise

_FIRST_SERIAL, _LAST_SERIAL = date(1990, 1, 1), date(2100, 1, 1)
"""Days that a number without a format may be: spreadsheets count them from the end of 1899."""
_ZERO = date(1899, 12, 30)
_OLDEST, _AHEAD = 1950, 10


def as_date(text: str, *, last: bool = False, bounded: bool = False) -> str:
    """Write a day as AAAA-MM-JJ, the day before the month; what is no day stays as it is.

    Where the column `bounded` a span, a month is its first day, or its `last`.

    >>> as_date("12/03/2026"), as_date("1er mars 2026"), as_date("46093"), as_date("2026-03-12 14:30:00")
    ('2026-03-12', '2026-03-01', '2026-03-12', '2026-03-12')
    >>> as_date("mars 2026", bounded=True), as_date("02/2028", bounded=True, last=True), as_date("mars 2026")
    ('2026-03-01', '2028-02-29', 'mars 2026')
    >>> as_date("31/02/2026"), as_date("12/03/98")
    ('31/02/2026', '1998-03-12')
    """
    if found := re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ][\d:.]+Z?)?", text):
        return _day(text, *map(int, found.groups()))
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        day = _ZERO + timedelta(days=int(float(text)))
        return day.isoformat() if _FIRST_SERIAL <= day < _LAST_SERIAL else text
    words = normalise(text).split()
    if words and words[0] in _weekdays():
        words = words[1:]
    if (
        len(words) == 3
        and (month := _month(words[1]))
        and (dated := re.fullmatch(r"(\d{1,2})(er)?", words[0]))
    ):
        return _day(text, _year(words[2]), month, int(dated[1]))
    if bounded and len(words) == 2 and (month := _month(words[0])) and (year := _year(words[1])):
        return _day(text, year, month, calendar.monthrange(year, month)[1] if last else 1)
    return text


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(
        normalise(name) for language in languages() for names in weekdays(language) for name in names
    )


@cache
def _months() -> Mapping[str, int]:
    """Give the rank of each month by what it is called, in full and short."""
    return {
        normalise(name): rank
        for language in languages()
        for rank, names in enumerate(month_names(language), 1)
        for name in names
    }


def is_far(year: int) -> bool:
    """Tell whether a year is so far off that what is dated of it was hardly meant: one asks then, and refuses nothing.

    What partners date are acts of theirs. None of the ties that the graph describes is older than 1950: the contracts and
    schemes that they come of (CIFRE, state-region plans) are of the seventies and later. The longest that one signs, European
    programmes and state-region plans, last seven years, so that ten ahead hold all of them. Slips are farther: 1925 or 2097 for
    2025 and 2027, and years of two figures, which are read from 1969 to 2068.

    >>> [is_far(year) for year in (1925, 1950, 2026, 2097)]
    [True, False, False, True]
    """
    return not _OLDEST <= year <= date.today().year + _AHEAD


def as_period(text: str) -> str:
    """Write a period as AAAA, AAAA-MM, or AAAA/AAAA for an academic year; what is none stays as it is.

    >>> as_period("mars 2026"), as_period("2025-2026"), as_period("2025/26"), as_period("2026.0"), as_period("T1 2026")
    ('2026-03', '2025/2026', '2025/2026', '2026', 'T1 2026')
    """
    if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])|/\d{4})?", text):
        return text
    if found := re.fullmatch(r"(\d{4})\s*[-–/]\s*(\d{2}|\d{4})", text):
        first, second = found.groups()
        full = int(first[:2] + second) if len(second) == 2 else int(second)
        return f"{first}/{full}" if full == int(first) + 1 else text
    words = normalise(text).split()
    if len(words) == 2 and (month := _month(words[0])) and (year := _year(words[1])):
        return f"{year}-{month:02d}"
    return as_year(text)


def as_time(text: str) -> str:
    """Write an hour as HH:MM, also a part of the day as spreadsheets keep it; what is none stays as it is.

    >>> as_time("18h30"), as_time("9 h"), as_time("18:30:00"), as_time("25h")
    ('18:30', '09:00', '18:30', '25h')
    >>> as_time("0.7708333333333334"), as_time("0,8"), as_time("0.99999")
    ('18:30', '19:12', '0.99999')
    """
    if re.fullmatch(r"0[.,]\d+", text):
        minutes = round(float(text.replace(",", ".")) * 24 * 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}" if minutes < 24 * 60 else text
    found = re.fullmatch(r"(\d{1,2})\s*[hH:]\s*(\d{2})?(?::00)?", text)
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return text
    return f"{int(found[1]):02d}:{found[2] or '00'}"


def as_year(text: str) -> str:
    """Write a year on four figures; what is none stays as it is.

    >>> as_year("2 026"), as_year("2026.0"), as_year("2026-01-01"), as_year("26")
    ('2026', '2026', '2026', '26')
    """
    bare = re.sub(r"[\s\u202f\xa0]", "", text)
    if found := re.fullmatch(r"(\d{4})([.,]0+)?", bare):
        return found[1]
    day = as_date(text)
    return day[:4] if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) and not text.isdigit() else text


def _day(text: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text


def _month(word: str) -> int:
    """Return the rank of a month that is named or numbered, 0 where it is none."""
    if word.isdecimal():
        return int(word) if 1 <= int(word) <= 12 else 0
    return _months().get(word, 0)


def _year(word: str) -> int:
    """Return a year of four figures, or of two, from 1969 to 2068 as POSIX reads them; 0 where it is none."""
    if not word.isdecimal() or len(word) not in (2, 4):
        return 0
    return int(word) + (0 if len(word) == 4 else 2000 if int(word) < 69 else 1900)
