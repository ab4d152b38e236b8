"""Two indicators in one map: each territory above or not the median of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from statistics import median
from typing import cast

import numpy as np

from ...words import first_upper, gettext, ngettext, number
from ..web.negotiation import Language
from .drawing import STATUSES
from .reading import AreaValue, Map, cell_text
from .scale import Scale

STEPS = ("s1", "b2", "a3", "s7")
"""Colours of who is above neither median, the second alone, the first alone, both."""


@dataclass(frozen=True)
class Typology(Map):
    """A map whose values are classes: 1 above neither median, 2 above the second alone, 3 the first alone, 4 both.

    `pair` are the maps that it crosses, of the same territories; `medians` those of the territories that have both values.
    """

    pair: tuple[Map, ...] = ()
    medians: tuple[float, ...] = ()

    @property
    def parts(self) -> tuple[Map, ...]:
        """The maps that it crosses."""
        return self.pair

    def title(self, language: Language) -> str:
        """Name both indicators."""
        first, second = (one.title(language) for one in self.pair)
        return gettext("{first} × {second}", language, first=first, second=second)

    def unit(self, language: Language) -> str:
        """Say that there is no unit: classes have none."""
        return ""

    def text(self, cell: AreaValue, language: Language) -> str:
        """Say the class of a territory, or why it has none."""
        return (
            self._named(int(cell.value), language)
            if cell.value
            else STATUSES[cell.status or "missing"][language]
        )

    def entries(self, statuses: Sequence[str], language: Language) -> list[tuple[str, str]]:
        """List the classes, each with how many territories it has, then the statuses."""
        counts = [sum(cell.value == one for cell in self.cells) for one in range(1, 5)]
        told = [
            (step, f"{first_upper(self._named(one, language))} ({number(count, language)})")
            for one, (step, count) in enumerate(zip(STEPS, counts, strict=True), 1)
        ]
        return told[::-1] + [(one, STATUSES[one][language]) for one in statuses]

    def rule(self, language: Language) -> str:
        """Say where the classes are cut."""
        said = [
            cell_text(AreaValue(self.within, value, None, None, None), one.indicator, language)
            for value, one in zip(self.medians, self.pair, strict=True)
        ]
        return gettext(
            "Chaque indicateur est coupé à la médiane des territoires qui ont les deux valeurs : {first} pour le premier, "
            "{second} pour le second. Un croisement n’est pas une cause.",
            language, first=said[0], second=said[1],
        )  # fmt: skip

    def spread(self, language: Language) -> str:
        """Say how many territories have both values."""
        return ngettext(
            "{n} des {whole} territoires a les deux valeurs", "{n} des {whole} territoires ont les deux valeurs",
            len(self.known), language, whole=number(len(self.cells), language),
        )  # fmt: skip

    def parameters(self) -> dict[str, str | None]:
        """Give what an address asks of this map."""
        second = self.pair[1]
        return {**super().parameters(), "compare": second.indicator.id, "by2": second.by, "view": "typology"}

    def _named(self, kind: int, language: Language) -> str:
        first, second = (one.title(language) for one in self.pair)
        return {
            1: gettext("aucun des deux au-dessus de sa médiane", language),
            2: gettext("au-dessus de sa médiane, le second seul : {name}", language, name=second),
            3: gettext("au-dessus de sa médiane, le premier seul : {name}", language, name=first),
            4: gettext("les deux au-dessus de leur médiane", language),
        }[kind]


def cross(first: Map, second: Map) -> Typology:
    """Cross two maps of the same territories; one without a value of either is of no class."""
    both = [
        (one.value, other.value)
        for one, other in zip(first.cells, second.cells, strict=True)
        if None not in (one.value, other.value)
    ]
    medians = tuple(median(cast("tuple[float, ...]", side)) for side in zip(*both, strict=True)) or (0.0, 0.0)

    def cell(one: AreaValue, other: AreaValue) -> AreaValue:
        if one.value is None or other.value is None:
            return AreaValue(one.territory, None, None, None, one.status or other.status or "missing")
        kind = 1 + (other.value > medians[1]) + 2 * (one.value > medians[0])
        return AreaValue(one.territory, float(kind), None, None, None)

    cells = [cell(one, other) for one, other in zip(first.cells, second.cells, strict=True)]
    kept = {one.name: getattr(first, one.name) for one in fields(Map)}
    scale = Scale("areas", np.arange(0.5, 5.0), STEPS, None, chosen=False)
    years = " / ".join(dict.fromkeys(one.as_of or one.period or "" for one in (first, second)))
    made = {**kept, "cells": cells, "scale": scale, "as_of": years}
    return Typology(**made, pair=(first, second), medians=medians)
