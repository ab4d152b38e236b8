"""Blocks of an update: what stands between a pair of braces, and the groups of triples inside it.

A block of data may have millions of tokens, so it is passed over by one regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..sparql.tokens import IRI, SKIP, STRING

SKIPPED = re.compile(
    rf"(?:[^\[\](){{}}\"'<\#\w:?$@\\]+|{IRI}|{STRING}|\#[^\r\n]*"
    rf"|(?!(?i:graph)(?![\w:.\-]))[\w:?$@](?:[\w:.\-%·]|\\.)*+)*+",
    re.DOTALL,
)
"""What may be passed over up to the next bracket or keyword GRAPH: IRIs, strings, comments, names, marks."""
_GRAPH = re.compile(
    rf"graph{SKIP}(?P<name>{IRI}|[?$]\w+|(?:[^\W\d_][\w.\-·]*)?:(?:[\w:.\-·]|%[0-9A-Fa-f]{{2}}|\\.)*){SKIP}\{{",
    re.IGNORECASE | re.DOTALL,
)
CLOSED_BY = {"{": "}", "(": ")", "[": "]"}


@dataclass(frozen=True)
class Braces:
    """The inside of a pair of braces: its `text`, its `offset` in the update and its first `line` (from 1)."""

    text: str
    offset: int
    line: int = 1

    def part(self, begin: int, end: int) -> Braces:
        """Return what stands between two offsets of the block."""
        line = self.line + self.text.count("\n", 0, begin)
        return Braces(self.text[begin:end], self.offset + begin, line)


def parts(block: Braces) -> Iterator[tuple[str, Braces]]:
    """Yield the groups of triples of a block: the term that names their graph (empty: the default graph), the triples.

    >>> [(name, part.text) for name, part in parts(Braces("<a> <b> 1 . GRAPH <g> { <c> <d> 2 }", 0))]
    [('', '<a> <b> 1 . '), ('<g>', ' <c> <d> 2 ')]
    """
    text, begin, offset, depth = block.text, 0, 0, 0
    while offset < len(text):
        match = SKIPPED.match(text, offset)
        offset = match.end() if match else offset
        if offset >= len(text):
            break
        named = _GRAPH.match(text, offset) if depth == 0 else None
        if named is None:
            depth += (text[offset] in CLOSED_BY) - (text[offset] in ")]}")
            offset += 1
            continue
        yield from _default(block, begin, offset)
        end = _closing(text, named.end())
        yield named["name"], block.part(named.end(), end)
        begin = offset = end + 1
    yield from _default(block, begin, len(text))


def _default(block: Braces, begin: int, end: int) -> Iterator[tuple[str, Braces]]:
    """Yield the triples of the default graph between two graphs; a full stop may follow the brace before them."""
    stop = re.match(rf"{SKIP}\.", block.text[begin:end])
    part = block.part(begin + (stop.end() if stop else 0), end)
    if re.fullmatch(SKIP, part.text) is None:
        yield "", part


def _closing(text: str, offset: int) -> int:
    """Return the offset of the brace that closes a block opened before `offset`."""
    depth = 1
    while depth:
        match = SKIPPED.match(text, offset)
        offset = match.end() if match else offset
        depth += (text[offset] == "{") - (text[offset] == "}")
        offset += 1
    return offset - 1
