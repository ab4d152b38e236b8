"""When two texts are the same query: they differ in white space and comments only."""

from __future__ import annotations

from .tokens import pieces

LONGEST = 2048
"""Characters of a text beyond which only the very same text is the same query: to read it would take too long."""


def normalise_query(text: str) -> str:
    r"""Return an accepted query's text with each run of white space and comments as one space.

    Texts with the same result are the same query for the engine. A long text, or one with a stray escape, is
    returned as it is.

    >>> normalise_query("ASK  {\n ?s ?p '#  x' } # nothing ")
    "ASK { ?s ?p '#  x' }"
    """
    if len(text) > LONGEST:
        return text
    kept: list[str] = []
    for kind, piece in pieces(text):
        if kind == "skip":
            if not kept or kept[-1] != " ":
                kept.append(" ")
        elif piece == "\\":
            return text
        else:
            kept.append(piece)
    return "".join(kept).strip()
