"""The scenarios that the graph holds: each in its own named graph, read back as it was saved."""

from __future__ import annotations

import polars as pl
import pyoxigraph as ox

from ...queries.library import Library
from ...queries.parameters import iri_term
from ..findings.rdf import scenario_iri
from ..region.names import UnknownName
from ..snapshots.provenance import GRAPHS
from ..snapshots.reader import Reader
from .assumptions import Scenario
from .description import read_back
from .names import nearest

_QUESTION = Library()["scenario-assumptions"]
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
