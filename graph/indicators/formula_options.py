"""The options of a formula as a file gives them: a name, a column or a value that cannot be is refused before computing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from ...words import N_, Message
from ..declarations import DeclarationError, DeclarationFile, is_number, nearest
from ..region.gazetteer import GRIDS
from ..region.levels import LEVELS
from .formulas import ANNOUNCED, FORMULAS, RATIO, Formula
from .frames import frames

_PART = "formula"
_FLAGS = frozenset({"published", "lost", "led", "part"})
_NUMBERS = frozenset({"km", "per", "times"})
_CHOICES: Mapping[str, tuple[str, ...]] = {"kind": ANNOUNCED, "level": LEVELS}
_TEXTS = frozenset({"leave", *GRIDS})
_COLUMNS = frozenset({"item", "value", "unit", "by", "period", "series"})
_SORTS: tuple[tuple[frozenset[str], Callable[[object], bool], Message], ...] = (
    (_FLAGS, lambda value: isinstance(value, bool), N_("true ou false, sans guillemets")),
    (_NUMBERS, lambda value: is_number(value) and 0 < value <= 1e9, N_("un nombre au-dessus de zéro")),
    (
        frozenset({"known"}),
        lambda value: is_number(value) and 0 < value <= 1,
        N_("une part : plus de 0, 1 au plus"),
    ),
    (
        _TEXTS,
        lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
        N_('une liste de textes : ["…"]'),
    ),
    (_COLUMNS | {"of", "over", "frame"}, lambda value: isinstance(value, str), N_("un texte")),
)
"""Options by what their values are: the options, the test of a value, and what it should be."""


def read_formula(file: DeclarationFile) -> tuple[str, dict[str, Any]]:
    """Take the formula of a file: its name and its options; raises DeclarationError with the line of what is wrong."""
    options = dict(file.data[_PART])
    name = options.pop("name", "")
    known = {**FORMULAS, "ratio": RATIO}
    if not isinstance(name, str) or name not in known:
        reason = N_("formule « {name} » inconnue{near}", name=name, near=nearest(str(name), known))
        raise file.refuse(reason, _PART, "name")
    return name, _Options(file, name, known[name], options).checked()


class _Options:
    """The options of one formula, checked against what it takes and against the columns of its frame."""

    def __init__(self, file: DeclarationFile, name: str, formula: Formula, options: dict[str, Any]) -> None:
        self._file, self._name, self._formula, self._options = file, name, formula, options

    def checked(self) -> dict[str, Any]:
        formula, options = self._formula, self._options
        taken = sorted(formula.needed | formula.other)
        for key in sorted(options):
            if key not in taken:
                near = nearest(key, taken) if taken else ""
                raise self._refuse(
                    key,
                    N_(
                        "la formule {formula} n'a pas d'option « {key} »{near}",
                        formula=self._name,
                        key=key,
                        near=near,
                    ),
                )
        needed = set(formula.needed)
        if options.get("lost") is True:
            needed.add("frame")
        for key in sorted(needed - set(options)):
            reason = N_("la formule {formula} demande l'option « {key} »", formula=self._name, key=key)
            raise self._refuse("name", reason)
        for key, value in options.items():
            self._value(key, value)
        if "frame" in options:
            self._columns(options["frame"])
        return options

    def _value(self, key: str, value: object) -> None:
        for keys, fits, what in _SORTS:
            if key in keys and not fits(value):
                raise self._wrong(key, what)
        if key in _CHOICES and value not in _CHOICES[key]:
            raise self._wrong(key, N_("une valeur parmi : {known}", known=", ".join(_CHOICES[key])))
        if key == "where":
            self._where(value)

    def _where(self, value: object) -> None:
        if not isinstance(value, dict):
            raise self._wrong("where", N_("une table : {table}", table="{ colonne = valeur }"))
        for column, wanted in value.items():
            every = wanted if isinstance(wanted, list) else [wanted]
            if not every or not all(isinstance(one, str) or is_number(one) for one in every):
                what = N_("un texte, un nombre ou une liste pour la colonne « {column} »", column=column)
                raise self._wrong("where", what)

    def _columns(self, frame: str) -> None:
        """Refuse a frame that does not exist, one without what the formula reads, and a column that it has not."""
        if frame not in frames():
            reason = N_("aucun tableau « {frame} »{near}", frame=frame, near=nearest(frame, frames()))
            raise self._refuse("frame", reason)
        columns, options = frames()[frame], self._options
        reads = self._formula.reads - ({"year"} if "period" in options else set())
        for name in sorted(reads - set(columns)):
            reason = N_(
                "le tableau « {frame} » n'a pas la colonne « {column} », que lit la formule {formula}",
                frame=frame,
                column=name,
                formula=self._name,
            )
            raise self._refuse("frame", reason)
        named = [(key, str(options[key])) for key in sorted(_COLUMNS & set(options))]
        for key, column in [*named, *(("where", column) for column in options.get("where", {}))]:
            if column not in columns:
                reason = N_(
                    "le tableau « {frame} » n'a pas de colonne « {column} »{near}",
                    frame=frame,
                    column=column,
                    near=nearest(column, columns),
                )
                raise self._refuse(key, reason)
        if "value" in options and columns[str(options["value"])] not in (pl.Float64, pl.Int64):
            raise self._wrong("value", N_("une colonne de nombres"))

    def _wrong(self, key: str, what: Message) -> DeclarationError:
        return self._refuse(key, N_("l'option « {key} » demande {what}", key=key, what=what))

    def _refuse(self, key: str, reason: Message) -> DeclarationError:
        return self._file.refuse(reason, _PART, key)
