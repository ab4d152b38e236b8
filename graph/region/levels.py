"""The region that is looked at, and the levels of territories, apart from the frames that read them."""

from __future__ import annotations

from ...queries.parameters import KINDS_OF_TERRITORY

REGION = "region/84"
"""The territory of the analysis unless another is asked."""

LEVELS = tuple(KINDS_OF_TERRITORY)
"""Levels of territories, communes first."""

AREAS = ("epci", "department", "adhoc", "zone", "bassin", "region")
"""Levels above communes, those of most visits first: what is computed ahead is computed in this order."""

BY_NAME = ("epci", "commune", "department", "region", "adhoc", "zone", "bassin")
"""Of territories with one name, the first of these levels is meant, everywhere."""


def municipality_path(territory: str) -> str:
    """Give how the path of the authority of a commune begins, by its SIREN, since no source says which one governs it.

    "" of other territories, whose authorities sources give (frame `authorities`).

    >>> municipality_path("territory/commune/38185"), municipality_path("territory/department/38")
    ('organization/21380185', '')
    """
    _, level, code = territory.split("/")
    return f"organization/21{code[:2]}0{code[2:]}" if level == "commune" else ""
