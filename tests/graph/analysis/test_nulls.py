"""What chance gives, intervals and minimums: their definitions, what is planted found, what is thin refused."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from ancrage.graph.analysis.access import (
    access_lost,
    demand_supply_gap,
    floating_catchment,
)
from ancrage.graph.analysis.adjacency import TooThin
from ancrage.graph.analysis.assist import assist_matrix, assist_significance, configuration
from ancrage.graph.analysis.attack import adaptive_order, robustness_against_null
from ancrage.graph.analysis.brokerage import UnclassifiedNode, constraint, ei_index, gould_fernandez
from ancrage.graph.analysis.brokerage_null import (
    constraint_against_null,
    ei_against_null,
    rewired,
    roles_against_null,
)
from ancrage.graph.analysis.complementarity import complementarities
from ancrage.graph.analysis.complexity import complexity, complexity_spectrum
from ancrage.graph.analysis.gap import demand_supply_gap_interval, location_quotient_gap
from ancrage.graph.analysis.helix import cross_table, decompose, entropy, mutual_information, synergy
from ancrage.graph.analysis.matching import assign
from ancrage.graph.analysis.nestedness import nodf, nodf_against_null
from ancrage.graph.analysis.null_model import (
    compare,
    complementarity_against_null,
    density_against_null,
    proximity_against_null,
)
from ancrage.graph.analysis.relatedness import co_occurrence, proximity, relatedness_density
from ancrage.graph.analysis.robustness import robustness
from ancrage.graph.analysis.specialisation import (
    location_quotient,
    location_quotient_bounds,
    location_quotient_interval,
    specialised,
)
from ancrage.graph.analysis.table import CountTable
from ancrage.graph.analysis.uncertainty import BadTable, TooFewData, poisson_interval
from scipy import stats  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]


def counts(matrix: Any) -> CountTable:
    full = np.asarray(matrix, dtype=float)
    return CountTable.dense(
        full, [f"r{i}" for i in range(full.shape[0])], [f"c{i}" for i in range(full.shape[1])]
    )


def presences(seed: int, rows: int = 40, columns: int = 8) -> Any:
    return (np.random.default_rng(seed).random((rows, columns)) < 0.4).astype(float)


def test_a_comparison_counts_the_observed_as_a_draw() -> None:
    found = compare([[2.0, np.nan]], [[[k, k]] for k in range(4)], level=0.5, model="by hand")
    assert found.above[0, 0] == 3 / 5 and found.below[0, 0] == 4 / 5 and found.expected[0, 0] == 1.5
    assert np.isnan([found.above[0, 1], found.low[0, 1], found.expected[0, 1]]).all()


def test_bounds_of_all_quotients_are_those_of_each() -> None:
    table = counts(np.random.default_rng(0).integers(9, 40, (5, 4)))
    low, high = (one.toarray() for one in location_quotient_bounds(table, level=0.9))
    for i, row in enumerate(table.rows.keys):
        for j, column in enumerate(table.columns.keys):
            one = location_quotient_interval(table, row, column, level=0.9)
            assert (low[i, j], high[i, j]) == pytest.approx((one.low, one.high), abs=1e-12)
    thin, _ = location_quotient_bounds(counts([[1, 2, 0], [3, np.nan, 0]]), minimum=0.0)
    assert np.isnan(thin.toarray()).tolist() == [[False, False, True], [False, True, True]]


def test_the_gap_of_quotients() -> None:
    generator = np.random.default_rng(1)
    demand, supply = (counts(generator.integers(1, 9, (4, 3))) for _ in range(2))
    wanted = location_quotient(demand).toarray() - location_quotient(supply).toarray()
    np.testing.assert_allclose(location_quotient_gap(demand, supply).toarray(), wanted, atol=1e-12)
    np.testing.assert_allclose(location_quotient_gap(demand, demand).toarray(), 0, atol=1e-12)
    with pytest.raises(BadTable, match="rows of demand and supply are not the same"):
        location_quotient_gap(demand, demand.take(np.array([1, 0, 2, 3]), np.arange(3)))


def test_activities_planted_together_are_nearer_than_chance() -> None:
    m = presences(3)
    m[:, 1] = np.where(np.arange(len(m)) % 10, m[:, 0], 1 - m[:, 0])
    found = proximity_against_null(m, draws=200)
    np.testing.assert_allclose(found.observed[0, 1], proximity(m)[0, 1])
    assert found.above[0, 1] < 0.02 and np.isnan(found.above.diagonal()).all()
    others = found.above[np.triu_indices(8, 1)][1:]
    assert (others < 0.01).sum() <= 1
    m[3:, 5] = 0
    assert np.isnan(proximity_against_null(m, draws=5).observed[5]).all()
    with pytest.raises(TooFewData, match="there are 3, needed: at least 10 territories with an activity"):
        proximity_against_null(presences(0)[:3])


def test_density_and_complementarity_beside_chance() -> None:
    m = presences(4)
    phi = proximity(m)
    density = density_against_null(m, phi, draws=300)
    np.testing.assert_allclose(density.observed, relatedness_density(m, phi))
    exact = configuration(m) @ phi / phi.sum(axis=0)
    np.testing.assert_allclose(density.expected, exact, atol=0.05)
    added = complementarity_against_null(m, phi, 2, draws=300)
    np.testing.assert_allclose(added.observed, complementarities(m, phi, 2))
    np.testing.assert_allclose(added.expected[2], 0)
    bare = phi - np.diag(phi.diagonal())
    exact = 100 * (configuration(m) * (1 - m[2])) @ bare / bare.sum(axis=0)
    np.testing.assert_allclose(np.delete(added.expected, 2, 0), np.delete(exact, 2, 0), atol=6)
    assert (added.low <= added.expected).all() and (added.expected <= added.high).all()
    again = density_against_null(m, phi, draws=300)
    np.testing.assert_array_equal(density.above, again.above)
    with pytest.raises(TooFewData, match="complementarity against chance: there are 5, needed: at least 10"):
        complementarity_against_null(m[:5], phi, 2)


def test_classes_that_keep_to_themselves_are_below_chance() -> None:
    graph = nx.barbell_graph(8, 0)
    sides = {node: "AB"[node > 7] for node in graph}
    found = ei_against_null(graph, sides, draws=199)
    assert found.value == pytest.approx(ei_index(graph, sides)) and found.below == 1 / 200
    wanted = [ei_index(graph, dict(enumerate(np.random.default_rng(k).permutation(list(sides.values())))))
              for k in range(199)]  # fmt: skip
    assert found.chance.value == pytest.approx(float(np.mean(wanted)), abs=0.03)
    by_place = ei_against_null(nx.to_scipy_sparse_array(graph, format="csr"), list(sides.values()), draws=199)
    assert by_place == found
    with pytest.raises(TooThin, match="at least 10 edges"):
        ei_against_null(nx.path_graph(4), dict.fromkeys(range(4), "A"))
    with pytest.raises(UnclassifiedNode, match="15 nodes have no class, first 1"):
        ei_against_null(graph, {0: "A"})


def test_roles_beside_chance_keep_the_paths_of_a_node() -> None:
    graph = nx.karate_club_graph()
    classes = {node: data["club"] for node, data in graph.nodes(data=True)}
    found = roles_against_null(graph, classes, draws=50)
    roles = gould_fernandez(graph, classes)
    assert found.observed[:, :5].sum(axis=1).tolist() == [role.total for role in roles.values()]
    np.testing.assert_allclose(found.expected[:, :5].sum(axis=1), found.observed[:, :5].sum(axis=1))
    across = [role.representative + role.gatekeeper + role.liaison for role in roles.values()]
    assert found.observed[:, 5].tolist() == across
    assert found.above[0, 0] < 0.1  # the instructor works inside his club


def test_ties_drawn_again_keep_degrees_and_a_star_stays_a_star() -> None:
    graph = nx.gnm_random_graph(40, 90, seed=1)
    pattern = csr_array(nx.to_scipy_sparse_array(graph, format="csr"), dtype=float)
    seen = set()
    for one in rewired(pattern, 20, 0):
        assert one.sum(axis=0).tolist() == pattern.sum(axis=0).tolist()
        assert not one.diagonal().any() and (one.data == 1).all() and (one != one.T).nnz == 0
        seen.add(one.toarray().tobytes())
    assert len(seen) == 20
    star = constraint_against_null(nx.star_graph(12), draws=10)
    np.testing.assert_allclose(star.expected, star.observed)
    assert (star.above == 1).all() and (star.below == 1).all()
    found = constraint_against_null(graph, draws=50)
    np.testing.assert_allclose(found.observed, constraint(pattern))
    with pytest.raises(BadTable, match="directions"):
        constraint_against_null(nx.gnm_random_graph(20, 60, seed=1, directed=True))


def test_degrees_counted_again() -> None:
    for seed in range(4):
        graph, order = nx.gnm_random_graph(30, 45, seed=seed), []
        left = graph.copy()
        while left:
            order.append(max(left, key=lambda node: (left.degree(node), -node)))
            left.remove_node(order[-1])
        assert adaptive_order(graph) == order
    karate = nx.karate_club_graph()
    assert robustness(karate, adaptive_order(karate)) <= robustness(karate)
    chance = robustness_against_null(karate, draws=60)
    assert robustness(karate) < chance.low < chance.value < chance.high
    with pytest.raises(TooThin, match="at least 10 nodes"):
        robustness_against_null(nx.path_graph(9))


def test_the_interval_of_a_gap_covers_what_it_says() -> None:
    low, high = demand_supply_gap_interval([30, 0, 12], [10, 15, 0])
    gap = demand_supply_gap([30, 0, 12], [10, 15, 0])
    assert (low <= gap).all() and (gap <= high).all() and low[1] == -1 and high[2] == 1
    assert stats.binom.sf(29, 40, (low[0] + 1) / 2) == pytest.approx(0.025)
    assert stats.binom.cdf(30, 40, (high[0] + 1) / 2) == pytest.approx(0.025)
    assert np.isnan(demand_supply_gap_interval([3.0, np.nan], [1.0, 40.0])).all()


def test_what_a_closed_supply_takes_away() -> None:
    generator = np.random.default_rng(3)
    people, posts, d = (
        generator.integers(1, 9, 12),
        generator.integers(1, 9, 5),
        generator.random((12, 5)) * 80,
    )
    lost = access_lost(people, posts, d, 50.0, [1, 3])
    reached = floating_catchment(people, posts, d, 50.0).reached
    assert (lost >= 0).all()
    assert float(people @ lost) == pytest.approx(float(sum(posts[j] for j in (1, 3) if reached[j])))
    with pytest.raises(BadTable, match="no supply 5 among 5"):
        access_lost(people, posts, d, 50.0, [5])


def test_the_corrected_decomposition_adds_up() -> None:
    generator = np.random.default_rng(2)
    groups = {name: generator.integers(0, 9, (3, 2, 4)) for name in "abc"}
    found = decompose(groups, corrected=True)
    assert found.between + sum(found.within.values()) == pytest.approx(found.whole)
    assert found.whole == pytest.approx(mutual_information(sum(groups.values()), corrected=True))


SQUARE = [[1.0, 0.0], [0.0, 1.0]]
NOTHING = np.zeros((0, 3))


@pytest.mark.parametrize(
    ("call", "error", "reason"),
    [
        # empty tables
        (lambda: location_quotient_bounds(counts(NOTHING)), BadTable, "empty"),
        (lambda: specialised(counts(NOTHING)), BadTable, "empty"),
        (lambda: proximity(NOTHING), BadTable, "empty"),
        (lambda: relatedness_density(NOTHING, SQUARE), BadTable, "empty"),
        (lambda: complexity(NOTHING), BadTable, "empty"),
        (lambda: assist_matrix(NOTHING, NOTHING), BadTable, "empty"),
        (lambda: configuration(NOTHING), BadTable, "empty"),
        (lambda: nodf(NOTHING), BadTable, "empty"),
        (lambda: entropy([]), BadTable, "empty"),
        (lambda: cross_table([], [], []), BadTable, "lengths"),
        (lambda: decompose({}), BadTable, "no group"),
        (lambda: co_occurrence(np.zeros((0, 0))), BadTable, "not square"),
        (lambda: assign(np.zeros((0, 2))), BadTable, "requests × offers"),
        (lambda: floating_catchment([], [], np.zeros((0, 0)), 1), BadTable, "shape"),
        # nothing but zeros
        (lambda: location_quotient_bounds(counts(np.zeros((2, 2)))), BadTable, "every count is zero"),
        (lambda: complexity_spectrum(np.zeros((2, 2))), TooFewData, "at least one specialisation"),
        (lambda: mutual_information(np.zeros((2, 2, 2))), BadTable, "all zero"),
        # constant and disconnected tables
        (lambda: complexity(np.ones((40, 5))), TooFewData, "a gap of"),
        (lambda: complexity(np.kron(np.eye(4), np.ones((10, 3)))), TooFewData, "4 components"),
        (lambda: synergy([1] * 40, [2] * 40, [3] * 40), TooFewData, "one class only"),
        # negative, missing or infinite
        (lambda: location_quotient_bounds(counts([[1, -1], [1, 1]])), BadTable, "negative"),
        (lambda: proximity([[1, np.nan]]), BadTable, "something else than 0 and 1"),
        (lambda: nodf([[2, 0], [0, 1]]), BadTable, "something else than 0 and 1"),
        (lambda: entropy([1, -1]), BadTable, "negative"),
        (lambda: mutual_information(np.full((2, 2, 2), np.nan)), BadTable, "missing"),
        (lambda: demand_supply_gap([np.inf], [1.0]), BadTable, "infinite"),
        (lambda: floating_catchment([1], [1], [[-1.0]], 5), BadTable, "distance is negative"),
        (lambda: assign([[np.inf, 1.0]]), BadTable, "infinite"),
        (lambda: relatedness_density(SQUARE, [[1.0, -1.0], [0.0, 1.0]]), BadTable, "negative"),
        (lambda: co_occurrence([[0, -1], [-1, 0]]), BadTable, "negative"),
        # shapes and options
        (lambda: relatedness_density(SQUARE, np.eye(3)), BadTable, "for 2 activities"),
        (lambda: complementarities(SQUARE, SQUARE, -1), BadTable, "no row -1"),
        (lambda: co_occurrence(SQUARE, "dice"), BadTable, "association, cosine and jaccard"),  # type: ignore[arg-type]
        (lambda: poisson_interval([1], 1.5), BadTable, "level is 1.5"),
        (lambda: nodf_against_null(np.eye(3), draws=0), BadTable, "0 draws"),
        (lambda: assist_significance(np.eye(3), np.eye(3), draws=0), BadTable, "0 draws"),
        (lambda: synergy([0, 1] * 20, [0, 1] * 20, [0, 1] * 20, level=0), BadTable, "level is 0"),
        (lambda: demand_supply_gap_interval([1], [1], level=1), BadTable, "level is 1"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_refused_with_its_reason(call: Any, error: Any, reason: str) -> None:
    with pytest.raises(error, match=reason):
        call()
