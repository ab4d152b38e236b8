"""SPARQL texts made to be misread, and what the engine reads in them: the measure of the tokens and of the guard.

The engine tells only whether it accepts a text. So each character that matters is changed in a way that is an error
in the structure of a text and nothing inside of an IRI, a literal or a comment: whether the changed text is
accepted tells where the character stands.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ancrage.graph.sparql.limits import QueryRefused, QueryTooComplex, check_query, check_update
from ancrage.graph.sparql.syntax import QuerySyntax
from ancrage.graph.sparql.tokens import Token, tokens
from pyoxigraph import Store

NOWHERE = "<http://127.0.0.1:1/>"
"""An endpoint where nobody listens: all names are below it, as the engine calls those that are read after SERVICE."""
_MATES = dict(zip("{}()[]", "}{)(][", strict=True))
_ODD = "\u2030"
"""A character for IRIs, literals and comments, and no part of any terminal."""

_IRIS = [
    "<http://127.0.0.1:1/p>", "<?b&&'>", "<=x>", "<#x>", '<a">', "<http://127.0.0.1:1/a(b)'c>", "<>", r"<http://127.0.0.1:1/\u0041>",
    "<?b&&?c=''#>", "<a,b;c.d>", "<?b>", "<1>", "<http://127.0.0.1:1/service>", NOWHERE,
]  # fmt: skip
_NAMES = [
    "a:b", ":x", "a:", "a:b.c", r"a:x\'", r"a:x\(", "a:b:c", "a:service", ":", "a:b.c.d", "a:-1", "a:%41", "a:.", r"a:\#y",
    "service:x", "SERVICE:x", "filter:x", "true:x", "é:é", "true.a:b", "a.b:c", "a:SERVICE", "p:SERVICE", "p:FILTER", "a.b:x.y",
]  # fmt: skip
_STRINGS = [
    "'a'", '"a"', "'>'", "'#'", "'{'", "'''a'b'''", '"""a"b"""', "''", '""', "''''a'''", r"'\''", r'"\""', r"'\\'", "'<'",
    "'(')", "'SERVICE'", r"'''a') . SERVICE <x> {} #\q'''", r"'''a' #\uD800'''", r"'\u0027'", "'''\n'''", "'\u00e9'",
    r'"""\""""""', "'''''''", r"'\q'", "'; . ,'", r"'\U0001F600'", r"'\U00110000'",
]  # fmt: skip
_AFTER = ["", "", "@en", "@en-GB", "@en--ltr", "^^a:b", "^^<http://127.0.0.1:1/t>"]
_NUMBERS = ["1", "1.5", ".5", "1e5", "1.e5", "1.5E-3", "+1", "-1", "1.", "00"]
_OTHERS = ["true", "false", "_:b", "_:b.c", "_:1", "[]", "()", "?x", "$x", "?é", "?s", "?x1"]
_BLANKS = ["", "", "", "", "", " ", " ", " ", "\n", "#'\n", '# " < { SERVICE\n', "\t"]
_FUNCTIONS = [
    "STR",
    "lang",
    "BOUND",
    "COALESCE",
    "IF",
    "abs",
    "isIRI",
    "CONCAT",
    "a:f",
    "<http://127.0.0.1:1/f>",
    ":x",
]
_COMPARED = ["<", "<", "<", ">", "<=", ">=", "=", "!=", "&&", "||", "+", "-", "*", "/"]
_PROLOGUES = [
    "", "PREFIX service: <http://127.0.0.1:1/> ", "PREFIX SERVICE:<http://127.0.0.1:1/>PREFIX filter:<http://127.0.0.1:1/>",
    "PREFIX true: <http://127.0.0.1:1/#>", "PREFIX p: <http://e:> ", "PREFIX p: <http://[::1]>", "PREFIXp:<http://e:1>",
    "PREFIX true.a: <http://127.0.0.1:1/> PREFIX a.b: <x#> ", "BASE <http://e:> PREFIX p: <> ", r"PREFIX p: <http://e\u003A>",
    "PREFIX p: <http://127.0.0.1:1/>",
]  # fmt: skip
_PIECES = [
    "'", '"', "<", ">", "'''", "#", "\n", "\\", "(", ")", "{", "}", "[", "]", ".", ";", ",", "true", "SERVICE", "FILTER",
    "SERVICE" + NOWHERE + "{}", "<<", ">>", "<<(", ")>>", "{|", "|}", "^^", "@en", "a", "1", ".5", "e5", "?", "~", "\\u0027",
    "S\\u0045RVICE", "LATERAL", "UNION", "VALUES", "SELECT", "&&", "?a<?b&&'>'",
]  # fmt: skip


class Texts:
    """Makes queries and updates by the grammar, with few blanks and many odd terminals; some are then broken."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def __iter__(self) -> Iterator[tuple[str, bool]]:
        """Yield texts, and whether each is an update."""
        while True:
            update = self.random.random() < 0.1
            text = "BASE <http://127.0.0.1:1/>PREFIX a:<http://127.0.0.1:1/>PREFIX :<http://127.0.0.1:1/>PREFIX é:<http://127.0.0.1:1/>"
            odd = self.one(_PROLOGUES) if self.random.random() < 0.3 else ""
            text += odd + (self.update() if update else self.query())
            if self.random.random() < 0.2:
                at = self.random.randrange(len(text))
                text = text[:at] + self.one(_PIECES) + text[at + self.random.choice([0, 0, 1]) :]
            yield text, update

    def one(self, among: list[str]) -> str:
        """Choose one of some pieces; of the long lists mostly an ordinary one, which stand first."""
        most = 8 if len(among) > 16 and self.random.random() < 0.9 else len(among)
        return among[self.random.randrange(most)]

    def glue(self, *pieces: str) -> str:
        """Put pieces together with blanks, comments or nothing between them."""
        return "".join(piece + self.one(_BLANKS) for piece in pieces)

    def pick(self, *ways: Callable[[], str]) -> str:
        return self.random.choice(ways)()

    def some(self, way: Callable[[], str], most: int = 3) -> str:
        return self.glue(*(way() for _ in range(self.random.randint(1, most))))

    def update(self) -> str:
        where = self.group(2)
        return self.one(
            [
                self.glue("INSERT", "{", "?s", "?p", "?o", "}", "WHERE", where),
                self.glue("DELETE", "WHERE", "{", self.triple(1), "}"),
                self.glue("LOAD", NOWHERE, ";", "CLEAR", "ALL"),
                self.glue("INSERT", "DATA", "{", self.triple(1), "}", self.one([";", ";LOAD" + NOWHERE, ""])),
                self.glue(
                    "WITH", "a:g", "DELETE", "{", "?s", "?p", "?o", "}", "USING", "a:h", "WHERE", where
                ),
            ]
        )

    def query(self) -> str:
        tail = [
            "", "", "", "", "", "", "", "", self.glue("GROUP", "BY", "?s", self.expressed()),
            self.glue("ORDER", "BY", self.call(1), "?x"),
            self.glue("LIMIT", "1"), self.glue("VALUES", "?v", "{", self.some(self.plain), "}"),
            self.glue("GROUP", "BY", "?s", "HAVING", self.call(1), self.expressed()),
        ]  # fmt: skip
        head = [
            ("SELECT", "*"), ("SELECT", "*"), ("SELECT", "(", self.expression(2), "AS", "?y", ")"), ("ASK",),
            ("SELECT", "DISTINCT", "*", "FROM", "a:g"), ("CONSTRUCT", "{", "?s", "?p", "?o", "}", "WHERE"),
        ]  # fmt: skip
        return self.glue(*self.random.choice(head), self.group(3), self.one(tail))

    def group(self, depth: int) -> str:
        return self.glue("{", self.some(lambda: self.part(depth)), "}")

    def part(self, depth: int) -> str:
        if depth <= 0:
            return self.triple(0)
        deeper = depth - 1
        return self.pick(
            lambda: self.triple(depth),
            lambda: self.glue(self.triple(depth), "."),
            lambda: self.glue("FILTER", self.expressed()),
            lambda: self.glue("FILTER", self.expressed()),
            lambda: self.glue("FILTER", self.call(deeper)),
            lambda: self.glue("FILTER", self.one(["", "NOT"]), "EXISTS", self.group(deeper)),
            lambda: self.glue(self.one(["OPTIONAL", "MINUS", "LATERAL", "GRAPH ?g", "GRAPH a:g"]), self.group(deeper)),
            lambda: self.glue("SERVICE", self.one(["", "SILENT"]), self.one([NOWHERE, "?x", ":x", "a:x"]), self.group(0)),
            lambda: self.glue(self.group(deeper), "UNION", self.group(deeper)),
            lambda: self.glue("BIND", "(", self.expression(depth), "AS", f"?n{self.random.randrange(99)}", ")"),
            lambda: self.glue("VALUES", "(", "?v", "?w", ")", "{", "(", self.plain(), self.plain(), ")", "}"),
            lambda: self.glue("VALUES", "?v", "{", self.some(self.plain), "}"),
            lambda: self.glue("{", self.query(), "}") if depth > 1 else self.group(deeper),
            lambda: self.glue("?s", "?p", self.one(["p:SERVICE", "a:b.SERVICE", "true.SERVICE"]), NOWHERE, self.group(0)),
            lambda: self.glue("?s", "?p", "(", self.cut()) + "\n",
        )  # fmt: skip

    def cut(self) -> str:
        """Return what is one long literal, but for a wrong escape in it."""
        inside = self.glue(
            "'''a')", self.one([".", ""]), self.part(0), self.one(["", "SERVICE" + NOWHERE + "{}"])
        )
        return inside + "#" + self.one([r"\q", r"\uD800", r"\U00110000", r"\n", r"\u00e9"]) + "'''"

    def triple(self, depth: int) -> str:
        one = self.glue(self.term(depth), self.verb(), self.term(depth))
        if depth <= 0:
            return one
        return self.pick(
            lambda: one,
            lambda: self.glue(one, ";", self.verb(), self.term(depth), ",", self.term(depth)),
            lambda: self.glue(one, "{|", "?p", self.term(0), "|}"),
            lambda: self.glue(one, "~", "?r"),
            lambda: self.glue(one, ".", self.triple(depth - 1)),
        )

    def verb(self) -> str:
        return self.pick(
            lambda: self.one(["?p", "a", "<http://127.0.0.1:1/p>", "a:b", ":x"]),
            lambda: self.one(_IRIS + _NAMES),
            lambda: self.glue("(", self.one(_IRIS), "|", "a:b", ")", self.one(["*", "+", "?", ""])),
            lambda: self.glue("!", "(", "a", "|", "^", self.one(_IRIS), ")"),
            lambda: self.glue("a:b", "/", self.one(_IRIS)),
        )

    def term(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.7:
            return self.one(["?s", "?o", self.plain(), self.one(_OTHERS)])
        deeper = depth - 1
        return self.pick(
            lambda: self.glue("(", self.some(lambda: self.term(deeper)), ")"),
            lambda: self.glue("[", self.verb(), self.term(deeper), "]"),
            lambda: self.glue("<<", "?s", "a:b", self.plain(), ">>"),
            lambda: self.glue("<<(", "?s", "a:b", self.plain(), ")>>"),
        )

    def plain(self) -> str:
        return self.pick(
            lambda: self.one(_IRIS),
            lambda: self.one(_NAMES),
            lambda: self.one(_STRINGS) + self.one(_AFTER),
            lambda: self.one(_NUMBERS),
            lambda: self.one(["true", "false", "1", "1.5"]),
        )

    def expressed(self) -> str:
        return self.glue("(", self.expression(2), ")")

    def call(self, depth: int) -> str:
        return self.glue(self.one(_FUNCTIONS), "(", self.expression(depth), ")")

    def expression(self, depth: int) -> str:
        if depth <= 0:
            return self.one(["?x", "?a", "true", "false", "1", "'x'@en", self.plain()])
        deeper = depth - 1
        return self.pick(
            lambda: self.glue(self.expression(deeper), self.one(_COMPARED), self.expression(deeper)),
            lambda: self.glue(self.one(["true", "'a'@en", "1", "?a", ")"[1:]]), self.one(_IRIS), "'x'", "=", "''"),
            lambda: self.glue(self.expression(0), "<", "?b", "&&", "'>'", "=", self.expression(deeper)),
            lambda: self.glue("(", self.expression(deeper), ")"),
            lambda: self.call(deeper),
            lambda: self.glue(self.expression(0), self.one(["IN", "NOT IN"]), "(", self.plain(), ",", self.plain(), ")"),
            lambda: self.glue("EXISTS", self.group(deeper), "<", self.expression(deeper)),
            lambda: self.glue("!", self.expression(deeper)),
            lambda: self.glue("<<(", "?s", "a:b", self.plain(), ")>>", self.one(_COMPARED), self.expression(0)),
            lambda: self.glue("COUNT", "(", self.one(["*", "DISTINCT ?x", "DISTINCT<http://127.0.0.1:1/f>(1)"]), ")"),
        )  # fmt: skip


@dataclass
class Found:
    """What a comparison of readings found: how many `texts`, how many of them `accepted`, and what differs."""

    texts: int = 0
    accepted: int = 0
    compared: int = 0
    calls: int = 0
    differences: list[str] = field(default_factory=list)
    refused_in_vain: Counter[str] = field(default_factory=Counter)


def compare(many: int, seed: int) -> Found:
    """Compare what the tokens and the guard see with what the engine reads, on so many texts."""
    found = Found()
    for text, update in Texts(seed):
        if found.texts == many:
            return found
        found.texts += 1
        engine = _Engine(update)
        if engine.accepts(text):
            found.accepted += 1
            _compare(text, update, engine, found)
    return found


class _Engine:
    """The engine with an empty store."""

    def __init__(self, update: bool) -> None:
        self.update = update

    def accepts(self, text: str) -> bool:
        """Tell whether the engine reads a text; it may then fail to do it."""
        try:
            _EMPTY.update(text) if self.update else _EMPTY.query(text)
        except SyntaxError:
            return False
        except (OSError, RuntimeError, ValueError):
            pass
        if self.update:
            _EMPTY.clear()
        return True


_EMPTY = Store()


def _compare(text: str, update: bool, engine: _Engine, found: Found) -> None:
    refused = _refusal(text, update)
    inside = _inside(text, list(tokens(text)))
    for at, mark in enumerate(text if not refused.startswith("QuerySyntax") else ""):
        if (mark in "{}()[]'\".;,&" or inside[at] == "last") and inside[at] != "edge":
            ours = inside[at] in ("opaque", "last")
            theirs = _opaque(text, at, inside[at], engine)
            found.compared += theirs is not None
            if theirs is not None and ours != theirs:
                found.differences.append(f"{mark!r} at {at} ({inside[at] or 'structure'}): {text!r}")
    calls = [
        match for match in re.finditer("service|load", text, re.IGNORECASE) if _is_call(text, match, engine)
    ]
    found.calls += bool(calls)
    if calls and not refused:
        found.differences.append(f"{calls[0][0]} at {calls[0].start()} is let through: {text!r}")
    if refused and not calls:
        found.refused_in_vain[re.sub(r"line \d+, column \d+: ", "", refused)] += 1


def _refusal(text: str, update: bool) -> str:
    """Return why the guard refuses a text; empty if it does not."""
    try:
        check_update(text, text, len(text) * 4) if update else check_query(text)
    except (QueryRefused, QueryTooComplex, QuerySyntax) as error:
        return f"{type(error).__name__} {error}"
    return ""


def _inside(text: str, seen: list[Token]) -> list[str]:
    """Tell of each character where the tokens put it: `opaque`, `edge`, `name`, or empty in the structure."""
    inside = ["opaque"] * len(text)  # what is in no token is in a comment, or blank
    for token in seen:
        begin, end = token.offset, token.offset + len(token.text)
        kind = {"iri": "opaque", "string": "opaque", "name": "name", "number": "number"}.get(token.kind, "")
        inside[begin:end] = [kind] * (end - begin)
        if kind == "opaque":
            quotes = 3 if token.text[:3] in ("'''", '"""') and len(token.text) > 5 else 1
            inside[begin : begin + quotes] = inside[end - quotes : end] = ["edge"] * quotes
            if token.kind == "iri" and not re.search(r"\\|//[^/]*:[^/]*>|\]>|^<>", token.text):
                inside[end - 2] = "last"
    return inside


def _opaque(text: str, at: int, ours: str, engine: _Engine) -> bool | None:
    """Tell whether a character stands inside of an IRI, a literal, a comment or a name; None if that cannot be told."""
    mark = text[at]
    if ours in ("name", "number"):
        if (
            mark != "."
            or text[at - 1] == "\\"
            or (ours == "number" and not re.search(r"(?<![\w])[0-9]+$", text[:at]))
        ):
            return None  # the guard counts the full stop that a number begins with
        prefix, _, local = _around(text, at).partition(":")
        counted = prefix.count(".") + max(
            0, local.count(".") - 1
        )  # the guard counts those as ends of a triple
        apart = not counted and engine.accepts(f"{text[:at]} . {text[at + 1 :]}")
        return True if apart and not engine.accepts(text[:at] + "0" + text[at + 1 :]) else None
    if mark == "." and re.search(r"<[a-z.]+$", text[:at]):  # a scheme has few characters
        return None
    if mark in "[]" and ours:
        return None
    if at and text[at - 1] == "\\":
        return None
    if ours == "last":
        return engine.accepts(f"{text[: at + 1]}{_ODD}{text[at + 1 :]}")
    return engine.accepts(text[:at] + _MATES.get(mark, _ODD) + text[at + 1 :])


def _around(text: str, at: int) -> str:
    begin = max(text.rfind(blank, 0, at) for blank in " \n\t") + 1
    return re.split(r"[ \n\t]", text[begin:], maxsplit=1)[0]


def _is_call(text: str, match: re.Match[str], engine: _Engine) -> bool:
    """Tell whether the engine reads a word as the keyword SERVICE (as GRAPH would do) or LOAD (as DROP GRAPH would)."""
    before, after = text[: match.start()], text[match.end() :]
    if any(engine.accepts(before + other + after) for other in (_ODD * len(match[0]), f"{match[0]}X")):
        return False
    after = re.sub(r"\A((?:\s|#[^\r\n]*)*)silent", r"\1      ", after, flags=re.IGNORECASE)
    return engine.accepts(before + ("GRAPH  " if match[0].lower() == "service" else "CLEAR GRAPH ") + after)
