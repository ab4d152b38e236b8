"""Which SHACL checks a change of the graph can concern: the others keep the result they had.

A check is a query. Its answer depends on the triples whose predicates it names; of `rdf:type`, on those whose class,
or a class above it, it names. A query whose predicates cannot be told by its tokens is concerned by every change.
A local check reads of each node but its own triples, and classes above others: those of the nodes that changed answer it.
An adjacent one reads also triples that have the node as their object, and the classes of values, none of which changed.
Any other may say something new of a node that did not change only where what it reads of other nodes than `?this` changed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import Any

import pyoxigraph as ox

from ..sparql.tokens import Token, tokens
from .checks import Check

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
_OPERANDS = frozenset(["iri", "name", "variable", "string", "number"])
_BEFORE_VERB = frozenset([";", "[", "]", ">>", "|}", "{|"])
_BEFORE_SUBJECT = frozenset(["{", "}", ".", ")"])
_BEYOND = frozenset(
    ["/", "|", "^", "*", "+", "[", "<<", "<<(", "GRAPH", "SERVICE", "LIMIT", "OFFSET", "VALUES"]
)
_VALUES = re.compile(
    r"SELECT \?value WHERE \{ \{ SELECT DISTINCT \?value WHERE \{ \?any <([^>]*)> \?value \} \}"
)
"""How a compiled check looks at each value of a property once, before those who have it."""
_PLACED = re.compile(r"VALUES \?(?!this\b)\w+ \{[^{}]*\}")
"""Values of another variable than `?this`."""
_VERB_OBJECT = r"(?:a|<[^<>\s]*>) (?:\?\w+|<[^<>\s]*>)"
_OWN = re.compile(rf"\?this {_VERB_OBJECT}(?: ; {_VERB_OBJECT})*")
"""Triples of `?this`, in a query whose tokens are a space apart."""
_INWARD = re.compile(r"(\?\w+) (<[^<>\s]*>) \?this(?= [.}])")
"""A triple whose object is `?this`."""
_CLASSED = re.compile(rf"(?<= \}} \}} )MINUS \{{ \?value a/<{re.escape(_SUBCLASS)}>\* <[^<>\s]*> \}}")
"""How a compiled check leaves out the values of `_VALUES` that are of a class."""
_UNSURE = frozenset(["GRAPH", "SERVICE", "LIMIT", "OFFSET", "<<", "<<("])
_SUMS = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])


@dataclass(frozen=True)
class Reads:
    """What a query reads: the IRIs it names, whether it reads any predicate, and things of any class."""

    iris: frozenset[str]
    any_predicate: bool
    any_class: bool


def reads(text: str) -> Reads:
    """Tell what a query reads, or more.

    >>> reads("SELECT ?s { ?s <http://e.org/p> ?o }").any_predicate, reads("ASK { ?s ?p 1 }").any_predicate
    (False, True)
    >>> reads("ASK { ?s a <http://e.org/C> }").any_class, reads("ASK { ?s a ?class }").any_class
    (False, True)
    """
    found = [*tokens(text), Token("", "", 0)]
    iris = {token.text[1:-1] for token in found if token.kind == "iri"}
    any_predicate = any(token.kind == "name" for token in found)
    any_class = False
    projected = False
    for place in range(1, len(found) - 1):
        before, token, after = found[place - 1 : place + 2]
        projected = _is_projection(token, projected)
        if token.kind == "variable" and not projected:
            subject = before.kind in _OPERANDS or before.text in _BEFORE_VERB or before.text == ")"
            any_predicate |= subject and (after.kind in _OPERANDS or after.text in ("[", "(", "<<"))
        elif token.text == "!":
            any_predicate |= _is_negated_set(found[place + 1 : place + 4])
        elif token.text == "a" or token.text == f"<{_TYPE}>":
            any_class |= not _has_class(before, found[place + 1 : place + 5])
    return Reads(frozenset(iris), any_predicate, any_class)


def _is_projection(token: Token, before: bool) -> bool:
    """Tell whether a token stands among the variables after SELECT, BY or VALUES."""
    word = token.text.upper() if token.kind == "word" else ""
    if word:
        return word in ("SELECT", "BY", "VALUES") or (
            before and word in ("DISTINCT", "REDUCED", "ASC", "DESC")
        )
    return before and token.text not in ("{", "}")


def _is_negated_set(after: list[Token]) -> bool:
    """Tell whether an exclamation mark begins a negated property set (or may), not a negated expression."""
    bracket = after[0].text == "("
    first, *rest = after[1:] if bracket else after
    verb = first.kind in ("iri", "name") or first.text in ("^", "a")
    return verb and (not bracket or first.text == "^" or (bool(rest) and rest[0].text in ("|", ")")))


def _has_class(before: Token, after: list[Token]) -> bool:
    """Tell whether a type, with the path to the classes above it or not, is followed by an IRI."""
    if before.kind not in _OPERANDS and before.text not in (";", "]", ")"):
        return False
    if after[0].text == "/":
        if [token.text for token in after[1:3]] != [f"<{_SUBCLASS}>", "*"]:
            return False
        after = after[3:]
    return bool(after) and after[0].kind == "iri"


@dataclass(frozen=True)
class Change:
    """Quads added or removed, as queries may read them: their predicates, and the classes of things with those above."""

    predicates: frozenset[str]
    classes: frozenset[str]
    odd_type: bool

    @classmethod
    def of(cls, store: ox.Store, changed: Collection[ox.Quad]) -> Change:
        """Read a change of a store, where it is done."""
        typed = [quad.object for quad in changed if quad.predicate.value == _TYPE]
        types = {term.value for term in typed if isinstance(term, ox.NamedNode)}
        odd_type = any(not isinstance(term, ox.NamedNode) for term in typed)
        predicates = frozenset(quad.predicate.value for quad in changed)
        return cls(predicates, frozenset(_above(store, types)), odd_type)

    def concerns(self, read: Reads) -> bool:
        """Tell whether what a query reads may have changed."""
        of_class = (read.any_class and _TYPE in self.predicates) or bool(read.iris & self.classes)
        return (
            read.any_predicate or bool(read.iris & (self.predicates - {_TYPE})) or of_class or self.odd_type
        )


def affected_checks(checks: Iterable[Check], store: ox.Store, changed: Collection[ox.Quad]) -> list[Check]:
    """Return the checks whose results on a store may have been changed by quads added or removed."""
    change = Change.of(store, changed)
    return [check for check in checks if change.concerns(read_by(check))]


@lru_cache(maxsize=2048)
def read_by(check: Check) -> Reads:
    """Tell what a check reads, or more; told once for each check of a process."""
    return reads(f"{check.target}\n{check.query}")


def is_beside(check: Check, change: Change, near: ox.Store) -> bool:
    """Tell whether a check has nothing new to find, `near` having the nodes that changed; False if unsure.

    None of them is among those that it looks at, and of other nodes it reads nothing that changed.
    """
    read = reads_beyond(check.query)
    if read is None or change.concerns(read) or not is_local(f"SELECT ?this {{ {check.target} }}"):
        return False
    return not near.query(f"ASK {{ {check.target} }}")


@lru_cache(maxsize=2048)
def reads_beyond(text: str) -> Reads | None:
    """Tell what a query reads of other nodes than `?this`, or more; None if unsure.

    >>> reads_beyond("SELECT ?this { ?this <http://e.org/p> ?value . ?value <http://e.org/q> 1 }").iris
    frozenset({'http://e.org/q'})
    """
    found = [*tokens(_simplified(text))]
    if not _has_one_focus([token.text.upper() if token.kind == "word" else token.text for token in found]):
        return None
    return reads(_OWN.sub("", " ".join('""' if token.kind == "string" else token.text for token in found)))


def _has_one_focus(words: list[str]) -> bool:
    """Tell whether `?this` is one and the same node wherever a query names it; False if unsure."""
    if _UNSURE.intersection(words) or ("AS", "?this") in pairwise(words):
        return False
    opened: list[int] = []
    former = 0
    for place, word in enumerate(words):
        if word == "{":
            opened.append(place)
        elif word == "}":
            former = opened.pop()
        elif word in ("OPTIONAL", "MINUS", "EXISTS", "UNION"):
            before = words[former if word == "UNION" else opened[-1] : place]
            here, there = "?this" in before, "?this" in _group(words, place)
            if here < there or (word == "UNION" and here != there):
                return False
        grouped = word == "BY" or (word == "SELECT" and "?this" in _group(words, place))
        if grouped and not _keeps_focus(words[place + 1 :]):
            return False
    return True


def _group(words: list[str], place: int) -> list[str]:
    """Give the words of the group that opens after a place."""
    first = words.index("{", place)
    depth = 0
    for last in range(first, len(words)):
        depth += (words[last] == "{") - (words[last] == "}")
        if not depth:
            return words[first:last]
    return words[first:]


def _simplified(text: str) -> str:
    """Write a query so that its tokens can be read one by one: classes above a class left out, values of no importance too."""
    if (once := _VALUES.search(text)) and f" ?this <{once[1]}> ?value ." in text:
        text = text.replace(once[0], "{")  # its values are those of `?this` too
    return _PLACED.sub("", text.replace(f"a/<{_SUBCLASS}>*", "a"))


@lru_cache(maxsize=2048)
def is_local(text: str) -> bool:
    """Tell whether a query answers for each `?this` by the triples of that node, and the classes above others; False if unsure.

    >>> is_local("SELECT ?this { ?this a <http://e.org/C> MINUS { ?this <http://e.org/p> ?value } }")
    True
    >>> is_local("SELECT ?this { ?this <http://e.org/p> ?value . ?value a <http://e.org/C> }")
    False
    """
    found = [Token("", "", 0), *tokens(_simplified(text)), Token("", "", 0)]
    words = [token.text.upper() if token.kind == "word" else token.text for token in found]
    if _SUMS.intersection(words) and "GROUP" not in words:
        return False
    projected = False
    for place in range(1, len(found) - 1):
        before, token, after = found[place - 1 : place + 2]
        projected = _is_projection(token, projected)
        if words[place] in ("SELECT", "BY") and not _keeps_focus(words[place + 1 :]):
            return False
        if not projected and token.text != "?this" and _is_subject(before, token, after):
            return False
        if _is_beyond(before, token, words[place - 1], words[place]):
            return False
    return True


def _is_subject(before: Token, token: Token, after: Token) -> bool:
    """Tell whether a token may be the subject of a triple."""
    operand = after.kind in _OPERANDS or after.text in ("a", "(", "!", "^")
    return operand and (token.kind == "variable" or (token.kind == "iri" and before.text in _BEFORE_SUBJECT))


def _is_beyond(before: Token, token: Token, former: str, word: str) -> bool:
    """Tell whether a token may lead to another node than `?this`: a path, a list, another `?this`, another graph."""
    bracket = token.text == "(" and before.kind in _OPERANDS
    every = token.text == "*" and former in ("SELECT", "DISTINCT", "REDUCED")
    renamed = token.text == "?this" and former == "AS"
    return token.kind == "name" or bracket or renamed or (word in _BEYOND and not every)


def _keeps_focus(words: list[str]) -> bool:
    """Tell whether what a SELECT projects, or a GROUP BY groups by, has `?this`."""
    listed = takewhile(lambda word: word[:1] in ("?", "*") or word in ("DISTINCT", "REDUCED"), words)
    return not {"?this", "*"}.isdisjoint(listed)


def is_adjacent(text: str, change: Change) -> bool:
    """Tell whether a query answers for each `?this` by the triples that have it at an end, and classes of values, which stayed.

    >>> change = Change(frozenset(), frozenset(), odd_type=False)
    >>> is_adjacent("SELECT ?this { ?other <http://e.org/p> ?this . MINUS { ?this <http://e.org/q> ?value } }", change)
    True
    >>> is_adjacent("SELECT ?this { ?other <http://e.org/p> ?this . ?other <http://e.org/q> ?value }", change)
    False
    """
    classed = _CLASSED.search(text)
    if classed and not change.concerns(reads(classed[0])):
        text = text.replace(classed[0], "")
    return is_local(_INWARD.sub(r"?this \2 \1", text))


def neighbourhood(store: ox.Store, changed: Collection[ox.Quad], graphs: Collection[str]) -> ox.Store | None:
    """Copy the triples of the nodes that changed, and of classes, out of the default graph and others: what local checks read.

    None where the change is of classes: any node may be concerned.
    """
    if any(quad.predicate.value == _SUBCLASS for quad in changed):
        return None
    near = ox.Store()
    _copy(near, store, graphs, None, ox.NamedNode(_SUBCLASS), None)
    for subject in {quad.subject for quad in changed}:
        _copy(near, store, graphs, subject, None, None)
    return near


def widen(
    near: ox.Store,
    store: ox.Store,
    changed: Collection[ox.Quad],
    graphs: Collection[str],
    checks: Iterable[Check],
) -> set[Any]:
    """Add to a neighbourhood what adjacent checks read of the nodes at the ends of what changed; return these nodes."""
    inward = {ox.NamedNode(found[2][1:-1]) for one in checks for found in _INWARD.finditer(one.query)}
    nodes = {node for quad in changed for node in (quad.subject, quad.object)}
    for node in nodes:
        for predicate in inward:
            _copy(near, store, graphs, None, predicate, node)
        if isinstance(node, ox.NamedNode | ox.BlankNode):
            _copy(near, store, graphs, node, None, None)
    for value in {quad.object for quad in near}:
        if isinstance(value, ox.NamedNode | ox.BlankNode):
            _copy(near, store, graphs, value, ox.NamedNode(_TYPE), None)
    return nodes


def _copy(
    near: ox.Store, store: ox.Store, graphs: Collection[str], subject: Any, predicate: Any, object: Any
) -> None:
    """Copy triples out of the default graph and others of a store."""
    places: list[ox.NamedNode | ox.DefaultGraph] = [ox.DefaultGraph(), *map(ox.NamedNode, graphs)]
    for place in places:
        near.extend(
            ox.Quad(*quad.triple) for quad in store.quads_for_pattern(subject, predicate, object, place)
        )


def _above(store: ox.Store, classes: Collection[str]) -> set[str]:
    """Return classes with all those above them."""
    if not classes:
        return set()
    names = " ".join(f"<{name}>" for name in sorted(classes))
    solutions = store.query(
        f"SELECT DISTINCT ?above {{ VALUES ?class {{ {names} }} ?class <{_SUBCLASS}>* ?above }}"
    )
    assert isinstance(solutions, ox.QuerySolutions)
    return {*classes, *(solution["above"].value for solution in solutions)}
