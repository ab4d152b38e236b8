"""Whether columns may answer a query: their folder, and the words of its text, looked for in a tenth of a millisecond.

Nothing heavy is imported here: every query process looks at every text.
"""

from __future__ import annotations

from typing import Final

from ..sparql.tokens import Reading

FORMAT: Final = 3
COLUMNS: Final = f"columns-{FORMAT}"
"""The folder, in what is derived of a snapshot; its number changes with what it holds."""
HEAVY: Final = frozenset(
    {"GROUP", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "MINUS", "EXISTS", "DISTINCT"}
)
"""Words of queries that may read much to say little."""


def looks_heavy(text: str) -> bool:
    """Tell whether a query has a word of those that read much.

    >>> looks_heavy("SELECT ?o { ?s ?p ?o }"), looks_heavy("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    (False, True)
    """
    letters = text.upper()
    if not any(word in letters for word in HEAVY):
        return False
    return any(token.kind == "word" and token.text.upper() in HEAVY for token in Reading(text))
