"""Places over a map, whatever its indicator: where programmes are taught, research units, relays, companies of filières."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl

from ...graph.indicators.selection import select_rows
from ...graph.region.gazetteer import Gazetteer, Territory
from ...graph.region.lambert import LAMBERT_93
from ...graph.region.outlines import Frame
from ...graph.region.relays import OPEN_PLACES
from ...graph.region.view import RegionView
from ...words import N_, Spoken, gettext, number
from ..render.picture import clean
from ..web.negotiation import Language
from .drawing import PAPER

_NAMED = 4
_INK = "#b3400a"
_SIZE = 4.5


@dataclass(frozen=True)
class Place:
    """A commune that has something: its path and name, where it is in the units of the drawing, a name a thing that it has."""

    path: str
    label: str
    x: float
    y: float
    names: Sequence[str]

    def words(self, language: Language) -> str:
        """Say what the commune has.

        >>> Place("territory/commune/26113", "Die", 1, 2, ["A", "B", "C", "D", "E"]).words("en")
        'Die (5): A, B, C, D…'
        """
        different = list(dict.fromkeys(self.names))
        told = ", ".join(different[:_NAMED]) + ("…" if len(different) > _NAMED else "")
        count = number(len(self.names), language)
        return gettext("{place} ({count}) : {names}", language, place=self.label, count=count, names=told)


Rows: TypeAlias = Callable[[RegionView], pl.DataFrame]


def _items(frame: str, item: str) -> Rows:
    return lambda matter: select_rows(matter, {"frame": frame}).select("label", "place", item=item)


def _relays(matter: RegionView) -> pl.DataFrame:
    """Give the branches and relays, and who could be one: with the name of the organisation."""
    names = matter.frame("actors").select("actor", "label").unique("actor")
    possible = select_rows(matter, {"frame": "institutions", "where": {"type": [*OPEN_PLACES]}})
    named = possible.join(names, left_on="organization", right_on="actor")
    return pl.concat([_items("relays", "site")(matter), named.select("label", "place", item="organization")])


def _companies(matter: RegionView) -> pl.DataFrame:
    """Give the members of filières that are companies."""
    companies = matter.frame("actors").filter(type="actor-type/company").select(item="actor")
    return _items("members", "member")(matter).join(companies, on="item", how="semi")


KINDS: Mapping[str, tuple[Spoken, Rows]] = {
    "programmes": (N_("Communes où une formation du supérieur est enseignée"), _items("taught", "programme")),
    "units": (N_("Communes d’unités de recherche"), _items("units", "unit")),
    "relays": (N_("Communes d’antennes, de relais ou de lieux qui pourraient relayer"), _relays),
    "companies": (N_("Communes d’entreprises membres d’une filière"), _companies),
}
"""What may be shown over a map, with its words: things that have not ended, as indicators count them."""


def places(matter: RegionView, kind: str, frame: Frame, within: Territory) -> list[Place]:
    """Give the communes of a territory that have things of a kind (`KINDS`), those of most last, so that they are on top."""
    ground = Gazetteer.of(matter)
    rows = ground.locate(KINDS[kind][1](matter)).filter(pl.col("at").is_in(within.communes.tolist()))
    found = (
        rows.unique(["at", "item"], keep="first", maintain_order=True)
        .group_by("at")
        .agg(pl.col("label").sort())
        .sort(pl.col("label").list.len(), "at")
    )
    ats = found["at"].to_numpy()
    known = found.filter(pl.Series(~np.isnan(ground.lat[ats]), dtype=pl.Boolean))
    ats = known["at"].to_numpy()
    spots = frame.place(np.column_stack(LAMBERT_93.project(ground.long[ats], ground.lat[ats])))
    return [
        Place(ground.ids[at], ground.labels[at], x, y, names)
        for at, (x, y), names in zip(
            ats.tolist(), spots.round(1).tolist(), known["label"].to_list(), strict=True
        )
    ]


def symbol(x: float, y: float, inside: str = "") -> str:
    """Draw the mark of a place: a lozenge, as no class nor circle is."""
    return (
        f'<path d="M{x:g} {y - _SIZE:g}l{_SIZE:g} {_SIZE:g}-{_SIZE:g} {_SIZE:g}-{_SIZE:g}-{_SIZE:g}z" class="lieu" fill="{_INK}" '
        f'stroke="{PAPER}" stroke-width="1">{inside}</path>'
    )


def draw_places(shown: Sequence[Place], language: Language) -> str:
    """Draw places, each with its words."""
    marks = (symbol(one.x, one.y, f"<title>{clean(one.words(language))}</title>") for one in shown)
    return f'<g class="lieux">{"".join(marks)}</g>' if shown else ""
