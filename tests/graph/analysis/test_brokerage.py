"""Brokerage: published anchors, agreement with networkx and with a count by hand, refusals."""

from __future__ import annotations

from itertools import permutations
from typing import Any, TypeAlias

import networkx as nx
import pytest
from ancrage.graph.analysis.adjacency import TooThin
from ancrage.graph.analysis.brokerage import (
    Roles,
    UnclassifiedNode,
    constraint,
    ei_by_class,
    ei_index,
    gould_fernandez,
)

AnyGraph: TypeAlias = "nx.Graph[Any]"
ROLES = {
    ("A", "A", "A"): Roles(1, 0, 0, 0, 0),
    ("A", "B", "A"): Roles(0, 1, 0, 0, 0),
    ("A", "A", "B"): Roles(0, 0, 1, 0, 0),
    ("A", "B", "B"): Roles(0, 0, 0, 1, 0),
    ("A", "B", "C"): Roles(0, 0, 0, 0, 1),
}


@pytest.mark.parametrize(("kinds", "expected"), ROLES.items())
def test_the_five_roles(kinds: tuple[str, str, str], expected: Roles) -> None:
    found = gould_fernandez(nx.DiGraph([("a", "v"), ("v", "b")]), dict(zip("avb", kinds, strict=True)))
    assert found["v"] == expected
    assert found["v"].total == 1
    assert found["a"].total == found["b"].total == 0


def test_a_closed_path_is_no_brokerage() -> None:
    graph = nx.DiGraph([("a", "v"), ("v", "b"), ("a", "b")])
    assert gould_fernandez(graph, dict.fromkeys("avb", "A"))["v"].total == 0
    graph = nx.DiGraph([("a", "v"), ("v", "a"), ("v", "b")])
    assert gould_fernandez(graph, dict.fromkeys("avb", "A"))["v"].coordinator == 1


def _by_hand(graph: AnyGraph, classes: dict[Any, str]) -> dict[Any, Roles]:
    directed = graph if graph.is_directed() else graph.to_directed()
    found = {}
    for v in graph:
        counts = [0] * 5
        for a, b in permutations(graph, 2):
            if v in (a, b) or directed.has_edge(a, b):
                continue
            if directed.has_edge(a, v) and directed.has_edge(v, b):
                kinds = (classes[a], classes[v], classes[b])
                if kinds[0] == kinds[1] == kinds[2]:
                    counts[0] += 1
                elif kinds[0] == kinds[2]:
                    counts[1] += 1
                elif kinds[0] == kinds[1]:
                    counts[2] += 1
                elif kinds[1] == kinds[2]:
                    counts[3] += 1
                else:
                    counts[4] += 1
        found[v] = Roles(*counts)
    return found


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("directed", [False, True])
def test_roles_agree_with_a_count_by_hand(seed: int, directed: bool) -> None:
    graph = nx.gnp_random_graph(18, 0.2, seed=seed, directed=directed)
    classes = {node: "ABCD"[(node * 5 + seed) % 4] for node in graph}
    found = gould_fernandez(graph, classes)
    assert found == _by_hand(graph, classes)
    if not directed:
        assert all(roles.representative == roles.gatekeeper for roles in found.values())


def test_constraint_of_the_medici() -> None:
    found = constraint(nx.florentine_families_graph())
    assert found["Medici"] == pytest.approx(0.2098765432, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_constraint_agrees_with_networkx(seed: int, directed: bool, weight: str | None) -> None:
    graph = nx.gnp_random_graph(40, 0.08, seed=seed, directed=directed)
    for a, b, data in graph.edges(data=True):
        data["weight"] = 0.5 + ((a * 3 + b) % 7)
    expected = {node: value for node, value in nx.constraint(graph, weight=weight).items() if value == value}
    assert constraint(graph, weight) == pytest.approx(expected, abs=1e-9)


def test_an_isolated_node_has_no_constraint() -> None:
    graph = nx.path_graph(3)
    graph.add_node("alone")
    assert set(constraint(graph)) == {0, 1, 2}


def test_three_external_and_seven_internal_ties() -> None:
    internal = [("a", f"a{k}") for k in range(7)]
    external = [("a", f"b{k}") for k in range(3)]
    graph = nx.Graph([*internal, *external])
    classes = {node: node[0] for node in graph}
    assert ei_index(graph, classes) == pytest.approx(-0.4)
    assert ei_by_class(graph, classes) == pytest.approx({"a": -0.4, "b": 1.0})
    for a, b in external:
        graph[a][b]["weight"] = 7.0
    assert ei_index(graph, classes, weight="weight") == pytest.approx((21 - 7) / 28)


def test_thin_networks_and_unclassified_nodes_are_refused() -> None:
    with pytest.raises(TooThin, match="at least 3 nodes"):
        gould_fernandez(nx.path_graph(2), {0: "A", 1: "A"})
    with pytest.raises(TooThin, match="needed: at least 1 edge"):
        constraint(nx.empty_graph(4))
    with pytest.raises(TooThin, match="an edge between two nodes"):
        ei_index(nx.Graph([("a", "a"), ("b", "b")]), {"a": "A", "b": "A"})
    with pytest.raises(UnclassifiedNode, match="2 nodes have no class, first 1") as error:
        gould_fernandez(nx.path_graph(3), {0: "A"})
    assert error.value.missing == 2
