"""One label a thing and language in the default graph: of the graphs that name a thing, the one that comes first.

Each source states its own labels in its own named graph, whatever the others say; so none is lost when another source is
replaced or removed. Questions and shapes read the default graph, where a thing has one name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from typing import Final

import pyoxigraph as ox

from .provenance import EDITS_GRAPH, GRAPHS, ONTOLOGY_GRAPH

LABEL: Final = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")

REGISTERS: Final = (
    "decoupage-administratif", "laposte-hexasmal", "insee-densite", "anct-grilles", "zones-emploi", "france-travail-bmo",
    "france-travail-rome", "contours", "insee-naf", "insee-clap", "insee-flores",
    "insee-flores-communes", "mesr-effectifs", "mesr-etablissements",
    "mesr-rnsr", "mesr-implantations", "mesr-ecoles-doctorales", "mesr-parcoursup", "mesr-masters", "insee-sirene", "egapro",
    "mesr-transfert", "anct-france-services", "anct-tiers-lieux", "anct-programmes",
)  # fmt: skip
"""Sources that are the register of what they name, the first to be believed first."""
PROJECTS: Final = (
    "mesr-operateurs",
    "scanr-h2020",
    "authority-grants",
    "authority-grants-odbl",
    "mesr-inov",
    "mesr-iphd",
    "mesr-ilab",
    "cordis",
    "cordis-h2020",
    "anr-pia",
    "anr-aapg",
    "europe-feder",
    "abes-theses",
    "fete-de-la-science",
    "openagenda",
    "ics",
)
"""Sources that name an organisation in passing, as a partner of a project; where they have a number alone, the label says it."""

_RANKS: Final = {
    graph: rank
    for rank, graph in [
        *enumerate((EDITS_GRAPH, ONTOLOGY_GRAPH, *(GRAPHS + name for name in REGISTERS)), -100),
        *enumerate((GRAPHS + name for name in PROJECTS), 1),
    ]
}


def rank(graph: str) -> tuple[int, str]:
    """Return the place of a graph in the order of preference: edits, ontology, registers, others by name, projects.

    >>> names = ["anr-aapg", "partner", "mesr-rnsr", "edits", "cordis-h2020", "partner-2"]
    >>> [graph.removeprefix(GRAPHS) for graph in sorted((GRAPHS + name for name in names), key=rank)]
    ['edits', 'mesr-rnsr', 'partner', 'partner-2', 'cordis-h2020', 'anr-aapg']
    """
    return _RANKS.get(graph, 0), graph


def settle(
    store: ox.Store, subject: ox.NamedNode | ox.BlankNode, is_base: Callable[[str], bool]
) -> Iterator[ox.Quad]:
    """Make the default graph hold the labels of a subject that come first, and no other; yield those removed or added."""
    _, kept = _sorted(store, subject, is_base)
    present = {quad.object for quad in store.quads_for_pattern(subject, LABEL, None, ox.DefaultGraph())}
    for label in present ^ kept:
        quad = ox.Quad(subject, LABEL, label)
        (store.add if label in kept else store.remove)(quad)
        yield quad


def set_aside(store: ox.Store, base: Collection[str]) -> Iterator[ox.Quad]:
    """Yield the triples of base graphs that are not in their union for questions: labels that another one comes before.

    They are told as quads of the default graph, whether it has them or not.
    """
    graphs = " ".join(f"<{graph}>" for graph in base)
    several = f"""SELECT ?s {{ SELECT DISTINCT ?s ?l {{ VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s {LABEL} ?l }} }} }}
        GROUP BY ?s HAVING(COUNT(*) > 1)"""
    wanted = frozenset(base)
    for row in list(store.query(several)):  # type: ignore[arg-type]
        every, kept = _sorted(store, row["s"], wanted.__contains__)
        yield from (ox.Quad(row["s"], LABEL, label) for label in every - kept)


def _sorted(
    store: ox.Store, subject: ox.NamedNode | ox.BlankNode, is_base: Callable[[str], bool]
) -> tuple[set[ox.Literal], set[ox.Literal]]:
    """Return all the labels of a subject in base graphs, and those of the first graph of each language."""
    named: dict[str | None, dict[str, set[ox.Literal]]] = defaultdict(lambda: defaultdict(set))
    for quad in store.quads_for_pattern(subject, LABEL, None, None):
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        if graph and is_base(graph):
            named[getattr(quad.object, "language", None)][graph].add(quad.object)  # type: ignore[arg-type]
    every = {label for graphs in named.values() for labels in graphs.values() for label in labels}
    return every, {label for graphs in named.values() for label in graphs[min(graphs, key=rank)]}
