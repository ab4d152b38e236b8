"""The headings and sheets of a partner's tables, read as people write them: case, accents and French names do not count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import zip_longest

from ...words import N_, Spoken, languages
from ..sources.layout import LAYOUT, TITLES, columns_of
from ..sources.names import normalise

#: The rows at the top of a table among which its header is looked for.
TOP = 30

#: Sheets of the workbook that people fill which hold no table, and what its rows of example begin with.
READ_ME, LISTS, EXAMPLE = N_("Lisez-moi"), N_("Listes"), N_("Exemple, à effacer")


@dataclass(frozen=True)
class Heading:
    """What was found at the top of a table: the columns by rank, and from which to which row (the first is 1).

    `labels` are what people read above each: the lowest text of these rows, without the sign of a required column.
    """

    names: Sequence[str]
    first: int = 1
    last: int = 1
    labels: Sequence[str] = ()


def is_called(name: str, *things: Spoken) -> bool:
    """Tell whether a text is what one of some things is called in a language, case and accents aside.

    >>> is_called("EXEMPLE à effacer", EXAMPLE), is_called("Exemple", EXAMPLE)
    (True, False)
    """
    return normalise(name) in _names(things)


@cache
def _names(things: tuple[Spoken, ...]) -> frozenset[str]:
    return frozenset(normalise(thing[language]) for thing in things for language in languages())


def same_name(name: str, known: Iterable[str]) -> str:
    """Return the known name that differs from one by case, accents, spaces or underscores only, or the name itself.

    >>> same_name("Match Events ", ["matches", "match_events"])
    'match_events'
    """
    return next((one for one in known if normalise(one) == normalise(name)), name)


def sheet_of(table: str, sheets: Iterable[str]) -> str:
    """Return the sheet that bears the name of a table, or its French title; else the name of the table.

    >>> sheet_of("events", ["Organisations", "évenements"])
    'évenements'
    """
    known = list(sheets)
    found = same_name(table, known)
    titled = same_name(TITLES.get(table, table), known)
    return titled if found not in known and titled in known else found


def find_heading(table: str, rows: Sequence[Sequence[str]]) -> Heading:
    """Find the header of a table of the layout among its first rows; the first row where none looks more like one.

    Rows of a title may stand above it. The workbook that people fill has two: our names, hidden, then titles; a column is
    what the first of them says, or else the second.

    >>> find_heading("sites", [["Nos antennes", ""], ["Identifiant", "Commune où il est"], ["a", "07186"]])
    Heading(names=['id', 'territory'], first=2, last=2, labels=['Identifiant', 'Commune où il est'])
    """
    read = [as_in_layout(table, row) for row in rows[:TOP]]
    known = [sum(name in columns_of(table) for name in row) for row in read]
    best = max(known, default=0)
    if best < 2 and (not known or not known[0]):
        return Heading(read[0] if read else [], labels=_labels(table, rows[:1]))
    first = known.index(best)
    names, last = read[first], first
    for row, count in zip(read[first + 1 :], known[first + 1 :], strict=True):
        if count < 2 or 2 * count < sum(bool(cell.strip()) for cell in row):
            break
        names = _completed(table, names, row)
        last += 1
    return Heading(names, first + 1, last + 1, _labels(table, rows[first : last + 1]))


def _labels(table: str, rows: Sequence[Sequence[str]]) -> list[str]:
    """Give what people read above each column: of several rows the lowest text, as the first may be hidden."""
    columns = zip_longest(*reversed(rows), fillvalue="")
    return [next((label_of(table, cell) for cell in cells if cell.strip()), "") for cells in columns]


def label_of(table: str, cell: str) -> str:
    r"""Give a heading as it is written, on one line, without the sign of a required column, or the table that ours name.

    >>> label_of("events", "Premier\njour *"), label_of("events", "events.start"), label_of("events", "Note")
    ('Premier jour', 'start', 'Note')
    """
    return " ".join(_bare(table, cell).split())


def _completed(table: str, names: list[str], row: list[str]) -> list[str]:
    """Give the names of columns, and where one is none of the layout the name that the next row says, if no other has it."""
    known = columns_of(table)
    return [
        one if one in known or other not in known or other in names else other
        for one, other in zip(names, row, strict=False)
    ]


def table_named(rows: Sequence[Sequence[str]]) -> str:
    """Return the table of the layout that the hidden header of the workbook that people fill names, or nothing.

    >>> table_named([["interactions.id", "interactions.label_fr"], ["Identifiant", "Intitulé"]])
    'interactions'
    """
    for row in rows[:TOP]:
        for cell in row:
            table, _, column = cell.strip().partition(".")
            if column and column in columns_of(table):
                return table
    return ""


def table_fitted(rows: Sequence[Sequence[str]]) -> str:
    """Return the one table of the layout that has every column of a header, and none required beside it; or nothing.

    >>> table_fitted([["Stages 2026"], ["Identifiant", "Interaction", "Organisation", "Rôle"]])
    'participations'
    >>> table_fitted([["Identifiant", "Intitulé"]])  # several have these
    ''
    """
    header = next((row for row in rows[:TOP] if sum(bool(cell.strip()) for cell in row) > 1), [])
    fitted = [table for table in LAYOUT if _fits(table, header)]
    return fitted[0] if len(fitted) == 1 else ""


def _fits(table: str, header: Sequence[str]) -> bool:
    names = {name.strip() for name in as_in_layout(table, header) if name.strip()}
    required = {name for name, column in LAYOUT[table].items() if column.required}
    return len(names) > 1 and required <= names <= LAYOUT[table].keys()


def as_in_layout(table: str, header: Sequence[str]) -> list[str]:
    """Return a header with the layout's names in the place of what people write for them.

    A column written exactly so is itself. A heading stands for a column where one column alone of the table takes it,
    and where no other heading of the file does.

    >>> as_in_layout("participations", ["Interaction", "Organisation", "Rôle", "Commune", "Note"])
    ['interaction', 'organization', 'roles', 'place', 'Note']
    >>> as_in_layout("interactions", ["id", "Identifiant", "Label FR"])
    ['id', 'Identifiant', 'label_fr']
    """
    columns = columns_of(table)
    header = [_bare(table, name) for name in header]
    exact = {name.strip() for name in header if name.strip() in columns}
    # A column's own name in another case comes before its title, and its title before what else it is called in French.
    for known in (_own(table), _titles(table), _headings(table)):
        read = ["" if name.strip() in columns else known.get(normalise(name), "") for name in header]
        taken = {name for name in read if name and name not in exact and read.count(name) == 1}
        header = [column if column in taken else name for column, name in zip(read, header, strict=True)]
        exact |= taken
    return header


def _bare(table: str, name: str) -> str:
    """Take the table from a column that names it (« interactions.id »), and the sign of a required one."""
    bare = re.sub(r"\s*\*$", "", name.strip().removeprefix(f"{table}."))
    return bare if bare in columns_of(table) or name.rstrip().endswith("*") else name


@cache
def _own(table: str) -> dict[str, str]:
    return {normalise(column): column for column in columns_of(table)}


@cache
def _titles(table: str) -> dict[str, str]:
    return {normalise(column.title): name for name, column in columns_of(table).items()}


@cache
def _headings(table: str) -> dict[str, str]:
    """Return the columns of a table by heading, those that two of them would take left out."""
    pairs = {(heading, column) for column in columns_of(table) for heading in _known().get(column, ())}
    headings = [heading for heading, _ in pairs]
    return {heading: column for heading, column in pairs if headings.count(heading) == 1}


@cache
def _known() -> dict[str, list[str]]:
    """Return the headings, normalised, of each column."""
    text = (files(__package__) / "headings.txt").read_text(encoding="utf-8")
    lines = [line.partition(":") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {column: [normalise(one) for one in told.split(",")] for column, _, told in lines}
