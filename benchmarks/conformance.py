"""Ask columns the W3C's query evaluation tests of SPARQL 1.0 and 1.1, beside Oxigraph on the same data.

Usage: python benchmarks/conformance.py RDF_TESTS

RDF_TESTS is a checkout of github.com/w3c/rdf-tests. The graphs of each SELECT test are published (its default graph also under
a name) and put in columns; what compiles must have Oxigraph's rows, what does not is counted by reason. Ends with 1 where rows
differ.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ancrage.graph.columns.building import build
from ancrage.graph.columns.engine import Columns
from ancrage.graph.columns.relations import Unsupported
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store
from rdflib import Graph, Namespace, URIRef

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
SUITES = {
    "SPARQL 1.0": "sparql/sparql10/manifest-evaluation.ttl",
    "SPARQL 1.1": "sparql/sparql11/manifest-sparql11-query.ttl",
}
GRAPH = "http://e.org/g"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tests", type=Path)
    arguments = parser.parse_args()
    different = 0
    for suite, manifest in SUITES.items():
        found: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        for name, query, data in evaluations(arguments.tests.absolute() / manifest):
            outcome, reason = compare(query, data)
            found[outcome] += 1
            if reason:
                reasons[reason] += 1
            if outcome == "different":
                print(f"  {name}: other rows than Oxigraph's")
        different += found["different"]
        print(f"{suite}: {sum(found.values())} evaluation tests: {dict(found)}")
        for reason, count in reasons.most_common():
            print(f"  {count:3} {reason}")
    sys.exit(bool(different))


def evaluations(manifest: Path) -> Iterator[tuple[str, Path, list[tuple[Path, str]]]]:
    """Yield the evaluation tests of a manifest and those it includes: name, query, files with the names of their graphs."""
    graph = Graph().parse(manifest, format="turtle")
    for included in graph.objects(None, MF.include):
        for one in graph.items(included):
            yield from evaluations(_path(one))
    for test in graph.subjects(None, MF.QueryEvaluationTest):
        action = graph.value(test, MF.action)
        query, data = graph.value(action, QT.query), graph.objects(action, QT.data)
        named = graph.objects(action, QT.graphData)
        files = [(_path(file), GRAPH) for file in data] + [(_path(file), str(file)) for file in named]
        yield str(test).rpartition("/")[2], _path(query), files


def _path(iri: object) -> Path:
    return Path(str(URIRef(str(iri))).removeprefix("file://"))


def compare(query: Path, data: list[tuple[Path, str]]) -> tuple[str, str]:
    """Answer a query on both engines: equal, different, left (with the reason), or not a SELECT with rows."""
    text = query.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        try:
            quads = build_store(data, work / "store", merged=[GRAPH])
            manifest = {"quads": quads, "graphs": {GRAPH: {"role": "base", "quads": quads}}, "merged": True}
            snapshot = Snapshots(work / "data").publish(work / "store", manifest)
            store = Store.read_only(str(snapshot.store))
            theirs = store.query(text, base_iri=query.as_uri())
        except (SyntaxError, ValueError, OSError) as error:
            return "not read by Oxigraph here", type(error).__name__
        if not isinstance(theirs, QuerySolutions):
            return "ASK or CONSTRUCT", ""
        build(snapshot, work / "columns")
        columns = Columns(work / "columns", snapshot.id)
        try:
            ours = columns.answer(columns.program(text, query.as_uri()))
        except Unsupported as error:
            return "left to Oxigraph", error.reason
        finally:
            columns.close()
        return ("equal" if rows_of(ours) == rows_of(theirs) else "different"), ""


def rows_of(solutions: QuerySolutions) -> Counter[bytes]:
    """Count the rows of an answer, whatever their order, and its head."""
    head, *rows = (solutions.serialize(format=QueryResultsFormat.TSV) or b"").rstrip(b"\n").split(b"\n")
    return Counter([b"head " + head, *rows])


if __name__ == "__main__":
    main()
