"""What is looked at in a query's text before the engine reads it: size, nesting, joins, forbidden keywords.

The engine parses and optimises by recursion, and its optimiser is cubic in the number of joined patterns: a
text of some kilobytes can overflow its stack or keep it busy for minutes on an empty store. Such texts, SERVICE
and updates are refused from their tokens alone, with a line and a column.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field

from ...words import N_, AncrageError, Spoken
from .syntax import QuerySyntax
from .tokens import CLOSERS, OPENERS, Reading, Token, place

MAX_BYTES = 64 * 1024
"""Longest query of the public, in bytes of UTF-8."""
SHORT = 2048
"""Characters of a text that is checked at once, in some 2 ms; a longer one is checked in the process that answers it."""
OWN_BYTES = 1024 * 1024
"""Longest query of our own code, whose lists of values are long."""
MAX_NESTING = 64
"""Deepest nesting of groups, parentheses, brackets and unary operators."""
MAX_JOINED = 128
"""Most patterns, path steps, list items and groups joined in one group (optimised in about 1.5 s)."""
MAX_OPERATORS = 1000
"""Most operators in the expressions of a query."""

_UPDATES = frozenset(["ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"])
_VOLATILE = ("BNODE", "NOW", "RAND", "UUID")
_OPERATORS = frozenset(["||", "&&", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "!"])
_UNARY = frozenset(["!", "+", "-", "^", "^^"])
_GROUPS = frozenset(["{", "select", "values"])
_OF_TRIPLES = frozenset(["{", "[", "{|"])
_NO_ITEM_AFTER = frozenset(["(", "|", "/", "^", "!", "^^"])

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_IN_AUTHORITY = re.compile(r"//[^/?#]*(?::[0-9]*|\])$")
"""An IRI to which letters cannot be added: `<http://e:>` as a prefix `a:` makes `a:SERVICE` a keyword to the engine."""


class QueryTooLarge(AncrageError, ValueError):  # noqa: N818
    """A query longer than the limit; keeps `size` and `limit` in bytes."""

    code = "query-too-long"

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"the query has {size} bytes, the limit is {limit}")
        self.size = size
        self.limit = limit

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("La requête fait {size} octets, la limite est {limit}.", size=self.size, limit=self.limit)


class QueryTooComplex(AncrageError, ValueError):  # noqa: N818
    """A query nested or joined beyond a limit; keeps `reason`, `limit`, `line` and `column` (from 1)."""

    code = "query-too-complex"

    def __init__(self, reason: str, limit: int, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {reason} (the limit is {limit})")
        self.reason = reason
        self.limit = limit
        self.line = line
        self.column = column

    @property
    def message(self) -> Spoken:
        """What is said, and where it begins."""
        return N_(
            "Ligne {line}, colonne {column} : la requête est trop imbriquée ou trop longue à ordonner (limite : {limit}).",
            line=self.line,
            column=self.column,
            limit=self.limit,
        )


class QueryRefused(AncrageError, PermissionError):  # noqa: N818
    """A query that calls another server or changes data; keeps `keyword`, `line` and `column` (from 1)."""

    code = "query-refused"

    def __init__(self, keyword: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {keyword} is not allowed here")
        self.keyword = keyword
        self.line = line
        self.column = column

    @property
    def message(self) -> Spoken:
        """What is said, and where."""
        return N_(
            "Ligne {line}, colonne {column} : {keyword} n’est pas permis ici : ni autre serveur, ni modification.",
            line=self.line,
            column=self.column,
            keyword=self.keyword,
        )


@dataclass(frozen=True)
class Glance:
    """What the tokens of an accepted query tell.

    The `prefixes` it declares, whether it `names_dataset` (FROM), and whether it is `volatile`: two answers on the
    same data may differ (NOW, RAND, UUID, new blank nodes).
    """

    prefixes: dict[str, str] = field(default_factory=dict)
    names_dataset: bool = False
    volatile: bool = False
    unchecked: int = field(default=0, repr=False)
    """Longest text in bytes, where the process that answers the query is still to check it; 0 where it is checked."""


def check_query(text: str, longest: int = MAX_BYTES) -> Glance:
    """Check a query's text, `longest` bytes at most, before the engine sees it; return what its tokens tell.

    Raises QueryTooLarge, QueryTooComplex or QueryRefused; syntax is left to the engine.

    >>> check_query("PREFIX e: <http://e.org/> SELECT * FROM e:g { ?s ?p ?o }")
    Glance(prefixes={'e': 'http://e.org/'}, names_dataset=True, volatile=False)
    >>> check_query("SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    ...
    ancrage.graph.sparql.limits.QueryRefused: line 1, column 12: SERVICE is not allowed here
    """
    _must_fit(text, longest)
    if _plain(text):
        return _NOTHING
    glance = _Check(text).run()
    if _ESCAPE.search(text):  # \u0053ERVICE: engines may decode escapes before they parse
        _Check(_ESCAPE.sub(_decode, text)).run()
    return glance


def look(text: str, longest: int = MAX_BYTES) -> Glance:
    """Check a short text; leave a long one, or one to refuse, to the process that would answer it.

    So a long text costs its own client's turn and not everybody's event loop, and bad syntax is told before what is
    not allowed. Raises QueryTooLarge, QueryTooComplex and QuerySyntax.

    >>> look("ASK { SERVICE <http://e.org/> {} }").unchecked == MAX_BYTES
    True
    """
    if len(text) <= SHORT:
        with suppress(QueryRefused):
            return check_query(text, longest)
    _must_fit(text, longest)
    return Glance(volatile=_may_vary(text), unchecked=longest)


def check_update(text: str, bare: str, longest: int) -> None:
    """Check an update of `longest` bytes at most; `bare` is its text without the inside of its blocks of data.

    Raises QueryTooLarge, QueryTooComplex, and QueryRefused for LOAD and SERVICE.

    >>> check_update("LOAD <http://e.org/>", "LOAD <http://e.org/>", 100)
    Traceback (most recent call last):
    ...
    ancrage.graph.sparql.limits.QueryRefused: line 1, column 1: LOAD is not allowed here
    """
    for part, limit in ((text, longest), (re.sub(r"\n{2,}", "\n", bare), MAX_BYTES)):
        size = len(part.encode("utf-8", "surrogatepass"))
        if size > limit:
            raise QueryTooLarge(size, limit)
    _UpdateCheck(bare).run()
    if _ESCAPE.search(bare):
        _UpdateCheck(_ESCAPE.sub(_decode, bare)).run()


def _must_fit(text: str, longest: int) -> None:
    if len(text) * 4 > longest:
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > longest:
            raise QueryTooLarge(size, longest)


def _may_vary(text: str) -> bool:
    """Tell whether a word that makes answers vary stands anywhere in a text, in well under a millisecond."""
    upper = text.upper()
    made = "CONSTRUCT" in upper and ("_:" in text or "[" in text)
    return made or any(word in upper for word in _VOLATILE)


_NOTABLE = (*_UPDATES, *_VOLATILE, "SERVICE", "FROM", "CONSTRUCT", "PREFIX", "BASE", "(", "\\", "~")
_DEEPER = ("{", "[", "<<", "!", "+", "-", "^")
_JOINING = ("{", ".", ";", ",", "/", "<<")
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
        self.reading = Reading(text)
        self.open = self.reading.open
        self.joined: list[int] = [0]
        self.operators = 0
        self.unary = 0
        self.prefixes: dict[str, str] = {}
        self.names_dataset = False
        self.volatile = False
        self.construct = False
        self.refused: QueryRefused | None = None

    def run(self) -> Glance:
        before, last = Token("", "", 0), Token("", "", 0)
        for token in self.reading:
            if token.kind == "word":
                self._word(token)
            elif token.kind == "mark":
                self._mark(token, last, before)
            else:
                self._term(token, last, before)
            if token.text in _UNARY:
                self.unary += len(token.text)
                self._deep(token, len(self.open) + self.unary)
            else:
                self.unary = 0
            before, last = last, token
        if self.refused is not None:
            raise self.refused
        return Glance(self.prefixes, self.names_dataset, self.volatile)

    def _word(self, token: Token) -> None:
        word = token.text.upper()
        if "SERVICE" in word:  # the engine also reads "trueSERVICE<…>"
            self._refuse("SERVICE", token)
        elif (refused := self._refused(word)) is not None:
            self._refuse(refused, token)
        self.names_dataset = self.names_dataset or "FROM" in word
        self.construct = self.construct or "CONSTRUCT" in word
        self.volatile = self.volatile or word.endswith(_VOLATILE)

    def _refused(self, word: str) -> str | None:
        return word if word in _UPDATES else None

    def _refuse(self, keyword: str, token: Token) -> None:
        """Remember the first keyword refused: what is too complex, or no SPARQL, is told before it."""
        self.refused = self.refused or QueryRefused(keyword, *place(self.text, token.offset))

    def _term(self, token: Token, last: Token, before: Token) -> None:
        if not self.open:
            self._prologue(token, last, before)
        elif self.open[-1] == "list":
            self._item(token, last)
        if token.kind == "number" and token.text[0] == "." and self.open and self.open[-1] in _OF_TRIPLES:
            self._join(token, 1)  # "?o.5 ?p ?o": a full stop and 5 to the engine
        if token.kind == "name":
            if token.text.startswith("_:"):
                self.volatile = self.volatile or self.construct
            elif (
                "." in token.text
            ):  # where a prefix is not declared, or at a second one, the engine may stop there
                prefix, _, local = token.text.partition(":")
                dots = prefix.count(".") + max(0, local.count(".") - 1)
                if dots and "values" not in self.open:
                    self._join(token, dots)

    def _prologue(self, token: Token, last: Token, before: Token) -> None:
        """Take note of a prefix; raises QuerySyntax where a name of it can be no IRI, but a keyword to the engine."""
        if token.kind != "iri":
            return
        declares = last.kind == "name" and last.text.endswith(":")
        if declares and before.text.upper() == "PREFIX":
            self.prefixes[last.text[:-1]] = token.text[1:-1]
        if declares or last.text.upper().endswith("BASE"):
            iri = _ESCAPE.sub(_decode, token.text[1:-1])
            if _IN_AUTHORITY.search(iri):
                raise QuerySyntax(f"{iri} ends in a port or an address", *place(self.text, token.offset))

    def _item(self, token: Token, last: Token) -> None:
        """Count an item of a list: two triples."""
        if last.text not in _NO_ITEM_AFTER and token.kind != "lang" and "values" not in self.open:
            self._join(token, 2)

    def _mark(self, token: Token, last: Token, before: Token) -> None:
        mark = token.text
        if mark in OPENERS:
            self._opened(token, last, before)
        elif mark in CLOSERS:
            groups = sum(opener in _GROUPS for opener in self.open)
            del self.joined[groups + 1 :]
        elif mark in (".", ";", ","):
            if self.open and self.open[-1] in _OF_TRIPLES:
                self._join(token, 1)
        elif mark in ("/", "~"):
            self._join(token, 1)
        elif mark in _OPERATORS:
            self.operators += 1
            if self.operators > MAX_OPERATORS:
                self._complex("too many operators", MAX_OPERATORS, token)

    def _opened(self, token: Token, last: Token, before: Token) -> None:
        mark = token.text
        self._deep(token, len(self.open))
        if len(self.open) > 1 and self.open[-2] == "list" and mark != "{":
            self._item(token, last)
        if mark == "{":
            if last.kind == "name" and before.text.upper() != "GRAPH" and _holds(last, "service"):
                self._refuse("SERVICE", last)  # "SERVICE:x {" is SERVICE and the name ":x" to the engine
            self._join(token, 1)
            self.joined.append(0)
        elif mark == "(":
            if last.kind == "name" and self.open[-1] == "list" and _holds(last, "filter"):
                raise QuerySyntax(f"a blank is missing in {last.text!r}", *place(self.text, last.offset))
        elif mark == "[":
            self.volatile = self.volatile or self.construct
        else:
            self._join(token, 1)

    def _join(self, token: Token, count: int) -> None:
        self.joined[-1] += count
        if self.joined[-1] > MAX_JOINED:
            self._complex("too many patterns, path steps or list items in one group", MAX_JOINED, token)

    def _deep(self, token: Token, depth: int) -> None:
        if depth > MAX_NESTING:
            self._complex("nested too deep", MAX_NESTING, token)

    def _complex(self, reason: str, limit: int, token: Token) -> None:
        raise QueryTooComplex(reason, limit, *place(self.text, token.offset))


def _holds(name: Token, keyword: str) -> bool:
    """Tell whether the prefix of a name holds a keyword: the engine may read them apart."""
    return keyword in name.text.partition(":")[0].lower()


class _UpdateCheck(_Check):
    """One pass over the tokens of an update: of its keywords only LOAD is refused, glued to others or not."""

    def _refused(self, word: str) -> str | None:
        return "LOAD" if "LOAD" in word else None
