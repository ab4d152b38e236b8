"""SHACL shapes read from Turtle and compiled: one SPARQL query a constraint and a target."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Literal, Node

from .constraints import CLASS_OF, SHACL, VALUE_TESTS, Compiler, UnsupportedShape, name_of

BULK_SELECT: Final = URIRef("https://w3id.org/ancrage/def/shapes/bulkSelect")
"""On a SPARQL constraint: a query that gives the results for all the nodes at once."""

_SHAPE_PREDICATES: Final = (
    SH.property,
    SH.targetClass,
    SH.targetNode,
    SH.targetSubjectsOf,
    SH.targetObjectsOf,
    SH.target,
)
_WHERE: Final = re.compile(r"\bWHERE\b\s*\{|\{", re.IGNORECASE)


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
    query: str
    """The SPARQL query; it needs no prefix of its own."""
    shapes: Graph = field(hash=False, compare=False, repr=False)
    """The shapes graph, where the nodes of a path are described."""


def compile_shapes(paths: Sequence[Path]) -> list[Check]:
    """Compile the shapes of Turtle files, read as one shapes graph.

    Raises:
        UnsupportedShape: a shape cannot be written as SPARQL.
        rdflib.exceptions.ParserError: a file is not Turtle.

    Examples:
        >>> from ancrage.ontology.vocabulary import shape_files
        >>> checks = compile_shapes(shape_files())
        >>> {check.severity for check in checks} == {"Violation", "Warning", "Info"}
        True
    """
    shapes = Graph()
    for path in paths:
        shapes.parse(path, format=_format(path))
    return compile_graph(shapes)


def compile_graph(shapes: Graph) -> list[Check]:
    """Compile the shapes of a shapes graph; see `compile_shapes`."""
    found = {subject for predicate in _SHAPE_PREDICATES for subject in shapes.subjects(predicate, None)}
    found |= {
        subject for kind in (SH.NodeShape, SH.PropertyShape) for subject in shapes.subjects(RDF.type, kind)
    }
    compiler = Compiler(shapes)
    checks: list[Check] = []
    for shape in sorted(found, key=str):
        for target in _targets(compiler, shape):
            checks += _Writer(compiler, shape, target).checks(shape)
    return checks


def _format(path: Path) -> str:
    return {".nt": "nt", ".rdf": "xml", ".xml": "xml", ".owl": "xml", ".jsonld": "json-ld"}.get(
        path.suffix, "turtle"
    )


def _targets(compiler: Compiler, shape: Node) -> Iterator[str]:
    shapes = compiler.shapes
    classes = set(shapes.objects(shape, SH.targetClass))
    if isinstance(shape, URIRef) and any(
        (shape, RDF.type, kind) in shapes for kind in (RDFS.Class, OWL.Class)
    ):
        classes.add(shape)
    parts = [f"?this {CLASS_OF} {item.n3()} ." for item in sorted(classes, key=str)]
    parts += [
        f"?this {item.n3()} {compiler.fresh()} ."
        for item in sorted(shapes.objects(shape, SH.targetSubjectsOf), key=str)
    ]
    parts += [
        f"{compiler.fresh()} {item.n3()} ?this ."
        for item in sorted(shapes.objects(shape, SH.targetObjectsOf), key=str)
    ]
    nodes = sorted(shapes.objects(shape, SH.targetNode), key=str)
    if nodes:
        parts.append("VALUES ?this { " + " ".join(node.n3() for node in nodes) + " }")
    for target in shapes.objects(shape, SH.target):
        text = shapes.value(target, SH.select)
        if (target, RDF.type, SH.SPARQLTarget) not in shapes or text is None:
            raise UnsupportedShape(shape, "a target that is not a sh:SPARQLTarget with a sh:select")
        parts.append("{ " + _expand(compiler, shape, target, str(text)) + " }")
    if len(parts) > 1:
        yield " UNION ".join(f"{{ {part} }}" for part in parts)
    yield from parts if len(parts) == 1 else ()


def _expand(compiler: Compiler, shape: Node, constraint: Node, text: str) -> str:
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


_TOKENS: Final = re.compile(
    r'''"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>'''
    r"""|(?P<comment>\#[^\n]*)|\$(?P<variable>\w+)"""
    r"""|(?<![\w?])(?P<prefix>[A-Za-z][\w-]*|):(?P<name>[A-Za-z_0-9](?:[\w.-]*[\w-])?)"""
)


class _Writer:
    """Writer of the checks of one shape for one target; `target` binds ``?this``."""

    def __init__(self, compiler: Compiler, named: Node, target: str) -> None:
        self.compiler = compiler
        self.shapes = compiler.shapes
        self.named = named
        self.target = target

    def checks(self, shape: Node) -> Iterator[Check]:
        """Compile the tests of a shape, then those of the property shapes inside it."""
        shapes, compiler = self.shapes, self.compiler
        if _flag(shapes.value(shape, SH.deactivated)):
            return
        where = shapes.value(shape, SH.path)
        path = None if where is None else compiler.path(where)
        reach = "" if path is None else f" ?this {path} ?value ."
        for test, wanted in compiler.tests(shape):
            yield self._check(shape, test, self._query(shape, test, wanted, path))
        for constraint in sorted(shapes.objects(shape, SH.sparql), key=str):
            yield self._check(shape, SH.sparql, self._sparql(shape, constraint, path), constraint)
        if _flag(shapes.value(shape, SH.closed)):
            yield self._check(shape, SH.closed, self._closed(shape))
        for inner in sorted(shapes.objects(shape, SH.property), key=str):
            target = self.target
            if path is not None:
                outer = compiler.fresh()
                inside = f"{self.target}{reach}".replace("?this", outer)
                target = f"{{ SELECT DISTINCT (?value AS ?this) WHERE {{ {inside} }} }}"
            named = inner if isinstance(inner, URIRef) else self.named
            yield from _Writer(compiler, named, target).checks(inner)

    def _query(self, shape: Node, test: URIRef, wanted: Node, path: str | None) -> str:
        compiler, target = self.compiler, self.target
        if test in VALUE_TESTS:
            if path is None:
                bad = compiler.bad_value(shape, test, wanted, "?this")
                return f"SELECT DISTINCT ?this (?this AS ?value) WHERE {{ {target} FILTER({bad}) }}"
            reach = f"{target} ?this {path} ?value ."
            if name_of(test) == "class":
                known = f"SELECT DISTINCT ?value WHERE {{ ?value {CLASS_OF} {wanted.n3()} }}"
                return f"SELECT DISTINCT ?this ?value WHERE {{ {reach} MINUS {{ {known} }} }}"
            bad = compiler.bad_value(shape, test, wanted, "?value")
            return f"SELECT DISTINCT ?this ?value WHERE {{ {reach} FILTER({bad}) }}"
        if path is None:
            if name_of(test) != "hasValue":
                raise UnsupportedShape(shape, f"sh:{name_of(test)} without a path")
            return f"SELECT DISTINCT ?this WHERE {{ {target} FILTER(!sameTerm(?this, {wanted.n3()})) }}"
        return self._set_query(shape, test, wanted, path)

    def _set_query(self, shape: Node, test: URIRef, wanted: Node, path: str) -> str:
        target = self.target
        reach = f"{target} ?this {path} ?value ."
        match name_of(test):
            case "minCount":
                number = int(str(wanted))
                if number == 1:
                    have = f"MINUS {{ SELECT DISTINCT ?this WHERE {{ ?this {path} ?value }} }}"
                    return f"SELECT DISTINCT ?this WHERE {{ {target} {have} }}"
                some = f"OPTIONAL {{ ?this {path} ?value }}"
                return f"SELECT ?this WHERE {{ {target} {some} }} {_having('<', wanted)}"
            case "maxCount":
                return f"SELECT ?this WHERE {{ {reach} }} {_having('>', wanted)}"
            case "uniqueLang":
                if not _flag(wanted):
                    return f"SELECT ?this WHERE {{ {target} FILTER(false) }}"
                tag = 'BIND(LCASE(LANG(?value)) AS ?tag) FILTER(?tag != "")'
                count = "GROUP BY ?this ?tag HAVING (COUNT(DISTINCT ?value) > 1)"
                return f"SELECT ?this ?tag WHERE {{ {reach} {tag} }} {count}"
            case "disjoint":
                return f"SELECT DISTINCT ?this ?value WHERE {{ {reach} ?this {wanted.n3()} ?value }}"
            case "equals":
                own = f"{{ {reach} FILTER NOT EXISTS {{ ?this {wanted.n3()} ?value }} }}"
                their = (
                    f"{{ {target} ?this {wanted.n3()} ?value . FILTER NOT EXISTS {{ ?this {path} ?value }} }}"
                )
                return f"SELECT DISTINCT ?this ?value WHERE {{ {own} UNION {their} }}"
            case "lessThan" | "lessThanOrEquals":
                order = "<" if test == SH.lessThan else "<="
                more = f"?this {wanted.n3()} ?more . FILTER(!COALESCE(?value {order} ?more, false))"
                return f"SELECT DISTINCT ?this ?value WHERE {{ {reach} {more} }}"
        bad = self.compiler.bad_set(shape, test, wanted, "?this", path)
        return f"SELECT DISTINCT ?this WHERE {{ {target} FILTER({bad}) }}"

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
            text = _expand(self.compiler, shape, constraint, str(bulk))
            return f"SELECT DISTINCT * WHERE {{ {{ {text} }} FILTER EXISTS {{ {self.target} }} }}"
        text = shapes.value(constraint, SH.select)
        if text is None:
            raise UnsupportedShape(shape, "a sh:sparql without sh:select")
        query = str(text)
        for name in ("shapesGraph", "currentShape"):
            if re.search(rf"[$?]{name}\b", query):
                raise UnsupportedShape(shape, f"${name}")
        if path is not None:
            query = query.replace("$PATH", path)
        query = _expand(self.compiler, shape, constraint, query)
        start = _WHERE.search(query)
        if start is None:
            raise UnsupportedShape(shape, "a sh:select without a group")
        return f"{query[: start.end()]} {self.target} {query[start.end() :]}"

    def _check(self, shape: Node, test: URIRef, query: str, constraint: Node | None = None) -> Check:
        shapes = self.shapes
        severity = shapes.value(shape, SH.severity) or SH.Violation
        own = constraint is not None and (constraint, SH.message, None) in shapes
        texts = shapes.objects(constraint if own else shape, SH.message)
        messages = {text.language or "": str(text) for text in texts if isinstance(text, Literal)}
        name = "SPARQL" if test == SH.sparql else name_of(test)
        component = {"qualifiedValueShape": "QualifiedMinCount"}.get(name, name[0].upper() + name[1:])
        return Check(
            shape=str(shape if isinstance(shape, URIRef) else self.named),
            component=f"{SHACL}{component}ConstraintComponent",
            severity=name_of(severity),
            path=shapes.value(shape, SH.path),
            messages=messages or {"": f"The value breaks sh:{name_of(test)}."},
            query=query,
            shapes=shapes,
        )


def _having(order: str, number: Node) -> str:
    return f"GROUP BY ?this HAVING (COUNT(DISTINCT ?value) {order} {number})"


def _flag(node: Node | None) -> bool:
    return isinstance(node, Literal) and node.value is True
