"""The ground of the analysis: communes with their position and population, and the territories they make up.

A territory is the set of its communes of today: an intercommunality that straddles a département is one territory,
a former commune counts as the commune that took it over (as each of them, where it was split), a municipal district
as its commune. Beyond the territory looked at, the ground goes on through the départements that border it: what is near
an edge is seen on both sides. A territory is there when it has a commune inside, or in an intercommunality that meets it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from ...ontology.vocabulary import ID
from ...queries.parameters import KINDS_OF_TERRITORY, BadValue, Parameter
from ...words import SOURCE, languages
from .bordering import department_of
from .levels import BY_NAME, TERRITORY_KINDS
from .names import SharedName, UnknownName
from .text import fold
from .view import REGION, RegionView

_LEVEL_OF = {name: level for level, name in KINDS_OF_TERRITORY.items()}
GRIDS = ("density", "rurality", "centrality")
"""Grids that give communes classes."""
URBAN = frozenset({"density/1", "density/2"})
"""Degrees of density of urban communes, of which the typology of rurality is not."""
OUT_OF_SCOPE = "out-of-scope"
"""What stands for the type of rurality of an urban commune, which has none."""
_PRECISE = re.compile(r"(.*\S)\s*\(([^()]+)\)")
"""A name with what tells it from others: « Saint-Priest (Rhône, 69290) », « Privas (Ardèche) »."""
_LEGAL_FORM = re.compile(
    r"(?:ca|cc|cu|metropole|communaute (?:de communes|d agglomeration|urbaine))(?: (?:de la|de l|du|des|de|d))? "
)
"""What folded names of intercommunalities begin with, and people leave out or mistake: « CA du Grand Chambéry »."""
_POSTCODE = re.compile(r"[0-9]{5}", re.ASCII)
_PARAMETER = Parameter("territory", "territory", REGION)
Places = npt.NDArray[np.intp]
Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Territory:
    """A territory of the ground: its `id` (a path), `label`, `level`, and the places of its communes."""

    id: str
    label: str
    level: str
    communes: Places

    @property
    def iri(self) -> str:
        """The IRI of the territory."""
        return ID + self.id


class Gazetteer:
    """The communes of a matter, in one order for all arrays: `ids`, `labels`, `lat`, `long`, `population` (NaN: unknown)."""

    def __init__(self, matter: RegionView) -> None:
        places = matter.frame("places").unique("place", keep="first").sort("place")
        parts = matter.frame("parts")
        communes = places.filter(pl.col("place").str.contains("/commune/", literal=True))
        within = parts.filter(pl.col("territory").is_in(communes["place"].implode()))
        districts = within.filter(~pl.col("place").is_in(within["territory"].implode()))
        communes = communes.filter(~pl.col("place").is_in(districts["place"].implode()))
        self.ids: list[str] = communes["place"].to_list()
        self.labels: list[str] = communes["label"].to_list()
        self.lat, self.long, self.population = (
            communes[name].fill_null(np.nan).to_numpy().copy() for name in ("lat", "long", "population")
        )
        nothing = pl.Series([None] * communes.height, dtype=pl.String)
        self.classes: dict[str, list[str]] = {
            grid: communes.get_column(grid, default=nothing).fill_null("").to_list() for grid in GRIDS
        }
        """The class of each commune in each grid, by its path: `OUT_OF_SCOPE`, or empty where it is not known."""
        self.classes["rurality"] = [
            of or (OUT_OF_SCOPE if degree in URBAN else "")
            for of, degree in zip(self.classes["rurality"], self.classes["density"], strict=True)
        ]
        self._at = {place: at for at, place in enumerate(self.ids)}
        self._heirs: dict[str, list[int]] = {place: [at] for place, at in self._at.items()}
        for district, commune in districts.select("place", "territory").iter_rows():
            self._heirs.setdefault(district, []).append(self._at[commune])
        self._place_by_districts(districts.join(places.select("place", "lat", "long"), on="place"))
        self._add_former(matter.frame("former"))
        self._parts, self._matter = parts, matter
        self._territories = matter.frame("territories").unique("territory", keep="first").sort("territory")
        self._within = matter.within
        self._made: dict[str, Territory] = {}
        self._sorted: dict[str, tuple[list[Territory], Places, Places]] = {}

    @classmethod
    def of(cls, matter: RegionView) -> Gazetteer:
        """Give the ground of a matter, made once."""
        return matter.once(cls)

    def __len__(self) -> int:
        return len(self.ids)

    def at(self, place: str | None) -> list[int]:
        """Give the communes of today that a place stands for; none for a place off this ground."""
        return self._heirs.get(place or "", [])

    def communes(self, path: str) -> list[int]:
        """Give the communes of a territory, or those of today that a place stands for; none off this ground."""
        territory = self.get(path)
        return self.at(path) if territory is None else territory.communes.tolist()

    def in_classes(self, grid: str, names: Collection[str]) -> Values:
        """Tell of each commune whether a grid puts it in one of some classes (`"3"`): 1 or 0, NaN where it is not known."""
        found = [float(of.rpartition("/")[2] in names) if of else np.nan for of in self.classes[grid]]
        return np.array(found, dtype=float)

    def locate(self, frame: pl.DataFrame, column: str = "place", *, wide: bool = False) -> pl.DataFrame:
        """Add the commune of today of each row, as `at`; rows off the ground, or of no known place, are left out.

        A place that became several communes gives a row for each. `wide` also keeps what a département alone places: `at`
        goes on through `departments` after the communes, as in `widen`.
        """
        lookup = self._wide_lookup if wide else self._lookup
        return frame.join(lookup, left_on=column, right_on="place", how="inner")

    @cached_property
    def departments(self) -> list[Territory]:
        """The départements whose communes are all here, in the order of their codes."""
        found = (one for one in self.of_level("department") if one.id not in self.in_part)
        return sorted(found, key=lambda one: one.id)

    def widen(self, communes: Mask) -> Mask:
        """Go on, after a mask of communes, through the départements that it holds whole: what one alone places is there."""
        whole = [communes[one.communes].all() for one in self.departments]
        return np.concatenate([communes, np.array(whole, dtype=bool)])

    def widen_distances(self, distances: Values) -> Values:
        """Go on, after distances of communes, through the départements: 0 where all their communes are at 0, else not known."""
        here = self.widen(distances == 0.0)[len(self) :]
        return np.concatenate([distances, np.where(here, 0.0, np.nan)])

    def places_in(self, territory: Territory) -> list[int]:
        """List the communes of a territory, and the départements of a région or a département, as `locate` numbers them."""
        communes: list[int] = territory.communes.tolist()
        if territory.level not in ("department", "region"):
            return communes
        return [
            *communes,
            *(len(self) + np.flatnonzero(self.widen(self.mask(territory))[len(self) :])).tolist(),
        ]

    def mask(self, territory: Territory) -> Mask:
        """Tell which communes are of a territory."""
        found = np.zeros(len(self), dtype=bool)
        found[territory.communes] = True
        return found

    @cached_property
    def wide(self) -> list[tuple[str, str]]:
        """The path and the label of each commune, then of each of `departments`."""
        return [*zip(self.ids, self.labels, strict=True), *((one.id, one.label) for one in self.departments)]

    @cached_property
    def _lookup(self) -> pl.DataFrame:
        pairs = [(place, at) for place, ats in self._heirs.items() for at in ats]
        return pl.DataFrame(pairs, schema={"place": pl.String, "at": pl.Int64}, orient="row")

    @cached_property
    def _wide_lookup(self) -> pl.DataFrame:
        ids = [one.id for one in self.departments]
        ends = {"place": ids, "at": range(len(self), len(self) + len(ids))}
        return pl.concat([self._lookup, pl.DataFrame(ends, schema=self._lookup.schema)])

    @cached_property
    def _members(self) -> dict[str, Places]:
        located = self.locate(self._parts).group_by("territory").agg(pl.col("at").unique().sort())
        return {name: np.array(ats, dtype=np.intp) for name, ats in located.iter_rows()}

    @cached_property
    def inside(self) -> Mask:
        """Which communes lie in the territory looked at; all where its communes are not told."""
        found = np.zeros(len(self), dtype=bool)
        for path in self._paths(self._within):
            found[self._members.get(path, self.at(path))] = True
        return found if found.any() else ~found

    @cached_property
    def paths_inside(self) -> frozenset[str]:
        """The paths of the communes inside, and of the départements that have some."""
        near = {self.ids[at] for at in np.flatnonzero(self.inside)}
        return frozenset(
            near | {one.id for one in self.of_level("department") if self.inside[one.communes].any()}
        )

    @cached_property
    def home(self) -> Mask:
        """Which communes lie inside, or share an intercommunality with one that does."""
        found = self.inside.copy()
        for name, communes in self._members.items():
            if name.startswith("territory/epci/") and self.inside[communes].any():
                found[communes] = True
        return found

    @cached_property
    def bordering(self) -> dict[str, Places]:
        """The communes of each département that has none inside, by its path."""
        return {
            name: communes
            for name, communes in self._members.items()
            if name.startswith("territory/department/") and not self.inside[communes].any()
        }

    @cached_property
    def in_part(self) -> frozenset[str]:
        """The territories of which some communes are not known here.

        A territory overlaps another when it has communes in it and communes out of it: where none is known on one of
        the two sides, there are more than are known.
        """
        if "overlaps" not in self._territories.columns:
            return frozenset()
        found = set()
        rows = self._territories.select("territory", "overlaps").drop_nulls().iter_rows()
        for name, others in rows:
            for other in others.replace(ID, "").split() if name in self._members else ():
                shared = np.isin(self._members[name], self._members.get(other, ()))
                if not shared.any() or shared.all():
                    found.add(name)
        return frozenset(found)

    @cached_property
    def _named(self) -> dict[str, tuple[str, str]]:
        """Label and level of every territory that has communes here, inside or beside it, in the order of `BY_NAME`."""
        rows = self._territories.select("territory", "label", "level").iter_rows()
        found = {
            name: (label, _LEVEL_OF[level.rsplit("/", 1)[-1]])
            for name, label, level in rows
            if name in self._members and self.home[self._members[name]].any()
        }
        places = zip(self.ids, self.labels, self.home.tolist(), strict=True)
        found |= {place: (label, "commune") for place, label, is_home in places if is_home}
        return dict(sorted(found.items(), key=lambda one: BY_NAME.index(one[1][1])))

    def territory(self, name: str) -> Territory:
        """Find a territory by its code ("200040715", "07"), path ("region/84"), IRI, or exact name, accents left aside.

        A name may come with what `precise` tells it by, or with a part of that: "Privas (Ardèche)". One that nothing has is
        that of the only intercommunality whose name differs by the legal form alone: "Grand Chambéry".

        Raises UnknownName with the nearest names, SharedName for a name that several of the first level have,
        or a code that several levels have.
        """
        paths = (*self._paths(name), f"territory/region/{name.strip()}")
        called = list(dict.fromkeys(path for path in paths if path in self._named))  # « 84 »: two levels
        called = called or self._called.get(fold(name)) or self._precisely(name)
        called = called or self._bare.get(_bare(name), [])
        if len(called) > 1:
            raise SharedName(name, [(self._named[path][0], ID + path) for path in called])
        if called:
            return self._of_path(called[0])
        raise UnknownName("territory", name, self._nearest(name))

    def precise(self, territory: Territory, language: str = SOURCE) -> str:
        """Write a territory so that it is told from its homonyms, and found again: « Saint-Priest (Rhône, 69290) »."""
        if territory.level != "commune" and self._called.get(fold(territory.label)) == [territory.id]:
            return territory.label
        return f"{territory.label} ({', '.join(self._details(territory.id, language))})"

    def _details(self, path: str, language: str) -> list[str]:
        """Give what tells a territory from its homonyms: département and code of a commune, level and code of others."""
        _, level, code = path.split("/", 2)
        if level != "commune":
            return [TERRITORY_KINDS[level][0][language], code]
        department = f"territory/department/{department_of(code)}"
        return [*([self._named[department][0]] if department in self._named else []), code]

    def _precisely(self, name: str) -> list[str]:
        """Give the paths of the territories that a name with details means; raises UnknownName where none has all these."""
        if (told := _PRECISE.fullmatch(name.strip())) is None:
            return []
        bare, details = fold(told[1]), {fold(detail) for detail in told[2].split(",")}
        same = [path for path, (label, _) in self._named.items() if fold(label) == bare]
        told_of = {
            path: {fold(one) for language in languages() for one in self._details(path, language)}
            for path in same
        }
        meant = [path for path in same if details <= told_of[path]]
        if same and not meant:
            raise UnknownName("territory", name, [(self._named[path][0], ID + path) for path in same])
        return meant

    @cached_property
    def by_postcode(self) -> dict[str, list[str]]:
        """Paths of the communes of each postcode, by name."""
        rows = self._matter.frame("postcodes").select("postcode", "place").unique()
        found: dict[str, list[str]] = {}
        for postcode, place in sorted(rows.iter_rows(), key=lambda row: self._named.get(row[1], ("",))[0]):
            if place in self._named:
                found.setdefault(postcode, []).append(place)
        return found

    def get(self, path: str) -> Territory | None:
        """Give the territory of a path, or None for one that is not on this ground."""
        return self._of_path(path) if path in self._named else None

    def commune(self, at: int) -> Territory:
        """Give a commune of the ground as a territory, one beyond the edge too."""
        return Territory(self.ids[at], self.labels[at], "commune", np.array([at], dtype=np.intp))

    def _of_path(self, path: str) -> Territory:
        if (made := self._made.get(path)) is None:
            label, level = self._named[path]
            communes = np.array(self.at(path) if level == "commune" else self._members[path], dtype=np.intp)
            made = self._made[path] = Territory(path, label, level, communes)
        return made

    def territories(self, level: str, within: str | None = None) -> list[Territory]:
        """List the territories of a level that have a commune within another, in the order of their codes."""
        if level not in self._sorted:
            found = sorted(self.of_level(level), key=lambda one: one.id)
            ends = np.cumsum([len(one.communes) for one in found], dtype=np.intp)
            self._sorted[level] = found, np.concatenate([ends[:0], *(one.communes for one in found)]), ends
        found, communes, ends = self._sorted[level]
        if within is None:
            return list(found)
        inside = self.mask(self.territory(within))
        met = np.concatenate([[0], np.cumsum(inside[communes])])[ends]  # communes met up to the end of each
        return [one for one, some in zip(found, np.diff(met, prepend=0).tolist(), strict=True) if some]

    def containing(self, territory: Territory, level: str) -> list[tuple[Territory, float]]:
        """List the territories of a level that share communes with one, with their share of its communes, largest first."""
        mine = self.mask(territory)
        found = [
            (other, float(mine[other.communes].sum()) / len(territory.communes))
            for other in self.of_level(level)
        ]
        return sorted((pair for pair in found if pair[1] > 0), key=lambda pair: (-pair[1], pair[0].id))

    def of_level(self, level: str) -> list[Territory]:
        """List all the territories of a level that have a commune here, in no order."""
        return [self._of_path(path) for path, (_, one) in self._named.items() if one == level]

    def distances(self, to: Territory) -> Values:
        """Give the distance in kilometres of each commune to the nearest commune of a territory; NaN without position.

        A commune of the territory is at 0. Distances are great circles between the points that the source gives for
        communes: roads and relief lengthen them.
        """
        if not len(to.communes):
            return np.full(len(self), np.nan)
        points = np.column_stack([self.lat, self.long])
        known = to.communes[~np.isnan(points[to.communes]).any(axis=1)]
        nearest: Values = np.full(len(self), np.nan)
        if len(known):
            from ..analysis.access import (
                nearest_circle,  # scipy, half a second that names alone need not cost
            )

            nearest = nearest_circle(points, points[known])
        nearest[to.communes] = 0.0
        return nearest

    def least_distances(self, to: Territory, others: Iterable[str]) -> dict[str, float]:
        """Give how far the nearest commune of each other territory (paths) is from one, in kilometres; 0 where they meet.

        Those that are not on this ground, or without position, are left out.
        """
        found = [one for path in others if (one := self.get(path)) is not None and len(one.communes)]
        if not found:
            return {}
        starts = np.cumsum([0, *(len(one.communes) for one in found[:-1])])
        far = self.distances(to)[np.concatenate([one.communes for one in found])]
        least = np.fmin.reduceat(far, starts).tolist()
        return {one.id: km for one, km in zip(found, least, strict=True) if km == km}

    def _place_by_districts(self, districts: pl.DataFrame) -> None:
        """Put a commune that has no position of its own, such as Lyon, amid its municipal districts."""
        means = districts.drop_nulls(["lat", "long"]).group_by("territory").agg(pl.col("lat", "long").mean())
        for commune, lat, long in means.iter_rows():
            at = self._at[commune]
            if np.isnan(self.lat[at]) or np.isnan(self.long[at]):
                self.lat[at], self.long[at] = lat, long

    def _add_former(self, former: pl.DataFrame) -> None:
        heirs: dict[str, list[str]] = {}
        for gone, place in former.select("former", "place").iter_rows():
            heirs.setdefault(gone, []).append(place)
        for gone in heirs:
            found = sorted({at for place in _last(gone, heirs) for at in self._heirs.get(place, [])})
            if found and gone not in self._heirs:
                self._heirs[gone] = found

    def _paths(self, name: str) -> Iterable[str]:
        text = name.strip().removeprefix(ID)
        yield text
        with suppress(BadValue):
            yield _PARAMETER.terms(text)[0].strip("<>").removeprefix(ID)

    @cached_property
    def _called(self) -> dict[str, list[str]]:
        """Paths of the territories that each name means: of those that have it, the ones of the first level."""
        found: dict[str, list[str]] = {}
        for path, (label, level) in self._named.items():
            same = found.setdefault(fold(label), [])
            if not same or self._named[same[0]][1] == level:
                same.append(path)
        return found

    @cached_property
    def _bare(self) -> dict[str, list[str]]:
        """Path of the intercommunality that each name without a legal form means; none for a name that several have."""
        found: dict[str, list[str]] = {}
        for path, (label, level) in self._named.items():
            if level == "epci":
                found.setdefault(_bare(label), []).append(path)
        return {name: paths for name, paths in found.items() if len(paths) == 1}

    def _nearest(self, name: str) -> list[tuple[str, str]]:
        if _POSTCODE.fullmatch(name.strip()) and (served := self.by_postcode.get(name.strip())):
            return [(self._named[path][0], ID + path) for path in served]
        words: dict[str, list[str]] = {}
        asked = name.removeprefix("territory/").partition("/")[
            0
        ]  # a path tells its level: others are not near
        for path, (label, level) in self._named.items():
            if asked in BY_NAME and asked != level:
                continue
            bare = label.casefold()
            for key in (bare, bare.split(" ", 1)[-1] if level == "epci" else bare, path.rsplit("/", 1)[-1]):
                words.setdefault(key, []).append(path)
        text = name.rsplit("/", 1)[-1].strip().casefold()
        if text.isdigit():  # codes that share a few digits are not near: only one mistyped digit is
            near = get_close_matches(text, words, n=3, cutoff=0.8)
        else:
            near = get_close_matches(text, words, n=3, cutoff=0.5)
            near[1:1] = [key for key in words if len(text) >= 4 and text in key]
        paths = dict.fromkeys(path for key in near for path in words[key])
        return [(self._named[path][0], ID + path) for path in list(paths)[:3]]


def _bare(name: str) -> str:
    """Fold a name, without the legal form that it begins with.

    >>> _bare("CA du Grand Chambéry"), _bare("Communauté de communes de l'Oisans"), _bare("Grand-Chambéry")
    ('grand chambery', 'oisans', 'grand chambery')
    """
    folded = fold(name)
    form = _LEGAL_FORM.match(folded)
    return folded[form.end() :] if form else folded


def _last(gone: str, heirs: dict[str, list[str]]) -> set[str]:
    """Follow former communes to the communes that are not themselves gone."""
    found, seen, todo = set(), {gone}, list(heirs[gone])
    while todo:
        place = todo.pop()
        if place in heirs and place not in seen:
            seen.add(place)
            todo += heirs[place]
        elif place not in heirs:
            found.add(place)
    return found
