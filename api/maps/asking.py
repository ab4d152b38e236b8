"""What a request asks a map of, read and checked, and the address that asks it again with something changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from ...graph.indicators.declaration import Indicator
from ...graph.region.levels import LEVELS
from ...graph.region.names import UnknownName
from ...words import N_, gettext
from ..web.negotiation import Language
from ..web.page_error import PageError
from ..web.parameters import is_true
from .atlas import Atlas
from .places import KINDS, places
from .reading import Map, read_map
from .scale import METHODS, scale_of

INDICATOR, LEVEL, WITHIN = "distance-to-programme", "epci", "region/84"
TYPOLOGY = "typology"
"""The view that crosses both indicators in one map."""
SORTS = ("name", "-name", "value", "-value")


@dataclass(frozen=True)
class Side:
    """One map of a page: its indicator, group and period ("" where the address does not say)."""

    indicator: str
    by: str
    period: str


@dataclass(frozen=True)
class MapParams:
    """A page of maps: one or two sides over the same territories, with the same rule for classes.

    `among` are the territories chosen to be compared (paths without « territory/ »).
    """

    sides: tuple[Side, ...]
    level: str
    within: str
    method: str
    classes: int
    sort: str
    page: int
    illustrative: bool
    given: Mapping[str, str]
    embed: bool = False
    places: str = ""
    view: str = ""
    among: tuple[str, ...] = ()

    def address(self, path: str = "/cartes", **changed: str) -> str:
        """Give the address of this page with something changed; an empty text leaves a parameter out."""
        kept = {**self.given, **changed}
        text = urlencode({name: value for name, value in kept.items() if value})
        return f"{path}?{text}" if text else path


def asked_of(query: QueryParams) -> MapParams:
    """Read what is asked; raises PageError (400) that says what is wrong."""
    given = {name: value.strip() for name, value in query.items() if value.strip()}
    if any(len(value) > 200 for value in given.values()):
        raise PageError(400, N_("Une valeur de l’adresse est trop longue."))
    method = given.get("method", "")
    if method and method not in METHODS:
        raise PageError(
            400, N_("« {method} » n’est pas une méthode : {names}.", method=method, names=", ".join(METHODS))
        )
    classes, number = (_whole(given, name, default) for name, default in (("classes", 5), ("page", 1)))
    if not 3 <= classes <= 7:
        raise PageError(400, N_("Une carte a de 3 à 7 classes."))
    sort = given.get("sort", "name")
    if sort not in SORTS:
        raise PageError(400, N_("Tri inconnu : {names}.", names=", ".join(SORTS)))
    over = given.get("places", "")
    if over and over not in KINDS:
        raise PageError(
            400, N_("« {name} » ne nomme pas des lieux : {names}.", name=over, names=", ".join(KINDS))
        )
    if given.get("view", TYPOLOGY) != TYPOLOGY:
        raise PageError(
            400, N_("« {name} » n’est pas une vue : {names}.", name=given["view"], names=TYPOLOGY)
        )
    first = Side(given.get("indicator", INDICATOR), given.get("by", ""), given.get("period", ""))
    if (
        query.get("compare") == ""
    ):  # a form that compares with nothing any more still holds its second group and period
        given = {name: value for name, value in given.items() if name not in ("by2", "period2")}
    sides = [first]
    if {"compare", "by2", "period2"} & given.keys():
        sides.append(
            Side(
                given.get("compare", first.indicator),
                given.get("by2", "" if "compare" in given else first.by),
                given.get("period2", ""),
            )
        )
    return MapParams(
        tuple(sides), given.get("level", ""), given.get("within", WITHIN), method, classes, sort, max(1, number),
        is_true(query, "illustrative"), given, given.get("embed") == "1", over,
        given.get("view", "") if len(sides) == 2 else "",
        tuple(dict.fromkeys(one for one in given.get("among", "").split(",") if one)),
    )  # fmt: skip


def _whole(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not text.isdecimal() or len(text) > 6:
        raise PageError(400, N_("« {name} » demande un nombre entier.", name=name))
    return int(text)


def settle(asked: MapParams, atlas: Atlas, said: Language) -> tuple[MapParams, list[str]]:
    """Leave out the groups and periods that the indicators do not have, with a sentence about each.

    A form whose indicator was changed still asks for the group and the period of the former one.
    """
    sides: list[Side] = []
    lost: list[str] = []
    told: list[str] = []
    for number, side in enumerate(asked.sides):
        end = "2" if number else ""
        if side.indicator in atlas.cube.indicators:
            if side.by and side.by not in atlas.groups(side.indicator):
                side, lost = replace(side, by=""), [*lost, f"by{end}"]
                told.append(_lost("group", side.indicator, atlas, said))
            if side.period and side.period not in atlas.periods(side.indicator, _group(side, atlas)):
                told.append(_lost("period", side.indicator, atlas, said, side.period))
                side, lost = replace(side, period=""), [*lost, f"period{end}"]
        sides.append(side)
    given = {name: value for name, value in asked.given.items() if name not in lost}
    return replace(asked, sides=tuple(sides), given=given), told


def _lost(kind: str, indicator: str, atlas: Atlas, said: Language, name: str = "") -> str:
    title = atlas.cube.indicators[indicator].title[said]
    if kind == "group":
        return gettext(
            "« {title} » n’a pas le groupe demandé : la carte en montre un autre.", said, title=title
        )
    return gettext(
        "« {title} » n’a pas de valeur pour {name} : la carte montre une autre période.",
        said,
        title=title,
        name=name,
    )


def _group(side: Side, atlas: Atlas) -> str | None:
    """Give the group of a side: the whole where the address names none, or the fullest where there is no whole."""
    return side.by or atlas.first_group(side.indicator)


def read(asked: MapParams, atlas: Atlas, width: int) -> list[Map]:
    """Read the maps of a page; two of the same unit have the same classes. Raises PageError (404)."""
    for side in asked.sides:
        if side.indicator not in atlas.cube.indicators:
            try:
                read_map(atlas.outlines, atlas.cube, side.indicator, LEVEL, asked.within)
            except UnknownName as error:
                raise PageError.of(error, 404) from error

    def one(side: Side, level: str) -> Map:
        by = _group(side, atlas)
        if side.by and by not in atlas.groups(side.indicator):
            raise UnknownName("group", side.by, [])
        if side.period and side.period not in atlas.periods(side.indicator, by):
            raise UnknownName("period", side.period, [])
        return read_map(
            atlas.outlines, atlas.cube, side.indicator, level, asked.within,
            by=by, period=side.period or None, method=asked.method or None, classes=asked.classes,
            width=width, beside=atlas.periods(side.indicator, by) if side.period else (),
        )  # fmt: skip

    try:
        within = atlas.outlines.ground.territory(asked.within)
        level = asked.level or _level(atlas, asked.sides[0].indicator, within.level)
        found = [one(side, level) for side in asked.sides]
    except UnknownName as error:
        raise PageError.of(error, 404) from error
    if asked.places:
        there = places(atlas.matter, asked.places, found[0].layer.frame, found[0].within)
        found = [replace(shown, over=asked.places, places=there) for shown in found]
    if len(found) == 2 and same_scale(found):
        known = [value for shown in found for value in shown.known]
        scales = (scale_of(shown.indicator, known, asked.method or None, asked.classes) for shown in found)
        return [replace(shown, scale=scale) for shown, scale in zip(found, scales, strict=True)]
    return found


def same_scale(maps: Sequence[Map]) -> bool:
    """Say whether two maps are of one unit and kind of mark, so that one scale serves both."""
    first, second = (one.indicator for one in maps)
    if {one.scale.kind for one in maps} == {"areas"}:
        return first.id == second.id or (first.unit == second.unit and first.unit in ("%", "km"))
    return first.unit == second.unit and _things(first) == _things(second)


def _things(indicator: Indicator) -> tuple[str, object, object]:
    """Tell what an indicator counts: two that count the same things have one scale."""
    return indicator.formula, indicator.options.get("frame"), indicator.options.get("item")


def _level(atlas: Atlas, indicator: str, within: str) -> str:
    """Choose the level of an address that names none, of those that can have the indicator.

    Intercommunalities come first in what is made of them, communes in what is not: one holds no other, and an employment
    zone cuts across them.
    """
    levels = atlas.levels(indicator) or list(atlas.cube.indicators[indicator].levels)
    first = () if within in ("region", "department", "adhoc") else ("commune",)
    order = (*first, LEVEL, "zone", "bassin", "department", "commune", *LEVELS)
    return next((one for one in order if one in levels), LEVEL)
