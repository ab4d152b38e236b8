"""Patches: the quads that a write added and removed, how later ones override earlier ones, and their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

ADDED, REMOVED = "added.nq", "removed.nq"


@dataclass(frozen=True)
class Patch:
    """Quads of named graphs added and removed; no quad is in both.

    >>> s, g = ox.NamedNode("http://e.org/s"), ox.NamedNode("http://e.org/g")
    >>> one, two = (ox.Quad(s, s, ox.Literal(text), g) for text in "ab")
    >>> both = Patch(frozenset([one, two])).then(Patch(removed=frozenset([one])))
    >>> both.added == {two}, both.removed == {one}
    (True, True)
    """

    added: frozenset[ox.Quad] = frozenset()
    removed: frozenset[ox.Quad] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def then(self, later: Patch) -> Patch:
        """Return what both say in this order: of a quad that both speak of, the later one decides.

        A quad added and then removed stays among the removed, for a source may bring it by itself.
        """
        return Patch((self.added - later.removed) | later.added, (self.removed - later.added) | later.removed)

    def only(self, graphs: Collection[str]) -> Patch:
        """Return the part that speaks of these graphs."""
        return Patch(
            frozenset(quad for quad in self.added if graph_of(quad) in graphs),
            frozenset(quad for quad in self.removed if graph_of(quad) in graphs),
        )

    def without(self, graphs: Collection[str]) -> Patch:
        """Return the part that speaks of other graphs than these."""
        return Patch(
            frozenset(quad for quad in self.added if graph_of(quad) not in graphs),
            frozenset(quad for quad in self.removed if graph_of(quad) not in graphs),
        )

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many quads of each graph are added and removed, sorted by graph."""
        added, removed = (Counter(map(graph_of, quads)) for quads in (self.added, self.removed))
        return {
            graph: {"added": added[graph], "removed": removed[graph]} for graph in sorted({*added, *removed})
        }

    def write(self, folder: Path) -> None:
        """Write the patch into a folder, as two sorted N-Quads files."""
        for name, quads in ((ADDED, self.added), (REMOVED, self.removed)):
            lines = sorted(f"{quad} .\n" for quad in quads)
            (folder / name).write_text("".join(lines), encoding="utf-8", newline="\n")

    @classmethod
    def read(cls, folder: Path) -> Patch:
        """Return the patch that `write` wrote; raises OSError and SyntaxError (with the file's name)."""
        return cls(_read(folder / ADDED), _read(folder / REMOVED))


def fold(patches: Iterable[Patch]) -> Patch:
    """Return what patches say in this order, in one pass.

    >>> bool(fold([]))
    False
    """
    added: set[ox.Quad] = set()
    removed: set[ox.Quad] = set()
    for patch in patches:
        added -= patch.removed
        added |= patch.added
        removed -= patch.added
        removed |= patch.removed
    return Patch(frozenset(added), frozenset(removed))


def graph_of(quad: ox.Quad) -> str:
    """Return the IRI of a quad's named graph; empty for the default graph."""
    name = quad.graph_name
    return name.value if isinstance(name, ox.NamedNode) else ""


def _read(path: Path) -> frozenset[ox.Quad]:
    try:
        return frozenset(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True))
    except SyntaxError as error:
        raise SyntaxError(f"{path}: {error.msg}", (str(path), error.lineno, error.offset, None)) from error
