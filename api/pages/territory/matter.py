"""What portraits read, for one snapshot: frames placed on the ground, the cube and the structures, all in memory.

Nothing is asked of the store while a page is made: a portrait selects rows of frames by the communes of its territory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from fastapi import Request
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ....graph.gaps.demand import hirings_by_pool
from ....graph.indicators.basis import Basis, basis_of
from ....graph.indicators.cube import Cube, Value
from ....graph.indicators.facts import FACTS
from ....graph.indicators.peers import Structures
from ....graph.indicators.source_years import SourceYears
from ....graph.region.derived import hiring_plans, interaction_places
from ....graph.region.gazetteer import Gazetteer, Territory
from ....graph.region.inside_outside import abroad_of, partial_sources
from ....graph.region.names import UnknownName
from ....graph.region.outlines import Outlines
from ....graph.region.view import RegionView
from ....words import Named, Spoken
from ...analysis.analyses import Analyses
from ...analysis.read_once import ReadOnce
from ...labels.basis_names import source_title, source_titles
from ...maps.atlas import Atlas
from ...reading.rows import By, Rows
from ...web.negotiation import Language
from .participations import Participations, membership

Mask = npt.NDArray[np.bool_]
#: Frames whose rows have a place, without and with the illustrative graph.
PLACED = ("institutions", "units", "programmes", "members", "establishments")
LIVING = ("relays", "events")
MOST_VALUES = 600
"""Territories whose values are kept as objects."""
#: What portraits read by commune, or by what a row is about.
_ROWS = (
    *((name, "at") for name in (*PLACED, "participations", *(f"all-{name}" for name in LIVING))),
    *(
        ("jobs", "zone"),
        ("hirings", "pool"),
    ),
)
_OF_VALUE = ("indicator", "period", "value", "low", "high", "status", *FACTS)
REST = (
    *("interactions", "titles", "actors", "jobs", "hirings", "chains", "territories"),
    *("members", "units", "programmes", "preparations", "sources", "happenings", "chain-rules", "students"),
    *("authorities", "institutions"),
)
LIVING_REST = ("actors", "relays", "events", "objectives", "serving", "requests", "matches")


@dataclass(frozen=True)
class PortraitData:
    """All that portraits of one snapshot are made from. `placed` has frames by name, with `at` in `Gazetteer.wide`.

    `rest` are frames by name that have no place of their own; those that begin with "all-" count illustrative facts in.
    `years` are those that sources cover; `bases` tells what each indicator rests on; `untaught` has, by labour pool, the families
    of occupations that no programme there is known to prepare for, as gaps measure it. `made` keeps what pages make of it once.
    """

    snapshot: str
    ground: Gazetteer
    cube: Cube
    structures: Structures
    outlines: Outlines
    placed: Mapping[str, pl.DataFrame]
    rest: Mapping[str, pl.DataFrame]
    names: Mapping[str, Spoken]
    years: SourceYears
    bases: Mapping[str, Basis] = field(default_factory=dict)
    untaught: Mapping[str, frozenset[str]] = field(default_factory=dict)
    made: dict[tuple[str, ...], Any] = field(default_factory=dict, init=False)
    _by: dict[tuple[str, str], By] = field(default_factory=dict, init=False)
    _territories: dict[str, Territory] = field(default_factory=dict, init=False)
    _series: dict[str, dict[str, list[Value]]] = field(default_factory=dict, init=False)

    @classmethod
    def of(cls, matter: RegionView, everything: RegionView) -> PortraitData:
        """Read what portraits need of a matter, and of the same with the illustrative graphs."""
        ground = Gazetteer.of(matter)
        placed = {name: ground.locate(matter.frame(name), wide=True) for name in PLACED}
        placed |= {f"all-{name}": ground.locate(everything.frame(name)) for name in LIVING}
        rest = {name: matter.frame(name) for name in REST}
        rest["hirings"] = matter.once(hiring_plans)
        rest["participations"] = matter.once(interaction_places)  # with the evidence and the source of each
        placed["participations"] = ground.locate(rest["participations"])
        rest["interactions"] = rest["interactions"].unique("interaction", keep="first", maintain_order=True)
        rest |= {f"all-{name}": everything.frame(name) for name in LIVING_REST}
        rest["wholes"] = matter.frame("wholes").filter(
            pl.col("part").str.contains("/department/", literal=True)
        )
        concepts = everything.frame("concepts").unique("concept", keep="first")
        names = {c: Named(fr, en) for c, fr, en in concepts.select("concept", "label", "english").iter_rows()}
        atlas = Atlas.of(matter)
        bases = {
            one.id: basis_of(matter, one, atlas.cube.indicators) for one in atlas.cube.indicators.values()
        }
        return cls(
            matter.snapshot,
            ground,
            atlas.cube,
            Structures.of(matter),
            atlas.outlines,
            placed,
            rest,
            names,
            SourceYears.of(rest["participations"].filter(~pl.col("source").is_in(partial_sources(matter)))),
            bases,
            matter.once(untaught_by_pool),
        )

    def warm(self) -> None:
        """Make what the first portrait would wait for."""
        assert self.labels is not None and self.epci is not None and self.actor_types is not None
        assert self.levels is not None and self.participations is not None and self.interactions is not None
        for name, key in _ROWS:
            self.by(name, key).warm()
        self.cube.wholes("")

    def territory(self, path: str) -> Territory | None:
        """Give a territory by its path, or None for one that is not on the ground."""
        if path not in self._territories:
            found = self.ground.get(path)
            if found is None:
                return None
            self._territories[path] = found
        return self._territories[path]

    def inside(self, territory: Territory) -> Mask:
        """Tell which communes are of a territory."""
        return self.ground.mask(territory)

    def by(self, name: str, key: str) -> By:
        """Give the rows of a frame by the values of a column, those with a place of their own by commune (`at`)."""
        if (name, key) not in self._by:
            self._by[name, key] = By((self.placed if key == "at" else self.rest)[name], key)
        return self._by[name, key]

    def rows(self, name: str, territory: Territory) -> Rows:
        """Give the rows of a placed frame that are in a territory, commune by commune, then its whole départements."""
        return self.by(name, "at").of_all(self.ground.places_in(territory))

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Names of actors, interactions and territories, by path."""
        found = dict(self.rest["all-actors"].select("actor", "label").drop_nulls().iter_rows())
        found |= dict(self.rest["actors"].select("actor", "label").drop_nulls().iter_rows())
        found |= dict(self.rest["titles"].select("interaction", "label").drop_nulls().iter_rows())
        found |= dict(self.rest["territories"].select("territory", "label").drop_nulls().iter_rows())
        found |= dict(self.placed["institutions"].select("organization", "label").drop_nulls().iter_rows())
        found |= dict(self.placed["units"].select("unit", "label").drop_nulls().iter_rows())
        for frame, key, name in (
            ("all-serving", "thing", "label"), ("all-serving", "operator", "operatorLabel"), ("all-relays", "site", "label"),
        ):  # fmt: skip
            found |= dict(self.rest[frame].select(key, name).drop_nulls().iter_rows())
        return found | dict(zip(self.ground.ids, self.ground.labels, strict=True))

    @cached_property
    def actor_types(self) -> Mapping[str, str]:
        """Kind of each actor that has one."""
        return dict(self.rest["actors"].select("actor", "type").drop_nulls().iter_rows())

    @cached_property
    def epci(self) -> list[str | None]:
        """The intercommunality of each commune of the ground."""
        found: list[str | None] = [None] * len(self.ground)
        for one in self.ground.of_level("epci"):
            for at in one.communes:
                found[int(at)] = one.id
        return found

    @cached_property
    def regions(self) -> Mapping[str | None, str]:
        """The region of each département of the country, by their paths."""
        wholes = self.rest["wholes"].filter(pl.col("whole").str.contains("/region/", literal=True))
        return dict(wholes.select("part", "whole").iter_rows())

    @cached_property
    def prepared(self) -> frozenset[str]:
        """The families of occupations that some programme is known to prepare for."""
        return frozenset(self.rest["preparations"]["family"].drop_nulls())

    @cached_property
    def loaded(self) -> frozenset[str]:
        """The short names of the sources that are loaded."""
        return frozenset(path.removeprefix("source/") for path in self.rest["sources"]["source"])

    @cached_property
    def titles(self) -> Mapping[str, Spoken]:
        """The titles of the sources that are loaded, a partner's too, by short name."""
        return source_titles(self.rest["sources"])

    def source(self, name: str, language: Language) -> str:
        """Name a source by its title; by that of the package where it is not loaded, else by its short name."""
        title = self.titles.get(name)
        return title[language] if title else source_title(name, language)

    @cached_property
    def interactions(self) -> Mapping[str, tuple[int, str, str, int | None, str, str | None]]:
        """Each interaction: its rank among all, the latest first, then itself, its type, year, evidence and source."""
        rows = self.rest["interactions"].select("interaction", "type", "year", "evidence", "source")
        rows = rows.sort("year", "interaction", descending=[True, False], nulls_last=True)
        return {row[0]: (rank, *row) for rank, row in enumerate(rows.iter_rows())}

    @cached_property
    def participations(self) -> Participations:
        """Who takes part in what."""
        return Participations.of(
            self.rest["participations"], self.ground, self.epci, self.regions, self.abroad
        )

    @cached_property
    def abroad(self) -> frozenset[str]:
        """The actors whose country is known and is not France."""
        return frozenset(abroad_of(self.rest["actors"]))

    def label(self, path: str | None) -> str:
        """Name an actor, an interaction or a territory; the end of its path where it has no name."""
        return self.labels.get(path or "") or (path or "").rsplit("/", 1)[-1]

    def word(self, concept: str | None, language: Language) -> str:
        """Name a concept; the end of its path where it has no name."""
        if concept is None:
            return ""
        return self.names.get(concept, Named(concept.rsplit("/", 1)[-1]))[language]

    def containing(self, territory: Territory, level: str) -> list[tuple[Territory, float]]:
        """List the territories of a level that share communes with one, with their share of its communes, largest first."""
        others, members = self.levels[level]
        shared = members @ self.inside(territory).astype(float)
        found = [(others[n], float(shared[n]) / len(territory.communes)) for n in np.flatnonzero(shared)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0].id))

    def wholes(self, territory: Territory) -> dict[str, list[tuple[Territory, float]]]:
        """Give `containing` for each level but its own, those that have some."""
        found = {level: self.containing(territory, level) for level in self.levels}
        return {level: pairs for level, pairs in found.items() if pairs and level != territory.level}

    @cached_property
    def levels(self) -> Mapping[str, tuple[list[Territory], csr_array]]:
        """The territories of each level above communes, and which communes each has: territories × communes."""
        made = {}
        for level in ("epci", "department", "zone", "bassin", "adhoc", "region"):
            others = self.ground.of_level(level)
            made[level] = others, self.members([one.communes for one in others])
        return made

    def members(self, groups: Sequence[Sequence[int] | npt.NDArray[np.intp]]) -> csr_array:
        """Tell which communes each of several groups has: groups × communes."""
        return membership(groups, len(self.ground))

    def series(self, path: str) -> dict[str, list[Value]]:
        """Give the wholes of each indicator of a territory, the oldest first: those asked for lately are kept."""
        if path not in self._series:
            if len(self._series) >= MOST_VALUES:
                self._series.clear()
            found: dict[str, list[Value]] = {}
            for name, period, *told in self.cube.wholes(path, *_OF_VALUE):
                if (one := self.cube.indicators.get(name)) is not None:
                    found.setdefault(name, []).append(Value(one, path, period, None, *told))
            self._series[path] = {
                name: sorted(found[name], key=_period) for name in self.cube.indicators if name in found
            }
        return self._series[path]

    def values(self, path: str) -> list[Value]:
        """Give the latest whole of each indicator of a territory, in the order of the files."""
        return [series[-1] for series in self.series(path).values()]


def untaught_by_pool(matter: RegionView) -> Mapping[str, frozenset[str]]:
    """Give the families that no programme of each labour pool prepares for, of those that gaps can measure there."""
    table = matter.once(hirings_by_pool)
    measured = [at for at, one in enumerate(table.coverage) if one.enough]
    return {
        pool: frozenset(
            table.located.groups[at] for at in measured if table.read[row].enough and not table.items[row, at]
        )
        for row, pool in enumerate(table.areas.ids)
    }


def _period(value: Value) -> str:
    return value.period


class Portraits(ReadOnce[PortraitData]):
    """Keeps what portraits of the current snapshot read; without the region, UnknownName says so."""

    def __init__(self, analyses: Analyses) -> None:
        super().__init__(analyses, self._seen)
        self._nothing = ""

    def nothing(self, snapshot: str) -> bool:
        """Tell whether it is known that a snapshot has nothing for portraits: it does not describe the region."""
        return self._nothing == snapshot

    def pending(self, snapshot: str) -> bool:
        """Tell whether the portraits of a snapshot are still to be read."""
        return self.found(snapshot) is None and not self.nothing(snapshot)

    def _seen(self, matter: RegionView, everything: RegionView) -> PortraitData:
        try:
            seen = PortraitData.of(matter, everything)
        except (UnknownName, ValueError):
            self._nothing = matter.snapshot
            raise
        seen.warm()
        return seen


def portraits_of(request: Request) -> Portraits:
    """Give what keeps the portraits of the application."""
    made: Portraits = request.app.state.portraits
    return made
