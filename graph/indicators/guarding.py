"""Indicators of people and companies over partners' data: which of their cells are too small to be published."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import csr_array, hstack, vstack  # type: ignore[import-untyped, unused-ignore]

from ..region.view import RegionView
from .board import Board, Values
from .declaration import Indicator
from .rows import SUPPRESSED
from .secrecy import COMPANIES, PEOPLE, Mask, too_small, withheld
from .selection import select_rows

COMPANY = "actor-type/company"
_DECLARED = "declared"


def suppress_secret(matter: RegionView, one: Indicator, rows: pl.DataFrame) -> pl.DataFrame:
    """Give the rows of an indicator, the cells that statistical secrecy covers suppressed.

    It covers what partners declare of people (under 5) and companies (under 3, or one above 85 %), never what an
    official source published: whoever knows that can take it off a cell, so the part that is declared is what is
    protected, in all territories of all levels at once. Where actors of all types are counted, only companies are
    covered, and the cell of all types is withheld with theirs.
    """
    if not (one.people or one.companies) or one.formula not in ("items", "total"):
        return rows
    found = select_rows(matter, one.options)
    if "evidence" not in found.columns:
        return rows
    declared = found.filter(pl.col("evidence") == _DECLARED)
    if "type" in declared.columns:
        declared = declared.filter(pl.col("type") == COMPANY)
    by, period = one.options.get("by"), one.options.get("series", one.options.get("period"))
    of_group = str(by) if by and by != "type" else None
    board = Board.of(matter).every  # what is published of any territory could tell what is withheld
    placed = board.locate(declared)
    if placed.is_empty():
        return rows
    placed = placed.with_columns(
        _group=pl.col(of_group).cast(pl.String) if of_group else pl.lit(None, dtype=pl.String),
        _period=pl.col(str(period)).cast(pl.String) if period else pl.lit(None, dtype=pl.String),
    )
    hidden = []
    for part in placed.partition_by("_period"):
        told = part["_period"][0]
        cells = _hidden(board, one, part).with_columns(
            period=pl.lit(told, dtype=pl.String), hidden=pl.lit(value=True)
        )
        hidden.append(cells)
    return _without(rows, pl.concat(hidden), period is not None, by == "type")


def _hidden(board: Board, one: Indicator, part: pl.DataFrame) -> pl.DataFrame:
    """Give the cells to withhold of what is declared for one period: `territory`, `by` (null: the whole)."""
    groups = part["_group"].drop_nulls().unique().sort().to_list()
    counts = [
        _counted(board, one, part.filter(pl.col("_group").eq_missing(group))) for group in (*groups, None)
    ]
    if groups:
        members = [board.containment] * len(counts)
        forms = csr_array(vstack([*_blocks(board, len(counts)), hstack(members)]))
    else:
        forms, counts = csr_array(board.containment), counts[-1:]
    atoms = np.concatenate([sums for sums, _ in counts])
    largest = np.concatenate([top for _, top in counts])
    values: Values = np.asarray(forms @ atoms)
    greatest = _greatest(forms, largest) if one.companies and one.formula == "total" else None
    sensitive: Mask = too_small(values, PEOPLE if one.people else COMPANIES, greatest)
    cells = withheld(forms, atoms, sensitive, PEOPLE if one.people else COMPANIES)
    named = [(name, group) for group in (*groups, None) for name in board.ids]
    if groups:  # the part without a group has no cell of its own: it is told by the whole less the groups
        named += [(name, None) for name in board.ids]
    kept = [named[at] for at in np.flatnonzero(cells)]
    return pl.DataFrame(kept, schema={"territory": pl.String, "by": pl.String}, orient="row").unique()


def _blocks(board: Board, count: int) -> list[csr_array]:
    """Give the forms of the cells of each group: those of its own atoms, and none of the others'."""
    empty = csr_array(board.containment.shape)
    return [
        hstack([board.containment if at == group else empty for at in range(count)]) for group in range(count)
    ]


def _counted(board: Board, one: Indicator, part: pl.DataFrame) -> tuple[Values, Values]:
    """Sum what is declared in each commune, or département where none is told, and give the greatest single part of it."""
    size = board.containment.shape[1]
    if one.formula == "items":
        rows = part.select(pl.col(str(one.options["item"])), "at").drop_nulls().unique()
        weights = np.ones(rows.height)
    else:
        rows = part.drop_nulls(str(one.options["value"]))
        weights = rows[str(one.options["value"])].cast(pl.Float64).to_numpy()
    at = rows["at"].to_numpy()
    largest = np.zeros(size)
    np.maximum.at(largest, at, weights)
    return np.bincount(at, weights, minlength=size).astype(float), largest


def _greatest(forms: csr_array, largest: Values) -> Values:
    """Give the greatest of the atoms' greatest parts in each cell."""
    spread = csr_array(forms.multiply(largest[None, :]))
    return np.asarray(spread.max(axis=1).todense(), dtype=float).ravel()


def _without(rows: pl.DataFrame, hidden: pl.DataFrame, by_period: bool, of_companies: bool) -> pl.DataFrame:
    """Take the values off the rows of hidden cells."""
    if of_companies:
        hidden = pl.concat([hidden, hidden.with_columns(by=pl.lit(COMPANY))])
    keys = ["territory", "by", "period"] if by_period else ["territory", "by"]
    marked = rows.join(
        hidden.select(*keys, "hidden").unique(), on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    gone = pl.col("hidden").fill_null(value=False)
    empty = pl.lit(None, dtype=pl.Float64)
    return marked.with_columns(
        *(pl.when(gone).then(empty).otherwise(pl.col(name)).alias(name) for name in ("value", "low", "high")),
        status=pl.when(gone).then(pl.lit(SUPPRESSED)).otherwise(pl.col("status")),
    ).drop("hidden")
