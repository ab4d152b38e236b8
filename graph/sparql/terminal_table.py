"""Solutions as an aligned table for a terminal."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from .results import Rows, Value, plain


def to_table(rows: Rows, width: int | None = None) -> str:
    """Write rows as an aligned table for a terminal of so many columns (None: as wide as it takes).

    Numbers stand on the right; cells too long end in `…`; control characters are shown as `�`, so that data
    cannot move the cursor.

    >>> print(to_table(Rows(["lieu", "n"], [["Gap", 5], ["Briançon", 12]])))
    lieu       n
    --------  --
    Gap        5
    Briançon  12
    """
    lines = [[_shown(value) for value in row] for row in rows.rows]
    head = [_shown(name) for name in rows.columns]
    wide = [max((_width(line[i]) for line in [head, *lines]), default=0) for i in range(len(head))]
    if width is not None:
        _narrow(wide, max(width - 2 * (len(wide) - 1), len(wide)))
    right = [
        any(_is_number(row[i]) for row in rows.rows)
        and all(row[i] is None or _is_number(row[i]) for row in rows.rows)
        for i in range(len(head))
    ]
    ruler = ["-" * size for size in wide]
    table = [head, ruler, *lines]
    return "\n".join(
        "  ".join(_fit(cell, wide[i], right[i]) for i, cell in enumerate(line)).rstrip() for line in table
    )


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _shown(value: Value) -> str:
    text = plain(value)
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)


def _narrow(wide: list[int], room: int) -> None:
    """Shrink the widest columns, one column of characters at a time, until they fit the room."""
    while sum(wide) > room and max(wide) > 1:
        largest = max(wide)
        second = max((size for size in wide if size < largest), default=1)
        many = wide.count(largest)
        excess = sum(wide) - room
        size = max(second, largest - -(-excess // many), 1)
        for place, value in enumerate(wide):
            if value == largest:
                wide[place] = size


def _fit(text: str, size: int, right: bool) -> str:
    if _width(text) > size:
        kept, used = "", 0
        for character in text:
            if used + _width(character) > size - 1:
                break
            kept += character
            used += _width(character)
        text = kept + "…"
    padding = " " * (size - _width(text))
    return padding + text if right else text + padding


def _width(text: str) -> int:
    """Return the columns a text takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )
