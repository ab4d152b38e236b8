"""Terms that stand in a query: their numbers in the columns, new ones for those that the graph does not have."""

from __future__ import annotations

import re
from collections.abc import Callable

from pyoxigraph import Literal as EngineLiteral
from pyoxigraph import NamedNode, Quad, Store
from rdflib.term import Literal, Node, URIRef

from .layout import BOOLEAN, DATE, DECIMAL, INTEGER, IRI, STRING, TEXT, YEAR
from .relations import FRESH, Operand, Unsupported

_WRITTEN = {
    INTEGER: re.compile(r"-?[0-9]{1,18}"),
    DECIMAL: re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?"),
    YEAR: re.compile(r"[1-9][0-9]{3}"),
    DATE: re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}"),
    BOOLEAN: re.compile("true|false"),
}
_NODE = NamedNode("urn:x")


def quoted(text: str) -> str:
    """Write a text in SQL.

    >>> quoted("l'Ain")
    "'l''Ain'"
    """
    if "\0" in text:
        raise Unsupported("a text with a null character")
    return "'" + text.replace("'", "''") + "'"


class Constants:
    """Terms of one query; `find` gives the number of a term written as in N-Triples, or None.

    `unknown` are those that the graph does not have, by the negative numbers they get here.
    """

    def __init__(self, find: Callable[[str], int | None]) -> None:
        self._find = find
        self._cells: dict[str, Operand] = {}
        self.unknown: dict[int, str] = {}
        self._new = 0

    def cell(self, term: Node, apart: bool = False) -> Operand:
        """Give a term as a cell; raises Unsupported for literals whose value is not certain.

        One that stands `apart` is only compared: whether the graph has it means nothing.
        """
        if not apart:
            return self._made(term)
        known = dict(self.unknown), dict(self._cells)
        made = self._made(term)
        self.unknown, self._cells = known
        return made

    def _made(self, term: Node) -> Operand:
        if isinstance(term, URIRef):
            return self._kept(str(NamedNode(str(term))), IRI, None, None)
        if not isinstance(term, Literal):
            raise Unsupported("a constant that is neither an IRI nor a literal")
        made = _literal(term)
        kind, lexical = made.datatype.value, made.value
        if made.language is not None:
            return self._kept(str(made), TEXT, quoted(lexical), quoted(made.language))
        if kind == STRING:
            return self._kept(str(made), STRING, quoted(lexical), None)
        if kind not in _WRITTEN or not _WRITTEN[kind].fullmatch(lexical):
            raise Unsupported(f"a constant of {kind}")
        sql = {
            INTEGER: f"{lexical}::BIGINT",
            DECIMAL: f"'{lexical}'::DECIMAL(38,18)",
            YEAR: f"{lexical}::BIGINT",
            DATE: f"'{lexical}'::DATE",
            BOOLEAN: lexical,
        }
        return self._kept(str(made), kind, sql[kind], None)

    def _kept(self, text: str, kind: str, value: str | None, language: str | None) -> Operand:
        if text not in self._cells:
            number = self._find(text)
            if number is None:
                self._new -= 1
                number = self._new
                self.unknown[number] = text
            doubts = frozenset({FRESH} if number < 0 else ())
            self._cells[text] = Operand(
                str(number),
                frozenset({kind}),
                value=value,
                language=language,
                constant=True,
                doubts=doubts,
            )
        return self._cells[text]


def _literal(term: Literal) -> EngineLiteral:
    """Give a literal as the engine keeps it."""
    try:
        if term.language:
            made = EngineLiteral(str(term), language=str(term.language))
        elif term.datatype is not None:
            made = EngineLiteral(str(term), datatype=NamedNode(str(term.datatype)))
        else:
            made = EngineLiteral(str(term))
    except ValueError as error:
        raise Unsupported("a literal that the engine does not know") from error
    store = Store()
    store.add(Quad(_NODE, _NODE, made))
    kept = next(iter(store)).object
    assert isinstance(kept, EngineLiteral)
    return kept
