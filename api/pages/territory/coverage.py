"""The years that the sources of interactions cover, in words: the cube leaves the others without a value."""

from __future__ import annotations

from collections.abc import Callable

from ....graph.indicators.source_years import LEAST_OF_FULLEST, SourceYears
from ....words import EMPTY, N_, Percent, Said, gettext
from ...labels.basis_names import source_title
from ...render.blocks.tables import Words
from ...web.negotiation import Language

Titled = Callable[[str, Language], str]


def coverage_note(years: SourceYears, titled: Titled = source_title) -> Words:
    """Tell the years that each source (as `titled`) covers, and what that means for a curve; empty where none has years."""
    if not any(years.years.values()):
        return EMPTY
    return N_(
        "Années que couvrent les sources : {spans}. Une source couvre les années de la première à la dernière où elle décrit "
        "au moins {least} de ce qu’elle décrit dans son année la plus fournie, sauf la dernière si elle y décrit moins de la "
        "moitié de l’année d’avant, et celles où la plupart de ce qu’elle décrit n’a pas de lieu connu ; si elle ne décrit rien "
        "de la plupart des années entre les deux, ou jamais deux interactions la même année, elle n’en couvre aucune. Une "
        "année que sa source ne couvre pas est dite incomplète, et non basse : un creux y tiendrait à la source, pas au "
        "territoire.",
        spans=Said(_spans, (years, titled)),
        least=Percent(LEAST_OF_FULLEST),
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
