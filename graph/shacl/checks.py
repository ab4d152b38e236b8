"""Checks: SHACL constraints of one shape and one target, each as one SPARQL query over a whole graph.

The queries scan a predicate once and join sets, where following each node through the index would take ten
times longer on a large graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rdflib import Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Literal, Node

from .constraints import CLASS_OF, SHACL, VALUE_TESTS, Compiler, UnsupportedShape, is_true, name_of

BULK_SELECT: Final = URIRef("https://w3id.org/ancrage/def/shapes/bulkSelect")
"""On a SPARQL constraint: a query that gives the results for all the nodes at once."""

_WHERE: Final = re.compile(r"\bWHERE\b\s*\{|\{", re.IGNORECASE)
_TOKENS: Final = re.compile(
    r'''"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>'''
    r"""|(?P<comment>\#[^\n]*)|\$(?P<variable>\w+)"""
    r"""|(?<![\w?])(?P<prefix>[A-Za-z][\w-]*|):(?P<name>[A-Za-z_0-9](?:[\w.-]*[\w-])?)"""
)


@dataclass(frozen=True)
class Check:
    """One compiled constraint: its query selects ``?this`` and, where they are, ``?value`` and ``?path``."""

    shape: str
    """IRI of the shape, or of the nearest shape around it that has one."""
    component: str
    """IRI of the constraint component."""
    severity: str
    """Local name of the severity: Violation, Warning, Info or another."""
    path: Node | None
    """The property path of the shape, a node of the shapes graph, or None."""
    messages: dict[str, str] = field(hash=False)
    """Message by language tag; the empty tag where the shape gives none."""
    target: str
    """The graph pattern that binds ``?this`` to the nodes to check."""
    query: str
    """The SPARQL query; it needs no prefix of its own."""
    shapes: Graph = field(hash=False, compare=False, repr=False)
    """The shapes graph, where the nodes of a path are described."""
    screen: str = ""
    """A graph pattern without which the query finds nothing, asked once for all the checks that have the same; or empty."""


def expand(compiler: Compiler, shape: Node, constraint: Node, text: str) -> str:
    """Replace prefixed names by IRIs, and ``$`` variables by ``?``, outside strings, IRIs and comments."""
    prefixes: dict[str, str] = {}
    for ontology in compiler.shapes.objects(constraint, SH.prefixes):
        for declaration in compiler.shapes.objects(ontology, SH.declare):
            prefix, namespace = (compiler.shapes.value(declaration, p) for p in (SH.prefix, SH.namespace))
            prefixes[str(prefix)] = str(namespace)
    for name, iri in re.findall(r"^\s*PREFIX\s+([\w-]*):\s*<([^>]*)>", text, re.IGNORECASE | re.MULTILINE):
        prefixes[name] = iri
    text = re.sub(r"^\s*PREFIX\s+[\w-]*:\s*<[^>]*>", "", text, flags=re.IGNORECASE | re.MULTILINE)

    def replace(match: re.Match[str]) -> str:
        if match["variable"]:
            return "?" + match["variable"]
        if match["name"] is None:
            return match[0] if match["comment"] is None else " "
        if match["prefix"] not in prefixes:
            raise UnsupportedShape(shape, f"the undeclared prefix {match['prefix']}:")
        return f"<{prefixes[match['prefix']]}{match['name']}>"

    return _TOKENS.sub(replace, text)


class Writer:
    """Writer of the checks of one shape for one target; `target` binds ``?this``."""

    def __init__(self, compiler: Compiler, named: Node, target: str) -> None:
        self.compiler = compiler
        self.shapes = compiler.shapes
        self.named = named
        self.target = target
        self.all = f"{{ SELECT DISTINCT ?this WHERE {{ {target} }} }}"

    def checks(self, shape: Node) -> Iterator[Check]:
        """Compile the tests of a shape, then those of the property shapes inside it."""
        shapes, compiler = self.shapes, self.compiler
        if is_true(shapes.value(shape, SH.deactivated)):
            return
        where = shapes.value(shape, SH.path)
        path = None if where is None else compiler.path(where)
        reach = "" if path is None else f" ?this {path} ?value ."
        for test, wanted in compiler.tests(shape):
            query = self._query(shape, test, wanted, path)
            yield self._check(shape, test, query, screen=self._screen(shape, test, wanted, path))
        for constraint in sorted(shapes.objects(shape, SH.sparql), key=str):
            yield self._check(shape, SH.sparql, self._sparql(shape, constraint, path), constraint)
        if is_true(shapes.value(shape, SH.closed)):
            yield self._check(shape, SH.closed, self._closed(shape))
        for inner in sorted(shapes.objects(shape, SH.property), key=str):
            target = self.target
            if path is not None:
                outer = compiler.fresh()
                inside = f"{self.target}{reach}".replace("?this", outer)
                target = f"{{ SELECT DISTINCT (?value AS ?this) WHERE {{ {inside} }} }}"
            named = inner if isinstance(inner, URIRef) else self.named
            yield from Writer(compiler, named, target).checks(inner)

    def _query(self, shape: Node, test: URIRef, wanted: Node, path: str | None) -> str:
        compiler, target = self.compiler, self.target
        if path is None:
            if test not in VALUE_TESTS:
                if name_of(test) != "hasValue":
                    raise UnsupportedShape(shape, f"sh:{name_of(test)} without a path")
                return f"SELECT DISTINCT ?this WHERE {{ {target} FILTER(!sameTerm(?this, {wanted.n3()})) }}"
            bad = (
                self._bad_class(test, wanted) or f"FILTER({compiler.bad_value(shape, test, wanted, '?this')})"
            )
            return f"SELECT DISTINCT ?this (?this AS ?value) WHERE {{ {target} {bad} }}"
        if test not in VALUE_TESTS:
            return self._set_query(shape, test, wanted, path)
        reach = f"?this {path} ?value ."
        bad = self._bad_value(shape, test, wanted)
        if not _scannable(path):
            return f"SELECT DISTINCT ?this ?value WHERE {{ {target} {reach} {bad} }}"
        # Few values are bad: test each value once, then find who has it.
        values = self._screen(shape, test, wanted, path)
        return f"SELECT DISTINCT ?this ?value WHERE {{ {values} {reach} {self.all} }}"

    def _bad_value(self, shape: Node, test: URIRef, wanted: Node) -> str:
        """Write what leaves the values that break a test of one value."""
        if name_of(test) == "class":
            return f"MINUS {{ ?value {CLASS_OF} {wanted.n3()} }}"
        return f"FILTER({self.compiler.bad_value(shape, test, wanted, '?value')})"

    def _bad_class(self, test: URIRef, wanted: Node) -> str:
        """Write the test of a class, or of its negation, as a set operation; empty for other tests."""
        kind, form = wanted, "MINUS {{ {} }}"
        if name_of(test) == "not":
            inner = list(self.compiler.tests(wanted))
            if len(inner) != 1 or len(set(self.shapes.predicates(wanted))) != 1:
                return ""
            (test, kind), form = inner[0], "{{ SELECT DISTINCT ?this WHERE {{ {} }} }}"
        return form.format(f"?this {CLASS_OF} {kind.n3()}") if name_of(test) == "class" else ""

    def _set_query(self, shape: Node, test: URIRef, wanted: Node, path: str) -> str:
        target, text = self.target, wanted.n3()
        reach = f"?this {path} ?value ."
        every = reach if _scannable(path) else f"{target} {reach}"
        match name_of(test):
            case "minCount" if int(str(wanted)) == 1 and _scannable(path):
                return f"SELECT DISTINCT ?this WHERE {{ {target} MINUS {{ {reach} }} }}"
            case "minCount":
                some = f"OPTIONAL {{ {reach} }}"
                return f"SELECT ?this WHERE {{ {target} {some} }} {_having('<', wanted)}"
            case "maxCount":
                return (
                    f"SELECT DISTINCT ?this WHERE {{ {self._screen(shape, test, wanted, path)} {self.all} }}"
                )
            case "hasValue" if _scannable(path):
                return f"SELECT DISTINCT ?this WHERE {{ {target} MINUS {{ ?this {path} {text} }} }}"
            case "uniqueLang":
                if not is_true(wanted):
                    return f"SELECT ?this WHERE {{ {target} FILTER(false) }}"
                several = self._screen(shape, test, wanted, path)
                tag = f'{reach} BIND(LCASE(LANG(?value)) AS ?tag) FILTER(?tag != "")'
                count = "GROUP BY ?this ?tag HAVING (COUNT(DISTINCT ?value) > 1)"
                return f"SELECT ?this ?tag WHERE {{ {several} {self.all} {tag} }} {count}"
            case "disjoint":
                return f"SELECT DISTINCT ?this ?value WHERE {{ {every} ?this {text} ?value . {self.all} }}"
            case "equals":
                own = f"{{ {target} {reach} FILTER NOT EXISTS {{ ?this {text} ?value }} }}"
                their = f"{{ {target} ?this {text} ?value . FILTER NOT EXISTS {{ {reach} }} }}"
                return f"SELECT DISTINCT ?this ?value WHERE {{ {own} UNION {their} }}"
            case "lessThan" | "lessThanOrEquals":
                order = "<" if test == SH.lessThan else "<="
                more = f"?this {text} ?more . FILTER(!COALESCE(?value {order} ?more, false))"
                return f"SELECT DISTINCT ?this ?value WHERE {{ {every} {more} {self.all} }}"
        bad = self.compiler.bad_set(shape, test, wanted, "?this", path)
        return f"SELECT DISTINCT ?this WHERE {{ {target} FILTER({bad}) }}"

    def _screen(self, shape: Node, test: URIRef, wanted: Node, path: str | None) -> str:
        """Write which values are bad, or who has more than one may have, whatever its class; empty for other tests."""
        if path is None:
            return ""
        every = f"?this {path} ?value ."
        if test in VALUE_TESTS and _scannable(path):
            values = f"{{ SELECT DISTINCT ?value WHERE {{ ?any {path} ?value }} }}"
            return f"{{ SELECT ?value WHERE {{ {values} {self._bad_value(shape, test, wanted)} }} }}"
        if name_of(test) not in ("maxCount", "uniqueLang"):
            return ""
        if not _scannable(path):
            every = f"{self.target} {every}"
        most = wanted if name_of(test) == "maxCount" else Literal(1)
        return f"{{ SELECT ?this WHERE {{ {every} }} {_having('>', most)} }}"

    def _closed(self, shape: Node) -> str:
        shapes = self.shapes
        paths = {shapes.value(inner, SH.path) for inner in shapes.objects(shape, SH.property)}
        ignored = shapes.value(shape, SH.ignoredProperties)
        known = [path.n3() for path in paths if isinstance(path, URIRef)]
        known += [item.n3() for item in self.compiler.items(ignored)] if ignored is not None else []
        test = f"FILTER(?path NOT IN ({', '.join(known)}))" if known else ""
        return f"SELECT DISTINCT ?this ?path ?value WHERE {{ {self.target} ?this ?path ?value . {test} }}"

    def _sparql(self, shape: Node, constraint: Node, path: str | None) -> str:
        shapes = self.shapes
        bulk = shapes.value(constraint, BULK_SELECT)
        if bulk is not None:
            text = expand(self.compiler, shape, constraint, str(bulk))
            return f"SELECT DISTINCT * WHERE {{ {{ {text} }} {self.all} }}"
        select = shapes.value(constraint, SH.select)
        if select is None:
            raise UnsupportedShape(shape, "a sh:sparql without sh:select")
        query = str(select)
        for name in ("shapesGraph", "currentShape"):
            if re.search(rf"[$?]{name}\b", query):
                raise UnsupportedShape(shape, f"${name}")
        if path is not None:
            query = query.replace("$PATH", path)
        query = expand(self.compiler, shape, constraint, query)
        start = _WHERE.search(query)
        if start is None:
            raise UnsupportedShape(shape, "a sh:select without a group")
        return f"{query[: start.end()]} {self.target} {query[start.end() :]}"

    def _check(
        self, shape: Node, test: URIRef, query: str, constraint: Node | None = None, screen: str = ""
    ) -> Check:
        shapes = self.shapes
        severity = shapes.value(shape, SH.severity) or SH.Violation
        own = constraint is not None and (constraint, SH.message, None) in shapes
        texts = shapes.objects(constraint if own else shape, SH.message)
        messages = {text.language or "": str(text) for text in texts if isinstance(text, Literal)}
        name = "SPARQL" if test == SH.sparql else name_of(test)
        component = name[0].upper() + name[1:]
        return Check(
            shape=str(shape if isinstance(shape, URIRef) else self.named),
            component=f"{SHACL}{component}ConstraintComponent",
            severity=name_of(severity),
            path=shapes.value(shape, SH.path),
            messages=messages or {"": f"The value breaks sh:{name_of(test)}."},
            target=self.target,
            query=query,
            shapes=shapes,
            screen=screen,
        )


def _scannable(path: str) -> bool:
    """Tell whether a path can be followed from every node at once: it has no repetition."""
    return not re.search(r"[*+?]", re.sub(r"<[^>]*>", "", path))


def _having(order: str, number: Node) -> str:
    return f"GROUP BY ?this HAVING (COUNT(DISTINCT ?value) {order} {number})"
