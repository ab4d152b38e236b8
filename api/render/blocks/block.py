"""A block of a page: what it is called, what makes its table, and how a page shows it; of territories, actors, programmes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from ....graph.indicators.rows import MISSING
from ....words import EMPTY, gettext
from ...web.links import href
from ...web.negotiation import Language
from .tables import Table, Words, figure, full

log = logging.getLogger(__name__)


class Unread(RuntimeError):  # noqa: N818
    """A part of a page that could not be read: its message says why, in the language of the page."""


@dataclass(frozen=True)
class Block:
    """A block: its `name` in the address, its title, its `form` on pages, and what makes its table of a context.

    `first` is how many rows a page of several blocks shows (of each group, where the form is "grouped"; a "crossed" table
    has its first column down, its second across and its third in cells); findings have no `make`: they come from analyses.
    There, `groups` is how many groups stand in one table before the others, which are folded (0: a table a group), `aside`
    names columns left to the address of the block, and `fold` puts all its rows behind one line.
    `definition` tells what the figures are, `tab` in which tab it stands, on a page that has some.
    """

    name: str
    words: Words
    form: str = "table"
    make: Callable[..., Table] | None = None
    first: int = 8
    definition: Words = EMPTY
    tab: str = ""
    groups: int = 0
    aside: tuple[str, ...] = ()
    fold: bool = False

    def title(self, language: Language) -> str:
        """Give the title of the block."""
        return self.words[language]


@dataclass(frozen=True)
class BlockContext:
    """What the blocks of a page are made from; each table is made once a page."""

    tables: dict[str, Table] = field(default_factory=dict, kw_only=True)

    def table(self, block: Block) -> Table:
        """Give the table of a block."""
        if block.name not in self.tables:
            assert block.make is not None
            self.tables[block.name] = block.make(self)
        return self.tables[block.name]


@dataclass(frozen=True)
class RenderedBlock:
    """A block as a page shows it: its table, its rows with links, or the sentence that says why it failed."""

    block: Block
    table: Table | None = None
    rows: Sequence[Mapping[str, Any]] = ()
    whole: int = 0
    findings: Mapping[str, Any] | None = None
    failure: str = ""
    origin: Mapping[str, Any] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether its table was made and has no row: nothing is known of what it lists."""
        return self.table is not None and not self.table.rows and not self.provisional

    @property
    def provisional(self) -> bool:
        """Whether more is to come: findings still being computed, or a table that lacks them."""
        return bool((self.block.make is None and self.findings is None) or self.more.get("provisional"))


def show_table(
    block: Block, make: Callable[[], Table], language: Language, first: int | None = None
) -> RenderedBlock:
    """Make a table for a page; one that fails says so in its place. `first` bounds its rows."""
    try:
        table = make()
        rows = [_linked(table, row, language) for row in _chosen(block, table, first)]
    except Unread as error:
        return RenderedBlock(block, failure=str(error))
    except Exception:
        log.exception("block %s failed", block.name)
        said = gettext("Cette partie n’a pas pu être faite. Le reste de la page est complet.", language)
        return RenderedBlock(block, failure=said)
    more = dict(table.more)
    more["marked"] = any(
        row.get(f"{column.name}_absent") == MISSING for row in rows for column in table.columns
    )
    if block.form == "figures":
        more["topics"] = _by_topic(rows)
    elif block.form == "crossed":
        more["crossed"] = _crossed(table, rows)
    elif block.form == "grouped":
        counts = Counter(str(row["group"]) for row in table.rows)
        more["by"] = [
            (name, counts[name], list(found)) for name, found in groupby(rows, lambda r: r["group"])
        ]
    return RenderedBlock(block, table, rows, len(table.rows), more=more)


def _chosen(block: Block, table: Table, first: int | None) -> list[Mapping[str, Any]]:
    """Give the first rows; of each group, where rows come by group, and of each side of partners: territories come first."""
    if block.form == "partners":
        own, most = table.more["territories"], first or len(table)
        return [*table.rows[: min(own, most)], *table.rows[own : own + most]]
    if block.form != "grouped":
        return list(table.rows[:first])
    groups: dict[object, list[Mapping[str, Any]]] = {}
    for row in table.rows:
        groups.setdefault(row["group"], []).append(row)
    return [row for found in groups.values() for row in found[:first]]


def _crossed(
    table: Table, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], dict[str, Mapping[str, Any]]]]:
    """Cross the first column with the second: for each line, the first of its rows, and its rows by what they are of.

    `more` of the table has, in order, what the second column may hold (`across`), and what is said where none is (`none`).
    """
    line, across = (column.name for column in table.columns[:2])
    lines: dict[str, tuple[Mapping[str, Any], dict[str, Mapping[str, Any]]]] = {}
    for row in rows:
        lines.setdefault(str(row[line]), (row, {}))[1][str(row[across])] = row
    return list(lines.values())


def _by_topic(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Group figures by topic; the whole of an indicator that only breaks down another is in files alone."""
    kept = [row for row in rows if not row["again"]]
    return [(topic, list(found)) for topic, found in groupby(kept, key=lambda row: str(row["topic"]))]


def _linked(table: Table, row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Add to a row the addresses of its links, its figures in words, and why its empty cells are empty."""
    made = dict(row)
    for column in table.columns:
        if why := column.absence(row):
            made[f"{column.name}_absent"] = why
        elif column.kind == "link" and (path := row.get(f"{column.name}_iri")):
            made[f"{column.name}_href"] = href(full(str(path)))
        elif column.kind == "number" and isinstance(value := row.get(column.name), int | float):
            made.setdefault(f"{column.name}_shown", figure(float(value), column.decimals or 0, language))
    return made
