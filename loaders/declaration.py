"""Declarations in TOML, read key by key: a key that is missing, wrong or unknown is one French sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any


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


class Declaration:
    """A TOML table whose keys are taken one by one, so that those left over are errors."""

    def __init__(self, data: Any, path: Path, where: str = "") -> None:
        self.path, self.where = path, where
        if not isinstance(data, dict):
            raise self.error("", "une table est attendue")
        self.data: dict[str, Any] = dict(data)
        self.known: list[str] = []

    def error(self, key: str, reason: str) -> SourceError:
        """Return the error about a key."""
        name = f"{self.path.parent.name}/{self.path.name}"
        full = ".".join(part for part in (self.where, key) if part)
        return SourceError(f"{name}, clé « {full} » : {reason}.", file=self.path, column=full)

    def take(self, key: str, kind: type | tuple[type, ...], what: str, default: Any = ...) -> Any:
        """Take a key's value, checked to be of a kind."""
        self.known.append(key)
        if key not in self.data:
            if default is ...:
                raise self.error(key, f"elle manque ({what})")
            return default
        value = self.data.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(key, f"{what} est attendu, pas {value!r}")
        return value

    def text(self, key: str, default: Any = ...) -> Any:
        """Take a text."""
        return self.take(key, str, "un texte", default)

    def flag(self, key: str) -> bool:
        """Take true or false; absent is false."""
        return bool(self.take(key, bool, "true ou false", False))

    def count(self, key: str, default: int) -> int:
        """Take a number that is not negative."""
        value = int(self.take(key, int, "un entier", default))
        if value < 0:
            raise self.error(key, f"un entier positif est attendu, pas {value}")
        return value

    def choice(self, key: str, among: Iterable[str], default: str) -> str:
        """Take a text that must be one of some."""
        value = str(self.text(key, default))
        if value not in among:
            raise self.error(key, f"« {value} » n'est pas l'un de {', '.join(among)}")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = ()) -> tuple[str, ...] | None:
        """Take a list of texts."""
        value = self.take(key, list, "une liste de textes", default)
        if value is not None and not all(isinstance(item, str) for item in value):
            raise self.error(key, "une liste de textes est attendue")
        return None if value is None else tuple(value)

    def names(self, key: str) -> dict[str, str]:
        """Take a table of official names by ours."""
        value: dict[str, Any] = self.take(key, dict, "une table « notre nom = nom officiel »", {})
        for ours, official in value.items():
            if not isinstance(official, str):
                raise self.error(f"{key}.{ours}", "un nom de colonne officiel est attendu")
        return value

    def reasons(self, key: str) -> dict[str, str]:
        """Take a table of the reasons why columns are not read, by column; a list of names gives none."""
        value: dict[str, Any] = self.take(key, dict, "une table « colonne = raison »", {})
        for column, reason in value.items():
            if not isinstance(reason, str) or len(reason.split()) < 2:
                raise self.error(f"{key}.{column}", "la raison de laisser cette colonne est attendue")
        return value

    def tables(self, key: str) -> list[Declaration]:
        """Take a list of tables."""
        value = self.take(key, list, "une suite de tables", [])
        where = f"{self.where}.{key}" if self.where else key
        return [Declaration(item, self.path, f"{where}[{rank}]") for rank, item in enumerate(value, 1)]

    def close(self) -> None:
        """Raise the error about a key that nobody took."""
        for key in self.data:
            raise self.error(key, f"elle est inconnue{nearest(key, self.known)}")
