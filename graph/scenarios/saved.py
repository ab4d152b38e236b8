"""The scenarios that the graph holds: each in its own named graph, read back as it was saved."""

from __future__ import annotations

import polars as pl
import pyoxigraph as ox

from ...queries.library import Library
from ...queries.parameters import iri_term
from ..findings.model import Words
from ..findings.rdf import scenario_iri
from ..region.names import UnknownName
from ..snapshots.provenance import GRAPHS
from ..snapshots.reader import Reader
from .assumptions import Scenario
from .description import read_back
from .names import nearest

_QUESTION = Library()["scenario-assumptions"]
_WORDS = """PREFIX anc: <https://w3id.org/ancrage/def/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?graph ?order ?words (LANG(?words) AS ?language) WHERE {
  GRAPH ?graph {
    ?scenario a anc:Scenario ; anc:hasAssumption ?node . ?node anc:assumptionOrder ?order ; rdfs:label ?words
    FILTER EXISTS { ?node rdfs:label ?french . FILTER(LANG(?french) = "fr") }
  }
}
ORDER BY ?graph ?order"""
_CONTENT = """PREFIX anc: <https://w3id.org/ancrage/def/>
CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o MINUS {{ ?s a anc:TerritorialObservation }} }} }}"""


def list_scenarios(reader: Reader) -> list[Scenario]:
    """List the scenarios saved in the graph that this model can run, in the order of their names."""
    answer = reader.query(_QUESTION.bind(), accept="text/csv")
    graphs = pl.read_csv(answer.body, infer_schema=False)["graph"].drop_nulls().unique().sort()
    found = (
        one for graph in graphs if graph.startswith(GRAPHS + "scenario/") for one in _read(reader, graph)
    )
    return sorted(found, key=lambda one: one.name)


def assumption_words(reader: Reader) -> dict[str, list[Words]]:
    """Give the words that the assumptions of each scenario were kept with, in their order, by the scenario's graph."""
    table = pl.read_csv(reader.query(_WORDS, accept="text/csv").body, infer_schema=False)
    found: dict[str, dict[int, dict[str, str]]] = {}
    for graph, order, words, language in table.iter_rows():
        found.setdefault(graph, {}).setdefault(int(order), {})[language] = words
    return {graph: [said for _, said in sorted(rows.items())] for graph, rows in found.items()}


def saved_scenario(reader: Reader, name: str) -> Scenario:
    """Read one saved scenario by its name; raises UnknownName with the nearest, or the first where none is near."""
    known = {one.name: one for one in list_scenarios(reader)}
    if name not in known:
        labels = {scenario_iri(one.name): one.label for one in known.values()}
        near = nearest(name, labels) or [(label, iri) for iri, label in labels.items()][:3]
        raise UnknownName("scenario", name, near)
    return known[name]


def _read(reader: Reader, graph: str) -> list[Scenario]:
    answer = reader.query(_CONTENT.format(graph=iri_term(graph)), accept="application/n-triples")
    triples = (quad.triple for quad in ox.parse(answer.body, ox.RdfFormat.N_TRIPLES))
    return [one for one in read_back(triples) if one.graph == graph]
