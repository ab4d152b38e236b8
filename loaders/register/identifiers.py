"""Identifiers of organisations, and their check digits: a number that a hand or a spreadsheet broke links nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

_UAI_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
_POST: Final = "356000000"


def identifiers(scheme: str, value: str) -> frozenset[str]:
    """Return what an identifier says, as « scheme:value »; nothing where it is not sound. A SIRET says its SIREN too.

    >>> sorted(identifiers("siret", "13002608100013")), sorted(identifiers("ror", "https://ror.org/02rx3b187"))
    (['siren:130026081', 'siret:13002608100013'], ['ror:02RX3B187'])
    """
    if not is_sound(scheme, value):
        return frozenset()
    plain = value.rpartition("/")[2].upper()
    return frozenset((f"{scheme}:{plain}", *([f"siren:{plain[:9]}"] if scheme == "siret" else [])))


def is_sound(scheme: str, value: str) -> bool:
    """Tell whether an identifier has the form of its scheme, and its check digit where it has one.

    >>> is_sound("siren", "130026081"), is_sound("siren", "130026082"), is_sound("siret", "3,44162E+13")
    (True, False, False)
    >>> is_sound("uai", "0383546Y"), is_sound("uai", "0383546A"), is_sound("wikidata", "Q945876")
    (True, False, True)
    """
    return _CHECKS[scheme](value) if scheme in _CHECKS else bool(value)


def _luhn(value: str) -> bool:
    doubled = (int(sign) * (2 if place % 2 else 1) for place, sign in enumerate(reversed(value)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _is_siren(value: str) -> bool:
    return bool(re.fullmatch(r"\d{9}", value)) and _luhn(value)


def _is_siret(value: str) -> bool:
    """Tell a SIRET by its check digit; those of La Poste, whose digits add up to a multiple of five, have another."""
    if not re.fullmatch(r"\d{14}", value):
        return False
    return _luhn(value) or (value.startswith(_POST) and sum(map(int, value)) % 5 == 0)


def _is_uai(value: str) -> bool:
    return bool(re.fullmatch(r"\d{7}[A-Z]", value)) and _UAI_LETTERS[int(value[:7]) % 23] == value[7]


_CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "siren": _is_siren,
    "siret": _is_siret,
    "uai": _is_uai,
    "rnsr": lambda value: bool(re.fullmatch(r"[0-9]{9}[A-Z]", value)),
    "pic": lambda value: bool(re.fullmatch(r"[0-9]{9}", value)),
    "paysage": lambda value: bool(re.fullmatch(r"[A-Za-z0-9]{5}", value)),
    "ror": lambda value: bool(re.fullmatch(r"(?:https?://ror\.org/)?0[a-z0-9]{6}[0-9]{2}", value.lower())),
}
