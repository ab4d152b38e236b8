"""A SPARQL update read into its operations, so that what each one changes can be asked as queries.

Nothing of the engine's updates runs: it only checks the syntax, on an empty store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pyoxigraph as ox

from ..sparql.limits import MAX_BYTES, MAX_NESTING, QueryRefused, QueryTooComplex, check_update
from ..sparql.policy import refused_update
from ..sparql.reasons import Reason
from ..sparql.syntax import QuerySyntax, explain, unexpected_word
from ..sparql.tokens import Token, place, tokens
from .blocks import CLOSED_BY, SKIPPED, Braces

_VERBS = ("CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "INSERT", "DELETE", "WITH", "LOAD")


@dataclass(frozen=True)
class Data:
    """INSERT DATA or DELETE DATA."""

    insert: bool
    block: Braces


@dataclass(frozen=True)
class Modify:
    """DELETE and INSERT by a pattern; `using` and `using_named` are terms as written, None where there is no USING."""

    delete: Braces | None
    insert: Braces | None
    where: Braces
    graph: str = ""
    using: tuple[str, ...] | None = None
    using_named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clear:
    """CLEAR or DROP of a graph (a term as written), or of DEFAULT, NAMED or ALL."""

    target: str


@dataclass(frozen=True)
class Create:
    """CREATE GRAPH."""

    graph: str
    silent: bool


@dataclass(frozen=True)
class Transfer:
    """ADD, MOVE or COPY from one graph to another; empty for the default graph."""

    verb: Literal["ADD", "MOVE", "COPY"]
    source: str
    target: str
    silent: bool


Operation: TypeAlias = Data | Modify | Clear | Create | Transfer


@dataclass(frozen=True)
class Step:
    """One operation, with the `prologue` (BASE and PREFIX, on one line) that stands before it."""

    prologue: str
    operation: Operation


def read_update(text: str, *, longest: int = MAX_BYTES, base: str = "") -> list[Step]:
    """Read an update into its operations, in their order.

    The text may have `longest` bytes in all, and MAX_BYTES beside its blocks of data. Its relative IRIs are relative
    to `base`, where there is one.
    Raises QueryTooLarge, QueryTooComplex, QueryRefused (LOAD and SERVICE) and QuerySyntax.

    >>> [type(step.operation).__name__ for step in read_update("CLEAR DEFAULT ; DELETE WHERE { ?s ?p 1 }")]
    ['Clear', 'Modify']
    """
    reader = _Reader(text, base)
    steps: list[Step] = []
    problem: QuerySyntax | None = None
    try:
        steps = reader.steps()
    except QuerySyntax as error:
        if len(text) > MAX_BYTES:
            raise
        problem = error
    bare = reader.without_data()
    try:
        check_update(text, bare, longest)
    except QueryRefused:
        if (wrong := problem or (None if reader.later_prologue else refused_update(bare, base))) is not None:
            raise wrong from None
        raise
    checked = text if len(text) <= MAX_BYTES else bare
    if problem is None and reader.later_prologue:  # the engine knows none after a semicolon, SPARQL does
        short = reader if checked is text else _Reader(bare, base)
        for number in range(len(steps if short is reader else short.steps())):
            _check_syntax(short, short.alone(checked, number))
    else:
        _check_syntax(reader, checked)
    if problem is not None:
        raise problem
    return steps


def _check_syntax(reader: _Reader, text: str) -> None:
    try:
        ox.Store().update(text, base_iri=reader.base or None)
    except SyntaxError:
        raise reader.error_in_data() or explain(text, update=True, base=reader.base) from None
    except UnicodeEncodeError as error:
        raise QuerySyntax("the text has half a surrogate pair", *place(text, error.start)) from None
    except RuntimeError as error:  # the operation itself, which an empty store cannot do
        if "does not exist" not in str(error) and "already exists" not in str(error):
            raise


class _Reader:
    """Reader of one text: tokens outside blocks, blocks found by their braces."""

    def __init__(self, text: str, base: str = "") -> None:
        self.text = text
        self.base = base
        self.offset = 0
        self.data: list[Braces] = []
        self.prologue = f"BASE <{base}> " if base else ""
        self.later_prologue = False
        self._spans: list[tuple[int, int]] = []
        """Where the operations stand, with the semicolon after them."""

    def without_data(self) -> str:
        """Return the text with the inside of its blocks of data left out but for their line ends."""
        pieces, end = [], 0
        for block in self.data:
            pieces += [self.text[end : block.offset], "\n" * block.text.count("\n")]
            end = block.offset + len(block.text)
        return "".join([*pieces, self.text[end:]])

    def alone(self, text: str, number: int) -> str:
        """Return a text with blanks in the place of all operations but one, and of what follows it."""
        kept = self._spans[number]
        for begin, end in self._spans:
            if (begin, end) != kept:
                text = text[:begin] + re.sub(r"[^\r\n]", " ", text[begin:end]) + text[end:]
        return text[: kept[1]]

    def error_in_data(self) -> QuerySyntax | None:
        """Return the error of the first variable or unknown prefix in the data, which the engine tells badly."""
        known = {"_", *re.findall(r"PREFIX (\S*):", self.prologue)}
        for block in self.data:
            for token in tokens(block.text):
                where = place(self.text, block.offset + token.offset)
                if token.kind == "variable":
                    return QuerySyntax(f"{token.text}: data has no variables", *where)
                if token.kind == "name" and (prefix := token.text.partition(":")[0]) not in known:
                    return QuerySyntax(Reason("prefix", prefix), *where)
        return None

    def steps(self) -> list[Step]:
        found: list[Step] = []
        while (token := self._peek()).text:
            word = token.text.upper()
            if word in ("PREFIX", "BASE"):
                self.later_prologue |= bool(found)
                self._next()
                name = self._next().text + " " if word == "PREFIX" else ""
                self.prologue += f"{word} {name}{self._next().text} "
            elif word in _VERBS:
                found.append(Step(self.prologue, self._operation()))
                if self._peek().text not in (";", ""):
                    self._fail(self._peek())
                self._take(";")
                self._spans.append((token.offset, self.offset))
            else:
                self._fail(token)
        return found

    def _operation(self) -> Operation:
        verb = self._next().text.upper()
        if verb in ("CLEAR", "DROP"):
            self._take("SILENT")
            return Clear(self._target())
        if verb == "CREATE":
            silent = self._take("SILENT")
            return Create(self._target(), silent)
        if verb in ("ADD", "MOVE", "COPY"):
            silent = self._take("SILENT")
            source = self._target()
            self._take("TO")
            return Transfer(verb, source, self._target(), silent)  # type: ignore[arg-type]
        if verb == "LOAD":
            while self._peek().text not in (";", ""):
                self._next()
            return Clear("")  # refused by the guard
        return self._modify(verb)

    def _modify(self, verb: str) -> Operation:
        if verb in ("INSERT", "DELETE") and self._take("DATA"):
            block = self._block()
            self.data.append(block)
            return Data(verb == "INSERT", block)
        if verb == "DELETE" and self._take("WHERE"):
            block = self._block()
            return Modify(block, None, block)
        graph, delete, insert = "", None, None
        if verb == "WITH":
            graph = self._next().text
            verb = self._next().text.upper()
        if verb == "DELETE":
            delete = self._block()
            verb = self._next().text.upper() if self._peek().text.upper() == "INSERT" else ""
        if verb == "INSERT":
            insert = self._block()
        using: list[str] = []
        named: list[str] = []
        given = False
        while self._take("USING"):
            given = True
            (named if self._take("NAMED") else using).append(self._next().text)
        self._take("WHERE")
        return Modify(delete, insert, self._block(), graph, tuple(using) if given else None, tuple(named))

    def _target(self) -> str:
        self._take("GRAPH")
        token = self._next()
        return token.text.upper() if token.kind == "word" else token.text

    def _block(self) -> Braces:
        """Read a block to the brace that closes it; raises QueryTooComplex and QuerySyntax."""
        token = self._next()
        if token.text != "{":
            self._fail(token)
        begin = self.offset
        opened = ["{"]
        while opened:
            match = SKIPPED.match(self.text, self.offset)
            self.offset = match.end() if match else self.offset
            if self.offset >= len(self.text):
                raise QuerySyntax("a block is not closed", *place(self.text, token.offset))
            mark = self.text[self.offset]
            if mark in CLOSED_BY:
                opened.append(mark)
                if len(opened) > MAX_NESTING:
                    where = place(self.text, self.offset)
                    raise QueryTooComplex("nested too deep", MAX_NESTING, *where)
            elif mark in ")]}" and (not opened or CLOSED_BY[opened.pop()] != mark):
                raise QuerySyntax(unexpected_word(mark), *place(self.text, self.offset))
            self.offset += 5 if mark in "gG" else 1
        return Braces(self.text[begin : self.offset - 1], begin, place(self.text, begin)[0])

    def _take(self, word: str) -> bool:
        if self._peek().text.upper() != word:
            return False
        self._next()
        return True

    def _peek(self) -> Token:
        found = next(tokens(self.text, self.offset), None)
        return found or Token("", "", len(self.text))

    def _next(self) -> Token:
        token = self._peek()
        self.offset = token.offset + len(token.text)
        return token

    def _fail(self, token: Token) -> None:
        why = unexpected_word(token.text) if token.text else "unexpected end of the update"
        raise QuerySyntax(why, *place(self.text, token.offset))
