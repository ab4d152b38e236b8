"""Letters without what marks them: what names are compared by."""

from __future__ import annotations

import unicodedata

#: Small letters that no accent explains, and what they are written as where they lack.
_WRITTEN_AS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})


class _Bare(dict[int, int | None]):
    """The signs of a decomposed text by their number: those that mark a letter are none."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code)).startswith("M") else code
        return self[code]


_BARE = _Bare()


def unaccented(text: str) -> str:
    """Write a text in small letters without accents; other signs stay.

    >>> unaccented("Œuvre d'Été"), unaccented("Ørsted, Łódź, Straße")
    ("oeuvre d'ete", 'orsted, lodz, strasse')
    """
    letters = text.lower()
    if letters.isascii():
        return letters
    return unicodedata.normalize("NFD", letters.translate(_WRITTEN_AS)).translate(_BARE)
