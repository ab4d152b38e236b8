"""Tables and queries of a SQLite database, which is opened to be read only."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl

from ...words import N_
from ..sources.declaration import SourceError


def read_database(path: Path, asked: str) -> pl.DataFrame:
    """Return the table of a database that has a name, or the answer of a query (`SELECT…`, `WITH…`).

    Raises:
        SourceError: there is no such file, nothing is asked, the database refuses, or two columns have one name.
    """
    if not path.is_file():
        raise SourceError(N_("Le fichier {path} n'existe pas.", path=path), file=path)
    asked = asked.strip()
    if not asked:
        raise SourceError(
            N_(
                "{file} est une base : l'itérateur doit en nommer une table, ou être une requête.",
                file=path.name,
            ),
            file=path,
        )
    name = asked.replace('"', '""')
    query = asked if re.match(r"(?i)(select|with)\s", asked) else f'SELECT * FROM "{name}"'
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            answer = base.execute(query)
            columns = [column[0] for column in answer.description]
            rows = answer.fetchall()
    except sqlite3.Error as error:
        raise SourceError(
            N_("{file} : la base refuse « {query} » ({error}).", file=path.name, query=asked, error=error),
            file=path,
        ) from error
    if len(set(columns)) < len(columns):
        raise SourceError(
            N_("{file} : « {query} » donne deux colonnes du même nom.", file=path.name, query=asked),
            file=path,
        )
    cells = [[row[rank] for row in rows] for rank in range(len(columns))]
    return pl.DataFrame(
        [pl.Series(name, held, strict=False) for name, held in zip(columns, cells, strict=True)]
    )
