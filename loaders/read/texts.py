"""Which columns of a raw table hold text to be looked at: asked of all columns at once, since most have nothing."""

from __future__ import annotations

import polars as pl


def text_columns(table: pl.DataFrame, pattern: str | None = None) -> list[str]:
    """Give the columns of text of a raw table that has rows, but its outlines; with `pattern`, those that have a cell like it.

    >>> table = pl.DataFrame({"_file": ["a.csv"], "_row": [2], "label": ["Die"], "email": ["a@example.org"]})
    >>> text_columns(table), text_columns(table, "@")
    (['label', 'email'], ['email'])
    """
    names = [
        name
        for name, kind in table.schema.items()
        if kind == pl.String and not name.startswith("_") and name != "wkt"
    ]
    if table.is_empty() or not names or pattern is None:
        return names if table.height else []
    like = table.select(pl.col(names).str.contains(pattern).any())
    return [name for name in names if like[name][0]]
