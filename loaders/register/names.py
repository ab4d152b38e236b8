"""Names of organisations as keys: what is the same in the many ways that one body is written.

A key is the set of the words of a name that tell one body from another, in order of the alphabet: without accents, articles,
legal forms, signs and the s of a plural, with the usual abbreviations written out and Roman numerals as figures.
"""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from ..sources.names import is_initials, normalise

LEGAL_FORMS = frozenset((
    "sa", "sas", "sasu", "sarl", "eurl", "scop", "snc", "sca", "scs", "selas", "societe", "ste", "cie", "gmbh", "ltd",
    "limited", "llc", "spa", "srl", "inc", "corp", "bv", "nv", "ag", "plc", "ab", "oy", "as", "kg", "co",
    "gie", "ues",
))  # fmt: skip
"""Words that say what a firm is in law, and tell none from another."""

_EMPTY = frozenset((
    "a", "au", "aux", "d", "de", "des", "du", "l", "la", "le", "les", "un", "une", "et", "en", "sur", "dans", "pour",
    "par", "s", "n", "the", "of", "and", "for", "in", "at",
))  # fmt: skip
_WRITTEN_OUT = {
    "univ": "universite", "university": "universite", "inst": "institut", "nat": "national", "nationale": "national",
    "nationaux": "national", "regionale": "regional", "st": "saint", "ste": "sainte", "ctre": "centre", "center": "centre",
    "lab": "laboratoire", "labo": "laboratoire", "ec": "ecole", "sup": "superieur", "superieure": "superieur", "sc": "science",
    "hopitaux": "hopital", "ass": "association", "assoc": "association", "chru": "chu", "system": "systeme", "arts": "art",
}  # fmt: skip
_ROMAN = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10",
    "xi": "11", "xii": "12", "xiii": "13",
}  # fmt: skip
_GENERIC = frozenset((
    "universite", "laboratoire", "institut", "ecole", "centre", "recherche", "national", "superieur", "association",
    "departement", "faculte", "groupe", "science", "hopital", "service", "regional", "unite", "fondation", "societe",
    "entreprise", "medecine", "etude", "technique", "technologie", "art", "agence", "office", "direction", "france",
    "mathematique", "chimie", "informatique", "physique", "theorique", "juridique", "psychologie", "biologie", "droit",
    "automatique", "materiaux", "applique", "appliquee", "ingenierie", "moleculaire", "gestion", "economie", "sante",
    "clinique", "innovation", "genie", "industriel", "civil", "matiere",
    "condensee", "social", "sociale", "equipe", "pole", "plateforme",
))  # fmt: skip
_NAMELESS = re.compile(
    r"(?:organisation pic|entreprise siren|unite de recherche|entreprise|organisation) [0-9a-z]+|"
    r"(?:non |a )?(?:renseigne|preciser|definir|determiner|communique)e?|neant|divers|autres?|inconnu|aucun|n a|nc|nr|"
    r"(?:centre hospitalier(?: regional| universitaire| regional ou universitaire)?|universite|laboratoire|institut|ecole|"
    r"entreprise|societe|association|fondation|commune|mairie|lycee|institut catholique|college|hopital|clinique|"
    r"centre de recherche|unite de recherche|departement|faculte de medecine|fabriques? de territoires?)"
)
"""Labels that name nobody, in their comparable form."""

_LOST_APOSTROPHE = re.compile(r"\b([dlDL])(?=[A-ZÀ-Þ][a-zà-ÿ])")
_ELIDED = re.compile(r"[dln](?=[aeiouyh])")
_HOSPITAL = re.compile(r"\bcentre hospitalier (?:regional )?(?:et )?universitaire\b")
_ASIDE = re.compile(r"[(\[][^)\]]*[)\]]?")
_SEGMENT = re.compile(r"\s*[/|;_–—()\[\]]\s*|\s-+\s*|-\s")
_NUMBER = re.compile(
    r"\b(?:UMR|UPR|URA|EA|UR|USR|UMS|UAR|FRE|ERL|EMR|U|UMI|IRL|FR)[ _-]*"
    r"(?:[A-Z]{1,2}[ _-]+|CNRS[ _-]*|INSERM[ _-]*|UPJV[ _-]*)?\d{2,5}\b"
)
_GROUP = re.compile(r"^groupe\s+(?!d(?:e|es|u)?\b|d['’])|\s+groupe?$", re.I)
_AUTHORITIES = (
    (re.compile(r"^communaut[ée]\s+de\s+communes\b", re.I), "CC"),
    (re.compile(r"^communaut[ée]\s+d\W?agglom[ée]ration\b|^communaut[ée]\s+d\W?agglo\b\.?", re.I), "CA"),
    (re.compile(r"^communaut[ée]\s+urbaine\b", re.I), "CU"),
    (
        re.compile(r"^(?:CC|CA|CU)\s+(?=.*\b(?:agglo|agglom[ée]ration|m[ée]tropole|communaut[ée])\b)", re.I),
        "",
    ),
    (re.compile(r"^conseil\s+(?:d[ée]partemental|g[ée]n[ée]ral)\b", re.I), "Département"),
    (re.compile(r"^conseil\s+r[ée]gional\b", re.I), "Région"),
)
"""Other ways to write what an authority is, and the one that the official list has."""
_PREFIX = re.compile(
    r"^(?:laboratoires?|unité|unite|équipe|equipe)\s+(?:de recherche\s+)?"
    r"(?:de la |de l['’]|du |des |de |d['’]|d(?=[A-Z]))?",
    re.I,
)


@lru_cache(maxsize=1 << 17)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name that count, in their order.

    >>> words("UNIVERSITE GRENOBLE I [Joseph Fourier]"), words("Laboratoire dInformatique de Grenoble (LIG)")
    (('universite', 'grenoble', '1', 'joseph', 'fourier'), ('laboratoire', 'informatique', 'grenoble', 'lig'))
    """
    apart = _LOST_APOSTROPHE.sub(r"\1 ", html.unescape(name))
    plain_text = normalise(_undotted(apart))
    found = []
    for word in _HOSPITAL.sub("chu", plain_text).split():
        plain = _ROMAN.get(word) or singular(word)
        if plain not in _EMPTY:
            found.append(plain)
    return tuple(found)


def singular(word: str) -> str:
    """Return a word without the s of a plural, written out where it is an abbreviation.

    >>> [singular(word) for word in ("universites", "nationales", "univ", "arts")]
    ['universite', 'national', 'universite', 'art']
    """
    one = word[:-1] if len(word) > 4 and word.endswith("s") else word
    return _WRITTEN_OUT.get(one, one)


def key(name: str, known: Collection[str] = ()) -> str:
    """Return the key of a name; words that lost an apostrophe are mended where the rest is one of the `known` words.

    >>> key("Thales Research & Technology S.A.S."), key("UNIVERSITE CLAUDE BERNARD - LYON I")
    ('research technology thale', '1 bernard claude lyon universite')
    >>> key("COMMISSARIAT A LENERGIE ATOMIQUE", {"energie"})
    'atomique commissariat energie'
    """
    every = words(name)
    found = {mended(word, known) for word in every if word not in LEGAL_FORMS}
    return " ".join(sorted(found or every))


def bare(name: str) -> str:
    """Return the words of a name that count, as they are written: in the plural where it is; without legal forms.

    >>> bare("Ineos S.A.S."), bare("INEO SAS")
    ('ineos', 'ineo')
    """
    said = [
        word for word in normalise(_undotted(html.unescape(name))).split() if singular(word) not in _EMPTY
    ]
    return " ".join(word for word in said if word not in LEGAL_FORMS) or " ".join(said)


def joined(name: str) -> str:
    """Return the letters of a name, with no space between words.

    >>> joined("Agro-écologie de l'Orient"), joined("AGROECOLOGIE DE LORIENT")
    ('agroecologiedelorient', 'agroecologiedelorient')
    """
    return "".join(singular(word) for word in normalise(html.unescape(name)).split())


def spellings(name: str) -> Iterator[str]:
    """Yield a name, and what it is without what stands in brackets and without a last part that is its initials.

    >>> list(spellings("INSTITUT NATIONAL DES SCIENCES APPLIQUEES DE LYON - INSA"))
    ['INSTITUT NATIONAL DES SCIENCES APPLIQUEES DE LYON - INSA', 'INSTITUT NATIONAL DES SCIENCES APPLIQUEES DE LYON']
    >>> list(spellings("Timc (UMR 5525)"))
    ['Timc (UMR 5525)', 'Timc ( )', 'Timc']
    >>> list(spellings("Fabrique de territoire (Commune de Die)"))
    ['Fabrique de territoire (Commune de Die)']
    >>> list(spellings("Communauté de communes du Diois")), list(spellings("Conseil départemental de l'Isère"))
    (['Communauté de communes du Diois', 'CC du Diois'], ["Conseil départemental de l'Isère", "Département de l'Isère"])
    """
    yield name
    for form, short in _AUTHORITIES:
        if form.match(name):
            yield form.sub(short, name)
    if (alone := _GROUP.sub("", name)) != name:
        yield alone
    bare = _NUMBER.sub(" ", name).strip(" -–,/_")
    if bare and bare != name:
        yield from spellings(bare)
        return
    plain = _ASIDE.sub(" ", name).strip(" -–,") or name
    if plain != name and is_nameless(plain):
        return
    if plain != name:
        yield plain
    parts = segments(plain)
    for part, others in ((parts[-1:], parts[:-1]), (parts[:1], parts[1:])):
        if others and is_initials(part[0], " ".join(others)):
            yield " - ".join(others)
    short = _PREFIX.sub("", plain)
    if short != plain and len(words(short)) > 1:
        yield short


def segments(name: str) -> list[str]:
    """Return the parts of a name that signs set apart.

    >>> segments("LEO - Laboratoire d’économie d’Orléans – UMR 7322")
    ['LEO', 'Laboratoire d’économie d’Orléans', 'UMR 7322']
    """
    return [part for part in (part.strip(" -–.'\"") for part in _SEGMENT.split(name)) if part]


def is_nameless(name: str) -> bool:
    """Tell whether a label names nobody: a number in place of a name, « Non renseigné », « Laboratoire ».

    >>> [is_nameless(name) for name in ("Organisation PIC 999974553", "Institut catholique", "Institut Curie", "à définir")]
    [True, True, False, True]
    """
    plain = normalise(name)
    return not plain or bool(_NAMELESS.fullmatch(plain))


def is_distinctive(key: str, common: Collection[str]) -> bool:
    """Tell whether a key can be of one body alone: of two words and more one is proper, a single word is not a common one.

    >>> is_distinctive("lille universite", {"lille"}), is_distinctive("laboratoire recherche", ())
    (True, False)
    >>> is_distinctive("energie", {"energie"}), is_distinctive("axo science", ())
    (False, True)
    """
    parts = [part for part in key.split() if not part.isdigit() and part not in _GENERIC]
    alone = len(key.split()) == 1
    return sum(map(len, parts)) >= (4 if alone else 3) and not (alone and parts[0] in common)


def common_words(names: Iterable[str], least: int) -> frozenset[str]:
    """Return the words that at least so many names have, and legal forms: they tell no body from another."""
    counts: dict[str, int] = defaultdict(int)
    for name in names:
        for word in set(words(name)):
            counts[word] += 1
    return frozenset(word for word, count in counts.items() if count >= least) | LEGAL_FORMS


def vocabulary(names: Iterable[str]) -> frozenset[str]:
    """Return the words of five letters and more of names, that a lost apostrophe is told by.

    >>> sorted(vocabulary(["Énergie atomique", "COMMISSARIAT A LENERGIE", *["Énergie"] * 9]))
    ['atomique', 'commissariat', 'energie']
    """
    counts = Counter(word for name in names for word in words(name) if len(word) > 4)
    return frozenset(word for word in counts if not _is_elided(word, counts))


def _is_elided(word: str, counts: Mapping[str, int]) -> bool:
    """Tell whether a word is an article and a word that is written ten times as often."""
    return bool(_ELIDED.match(word)) and counts.get(singular(word[1:]), 0) >= 10 * counts[word]


def mended(word: str, known: Collection[str]) -> str:
    """Return a word that lost an apostrophe, as « lenergie », without the article where the rest is a known word."""
    if len(word) > 5 and word not in known and _ELIDED.match(word):
        rest = singular(word[1:])
        return rest if rest in known else word
    return word


def _undotted(name: str) -> str:
    return name.replace(".", "") if re.search(r"\b(?:\w\.){2,}", name) else name
