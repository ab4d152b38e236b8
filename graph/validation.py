"""Check a graph against SHACL shapes and report as the standard says, fast enough for millions of triples.

A result of severity Violation stops a publication; Warning and Info tell what to look at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import RDF, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.namespace import SH

from ..ontology.vocabulary import ontology_files, shape_files
from .checks import Check
from .constraints import UnsupportedShape, name_of
from .report import Report, Result, to_oxigraph
from .shapes import compile_graph, compile_shapes

__all__ = ["Check", "Report", "Result", "UnsupportedShape", "compile_shapes", "validate", "validate_file"]

_SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".n3": ox.RdfFormat.N3,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
}


def validate(
    store: ox.Store, shapes: Sequence[Path] | None = None, *, graphs: Sequence[str] | None = None
) -> Report:
    """Check the default graph of a store, together with the named graphs of a list, against shapes.

    The ontology is expected among the data: shapes follow its subclasses, nothing else is inferred. Where
    the default graph is empty and no list is given, the union of all the named graphs is checked. Without
    shapes, those of the project are used.

    Raises:
        UnsupportedShape: a shape cannot be written as SPARQL.

    Examples:
        >>> store = ox.Store()
        >>> name = ox.NamedNode("https://example.org/38")
        >>> kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        >>> store.add(ox.Quad(name, kind, ox.NamedNode("https://w3id.org/ancrage/def/Region")))
        >>> "Malformed" in validate(store).to_turtle()   # not even a code: the pattern has nothing to test
        False
    """
    checks = compile_shapes(list(shape_files() if shapes is None else shapes))
    return _run(store, checks, graphs)


def validate_file(data: Path, shapes: Path | None = None) -> Report:
    """Check an RDF file against a file of shapes, or against the project's shapes with its ontology.

    Named graphs of the file are read as one graph. Shapes that cannot be written as SPARQL are checked by
    pyshacl, more slowly.

    Raises:
        ValueError: the suffix of the file is not that of an RDF format.
        SyntaxError: the file is not what its suffix says.
        OSError: the file cannot be read.
    """
    store = ox.Store()
    _load(store, data)
    if shapes is None:
        for path in ontology_files():
            _load(store, path)
        return _run(store, compile_shapes(shape_files()), None)
    text = Graph()
    text.parse(shapes, format="json-ld" if shapes.suffix == ".jsonld" else None)
    try:
        checks = compile_graph(text)
    except UnsupportedShape:
        return _run_pyshacl(store, text)
    return _run(store, checks, None)


def _load(store: ox.Store, path: Path) -> None:
    kind = _SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise ValueError(f"{path}: not a known RDF suffix ({', '.join(sorted(_SUFFIXES))}).")
    with path.open("rb") as file:
        for quad in ox.parse(file, format=kind, base_iri=path.absolute().as_uri()):
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object))


def _run(store: ox.Store, checks: Sequence[Check], graphs: Sequence[str] | None) -> Report:
    options: dict[str, Any] = {}
    if graphs:
        options["default_graph"] = [ox.DefaultGraph(), *(ox.NamedNode(graph) for graph in graphs)]
    elif next(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is None:
        options["use_default_graph_as_union"] = True
    targets = {check.target for check in checks}
    present = {target for target in targets if store.query(f"ASK {{ {target} }}", **options)}
    found: dict[tuple[object, ...], Result] = {}
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:  # the engine leaves the GIL
        needed = [check for check in checks if check.target in present]
        for results in pool.map(lambda check: _results(store, check, options), needed):
            for result in results:
                key = (result.focus, result.value, result.component, result.severity, result.path)
                found.setdefault((*key, result.message("en")), result)
    return Report(sorted(found.values(), key=_order))


def _results(store: ox.Store, check: Check, options: Mapping[str, Any]) -> list[Result]:
    solutions = store.query(check.query, **options)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    results = []
    for solution in solutions:
        row = {name: solution[name] for name in names}
        path = row.get("path")
        value = row.get("value")
        if value is None and check.path is None and check.component.endswith("SPARQLConstraintComponent"):
            value = row["this"]
        results.append(
            Result(
                focus=row["this"],
                path=URIRef(path.value) if isinstance(path, ox.NamedNode) else check.path,
                value=value,
                severity=check.severity,
                shape=check.shape,
                component=check.component,
                messages={tag: _filled(text, row) for tag, text in check.messages.items()},
                shapes=check.shapes,
            )
        )
    return results


def _filled(text: str, row: Mapping[str, Any]) -> str:
    def fill(match: re.Match[str]) -> str:
        term = row.get(match[1])
        return match[0] if term is None else str(term.value)

    return re.sub(r"\{[?$](\w+)\}", fill, text) if "{" in text else text


def _order(result: Result) -> tuple[int, str, str, str]:
    grave = {"Violation": 0, "Warning": 1, "Info": 2}.get(result.severity, 3)
    return grave, result.message("en"), str(result.focus), str(result.value)


def _run_pyshacl(store: ox.Store, shapes: Graph) -> Report:
    import pyshacl

    data = Graph()
    text = ox.serialize((quad.triple for quad in store), format=ox.RdfFormat.N_TRIPLES)
    data.parse(data=text or b"", format="nt")
    _, found, message = pyshacl.validate(data, shacl_graph=shapes, advanced=True, inference="none")
    if not isinstance(found, Graph):
        raise ValueError(f"The shapes cannot be used: {message}")
    results = []
    for node in found.subjects(RDF.type, SH.ValidationResult):
        focus, value = found.value(node, SH.focusNode), found.value(node, SH.value)
        texts = [text for text in found.objects(node, SH.resultMessage) if isinstance(text, RdfLiteral)]
        source = found.value(node, SH.sourceShape)
        results.append(
            Result(
                focus=to_oxigraph(focus),
                path=found.value(node, SH.resultPath),
                value=None if value is None else to_oxigraph(value),
                severity=name_of(found.value(node, SH.resultSeverity) or SH.Violation),
                shape=str(source) if isinstance(source, URIRef) else "",
                component=str(found.value(node, SH.sourceConstraintComponent)),
                messages={text.language or "": str(text) for text in texts},
                shapes=found,
            )
        )
    return Report(sorted(results, key=_order))
