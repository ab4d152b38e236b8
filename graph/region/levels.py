"""The region that is looked at, and the levels of territories, apart from the frames that read them."""

from __future__ import annotations

from ...queries.parameters import KINDS_OF_TERRITORY

REGION = "region/84"
"""The territory of the analysis unless another is asked."""

LEVELS = tuple(KINDS_OF_TERRITORY)
"""Levels of territories, communes first."""

AREAS = ("epci", "department", "adhoc", "zone", "bassin", "region")
"""Levels above communes, those of most visits first: what is made ahead is made in this order."""

BY_NAME = ("epci", "commune", "department", "region", "adhoc", "zone", "bassin")
"""Of territories with one name, the first of these levels is meant, everywhere."""


def authority_path(territory: str) -> str:
    """Give how the path of the authority of a territory begins, by its SIREN; "" where its code does not tell, as of a region.

    >>> [authority_path(f"territory/{one}") for one in ("commune/38185", "epci/200040715", "department/38", "region/84")]
    ['organization/21380185', 'organization/200040715', 'organization/2238', '']
    """
    _, level, code = territory.split("/")
    numbers = {"commune": f"21{code[:2]}0{code[2:]}", "department": f"22{code}", "epci": code}
    return f"organization/{numbers[level]}" if level in numbers else ""
