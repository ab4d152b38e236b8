"""Whom synergies are asked of: a territory of any level, or a filière; and the names of what they speak of."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from ...ontology.vocabulary import ID
from ...words import N_, Named, first_upper
from ..findings.model import Thing, Words
from ..region.gazetteer import Gazetteer, Territory
from ..region.names import UnknownName
from ..region.text import fold
from ..region.view import RegionView

_CHAIN = "value-chain/"


@dataclass(frozen=True)
class Subject:
    """A territory or a filière: one of `territory` and `chain` (its path) is there."""

    thing: Thing
    territory: Territory | None = None
    chain: str | None = None

    @property
    def begins(self) -> Words:
        """What a sentence on it begins with."""
        if self.territory:
            return Named(self.thing.label)
        return N_("Filière {chain}", chain=Named(self.thing.label, first_upper(self.thing.named("en"))))


def find_subject(matter: RegionView, name: str) -> Subject:
    """Find a territory, or a filière as `find_chain` does; raises UnknownName with the nearest filières, then territories."""
    try:
        chain = find_chain(matter, name)
        return Subject(Names.of(matter).thing(chain, "chain"), chain=chain)
    except UnknownName as unknown:
        near = unknown.nearest
    try:
        territory = Gazetteer.of(matter).territory(name)
    except UnknownName as unknown:
        raise UnknownName("territory or filière", name, [*near, *unknown.nearest]) from None
    return Subject(Thing(territory.id, territory.label, "territory"), territory)


def find_chain(matter: RegionView, name: str) -> str:
    """Find the path of a filière by its short name, path, IRI, or name in any language.

    Raises UnknownName with the nearest filières.
    """
    names = Names.of(matter)
    words: dict[str, str] = {
        fold(word): path
        for path in matter.frame("chains")["chain"].unique().sort()
        for word in (path.removeprefix(_CHAIN), *names.named(path).values())
    }
    asked = fold(name.strip().removeprefix(ID).removeprefix(_CHAIN))
    if asked in words:
        return words[asked]
    near = get_close_matches(asked, words, n=3, cutoff=0.5)
    found = [*near, *(word for word in words if len(asked) >= 3 and asked in word)]
    paths = dict.fromkeys(words[word] for word in found)
    raise UnknownName("chain", name, [(names.french(path), ID + path) for path in paths])


class Names:
    """French and English names of actors, interactions, concepts and territories; a path stands for what has none."""

    def __init__(self, matter: RegionView) -> None:
        concepts = matter.frame("concepts")
        self._french = {
            path: label for path, label in concepts.select("concept", "label").iter_rows() if label
        }
        self._english = {
            path: label for path, label in concepts.select("concept", "english").iter_rows() if label
        }
        self._french.update(matter.frame("chains").select("chain", "chainLabel").drop_nulls().iter_rows())
        for frame, key in (("territories", "territory"), ("actors", "actor"), ("titles", "interaction")):
            self._french.update(matter.frame(frame).select(key, "label").drop_nulls().iter_rows())

    @classmethod
    def of(cls, matter: RegionView) -> Names:
        """Give the names of a matter, read once."""
        return matter.once(cls)

    def french(self, path: str) -> str:
        """Give the French name of a thing."""
        return self._french.get(path) or path.rsplit("/", 1)[-1].replace("-", " ")

    def english(self, path: str) -> str:
        """Give the English name of a thing, the French one where it has none."""
        return self._english.get(path) or self.french(path)

    def named(self, path: str) -> Named:
        """Give the name of a thing in every language."""
        return Named(self.french(path), self._english.get(path))

    def thing(self, path: str, kind: str) -> Thing:
        """Give a thing with its French name."""
        return Thing(path, self.french(path), kind, self._english.get(path, ""))
