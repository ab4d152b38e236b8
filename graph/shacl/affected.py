"""Which SHACL checks a change of the graph can concern: the others keep the result they had.

A check is a query. Its answer depends on the triples whose predicates it names; of `rdf:type`, on those whose class,
or a class above it, it names. A query whose predicates cannot be told by its tokens is concerned by every change.
A local check reads of each node but its own triples, and classes above others: those of the nodes that changed answer it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import takewhile

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


def affected_checks(checks: Iterable[Check], store: ox.Store, changed: Collection[ox.Quad]) -> list[Check]:
    """Return the checks whose results on a store may have been changed by quads added or removed."""
    predicates = {quad.predicate.value for quad in changed}
    typed = [quad.object for quad in changed if quad.predicate.value == _TYPE]
    types = {term.value for term in typed if isinstance(term, ox.NamedNode)}
    odd_type = any(not isinstance(term, ox.NamedNode) for term in typed)
    above = _above(store, types)
    found = []
    for check in checks:
        read = reads(f"{check.target}\n{check.query}")
        of_class = (read.any_class and _TYPE in predicates) or bool(read.iris & above) or odd_type
        if read.any_predicate or read.iris & (predicates - {_TYPE}) or of_class:
            found.append(check)
    return found


def is_local(text: str) -> bool:
    """Tell whether a query answers for each `?this` by the triples of that node, and the classes above others; False if unsure.

    >>> is_local("SELECT ?this { ?this a <http://e.org/C> MINUS { ?this <http://e.org/p> ?value } }")
    True
    >>> is_local("SELECT ?this { ?this <http://e.org/p> ?value . ?value a <http://e.org/C> }")
    False
    """
    if (once := _VALUES.search(text)) and f" ?this <{once[1]}> ?value ." in text:
        text = text.replace(once[0], "{")  # its values are those of `?this` too
    found = [Token("", "", 0), *tokens(text.replace(f"a/<{_SUBCLASS}>*", "a")), Token("", "", 0)]
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


def neighbourhood(store: ox.Store, changed: Collection[ox.Quad], graphs: Collection[str]) -> ox.Store | None:
    """Copy the triples of the nodes that changed, and of classes, out of the default graph and others: what local checks read.

    None where the change is of classes: any node may be concerned.
    """
    if any(quad.predicate.value == _SUBCLASS for quad in changed):
        return None
    near = ox.Store()
    places: list[ox.NamedNode | ox.DefaultGraph] = [ox.DefaultGraph(), *map(ox.NamedNode, graphs)]
    for place in places:
        for subject in {quad.subject for quad in changed}:
            near.extend(ox.Quad(*quad.triple) for quad in store.quads_for_pattern(subject, None, None, place))
        above = store.quads_for_pattern(None, ox.NamedNode(_SUBCLASS), None, place)
        near.extend(ox.Quad(*quad.triple) for quad in above)
    return near


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
