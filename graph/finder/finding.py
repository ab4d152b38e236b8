"""Questions to the finder: words and facets; what is found in a stable order, with the counts of every facet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import tantivy
from rapidfuzz.distance import Levenshtein

from ...words import SOURCE, Named
from ..region.text import ACRONYM, asked_words, fold, stems
from ..region.view import REGION
from .index import register_tokenizers, schema
from .occupations import Trades

FACETS = ("kind", "places", "fields", "chains", "families", "evidence")
"""Columns of the documents that can be chosen from, several values of one facet being joined by "or"."""
#: What a word counts for where it is found.
_BOOSTS = {"label": 4.0, "text": 1.5, "work": 0.7}
_BEGINNING = 3.0
_NEAR = 0.62

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
"""Rows of the documents."""


@dataclass(frozen=True)
class SearchRequest:
    """A question: `text`, the values chosen of each facet, and whether illustrative things count."""

    text: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    illustrative: bool = False


@dataclass(frozen=True)
class SearchResult:
    """What a question found: `rows` of the documents, best first, and the counts of each facet by value.

    The counts of a facet leave its own choice out, so that they tell what another choice would give. `substitutes` has the
    words of a trade that were looked for in place of one that nothing holds.
    """

    rows: Rows
    counts: Mapping[str, dict[str, int]]
    substitutes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class _Facet:
    """Values of a facet, and for each pair of document and value their positions."""

    values: list[str]
    rows: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int64]
    known: Mapping[str, int]

    def mask(self, chosen: Sequence[str], size: int) -> Mask:
        """Tell which of the documents have one of the values; a value that nothing has chooses nothing."""
        codes = [self.known[value] for value in chosen if value in self.known]
        made = np.zeros(size, dtype=bool)
        made[self.rows[np.isin(self.codes, codes)]] = True
        return made

    def count(self, mask: Mask) -> dict[str, int]:
        """Count the documents of a mask by value."""
        counts = np.bincount(self.codes[mask[self.rows]], minlength=len(self.values))
        return {self.values[int(code)]: int(counts[code]) for code in np.flatnonzero(counts)}


class Finder:
    """The index of one snapshot, opened from the folder that `build` made; raises OSError or ValueError without it."""

    def __init__(self, folder: Path) -> None:
        self.documents = pl.read_ipc((folder / "documents.arrow").read_bytes())
        self.names: Mapping[str, Sequence[str]] = json.loads((folder / "names.json").read_bytes())
        self.trades = Trades.read(folder)
        self._schema = schema()
        self._searcher = register_tokenizers(tantivy.Index.open(str(folder / "index"))).searcher()
        self._facets = {name: self._facet(name) for name in FACETS}
        size = self.documents.height
        shown = self.documents.select(
            pl.col("weight"), pl.col("label").str.to_lowercase(), pl.col("path")
        ).with_row_index("row")
        order = shown.sort("weight", "label", "path")["row"].to_numpy()
        self._place = np.empty(size, dtype=np.int64)
        self._place[order] = np.arange(size)
        self._weight = self.documents["weight"].to_numpy().astype(np.int64)
        self._chain = (self.documents["kind"] == "filieres").to_numpy()
        territory = self.documents["kind"] == "territoires"
        self._territory = territory.to_numpy()
        self._commune = (territory & (self.documents["detail"] == "commune").fill_null(False)).to_numpy()
        self._ties = self.documents["ties"].to_numpy().astype(np.int64)
        self.here = self._facets["places"].mask([f"territory/{REGION}"], size)
        self._real = (self.documents["evidence"] != "illustrative").to_numpy()

    def _facet(self, name: str) -> _Facet:
        frame = self.documents.select(value=name).with_row_index("row")
        if frame.schema["value"] == pl.List(pl.String):
            frame = frame.explode("value")
        frame = frame.drop_nulls()
        values = frame["value"].unique().sort().to_list()
        known = pl.DataFrame(
            {"value": values, "code": range(len(values))}, {"value": pl.String, "code": pl.Int64}
        )
        coded = frame.join(known, on="value")
        return _Facet(
            values,
            coded["row"].to_numpy().astype(np.int64),
            coded["code"].to_numpy(),
            {value: code for code, value in enumerate(values)},
        )

    @cached_property
    def _exact(self) -> Mapping[str, npt.NDArray[np.int64]]:
        """Rows by each of their whole names."""
        frame = self.documents.select("names").with_row_index("row").explode("names").drop_nulls()
        grouped = frame.group_by("names").agg(pl.col("row").cast(pl.Int64))
        return {name: np.array(rows) for name, rows in grouped.iter_rows()}

    def find(self, asked: SearchRequest) -> SearchResult:
        """Find what holds all the words and one of the values chosen of each facet, the best first."""
        size = self.documents.height
        words = asked_words(asked.text)
        substitutes = {word: kin for word in words if (kin := self._kin_of_unheld(word))}
        rows, scores = self._matching(words, substitutes)
        if asked.text.strip() and not words:
            rows, scores = (
                rows[:0],
                scores[:0],
            )  # signs, or an alphabet that no name is written in: nothing to look for
        mask = np.zeros(size, dtype=bool)
        mask[rows] = True
        if not asked.illustrative:
            mask &= self._real
        chosen = {
            name: self._facets[name].mask(values, size)
            for name in FACETS
            if (values := asked.chosen.get(name))
        }
        counts = {}
        for name, facet in self._facets.items():
            others = [one for other, one in chosen.items() if other != name]
            counts[name] = facet.count(np.logical_and.reduce([mask, *others]) if others else mask)
        kept = np.logical_and.reduce([mask, *chosen.values()])[rows]
        return SearchResult(
            rows[kept][self._ordered(asked.text, words, rows[kept], scores[kept])], counts, substitutes
        )

    def _kin_of_unheld(self, word: str) -> list[str]:
        """List the words of a trade's family that something holds, for a word that nothing does."""
        kin = self.trades.kin(fold(word))
        if not kin or self._holds(word):
            return []
        return [other for other in kin if self._holds(other)]

    def _holds(self, word: str) -> bool:
        return bool(self._searcher.search(self._word(word, begun=False), 1, count=False).hits)

    def _matching(
        self, words: Sequence[str], substitutes: Mapping[str, Sequence[str]]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Give the rows that hold all the words, and how well."""
        if not words:
            every = np.arange(self.documents.height, dtype=np.int64)
            return every, np.zeros(len(every))
        return self._hits([self._any([word, *substitutes.get(word, ())]) for word in words])

    def _any(self, words: Sequence[str]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, self._word(word)) for word in words])

    def _named(self, words: Sequence[str], *, begun: bool) -> Mask:
        """Tell which documents hold all the words, or with `begun` what they begin, in one of their names."""
        mask = np.zeros(self.documents.height, dtype=bool)
        mask[self._hits([self._word(word, ("label",), begun=begun) for word in words])[0]] = True
        return mask

    def _hits(
        self, queries: Sequence[tantivy.Query]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        musts = [(tantivy.Occur.Must, one) for one in queries]
        hits = self._searcher.search(
            tantivy.Query.boolean_query(musts), max(self._searcher.num_docs, 1), count=False
        ).hits
        rows = np.array(self._searcher.fast_field_values("row", [at for _, at in hits]), dtype=np.int64)
        return rows, np.array([score for score, _ in hits], dtype=np.float64)

    def _word(
        self, word: str, fields: Sequence[str] = tuple(_BOOSTS), *, begun: bool = True
    ) -> tantivy.Query:
        """Ask for one word: its stems in what is written, a word of a name, or (`begun`) what begins one."""
        plain = fold(word)
        ways = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, name, stem), boost),
            )
            for stem in stems(word)
            for name in fields
            for boost in (_BOOSTS[name],)
        ]
        for part in plain.split():
            beginning = tantivy.Query.regex_query(self._schema, "name", f"{part}.*")
            whole = tantivy.Query.term_query(self._schema, "name", part, index_option="basic")
            ways.append((tantivy.Occur.Should, tantivy.Query.boost_query(whole, _BEGINNING)))
            if begun:
                ways.append((tantivy.Occur.Should, beginning))
        return tantivy.Query.boolean_query(ways)

    def _ordered(
        self,
        text: str,
        words: Sequence[str],
        rows: npt.NDArray[np.int64],
        scores: npt.NDArray[np.float64],
    ) -> npt.NDArray[np.int64]:
        """Order rows by where the words are and where the thing is; then the most ties (names) or the best score.

        Filières by name; whole names and codes (the region first, then as territories of one name are understood);
        names that hold the words, in the region (communes after the others) then elsewhere; names that they begin;
        what tells of them. A commune elsewhere comes after the names that hold the words in the region where it is
        called so, else last.
        """
        here, commune = self.here[rows], self._commune[rows]
        exact = np.zeros(len(rows), dtype=bool)
        whole, begun = exact, exact
        if words:
            if (same := self._exact.get(fold(text))) is not None:
                exact = np.isin(rows, same)
            whole = exact | self._named(words, begun=False)[rows]
            begun = whole | self._named(words, begun=True)[rows]
        far = commune & ~here
        tiers = [
            self._chain[rows] & begun,
            exact & ~far,
            whole & here & ~commune,
            whole & here,
            exact,
            whole & ~far,
            begun & here,
            begun & ~far,
            here,
            ~far,
        ]
        tier = np.select(tiers, list(range(len(tiers))), default=len(tiers))
        named, sure = begun & ~exact, exact & ~far
        keys = (
            self._place[rows],
            -self._ties[rows],
            self._weight[rows],
            -np.round(scores, 2) * ~sure,
            self._weight[rows] * named,
            -self._ties[rows] * named,
            self._weight[rows] * sure,
            self._territory[rows] & ~here & sure,
            tier,
        )
        return np.lexsort(keys)

    def knows(self, facet: str, value: str) -> bool:
        """Tell whether a document has a value of a facet."""
        return value in self._facets[facet].known

    def territories(self, name: str) -> list[str]:
        """Give the territories of the region that have a folded name, with those that hold them: the narrowest first.

        Several of one name are told by the first in the order of results; none for a name of no territory there.
        """
        rows = [row for row in self._exact.get(name, ()) if self._territory[row] and self.here[row]]
        if not rows:
            return []
        first = min(rows, key=lambda row: (not self._commune[row], self._place[row]))
        found = self.documents[int(first)].to_dicts()[0]
        return [found["path"], *(one for one in found["places"] if one != found["path"])]

    def near(self, text: str, count: int = 6) -> list[str]:
        """List words of names that look like the words of a question that alone find nothing, best first.

        Of those that look as much like it, the one of fewer slips comes first, then the one that more names hold. A word of
        three letters is an acronym: everything looks like it.
        """
        found: dict[str, tuple[float, int]] = {}
        held: Counter[str] = Counter()
        for word in asked_words(text):
            plain = fold(word)
            if len(plain) <= ACRONYM or len(self.find(SearchRequest(word))):
                continue
            far = 2 if len(plain) > 5 else 1
            query = tantivy.Query.fuzzy_term_query(self._schema, "name", plain, distance=far, prefix=False)
            hits = self._searcher.search(query, 200, count=False).hits
            for row in self._searcher.fast_field_values("row", [at for _, at in hits]):
                for other in {
                    part for name in self.documents["names"][int(row or 0)] for part in name.split()
                }:
                    held[other] += 1
                    if other != plain and other not in found:
                        like = SequenceMatcher(None, plain, other).ratio()
                        found[other] = -like, Levenshtein.distance(plain, other)
        best = sorted(
            (word for word, (unlike, _) in found.items() if -unlike > _NEAR),
            key=lambda one: (*found[one], -held[one], one),
        )
        return best[:count]

    def rows(self, rows: Sequence[int] | Rows) -> list[dict[str, Any]]:
        """Give documents as dictionaries, in the order asked."""
        return self.documents[[int(row) for row in rows]].to_dicts()

    def name(self, path: str, language: str = SOURCE) -> str:
        """Name a value of a facet in a language; the end of its path where it has no name."""
        words = self.names.get(path) or (path.rsplit("/", 1)[-1],)
        return Named(words[0], words[-1])[language]
