"""What each of many groups would no longer reach without a node: for all groups at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped, unused-ignore]

from .adjacency import Adjacency, Counts, Network
from .uncertainty import BadTable


def reach_of_groups(
    network: Network, groups: npt.ArrayLike, resources: npt.ArrayLike, removed: npt.ArrayLike | None = None
) -> Counts:
    """Count the resources that each group reaches through ties, its members' and those of whom they are tied to.

    Formula:
        r_g = |{resources joined by some path to a member of g}|, without the removed nodes

    Source:
        after Schneider et al. 2011, doi 10.1073/pnas.1009440108 (size of what stays connected).

    Convention:
        Of one group, as `reach_lost` with a territory tied to its members. A group is no tie between its members for
        another group: being in one place joins nobody. Directions are left aside; a resource that is a member is reached.

    Limits:
        A path of any length counts as reach: it tells what is cut off, not what is far.

    Anchor:
        t's member – relay – lab, another's member – lab: 1 and 1; without the relay 0 and 1.

    Args:
        network: a networkx graph, or an adjacency n × n.
        groups: whether each node is a member of each group, groups × n.
        resources: whether each node is a resource, n.
        removed: whether each node is taken away, n.

    Returns:
        the number of resources reached, one a group.

    Raises:
        TooThin: an empty network.
        BadTable: groups, resources or removed of another length than the nodes.

    Example:
        >>> import networkx as nx
        >>> path = nx.path_graph(4)  # member – relay – lab – member of another
        >>> groups, resources = [[1, 0, 0, 0], [0, 0, 0, 1]], [0, 0, 1, 0]
        >>> reach_of_groups(path, groups, resources).tolist()
        [1, 1]
        >>> reach_of_groups(path, groups, resources, [0, 1, 0, 0]).tolist()
        [0, 1]
    """
    read = Adjacency.of(network, measure="reach of groups")
    n = len(read.nodes)
    belongs: Any = csr_array(groups, dtype=float)
    wanted = np.asarray(resources, dtype=bool)
    gone = np.zeros(n, dtype=bool) if removed is None else np.asarray(removed, dtype=bool)
    if belongs.shape[1] != n or wanted.shape != (n,) or gone.shape != (n,):
        raise BadTable("reach of groups", f"members, resources or removed are not told of the {n} nodes")
    kept = np.flatnonzero(~gone)
    count, labels = connected_components(csr_array(read.matrix[kept, :][:, kept]), directed=False)
    parts = csr_array((np.ones(len(kept)), (kept, labels)), shape=(n, count))
    present = csr_array(belongs @ parts)
    present.data[:] = 1.0
    held = np.asarray(parts.T @ wanted.astype(float)).ravel()
    return np.asarray(np.asarray(present @ held).round(), dtype=np.int64)
