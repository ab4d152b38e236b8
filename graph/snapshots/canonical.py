"""The canonical hash of a dataset: SHA-256 of its RDFC-1.0 canonical N-Quads, whatever its order and blank nodes.

Blank nodes get their canonical labels from RDFC-1.0 run on the quads that mention one: quads without blank
nodes have no influence on labels, so the result is that of the whole dataset, and millions of quads need no
more memory than one run of the sort. https://www.w3.org/TR/rdf-canon/
"""

from __future__ import annotations

import hashlib
import heapq
import io
import os
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from ...ontology.vocabulary import ID
from ...words import N_, Number, SentenceError

GENID = ID + "genid/"
"""Namespace of the IRIs that stand for blank nodes: of what is written, and in dumps (skolemised, RDF 1.1 §3.5)."""

_RUN = 64 << 20
"""Bytes sorted in memory at a time."""

_MOST_BLANK = 200_000
"""Quads with blank nodes that are canonicalised: the algorithm may take time exponential in blank nodes."""


class TooManyBlankNodes(SentenceError, ValueError):  # noqa: N818
    """A dataset has more quads with blank nodes than are canonicalised; keeps `limit`."""

    code = "too-many-blank-nodes"

    def __init__(self, limit: int) -> None:
        super().__init__(N_("plus de {limit} quads ont un nœud anonyme", limit=Number(limit)))
        self.limit = limit


def hash_lines(blocks: Iterable[list[bytes]]) -> str:
    r"""Return the canonical hash of N-Quads lines as Oxigraph writes them (each ends with a line feed).

    Raises TooManyBlankNodes.

    >>> one = [b"_:a <http://e.org/p> _:b .\n", b'<http://e.org/s> <http://e.org/p> "1" .\n']
    >>> two = [b'<http://e.org/s> <http://e.org/p> "1" .\n', b"_:x <http://e.org/p> _:y .\n"]
    >>> hash_lines([one]) == hash_lines([two])
    True
    """
    with tempfile.TemporaryDirectory(prefix="ancrage-hash-") as folder:
        ordered = SortedLines(Path(folder))
        ordered.add(_labelled(ordered.add_ground(blocks)))
        digest = hashlib.sha256()
        for block in _blocks(ordered):
            digest.update(b"".join(block))
        return digest.hexdigest()


class SortedLines:
    r"""Lines in the order of their bytes, each once: held while they are few, else in sorted runs in a folder.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     lines = SortedLines(Path(folder))
    ...     lines.add([b"b\n", b"a\n"])
    ...     lines.add([b"b\n"])
    ...     list(lines)
    [b'a\n', b'b\n']
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: list[Path] = []
        self._held: list[bytes] = []
        self._size = 0

    def add(self, lines: Collection[bytes]) -> None:
        """Add lines, each with its line feed."""
        self._held += lines
        self._size += sum(map(len, lines))
        if self._size > _RUN:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._runs.append(_write_run(self._folder / str(len(self._runs)), self._held))
            self._held, self._size = [], 0

    def add_ground(self, blocks: Iterable[list[bytes]]) -> list[bytes]:
        """Add the N-Quads lines that have no blank node, and return the others; raises TooManyBlankNodes."""
        blank: list[bytes] = []
        for block in blocks:
            ground = [line for line in block if not has_blank(line)]
            if len(ground) < len(block):
                blank += [line for line in block if has_blank(line)]
                if len(blank) > _MOST_BLANK:
                    raise TooManyBlankNodes(_MOST_BLANK)
            self.add(ground)
        return blank

    def __iter__(self) -> Iterator[bytes]:
        self._held.sort()
        with ExitStack() as stack:
            runs: list[Iterable[bytes]] = [stack.enter_context(run.open("rb")) for run in self._runs]
            last = b""
            for line in heapq.merge(*runs, self._held) if runs else self._held:
                if line != last:
                    yield line
                last = line


def has_blank(line: bytes) -> bool:
    """Tell whether an N-Quads line may have a blank node (or a text that looks like one)."""
    return line.startswith(b"_:") or b" _:" in line


def hash_files(files: Iterable[Path]) -> str:
    """Return the canonical hash of the dataset that N-Quads files hold together, blank nodes being shared by label."""
    return hash_lines(block for path in files for block in _lines_of(path))


def hash_store(store: Store) -> str:
    r"""Return the canonical hash of the named graphs of a store (its default graph repeats the base graphs).

    >>> from pyoxigraph import NamedNode, Quad
    >>> s, g = NamedNode("http://e.org/s"), NamedNode("http://e.org/g")
    >>> store = Store()
    >>> store.add(Quad(s, s, s, g))
    >>> hash_store(store) == hashlib.sha256(f"{s} {s} {s} {g} .\n".encode()).hexdigest()
    True
    """
    return hash_lines(_quads_of(store))


def _quads_of(store: Store) -> Iterator[list[bytes]]:
    for name in sorted(store.named_graphs(), key=str):
        yield from graph_lines(store, name)


def graph_lines(store: Store, name: NamedNode | BlankNode | DefaultGraph) -> Iterator[list[bytes]]:
    """Yield the N-Quads of a graph by blocks, in the store's order: the same in every store, for what has no blank node.

    A thread of its own serialises them into a pipe.
    """
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with os.fdopen(writing, "wb") as out:
                store.dump(out, RdfFormat.N_TRIPLES, from_graph=name)
        except BaseException as error:
            failed.append(error)

    end = b" .\n" if isinstance(name, DefaultGraph) else f" {name} .\n".encode()
    thread = threading.Thread(target=write, name="serialise", daemon=True)
    thread.start()
    with os.fdopen(reading, "rb", 1 << 20) as lines:
        while block := lines.readlines(1 << 20):
            yield [line[:-3] + end for line in block]
    thread.join()
    if failed:
        raise failed[0]


def sort_graph(store: Store, graph: str, folder: Path) -> SortedLines:
    """Return the N-Quads of a named graph (empty: the default graph) in order, blank nodes named; `folder` takes runs.

    A blank node has an IRI made of all that is said with blank nodes in its graph: where nothing of that changes, its
    IRI stays. Raises TooManyBlankNodes.
    """
    ordered = SortedLines(folder)
    name = NamedNode(graph) if graph else DefaultGraph()
    ordered.add(name_blanks(ordered.add_ground(graph_lines(store, name))))
    return ordered


def name_blanks(lines: list[bytes]) -> list[bytes]:
    r"""Return N-Quads lines with IRIs for their blank nodes, which are the same for the same lines.

    >>> one, two = ([f"<http://e.org/s> <http://e.org/p> _:{label} .\n".encode()] for label in "ab")
    >>> name_blanks(one) == name_blanks(two), b"/id/genid/" in name_blanks(one)[0]
    (True, True)
    """
    if not lines:
        return []
    labelled = sorted(_labelled(lines))
    head = GENID + hashlib.sha256(b"".join(labelled)).hexdigest()[:16]

    def named(term: Any) -> Any:
        if isinstance(term, BlankNode):
            return NamedNode(f"{head}-{term.value}")
        if isinstance(term, Triple):
            return Triple(named(term.subject), term.predicate, named(term.object))
        return term

    quads = (
        Quad(named(quad.subject), quad.predicate, named(quad.object), quad.graph_name)
        for quad in parse(b"".join(labelled), RdfFormat.N_QUADS)
    )
    return io.BytesIO(serialize(quads, format=RdfFormat.N_QUADS) or b"").readlines()


def _lines_of(path: Path) -> Iterator[list[bytes]]:
    with path.open("rb") as file:
        while block := file.readlines(1 << 20):
            yield [line for line in block if not line.startswith(b"#")]


def _labelled(lines: list[bytes]) -> list[bytes]:
    """Give quads with blank nodes their canonical labels."""
    if not lines:
        return []
    dataset = Dataset(parse(b"".join(lines), RdfFormat.N_QUADS))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return io.BytesIO(serialize(dataset, format=RdfFormat.N_QUADS) or b"").readlines()


def _write_run(path: Path, lines: list[bytes]) -> Path:
    lines.sort()
    with path.open("wb") as file:
        file.writelines(lines)
    return path


def _blocks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    for line in lines:
        block.append(line)
        if len(block) == 10_000:
            yield block
            block = []
    yield block
