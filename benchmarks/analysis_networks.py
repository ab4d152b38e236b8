"""Networks that benchmarks/analysis.py works on, and plain definitions of what networkx does not have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.queries.library import Library
from scipy.sparse import csr_array


def h2020(folder: Path) -> tuple[list[str], np.ndarray]:
    """Read who took part with whom in Horizon 2020: the nodes and the edges (m × 2).

    `folder` is that of the official files (scanr-h2020-partenariats/…), or a data directory with a published graph.
    """
    files = sorted(folder.glob("scanr-h2020-partenariats/h2020_copartenariats_fr_fr*.csv"))
    if files:
        frame = pl.concat(pl.read_csv(file, infer_schema=False).select(a="id_1", b="id_2") for file in files)
    else:
        with LocalReader.current(folder) as reader:
            answer = reader.query(Library()["actor-ties"].bind(), accept="text/csv")
            rows = pl.read_csv(answer.body, infer_schema=False)
            frame = rows.filter(pl.col("source").str.ends_with("/scanr-h2020")).select(a="first", b="second")
    pairs = frame.select(a=pl.min_horizontal("a", "b"), b=pl.max_horizontal("a", "b")).filter(
        pl.col("a") != pl.col("b")
    )
    pairs = pairs.unique(maintain_order=True)
    nodes = pl.concat([pairs["a"], pairs["b"]]).unique(maintain_order=True).to_list()
    place = {node: at for at, node in enumerate(nodes)}
    return nodes, np.array([(place[a], place[b]) for a, b in pairs.iter_rows()])


def synthetic(edges: int, seed: int = 1) -> tuple[list[int], np.ndarray]:
    """Draw a network of `edges` edges and a fifth of nodes, whose degrees fall as a power (exponent 3, Chung & Lu 2002)."""
    n, generator = edges // 5, np.random.default_rng(seed)
    weights = 1 / np.sqrt(np.arange(1, n + 1))
    bounds = np.cumsum(weights / weights.sum())
    codes = np.zeros(0, dtype=np.int64)
    while len(codes) < edges:
        ends = np.searchsorted(bounds, generator.random((2 * edges, 2))).clip(0, n - 1)
        ends = np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1)
        codes = np.unique(np.concatenate((codes, ends[:, 0] * n + ends[:, 1])))
    codes = np.sort(generator.permutation(codes)[:edges])
    return list(range(n)), np.column_stack((codes // n, codes % n))


def matrix(n: int, edges: np.ndarray) -> csr_array:
    """Give the adjacency of edges, each once."""
    both = np.concatenate((edges, edges[:, ::-1]))
    found = csr_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(n, n))
    found.sum_duplicates()
    return found


def graph(n: int, edges: np.ndarray) -> nx.Graph[int]:
    """Give the same as a networkx graph."""
    found: nx.Graph[int] = nx.Graph()
    found.add_nodes_from(range(n))
    found.add_edges_from(edges.tolist())
    return found


def plain_l3(a: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Sum a_xu a_uv a_vy / √(k_u k_v), as it is written."""
    k = np.maximum(a.sum(axis=1), 1)
    return (a @ (a / np.sqrt(np.outer(k, k))) @ a)[pairs[:, 0], pairs[:, 1]]


def plain_katz(a: np.ndarray, beta: float) -> np.ndarray:
    """Invert I − βA."""
    return np.linalg.inv(np.eye(len(a)) - beta * a) - np.eye(len(a))


def plain_roles(a: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Count open two-paths by role, node by node: n × 5."""
    n = len(a)
    opened = (a == 0) & ~np.eye(n, dtype=bool)
    roles: list[Any] = []
    for v in range(n):
        paths = np.outer(a[:, v], a[v]) * opened
        start, end = classes[:, None], classes[None, :]
        own = classes[v]
        masks = (
            (start == own) & (end == own),
            (start == end) & (start != own),
            (start == own) & (end != own),
            (start != own) & (end == own),
            (start != own) & (end != own) & (start != end),
        )
        roles.append([(paths * mask).sum() for mask in masks])
    return np.array(roles, dtype=np.int64)
