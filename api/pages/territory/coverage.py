"""The years that the sources of interactions cover, in words: the cube leaves the others without a value."""

from __future__ import annotations

from ....graph.indicators.source_years import LEAST_OF_FULLEST, SourceYears
from ...analysis.portrait_findings import LANGUAGES
from ...labels.basis_names import source_named
from ...render.blocks.tables import Words
from .matter import Seen


def coverage_note(years: SourceYears) -> Words:
    """Tell the years that each source covers, and what that means for a curve; empty where no source has years."""
    if not years.spans:
        return ("", "")
    french, english = (
        " ; ".join(
            f"{source_named(source, said)} ({first}–{last})" for source, (first, last) in years.spans.items()
        )
        for said in LANGUAGES
    )
    least = round(100 * LEAST_OF_FULLEST)
    return (
        f"Années que couvrent les sources : {french}. Une source couvre les années de la première à la dernière où elle décrit "
        f"au moins {least}\u202f% de ce qu’elle décrit dans son année la plus fournie. Une année que sa source ne couvre pas est "
        "dite incomplète, et non basse : un creux y tiendrait à la source, pas au territoire.",
        f"Years that sources cover: {english.replace(' ; ', '; ')}. A source covers the years from the first to the last in "
        f"which it tells at least {least}% of what it tells in its fullest year. A year that its source does not cover is told "
        "as incomplete, not as low: a hollow there would come from the source, not from the territory.",
    )


def coverage(seen: Seen) -> SourceYears:
    """Give the years that the sources of the interactions that portraits read cover, made once."""
    key = ("coverage",)
    if key not in seen.made:
        interactions = seen.rest["interactions"]
        seen.made[key] = SourceYears.of(interactions.unique("interaction", keep="first", maintain_order=True))
    made: SourceYears = seen.made[key]
    return made
