"""Observations of a partner whose value their indicator cannot have: people and things are counted in whole numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

import polars as pl
import pyoxigraph as ox

from ...ontology.vocabulary import ANC, ID, ontology_files
from ...words import N_
from .checks import Fault, faults_by_file

_SCHEME = f"{ID}indicator/"
_UNIT, _COUNTED = ox.NamedNode(f"{ANC}unitCode"), ox.Literal("1")
_WHOLE = r"^[0-9]+(\.0*)?$"
_WIDE = r"total$|a17/|a38/|indicator/"
_UNSAID = r"^(nd|\*([0-9]+-[0-9]+)?)$"
"""A wide cell that has no value: missing, or secret."""
_AMOUNT = r"^-?[0-9]+(\.[0-9]+)?$"
_NO_COUNT = N_("Cet indicateur est un décompte : un nombre entier, positif ou nul, est attendu.")
_NO_NUMBER = N_("Un nombre est attendu, avec un point décimal.")


def count_faults(tables: Mapping[str, pl.DataFrame]) -> Iterator[Fault]:
    """Yield the faults of the raw tables `observations` and `observations_wide`.

    >>> row = {"_file": ["a.csv"], "_row": [2], "indicator": ["population"], "value": ["-5"], "low": [None], "high": [None]}
    >>> [(fault.column, *fault.reasons) for fault in count_faults({"observations": pl.DataFrame(row)})]
    [('value', 2)]
    """
    if "observations" in tables:
        table = tables["observations"]
        counted = table.filter(_is_count(pl.col("indicator")))
        for column in ("value", "low", "high"):
            cell = pl.col(column).cast(pl.String)
            wrong = counted.filter(cell.str.contains(_AMOUNT) & ~cell.str.contains(_WHOLE))
            yield from faults_by_file("observations", column, wrong, _NO_COUNT)
    if "observations_wide" in tables:
        table = tables["observations_wide"]
        for column in (name for name in table.columns if re.match(_WIDE, name)):
            counts = _is_count(pl.lit(column) if column.startswith("indicator/") else pl.col("indicator"))
            said = table.filter(~pl.col(column).str.contains(_UNSAID))
            for reason, shape, which in ((_NO_COUNT, _WHOLE, counts), (_NO_NUMBER, _AMOUNT, ~counts)):
                wrong = said.filter(which & ~pl.col(column).str.contains(shape))
                yield from faults_by_file("observations_wide", column, wrong, reason)


def _is_count(indicator: pl.Expr) -> pl.Expr:
    return indicator.str.split("/").list.last().is_in(sorted(_counts())).fill_null(False)


@cache
def _counts() -> frozenset[str]:
    """Give the codes of the indicators that count: their unit is one; amounts in euros may be negative, and have cents."""
    store = ox.Store()
    for path in ontology_files():
        if path.stem == "indicators":
            store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    found = (quad.subject for quad in store.quads_for_pattern(None, _UNIT, _COUNTED))
    return frozenset(
        one.value.removeprefix(_SCHEME)
        for one in found
        if isinstance(one, ox.NamedNode) and one.value.startswith(_SCHEME)
    )
