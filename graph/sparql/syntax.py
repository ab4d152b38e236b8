"""Syntax errors of queries, told at the place where a person would look."""

from __future__ import annotations

import re

from pyoxigraph import Store

from .tokens import Token, place, tokens

_BLANK = " " * 24
_CHARACTERS = re.compile(r"\['[^\]]*'\]|\"(?:[^\"\\]|\\.)*\"|\[_\]", re.DOTALL)


class QuerySyntax(ValueError):  # noqa: N818
    """A text that is not SPARQL; keeps `reason`, `line` and `column` (from 1; 0 when not known)."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {reason}" if line else reason)
        self.reason = reason
        self.line = line
        self.column = column


def explain(text: str, *, update: bool = False, base: str = "") -> QuerySyntax:
    r"""Return the syntax error of a query, or of an update, that the engine refuses.

    The engine tells how far it looked, and it looks ahead by whole keywords: an unknown word is reported
    eight characters after its start, because OPTIONAL was tried there, and what is wrong with the next word
    is hidden when it is nearer. So the text is read again with its blanks widened, and the shortest keyword
    tried is taken from the place told.

    >>> str(explain("SELECT * {\n  ?s ?p ?o\n  ?a ?b ?c }"))
    "line 3, column 3: unexpected '?a'"
    >>> str(explain("SELECT * { ?s foo:bar ?o }"))
    "line 1, column 15: the prefix 'foo' is not declared"
    """
    wide, found = _widened(text)
    store = Store()
    try:
        store.update(wide, base_iri=base or None) if update else store.query(wide, base_iri=base or None)
    except SyntaxError as error:
        told = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", str(error), re.DOTALL)
        if told is None:
            return QuerySyntax(re.sub(r"\s+", " ", str(error)), 0, 0)
        return _error(text, found, _offset(wide, int(told[1]), int(told[2])), told[3])
    return QuerySyntax("unexpected text", 0, 0)


def _widened(text: str) -> tuple[str, list[tuple[int, Token]]]:
    """Return the text with each blank and comment as wide as any keyword, and where its tokens are now."""
    pieces: list[str] = []
    found: list[tuple[int, Token]] = []
    end = length = 0
    for token in tokens(text):
        if token.offset > end:
            pieces.append(_BLANK)
            length += len(_BLANK)
        found.append((length, token))
        pieces.append(token.text)
        length += len(token.text)
        end = token.offset + len(token.text)
    return "".join(pieces) + _BLANK, found


def _error(text: str, found: list[tuple[int, Token]], offset: int, expected: str) -> QuerySyntax:
    wanted = [piece.strip() for piece in _CHARACTERS.sub("", expected).split(",") if piece.strip(" ,\n|")]
    words = [piece for piece in wanted if re.fullmatch(r"[A-Za-z_0-9]+", piece)]
    if len(words) < len(wanted):  # a sentence of the engine, on what it has read
        sentence = next(piece for piece in wanted if piece not in words)
        return _told(text, [token for start, token in found if start < offset], sentence)
    if words and not _CHARACTERS.search(expected):
        offset -= min(len(word) for word in words)
    for start, token in found:
        if start + len(token.text) > offset:
            inside = max(0, offset - start) if token.kind == "string" else 0
            return QuerySyntax(f"unexpected {token.text[:40]!r}", *place(text, token.offset + inside))
    return QuerySyntax("unexpected end of the query", *place(text, len(text.rstrip())))


def _told(text: str, before: list[Token], sentence: str) -> QuerySyntax:
    """Return the error for a sentence of the engine, which it tells after the thing it is about."""
    if not before:
        return QuerySyntax(sentence, *place(text, 0))
    last = before[-1]
    if sentence == "Prefix not found":
        sentence = f"the prefix '{last.text.partition(':')[0]}' is not declared"
    if sentence == "IRI parsing failed":
        sentence = f"{last.text[:80]} is not an IRI"
    return QuerySyntax(sentence, *place(text, last.offset))


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
