"""Measures against the published packages for them: `ecomplexity`, `access`, `dit`, `bicm`, `matching`."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from ancrage.graph.analysis.access import floating_catchment, gaussian
from ancrage.graph.analysis.assist import configuration
from ancrage.graph.analysis.complexity import complexity, complexity_spectrum
from ancrage.graph.analysis.helix import cross_table, entropy, mutual_information, synergy
from ancrage.graph.analysis.matching import deferred_acceptance
from ancrage.graph.analysis.relatedness import proximity, relatedness_density
from ancrage.graph.analysis.specialisation import location_quotient, specialised
from ancrage.graph.analysis.table import CountTable

from ...stability import blocking_pairs

EXACT = 1e-9


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Let an oracle warn and print: warnings are errors in our code only."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def trade(seed: int, rows: int, columns: int) -> Any:
    """Counts along a gradient: territories and activities at near places of it go together."""
    generator = np.random.default_rng(seed)
    place, ease = np.sort(generator.random(rows)) ** 1.5, np.sort(generator.random(columns))
    means = 60 * np.exp(-4 * np.subtract.outer(place, ease) ** 2) * generator.random((rows, columns)) ** 2
    return generator.poisson(means).astype(float) + 1


def counts(matrix: np.ndarray) -> CountTable:
    rows, columns = matrix.shape
    return CountTable.dense(matrix, [f"r{i:03}" for i in range(rows)], [f"c{i:03}" for i in range(columns)])


def ecomplexity_of(matrix: np.ndarray) -> dict[str, np.ndarray]:
    """Give what `ecomplexity` says of counts, in the order of their rows and columns."""
    with quietly():
        import pandas as pd
        from ecomplexity import ecomplexity  # type: ignore[import-untyped, unused-ignore]

        places = np.indices(matrix.shape).reshape(2, -1)
        data = pd.DataFrame({"t": 0, "c": places[0], "p": places[1], "x": matrix.ravel()})
        columns = {"time": "t", "loc": "c", "prod": "p", "val": "x"}
        found: Any = ecomplexity(data, columns, check_logsupermodularity=False, verbose=False)
    found = found.sort_values(["c", "p"])
    return {
        name: found[name].to_numpy().reshape(matrix.shape) for name in ("rca", "mcp", "density", "eci", "pci")
    }


@pytest.mark.parametrize(("seed", "rows", "columns"), [(0, 8, 5), (1, 35, 12), (2, 60, 25), (3, 120, 40)])
def test_specialisation_and_relatedness_are_those_of_ecomplexity(seed: int, rows: int, columns: int) -> None:
    x = trade(seed, rows, columns)
    wanted = ecomplexity_of(x)
    np.testing.assert_allclose(location_quotient(counts(x)).toarray(), wanted["rca"], atol=EXACT)
    m = specialised(counts(x))
    np.testing.assert_array_equal(m, wanted["mcp"])
    with quietly():
        from ecomplexity.calc_proximity import calc_discrete_proximity  # type: ignore[import-untyped, unused-ignore]

        phi = calc_discrete_proximity(m, m.sum(axis=0))
    np.testing.assert_allclose(proximity(m), phi, atol=EXACT)
    density = relatedness_density(m, proximity(m), with_self=True)
    np.testing.assert_allclose(density, wanted["density"], atol=EXACT)


@pytest.mark.long
@pytest.mark.parametrize(("seed", "rows", "columns"), [(1, 35, 12), (2, 60, 25), (3, 120, 40), (4, 300, 60)])
def test_complexity_is_that_of_ecomplexity_where_the_gate_lets_it(seed: int, rows: int, columns: int) -> None:
    x = trade(seed, rows, columns)
    m, wanted = specialised(counts(x)), ecomplexity_of(x)
    np.testing.assert_allclose(complexity(m), wanted["eci"][:, 0], atol=EXACT)
    plain = np.linalg.eigvals((m / m.sum(axis=1)[:, None]) @ (m / m.sum(axis=0)).T)
    np.testing.assert_allclose(complexity_spectrum(m), np.sort(plain.real)[::-1], atol=EXACT)


@pytest.mark.parametrize("decay", [None, gaussian(40.0)])
@pytest.mark.parametrize(("seed", "people", "posts"), [(0, 3, 2), (1, 30, 12), (2, 200, 60)])
def test_floating_catchments_are_those_of_access(
    seed: int, people: int, posts: int, decay: Callable[..., Any] | None
) -> None:
    generator = np.random.default_rng(seed)
    p, s = generator.integers(1, 500, people).astype(float), generator.integers(0, 30, posts).astype(float)
    d = generator.random((people, posts)) * 100
    d[0, 0] = 1.0
    with quietly():
        import pandas as pd
        from access.fca import two_stage_fca  # type: ignore[import-untyped, unused-ignore]

        places = np.indices(d.shape).reshape(2, -1)
        found: Any = two_stage_fca(
            pd.DataFrame({"geoid": np.arange(people), "demand": p}),
            pd.DataFrame({"geoid": np.arange(posts), "supply": s}),
            pd.DataFrame({"origin": places[0], "dest": places[1], "cost": d.ravel()}),
            max_cost=40.0,
            demand_index="geoid",
            supply_index="geoid",
            demand_name="demand",
            supply_name="supply",
            weight_fn=None if decay is None else lambda one: float(decay(np.array(one))),
        )
    wanted = found.reindex(range(people), fill_value=0.0).to_numpy()
    np.testing.assert_allclose(
        floating_catchment(p, s, d, 40.0, decay).access, wanted, rtol=EXACT, atol=EXACT
    )


@pytest.mark.parametrize(("seed", "shape"), [(0, (2, 2, 2)), (1, (3, 2, 4)), (2, (5, 6, 3)), (3, (2, 7, 2))])
def test_information_of_three_helices_is_that_of_dit(seed: int, shape: tuple[int, int, int]) -> None:
    generator = np.random.default_rng(seed)
    n = generator.integers(0, 9, shape).astype(float)
    n.ravel()[0] += 1
    with quietly():
        import dit  # type: ignore[import-untyped, unused-ignore]

        cells = [tuple(int(one) for one in cell) for cell in zip(*np.nonzero(n), strict=True)]
        joint = dit.Distribution(cells, [n[cell] / n.sum() for cell in cells])
        wanted = float(dit.multivariate.coinformation(joint))
        entropies = [
            float(dit.shannon.entropy(joint, list(axes)))
            for axes in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2))
        ]
        whole = float(dit.shannon.entropy(joint))
    assert mutual_information(n) == pytest.approx(wanted, abs=EXACT)
    sums = [n.sum(axis=axes) for axes in ((1, 2), (0, 2), (0, 1), (2,), (1,), (0,))]
    assert [entropy(one) for one in sums] == pytest.approx(entropies, abs=EXACT)
    assert entropy(n) == pytest.approx(whole, abs=EXACT)


def test_synergy_of_units_is_that_of_dit() -> None:
    generator = np.random.default_rng(7)
    units = generator.integers(0, 3, (3, 80))
    units[2] = (units[0] + units[1]) % 3
    with quietly():
        import dit  # type: ignore[import-untyped, unused-ignore]

        table = cross_table(*units.tolist())
        cells = [tuple(int(one) for one in cell) for cell in zip(*np.nonzero(table), strict=True)]
        joint = dit.Distribution(cells, [table[cell] / table.sum() for cell in cells])
        wanted = float(dit.multivariate.coinformation(joint))
    assert synergy(*units.tolist(), draws=20).plug_in == pytest.approx(wanted, abs=EXACT)


@pytest.mark.long
@pytest.mark.parametrize(
    ("rows", "columns", "fill"), [(6, 5, 0.5), (20, 12, 0.3), (60, 15, 0.2), (200, 40, 0.1)]
)
@pytest.mark.parametrize("sure", [False, True])
def test_the_configuration_model_is_that_of_bicm(rows: int, columns: int, fill: float, sure: bool) -> None:
    m = (np.random.default_rng(rows).random((rows, columns)) < fill).astype(float)
    if sure:
        m[0], m[1] = 1, 0
    with quietly():
        import bicm  # type: ignore[import-untyped, unused-ignore]

        graph = bicm.BipartiteGraph()
        graph.set_biadjacency_matrix(m.astype(int))
        # under 1e-12 it goes on where nothing changes any more, until its matrix is singular on some processors
        graph.solve_tool(method="newton", tol=1e-12, eps=1e-12, max_steps=1000, print_error=False)
        wanted = np.asarray(graph.get_bicm_matrix())
    np.testing.assert_allclose(
        wanted.sum(axis=1), m.sum(axis=1), atol=EXACT
    )  # its Newton method is that exact
    np.testing.assert_allclose(configuration(m), wanted, atol=EXACT)


@pytest.mark.parametrize(("side", "optimal"), [("candidates", "resident"), ("places", "hospital")])
@pytest.mark.parametrize("seed", range(12))
def test_matchings_are_those_of_matching(seed: int, side: str, optimal: str) -> None:
    generator = np.random.default_rng(seed)
    names, houses = [f"r{i}" for i in range(4 + 3 * seed)], [f"h{i}" for i in range(2 + seed)]
    wishes: dict[str, list[str]] = {
        name: [str(h) for h in generator.permutation(houses)[: generator.integers(1, len(houses) + 1)]]
        for name in names
    }
    lists: dict[str, list[str]] = {
        house: [str(r) for r in generator.permutation([r for r in names if house in wishes[r]])]
        for house in houses
    }
    asked = {
        house: order for house, order in lists.items() if order
    }  # `matching` takes no house without a list
    quotas = {house: int(generator.integers(1, 4)) for house in asked}
    with quietly():
        from matching.games import HospitalResident  # type: ignore[import-untyped, unused-ignore]

        solved = HospitalResident.create_from_dictionaries(wishes, asked, quotas).solve(optimal=optimal)
    wanted = {house.name: {one.name for one in held} for house, held in solved.items()}
    found = deferred_acceptance(wishes, asked, quotas, proposing=side)
    assert {house: set(held) for house, held in found.placed.items()} == wanted
    assert blocking_pairs(found, wishes, asked, quotas) == []
