"""Links and forms of templates keep the language of the page: written so when a template is read, not by its author."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from string import ascii_letters

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from ..web.page_language import FIELD, linked

OPEN, CLOSE = "open", "close"
"""What is between the two is the address of a link, with whatever expressions a template has there."""
_ADDRESS = {"a": 'href="', "post": 'action="'}
"""What the address of a link follows, and that of a form that is sent: one that only asks has a field of the language."""
_POST = 'method="post"'


class LinkReader:
    """Reads the text of a template, as it comes between expressions, and finds the addresses of its links and its forms."""

    def __init__(self) -> None:
        self._where = ""
        """The tag that is open: "a", "form", or "post" for a form that is sent; else nothing."""
        self._inside = False
        """Whether its address is being read."""

    def feed(self, text: str) -> Iterator[tuple[str, str]]:
        """Give the text in pieces, with OPEN and CLOSE around an address that goes on in an expression.

        >>> list(LinkReader().feed('<b><a class="x" href="/a?b=')), list(LinkReader().feed('<a href="#b">c'))
        ([('data', '<b><a class="x" href="'), ('open', ''), ('data', '/a?b=')], [('data', '<a href="#b">c')])
        >>> list(LinkReader().feed('<a href="/static/a.css">')) == [("data", '<a href="/static/a.css">')]
        True
        >>> list(LinkReader().feed('<form method="post" action="/a/'))
        [('data', '<form method="post" action="'), ('open', ''), ('data', '/a/')]
        """
        read = ""
        while text:
            piece, text, place = self._step(text)
            read += piece
            if place:
                if read:
                    yield "data", read
                yield place, ""
                read = ""
        if read:
            yield "data", read

    def _step(self, text: str) -> tuple[str, str, str]:
        """Read on; give what was read, the rest, and whether an address begins or ends there."""
        if self._inside:
            piece, mark, rest = text.partition('"')
            self._inside = not mark
            return piece, mark + rest, CLOSE if mark else ""
        if not self._where:
            piece, mark, rest = text.partition("<")
            word = rest[: len(rest) - len(rest.lstrip(ascii_letters))]
            self._where = word if word in ("a", "form") else ""
            return piece + mark, rest, ""
        return self._in_tag(text)

    def _in_tag(self, text: str) -> tuple[str, str, str]:
        head, mark, rest = text.partition(">")
        if self._where == "form" and _POST in head:
            self._where = "post"
        name = _ADDRESS.get(self._where)
        if name and name in head:
            before, _, after = text.partition(name)
            address, quote, beyond = after.partition('"')
            if quote:
                return before + name + linked(address) + quote, beyond, ""
            if address and not address.startswith("/"):
                return text, "", ""
            self._inside = True
            return before + name, after, OPEN
        if not mark:
            return text, "", ""
        field = FIELD if self._where == "form" else ""
        self._where = ""
        return head + mark + field, rest, ""


class KeepLanguage(Extension):
    """Has the links and the forms of every template keep the language that the address of the page asks for."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Put the addresses of links through `linked`."""
        reader = LinkReader()
        for token in stream:
            if token.type != "data":
                yield token
                continue
            for kind, text in reader.feed(token.value):
                if kind == "data":
                    yield Token(token.lineno, "data", text)
                    continue
                yield Token(token.lineno, "block_begin", "{%")
                for word in ("filter", "linked") if kind == OPEN else ("endfilter",):
                    yield Token(token.lineno, "name", word)
                yield Token(token.lineno, "block_end", "%}")


@functools.lru_cache(1 << 10)
def linked_sentence(text: str) -> str:
    """Do the same in a sentence of the catalogue that holds links.

    >>> linked_sentence('Voir les <a href="/sources">sources</a>.') == f'Voir les <a href="{linked("/sources")}">sources</a>.'
    True
    """
    return "".join(piece for _, piece in LinkReader().feed(text))
