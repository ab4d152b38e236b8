"""What the SPARQL service offers, as a SPARQL 1.1 Service Description."""

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from ...graph.snapshots.dumps import graph_licence
from ...graph.snapshots.snapshot import Snapshot
from ...graph.sparql.formats import GRAPHS, RESULTS, Format

PREFIXES = {
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "void": "http://rdfs.org/ns/void#",
    "dcterms": "http://purl.org/dc/terms/",
    "formats": "http://www.w3.org/ns/formats/",
}


def describe_service(endpoint: str, snapshot: Snapshot, format: Format) -> bytes:
    """Write the description of the service at `endpoint` on a snapshot: languages, formats, graphs, sizes.

    >>> from pathlib import Path
    >>> graphs = {"http://e.org/g": {"licence": "etalab-2.0"}}
    >>> snapshot = Snapshot("20261124T160501Z-0a1b2c3d", Path("x"), {"graphs": graphs})
    >>> said = describe_service("http://e.org/sparql", snapshot, GRAPHS[0]).decode()
    >>> "sd:endpoint <http://e.org/sparql>" in said, "<https://spdx.org/licenses/etalab-2.0>" in said
    (True, True)
    """
    assert isinstance(format.engine, RdfFormat)
    triples = list(_triples(endpoint, snapshot))
    if format.engine in (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML):
        return serialize(triples, format=format.engine, prefixes=PREFIXES) or b""
    return serialize(triples, format=format.engine) or b""


def _triples(endpoint: str, snapshot: Snapshot) -> Iterator[Triple]:
    a = _name("rdf:type")
    service, dataset, default = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    yield Triple(service, a, _name("sd:Service"))
    yield Triple(service, _name("sd:endpoint"), NamedNode(endpoint))
    yield Triple(service, _name("sd:supportedLanguage"), _name("sd:SPARQL11Query"))
    yield Triple(service, _name("sd:feature"), _name("sd:UnionDefaultGraph"))
    for one in (*RESULTS, *GRAPHS):
        yield Triple(service, _name("sd:resultFormat"), NamedNode(one.engine.iri))
    yield Triple(service, _name("sd:defaultDataset"), dataset)
    yield Triple(dataset, a, _name("sd:Dataset"))
    yield Triple(dataset, _name("dcterms:identifier"), Literal(snapshot.id))
    yield Triple(dataset, _name("dcterms:issued"), _time(snapshot))
    yield Triple(dataset, _name("sd:defaultGraph"), default)
    yield Triple(default, a, _name("sd:Graph"))
    graphs = snapshot.manifest.get("graphs", {})
    for number, iri in enumerate(sorted(graphs)):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(dataset, _name("sd:namedGraph"), named)
        yield Triple(named, a, _name("sd:NamedGraph"))
        yield Triple(named, _name("sd:name"), NamedNode(iri))
        yield Triple(named, _name("sd:graph"), graph)
        yield Triple(graph, a, _name("sd:Graph"))
        yield Triple(graph, _name("void:triples"), Literal(int(graphs[iri].get("quads", 0))))
        if licence := graph_licence(snapshot, iri):
            yield Triple(graph, _name("dcterms:license"), NamedNode(licence))


def _time(snapshot: Snapshot) -> Literal:
    return Literal(snapshot.created.isoformat(), datatype=_name("xsd:dateTime"))


def _name(curie: str) -> NamedNode:
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)
