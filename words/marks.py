"""The marks of numbers in each language (Unicode's CLDR, read by babel)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .catalogues import locale

if TYPE_CHECKING:
    from decimal import Decimal

NARROW_SPACE = "\u202f"


def mark_number(value: float | Decimal, language: str, decimals: int = 0) -> str:
    """Write a finite number with the marks of a language.

    >>> mark_number(-1234.5, "en", 1), mark_number(-0.2, "fr")
    ('−1,234.5', '0')
    """
    written = f"{value:,.{decimals}f}"
    bare = written.removeprefix("-")
    sign = "−" if bare != written and bare.strip("0.,") else ""
    return sign + bare.translate(_marks(language))


@cache
def percent_sign(language: str) -> str:
    """Give what a percentage ends with.

    >>> percent_sign("en"), percent_sign("fr").replace(NARROW_SPACE, "_")
    ('%', '_%')
    """
    sign: str = locale(language).percent_formats[None].suffix[0]
    return sign.replace("\u00a0", NARROW_SPACE)


@cache
def _marks(language: str) -> dict[int, str]:
    symbols = locale(language).number_symbols["latn"]
    return {ord(","): symbols["group"], ord("."): symbols["decimal"]}
