"""What a request asks of a filière: which actors, around whom, from whom to whom; and the address that asks it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from ....graph.chains.network import KINDS, Actor, ChainNetwork
from ....graph.region.text import fold
from ....loaders.filieres.files import STAGES
from ....loaders.inference.membership import FUNCTIONS
from ....ontology.vocabulary import ID
from ....words import Spoken
from ...labels.wording import EVIDENCE
from ...web.parameters import is_true

NONE = "none"
"""The value that asks for members whose stage is not known."""
EXTENTS = ("region", "country")
_LONGEST = 200
_SEVERAL = 4
"""Members of the region that an organisation of elsewhere is tied to, from which it is drawn with them."""


@dataclass(frozen=True)
class Unknown:
    """A value of the address that filters nothing: its parameter, the text, the nearest values with their names (fr, en)."""

    name: str
    text: str
    near: tuple[tuple[str, Spoken], ...] = ()


@dataclass(frozen=True)
class ChainParams:
    """Filters of the graph and the table alike (empty: none), the actor to look around, both ends of a way, the page.

    `territory` is a path without « territory/ », `around` the path of an actor once settled; `unknown` are the values
    that are none (settling.py). `extent` is "region" or "country", where the board and the graph show its members ("": the region
    first); `near` are the paths of territories of the region where only its members are drawn, once settled (empty: all).
    """

    functions: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    territory: str = ""
    first: int | None = None
    last: int | None = None
    around: str = ""
    start: str = ""
    end: str = ""
    gaps: str = ""
    illustrative: bool = False
    extent: str = ""
    near: frozenset[str] = frozenset()
    page: int = 1
    given: tuple[tuple[str, str], ...] = ()
    unknown: tuple[Unknown, ...] = ()

    @property
    def filtered(self) -> bool:
        """Whether some actors are left out."""
        return bool(
            self.functions or self.stages or self.kinds or self.evidence or self.territory or self.around
        ) or (self.first, self.last) != (None, None)

    def keeps(self, actor: Actor) -> bool:
        """Tell whether a member passes the filters; one whose years are not known passes that of years."""
        territories = [f"territory/{self.territory}"] if self.territory else []
        wanted: tuple[tuple[Iterable[str], set[str]], ...] = (
            (self.functions, _names(actor.functions)),
            (self.stages, _names(actor.stages) or {NONE}),
            (self.kinds, {actor.kind}),
            (self.evidence, _names(actor.evidence)),
            (territories, actor.territories | actor.places),
        )
        if any(values and not known & set(values) for values, known in wanted):
            return False
        return not actor.years or any(
            (self.first is None or year >= self.first) and (self.last is None or year <= self.last)
            for year in actor.years
        )

    @property
    def wide(self) -> bool:
        """Whether members of the whole country are shown."""
        return self.extent == "country"

    def of(self, network: ChainNetwork) -> ChainNetwork:
        """Give the part of a network that is asked for."""
        chosen = network.selected(self.keeps) if self.filtered else network
        if self.near:
            chosen = _first(chosen, self.near)
        if self.kinds:
            chosen = chosen.kept([path for path, one in chosen.actors.items() if one.kind in self.kinds])
        if self.around and (found := find(network, self.around)):
            return (
                chosen.kept(network.near(found))
                if found in chosen.actors
                else network.kept(network.near(found))
            )
        return chosen

    def address(self, path: str, **changes: str) -> str:
        """Give an address that asks the same of another path, some parameters changed (empty: left out)."""
        rest = [(name, value) for name, value in self.given if name not in changes]
        told = [*rest, *((name, value) for name, value in changes.items() if value)]
        return path + (f"?{urlencode(told)}" if told else "")


def asked_of(parameters: QueryParams) -> ChainParams:
    """Read what is asked; values that are none are left out, and told once the filière is known (settling.py)."""
    return ChainParams(
        functions=_listed(parameters, "function", FUNCTIONS),
        stages=_listed(parameters, "stage", (*STAGES, NONE)),
        kinds=_listed(parameters, "kind", KINDS),
        evidence=_listed(parameters, "evidence", EVIDENCE),
        territory=parameters.get("territory", "")[:_LONGEST].strip("/"),
        first=year_of(parameters.get("since")),
        last=year_of(parameters.get("until")),
        around=parameters.get("around", "")[:_LONGEST],
        start=parameters.get("from", "")[:_LONGEST],
        end=parameters.get("to", "")[:_LONGEST],
        gaps=parameters.get("gaps", "")[:_LONGEST].strip("/"),
        illustrative=is_true(parameters, "illustrative"),
        extent=extent if (extent := parameters.get("extent", "")) in EXTENTS else "",
        page=max(1, _number(parameters.get("page")) or 1),
        given=tuple((name, value[:_LONGEST]) for name, value in parameters.multi_items() if value)[:60],
    )


def _first(network: ChainNetwork, near: frozenset[str]) -> ChainNetwork:
    """Keep the members of a region, and who is tied to them: from there, from nowhere known, or tied to several of them."""

    def inside(actor: Actor) -> bool:
        return bool(near & (actor.territories | actor.places))

    chosen = network.selected(inside)
    degrees = chosen.degrees
    return chosen.kept(
        [
            path
            for path, actor in chosen.actors.items()
            if actor.member or inside(actor) or not actor.places or degrees[path] >= _SEVERAL
        ]
    )


def find(network: ChainNetwork, text: str) -> str:
    """Find the path of an actor by its path, IRI or name (accents and case do not count); empty where none is of it."""
    bare = text.strip().removeprefix(ID)
    if bare in network.actors:
        return bare
    wanted = fold(bare)
    return next((path for path, actor in network.actors.items() if fold(actor.label) == wanted), "")


def nearest(network: ChainNetwork, text: str) -> list[Actor]:
    """Give the actors whose names are most like a text."""
    names = {fold(actor.label): actor for actor in network.actors.values()}
    wanted = fold(text)
    inside = [actor for name, actor in names.items() if wanted and wanted in name][:5]
    return inside or [names[name] for name in get_close_matches(wanted, names, n=5, cutoff=0.5)]


def _names(paths: Iterable[str]) -> set[str]:
    return {path.rpartition("/")[2] for path in paths}


def _listed(parameters: QueryParams, name: str, known: Iterable[str]) -> tuple[str, ...]:
    given = set(parameters.getlist(name))
    return tuple(value for value in known if value in given)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None


def year_of(text: str | None) -> int | None:
    """Read a year, or give None.

    >>> year_of("2019"), year_of("abcd")
    (2019, None)
    """
    number = _number(text)
    return number if number and 1800 <= number <= 2200 else None
