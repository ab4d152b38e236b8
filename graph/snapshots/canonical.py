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
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, Store, parse, serialize

from ...words import N_, Number, SentenceError

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
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ancrage-hash-")))
        blank: list[bytes] = []
        runs: list[Path] = []
        held: list[bytes] = []
        size = 0
        for block in blocks:
            for line in block:
                if line.startswith(b"_:") or b" _:" in line:
                    blank.append(line)
                else:
                    held.append(line)
            size += sum(map(len, block))
            if len(blank) > _MOST_BLANK:
                raise TooManyBlankNodes(_MOST_BLANK)
            if size > _RUN:
                runs.append(_write_run(folder / str(len(runs)), held))
                held, size = [], 0
        held += _labelled(blank)
        held.sort()
        sorted_runs: list[Iterable[bytes]] = [stack.enter_context(run.open("rb")) for run in runs]
        digest = hashlib.sha256()
        for block in _blocks(heapq.merge(*sorted_runs, held) if runs else held):
            digest.update(b"".join(block))
        return digest.hexdigest()


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
    """Serialise a store's named graphs by blocks, through a pipe and a thread that only serialises."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with os.fdopen(writing, "wb") as out:
                for name in sorted(store.named_graphs(), key=str):
                    serialize(store.quads_for_pattern(None, None, None, name), out, RdfFormat.N_QUADS)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=write, name="serialise", daemon=True)
    thread.start()
    with os.fdopen(reading, "rb", 1 << 20) as lines:
        while block := lines.readlines(1 << 20):
            yield block
    thread.join()
    if failed:
        raise failed[0]


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
