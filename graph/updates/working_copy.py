"""A store being changed, whose default graph stays the union of its base graphs, with one label a language for each thing.

What was changed is its patch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import TypeAlias

import pyoxigraph as ox

from ...words import N_, AncrageError, Spoken
from ..snapshots.bodies import Bodies, quad_triple
from ..snapshots.canonical import GENID
from ..snapshots.labels import LABEL, settle
from ..snapshots.provenance import (
    DERIVED_GRAPHS,
    EDITS_GRAPH,
    INDICATORS_GRAPH,
    ONTOLOGY_GRAPH,
    PROVENANCE_GRAPH,
    REGISTER_GRAPH,
    role_of,
)
from ..snapshots.snapshot import BASE_ROLES
from .patches import Patch, graph_of

_BULK = 5_000
"""From so many quads on, loading in bulk is faster than a transaction."""

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class ProtectedGraph(AncrageError, PermissionError):  # noqa: N818
    """A write to a graph that only loads write; keeps `graph` and `reason`."""

    code = "protected-graph"

    def __init__(self, graph: str, reason: str) -> None:
        super().__init__(f"the graph <{graph}> cannot be written: {reason}")
        self.graph = graph
        self.reason = reason

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("Le graphe {graph} ne se modifie pas à la main. Rien n’est changé.", graph=self.graph)


class LocalBlankNode(AncrageError, ValueError):  # noqa: N818
    """A write that removes or repeats a blank node of a source, which has no name to find it by; keeps `graph`."""

    code = "blank-nodes"

    def __init__(self, graph: str) -> None:
        where = f"the graph <{graph}>" if graph else "a source"
        super().__init__(
            f"{where} has blank nodes that the write would remove or refer to: they have no name that the next "
            "load of the source could be told; give them IRIs in the source"
        )
        self.graph = graph

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "L’écriture touche des nœuds anonymes d’une source, que rien ne désigne : donnez-leur des adresses dans la "
            "source. Rien n’est changé."
        )


class WorkingCopy:
    """A store open for writing, with the roles of its graphs (those not listed have the role of their name).

    A triple added to the default graph goes to the graph of edits, unless a base graph holds it; one removed from
    the default graph is removed from every base graph. Of a thing's labels in one language the default graph has those
    of the graph that comes first (`snapshots.labels`): a label added there takes the place of those of the sources, and
    where one is removed the label of the next source stands. Blank nodes of what is added become IRIs made of `salt` and
    their label. `patch` is the net change of named graphs so far.

    >>> copy = WorkingCopy(ox.Store(), {}, salt="1")
    >>> s = ox.NamedNode("http://e.org/s")
    >>> copy.change([], [ox.Quad(s, s, s)])
    >>> [graph_of(quad) == EDITS_GRAPH for quad in copy.patch.added], len(copy.store)
    ([True], 2)
    """

    def __init__(self, store: ox.Store, roles: Mapping[str, str], *, salt: str = "") -> None:
        self.store = store
        self.salt = salt
        self.touched: set[ox.Quad] = set()
        """Every quad of a named graph changed so far, the derived ones included."""
        self.growth: Counter[str] = Counter()
        """By how many quads each named graph has grown so far."""
        self._roles = dict(roles)
        self.bodies = Bodies(store, self.is_base)
        self._settled: set[ox.Quad] = set()
        self._added: set[ox.Quad] = set()
        self._removed: set[ox.Quad] = set()

    @property
    def patch(self) -> Patch:
        """The net change of named graphs by `change`."""
        return Patch(frozenset(self._added), frozenset(self._removed))

    @property
    def merged(self) -> set[ox.Quad]:
        """Every triple of the default graph changed so far, or more: what is said of bodies, the labels that come first."""
        return self._settled.union(image for quad in self.touched if (image := self._image(quad)))

    def role(self, graph: str) -> str:
        """Return the role of a graph, known or told by its name."""
        return self._roles.get(graph) or role_of(graph)

    def is_base(self, graph: str) -> bool:
        """Tell whether the triples of a graph are in the default graph too."""
        return self.role(graph) in BASE_ROLES

    def graphs(self, *roles: str) -> list[str]:
        """Return the graphs of these roles that the store has, sorted."""
        names = (name.value for name in self.store.named_graphs() if isinstance(name, ox.NamedNode))
        return sorted(graph for graph in names if self.role(graph) in roles)

    def change(self, delete: Iterable[ox.Quad], insert: Iterable[ox.Quad]) -> None:
        """Delete quads, then insert quads, as one operation of SPARQL Update does.

        Raises ProtectedGraph and LocalBlankNode before anything is changed.
        """
        wanted = normalise_literals(self._skolemised(quad) for quad in insert)
        self._commit(set(self._found(normalise_literals(delete) - wanted)) - wanted, wanted)

    def replace(self, graph: str, quads: Iterable[ox.Quad]) -> None:
        """Make a graph (empty: the default graph) hold these of its quads and no others.

        Raises ProtectedGraph and LocalBlankNode before anything is changed.
        """
        if not graph:
            for one in self.graphs(*BASE_ROLES):
                self.refuse_protected(one, removal=True)
        wanted = normalise_literals(self._skolemised(quad) for quad in quads)
        gone = {quad for quad in self.quads(graph) if quad not in wanted}
        self._commit(gone if graph else set(self._found(gone)), wanted)

    def quads(self, graph: str) -> Iterator[ox.Quad]:
        """Yield the quads of a graph; empty for the default graph."""
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        return self.store.quads_for_pattern(None, None, None, name)

    def has(self, graph: str) -> bool:
        """Tell whether a named graph has any quad."""
        return next(self.quads(graph), None) is not None

    def _commit(self, gone: set[ox.Quad], wanted: set[ox.Quad]) -> None:
        """Remove quads of named graphs that are there, and add those wanted that are not."""
        for graph in {graph_of(quad) for quad in gone}:
            self.refuse_protected(graph, removal=True)
        for quad in gone:
            if _has_blank(quad):
                raise LocalBlankNode(graph_of(quad))
        new = set()
        for quad in wanted:
            placed = quad
            if not graph_of(quad):
                if quad in self.store and any(other not in gone for other in self._holders(quad)):
                    continue
                placed = _in_graph(quad, EDITS_GRAPH)
            if placed in gone:
                gone.discard(placed)
            elif placed not in self.store:
                new.add(placed)
        for graph in {graph_of(quad) for quad in new}:
            self.refuse_protected(graph, removal=False)
        self._write(gone, new)
        self._removed, self._added = (
            (self._removed - new) | (gone - self._added),
            (self._added - gone) | (new - self._removed),
        )

    def replay(self, patch: Patch) -> None:
        """Apply a recorded patch: what is not there is not removed, what is there already is not added."""
        self._write(
            {quad for quad in patch.removed if quad in self.store},
            {quad for quad in patch.added if quad not in self.store},
        )

    def record(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads of named graphs that tell of the change itself, outside the patch."""
        self._write(set(), {quad for quad in normalise_literals(quads) if quad not in self.store})

    def derive(
        self, graph: str, quads: Iterable[ox.Quad], things: Iterable[ox.NamedNode] | None = None
    ) -> set[ox.Quad]:
        """Replace a derived graph, or what it says of some things, by what the rules give now, outside the patch; return that."""
        wanted = normalise_literals(quads)
        if things is None:
            present = set(self.quads(graph))
        else:
            name = ox.NamedNode(graph)
            present = {
                quad for thing in things for quad in self.store.quads_for_pattern(thing, None, None, name)
            }
        self._write(present - wanted, wanted - present)
        return wanted

    def refuse_protected(self, graph: str, *, removal: bool) -> None:
        """Raise ProtectedGraph where a graph is not to be written by hand."""
        if graph in (ONTOLOGY_GRAPH, PROVENANCE_GRAPH):
            kind = "ontology" if graph == ONTOLOGY_GRAPH else "provenance"
            raise ProtectedGraph(graph, f"the {kind} is written by ancrage itself")
        if graph == INDICATORS_GRAPH:
            raise ProtectedGraph(
                graph, "indicators are computed at each load; change what they are computed from"
            )
        if graph == REGISTER_GRAPH:
            raise ProtectedGraph(
                graph, "links are made at each load; accept or refuse one in the file of decisions"
            )
        if graph in DERIVED_GRAPHS and not removal:
            raise ProtectedGraph(graph, "it is derived by rules, so only removals are possible; name another")

    def clear_empty(self, graphs: Iterable[str]) -> None:
        """Forget those of the graphs that have no quad left: an empty graph is not recorded."""
        for graph in graphs:
            if not self.has(graph):
                self.store.remove_graph(ox.NamedNode(graph))

    def _found(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """Yield the quads of named graphs that quads to delete speak of."""
        for quad in quads:
            if not graph_of(quad):
                yield from self._holders(quad)
            elif quad in self.store:
                yield quad

    def _holders(self, quad: ox.Quad) -> Iterator[ox.Quad]:
        """Yield the quads of base graphs that the triple of a quad of the default graph comes from."""
        for triple in self.bodies.sources(quad_triple(quad)):
            for other in self.store.quads_for_pattern(*triple, None):
                graph = graph_of(other)
                if graph and self.is_base(graph):
                    yield other

    def _write(self, gone: set[ox.Quad], new: set[ox.Quad]) -> None:
        for quad in gone:
            self.store.remove(quad)
        bodies = {body for quad in gone | new if (body := self.bodies.body(quad.subject))}
        for quad in gone:
            image = self._image(quad)
            if image and next(self._holders(image), None) is None:
                self.store.remove(image)
        merged = [image for quad in new if (image := self._image(quad))]
        add = self.store.bulk_extend if len(new) >= _BULK else self.store.extend
        add([*new, *merged])
        for body in bodies:
            self._settled.update(self.bodies.settle(body))
        for subject in {
            self.bodies.body(quad.subject) or quad.subject for quad in gone | new if quad.predicate == LABEL
        }:
            self._settled.update(settle(self.store, subject, self.is_base))  # type: ignore[arg-type]
        self.touched |= gone | new
        self.growth.update(map(graph_of, new))
        self.growth.subtract(map(graph_of, gone))

    def _image(self, quad: ox.Quad) -> ox.Quad | None:
        """Return what the default graph has of a quad; None for one that it has not, or that is of a body or a record."""
        if not self.is_base(graph_of(quad)) or self.bodies.body(quad.subject):
            return None
        return ox.Quad(*self.bodies.image(quad_triple(quad)))

    def link(self, quads: Iterable[ox.Quad]) -> None:
        """Write the graph of the register, and make the default graph speak of the bodies that it tells."""
        self.derive(REGISTER_GRAPH, quads)
        self.bodies = Bodies(self.store, self.is_base)
        self.bodies.fold()

    def _skolemised(self, quad: ox.Quad) -> ox.Quad:
        if not _has_blank(quad):
            return quad
        return ox.Quad(
            self._named(quad.subject, graph_of(quad)),  # type: ignore[arg-type]
            quad.predicate,
            self._named(quad.object, graph_of(quad)),
            quad.graph_name,
        )

    def _named(self, term: Term, graph: str) -> Term:
        """Return a term with IRIs for its new blank nodes; raises LocalBlankNode for one of a source."""
        if isinstance(term, ox.BlankNode):
            if any(
                next(found, None) is not None
                for found in (
                    self.store.quads_for_pattern(term, None, None, None),
                    self.store.quads_for_pattern(None, None, term, None),
                )
            ):
                raise LocalBlankNode(graph)
            return ox.NamedNode(GENID + sha256(f"{self.salt} {term.value}".encode()).hexdigest()[:32])
        if isinstance(term, ox.Triple):
            subject, object = self._named(term.subject, graph), self._named(term.object, graph)
            return ox.Triple(subject, term.predicate, object)  # type: ignore[arg-type]
        return term


def normalise_literals(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Return quads with their literals as the store gives them back (it does not keep the form of numbers).

    >>> one = ox.Literal("01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    >>> [quad.object.value for quad in normalise_literals([ox.Quad(ox.BlankNode(), ox.NamedNode("http://e.org/p"), one)])]
    ['1']
    """
    found: set[ox.Quad] = set()
    literal: list[ox.Quad] = []
    for quad in quads:
        if isinstance(quad.object, ox.Literal | ox.Triple):
            literal.append(quad)
        else:
            found.add(quad)
    store = ox.Store()
    store.extend(literal)
    return found.union(store)


def _has_blank(quad: ox.Quad | ox.Triple) -> bool:
    return any(
        isinstance(term, ox.BlankNode) or (isinstance(term, ox.Triple) and _has_blank(term))
        for term in (quad.subject, quad.object)
    )


def _in_graph(quad: ox.Quad, graph: str) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph))
