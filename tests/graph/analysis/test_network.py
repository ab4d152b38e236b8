"""Network measures: published anchors, agreement with networkx, refusals."""

from __future__ import annotations

from typing import Any, TypeAlias

import networkx as nx
import pytest
from ancrage.graph.analysis.adjacency import TooThin, adjacency, require
from ancrage.graph.analysis.betweenness import betweenness
from ancrage.graph.analysis.communities import louvain
from ancrage.graph.analysis.network import (
    components,
    degree,
    strength,
    top,
)

AnyGraph: TypeAlias = "nx.Graph[Any]"


def _random(seed: int, *, directed: bool = False) -> AnyGraph:
    graph: AnyGraph = nx.gnp_random_graph(60, 0.06, seed=seed, directed=directed)
    for a, b, data in graph.edges(data=True):
        data["weight"] = 0.25 + ((a * 7 + b * 3) % 11)
    return graph


def test_florentine_families() -> None:
    medici = betweenness(nx.florentine_families_graph())
    assert medici["Medici"] == pytest.approx(0.5219780219, abs=1e-9)
    assert max(medici, key=lambda node: medici[node]) == "Medici"


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("directed", [False, True])
def test_degree_and_strength_agree_with_networkx(seed: int, directed: bool) -> None:
    graph = _random(seed, directed=directed)
    undirected = graph.to_undirected()
    assert degree(graph) == dict(undirected.degree())
    expected = dict(graph.degree(weight="weight"))
    assert strength(graph) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_components_agree_with_networkx(seed: int) -> None:
    graph = nx.gnp_random_graph(80, 0.015, seed=seed)
    found = components(graph)
    assert {frozenset(part) for part in found} == {frozenset(p) for p in nx.connected_components(graph)}
    assert [len(part) for part in found] == sorted(map(len, found), reverse=True)
    directed = nx.gnp_random_graph(80, 0.01, seed=seed, directed=True)
    weak = {frozenset(part) for part in nx.weakly_connected_components(directed)}
    assert {frozenset(part) for part in components(directed)} == weak


def test_a_strong_tie_is_short() -> None:
    graph: AnyGraph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 4.0), ("b", "c", 4.0), ("a", "c", 1.0)])
    assert betweenness(graph)["b"] == 0.0
    assert betweenness(graph, weight="weight")["b"] == 1.0
    assert "_distance" not in graph["a"]["b"]


def test_sampled_betweenness_is_the_same_for_the_same_seed() -> None:
    graph = _random(3)
    assert betweenness(graph, sources=20, seed=1) == betweenness(graph, sources=20, seed=1)
    assert betweenness(graph, sources=20, seed=1) != betweenness(graph, sources=20, seed=2)
    assert betweenness(graph, sources=60) == pytest.approx(betweenness(graph), abs=1e-9)


def test_self_loops_are_left_out() -> None:
    graph = nx.Graph([("a", "a"), ("a", "b")])
    assert degree(graph) == {"a": 1, "b": 1}
    assert adjacency(graph)[1].nnz == 2


def test_louvain_is_repeatable_and_finds_two_cliques() -> None:
    graph = nx.barbell_graph(6, 0)
    found = louvain(graph, weight=None, seed=3)
    assert set(found.groups) == {frozenset(range(6)), frozenset(range(6, 12))}
    assert found.modularity == pytest.approx(30 / 31 - 0.5)
    assert louvain(graph, weight=None, seed=3) == found
    assert sorted(found.labels()) == list(range(12))


def test_top_breaks_ties_by_name() -> None:
    assert top({"b": 1.0, "a": 1.0, "c": 3.0}, 2) == [("c", 3.0), ("a", 1.0)]


@pytest.mark.parametrize("measure", [degree, strength, components, betweenness, louvain])
def test_an_empty_network_is_refused(measure: Any) -> None:
    with pytest.raises(TooThin) as error:
        measure(nx.Graph())
    assert error.value.nodes == 0


def test_a_thin_network_is_refused_in_one_sentence() -> None:
    with pytest.raises(TooThin, match="betweenness: there are 2 nodes and 1 edges, needed: at least 3 nodes"):
        betweenness(nx.path_graph(2))
    with pytest.raises(TooThin, match=r"needed: at least 1 edge$"):
        louvain(nx.empty_graph(5))
    require("nothing", nx.empty_graph(1))
