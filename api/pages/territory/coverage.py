"""The years that the sources of interactions cover, in words: the cube leaves the others without a value."""

from __future__ import annotations

from collections.abc import Callable

from ....graph.indicators.source_years import SourceYears
from ....words import EMPTY, N_, Said, gettext
from ...labels.basis_names import source_title
from ...render.blocks.tables import Words
from ...web.negotiation import Language

Titled = Callable[[str, Language], str]


def coverage_note(years: SourceYears, titled: Titled = source_title) -> Words:
    """Tell the years that each source (as `titled`) covers, and what that means for a curve; empty where none has years."""
    if not any(years.years.values()):
        return EMPTY
    return N_(
        "Années que couvrent les sources : {spans}. Une année dont une source ne décrit qu’une petite part, ou dont elle ne "
        "situe pas la plupart des interactions, est dite incomplète, et non basse : un creux y tiendrait à la source, pas au "
        "territoire.",
        spans=Said(_spans, (years, titled)),
    )


def _spans(years: SourceYears, titled: Titled, language: Language) -> str:
    return gettext(" ; ", language).join(
        f"{titled(source, language)} ({_runs(years.spans(source))})"
        for source, covered in years.years.items()
        if covered
    )


def _runs(spans: list[tuple[int, int]]) -> str:
    """Write runs of years.

    >>> _runs([(2005, 2022), (2025, 2025)])
    '2005–2022, 2025'
    """
    return ", ".join(f"{first}–{last}" if first < last else str(first) for first, last in spans)
