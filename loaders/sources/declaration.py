"""What is wrong with a source, or with a file of it: one French sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class SourceError(ValueError):
    """A source cannot be described or read; keeps `file`, `row`, `column` and `value` when known."""

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        self.file, self.row, self.column, self.value = file, row, column, value
        super().__init__(message)


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return « ; le plus proche est « x » » for the known name nearest to one, or nothing; `cutoff` is from 0 to 1.

    >>> nearest("libele", ["code", "libelle"])
    ' (le plus proche est « libelle »)'
    """
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)
    return f" (le plus proche est « {found[0]} »)" if found else ""
