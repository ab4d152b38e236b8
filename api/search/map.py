"""Where the results of a search are: a small map of points, drawn over the outlines of the region."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import polars as pl
from markupsafe import Markup

from ...graph.region.lambert import LAMBERT_93
from ...graph.region.outlines import Layer, Outlines
from ...words import gettext
from ..maps.drawing import COLOURS, LINE, PAPER
from ..web.negotiation import Language

WIDTH = 320
CLOSE, GRID = 300, 6
"""Places above which circles are drawn on a grid, and the units between its lines."""
_SMALLEST, _LARGEST = 2.2, 11.0


@dataclass(frozen=True)
class Spots:
    """A map of points: its drawing, how many results it shows, and how many are outside it or nowhere."""

    svg: Markup
    shown: int
    outside: int
    nowhere: int


def outlines(known: Outlines, within: str) -> Layer:
    """Give what points are drawn over: départements, or intercommunalities where only these have outlines.

    Raises UnknownName where nothing is known of the territory `within`.
    """
    layers = [known.layer(level, within, WIDTH) for level in ("department", "epci")]
    return next((layer for layer in layers if any(layer.paths)), layers[0])


def draw(layer: Layer, documents: pl.DataFrame, language: Language) -> Spots:
    """Draw the results that have a position, one circle a place whose area tells how many are there."""
    placed = documents.select("lat", "long").drop_nulls()
    frame = layer.frame
    x, y = LAMBERT_93.project(placed["long"].to_numpy(), placed["lat"].to_numpy())
    points = frame.place(np.column_stack([x, y]))
    inside = (
        (points[:, 0] >= 0)
        & (points[:, 0] <= frame.width)
        & (points[:, 1] >= 0)
        & (points[:, 1] <= frame.height)
    )
    spots, counts = np.unique(np.round(points[inside], 1), axis=0, return_counts=True)
    if len(spots) > CLOSE:  # near places share a circle
        spots, counts = np.unique(np.round(points[inside] / GRID) * GRID, axis=0, return_counts=True)
    most = float(counts.max()) if len(counts) else 1.0
    circles = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{max(_SMALLEST, _LARGEST * (n / most) ** 0.5 if most > 1 else 4):.1f}"/>'
        for (x, y), n in sorted(zip(spots.tolist(), counts.tolist(), strict=True), key=lambda pair: -pair[1])
    )
    shown = int(inside.sum())
    said = gettext("Carte de {shown} résultats situés dans la région", language, shown=shown)
    lines = "".join(f'<path d="{path}"/>' for path in layer.paths if path)
    svg = (
        f'<svg class="carte-svg" viewBox="0 0 {frame.width:.0f} {frame.height:.0f}" role="img" aria-label="{escape(said)}">'
        f'<g transform="scale(.1)" class="fond" fill="{PAPER}" stroke="{LINE}" stroke-width="8" fill-rule="evenodd">{lines}</g>'
        f'<g class="points" fill="{COLOURS["rond"]}" fill-opacity=".65" stroke="{PAPER}" stroke-width=".6">{circles}</g></svg>'
    )
    return Spots(Markup(svg), shown, placed.height - shown, documents.height - placed.height)
