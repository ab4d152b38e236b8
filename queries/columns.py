"""Columns of answers: what each variable holds and its heading, from `columns.toml` and from the headers of questions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ..words import N_, Named, SentenceError, Spoken

TYPES = ("thing", "text", "integer", "number", "year", "date", "moment", "boolean")
"""What a column holds: IRIs (`thing`), numbers of XML Schema, years, dates, these with a time (`moment`), or any text."""
FILE = Path(__file__).parent / "columns.toml"
_LABEL = "Label"


class BadColumn(SentenceError, ValueError):  # noqa: N818
    """A column of a header that is not written as one; keeps the `reason`."""

    code = "bad-column"

    @property
    def reason(self) -> Spoken:
        """What is wrong."""
        return self.sentence


@dataclass(frozen=True, slots=True)
class Variable:
    """A column of answers: the `type` of its values (one of TYPES) and its `heading`."""

    type: str
    heading: Spoken


@cache
def variables() -> Mapping[str, Variable]:
    """Read the columns that questions share, by variable.

    >>> variables()["interaction"].type, variables()["year"].heading["en"]
    ('thing', 'year')
    """
    declared = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return MappingProxyType(
        {name: Variable(one["type"], Named(one["fr"], one["en"])) for name, one in declared.items()}
    )


def variable(name: str) -> Variable | None:
    """Give the shared column of a variable, None where there is none; that of a name is a text with the heading of the thing.

    >>> variable("departmentLabel").type, variable("departmentLabel").heading["fr"], variable("x") is None
    ('text', 'département', True)
    """
    if (known := variables().get(name)) is not None:
        return known
    thing = variables().get(name.removesuffix(_LABEL))
    return None if thing is None else Variable("text", thing.heading)


def read_column(value: str) -> Variable:
    """Read a column of a header, `type | French | English`; the headings may be left out where only the type differs.

    >>> read_column("integer | tutelles | supervisors").heading["fr"]
    'tutelles'

    Raises: BadColumn, with the reason.
    """
    kind, *headings = [part.strip() for part in value.split("|")]
    if kind not in TYPES:
        raise BadColumn(
            N_("le type d'une colonne est {known}, et non « {type} »", known=", ".join(TYPES), type=kind)
        )
    if len(headings) not in (0, 2) or not all(headings):
        raise BadColumn(N_("une colonne s'écrit « type | français | anglais », ou « type » seul"))
    return Variable(kind, Named(*headings) if headings else Named("", ""))


def heading(name: str, language: str, columns: Mapping[str, Variable] = MappingProxyType({})) -> str:
    """Give the heading of a column of an answer: that of its question, else the shared one, else the words of the variable.

    >>> heading("departmentLabel", "fr"), heading("departmentLabel", "en"), heading("ofMyOwn", "en")
    ('département', 'department', 'of my own')
    """
    known = columns.get(name) or variable(name)
    if known is not None:
        return known.heading[language]
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name.removesuffix(_LABEL)).strip()
