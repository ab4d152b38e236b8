"""When two texts are the same query: they differ in white space and comments only."""

from __future__ import annotations

from .guard import Glance
from .tokens import pieces


def normalised(text: str, glance: Glance) -> str:
    r"""Return an accepted query's text with each run of white space and comments as one space.

    Texts with the same result are the same query for the engine. A text that it may read otherwise than the
    tokenizer (escapes outside of literals, an IRI that may be a comparison) is returned as it is.

    >>> normalised("ASK  {\n ?s ?p '#  x' } # nothing ", Glance())
    "ASK { ?s ?p '#  x' }"
    """
    if glance.ambiguous:
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
