"""The years that the sources of interactions cover, in words: the cube leaves the others without a value."""

from __future__ import annotations

from ...graph.indicators.source_years import SourceYears
from ..blocks.tables import Words
from .matter import Seen


def coverage_note(years: SourceYears) -> Words:
    """Tell the years that each source covers, and what that means for a curve; empty where no source has years."""
    if not years.spans:
        return ("", "")
    told = ", ".join(f"{source} {first}–{last}" for source, (first, last) in years.spans.items())
    return (
        f"Années que couvrent les sources : {told}. Une année que ne couvrent pas les sources de la plupart des "
        "interactions est dite absente, et non basse : un creux y tiendrait aux sources, pas au territoire.",
        f"Years that sources cover: {told}. A year that the sources of most interactions do not cover is told as "
        "missing, not as low: a hollow there would come from the sources, not from the territory.",
    )


def coverage(seen: Seen) -> SourceYears:
    """Give the years that the sources of the interactions that portraits read cover, made once."""
    key = ("coverage",)
    if key not in seen.made:
        interactions = seen.rest["interactions"]
        seen.made[key] = SourceYears.of(interactions.unique("interaction", keep="first", maintain_order=True))
    made: SourceYears = seen.made[key]
    return made
