"""Names in a comparable form: what two records are linked by, and what people write differently."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_OTHERS = re.compile(r"[^a-z0-9]+")


def normalise(text: str) -> str:
    """Return a name in its comparable form: lower case, no accent, every other sign a single space.

    The SQL macro `anc_norm` of `tidy.sql` gives the same.

    >>> normalise("  Œuvre d’Été — Saint-Étienne (42) ")
    'oeuvre d ete saint etienne 42'
    """
    letters = unicodedata.normalize("NFD", text.lower().translate(_LIGATURES))
    if not letters.isascii():
        letters = "".join(sign for sign in letters if not unicodedata.category(sign).startswith("M"))
    return _OTHERS.sub(" ", letters).strip()


_RUNS = re.compile(r"[^\W\d_]+|[\W\d_]+")
_ELIDED = re.compile(r"\b([DL]) (?=[AEIOUYHÀÂÉÈÊÎÔ]\w)")
_SMALL = frozenset("de du des la le les et en à au aux sur sous par pour dans d l of the and for in".split())  # noqa: SIM905
_KEPT = frozenset(
    """SA SAS SASU SARL EURL SNC SCI SCP SCA SCS SCOP SCIC SCEA GIE GIP GAEC EARL SEM SEML SELARL SELAS SELAFA CUMA SICA
    SIVOM SIVU SAEM SPL EPIC EPCC EPA EPL EA CE CSE CAF CNAM CCI CMA CHU CHRU EHPAD ESAT IME IUT MJC OGEC ADMR ADAPEI
    APAJH AFPA UFCV UGECAM URSSAF MSA CPAM CARSAT EDF RTE ERDF SNCF RATP CNRS CEA INRAE INSA IMT ENS CFA BTP TP ZI ZA UES AG SE
    CAE AJD SPA SRL GMBH BV NV USA UK EU""".split()  # noqa: SIM905
)
"""Words that stay in capitals: legal forms, and acronyms that could be read as words."""
_ACRONYM = 4
"""Signs of the longest name of one word that stays in capitals."""
_VOWELS = frozenset("AEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜ")


def recased(text: str) -> str:
    """Write a name that a register has in capitals as people do; one that has a small letter stays as it is.

    A short name of one word stays. Small words, but the first and the last, become small; legal forms, acronyms that are known or
    have no vowel, initials and codes stay; an apostrophe that the register leaves out of « D ISERE » is put back.

    >>> recased("STE DES MECANICIENS D ISERE SAS"), recased("CNPC RHONE-ALPES (CROLLES 2)"), recased("A.B.C. BTP")
    ("Ste des Mecaniciens d'Isere SAS", 'CNPC Rhone-Alpes (Crolles 2)', 'A.B.C. BTP')
    """
    text = " ".join(text.split())
    if text != text.upper() or (len(text) <= _ACRONYM and text.isalpha()):
        return text
    runs = _RUNS.findall(_ELIDED.sub(r"\1'", text))
    return "".join(
        _cased(run, runs[rank - 1] if rank else "", runs[rank + 1] if rank + 1 < len(runs) else "")
        for rank, run in enumerate(runs)
    )


def _cased(run: str, before: str, after: str) -> str:
    """Write one run of letters, which stands between two others, as it is in a name."""
    small = run.lower()
    if not run[0].isalpha() or run in _KEPT or before[-1:].isdigit() or after[:1].isdigit():
        return run
    if small in _SMALL and before and after and (len(run) > 1 or after[:1] in ("'", "’")):
        return small
    if len(run) == 1 or not _VOWELS & set(run):
        return run
    return run.capitalize()
