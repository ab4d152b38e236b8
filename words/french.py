"""Names inside sentences: what French grammar adds to them, and other languages do not."""

from __future__ import annotations

from .catalogues import SOURCE

_GROUPED = ("CC", "CA", "CU")
"""How the names of intercommunalities that are feminine begin."""
_AREAS = {"zone": "la zone d'emploi", "bassin": "le bassin d'emploi"}
_WHOLES = {"department": "le département", "region": "la région"}


def first_upper(text: str) -> str:
    """Raise the first letter of a sentence and leave the others alone.

    >>> first_upper("timber construction")
    'Timber construction'
    """
    return text[:1].upper() + text[1:]


def of_name(name: str, language: str) -> str:
    """Write a name after « de », which French joins to it and a sentence of another language holds.

    >>> names = ("Valence", "Aubenas", "Le Puy en Velay", "Les Sources", "La Maurienne", "CC Val Eyrieux")
    >>> [of_name(name, "fr") for name in names]
    ['de Valence', "d'Aubenas", 'du Puy en Velay', 'des Sources', 'de La Maurienne', 'de la CC Val Eyrieux']
    >>> of_name("Aubenas", "en")
    'Aubenas'
    """
    if language != SOURCE:
        return name
    if name.split(" ", 1)[0] in _GROUPED:
        return f"de la {name}"
    if name.startswith(("Le ", "Les ")):
        return ("du " if name[2] == " " else "des ") + name.split(" ", 1)[1]
    return f"d'{name}" if name[:1] in "AEIOUYÀÂÉÈÊÎÔŒ" else f"de {name}"


def territory_name(name: str, level: str, language: str) -> str:
    """Write the name of a territory of a level as the subject of a sentence; no source tells the articles of departments.

    >>> territory_name("Ardèche", "department", "fr"), territory_name("Vienne-Annonay", "zone", "fr")
    ('le département (Ardèche)', "la zone d'emploi de Vienne-Annonay")
    >>> territory_name("CC du Diois", "epci", "fr"), territory_name("Die", "commune", "fr"), territory_name("Die", "zone", "en")
    ('la CC du Diois', 'Die', 'Die')
    """
    if language != SOURCE:
        return name
    if level in _AREAS:
        return f"{_AREAS[level]} {of_name(name, language)}"
    if level in _WHOLES:
        return f"{_WHOLES[level]} ({name})"
    return f"la {name}" if name.split(" ", 1)[0] in _GROUPED else name
