"""Projections of the example graph: nodes, weights, years, evidence, what is skipped and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from ancrage.graph.pool.blocking import WorkerPool
from ancrage.graph.region.projection import (
    EmptyProjection,
    actor_actor,
    actor_chain,
    institution_territory,
    table,
)
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.queries.query import ParameterError

ID = "https://w3id.org/ancrage/id/"
UGA = f"{ID}organization/0383546Y"
INP = f"{ID}organization/0381912X"
LMB = f"{ID}organization/199812857A"
FIRM = f"{ID}organization/510000001"
CHAIN = f"{ID}value-chain/timber-construction"
METRO = f"{ID}territory/epci/200040715"


def test_actor_chain_is_bipartite_and_tells_why(example_reader: LocalReader) -> None:
    graph = actor_chain(example_reader, "timber-construction")
    assert {node for node in graph if graph.nodes[node]["bipartite"] == 1} == {CHAIN}
    assert all(CHAIN in edge for edge in graph.edges)
    assert graph.nodes[CHAIN]["label"] == "bois-construction"
    assert graph.nodes[LMB] == {
        "iri": LMB,
        "label": "Laboratoire des matériaux bois",
        "kind": "research-unit",
        "territory": f"{ID}territory/commune/38421",
        "bipartite": 0,
    }
    laboratory = graph[LMB][CHAIN]
    assert laboratory["weight"] == 3.0
    assert laboratory["kinds"] == ["interaction", "membership"]
    assert laboratory["years"] == [2020, 2021]
    assert laboratory["evidence"] == "documented"
    assert "timber-researches-core" in laboratory["sources"]
    school = graph[INP][CHAIN]
    assert (school["functions"], school["stages"]) == (["researches", "trains"], ["first-processing"])


def test_institution_territory_counts_by_kind(example_reader: LocalReader) -> None:
    graph = institution_territory(example_reader)
    edge = graph[UGA][METRO]
    assert edge["by_kind"] == {"site": 1, "programme": 1, "unit": 3}
    assert edge["weight"] == 5.0
    firm = graph[INP][f"{ID}territory/epci/243800984"]
    assert firm["by_kind"] == {"interaction": 1}
    assert firm["years"] == [2020]
    assert graph.nodes[METRO]["kind"] == "Intercommunality"
    departments = institution_territory(example_reader, "region/84", "department")
    assert departments[UGA][f"{ID}territory/department/26"]["by_kind"] == {
        "site": 1,
        "programme": 1,
        "unit": 1,
    }


def test_actor_actor_weights_each_pair_by_the_size_of_the_interaction(example_reader: LocalReader) -> None:
    graph = actor_actor(example_reader)
    edge = graph[LMB][FIRM]
    assert edge["weight"] == pytest.approx(0.5 + 1.0)
    assert edge["years"] == [2020, 2021]
    assert edge["kinds"] == ["business-creation", "collaborative-project"]
    assert edge["sources"] == ["example"]
    assert graph[LMB][INP]["weight"] == pytest.approx(0.5)
    assert actor_actor(example_reader, newman=False)[LMB][FIRM]["weight"] == 2.0
    assert (graph.graph["skipped"], graph.graph["weighting"]) == (0, "newman")
    spent = sum(data["weight"] for _, _, data in graph.edges(data=True))
    assert spent == pytest.approx((3 + 2 + 4 + 2) / 2)


def test_large_interactions_make_no_pair_and_are_counted(example_reader: LocalReader) -> None:
    graph = actor_actor(example_reader, largest=2)
    assert graph.graph["skipped"] == 2
    assert graph[LMB][FIRM]["weight"] == 1.0
    assert INP not in graph


def test_a_node_without_french_label_has_a_name(example_reader: LocalReader) -> None:
    graph = actor_actor(example_reader)
    assert graph.nodes[f"{ID}organization/stub-without-label"]["label"] == "stub-without-label"


def test_undated_ties_join_on_request(example_reader: LocalReader) -> None:
    assert not actor_actor(example_reader).has_edge(UGA, FIRM)
    edge = actor_actor(example_reader, ties=True)[UGA][FIRM]
    assert (edge["weight"], edge["kinds"], edge["years"]) == (2.0, ["tie"], [])


def test_a_territory_restricts_the_interactions(example_reader: LocalReader) -> None:
    graph = actor_actor(example_reader, "07")
    assert set(graph) == {f"{ID}organization/200071413", f"{ID}organization/200319750B"}


def test_illustrative_interactions_count_only_when_asked(example_reader: LocalReader) -> None:
    relay = f"{ID}organization/example-relay"
    assert relay not in actor_chain(example_reader, "timber-construction")
    snapshot = example_reader.snapshot
    graphs = [*snapshot.base_graphs, *snapshot.graphs("illustrative")]
    graph = actor_chain(example_reader, "timber-construction", graphs=graphs)
    assert graph[relay][CHAIN]["evidence"] == "illustrative"


def test_nothing_to_project_is_said(example_reader: LocalReader) -> None:
    with pytest.raises(EmptyProjection, match=r"actor-actor \(territory=adhoc/nulle-part\) has no edge"):
        actor_actor(example_reader, "adhoc/nulle-part")
    with pytest.raises(EmptyProjection):
        actor_chain(example_reader, "no-such-chain")
    with pytest.raises(EmptyProjection):
        institution_territory(example_reader, "adhoc/nulle-part")
    with pytest.raises(ParameterError, match="n'est pas un niveau de territoire"):
        institution_territory(example_reader, level="quartier")


def test_worker_processes_give_the_same_projection(
    example_data_dir: Path, example_reader: LocalReader
) -> None:
    with WorkerPool(example_data_dir, size=1) as pool:
        found = actor_actor(pool)
    expected = actor_actor(example_reader)
    assert {node: found.nodes[node] for node in found} == {node: expected.nodes[node] for node in expected}
    assert {frozenset(edge) for edge in found.edges} == {frozenset(edge) for edge in expected.edges}


def test_a_table_has_nulls_where_nothing_is_bound(example_reader: LocalReader) -> None:
    rows = table(example_reader, "actor-students", organization="0383546Y")
    assert rows["students"].to_list() == [None, "57000"]
