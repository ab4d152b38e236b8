"""The cube of a snapshot: every indicator of every territory, kept beside the snapshot, and its slices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from ..declarations import DeclarationError
from ..region.frame_cache import FrameCache
from ..region.view import RegionView
from ..snapshots.reader import LocalReader
from .basis import with_age, years_of_data
from .board import Board
from .computing import CUBE, Computed, FormulaFailed, recompute
from .declaration import (
    FOLDER,
    Indicator,
    read_indicators,
    without_unknown_sources,
)
from .facts import FACTS, as_found, of_loaded
from .tracing import traces_from_frame, traces_to_frame

DECLARED = "declared"
"""Folder beside a snapshot that keeps the files of indicators published with it, but for the package's."""
_COLUMNS = ("territory", "period", "by", "value", "low", "high", "status", "evidence", "facts", "sources")


@dataclass(frozen=True)
class Value:
    """One value of an indicator: `by` is the group (None: the whole), `status` why there is no `value`.

    `evidence` is that of the least firm of its facts, `facts` counts them by status ("documented: 2; declared: 80"),
    `sources` names theirs (`facts.FACTS`).
    """

    indicator: Indicator
    territory: str
    period: str
    by: str | None
    value: float | None
    low: float | None = None
    high: float | None = None
    status: str | None = None
    evidence: str = "documented"
    facts: str | None = None
    sources: str = ""


@dataclass(frozen=True)
class Cube:
    """All the values of the indicators of a snapshot: `cells` has the columns of `computing.CUBE`, categories for texts.

    Hundreds of thousands of rows have a few thousand texts: they take a third of the memory. What functions give has texts.
    `errors` tells the files that could not be used and the formulas that failed: the other indicators stand. `taken`
    names the indicators that were taken over from a former cube, nothing that they are computed from having changed;
    `years` has the years of the data of each.
    """

    cells: pl.DataFrame
    indicators: Mapping[str, Indicator]
    snapshot: str
    errors: tuple[DeclarationError | FormulaFailed, ...] = ()
    illustrative: bool = False
    territories: pl.DataFrame = field(default_factory=pl.DataFrame)
    taken: frozenset[str] = frozenset()
    years: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, reader: LocalReader, *, illustrative: bool = False, folders: Iterable[Path] | None = None
    ) -> Cube:
        """Give the cube of a reader's snapshot, from what is kept beside it, or computed; kept where its own store answers."""
        matter = RegionView.of(reader, illustrative=illustrative)
        return cls.made(matter, matter.beside, folders=folders)

    @classmethod
    def made(
        cls,
        matter: RegionView,
        kept: FrameCache | None,
        *,
        folders: Iterable[Path] | None = None,
        former: FrameCache | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Cube:
        """Give the cube of a matter, from what is kept, or computed and kept.

        The indicators are declared in `folders`; without, those of the package and those published with the snapshot.
        Of what is kept elsewhere (`former`: another snapshot's), the indicators whose formula and frames are the same
        are taken over. `progress` is called with the indicators computed and those there are.
        """
        folders = (FOLDER, *published_folders(kept)) if folders is None else tuple(folders)
        indicators, broken = read_indicators(folders)
        indicators, strange = without_unknown_sources(indicators, lambda: _loaded(matter))
        broken += strange
        errors: list[DeclarationError | FormulaFailed] = list(broken)
        key = f"cube {matter.within} {matter.illustrative} {fingerprint(folders)}"
        cells = kept.find(key) if kept else None
        territories = kept.find(f"territories {key}") if kept else None
        taken = frozenset(indicators)
        if cells is None or territories is None:
            scope = f"{matter.within} {matter.illustrative}"
            before = _former(kept, scope) or _former(former, scope)
            computed = recompute(matter, indicators, before, errors.append, progress)
            taken = computed.taken
            cells = of_loaded(computed.frame.cast({pl.String: pl.Categorical}), _loaded(matter))
            board = Board.of(matter)
            territories = pl.DataFrame(
                {
                    "territory": board.ids,
                    "label": board.labels,
                    "level": board.levels.tolist(),
                    "population": pl.Series(board.population).fill_nan(None),
                }
            )
            if kept:
                kept.keep(f"former cube {scope}", computed.frame)
                kept.keep(f"former traces {scope}", traces_to_frame(computed.traces))
            if kept and len(errors) == len(broken):
                kept.keep(key, cells)
                kept.keep(f"territories {key}", territories)
        indicators = as_found(indicators, cells, matter.within)
        years = years_of_data(matter, indicators)
        indicators = with_age(matter, indicators)
        return cls(
            cells, indicators, matter.snapshot, tuple(errors), matter.illustrative, territories, taken, years
        )

    @property
    def frame(self) -> pl.DataFrame:
        """All the values, with texts."""
        return texts(self.cells)

    @cached_property
    def _by_territory(self) -> dict[str, pl.Series]:
        """Places in the frame of the rows of each territory, by indicator, group and period."""
        order = pl.arg_sort_by("territory", "indicator", "by", "period", nulls_last=False)
        places = self.cells.select(order).to_series()
        return {name: places.slice(*span) for name, span in _spans(self.cells["territory"][places])}

    @cached_property
    def _wholes(self) -> tuple[dict[str, pl.Series], dict[str, tuple[int, int]]]:
        """The columns of all values but those by group, and the span of each territory in them."""
        rows = self.cells.filter(pl.col("by").is_null()).sort("territory", maintain_order=True)
        return dict(zip(rows.columns, rows, strict=True)), dict(_spans(rows["territory"]))

    @cached_property
    def _by_indicator(self) -> dict[str, pl.DataFrame]:
        """Rows of each indicator: slices, for the frame is written indicator by indicator."""
        names = self.cells["indicator"]
        rows = self.cells if names.rle().len() == names.n_unique() else self.cells.sort("indicator")
        return {name: rows.slice(*span) for name, span in _spans(rows["indicator"])}

    @cached_property
    def _places(self) -> dict[tuple[object, ...], pl.DataFrame]:
        """Territories of each level in order, written as those of the cells are."""
        places = self.territories.sort("territory").cast({"territory": self.cells.schema["territory"]})
        return places.partition_by("level", as_dict=True)

    def as_of(self, indicator: str, period: str | None) -> str:
        """Give the years of the data of a value whose period is the year of its computation; empty for another period."""
        return self.years.get(indicator, "") if period == self.snapshot[:4] else ""

    def of_indicator(self, indicator: str, *chosen: pl.Expr) -> pl.DataFrame:
        """Give the rows of an indicator, those `chosen` if told; none for one that has none."""
        return texts(self._cells_of(indicator, *chosen))

    def of_territory(self, territory: str) -> pl.DataFrame:
        """Give all rows of a territory (its path), by indicator, group and period; none for one that is not there."""
        rows = self._by_territory.get(territory)
        return texts(self.cells.clear() if rows is None else self.cells[rows])

    def wholes(self, territory: str, *names: str) -> Iterator[tuple[Any, ...]]:
        """Give columns of the values of a territory but those by group, row by row: a page reads some, and asks no frame."""
        columns, spans = self._wholes
        span = spans.get(territory, (0, 0))
        return zip(*(columns[name].slice(*span).to_list() for name in names), strict=True)

    def values(self, territory: str, topic: str | None = None) -> list[Value]:
        """List the latest whole of each indicator of a territory, of one topic if named, in the order of the files."""
        rows = self.of_territory(territory).filter(pl.col("by").is_null())
        rows = rows.group_by("indicator", maintain_order=True).last()
        found = {row["indicator"]: row for row in rows.iter_rows(named=True)}
        return [
            _value(one, found[name])
            for name, one in self.indicators.items()
            if name in found and topic in (None, one.topic)
        ]

    def groups(self, indicator: str, territory: str) -> list[Value]:
        """List the latest values of an indicator of a territory by group, the largest first."""
        rows = self.of_territory(territory)
        rows = rows.filter((pl.col("indicator") == indicator) & pl.col("by").is_not_null())
        rows = rows.filter(pl.col("period") == pl.col("period").max()).sort(
            "value", descending=True, nulls_last=True
        )
        return [_value(self.indicators[indicator], row) for row in rows.iter_rows(named=True)]

    def series(self, indicator: str, territory: str, by: str | None = None) -> list[Value]:
        """List the values of an indicator of a territory by period, the oldest first."""
        group = pl.col("by").is_null() if by is None else pl.col("by") == by
        rows = self.of_territory(territory).filter((pl.col("indicator") == indicator) & group).sort("period")
        return [_value(self.indicators[indicator], row) for row in rows.iter_rows(named=True)]

    def across(
        self, indicator: str, level: str, *, by: str | None = None, period: str | None = None
    ) -> pl.DataFrame:
        """Give an indicator for all territories of a level: `territory`, `label`, value, interval, status, period, facts.

        The latest period unless named, among those that cover at least half as many territories as the one that covers
        most: what a partner counted this year in three territories does not hide what is known of all. A territory that
        the indicator says nothing of has no row.
        """
        group = pl.col("by").is_null() if by is None else pl.col("by") == by
        rows = self._cells_of(indicator, group)
        none = rows.select("territory", label=pl.lit("")).clear()
        rows = self._places.get((level,), none).join(rows, on="territory", maintain_order="left")
        chosen = period or latest_known(rows)
        there = pl.col("period").eq_missing(pl.lit(chosen, pl.String))
        columns = ["territory", "label", "value", "low", "high", "status", "period", *FACTS]
        return rows.lazy().filter(there).select(columns).cast({pl.Categorical: pl.String}).collect()

    def _cells_of(self, indicator: str, *chosen: pl.Expr) -> pl.DataFrame:
        return self._by_indicator.get(indicator, self.cells.clear()).filter(*chosen)


def _spans(names: pl.Series) -> Iterator[tuple[str, tuple[int, int]]]:
    """Give the first place and the length of the run of each name of a column in order."""
    first = 0
    for n, name in names.rle().struct.unnest().iter_rows():
        yield name, (first, n)
        first += n


def texts(rows: pl.DataFrame) -> pl.DataFrame:
    """Give rows of the frame of a cube with texts for categories."""
    return rows.cast({pl.Categorical: pl.String})


def latest_known(rows: pl.DataFrame) -> str | None:
    """Give the latest period that covers at least half as many territories as the one that covers most.

    A period whose values are all missing is not that, unless there is no other.
    """
    known = rows.filter(pl.col("status").ne_missing("missing")).group_by("period").len()
    found = known.filter(2 * pl.col("len") >= pl.col("len").max()) if known.height else rows
    latest: str | None = found["period"].cast(pl.String).max() if found.height else None  # type: ignore[assignment]
    return latest


def fullest_group(rows: pl.DataFrame) -> str | None:
    """Give the group of an indicator to show where none is asked for: the whole (None), else that of most values above zero.

    >>> few = pl.DataFrame({"by": ["source/a", "source/b", "source/b"], "value": [None, 3.0, 2.0]})
    >>> fullest_group(few), fullest_group(few.with_columns(by=pl.lit(None)))
    ('source/b', None)
    """
    if rows.is_empty() or rows["by"].is_null().any():
        return None
    groups = rows.group_by(pl.col("by").cast(pl.String)).agg(known=(pl.col("value") > 0).sum())
    return str(groups.sort("known", "by", descending=[True, False])["by"][0])


def published_folders(kept: FrameCache | None) -> list[Path]:
    """List the folders, beside a snapshot, of the indicators that were declared elsewhere than in the package."""
    folder = kept.folder.parent / DECLARED if kept else None
    return sorted(folder.iterdir()) if folder and folder.is_dir() else []


def _former(kept: FrameCache | None, scope: str) -> Computed | None:
    """Give the cube last computed, with what each indicator was computed from; None where none is kept."""
    frame = kept.find(f"former cube {scope}") if kept else None
    traces = kept.find(f"former traces {scope}") if kept else None
    if frame is None or traces is None or frame.columns != list(CUBE):
        return None
    return Computed(frame, traces_from_frame(traces))


def _loaded(matter: RegionView) -> list[str]:
    """Name the sources that are loaded."""
    return [str(path).rsplit("/", 1)[-1] for path in matter.frame("sources")["source"]]


def _value(indicator: Indicator, row: Mapping[str, object]) -> Value:
    return Value(indicator, **{name: row[name] for name in _COLUMNS})  # type: ignore[arg-type]


def fingerprint(folders: Iterable[Path]) -> str:
    """Give a digest of what computes the cube: the files of the indicators and the code of the formulas."""
    digest = sha256()
    files = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    files += sorted(Path(__file__).parent.glob("*.py"))
    for path in files:
        body = path.read_bytes() if path.is_file() else b""  # what is no file is told among the errors
        digest.update(path.name.encode() + b"\0" + body)
    return digest.hexdigest()[:16]
