"""Names of things: found by words (without accents or case), and the nearest ones when a name is wrong."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from ...graph.region.levels import BY_NAME, REGION, TERRITORY_KINDS
from ...graph.region.text import ACRONYM, fold
from ...words import EMPTY
from ..web.links import BASE, local_name
from ..web.negotiation import Language
from ..web.snapshot_cache import SnapshotCache
from .solutions import Reading, best_labels

KINDS: dict[str, str] = {
    "territoires": "Territoires",
    "acteurs": "Acteurs",
    "formations": "Formations",
    "filieres": "Filières",
}
_QUESTIONS = {
    "territoires": "names/territories",
    "acteurs": "names/actors",
    "formations": "names/programmes",
    "filieres": "names/chains",
}
_WEIGHTS = {level: rank for rank, level in enumerate(BY_NAME)}


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that can be found: its IRI, the name shown, the kind of thing, and one more word on it."""

    iri: str
    label: str
    kind: str
    detail: str
    folded: tuple[str, ...]
    weight: int
    detail_english: str = ""

    def told(self, language: Language) -> str:
        """Give the one more word in a language."""
        return (language == "en" and self.detail_english) or self.detail


@dataclass
class Index:
    """All names of one snapshot, kept in memory; `around` are the territories of the region whose indicators are computed."""

    things: list[Named] = field(default_factory=list)
    around: set[str] = field(default_factory=set)
    _words: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _iris: dict[str, int] = field(default_factory=dict)

    def add(self, thing: Named) -> None:
        """Add a thing and file it under the words of its names and its code."""
        position = len(self.things)
        self.things.append(thing)
        self._iris[thing.iri] = position
        for word in {word for text in thing.folded for word in text.split()}:
            self._words[word].append(position)

    def __contains__(self, iri: str) -> bool:
        return iri in self._iris

    def find(self, text: str, kind: str | None = None) -> list[Named]:
        """List the things whose names hold all the words (or words that begin so), best first."""
        words = fold(text).split()
        if not words:
            return []
        found: set[int] | None = None
        for word in words:
            holding = {p for known, places in self._words.items() if known.startswith(word) for p in places}
            found = holding if found is None else found & holding
            if not found:
                return []
        wanted = " ".join(words)
        things = [self.things[p] for p in found or ()]
        if kind is not None:
            things = [thing for thing in things if thing.kind == kind]
        return sorted(
            things,
            key=lambda thing: (
                *(_rank(thing, wanted), thing.iri not in self.around, thing.weight),
                *(len(thing.label), thing.label, thing.iri),
            ),
        )

    def called(self, text: str, kind: str) -> list[Named]:
        """List the things that a name means: those that have this very name, in the region where any is, of the first level.

        One is meant where one is left, as at `/api/v1` (`graph/region/gazetteer.py`); several are homonyms.
        """
        wanted = fold(text)
        found = [thing for thing in self.find(text, kind) if wanted in thing.folded]
        near = [thing for thing in found if thing.iri in self.around] or found
        return [thing for thing in near if thing.weight == min(one.weight for one in near)]

    def named(self, iri: str) -> Named | None:
        """Give the thing of an IRI."""
        position = self._iris.get(iri)
        return None if position is None else self.things[position]

    def precise(self, thing: Named, language: Language) -> str:
        """Say what tells a thing from its homonyms: of a commune, its département too."""
        told = thing.told(language)
        if territory_kind(thing.iri) != "commune":
            return told
        code = local_name(thing.iri)
        department = self.named(f"{BASE}territory/department/{code[: 3 if code.startswith('97') else 2]}")
        return f"{told}, {department.label}" if department else told

    def nearest(self, text: str, kind: str | None = None, count: int = 5) -> list[Named]:
        """List the things whose names look most like the text, typing errors allowed."""
        wanted = fold(text)
        if len(wanted) <= ACRONYM:
            return []
        pairs = {wanted[i : i + 2] for i in range(len(wanted) - 1)}
        scored: list[tuple[float, int, str, Named]] = []
        for thing in self.things:
            if kind is not None and thing.kind != kind:
                continue
            for name in thing.folded:
                if abs(len(name) - len(wanted)) > max(3, len(wanted) // 2):
                    continue
                shared = sum(1 for pair in pairs if pair in name)
                if shared * 2 >= len(pairs):
                    ratio = SequenceMatcher(None, wanted, name).ratio()
                    if ratio > 0.6:
                        scored.append((-ratio, thing.weight, thing.label, thing))
                        break
        scored.sort(key=lambda item: item[:3])
        return [thing for *_, thing in scored[:count]]


def _rank(thing: Named, wanted: str) -> int:
    """Rank an exact name first, then whole words, then a beginning, then anything."""
    if wanted in thing.folded:
        return 0
    if any(f" {wanted} " in f" {name} " for name in thing.folded):
        return 1
    return 2 if any(name.startswith(wanted) for name in thing.folded) else 3


def territory_kind(iri: str) -> str:
    """Give the kind of a territory written in its IRI (commune, epci…), or an empty text.

    >>> territory_kind(BASE + "territory/epci/200040715")
    'epci'
    """
    kind = iri.removeprefix(BASE + "territory/").partition("/")[0]
    return kind if kind in TERRITORY_KINDS else ""


def build_index(reading: Reading) -> Index:
    """Read every name of the snapshot; errors of the pool pass through."""
    index = Index()
    around = reading.block("names/around", within=f"{BASE}territory/{REGION}")
    if around.failure:
        raise RuntimeError(around.failure)
    index.around.update(row["thing"] for row in around.rows)
    for kind, name in _QUESTIONS.items():
        block = reading.block(name)
        if block.failure:
            raise RuntimeError(block.failure)
        texts: dict[str, list[str]] = defaultdict(list)
        extra: dict[str, str] = {}
        for row in block.rows:
            texts[row["thing"]].append(row["label"])
            if "kind" in row:
                extra[row["thing"]] = row["kind"]
        french, english = replace(reading, language="fr"), replace(reading, language="en")
        french.learn_labels(extra.values())
        labels = _display_labels(block.rows)
        for iri, names in texts.items():
            detail, detail_english, weight = "", "", 9
            if kind == "territoires":
                level = territory_kind(iri)
                one = TERRITORY_KINDS[level][0] if level else EMPTY
                detail, detail_english = one["fr"], one["en"]
                weight = _WEIGHTS.get(level, 9)
            elif iri in extra:
                detail, detail_english = french.label(extra[iri]), english.label(extra[iri])
            folded = tuple(dict.fromkeys(fold(text) for text in [*names, local_name(iri)]))
            index.add(Named(iri, labels[iri], kind, detail, folded, weight, detail_english))
    return index


def _display_labels(rows: Iterable[dict[str, str]]) -> dict[str, str]:
    marked = [row for row in rows if row.get("language")]
    return {**best_labels(rows), **best_labels(marked)}


class Names:
    """The index of the current snapshot, made once at its first use and kept until another is published."""

    def __init__(self) -> None:
        self._index = SnapshotCache[Index]()

    def of(self, reading: Reading) -> Index:
        """Give the index of the snapshot being read."""
        return self._index.of(reading.snapshot, lambda: build_index(reading.apart()))
