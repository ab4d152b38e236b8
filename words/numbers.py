"""Numbers, shares, dates and lists in sentences, with the marks of each language (Unicode's CLDR, read by babel)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Literal, TypeAlias

from .catalogues import locale
from .marks import mark_number, percent_sign
from .messages import Spoken, gettext, placeholder_value

if TYPE_CHECKING:
    from decimal import Decimal

Junction: TypeAlias = Literal["standard", "or"]
"""What stands before the last of several words: « et », or « ou »; the names are babel's."""


def number(value: float | Decimal | None, language: str, decimals: int = 0) -> str:
    r"""Write a number; what is not known is written « n. d. ».

    >>> number(1234567, "fr").replace("\u202f", "_"), number(12.46, "fr", 1), number(-3, "fr"), number(None, "fr")
    ('1_234_567', '12,5', '−3', 'n. d.')
    >>> number(1234567, "en"), number(12.46, "en", 1), number(-3, "en"), number(None, "en")
    ('1,234,567', '12.5', '−3', 'n/a')
    """
    if value is None or not isfinite(value):
        return gettext("n. d.", language)
    return mark_number(value, language, decimals)


def numeral(value: object, language: str, decimals: int | None = None) -> str:
    r"""Write what may be a number, with the decimals that it has unless told; other text is returned as it came.

    >>> numeral(1234567.5, "fr").replace("\u202f", "_"), numeral("42.0", "fr"), numeral("n. d.", "fr"), numeral(None, "fr")
    ('1_234_567,5', '42', 'n. d.', '')
    >>> numeral("1234567.5", "en"), numeral("-42.0", "en")
    ('1,234,567.5', '−42')
    """
    if value is None or value == "":
        return ""
    from decimal import Decimal, InvalidOperation  # 6 ms of the start of each query process

    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not found.is_finite():
        return str(value)
    if decimals is None:
        decimals = len(f"{found:f}".partition(".")[2].rstrip("0"))
    return mark_number(found, language, decimals)


def percent(share: float | None, language: str, decimals: int = 0) -> str:
    r"""Write a share as a percentage; a share that is not 0 or 1 is never rounded to 0 % or 100 %.

    >>> [percent(one, "fr").replace("\u202f", "_") for one in (0.125, 0.0004, 0.9999, 0.0, 1.0)]
    ['12_%', 'moins de 1_%', 'plus de 99_%', '0_%', '100_%']
    >>> [percent(one, "en") for one in (0.125, 0.0004, 0.9999, None)]
    ['12%', 'less than 1%', 'more than 99%', 'n/a']
    """
    if share is None or not isfinite(share):
        return gettext("n. d.", language)
    unit, sign = 10.0**-decimals, percent_sign(language)
    if share > 0 and 100 * share < unit / 2:
        return gettext("moins de {share}", language, share=number(unit, language, decimals) + sign)
    if share < 1 and 100 * share >= 100 - unit / 2:
        return gettext("plus de {share}", language, share=number(100 - unit, language, decimals) + sign)
    return number(100 * share, language, decimals) + sign


def decimals_beside(value: float, limit: float) -> int:
    """Give the decimals, two at most, with which a number does not look like a limit that it is above or below.

    >>> [decimals_beside(one, 30.0) for one in (12.3, 30.4, 29.6, 30.02, 30.0)]
    [0, 1, 1, 2, 0]
    """
    if value == limit:
        return 0
    return next((n for n in (0, 1) if round(value, n) != round(limit, n)), 2)


def join_words(parts: Sequence[object], language: str, style: Junction = "standard") -> str:
    """Join words as a sentence does.

    >>> join_words(["Vif"], "fr"), join_words(["Die", "Vif", "Gap"], "fr"), join_words(["Die", "Vif", "Gap"], "en", "or")
    ('Vif', 'Die, Vif et Gap', 'Die, Vif or Gap')
    """
    from babel.lists import format_list

    return format_list([str(placeholder_value(part, language)) for part in parts], style, locale(language))


@lru_cache(maxsize=4096)
def date(value: str, language: str) -> str:
    """Write an ISO date (or date and time); a year or anything else is returned as it came.

    >>> date("2026-11-01T10:00:00Z", "fr"), date("2026-01-24", "fr"), date("2014", "fr"), date("2026-11-01", "en")
    ('1er novembre 2026', '24 janvier 2026', '2014', '1 November 2026')
    """
    try:
        day = datetime.fromisoformat(value[:10])
    except ValueError:
        return value
    from babel.dates import format_date

    written = format_date(day, "d MMMM y", locale=locale(language))
    # CLDR has no ordinal, which French wants on the first of a month.
    return f"1er{written[1:]}" if day.day == 1 and language == "fr" else written


def month(value: str, language: str) -> str:
    """Write a month given as an ISO year and month, or a day of it.

    >>> month("2026-12", "fr"), month("2026-12-03", "en")
    ('décembre 2026', 'December 2026')
    """
    from babel.dates import format_date

    return format_date(datetime.fromisoformat(f"{value[:7]}-01"), "LLLL y", locale=locale(language))


def month_names(language: str) -> list[tuple[str, str]]:
    """Name the months of a year, in full and short.

    >>> month_names("fr")[1], month_names("en")[11]
    (('février', 'févr.'), ('December', 'Dec'))
    """
    from babel.dates import get_month_names

    full, short = (
        get_month_names(width, context="stand-alone", locale=locale(language))
        for width in ("wide", "abbreviated")
    )
    return [(full[rank], short[rank]) for rank in range(1, 13)]


def weekdays(language: str) -> list[tuple[str, str]]:
    """Name the days of a week from Monday, in full and short.

    >>> weekdays("fr")[0], weekdays("en")[6]
    (('lundi', 'lun.'), ('Sunday', 'Sun'))
    """
    from babel.dates import get_day_names

    full, short = (
        get_day_names(width, context="stand-alone", locale=locale(language))
        for width in ("wide", "abbreviated")
    )
    return [(full[day], short[day]) for day in range(7)]


@dataclass(frozen=True, eq=True)
class Number(Spoken):
    """A number to be written later.

    >>> Number(1.25, 1)["en"], Number(1.25, 1)["fr"]
    ('1.2', '1,2')
    """

    value: float | None
    decimals: int = 0

    def __getitem__(self, language: str) -> str:
        """Write it."""
        return number(self.value, language, self.decimals)


@dataclass(frozen=True, eq=True)
class Percent(Spoken):
    """A share to be written later as a percentage."""

    share: float | None
    decimals: int = 0

    def __getitem__(self, language: str) -> str:
        """Write it."""
        return percent(self.share, language, self.decimals)


@dataclass(frozen=True, eq=True)
class Listed(Spoken):
    """Words, or what is said in several languages, to be joined later as a sentence does.

    >>> Listed(("Die", "Crest"))["en"], Listed(("Die", "Crest"), "or")["fr"]
    ('Die and Crest', 'Die ou Crest')
    """

    parts: Sequence[object]
    style: Junction = "standard"

    def __getitem__(self, language: str) -> str:
        """Join them."""
        return join_words(self.parts, language, self.style)
