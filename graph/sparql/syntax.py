"""Syntax errors of queries, told at the place where a person would look."""

from __future__ import annotations

import re

from pyoxigraph import Store

from ...ontology.vocabulary import PREFIXES
from ...words import N_, AncrageError, Spoken
from .reasons import Reason, Why, reason_text
from .tokens import Token, place, tokens

_BLANK = " " * 24
_CHARACTERS = re.compile(r"\['[^\]]*'\]|\"(?:[^\"\\]|\\.)*\"|\[_\]", re.DOTALL)


class QuerySyntax(AncrageError, ValueError):  # noqa: N818
    """A text that is not SPARQL; keeps `reason`, `line` and `column` (from 1; 0 when not known)."""

    code = "query-syntax"

    def __init__(self, reason: Why, line: int, column: int) -> None:
        super().__init__(reason, line, column)
        self.reason = reason
        self.line = line
        self.column = column

    def __str__(self) -> str:
        if self.spoken:
            return self.told(self.spoken)
        return f"line {self.line}, column {self.column}: {self.reason}" if self.line else str(self.reason)

    @property
    def message(self) -> Spoken:
        """What is said: where, and why."""
        why = reason_text(self.reason)
        if not self.line:
            return N_("La requête n’est pas valide : {reason}.", reason=why)
        return N_(
            "Ligne {line}, colonne {column} : {reason}.", line=self.line, column=self.column, reason=why
        )


def explain(text: str, *, update: bool = False, base: str = "") -> QuerySyntax:
    r"""Return the syntax error of a query, or of an update, that the engine refuses.

    The engine tells how far it looked, and it looks ahead by whole keywords: an unknown word is reported
    eight characters after its start, because OPTIONAL was tried there, and what is wrong with the next word
    is hidden when it is nearer. So the text is read again with its blanks widened, and the shortest keyword
    tried is taken from the place told.

    >>> str(explain("SELECT * {\n  ?s ?p ?o\n  ?a ?b ?c }"))
    'line 3, column 3: “?a” is not expected here'
    >>> str(explain("SELECT * { ?s foo:bar ?o }"))
    'line 1, column 15: the prefix “foo” is not declared'
    """
    wide, placed = _widened(text)
    store = Store()
    try:
        store.update(wide, base_iri=base or None) if update else store.query(wide, base_iri=base or None)
    except SyntaxError as error:
        report = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", str(error), re.DOTALL)
        if report is None:
            return QuerySyntax(re.sub(r"\s+", " ", str(error)), 0, 0)
        return _error(text, placed, _offset(wide, int(report[1]), int(report[2])), report[3])
    return QuerySyntax("unexpected text", 0, 0)


def _widened(text: str) -> tuple[str, list[tuple[int, Token]]]:
    """Return the text with each blank and comment as wide as any keyword, and where its tokens are now."""
    pieces: list[str] = []
    placed: list[tuple[int, Token]] = []
    end = length = 0
    for token in tokens(text):
        if token.offset > end:
            pieces.append(_BLANK)
            length += len(_BLANK)
        placed.append((length, token))
        pieces.append(token.text)
        length += len(token.text)
        end = token.offset + len(token.text)
    return "".join(pieces) + _BLANK, placed


def _error(text: str, placed: list[tuple[int, Token]], offset: int, expected: str) -> QuerySyntax:
    wanted = [piece.strip() for piece in _CHARACTERS.sub("", expected).split(",") if piece.strip(" ,\n|")]
    words = [piece for piece in wanted if re.fullmatch(r"[A-Za-z_0-9]+", piece)]
    if len(words) < len(wanted):  # a sentence of the engine, on what it has read
        sentence = next(piece for piece in wanted if piece not in words)
        return _sentence(text, [token for start, token in placed if start < offset], sentence)
    if words and not _CHARACTERS.search(expected):
        offset -= min(len(word) for word in words)
    return _unexpected(text, placed, offset)


def _unexpected(text: str, placed: list[tuple[int, Token]], offset: int) -> QuerySyntax:
    """Return the error for the token at an offset of the widened text; in a string, for the place in it."""
    for start, token in placed:
        if start + len(token.text) > offset:
            inside = max(0, offset - start) if token.kind == "string" else 0
            return QuerySyntax(unexpected_word(token.text), *place(text, token.offset + inside))
    return QuerySyntax(Reason("unfinished"), *place(text, len(text.rstrip())))


def _sentence(text: str, before: list[Token], sentence: str) -> QuerySyntax:
    """Return the error for a sentence of the engine, which it tells after the thing it is about."""
    if not before:
        return QuerySyntax(sentence, *place(text, 0))
    last = before[-1]
    prefix = last.text.partition(":")[0]
    usual = Reason("usual-prefix", f"{prefix}: <{PREFIXES.get(prefix)}>")
    reasons = {
        "Prefix not found": usual if prefix in PREFIXES else Reason("prefix", prefix),
        "IRI parsing failed": Reason("iri", last.text[:80]),
        "The SELECT contains a variable that is unbound": Reason("ungrouped"),
    }
    return QuerySyntax(reasons.get(sentence, sentence), *place(text, last.offset))


def unexpected_word(text: str) -> Reason:
    """Give the reason of a word that cannot stand where it is."""
    return Reason("unexpected", repr(text[:40])[1:-1])


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
