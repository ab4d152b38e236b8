"""The file of an indicator, taken key by key: what is wrong is one error that names the file, the line and the reason."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeGuard

LANGUAGES = ("fr", "en")
MOST_DECIMALS = 6
"""Decimals that a value may be written with: the graph has no more."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class IndicatorError(ValueError):
    """A file of an indicator cannot be used; keeps `path`, `line` (from 1, or None), `reason` (French), `english`."""

    def __init__(self, path: Path, line: int | None, reason: str, english: str = "") -> None:
        self.path, self.line, self.reason, self.english = path, line, reason, english or reason
        super().__init__(self.told("fr"))

    def told(self, language: str) -> str:
        """Give the message in French or in English."""
        if language == "en":
            return f"{self.path.name}{f', line {self.line}' if self.line else ''}: {self.english}."
        return f"{self.path.name}{f', ligne {self.line}' if self.line else ''} : {self.reason}."


def nearest(name: str, known: Iterable[str]) -> tuple[str, str]:
    """Name the known name nearest to one, or all of them where none is near, in French and in English.

    >>> nearest("programes", ["programmes", "units"])
    (' ; le plus proche est « programmes »', '; the nearest is “programmes”')
    >>> nearest("x", ["programmes", "units"])[1]
    '; known: programmes, units'
    """
    names = list(known)
    if found := get_close_matches(name, names, n=1, cutoff=0.6):
        return f" ; le plus proche est « {found[0]} »", f"; the nearest is “{found[0]}”"
    return f" ; sont connus : {', '.join(names)}", f"; known: {', '.join(names)}"


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value of TOML is a number that one can count with: neither a truth value nor infinite."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


class IndicatorFile:
    """A file that was read: its keys are taken one by one, checked to be what they should be.

    Raises IndicatorError where the file is no TOML in UTF-8, or its name is none for an indicator.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.text = path, ""
        if not _NAME.fullmatch(path.stem):
            raise IndicatorError(
                path,
                None,
                "le nom du fichier, identifiant de l'indicateur, s'écrit en minuscules sans accent, chiffres et tirets",
                "the name of the file, which identifies the indicator, is in lower case without accents, digits and hyphens",
            )
        try:
            body = path.read_bytes()
        except OSError as error:
            raise IndicatorError(path, None, "le fichier est illisible", "the file cannot be read") from error
        try:
            self.text = body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise IndicatorError(
                path,
                body.count(b"\n", 0, error.start) + 1,
                "le fichier n'est pas en UTF-8 à cet endroit : enregistrez-le en UTF-8",
                "the file is not in UTF-8 here: save it as UTF-8",
            ) from error
        try:
            self.raw: Mapping[str, Any] = tomllib.loads(self.text)
        except (ValueError, RecursionError) as error:
            line = re.search(r"at line (\d+)", str(error))
            end = self.text.rstrip().count("\n") + 1
            raise IndicatorError(
                path,
                int(line[1]) if line else end,
                "TOML illisible à cet endroit",
                "no readable TOML here",
            ) from error

    def refuse(self, key: str, reason: str, english: str, part: str = "") -> IndicatorError:
        """Give the error about a key, with its line; `part` is the table that it is a key of."""
        return IndicatorError(self.path, self._line(key, part), reason, english)

    def keys(self, known: Iterable[str], needed: Iterable[str]) -> None:
        """Refuse a key that is unknown, and the absence of one that is needed."""
        known = sorted(known)
        for key in self.raw:
            if key not in known:
                near, near_english = nearest(key, known)
                raise self.refuse(key, f"clé inconnue « {key} »{near}", f"unknown key “{key}”{near_english}")
        for key in needed:
            if key not in self.raw:
                raise IndicatorError(
                    self.path, None, f"la clé « {key} » manque", f"the key “{key}” is missing"
                )

    def words(self, key: str) -> Mapping[str, str]:
        """Take a text in French and in English; nothing where the key is not there."""
        if key not in self.raw:
            return {}
        value = self.raw[key]
        good = isinstance(value, dict) and set(value) == set(LANGUAGES)
        if not good or not all(isinstance(one, str) and one.strip() for one in value.values()):
            raise self.refuse(
                key,
                f"« {key} » demande une phrase fr et une phrase en, deux textes",
                f"“{key}” takes a sentence fr and a sentence en, two texts",
            )
        return {language: value[language].strip() for language in LANGUAGES}

    def text_of(self, key: str) -> str:
        """Take a text that is not empty."""
        value = self.raw[key]
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, f"« {key} » est un texte", f"“{key}” is a text")
        return value.strip()

    def choice(self, key: str, known: Iterable[str], default: str = "") -> str:
        """Take a text that is one of some."""
        return self._among(key, self.raw.get(key, default), known)

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Take a list of texts that is not empty."""
        value = self.raw.get(key, list(default))
        good = isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)
        if not good or not value:
            raise self.refuse(
                key, f'« {key} » est une liste de textes : ["…"]', f'“{key}” is a list of texts: ["…"]'
            )
        return tuple(value)

    def choices(self, key: str, known: Iterable[str], default: tuple[str, ...]) -> tuple[str, ...]:
        """Take a list of texts that are each one of some."""
        known = tuple(known)
        return tuple(self._among(key, one, known) for one in self.texts(key, default))

    def names(self, key: str) -> tuple[str, ...]:
        """Take a list of names: lower case, digits, hyphens."""
        found = self.texts(key)
        for one in found:
            if not _NAME.fullmatch(one):
                raise self.refuse(
                    key,
                    f"« {one} » n'est pas un nom en minuscules, chiffres et tirets",
                    f"“{one}” is no name in lower case, digits and hyphens",
                )
        return found

    def number(self, key: str, default: float = 0.0) -> float:
        """Take a number that is not negative."""
        value = self.raw.get(key, default)
        if not is_number(value) or value < 0:
            raise self.refuse(
                key, f"« {key} » est un nombre, positif ou nul", f"“{key}” is a number, zero or more"
            )
        return float(value)

    def decimals(self, key: str) -> int:
        """Take a count of decimals."""
        value = self.raw.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DECIMALS:
            raise self.refuse(
                key,
                f"« {key} » est un nombre entier, de 0 à {MOST_DECIMALS}",
                f"“{key}” is a whole number from 0 to {MOST_DECIMALS}",
            )
        return value

    def flag(self, key: str) -> bool:
        """Take true or false; absent is false."""
        value = self.raw.get(key, False)
        if not isinstance(value, bool):
            raise self.refuse(
                key, f"« {key} » est true ou false, sans guillemets", f"“{key}” is true or false, unquoted"
            )
        return value

    def _among(self, key: str, value: object, known: Iterable[str]) -> str:
        known = tuple(known)
        if not isinstance(value, str) or value not in known:
            near, near_english = nearest(str(value), known)
            raise self.refuse(
                key,
                f"« {value} » n'est pas une valeur de « {key} »{near}",
                f"“{value}” is no value of “{key}”{near_english}",
            )
        return value

    def _line(self, key: str, part: str) -> int | None:
        """Find the line of a key: in the table it is part of, else that of the table, else that of its dotted name."""
        lines = self.text.splitlines()
        start = 0
        if part:
            heads = (n for n, line in enumerate(lines) if re.match(rf"\s*\[?\s*{re.escape(part)}\b", line))
            start = next(heads, 0)
        named = re.compile(
            rf"\s*(\[?\s*{re.escape(part)}\s*\.\s*|\[\s*)?[\"']?{re.escape(key)}[\"']?(?![\w-])"
        )
        for number, line in enumerate(lines[start:], start + 1):
            if named.match(line):
                return number
        return start + 1 if part else None
