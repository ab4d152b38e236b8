"""Formulas of indicators by name, with the options each takes.

A formula gives, for the territories of all levels at once, rows of `territory`, `period`, `by` (a sector, a family…;
null for the whole), `value` with `low` and `high` where it has an interval, and `status` where it has no value. A
territory without a row is one that the formula says nothing of. Zero is a value. A formula over items whose source was
never loaded gives nothing but missing values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from ..region.gazetteer import GRIDS
from ..region.view import RegionView
from .announcements import announcements
from .brokers import academic_reach, brokered
from .counts import communes, items, observed, population, total
from .partners import counterparts, ei_index, outside_share
from .reaches import catchment, distance, reach
from .selection import Options
from .structure import location_quotient, variety


class Formula(NamedTuple):
    """What computes a formula, the options it needs and the others it takes, and the columns of its frame it reads."""

    run: Callable[[RegionView, Options], pl.DataFrame]
    needed: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()


def _ratio(*_: object) -> pl.DataFrame:
    raise LookupError("a ratio is computed from the rows of two indicators")


ANNOUNCED = ("Request", "Offer")
"""Kinds of announcements."""

_PLACED = frozenset({"place"})
_OBSERVED = frozenset({"value", "status", "year"})
_CHOSEN = frozenset({"where", "by", "period", "published", "series", "leave"})
_AT = frozenset({"frame", "item"})
_WHERE = frozenset({"where"})
_STRUCTURE = (frozenset({"frame", "unit", "by"}), _CHOSEN - {"by"}, _OBSERVED)

FORMULAS: Mapping[str, Formula] = MappingProxyType(
    {
        "items": Formula(items, _AT, frozenset({"where", "by", "series"}), _PLACED),
        "total": Formula(
            total, frozenset({"frame", "value"}), frozenset({"where", "period", "known"}), _PLACED
        ),
        "population": Formula(population, other=frozenset(GRIDS)),
        "communes": Formula(communes, other=frozenset(GRIDS)),
        "observed": Formula(observed, frozenset({"frame", "unit"}), _CHOSEN, _OBSERVED),
        "location-quotient": Formula(location_quotient, *_STRUCTURE),
        "variety": Formula(variety, *_STRUCTURE),
        "reach": Formula(reach, _AT | {"km"}, _WHERE, _PLACED),
        "distance": Formula(distance, _AT, _WHERE, _PLACED),
        "catchment": Formula(catchment, _AT | {"km"}, _WHERE | {"per"}, _PLACED),
        "outside-share": Formula(outside_share),
        "ei-index": Formula(ei_index),
        "counterparts": Formula(counterparts, frozenset({"level"})),
        "brokered": Formula(brokered, frozenset({"frame"}), reads=_PLACED | {"node"}),
        "academic-reach": Formula(academic_reach, other=frozenset({"lost", "frame"})),
        "announcements": Formula(announcements, frozenset({"kind"}), frozenset({"led"})),
    }
)

RATIO = Formula(_ratio, frozenset({"of", "over"}), frozenset({"times", "part"}))
"""The options of a ratio, which is computed from the rows of two indicators (`computing.ratio`)."""

LEVELLED = frozenset({"counterparts"})
"""Formulas of which a value rests on what level other territories are of."""

STATING = frozenset({"items", "total", "population", "communes", "observed", "announcements"})
"""Formulas that only count or add up what a frame says; what the others give is inferred."""

METHODS: Mapping[str, str] = MappingProxyType(
    {
        "location-quotient": "location_quotient",
        "catchment": "floating_catchment",
        "reach": "great_circle",
        "distance": "great_circle",
        "brokered": "gould_fernandez",
        "academic-reach": "reach_of_groups",
    }
)
"""The method of the analysis that a formula is."""
