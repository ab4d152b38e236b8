"""Cells of the tables of pages, by the kind of their column: written here and not by a template, for a page has hundreds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from ....graph.indicators.rows import MISSING
from ....words import SOURCE, Spoken, date
from ...labels.basis_names import source_title
from ...web.negotiation import Language
from ...web.page_language import linked
from .tables import Column, absent

#: What sources name in French alone, with words that an English voice would spoil.
_TITLES = {"action", "event", "interaction", "objective", "programme", "strategy"}
_ATTRIBUTE = {"number": ' class="nombre"', "year": ' class="annee"'}


def row_cells(
    badge: Callable[[Any, Language], str],
    no_value: Callable[[Any, Language], str],
    columns: Iterable[Column],
    row: Mapping[str, Any],
    language: Language,
    titles: Mapping[str, Spoken],
    most: float = 0.0,
) -> Markup:
    """Write the cells of a row; `badge` writes a status of evidence, `no_value` why there is no value, `titles` are of sources.

    `most` is the value whose bar is as long as its cell (`bar_scale`); a row may have how a value is shown (`<name>_shown`).

    >>> columns = Column("town", "Town", "link"), Column("seats", "Seats", "number")
    >>> row = {"town": "L’<b>", "town_href": "/a", "seats": None, "seats_absent": "suppressed"}
    >>> print(row_cells(lambda *_: "", lambda *_: "secret", columns, row, "fr", {}).split(chr(10))[1])
    <td class="nombre">secret</td>
    """

    def cell(column: Column) -> str:
        value = row.get(column.name)
        french = column.kind == "french" or column.name in _TITLES
        spoken = row.get(f"{column.name}_lang") or (SOURCE if french else language)
        attribute = _ATTRIBUTE.get(column.kind, "") if spoken == language else f' lang="{escape(spoken)}"'
        if column.kind == "absent":
            content = no_value(row["status"], language)
        elif (why := row.get(f"{column.name}_absent")) is not None:
            content = _missing(language) if why == MISSING else no_value(why, language)
            attribute = attribute if column.numeric else ""
        elif column.kind == "link" and (address := row.get(f"{column.name}_href")) is not None:
            content = f'<a href="{linked(escape(address))}">{escape(value)}</a>'
        elif column.kind == "evidence":
            content = badge(value, language)
        elif column.kind == "date":
            content = escape(date(value or "", language))
        elif value is None:
            content = ""
        elif column.kind == "number":
            content = escape(row[f"{column.name}_shown"])
            if column.bar and most > 0:
                content, attribute = content + _bar(value / most), ' class="nombre barres"'
        elif column.name == "source":
            content = source_links(value.split(", "), titles, language)
        else:
            content = escape(row.get(f"{column.name}_shown", value))
        return f"<td{attribute}>{content}</td>\n"

    return Markup("".join(map(cell, columns)))


def bar_scale(columns: Iterable[Column], rows: Iterable[Mapping[str, Any]]) -> float:
    """Give the largest value of the columns that have bars; 0 where none has.

    >>> bar_scale([Column("jobs", "Jobs", "number", bar=True)], [{"jobs": 3}, {"jobs": None}, {"jobs": 12}])
    12.0
    """
    names = [column.name for column in columns if column.bar]
    if not names:
        return 0.0
    return max((float(row.get(name) or 0.0) for row in rows for name in names), default=0.0)


def _bar(share: float) -> Markup:
    width = f"{100 * max(0.0, min(1.0, share)):.1f}"
    return Markup(
        '<svg class="barre" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect\n'
        f'  width="{width}" height="6"/></svg>'
    )


def source_links(names: Iterable[str], titles: Mapping[str, Spoken], language: Language) -> Markup:
    """Name sources, each with a link to what is said of it where it has a title.

    >>> print(source_links(["gone"], {}, "fr"))
    gone
    """
    return Markup(", ".join(_source(name, titles, language) for name in names))


def _missing(language: Language) -> str:
    mark, words = absent(MISSING, language)
    return (
        f'<span class="absente absente-missing"><span aria-hidden="true">{mark}</span><span\n'
        f'  class="cache">{words}</span></span>'
    )


def _source(name: str, titles: Mapping[str, Spoken], language: Language) -> str:
    title = titles[name][language] if name in titles else source_title(name, language)
    link = f'<a href="{linked(f"/sources#{escape(name)}")}">{escape(title)}</a>'
    return link if title != name else escape(name)
