"""The offers in force by type, subject and word: those that fit a need are found without a look at the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from math import log

from ...graph.region.text import prepare_text, stemmer
from ...graph.suggestions.request_words import telling_words
from ...ontology.labels import Term

_RARE = 0.05
"""Share of the offers that hold a word from which it makes nobody a candidate alone."""
_FEW = 3
"""Offers that may hold a rare word, however few there are."""
_ROOT = 6
"""Letters that words of one family begin with: « maraîcher » and « maraîchage »."""
_KIN = 0.5
"""What a word of one family counts for beside the word itself."""
_LEAST = 0.25
"""Share of the weight of what is asked that an offer must hold for its words to count in full."""
_BEST = 2
"""Offers that hold most of a request, whose own rare words look for others of their subject (Rocchio's feedback)."""
_GOOD = 0.6
"""Share of the words from which an offer is one of those."""
_ALIKE = 0.8
"""What likeness to them counts for beside the words of the request themselves."""
_SURE = 0.5
"""Likeness from which an offer is a candidate that no word of the request finds."""


@dataclass(frozen=True)
class Shared:
    """What a request and an offer both say: words as the request has them, their `share` of the most that one offer holds.

    `like` is the number of an offer that holds most of the request and that this one resembles: its `share` is larger by it;
    `telling`, whether all that makes the offer a candidate.
    """

    words: tuple[str, ...] = ()
    share: float = 0.0
    telling: bool = False
    like: str = ""


class OfferIndex:
    """Numbers of offers by what they say; `put` an offer when it is new or has changed, `drop` it when it has ended."""

    def __init__(self) -> None:
        self.types: defaultdict[str, set[str]] = defaultdict(set)
        self.subjects: defaultdict[str, set[str]] = defaultdict(set)
        self._stems: defaultdict[str, set[str]] = defaultdict(set)
        self._roots: defaultdict[str, set[str]] = defaultdict(set)
        self._places: dict[str, tuple[str, tuple[str, ...], frozenset[str]]] = {}
        self._own: dict[str, frozenset[str]] = {}  # without the words of the type

    def put(self, id: str, type: str, subjects: tuple[str, ...], said: str) -> None:
        """Add an offer by its number, type and subjects, and what it says; in place of what it was before."""
        self.drop(id)
        self._own[id] = frozenset(stemmer().analyze(prepare_text(said)))
        said += f" {Term.of(type)['fr']}" if type else ""
        stems = frozenset(stemmer().analyze(prepare_text(said)))
        self._places[id] = (type, subjects, stems)
        self.types[type].add(id)
        for held, keys in ((self.subjects, subjects), (self._stems, stems), (self._roots, _roots(stems))):
            for key in keys:
                held[key].add(id)

    def drop(self, id: str) -> None:
        """Take an offer out, if it is there."""
        if (place := self._places.pop(id, None)) is None:
            return
        type, subjects, stems = place
        del self._own[id]
        _take_out(self.types, (type,), id)
        for held, keys in ((self.subjects, subjects), (self._stems, stems), (self._roots, _roots(stems))):
            _take_out(held, keys, id)

    def shared(self, text: str) -> dict[str, Shared]:
        """Give what each offer shares with a text. A word weighs the more, the fewer offers hold it or one of its family."""
        words = telling_words(text)
        most = max(_FEW, _RARE * len(self._places))
        weights: defaultdict[str, float] = defaultdict(float)
        held: defaultdict[str, dict[str, None]] = defaultdict(dict)
        rare: set[str] = set()
        whole = 0.0
        for stem, word in words.items():
            holders, kin = self._stems.get(stem, set()), self._roots.get(stem[:_ROOT], set())
            if not (all_ := holders | kin if len(stem) >= _ROOT else holders):
                continue
            weight = log(1 + len(self._places) / len(all_))
            whole += weight
            if len(all_) <= most:
                rare |= all_
            for id in all_:
                weights[id] += weight if id in holders else _KIN * weight
                held[id][word] = None
        full = max([_LEAST * whole, *weights.values()], default=1.0)
        shares = {id: weight / full for id, weight in weights.items()}
        found = {id: Shared(tuple(held[id]), share, id in rare) for id, share in shares.items()}
        best = sorted((id for id in found if shares[id] >= _GOOD), key=lambda id: (-shares[id], id))[:_BEST]
        for id, (likeness, other) in self._likeness(best, shares, words).items():
            one, like = found.get(id, Shared()), other if likeness >= _SURE else ""
            share = min(1.0, one.share + _ALIKE * likeness)
            found[id] = replace(one, share=share, telling=one.telling or bool(like), like=like)
        return found

    def _likeness(
        self, best: Collection[str], shares: Mapping[str, float], asked: Collection[str]
    ) -> dict[str, tuple[float, str]]:
        """Tell how far offers, the `best` apart, say the rare words of those that were not asked for.

        With each, which of the best it resembles by more than its type, if any.
        """
        most = max(_FEW, _RARE * len(self._places))
        weights: defaultdict[str, float] = defaultdict(float)
        nearest: dict[str, tuple[float, str]] = {}
        for stem in sorted({stem for id in best for stem in self._places[id][2]} - {*asked}):
            holders = self._stems[stem]
            if not 1 < len(holders) <= most:
                continue
            share, like = max((shares[id], id) for id in best if id in holders)
            weight = share * log(1 + len(self._places) / len(holders))
            for id in holders:
                weights[id] += weight
                if stem in self._own[id] and stem in self._own[like]:
                    nearest[id] = max(nearest.get(id, (0.0, "")), (weight, like))
        full = max(weights.values(), default=1.0)
        alike = weights.keys() - best
        return {id: (weights[id] / full, nearest.get(id, (0.0, ""))[1]) for id in sorted(alike)}


def _roots(stems: Iterable[str]) -> set[str]:
    return {stem[:_ROOT] for stem in stems if len(stem) >= _ROOT}


def _take_out(held: defaultdict[str, set[str]], keys: Iterable[str], id: str) -> None:
    for key in keys:
        held[key].discard(id)
        if not held[key]:
            del held[key]
