"""VoID and the catalogue: numbers that queries give, what DCAT-AP asks for, pages that say the same."""

from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from ancrage.api.app import create_app
from ancrage.api.web.settings import SettingError, Settings
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store
from fastapi.testclient import TestClient
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, VOID

SHAPES = Path(__file__).parents[2] / "data" / "dcat" / "dcat-ap-3.ttl"
GRAPHS = "https://w3id.org/ancrage/graph/"
BASE = "http://testserver"
WHOLE = rdflib.URIRef(f"{BASE}/catalog#dataset")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
SYNTAX = {
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
}


def read(client: TestClient, path: str) -> rdflib.Graph:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return rdflib.Graph().parse(data=response.content, format="turtle")


@pytest.fixture(scope="module")
def void(client: TestClient) -> rdflib.Graph:
    return read(client, "/.well-known/void")


@pytest.fixture(scope="module")
def catalogue(client: TestClient) -> rdflib.Graph:
    return read(client, "/catalog")


def ask(client: TestClient, text: str) -> list[list[str]]:
    """Answer a query at `/sparql`, as any client does."""
    response = client.get("/sparql", params={"query": text, "format": "json"})
    assert response.status_code == 200, response.text
    found = response.json()
    names = found["head"]["vars"]
    return [[row[name]["value"] for name in names] for row in found["results"]["bindings"]]


def number(void: rdflib.Graph, node: rdflib.term.Node, name: str) -> int:
    return int(str(void.value(node, VOID[name], any=False)))


def uses(void: rdflib.Graph, node: rdflib.term.Node, kind: str, count: str) -> dict[str, int]:
    return {
        str(void.value(part, VOID[kind])): number(void, part, count)
        for part in void.objects(node, VOID[f"{kind}Partition"])
    }


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("triples", "*"),
        ("distinctSubjects", "DISTINCT ?s"),
        ("distinctObjects", "DISTINCT ?o"),
        ("properties", "DISTINCT ?p"),
    ],
)
def test_the_whole_has_the_numbers_of_sparql(
    client: TestClient, void: rdflib.Graph, name: str, counted: str
) -> None:
    assert ask(client, f"SELECT (COUNT({counted}) AS ?n) {{ ?s ?p ?o }}") == [
        [str(number(void, WHOLE, name))]
    ]


def test_entities_are_the_subjects_in_the_uri_space(client: TestClient, void: rdflib.Graph) -> None:
    space = void.value(WHOLE, VOID.uriSpace, any=False)
    text = f'SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{space}")) }}'
    assert ask(client, text) == [[str(number(void, WHOLE, "entities"))]]


def test_the_partitions_of_the_whole_have_the_numbers_of_sparql(
    client: TestClient, void: rdflib.Graph
) -> None:
    rows = ask(client, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(isIRI(?c)) } GROUP BY ?c")
    assert uses(void, WHOLE, "class", "entities") == {name: int(n) for name, n in rows}
    rows = ask(client, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    assert uses(void, WHOLE, "property", "triples") == {name: int(n) for name, n in rows}
    rows = ask(client, "SELECT ?p (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    assert uses(void, WHOLE, "property", "distinctObjects") == {name: int(n) for name, n in rows}
    inner = {
        (str(void.value(part, VOID["class"])), name): n
        for part in void.objects(WHOLE, VOID.classPartition)
        for name, n in uses(void, part, "property", "triples").items()
    }
    rows = ask(client, "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o FILTER(isIRI(?c)) } GROUP BY ?c ?p")
    assert inner == {(name, property): int(n) for name, property, n in rows}


def test_every_named_graph_is_a_set_with_the_numbers_of_sparql(
    client: TestClient, void: rdflib.Graph
) -> None:
    sets = {str(graph): node for node, graph in void.subject_objects(SD.name)}
    rows = ask(
        client,
        "SELECT ?g (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?a) (COUNT(DISTINCT ?o) AS ?b) "
        "{ GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    )
    names = ("triples", "distinctSubjects", "distinctObjects")
    assert {g: [str(number(void, sets[g], name)) for name in names] for g in sets} == {g: n for g, *n in rows}
    for graph, node in sets.items():
        where = f"{{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        rows = ask(client, f"SELECT ?p (COUNT(*) AS ?n) {where} GROUP BY ?p")
        assert uses(void, node, "property", "triples") == {name: int(n) for name, n in rows}
        rows = ask(client, f"SELECT ?o (COUNT(DISTINCT ?s) AS ?n) {where.replace('?p', 'a')} GROUP BY ?o")
        assert uses(void, node, "class", "entities") == {name: int(n) for name, n in rows}
    base = {str(void.value(node, SD.name)) for node in void.objects(WHOLE, VOID.subset)} - {"None"}
    assert base == {GRAPHS + name for name in ("essai", "filieres", "ontology")}


def test_void_leads_to_what_is_there(client: TestClient, void: rdflib.Graph) -> None:
    assert void.value(WHOLE, VOID.sparqlEndpoint) == rdflib.URIRef(f"{BASE}/sparql")
    about = rdflib.URIRef(f"{BASE}/.well-known/void")
    assert void.value(about, FOAF.primaryTopic) == WHOLE
    examples = list(void.objects(WHOLE, VOID.exampleResource))
    assert len(examples) >= 3
    for example in examples:
        assert client.get(urlsplit(str(example)).path.replace("/ancrage", "", 1)).status_code == 200
    dumps = [urlsplit(str(dump)).path for dump in void.objects(None, VOID.dataDump)]
    assert len(dumps) >= 4
    for dump in dumps:
        assert client.get(dump).status_code == 200
    vocabularies = {str(one) for one in void.objects(WHOLE, VOID.vocabulary)}
    assert {"https://w3id.org/ancrage/def/", "http://www.w3.org/ns/org#"} <= vocabularies


def canonical(body: bytes, syntax: ox.RdfFormat) -> set[ox.Quad]:
    dataset = ox.Dataset(ox.parse(body, syntax, rename_blank_nodes=True))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


@pytest.mark.parametrize("path", ["/.well-known/void", "/catalog"])
def test_every_format_says_the_same(client: TestClient, path: str) -> None:
    turtle = canonical(client.get(f"{path}.ttl").content, ox.RdfFormat.TURTLE)
    assert len(turtle) > 100
    for suffix, syntax in SYNTAX.items():
        answer = client.get(f"{path}.{suffix}")
        asked = client.get(path, params={"format": suffix}, headers={"Accept": "text/html"})
        assert asked.headers["content-type"] == answer.headers["content-type"]
        assert canonical(answer.content, syntax) == turtle


@pytest.mark.parametrize("path", ["/.well-known/void", "/catalog"])
def test_http_is_as_promised(client: TestClient, path: str, data_dir: Path) -> None:
    first = client.get(path, headers={"Accept": "text/turtle;q=0.9, application/rdf+xml;q=0.1"})
    current = Snapshots(data_dir).current()
    assert current is not None
    assert first.headers["content-type"] == "text/turtle; charset=utf-8"
    assert first.headers["access-control-allow-origin"] == "*"
    assert current.id in first.headers["etag"]
    assert "last-modified" in first.headers
    assert "Accept" in first.headers["vary"]
    again = client.get(path, headers={"Accept": "text/turtle", "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    links = first.headers["link"]
    for said in ('rel="alternate"; type="application/ld+json"', 'rel="item"', 'rel="service-desc"'):
        assert said in links
    refused = client.get(path, headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert refused.headers["access-control-allow-origin"] == "*"
    assert client.get(path, headers={"Accept": "text/html"}).headers["content-type"].startswith("text/html")


def test_the_catalogue_has_what_dcat_ap_asks_for(catalogue: rdflib.Graph) -> None:
    conforms, _, text = pyshacl.validate(catalogue, shacl_graph=rdflib.Graph().parse(SHAPES))
    assert conforms, text


def test_a_harvester_of_udata_finds_the_fields_it_maps(catalogue: rdflib.Graph) -> None:
    """What `udata/core/dataset/rdf.py` reads: one identifier, texts in French, licence, resources with address and format."""
    root = next(catalogue.subjects(RDF.type, DCAT.Catalog))
    datasets = set(catalogue.objects(root, DCAT.dataset))
    assert datasets and len({catalogue.value(one, DCTERMS.identifier) for one in datasets}) == len(datasets)
    licensed = set[bool]()  # a source that tells no licence has none here either
    for one in datasets:
        assert len(list(catalogue.objects(one, DCTERMS.identifier))) == 1
        for property in (DCTERMS.title, DCTERMS.description):
            texts = [text for text in catalogue.objects(one, property) if isinstance(text, rdflib.Literal)]
            assert sum(text.language == "fr" for text in texts) == 1, (one, property)
        publisher = catalogue.value(one, DCTERMS.publisher)
        assert publisher and catalogue.value(publisher, FOAF.name)
        for file in catalogue.objects(one, DCAT.distribution):
            assert isinstance(catalogue.value(file, DCAT.accessURL), rdflib.URIRef)
            if catalogue.value(file, DCAT.downloadURL):
                kind = str(catalogue.value(file, DCAT.mediaType))
                assert kind.startswith("https://www.iana.org/assignments/media-types/"), kind
                assert catalogue.value(file, DCTERMS.title)
                licensed.add(catalogue.value(file, DCTERMS.license) is not None)
                assert catalogue.value(file, DCTERMS.license) or not catalogue.value(one, DCTERMS.license), (
                    file
                )
    assert True in licensed


def test_the_shapes_of_dcat_ap_would_find_something(catalogue: rdflib.Graph) -> None:
    shapes = rdflib.Graph().parse(SHAPES)
    for kind, property in (
        (DCAT.Catalog, DCTERMS.publisher),
        (DCAT.Dataset, DCTERMS.description),
        (DCAT.Distribution, DCAT.accessURL),
        (DCAT.DataService, DCAT.endpointURL),
        (FOAF.Agent, FOAF.name),
        (DCAT.Dataset, DCTERMS.spatial),
    ):
        broken = rdflib.Graph() + catalogue
        broken.remove((next(broken.subjects(RDF.type, kind)), property, None))
        assert not pyshacl.validate(broken, shacl_graph=shapes)[0], property


def test_each_graph_is_a_dataset_with_its_own_licence(catalogue: rdflib.Graph, void: rdflib.Graph) -> None:
    sets = {
        str(catalogue.value(node, DCTERMS.identifier)): node
        for node in catalogue.subjects(RDF.type, DCAT.Dataset)
    }
    graphs = {GRAPHS + name for name in ("essai", "filieres", "ontology", "illustrative", "provenance")}
    assert graphs <= set(sets)
    assert len(sets) == len(graphs) + 1
    essai = sets[GRAPHS + "essai"]
    assert set(catalogue.objects(essai, DCTERMS.title)) == {rdflib.Literal("Données d'essai", lang="fr")}
    assert {str(word.language) for word in catalogue.objects(essai, DCAT.keyword)} == {"fr", "en"}  # type: ignore[attr-defined]
    agent = catalogue.value(essai, DCTERMS.publisher)
    assert catalogue.value(agent, FOAF.name) == rdflib.Literal("Office de l'Épreuve")
    assert catalogue.value(essai, DCAT.landingPage) == rdflib.URIRef("https://donnees.example/")
    assert not list(catalogue.objects(None, DCTERMS.issued)), "since when it is there, nothing tells"
    often = "http://publications.europa.eu/resource/authority/frequency/ANNUAL"
    assert catalogue.value(essai, DCTERMS.accrualPeriodicity) == rdflib.URIRef(often)
    period = catalogue.value(essai, DCTERMS.temporal)
    assert str(catalogue.value(period, DCAT.endDate)) == "2025-12-31"
    assert catalogue.value(essai, VOID.triples) == void.value(essai, VOID.triples)
    french = next(text for text in catalogue.objects(essai, DCTERMS.description) if text.language == "fr")  # type: ignore[attr-defined]
    assert "énoncés sur" in str(french)
    assert catalogue.value(WHOLE, DCTERMS.license) is None
    illustrative = sets[GRAPHS + "illustrative"]
    assert any("inventées" in str(text) for text in catalogue.objects(illustrative, DCTERMS.description))
    assert illustrative not in set(catalogue.objects(WHOLE, DCTERMS.hasPart))


def test_the_data_are_about_the_region_where_the_graph_has_it(
    client: TestClient, example: TestClient
) -> None:
    for served, place in (
        (client, "http://publications.europa.eu/resource/authority/country/FRA"),
        (example, "https://w3id.org/ancrage/id/territory/region/84"),
    ):
        found = read(served, "/catalog")
        assert set(found.objects(None, DCTERMS.spatial)) == {rdflib.URIRef(place)}
        assert found.value(rdflib.URIRef(place), RDFS.label)
        conforms, _, text = pyshacl.validate(found, shacl_graph=rdflib.Graph().parse(SHAPES))
        assert conforms, text


def test_an_english_title_is_told_where_the_source_has_one(tmp_path: Path) -> None:
    """The load tells it, or else the source's own graph."""
    source, title = "https://w3id.org/ancrage/id/source/a", "<http://purl.org/dc/terms/title>"
    derived = f"<{GRAPHS}a> <http://www.w3.org/ns/prov#wasDerivedFrom> <{source}> ."
    (tmp_path / "provenance.ttl").write_text(f'{derived} <{source}> {title} "Chargé"@fr .')
    (tmp_path / "a.ttl").write_text(f'<{source}> {title} "Autre"@fr , "Loaded"@en .')
    files = [(tmp_path / f"{name}.ttl", GRAPHS + name) for name in ("a", "provenance")]
    quads = build_store(files, tmp_path / "store", merged=[GRAPHS + "a"])
    graphs = {GRAPHS + "a": {"role": "base"}, GRAPHS + "provenance": {"role": "provenance"}}
    Snapshots(tmp_path / "data").publish(
        tmp_path / "store", {"quads": quads, "graphs": graphs, "merged": True}
    )
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as made:
        for path in ("/catalog", "/.well-known/void", "/graph/a.ttl"):
            found = read(made, path)
            (node,) = set(found.subjects(DCTERMS.title, rdflib.Literal("Chargé", lang="fr")))
            told = {rdflib.Literal("Chargé", lang="fr"), rdflib.Literal("Loaded", lang="en")}
            assert set(found.objects(node, DCTERMS.title)) == told


def test_the_default_graph_is_said_to_be_what_it_is(
    client: TestClient, catalogue: rdflib.Graph, void: rdflib.Graph
) -> None:
    service = read(client, "/sparql?format=ttl")
    assert not list(service.subjects(SD.feature, SD.UnionDefaultGraph))
    default = next(service.objects(None, SD.defaultGraph))
    served = next(catalogue.subjects(RDF.type, DCAT.DataService))
    for graph, node in ((service, default), (catalogue, served), (void, WHOLE)):
        texts = [str(text) for text in graph.objects(node, DCTERMS.description)]
        assert len(texts) == 2 and all("anc:recordOf" in text for text in texts)


def test_void_tells_the_licence_of_each_part_and_of_itself(void: rdflib.Graph) -> None:
    about = rdflib.URIRef("http://testserver/.well-known/void")
    assert void.value(about, DCTERMS.license) == rdflib.URIRef("https://spdx.org/licenses/CC-BY-4.0")
    parts = [one for one in void.objects(WHOLE, VOID.subset) if "#licence-" in str(one)]
    told = {str(void.value(one, DCTERMS.license, any=False)) for one in parts}
    assert told == {"https://spdx.org/licenses/CC-BY-4.0"}
    dumps = {dump for one in parts for dump in void.objects(one, VOID.dataDump)}
    assert dumps and dumps <= set(void.objects(WHOLE, VOID.dataDump))
    assert void.value(WHOLE, DCTERMS.license) is None  # several licences are not a choice of licences


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("donnees@ancrage.example", "mailto:donnees@ancrage.example"),
        ("https://ancrage.example/contact", "https://ancrage.example/contact"),
        ("", None),
    ],
)
def test_the_catalogue_says_whom_to_write_to(data_dir: Path, contact: str, said: str | None) -> None:
    settings = Settings(data_dir=data_dir, workers=1, contact=contact, publisher="Projet d'essai")
    with TestClient(create_app(settings)) as site:
        catalogue = read(site, "/catalog")
        shown = " ".join(site.get("/catalog", headers={"Accept": "text/html"}).text.split())
    vcard = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
    nodes = set(catalogue.objects(None, DCAT.contactPoint))
    assert pyshacl.validate(catalogue, shacl_graph=rdflib.Graph().parse(SHAPES))[0]
    if said is None:
        assert not nodes and 'rel="contact"' not in shown
        return
    (card,) = nodes
    assert catalogue.value(card, vcard.fn) == rdflib.Literal("Projet d'essai")
    assert {str(one) for name in ("hasEmail", "hasURL") for one in catalogue.objects(card, vcard[name])} == {
        said
    }
    for kind in (DCAT.Dataset, DCAT.Catalog, DCAT.DataService):
        for thing in catalogue.subjects(RDF.type, kind):
            assert catalogue.value(thing, DCAT.contactPoint) == card
    assert f'<a href="{said}" rel="contact">{contact}</a>' in shown
    catalogue.remove((card, vcard.fn, None))
    assert not pyshacl.validate(catalogue, shacl_graph=rdflib.Graph().parse(SHAPES))[0]


@pytest.mark.parametrize("contact", ["javascript:alert(1)", "quelqu’un", "a@b", 'a@b.example"><script>'])
def test_a_contact_is_an_address(data_dir: Path, contact: str) -> None:
    with pytest.raises(SettingError, match="adresse électronique"):
        Settings(data_dir=data_dir, contact=contact)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # what its reader of JSON-LD uses
@pytest.mark.parametrize("suffix", ["", ".ttl", ".jsonld", ".nt", ".rdf"])
def test_a_named_graph_dereferences(client: TestClient, suffix: str) -> None:
    formats = {"": "turtle", ".ttl": "turtle", ".jsonld": "json-ld", ".nt": "nt", ".rdf": "xml"}
    answer = client.get(f"/graph/essai{suffix}", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    found = rdflib.Graph().parse(data=answer.content, format=formats[suffix])
    graph, prov = rdflib.URIRef(GRAPHS + "essai"), rdflib.Namespace("http://www.w3.org/ns/prov#")
    ((count,),) = ask(client, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    assert number(found, graph, "triples") == int(count)
    assert str(found.value(graph, prov.wasDerivedFrom)).endswith("/id/source/essai")
    load = found.value(graph, prov.wasGeneratedBy)
    assert str(found.value(load, prov.endedAtTime)) == "2026-11-01T10:00:00+00:00"
    for dump in found.objects(graph, VOID.dataDump):
        assert client.get(str(dump).removeprefix("http://testserver")).status_code == 200
    assert f'<{graph}>; rel="describes"' in answer.headers["link"]


def test_a_derived_graph_says_what_made_it_of_what(client: TestClient) -> None:
    found = rdflib.Graph().parse(data=client.get("/graph/filieres.ttl").content, format="turtle")
    graph, prov = rdflib.URIRef(GRAPHS + "filieres"), rdflib.Namespace("http://www.w3.org/ns/prov#")
    read = {rdflib.URIRef(GRAPHS + name) for name in ("essai", "ontology")}
    assert set(found.objects(graph, prov.wasDerivedFrom)) == read
    made = found.value(graph, prov.wasGeneratedBy)
    assert (found.value(made, prov.wasAssociatedWith), RDF.type, prov.SoftwareAgent) in found
    page = client.get("/graph/filieres", headers={"Accept": "text/html"}).text
    assert '<a href="/graph/essai">essai</a>' in page and "Chargé le" not in page
    loads = (
        client.get("/sources", headers={"Accept": "text/html"})
        .text.split("Chargements")[-1]
        .split("</table>")[0]
    )
    assert "<code>essai</code>" in loads and "<code>filieres</code>" not in loads


def test_a_named_graph_has_a_page_and_an_unknown_one_is_not_found(client: TestClient) -> None:
    page = client.get("/graph/essai", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert GRAPHS + "essai" in page.text and 'href="/dumps/essai.nq.gz"' in page.text
    assert "Office de l&#39;Épreuve" in page.text
    own = client.get("/graph/ontology", headers={"Accept": "text/html"})
    assert "CC BY 4.0" in own.text
    assert '<https://spdx.org/licenses/CC-BY-4.0>; rel="license"' in own.headers["link"]
    english = client.get("/graph/illustrative?lang=en", headers={"Accept": "text/html"}).text
    assert "Invented data, in no indicator." in english
    for name in ("rien", "", "essai/autre", "%3Cscript%3E", "rien.ttl"):
        assert client.get(f"/graph/{name}").status_code == 404
    assert client.get("/graph/essai?format=xlsx").status_code == 406


def test_the_pages_give_the_same_numbers(client: TestClient, void: rdflib.Graph) -> None:
    page = client.get("/.well-known/void", headers={"Accept": "text/html"}).text
    triples = f"{number(void, WHOLE, 'triples'):,}".replace(",", "\u202f")
    assert f"<dd>{triples}</dd>" in page
    assert "Métropole d&#39;Essai" in page
    assert "javascript:" not in page
    listed = client.get("/catalog", headers={"Accept": "text/html", "Accept-Language": "en"}).text
    assert "Data catalogue" in listed
    assert '<html lang="en">' in listed
    assert "Office de l&#39;Épreuve" in listed
    assert 'href="/dumps/essai.nq.gz"' in listed


def test_a_host_header_is_not_believed_blindly(client: TestClient) -> None:
    for host in ('x"><script>', "a b", "x/../y", "<http://e.org/>"):
        body = client.get("/catalog.ttl", headers={"Host": host}).text
        assert host not in body
        list(ox.parse(body, ox.RdfFormat.TURTLE))
    assert "<http://données.example/" not in body
    assert "<http://donnees.example:8080/catalog#dataset>" in client.get(
        "/catalog.ttl", headers={"Host": "donnees.example:8080"}
    ).text.replace("@prefix", "")
