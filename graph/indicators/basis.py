"""What an indicator rests on, told wherever its value opens: its sources with their dates, and what they place nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from ...words import N_, Named
from ..region.view import RegionView
from .coverage import placing
from .declaration import ILLUSTRATIVE, Indicator
from .facts import frame_of
from .rows import this_year
from .selection import keep_rows

_YEAR = re.compile(r"\d{4}")
STALE = 3
"""Years after which the year of what is counted is part of an indicator's title."""
_OF_YEARS = frozenset({"interaction-places", "academic-company"})
"""Frames whose items have years of their own: the dates of a source that tells few of them would be no years of theirs."""
_GROUND = frozenset({"decoupage-administratif", "laposte-hexasmal", "insee-densite", "anct-grilles"})
_MADE_UP = N_("Données illustratives")


@dataclass(frozen=True)
class DatedSource:
    """A source of an indicator: its short name, its title by language, and the `date` of its data as it says it.

    A date is a day, a year, or two years around a slash; empty where the source tells none.
    """

    name: str
    title: Mapping[str, str]
    date: str


@dataclass(frozen=True)
class Basis:
    """The sources of an indicator in the order it declares them, and its items, of all territories together.

    `items` counts what is counted, `unplaced` those of them without a known place, which count in no territory; None
    where the indicator counts no items at places. `told` are the years of the data where the dates of its sources are
    others.
    """

    sources: tuple[DatedSource, ...]
    items: int | None = None
    unplaced: int | None = None
    told: str = ""

    @property
    def as_of(self) -> str:
        """The years of the data, the first and the last: the period of a value is the year it was computed in.

        >>> Basis((DatedSource("a", {}, "2014/2021"), DatedSource("b", {}, "2025-01-01"))).as_of
        '2014–2025'
        """
        return self.told or _years(self.sources)


def basis_of(matter: RegionView, one: Indicator, indicators: Mapping[str, Indicator]) -> Basis:
    """Tell what an indicator rests on; of a ratio, the items are those of its upper part."""
    made = matter.once(_bases)
    if one.id not in made:
        upper = indicators.get(str(one.options["of"])) if one.is_ratio else one
        items, unplaced = (upper and placing(matter, upper)) or (None, None)
        about = matter.once(_dated)
        sources = tuple(about.get(name, _unknown(name)) for name in one.sources)
        made[one.id] = Basis(sources, items, unplaced, _as_of(matter, one, indicators))
    return made[one.id]


def years_of_data(matter: RegionView, indicators: Mapping[str, Indicator]) -> dict[str, str]:
    """Give the years of the data of each indicator (`Basis.as_of`), without counting its items."""
    return {name: _as_of(matter, one, indicators) for name, one in indicators.items()}


def with_age(matter: RegionView, indicators: Mapping[str, Indicator]) -> dict[str, Indicator]:
    """Give indicators with the year of what they count in their titles, where that is old; of a ratio, of both its parts.

    The sources that only tell where places are, or how many people live there, do not make what is counted younger.
    """
    made = dict(indicators)
    for name, one in indicators.items():
        years = [_counted(matter, part) for part in _parts(one, indicators)]
        if years[0] and int(this_year(matter)) - int(years[0][-4:]) > STALE:
            told = " / ".join(dict.fromkeys(filter(None, years)))
            made[name] = replace(one, title={said: _aged(text, told) for said, text in one.title.items()})
    return made


def _aged(title: str, years: str) -> str:
    """Put years at the end of a title, in its parenthesis where it ends with one.

    >>> _aged("Research units", "2022"), _aged("Access (region = 100)", "2022")
    ('Research units (2022)', 'Access (region = 100, 2022)')
    """
    return f"{title[:-1]}, {years})" if title.endswith(")") else f"{title} ({years})"


def _as_of(matter: RegionView, one: Indicator, indicators: Mapping[str, Indicator]) -> str:
    """Give the years of the data of an indicator; of a ratio, from the first to the last of both its parts."""
    told = [_counted(matter, part) for part in _parts(one, indicators)]
    return told[0] if len(told) == 1 else _span(told)


def _parts(one: Indicator, indicators: Mapping[str, Indicator]) -> list[Indicator]:
    return [indicators[str(one.options[key])] for key in ("of", "over")] if one.is_ratio else [one]


def _counted(matter: RegionView, one: Indicator) -> str:
    """Give the years of what an indicator, no ratio, counts: those it declares, those of its items, or of its sources' dates."""
    return one.as_of or _of_items(matter, one) or _of_sources(matter, one)


def _of_items(matter: RegionView, one: Indicator) -> str:
    """Give the first and the last year of the items that have a place; empty where items have no year of their own."""
    frame = frame_of(one)
    if frame not in _OF_YEARS:
        return ""
    try:
        found = keep_rows(matter, {**one.options, "frame": frame})
    except ValueError:  # its formula failed for the same reason, which is told there
        return ""
    if "year" not in found.columns:
        return ""
    years = found.filter(pl.col("place").is_not_null())["year"].drop_nulls()
    return "" if years.is_empty() else _span([str(years.min()), str(years.max())])


def _of_sources(matter: RegionView, one: Indicator) -> str:
    dated, named = matter.once(_dated), one.dated or one.sources
    counted = [name for name in named if name not in _GROUND] or named
    return _years(tuple(dated[name] for name in counted if name in dated))


def _years(sources: tuple[DatedSource, ...]) -> str:
    return _span([one.date for one in sources])


def _span(dates: list[str]) -> str:
    """Give the first and the last year in dates.

    >>> _span(["2014/2021", "2025-01-01"]), _span(["2022"]), _span([])
    ('2014–2025', '2022', '')
    """
    years = sorted(year for date in dates for year in _YEAR.findall(date))
    return "–".join(dict.fromkeys((years[0], years[-1]))) if years else ""


def _bases(_: RegionView) -> dict[str, Basis]:
    return {}


def _dated(matter: RegionView) -> dict[str, DatedSource]:
    found: dict[str, DatedSource] = {}
    for path, title, english, date in (
        matter.frame("sources").select("source", "title", "english", "date").iter_rows()
    ):
        name = str(path).rsplit("/", 1)[-1]
        found[name] = DatedSource(name, Named(title, english), date or "")
    return found


def _unknown(name: str) -> DatedSource:
    """Tell a source that is not loaded by its name."""
    return DatedSource(name, _MADE_UP if name == ILLUSTRATIVE else Named(name), "")
