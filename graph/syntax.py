"""Syntax errors of queries, told at the place where a person would look."""

from __future__ import annotations

import re

from pyoxigraph import Store

from .guard import tokens

_PADDING = "\n" + " " * 40
_CHARACTERS = re.compile(r"\['[^\]]*'\]|\"(?:[^\"\\]|\\.)*\"|\[_\]", re.DOTALL)


class QuerySyntax(ValueError):  # noqa: N818
    """A text that is not SPARQL; keeps `reason`, `line` and `column` (from 1; 0 when not known)."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {reason}" if line else reason)
        self.reason = reason
        self.line = line
        self.column = column


def explain(text: str) -> QuerySyntax:
    r"""Return the syntax error of a text that the engine refuses.

    The engine tells how far it looked, and it looks ahead by whole keywords: an unknown word is reported
    eight characters after its start, because OPTIONAL was tried there, or at the end of the text when that
    is nearer. Read again with blanks behind it, and less the shortest keyword tried, the place is right.

    >>> str(explain("SELECT * {\n  ?s ?p ?o\n  ?a ?b ?c }"))
    "line 3, column 3: unexpected '?a'"
    >>> str(explain("SELECT * { ?s foo:bar ?o }"))
    "line 1, column 15: the prefix 'foo' is not declared"
    """
    try:
        Store().query(text + _PADDING)
    except SyntaxError as error:
        found = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", str(error), re.DOTALL)
        if found is None:
            return QuerySyntax(re.sub(r"\s+", " ", str(error)), 0, 0)
        offset = _offset(text + _PADDING, int(found[1]), int(found[2]))
        return _error(text, offset, found[3])
    return QuerySyntax("unexpected text", 0, 0)


def _error(text: str, offset: int, expected: str) -> QuerySyntax:
    wanted = [piece.strip() for piece in _CHARACTERS.sub("", expected).split(",") if piece.strip(" ,\n|")]
    words = [piece for piece in wanted if re.fullmatch(r"[A-Za-z_0-9]+", piece)]
    if len(words) < len(wanted):  # a sentence of the engine, on what it has read
        sentence = next(piece for piece in wanted if piece not in words)
        return _told(text, min(offset, len(text.rstrip())), sentence)
    if words and not _CHARACTERS.search(expected):
        offset -= min(len(word) for word in words)
    offset = max(0, min(offset, len(text.rstrip())))
    token = next((token for token in tokens(text) if token.offset + len(token.text) > offset), None)
    if token is None:
        return QuerySyntax("unexpected end of the query", *place(text, offset))
    return QuerySyntax(f"unexpected {token.text[:40]!r}", *place(text, max(offset, token.offset)))


def _told(text: str, offset: int, sentence: str) -> QuerySyntax:
    """Return the error for a sentence of the engine, which it tells after the thing it is about."""
    before = [token for token in tokens(text) if token.offset + len(token.text) <= offset]
    if not before:
        return QuerySyntax(sentence, *place(text, offset))
    start = before[-1].offset
    if sentence == "Prefix not found":
        prefix = before[-1].text.partition(":")[0]
        return QuerySyntax(f"the prefix '{prefix}' is not declared", *place(text, start))
    if sentence == "IRI parsing failed":
        sentence = f"{before[-1].text[:80]} is not an IRI"
    return QuerySyntax(sentence, *place(text, start))


def place(text: str, offset: int) -> tuple[int, int]:
    r"""Return the line and the column (from 1) of an offset in a text.

    >>> place("ab\ncd", 4)
    (2, 2)
    """
    ahead = text[:offset]
    return ahead.count("\n") + 1, offset - (ahead.rfind("\n") + 1) + 1


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
