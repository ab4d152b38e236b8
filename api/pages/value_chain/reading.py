"""What the page of a filière reads of the matter at once: its network as asked, missing links, fields, ways, where it is."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from ....graph.chains.network import Actor, ChainNetwork
from ....graph.findings.model import Report
from ....graph.gaps import gaps
from ....graph.region.gazetteer import Gazetteer
from ....graph.region.names import UnknownName
from ....graph.region.view import RegionView
from ....graph.synergies import synergies
from ...maps.atlas import Atlas
from .asking import ChainParams
from .board import Scope, scope_of
from .chain import Chain, chains_of
from .data import chain_of
from .settling import settle
from .totals import Totals, sector_totals
from .ways import Way, way_of

log = logging.getLogger(__name__)
Made = TypeVar("Made")
Listed = tuple[tuple[str, tuple[tuple[str, str, int], ...]], ...]

MAP = "chain-members"
"""The indicator whose map shows where the members of a filière are."""


@dataclass(frozen=True)
class Missing:
    """The missing links of a territory: its path without « territory/ » and label, the report, or why there is none.

    `near` are territories with names like the one asked for, where none has it; None where one has.
    """

    place: str
    label: str
    report: Report | None = None
    near: tuple[tuple[str, str], ...] | None = None
    failed: bool = False


@dataclass(frozen=True)
class View:
    """A filière as asked for; `fields` and `totals` (of sectors) are None where they failed, `map` tells whether there is a map.

    `asked` is what filters, settled on the filière; `place` the level and the name of the territory that filters;
    `grounds` are those of `territories` that missing links can be looked for in; `scope` is whom the board shows first. `shown`
    are the actors that pass the filters; `drawn` those of the graph, of the region first where nothing else is asked.
    """

    chain: Chain
    asked: ChainParams
    place: tuple[str, str] | None
    shown: ChainNetwork
    drawn: ChainNetwork
    first: bool
    missing: Missing
    fields: Report | None
    way: Way | None
    around: Actor | None
    territories: Listed
    grounds: frozenset[str]
    scope: Scope
    totals: Totals | None
    map: bool


def view_of(matter: RegionView, slug: str, asked: ChainParams) -> View:
    """Read a filière as asked for; a part that fails is left empty. Raises PageError (404)."""
    chain = chain_of(matter, slug)
    ground = Gazetteer.of(matter)
    asked, territories = settle(asked, chain, ground), _territories(matter, chain)
    place = ground.get(f"territory/{asked.territory}") if asked.territory else None
    scope, shown = scope_of(matter, chain, asked), asked.of(chain.network)
    elsewhere = asked.wide or asked.territory or asked.around or asked.start or asked.end
    first = bool(scope.inside) and not elsewhere
    return View(
        chain=chain,
        asked=asked,
        place=(place.level, place.label) if place else None,
        shown=shown,
        drawn=replace(asked, near=ground.paths_inside).of(chain.network) if first else shown,
        first=first,
        missing=missing_of(matter, chain, asked.gaps or matter.within.removeprefix("territory/")),
        fields=_guarded(lambda: synergies(matter, slug, kinds=("fields",))),
        way=way_of(matter, chain.network, asked.start, asked.end) if asked.start and asked.end else None,
        around=chain.network.actors.get(asked.around),
        territories=territories,
        grounds=frozenset(
            path for _, found in territories for path, _, _ in found if ground.get(f"territory/{path}")
        ),
        scope=scope,
        totals=_guarded(lambda: sector_totals(matter)),
        map=matter.once(_mapped),
    )


def missing_of(matter: RegionView, chain: Chain, place: str) -> Missing:
    """Find the missing links of a filière in a territory (a path without « territory/ », a code or a name)."""
    try:
        territory = Gazetteer.of(matter).territory(f"territory/{place}" if "/" in place else place)
        report = gaps(matter, territory.id, kinds=("link",))
    except UnknownName as error:
        near = tuple((label, iri.partition("/territory/")[2]) for label, iri in error.nearest)
        return Missing(place, place, near=near)
    except Exception:
        log.exception("the missing links of %s in %s failed", chain.path, place)
        return Missing(place, place, failed=True)
    found = tuple(one for one in report.findings if one.object is not None and one.object.id == chain.path)
    untold = tuple(one for one in report.refusals if one.about == chain.path)
    kept = replace(report, findings=found, refusals=untold)
    return Missing(territory.id.removeprefix("territory/"), territory.label, kept)


def _mapped(matter: RegionView) -> bool:
    """Tell whether the members of filières are on a map: not where the region of the maps is not in the graph."""
    with suppress(UnknownName):
        return bool(Atlas.of(matter).levels(MAP))
    return False


def warm(matter: RegionView) -> None:
    """Read ahead what the pages of filières need."""
    for chain in chains_of(matter):
        view_of(matter, chain.slug, ChainParams())


def _listed(matter: RegionView) -> dict[str, Listed]:
    return {}


def _territories(matter: RegionView, chain: Chain) -> Listed:
    """List by level the territories where members are: path without « territory/ », name, number of members; once a matter."""
    made = matter.once(_listed)
    if chain.path not in made:
        made[chain.path] = _read_territories(matter, chain.network)
    return made[chain.path]


def _read_territories(matter: RegionView, network: ChainNetwork) -> Listed:
    ground = Gazetteer.of(matter)
    counts: dict[str, int] = defaultdict(int)
    for actor in network.members:
        for path in actor.territories:
            counts[path] += 1
    levels: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for path, count in counts.items():
        territory = ground.get(path)
        level = territory.level if territory else path.split("/")[1]
        label = territory.label if territory else path.rpartition("/")[2]
        levels[level].append((path.removeprefix("territory/"), label, count))
    order = ("department", "epci", "zone")
    return tuple(
        (level, tuple(sorted(levels[level], key=lambda one: one[1]))) for level in order if levels[level]
    )


def _guarded(work: Callable[[], Made]) -> Made | None:
    try:
        return work()
    except Exception:
        log.warning("a part of the page of a filière failed", exc_info=True)
        return None
