"""The small map of a meeting: territories filled, places of organisations as points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ....graph.region.lambert import LAMBERT_93
from ....graph.region.outlines import Layer, Outlines
from ....words import N_, Spoken
from ...maps.drawing import COLOURS, LINE, PAPER
from ...render.picture import Picture
from ..model import Figure
from .between import Pair
from .party import Party

WIDTH = 300
MOST_PLACES = 60


def small_map(pair: Pair, outlines: Outlines, region: str) -> Figure | None:
    """Draw where both parties are in the region; None where nothing of either is known to be there."""
    layers = (outlines.layer(level, region, WIDTH) for level in ("department", "epci"))
    layer = next((one for one in layers if any(one.paths)), None)
    if layer is None:
        return None
    drawn = [
        _area(outlines, layer, one, rank) if one.territory else _points(layer, one, rank)
        for rank, one in enumerate(pair.sides)
    ]
    if not any(drawn):
        return None
    areas = "".join(shape for shape, one in zip(drawn, pair.sides, strict=True) if one.territory)
    points = "".join(shape for shape, one in zip(drawn, pair.sides, strict=True) if not one.territory)
    lines = "".join(f'<path d="{path}" class="fond" fill="{PAPER}"/>' for path in layer.paths if path)
    body = (
        f'<g transform="scale(.1)" stroke="{LINE}" stroke-width="7" stroke-linejoin="round" fill-rule="evenodd">'
        f"{lines}{areas}</g>{points}"
    )
    words = _where(pair, [bool(shape) for shape in drawn])[pair.context.language]
    return Figure("carte-rencontre", words, words, Picture(WIDTH, layer.frame.height, body))


def _area(outlines: Outlines, layer: Layer, party: Party, rank: int) -> str:
    assert party.territory is not None
    shape = outlines.shape(party.path)
    own, _ = outlines.placed(layer.frame, shape, outlines.middle(party.territory))
    if not own:
        return ""
    style = 'fill-opacity=".35"' if rank else ""
    return f'<path d="{own}" class="ici-plein" fill="{COLOURS["rond"]}" stroke-width="10" {style}/>'


def _points(layer: Layer, party: Party, rank: int) -> str:
    rows = party.context.known.by("communes", "place").of_all(party.towns[:MOST_PLACES])
    known = [(long, lat) for lat, long in rows.select("lat", "long") if lat is not None and long is not None]
    if not known:
        return ""
    longs, lats = np.array(known).T
    x, y = LAMBERT_93.project(longs, lats)
    spots = layer.frame.place(np.column_stack([x, y])).tolist()
    inside = [(x, y) for x, y in spots if 0 <= x <= layer.frame.width and 0 <= y <= layer.frame.height]
    ink = COLOURS["rond"] if rank == 0 else "#b3400a"
    return "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{ink}" stroke="{PAPER}" stroke-width="1"/>'
        for x, y in inside
    )


def _where(pair: Pair, drawn: Sequence[bool]) -> Spoken:
    first, second = pair.sides
    names = {"first": first.name, "second": second.name}
    if not all(drawn):
        here, away = (first, second) if drawn[0] else (second, first)
        return N_("Où est {here} ; aucun lieu {away} n’est connu dans la région", here=here.the, away=away.of)
    if first.territory and second.territory:
        return N_("Où ils sont : {first} en plein ; {second} en clair", **names)
    if first.territory:
        return N_("Où ils sont : {first} en plein ; {second} en points", **names)
    if second.territory:
        return N_("Où ils sont : {first} en points ; {second} en clair", **names)
    return N_("Où ils sont : {first} en points bleus ; {second} en points orange", **names)
