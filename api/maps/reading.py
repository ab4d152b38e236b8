"""What a map shows: an indicator over the territories of a level, with the scale of its marks, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np
import polars as pl

from ...graph.indicators.cube import Cube
from ...graph.indicators.declaration import Indicator
from ...graph.indicators.facts import FACTS
from ...graph.region.gazetteer import Territory
from ...graph.region.outlines import Layer, Outlines
from ...words import first_upper, gettext, ngettext, number
from ..reading.cube import find_indicator
from ..web.negotiation import Language
from .drawing import STATUSES, entries
from .places import Place
from .scale import Scale, scale_of

WIDTH = 720


class AreaValue(NamedTuple):
    """What a map shows of a territory: its value with its interval, or the status that stands in its place; its facts."""

    territory: Territory
    value: float | None
    low: float | None
    high: float | None
    status: str | None
    evidence: str | None = None
    facts: str | None = None
    sources: str | None = None

    @property
    def told(self) -> tuple[float | str | None, ...]:
        """What its words say: value, interval, status."""
        return self[1:5]


@dataclass(frozen=True)
class Map:
    """An indicator over a layer: a cell a territory in the order of the layer, and the scale of the marks.

    `as_of` are the years of the data where the period is only the year that the indicator was computed in. `places` of a kind,
    `over`, are drawn over it.
    """

    indicator: Indicator
    level: str
    within: Territory
    by: str | None
    period: str | None
    layer: Layer
    cells: Sequence[AreaValue]
    scale: Scale
    as_of: str = ""
    over: str = ""
    places: Sequence[Place] = ()

    @property
    def parts(self) -> tuple[Map, ...]:
        """The maps that it is made of: itself."""
        return (self,)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators that it shows."""
        return tuple(one.indicator for one in self.parts)

    def title(self, language: Language) -> str:
        """Name what is shown."""
        return first_upper(self.indicator.title[language])

    def unit(self, language: Language) -> str:
        """Name its unit; "" where it has none."""
        return self.indicator.unit_label.get(language) or ""

    def text(self, cell: AreaValue, language: Language) -> str:
        """Say the value of a territory, or why there is none."""
        return cell_text(cell, self.indicator, language)

    def entries(self, statuses: Sequence[str], language: Language) -> list[tuple[str, str]]:
        """List the legend: the name of each colour or pattern, and what it stands for."""
        return entries(self.scale, statuses, unit_of(self.indicator), language)

    def rule(self, language: Language) -> str:
        """Say how the classes were made."""
        return self.scale.words(language)

    def spread(self, language: Language) -> str:
        """Say how many territories have a value, and between which values."""
        if not self.known:
            return gettext("Aucun territoire n’a de valeur", language)
        unit, decimals = unit_of(self.indicator), self.indicator.decimals
        low, high = (number(one, language, decimals) for one in (min(self.known), max(self.known)))
        spread = low + unit
        if low != high:
            spread = gettext("de {low} à {high}{unit}", language, low=low, high=high, unit=unit)
        return ngettext(
            "{n} des {whole} territoires a une valeur, {spread}",
            "{n} des {whole} territoires ont une valeur, {spread}",
            len(self.known),
            language,
            whole=number(len(self.cells), language),
            spread=spread,
        )

    def parameters(self) -> dict[str, str | None]:
        """Give what an address asks of this map, beside its territories."""
        return {"indicator": self.indicator.id, "by": self.by}

    @cached_property
    def statuses(self) -> list[str]:
        """The reasons for no value that are on the map, in the order of the legend."""
        found = {cell.status for cell in self.cells}
        return [status for status in STATUSES if status in found]

    @cached_property
    def overlapping(self) -> int:
        """The number of territories that are only partly within the territory that the map is of."""
        if self.level == "commune":
            return 0
        held = [one.communes for one in self.layer.territories]
        whose = np.repeat(np.arange(len(held)), [len(communes) for communes in held])
        # (an empty piece more, for maps of no territory)
        beyond = np.isin(np.concatenate([*held, self.within.communes[:0]]), self.within.communes, invert=True)
        return len(np.unique(whose[beyond]))

    @cached_property
    def communes_address(self) -> str:
        """The address of the map of communes of the same figure, up to the territory that they are of."""
        asked = {**self.parameters(), "level": "commune", "places": self.over}
        return f"/cartes?{urlencode({name: value for name, value in asked.items() if value})}&within="

    @cached_property
    def intervals(self) -> int:
        """The number of territories of which only the least and the most are known."""
        return sum(cell.value is None and None not in (cell.low, cell.high) for cell in self.cells)

    @cached_property
    def known(self) -> list[float]:
        """The values that are known."""
        return [cell.value for cell in self.cells if cell.value is not None]

    @property
    def largest_circle(self) -> float:
        """The radius of the largest circle, in units of the drawing."""
        return min(self.layer.frame.width / 20, 60 * self.layer.frame.width / 720)


def read_map(
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
    width: int = WIDTH,
    beside: Sequence[str] = (),
) -> Map:
    """Read what a map shows; raises UnknownName (territory, level, indicator) and ValueError (method).

    The scale is that of the values shown, with those of the periods `beside` it: a colour says the same in each year.
    """
    one = find_indicator(cube, indicator)
    layer = outlines.layer(level, within, width)
    found = cube.across(one.id, level, by=by, period=period)
    drawn = pl.DataFrame(
        {"territory": [territory.id for territory in layer.territories]}, {"territory": pl.String}
    )
    why = pl.when(pl.col("value").is_null()).then(pl.col("status").fill_null("missing"))
    rows = drawn.join(
        found.select("territory", "value", "low", "high", why.alias("status"), *FACTS, known=True),
        on="territory", how="left", maintain_order="left",
    ).with_columns(pl.when("known").then("status").otherwise(pl.lit("none")).alias("status"))  # fmt: skip
    columns = (rows[name].to_list() for name in ("value", "low", "high", "status", *FACTS))
    cells = list(map(AreaValue, layer.territories, *columns))
    known = rows["value"].drop_nulls().to_list()
    told = period or (found["period"][0] if found.height else None)
    place = outlines.ground.territory(within)
    others = [
        cube.across(one.id, level, by=by, period=other)
        .join(drawn, on="territory", how="semi")["value"]
        .drop_nulls()
        .to_list()
        for other in beside
        if other != told
    ]
    scale, as_of = scale_of(one, [*known, *chain(*others)], method, classes), cube.as_of(one.id, told)
    return Map(one, level, place, by, told, layer, cells, scale, as_of)


def unit_of(indicator: Indicator) -> str:
    """Give what follows a value of an indicator: a percent sign, kilometres, or nothing."""
    return {"%": "\u202f%", "km": "\u00a0km"}.get(indicator.unit, "")


def cell_text(cell: AreaValue, indicator: Indicator, language: Language) -> str:
    """Say the value of a cell, with its interval, or why there is none.

    >>> cell_text(AreaValue(None, None, None, None, "suppressed"), None, "en")
    'suppressed (confidential)'
    """
    if cell.value is None:
        return absence(cell.status or "missing", cell.low, cell.high, indicator, language)
    text = number(cell.value, language, indicator.decimals) + unit_of(indicator)
    known = bounds(cell.low, cell.high, indicator, language)
    return f"{text} ({known})" if known else text


def absence(
    status: str, least: float | None, most: float | None, indicator: Indicator, language: Language
) -> str:
    """Say why there is no value, and the least or the bounds that are known all the same.

    >>> from ...graph.indicators.declaration import read_indicators
    >>> absence("missing", 8.0, None, read_indicators()[0]["interactions-by-year"], "fr")
    'donnée manquante (au moins 8)'
    """
    text = STATUSES[status][language]
    known = bounds(least, most, indicator, language)
    return f"{text} ({known})" if known else text


def bounds(least: float | None, most: float | None, indicator: Indicator, language: Language) -> str:
    r"""Say between what a value is, with one unit; "" where nothing is known of it, or both are written alike.

    >>> from ...graph.indicators.declaration import read_indicators
    >>> bounds(5.75, 27.06, read_indicators()[0]["distance-to-programme"], "en")
    'between 5.8 and 27.1\xa0km'
    >>> bounds(5.75, 5.76, read_indicators()[0]["distance-to-programme"], "en")
    ''
    """
    if least is None:
        return ""
    unit = unit_of(indicator)
    low = number(least, language, indicator.decimals)
    if most is None:
        return gettext("au moins {low}{unit}", language, low=low, unit=unit)
    high = number(most, language, indicator.decimals)
    if low == high:
        return ""
    return gettext("entre {low} et {high}{unit}", language, low=low, high=high, unit=unit)


def summary(shown: Map, language: Language = "fr") -> str:
    """Say in one line how many territories have a value, between which values, and how many have none and why."""
    text = shown.spread(language)
    zeros = sum(value == 0 for value in shown.known)
    more = [gettext("{n} à zéro", language, n=number(zeros, language))] if zeros else []
    for status in shown.statuses:
        many = number(sum(cell.status == status for cell in shown.cells), language)
        more.append(gettext("{many}\u00a0: {status}", language, many=many, status=STATUSES[status]))
    if over := shown.overlapping:
        more.append(
            ngettext(
                "{n} n’est qu’en partie dans le périmètre ({within})",
                "{n} ne sont qu’en partie dans le périmètre ({within})",
                over,
                language,
                within=shown.within.label,
            )
        )
    if shown.layer.points:
        more.append(
            ngettext(
                "{n} dessiné en point, faute de contour",
                "{n} dessinés en points, faute de contour",
                shown.layer.points,
                language,
            )
        )
    mark = gettext("\u00a0; ", language)
    return text + "".join(mark + one for one in more) + "."


def date_text(period: str | None, as_of: str, said: Language) -> str:
    r"""Say what a value is of: the years of its data where its period is only the year that it was computed in.

    >>> date_text("2026", "2010–2022", "fr"), date_text("2026", "2010–2022", "en"), date_text("2021", "", "fr")
    ('données\xa0: 2010–2022', 'data of 2010–2022', '2021')
    """
    if as_of:
        return gettext("données\u00a0: {as_of}", said, as_of=as_of)
    return period or ""


def wrap_text(text: str, longest: int) -> list[str]:
    """Cut a text in lines, between words.

    >>> wrap_text("un deux trois", 8)
    ['un deux', 'trois']
    """
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= longest:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
