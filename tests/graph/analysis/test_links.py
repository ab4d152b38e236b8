"""Link scores, access, matching, robustness: published anchors, plain definitions as oracles, refusals."""

import itertools

import networkx as nx
import numpy as np
import pytest
from ancrage.graph.analysis.access import demand_supply_gap, floating_catchment, gaussian, great_circle
from ancrage.graph.analysis.links import adamic_adar, l3, popularity, resource_allocation
from ancrage.graph.analysis.matching import assign, deferred_acceptance
from ancrage.graph.analysis.robustness import attack_curve, reach_lost, robustness, single_points
from ancrage.graph.analysis.uncertainty import BadTable
from ancrage.graph.analysis.walks import katz
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ...stability import blocking_pairs

KARATE = nx.karate_club_graph()


def matrix(graph: "nx.Graph[int]") -> csr_array:
    return csr_array(nx.to_scipy_sparse_array(graph, weight=None, format="csr"))


def all_pairs(graph: "nx.Graph[int]") -> list[tuple[int, int]]:
    return list(itertools.combinations(range(graph.number_of_nodes()), 2))


def test_the_karate_club() -> None:
    assert adamic_adar(matrix(KARATE), [[2, 33]])[0] == pytest.approx(4.7194, abs=5e-5)
    assert resource_allocation(matrix(KARATE), [[2, 33]])[0] == pytest.approx(1.5667, abs=5e-5)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (adamic_adar, nx.adamic_adar_index),
        (resource_allocation, nx.resource_allocation_index),
        (popularity, nx.preferential_attachment),
    ],
)
def test_scores_are_those_of_networkx(ours: object, theirs: object) -> None:
    pairs = all_pairs(KARATE)
    wanted = [score for _, _, score in theirs(KARATE, pairs)]  # type: ignore[operator]
    np.testing.assert_allclose(ours(matrix(KARATE), pairs), wanted, atol=1e-9)  # type: ignore[operator]


def test_nodes_without_ties_change_no_katz_score() -> None:
    beta, pairs = 0.1, [(0, 33), (5, 2), (33, 16)]
    wider = KARATE.copy()
    wider.add_nodes_from(range(34, 60))
    np.testing.assert_allclose(
        katz(matrix(wider), [*pairs, (40, 3), (3, 40), (41, 42)], beta=beta),
        [*katz(matrix(KARATE), pairs, beta=beta), 0.0, 0.0, 0.0],
        atol=1e-12,
    )


def test_l3_and_katz_are_their_definitions() -> None:
    a = matrix(KARATE).toarray().astype(float)
    k = a.sum(axis=1)
    pairs = all_pairs(KARATE)
    plain = [
        sum(a[x, u] * a[u, v] * a[v, y] / np.sqrt(k[u] * k[v]) for u in range(len(a)) for v in range(len(a)))
        for x, y in pairs[:60]
    ]
    np.testing.assert_allclose(l3(matrix(KARATE), pairs[:60]), plain, atol=1e-9)
    beta = 0.9 / np.linalg.eigvalsh(a)[-1]
    whole = np.linalg.inv(np.eye(len(a)) - beta * a) - np.eye(len(a))
    np.testing.assert_allclose(katz(matrix(KARATE), pairs, beta=beta), [whole[p] for p in pairs], atol=1e-9)


def test_common_neighbours_say_nothing_across_a_bipartite_graph() -> None:
    graph = nx.complete_bipartite_graph(3, 3)
    graph.remove_edge(0, 3)
    across = [[0, 3]]
    assert adamic_adar(matrix(graph), across)[0] == 0
    assert l3(matrix(graph), across)[0] > 0 and katz(matrix(graph), across)[0] > 0


def test_what_is_no_adjacency_is_refused() -> None:
    square = np.array([[0.0, 1.0], [1.0, 0.0]])
    for bad, reason in (
        (square * 2, "0 and 1"),
        (np.eye(2), "own neighbour"),
        (np.array([[0.0, 1.0], [0.0, 0.0]]), "symmetric"),
        (np.zeros((2, 3)), "square"),
    ):
        with pytest.raises(BadTable, match=reason):
            adamic_adar(csr_array(bad), [[0, 1]])
    with pytest.raises(BadTable, match="outside the 2"):
        popularity(csr_array(square), [[0, 2]])
    with pytest.raises(BadTable, match="1/λ₁"):
        katz(csr_array(square), [[0, 1]], beta=1.0)


def test_the_hospitals() -> None:
    """PySAL access: the third place is the centre, 40 from the two others, which are 80 apart."""
    d = [[1, 80, 40], [80, 1, 40], [40, 40, 1]]
    found = floating_catchment([100, 50, 10], [15, 20, 100], d, 61)
    np.testing.assert_allclose(found.access, [0.761364, 0.958333, 1.094697], atol=1e-6)


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_reached_is_conserved(seed: int) -> None:
    generator = np.random.default_rng(seed)
    people, posts = generator.integers(0, 50, 8), generator.integers(0, 9, 5)
    d = generator.random((8, 5)) * 100
    for decay in (None, gaussian(40.0)):
        found = floating_catchment(people, posts, d, 40.0, decay)
        assert float(people @ found.access) == pytest.approx(float(posts[found.reached].sum()))


def test_a_missing_distance_is_out_of_reach_and_bad_numbers_are_refused() -> None:
    found = floating_catchment([5, 5], [2], [[1.0], [np.nan]], 10)
    assert found.access.tolist() == [0.4, 0.0]
    for arguments, reason in (
        (([-1], [1], [[1.0]], 10), "demand is negative"),
        (([1], [np.nan], [[1.0]], 10), "supply is negative or missing"),
        (([1], [1, 2], [[1.0]], 10), "shape"),
        (([1], [1], [[1.0]], 0), "positive"),
    ):
        with pytest.raises(BadTable, match=reason):
            floating_catchment(*arguments)


def test_distances_on_the_sphere() -> None:
    quarter = great_circle([[0, 0]], [[0, 90], [90, 0]])
    np.testing.assert_allclose(quarter, np.full((1, 2), np.pi / 2 * 6371.0088))
    with pytest.raises(BadTable, match="out of bounds"):
        great_circle([[91, 0]], [[0, 0]])


def test_no_demand_and_no_supply_is_no_gap() -> None:
    assert np.isnan(demand_supply_gap([0.0], [0.0]))[0]
    with pytest.raises(BadTable, match="negative"):
        demand_supply_gap([1], [-1])


CANDIDATES = {"R1": "ABC", "R2": "ABC", "R3": "BAC", "R4": "ACB", "R5": "BCA"}
PLACES = {
    "A": ["R1", "R2", "R3", "R4", "R5"],
    "B": ["R2", "R3", "R1", "R5", "R4"],
    "C": ["R3", "R5", "R4", "R1", "R2"],
}
QUOTAS = dict.fromkeys("ABC", 2)


@pytest.mark.parametrize("side", ["candidates", "places"])
def test_the_published_matching_from_both_sides(side: str) -> None:
    wishes = {name: list(order) for name, order in CANDIDATES.items()}
    found = deferred_acceptance(wishes, PLACES, QUOTAS, proposing=side)
    assert {place: set(names) for place, names in found.placed.items()} == {
        "A": {"R1", "R2"},
        "B": {"R3", "R5"},
        "C": {"R4"},
    }
    assert found.empty == {"A": 0, "B": 0, "C": 1} and found.unplaced == ()
    assert blocking_pairs(found, wishes, PLACES, QUOTAS) == []


@settings(deadline=None)
@given(st.integers(0, 100_000))
def test_rural_hospitals(seed: int) -> None:
    """Every stable matching leaves the same posts empty and the same candidates out (Roth 1986)."""
    generator = np.random.default_rng(seed)
    names, houses = [f"r{i}" for i in range(6)], [f"h{i}" for i in range(4)]

    def some(things: list[str]) -> list[str]:
        order = generator.permutation(things).tolist()
        return [str(one) for one in order[: generator.integers(0, len(order) + 1)]]

    wishes, lists = {name: some(houses) for name in names}, {house: some(names) for house in houses}
    quotas = {house: int(generator.integers(0, 3)) for house in houses}
    one = deferred_acceptance(wishes, lists, quotas)
    other = deferred_acceptance(wishes, lists, quotas, proposing="places")
    assert one.empty == other.empty and one.unplaced == other.unplaced
    assert blocking_pairs(one, wishes, lists, quotas) == blocking_pairs(other, wishes, lists, quotas) == []


def test_lists_that_name_nobody_are_refused() -> None:
    with pytest.raises(BadTable, match="candidate r names z"):
        deferred_acceptance({"r": ["z"]}, {"a": []}, {"a": 1})
    with pytest.raises(BadTable, match="no quota"):
        deferred_acceptance({}, {"a": []}, {})


def test_the_best_assignment_is_the_best_of_all() -> None:
    scores = np.random.default_rng(4).random((4, 5))
    best = max(
        sum(scores[i, j] for i, j in enumerate(order)) for order in itertools.permutations(range(5), 4)
    )
    assert assign(scores).total == pytest.approx(best)
    assert assign([[0.0, 0.0]]).unmet == 1.0


def test_robustness_is_its_definition() -> None:
    order = sorted(KARATE, key=lambda node: -KARATE.degree(node))
    plain, left = [], KARATE.copy()
    for node in order:
        left.remove_node(node)
        plain.append(max((len(part) for part in nx.connected_components(left)), default=0) / len(KARATE))
    np.testing.assert_allclose(attack_curve(KARATE, order), plain, atol=1e-12)
    assert robustness(KARATE) == pytest.approx(float(np.mean(plain)))
    with pytest.raises(BadTable, match="not in the graph"):
        attack_curve(KARATE, [99])


def test_single_points_are_those_of_networkx() -> None:
    graph = nx.gnm_random_graph(60, 70, seed=2)
    found = single_points(graph)
    assert set(found.articulations) == set(nx.articulation_points(graph))
    assert {frozenset(edge) for edge in found.bridges} == {frozenset(edge) for edge in nx.bridges(graph)}


def test_what_a_relay_holds_together() -> None:
    graph = nx.Graph([("t", "relay"), ("relay", "lab"), ("u", "lab"), ("t", "other")])
    assert reach_lost(graph, [], ["t", "u"], ["lab", "other"]).lost == 0
    found = reach_lost(graph, ["relay"], ["t", "u"], ["lab", "other"])
    assert (found.before, found.after, found.lost) == (4, 2, 0.5)
    with pytest.raises(BadTable, match="not in the graph"):
        reach_lost(graph, ["nobody"], ["t"], ["lab"])
