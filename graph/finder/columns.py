"""Pieces of the documents of the finder: names, what contains what, and columns gathered from frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from ..region.text import fold
from ..region.view import RegionView

_PANELS = "field/erc/"
"""Concepts known by their codes, which have a name in one language."""
_DEPTH = 4
"""Steps up a hierarchy, at most: a loop in the data ends."""


def names_of(matter: RegionView) -> dict[str, tuple[str, ...]]:
    """Give the names, French then English, of concepts, filières, territories and organisations, by path."""
    words = matter.frame("words").unique("concept", keep="first", maintain_order=True)
    found: dict[str, tuple[str, ...]] = {}
    for path, label, english in words.select("concept", "label", "english").iter_rows():
        if path.startswith(_PANELS):
            label = f"{label} ({path.removeprefix(_PANELS)})"
            english = None
        found[path] = (label,) if not english or english == label else (label, english)
    for frame, key in (("territories", "territory"), ("communes", "place"), ("actors", "actor")):
        for path, label in matter.frame(frame).select(key, "label").drop_nulls().iter_rows():
            found.setdefault(path, (label,))
    chains = matter.frame("chains")
    for path, label in chains.select("chain", "chainLabel").drop_nulls().iter_rows():
        found.setdefault(path, (label,))
    return found


def centres(
    spots: Mapping[str, tuple[float | None, float | None]], wholes: Mapping[str, Iterable[str]]
) -> dict[str, tuple[float, float]]:
    """Give the middle of the communes that each larger territory contains, those of known position.

    >>> centres({"a": (45.0, 5.0), "b": (46.0, 6.0), "c": (None, None)}, {"a": ["a", "w"], "b": ["w"], "c": ["w"]})["w"]
    (45.5, 5.5)
    """
    held: dict[str, list[tuple[float, float]]] = {}
    for place, (lat, long) in spots.items():
        if lat is not None and long is not None:
            for whole in wholes.get(place, ()):
                held.setdefault(whole, []).append((lat, long))
    return {
        whole: (sum(lat for lat, _ in known) / len(known), sum(long for _, long in known) / len(known))
        for whole, known in held.items()
    }


def containing(direct: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """Give for each territory itself and all that contains it; few steps, so that a loop in the data ends."""
    up: dict[str, list[str]] = {}
    for part, whole in direct.select("part", "whole").iter_rows():
        up.setdefault(part, []).append(whole)
    found = {}
    for start in up:
        seen, edge = {start}, [start]
        for _ in range(_DEPTH):
            edge = [whole for one in edge for whole in up.get(one, ()) if whole not in seen]
            seen.update(edge)
        found[start] = tuple(seen)
    return found


def tops(matter: RegionView) -> Mapping[str, str]:
    """Give the family, the widest type, of each type of interaction."""
    concepts = matter.frame("concepts").filter(pl.col("concept").str.starts_with("interaction-type/"))
    wider = dict(concepts.select("concept", "top").drop_nulls().iter_rows())
    found = {}
    for start in concepts["concept"]:
        top = start
        for _ in range(_DEPTH):
            top = wider.get(top, top)
        found[start] = top
    return found


def english_names(matter: RegionView) -> Iterable[tuple[str, list[str]]]:
    """Give the English names of concepts that have one."""
    for path, english in matter.frame("words").select("concept", "english").drop_nulls().iter_rows():
        yield path, [english]


def fill_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Give a part all the columns, empty where it has none."""
    lists = ("own", "fields", "chains", "families", "activities")
    columns = []
    for name in ("detail", "text", "work"):
        known = name in frame.columns
        columns.append(pl.col(name) if known else pl.lit(None, dtype=pl.String).alias(name))
    for name in lists:
        known = name in frame.columns
        column = pl.col(name) if known else pl.lit(None, dtype=pl.List(pl.String)).alias(name)
        columns.append(column.fill_null([]))
    counted = pl.col("ties") if "ties" in frame.columns else pl.lit(0)
    columns.append(counted.fill_null(0).cast(pl.Int64).alias("ties"))
    columns.append(
        pl.col("evidence") if "evidence" in frame.columns else pl.lit("documented").alias("evidence")
    )
    return frame.select("path", "kind", "label", "names", pl.col("weight").cast(pl.Int32), *columns)


def gather_values(frame: pl.DataFrame, key: str, column: str, name: str) -> pl.DataFrame:
    """Gather the different values of a column by a key, sorted."""
    rows = frame.select(path=key, value=column).drop_nulls().unique()
    return rows.group_by("path").agg(pl.col("value").sort().alias(name))


def fold_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Fold the names listed in `names`, with the last piece of the path: it is a code."""
    values = [
        sorted({fold(text) for text in [*(names or ()), path.rsplit("/", 1)[-1]] if text})
        for path, names in frame.select("path", "names").iter_rows()
    ]
    return frame.with_columns(pl.Series("names", values, dtype=pl.List(pl.String)))
