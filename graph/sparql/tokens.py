r"""Tokens of SPARQL texts as the engine reads them: the terminals of the grammar, and what `<` is where it stands.

The terminals are those of SPARQL 1.1, §19.8, with the base directions and triple terms of 1.2. The engine's grammar
has no tokens of its own: it tries IRIREF where an operand may stand, and `<` or `<=` after an operand of an
expression, nowhere both. So the kind of each open bracket and the token before are all that is to be known.
It knows no word boundaries either (`trueFILTER(…)`): a word is looked at by its end.
tests/graph/sparql/test_readings.py compares these tokens with what the engine reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

_BASE = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_U = rf"{_BASE}_"
_CHAR = rf"{_U}0-9\u00B7\u0300-\u036F\u203F\u2040"
_NAME = rf"{_CHAR}\-"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_ESCAPED = (
    r"\\(?:[tbnrf\"'\\]|u(?![dD][89A-Fa-f])[0-9A-Fa-f]{4}"
    r"|U00(?:0(?:0(?![dD][89A-Fa-f])|[1-9A-Fa-f])|10)[0-9A-Fa-f]{4})"
)
SKIP = r"(?:[ \t\r\n]+|\#[^\r\n]*)*+"
"""White space and comments."""
IRI = r"<(?:[^<>\"{}|^`\\\x00-\x20]++|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>"
STRING = (
    rf'"{{3}}(?:[^"\\]++|{_ESCAPED}|"{{1,2}}(?!"))*+"{{3}}|\'{{3}}(?:[^\'\\]++|{_ESCAPED}|\'{{1,2}}(?!\'))*+\'{{3}}'
    rf'|"(?:[^"\\\r\n]++|{_ESCAPED})*+"|\'(?:[^\'\\\r\n]++|{_ESCAPED})*+\''
)
"""Literals, long ones first. With a wrong escape in it three quotes are an empty string and a quote, for the engine."""

_TOKEN = rf"""{SKIP}(?:
     (?P<variable>[?$][{_U}0-9][{_CHAR}]*+)
    |(?P<iri>{IRI})
    |(?P<name>(?:[{_BASE}][{_NAME}.]{{0,63}}+(?<!\.))?:
        (?:(?:[{_U}:0-9]|{_PLX})(?:[{_NAME}:]++|{_PLX}|\.+(?=[{_NAME}:%\\]))*+)?
        |_:[{_U}0-9](?:[{_NAME}]++|\.+(?=[{_NAME}]))*+)
    |(?P<string>{STRING})
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*+)
    |(?P<mark><<\(?|\)>>|>>|\{{\||\|\}}|\|\||&&|\^\^|!=|<=|>=|[^\ \t\r\n@0-9.])
    |(?P<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)
    |(?P<number>(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)
    |(?P<stop>[.@])
    |(?P<end>\Z))"""
_BOOLEAN = ("true", "false")
CLOSERS = {
    ")": ("(", "list"),
    "}": ("{", "select", "values"),
    "]": ("[",),
    ">>": ("<<",),
    "|}": ("{|",),
    ")>>": ("<<(",),
}
OPENERS = frozenset(["{", "(", "[", "<<", "<<(", "{|"])
_AFTER_OPERAND = frozenset([")", "}", ")>>"])


@cache
def token_pattern() -> re.Pattern[str]:
    """Compile the terminals, once asked: a query process that starts does not wait for it."""
    return re.compile(_TOKEN, re.VERBOSE)


class Token(NamedTuple):
    """A piece of a query: its `kind`, its `text` and its `offset` in characters."""

    kind: str
    text: str
    offset: int


class Reading:
    """One pass over the tokens of a text from an offset on; `open` has the brackets that are open after the last one.

    Of the brackets, `(` is one of an expression and `list` one of a collection, a path or a row; `select` is the
    group of a sub-select and `values` a block of data. A token is an `iri`, `string`, `lang`, `name`, `number`,
    `variable`, `word` or `mark`.
    """

    def __init__(self, text: str, start: int = 0) -> None:
        self.text = text
        self.open: list[str] = []
        self._start = start
        self._values = False  # VALUES came: the next brace opens its data

    def __iter__(self) -> Iterator[Token]:
        """Yield the tokens."""
        place: int | None = self._start
        # Of the token before: it ends an operand, takes arguments, is FILTER.
        operand = calls = filters = False
        opened = self.open
        while place is not None:
            matches, place = token_pattern().finditer(self.text, place), None
            for match in matches:
                kind: str = match.lastgroup  # type: ignore[assignment]
                text = match[kind]
                token = Token(kind, text, match.start(kind))
                if operand and opened and opened[-1] == "(" and text[:1] == "<":
                    token = _comparison(token)
                    place = token.offset + len(token.text)
                    operand = calls = filters = False
                elif kind == "mark":
                    self._mark(text, calls)
                    operand = text in _AFTER_OPERAND
                    calls = filters = False
                elif kind == "word":
                    operand = text.endswith(_BOOLEAN)
                    calls = not operand and text != "a"
                    filters = self._word(text.upper())
                elif kind == "stop":
                    token = Token("mark", text, token.offset)
                    operand = calls = filters = False
                elif kind == "end":
                    return
                else:
                    operand = True
                    calls = filters and kind in ("iri", "name")
                    filters = False
                yield token
                if place is not None:
                    break

    def _mark(self, mark: str, calls: bool) -> None:
        """Open or close the bracket that a mark is, if it is one; `calls`: the token before takes arguments."""
        if mark in OPENERS:
            if mark == "(" and not calls and self.open and self.open[-1] not in ("(", "select"):
                mark = "list"
            elif mark == "{" and self._values:
                mark, self._values = "values", False
            self.open.append(mark)
        elif mark in CLOSERS:
            self._close(CLOSERS[mark])

    def _word(self, word: str) -> bool:
        """Note what a word says of the brackets around it and after it; tell whether it ends in FILTER."""
        self._values = self._values or "VALUES" in word
        if "SELECT" in word and self.open and self.open[-1] == "{":
            self.open[-1] = "select"
        return word.endswith("FILTER")

    def _close(self, openers: tuple[str, ...]) -> None:
        if not any(opener in self.open for opener in openers):
            return
        while self.open.pop() not in openers:
            pass


def _comparison(token: Token) -> Token:
    """Return the operator that a token begins with, after an operand of an expression."""
    return Token("mark", "<=" if token.text.startswith("<=") else "<", token.offset)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the text of each piece of a SPARQL text; white space and comments are of kind `skip`."""
    end = 0
    for kind, piece, offset in Reading(text):
        if offset > end:
            yield "skip", text[end:offset]
        yield kind, piece
        end = offset + len(piece)
    if end < len(text):
        yield "skip", text[end:]


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of a SPARQL text from an offset on, without white space and comments.

    >>> [token.text for token in tokens("ASK { ?s ex:service 'SERVICE' } # SERVICE")]
    ['ASK', '{', '?s', 'ex:service', "'SERVICE'", '}']
    >>> [token.text for token in tokens("ASK { FILTER(true<?b&&'>'='') }")][5:9]
    ['<', '?b', '&&', "'>'"]
    """
    return iter(Reading(text, start))


def place(text: str, offset: int) -> tuple[int, int]:
    r"""Return the line and the column (from 1) of an offset in a text.

    >>> place("ab\ncd", 4)
    (2, 2)
    """
    ahead = text[:offset]
    return ahead.count("\n") + 1, offset - (ahead.rfind("\n") + 1) + 1
