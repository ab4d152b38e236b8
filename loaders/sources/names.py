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
