"""What the columns of a partner's files are called in these files: the one place that words a cell for who filled it.

Inside, a column has our name (`start`). Who reads « Date de début » above it is told of « Date de début », and of the cell as
spreadsheets name it; who wrote `start` is told of `start`. Official files, whose columns declarations name, keep these names.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ...words import N_, Spoken
from ..sources.layout import columns_of

#: Says where a cell is, of its file, column and row.
Place = Callable[[str, str, int], Spoken]


def plain_cell(file: str, column: str, row: int) -> Spoken:
    """Say where a cell of a file is whose own headings are not known."""
    return N_("{file}, ligne {row}, colonne « {column} »", file=file, row=row, column=column)


@dataclass(frozen=True)
class Headers:
    """The headers of the files that a partner gave.

    Attributes:
        headings: what stands above a column, by the place of its table (« sites.csv », « a.xlsx › Lieux ») and our name.
        letters: the column of a sheet, as spreadsheets name it, by place and heading; files of text have none.
        files: the places that each table was read from.
    """

    headings: dict[tuple[str, str], str] = field(default_factory=dict)
    letters: dict[tuple[str, str], str] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)

    def add(self, table: str, file: str, column: str, heading: str, letter: str = "") -> None:
        """Keep what a column is called in a file; a heading that two columns share is told with our name."""
        if file not in (files := self.files.setdefault(table, [])):
            files.append(file)
        if heading in (text for (place, _), text in self.headings.items() if place == file):
            heading = f"{heading} ({column})"
        self.headings[file, column] = heading
        if letter:
            self.letters[file, heading] = letter

    def heading(self, file: str, column: str) -> str:
        """Give what stands above a column, which may be told by either name; our name where nothing is known of the file."""
        return self.headings.get((file, column), column)

    def cell(self, file: str, column: str, row: int) -> Spoken:
        """Say where a cell is: file, row and column; in a workbook the cell too, as spreadsheets name it.

        >>> headers = Headers()
        >>> headers.add("events", "a.xlsx › Agenda", "start", "Premier jour", "E")
        >>> headers.cell("a.xlsx › Agenda", "start", 3)["fr"], headers.cell("a.csv", "start", 3)["fr"]
        ('a.xlsx › Agenda, ligne 3, colonne « Premier jour » (E3)', 'a.csv, ligne 3, colonne « start »')
        """
        heading = self.heading(file, column)
        letter = self.letters.get((file, heading))
        if letter is None:
            return plain_cell(file, heading, row)
        return N_(
            "{file}, ligne {row}, colonne « {column} » ({cell})",
            file=file, row=row, column=heading, cell=f"{letter}{row}",
        )  # fmt: skip

    def column(self, table: str, column: str) -> Spoken:
        """Say which column of a table something is about: in the file that has it, or else in the table.

        >>> headers = Headers()
        >>> headers.add("interactions", "a.csv", "headcount", "Effectif")
        >>> headers.column("interactions", "headcount")["fr"], Headers().column("interactions", "headcount")["fr"]
        ('a.csv, colonne « Effectif »', 'interactions, colonne « headcount »')
        """
        file = next((one for one in self.files.get(table, ()) if (one, column) in self.headings), table)
        return N_("{file}, colonne « {column} »", file=file, column=self.heading(file, column))

    def name(self, table: str, column: str) -> str:
        """Name a column of a table, which its files may not have: as they write it, else as they write the others.

        >>> headers = Headers()
        >>> headers.add("participations", "a.csv", "organization", "Organisation")
        >>> headers.name("participations", "place"), Headers().name("participations", "place")
        ('Commune depuis laquelle elle prend part', 'place')
        """
        files = self.files.get(table) or [file for files in self.files.values() for file in files]
        for file in files:
            if (file, column) in self.headings:
                return self.headings[file, column]
        own = {ours: text for (file, ours), text in self.headings.items() if file in files}
        return shown_name(table, column, own)

    def write(self, path: Path) -> None:
        """Keep the headings in a file, beside what was made of the rows."""
        told: dict[str, dict[str, str]] = {}
        for (file, column), heading in self.headings.items():
            told.setdefault(file, {})[column] = heading
        path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Headers:
        """Read the headings that were kept; none where none were."""
        if not path.is_file():
            return cls()
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls({(file, ours): text for file, columns in told.items() for ours, text in columns.items()})


def shown_name(table: str, column: str, headings: dict[str, str]) -> str:
    """Name a column that a file lacks as its header names the others, by our names: by our name, or by its title.

    >>> shown_name("events", "start", {"id": "id"}), shown_name("events", "start", {"id": "Code"})
    ('start', 'Premier jour')
    """
    known = columns_of(table)
    ours = [name == text for name, text in headings.items() if name in known]
    return known[column].title if headings and column in known and 2 * sum(ours) <= len(ours) else column
