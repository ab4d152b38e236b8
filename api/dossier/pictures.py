"""Pictures of a dossier: maps and charts, each with its words and the table behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from ...graph.indicators.cube import Value
from ...graph.region.names import UnknownName
from ...graph.sparql.results import Rows
from ...words import N_, Said, first_upper, gettext
from ..maps.files import to_rows
from ..maps.reading import read_map, summary
from ..maps.svg import map_picture
from ..pages.territory.coverage import coverage_note
from ..pages.territory.trend_sources import by_source
from ..render.blocks.tables import absent
from ..render.chart_drawing import bars, lines, picture, value_text
from .file_names import file_stem
from .making import Making, define, flat
from .model import Element, Figure, Paragraph, Section, join_words

WIDTH = 440
"""Pixels that maps are drawn for: letters and points keep their size, so that they can be read where two maps share a page."""
MOST_BARS = 10
FEW = 10
"""Fewer things than that in all are told in a sentence: a chart would stretch them over a page."""
ROOM = 340
"""Pixels for the names of bars: on paper nobody can point at one to read it whole."""

#: Maps by level: the indicator, the level of the areas, and the levels of the territory that they are within.
_NEAR = {"commune": ("epci", "department", "region")}
_AROUND = {"epci": ("department", "region"), "zone": ("region",), "department": ("region",)}


def maps(making: Making) -> Section:
    """Draw how far higher education is, commune by commune, and how many interactions the neighbours have."""
    level = making.territory.level
    blocks: list[Element] = []
    inside = "epci" if level == "region" else "commune"
    within = _within(making, _NEAR["commune"]) if level == "commune" else making.territory.id
    blocks += _map(making, "carte-acces", "distance-to-programme", inside, within)
    around = _within(making, _AROUND.get(level, ()))
    if around:
        blocks += _map(making, "carte-interactions", "interactions-per-100000", level, around)
    return Section(blocks=tuple(blocks))


def _within(making: Making, levels: Sequence[str]) -> str:
    for level in levels:
        for other, _ in making.seen.ground.containing(making.territory, level)[:1]:
            return other.id
    return ""


def _map(making: Making, id: str, indicator: str, level: str, within: str) -> list[Element]:
    if not within:
        return []
    shown = None
    if not making.seen.cube.of_indicator(indicator).is_empty():
        with suppress(UnknownName, KeyError, ValueError):
            shown = read_map(
                making.seen.outlines,
                making.seen.cube,
                indicator,
                level,
                within.removeprefix("territory/"),
                width=WIDTH,
            )
    if shown is None or not shown.known:
        words = making.say(
            N_("La carte ne peut pas être dessinée : aucune valeur n’est connue, ou les contours manquent.")
        )
        return [Paragraph(words, "absent")]
    title = shown.indicator.title[making.language]
    when = shown.as_of or shown.period or ""
    reference = making.references.cite(
        "F",
        making.say(N_("Carte : {title}", title=title)),
        method=define(making, shown.indicator.definition[making.language], indicator),
        period=when,
        sources=shown.indicator.sources,
    )
    drawing = map_picture(shown, language=making.language, here=making.territory.id, name=id)
    where = f"{shown.within.label}"
    caption = making.set(f"{first_upper(title)}, {where}{f', {when}' if when else ''} [{reference}]")
    note = (making.set(shown.scale.words(making.language)),)
    making.data[id] = (making.set(f"{first_upper(title)}, {where}"), _worded(making, to_rows([shown])))
    return [Figure(id, caption, making.set(f"{title}. {summary(shown, making.language)}"), drawing, note)]


def _worded(making: Making, rows: Rows) -> Rows:
    """Write sources and evidence as people read them."""
    worded = [making.worded(dict(zip(rows.columns, row, strict=True))) for row in rows.rows]
    return Rows(rows.columns, [list(row.values()) for row in worded])


def interactions(making: Making) -> list[Element]:
    """Draw interactions by year, a line a source, in the years that it covers."""
    apart = [
        (making.seen.source(source, making.language), one)
        for source, series in by_source(making.seen, making.territory).items()
        for one in series
    ]
    if not apart:
        return []
    about = apart[0][1].indicator
    if sum(one.value or 0 for _, one in apart) < FEW:
        few = [(f"{name}, {one.period}", one.low if one.value is None else one.value) for name, one in apart]
        return [_told(making, about, [(name, value) for name, value in few if value])]
    values = {(one.period, name): one.value for name, one in apart if one.value is not None}
    periods = sorted({period for period, _ in values})
    note = making.say(coverage_note(making.seen.years, making.seen.source))
    rows = [_behind(making, name, one) for name, one in apart]
    return _drawn(making, "interactions-annee", about, periods, values, lines, rows, note)


def _behind(making: Making, source: str, one: Value) -> dict[str, Any]:
    """Give the row behind a year of a source."""
    return {
        "year": one.period,
        "source": source,
        "value": one.value,
        "status": _why(making, one),
        "at_least": one.low if one.value is None else None,
    }


def chart(making: Making, id: str, indicator: str) -> list[Element]:
    """Draw the groups of an indicator as bars, the largest first; say so where there are none.

    The table behind has every group, those that are not drawn and zeros too.
    """
    groups = [
        (first_upper(making.seen.word(one.by or "", making.language)), one)
        for one in making.seen.cube.groups(indicator, making.territory.id)
    ]
    about = making.seen.cube.indicators.get(indicator)
    known = [(name, one.value) for name, one in groups if one.value != 0]
    figures = [value for _, value in known if value is not None]
    if about is None or not figures:
        return [_absent(making, about.title[making.language] if about else indicator)]
    if len(known) < MOST_BARS and sum(figures) < FEW:
        return [_told(making, about, [(name, value) for name, value in known if value is not None])]
    shown = dict(known[:MOST_BARS])
    values = {(name, ""): value for name, value in shown.items()}
    note = ""
    if len(groups) > len(shown):
        note = making.say(
            N_(
                "Les {shown} plus grands sur {groups} ; tous sont en annexe, et dans le fichier {id}.csv.",
                shown=len(shown),
                groups=len(groups),
                id=file_stem(id, making.language),
            )
        )
    rows = [
        {"group": name, "value": one.value, "status": _why(making, one), "period": one.period}
        for name, one in groups
    ]
    return _drawn(making, id, about, list(shown), values, partial(bars, room=ROOM, name=f"{id}-"), rows, note)


def _absent(making: Making, title: str) -> Paragraph:
    words = making.say(N_("{title} : les sources chargées n’en situent pas ici.", title=first_upper(title)))
    return Paragraph(words, "absent")


def _why(making: Making, one: Value) -> str | None:
    """Say why there is no value; nothing where there is one."""
    return None if one.value is not None else absent(one.status, making.language)[1]


def _told(making: Making, about: Any, values: Sequence[tuple[str, float]]) -> Paragraph:
    """Tell the few things that there are, and cite them."""
    title, words = (
        about.title[making.language],
        [f"{name} ({value_text(value, making.language)})" for name, value in values],
    )
    reference = making.references.cite(
        "F",
        making.set(first_upper(title)),
        shown=value_text(sum(value for _, value in values), making.language),
        method=define(making, about.definition[making.language], about.id),
        sources=about.sources,
    )
    mark = making.say(N_(" : "))
    return Paragraph(
        making.set(f"{first_upper(title)}{mark}{join_words(words, making.language)}. [{reference}]")
    )


def _extent(making: Making, group: str, values: Mapping[tuple[str, str], float | None]) -> str:
    """Say the least and the most of a group, with where they are; of a source, what its first and last years have."""
    known = [(value, name) for (name, of), value in values.items() if of == group and value is not None]
    least, most = (known[0], known[-1]) if group else (min(known), max(known))
    words = making.say(
        N_(
            "de {least} ({first}) à {most} ({last})",
            least=Said(value_text, (least[0],)),
            first=least[1],
            most=Said(value_text, (most[0],)),
            last=most[1],
        )
    )
    return f"{group}, {words}" if group else words


def _drawn(
    making: Making,
    id: str,
    about: Any,
    names: list[str],
    values: Mapping[tuple[str, str], float | None],
    draw: Callable[..., Any],
    rows: Sequence[dict[str, Any]],
    note: str,
) -> list[Element]:
    """Draw values; `rows` is the whole table behind, and `note` what to know of the picture."""
    title = about.title[making.language]
    groups = list(dict.fromkeys(group for _, group in values))
    words = " ; ".join(_extent(making, group, values) for group in groups)
    body, height = draw(names, groups, values, making.language)
    drawing = picture(body, height, f"{id}-")
    period = making.seen.cube.groups(about.id, making.territory.id)
    when = period[0].period if period and draw is not lines else ""
    when = making.seen.cube.as_of(about.id, when) or when
    reference = making.references.cite(
        "F",
        making.say(N_("Graphique : {title}", title=title)),
        method=define(making, about.definition[making.language], about.id),
        period=when,
        sources=about.sources,
    )
    making.data[id] = (making.set(first_upper(title)), flat(rows))
    dated = f", {when}" if when and f"({when})" not in title else ""
    caption = making.set(f"{first_upper(title)}{dated} [{reference}]")
    return [
        Figure(
            id,
            caption,
            making.set(gettext("{title} : {words}", making.language, title=title, words=words)),
            drawing,
            (note,) if note else (),
        )
    ]
