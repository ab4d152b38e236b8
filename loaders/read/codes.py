"""Official codes as people and spreadsheets write them, put in their form where they can be one thing only."""

from __future__ import annotations

import re

from ..register.identifiers import is_sound
from ..sources.layout import LayoutColumn

_NAF = re.compile(r"(\d{2})\.?(\d{2})([A-Za-z])")
_BROKEN = re.compile(r"[0-9][,.][0-9]+[eE]\+?[0-9]+")
_DIGITS = {"siren": 9, "siret": 14}


def broken_number(text: str) -> bool:
    """Tell whether a code is what a spreadsheet made of a long number.

    >>> broken_number("3,44162E+13"), broken_number("34416200000013")
    (True, False)
    """
    return _BROKEN.fullmatch(text.strip()) is not None


def as_code(text: str, column: LayoutColumn) -> str:
    """Write a code in its form: capitals, without spaces, with the zeros that a spreadsheet took; another text stays.

    A lost zero is put back where the check digit, or the length, then allows one reading only.

    >>> from ..sources.layout import LAYOUT
    >>> [as_code(one, LAYOUT["interactions"]["benefits"]) for one in ("1053", "r84", "7", "2a004", "38185 - Grenoble", "vallee")]
    ['01053', 'R84', '07', '2A004', '38185', 'vallee']
    >>> [as_code(one, LAYOUT["participations"]["organization"]) for one in ("0383546y", "130 026 081", "ma-scierie")]
    ['0383546Y', '130026081', 'ma-scierie']
    >>> as_code("1610a", LAYOUT["sites"]["activity"]), as_code("1000", LAYOUT["sites"]["postcode"])
    ('16.10A', '01000')
    """
    if "/" in text:
        return text
    if column.of == "territory":
        return _territory(text)
    if column.of == "organization":
        return _organization(text)
    if column.name in ("activity", "concerns") and (found := _NAF.fullmatch(text)):
        return f"{found[1]}.{found[2]}{found[3].upper()}"
    if column.name in ("postcode", "postcodes"):
        bare = re.sub(r"\s", "", _whole(text))
        return bare.zfill(5) if re.fullmatch(r"\d{4,5}", bare) else text
    if column.name in ("uai", "rnsr", "siren", "siret"):
        return _official(text, column.name)
    if column.name in ("country", "wikidata") and re.fullmatch(r"[a-z]{2}|q\d+", text):
        return text.upper()
    return text


def _territory(text: str) -> str:
    """Write the code of a commune, an EPCI, a département, a région or a zone d'emploi; a name may follow it."""
    bare = (
        re.sub(r"^(\w{1,9})\s+[-–—:(].*", r"\1", _whole(text))
        if re.match(r"\d|2[ABab]|[Rr]\d|[Zz][Ee]\d", text)
        else text
    )
    if re.fullmatch(r"\d{3} ?\d{3} ?\d{3}", bare):
        return bare.replace(" ", "")
    if re.fullmatch(r"\d{4}|\d", bare):
        return f"0{bare}"
    if re.fullmatch(r"\d{5}|\d{2,3}|\d{9}", bare):
        return bare
    return bare.upper() if re.fullmatch(r"2[ab](\d{3})?|r\d{2,3}|ze\d{4}", bare, re.IGNORECASE) else text


def _organization(text: str) -> str:
    bare = re.sub(r"\s", "", _whole(text))
    if re.fullmatch(r"\d{6,7}[A-Za-z]", bare):
        return _official(text, "uai")
    if re.fullmatch(r"\d{9}[A-Za-z]", bare):
        return _official(text, "rnsr")
    for kind, length in _DIGITS.items():
        if re.fullmatch(rf"\d{{{length - 1},{length}}}", bare):
            found = _official(text, kind)
            return found if found != text and len(found) == length else text
    return text


def _official(text: str, kind: str) -> str:
    """Write a number that has a check digit; a zero that lacks is put back where that makes it right."""
    bare = re.sub(r"[\s.-]", "", _whole(text)).upper()
    if kind in _DIGITS and re.fullmatch(rf"\d{{{_DIGITS[kind] - 1}}}", bare):
        return f"0{bare}" if is_sound(kind, f"0{bare}") else text
    if kind == "uai" and re.fullmatch(r"\d{6}[A-Z]", bare):
        return f"0{bare}" if is_sound("uai", f"0{bare}") else text
    shape = {"uai": r"\d{7}[A-Z]", "rnsr": r"\d{9}[A-Z]", "siren": r"\d{9}", "siret": r"\d{14}"}[kind]
    return bare if re.fullmatch(shape, bare) else text


def _whole(text: str) -> str:
    """Take the decimals from a code that was kept as a number (« 38185.0 »), and spaces that do not break."""
    return (
        re.sub(r"[.,]0+$", "", re.sub(r"[\u202f\xa0]", " ", text))
        if re.fullmatch(r"[\d\s]+[.,]0+", text)
        else (re.sub(r"[\u202f\xa0]", " ", text))
    )
