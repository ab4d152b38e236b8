"""Methods on tables: published anchors, identities on random tables, and refusals with their reason."""

import networkx as nx
import numpy as np
import pytest
from ancrage.graph.analysis.assist import assist_matrix, assist_significance, configuration
from ancrage.graph.analysis.complementarity import complementarities, complementarity
from ancrage.graph.analysis.complexity import complexity, complexity_spectrum
from ancrage.graph.analysis.helix import cross_table, decompose, entropy, mutual_information, synergy
from ancrage.graph.analysis.nestedness import nodf, nodf_against_null
from ancrage.graph.analysis.relatedness import co_occurrence, proximity, relatedness_density
from ancrage.graph.analysis.specialisation import location_quotient, location_quotient_interval, specialised
from ancrage.graph.analysis.table import Axis, CountTable
from ancrage.graph.analysis.uncertainty import BadTable, TooFewData, poisson_interval
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped, unused-ignore]

TOY = np.array([[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]], dtype=float)
ECONGEO = [[100, 0, 0, 0, 0], [0, 15, 5, 70, 10], [0, 20, 10, 20, 50], [0, 25, 30, 5, 40], [0, 40, 55, 5, 0]]


def counts(matrix: object) -> CountTable:
    full = np.asarray(matrix, dtype=float)
    return CountTable.dense(
        full, [f"r{i}" for i in range(full.shape[0])], [f"c{i}" for i in range(full.shape[1])]
    )


def random_presences(seed: int, rows: int = 12, columns: int = 7) -> np.ndarray:
    return (np.random.default_rng(seed).random((rows, columns)) < 0.4).astype(float)


def test_location_quotients_of_econgeo() -> None:
    wanted: list[list[float]] = [
        [5, 0, 0, 0, 0],
        [0, 0.75, 0.25, 3.5, 0.5],
        [0, 1, 0.5, 1, 2.5],
        [0, 1.25, 1.5, 0.25, 2],
        [0, 2, 2.75, 0.25, 0],
    ]
    np.testing.assert_allclose(location_quotient(counts(ECONGEO)).toarray(), wanted, atol=1e-12)
    np.testing.assert_array_equal(specialised(counts(ECONGEO)), (np.array(wanted) >= 1).astype(float))


def test_a_quotient_of_nothing_is_missing_and_not_zero() -> None:
    found = location_quotient(counts([[2, 0, 1], [0, 0, 0], [1, 0, 3]])).toarray()
    assert np.isnan(found[1]).all() and np.isnan(found[:, 1]).all()
    assert np.isfinite(found[np.ix_([0, 2], [0, 2])]).all()


def test_a_missing_cell_stays_missing() -> None:
    found = location_quotient(counts([[2, np.nan], [1, 3]]))
    assert np.isnan(found.toarray()[0, 1])
    assert found.frame().filter(missing=True).height == 1


@pytest.mark.parametrize("bad", [[[1, -1]], [[0, 0]], np.zeros((0, 3))])
def test_counts_without_meaning_are_refused(bad: object) -> None:
    with pytest.raises(BadTable):
        location_quotient(counts(bad))


def test_a_negative_count_is_named() -> None:
    with pytest.raises(BadTable, match=r"negative.*row r1, column c0"):
        location_quotient(counts([[1, 2], [-3, 4]]))


def test_the_interval_holds_the_quotient_and_widens_with_level() -> None:
    table = counts(ECONGEO)
    narrow = location_quotient_interval(table, "r2", "c1", level=0.8)
    wide = location_quotient_interval(table, "r2", "c1", level=0.99)
    assert narrow.value == pytest.approx(1.0)
    assert wide.low < narrow.low < 1 < narrow.high < wide.high
    assert narrow.n == 20


def test_too_few_expected_are_refused() -> None:
    with pytest.raises(TooFewData, match="at least 5"):
        location_quotient_interval(counts([[1, 2], [3, 4]]), "r0", "c0")


def test_poisson_bounds_cover_what_they_say() -> None:
    low, high = poisson_interval(np.array([3, 50]), 0.9)
    np.testing.assert_allclose(stats.poisson.sf(np.array([3, 50]) - 1, low), 0.05, atol=1e-9)
    np.testing.assert_allclose(stats.poisson.cdf([3, 50], high), 0.05, atol=1e-9)


def test_proximity_and_density_of_the_toy() -> None:
    phi = proximity(TOY)
    third = 1 / 3
    wanted = [
        [1, 0.5, 0.5, third],
        [0.5, 1, 0.5, third],
        [0.5, 0.5, 1, 2 * third],
        [third, third, 2 * third, 1],
    ]
    np.testing.assert_allclose(phi, wanted, atol=1e-12)
    own = relatedness_density(TOY, phi)
    np.testing.assert_allclose(own[1], [0.214286, 0.428571, 0.1875, 0.142857], atol=1e-6)
    np.testing.assert_allclose(own[2], [0.357143, 0.357143, 0.625, 0.714286], atol=1e-6)
    without = 100 * relatedness_density(TOY, phi, with_self=False)
    np.testing.assert_allclose(without[1:3], [[37.5, 0, 30, 25], [62.5, 62.5, 40, 50]], atol=1e-9)


@given(st.integers(0, 10_000))
def test_own_density_and_what_a_partner_adds_make_the_union(seed: int) -> None:
    m = random_presences(seed)
    phi = proximity(m)
    added = complementarities(m, phi, 0)
    for partner in range(1, len(m)):
        union = m.copy()
        union[0] = np.maximum(m[0], m[partner])
        own = 100 * relatedness_density(m, phi, with_self=False)[0]
        together = 100 * relatedness_density(union, phi, with_self=False)[0]
        np.testing.assert_allclose(own + added[partner], together, atol=1e-9)


def test_complementarity_of_the_toy() -> None:
    np.testing.assert_allclose(complementarity(TOY, proximity(TOY), 2, 0), [37.5, 37.5, 60, 50], atol=1e-9)
    with pytest.raises(BadTable, match="no row 9"):
        complementarity(TOY, proximity(TOY), 9, 0)


def test_co_occurrences_follow_their_formulas() -> None:
    c = np.array([[9, 4, 1], [4, 9, 0], [1, 0, 9]], dtype=float)
    s, total = np.array([5.0, 4.0, 1.0]), 10.0
    assert co_occurrence(c)[0, 1] == pytest.approx((4 / total) / ((s[0] / total) * (s[1] / total)))
    assert co_occurrence(c, "cosine")[0, 1] == pytest.approx(4 / np.sqrt(s[0] * s[1]))
    assert co_occurrence(c, "jaccard")[0, 1] == pytest.approx(4 / (5 + 4 - 4))
    with pytest.raises(BadTable, match="not symmetric"):
        co_occurrence([[0, 1], [2, 0]])


def test_spectrum_of_the_toy_and_the_gate() -> None:
    np.testing.assert_allclose(complexity_spectrum(TOY), [1, 0.542134, 0.190154, 0.101045], atol=1e-6)
    with pytest.raises(TooFewData, match="at least 30"):
        complexity(TOY)
    with pytest.raises(TooFewData, match="2 components"):
        complexity(np.kron(np.eye(2), np.ones((20, 3))))


def test_complexity_is_the_second_eigenvector_scored() -> None:
    generator = np.random.default_rng(1)
    levels = np.sort(generator.random(40))
    m = (levels[:, None] > generator.random(20) * 0.9).astype(float)
    m[:, 0] = 1
    found = complexity(m, minimum_gap=0.0)
    k, d = m.sum(axis=1), m.sum(axis=0)
    kept = d > 0
    mtilde = (m[:, kept] / d[kept]) @ m[:, kept].T / k[:, None]
    assert found.mean() == pytest.approx(0, abs=1e-9) and found.std() == pytest.approx(1)
    second = complexity_spectrum(m)[1]
    shifted = mtilde @ found - second * found
    np.testing.assert_allclose(shifted - shifted.mean(), 0, atol=1e-8)
    assert np.corrcoef(found, k)[0, 1] > 0


def test_assist_of_the_anchor_and_its_sums() -> None:
    found = assist_matrix([[1, 0], [1, 1], [0, 1]], [[1, 1, 0], [1, 0, 0], [0, 1, 1]])
    np.testing.assert_allclose(found, [[0.75, 0.25, 0], [0.5, 0.25, 0.25]], atol=1e-12)
    with pytest.raises(BadTable, match="3 territories have fields and 2"):
        assist_matrix([[1], [1], [0]], [[1], [1]])


@given(st.integers(0, 10_000))
def test_the_configuration_model_keeps_expected_sums(seed: int) -> None:
    m = random_presences(seed)
    m[0], m[1], m[:, 0] = 1, 0, 0
    chances = configuration(m)
    np.testing.assert_allclose(chances.sum(axis=1), m.sum(axis=1), atol=1e-7)
    np.testing.assert_allclose(chances.sum(axis=0), m.sum(axis=0), atol=1e-7)
    assert ((chances >= 0) & (chances <= 1)).all()
    inside = chances[(chances > 1e-9) & (chances < 1 - 1e-9)]
    assert inside.size == 0 or np.isfinite(np.log(inside / (1 - inside))).all()


def test_the_configuration_model_has_the_form_x_y() -> None:
    chances = configuration(random_presences(3, 9, 6))
    odds = np.log(chances / (1 - chances))
    centred = odds - odds.mean(axis=1, keepdims=True) - odds.mean(axis=0) + odds.mean()
    np.testing.assert_allclose(centred, 0, atol=1e-7)


def test_independent_tables_are_not_significant() -> None:
    generator = np.random.default_rng(5)
    m, t = (generator.random((60, 4)) < 0.5).astype(float), (generator.random((60, 3)) < 0.5).astype(float)
    found = assist_significance(m, t, draws=200)
    assert (found.p < 0.01).sum() <= 1
    np.testing.assert_allclose(found.observed, found.expected, atol=0.15)


def test_three_helices_anchors() -> None:
    xor = cross_table([0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0])
    same = cross_table([0, 1], [0, 1], [0, 1])
    assert mutual_information(xor) == pytest.approx(-1)
    assert mutual_information(same) == pytest.approx(1)
    assert mutual_information(np.ones((2, 3, 4))) == pytest.approx(0, abs=1e-12)


def test_the_decomposition_adds_up() -> None:
    generator = np.random.default_rng(2)
    groups = {name: generator.integers(0, 9, (3, 2, 4)) for name in "abc"}
    found = decompose(groups)
    assert found.between + sum(found.within.values()) == pytest.approx(found.whole)
    assert found.whole == pytest.approx(mutual_information(sum(groups.values())))


def test_the_correction_is_millers_and_lowers_the_bias() -> None:
    assert entropy([5, 5], corrected=True) == pytest.approx(1 + 1 / (2 * 10 * np.log(2)))
    generator = np.random.default_rng(0)
    drawn = [generator.multinomial(30, [1 / 8] * 8) for _ in range(400)]
    plain = np.mean([entropy(one) for one in drawn])
    mended = np.mean([entropy(one, corrected=True) for one in drawn])
    assert abs(mended - 3) < abs(plain - 3)


def test_synergy_refuses_few_units_and_single_classes() -> None:
    with pytest.raises(TooFewData, match="at least 30 units"):
        synergy([0, 1], [0, 1], [0, 1])
    with pytest.raises(TooFewData, match="two classes"):
        synergy([0] * 40, [0, 1] * 20, [0, 1] * 20)


def test_independent_helices_are_within_chance() -> None:
    generator = np.random.default_rng(9)
    found = synergy(*(generator.integers(0, 3, 300).tolist() for _ in range(3)), draws=200)
    assert found.chance.low <= found.plug_in <= found.chance.high
    assert found.p > 0.01


def test_nestedness_of_the_paper_and_of_order() -> None:
    paper = np.array([[1, 0, 1, 1, 1], [1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [1, 1, 0, 0, 0], [1, 1, 0, 0, 0]])
    found = nodf(paper)
    assert found.rows == pytest.approx(160 / 3) and found.columns == pytest.approx(190 / 3)
    assert found.all == pytest.approx(175 / 3)
    shuffled = nodf(paper[[3, 0, 4, 2, 1]][:, [4, 2, 0, 1, 3]])
    assert (shuffled.rows, shuffled.columns) == pytest.approx((found.rows, found.columns))
    with pytest.raises(TooFewData, match="two rows"):
        nodf([[1, 0]])
    _, null = nodf_against_null(paper, draws=40, seed=3)
    assert 0 <= null.low <= null.value <= null.high <= 100


def test_the_florentine_table_reads_back() -> None:
    graph = nx.florentine_families_graph()
    names = tuple(graph)
    table = CountTable(nx.to_scipy_sparse_array(graph, format="csr"), Axis("a", names), Axis("b", names))
    assert table.frame().height == 2 * graph.number_of_edges()


def test_axes_refuse_repeated_keys_and_shapes_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="twice"):
        Axis("a", ("x", "x"))
    with pytest.raises(ValueError, match="shape"):
        CountTable(counts([[1]]).values, Axis("a", ("x", "y")), Axis("b", ("z",)))
