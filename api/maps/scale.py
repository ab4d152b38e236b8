"""How values become marks on a map: areas by class or circles by size, with the rule said in words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from ...graph.analysis.class_breaks import (
    class_of,
    equal_breaks,
    natural_breaks,
    quantile_breaks,
    variance_explained,
)
from ...graph.indicators.declaration import Indicator
from ...words import EMPTY, N_, Said, Spoken, numeral
from ..web.negotiation import Language

Values = npt.NDArray[np.float64]
Kind = Literal["areas", "circles"]

COUNTS = frozenset(
    {"items", "total", "population", "communes", "observed", "announcements", "counterparts", "brokered"}
)
"""Formulas that give a number of things: a larger territory has more, so that its area must not be coloured by it."""
PIVOTS: Mapping[str, float] = MappingProxyType(
    {"catchment": 100.0, "location-quotient": 1.0, "ei-index": 0.0}
)
"""Formulas whose values read on either side of one: the mean of the region, the same share, as many ties in as out."""
METHODS: Mapping[str, Spoken] = MappingProxyType(
    {
        "quantiles": N_("classes de même effectif"),
        "equal": N_("classes de même étendue"),
        "natural": N_("classes naturelles (Fisher–Jenks)"),
    }
)
FEWEST, MOST = 3, 7
NEAR = 0.05
"""How much less of the variance classes of equal width may explain and still be chosen."""

_BREAKS = {"quantiles": quantile_breaks, "equal": equal_breaks, "natural": natural_breaks}


@dataclass(frozen=True)
class Scale:
    """The marks of a map: `kind`; for areas the `breaks` of the classes (their `steps` are names of colours).

    `method` is the key of METHODS that cut, None where each value has its class; `chosen` tells that it is our choice.
    `zero` tells that zeros are a class of their own; `largest` is the largest value, for circles.
    """

    kind: Kind
    breaks: Values
    steps: tuple[str, ...]
    method: str | None
    chosen: bool
    pivot: float | None = None
    zero: bool = False
    largest: float = 0.0
    decimals: int = 0

    def step(self, value: float) -> str:
        """Give the name of the colour of a value."""
        if self.zero and value == 0:
            return "zero"
        return self.steps[min(bisect_left(self._bounds, value), len(self.steps) - 1)]

    @cached_property
    def _bounds(self) -> list[float]:
        """The upper bounds of the classes, as plain numbers: one is looked up for each territory."""
        return [float(one) for one in self.breaks[1:]]

    def radius(self, value: float, most: float) -> float:
        """Give the radius of the circle of a value where that of the largest is `most`: areas are as the values."""
        return most * (abs(value) / self.largest) ** 0.5 if self.largest else 0.0

    def words(self, language: Language) -> str:
        """Say how the classes were made, and why so."""
        return _told(self)[language]


def is_count(indicator: Indicator) -> bool:
    """Say whether an indicator is a number of things, which is drawn as circles."""
    return indicator.formula in COUNTS


def scale_of(
    indicator: Indicator, values: Sequence[float], method: str | None = None, classes: int = 5
) -> Scale:
    """Make the scale of an indicator over values that are known; raises ValueError for an unknown method."""
    if method is not None and method not in METHODS:
        raise ValueError(f"« {method} » : {', '.join(METHODS)}")
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    largest = float(np.abs(known).max()) if len(known) else 0.0
    if is_count(indicator):
        zero = bool((known == 0).any())
        return Scale("circles", known[:0], (), None, True, None, zero, largest, indicator.decimals)
    pivot = None if "per" in indicator.options else PIVOTS.get(indicator.formula)
    zero = pivot is None and bool((known == 0).any()) and bool((known >= 0).all())
    cut = known[known != 0] if zero else known
    if not len(cut):
        return Scale("areas", cut, (), None, True, pivot, zero, largest, indicator.decimals)
    used, breaks = _cut(cut, pivot, method, max(FEWEST, min(MOST, classes)))
    steps = _steps(breaks, pivot)
    return Scale(
        "areas", breaks, steps, used, method is None, pivot, zero, largest, _decimals(breaks, indicator)
    )


def _cut(values: Values, pivot: float | None, method: str | None, classes: int) -> tuple[str | None, Values]:
    """Give the method used (none where each value has its class) and the bounds of the classes."""
    both = pivot is not None and values.min() < pivot < values.max()
    if len(np.unique(values)) <= classes and not both:
        breaks = natural_breaks(values, classes)
        return None, np.repeat(breaks, 2) if len(breaks) == 1 else breaks
    used, natural = (method, None) if method is not None else _best(values, classes)
    if pivot is not None and both:
        return used, _around(values, pivot, used, classes)
    return used, natural if natural is not None and used == "natural" else _BREAKS[used](values, classes)


def _best(values: Values, classes: int) -> tuple[str, Values]:
    """Choose classes of equal width, the easiest to read, unless they tell the values apart much worse.

    The natural breaks that they are compared with are given too.
    """
    equal = equal_breaks(values, classes)
    held = np.bincount(class_of(values, equal), minlength=classes)
    natural = natural_breaks(values, classes)
    best = variance_explained(values, natural)
    near = variance_explained(values, equal) >= best - NEAR
    return ("equal" if near and (held > 0).all() else "natural"), natural


def _around(values: Values, pivot: float, method: str, classes: int) -> Values:
    """Cut on either side of a pivot, in as many classes as each side holds of the range of values."""
    under, over = values[values <= pivot], values[values > pivot]
    low = round(classes * (pivot - under.min()) / (values.max() - values.min()))
    low = min(classes - 1, max(1, low))
    if method == "equal":  # up to the pivot itself, so that the classes of a side are of one width
        below, above = (
            np.linspace(under.min(), pivot, low + 1),
            np.linspace(pivot, over.max(), classes - low + 1),
        )
    else:
        below, above = _BREAKS[method](under, low), _BREAKS[method](over, classes - low)
    return np.concatenate([below[:-1], [pivot], above[1:]])


def _steps(breaks: Values, pivot: float | None) -> tuple[str, ...]:
    """Name the colours of the classes: s1 (little) to s8 (much), or b5 … b1 and a1 … a5 around a pivot."""
    count = len(breaks) - 1
    if pivot is None:
        return tuple(f"s{one}" for one in _spread(count, 8))
    low = int((breaks[1:] <= pivot).sum())
    below = [f"b{one}" for one in reversed(_spread(low, 5))]
    return (*below, *(f"a{one}" for one in _spread(count - low, 5)))


def _spread(count: int, steps: int) -> list[int]:
    """Give as many different steps, far from each other, the last the strongest.

    >>> _spread(5, 8), _spread(2, 5), _spread(1, 5)
    ([1, 3, 4, 6, 8], [2, 5], [3])
    """
    if count < 2:
        return [(steps + 1) // 2] * count
    first = 1 if count > 2 else 2
    return [round(first + one * (steps - first) / (count - 1)) for one in range(count)]


def _decimals(breaks: Values, indicator: Indicator) -> int:
    """Give the decimals that bounds need to be told apart."""
    for decimals in range(indicator.decimals, indicator.decimals + 3):
        if len(set(np.round(breaks, decimals).tolist())) == len(set(breaks.tolist())):
            return decimals
    return indicator.decimals + 3


def _told(scale: Scale) -> Spoken:
    if scale.kind == "circles":
        return N_(
            "Un nombre de choses se dessine en cercles dont l’aire est proportionnelle à la valeur : "
            "colorer la surface ferait croire qu’un grand territoire compte plus."
        )
    if scale.method is None:
        return N_("Chaque valeur a sa couleur.")
    end = N_("La borne haute d’une classe en fait partie.")
    around: Spoken = EMPTY
    under = 0
    pivot: Spoken = EMPTY
    if scale.pivot is not None:
        pivot = Said(_pivot, (scale.pivot,))
        around = N_(" ; les couleurs s’opposent de part et d’autre de {pivot}", pivot=pivot)
        under = int((scale.breaks[1:] <= scale.pivot).sum())
    over = len(scale.steps) - under
    if under and over:  # each side has its own range, so classes of the two sides are not alike
        return N_(
            "{under} jusqu’à {pivot} et {over} au-dessus, chaque côté coupé à part{around}. {end}",
            under=_some(under, scale.method),
            over=_some(over, scale.method),
            pivot=pivot,
            around=around,
            end=end,
        )
    why: Spoken = EMPTY
    if scale.chosen and scale.method == "equal":
        why = N_(
            ", retenues parce qu’elles se lisent le plus simplement et séparent presque aussi bien "
            "les valeurs que les classes naturelles"
        )
    elif scale.chosen:
        why = N_(
            ", retenues parce que des classes de même étendue sépareraient nettement moins bien les "
            "valeurs ou en laisseraient de vides"
        )
    count = len(scale.steps)
    return N_(
        "{count} {classes}{why}{around}. {end}",
        count=count,
        classes=METHODS[scale.method],
        why=why,
        around=around,
        end=end,
    )


def _some(count: int, method: str) -> Spoken:
    """Name a number of classes; one alone has no width to compare.

    >>> _some(3, "equal")["en"], _some(1, "equal")["en"]
    ('3 classes of equal width', '1 class')
    """
    return N_("{count} {classes}", count=count, classes=METHODS[method]) if count > 1 else N_("1 classe")


def _pivot(value: float, language: str) -> str:
    return numeral(value, language)


def _plain(value: float, mark: str) -> str:
    return f"{value:g}".replace(".", mark)
