"""All indicators of a matter, computed for the territories of every level: the cube, as one frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from ..matter import Matter
from .board import Board
from .declaration import Indicator
from .formulas import FORMULAS
from .rows import INSUFFICIENT, SCHEMA, no_rows

CUBE = {"indicator": pl.String, **SCHEMA}


class FormulaFailed(ValueError):  # noqa: N818
    """The formula of an indicator failed on these data; keeps `indicator` and the `error`."""

    def __init__(self, indicator: str, error: Exception) -> None:
        super().__init__(f"indicateur {indicator} : {error}")
        self.indicator, self.error = indicator, error


def compute(
    matter: Matter,
    indicators: Mapping[str, Indicator],
    told: Callable[[FormulaFailed], None] | None = None,
) -> pl.DataFrame:
    """Compute indicators: rows of `indicator`, `territory`, `period`, `by`, `value`, `low`, `high`, `status`.

    Only the levels that an indicator is declared for have rows. Ratios are computed last, from the wholes of others. A
    formula that fails leaves its indicator without rows: `told` hears of it (FormulaFailed), else it is raised.
    """
    level = dict(zip(Board.of(matter).ids, Board.of(matter).levels.tolist(), strict=True))
    names = pl.DataFrame({"territory": list(level), "level": list(level.values())})
    made: dict[str, pl.DataFrame] = {}
    for one in sorted(indicators.values(), key=lambda indicator: (indicator.is_ratio, indicator.id)):
        try:
            made[one.id] = ratio(one, made) if one.is_ratio else FORMULAS[one.formula][0](matter, one.options)
        except (ValueError, LookupError, pl.exceptions.PolarsError) as error:
            failed = FormulaFailed(one.id, error)
            if told is None:
                raise failed from error
            told(failed)
    kept = []
    for name, found in made.items():
        wanted = names.filter(pl.col("level").is_in(list(indicators[name].levels)))
        rows = found.join(wanted.select("territory"), on="territory", how="semi")
        kept.append(rows.select(pl.lit(name).alias("indicator"), *SCHEMA))
    if not kept:
        return pl.DataFrame(schema=CUBE)
    return pl.concat(kept).sort("indicator", "territory", "period", "by", nulls_last=False)


def ratio(one: Indicator, made: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Divide the whole of an indicator by that of another, times a scale; no number under the minimum below the line.

    The latest period of each is taken: the period told is that of the upper one. A part without a value leaves the
    ratio without, for the same reason.
    """
    of, over = (_latest(made.get(str(one.options[key]), no_rows())) for key in ("of", "over"))
    both = of.join(over.select("territory", below="value", reason="status"), on="territory")
    enough = (pl.col("below") >= one.minimum) & (pl.col("below") > 0)
    value = pl.when(enough).then(pl.col("value") * float(one.options.get("times", 1)) / pl.col("below"))
    status = (
        pl.when(value.is_null())
        .then(pl.coalesce("status", "reason", pl.lit(INSUFFICIENT)))
        .otherwise(pl.lit(None, dtype=pl.String))
    )
    empty = pl.lit(None, dtype=pl.Float64)
    return both.with_columns(value=value, status=status, low=empty, high=empty).select(list(SCHEMA))


def _latest(rows: pl.DataFrame) -> pl.DataFrame:
    wholes = rows.filter(pl.col("by").is_null())
    return wholes.filter(pl.col("period") == pl.col("period").max())
