"""Numbers and counts in sentences, in French and English: what findings are written with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

NARROW_SPACE = "\u202f"


def number_fr(value: float | None, decimals: int = 0) -> str:
    """Write a number the French way; what is not known is written « n. d. ».

    >>> number_fr(1234567).replace(NARROW_SPACE, "_"), number_fr(12.46, 1), number_fr(-3), number_fr(None)
    ('1_234_567', '12,5', '−3', 'n. d.')
    """
    if value is None or not isfinite(value):
        return "n. d."
    return _sign(f"{value:,.{decimals}f}").replace(",", NARROW_SPACE).replace(".", ",")


def number_en(value: float | None, decimals: int = 0) -> str:
    """Write a number the English way; what is not known is written "n/a".

    >>> number_en(1234567), number_en(12.46, 1), number_en(-3), number_en(None)
    ('1,234,567', '12.5', '−3', 'n/a')
    """
    if value is None or not isfinite(value):
        return "n/a"
    return _sign(f"{value:,.{decimals}f}")


def decimals_beside(value: float, limit: float) -> int:
    """Give the decimals, two at most, with which a number does not look like a limit that it is above or below.

    >>> [decimals_beside(one, 30.0) for one in (12.3, 30.4, 29.6, 30.02, 30.0)]
    [0, 1, 1, 2, 0]
    """
    if value == limit:
        return 0
    return next((n for n in (0, 1) if round(value, n) != round(limit, n)), 2)


def percent_fr(share: float | None, decimals: int = 0) -> str:
    """Write a share as a percentage, the French way; a share that is not 0 or 1 is never rounded to 0 % or 100 %.

    >>> [percent_fr(one).replace(NARROW_SPACE, "_") for one in (0.125, 0.0004, 0.9999, 0.0, 1.0)]
    ['12_%', 'moins de 1_%', 'plus de 99_%', '0_%', '100_%']
    """
    if share is None or not isfinite(share):
        return "n. d."
    return _bounded(share, decimals, number_fr, "moins de ", "plus de ") + f"{NARROW_SPACE}%"


def percent_en(share: float | None, decimals: int = 0) -> str:
    """Write a share as a percentage, the English way; a share that is not 0 or 1 is never rounded to 0 % or 100 %.

    >>> [percent_en(one) for one in (0.125, 0.0004, 0.9999, 0.0, 1.0)]
    ['12%', 'less than 1%', 'more than 99%', '0%', '100%']
    """
    if share is None or not isfinite(share):
        return "n/a"
    return _bounded(share, decimals, number_en, "less than ", "more than ") + "%"


def _bounded(share: float, decimals: int, write: Callable[[float, int], str], less: str, more: str) -> str:
    unit = 10.0**-decimals
    if share > 0 and 100 * share < unit / 2:
        return less + write(unit, decimals)
    if share < 1 and 100 * share >= 100 - unit / 2:
        return more + write(100 - unit, decimals)
    return write(100 * share, decimals)


def count_fr(count: float, singular: str, several: str | None = None) -> str:
    """Write a count and its noun in French, where 0 and 1,5 are singular; the plural has an s unless given.

    >>> count_fr(0, "site"), count_fr(1, "réseau", "réseaux"), count_fr(3, "réseau", "réseaux")
    ('0 site', '1 réseau', '3 réseaux')
    """
    noun = agree_fr(count, singular, several if several is not None else singular + "s")
    return f"{number_fr(count)} {noun}"


def count_en(count: float, singular: str, several: str | None = None) -> str:
    """Write a count and its noun in English; the plural has an s unless given.

    >>> count_en(0, "site"), count_en(1, "company", "companies"), count_en(3, "company", "companies")
    ('0 sites', '1 company', '3 companies')
    """
    noun = agree_en(count, singular, several if several is not None else singular + "s")
    return f"{number_en(count)} {noun}"


def agree_fr(count: float, singular: str, several: str) -> str:
    """Choose the French form that agrees with a count: 0 and 1,5 are singular.

    >>> agree_fr(1, "n'a pas", "n'ont pas"), agree_fr(2, "manque", "manquent")
    ("n'a pas", 'manquent')
    """
    return singular if abs(count) < 2 else several


def agree_en(count: float, singular: str, several: str) -> str:
    """Choose the English form that agrees with a count.

    >>> agree_en(1, "has", "have"), agree_en(0, "has", "have")
    ('has', 'have')
    """
    return singular if count == 1 else several


def first_upper(text: str) -> str:
    """Raise the first letter of a sentence and leave the others alone.

    >>> first_upper("timber construction")
    'Timber construction'
    """
    return text[:1].upper() + text[1:]


def of_fr(name: str) -> str:
    """Write « de » before a name, as French does.

    >>> [of_fr(one) for one in ("Valence", "Aubenas", "Le Puy en Velay", "Les Sources", "La Maurienne", "CC Val Eyrieux")]
    ['de Valence', "d'Aubenas", 'du Puy en Velay', 'des Sources', 'de La Maurienne', 'de la CC Val Eyrieux']
    """
    if name.split(" ", 1)[0] in ("CC", "CA", "CU"):
        return f"de la {name}"
    if name.startswith(("Le ", "Les ")):
        return ("du " if name[2] == " " else "des ") + name.split(" ", 1)[1]
    return f"d'{name}" if name[:1] in "AEIOUYÀÂÉÈÊÎÔŒ" else f"de {name}"


def of_name(name: str, language: str) -> str:
    """Write a name after « de », which French joins to it and a sentence of another language holds.

    >>> of_name("Aubenas", "fr"), of_name("Aubenas", "en")
    ("d'Aubenas", 'Aubenas')
    """
    return of_fr(name) if language == "fr" else name


def territory_fr(name: str, level: str) -> str:
    """Write the name of a territory of a level as the subject of a sentence; no source tells the articles of departments.

    >>> territory_fr("Ardèche", "department"), territory_fr("Vienne-Annonay", "zone"), territory_fr("CC du Diois", "epci")
    ('le département (Ardèche)', "la zone d'emploi de Vienne-Annonay", 'la CC du Diois')
    >>> territory_fr("Die", "commune")
    'Die'
    """
    if level in _AREAS_FR:
        return f"{_AREAS_FR[level]} {of_fr(name)}"
    if level in _WHOLES_FR:
        return f"{_WHOLES_FR[level]} ({name})"
    return f"la {name}" if name.split(" ", 1)[0] in ("CC", "CA", "CU") else name


_AREAS_FR = {"zone": "la zone d'emploi", "bassin": "le bassin d'emploi"}
_WHOLES_FR = {"department": "le département", "region": "la région"}


def listed_fr(words: Sequence[str]) -> str:
    """Join words as a French sentence does.

    >>> listed_fr(["Voiron"]), listed_fr(["Voiron", "Vif", "Vizille"])
    ('Voiron', 'Voiron, Vif et Vizille')
    """
    return _listed(words, " et ")


def listed_en(words: Sequence[str]) -> str:
    """Join words as an English sentence does.

    >>> listed_en(["Voiron"]), listed_en(["Voiron", "Vif", "Vizille"])
    ('Voiron', 'Voiron, Vif and Vizille')
    """
    return _listed(words, " and ")


def _listed(words: Sequence[str], last: str) -> str:
    return last.join(part for part in (", ".join(words[:-1]), words[-1] if words else "") if part)


def _sign(text: str) -> str:
    bare = text.removeprefix("-")
    return bare if bare == text or not bare.strip("0.,") else f"−{bare}"
