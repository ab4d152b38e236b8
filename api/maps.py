"""Maps as SVG that stands alone: an indicator over the territories of a level, and where a territory is."""

from __future__ import annotations

from ..graph.indicators.cube import Cube
from ..graph.outlines import Outlines
from .negotiation import Language


def choropleth_svg(
    outlines: Outlines,
    cube: Cube,
    indicator: str,
    level: str,
    within: str = "region/84",
    *,
    by: str | None = None,
    period: str | None = None,
    method: str | None = None,
    classes: int = 5,
    here: str | None = None,
    language: Language = "fr",
    width: int = 640,
    links: bool = True,
    legend: bool = True,
    name: str = "map",
) -> str:
    """Draw an indicator over the territories of a level within another, as one `<svg>` that needs nothing else.

    Ratios are areas coloured by class, counts are circles over outlines. `here` is a territory (its path) to outline
    strongly; `links` leads each area to its portrait; `name` begins the ids of the drawing: two drawings of one page
    need two names. Raises UnknownName (territory, level or indicator).
    """
    raise NotImplementedError


def locator_svg(outlines: Outlines, territory: str, *, language: Language = "fr", width: int = 220) -> str:
    """Draw where a territory (its path) is in its region; an empty text where nothing says where it is."""
    raise NotImplementedError
