"""Words of occupations: those of one family (« soudure », « soudage », « soudeur »), and occupations with their hiring plans."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from ..region.derived import hiring_plans
from ..region.gazetteer import Gazetteer
from ..region.names import UnknownName
from ..region.text import asked_words, fold, stems
from ..region.view import RegionView

#: Endings that make a trade, who does it and what comes of it of one root, folded and in the singular.
_ENDINGS = (
    "", "e", "ee", "er", "ier", "iere", "eur", "euse", "rice", "ure", "age", "erie", "ie", "iste", "ien", "ienne",
    "ique", "icien", "icienne", "icite", "ation", "isation", "ment",
)  # fmt: skip
_BARE = frozenset(("", "e"))
_SHORTEST, _SURE = 4, 5
_FEW = 2
"""Words of what occupations deal with: a name that has more (« technicien », « agent ») says nothing of it."""
_WORDS, _HIRED = "trades.json", "hired.arrow"


@dataclass(frozen=True)
class Occupation:
    """An occupation that employers plan to hire: `plans` known of a `year` in the region, and how many `pools` are suppressed."""

    path: str
    label: str
    year: int
    plans: int
    pools: int


def roots(word: str) -> set[str]:
    """Give the roots that a folded word may have: five letters or more, four where the ending is one of a trade.

    >>> sorted(roots("soudure")), sorted(roots("vente"))
    (['soud', 'soudur', 'soudure'], ['vente'])
    """
    bare = word[:-1] if word.endswith("s") and len(word) > _SURE else word
    cut = ((bare[: len(bare) - len(ending)], ending) for ending in _ENDINGS if bare.endswith(ending))
    return {root for root, ending in cut if len(root) >= (_SURE if ending in _BARE else _SHORTEST)}


def by_root(words: Iterable[str]) -> Mapping[str, set[str]]:
    """Gather words by their roots.

    >>> sorted(by_root(["soudage", "soudeur", "soude"])["soud"])
    ['soudage', 'soudeur']
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for word in words:
        for root in roots(word):
            found[root].add(word)
    return found


def subjects_by_root(rows: Iterable[tuple[str, str, str]]) -> dict[str, list[str]]:
    """Gather, by the root of what people are called in occupations, the words that only labels of several such have.

    `rows` are an occupation, one of its names and its label.

    >>> rows = [("b", "Couturier", "Réalisation de vêtements"), ("h", "Couturier en série", "Montage de vêtements")]
    >>> rows.append(("m", "Monteur", "Montage"))
    >>> subjects_by_root(rows)["coutur"]
    ['vêtements']
    """
    called: defaultdict[str, set[str]] = defaultdict(set)
    labelled: defaultdict[str, set[str]] = defaultdict(set)
    for occupation, name, label in rows:
        called[occupation] |= roots((fold(name).split() or [""])[0])
        for word in re.findall(r"\w+", label.lower()):
            if len(word) > _SHORTEST:
                labelled[word].add(occupation)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word, those in sorted(labelled.items()):
        if len(those) > 1:
            for root in set.intersection(*(called[one] for one in those)) - roots(fold(word)):
                found[root].append(word)
    return {root: words for root, words in found.items() if len(words) <= _FEW}


@dataclass(frozen=True)
class Trades:
    """The words of the names of occupations (`words`, folded), and the occupations `hired`, in the columns of `Occupation`.

    `about` has by root what the occupations deal with (`subjects_by_root`).
    """

    words: Sequence[str]
    hired: pl.DataFrame
    about: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, matter: RegionView) -> Trades:
        """Read those of a matter: all names of occupations, and the hiring plans of the region's labour pools."""
        occupations = matter.frame("occupations").select("occupation", "name", "label").drop_nulls()
        names = occupations["name"]
        return cls(
            sorted({word for name in names for word in fold(name).split() if len(word) > _SHORTEST}),
            _hired(matter),
            subjects_by_root(occupations.iter_rows()),
        )

    def write(self, folder: Path) -> None:
        """Keep them in a folder."""
        (folder / _WORDS).write_text(json.dumps([self.words, self.about]), encoding="utf-8")
        self.hired.write_ipc(folder / _HIRED)

    @classmethod
    def read(cls, folder: Path) -> Trades:
        """Read those of a folder; raises OSError or ValueError without them."""
        words, about = json.loads((folder / _WORDS).read_bytes())
        return cls(words, pl.read_ipc((folder / _HIRED).read_bytes()), about)

    @cached_property
    def _by_root(self) -> Mapping[str, set[str]]:
        return by_root(self.words)

    def kin(self, word: str) -> list[str]:
        """List the other words of the family of a folded word, in order.

        >>> Trades(["soudage", "soudeur", "vendeur"], pl.DataFrame()).kin("soudure")
        ['soudage', 'soudeur']
        """
        return sorted({other for root in roots(word) for other in self._by_root.get(root, ())} - {word})

    def subjects(self, word: str) -> list[str]:
        """List what the occupations deal with whose people are called by a word of the family of a folded one.

        >>> Trades([], pl.DataFrame(), {"coutur": ["vetements"]}).subjects("couture")
        ['vetements']
        """
        return sorted({one for root in roots(word) for one in self.about.get(root, ())})

    @cached_property
    def _marks(self) -> list[set[str]]:
        return [
            {mark for word in fold(label).split() for mark in _marks(word)} for label in self.hired["label"]
        ]

    def named(self, text: str) -> list[Occupation]:
        """List the occupations hired whose name holds each word of a text, or one of its family: the most hired first."""
        wanted = [_marks(word) for word in asked_words(text)]
        rows = zip(self.hired.iter_rows(), self._marks, strict=True) if wanted else ()
        return [Occupation(*row) for row, held in rows if all(one & held for one in wanted)]


def _marks(word: str) -> set[str]:
    """Give what words of one family, or of one stem, have in common."""
    return {*roots(fold(word)), *stems(word)}


def _hired(matter: RegionView) -> pl.DataFrame:
    try:
        pools = [area.id for area in Gazetteer.of(matter).territories("bassin", matter.within)]
    except UnknownName:
        pools = []  # nothing is known of the region
    rows = matter.once(hiring_plans).filter(
        pl.col("pool").is_in(pools), pl.col("indicator").str.ends_with("/hiring-plans")
    )
    names = matter.frame("words").select(path="concept", label="label").unique("path", keep="first")
    latest = rows.filter(pl.col("year") == pl.col("year").max()).group_by(path="occupation", year="year")
    known = latest.agg(
        plans=pl.col("least").sum().cast(pl.Int64), pools=pl.col("value").is_null().sum().cast(pl.Int64)
    )
    return (
        known.join(names, on="path")
        .select("path", "label", "year", "plans", "pools")
        .sort(["plans", "path"], descending=[True, False])
    )
