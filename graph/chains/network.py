"""The network of a filière: its members and the organisations tied to them, with where, when and by what evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

KINDS = ("programme", "unit", "project", "company", "institution", "other")
"""What an actor is: training programme, research unit, project, company, institution, another organisation."""
HOLDING = ("offers", "supervises")
"""Kinds of ties whose second end holds the first: who offers a programme, who supervises a unit."""


_CHAIN = "value-chain/"


@dataclass
class Actor:
    """One node: its path, names, kind, what it does for the filière (none: it is tied to a member), where and when.

    `places` are the paths of the communes where it stands, `territories` those of their département, EPCI and employment
    zone (of the département alone off the ground); `years` those known. `evidence` is that of the membership, or of the
    ties of who is no member.
    """

    path: str
    label: str
    kind: str
    functions: set[str] = field(default_factory=set)
    stages: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    evidence: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    territories: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)

    @property
    def member(self) -> bool:
        """Whether it takes part in the filière itself."""
        return bool(self.functions)

    @property
    def towns(self) -> set[str]:
        """The communes where it stands; the départements that alone place it, where no commune is known."""
        return {place for place in self.places if "/commune/" in place} or self.places


@dataclass(frozen=True)
class Tie:
    """One edge: its ends (the second is the institution or the one that takes part), kind, year, evidence, how many, source."""

    first: str
    second: str
    kind: str
    year: int | None = None
    evidence: str = "documented"
    count: int = 1
    source: str = ""


class ChainNetwork:
    """The network of one filière: `actors` by path, `ties`.

    >>> network = ChainNetwork("value-chain/x", {"a": Actor("a", "A", "unit", {"f"}), "b": Actor("b", "B", "other")},
    ...                        [Tie("a", "b", "supervises")])
    >>> network.degrees["b"], [actor.path for actor in network.members], sorted(network.near("a"))
    (1, ['a'], ['a', 'b'])
    """

    def __init__(self, chain: str, actors: dict[str, Actor], ties: Iterable[Tie]) -> None:
        self.chain, self.actors = chain, actors
        self.ties = [tie for tie in ties if tie.first in actors and tie.second in actors]
        self._around: dict[str, set[str]] = defaultdict(set)
        self._of: dict[str, list[Tie]] = defaultdict(list)
        for tie in self.ties:
            self._of[tie.first].append(tie)
            self._of[tie.second].append(tie)
            self._around[tie.first].add(tie.second)
            self._around[tie.second].add(tie.first)

    @property
    def members(self) -> list[Actor]:
        """Those that take part in the filière, in their order."""
        return [actor for actor in self.actors.values() if actor.member]

    @property
    def degrees(self) -> dict[str, int]:
        """Number of actors that each is tied to."""
        return {path: len(self._around[path]) for path in self.actors}

    def holders(self, path: str) -> list[str]:
        """Name who holds an actor."""
        ties = [tie for tie in self.of(path) if tie.first == path and tie.kind in HOLDING]
        return sorted({self.actors[tie.second].label for tie in ties})

    def near(self, path: str) -> set[str]:
        """Give an actor and those tied to it."""
        return {path, *self._around[path]} if path in self.actors else set()

    def of(self, path: str) -> list[Tie]:
        """Give the ties of an actor."""
        return self._of.get(path, [])

    def between(self, first: str, second: str) -> list[Tie]:
        """Give the ties of two actors, the latest first."""
        found = [tie for tie in self.of(first) if second in (tie.first, tie.second)]
        return sorted(found, key=lambda tie: (-(tie.year or 0), tie.kind))

    def kept(self, paths: Collection[str]) -> ChainNetwork:
        """Give the part of the network that some actors make."""
        wanted = set(paths)
        return ChainNetwork(
            self.chain, {path: actor for path, actor in self.actors.items() if path in wanted}, self.ties
        )

    def selected(self, keep: Callable[[Actor], bool], alone: bool = False) -> ChainNetwork:
        """Give the members that a test keeps, and the organisations tied to one of them (none with `alone`)."""
        chosen = {actor.path for actor in self.members if keep(actor)}
        beside = {other for path in chosen for other in self._around[path] if not self.actors[other].member}
        return self.kept(chosen if alone else chosen | beside)

    def shortest(self, start: str, end: str) -> list[str] | None:
        """Give the actors on a shortest way from one to another, both ends in; None where none leads there.

        Of ways of one length, the one through the best tied is taken, then the first in the order of paths.

        >>> actors = {name: Actor(name, name, "other") for name in "abc"}
        >>> network = ChainNetwork("value-chain/x", actors, [Tie("a", "b", "works-with"), Tie("b", "c", "works-with")])
        >>> network.shortest("a", "c"), network.shortest("a", "z")
        (['a', 'b', 'c'], None)
        """
        if start not in self.actors or end not in self.actors:
            return None
        before: dict[str, str] = {start: ""}
        row = [start]
        while row and end not in before:
            following: list[str] = []
            for path in sorted(row, key=lambda one: (-len(self._around[one]), one)):
                for other in sorted(self._around[path]):
                    if other not in before:
                        before[other] = path
                        following.append(other)
            row = following
        if end not in before:
            return None
        way = [end]
        while before[way[-1]]:
            way.append(before[way[-1]])
        return way[::-1]

    def to_networkx(self) -> nx.MultiGraph[str]:
        """Give the network as networkx: nodes and edges with plain values, as files of graphs can hold."""
        graph: nx.MultiGraph[str] = nx.MultiGraph(filiere=self.chain.removeprefix(_CHAIN))
        for actor in self.actors.values():
            years = sorted(actor.years)
            graph.add_node(
                actor.path,
                label=actor.label,
                kind=actor.kind,
                member=actor.member,
                functions=_joined(actor.functions),
                stages=_joined(actor.stages),
                rules=", ".join(sorted(actor.rules)),
                evidence=_joined(actor.evidence),
                places=", ".join(sorted(actor.places)),
                territories=", ".join(sorted(actor.territories)),
                **({"first_year": years[0], "last_year": years[-1]} if years else {}),
            )
        for rank, tie in enumerate(self.ties):
            year: dict[str, Any] = {"year": tie.year} if tie.year else {}
            # The key is the id of the edge in files, where each needs its own.
            graph.add_edge(
                *(tie.first, tie.second, f"tie-{rank}"),
                kind=tie.kind,
                evidence=tie.evidence,
                count=tie.count,
                **year,
            )
        return graph


def _joined(paths: Iterable[str]) -> str:
    return ", ".join(sorted(path.rpartition("/")[2] for path in paths))
