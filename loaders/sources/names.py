"""Names in a comparable form: what two records are linked by, and what people write differently."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ...words import unaccented

_OTHERS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=1 << 16)
def normalise(text: str) -> str:
    """Return a name in its comparable form: lower case, no accent, every other sign a single space.

    The SQL macro `anc_norm` of `tidy.sql` gives the same.

    >>> normalise("  Œuvre d’Été — Saint-Étienne (42) ")
    'oeuvre d ete saint etienne 42'
    """
    return _OTHERS.sub(" ", unaccented(text)).strip()


_RUNS = re.compile(r"[^\W\d_]+|[\W\d_]+")
_ELIDED = re.compile(r"\b([DL]) (?=[AEIOUYHÀÂÉÈÊÎÔ]\w)")
_SMALL = frozenset("de du des la le les et en à au aux sur sous par pour dans d l of the and for in".split())  # noqa: SIM905
_KEPT = frozenset(
    """SA SAS SASU SARL EURL SNC SCI SCP SCA SCS SCOP SCIC SCEA GIE GIP GAEC EARL SEM SEML SELARL SELAS SELAFA CUMA SICA
    SIVOM SIVU SAEM SPL EPIC EPCC EPA EPL EA CE CSE CAF CNAM CCI CMA CHU CHRU EHPAD ESAT IME IUT MJC OGEC ADMR ADAPEI
    APAJH AFPA UFCV UGECAM URSSAF MSA CPAM CARSAT EDF RTE ERDF SNCF RATP CNRS CEA INRAE INSA IMT ENS CFA BTP TP ZI ZA UES AG SE
    UMR UPR URA UR USR UMS UAR FRE ERL EMR UMI IRL ULR FR CAE AJD SPA SRL GMBH BV NV USA UK EU
    II III IV""".split()  # noqa: SIM905
)
"""Words that stay in capitals: legal forms, and acronyms that could be read as words."""
_OWN_FORMS = {"stmicroelectronics": "STMicroelectronics"}
"""Names of one word that no rule writes as their owners do."""
_ACRONYM = 4
"""Signs of the longest name of one word that stays in capitals."""
_AND = frozenset("and und et en e y i og och kai ve".split())  # noqa: SIM905
_SMALL_ABROAD = _AND | frozenset(
    """de du des d l of the for in at on to upon with di del dello della delle dei degli dell per con do da dos das der die fuer
    fur zur zum zu am an van von den het voor din v w""".split()  # noqa: SIM905
)
_KEPT_ABROAD = frozenset(
    """SA SRL SPA SCPA SCARL AG SE KG NV BV SL SLU SLL SAU SCL SRO SAS SARL PLC LLC LLP AB AS ASA AISBL ASBL VZW IVZW BVBA SPRL
    EEIG ERIC UK USA EU TU II III IV""".split()  # noqa: SIM905
)
_WRITTEN_ABROAD = {
    "gmbh": "GmbH", "mbh": "mbH", "ggmbh": "gGmbH", "kgaa": "KGaA", "ltd": "Ltd", "aps": "ApS", "st": "St", "dr": "Dr",
    **_OWN_FORMS,
}  # fmt: skip
_LETTERS = frozenset("eiyvw")
"""Words of one letter."""
_FRENCH = re.compile(r"\b(?:DE|DU|DES|D|L|ET|UNIVERSITE)\b")
_FRENCH_SPEAKING = frozenset(
    "FR BE CH LU MC CA MA DZ TN LB SN CI BF ML NE BJ TG CM GA CG CD MG HT".split()  # noqa: SIM905
)
"""Countries where a name that has small words of French, or begins as those of its universities, is in French."""
_LOUD = 6
"""Signs of the shortest word of which two in capitals, in a name that has small letters, shout."""
_VOWELS = frozenset("AEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜ")


WRITTEN_WORDS = Path(__file__).with_name("written_words.txt")
"""How words are written where it is not as `recased` would: « écologie », « SATT » (`tools/written_words.py`)."""
_STARTS = re.compile(r"\s[-–:/|]\s")


@cache
def _written_words() -> dict[str, str]:
    return {normalise(word): word for word in WRITTEN_WORDS.read_text(encoding="utf-8").split()} | _OWN_FORMS


def runs(text: str) -> list[str]:
    """Return the runs of letters of a text, and of the signs between them.

    >>> runs("Laboratoire d'écologie")
    ['Laboratoire', ' ', 'd', "'", 'écologie']
    """
    return _RUNS.findall(text)


ACCENTS = Path(__file__).with_name("accents.txt")
"""Words that people write with accents (`tools/accents.py`)."""
_LOST_ELISION = re.compile(r"\b([dl]) (?=[aeiouyhàâéèêîôœ]\w)", re.IGNORECASE)
_SHORT = 5
"""Signs of the longest word in capitals that may be an acronym."""


@cache
def _accents() -> dict[str, str]:
    # short ones are other words too: « les », « mais »
    known = (word.lower() for word in _written_words().values() if not word.isascii() and len(word) > 4)
    words = (*known, *ACCENTS.read_text(encoding="utf-8").split())
    return {plain: word for word in words if len(plain := normalise(word)) == len(word)}


@lru_cache(maxsize=1 << 15)
def restore_accents(text: str) -> str:
    """Give the words of a text the accents, and the apostrophes, that an export has lost; a text that has some stays as it is.

    >>> [restore_accents(text) for text in ("Lycee des Metiers d Art", "BTS   Energetique, EDIT", "Cité")]
    ["Lycée des Métiers d'Art", 'BTS   Énergétique, EDIT', 'Cité']
    """
    if not text.isascii():
        return text
    return "".join(_restore(run) for run in runs(_LOST_ELISION.sub(r"\1'", text)))


def _restore(run: str) -> str:
    written = _accents().get(run.lower(), "")
    if not written or (run.isupper() and len(run) <= _SHORT):
        return run
    return "".join(new.upper() if old.isupper() else new for old, new in zip(run, written, strict=True))


_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#x?[0-9a-f]{2,5});", re.IGNORECASE)
_LOST_APOSTROPHE = re.compile(
    r"(?:(?<=[^\W\d_][ (,-])|(?<=[^\W\d_], ))([dl])(?=[AEIOUYHÀÂÉÈÊÎÔ][a-zà-öø-ÿ]{2})"
)
"""Where an apostrophe is lost: inside a text, for codes have capitals inside too."""
_SPACED_ELISION = re.compile(r"\b([dlDL]['’])\s+(?=[^\W\d_])")
_LOOSE = re.compile(r"^\s*[-–/]\s+(?=[^\W\d_])|(?<=\w)\s+[-–/]\s*$")
"""Signs that stand before or after a text, and set nothing apart."""


def with_signs(text: str) -> str:
    """Put back signs that a page wrote as codes and apostrophes that an export lost; leave out signs that set nothing apart.

    >>> with_signs("Laboratoire dInformatique de lUniversité"), with_signs("DIGITAL &amp; ETHICS"), with_signs("dEaus")
    ("Laboratoire d'Informatique de l'Université", 'DIGITAL & ETHICS', 'dEaus')
    >>> with_signs("- UMR 8520 - Institut d' électronique -")
    "UMR 8520 - Institut d'électronique"
    """
    plain = _ENTITY.sub(lambda sign: html.unescape(sign[0]), text)
    return _LOOSE.sub("", _SPACED_ELISION.sub(r"\1", _LOST_APOSTROPHE.sub(r"\1'", plain)))


@dataclass(frozen=True)
class _Manner:
    """How words of a language are written: those that are small inside a name, those that stay, and others by their own form.

    A word in brackets of no more than `bracketed` letters is an acronym.
    """

    small: frozenset[str]
    kept: frozenset[str]
    written: Mapping[str, str]
    bracketed: int


@cache
def _french() -> _Manner:
    return _Manner(_SMALL, _KEPT, _written_words(), 20)


@lru_cache(maxsize=1 << 15)
def recased(text: str) -> str:
    """Write a name that a register has in capitals as people do, or in small letters; another stays, but for its signs.

    In another, long words in capitals are written so where there are two: it shouts. Words have the accents and capitals that
    most names give them. A short name of one word stays. Small words, but the first and the last, become small; legal forms,
    acronyms that are known or have no vowel, those in brackets, initials and codes stay; an apostrophe that the register
    leaves out of « D ISERE » is put back.

    >>> recased("STE DES MECANICIENS D ISERE SAS"), recased("CNPC RHONE-ALPES (CROLLES 2)"), recased("A.B.C. BTP")
    ("Ste des Mecaniciens d'Isère SAS", 'CNPC Rhône-Alpes (Crolles 2)', 'A.B.C. BTP')
    >>> recased("STMICROELECTRONICS CROLLES 2 SAS")
    'STMicroelectronics Crolles 2 SAS'
    >>> recased("sanofi pasteur SAS"), recased("Université GRENOBLE 1 - JOSEPH FOURIER"), recased("Atelier SOITEC")
    ('Sanofi Pasteur SAS', 'Université Grenoble 1 - Joseph Fourier', 'Atelier SOITEC')
    >>> recased("UMR 5600 - LABORATOIRE D'ECOLOGIE ALPINE (LECA)"), recased("SATT LINKSIUM"), recased("CENTRE MAX WEBER")
    ("UMR 5600 - Laboratoire d'écologie Alpine (LECA)", 'SATT Linksium', 'Centre Max Weber')
    """
    text = with_signs(" ".join(text.split()))
    if (len(text) <= _ACRONYM and text.isalpha() and text.isupper()) or not text:
        return text
    words = [run for run in runs(text) if run[0].isalpha()]
    if all(run.islower() or run in _KEPT for run in words):
        if not _SMALL.isdisjoint(words):  # a sentence: « institut de recherche sur les céramiques »
            return text[0].upper() + text[1:]
        text = text.upper()
    if text == text.upper():
        return _written(_ELIDED.sub(r"\1'", text), _french())
    is_shouted = len({run for run in words if len(run) >= _LOUD and run.isupper()}) > 1
    return _hushed(text) if is_shouted else text


def _hushed(text: str) -> str:
    """Write the words of a text that are in capitals, and are no acronym, as they are in a name."""
    found = runs(text)
    return "".join(
        new if run.isupper() and _is_word(run, found[rank - 1] if rank else "") else run
        for rank, (run, new) in enumerate(zip(found, runs(_written(text, _french())), strict=True))
    )


def _is_word(run: str, before: str) -> bool:
    is_long = len(run) >= _ACRONYM or not run.isascii()
    return is_long or run.lower() in _SMALL or (len(run) > 1 and before in ("'", "’"))


@lru_cache(maxsize=1 << 15)
def recased_abroad(text: str, acronym: str, country: str) -> str:
    """Write a name in capitals of an organisation of a country: in French as `recased` does, in other languages by their words.

    No accent is put back, which another language would not have there. Its acronym stays where it stands in the name.

    >>> recased_abroad("AIT AUSTRIAN INSTITUTE OF TECHNOLOGY GMBH", "AIT", "AT"), recased_abroad("KING'S COLLEGE", "", "GB")
    ('AIT Austrian Institute of Technology GmbH', "King's College")
    >>> recased_abroad("UNIVERSITE DE FRIBOURG", "", "CH"), recased_abroad("POLITECNICO DI MILANO", "POLIMI", "IT")
    ('Université de Fribourg', 'Politecnico di Milano')
    """
    text = with_signs(" ".join(text.split()))
    if country == "FR" or (country in _FRENCH_SPEAKING and _FRENCH.search(text)):
        return recased(text)
    if text != text.upper() or (len(text) <= _ACRONYM and text.isalpha()):
        return text
    *rest, last = text.split(" ")
    told = {
        *([acronym] if acronym.isalpha() and (len(acronym) < _ACRONYM or is_initials(acronym, text)) else ()),
        *([last] if 2 < len(last) <= _ACRONYM and is_initials(last, " ".join(rest)) else ()),
    }
    written = _written(text, _Manner(_SMALL_ABROAD, _KEPT_ABROAD | told, _WRITTEN_ABROAD, 5))
    return re.sub(r"\b(?:E\. ?V\.|Ev$)", "e.V.", written) if country == "DE" else written


def is_initials(short: str, name: str) -> bool:
    """Tell whether a word is made of initials of a name, in their order.

    >>> is_initials("CSTB", "Centre scientifique et technique du bâtiment"), is_initials("Soitec", "Scierie du Vercors")
    (True, False)
    """
    letters = normalise(short)
    initials = "".join(word[0] for word in normalise(name).split())
    return 2 <= len(letters) <= 10 and " " not in letters and _is_within(letters, initials)


def _is_within(letters: str, initials: str) -> bool:
    rest = iter(initials)
    return all(letter in rest for letter in letters)


def _written(text: str, manner: _Manner) -> str:
    """Write a name in capitals in a manner: what begins it, or a part of it that a sign sets apart, has a capital."""
    found = runs(text)
    cased = [
        _cased(run, found[rank - 1] if rank else "", found[rank + 1] if rank + 1 < len(found) else "", manner)
        for rank, run in enumerate(found)
    ]
    begins = {
        rank
        for rank, run in enumerate(found)
        if run[0].isalpha() and (rank == 0 or (_STARTS.search(found[rank - 1]) and run.lower() not in _AND))
    }
    return "".join(one[0].upper() + one[1:] if rank in begins else one for rank, one in enumerate(cased))


def _cased(run: str, before: str, after: str, manner: _Manner) -> str:
    """Write one run of letters, which stands between two others, as it is in a name."""
    small = run.lower()
    if not run[0].isalpha() or run in manner.kept or before[-1:].isdigit() or after[:1].isdigit():
        return run
    if before.endswith("(") and after.startswith(")") and len(run) <= manner.bracketed:
        return run
    if run == "S" and before in ("'", "’") and not after.startswith("."):
        return small
    is_word = len(run) > 1 or after[:1] in ("'", "’") or (before == after == " " and small in _LETTERS)
    if small in manner.small and before and after and is_word:
        return small
    if len(run) == 1:
        return run
    if small not in manner.small and (written := manner.written.get(normalise(run))):  # « les » is no « lès »
        return written
    return run.capitalize() if _VOWELS & set(run) else run
