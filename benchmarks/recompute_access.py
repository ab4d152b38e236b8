"""Access computed again from raw positions: residents within reach, distances to the nearest item, floating catchments.

Distances are along great circles between the positions of communes. A bordering département where a source of one region has
next to nothing is not covered by it: what stands there is unknown, and a figure that depends on it by a tenth is not told. Nor is
what stands abroad: the outline of the region away from the communes of France beyond it is where another country begins.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

Array = npt.NDArray[np.float64]
Found = tuple[str, pl.DataFrame, float]
BORDERING = ("04", "05", "12", "18", "19", "23", "30", "39", "46", "48", "58", "71", "84")
RADIUS, NEAR, WIDE, LEAST_COVERED, TENTH = 6371.0088, 30.0, 50.0, 5, 0.1
ALPS, BESIDE = ("01", "73", "74"), 12.0
"""Départements of the region that border another country; kilometres from the communes of France beyond that tell its border."""


class Ground:
    """The ground that access is told on, and the means of territories over their inhabitants.

    It is the communes of the region and of the départements around it, with all those of the intercommunalities that
    have one there.
    """

    def __init__(
        self,
        communes: pl.DataFrame,
        members: pl.DataFrame,
        held: pl.DataFrame,
        region: str,
        outline: pl.DataFrame,
    ) -> None:
        home = (pl.col("region") == region).fill_null(False)
        around = communes.filter(home | pl.col("department").is_in(BORDERING))["code"]
        groups = members.filter(pl.col("level") == "epci")
        met = groups.filter(pl.col("commune").is_in(around.implode()))["code"]
        with_them = groups.filter(pl.col("code").is_in(met.implode()))["commune"]
        kept = pl.col("code").is_in(around.implode()) | pl.col("code").is_in(with_them.implode())
        self.communes = communes.filter(kept).with_row_index("at")
        self.inside = self.communes.select(home).to_series().to_numpy()
        self.people = self.communes["population"].cast(float).fill_null(0).to_numpy()
        self.points = np.radians(self.communes.select(pl.col("lat", "lon").cast(float)).to_numpy())
        self.placed = ~np.isnan(self.points).any(axis=1)
        self.held = held.join(self.communes.select("at", "population", commune="code"), on="commune")
        self.abroad = self.to_abroad(np.radians(outline.select("lat", "lon").to_numpy()))

    def to_abroad(self, outline: Array) -> Array:
        """Give the distance of each commune to another country, from points of the outline of the region; infinite without."""
        here, alps = self.inside, self.communes["department"].is_in(ALPS).to_numpy()
        mine, beyond = (self.vectors(np.flatnonzero(self.placed & one)) for one in (here & alps, ~here))
        points = on_sphere(outline)
        if not len(points) or not len(mine) or not len(beyond):
            return np.full(len(self.people), np.inf)
        border = points[(apart(points, beyond) > BESIDE) & (apart(points, mine) <= BESIDE)]
        far = np.full(len(self.people), np.nan)
        far[self.placed] = apart(self.vectors(np.flatnonzero(self.placed)), border) if len(border) else np.inf
        return far

    def distances(self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> Array:
        """Give kilometres between communes, rows × columns, by the cosines of the angle halved."""
        one, other = (self.vectors(at) for at in (rows, columns))
        chord = np.linalg.norm(one[:, None, :] - other[None, :, :], axis=2)
        return np.asarray(2 * RADIUS * np.arcsin(np.clip(chord / 2, 0, 1)))

    def vectors(self, at: npt.NDArray[np.int64]) -> Array:
        """Give the points of communes on the unit sphere."""
        return on_sphere(self.points[at])

    def nearest(self, columns: npt.NDArray[np.int64]) -> Array:
        """Give the distance of each commune inside to the nearest of some; NaN without position, infinite without any."""
        far = np.full(len(self.people), np.nan)
        columns = columns[self.placed[columns]]
        mine = np.flatnonzero(self.placed & self.inside)
        for rows in np.array_split(mine, 20):
            far[rows] = self.distances(rows, columns).min(axis=1) if len(columns) else np.inf
        return far

    def means(self, values: Array) -> pl.DataFrame:
        """Average a value of communes over the inhabitants of each territory that it is known of (99 %)."""
        known = pl.DataFrame({"at": np.arange(len(values)), "x": values}).with_columns(
            pl.col("at").cast(pl.UInt32), pl.col("x").fill_nan(None)
        )
        people, x = pl.col("population"), pl.col("x")
        found = (
            self.held.join(known, on="at")
            .group_by("level", "code")
            .agg(
                value=(people * x).sum() / people.filter(x.is_not_null()).sum(),
                known=people.filter(x.is_not_null()).sum() / people.sum(),
            )
        )
        return found.filter(pl.col("known") >= 0.99).select("level", "code", "value")

    def at(self, items: pl.DataFrame) -> pl.DataFrame:
        """Give items (id, commune) with the row of their commune, as `at`, once each."""
        return (
            items.join(self.communes.select("at", commune="code"), on="commune").select("id", "at").unique()
        )

    def covered(self, items: pl.DataFrame) -> npt.NDArray[np.bool_]:
        """Tell which communes a source covers: those inside, and those of a département with several of its items."""
        first = self.at(items).unique("id", keep="any").join(self.communes, on="at")
        seen = first.group_by("department").len().filter(pl.col("len") >= LEAST_COVERED)["department"]
        return np.asarray(self.inside | self.communes["department"].is_in(seen.implode()).to_numpy())


def on_sphere(points: Array) -> Array:
    """Put points (latitude, longitude in radians) on the unit sphere."""
    lat, lon = points.T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def apart(points: Array, others: Array) -> Array:
    """Give the kilometres from each point of the unit sphere to the nearest of others."""
    return np.asarray(
        2 * RADIUS * np.arcsin([np.linalg.norm(others - one, axis=1).min() / 2 for one in points])
    )


def access(ground: Ground, name: str, items: pl.DataFrame, covering: pl.DataFrame | None) -> Iterator[Found]:
    """Give the share of the inhabitants who have an item within 30 km, and their access by floating catchments of 50 km.

    `items` are id, commune (null: unknown; where most are, that none is known is no zero); `covering` those of the whole
    source where it covers a region (null: it covers the country).
    """
    far = ground.nearest(ground.at(items)["at"].unique().to_numpy())
    covered = np.ones(len(far), dtype=bool) if covering is None else ground.covered(covering)
    near = np.fmin(np.fmin(far, edge(ground, covered)), ground.abroad)
    least, most = (
        ground.means(np.where(np.isnan(far), np.nan, (one <= NEAR) * 100.0)) for one in (far, near)
    )
    is_zero = items.drop_nulls("commune")["id"].n_unique() >= items["id"].n_unique() / 2
    reached = told(least, most, least).filter((pl.col("value") > 0) | is_zero)
    yield f"reach-{name}", reached, 0.051
    known = ground.means(unknown_share(ground, covered))
    known = known.filter(pl.col("value") <= TENTH)
    found = ground.means(catchments(ground, items))
    whole = found.filter(pl.col("level") == "region")["value"][0]
    found = found.join(known, on=["level", "code"], how="semi")
    found = found.with_columns(value=100 * pl.col("value") / whole)
    yield f"access-{name}", found.filter((pl.col("value") > 0) | is_zero), 5e-6


def distance(ground: Ground, name: str, items: pl.DataFrame) -> Iterator[Found]:
    """Give the mean distance of inhabitants to the nearest item of a source that covers a region."""
    far = ground.nearest(ground.at(items)["at"].unique().to_numpy())
    near = np.fmin(np.fmin(far, edge(ground, ground.covered(items))), ground.abroad)
    most, least = (ground.means(one) for one in (far, near))
    yield name, told(least, most, most), 0.051


def told(least: pl.DataFrame, most: pl.DataFrame, value: pl.DataFrame) -> pl.DataFrame:
    """Keep the values whose bounds are within a tenth of the upper one."""
    keys = ["level", "code"]
    both = least.join(most, on=keys, suffix="_most")
    tight = both.filter(pl.col("value_most") - pl.col("value") <= TENTH * pl.col("value_most"))
    return value.join(tight, on=keys, how="semi")


def edge(ground: Ground, covered: npt.NDArray[np.bool_]) -> Array:
    """Give the distance of each commune to the nearest one that a source does not cover."""
    return ground.nearest(np.flatnonzero(~covered & ground.placed))


def weights(far: Array) -> Array:
    """Give the Gaussian weight of distances: 1 at no distance, 0 at 50 km and beyond."""
    floor = np.exp(-0.5)
    return np.where(far <= WIDE, (np.exp(-0.5 * (far / WIDE) ** 2) - floor) / (1 - floor), 0.0)


def unknown_share(ground: Ground, covered: npt.NDArray[np.bool_]) -> Array:
    """Give the share of the people within reach of each commune who live where nothing is known; that of a nearer border."""
    share = np.where(ground.inside & ground.placed, weights(ground.abroad), np.nan)
    if covered.all():
        return share
    everyone = np.flatnonzero(ground.placed)
    for rows in np.array_split(np.flatnonzero(ground.inside & ground.placed), 20):
        near = weights(ground.distances(rows, everyone)) * ground.people[everyone]
        past = near[:, ~covered[everyone]].sum(axis=1) / np.maximum(near.sum(axis=1), 1e-9)
        share[rows] = np.maximum(share[rows], past)
    return share


def catchments(ground: Ground, items: pl.DataFrame) -> Array:
    """Give the access of each commune inside: items shared among all within 50 km, then summed over those within 50 km."""
    spread = (
        ground.at(items).with_columns(part=1 / pl.len().over("id")).group_by("at").agg(pl.col("part").sum())
    )
    spread = spread.filter(pl.Series(ground.placed[spread["at"].to_numpy()]))
    sites, supply = spread["at"].to_numpy(), spread["part"].to_numpy()
    everyone = np.flatnonzero(ground.placed)
    near = weights(ground.distances(everyone, sites))
    ratio = supply / (ground.people[everyone] @ near)
    found = np.full(len(ground.people), np.nan)
    found[everyone] = near @ ratio
    return found
