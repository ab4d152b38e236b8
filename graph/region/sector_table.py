"""The table territories × sectors, from the observations of an indicator.

Territories are those of the year of their geographic code (`about["code_vintages"]`). Containment and overlap
differ: `rule` says which territories are rows and what of them counts (`ancrage.graph.region.places.RULES`), and a
territory that straddles the edge of the one looked at is never counted whole on both sides unless asked for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from ..analysis.table import Axis, Table
from ..snapshots.reader import Reader
from .places import Places, Rule, ask_within, read_places, units
from .solutions import Solutions, evidence_counts, given, labels, matrix, of_evidence

_TOTAL = "/sector/total"


class NotObserved(LookupError):  # noqa: N818
    """An indicator has no observation for these territories; keeps `indicator`, `level`, `within` and `year`."""

    def __init__(self, indicator: str, level: str, within: str, year: object, known: str) -> None:
        self.indicator, self.level, self.within, self.year = indicator, level, within, year
        when = f" in {year}" if year else ""
        super().__init__(
            f"{indicator} is not observed{when} for level {level} within {within}, nor for communes: {known}"
        )


def territory_sector(
    reader: Reader,
    *,
    within: str = "region/84",
    level: str = "epci",
    indicator: str = "salaried-jobs",
    year: int | str | None = None,
    evidence: str | None = None,
    rule: Rule = "inside",
    least_known: float = 1.0,
) -> Table:
    """Count an indicator by territory and sector (or occupation), with what nobody knows kept apart from zero.

    A territory's own observation is used where there is one and the territory counts whole. Else the cell is the
    sum over its communes (a former commune counts for the commune that took it over, a municipal district for
    its commune); it is missing when a commune has no observation, or a missing or suppressed one. The total of
    all sectors is no column, unless it is the only one.

    Args:
        reader: where to ask.
        within: code, path or IRI of the territory looked at.
        level: level of the rows: commune, epci, department, region, zone, bassin or adhoc.
        indicator: short name or IRI of the indicator: salaried-jobs, establishments, hiring-plans…
        year: the period (2023, "2022/2023"), the latest observed by default.
        evidence: keep the observations of one evidence status ("documented"), all by default.
        rule: "inside", "contained" or "whole", as RULES says.
        least_known: the share of known communes, in ]0, 1], from which a cell is the sum of the known ones.

    Returns:
        Counts in the indicator's unit; `about` has measure, unit, year, years, sources, evidence, snapshot,
        query, parameters, rule, straddling, `known_share` (the least share of known communes of each
        incompletely known territory), and how many cells are missing and observations suppressed.

    Raises:
        UnknownName: no such territory. NotObserved: no observation for these territories and year.
        ParameterError: a value that does not fit its parameter.

    >>> import inspect
    >>> inspect.signature(territory_sector).parameters["rule"].default
    'inside'
    """
    name = "sectors-by-territory"
    found = ask_within(reader, name, within=within, level=level, indicator=indicator)
    places = read_places(found, rule)
    columns = ["unit", "sector", "year", "value", "status", "evidence"]
    observed = found.frame.filter(pl.col("sector").is_not_null()).select(columns)
    observed = of_evidence(observed, name, evidence)
    seen = units(found, places)
    whole = _own(places, level)
    ours = observed.join(whole, left_on="unit", right_on="territory", how="semi")
    parts = observed.join(seen.select("unit").unique(), on="unit", how="semi")
    years = sorted({str(y) for y in [*ours["year"].unique(), *parts["year"].unique()]})
    chosen = str(year) if year is not None else (years[-1] if years else None)
    if chosen not in years:
        known = f"it has the years {', '.join(years)}" if years else _levels(observed)
        raise NotObserved(indicator, level, within, year, known)
    ours, parts = (rows.filter(pl.col("year").cast(pl.String) == chosen) for rows in (ours, parts))
    cells = pl.concat([_own_cells(ours), _summed(parts, seen, places, ours)])
    sectors = sorted(str(s) for s in cells["column"].unique())
    kept = tuple(s for s in sectors if not s.endswith(_TOTAL)) or tuple(sectors)
    cells = cells.filter(pl.col("column").is_in(kept))
    enough = pl.col("share") >= least_known - 1e-12
    cells = cells.with_columns(value=pl.when(enough).then("value").otherwise(None))
    axis = Axis("sector", kept, labels(reader, kept))
    used = pl.concat([ours, parts])
    about = {
        **_measure(found, indicator),
        "year": _year(chosen),
        "years": [_year(one) for one in years],
        "sources": found.texts("source"),
        "evidence": evidence_counts(used),
        **found.about(),
        **places.about(),
        "least_known": least_known,
        "known_share": _known(cells, places, len(kept)),
        "suppressed": _count(used, "suppressed"),
        "observed_missing": _count(used, "missing"),
    }
    about["parameters"] |= given(year=year, evidence=evidence, rule=rule)
    table = matrix(cells.select("row", "column", "value"), places.axis, axis, about)
    missing = 0 if table.missing is None else int(table.missing.sum())
    return replace(table, about={**about, "missing": missing})


def _own(places: Places, level: str) -> pl.DataFrame:
    """List the territories whose own observation counts: those that count whole, above communes."""
    rows = places.parts.select("territory").unique()
    if level == "commune":
        return rows.clear()
    if places.rule == "whole":
        return rows
    cut = pl.Series(list(places.share), dtype=pl.String)
    return rows.filter(~pl.col("territory").cast(pl.String).is_in(cut.implode()))


def _own_cells(ours: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("value").is_not_null().all()
    cells = ours.group_by(row="unit", column="sector").agg(
        value=pl.col("value").sum(), share=known.cast(pl.Float64)
    )
    return cells.with_columns(pl.col("row", "column").cast(pl.String))


def _summed(parts: pl.DataFrame, units: pl.DataFrame, places: Places, ours: pl.DataFrame) -> pl.DataFrame:
    """Sum communes over the territories that have no observation of their own, with the share known."""
    alone = units.group_by("unit").len("heirs")
    at_place = (
        parts.join(units, on="unit")
        .join(alone, on="unit")
        .with_columns(value=pl.when(pl.col("heirs") == 1).then("value").otherwise(None))
        .group_by("place", "unit", "sector")
        .agg(pl.col("value").sum(), known=pl.col("value").is_not_null().all())
    )
    of_place = at_place.group_by("place", "sector").agg(
        pl.col("value").sum(), known=pl.col("known").all(), units=pl.len()
    )
    expected = at_place.select("place", "unit").unique().group_by("place").len("expected")
    of_place = of_place.join(expected, on="place").filter(
        pl.col("known") & (pl.col("units") == pl.col("expected"))
    )
    rest = places.parts.join(ours.select(territory="unit").unique(), on="territory", how="anti")
    size = rest.group_by("territory").len("communes")
    cells = (
        rest.join(of_place, on="place").group_by("territory", "sector").agg(pl.col("value").sum(), n=pl.len())
    )
    cells = cells.join(size, on="territory").with_columns(share=pl.col("n") / pl.col("communes"))
    incomplete = pl.Series([key for key, one in places.share.items() if one is None], dtype=pl.String)
    if places.rule == "whole":
        cells = cells.filter(~pl.col("territory").cast(pl.String).is_in(incomplete.implode()))
    return cells.select(
        row=pl.col("territory").cast(pl.String),
        column=pl.col("sector").cast(pl.String),
        value="value",
        share="share",
    )


def _known(cells: pl.DataFrame, places: Places, columns: int) -> dict[str, float]:
    """Give the least share of known communes over the columns, for the territories where it is under 1."""
    least = cells.group_by("row").agg(share=pl.col("share").min(), n=pl.len())
    told = {row: share if n == columns else 0.0 for row, share, n in least.iter_rows()}
    return {key: told.get(key, 0.0) for key in places.axis.keys if told.get(key, 0.0) < 1}


def _measure(found: Solutions, indicator: str) -> dict[str, Any]:
    measures = found.texts("measure")
    units = found.texts("unitCode")
    return {"measure": measures[0] if measures else indicator, "unit": units[0] if units else "1"}


def _count(rows: pl.DataFrame, status: str) -> int:
    return int(rows.select(pl.col("status").cast(pl.String).str.ends_with(f"/{status}").sum()).item() or 0)


def _levels(observed: pl.DataFrame) -> str:
    """Tell the levels of the territories that are observed around."""
    kinds = observed.select(pl.col("unit").cast(pl.String).str.split("/").list.get(-2).unique())
    names = sorted(str(kind) for kind in kinds["unit"].drop_nulls())
    return (
        f"around there it is observed for {', '.join(names)}"
        if names
        else "try another level (zone, commune)"
    )


def _year(text: str | None) -> int | str | None:
    return int(text) if text is not None and text.isdigit() else text
