"""How pages say things in French: numbers, dates, kinds, evidence; and text compared without accents."""

import functools
import re
import unicodedata
from decimal import Decimal, InvalidOperation

NARROW_SPACE = "\u202f"

TERRITORY_KINDS: dict[str, tuple[str, str]] = {
    "commune": ("commune", "communes"),
    "epci": ("intercommunalité", "intercommunalités"),
    "department": ("département", "départements"),
    "region": ("région", "régions"),
    "zone": ("zone d’emploi", "zones d’emploi"),
    "bassin": ("bassin d’emploi", "bassins d’emploi"),
    "adhoc": ("territoire de projet", "territoires de projet"),
}

TERRITORY_KINDS_ENGLISH: dict[str, tuple[str, str]] = {
    "commune": ("commune", "communes"),
    "epci": ("inter-municipal area", "inter-municipal areas"),
    "department": ("department", "departments"),
    "region": ("region", "regions"),
    "zone": ("employment zone", "employment zones"),
    "bassin": ("labour pool", "labour pools"),
    "adhoc": ("project territory", "project territories"),
}
_LEVELS_ENGLISH = {french[0]: TERRITORY_KINDS_ENGLISH[kind][0] for kind, french in TERRITORY_KINDS.items()}


def level_in_english(text: str) -> str:
    """Name a level of territories in English; any other text comes back as it came.

    >>> level_in_english("zone d’emploi"), level_in_english("Grenoble")
    ('employment zone', 'Grenoble')
    """
    return _LEVELS_ENGLISH.get(text, text)


EVIDENCE: dict[str, str] = {
    "documented": "documenté",
    "declared": "déclaré",
    "inferred": "inféré",
    "simulated": "simulé",
    "illustrative": "illustratif",
}

EVIDENCE_MEANING: dict[str, str] = {
    "documented": "étayé par un document ou un jeu de données public cité",
    "declared": "affirmé par un acteur concerné, sans document public",
    "inferred": "calculé à partir d’autres descriptions par une règle explicite",
    "simulated": "produit par une simulation ; ne dit rien du réel",
    "illustrative": "inventé pour montrer le fonctionnement ; n’entre dans aucun indicateur",
}

EVIDENCE_MEANING_ENGLISH: dict[str, str] = {
    "documented": "supported by a cited public document or data set",
    "declared": "stated by an actor concerned, without a public document",
    "inferred": "computed from other descriptions by a stated rule",
    "simulated": "produced by a simulation; says nothing about reality",
    "illustrative": "made up to show how the model works; enters no indicator",
}

_WORD = re.compile(r"[^0-9a-z]+")
_SHORT_FORMS = {"st": "saint", "ste": "sainte", "univ": "universite", "agglo": "agglomeration"}


@functools.lru_cache(maxsize=1 << 15)
def fold(text: str) -> str:
    """Lower the case, drop accents and punctuation, and write usual short forms in full, to compare names.

    >>> fold("St-Étienne (Loire)")
    'saint etienne loire'
    >>> fold("Œuvre d'Élan")
    'oeuvre d elan'
    """
    plain = text.lower().replace("œ", "oe").replace("æ", "ae")
    stripped = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return " ".join(_SHORT_FORMS.get(word, word) for word in _WORD.split(stripped) if word)


def french_number(value: object, decimals: int | None = None) -> str:
    """Write a number the French way (narrow spaces, decimal comma); other text is returned as it came.

    >>> french_number(1234567.5).replace(NARROW_SPACE, "_")
    '1_234_567,5'
    >>> french_number("42.0"), french_number("n. d."), french_number(None)
    ('42', 'n. d.', '')
    """
    if value is None or value == "":
        return ""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return str(value)
    if decimals is not None:
        number = round(number, decimals)
    whole, _, fraction = f"{number:f}".partition(".")
    fraction = fraction.rstrip("0") if decimals is None else fraction
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", NARROW_SPACE)
    return f"{sign}{grouped},{fraction}" if fraction else f"{sign}{grouped}"


_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def french_date(value: str) -> str:
    """Write an ISO date (or date and time) in French; a year or anything else is returned as it came.

    >>> french_date("2026-11-01T10:00:00Z"), french_date("2026-01-24"), french_date("2014")
    ('1er novembre 2026', '24 janvier 2026', '2014')
    """
    found = re.match(r"(\d{4})-(\d{2})-(\d{2})", value)
    if not found or not 1 <= int(found[2]) <= 12:
        return value
    day = int(found[3])
    return f"{'1er' if day == 1 else day} {_MONTHS[int(found[2]) - 1]} {found[1]}"


_MONTHS_ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def english_number(value: object, decimals: int | None = None) -> str:
    """Write a number the English way (commas, decimal point); other text is returned as it came.

    >>> english_number("1234567.5"), english_number("-42.0"), english_number("n/a")
    ('1,234,567.5', '−42', 'n/a')
    """
    return french_number(value, decimals).translate(_ENGLISH_MARKS) if _is_number(value) else str(value or "")


_ENGLISH_MARKS = str.maketrans({NARROW_SPACE: ",", ",": "."})


def _is_number(value: object) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def english_date(value: str) -> str:
    """Write an ISO date (or date and time) in English; a year or anything else is returned as it came.

    >>> english_date("2026-11-01T10:00:00Z"), english_date("2014")
    ('1 November 2026', '2014')
    """
    found = re.match(r"(\d{4})-(\d{2})-(\d{2})", value)
    if not found or not 1 <= int(found[2]) <= 12:
        return value
    return f"{int(found[3])} {_MONTHS_ENGLISH[int(found[2]) - 1]} {found[1]}"


def plural_english(count: int, singular: str, several: str | None = None) -> str:
    """Write a count and its English noun: singular for one only.

    >>> plural_english(1, "site"), plural_english(0, "site"), plural_english(2000, "territory", "territories")
    ('1 site', '0 sites', '2,000 territories')
    """
    noun = singular if abs(count) == 1 else (several if several is not None else singular + "s")
    return f"{english_number(count)} {noun}"


def plural(count: int, singular: str, several: str | None = None) -> str:
    """Write a count and its noun; the plural is the singular with an s unless given.

    >>> plural(1, "commune"), plural(0, "site"), plural(3, "réseau", "réseaux")
    ('1 commune', '0 site', '3 réseaux')
    """
    noun = singular if abs(count) < 2 else (several if several is not None else singular + "s")
    return f"{french_number(count)} {noun}"


def first_capital(text: str) -> str:
    """Raise the first letter and leave the others alone.

    >>> first_capital("école ENSAG")
    'École ENSAG'
    """
    return text[:1].upper() + text[1:]


def typeset(text: str) -> str:
    """Make the spaces of French punctuation unbreakable.

    >>> typeset("vide : « rien » ; fin !").count("\u00a0")
    5
    """
    for mark in (":", ";", "!", "?", "»"):
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return text.replace("« ", "«\u00a0")
