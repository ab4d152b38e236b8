"""Formulas that count and sum: items of a frame, people, communes, observations of official statistics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.sparse import csr_array, vstack  # type: ignore[import-untyped, unused-ignore]

from ..region.gazetteer import GRIDS
from ..region.inside_outside import partial_sources
from ..region.view import RegionView
from .board import LEAST_KNOWN, Board
from .rows import MISSING, SUPPRESSED, Values, no_rows, nothing_known, rows, this_year
from .selection import WHOLE, Options, is_placed, select_rows
from .source_years import SourceYears


def items(matter: RegionView, options: Options) -> pl.DataFrame:
    """Count the distinct items of a frame in each territory, in all or by a column.

    Options: `frame`, `item` (its column), `where` (values of columns), `by` (a column), `series` (a column of years:
    each year is a period). A series by `source` has the years that each covers (`source_years`): sources enter and leave
    in different years, and their sum would tell that; a source of some territories alone covers none. Of another series
    whose items tell their source, years that the sources of most items do not cover are missing. What is counted in a year
    that is not covered is the lower bound.
    """
    board, year = Board.of(matter), this_year(matter)
    if not is_placed(matter, options):
        return nothing_known(board, year)
    item, by, series = str(options["item"]), options.get("by"), options.get("series")
    found = select_rows(matter, options)
    columns = dict.fromkeys(["place", *(str(one) for one in (by, series) if one)])
    located = board.locate(found.select(*columns, item=item))
    if series:
        told = _by_year(board, found, located, _years(matter, found, item, str(series)), options)
        return nothing_known(board, year) if told.is_empty() else told
    made = [rows(board, year, None, board.distinct(located)[1][:, 0])]
    if by:
        groups, counts = board.distinct(located.with_columns(group=pl.col(str(by))), "group")
        made += [rows(board, year, group, counts[:, n]) for n, group in enumerate(groups)]
    return pl.concat(made)


def _years(matter: RegionView, found: pl.DataFrame, item: str, series: str) -> SourceYears | None:
    """Give the years that sources cover; None where the frame does not tell the sources of its items."""
    if "source" not in found.columns:
        return None
    return SourceYears.of(found.filter(~pl.col("source").is_in(partial_sources(matter))), item, series)


def _by_year(
    board: Board, found: pl.DataFrame, located: pl.DataFrame, years: SourceYears | None, options: Options
) -> pl.DataFrame:
    """Count items by year, in all or by group; where sources do not cover a year, a count is the least there is."""
    by = options.get("by")
    group = pl.col(str(by)).cast(pl.String) if by else pl.lit("")
    year = pl.col(str(options["series"])).cast(pl.String)
    named_cell = (year + " " + group).alias("cell")
    cells, counts = board.distinct(located.with_columns(named_cell), "cell")
    if not cells:
        return no_rows()
    known = {str(cell): counts[:, n] for n, cell in enumerate(cells)}
    if by == "source" and years:
        named = {cell.split(" ", 1)[1] for cell in known}
        # a year between of which a source has nothing is missing, and breaks its line
        every = {f"{one} {source}" for source in named for one in years.around(source)}
        every |= set(found.filter(pl.col("source").is_in(named)).select(named_cell)["cell"].drop_nulls())
        known |= {one: np.zeros(len(board)) for one in every if one not in known}
    made = []
    for cell in sorted(known):
        told, name = cell.split(" ", 1)
        covered = years is None or (
            int(told) in years.of_source(name) if by == "source" else years.covers(int(told))
        )
        made.append(_of_year(board, told, name or None, known[cell], covered))
    return pl.concat([no_rows(), *made])


def _of_year(board: Board, year: str, by: str | None, counts: Values, is_covered: bool) -> pl.DataFrame:
    if is_covered:
        return rows(board, year, by, counts)
    least = pl.Series(np.where(counts > 0, counts, np.nan)).fill_nan(None)
    return rows(board, year, by, np.full(len(board), np.nan)).with_columns(low=least)


def total(matter: RegionView, options: Options) -> pl.DataFrame:
    """Sum a column of the rows of a frame that have a value; missing where no row of the territory has one.

    Options: `frame`, `value` (its column), `where`, `period` (a column: the rows of its latest value are kept), `known`
    (the share of the rows of a territory that must have a value: below it the sum is only the least there is). Without
    `known` it is the sum of what is known, however little.
    """
    board, year, column = Board.of(matter), this_year(matter), str(options["value"])
    every = board.locate(select_rows(matter, options))
    valued = every.drop_nulls(column)
    if (period := options.get("period")) and not valued.is_empty():
        latest = valued[str(period)].max()
        year, is_latest = str(latest), pl.col(str(period)) == pl.lit(latest)
        every, valued = every.filter(is_latest), valued.filter(is_latest)
    size, values = board.containment.shape[1], valued[column].cast(pl.Float64).to_numpy()
    sums = board.containment @ np.bincount(valued["at"].to_numpy(), values, minlength=size)
    seen, whole = (
        board.containment @ np.bincount(found["at"].to_numpy(), minlength=size).astype(float)
        for found in (valued, every)
    )
    sums = np.where(seen > 0, sums, np.nan)
    is_known = seen >= float(options.get("known", 0)) * whole
    least = pl.Series(np.where(is_known, np.nan, sums)).fill_nan(None)
    return rows(board, year, None, np.where(is_known, sums, np.nan)).with_columns(low=least)


def population(matter: RegionView, options: Options) -> pl.DataFrame:
    """Sum the population of the communes, of those of the classes of grids (`region.gazetteer.GRIDS`) that are given."""
    board = Board.of(matter)
    people = board.summed(board.ground.population)
    if options:
        people = np.round(board.weighted(_kept(board, options)) * people)
    return rows(board, latest_census(matter), None, people)


def communes(matter: RegionView, options: Options) -> pl.DataFrame:
    """Count the communes, those of the classes of grids that are given; missing where the class of one is not known."""
    board = Board.of(matter)
    return rows(board, this_year(matter), None, board.summed(_kept(board, options)))


def _kept(board: Board, options: Options) -> Values:
    """Tell of each commune whether it is of the classes that options name: 1 or 0, NaN where its class is not known."""
    kept = np.ones(len(board.ground))
    for grid in options.keys() & GRIDS:
        kept *= board.ground.in_classes(grid, options[grid])
    return kept


def observed(matter: RegionView, options: Options) -> pl.DataFrame:
    """Sum the observations of a frame for the territories that are made of whole observed units, in all or by a column.

    Options: `frame`, `unit` (the column of the observed territory), `where`, `by`, `period` (the column of the period;
    the latest is kept unless `series`), `published` (sum what is published, which is the least there is, between the least
    and the most that the suppressed cells can make it where they tell their bounds; else one cell without value leaves the
    sum without), `leave` (values of `by` that are no part of the whole, such as a total). A territory that a unit cuts
    through has no row. What was observed of a former commune counts for the commune that took it over.
    """
    board = Board.of(matter)
    unit, period, by = str(options["unit"]), str(options.get("period", "year")), options.get("by")
    found = select_rows(matter, options)
    if found.is_empty():
        return nothing_known(board, this_year(matter))
    group = pl.col(str(by)) if by else pl.lit(None, dtype=pl.String)
    found = found.with_columns(period=pl.col(period).cast(pl.String), group=group)
    if not options.get("series"):
        found = found.filter(pl.col("period") == pl.col("period").max())
    found = found.filter(~pl.col("group").is_in(options.get("leave", [])).fill_null(False))
    found = with_heirs(board, found, unit)
    whole = composition(board, found[unit].unique().to_list())
    cells = found.join(whole, left_on=unit, right_on="unit")
    if "low" not in cells.columns:
        cells = cells.with_columns(low="value", high="value")
    cells = cells.with_columns(pl.col("low", "high").fill_null(pl.col("value")))
    if published := bool(options.get("published")):
        cells = cells.with_columns(value="low").drop_nulls("value")
    units = whole.group_by("territory").agg(units=pl.len())
    made = [_sums(cells, units, unit, [], published)]
    if by and not options.get(WHOLE):
        made.append(_sums(cells, units, unit, ["group"], published))
    return pl.concat([no_rows(), *made], how="diagonal").sort("territory", "period", "by")


def with_heirs(board: Board, found: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Put the commune of today in place of each observed `unit` that is none: a former commune, or a municipal district."""
    known, heirs = set(board.every.ids), {}
    for one in found[unit].unique():
        if one not in known and len(at := board.ground.at(one)) == 1:
            heirs[one] = board.ground.ids[at[0]]
    return found.with_columns(pl.col(unit).replace(heirs))


def _sums(
    cells: pl.DataFrame, units: pl.DataFrame, unit: str, keys: list[str], published: bool
) -> pl.DataFrame:
    summed = cells.group_by("territory", "period", *keys).agg(
        pl.col("value", "low", "high").sum(),
        unknown=pl.col("value").null_count(),
        secret=pl.col("status").str.ends_with(SUPPRESSED).fill_null(False).any(),
        seen=pl.col(unit).n_unique(),
    )
    summed = summed.join(units, on="territory")
    known = (pl.col("unknown") == 0) & ((pl.col("seen") >= pl.col("units")) | pl.lit(published))
    why = pl.when("secret").then(pl.lit(SUPPRESSED)).otherwise(pl.lit(MISSING))
    bounded = known & (pl.col("high") > pl.col("low"))
    return summed.select(
        "territory",
        "period",
        by=pl.col("group") if keys else pl.lit(None, dtype=pl.String),
        value=pl.when(known).then("value"),
        low=pl.when(bounded).then("low"),
        high=pl.when(bounded).then("high"),
        status=pl.when(~known).then(why),
    )


def composition(board: Board, units: Sequence[str]) -> pl.DataFrame:
    """Pair each territory with the units that make it up, but for a hundredth of their people: `territory`, `unit`.

    A territory that a unit cuts through, that units leave partly bare, or of which some communes are not known, is made
    up of none, unless it is a unit itself.
    """
    schema = {"territory": pl.String, "unit": pl.String}
    place = {name: at for at, name in enumerate(board.every.ids)}
    beyond = {unit: at[0] for unit in units if unit not in place and (at := board.ground.at(unit))}
    named = [unit for unit in units if unit in place]
    if not named:
        return pl.DataFrame(schema=schema)
    people = np.nan_to_num(board.ground.population) + 1e-9
    parts = board.every.members[np.array([place[unit] for unit in named], dtype=np.intp), :]
    if beyond:  # communes outside the territory looked at, of territories that lie in it too
        shape = (len(beyond), len(board.ground))
        cells = (
            np.ones(len(beyond)),
            (np.arange(len(beyond)), np.array(list(beyond.values()), dtype=np.intp)),
        )
        parts, named = csr_array(vstack([parts, csr_array(cells, shape=shape)])), [*named, *beyond]
    sizes = parts @ people
    shared = (board.members @ parts.multiply(people).T).tocoo()
    inside = shared.data >= LEAST_KNOWN * sizes[shared.col]
    outside = shared.data <= (1 - LEAST_KNOWN) * sizes[shared.col]
    cut = np.unique(shared.row[~inside & ~outside])
    covered = np.bincount(shared.row[inside], shared.data[inside], minlength=len(board))
    mine = board.members @ people
    good = inside & ~np.isin(shared.row, cut) & (covered[shared.row] >= LEAST_KNOWN * mine[shared.row])
    pairs = {
        "territory": [board.ids[row] for row in shared.row[good]],
        "unit": [named[column] for column in shared.col[good]],
    }
    known = ~pl.col("territory").is_in(board.ground.in_part) | (pl.col("territory") == pl.col("unit"))
    return pl.DataFrame(pairs, schema=schema).filter(known)


def latest_census(matter: RegionView) -> str:
    """Give the latest year of the population of communes."""
    return str(matter.frame("places")["year"].drop_nulls().max() or this_year(matter))
