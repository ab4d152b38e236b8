"""Oxigraph stores: built in one go from RDF files, counted and dumped graph by graph."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path
from threading import Lock
from typing import IO, Final, TypeAlias

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    serialize,
)

from ...words import N_, AncrageError, Spoken
from . import labels
from .bodies import Bodies

Progress: TypeAlias = Callable[[Path, int, int], None]
"""Called after each file with the file, the number of files done and the number of files."""

PieceProgress: TypeAlias = Callable[[int], None]

FileInGraph: TypeAlias = Path | tuple[Path, str | None]
"""A file of quads, or a file of triples and the IRI of the graph they go to."""

CHECKPOINT: Final = "checkpoint"
"""The folder of a store that is ready to be published."""

#: Bytes of a file that is read in memory, to be written with others: a load by itself costs ten files made safe on disk.
_SMALL: Final = 1 << 18
#: Bytes of a large file loaded in one go: the engine holds what it sorts, and merges what it has with each load anew.
_PIECE: Final = 1 << 27
#: Quads of small files held before they are written.
_HELD: Final = 200_000
_GRAPH_AT_END = re.compile(rb"[ \t]*(<[^<>\"{}|^`\\\x00-\x20]*>)[ \t]*\.[ \t]*(?:#.*)?\r?\n?\Z")


class LoadError(AncrageError, ValueError):
    """A file the store cannot be built from; keeps `file`, `line` (from 1, or None) and `reason` (the engine's is English)."""

    code = "load"
    said_in = "en"

    def __init__(self, file: Path, line: int | None, reason: Spoken | str) -> None:
        super().__init__(file, line, reason)
        self.file = file
        self.line = line
        self.reason = reason

    @property
    def message(self) -> Spoken:
        """What is said: the file, the line and the reason."""
        if self.line is None:
            return N_("{file} : {reason}.", file=self.file, reason=self.reason)
        return N_("{file}, ligne {line} : {reason}.", file=self.file, line=self.line, reason=self.reason)


def build_store(
    files: Sequence[FileInGraph],
    directory: Path,
    *,
    merged: Collection[str] = (),
    progress: Progress | None = None,
) -> int:
    """Build a new store in `directory` from RDF files and return the number of quads of its named graphs.

    Each large file is loaded by itself, leniently (IRIs are not checked again), and by pieces where it has no blank
    nodes: three million quads take 1.6 GB so and 2.2 GB in one go, which is a tenth less of processor; in pieces half as
    large, 0.9 GB and a fifth more. Compacting the result
    afterwards does not make lookups faster. Small files, such as those of the ontology, are written
    together. A pair `(path, graph)` puts a file of triples into that named graph.

    The triples of the graphs named in `merged` are also written to the default graph, but labels that another
    one comes before (`labels`) and what is said of the records of one body, which is said of it (`bodies`).
    Oxigraph repeats a triple that stands in two graphs when it reads their union, so
    counts over a list of default graphs are wrong; in the default graph a triple is there once.

    Raises LoadError for a file that is missing or cannot be parsed, FileExistsError when `directory` holds
    something already.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     turtle = Path(folder, "a.ttl")
    ...     _ = turtle.write_text("<http://e.org/s> <http://e.org/p> 1, 2 .")
    ...     build_store([(turtle, "http://e.org/g")], Path(folder, "store"))
    2
    """
    return sum(count_graphs(fill_store(files, directory, merged=merged, progress=progress)).values())


def fill_store(
    files: Sequence[FileInGraph],
    directory: Path,
    *,
    merged: Collection[str] = (),
    progress: Progress | None = None,
    pieces: PieceProgress | None = None,
) -> Store:
    """Build a new store and return it, open for more; as `build_store`, whose count takes a second a million quads.

    `pieces` is called after each piece of a large file with its bytes: a merged file is read twice, the second time
    without the names of its graphs.
    """
    if directory.exists() and any(directory.iterdir()):
        raise FileExistsError(f"{directory} is not empty: a store is built in a new directory")
    wanted = {f"<{graph}>".encode() for graph in merged}
    store = Store(directory)
    lock = Lock()

    def counted(size: int) -> None:
        with lock:  # two loads tell
            if pieces:
                pieces(size)

    held: list[Quad] = []
    # The engine leaves the GIL: two loads take little longer than one.
    with ThreadPoolExecutor(2) as threads:
        loads: list[tuple[Path, list[Future[None]]]] = []
        for file in files:
            path, graph = file if isinstance(file, tuple) else (file, None)
            small = _read_small(path, graph, merged)
            started: list[Future[None]] = []
            if small is None:
                whole = _must_be_whole(path)
                started.append(threads.submit(_load, store, path, graph, whole, counted))
                if wanted:
                    started.append(threads.submit(_load_merged, store, path, graph, wanted, whole, counted))
            else:
                held += small
                if len(held) > _HELD:
                    store.bulk_extend(held)
                    held = []
            loads.append((path, started))
        try:
            store.bulk_extend(held)
            for done, (path, started) in enumerate(loads, start=1):
                for load in started:
                    load.result()
                if progress is not None:
                    progress(path, done, len(loads))
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise
    if merged:
        for quad in labels.set_aside(store, merged):
            store.remove(quad)
        Bodies(store, frozenset(merged).__contains__).fold()
    store.flush()
    return store


def checkpoint(store: Store, folder: Path) -> None:
    """Put what the store of a folder holds now in `CHECKPOINT` beside it, in files that change no more, and remove the folder.

    For as long as anything refers to the store, which garbage may, the engine compacts it in the background: a folder that
    is published meanwhile has files that are half written. Those of the checkpoint are links to whole ones. Raises OSError.
    """
    store.backup(str(folder.with_name(CHECKPOINT)))
    shutil.rmtree(
        folder, ignore_errors=True
    )  # the engine may write there yet; a file with two names would not be synced


def load_lines(store: Store, path: Path) -> None:
    """Load an N-Quads file without blank nodes, two pieces at once; raises LoadError as `fill_store`."""
    with ThreadPoolExecutor(2) as threads:
        pieces = _pieces(path)
        while pair := list(islice(pieces, 2)):
            try:
                list(threads.map(lambda piece: store.bulk_load(piece, RdfFormat.N_QUADS, lenient=True), pair))
            except SyntaxError as error:
                raise LoadError(path, None, error.msg) from error


def format_of(path: Path) -> RdfFormat:
    """Return the RDF format of a file by its extension; raises ValueError when it is not one we know.

    >>> format_of(Path("data.nq")).name
    'N-Quads'
    """
    found = RdfFormat.from_extension(path.suffix.removeprefix("."))
    if found is None:
        raise ValueError(f"{path.name}: '{path.suffix}' is not the extension of an RDF format")
    return found


def _read_small(path: Path, graph: str | None, merged: Collection[str]) -> list[Quad] | None:
    """Read a small file, and what of it goes to the default graph too; None where it must be loaded by itself."""
    try:
        if path.stat().st_size > _SMALL:
            return None
        quads = list(parse(path=path, format=format_of(path), lenient=True, rename_blank_nodes=True))
    except (OSError, ValueError, SyntaxError):
        return None  # loading it will say what is wrong
    if graph is not None:
        named = NamedNode(graph)
        if any(quad.graph_name != DefaultGraph() for quad in quads):
            return None
        quads = [Quad(quad.subject, quad.predicate, quad.object, named) for quad in quads]
    elif merged and (
        format_of(path) != RdfFormat.N_QUADS or any(quad.graph_name == DefaultGraph() for quad in quads)
    ):
        return None
    wanted = {NamedNode(name) for name in merged}
    return quads + [Quad(*quad.triple) for quad in quads if quad.graph_name in wanted]


def _load(store: Store, path: Path, graph: str | None, whole: bool, progress: PieceProgress | None) -> None:
    to_graph = NamedNode(graph) if graph is not None else None
    lines = 0
    try:
        if whole:
            store.bulk_load(path=path, format=format_of(path), to_graph=to_graph, lenient=True)
            return
        for piece in _pieces(path):
            store.bulk_load(piece, format_of(path), to_graph=to_graph, lenient=True)
            lines += piece.count(b"\n")
            if progress:
                progress(len(piece))
    except FileNotFoundError as error:
        raise LoadError(path, None, N_("le fichier n'existe pas")) from error
    except SyntaxError as error:
        raise LoadError(path, error.lineno and error.lineno + lines, error.msg) from error
    except (OSError, ValueError) as error:
        raise LoadError(path, None, str(error)) from error


def _must_be_whole(path: Path) -> bool:
    """Tell whether a file cannot be loaded in pieces: it is small, not of lines, or has blank nodes, which are of one file."""
    lines = (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES)
    if not path.is_file() or path.stat().st_size <= _PIECE or format_of(path) not in lines:
        return True
    return any(b"_:" in piece for piece in _pieces(path))


def _piece_of(path: Path) -> int:
    """Give the bytes of a piece of a file: half of `_PIECE` where it has many, and memory counts more than time."""
    return _PIECE if path.stat().st_size < 4 * _PIECE else _PIECE >> 1


def _pieces(path: Path) -> Iterator[bytes]:
    """Yield a file of lines by whole lines, a piece at a time."""
    size = _piece_of(path)
    with path.open("rb") as file:
        while piece := file.read(size):
            yield piece + file.readline()


def _load_merged(
    store: Store,
    path: Path,
    graph: str | None,
    wanted: Collection[bytes],
    whole: bool,
    progress: PieceProgress | None,
) -> None:
    """Load the triples of a file that go to one of the wanted graphs a second time, to the default graph."""
    if graph is not None:
        if f"<{graph}>".encode() in wanted:
            _load(store, path, None, whole, progress)
    elif format_of(path) == RdfFormat.N_QUADS:
        triples = _triples(path, wanted)
        try:
            if whole:
                lines = io.BufferedReader(_Lines(triples), 1 << 20)
                store.bulk_load(lines, RdfFormat.N_TRIPLES, lenient=True)
            while not whole and (blocks := list(islice(triples, max(1, _piece_of(path) >> 20)))):
                store.bulk_load(b"".join(blocks), RdfFormat.N_TRIPLES, lenient=True)
                if progress:
                    progress(sum(map(len, blocks)))
        except SyntaxError as error:
            raise LoadError(path, None, N_("chaque ligne doit être un quad d'un graphe nommé")) from error
    else:
        raise LoadError(
            path, None, N_("seuls des N-Quads et des fichiers de triplets vont aussi au graphe par défaut")
        )


def _triples(path: Path, wanted: Collection[bytes]) -> Iterator[bytes]:
    """Yield the N-Triples of an N-Quads file's quads in wanted graphs, by blocks.

    Most files have one graph, so whole blocks are rewritten by one replacement of that graph's line end.
    """
    with path.open("rb") as file:
        while block := file.readlines(1 << 20):
            match = _GRAPH_AT_END.search(block[0])
            end = block[0][match.start() :] if match else b""
            if match and match[1] in wanted and all(line.endswith(end) for line in block):
                yield b"".join(block).replace(end, b" .\n")
                continue
            kept = []
            for line in block:
                if (found := _GRAPH_AT_END.search(line)) and found[1] in wanted:
                    kept.append(line[: found.start()] + b" .\n")
            yield b"".join(kept)


class _Lines(io.RawIOBase):
    """A file to read over blocks of bytes."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = block
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def count_graphs(store: Store) -> dict[str, int]:
    """Return the number of quads of each named graph that has any, sorted by IRI.

    >>> from pyoxigraph import Quad
    >>> s, p, g = NamedNode("http://e.org/s"), NamedNode("http://e.org/p"), NamedNode("http://e.org/g")
    >>> store = Store()
    >>> store.add(Quad(s, p, s, g))
    >>> count_graphs(store)
    {'http://e.org/g': 1}
    """

    def count(graph: NamedNode | BlankNode) -> int:
        if isinstance(graph, BlankNode):  # it would be a variable there
            return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
        counted = store.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
        assert isinstance(counted, QuerySolutions)
        return int(next(counted)["n"].value)

    graphs = sorted(store.named_graphs(), key=lambda graph: graph.value)
    with ThreadPoolExecutor(2) as threads:  # asked graph by graph: grouping takes half as long again
        return {graph.value: n for graph, n in zip(graphs, threads.map(count, graphs), strict=True) if n}


def dump(
    store: Store,
    out: Path | IO[bytes],
    graph: str | None = None,
    format: RdfFormat = RdfFormat.N_QUADS,
    default: str | None = None,
) -> None:
    r"""Write one named graph, or all the named graphs, of a store in an RDF format.

    The default graph is left out, for it holds either nothing or what the base graphs hold already; with a name
    (`default`), it is written last, as a graph of that name. A format
    that has no graphs (Turtle, N-Triples, RDF/XML) needs `graph`; raises ValueError without, and LookupError
    for a graph the store does not have.

    >>> import io
    >>> from pyoxigraph import Quad
    >>> s, p, g = NamedNode("http://e.org/s"), NamedNode("http://e.org/p"), NamedNode("http://e.org/g")
    >>> store = Store()
    >>> store.add(Quad(s, p, s, g))
    >>> out = io.BytesIO()
    >>> dump(store, out)
    >>> out.getvalue()
    b'<http://e.org/s> <http://e.org/p> <http://e.org/s> <http://e.org/g> .\n'
    """
    if graph is None and not format.supports_datasets:
        raise ValueError(f"{format.name} has no named graphs: name the graph to write")
    if graph is not None and not store.contains_named_graph(NamedNode(graph)):
        raise LookupError(f"the store has no graph <{graph}>")
    if graph is not None and not format.supports_datasets:
        store.dump(str(out) if isinstance(out, Path) else out, format, from_graph=NamedNode(graph))
        return
    names = [NamedNode(graph)] if graph is not None else sorted(store.named_graphs(), key=str)
    quads: Iterable[Quad] = (
        quad for name in names for quad in store.quads_for_pattern(None, None, None, name)
    )
    if default is not None:
        own = (
            Quad(quad.subject, quad.predicate, quad.object, NamedNode(default))
            for quad in store.quads_for_pattern(None, None, None, DefaultGraph())
        )
        quads = chain(quads, own)
    serialize(quads, str(out) if isinstance(out, Path) else out, format)
