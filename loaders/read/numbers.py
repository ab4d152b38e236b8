"""Numbers as people write them in France, with a point."""

from __future__ import annotations

import re
from math import isfinite

from ...words import N_, Spoken

_SPACES = re.compile(r"[\s\u202f\xa0\u2009']")
_UNIT = re.compile(r"(€|euros?|eur|personnes?|places?)$", re.IGNORECASE)


def as_number(text: str, *, whole: bool = False, share: bool = False) -> tuple[str, Spoken | None]:
    """Write a number with a point, and say why it cannot be read where that is known.

    A comma is a decimal one, a point too unless it parts thousands more than once or a comma follows; of a `share`, a
    percentage is its hundredth part.

    >>> as_number("1 234,5"), as_number("12 %", share=True), as_number("1.234.567", whole=True), as_number("1,5E+06")
    (('1234.5', None), ('0.12', None), ('1234567', None), ('1500000', None))
    >>> as_number("1e400")
    ('1e400', None)
    >>> str(as_number("12 %")[1])
    'Un pourcentage se dit ici sans son signe, dans l’unité de la colonne.'
    >>> str(as_number("1,234", whole=True)[1])
    '« 1,234 » peut être un millier ou un nombre à virgule : écrivez-le sans séparateur.'
    """
    bare = _SPACES.sub("", text)
    percent = bare.endswith("%")
    bare = _UNIT.sub("", bare.removesuffix("%"))
    if whole and re.fullmatch(r"-?\d{1,3}[.,]\d{3}", bare):
        return text, N_(
            "« {text} » peut être un millier ou un nombre à virgule : écrivez-le sans séparateur.", text=text
        )
    if re.fullmatch(r"-?\d{1,3}(\.\d{3}){2,}(,\d+)?|-?\d{1,3}(\.\d{3})+,\d+", bare):
        bare = bare.replace(".", "")
    bare = bare.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", bare):
        return text, None
    if percent and not share:
        return text, N_("Un pourcentage se dit ici sans son signe, dans l’unité de la colonne.")
    value = float(bare) / (100 if percent else 1)
    if not isfinite(value):
        return text, None
    if re.fullmatch(r"-?\d+", bare) and not percent:
        return bare, None
    if value == int(value) and abs(value) < 1e15:
        return str(int(value)), None
    return (f"{value:.12g}" if percent or "e" in bare.lower() else bare), None
