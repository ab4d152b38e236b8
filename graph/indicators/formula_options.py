"""The options of a formula as a file gives them: a name, a column or a value that cannot be is refused before computing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from .board import LEVELS
from .formulas import ANNOUNCED, FORMULAS, RATIO, Formula
from .frames import frames
from .indicator_file import IndicatorFile, is_number, nearest

_PART = "formula"
_FLAGS = frozenset({"published", "lost", "led", "part"})
_NUMBERS = frozenset({"km", "per", "times"})
_CHOICES: Mapping[str, tuple[str, ...]] = {"kind": ANNOUNCED, "level": LEVELS}
_TEXTS = frozenset({"leave", "density"})
_COLUMNS = frozenset({"item", "value", "unit", "by", "period", "series"})


def read_formula(file: IndicatorFile) -> tuple[str, dict[str, Any]]:
    """Take the formula of a file: its name and its options; raises IndicatorError with the line of what is wrong."""
    raw = file.raw[_PART]
    if not isinstance(raw, dict):
        raise file.refuse(
            _PART,
            "« formula » est une table : [formula], avec name et ses options",
            "“formula” is a table: [formula], with name and its options",
        )
    options = dict(raw)
    name = options.pop("name", "")
    known = {**FORMULAS, "ratio": RATIO}
    if not isinstance(name, str) or name not in known:
        near, near_english = nearest(str(name), known)
        raise file.refuse(
            "name", f"formule « {name} » inconnue{near}", f"unknown formula “{name}”{near_english}", _PART
        )
    return name, _Options(file, name, known[name], options).checked()


class _Options:
    """The options of one formula, checked against what it takes and against the columns of its frame."""

    def __init__(self, file: IndicatorFile, name: str, formula: Formula, options: dict[str, Any]) -> None:
        self._file, self._name, self._formula, self._options = file, name, formula, options

    def checked(self) -> dict[str, Any]:
        formula, options = self._formula, self._options
        taken = sorted(formula.needed | formula.other)
        for key in sorted(options):
            if key not in taken:
                near, near_english = nearest(key, taken) if taken else ("", "")
                raise self._file.refuse(
                    key,
                    f"la formule {self._name} n'a pas d'option « {key} »{near}",
                    f"the formula {self._name} has no option “{key}”{near_english}",
                    _PART,
                )
        needed = set(formula.needed)
        if options.get("lost") is True:
            needed.add("frame")
        for key in sorted(needed - set(options)):
            raise self._file.refuse(
                "name",
                f"la formule {self._name} demande l'option « {key} »",
                f"the formula {self._name} needs the option “{key}”",
                _PART,
            )
        for key, value in options.items():
            self._value(key, value)
        if "frame" in options:
            self._columns(options["frame"])
        return options

    def _value(self, key: str, value: object) -> None:
        if key in _FLAGS and not isinstance(value, bool):
            raise self._wrong(key, "true ou false, sans guillemets", "true or false, unquoted")
        if key in _NUMBERS and not (is_number(value) and 0 < value <= 1e9):
            raise self._wrong(key, "un nombre au-dessus de zéro", "a number above zero")
        if key in _TEXTS and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            raise self._wrong(key, 'une liste de textes : ["…"]', 'a list of texts: ["…"]')
        if key in _CHOICES and value not in _CHOICES[key]:
            known = ", ".join(_CHOICES[key])
            raise self._wrong(key, f"l'un de : {known}", f"one of: {known}")
        if (key in _COLUMNS or key in ("of", "over", "frame")) and not isinstance(value, str):
            raise self._wrong(key, "un texte", "a text")
        if key == "where":
            self._where(value)

    def _where(self, value: object) -> None:
        if not isinstance(value, dict):
            raise self._wrong("where", "une table : { colonne = valeur }", "a table: { column = value }")
        for column, wanted in value.items():
            every = wanted if isinstance(wanted, list) else [wanted]
            if not every or not all(isinstance(one, str) or is_number(one) for one in every):
                raise self._wrong(
                    "where",
                    f"un texte, un nombre ou une liste pour la colonne « {column} »",
                    f"a text, a number or a list for the column “{column}”",
                )

    def _columns(self, frame: str) -> None:
        """Refuse a frame that does not exist, one without what the formula reads, and a column that it has not."""
        if frame not in frames():
            near, near_english = nearest(frame, frames())
            raise self._file.refuse(
                "frame", f"aucun tableau « {frame} »{near}", f"no frame “{frame}”{near_english}", _PART
            )
        columns, options = frames()[frame], self._options
        reads = self._formula.reads - ({"year"} if "period" in options else set())
        for name in sorted(reads - set(columns)):
            raise self._file.refuse(
                "frame",
                f"le tableau « {frame} » n'a pas la colonne « {name} », que lit la formule {self._name}",
                f"the frame “{frame}” has no column “{name}”, which the formula {self._name} reads",
                _PART,
            )
        named = [(key, str(options[key])) for key in sorted(_COLUMNS & set(options))]
        for key, column in [*named, *(("where", column) for column in options.get("where", {}))]:
            if column not in columns:
                near, near_english = nearest(column, columns)
                raise self._file.refuse(
                    key,
                    f"le tableau « {frame} » n'a pas de colonne « {column} »{near}",
                    f"the frame “{frame}” has no column “{column}”{near_english}",
                    _PART,
                )
        if "value" in options and columns[str(options["value"])] not in (pl.Float64, pl.Int64):
            raise self._wrong("value", "une colonne de nombres", "a column of numbers")

    def _wrong(self, key: str, what: str, english: str) -> Exception:
        return self._file.refuse(
            key, f"l'option « {key} » est {what}", f"the option “{key}” is {english}", _PART
        )
