"""Formulas of indicators by name, with the options each takes.

A formula gives, for the territories of all levels at once, rows of `territory`, `period`, `by` (a sector, a family…;
null for the whole), `value` with `low` and `high` where it has an interval, and `status` where it has no value. A
territory without a row is one that the formula says nothing of. Zero is a value. A formula over items whose source was
never loaded gives nothing but missing values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import polars as pl

from ..matter import Matter
from .announcements import announcements
from .brokers import academic_reach, brokered
from .counts import communes, items, observed, population, total
from .partners import counterparts, ei_index, outside_share
from .reaches import catchment, distance, reach
from .selection import Options
from .structure import location_quotient, variety

Formula = Callable[[Matter, Options], pl.DataFrame]

_OBSERVED = frozenset({"frame", "unit", "where", "by", "period", "published", "series", "leave"})
_AT = frozenset({"frame", "item", "where"})

FORMULAS: Mapping[str, tuple[Formula, frozenset[str]]] = MappingProxyType(
    {
        "items": (items, _AT | {"by", "series"}),
        "total": (total, frozenset({"frame", "value", "where", "period"})),
        "population": (population, frozenset({"density"})),
        "communes": (communes, frozenset()),
        "observed": (observed, _OBSERVED),
        "location-quotient": (location_quotient, _OBSERVED),
        "variety": (variety, _OBSERVED),
        "reach": (reach, _AT | {"km"}),
        "distance": (distance, _AT),
        "catchment": (catchment, _AT | {"km", "per"}),
        "outside-share": (outside_share, frozenset()),
        "ei-index": (ei_index, frozenset()),
        "counterparts": (counterparts, frozenset({"level"})),
        "brokered": (brokered, frozenset({"frame"})),
        "academic-reach": (academic_reach, frozenset({"lost", "frame"})),
        "announcements": (announcements, frozenset({"kind", "led"})),
    }
)

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
