"""Tokens of SPARQL texts: IRIs, literals, comments, prefixed names, and nothing of the grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<skip>[\ \t\r\n]+|\#[^\r\n]*)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>"{3}(?:(?:"|"")?(?:[^"\\]|\\.))*+"{3}|'{3}(?:(?:'|'')?(?:[^'\\]|\\.))*+'{3}
        |"(?:[^"\\\r\n]|\\.)*+"|'(?:[^'\\\r\n]|\\.)*+')
    |(?P<variable>[?$]\w+)
    |(?P<name>(?:[^\W\d_](?:[\w.\-·]{0,62}[\w\-·])?)?:(?:[\w:\-·]|\.(?=[\w:\-·.%\\])|%[0-9A-Fa-f]{2}|\\.)*+|_:[\w.\-]*\w)
    |(?P<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<mark><<|>>|\{\||\|\}|\|\||&&|\^\^|!=|<=|>=|.)""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of a query: its `kind`, its `text` and its `offset` in characters."""

    kind: str
    text: str
    offset: int


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the text of each piece of a SPARQL text; white space and comments are of kind `skip`."""
    for match in _TOKEN.finditer(text):
        yield str(match.lastgroup), match[0]


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of a SPARQL text from an offset on, without white space and comments.

    >>> [token.text for token in tokens("ASK { ?s ex:service 'SERVICE' } # SERVICE")]
    ['ASK', '{', '?s', 'ex:service', "'SERVICE'", '}']
    """
    for match in _TOKEN.finditer(text, start):
        kind = str(match.lastgroup)
        if kind != "skip":
            yield Token(kind, match[0], match.start())


def place(text: str, offset: int) -> tuple[int, int]:
    r"""Return the line and the column (from 1) of an offset in a text.

    >>> place("ab\ncd", 4)
    (2, 2)
    """
    ahead = text[:offset]
    return ahead.count("\n") + 1, offset - (ahead.rfind("\n") + 1) + 1
