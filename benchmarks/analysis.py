"""Network measures beside networkx: equal results first, then ratios within this run; bar, measured, met or not.

Usage: python benchmarks/analysis.py FOLDER [--quick] [--json] [--rounds 3]

FOLDER is that of the official files, or a data directory with a published graph: the H2020 network is read from it.
The others are drawn (seeded) with 10 k, 100 k and 1 M edges; `--quick` leaves out the two larger. Times are CPU seconds, the
least of interleaved rounds. Ours start from the adjacency, read once; networkx from its graph, built once: what each
reading costs is a row of its own. A source of betweenness costs networkx seconds on a large network: it is given a few
of ours, and the costs of a source are compared.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import analysis_networks as networks
import networkx as nx
import numpy as np
from ancrage.graph.analysis.adjacency import Adjacency
from ancrage.graph.analysis.betweenness import betweenness, sampled_betweenness
from ancrage.graph.analysis.brokerage import constraint, gould_fernandez
from ancrage.graph.analysis.centrality import core_number, pagerank
from ancrage.graph.analysis.links import adamic_adar, l3
from ancrage.graph.analysis.network import components
from ancrage.graph.analysis.walks import katz, katz_best, leading_eigenvalue
from measures import Measure, print_measures

SIZES = (10_000, 100_000, 1_000_000)
PAIRS = 100_000
SOURCES = 256
EXACT_EDGES = 20_000
GIB = 4.0


@dataclass
class Case:
    """One network: its edges, our reading of it, the pairs and the classes asked about, and what ours cost."""

    name: str
    n: int
    edges: np.ndarray
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        generator = np.random.default_rng(7)
        self.raw = networks.matrix(self.n, self.edges)
        self.read = Adjacency.of(self.raw)
        pairs = generator.integers(0, self.n, (PAIRS, 2))
        self.pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        self.classes = generator.integers(0, 6, self.n)
        self.katz_sources = generator.choice(self.n, min(1000, self.n), replace=False)

    @property
    def exact(self) -> bool:
        """Whether betweenness is computed from all the sources."""
        return len(self.edges) <= EXACT_EDGES


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def alone(case: Case) -> list[Measure]:
    """Measure what networkx has not, and our sample of betweenness."""
    classes = case.classes.tolist()
    works: dict[str, Callable[[], Any]] = {
        f"L3, {len(case.pairs):,} pairs": lambda: l3(case.read, case.pairs),
        "brokerage roles": lambda: gould_fernandez(case.read, classes),
        f"Katz, 10 best of {len(case.katz_sources):,} sources": lambda: katz_best(
            case.raw, case.katz_sources, 10
        ),
        f"betweenness, {SOURCES} sources": lambda: sampled_betweenness(case.read, sources=SOURCES, seed=1),
    }
    rows = []
    for name, work in works.items():
        seconds, result = cpu(work)
        case.seconds[name.split(",")[0] + (" sampled" if "between" in name else "")] = seconds
        note = _error(case, result) if "between" in name else ""
        rows.append(Measure(f"{case.name}: {name}", "", f"{seconds:.3f} s", note=note))
    return rows


def _error(case: Case, sample: Any) -> str:
    width = float(np.max(sample.high - sample.low))
    text = f"widest interval at 95 %: {width:.4f}; largest value {sample.values.max():.4f}"
    if not case.exact:
        return text
    exact = betweenness(case.read)
    held = (sample.low <= exact + 1e-12) & (exact <= sample.high + 1e-12)
    return f"{text}; largest error {np.abs(sample.values - exact).max():.4f}, intervals that hold {held.mean():.1%}"


def beside(case: Case, rounds: int) -> list[Measure]:
    """Compare with networkx, measure by measure."""
    building, theirs = cpu(lambda: networks.graph(case.n, case.edges))
    pairs = case.pairs.tolist()
    large = len(case.edges) >= SIZES[-1]
    rounds = 1 if large else rounds
    reading = cpu(lambda: Adjacency.of(case.raw))[0]
    converting = cpu(lambda: Adjacency.of(theirs))[0]
    rows = [
        Measure(
            f"{case.name}: reading",
            "",
            f"matrix {1000 * reading:.2f} ms, graph {1000 * converting:.1f} ms",
            note=f"networkx builds its graph from a list of edges in {1000 * building:.0f} ms",
        )
    ]
    tolerance = 1e-12 / case.n

    def labels(parts: Any) -> np.ndarray:
        rank = np.empty(case.n)
        for at, part in enumerate(sorted(parts, key=lambda part: (-len(part), min(part)))):
            rank[list(part)] = at
        return rank

    works: list[tuple[str, float, Callable[[], Any], Callable[[], Any], Callable[[Any], Any]]] = [
        (
            "components",
            10,
            lambda: components(case.read),
            lambda: list(nx.connected_components(theirs)),
            labels,
        ),
        (
            "PageRank",
            10,
            lambda: pagerank(case.read),
            lambda: nx.pagerank(theirs, tol=tolerance, max_iter=1000),
            lambda found: list(found.values()),
        ),
        (
            "k-core",
            10,
            lambda: core_number(case.read),
            lambda: nx.core_number(theirs),
            lambda found: list(found.values()),
        ),
        (
            "Adamic–Adar",
            10,
            lambda: adamic_adar(case.read, case.pairs),
            lambda: [score for *_, score in nx.adamic_adar_index(theirs, pairs)],
            lambda found: found,
        ),
        (
            "constraint",
            3,
            lambda: constraint(case.read),
            lambda: nx.constraint(theirs),
            lambda found: list(found.values()),
        ),
    ]
    for name, bar, our, their, flat in works:
        least, others, gap = np.inf, np.inf, 0.0
        # a call under 10 ms is repeated: the clock and the caches of a shared machine
        for _ in range(rounds):
            spent, result = cpu(our)
            for _ in range(9 if spent < 0.01 else 0):
                spent = min(spent, cpu(our)[0])
            other, wanted = cpu(their)
            for _ in range(4 if other < 0.05 else 0):
                other = min(other, cpu(their)[0])
            least, others = min(least, spent), min(others, other)
            gap = float(np.nanmax(np.abs(result - np.asarray(flat(wanted), dtype=float))))
        case.seconds[name] = least
        rows.append(_ratio(f"{case.name}: {name}", bar, least, others, gap))
    rows.append(_betweenness(case, theirs))
    return rows


def _betweenness(case: Case, theirs: Any) -> Measure:
    if case.exact:
        least, ours = cpu(lambda: betweenness(case.read))
        others, wanted = cpu(lambda: nx.betweenness_centrality(theirs))
        gap = float(np.abs(ours - np.array(list(wanted.values()))).max())
        case.seconds["betweenness"] = least
        return _ratio(f"{case.name}: betweenness, exact", 10, least, others, gap)
    few = 3 if len(case.edges) >= SIZES[-1] else 16
    others, wanted = cpu(lambda: nx.betweenness_centrality(theirs, k=few, seed=1))
    drawn = random.Random(1).sample(list(theirs), few)  # what networkx draws with this seed
    gap = float(np.abs(betweenness(case.read, sources=drawn) - np.array(list(wanted.values()))).max())
    least = case.seconds["betweenness sampled"] / SOURCES
    row = _ratio(f"{case.name}: betweenness, a source", 10, least, others / few, gap)
    row.note = f"ours of {SOURCES} sources, networkx of {few}; equal on those {few}"
    return row


def _ratio(name: str, bar: float, ours: float, theirs: float, gap: float) -> Measure:
    ratio = theirs / ours
    text = f"{ratio:6.1f} × ({1000 * ours:.2f} ms, networkx {1000 * theirs:.1f} ms), apart by {gap:.1e}"
    return Measure(
        name,
        f"≥ {bar:g} ×, equal to 1e-9",
        text,
        ratio >= bar and gap <= 1e-9,
        figures={"ratio": ratio, "gap": gap},
    )


def definitions() -> list[Measure]:
    """Compare what networkx has not with the plain definitions, on small networks."""
    gaps = {"L3": 0.0, "Katz": 0.0, "roles": 0.0}
    for seed in range(5):
        n = 150
        a = networks.matrix(n, networks.synthetic(5 * n, seed)[1])
        full, generator = a.toarray(), np.random.default_rng(seed)
        pairs, classes = generator.integers(0, n, (2000, 2)), generator.integers(0, 4, n)
        beta = 0.9 / leading_eigenvalue(a)
        gaps["L3"] = max(gaps["L3"], np.abs(l3(a, pairs) - networks.plain_l3(full, pairs)).max())
        whole = networks.plain_katz(full, beta)
        gaps["Katz"] = max(gaps["Katz"], np.abs(katz(a, pairs, beta=beta) - whole[*pairs.T]).max())
        hidden = np.where((full > 0) | np.eye(n, dtype=bool), 0, whole)
        best = katz_best(a, np.arange(n), 10, beta=beta)
        gaps["Katz"] = max(gaps["Katz"], np.abs(best.scores - np.sort(hidden, axis=1)[:, :-11:-1]).max())
        roles = gould_fernandez(a, classes.tolist())
        gaps["roles"] = max(gaps["roles"], float(np.abs(roles - networks.plain_roles(full, classes)).max()))
    return [
        Measure(f"{name} beside its definition in numpy", "≤ 1e-9", f"{gap:.1e}", gap <= 1e-9)
        for name, gap in gaps.items()
    ]


def growth(cases: list[Case]) -> list[Measure]:
    """Tell how much more ten times the edges cost."""
    rows = []
    for name in cases[-1].seconds:
        costs = [case.seconds[name] for case in cases if name in case.seconds]
        steps = " then ".join(f"{b / a:.1f} ×" for a, b in pairwise(costs))
        if steps:
            rows.append(Measure(f"growth of {name}, edges × 10", "", steps))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="folder of official files, or a data directory")
    parser.add_argument("--quick", action="store_true", help="only the H2020 network and 10 k edges")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, help="a published graph: tables and gaps are measured on it too")
    arguments = parser.parse_args()
    nodes, edges = networks.h2020(arguments.folder)
    rows = definitions()
    rows += _case(
        Case(f"H2020 ({len(nodes):,} nodes, {len(edges):,} edges)", len(nodes), edges), arguments.rounds
    )
    cases = []
    for size in SIZES[: 1 if arguments.quick else 3]:
        nodes, edges = networks.synthetic(size)
        cases.append(Case(f"{size // 1000:,} k", len(nodes), edges))
        rows += _case(cases[-1], arguments.rounds)
    rows += growth(cases)
    print_measures("Network measures", rows, as_json=arguments.json)
    for name in ("tables", "gaps") if arguments.data else ():
        command = [sys.executable, str(Path(__file__).with_name(f"{name}.py")), str(arguments.data)]
        subprocess.run([*command, *(["--json"] if arguments.json else [])], check=False)


def _case(case: Case, rounds: int) -> list[Measure]:
    rows = alone(case)
    for work in (pagerank, components, core_number, constraint):
        work(case.read)
    adamic_adar(case.read, case.pairs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    # the peak is taken before networkx builds its own graph of this size
    rows.append(Measure(f"{case.name}: peak of memory", f"< {GIB:g} GiB", f"{peak:.2f} GiB", peak < GIB))
    return rows + beside(case, rounds)


if __name__ == "__main__":
    main()
