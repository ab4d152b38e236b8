"""Figures of many territories at once: what is counted in each, by evidence, and how far it is from its communes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ..analysis.access import floating_catchment, great_circle
from ..ground import Ground, Territory
from ..matter import Matter

Array = npt.NDArray[np.float64]
REACH = 30.0
"""Kilometres, as the crow flies, within which something is said to be near."""


@dataclass(frozen=True)
class Value:
    """A figure of a territory: its `value`, or None with the `status` that tells why ("missing", "suppressed").

    `evidence` counts the facts used by evidence status; `hidden` the cells under statistical secrecy that a sum lacks.
    """

    value: float | None
    status: str = "known"
    evidence: Mapping[str, int] = field(default_factory=dict)
    hidden: int = 0


def members(ground: Ground, territories: Sequence[Territory]) -> csr_array:
    """Give territories × communes of the ground, of 0 and 1."""
    columns = (
        np.concatenate([one.communes for one in territories]) if territories else np.zeros(0, dtype=np.intp)
    )
    rows = np.repeat(np.arange(len(territories)), [len(one.communes) for one in territories])
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(territories), len(ground)))


def count(matter: Matter, territories: Sequence[Territory], rows: pl.DataFrame) -> list[Value]:
    """Count distinct items in each territory, whatever the number of communes they are in.

    `rows` has `item`, `place`, `evidence` and perhaps `weight`: the items are then summed by their weight, those
    without are left out, and a territory where none of its items has one is "missing".
    """
    ground = Ground.of(matter)
    located = ground.locate(rows.drop_nulls("item"))
    items = located.group_by("item", maintain_order=True).first()
    number = items.select("item").with_row_index("number")
    pairs = located.select("item", "at").unique().join(number, on="item")
    places = csr_array(
        (np.ones(pairs.height), (pairs["number"].to_numpy(), pairs["at"].to_numpy())),
        shape=(items.height, len(ground)),
    )
    within = (members(ground, territories) @ places.T).tocsr()
    within.data[:] = 1.0
    statuses = items["evidence"].fill_null("documented")
    names = sorted(statuses.unique().to_list())
    status = np.array([names.index(one) for one in statuses], dtype=np.intp)
    tallies = np.asarray(within @ np.eye(len(names))[status].reshape(len(status), len(names)))
    totals = tallies.sum(axis=1)
    values: list[float | None] = totals.tolist()
    if "weight" in items.columns:
        weight = items["weight"].cast(pl.Float64).fill_null(np.nan).to_numpy()
        known = (~np.isnan(weight)).astype(float)
        sums, having = within @ np.nan_to_num(weight), within @ known
        values = [
            None if total and not some else float(sum)
            for total, some, sum in zip(totals, having, sums, strict=True)
        ]
    return [
        Value(value, "known" if value is not None else "missing", _tally(names, tally))
        for value, tally in zip(values, tallies, strict=True)
    ]


def sums(matter: Matter, territories: Sequence[Territory], values: Array) -> list[Value]:
    """Sum values of communes in each territory; "missing" where one of them is not known (NaN)."""
    matrix = members(Ground.of(matter), territories)
    unknown = matrix @ np.isnan(values).astype(float)
    found = matrix @ np.nan_to_num(values)
    return [
        Value(None, "missing") if missing else Value(float(value))
        for value, missing in zip(found, unknown, strict=True)
    ]


@dataclass(frozen=True)
class Reached:
    """For each commune, whether a supply is `near` it (NaN: its position is not known), and its `access` to the supply."""

    near: Array
    access: Array


def reached(matter: Matter, rows: pl.DataFrame) -> Reached:
    """Tell which communes have an item of `rows` (`item`, `place`) within reach, and their access to all of them.

    Access is that of two-step floating catchments (`floating_catchment`) with f = 1 within `REACH`: items for each
    inhabitant who can reach them. A commune is at 0 km of what it holds itself.
    """
    ground = Ground.of(matter)
    supply = (
        ground.locate(rows.drop_nulls("item")).select("item", "at").unique().group_by("at").len().sort("at")
    )
    ats, supplied = supply["at"].to_numpy(), supply["len"].to_numpy().astype(float)
    points = np.column_stack([ground.lat, ground.long])
    placed = ~np.isnan(points).any(axis=1)
    if not len(ats):
        return Reached(np.where(placed, 0.0, np.nan), np.zeros(len(ground)))
    far = great_circle(points, points[ats])
    far[ats, np.arange(len(ats))] = 0.0
    near = (np.nan_to_num(far, nan=np.inf) <= REACH).any(axis=1)
    people = np.nan_to_num(ground.population)
    access = floating_catchment(people, supplied, far, REACH).access
    return Reached(np.where(near, 1.0, np.where(placed, 0.0, np.nan)), access)


def near_people(
    matter: Matter, territories: Sequence[Territory], found: Reached, *, share: bool
) -> list[Value]:
    """Count the inhabitants of each territory, or their share, who have something near.

    "missing" where the population of a commune, or the position of an inhabited one, is not known.
    """
    ground = Ground.of(matter)
    people = ground.population
    values = np.where(people == 0, 0.0, people * found.near)
    close, all_of_them = sums(matter, territories, values), sums(matter, territories, people)
    if not share:
        return close
    return [
        Value(one.value / total.value) if one.value is not None and total.value else Value(None, "missing")
        for one, total in zip(close, all_of_them, strict=True)
    ]


def mean_access(
    matter: Matter, territories: Sequence[Territory], found: Reached, *, relative: bool
) -> list[Value]:
    """Give the mean access of the inhabitants of each territory: items for 100,000 inhabitants.

    `relative`: as a ratio to the mean of the territory that the matter was read for. "missing" where a population is
    not known, or where nothing can be reached anywhere (relative).
    """
    ground = Ground.of(matter)
    people = ground.population
    whole = [ground.territory(matter.within)] if relative else []
    every = [*territories, *whole]
    amounts, all_of_them = sums(matter, every, people * found.access), sums(matter, every, people)
    means = [
        one.value / total.value if one.value is not None and total.value else None
        for one, total in zip(amounts, all_of_them, strict=True)
    ]
    unit = 1e-5
    if relative:
        unit = means.pop() or 0.0
    return [Value(one / unit) if one is not None and unit else Value(None, "missing") for one in means]


def _tally(names: Sequence[str], counts: Array) -> dict[str, int]:
    return {name: int(number) for name, number in zip(names, counts, strict=True) if number}


Compute = Callable[[Matter, Sequence[Territory]], list[Value]]
