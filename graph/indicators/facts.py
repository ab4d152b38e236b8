"""The facts in a figure: how firm the least firm of them is, how many there are of each evidence status, and from which sources.

A figure is as firm as the least firm of its facts, and no firmer than its formula: what a rule of ours works out is
inferred, whatever it is made of. An item that several facts establish is as firm as the firmest of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import polars as pl

from ..region.derived import rows_of
from ..region.firmness import RANKS, rank_in, status_of, weakest
from ..region.gazetteer import GRIDS
from ..region.view import RegionView
from .board import Board, number
from .counts import composition, latest_census, with_heirs
from .declaration import ILLUSTRATIVE, Indicator
from .rows import SUPPRESSED, this_year
from .selection import select_rows

FACTS = {"evidence": pl.String, "facts": pl.String, "sources": pl.String}
"""Columns that tell the facts in a figure: the weakest status, "documented: 2; declared: 80", "anr-aapg, internships"."""

_FRAMES: Mapping[str, str] = MappingProxyType(
    {
        "population": "places",
        "communes": "places",
        "announcements": "requests",
        **dict.fromkeys(
            ("outside-share", "ei-index", "counterparts", "academic-reach"), "interaction-places"
        ),
    }
)
"""The frames of formulas that have no such option."""
_COUNTED = ("items", "total", "observed", "population")
_KEYS = ("territory", "by", "period")
_ROWS = 2_000_000
"""Rows of items at territories that are looked at together: some 30 bytes each, and as much to group them."""


def with_facts(matter: RegionView, one: Indicator, rows: pl.DataFrame) -> pl.DataFrame:
    """Add to the rows of an indicator, no ratio, what tells the facts in each (`FACTS`).

    Of what is counted, summed or observed at places, the facts of each territory and group; of other formulas, those of all. A
    zero, or what is missing, is as firm as what is known of all territories. Where the facts do not tell their sources,
    they are those that the indicator declares. Of a suppressed cell, nothing is counted.
    """
    found = _used(matter, one)
    nothing = pl.Series(dtype=pl.String)
    evidence = weakest(one.evidence, *found.get_column("evidence", default=nothing).unique())
    if found.is_empty() and set(one.sources) == {ILLUSTRATIVE}:
        evidence = ILLUSTRATIVE  # nobody tells any such fact: only examples do
    told = _names(found.get_column("source", default=nothing))
    classed = bool(one.options.keys() & GRIDS)  # who classed the places made the figure too
    if one.formula not in _COUNTED or not told or classed:
        kept = [name for name in one.sources if not told or name != ILLUSTRATIVE]
        told = list(dict.fromkeys((*kept, *told)))
    source = pl.col("by").str.strip_prefix("source/") if one.dimension == "source" else pl.lit(None)
    every = rows.with_columns(
        evidence=pl.lit(evidence),
        facts=pl.lit(None, dtype=pl.String),
        sources=source.fill_null(pl.lit(", ".join(told))),
    )
    if one.formula not in _COUNTED or "evidence" not in found.columns or found.is_empty():
        return every
    mine = _observed(matter, one, found) if one.formula == "observed" else _by_cell(matter, one, found)
    joined = rows.join(mine, on=_KEYS, how="left", nulls_equal=True, maintain_order="left")
    open_ = pl.col("status").fill_null("") != SUPPRESSED
    weak = pl.max_horizontal(pl.col("rank"), pl.lit(RANKS[one.evidence], dtype=pl.Int64))
    return joined.with_columns(
        evidence=pl.when(pl.col("rank").is_null()).then(pl.lit(evidence)).otherwise(status_of(weak)),
        facts=pl.when(open_).then("facts"),
        sources=every["sources"] if classed else pl.col("sources").fill_null(every["sources"]),
    ).select(*rows.columns, *FACTS)


def as_found(indicators: Mapping[str, Indicator], cube: pl.DataFrame, within: str) -> dict[str, Indicator]:
    """Give indicators with the evidence and the sources of the facts in their values, and how many there are in all.

    An indicator without any value keeps the sources that it declares.
    """
    values = pl.col("value").is_not_null()
    known = cube.filter(values | ~values.any().over("indicator"))
    firm = known.group_by("indicator").agg(pl.col("evidence", "sources").unique())
    whole = known.filter(pl.col("by").is_null()).cast({"territory": pl.String})
    whole = whole.filter(pl.col("territory").str.ends_with(f"/{within}")).sort("period")
    facts = dict(whole.group_by("indicator", maintain_order=True).agg(pl.col("facts").last()).iter_rows())
    found = dict(indicators)
    for name, evidence, sources in firm.iter_rows():
        named = dict.fromkeys(source for text in sources for source in names_of(text))
        one = indicators[name]
        declared = tuple(each for each in one.sources if each in named)
        order = (*declared, *sorted(set(named) - set(one.sources)))
        found[name] = replace(
            one,
            told=weakest(*evidence),
            sources=order or one.sources,
            dated=declared or order or one.sources,
            facts=facts.get(name) or "",
        )
    return found


def of_loaded(cube: pl.DataFrame, loaded: Collection[str]) -> pl.DataFrame:
    """Leave out of the sources of values those that are not loaded; where none is, they tell who would be the source."""
    kept = {text: [name for name in names_of(text) if name in loaded] for text in cube["sources"].unique()}
    told = pl.col("sources").cast(pl.String).replace({a: ", ".join(b) for a, b in kept.items() if b})
    return cube.with_columns(told.cast(cube.schema["sources"]))


def names_of(sources: str | None) -> tuple[str, ...]:
    """Read the short names of sources.

    >>> names_of("anr-aapg, internships"), names_of("")
    (('anr-aapg', 'internships'), ())
    """
    return tuple(name for name in (sources or "").split(", ") if name)


def frame_of(one: Indicator) -> str | None:
    """Name the frame that an indicator is made of; None of one that is made of several, or of other indicators."""
    return str(one.options.get("frame", "")) or _FRAMES.get(one.formula)


def _used(matter: RegionView, one: Indicator) -> pl.DataFrame:
    """Give the rows of facts that an indicator is made of, of all territories."""
    frame = frame_of(one)
    if frame is None:
        return pl.DataFrame()
    if one.formula == "announcements":
        kind = f"/{one.options['kind']}"
        return rows_of(matter, str(frame)).filter(pl.col("class").str.ends_with(kind))
    found = select_rows(matter, {**one.options, "frame": frame})
    for grid in one.options.keys() & GRIDS:
        found = found.filter(pl.col(grid).str.split("/").list.last().is_in(one.options[grid]))
    if one.formula == "communes":
        return found.drop("evidence", strict=False)  # that of their population, which is not counted
    if one.formula == "population":
        return found.drop_nulls("population").unique("place", keep="first", maintain_order=True)
    item = str(one.options.get("item") or one.options.get("value") or "")
    return found.drop_nulls([name for name in (item, "place") if item and name in found.columns])


def _names(paths: pl.Series) -> list[str]:
    return [str(path).removeprefix("source/") for path in paths.drop_nulls().unique().sort()]


def _by_cell(matter: RegionView, one: Indicator, found: pl.DataFrame) -> pl.DataFrame:
    """Give for each territory, group and period: the rank of the weakest item, the counts of items, their sources.

    An item is in some seven territories at once: they are taken some at a time, and texts are numbers there.
    """
    board = Board.of(matter)
    item, by = one.options.get("item"), one.options.get("by")
    series = one.options.get("series", one.options.get("period"))
    located = board.locate(
        found.with_row_index("row").select(
            "place",
            item=number(pl.col(str(item))) if item else pl.col("row"),
            group=_text(by),
            period=_text(series),
            rank=rank_in(found),
            source=_source(found),
        )
    ).drop("place")
    cells = [
        _in_all_and_by_group(located.join(some, on="at").drop("at"))
        for some in _some_territories(board, located["at"])
    ]
    names = pl.DataFrame(
        {"of": range(len(board)), "territory": board.ids}, schema={"of": pl.Int32, "territory": pl.String}
    )
    joined = pl.concat(cells).join(names, on="of")
    if series:
        return joined.drop_nulls("period")
    told = latest_census(matter) if one.formula == "population" else this_year(matter)
    return joined.with_columns(period=pl.lit(told))


def _some_territories(board: Board, at: pl.Series) -> Iterator[pl.DataFrame]:
    """Yield the territories (`of`) with their communes (`at`), as many at a time as have `_ROWS` of the rows at communes."""
    rows = np.bincount(at.to_numpy(), minlength=board.containment.shape[1]).astype(float)
    part = np.cumsum(board.containment @ rows) // _ROWS
    members = board.containment.tocoo()
    pairs = {"of": members.row, "at": members.col, "part": part[members.row]}
    every = pl.DataFrame(pairs, schema={"of": pl.Int32, "at": pl.Int64, "part": pl.Int32})
    return (some.drop("part") for some in every.partition_by("part", maintain_order=True))


def _text(column: object) -> pl.Expr:
    """Give the texts of a column, held as numbers; null without a column."""
    text = pl.col(str(column)).cast(pl.String) if column else pl.lit(None, dtype=pl.String)
    return text.cast(pl.Categorical)


def _source(found: pl.DataFrame) -> pl.Expr:
    """Give the short names of the sources of facts, held as numbers; null where the facts do not tell them."""
    if "source" not in found.columns:
        return _text(None)
    return pl.col("source").str.strip_prefix("source/").cast(pl.Categorical)


def _observed(matter: RegionView, one: Indicator, found: pl.DataFrame) -> pl.DataFrame:
    """Give what `_by_cell` gives, of observations: those of the whole units that make up a territory."""
    board, unit, by = Board.of(matter), str(one.options["unit"]), one.options.get("by")
    empty = pl.lit(None, dtype=pl.String)
    seen = (
        with_heirs(board, found, unit)
        .with_row_index("item")
        .select(
            "item",
            "value",
            unit=pl.col(unit),
            group=pl.col(str(by)).cast(pl.String) if by else empty,
            period=pl.col(str(one.options.get("period", "year"))).cast(pl.String),
            rank=rank_in(found),
            source=_source(found),
        )
        .filter(~pl.col("group").is_in(one.options.get("leave", [])).fill_null(False))
    )
    if not one.options.get("series"):
        seen = seen.filter(pl.col("period") == pl.col("period").max())
    whole = composition(board, seen["unit"].unique().to_list()).rename({"territory": "of"})
    made = _in_all_and_by_group(seen.drop_nulls("value").join(whole, on="unit"))
    return made.rename({"of": "territory"})


def _in_all_and_by_group(cells: pl.DataFrame) -> pl.DataFrame:
    """Tell the facts of each territory (`of`) and period, in all and by group: `rank`, `facts`, `sources`."""
    parts = (cells.with_columns(group=_text(None)), cells.drop_nulls("group"))
    return pl.concat([_by_rank(part) for part in parts]).rename({"group": "by"})


def _by_rank(cells: pl.DataFrame) -> pl.DataFrame:
    keys = ["of", "group", "period"]
    texts = pl.col("group", "period").cast(pl.String)
    items = cells.group_by(*keys, "item").agg(pl.col("rank").min())
    counts = items.group_by(*keys, "rank").len().with_columns(texts).sort("rank")
    part = status_of(pl.col("rank")) + ": " + pl.col("len").cast(pl.String)
    facts = counts.group_by(keys, maintain_order=True).agg(pl.col("rank").max(), facts=part.str.join("; "))
    sources = (
        cells.select(*keys, "source")
        .drop_nulls("source")
        .unique()
        .with_columns(texts, pl.col("source").cast(pl.String))
        .sort("source")
        .group_by(keys, maintain_order=True)
        .agg(sources=pl.col("source").str.join(", "))
    )
    return facts.join(sources, on=keys, how="left", nulls_equal=True)
