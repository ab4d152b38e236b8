"""A table as a file, in every format that a block has."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ....graph.sparql.results import Value
from ...web.negotiation import DATA, Language, Representation
from ..csvw import Origin
from ..files import WRITTEN, table_file
from .tables import Table, Words

FILES = (*WRITTEN, DATA)
"""What a block can be downloaded as."""


def write_table(
    table: Table,
    chosen: Representation,
    about: Mapping[Words, str],
    language: Language,
    origin: Origin | None = None,
) -> bytes:
    """Write a table in one of FILES; columns keep their names in every language, so that programs find them."""
    if chosen == DATA:
        return json.dumps(to_data(table, about, language), ensure_ascii=False, indent=1).encode() + b"\n"
    return table_file(table.to_rows(), chosen, about, language, columns=table.variables(), origin=origin)


def to_data(table: Table, about: Mapping[Words, str], language: Language) -> dict[str, object]:
    """Give a table as plain values: what it is about, its columns, its rows with their IRIs, its notes, its question."""
    return {
        "about": {words[language]: text for words, text in about.items() if text},
        "columns": [
            {"name": one.name, "title": one.head(language), "kind": one.kind} for one in table.columns
        ],
        "rows": [{name: _plain(value) for name, value in row.items()} for row in table.to_rows()],
        "notes": [note[language] for note in (table.notes if table.rows else (table.empty,))],
        "question": table.question or None,
    }


def _plain(value: Value) -> str | float | bool | None:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
