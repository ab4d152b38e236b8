"""What the page of a filière reads of the matter at once: its network as asked, missing links, fields, ways, where it is."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from ...graph.chain_network import Actor, ChainNetwork
from ...graph.chain_stories import Story, tell
from ...graph.findings import Finding, Report
from ...graph.gaps import gaps
from ...graph.ground import Ground
from ...graph.matter import Matter
from ...graph.places import UnknownName
from ...graph.synergies import synergies
from ..maps.atlas import Atlas
from .asking import Asked, find, nearest
from .chain import Chain, chains_of

log = logging.getLogger(__name__)
Made = TypeVar("Made")
Listed = tuple[tuple[str, tuple[tuple[str, str, int], ...]], ...]

MAP = "chain-members"
"""The indicator whose map shows where the members of a filière are."""


@dataclass(frozen=True)
class Missing:
    """The missing links of a territory: its path without « territory/ » and label, the findings, or why there are none.

    `near` are territories with names like the one asked for, where none has it; None where one has.
    """

    place: str
    label: str
    findings: tuple[Finding, ...] = ()
    notes: tuple[Mapping[str, str], ...] = ()
    near: tuple[tuple[str, str], ...] | None = None
    failed: bool = False


@dataclass(frozen=True)
class Way:
    """A way asked for: the story where both ends are known, else the ends that are not and the actors most like them."""

    story: Story | None
    unknown: tuple[tuple[str, tuple[Actor, ...]], ...] = ()


@dataclass(frozen=True)
class View:
    """A filière as asked for; `fields` is None where the analysis failed, `map` tells whether there is a map."""

    chain: Chain
    shown: ChainNetwork
    missing: Missing
    fields: Report | None
    way: Way | None
    around: Actor | None
    territories: Listed
    map: bool


def view_of(matter: Matter, slug: str, asked: Asked) -> View | None:
    """Read a filière as asked for, or None where no source describes it; a part that fails is left empty."""
    chain = Chain.of(matter, slug)
    if chain is None:
        return None
    around = find(chain.network, asked.around) if asked.around else None
    return View(
        chain=chain,
        shown=asked.of(chain.network),
        missing=missing_of(matter, chain, asked.gaps or matter.within.removeprefix("territory/")),
        fields=_guarded(lambda: synergies(matter, slug, kinds=("fields",))),
        way=way_of(chain.network, asked.start, asked.end) if asked.start and asked.end else None,
        around=chain.network.actors[around] if around else None,
        territories=_territories(matter, chain),
        map=matter.once(_mapped),
    )


def missing_of(matter: Matter, chain: Chain, place: str) -> Missing:
    """Find the missing links of a filière in a territory (a path without « territory/ », a code or a name)."""
    try:
        territory = Ground.of(matter).territory(f"territory/{place}" if "/" in place else place)
        report = gaps(matter, territory.id, kinds=("link",))
    except UnknownName as error:
        near = tuple((label, iri.partition("/territory/")[2]) for label, iri in error.nearest)
        return Missing(place, place, near=near)
    except Exception:
        log.exception("the missing links of %s in %s failed", chain.path, place)
        return Missing(place, place, failed=True)
    found = tuple(one for one in report.findings if one.object is not None and one.object.id == chain.path)
    return Missing(territory.id.removeprefix("territory/"), territory.label, found, report.notes)


def _mapped(matter: Matter) -> bool:
    """Tell whether the members of filières are on a map: not where the region of the maps is not in the graph."""
    with suppress(UnknownName):
        return bool(Atlas.of(matter).levels(MAP))
    return False


def way_of(network: ChainNetwork, start: str, end: str) -> Way:
    """Tell the shortest way between two actors given by path, IRI or name."""
    ends = {text: find(network, text) for text in (start, end)}
    unknown = tuple((text, tuple(nearest(network, text))) for text, found in ends.items() if found is None)
    first, last = ends[start], ends[end]
    return Way(tell(network, first, last) if first and last else None, unknown)


def warm(matter: Matter) -> None:
    """Read ahead what the pages of filières need."""
    for chain in chains_of(matter):
        view_of(matter, chain.slug, Asked())


def _listed(matter: Matter) -> dict[str, Listed]:
    return {}


def _territories(matter: Matter, chain: Chain) -> Listed:
    """List by level the territories where members are: path without « territory/ », name, number of members; once a matter."""
    made = matter.once(_listed)
    if chain.path not in made:
        made[chain.path] = _read_territories(matter, chain.network)
    return made[chain.path]


def _read_territories(matter: Matter, network: ChainNetwork) -> Listed:
    ground = Ground.of(matter)
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
