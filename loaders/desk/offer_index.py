"""The offers in force by type, subject and word: those that fit a need are found without a look at the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from math import log

from ...graph.region.text import prepare_text, stemmer
from ...graph.suggestions.request_words import telling_words
from ...ontology.labels import Term

_RARE = 0.05
"""Share of the offers that hold a word from which it makes nobody a candidate alone."""
_FEW = 3
"""Offers that may hold a rare word, however few there are."""


class OfferIndex:
    """Numbers of offers by what they say; `put` an offer when it is new or has changed, `drop` it when it has ended."""

    def __init__(self) -> None:
        self.types: defaultdict[str, set[str]] = defaultdict(set)
        self.subjects: defaultdict[str, set[str]] = defaultdict(set)
        self._stems: defaultdict[str, set[str]] = defaultdict(set)
        self._places: dict[str, tuple[str, tuple[str, ...], frozenset[str]]] = {}

    def put(self, id: str, type: str, subjects: tuple[str, ...], said: str) -> None:
        """Add an offer by its number, type and subjects, and what it says; in place of what it was before."""
        self.drop(id)
        said += f" {Term.of(type)['fr']}" if type else ""
        stems = frozenset(stemmer().analyze(prepare_text(said)))
        self._places[id] = (type, subjects, stems)
        self.types[type].add(id)
        for subject in subjects:
            self.subjects[subject].add(id)
        for stem in stems:
            self._stems[stem].add(id)

    def drop(self, id: str) -> None:
        """Take an offer out, if it is there."""
        if (place := self._places.pop(id, None)) is None:
            return
        type, subjects, stems = place
        for held, keys in ((self.types, (type,)), (self.subjects, subjects), (self._stems, stems)):
            _take_out(held, keys, id)

    def shared_words(self, text: str) -> tuple[dict[str, tuple[tuple[str, ...], float]], Set[str]]:
        """Give the words of a text that each offer holds, with their share of its weight; and who holds a rare one.

        A word weighs the more, the fewer offers hold it.
        """
        words = telling_words(text, self._stems)
        weights = {stem: log(1 + len(self._places) / len(self._stems[stem])) for stem in words}
        most = max(_FEW, _RARE * len(self._places))
        held: defaultdict[str, list[str]] = defaultdict(list)
        rare: set[str] = set()
        for stem in words:
            holders = self._stems[stem]
            if len(holders) <= most:
                rare |= holders
            for id in holders:
                held[id].append(stem)
        whole = sum(weights.values()) or 1.0
        shares = {
            id: (
                tuple(dict.fromkeys(words[stem] for stem in stems)),
                sum(weights[stem] for stem in stems) / whole,
            )
            for id, stems in held.items()
        }
        return shares, rare


def _take_out(held: defaultdict[str, set[str]], keys: Iterable[str], id: str) -> None:
    for key in keys:
        held[key].discard(id)
        if not held[key]:
            del held[key]
