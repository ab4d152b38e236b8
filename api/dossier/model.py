"""The content of a dossier, the same for every format: sections of paragraphs, tables, figures and findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ...graph.sparql.results import Rows, Value
from ...words import gettext
from ..labels.typesetting import typeset
from ..render.blocks.tables import Cell, Column
from ..render.picture import Picture
from ..web.negotiation import Language


@dataclass(frozen=True)
class Paragraph:
    """Sentences. `tone` is "text", "lead", "note", "absent" (nothing is known: says why) or "warning"."""

    text: str
    tone: str = "text"


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table as it is printed, with its caption: its first `rows`. `id` names its CSV, whose rows are `data`, else those."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    data: Rows | None = None

    @property
    def small(self) -> bool:
        """Whether it is printed in small letters: a wide table of an annex, which is looked up and not read."""
        return len(self.columns) > 5 and self.id.startswith("annexe")

    def heads(self, language: Language) -> list[str]:
        """Give the heads of its columns as they are printed."""
        return [typeset(one.head(language), language) for one in self.columns]

    def to_rows(self) -> Rows:
        """Give the rows of the CSV: values, not texts."""
        if self.data is not None:
            return self.data
        return Rows([one.name for one in self.columns], [[cell.told for cell in row] for row in self.rows])


@dataclass(frozen=True)
class Figure:
    """A picture with its caption, and the words that stand for it; `beside` is the id of the table of its data."""

    id: str
    caption: str
    alt: str
    picture: Picture
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """A finding: its `reference` in the annex, its sentence, what is known of its strength, and its reasons under a `heading`."""

    reference: str
    sentence: str
    details: tuple[str, ...] = ()
    heading: str = ""
    reasons: tuple[str, ...] = ()
    illustrative: bool = False


@dataclass(frozen=True)
class Tile:
    """A key figure of the first page: its value in words, what it counts, and what it is compared with."""

    value: str
    label: str
    beside: str = ""


@dataclass(frozen=True)
class Tiles:
    """The key figures of the first page."""

    tiles: tuple[Tile, ...]


Element: TypeAlias = "Paragraph | Points | Grid | Figure | Card | Tiles"


@dataclass(frozen=True)
class Section:
    """A section with its blocks, then its parts. `annex` sections are lettered; those that begin a page say so.

    `columns`: its blocks are narrow tables, which paper can hold side by side. The contents name those that begin with them.
    """

    id: str = ""
    title: str = ""
    blocks: tuple[Element, ...] = ()
    parts: tuple[Section, ...] = ()
    annex: bool = False
    new_page: bool = False
    columns: bool = False

    def walk(self) -> Iterator[Section]:
        """Go through the section and its parts."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Dossier:
    """All that a dossier says, once: each format prints these sections and nothing else.

    `identity` are lines of the cover (a name and its words); `warning` is printed on the cover (illustrative data);
    `reading` tells how to read it, under the table of contents; `data` are tables of the CSV folder alone: words and rows.
    A `short` one has a head instead of a cover and contents; `stem` begins the names of its files, where it is not that of
    a territory.
    """

    territory: str
    label: str
    level: str
    language: Language
    title: str
    subtitle: str
    date: str
    snapshot: str
    sections: tuple[Section, ...]
    identity: tuple[tuple[str, str], ...] = ()
    cover: Figure | None = None
    warning: str = ""
    reading: tuple[str, ...] = ()
    summary: Mapping[str, Value] = field(default_factory=dict)
    data: Mapping[str, tuple[str, Rows]] = field(default_factory=dict)
    short: bool = False
    stem: str = ""

    @property
    def name(self) -> str:
        """The beginning of the names of its files.

        >>> Dossier("territory/epci/200040715", "", "epci", "fr", "", "", "", "", ()).name
        'dossier-epci-200040715'
        """
        return self.stem or "dossier-" + self.territory.removeprefix("territory/").replace("/", "-")

    @property
    def full_title(self) -> str:
        """The title with the name of the territory."""
        return f"{self.title} – {self.label}"

    def numbered(self) -> list[tuple[str, Section]]:
        """List the sections with their numbers: 1, 2… then A, B… for annexes."""
        found: list[tuple[str, Section]] = []
        main = annex = 0
        for section in self.sections:
            if section.annex:
                found.append((chr(ord("A") + annex), section))
                annex += 1
            else:
                main += 1
                found.append((str(main), section))
        return found

    def blocks(self) -> Iterator[Element]:
        """Go through all blocks, in order."""
        for section in self.sections:
            for part in section.walk():
                yield from part.blocks

    def tables(self) -> list[Grid]:
        """List the tables, in order."""
        return [one for one in self.blocks() if isinstance(one, Grid)]

    def figures(self) -> list[Figure]:
        """List the pictures, that of the cover first."""
        found = [one for one in self.blocks() if isinstance(one, Figure)]
        return [self.cover, *found] if self.cover else found


def join_words(items: Sequence[str], language: Language) -> str:
    """Join words with commas and a last "and".

    >>> join_words(["a", "b", "c"], "fr")
    'a, b et c'
    """
    last = gettext(" et ", language)
    return last.join(part for part in (", ".join(items[:-1]), items[-1] if items else "") if part)


def shorten(text: str, most: int = 150) -> str:
    """Cut a text between words.

    >>> shorten("un deux trois", 9)
    'un deux…'
    """
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
