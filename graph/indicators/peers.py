"""Structural peers of a territory: those of its level nearest by population, density, sectors and remoteness.

Peers are compared, never ranked: they are listed in the order of their codes, and each says why it is one.

Distance. Four differences are measured between two territories: of the logarithm of the population; of the mean
density class of the inhabitants (1 dense to 4 very sparse, INSEE's grid of communes); of the logarithm of one plus the
mean distance in km to the nearest higher education programme; and between the shares of sectors (A17) in establishments,
by Hellinger's distance (`structural_differences`). The distance is the root of the mean of the four: 1 is what two
territories of the level taken at random differ by, and who differs by more is no peer. Near the edge of what the source of
programmes covers, the nearest one may lie beyond: where remoteness is not known of one of the two, the other three tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ...words import N_, Spoken, gettext, languages, number
from ..analysis.structure import structural_differences
from ..analysis.uncertainty import TooFewData
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .board import Board
from .edges import by_distance
from .reaches import distance

Values = npt.NDArray[np.float64]

LEAST_ESTABLISHMENTS = 20
"""Establishments under which the shares of sectors say too little."""
LEAST_TERRITORIES = 8
"""Territories of a level, their traits known but remoteness, under which "nearest" means nothing."""
NEAREST = 5
MOST = 1.0
"""Distance from which a territory is no peer: it is no more alike than one taken at random."""
CLOSE = 0.5
"""Squared difference of sectors, over its mean, under which they are said to be close."""
REMOTENESS = "remoteness"
SCALARS = ("population", "density", REMOTENESS)
TRAITS = (*SCALARS, "sectors")
_BEYOND = N_(
    "distance à une formation non comparée : l’une des deux n’est pas connue, près d’un bord de la région"
)


@dataclass(frozen=True)
class Peer:
    """A peer: its `id` and `label`, its `distance` (1: two territories at random), and `why` in French and English.

    `traits` gives its population, mean density class, and km to a programme; `parts` the four squared differences, each
    over its mean.
    """

    id: str
    label: str
    distance: float
    traits: Mapping[str, float]
    parts: Mapping[str, float]
    why: Mapping[str, str]


class Structures:
    """The traits of all territories of a matter, level by level: `frame` has a row for each."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._levels: dict[str, _Level] = {}

    @classmethod
    def of(cls, matter: RegionView) -> Structures:
        """Give the structures of a matter, from what is kept beside its snapshot where it is."""
        key = f"structures 3 {matter.within} {matter.illustrative} {matter.scenario}"
        return cls(_measured(matter) if matter.scenario else matter.kept(key, lambda: _measured(matter)))

    def peers(self, territory: str, count: int = NEAREST) -> list[Peer]:
        """List the nearest territories of the same level, in the order of their codes: those that are alike (`MOST`).

        Args:
            territory: path of a territory ("territory/epci/200040715").
            count: how many at most.

        Raises:
            TooFewData: a trait of the territory is unknown, it has too few establishments, or its level too few
                territories.

        >>> try:
        ...     Structures(pl.DataFrame(schema=SCHEMA)).peers("territory/epci/1")
        ... except TooFewData as error:
        ...     print(error)
        too few data for structural peers: there is nothing known of territory/epci/1, needed: the four traits
        """
        at = self._places.get(territory)
        if at is None:
            raise _refusal(f"is nothing known of {territory}", "the four traits")
        row = self.frame.row(at, named=True)
        if unknown := [name for name in TRAITS if row[name] is None and name != REMOTENESS]:
            raise _refusal(
                f"is no {', '.join(unknown)}", f"the four traits, and {LEAST_ESTABLISHMENTS} establishments"
            )
        level = self._level(row["level"])
        size = len(level.ids)
        if size < LEAST_TERRITORIES:
            there = "is 1 territory" if size == 1 else f"are {size} territories"
            raise _refusal(f"{there} of the level", f"{LEAST_TERRITORIES} territories")
        at = level.ids.index(territory)
        parts = structural_differences(level.scalars, level.shares, at)
        far = np.sqrt(np.nanmean(parts, axis=1))
        far[at] = np.inf
        nearest = sorted(n for n in np.argsort(far, kind="stable")[:count].tolist() if far[n] <= MOST)
        mine = level.rows.row(at, named=True)
        return [_peer(mine, level.rows.row(n, named=True), float(far[n]), parts[n]) for n in nearest]

    @cached_property
    def _places(self) -> dict[str, int]:
        """The row of each territory."""
        return {id: n for n, id in enumerate(self.frame["territory"])}

    def _level(self, level: str) -> _Level:
        if level not in self._levels:
            self._levels[level] = _Level.of(self.frame.filter(pl.col("level") == level))
        return self._levels[level]


@dataclass(frozen=True)
class _Level:
    """The territories of a level whose traits are known, remoteness aside (NaN), in the order of their codes."""

    rows: pl.DataFrame
    ids: list[str]
    scalars: Values
    shares: Values

    @classmethod
    def of(cls, frame: pl.DataFrame) -> _Level:
        known = frame.drop_nulls([name for name in TRAITS if name != REMOTENESS]).sort("territory")
        away = (1 + pl.col(REMOTENESS)).log().fill_null(np.nan)
        found = known.select(pl.col("population").log(), "density", away).to_numpy()
        shares = np.array(known["sectors"].to_list(), dtype=float).reshape(known.height, -1)
        rows = known.select("territory", "label", *SCALARS)
        return cls(rows, known["territory"].to_list(), found, shares)


SCHEMA: dict[str, Any] = {
    "territory": pl.String,
    "label": pl.String,
    "level": pl.String,
    "population": pl.Float64,
    "density": pl.Float64,
    "remoteness": pl.Float64,
    "sectors": pl.List(pl.Float64),
}


def _measured(matter: RegionView) -> pl.DataFrame:
    """Measure the traits of every territory; what is not known is null."""
    board, ground = Board.of(matter), Gazetteer.of(matter)
    degree = np.array([float(one.rsplit("/", 1)[-1]) if one else np.nan for one in ground.classes["density"]])
    options = {"frame": "followed", "item": "programme"}
    found = distance(matter, options)
    away = by_distance(matter, "distance", options, found)
    away = (found if away is None else away).drop_nulls("value")
    km = dict(away.select("territory", "value").iter_rows())
    made = {
        "territory": board.ids,
        "label": board.labels,
        "level": board.levels.tolist(),
        "population": [value if value > 0 else None for value in board.population.tolist()],
        "density": board.weighted(degree).tolist(),
        "remoteness": [km.get(one) for one in board.ids],
        "sectors": _shares(matter, board),
    }
    return pl.DataFrame(made, schema=SCHEMA).with_columns(pl.col("population", "density").fill_nan(None))


def _shares(matter: RegionView, board: Board) -> list[list[float] | None]:
    """Give the shares of sectors (A17) in the establishments of each territory; None under the minimum."""
    rows = matter.frame("establishments").filter(pl.col("sector").str.starts_with("sector/a17/"))
    rows = board.ground.locate(rows.filter(pl.col("year") == pl.col("year").max()).drop_nulls("value"))
    sectors = rows["sector"].unique().sort().to_list()
    counts = np.zeros((len(board.ground), len(sectors)))
    columns = np.array([sectors.index(one) for one in rows["sector"]], dtype=np.intp)
    np.add.at(counts, (rows["at"].to_numpy().astype(np.intp), columns), rows["value"].to_numpy())
    sums = np.asarray(board.members @ counts)
    totals = sums.sum(axis=1)
    return [
        (sums[n] / totals[n]).tolist() if totals[n] >= LEAST_ESTABLISHMENTS else None
        for n in range(len(board))
    ]


def _peer(
    mine: Mapping[str, object],
    other: Mapping[str, object],
    far: float,
    parts: Values,
) -> Peer:
    shares = {name: part for name, part in zip(TRAITS, parts.tolist(), strict=True) if part == part}
    traits = {name: float(str(other[name])) for name in SCALARS if other[name] is not None}
    return Peer(
        str(other["territory"]),
        str(other["label"]),
        far,
        traits,
        shares,
        {language: _why(mine, other, shares, language) for language in languages()},
    )


def _why(
    mine: Mapping[str, object], other: Mapping[str, object], parts: Mapping[str, float], language: str
) -> str:
    """Say what makes a peer: its figures beside those of the territory, and whether sectors are alike."""

    def both(name: str, decimals: int) -> dict[str, str]:
        return {
            name: number(float(str(other[name])), language, decimals),
            f"{name}_here": number(float(str(mine[name])), language, decimals),
        }

    away: Spoken = _BEYOND
    if REMOTENESS in parts:
        far = both(REMOTENESS, 0)
        away = N_(
            "à {there} km d’une formation (ici {here} km)",
            there=far[REMOTENESS],
            here=far[f"{REMOTENESS}_here"],
        )
    alike = N_("secteurs proches") if parts["sectors"] <= CLOSE else N_("secteurs moins proches")
    return gettext(
        "{population} habitants (ici {population_here}) ; classe de densité moyenne {density} (ici {density_here}) ; {away} ; "
        "{alike}",
        language,
        away=away,
        alike=alike,
        **both("population", 0),
        **both("density", 1),
    )


def _refusal(found: str, needed: str) -> TooFewData:
    return TooFewData("structural peers", found, needed)
