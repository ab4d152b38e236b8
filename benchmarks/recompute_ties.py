"""Ties computed again from raw participations, by polars: openness (E–I), share with the outside, partners, companies.

Nothing is shared with the product. The definitions are those that the indicators' pages print (decision 0049): somebody who takes
part in an interaction is inside a territory where it acts from a commune of it, outside where its commune is known and is not one
of those or its country is known and is not France, unknown otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

Found = tuple[str, pl.DataFrame, float]
"""An indicator, its values (level, code, value), and what rounding allows."""
AREA, LEAST = ["level", "code"], 10
PAIR = ["interaction", "actor"]


def ties(people: pl.DataFrame, held: pl.DataFrame, every: pl.DataFrame) -> Iterator[Found]:
    """Give the figures of ties of territories.

    `people` has a row a participation: interaction, actor, commune (null: unknown), elsewhere (of a foreign country, or of a
    commune that no table here knows), kind (`company`, `academic` or null). `held` is level, code, commune of the
    territories asked for, `every` that of all which meet the region.
    """
    here = held.join(people.drop_nulls("commune"), on="commune").select(*AREA, *PAIR).unique()
    known = people.group_by(PAIR).agg((pl.col("commune").is_not_null() | pl.col("elsewhere")).any())
    known = known.filter("commune").group_by("interaction").agg(known=pl.len())
    sides = here.group_by(*AREA, "interaction").agg(inside=pl.len()).join(known, on="interaction")
    areas = held.select(AREA).unique()
    counted = areas.join(
        sides.group_by(AREA).agg(
            every=pl.len(),
            outward=(pl.col("known") > pl.col("inside")).sum(),
            inward=(pl.col("inside") > 1).sum(),
        ),
        on=AREA,
        how="left",
    ).fill_null(0)
    out, within = pl.col("outward"), pl.col("inward")
    yield "interactions", counted.select(*AREA, value="every"), 0.5
    enough = counted.filter(pl.col("every") >= LEAST)
    yield "outside-share", enough.select(*AREA, value=100 * out / pl.col("every")), 0.051
    enough = counted.filter(out + within >= LEAST).with_columns(out.cast(float), within.cast(float))
    yield "ei-index", enough.select(*AREA, value=(out - within) / (out + within)), 0.0051
    yield from with_companies(people, here, counted)
    for name, level in (("partner-departments", "department"), ("partner-intercommunalities", "epci")):
        yield name, partners(people, here, held, every, level), 0.5


def with_companies(people: pl.DataFrame, here: pl.DataFrame, counted: pl.DataFrame) -> Iterator[Found]:
    """Give interactions of research or teaching with companies, their share, and who takes part in them."""
    kinds = people.select(*PAIR, "kind").unique()
    both = kinds.group_by("interaction").agg(met=pl.col("kind").drop_nulls().n_unique() == 2)
    met = people.join(both.filter("met"), on="interaction", how="semi")
    mine = here.join(both.filter("met"), on="interaction", how="semi")
    crossed = counted.join(
        mine.group_by(AREA).agg(crossed=pl.col("interaction").n_unique()), on=AREA, how="left"
    ).fill_null(0)
    name = "interactions-academic-company"
    if placed_enough(met, "interaction"):
        yield name, crossed.select(*AREA, value="crossed"), 0.5
    share = crossed.filter(pl.col("every") >= LEAST)
    share = share.select(*AREA, value=100 * pl.col("crossed") / pl.col("every"))
    yield f"{name}-share", share, 0.051
    for indicator, kind, rows, all_rows in (
        ("companies-in-interactions", "company", here, people),
        ("cross-partners", "academic", mine, met),
    ):
        these = kinds.filter(pl.col("kind") == kind)
        held = rows.join(these, on=PAIR).group_by(AREA).agg(value=pl.col("actor").n_unique())
        found = counted.select(AREA).join(held, on=AREA, how="left").fill_null(0)
        if not placed_enough(all_rows.filter(pl.col("kind") == kind), "actor"):
            found = found.filter(pl.col("value") > 0)  # where most are placed nowhere, none is no zero
        yield indicator, found, 0.5


def placed_enough(people: pl.DataFrame, item: str) -> bool:
    """Tell whether half the items have a commune, those abroad left aside."""
    if item == "actor":
        people = people.filter(~pl.col("abroad").any().over("actor"))
    placed = people.drop_nulls("place")[item].n_unique()
    return placed >= 0.5 * people[item].n_unique()


def partners(
    people: pl.DataFrame, here: pl.DataFrame, held: pl.DataFrame, every: pl.DataFrame, level: str
) -> pl.DataFrame:
    """Count the territories of a level, other than those that share a commune with a territory, where its partners act from."""
    of_level = every.filter(pl.col("level") == level).select("commune", other="code")
    places = people.select("interaction", "commune").drop_nulls().unique()
    acted = places.join(of_level, on="commune").select("interaction", "other").unique()
    own = held.join(of_level, on="commune").select(*AREA, "other").unique()
    reached = here.select(*AREA, "interaction").unique().join(acted, on="interaction")
    reached = reached.select(*AREA, "other").unique().join(own, on=[*AREA, "other"], how="anti")
    found = held.select(AREA).unique().join(reached.group_by(AREA).agg(value=pl.len()), on=AREA, how="left")
    whole = own.group_by(AREA).len().filter(pl.col("len") == of_level["other"].n_unique())
    whole = whole.filter(pl.col("level") != level)  # one that has them all has no other
    return found.with_columns(pl.col("value").fill_null(0)).join(whole, on=AREA, how="anti")
