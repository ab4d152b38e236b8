"""Names in a comparable form: what two records are linked by, and what people write differently."""

from __future__ import annotations

import html
import re
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
    UMR UPR URA UR USR UMS UAR FRE ERL EMR UMI IRL ULR FR CAE AJD SPA SRL GMBH BV NV USA UK EU""".split()  # noqa: SIM905
)
"""Words that stay in capitals: legal forms, and acronyms that could be read as words."""
_OWN_FORMS = {"stmicroelectronics": "STMicroelectronics"}
"""Names of one word that no rule writes as their owners do."""
_ACRONYM = 4
"""Signs of the longest name of one word that stays in capitals."""
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
_LOOSE = re.compile(r"^\s*[-–/]\s+(?=[^\W\d_])|(?<=\w)\s+[-–/]\s*$")
"""Signs that stand before or after a text, and set nothing apart."""


def with_signs(text: str) -> str:
    """Put back signs that a page wrote as codes and apostrophes that an export lost; leave out signs that set nothing apart.

    >>> with_signs("Laboratoire dInformatique de lUniversité"), with_signs("DIGITAL &amp; ETHICS"), with_signs("dEaus")
    ("Laboratoire d'Informatique de l'Université", 'DIGITAL & ETHICS', 'dEaus')
    >>> with_signs("- UMR 8520 - Institut d'électronique -")
    "UMR 8520 - Institut d'électronique"
    """
    plain = _ENTITY.sub(lambda sign: html.unescape(sign[0]), text)
    return _LOOSE.sub("", _LOST_APOSTROPHE.sub(r"\1'", plain))


@lru_cache(maxsize=1 << 15)
def recased(text: str) -> str:
    """Write a name that a register has in capitals as people do; one that has a small letter stays, but for its signs.

    Words have the accents and capitals that most names give them. A short name of one word stays. Small words, but the first
    and the last, become small; legal forms, acronyms that are known or have no vowel, those in brackets, initials and codes
    stay; an apostrophe that the register leaves out of « D ISERE » is put back.

    >>> recased("STE DES MECANICIENS D ISERE SAS"), recased("CNPC RHONE-ALPES (CROLLES 2)"), recased("A.B.C. BTP")
    ("Ste des Mecaniciens d'Isère SAS", 'CNPC Rhône-Alpes (Crolles 2)', 'A.B.C. BTP')
    >>> recased("STMICROELECTRONICS CROLLES 2 SAS")
    'STMicroelectronics Crolles 2 SAS'
    >>> recased("UMR 5600 - LABORATOIRE D'ECOLOGIE ALPINE (LECA)"), recased("SATT LINKSIUM"), recased("CENTRE MAX WEBER")
    ("UMR 5600 - Laboratoire d'écologie Alpine (LECA)", 'SATT Linksium', 'Centre Max Weber')
    """
    text = with_signs(" ".join(text.split()))
    if text != text.upper() or (len(text) <= _ACRONYM and text.isalpha()):
        return text
    found = runs(_ELIDED.sub(r"\1'", text))
    cased = [
        _cased(run, found[rank - 1] if rank else "", found[rank + 1] if rank + 1 < len(found) else "")
        for rank, run in enumerate(found)
    ]
    begins = {
        rank
        for rank, run in enumerate(found)
        if run[0].isalpha() and (rank == 0 or _STARTS.search(found[rank - 1]))
    }
    return "".join(one[0].upper() + one[1:] if rank in begins else one for rank, one in enumerate(cased))


def _cased(run: str, before: str, after: str) -> str:
    """Write one run of letters, which stands between two others, as it is in a name."""
    small = run.lower()
    if not run[0].isalpha() or run in _KEPT or before[-1:].isdigit() or after[:1].isdigit():
        return run
    if before.endswith("(") and after.startswith(")"):
        return run
    if small in _SMALL and before and after and (len(run) > 1 or after[:1] in ("'", "’")):
        return small
    if len(run) == 1:
        return run
    if written := _written_words().get(normalise(run)):
        return written
    return run.capitalize() if _VOWELS & set(run) else run
