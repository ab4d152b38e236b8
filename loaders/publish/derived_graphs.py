"""The graphs that rules derive from the base graphs: each with what derives it, and when a change concerns it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import polars as pl
import pyoxigraph as ox

from ...graph.snapshots.provenance import ENTAILMENT_GRAPH, GRAPHS, MEMBERSHIP_GRAPH, PREPARATION_GRAPH
from ...graph.updates.working_copy import WorkingCopy, normalise_literals
from ..inference import entailment, membership, preparation
from ..mapping.mapping import Mapping as TableMapping
from ..sources.description import SOURCES

#: The mapping of the exchange layout, which derived tables use too.
EXCHANGE_MAPPING = SOURCES / "exchange" / "mapping.yml"


@cache
def exchange_mapping() -> TableMapping:
    """Return the mapping of the exchange layout, read once a process: reading its YAML costs more than most sources."""
    return TableMapping.read(EXCHANGE_MAPPING)


Removed: TypeAlias = Callable[[str], Set[ox.Quad]]


@dataclass(frozen=True)
class Derivation:
    """A derived graph: what derives its quads, by way of a file in a folder where they are of a table.

    `refresh` derives again what a change of base graphs concerns; what edits have removed of it (told by graph, when it is
    asked) stays removed.
    """

    graph: str
    quads: Callable[[WorkingCopy, Path], Iterator[ox.Quad]]
    refresh: Callable[[WorkingCopy, Path, Sequence[ox.Quad], Removed], None]


def _table_derivation(
    graph: str,
    table: str,
    derive: Callable[[ox.Store], pl.DataFrame],
    concerned: Callable[[ox.Store, Iterable[ox.Quad]], bool],
    beside: Callable[[ox.Store, pl.DataFrame], Iterator[ox.Quad]] | None = None,
) -> Derivation:
    """Return what derives a graph by the table of the exchange layout that rules give on the default graph.

    `beside` gives quads of the same graph that no table of the layout holds, from the store and the table.
    """

    def quads(copy: WorkingCopy, directory: Path) -> Iterator[ox.Quad]:
        path = directory / f"{graph.removeprefix(GRAPHS)}.nq"
        rows = derive(copy.store)
        exchange_mapping().write({table: rows}, path, graph=graph)
        yield from ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True)
        if beside:
            yield from beside(copy.store, rows)

    def refresh(copy: WorkingCopy, directory: Path, changed: Sequence[ox.Quad], removed: Removed) -> None:
        if concerned(copy.store, changed):
            copy.derive(graph, normalise_literals(quads(copy, directory)) - removed(graph))

    return Derivation(graph, quads, refresh)


def _refresh_entailments(copy: WorkingCopy, _: Path, changed: Sequence[ox.Quad], removed: Removed) -> None:
    things = entailment.concerned_things(copy, changed)
    if things is None or things:
        wanted = set(entailment.entail(copy, things)) - removed(ENTAILMENT_GRAPH)
        copy.derive(ENTAILMENT_GRAPH, wanted, things)


def _proposals(store: ox.Store, members: pl.DataFrame) -> Iterator[ox.Quad]:
    return membership.proposal_quads(membership.propose(store, membership.rules_of(store), members))


#: What is derived at each generation, and again after a write that concerns it. None reads what another writes.
DERIVATIONS = (
    _table_derivation(
        MEMBERSHIP_GRAPH,
        "memberships",
        lambda store: membership.derive(store, membership.rules_of(store)),
        membership.is_concerned,
        _proposals,
    ),
    _table_derivation(
        PREPARATION_GRAPH,
        "preparations",
        lambda store: preparation.derive(store, preparation.read_rules()),
        preparation.is_concerned,
    ),
    Derivation(ENTAILMENT_GRAPH, lambda copy, _: entailment.entail(copy), _refresh_entailments),
)
