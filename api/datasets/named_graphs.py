"""The named graphs at `/graph/…`, where their IRIs lead: each as a page, and as RDF."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode

from ...graph.snapshots.provenance import GRAPHS, INDICATORS_GRAPH, PROVENANCE_GRAPH
from ...words import N_, gettext
from ..precompute.artifacts import Counted
from ..reading.licences import licence_name
from ..reading.solutions import Row
from ..render.rdf_document import Document
from ..render.rendering import page
from ..web.negotiation import HTML, split_suffix
from ..web.page_error import PageError
from .listed import DataSet
from .pages import DATA, Lang, Named, Read, chosen_of, headers_of, leave_out_undated, offer_of, page_language
from .void import graph_of, set_iri

router = APIRouter(tags=["données liées"])

_LOADS = f"""PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?load ?started ?ended ?agent ?origin ?file ?name ?digest {{
  VALUES ?saying {{ <{PROVENANCE_GRAPH}> <{INDICATORS_GRAPH}> }}
  GRAPH ?saying {{
    <$graph> prov:wasGeneratedBy ?load
    OPTIONAL {{ ?load prov:wasAssociatedWith ?agent }} OPTIONAL {{ <$graph> prov:wasDerivedFrom ?origin }}
    OPTIONAL {{ ?load prov:startedAtTime ?started }} OPTIONAL {{ ?load prov:endedAtTime ?ended }}
    OPTIONAL {{ ?load prov:used ?file . ?file dcterms:title ?name ; dcterms:identifier ?digest }}
  }}
}} ORDER BY ?load ?name"""


@router.get("/graph/{name:path}", summary="Un graphe nommé : d’où il vient, ce qu’il contient, ses fichiers")
def named_graph(
    request: Request, reading: Read, counted: Counted, name: str, format: Named = "", lang: Lang = ""
) -> Response:
    """Describe a named graph: source, licence, load, counts, files; as RDF or as a page. 404 where none has this name."""
    bare, suffix = split_suffix(name, DATA)
    chosen = chosen_of(request, format or suffix or "")
    offer = offer_of(request, reading, counted)
    one = next((one for one in offer.sets if one.graph == GRAPHS + bare), None)
    if one is None:
        raise PageError(404, N_("La publication n’a pas de graphe nommé « {bare} ».", bare=bare))
    leave_out_undated(request, offer)
    loads = reading.as_of(offer.snapshot.id).select(_LOADS.replace("$graph", one.graph))
    address = f"/graph/{bare}"
    links = [("cite-as", one.graph), ("describes", one.graph), ("collection", "/catalog")]
    links += [("license", one.dump.licence)] if one.dump.licence else []
    headers = headers_of(address, *links, ("item", f"/dumps/{one.name}.nq.gz"))
    if chosen is not HTML:
        body = _document(offer.base, one, loads).serialise(chosen)
        return Response(body, media_type=chosen.media_type, headers=headers)
    reading.language = page_language(request, lang)
    reading.learn_labels(
        [*(use.cls for use in one.counts.classes), *(use.property for use in one.counts.properties)]
    )
    answer = page(
        request,
        "named_graph.html",
        language=reading.language,
        iri=one.graph,
        data_set=one,
        loads=loads,
        licence=licence_name,
        classes=[(reading.label(use.cls), use) for use in one.counts.classes],
        properties=[(reading.label(use.property), use) for use in one.counts.properties],
        alternates=[(form.media_type, address + form.suffix) for form in DATA if form is not HTML],
        trail=[
            ("/catalog", gettext("Données", reading.language)),
            (None, one.title[reading.language]),
        ],
    )
    answer.headers.update(headers)
    return answer


def _document(base: str, one: DataSet, loads: list[Row]) -> Document:
    """Say of the graph what VoID says of it as a data set, and where it comes from."""
    made, graph = Document(), NamedNode(one.graph)
    graph_of(made, base, graph, one, "g")
    made.a(graph, "prov:Entity")
    made.words(graph, "dcterms:description", one.description)
    made.typed(graph, "dcterms:modified", one.modified, "xsd:dateTime")
    made.add(graph, "foaf:isPrimaryTopicOf", NamedNode(f"{base}/catalog"))
    made.add(graph, "rdfs:seeAlso", set_iri(base, one))
    if one.publisher:
        made.add(graph, "dcterms:publisher", one.publisher)
    for origin in dict.fromkeys(row["origin"] for row in loads if "origin" in row):
        made.add(graph, "prov:wasDerivedFrom", NamedNode(origin))
    for row in {row["load"]: row for row in loads}.values():  # a load has a row for each of its files
        load = NamedNode(row["load"])
        made.add(graph, "prov:wasGeneratedBy", load)
        made.a(load, "prov:Activity")
        if "agent" in row:
            made.add(load, "prov:wasAssociatedWith", NamedNode(row["agent"]))
            made.a(NamedNode(row["agent"]), "prov:SoftwareAgent")
        for name, key in (("prov:startedAtTime", "started"), ("prov:endedAtTime", "ended")):
            if key in row:
                made.typed(load, name, row[key], "xsd:dateTime")
    for row in loads:
        if "file" in row:
            file = NamedNode(row["file"])
            made.add(NamedNode(row["load"]), "prov:used", file)
            made.a(file, "prov:Entity")
            made.add(file, "dcterms:title", row["name"])
            made.add(file, "dcterms:identifier", row["digest"])
    return made
