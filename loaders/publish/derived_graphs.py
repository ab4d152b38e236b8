"""The graphs that rules derive from the base graphs: each with what derives it, and when a change concerns it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl
import pyoxigraph as ox

from ...graph.snapshots.provenance import GRAPHS, MEMBERSHIP_GRAPH, PREPARATION_GRAPH
from ..inference import membership, preparation
from ..mapping.mapping import Mapping as TableMapping
from ..sources.description import SOURCES

#: The mapping of the exchange layout, which derived tables use too.
EXCHANGE_MAPPING = SOURCES / "exchange" / "mapping.yml"


@cache
def exchange_mapping() -> TableMapping:
    """Return the mapping of the exchange layout, read once a process: reading its YAML costs more than most sources."""
    return TableMapping.read(EXCHANGE_MAPPING)


@dataclass(frozen=True)
class Derivation:
    """A derived graph: the table of the exchange layout that its rules give, and whether a change concerns them.

    `beside` gives quads of the same graph that no table of the layout holds, from the store and the table.
    """

    graph: str
    table: str
    derive: Callable[[ox.Store], pl.DataFrame]
    concerned: Callable[[ox.Store, Iterable[ox.Quad]], bool]
    beside: Callable[[ox.Store, pl.DataFrame], Iterator[ox.Quad]] | None = None

    def quads(self, store: ox.Store, directory: Path) -> Iterator[ox.Quad]:
        """Derive the graph from the default graph of a store, by way of a file in `directory`."""
        path = directory / f"{self.graph.removeprefix(GRAPHS)}.nq"
        table = self.derive(store)
        exchange_mapping().write({self.table: table}, path, graph=self.graph)
        yield from ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True)
        if self.beside:
            yield from self.beside(store, table)


def _proposals(store: ox.Store, members: pl.DataFrame) -> Iterator[ox.Quad]:
    return membership.proposal_quads(membership.propose(store, membership.rules_of(store), members))


#: What is derived at each generation, and again after a write that concerns it. None reads what another writes.
DERIVATIONS = (
    Derivation(
        MEMBERSHIP_GRAPH,
        "memberships",
        lambda store: membership.derive(store, membership.rules_of(store)),
        membership.is_concerned,
        _proposals,
    ),
    Derivation(
        PREPARATION_GRAPH,
        "preparations",
        lambda store: preparation.derive(store, preparation.read_rules()),
        preparation.is_concerned,
    ),
)
