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
