"""Whether a text that is refused is SPARQL at all: bad syntax is told before what is not allowed."""

from __future__ import annotations

import re

from pyoxigraph import Store

from .syntax import QuerySyntax, explain
from .tokens import Token, tokens

_SERVICE = re.compile("service", re.IGNORECASE)


def must_be_sparql(text: str, base: str = "") -> None:
    """Raise QuerySyntax for a text that is neither a query nor an update, whatever it may do; nothing of it is done.

    >>> must_be_sparql("ASK { SERVICE <http://e.org/> { ?s ?p ?o } }")
    >>> must_be_sparql("ASK { SERVICE <http://e.org/> { ?s ?p } }")
    Traceback (most recent call last):
    ...
    ancrage.graph.sparql.syntax.QuerySyntax: line 1, column 39: “}” is not expected here
    """
    tame = harmless(text)
    if not _is_read(tame, base, update=False) and not _is_read(tame, base, update=True):
        raise explain(tame, base=base)


def harmless(text: str) -> str:
    """Return a text of the same syntax that calls nobody: SERVICE as GRAPH, LOAD as DROP GRAPH.

    >>> harmless("ASK { SERVICE SILENT ?x {} }"), harmless("LOAD SILENT <a:b> INTO GRAPH <a:c>; CLEAR ALL")
    ('ASK { GRAPH          ?x {} }', 'DROP SILENT GRAPH <a:b> ; CLEAR ALL')
    """
    found = [*tokens(text), Token("", "", len(text))]
    pieces, end, place = [], 0, 0
    while place < len(found) - 1:
        token, after = found[place], found[place + 1]
        new, used = token.text, 1
        if "SERVICE" in token.text.upper() and (token.kind == "word" or after.text == "{"):
            new = _SERVICE.sub(" GRAPH ", token.text) if len(token.text) > 7 else "GRAPH  "
            if after.text.upper() == "SILENT":
                new += " " * (after.offset + 6 - token.offset - len(new))
                used = 2
        elif token.kind == "word" and "LOAD" in token.text.upper():
            new, used = _dropped(found[place : place + 6])
        pieces += [text[end : token.offset], new]
        place += used
        end = found[place - 1].offset + len(found[place - 1].text)
    return "".join([*pieces, text[end:]])


def _dropped(found: list[Token]) -> tuple[str, int]:
    """Return DROP GRAPH for the LOAD that some tokens begin with, and how many it has; what is no LOAD is no DROP."""
    silent = found[1].text.upper() == "SILENT"
    source = found[1 + silent] if len(found) > 1 + silent else found[-1]
    words = [token.text.upper() for token in found[2 + silent : 4 + silent]]
    new = f"DROP {'SILENT ' * silent}GRAPH {source.text}"
    return (
        (new + " ", 5 + silent)
        if words == ["INTO", "GRAPH"] and len(found) > 4 + silent
        else (new, 2 + silent)
    )


def _is_read(text: str, base: str, *, update: bool) -> bool:
    store = Store()
    try:
        store.update(text, base_iri=base or None) if update else store.query(text, base_iri=base or None)
    except (SyntaxError, UnicodeEncodeError):
        return False
    except (OSError, RuntimeError, ValueError):  # what it asks for cannot be done here
        return True
    return True


def refused_update(text: str, base: str = "") -> QuerySyntax | None:
    """Return the syntax error of an update that is refused; None for one that is well written."""
    tame = harmless(text)
    return None if _is_read(tame, base, update=True) else explain(tame, update=True, base=base)
