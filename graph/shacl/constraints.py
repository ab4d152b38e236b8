"""SHACL constraints as SPARQL: paths, tests of a value, tests of the values that a path reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, count
from typing import Final

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH
from rdflib.term import Node

SHACL: Final = "http://www.w3.org/ns/shacl#"
"""Namespace of SHACL."""

CLASS_OF: Final = "a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>*"
"""Path from a node to the classes it belongs to, superclasses included."""

#: Datatypes of which SPARQL can tell whether the text of a literal is well formed.
_CASTS: Final = {
    XSD[name] for name in ("boolean", "integer", "decimal", "float", "double", "date", "dateTime", "time")
}
_INTEGERS: Final = {
    *(
        XSD[kind]
        for kind in ("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger")
    ),
    *(XSD["unsigned" + size] for size in ("Long", "Int", "Short", "Byte")),
    *(XSD[size] for size in ("long", "int", "short", "byte")),
}
_GYEAR: Final = r"^-?([1-9][0-9]{3,}|0[0-9]{3})(Z|[+-][0-9]{2}:[0-9]{2})?$"

_KINDS: Final = {
    SH.IRI: ("isIRI",),
    SH.BlankNode: ("isBlank",),
    SH.Literal: ("isLiteral",),
    SH.BlankNodeOrIRI: ("isBlank", "isIRI"),
    SH.BlankNodeOrLiteral: ("isBlank", "isLiteral"),
    SH.IRIOrLiteral: ("isIRI", "isLiteral"),
}
_BOUNDS: Final = {SH.minInclusive: ">=", SH.maxInclusive: "<=", SH.minExclusive: ">", SH.maxExclusive: "<"}
_LENGTHS: Final = {SH.minLength: "<", SH.maxLength: ">"}
_ORDERS: Final = {SH.lessThan: "<", SH.lessThanOrEquals: "<="}
_PATHS: Final = {
    SH.inversePath: "^({})",
    SH.zeroOrMorePath: "({})*",
    SH.oneOrMorePath: "({})+",
    SH.zeroOrOnePath: "({})?",
}


def _named(names: str) -> frozenset[URIRef]:
    return frozenset(SH[name] for name in names.split())


VALUE_TESTS: Final = frozenset(_BOUNDS) | _named(
    "class datatype nodeKind minLength maxLength pattern languageIn in not and or xone node"
)
"""Parameters that test one value at a time."""

SET_TESTS: Final = frozenset(_ORDERS) | _named(
    "minCount maxCount hasValue uniqueLang equals disjoint qualifiedMinCount qualifiedMaxCount"
)
"""Parameters that test the values of a path together."""

NOT_TESTS: Final = _named(
    "path name description order group defaultValue message severity deactivated flags ignoredProperties "
    "qualifiedValueShape qualifiedValueShapesDisjoint targetNode targetClass targetSubjectsOf targetObjectsOf "
    "target property sparql closed prefixes"
)
"""Predicates of a shape that are not tests, or are compiled on their own."""


class UnsupportedShape(ValueError):  # noqa: N818
    """A shape that cannot be written as SPARQL; keeps the `shape` and the `construct`."""

    def __init__(self, shape: Node, construct: str) -> None:
        super().__init__(f"The shape {shape.n3()} uses {construct}, which is not compiled to SPARQL.")
        self.shape = shape
        self.construct = construct


class Compiler:
    """Writer of SPARQL expressions for the shapes of one shapes graph."""

    def __init__(self, shapes: Graph) -> None:
        self.shapes = shapes
        self._names = count(1)
        self._open: list[Node] = []

    def fresh(self) -> str:
        """Return a variable that no other expression uses."""
        return f"?v{next(self._names)}"

    def path(self, node: Node) -> str:
        """Write a SHACL property path as a SPARQL path.

        Raises UnsupportedShape for a path that the standard does not know.
        """
        if isinstance(node, URIRef):
            return node.n3()
        if (node, RDF.first, None) in self.shapes:
            return "(" + "/".join(self.path(step) for step in self.items(node)) + ")"
        alternatives = self.shapes.value(node, SH.alternativePath)
        if alternatives is not None:
            return "(" + "|".join(self.path(step) for step in self.items(alternatives)) + ")"
        for predicate, form in _PATHS.items():
            inner = self.shapes.value(node, predicate)
            if inner is not None:
                return form.format(self.path(inner))
        raise UnsupportedShape(node, "an unknown kind of path")

    def items(self, head: Node) -> list[Node]:
        """Read an RDF list."""
        return list(Collection(self.shapes, head))

    def tests(self, shape: Node) -> Iterator[tuple[URIRef, Node]]:
        """Iterate over the parameters of a shape that are tests, with their value.

        Raises UnsupportedShape for a SHACL parameter that is not known.
        """
        for predicate, value in sorted(
            self.shapes.predicate_objects(shape), key=lambda pair: (pair[0], str(pair[1]))
        ):
            if not isinstance(predicate, URIRef) or not predicate.startswith(SHACL) or predicate in NOT_TESTS:
                continue
            if predicate not in VALUE_TESTS and predicate not in SET_TESTS:
                raise UnsupportedShape(shape, f"sh:{name_of(predicate)}")
            yield predicate, value

    def bad_value(self, shape: Node, test: URIRef, wanted: Node, value: str) -> str:
        """Write the expression that is true where the variable `value` breaks a test of one value."""
        text = wanted.n3()
        match name_of(test):
            case "class":
                return f"NOT EXISTS {{ {value} {CLASS_OF} {text} }}"
            case "datatype":
                return _bad_datatype(wanted, value)
            case "nodeKind":
                return "!" + _any(f"{name}({value})" for name in _KINDS[URIRef(str(wanted))])
            case "minLength" | "maxLength":
                return f"(isBlank({value}) || STRLEN(STR({value})) {_LENGTHS[test]} {text})"
            case "pattern":
                flags = self.shapes.value(shape, SH.flags)
                more = f", {Literal(str(flags)).n3()}" if flags is not None else ""
                return f"(isBlank({value}) || !REGEX(STR({value}), {Literal(str(wanted)).n3()}{more}))"
            case "languageIn":
                ranges = _any(f"LANGMATCHES(LANG({value}), {item.n3()})" for item in self.items(wanted))
                return f"!(isLiteral({value}) && {ranges})"
            case "in":
                return "!" + _any(f"sameTerm({value}, {item.n3()})" for item in self.items(wanted))
            case "node":
                return self.nonconforming(wanted, value)
            case "not":
                return f"!{self.nonconforming(wanted, value)}"
            case "and" | "or" | "xone" as junction:
                return _JUNCTIONS[junction](self.nonconforming(item, value) for item in self.items(wanted))
        return f"!COALESCE({value} {_BOUNDS[test]} {text}, false)"

    def bad_set(self, shape: Node, test: URIRef, wanted: Node, focus: str, path: str) -> str:
        """Write the expression that is true where the values of `path` from `focus` break a test of sets."""
        one, other = self.fresh(), self.fresh()
        match name_of(test):
            case "minCount":
                number = int(str(wanted))
                return f"NOT EXISTS {{ {self._distinct(focus, path, number)} }}" if number > 0 else "false"
            case "maxCount":
                return f"EXISTS {{ {self._distinct(focus, path, int(str(wanted)) + 1)} }}"
            case "hasValue":
                return f"NOT EXISTS {{ {focus} {path} {wanted.n3()} }}"
            case "uniqueLang":
                if not is_true(wanted):
                    return "false"
                same = f'{one} != {other} && LANG({one}) != "" && LCASE(LANG({one})) = LCASE(LANG({other}))'
                return f"EXISTS {{ {focus} {path} {one} . {focus} {path} {other} . FILTER({same}) }}"
            case "disjoint":
                return f"EXISTS {{ {focus} {path} {one} . {focus} {wanted.n3()} {one} }}"
            case "equals":
                missing = [(path, wanted.n3()), (wanted.n3(), path)]
                return _any(
                    f"EXISTS {{ {focus} {here} {one} . FILTER NOT EXISTS {{ {focus} {there} {one} }} }}"
                    for here, there in missing
                )
            case "qualifiedMinCount":
                return f"NOT EXISTS {{ {self._qualified(shape, focus, path, int(str(wanted)))} }}"
            case "qualifiedMaxCount":
                return f"EXISTS {{ {self._qualified(shape, focus, path, int(str(wanted)) + 1)} }}"
        pair = f"{focus} {path} {one} . {focus} {wanted.n3()} {other}"
        return f"EXISTS {{ {pair} . FILTER(!COALESCE({one} {_ORDERS[test]} {other}, false)) }}"

    def nonconforming(self, shape: Node, focus: str) -> str:
        """Write the expression that is true where the variable `focus` does not conform to a shape.

        Raises UnsupportedShape for a recursive shape, and for a SPARQL constraint or a closed shape inside
        another shape.
        """
        if shape in self._open:
            raise UnsupportedShape(shape, "itself (a recursive shape)")
        if is_true(self.shapes.value(shape, SH.deactivated)):
            return "false"
        for construct in (SH.sparql, SH.closed):
            if (shape, construct, None) in self.shapes:
                raise UnsupportedShape(shape, f"sh:{name_of(construct)} inside another shape")
        self._open.append(shape)
        try:
            return _any(self._broken(shape, focus))
        finally:
            self._open.pop()

    def _broken(self, shape: Node, focus: str) -> Iterator[str]:
        where = self.shapes.value(shape, SH.path)
        path = None if where is None else self.path(where)
        value = focus if path is None else self.fresh()
        for test, wanted in self.tests(shape):
            if test in VALUE_TESTS:
                bad = self.bad_value(shape, test, wanted, value)
                yield bad if path is None else f"EXISTS {{ {focus} {path} {value} . FILTER({bad}) }}"
            elif path is None and test != SH.hasValue:
                raise UnsupportedShape(shape, f"sh:{name_of(test)} without a path")
            elif path is None:
                yield f"!sameTerm({focus}, {wanted.n3()})"
            else:
                yield self.bad_set(shape, test, wanted, focus, path)
        for inner in self.shapes.objects(shape, SH.property):
            bad = self.nonconforming(inner, value)
            yield bad if path is None else f"EXISTS {{ {focus} {path} {value} . FILTER({bad}) }}"

    def _distinct(self, focus: str, path: str, number: int, test: Node | None = None) -> str:
        names = [self.fresh() for _ in range(number)]
        parts = [f"{focus} {path} {name} ." for name in names]
        parts += [f"FILTER(!sameTerm({a}, {b}))" for a, b in combinations(names, 2)]
        if test is not None:
            parts += [f"FILTER(!{self.nonconforming(test, name)})" for name in names]
        return " ".join(parts)

    def _qualified(self, shape: Node, focus: str, path: str, number: int) -> str:
        test = self.shapes.value(shape, SH.qualifiedValueShape)
        if test is None or is_true(self.shapes.value(shape, SH.qualifiedValueShapesDisjoint)):
            raise UnsupportedShape(shape, "sh:qualifiedValueShapesDisjoint, or no sh:qualifiedValueShape")
        return self._distinct(focus, path, number, test)


def name_of(term: Node) -> str:
    """Return the local name of a SHACL term.

    Examples:
        >>> name_of(SH.minCount)
        'minCount'
    """
    return str(term).removeprefix(SHACL)


def _any(expressions: Iterable[str]) -> str:
    found = list(expressions)
    return "(" + " || ".join(found) + ")" if found else "false"


_JUNCTIONS: Final[Mapping[str, Callable[[Iterable[str]], str]]] = {
    "and": _any,
    "or": lambda broken: f"({' && '.join(broken)})",
    "xone": lambda broken: f"(({' + '.join(f'IF({one}, 0, 1)' for one in broken)}) != 1)",
}
"""Where a value breaks a junction of shapes, from the expressions of where it breaks each."""


def is_true(node: Node | None) -> bool:
    """Tell whether a node is the literal `true`."""
    return isinstance(node, Literal) and node.value is True


def _bad_datatype(wanted: Node, value: str) -> str:
    kind, form = f"DATATYPE({value})", ""
    if wanted in _INTEGERS:  # the store keeps every kind of integer as xsd:integer
        return f"!({kind} IN ({wanted.n3()}, {XSD.integer.n3()}))"
    if wanted in _CASTS:
        form = f" || !COALESCE(isLiteral({wanted.n3()}({value})), false)"
    elif wanted == XSD.gYear:
        form = f" || !REGEX(STR({value}), {Literal(_GYEAR).n3()})"
    return f"(!isLiteral({value}) || {kind} != {wanted.n3()}{form})"
