"""Check a graph against SHACL shapes and report as the standard says, fast enough for millions of triples.

A result of severity Violation stops a publication; Warning and Info tell what to look at.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import RDF, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.namespace import SH

from ...ontology.vocabulary import ontology_files, shape_files
from .checks import Check
from .constraints import UnsupportedShape, name_of
from .own_terms import strange_terms
from .refusals import UnevaluatedShape, refuse_unevaluated
from .report import Report, Result, to_oxigraph
from .shapes import compile_graph, compile_shapes, shapes_of

__all__ = [
    "Check",
    "Report",
    "Result",
    "UnevaluatedShape",
    "UnsupportedShape",
    "check",
    "compile_shapes",
    "validate",
    "validate_file",
]

SUFFIXES = {
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
    store: ox.Store,
    shapes: Sequence[Path] | None = None,
    *,
    graphs: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    most: int | None = None,
) -> Report:
    """Check the default graph of a store, together with the named graphs of a list, against shapes.

    The ontology is expected among the data: shapes follow its subclasses, nothing else is inferred. Where
    the default graph is empty and no list is given, the union of all the named graphs is checked. Without
    shapes, those of the project are used. `progress` is called with the constraints checked and those there are. Of
    what a constraint finds and no violation is, no more than `most` are kept, the others only counted: half a million
    things without a theme are told by their number, and their results would take a gigabyte.

    Raises:
        UnsupportedShape: a shape cannot be written as SPARQL.
        UnevaluatedShape: the shapes ask what nobody would evaluate.

    Examples:
        >>> store = ox.Store()
        >>> name = ox.NamedNode("https://example.org/38")
        >>> kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        >>> store.add(ox.Quad(name, kind, ox.NamedNode("https://w3id.org/ancrage/def/Region")))
        >>> "Malformed" in validate(store).to_turtle()   # not even a code: the pattern has nothing to test
        False
    """
    if shapes is not None and list(shapes) != list(shape_files()):
        for path in shapes:
            refuse_unevaluated(_read(path))
    checks = compile_shapes(list(shape_files() if shapes is None else shapes))
    return check(store, checks, graphs, progress, most)


def validate_file(data: Path, shapes: Path | None = None, beside: Iterable[ox.Quad] = ()) -> Report:
    """Check an RDF file against a file of shapes, or against the project's shapes with its ontology.

    `beside` is what the file may refer to and neither says, such as the filières of the package.

    Named graphs of the file are read as one graph. Shapes that cannot be written as SPARQL are checked by
    pyshacl, more slowly.

    Raises:
        ValueError: the suffix of a file is not that of an RDF format, or the shapes hold no shape.
        UnevaluatedShape: the shapes ask what nobody would evaluate, and would be said to conform to.
        SyntaxError: a file is not what its suffix says; its message names the file.
        OSError: the file cannot be read.
    """
    store = ox.Store()
    _load(store, data)
    if shapes is None:
        strange = strange_terms(store)
        for path in ontology_files():
            _load(store, path)
        store.extend(ox.Quad(*quad.triple) for quad in beside)
        found = check(store, compile_shapes(shape_files()), None)
        return Report([*strange, *found.results])
    text = _read(shapes)
    if not shapes_of(text):
        raise ValueError(f"{shapes}: no SHACL shape.")
    refuse_unevaluated(text)
    try:
        checks = compile_graph(text)
    except UnsupportedShape:
        return _run_pyshacl(store, text)
    return check(store, checks, None)


def _read(path: Path) -> Graph:
    store = ox.Store()
    _load(store, path)
    return _graph(store)


def _graph(store: ox.Store) -> Graph:
    text = ox.serialize((quad.triple for quad in store), format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=text or b"", format="nt")


def _load(store: ox.Store, path: Path) -> None:
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise ValueError(f"{path}: not a known RDF suffix ({', '.join(sorted(SUFFIXES))}).")
    with path.open("rb") as file:
        try:
            for quad in ox.parse(file, format=kind, base_iri=path.absolute().as_uri()):
                store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
        except SyntaxError as error:
            raise SyntaxError(
                f"{path}: {error.msg}", (str(path), error.lineno, error.offset, None)
            ) from error


def check(
    store: ox.Store,
    checks: Sequence[Check],
    graphs: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    most: int | None = None,
) -> Report:
    """Run compiled checks on a store; see `validate`.

    Examples:
        >>> check(ox.Store(), compile_shapes(shape_files())).conforms
        False
    """
    options: dict[str, Any] = {}
    if graphs:
        options["default_graph"] = [ox.DefaultGraph(), *(ox.NamedNode(graph) for graph in graphs)]
    elif next(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is None:
        options["use_default_graph_as_union"] = True
    found: dict[tuple[object, ...], Result] = {}
    beyond: Counter[str] = Counter()
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:  # the engine leaves the GIL
        needed = _needed(store, pool, checks, options)
        every = pool.map(lambda item: _results(store, item, options, most), needed)
        for done, (item, (results, more)) in enumerate(zip(needed, every, strict=True), start=1):
            if progress:
                progress(done, len(needed))
            if more:
                beyond[item.severity] += more
            for result in results:
                key = (result.focus, result.value, result.component, result.severity, result.path)
                found.setdefault((*key, result.message("en")), result)
    return Report(sorted(found.values(), key=_order), beyond)


def _needed(
    store: ox.Store, pool: ThreadPoolExecutor, checks: Sequence[Check], options: Mapping[str, Any]
) -> list[Check]:
    """Choose the checks that have a target in the store, and a value that their screen does not clear."""

    def matches(patterns: Iterable[str]) -> set[str]:
        distinct = set(patterns)
        answers = pool.map(lambda pattern: bool(store.query(f"ASK {{ {pattern} }}", **options)), distinct)
        return {pattern for pattern, there in zip(distinct, answers, strict=True) if there}

    targets = matches(item.target for item in checks)
    needed = [item for item in checks if item.target in targets]
    screens = matches(item.screen for item in needed if item.screen)
    return [item for item in needed if not item.screen or item.screen in screens]


def _results(
    store: ox.Store, item: Check, options: Mapping[str, Any], most: int | None = None
) -> tuple[list[Result], int]:
    """Give the results of a check, and how many more there are than `most`, which violations may pass."""
    solutions = store.query(item.query, **options)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    filled = any("{" in text for text in item.messages.values())
    results: list[Result] = []
    for solution in solutions:
        if len(results) == most and item.severity != "Violation":
            return results, 1 + sum(1 for _ in solutions)
        row = {name: solution[name] for name in names}
        path = row.get("path")
        value = row.get("value")
        if value is None and item.path is None and item.component.endswith("SPARQLConstraintComponent"):
            value = row["this"]
        results.append(
            Result(
                focus=row["this"],
                path=URIRef(path.value) if isinstance(path, ox.NamedNode) else item.path,
                value=value,
                severity=item.severity,
                shape=item.shape,
                component=item.component,
                messages={tag: _filled(text, row) for tag, text in item.messages.items()}
                if filled
                else item.messages,
                shapes=item.shapes,
            )
        )
    return results, 0


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

    _, found, message = pyshacl.validate(_graph(store), shacl_graph=shapes, advanced=True, inference="none")
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
