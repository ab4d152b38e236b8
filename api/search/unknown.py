"""Values chosen that nothing in the publication has: named with their facet, and others that do find something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ...graph.finder.documents import KINDS
from ...graph.finder.finding import Finder, SearchRequest
from ...graph.region.text import fold
from ...words import AncrageError, Said, Spoken, gettext
from ..labels.wording import EVIDENCE
from .asking import FACETS, PROPOSED, Facet, Search, path_of, value_name

OFFERED = 6
_LIKE = 0.6


@dataclass(frozen=True)
class Unknown:
    """A value that nothing has: its facet, the value, and paths of values that find something for the same words."""

    facet: Facet
    value: str
    others: Sequence[str]

    def said(self, finder: Finder, language: str) -> str:
        """Say it in a sentence, with what others are called and their values in addresses."""
        names = ", ".join(value_name(finder, self.facet, path, language) for path in self.others)
        told = gettext(
            "{facet} « {value} » : rien, dans la publication, n’a cette valeur.",
            language,
            facet=self.facet.title,
            value=self.value,
        )
        return f"{told} {gettext('D’autres : {names}.', language, names=names)}" if names else told


class UnknownValues(AncrageError, ValueError):  # noqa: N818
    """Values of facets that nothing has; keeps `finder` and `unknown`."""

    code = "unknown-value"

    def __init__(self, finder: Finder, unknown: Sequence[Unknown]) -> None:
        self.finder, self.unknown = finder, tuple(unknown)
        super().__init__(self.told("fr"))

    @property
    def message(self) -> Spoken:
        """What is said, a sentence a value."""
        return Said(self._said)

    def _said(self, language: str) -> str:
        return " ".join(one.said(self.finder, language) for one in self.unknown)


def unknown_values(finder: Finder, asked: Search) -> list[Unknown]:
    """List the values chosen that nothing has."""
    missing = [
        (facet, value)
        for facet in FACETS
        for value in asked.chosen.get(facet.name, ())
        if not possible(finder, facet, path_of(finder, facet, value))
    ]
    if not missing:
        return []
    found = finder.find(SearchRequest(asked.text, illustrative=asked.illustrative))
    counts = (found if len(found) else finder.find(SearchRequest())).counts
    return [
        Unknown(facet, value, _others(finder, facet, value, counts[facet.column])) for facet, value in missing
    ]


def possible(finder: Finder, facet: Facet, path: str) -> bool:
    """Tell whether a value is one that things have, or could: kinds and evidence statuses are the same everywhere."""
    return path in {"kind": KINDS, "evidence": EVIDENCE}.get(facet.column, ()) or finder.knows(
        facet.column, path
    )


def _others(finder: Finder, facet: Facet, value: str, counts: dict[str, int]) -> list[str]:
    """Give the values that look like one, by name or by code, or the most frequent where none does."""
    wanted = fold(value.rsplit("/", 1)[-1])
    likes = {}
    for path in counts:
        texts = (
            fold(finder.name(path)),
            fold(finder.name(path, "en")),
            fold(path.rsplit("/", 1)[-1]),
        )
        likes[path] = max(_like(wanted, text) for text in texts)
    near = sorted(
        (path for path in counts if likes[path] > _LIKE), key=lambda path: (-likes[path], -counts[path], path)
    )
    usual = [path for path in counts if facet.column != "places" or path.startswith(PROPOSED)]
    return (near or sorted(usual, key=lambda path: (-counts[path], path)))[:OFFERED]


def _like(wanted: str, text: str) -> float:
    """Tell how much two texts look alike; 0 without counting where they cannot.

    >>> _like("isere", "isere"), _like("zz", "isere")
    (1.0, 0.0)
    """
    matcher = SequenceMatcher(None, wanted, text)
    return matcher.ratio() if matcher.real_quick_ratio() > _LIKE and matcher.quick_ratio() > _LIKE else 0.0
