"""Hiring plans of territories: those of the labour pools they are in, by their share of the inhabitants of each pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ..ground import Ground, Territory
from ..matter import Matter
from .counting import Array, Value, members

_ALL, _DIFFICULT = "indicator/hiring-plans", "indicator/hiring-plans-difficult"


@dataclass(frozen=True)
class _Pools:
    """Sums of the last year by pool: all plans, and plans and difficult ones where both are known; cells hidden."""

    pools: list[Territory]
    plans: Array
    paired: Array
    difficult: Array
    hidden: Array


def _pools(matter: Matter) -> _Pools:
    ground, rows = Ground.of(matter), matter.frame("hirings")
    rows = rows.filter(pl.col("year") == pl.col("year").max())
    keys = ["pool", "occupation"]
    plans = rows.filter(pl.col("indicator") == _ALL).group_by(keys).agg(pl.col("value").first())
    hard = rows.filter(pl.col("indicator") == _DIFFICULT).group_by(keys).agg(hard=pl.col("value").first())
    cells = plans.join(hard, on=keys, how="left")
    both = pl.col("value").is_not_null() & pl.col("hard").is_not_null()
    sums = cells.group_by("pool").agg(
        plans=pl.col("value").sum(),
        paired=pl.col("value").filter(both).sum(),
        difficult=pl.col("hard").filter(both).sum(),
        hidden=pl.col("value").is_null().sum().cast(pl.Float64),
    )
    found = {pool: row for pool, *row in sums.iter_rows()}
    pools = [one for one in ground.territories("bassin") if one.id in found]
    columns = np.array([found[one.id] for one in pools], dtype=float).reshape(len(pools), 4).T
    return _Pools(pools, *columns)


def _shares(matter: Matter, territories: Sequence[Territory], pools: Sequence[Territory]) -> Array:
    """Give the share of the inhabitants of each pool who live in each territory: territories × pools."""
    ground = Ground.of(matter)
    people = np.nan_to_num(ground.population)
    inside = members(ground, pools)
    common = (members(ground, territories) * people) @ inside.T
    whole = inside @ people
    shares: Array = common.toarray() / np.where(whole > 0, whole, np.inf)
    return shares


def hiring_plans(matter: Matter, territories: Sequence[Territory]) -> list[Value]:
    """Estimate hiring plans: those of each pool, by the share of its inhabitants who live in the territory.

    Cells under statistical secrecy are not in the sum: it is a lower bound, and `hidden` counts them. A territory
    outside all pools is "missing"; one whose pools show no cell is "suppressed".
    """
    pools = matter.once(_pools)
    shares = _shares(matter, territories, pools.pools)
    return [_value(total, share, pools) for total, share in zip(shares @ pools.plans, shares, strict=True)]


def difficult_share(matter: Matter, territories: Sequence[Territory]) -> list[Value]:
    """Give the share of hirings said to be difficult, over the cells where both numbers are known."""
    pools = matter.once(_pools)
    shares = _shares(matter, territories, pools.pools)
    paired, difficult = shares @ pools.paired, shares @ pools.difficult
    return [
        _value(hard / total if total else None, share, pools)
        for total, hard, share in zip(paired, difficult, shares, strict=True)
    ]


def _value(value: float | None, share: Array, pools: _Pools) -> Value:
    mine = share > 0
    if not mine.any():
        return Value(None, "missing")
    hidden = int(pools.hidden[mine].sum())
    if value is None or (not value and not pools.plans[mine].any()):
        return Value(None, "suppressed" if hidden else "missing", hidden=hidden)
    return Value(float(value), "known", {"inferred": int(mine.sum())}, hidden)
