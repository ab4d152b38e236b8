"""Where the results of a search are: a small map of points, drawn over the outlines of the region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from markupsafe import Markup

from ...graph.region.lambert import LAMBERT_93
from ...graph.region.outlines import Layer, Outlines
from ...words import ngettext
from ..maps.drawing import COLOURS, LINE, PAPER, SOFT
from ..web.negotiation import Language

WIDTH = 320
CLOSE, GRID = 300, 6
"""Places above which circles are drawn on a grid, and the units between its lines."""
_SMALLEST, _LARGEST = 2.2, 11.0


_TITLES = 3
"""Titles of results at one place that its point tells."""
MARKS = (
    ("#41b6c4", "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0-4 0z"),
    ("#1d91c0", "M-3.6-3.6h7.2v7.2h-7.2z"),
    ("#225ea8", "M0-4.8 4.6 3.4h-9.2z"),
    ("#081d58", "M0-5.4 5.4 0 0 5.4-5.4 0z"),
    (SOFT, "M-4-4 4 4M-4 4 4-4"),
)
"""Marks that a frame may choose by number, each told apart by its shape as by its colour; the last is for what gives no class."""
TEACHING = "M0-3.2V3.2M-3.2 0H3.2"
"""The mark of a place that is no result."""


@dataclass(frozen=True)
class Spots:
    """A map of points: its drawing, how many it shows, how many are outside it or nowhere, what its marks and itself mean.

    `unplaced` are those that are in the region as a whole, or in several of its places: they have no point.
    """

    svg: Markup
    shown: int
    outside: int
    nowhere: int
    legend: tuple[tuple[Markup, str], ...] = ()
    title: str = ""
    unplaced: int = 0


def outlines(known: Outlines, within: str) -> Layer:
    """Give what points are drawn over: départements, or intercommunalities where only these have outlines.

    Raises UnknownName where nothing is known of the territory `within`.
    """
    layers = [known.layer(level, within, WIDTH) for level in ("department", "epci")]
    return next((layer for layer in layers if any(layer.paths)), layers[0])


def draw(
    layer: Layer,
    documents: pl.DataFrame,
    language: Language,
    *,
    here: npt.NDArray[np.bool_] | None = None,
    marks: Sequence[str] = (),
    others: pl.DataFrame | None = None,
    other: str = "",
    title: str = "",
) -> Spots:
    """Draw the results that have a position, one point a place.

    Args:
        layer: what they are drawn over.
        documents: `lat` and `long` of each; also, if points are to tell more, `title` and `href` of each, and `mark`, the
            number of one of `MARKS`.
        here: which of them are in the region; without it, those that are on the drawing.
        language: the language of the drawing.
        marks: what each of `MARKS` means; without any, points are circles whose area tells how many results are there.
        others: `lat`, `long` and `title` of places that are no results, drawn as crosses under them.
        other: what these are.
        title: what the map is of, in place of results.
    """
    mine = documents if here is None else documents.filter(here)
    placed = _inside(layer, mine)
    shown = placed.height
    at = placed.group_by("x", "y").len()
    if at.height > CLOSE:  # near places share a point
        placed = placed.with_columns((pl.col("x", "y") / GRID).round() * GRID)
    told = [name for name in ("title", "href", "mark") if name in placed.columns]
    spots = placed.group_by("x", "y", maintain_order=True).agg(pl.len(), *told).sort("len", descending=True)
    most = max(spots["len"].to_list(), default=1)
    points = "".join(_point(row, most, marked=bool(marks)) for row in spots.iter_rows(named=True))
    crosses = "" if others is None else "".join(map(_cross, _inside(layer, others).iter_rows(named=True)))
    said = title or ngettext(
        "Carte de {n} résultat situé dans la région",
        "Carte de {n} résultats situés dans la région",
        shown,
        language,
    )
    lines = "".join(f'<path d="{path}"/>' for path in layer.paths if path)
    role = "group" if "href" in told else "img"  # the links of what is an image are not reached
    svg = (
        f'<svg class="carte-svg" viewBox="0 0 {layer.frame.width:.0f} {layer.frame.height:.0f}" role="{role}" '
        f'aria-label="{escape(said)}"><g transform="scale(.1)" class="fond" fill="{PAPER}" stroke="{LINE}" stroke-width="8" '
        f'fill-rule="evenodd">{lines}</g><g class="croix" stroke="{SOFT}" stroke-width="1">{crosses}</g>'
        f'<g class="points" fill="{COLOURS["rond"]}" fill-opacity="{".9" if marks else ".65"}" stroke="{PAPER}" '
        f'stroke-width=".6">{points}</g></svg>'
    )
    known = documents.select("lat", "long").drop_nulls().height
    legend = (
        [(_sign(_mark(number)), name) for number, name in enumerate(marks) if number in set(placed["mark"])]
        if marks
        else []
    )
    if crosses:
        legend.append((_sign(f'<path d="{TEACHING}" stroke="{SOFT}" stroke-width="1"/>'), other))
    unplaced = 0 if here is None else int(here.sum()) - shown
    nowhere = documents.height - known - unplaced
    return Spots(Markup(svg), shown, known - shown, nowhere, tuple(legend), title, unplaced)


def _inside(layer: Layer, places: pl.DataFrame) -> pl.DataFrame:
    """Keep the places that are on a drawing, with `x` and `y`, their position on it to a tenth of a unit."""
    placed, frame = places.drop_nulls(["lat", "long"]), layer.frame
    x, y = LAMBERT_93.project(placed["long"].to_numpy(), placed["lat"].to_numpy())
    at = frame.place(np.column_stack([x, y])).round(1)
    placed = placed.with_columns(
        x=pl.Series(at[:, 0], dtype=pl.Float64), y=pl.Series(at[:, 1], dtype=pl.Float64)
    )
    return placed.filter(pl.col("x").is_between(0, frame.width), pl.col("y").is_between(0, frame.height))


def _point(row: Mapping[str, Any], most: int, *, marked: bool) -> str:
    """Draw the results of one place: their mark, or a circle; their first titles, and the way to the first."""
    size = max(_SMALLEST, _LARGEST * (row["len"] / most) ** 0.5) if most > 1 else 4.0
    shape = (
        _mark(max(row["mark"]), f'transform="translate({row["x"]:.1f} {row["y"]:.1f})" ')
        if marked
        else f'<circle cx="{row["x"]:.1f}" cy="{row["y"]:.1f}" r="{size:.1f}"/>'
    )
    if "href" not in row:
        return shape
    titles = list(dict.fromkeys(row["title"]))
    more = f" + {len(titles) - _TITLES}" if len(titles) > _TITLES else ""
    title = escape(" ; ".join(titles[:_TITLES]) + more)
    return f'<a href="{escape(row["href"][0])}" aria-label="{title}"><title>{title}</title>{shape}</a>'


def _cross(row: Mapping[str, Any]) -> str:
    at = f"translate({row['x']:.1f} {row['y']:.1f})"
    return f'<path d="{TEACHING}" transform="{at}"><title>{escape(row["title"])}</title></path>'


def _mark(number: int, more: str = "") -> str:
    colour, path = MARKS[number]
    drawn = f'stroke="{colour}" stroke-width="1.6"' if number == len(MARKS) - 1 else f'fill="{colour}"'
    return f'<path d="{path}" {more}{drawn}/>'


def _sign(shape: str) -> Markup:
    return Markup(
        f'<svg class="signe" viewBox="-6 -6 12 12" width="14" height="14" aria-hidden="true">{shape}</svg>'
    )
