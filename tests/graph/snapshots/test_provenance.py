"""The provenance graph: PROV-O and DCAT of each load."""

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.provenance import (
    DERIVED_GRAPHS,
    GRAPHS,
    ONTOLOGY_GRAPH,
    PROVENANCE_GRAPH,
    REGISTER_GRAPH,
    InputFile,
    LoadRecord,
    describe,
    licence_iri,
    write,
)

RECORD = LoadRecord(
    name="mesr-rnsr",
    source="mesr-rnsr",
    graph="https://w3id.org/ancrage/graph/mesr-rnsr",
    role="base",
    title={"fr": "Structures de recherche", "en": "Research structures"},
    publisher="MESR",
    licence="etalab-2.0",
    homepage="https://example.org/rnsr",
    download="https://example.org/rnsr.csv",
    date="2022-02",
    frequency="continuous",
    started="2026-01-01T00:00:00Z",
    ended="2026-01-01T00:00:09Z",
    quads=12,
    rows={"organizations": 3},
    rejected=0,
    files=[InputFile("rnsr.csv", 42, "ab" * 32)],
)


def test_each_load_is_told_in_prov_and_dcat(tmp_path: Path) -> None:
    path = tmp_path / "provenance.nq"
    count = write([RECORD], path)
    store = ox.Store()
    store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    assert len(store) == count
    assert {quad.graph_name.value for quad in store} == {PROVENANCE_GRAPH}
    asked = store.query(
        """PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX dcat: <http://www.w3.org/ns/dcat#>
        PREFIX dcterms: <http://purl.org/dc/terms/>
        ASK { GRAPH ?p {
          <https://w3id.org/ancrage/graph/mesr-rnsr> prov:wasDerivedFrom ?source ; prov:wasGeneratedBy ?load .
          ?source a dcat:Dataset ; dcterms:license <https://spdx.org/licenses/etalab-2.0> ; dcterms:title ?t ;
            dcterms:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/CONT> .
          ?load prov:used ?file ; prov:startedAtTime ?start ; prov:endedAtTime ?end .
          ?file dcterms:title "rnsr.csv" ; dcat:byteSize 42 . FILTER(?start < ?end) } }"""
    )
    assert bool(asked)


@pytest.mark.parametrize("graph", [REGISTER_GRAPH, *DERIVED_GRAPHS])
def test_a_derived_graph_tells_what_made_it_of_what(graph: str) -> None:
    apart = replace(RECORD, name="illustrative", graph=GRAPHS + "illustrative", role="illustrative")
    store = ox.Store()
    store.extend(describe([RECORD, apart]))
    asked = f"""PREFIX prov: <http://www.w3.org/ns/prov#>
    SELECT DISTINCT ?read {{ GRAPH <{PROVENANCE_GRAPH}> {{ <{graph}> a prov:Entity ; prov:wasGeneratedBy ?made ;
      prov:wasDerivedFrom ?read . ?made a prov:Activity ; prov:used ?read ; prov:wasAssociatedWith/a prov:SoftwareAgent }} }}"""
    found = store.query(asked)
    assert isinstance(found, ox.QuerySolutions)
    linked = set() if graph == REGISTER_GRAPH else {ONTOLOGY_GRAPH, REGISTER_GRAPH}
    assert {row["read"] for row in found} == {ox.NamedNode(name) for name in (RECORD.graph, *linked)}
    assert describe([apart]) and not any(quad.subject == ox.NamedNode(graph) for quad in describe([apart]))


def test_a_record_survives_its_json() -> None:
    assert LoadRecord.from_dict(RECORD.to_dict()) == RECORD


def test_an_unknown_licence_stays_an_iri() -> None:
    assert licence_iri("https://example.org/l") == "https://example.org/l"
    assert licence_iri("MIT") == "https://spdx.org/licenses/MIT"
