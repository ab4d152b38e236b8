"""The headings and sheets of a partner's tables, read as people write them: case, accents and French names do not count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from ..sources.layout import LAYOUT
from ..sources.names import normalise


def same_name(name: str, known: Iterable[str]) -> str:
    """Return the known name that differs from one by case, accents, spaces or underscores only, or the name itself.

    >>> same_name("Match Events ", ["matches", "match_events"])
    'match_events'
    """
    return next((one for one in known if normalise(one) == normalise(name)), name)


def as_in_layout(table: str, header: Sequence[str]) -> list[str]:
    """Return a header with the layout's names in the place of what people write for them.

    A column written exactly so is itself. A heading stands for a column where one column alone of the table takes it,
    and where no other heading of the file does.

    >>> as_in_layout("participations", ["Interaction", "Organisation", "Rôle", "Commune", "Note"])
    ['interaction', 'organization', 'roles', 'place', 'Note']
    >>> as_in_layout("interactions", ["id", "Identifiant", "Label FR"])
    ['id', 'Identifiant', 'label_fr']
    """
    exact = {name.strip() for name in header if name.strip() in LAYOUT[table]}
    for own in (True, False):  # a column's own name in another case comes before what it is called in French
        read = [_column(table, name, own) for name in header]
        taken = {name for name in read if name and name not in exact and read.count(name) == 1}
        header = [column if column in taken else name for column, name in zip(read, header, strict=True)]
        exact |= taken
    return list(header)


def _column(table: str, name: str, own: bool) -> str:
    """Return the column that a heading stands for in a table: its own name, or else one that is known; or nothing."""
    if name.strip() in LAYOUT[table]:
        return ""
    return (_own if own else _headings)(table).get(normalise(name), "")


@cache
def _own(table: str) -> dict[str, str]:
    return {normalise(column): column for column in LAYOUT[table]}


@cache
def _headings(table: str) -> dict[str, str]:
    """Return the columns of a table by heading, those that two of them would take left out."""
    pairs = {(heading, column) for column in LAYOUT[table] for heading in _known().get(column, ())}
    headings = [heading for heading, _ in pairs]
    return {heading: column for heading, column in pairs if headings.count(heading) == 1}


@cache
def _known() -> dict[str, list[str]]:
    """Return the headings, normalised, of each column."""
    text = (files(__package__) / "headings.txt").read_text(encoding="utf-8")
    lines = [line.partition(":") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {column: [normalise(one) for one in told.split(",")] for column, _, told in lines}
