"""What the gaps of one territory are measured from: its communes, what is near, its pools and zones, names of things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ...words import EMPTY, N_, Named, Number, decimals_beside
from ..analysis.access import nearest_circle
from ..findings.model import Question, Reason, Step, Thing, Words
from ..region.gazetteer import Gazetteer, Territory
from ..region.view import RegionView
from .coverage import Coverage
from .located import Located, Mask, Values


class Names:
    """French and English names of families, sectors, fields, types of interaction, filières, functions, stages and levels."""

    def __init__(self, matter: RegionView) -> None:
        concepts = matter.frame("concepts").unique("concept", keep="first")
        rows = concepts.select("concept", "label", "english", "top").iter_rows()
        self._names: dict[str, Named] = {}
        self._tops: dict[str, str] = {}
        for concept, label, english, top in rows:
            self._names[concept] = Named(label, english)
            if top:
                self._tops[concept] = top

    def __call__(self, concept: str) -> Named:
        """Give its name; the end of its path where it has none."""
        return self._names.get(concept) or Named(concept.rsplit("/", 1)[-1])

    def family(self, kind: str) -> str:
        """Give the widest type above a type of interaction."""
        seen = {kind}
        while (top := self._tops.get(kind)) and top not in seen:
            kind = top
            seen.add(kind)
        return kind

    def under(self, prefix: str) -> list[str]:
        """List the concepts of a scheme, sorted."""
        return sorted(one for one in self._names if one.startswith(prefix))

    def thing(self, concept: str, kind: str) -> Thing:
        """Give a concept as what a finding speaks of."""
        return Thing(concept, self(concept)["fr"], kind, self(concept)["en"])


@dataclass(frozen=True)
class Areas:
    """Territories of a level (labour pools, employment zones): `parts`, areas × communes, in the order of `ids`."""

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    parts: csr_array

    @classmethod
    def of(cls, matter: RegionView, level: str) -> Areas:
        """Read the territories of a level."""
        ground = Gazetteer.of(matter)
        found = sorted(ground.of_level(level), key=lambda one: one.id)
        sizes = [len(one.communes) for one in found]
        columns = np.concatenate([one.communes for one in found]) if found else np.zeros(0, dtype=np.intp)
        rows = np.repeat(np.arange(len(found)), sizes)
        parts = csr_array((np.ones(len(columns)), (rows, columns)), shape=(len(found), len(ground)))
        return cls(tuple(one.id for one in found), tuple(one.label for one in found), parts)

    def meeting(self, inside: Mask) -> Mask:
        """Tell which areas have one of some communes."""
        met: Mask = (self.parts @ inside.astype(float)) > 0
        return met

    def communes(self, areas: Mask) -> Mask:
        """Tell which communes some areas are made of."""
        covered: Mask = (self.parts.T @ areas.astype(float)) > 0
        return covered

    def communes_of(self, area: int) -> Mask:
        """Tell which communes an area is made of."""
        return self.communes(np.arange(len(self.ids)) == area)

    def thing(self, area: int) -> Thing:
        """Give an area as what a finding speaks of."""
        label = self.labels[area]
        return Thing(self.ids[area], label.title() if label.isupper() else label, "territory")

    def read(self, matter: RegionView, inside: Mask) -> list[Coverage]:
        """Tell how many of the people of each area (communes, where none are known) live where supply is read."""
        people = np.nan_to_num(Gazetteer.of(matter).population)
        whole, lone = self.parts @ people, np.ones(len(people))
        found = []
        for area in range(len(self.ids)):
            weight = people if whole[area] else lone
            own = self.parts[[area], :]
            found.append(
                Coverage(round(float((own @ (weight * inside)).sum())), round(float((own @ weight).sum())))
            )
        return found


def pools(matter: RegionView) -> Areas:
    """Give the labour pools of a matter."""
    return Areas.of(matter, "bassin")


def zones(matter: RegionView) -> Areas:
    """Give the employment zones of a matter."""
    return Areas.of(matter, "zone")


def region(matter: RegionView) -> Mask:
    """Tell which communes of the ground lie in the territory whose places are read."""
    return Gazetteer.of(matter).inside


@dataclass(frozen=True)
class GapContext:
    """A territory of a matter, with the `radius` (km) around it and the `level` of intervals and tests."""

    matter: RegionView
    territory: Territory
    radius: float
    level: float

    @property
    def ground(self) -> Gazetteer:
        """The communes of the matter."""
        return Gazetteer.of(self.matter)

    @property
    def names(self) -> Names:
        """The names of concepts."""
        return self.matter.once(Names)

    @property
    def sources(self) -> Sources:
        """The sources of frames."""
        return self.matter.once(Sources)

    @property
    def thing(self) -> Thing:
        """The territory, as what a finding speaks of."""
        return Thing(self.territory.id, self.territory.label, "territory")

    @property
    def region(self) -> Mask:
        """The communes of the region that is read."""
        return self.matter.once(region)

    @property
    def region_label(self) -> str:
        """The name of the region that is read."""
        return self.ground.territory(self.matter.within).label

    @cached_property
    def inside(self) -> Mask:
        """The communes of the territory."""
        return self.ground.mask(self.territory)

    @cached_property
    def whole(self) -> bool:
        """Whether the territory holds the whole region: it is then compared with itself."""
        return bool(self.inside[self.region].all())

    @cached_property
    def placed(self) -> bool:
        """Whether a commune of the territory has a known position."""
        return bool((~np.isnan(self.ground.lat[self.territory.communes])).any())

    @cached_property
    def share_read(self) -> float:
        """The share of the territory's people (of its communes, where no population is known) in the region."""
        people = np.nan_to_num(self.ground.population)
        weight = people if people[self.inside].any() else np.ones(len(people))
        whole = float(weight[self.inside].sum())
        return float(weight[self.inside & self.region].sum()) / whole if whole else 0.0

    @cached_property
    def distances(self) -> Values:
        """The distance of each commune to the nearest commune of the territory, as `Gazetteer.distances` gives it."""
        return self.distances_from(self.inside)

    def distances_from(self, communes: Mask) -> Values:
        """Measure how far each commune is from the nearest of some; those are not measured: a region costs as little as one."""
        ground = self.ground
        found = np.where(communes, 0.0, np.nan)
        outside = np.flatnonzero(~communes)
        points = np.column_stack([ground.lat, ground.long])
        within = points[communes]
        if len(outside) and len(within := within[~np.isnan(within).any(axis=1)]):
            found[outside] = nearest_circle(points[outside], within)
        return found

    @cached_property
    def wide_distances(self) -> Values:
        """`distances`, then those of the départements: what one alone places is at 0 where the territory holds it whole."""
        return self.ground.widen_distances(self.distances)

    @cached_property
    def near(self) -> Mask:
        """The communes of the region that are in the territory or within the radius."""
        return (np.nan_to_num(self.distances, nan=np.inf) <= self.radius) & (self.region | self.inside)

    def people(self, communes: Mask) -> float:
        """Add up the known population of some communes."""
        return float(np.nansum(self.ground.population[communes]))

    def scope(self, counted: Mask, wider: str) -> str:
        """Tell whose the figures of some communes are: the territory's where it holds them all, else those of a `wider` area."""
        return wider if bool((counted & ~self.inside).any()) else "territory"

    def question(self, name: str, *, radius: bool = False, **parameters: str) -> Question | None:
        """Give the question a finding rests on; a radius that is no whole number has none."""
        given = {"territory": self.territory.id, **parameters}
        if radius:
            if self.radius != int(self.radius):
                return None
            given |= {"radius": str(int(self.radius)), "within": self.matter.within}
        return Question(name, given)

    def km(self) -> Number:
        """Give the radius, to be written with the decimals that it has."""
        decimals = 0 if self.radius == int(self.radius) else 1
        return Number(self.radius, decimals)

    def nearest(
        self,
        located: Located,
        group: int,
        target: Thing,
        kind: str,
        relation: Words,
        *,
        count: int = 3,
        rules: dict[str, str] | None = None,
        evidence: str | Mapping[str, str] = "documented",
        communes: Mask | None = None,
    ) -> tuple[Reason, ...]:
        """Tell the nearest things of a group, each with its commune, its distance and the tie that puts it there.

        They are near the territory, or the `communes` that the finding speaks of; `evidence` is of the tie, or of each thing's.
        """
        made = []
        away = self.wide_distances
        if communes is not None:
            away = self.ground.widen_distances(self.distances_from(communes))
        for item, at, km in located.nearest(group, away, count):
            thing = Thing(item, located.label.get(item) or item.rsplit("/", 1)[-1], kind)
            path, place = self.ground.wide[at]
            decimals = decimals_beside(km, self.radius)
            way = N_(" ({km} km)", km=Number(km, decimals)) if km else EMPTY
            rule = (rules or {}).get(item)
            firm = evidence if isinstance(evidence, str) else evidence.get(item, "documented")
            words = N_("{thing} — {place}{way}", thing=thing.label, place=place, way=way)
            steps = (
                Step(thing, relation, target, firm, rule),
                Step(
                    thing,
                    N_("se trouve à"),
                    Thing(path, place, "territory"),
                    located.placed.get(item) or "documented",
                ),
            )
            made.append(Reason("distance", words, steps, weight=km))
        return tuple(made)


class Sources:
    """The sources of the frames of a matter that tell them, each read once."""

    def __init__(self, matter: RegionView) -> None:
        self._matter = matter
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, *frames: str) -> tuple[str, ...]:
        """Give the sources of some frames, sorted; a frame that tells none adds none."""
        for name in frames:
            if name not in self._known:
                frame = self._matter.frame(name)
                told = frame["source"].drop_nulls().unique().to_list() if "source" in frame.columns else []
                self._known[name] = tuple(told)
        return tuple(sorted({one for name in frames for one in self._known[name]}))


def open_only(frame: pl.DataFrame, year: int | None) -> pl.DataFrame:
    """Leave out what is closed; an unknown year of opening or closing is no bound."""
    if year is None:
        return frame
    return frame.filter((pl.col("start") <= year).fill_null(True) & (pl.col("end") >= year).fill_null(True))


def current_year(matter: RegionView) -> int | None:
    """Give the latest year of population, hiring plans or jobs: what was closed before is left out."""
    years = [matter.frame(name)["year"].max() for name in ("places", "hirings", "jobs")]
    known = [int(one) for one in years if isinstance(one, int)]
    return max(known, default=None)
