"""The board of a filière: stages across, functions down, and in cells who is there, first those of a territory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby, product

import numpy as np

from ....graph.chains.network import Actor
from ....graph.findings.model import Report, Words
from ....graph.gaps.setting import Names, region
from ....graph.gaps.totals import PRODUCES, stage_totals
from ....graph.region.gazetteer import Gazetteer, Territory
from ....graph.region.names import UnknownName
from ....graph.region.view import RegionView
from .asking import ChainParams
from .chain import Chain

NAMED = 3
"""Names that a cell shows at once; the others unfold."""
ACADEMIC = ("chain-function/trains", "chain-function/researches")
"""What a missing link is of where an analysis tells stages alone."""


@dataclass(frozen=True)
class Scope:
    """Whom the board shows first: members (paths) of a territory, its `label`; everybody where it has none (`label` empty).

    `counted` tells the jobs or establishments counted at stages there, in brief and in full; `wide` that members elsewhere are
    shown too.
    """

    label: str = ""
    inside: frozenset[str] = frozenset()
    counted: Mapping[str, tuple[Words, Words]] = field(default_factory=dict)
    wide: bool = False

    def shows(self, actor: Actor) -> bool:
        """Tell whether a member is on the board."""
        return self.wide or not self.label or actor.path in self.inside


@dataclass(frozen=True)
class Entry:
    """A name of a cell: one member, or several of one name; `inside` the territory or not."""

    label: str
    members: tuple[Actor, ...]
    inside: bool

    @property
    def told(self) -> str:
        """The name, and how many have it where several do."""
        return self.label if len(self.members) == 1 else f"{self.label} (× {len(self.members)})"


@dataclass(frozen=True)
class BoardCell:
    """Who has a function at a stage ("" where it is not known): the main names, the others, and how many are elsewhere."""

    stage: str
    function: str
    main: tuple[Entry, ...] = ()
    others: tuple[Entry, ...] = ()
    elsewhere: int = 0
    missing: bool = False

    @property
    def count(self) -> int:
        """How many members it shows."""
        return sum(len(one.members) for one in (*self.main, *self.others))

    @property
    def rest(self) -> int:
        """How many members unfold."""
        return sum(len(one.members) for one in self.others)


@dataclass(frozen=True)
class Board:
    """The cells by stage and function; `functions` are those that are drawn, `nobody` those that no member shown has."""

    scope: Scope
    stages: tuple[str, ...]
    functions: tuple[str, ...]
    cells: Mapping[tuple[str, str], BoardCell]
    nobody: tuple[str, ...]

    @property
    def elsewhere(self) -> int:
        """How many places of cells are of members elsewhere."""
        return sum(cell.elsewhere for cell in self.cells.values())


def scope_of(matter: RegionView, chain: Chain, asked: ChainParams) -> Scope:
    """Find whom the board shows first: members of the territory that filters, else of the region read."""
    ground = Gazetteer.of(matter)
    if asked.territory:
        path = f"territory/{asked.territory}"
        inside = frozenset(one.path for one in chain.members if path in one.territories | one.places)
        place = ground.get(path)
        return Scope(
            place.label if place else path.rpartition("/")[2], inside, _counted(matter, chain, place)
        )
    try:
        whole = ground.territory(matter.within)
    except UnknownName:
        return Scope(counted=_counted(matter, chain, None))
    near = ground.paths_inside
    inside = frozenset(one.path for one in chain.members if near & (one.territories | one.places))
    return Scope(whole.label, inside, _counted(matter, chain, whole), asked.wide)


def _counted(matter: RegionView, chain: Chain, place: Territory | None) -> Mapping[str, tuple[Words, Words]]:
    """Tell what is counted at stages in a territory, or in all that is read; read once a matter."""
    made, key = matter.once(_made), (chain.path, place.id if place else "")
    if key not in made:
        communes = matter.once(region)
        if place is not None:
            communes = np.zeros(len(communes), dtype=bool)
            communes[place.communes] = True
        names = matter.once(Names)
        totals = stage_totals(matter, chain.path, communes)
        made[key] = {stage: (one.brief, one.words(names)) for stage, one in totals.items() if one}
    return made[key]


def _made(matter: RegionView) -> dict[tuple[str, str], Mapping[str, tuple[Words, Words]]]:
    return {}


def board_of(chain: Chain, scope: Scope, report: Report | None) -> Board:
    """Place the members of a filière in cells; links that an analysis finds missing are marked where nobody is."""
    found = _places(chain.members)
    missing = _missing(report)
    degrees = chain.network.degrees
    stages = (*(stage for stage, _ in chain.stages), *([""] if any(not stage for stage, _ in found) else []))
    shown = {function for (_, function), members in found.items() if any(map(scope.shows, members))}
    functions = tuple(
        function for function, _ in chain.functions if function in shown or function == PRODUCES
    )
    cells = {
        (stage, function): _cell(
            scope, degrees, stage, function, found.get((stage, function), ()), (stage, function) in missing
        )
        for stage in stages for function, _ in chain.functions
    }  # fmt: skip
    nobody = tuple(function for function, _ in chain.functions if function not in functions)
    return Board(scope, stages, functions, cells, nobody)


def _places(members: Iterable[Actor]) -> dict[tuple[str, str], list[Actor]]:
    """Give the members of each stage and function."""
    found: dict[tuple[str, str], list[Actor]] = {}
    for member in members:
        for place in product(member.stages or {""}, member.functions):
            found.setdefault(place, []).append(member)
    return found


def _cell(
    scope: Scope,
    degrees: Mapping[str, int],
    stage: str,
    function: str,
    members: Iterable[Actor],
    missing: bool,
) -> BoardCell:
    shown = [one for one in members if scope.shows(one)]
    by_name = sorted(shown, key=lambda one: (one.path not in scope.inside, one.label.casefold(), one.path))
    entries = [
        Entry(label, tuple(group), inside)
        for (inside, label), found in groupby(by_name, key=lambda one: (one.path in scope.inside, one.label))
        for group in [tuple(found)]
    ]
    entries.sort(key=lambda one: (not one.inside, -_weight(degrees, one), one.label.casefold()))
    # one more name is no longer than the line that says that there is one
    first = NAMED if len(entries) > NAMED + 1 else len(entries)
    elsewhere = sum(1 for one in members if not scope.shows(one))
    return BoardCell(
        stage, function, tuple(entries[:first]), tuple(entries[first:]), elsewhere, missing and not shown
    )


def _weight(degrees: Mapping[str, int], entry: Entry) -> int:
    """Weigh a name by the ties of those who have it: whom most work with comes first."""
    return sum(degrees[one.path] for one in entry.members)


def _missing(report: Report | None) -> set[tuple[str, str]]:
    """Give the stages and functions that findings tell nobody has."""
    found: set[tuple[str, str]] = set()
    for one in report.findings if report else ():
        stage, function = str(one.facts.get("stage") or ""), str(one.facts.get("function") or "")
        if stage and function and not one.facts.get("members_near"):
            found.add((stage, function))
        stages = [name for name in str(one.facts.get("stages") or "").split(", ") if name]
        found |= {(name, function) for name in stages for function in ACADEMIC}
    return found
