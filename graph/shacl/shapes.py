"""SHACL shapes read from RDF and compiled: one SPARQL query a constraint and a target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from .checks import Check, Writer, expand
from .constraints import CLASS_OF, Compiler, UnsupportedShape
from .refusals import components_of

_MARKS: Final = ("property", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")


def compile_shapes(paths: Sequence[Path]) -> list[Check]:
    """Compile the shapes of Turtle files, read as one shapes graph; those of files that did not change are kept.

    Raises:
        UnsupportedShape: a shape cannot be written as SPARQL.
        rdflib.exceptions.ParserError: a file is not Turtle.

    Examples:
        >>> from ancrage.ontology.vocabulary import shape_files
        >>> checks = compile_shapes(shape_files())
        >>> {check.severity for check in checks} == {"Violation", "Warning", "Info"}
        True
    """
    stats = [(path, path.stat()) for path in paths]
    return list(_compiled(tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)))


@lru_cache(maxsize=4)
def _compiled(versions: tuple[tuple[Path, int, int], ...]) -> tuple[Check, ...]:
    shapes = Graph()
    for path, _, _ in versions:
        shapes.parse(path, format=_format(path))
    return tuple(compile_graph(shapes))


def compile_graph(shapes: Graph) -> list[Check]:
    """Compile the shapes of a shapes graph; see `compile_shapes`."""
    if own := components_of(shapes):
        raise UnsupportedShape(own[0], "a constraint component of its own")
    compiler = Compiler(shapes)
    checks: list[Check] = []
    for shape in shapes_of(shapes):
        for target in _targets(compiler, shape):
            checks += Writer(compiler, shape, target).checks(shape)
    return checks


def shapes_of(shapes: Graph) -> list[Node]:
    """List the shapes of a shapes graph that may have a target.

    Examples:
        >>> shapes_of(Graph())
        []
    """
    found = {subject for name in _MARKS for subject in shapes.subjects(SH[name], None)}
    found |= {
        subject for kind in (SH.NodeShape, SH.PropertyShape) for subject in shapes.subjects(RDF.type, kind)
    }
    return sorted(found, key=str)


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
        parts.append("{ " + expand(compiler, shape, target, str(text)) + " }")
    if len(parts) > 1:
        yield " UNION ".join(f"{{ {part} }}" for part in parts)
    yield from parts if len(parts) == 1 else ()
