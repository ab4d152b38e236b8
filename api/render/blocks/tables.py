"""A block of a portrait as a table: the same rows on the page, in its embed, and in its CSV and workbook."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, overload

from ....graph.indicators.rows import INSUFFICIENT, MISSING, SUPPRESSED
from ....graph.sparql.results import Iri, Rows, Value
from ....ontology.vocabulary import ID
from ....queries.columns import Variable
from ....words import EMPTY, N_, Spoken, number, percent_sign
from ...web.negotiation import Language

Key = TypeVar("Key")
Words = Spoken
"""French and English."""

#: Why there is no value: the mark, and the words in French and English. Zero is a value and is written 0.
ABSENT: Mapping[str, tuple[str, Spoken]] = {
    MISSING: ("∅", N_("non connu")),
    SUPPRESSED: ("▒", N_("secret statistique")),
    INSUFFICIENT: ("<", N_("trop peu de cas, ou aucun")),
}


NONE_HERE = N_("Aucune source chargée n’en décrit ici.")
"""What is said of an empty table that says nothing else."""


@dataclass(frozen=True)
class Column:
    """A column: its `name` in files, its head in French and English, and its kind.

    `kind` is "text", "number", "year", "date", "link" (the row has `<name>_iri`), "evidence", "absent", "french" (a text
    that is so in every language), "status" or "file": the last two are columns of files alone. `blank` is why a cell of it
    is empty, where that is always the same: a status of `ABSENT`; "" where an empty cell means that there is nothing to
    say. `weight` is its width beside others on paper. `bar`: a bar on pages shows each value beside the largest of the table;
    several such columns have one scale.
    """

    name: str
    words: Words
    kind: str = "text"
    decimals: int | None = None
    blank: str = ""
    weight: float = 1.0
    bar: bool = False

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers, which stand to the right."""
        return self.kind in ("number", "year")

    def absence(self, row: Mapping[str, Any]) -> str:
        """Tell why the cell of a row is empty; "" where it has a value, or where nothing is missing.

        >>> town, seats = Column("town", ("", ""), blank=MISSING), Column("seats", ("", ""), "number")
        >>> town.absence({"town": ""}), town.absence({"town": "Die"}), seats.absence({"status": SUPPRESSED})
        ('missing', '', 'suppressed')
        """
        if row.get(self.name) not in (None, ""):
            return ""
        return str(row.get("status") or self.blank) if self.kind == "number" else self.blank

    def head(self, language: Language) -> str:
        """Give the head of the column."""
        return self.words[language]


@dataclass(frozen=True)
class Cell:
    """A cell as it is written: its `text`, its `value` for files (that text unless said), and why it has none if `absent`.

    `evidence` is its status, `share` that of a bar that stands for it.
    """

    text: str
    value: Value = None
    absent: str = ""
    link: str | None = None
    numeric: bool = False
    evidence: str = ""
    share: float | None = None

    @property
    def told(self) -> Value:
        """What files say: the value, else the text; nothing where there is none.

        >>> Cell("1 200", 1200).told, Cell("inféré").told, Cell("∅", absent="non connu").told
        (1200, 'inféré', None)
        """
        return self.text if self.value is None and not self.absent else self.value


class LateRows(Sequence[Mapping[str, Any]]):
    """Rows made of `keys` when they are read: a page shows a few of thousands. `statuses` are those that their evidence may have.

    >>> rows = LateRows([3, 1], lambda key: {"interactions": key}, ["inferred"])
    >>> len(rows), rows[:1], list(rows)[1]
    (2, [{'interactions': 3}], {'interactions': 1})
    """

    def __init__(
        self, keys: Sequence[Key], make: Callable[[Key], Mapping[str, Any]], statuses: Collection[str]
    ) -> None:
        self._keys, self._make, self.statuses = keys, make, statuses

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, at: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, at: slice) -> list[Mapping[str, Any]]: ...
    def __getitem__(self, at: int | slice) -> Mapping[str, Any] | list[Mapping[str, Any]]:
        return [*map(self._make, self._keys[at])] if isinstance(at, slice) else self._make(self._keys[at])

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return map(self._make, self._keys)


@dataclass(frozen=True)
class Table:
    """Rows of a block, with its caption, what is said when it is empty, and notes; illustrative rows are marked.

    `whole` is how many rows there are if `rows` are only the first; `basis` tells the frames, questions or methods
    that give them, and `sources` where they come from.
    """

    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Any]]
    caption: Words = EMPTY
    empty: Words = NONE_HERE
    notes: tuple[Words, ...] = ()
    question: str = ""
    sources: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def illustrative(self) -> int:
        """Number of rows that are illustrative: a figure that only examples would give, and that has no value, is none.

        >>> rows = [{"evidence": "illustrative", "status": status} for status in (None, MISSING)]
        >>> Table((), rows).illustrative
        1
        """
        if isinstance(self.rows, LateRows) and "illustrative" not in self.rows.statuses:
            return 0
        return sum(
            row.get("evidence") == "illustrative" and row.get("status") not in ABSENT for row in self.rows
        )

    def lacking(self) -> dict[Column, int]:
        """Count the rows that lack a value, by column; columns of files alone are not looked at."""
        counts = {
            column: sum(column.absence(row) == MISSING for row in self.rows)
            for column in self.columns
            if column.kind not in ("file", "status") and (column.kind == "number" or column.blank == MISSING)
        }
        return {column: count for column, count in counts.items() if count}

    def variables(self) -> dict[str, Variable]:
        """Tell what the columns of `to_rows` hold, by name.

        >>> {name: one.type for name, one in Table((Column("town", N_("Commune"), "link"),), ()).variables().items()}
        {'town': 'text', 'town_iri': 'thing'}
        """
        made: dict[str, Variable] = {}
        for column in self.columns:
            kind = column.kind if column.kind in ("number", "year", "date") else "text"
            made[column.name] = Variable("thing" if is_iri(column.name) else kind, column.words)
            if column.kind == "link":
                made[f"{column.name}_iri"] = Variable("thing", column.words)
        return made

    def to_rows(self) -> Rows:
        """Give the rows for files: a column of links is followed by that of its IRIs."""
        names = list(self.variables())
        return Rows(names, [[_cell(name, row) for name in names] for row in self.rows])


def _cell(name: str, row: Mapping[str, Any]) -> Value:
    value: Value = row.get(name)
    if is_iri(name):
        return None if value is None else Iri(full(str(value)))
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def is_iri(name: str) -> bool:
    """Tell whether a column holds IRIs, by its name."""
    return name == "iri" or name.endswith("_iri")


def full(path: str) -> str:
    """Give the IRI of a path.

    >>> full("territory/region/84")
    'https://w3id.org/ancrage/id/territory/region/84'
    """
    return path if "://" in path else ID + path


def figure(value: float | None, decimals: int, language: Language, unit: str = "") -> str:
    r"""Write a figure with its unit.

    >>> figure(12.346, 1, "fr", "%").replace("\u202f", " "), figure(None, 0, "fr")
    ('12,3 %', '')
    """
    if value is None:
        return ""
    if not value:
        decimals = 0
    if not decimals and 0 < abs(value) < 10 and value != int(value):
        decimals = 1
    text = number(value, language, decimals)
    if unit == "%":
        return text + percent_sign(language)
    return f"{text}\u202f{unit}" if unit else text


def absent(status: str | None, language: Language) -> tuple[str, str]:
    """Give the mark and the words of a missing value.

    >>> absent("suppressed", "fr"), absent(None, "en")
    (('▒', 'secret statistique'), ('∅', 'not known'))
    """
    mark, words = ABSENT.get(status or "", ABSENT["missing"])
    return mark, words[language]
