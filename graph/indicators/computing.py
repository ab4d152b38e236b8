"""All indicators of a matter, computed for the territories of every level: the cube, as one frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

import polars as pl

from ...words import N_, SOURCE, AncrageError, Message, Spoken
from ..region.firmness import weakest
from ..region.view import RegionView
from .board import Board
from .coverage import remove_uncovered
from .declaration import Indicator
from .facts import FACTS, names_of, with_facts
from .formulas import FORMULAS
from .guarding import suppress_secret
from .rows import INSUFFICIENT, MARKUP, MOST, SCHEMA
from .tracing import Trace, Tracing

VALUES = {**SCHEMA, **FACTS}
"""Columns of the rows of an indicator: a value, or why there is none, and the facts in it."""
CUBE = {"indicator": pl.String, **VALUES}


class FormulaFailed(AncrageError, ValueError):  # noqa: N818
    """The formula of an indicator cannot be computed on these data; keeps `indicator` and `reason`."""

    code = "formula-failed"
    said_in = SOURCE

    def __init__(self, indicator: Indicator, reason: Message) -> None:
        self.indicator, self.reason = indicator.id, reason
        self._file, self._formula = indicator.path.name if indicator.path else indicator.id, indicator.formula
        super().__init__(indicator, reason)

    @property
    def message(self) -> Spoken:
        """What is said: the file, the formula and the reason."""
        return N_(
            "{file}, formule {formula} : {reason}.",
            file=self._file,
            formula=self._formula,
            reason=self.reason,
        )


@dataclass(frozen=True)
class Computed:
    """What was computed: the rows (`frame`), what each indicator was computed from, and which ones were taken over."""

    frame: pl.DataFrame
    traces: Mapping[str, Trace] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()


def compute(
    matter: RegionView,
    indicators: Mapping[str, Indicator],
    told: Callable[[FormulaFailed], None] | None = None,
) -> pl.DataFrame:
    """Compute indicators: rows of `indicator`, `territory`, `period`, `by`, `value`, `low`, `high`, `status`, and `FACTS`.

    Only the levels that an indicator is declared for have rows. Ratios are computed last, from the wholes of others. A
    formula that fails leaves its indicator without rows: `told` hears of it (FormulaFailed), else it is raised. The
    small cells of partners' counts of people and companies are suppressed.
    """
    made: dict[str, pl.DataFrame] = {}
    for one in in_order(indicators.values()):
        made |= _told(one, matter, made, told)
    return assemble(matter, indicators, made)


def recompute(
    matter: RegionView,
    indicators: Mapping[str, Indicator],
    before: Computed | None = None,
    told: Callable[[FormulaFailed], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Computed:
    """Compute indicators as `compute` does, but take over from `before` those whose formula and frames are the same.

    `progress` is called with the number of indicators that are done and of all.
    """
    tracing = Tracing(matter)
    same = cast("RegionView", tracing)
    known = before.traces if before else {}
    former = before.frame.partition_by("indicator", as_dict=True) if before else {}
    made: dict[str, pl.DataFrame] = {}
    traces: dict[str, Trace] = {}
    taken: set[str] = set()
    final: dict[str, pl.DataFrame] = {}
    for done, one in enumerate(in_order(indicators.values())):
        if progress:
            progress(done, len(indicators))
        trace = known.get(one.id)
        if trace and not one.is_ratio and tracing.fingerprint(one, trace.reads) == trace.fingerprint:
            final[one.id] = former.get((one.id,), pl.DataFrame(schema=CUBE))
            made[one.id] = final[one.id].select(list(VALUES))
            traces[one.id] = trace
            taken.add(one.id)
            continue
        with tracing.noting() as reads:
            found = _told(one, same, made, told)
        made |= found
        if found and not one.is_ratio:
            names = tuple(sorted(reads))
            traces[one.id] = Trace(names, tracing.fingerprint(one, names))
    fresh = {name: rows for name, rows in made.items() if name not in final}
    frame = pl.concat([assemble(same, indicators, fresh), *final.values()]).sort(
        "indicator", "territory", "period", "by", nulls_last=False
    )
    return Computed(frame, traces, frozenset(taken))


def in_order(indicators: Iterable[Indicator]) -> list[Indicator]:
    """List indicators in the order to compute them in: ratios last."""
    return sorted(indicators, key=lambda one: (one.is_ratio, one.id))


def rows_of_indicator(one: Indicator, matter: RegionView, made: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Compute the rows of an indicator for the territories of all levels; `made` has those that a ratio is of.

    Raises FormulaFailed.
    """
    try:
        if one.is_ratio:
            return ratio(one, made)
        rows = remove_uncovered(matter, one, FORMULAS[one.formula].run(matter, one.options))
        return with_facts(matter, one, suppress_secret(matter, one, rows))
    except (ValueError, LookupError, TypeError, AttributeError, pl.exceptions.PolarsError) as error:
        what = f"{type(error).__name__}: {error}"
        raise FormulaFailed(one, N_("elle échoue sur ces données ({error})", error=what)) from error


def _refuse_unfounded(one: Indicator, made: Mapping[str, pl.DataFrame]) -> None:
    """Raise FormulaFailed where an indicator that a ratio is of was not computed: it would be without a row, and nobody told."""
    for key in ("of", "over") if one.is_ratio else ():
        if (part := str(one.options[key])) not in made:
            raise FormulaFailed(one, N_("l'indicateur « {part} » n'est pas calculé", part=part))


def _refuse_unwritable(one: Indicator, rows: pl.DataFrame) -> None:
    """Raise FormulaFailed where a group, a period or a value cannot be written in the graph."""
    groups, periods = (rows[column].drop_nulls().unique().sort() for column in ("by", "period"))
    terms = groups.str.contains("/") & ~groups.str.contains(MARKUP)
    for wrong in groups.filter(~terms):
        reason = N_(
            "« {group} » n'est pas un groupe : une colonne de codes est attendue (« {example} »)",
            group=wrong,
            example="sector/a17/AZ",
        )
        raise FormulaFailed(one, reason)
    for wrong in periods.filter(periods.str.contains(MARKUP)):
        raise FormulaFailed(one, N_("« {period} » n'est pas une période", period=wrong))
    large = rows["value"].drop_nulls().abs().max()
    if large is not None and not float(cast("float", large)) < MOST:
        raise FormulaFailed(one, N_("ses valeurs sont trop grandes pour être écrites"))


def _told(
    one: Indicator,
    matter: RegionView,
    made: Mapping[str, pl.DataFrame],
    told: Callable[[FormulaFailed], None] | None,
) -> dict[str, pl.DataFrame]:
    try:
        _refuse_unfounded(one, made)
        rows = rows_of_indicator(one, matter, made)
        _refuse_unwritable(one, rows)
    except FormulaFailed as failed:
        if told is None:
            raise
        told(failed)
        return {}
    return {one.id: rows}


def assemble(
    matter: RegionView, indicators: Mapping[str, Indicator], made: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Put the rows of indicators together, those of the levels that each is declared for."""
    board = Board.of(matter)
    names = pl.DataFrame(
        {"territory": board.ids, "level": board.levels.tolist()},
        schema=dict.fromkeys(("territory", "level"), pl.String),
    )
    kept = []
    for name, found in made.items():
        wanted = names.filter(pl.col("level").is_in(list(indicators[name].levels)))
        rows = found.join(wanted.select("territory"), on="territory", how="semi")
        kept.append(rows.select(pl.lit(name).alias("indicator"), *VALUES))
    if not kept:
        return pl.DataFrame(schema=CUBE)
    return pl.concat(kept).sort("indicator", "territory", "period", "by", nulls_last=False)


def ratio(one: Indicator, made: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Divide the whole of an indicator by that of another, times a scale; no number under the minimum below the line.

    The latest period of each is taken: the period told is that of the upper one, and so are the facts counted. A part
    without a value leaves the ratio without, for the same reason. It is as firm as the less firm of the two. Where one
    indicator is a part of the other (`part`) and both are known between bounds, so is the ratio: what is not told of the
    part is not told of the whole either, so the most that the whole can be goes with the least and with the most of the
    part.
    """
    of, over = (
        _latest(made.get(str(one.options[key]), pl.DataFrame(schema=VALUES))) for key in ("of", "over")
    )
    below = over.select(
        "territory", below="value", most="high", reason="status", under="evidence", base="sources"
    )
    both = of.join(below, on="territory")
    enough = (pl.col("below") >= one.minimum) & (pl.col("below") > 0)
    times = float(one.options.get("times", 1))
    value = pl.when(enough).then(pl.col("value") * times / pl.col("below"))
    status = (
        pl.when(value.is_null())
        .then(pl.coalesce("status", "reason", pl.lit(INSUFFICIENT)))
        .otherwise(pl.lit(None, dtype=pl.String))
    )
    pairs = both.select("evidence", "under", "sources", "base").iter_rows()
    firm, named = [], []
    for evidence, under, sources, base in pairs:
        firm.append(weakest(evidence, under))
        named.append(", ".join(dict.fromkeys((*names_of(base), *names_of(sources)))))
    told = {"evidence": pl.Series(firm, dtype=pl.String), "sources": pl.Series(named, dtype=pl.String)}
    bounded = value.is_not_null() & pl.lit(bool(one.options.get("part")))
    low, high = (
        pl.when(bounded).then(pl.coalesce(name, "value") * times / pl.coalesce("most", "below"))
        for name in ("low", "high")
    )
    found = both.with_columns(value=value, status=status, low=low, high=high, **told)
    same = (pl.col("low") == pl.col("high")).fill_null(value=False)
    bounds = (pl.when(~same).then(pl.col(name)).alias(name) for name in ("low", "high"))
    return found.with_columns(*bounds).select(list(VALUES))


def _latest(rows: pl.DataFrame) -> pl.DataFrame:
    wholes = rows.filter(pl.col("by").is_null())
    return wholes.filter(pl.col("period") == pl.col("period").max())
