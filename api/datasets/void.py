"""The description of the data sets in VoID: counts equal to the graph's, partitions, dumps, examples, links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import BlankNode, NamedNode

from ...graph.snapshots.dumps import FORMATS, Dump
from ...graph.snapshots.partitions import URI_SPACE, Partition, Partitions
from ...graph.snapshots.provenance import licence_iri
from ...graph.snapshots.snapshot import Snapshot
from ...ontology.vocabulary import ID
from ...ontology.vocabulary import PREFIXES as NAMESPACES
from ...words import N_, Said, languages
from ..reading.licences import licence_name
from ..render.rdf_document import Document, term
from ..sparql.description import DEFAULT_GRAPH
from .listed import DataSet

TITLE = N_("ancrage : relations entre universités et territoires")
COUNTED = N_(
    "Les fichiers ont les graphes tels que les sources les disent ; les nombres sont ceux du graphe par défaut."
)
RIGHTS = N_(
    "Chaque graphe garde sa licence ; les données ODbL ne sont dans aucun fichier d’une autre licence."
)


def void_document(
    base: str,
    snapshot: Snapshot,
    counted: Partitions,
    sets: Sequence[DataSet],
    whole: Iterable[Dump],
    examples: Iterable[str],
) -> Document:
    """Describe the whole (its files: the base graphs; its counts: what `/sparql` answers on) and each named graph."""
    document = Document()
    about, dataset = NamedNode(f"{base}/.well-known/void"), whole_iri(base)
    document.a(about, "void:DatasetDescription")
    document.words(about, "dcterms:title", N_("Description des données d’ancrage"))
    document.add(about, "foaf:primaryTopic", dataset)
    document.add(about, "dcterms:license", NamedNode(licence_iri("CC-BY-4.0")))
    document.add(about, "dcterms:identifier", snapshot.id)
    document.typed(about, "dcterms:modified", snapshot.created.isoformat(), "xsd:dateTime")
    _whole(document, base, snapshot, counted, whole, examples)
    for number, link in enumerate(counted.links):
        linkset, target = BlankNode(f"links{number}"), BlankNode(f"target{number}")
        document.add(dataset, "void:subset", linkset)
        document.a(linkset, "void:Linkset")
        document.add(linkset, "void:subjectsTarget", dataset)
        document.add(linkset, "void:objectsTarget", target)
        document.add(linkset, "void:linkPredicate", NamedNode(link.property))
        document.add(linkset, "void:triples", link.triples)
        document.a(target, "void:Dataset")
        document.add(target, "void:uriSpace", link.space)
    for place, one in enumerate(sets):
        graph = set_iri(base, one)
        document.add(dataset if one.base else about, "void:subset" if one.base else "foaf:topic", graph)
        graph_of(document, base, graph, one, f"g{place}")
    return document


def graph_of(document: Document, base: str, graph: NamedNode, one: DataSet, label: str) -> None:
    """Describe a named graph as the data set `graph`; its blank nodes begin with the `label`."""
    document.a(graph, "void:Dataset", "sd:NamedGraph")
    document.words(graph, "dcterms:title", one.known_title)
    document.add(graph, "sd:name", NamedNode(one.graph))
    if one.dump.licence:
        document.add(graph, "dcterms:license", NamedNode(one.dump.licence))
    for suffix in FORMATS:
        document.add(graph, "void:dataDump", NamedNode(f"{base}/dumps/{one.name}.{suffix}.gz"))
    document.add(graph, "void:sparqlEndpoint", NamedNode(f"{base}/sparql"))
    _counts(document, graph, one.counts, label)


def whole_iri(base: str) -> NamedNode:
    """Give the IRI of the whole as a data set."""
    return NamedNode(f"{base}/catalog#dataset")


def set_iri(base: str, one: DataSet) -> NamedNode:
    """Give the IRI of a named graph as a data set."""
    return NamedNode(f"{base}/catalog#{one.anchor}")


def _whole(
    document: Document,
    base: str,
    snapshot: Snapshot,
    counted: Partitions,
    whole: Iterable[Dump],
    examples: Iterable[str],
) -> None:
    dataset = whole_iri(base)
    document.a(dataset, "void:Dataset")
    document.words(dataset, "dcterms:title", TITLE)
    told = {said: f"{COUNTED[said]} {DEFAULT_GRAPH[said]}" for said in languages()}
    document.words(dataset, "dcterms:description", told)
    document.words(dataset, "dcterms:rights", RIGHTS)
    document.typed(dataset, "dcterms:modified", snapshot.created.isoformat(), "xsd:dateTime")
    publication = NamedNode(f"{ID}publication/{snapshot.id}")
    document.add(dataset, "dcterms:hasVersion", publication)
    document.a(publication, "prov:Entity")
    document.add(publication, "dcterms:identifier", snapshot.id)
    document.add(publication, "foaf:page", NamedNode(f"{base}/changes"))
    document.add(dataset, "foaf:homepage", NamedNode(f"{base}/"))
    document.add(dataset, "foaf:page", NamedNode(f"{base}/catalog"))
    document.add(dataset, "void:sparqlEndpoint", NamedNode(f"{base}/sparql"))
    document.add(dataset, "void:uriSpace", URI_SPACE)
    for name in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "N-Quads", "TriG"):
        document.add(dataset, "void:feature", term(f"formats:{name}"))
    for dump in whole:
        files = [NamedNode(f"{base}/dumps/{dump.name}.{suffix}.gz") for suffix in FORMATS]
        for file in files:
            document.add(dataset, "void:dataDump", file)
        if dump.licence:  # the whole has no one licence: each part of it has
            part = NamedNode(f"{base}/catalog#{dump.name.replace('/', '-')}")
            document.add(dataset, "void:subset", part)
            document.a(part, "void:Dataset")
            licence = Said(licence_name, (dump.licence,))
            document.words(part, "dcterms:title", N_("Ce qui est sous {licence}", licence=licence))
            document.add(part, "dcterms:license", NamedNode(dump.licence))
            for file in files:
                document.add(part, "void:dataDump", file)
    for example in examples:
        document.add(dataset, "void:exampleResource", NamedNode(example))
    for namespace in vocabularies(counted.whole):
        document.add(dataset, "void:vocabulary", NamedNode(namespace))
    _counts(document, dataset, counted.whole, "w")


def vocabularies(part: Partition) -> list[str]:
    """List the namespaces whose terms the triples use, as classes or properties."""
    used = [use.cls for use in part.classes] + [use.property for use in part.properties]
    ours = [space for name, space in NAMESPACES.items() if name == "anc" or not space.startswith(URI_SPACE)]
    return [space for space in ours if any(iri.startswith(space) for iri in used)]


def _counts(document: Document, dataset: NamedNode, part: Partition, label: str) -> None:
    document.add(dataset, "void:triples", part.triples)
    document.add(dataset, "void:entities", part.entities)
    document.add(dataset, "void:distinctSubjects", part.subjects)
    document.add(dataset, "void:distinctObjects", part.objects)
    document.add(dataset, "void:classes", len(part.classes))
    document.add(dataset, "void:properties", len(part.properties))
    for number, use in enumerate(part.classes):
        node = BlankNode(f"{label}c{number}")
        document.add(dataset, "void:classPartition", node)
        document.add(node, "void:class", NamedNode(use.cls))
        document.add(node, "void:entities", use.entities)
        for place, (name, triples) in enumerate(use.properties.items()):
            inner = BlankNode(f"{label}c{number}p{place}")
            document.add(node, "void:propertyPartition", inner)
            document.add(inner, "void:property", NamedNode(name))
            document.add(inner, "void:triples", triples)
    for number, property in enumerate(part.properties):
        node = BlankNode(f"{label}p{number}")
        document.add(dataset, "void:propertyPartition", node)
        document.add(node, "void:property", NamedNode(property.property))
        document.add(node, "void:triples", property.triples)
        document.add(node, "void:distinctSubjects", property.subjects)
        document.add(node, "void:distinctObjects", property.objects)
