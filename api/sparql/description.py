"""What the SPARQL service offers, as a SPARQL 1.1 Service Description."""

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ...graph.snapshots.dumps import graph_licence
from ...graph.snapshots.snapshot import Snapshot
from ...graph.sparql.formats import GRAPHS, RESULTS, Format
from ...words import N_, languages
from ..render.rdf_document import term, write_rdf

DEFAULT_GRAPH = N_(
    "Ce que voit une requête sans FROM ni GRAPH, et que donne /graphs?default : les graphes de base réunis. Les fiches d’un "
    "même organisme (anc:recordOf) n’y font qu’un, et une chose y a un libellé par langue."
)
"""What the default graph is; the union of base graphs as sources write them is in the dumps."""


def describe_service(endpoint: str, snapshot: Snapshot, format: Format) -> bytes:
    """Write the description of the service at `endpoint` on a snapshot: languages, formats, graphs, sizes.

    >>> from pathlib import Path
    >>> graphs = {"http://e.org/g": {"licence": "etalab-2.0"}}
    >>> snapshot = Snapshot("20261124T160501Z-0a1b2c3d", Path("x"), {"graphs": graphs})
    >>> said = describe_service("http://e.org/sparql", snapshot, GRAPHS[0]).decode()
    >>> "sd:endpoint <http://e.org/sparql>" in said, "<https://spdx.org/licenses/etalab-2.0>" in said
    (True, True)
    """
    return write_rdf(list(_triples(endpoint, snapshot)), format)


def _triples(endpoint: str, snapshot: Snapshot) -> Iterator[Triple]:
    a = term("rdf:type")
    service, dataset, default = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    yield Triple(service, a, term("sd:Service"))
    yield Triple(service, term("sd:endpoint"), NamedNode(endpoint))
    yield Triple(service, term("sd:supportedLanguage"), term("sd:SPARQL11Query"))
    for one in (*RESULTS, *GRAPHS):
        yield Triple(service, term("sd:resultFormat"), NamedNode(one.iri))
    yield Triple(service, term("sd:defaultDataset"), dataset)
    yield Triple(dataset, a, term("sd:Dataset"))
    yield Triple(dataset, term("dcterms:identifier"), Literal(snapshot.id))
    yield Triple(dataset, term("dcterms:issued"), _time(snapshot))
    yield Triple(dataset, term("sd:defaultGraph"), default)
    yield Triple(default, a, term("sd:Graph"))
    for language in languages():
        yield Triple(
            default, term("dcterms:description"), Literal(DEFAULT_GRAPH[language], language=language)
        )
    graphs = snapshot.manifest.get("graphs", {})
    for number, iri in enumerate(sorted(graphs)):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(dataset, term("sd:namedGraph"), named)
        yield Triple(named, a, term("sd:NamedGraph"))
        yield Triple(named, term("sd:name"), NamedNode(iri))
        yield Triple(named, term("sd:graph"), graph)
        yield Triple(graph, a, term("sd:Graph"))
        yield Triple(graph, term("void:triples"), Literal(int(graphs[iri].get("quads", 0))))
        if licence := graph_licence(graphs, iri):
            yield Triple(graph, term("dcterms:license"), NamedNode(licence))


def _time(snapshot: Snapshot) -> Literal:
    return Literal(snapshot.created.isoformat(), datatype=term("xsd:dateTime"))
