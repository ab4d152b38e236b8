"""What is looked at in a query's text before the engine reads it: size, nesting, joins, forbidden keywords.

The engine parses and optimises by recursion, and its optimiser is cubic in the number of joined patterns: a
text of some kilobytes can overflow its stack or keep it busy for minutes on an empty store. Such texts, SERVICE
and updates are refused from their tokens alone, with a line and a column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .tokens import Token, place, tokens

MAX_BYTES = 64 * 1024
"""Longest query of the public, in bytes of UTF-8."""
OWN_BYTES = 1024 * 1024
"""Longest query of our own code, whose lists of values are long."""
MAX_NESTING = 64
"""Deepest nesting of groups, parentheses, brackets and unary operators."""
MAX_JOINED = 128
"""Most patterns, path steps, list items and groups joined in one group (optimised in about 1.5 s)."""
MAX_OPERATORS = 1000
"""Most operators in the expressions of a query."""

_UPDATES = frozenset(["ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"])
_VOLATILE = frozenset(["BNODE", "NOW", "RAND", "STRUUID", "UUID"])
_OPERATORS = frozenset(["||", "&&", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "!"])
_UNARY = frozenset(["!", "+", "-", "^", "^^"])
_CLOSERS = {")": ("(",), "}": ("{", "values"), "]": ("[",), ">>": ("<<",), "|}": ("{|",)}

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TERMS = frozenset(["iri", "string", "variable", "name", "number"])


class QueryTooLarge(ValueError):  # noqa: N818
    """A query longer than the limit; keeps `size` and `limit` in bytes."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"the query has {size} bytes, the limit is {limit}")
        self.size = size
        self.limit = limit


class QueryTooComplex(ValueError):  # noqa: N818
    """A query nested or joined beyond a limit; keeps `reason`, `limit`, `line` and `column` (from 1)."""

    def __init__(self, reason: str, limit: int, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {reason} (the limit is {limit})")
        self.reason = reason
        self.limit = limit
        self.line = line
        self.column = column


class QueryRefused(PermissionError):  # noqa: N818
    """A query that calls another server or changes data; keeps `keyword`, `line` and `column` (from 1)."""

    def __init__(self, keyword: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {keyword} is not allowed here")
        self.keyword = keyword
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Glance:
    """What the tokens of an accepted query tell.

    The `prefixes` it declares, whether it `names_dataset` (FROM), whether it is `volatile`: two answers on the
    same data may differ (NOW, RAND, UUID, new blank nodes); and whether it is `ambiguous`: the engine may see
    other tokens.
    """

    prefixes: dict[str, str] = field(default_factory=dict)
    names_dataset: bool = False
    volatile: bool = False
    ambiguous: bool = field(default=False, repr=False)


def check_query(text: str, longest: int = MAX_BYTES) -> Glance:
    """Check a query's text, `longest` bytes at most, before the engine sees it; return what its tokens tell.

    Raises QueryTooLarge, QueryTooComplex or QueryRefused; syntax is left to the engine.

    >>> check_query("PREFIX e: <http://e.org/> SELECT * FROM e:g { ?s ?p ?o }")
    Glance(prefixes={'e': 'http://e.org/'}, names_dataset=True, volatile=False)
    >>> check_query("SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    ...
    ancrage.graph.guard.QueryRefused: line 1, column 12: SERVICE is not allowed here
    """
    if len(text) * 4 > longest:
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > longest:
            raise QueryTooLarge(size, longest)
    if _plain(text):
        return _NOTHING
    glance = _Check(text).run()
    if _ESCAPE.search(text):  # \u0053ERVICE: engines may decode escapes before they parse
        _Check(_ESCAPE.sub(_decode, text)).run()
    return glance


def check_update(text: str, bare: str, longest: int) -> None:
    """Check an update of `longest` bytes at most; `bare` is its text without the inside of its blocks of data.

    Raises QueryTooLarge, QueryTooComplex, and QueryRefused for LOAD and SERVICE.

    >>> check_update("LOAD <http://e.org/>", "LOAD <http://e.org/>", 100)
    Traceback (most recent call last):
    ...
    ancrage.graph.guard.QueryRefused: line 1, column 1: LOAD is not allowed here
    """
    for part, limit in ((text, longest), (re.sub(r"\n{2,}", "\n", bare), MAX_BYTES)):
        size = len(part.encode("utf-8", "surrogatepass"))
        if size > limit:
            raise QueryTooLarge(size, limit)
    _UpdateCheck(bare).run()
    if _ESCAPE.search(bare):
        _UpdateCheck(_ESCAPE.sub(_decode, bare)).run()


_NOTABLE = (*_UPDATES, *_VOLATILE, "SERVICE", "FROM", "CONSTRUCT", "PREFIX", "(", "\\")
_DEEPER = ("{", "[", "<<", "{|", "!", "+", "-", "^")
_JOINING = ("{", ".", ";", ",", "/")
_PLAIN = 1000
_NOTHING = Glance()


def _plain(text: str) -> bool:
    """Tell, without looking at its tokens, that there is nothing to tell of a text: most lookups are like that.

    No word that matters stands anywhere in it, IRIs and literals included, and it has fewer characters of each
    kind than the limits allow.
    """
    if len(text) > _PLAIN:
        return False
    upper = text.upper()
    for word in _NOTABLE:
        if word in upper:
            return False
    return sum(map(text.count, _DEEPER)) < MAX_NESTING and sum(map(text.count, _JOINING)) < MAX_JOINED


def _decode(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


class _Check:
    """One pass over the tokens of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.open: list[str] = []
        self.joined: list[int] = [0]
        self.operators = 0
        self.unary = 0
        self.values = False
        self.ambiguous = False
        self.prefixes: dict[str, str] = {}
        self.names_dataset = False
        self.volatile = False
        self.construct = False

    def run(self) -> Glance:
        before, last = Token("", "", 0), Token("", "", 0)
        for token in tokens(self.text):
            if token.kind == "word":
                self._word(token)
            elif token.kind == "mark":
                self._mark(token, last, before)
            else:
                self._term(token, last, before)
            self._unary(token)
            before, last = last, token
        if self.ambiguous and (found := re.search("service", self.text, re.IGNORECASE)):
            raise QueryRefused("SERVICE", *place(self.text, found.start()))
        return Glance(self.prefixes, self.names_dataset, self.volatile, self.ambiguous)

    def _word(self, token: Token) -> None:
        word = token.text.upper()
        if "SERVICE" in word:  # the engine also reads "trueSERVICE<…>"
            raise QueryRefused("SERVICE", *place(self.text, token.offset))
        if (refused := self._refused(word)) is not None:
            raise QueryRefused(refused, *place(self.text, token.offset))
        self.names_dataset = self.names_dataset or word == "FROM"
        self.construct = self.construct or word == "CONSTRUCT"
        self.volatile = self.volatile or word in _VOLATILE
        if word == "VALUES":
            self.values = True

    def _refused(self, word: str) -> str | None:
        return word if word in _UPDATES else None

    def _term(self, token: Token, last: Token, before: Token) -> None:
        inner = self.open[-1] if self.open else ""
        after_operand = last.kind in _TERMS or last.text == ")"
        if self.construct and token.text.startswith("_:"):
            self.volatile = True
        if token.kind == "iri":
            if last.kind == "name" and last.text.endswith(":") and before.text.upper() == "PREFIX":
                self.prefixes[last.text[:-1]] = token.text[1:-1]
            if inner == "(" and after_operand and not re.match(r"<[a-z][a-z0-9+.-]*:[^'()#]*>", token.text):
                self.ambiguous = (
                    True  # "?a <?b && ?c = '>'": an IRI for the tokenizer, a comparison for the engine
                )
        if inner == "(" and last.kind in _TERMS and token.kind in _TERMS and "values" not in self.open:
            self._join(token, 2)  # two terms in a row in parentheses: items of a list

    def _mark(self, token: Token, last: Token, before: Token) -> None:
        mark, inner = token.text, self.open[-1] if self.open else ""
        if mark in ("{", "(", "[", "<<", "{|"):
            if mark == "{":
                if last.kind == "name" and before.text.upper() != "GRAPH":
                    self._refuse_glued(last)
                self._join(token, 1)
                self.joined.append(0)
                mark = "values" if self.values else mark
                self.values = False
            self.open.append(mark)
            self.volatile = self.volatile or (self.construct and mark == "[")
            self._deep(token, len(self.open))
        elif mark in _CLOSERS:
            self._close(_CLOSERS[mark])
        elif mark in (".", ";", ","):
            if inner in ("{", "[", "{|"):
                self._join(token, 1)
        elif mark == "/":
            self._join(token, 1)
        elif mark in _OPERATORS:
            self.operators += 1
            if self.operators > MAX_OPERATORS:
                self._complex("too many operators", MAX_OPERATORS, token)

    def _close(self, openers: tuple[str, ...]) -> None:
        if not any(opener in self.open for opener in openers):
            return
        while self.open:
            opener = self.open.pop()
            if opener in ("{", "values"):
                self.joined.pop()
            if opener in openers:
                return

    def _unary(self, token: Token) -> None:
        self.unary = self.unary + len(token.text) if token.text in _UNARY else 0
        self._deep(token, len(self.open) + self.unary)

    def _join(self, token: Token, count: int) -> None:
        self.joined[-1] += count
        if self.joined[-1] > MAX_JOINED:
            self._complex("too many patterns, path steps or list items in one group", MAX_JOINED, token)

    def _deep(self, token: Token, depth: int) -> None:
        if depth > MAX_NESTING:
            self._complex("nested too deep", MAX_NESTING, token)

    def _refuse_glued(self, name: Token) -> None:
        """Refuse `SERVICE:x {`, read by the engine as SERVICE and the name `:x`; not `GRAPH service:x {`."""
        if "service" in name.text.partition(":")[0].lower():
            raise QueryRefused("SERVICE", *place(self.text, name.offset))

    def _complex(self, reason: str, limit: int, token: Token) -> None:
        raise QueryTooComplex(reason, limit, *place(self.text, token.offset))


class _UpdateCheck(_Check):
    """One pass over the tokens of an update: of its keywords only LOAD is refused, glued to others or not."""

    def _refused(self, word: str) -> str | None:
        return "LOAD" if "LOAD" in word else None
