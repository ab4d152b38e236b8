"""What is between two parties: interactions that they share, what each has alone, who works with both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ....graph.region.text import fold
from ....graph.suggestions.directory import nameless
from ....words import N_, Spoken, gettext, join_words
from ...pages.actor.matter import Context
from ...pages.territory.lists import source_name
from .party import Party


@dataclass(frozen=True)
class Shared:
    """An interaction in which somebody of each side takes part: who, by side, and what its source tells."""

    path: str
    year: int | None
    source: str
    sides: tuple[frozenset[str], frozenset[str]]


Key = tuple[str, ...]
"""The path of a concept; of a filière, followed by that of a function."""


@dataclass(frozen=True)
class Difference:
    """What the sides have of a kind, each thing with its count: the first alone, the second alone, both (a count for each).

    `panels` are those of the ERC of each side, of research: all that is known of who has no field of the ministry.
    """

    words: Spoken
    first: Counter[Key]
    second: Counter[Key]
    both: list[tuple[Key, int, int]]
    known: tuple[bool, bool]
    panels: tuple[Counter[Key], Counter[Key]] = (Counter(), Counter())


@dataclass(frozen=True)
class Pair:
    """Two parties, and what is known of both."""

    first: Party
    second: Party

    @property
    def context(self) -> Context:
        """What both are read from."""
        return self.first.context

    @property
    def sides(self) -> tuple[Party, Party]:
        """Both parties, in their order."""
        return self.first, self.second

    @cached_property
    def shared(self) -> list[Shared]:
        """The interactions of both, the latest first: two different organisations take part, one of each side."""
        found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        for event in self.first.actors.keys() & self.second.actors.keys():
            sides = _apart(self, event)
            if all(sides):
                found[event] = sides
        rows = self.context.known.by("interactions", "interaction").of_all(sorted(found))
        listed = [
            Shared(event, year, source_name(source), found[event])
            for event, year, source in rows.select("interaction", "year", "source")
        ]
        return sorted(listed, key=lambda one: (one.year is None, -(one.year or 0), one.path))

    @cached_property
    def undated(self) -> list[tuple[str, str, int, str]]:
        """Ties that a source counts without date nor place: who of each side alone, how many projects, and the source."""
        first, second = self.sides
        mine, theirs = (
            one.local - other.local - other.family if one.territory else one.local
            for one, other in ((first, second), (second, first))
        )
        found: dict[tuple[str, str], tuple[int, str]] = {}
        for near, far in (("first", "second"), ("second", "first")):
            rows = self.context.known.by("ties", near).of_all(sorted(mine))
            for one, other, count, source in rows.select(near, far, "shared", "source"):
                if other in theirs and count:
                    found[one, other] = (count, source_name(source))
        listed = [(one, other, count, source) for (one, other), (count, source) in found.items()]
        return sorted(listed, key=lambda row: (-row[2], row[:2]))

    @cached_property
    def nested(self) -> tuple[Party, Party] | None:
        """The one that is a territory of the other, and the other: what binds them is with who acts from the rest."""
        if None in (self.first.territory, self.second.territory):
            return None
        inner, outer = sorted(self.sides, key=lambda party: len(party.towns))
        return (inner, outer) if set(inner.towns) <= set(outer.towns) else None

    @cached_property
    def within(self) -> bool:
        """Whether one side is of the other: a territory in it, or an organisation that acts from there."""
        both = ((one, other) for one, other in (self.sides, self.sides[::-1]) if one.territory)
        return self.nested is not None or any(other.path in one.local for one, other in both)

    @cached_property
    def kinship(self) -> Spoken | None:
        """What an organisation is to the other: its unit, its component or its member; None of others."""
        if self.first.territory or self.second.territory:
            return None
        for one, other in (self.sides, self.sides[::-1]):
            for frame, mine, theirs in (("supervisions", "unit", "institution"), ("kin", "part", "whole")):
                rows = self.context.known.by(frame, mine).of(one.path).select(theirs, "relation")
                for whole, relation in rows:
                    if whole == other.path:
                        return _related(relation, one, other)
        return None

    @cached_property
    def differences(self) -> list[Difference]:
        """What each side has that the other lacks: fields, occupations, filières; a kind that neither has is left out."""
        kinds: tuple[tuple[Spoken, Callable[[Party], Counter[Key]]], ...] = (
            (N_("Recherche (unités par domaine)"), lambda party: _keyed(party.fields)),
            (N_("Formation (formations par famille de métiers)"), lambda party: _keyed(party.families)),
            (N_("Filières (membres par fonction)"), lambda party: Counter[Key](party.chains)),
        )
        fields, *others = (
            _difference(words, counts(self.first), counts(self.second)) for words, counts in kinds
        )
        fields = replace(fields, panels=(_keyed(self.first.panels), _keyed(self.second.panels)))
        return [one for one in (fields, *others) if any(one.known)]

    @cached_property
    def chains_apart(self) -> list[str]:
        """The filières in which both have members, at no function that both have."""
        mine, theirs = self.first.chains.keys(), self.second.chains.keys()
        met = {chain for chain, _ in mine & theirs}
        return sorted(({chain for chain, _ in mine} & {chain for chain, _ in theirs}) - met)

    @cached_property
    def brokers(self) -> list[tuple[str, int, int]]:
        """Organisations with a name that share interactions with each side and are of neither: path, and how many with each.

        There is none of a territory in the other: they are partners of the same interactions, counted twice.
        """
        if self.nested:
            return []
        outside = self.first.partners.keys() & self.second.partners.keys()
        sides = _everyone(self.first) | _everyone(self.second)
        listed = [
            (one, self.first.partners[one], self.second.partners[one])
            for one in outside
            if one not in sides and self.first.has_name(one)
        ]
        return sorted(listed, key=lambda row: (-min(row[1:]), -max(row[1:]), row[0]))


def _apart(pair: Pair, event: str) -> tuple[frozenset[str], frozenset[str]]:
    """Give who takes part for each side, two different organisations, or nobody; the family of one is not of a territory."""
    first, second = (
        one.actors[event] - other.family if one.territory else one.actors[event]
        for one, other in (pair.sides, pair.sides[::-1])
    )
    if len(first | second) < 2 or (pair.nested and first == second):
        return frozenset(), frozenset()
    return first - second or first, second - first or second


def _related(relation: str, one: Party, other: Party) -> Spoken:
    return {
        "supervised": N_("{one} est une unité dont {other} est tutelle.", one=one.opening, other=other.the),
        "participating": N_(
            "{one} est une unité à laquelle {other} participe.", one=one.opening, other=other.the
        ),
        "part": N_("{one} est une composante {of}.", one=one.opening, of=other.of),
        "member": N_("{one} est membre {of}.", one=one.opening, of=other.of),
    }[relation]


def _everyone(party: Party) -> set[str]:
    return {party.path}.union(*party.actors.values()) if party.territory else {party.path}


def _keyed(counts: Counter[str]) -> Counter[Key]:
    return Counter({(one,): n for one, n in counts.items()})


def _difference(words: Spoken, first: Counter[Key], second: Counter[Key]) -> Difference:
    both = first.keys() & second.keys()
    return Difference(
        words,
        Counter({one: n for one, n in first.items() if one not in both}),
        Counter({one: n for one, n in second.items() if one not in both}),
        sorted(((one, first[one], second[one]) for one in both), key=lambda row: (-min(row[1:]), row[0])),
        (bool(first), bool(second)),
    )


def listed(counts: Counter[Key], most: int) -> list[tuple[Key, int]]:
    """Give the largest counts, those that are equal in the order of their paths: the same in all languages.

    >>> listed(Counter({("b",): 2, ("a",): 2, ("c",): 5}), 2)
    [(('c',), 5), (('a',), 2)]
    """
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]


def worded(context: Context, keys: Iterable[Key]) -> list[str]:
    """Name concepts; a filière once, with all its functions."""
    functions: dict[str, list[str]] = {}
    for first, *rest in keys:
        functions.setdefault(first, []).extend(context.word(one) for one in rest)
    return [
        gettext(
            "{chain}, {function}",
            context.language,
            chain=context.word(one),
            function=join_words(does, context.language),
        )
        if does
        else context.word(one)
        for one, does in functions.items()
    ]


def named(context: Context, actors: Sequence[str] | frozenset[str], most: int = 2) -> str:
    """Name some organisations, those that have a name first; how many others there are."""
    names = sorted({context.name(one) for one in actors}, key=lambda name: (nameless(name), fold(name)))
    told = ", ".join(names[:most])
    if (others := len(names) - most) > 0:
        return gettext("{names} et {n} de plus", context.language, names=told, n=others)
    return told
