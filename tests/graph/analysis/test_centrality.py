"""Centrality, brokerage and link scores: equal to networkx on random graphs, from a graph or from its matrix; refusals."""

from __future__ import annotations

import random
import sys
from typing import Any, TypeAlias

import networkx as nx
import numpy as np
import pytest
from ancrage.graph.analysis.adjacency import Adjacency, TooThin
from ancrage.graph.analysis.betweenness import betweenness, sampled_betweenness
from ancrage.graph.analysis.brokerage import constraint, ei_by_class, ei_index, gould_fernandez
from ancrage.graph.analysis.centrality import core_number, pagerank
from ancrage.graph.analysis.links import adamic_adar, l3, popularity
from ancrage.graph.analysis.network import components, degree, strength
from ancrage.graph.analysis.solving import NotConverged
from ancrage.graph.analysis.triangles import Orientation, triangles
from ancrage.graph.analysis.uncertainty import BadTable
from ancrage.graph.analysis.walks import katz, katz_best
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

AnyGraph: TypeAlias = "nx.Graph[Any]"
FLORENCE = nx.florentine_families_graph()


@st.composite
def networks(draw: st.DrawFn, *, directed: bool | None = None) -> AnyGraph:
    """Networks of 3 to 25 nodes with weights, sometimes directed, disconnected, or with isolated nodes."""
    n = draw(st.integers(3, 25))
    way = draw(st.booleans()) if directed is None else directed
    ties = draw(
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(1, 9)), min_size=2)
    )
    graph: AnyGraph = nx.DiGraph() if way else nx.Graph()
    graph.add_nodes_from(f"n{place}" for place in range(n))
    graph.add_edge("n0", "n1", weight=2.0)
    graph.add_weighted_edges_from((f"n{a}", f"n{b}", weight / 4) for a, b, weight in ties if a != b)
    return graph


def matrix(graph: AnyGraph, weight: str | None = None) -> csr_array:
    return csr_array(nx.to_scipy_sparse_array(graph, weight=weight, format="csr"), dtype=float)


def close(found: Any, wanted: Any) -> None:
    np.testing.assert_allclose(list(found), list(wanted), rtol=0, atol=1e-9)


@settings(deadline=None)
@given(networks())
def test_pagerank_is_that_of_networkx(graph: AnyGraph) -> None:
    for weight in ("weight", None):
        wanted = nx.pagerank(graph, weight=weight, tol=1e-14, max_iter=5000)
        found = pagerank(graph, weight)
        assert list(found) == list(graph)
        close(found.values(), wanted.values())
        close(pagerank(matrix(graph, weight)), wanted.values())
    start = {"n0": 2.0, "n1": 1.0}
    wanted = nx.pagerank(graph, personalization=start, tol=1e-14, max_iter=5000)
    close(pagerank(graph, personalisation=start).values(), wanted.values())


@settings(deadline=None)
@given(networks())
def test_core_numbers_are_those_of_networkx(graph: AnyGraph) -> None:
    assert core_number(graph) == nx.core_number(graph)
    if graph.is_directed() and not Adjacency.of(matrix(graph)).directed:
        graph = graph.to_undirected()  # every tie is both ways: the matrix cannot tell
    assert core_number(matrix(graph)).tolist() == list(nx.core_number(graph).values())


@settings(deadline=None)
@given(networks(), st.integers(0, 99))
def test_betweenness_is_that_of_networkx(graph: AnyGraph, seed: int) -> None:
    wanted = nx.betweenness_centrality(graph)
    close(betweenness(graph).values(), wanted.values())
    close(betweenness(matrix(graph)), wanted.values())
    k = 2 + seed % (len(graph) - 1)
    drawn = random.Random(seed).sample(list(graph), k)  # what networkx draws for this seed
    close(
        betweenness(graph, sources=drawn).values(), nx.betweenness_centrality(graph, k=k, seed=seed).values()
    )
    for _, _, data in graph.edges(data=True):
        data["length"] = 1 / data["weight"]
    lengths = nx.betweenness_centrality(graph, k=k, seed=seed, weight="length")
    close(betweenness(graph, sources=drawn, weight="weight").values(), lengths.values())


@settings(deadline=None)
@given(networks())
def test_a_matrix_gives_what_its_graph_gives(graph: AnyGraph) -> None:
    classes = ["ABC"[place % 3] for place in range(len(graph))]
    named = dict(zip(graph, classes, strict=True))
    plain, weighted = matrix(graph), matrix(graph, "weight")
    assert degree(plain).tolist() == list(degree(graph).values())
    if graph.is_directed() == Adjacency.of(weighted, "weight").directed:
        close(strength(weighted), strength(graph).values())
    groups = [
        {node for node, rank in zip(graph, components(plain), strict=True) if rank == part}
        for part in range(int(components(plain).max()) + 1)
    ]
    assert groups == components(graph)
    close(ei_by_class(plain, classes).values(), ei_by_class(graph, named).values())
    assert ei_index(weighted, classes, "weight") == pytest.approx(ei_index(graph, named, "weight"), abs=1e-9)
    kept = constraint(weighted, "weight")
    close(kept[~np.isnan(kept)], constraint(graph, "weight").values())
    if graph.to_undirected().number_of_edges() > 1:
        roles = gould_fernandez(graph, named)
        assert gould_fernandez(plain, classes).tolist() == [
            [r.coordinator, r.itinerant, r.representative, r.gatekeeper, r.liaison] for r in roles.values()
        ]
    read: Any = Adjacency.of(graph, "weight")
    assert components(read) == components(graph) and core_number(read) == core_number(graph)
    close(constraint(read).values(), constraint(graph).values())
    close(pagerank(read).values(), pagerank(graph).values())


@settings(deadline=None)
@given(networks(directed=False))
def test_link_scores_by_name_and_their_definitions(graph: AnyGraph) -> None:
    nodes = list(graph)
    pairs = [(a, b) for a in nodes for b in nodes if a != b]
    close(adamic_adar(graph, pairs), [score for *_, score in nx.adamic_adar_index(graph, pairs)])
    close(adamic_adar(graph, pairs[:2]), [score for *_, score in nx.adamic_adar_index(graph, pairs[:2])])
    close(popularity(graph, pairs), [score for *_, score in nx.preferential_attachment(graph, pairs)])
    a = matrix(graph).toarray()
    k = np.maximum(a.sum(axis=1), 1)
    close(
        l3(graph, pairs),
        [(a @ (a / np.sqrt(np.outer(k, k))) @ a)[nodes.index(x), nodes.index(y)] for x, y in pairs],
    )
    beta = 0.95 / np.linalg.eigvalsh(a)[-1]
    whole = np.linalg.inv(np.eye(len(a)) - beta * a) - np.eye(len(a))
    close(katz(graph, pairs, beta=beta), [whole[nodes.index(x), nodes.index(y)] for x, y in pairs])
    best = katz_best(matrix(graph), range(len(a)), 3, beta=beta)
    for source in range(len(a)):
        able = [y for y in range(len(a)) if y != source and not a[source, y] and whole[source, y] > 1e-8]
        wanted = sorted((whole[source, y] for y in able), reverse=True)[:3]
        kept = best.places[source] >= 0
        np.testing.assert_allclose(best.scores[source][kept][: len(wanted)], wanted, atol=2e-9)
        np.testing.assert_allclose(
            whole[source, best.places[source][kept]], best.scores[source][kept], atol=2e-9
        )
        assert not a[source, best.places[source][kept]].any() and source not in best.places[source]


def test_the_anchors_of_florence_and_of_brokerage() -> None:
    assert betweenness(FLORENCE)["Medici"] == pytest.approx(95 / 182, abs=1e-9)
    assert constraint(FLORENCE)["Medici"] == pytest.approx(0.20987654, abs=1e-6)
    internal, external = [("a", f"a{k}") for k in range(7)], [("a", f"b{k}") for k in range(3)]
    graph = nx.Graph(internal + external)
    assert ei_index(graph, {node: node[0] for node in graph}) == pytest.approx(-0.4, abs=1e-12)
    karate: Any = nx.karate_club_graph()
    assert adamic_adar(karate, [(2, 33)])[0] == pytest.approx(4.7194, abs=5e-5)
    assert sum(len(first) for first, _, _ in triangles(Orientation.of(matrix(karate)))) == 45


def test_the_interval_of_a_sample_holds() -> None:
    graph = nx.barabasi_albert_graph(300, 2, seed=5)
    exact = betweenness(matrix(graph))
    for seed in range(5):
        found = sampled_betweenness(matrix(graph), sources=60, seed=seed)
        within = (found.low <= exact + 1e-12) & (exact <= found.high + 1e-12)
        assert within.mean() > 0.95 and len(found.sources) == 60
        close(found.values, betweenness(matrix(graph), sources=60, seed=seed))
    whole = sampled_betweenness(matrix(graph), sources=300)
    close(whole.values, exact)
    np.testing.assert_allclose(whole.high - whole.low, 0, atol=1e-9)
    assert sampled_betweenness(FLORENCE, sources=5).estimate("Medici").n == 5


def test_a_large_network_is_sampled_and_a_long_one_is_followed_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = nx.path_graph(400)
    a, drawn = matrix(graph), [0, 7, 399]
    wanted = nx.betweenness_centrality_subset(graph, drawn, list(graph), normalized=False)
    part = betweenness(a, sources=drawn)
    close(part[[1, 200]], [2 * wanted[place] / (3 * 398) for place in (1, 200)])
    monkeypatch.setattr(sys.modules["ancrage.graph.analysis.betweenness"], "EXACT_WORK", 100)
    close(betweenness(a, seed=3), betweenness(a, sources=256, seed=3))


def test_loops_and_multiple_edges() -> None:
    many: Any = nx.MultiGraph([("a", "b"), ("a", "b"), ("b", "c"), ("c", "c")])
    for a, b, key in many.edges(keys=True):
        many[a][b][key]["weight"] = 1.5
    assert strength(many) == {"a": 3.0, "b": 4.5, "c": 1.5}
    assert core_number(many) == {"a": 1, "b": 1, "c": 1}
    looped = nx.Graph([("a", "a"), ("a", "b")])
    close(pagerank(looped).values(), nx.pagerank(looped, tol=1e-14).values())


@pytest.mark.parametrize(
    ("measure", "network", "error", "reason"),
    [
        (pagerank, nx.Graph(), TooThin, "at least 1 node"),
        (pagerank, nx.empty_graph(4), TooThin, "at least 1 edge"),
        (core_number, np.zeros((0, 0)), TooThin, "at least 1 node"),
        (betweenness, nx.empty_graph(4), TooThin, "at least 1 edge"),
        (betweenness, np.ones((2, 2)), TooThin, "at least 3 nodes"),
        (degree, np.zeros((2, 3)), BadTable, "not square"),
        (strength, np.array([[0, -1], [-1, 0]]), BadTable, "negative"),
        (pagerank, np.array([[0, np.nan], [1, 0]]), BadTable, "not a number"),
        (constraint, np.eye(3), TooThin, "an edge between two nodes"),
    ],
)
def test_what_has_no_meaning_is_refused(measure: Any, network: Any, error: Any, reason: str) -> None:
    with pytest.raises(error, match=reason):
        measure(network)


def test_bad_arguments_are_refused_in_one_sentence() -> None:
    path = nx.path_graph(4)
    for call, reason in (
        (lambda: pagerank(path, damping=1.0), "damping 1 is not in"),
        (lambda: pagerank(path, personalisation={9: 1.0}), "names 9"),
        (lambda: pagerank(path, personalisation={0: 0.0}), "sum to more than 0"),
        (lambda: betweenness(path, sources=1), "a sample needs two"),
        (lambda: betweenness(path, sources=[0, 9]), "source 9 is not"),
        (lambda: betweenness(path, sources=[0, 0]), "given twice"),
        (lambda: katz_best(matrix(path), [9]), "outside the 4"),
        (lambda: katz_best(matrix(path), [0], 0), "0 partners"),
        (lambda: katz_best(matrix(path), [0], beta=2), "1/λ₁"),
        (lambda: adamic_adar(path, [(0, 9)]), "names 9"),
        (lambda: l3(nx.DiGraph([(0, 1)]), [(0, 1)]), "directions"),
    ):
        with pytest.raises(BadTable, match=reason):
            call()
    with pytest.raises(TooThin, match="at least two classes, and all nodes are A"):
        ei_index(path, dict.fromkeys(path, "A"))
    with pytest.raises(NotConverged, match="is left after"):
        pagerank(nx.star_graph(3).to_directed(), damping=1 - 1e-9)
