"""The region that is looked at, and the levels of territories, apart from the frames that read them."""

from __future__ import annotations

REGION = "region/84"
"""The territory of the analysis unless another is asked."""

BY_NAME = ("epci", "commune", "department", "region", "adhoc", "zone", "bassin")
"""Of territories with one name, the first of these levels is meant, everywhere."""
