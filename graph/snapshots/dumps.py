"""Dumps: one compressed file a graph and format; the whole is one such file a licence, made of its graphs' files."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from pyoxigraph import RdfFormat, Store, parse, serialize

from ...ontology.vocabulary import PREFIXES
from .canonical import sort_graph
from .provenance import DERIVED_GRAPHS, GRAPHS, INDICATORS_GRAPH, LICENCES, REGISTER_GRAPH, licence_iri
from .snapshot import Snapshot

FORMATS: Mapping[str, RdfFormat] = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG}
"""Formats of dumps by the suffix of their files."""

APART = ("illustrative", "scenario", "computed")
"""Roles of graphs that stand in no file but their own: what they say is invented, simulated, or computed from the rest."""

_OWN = "CC-BY-4.0"
_SHARE_ALIKE = "ODbL-1.0"
_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")


@dataclass(frozen=True)
class Dump:
    """A dump of a snapshot: its `name` in addresses, its `licence` (an IRI, or empty), its graphs, their `role`."""

    name: str
    licence: str
    graphs: tuple[str, ...]
    role: str

    @property
    def whole(self) -> bool:
        """Whether it is a part of the whole, made of several graphs of one licence."""
        return self.name.startswith("licence/")


def dump_name(graph: str) -> str:
    """Return the name of a graph's dump: its local name where that is plain, else a digest of its IRI.

    >>> dump_name(GRAPHS + "scenario/deux-relais"), dump_name("http://e.org/g")
    ('scenario/deux-relais', 'graph-6cade715c1cf3fbc')
    """
    local = graph.removeprefix(GRAPHS)
    if local != graph and _PLAIN.fullmatch(local) and not local.startswith(("licence/", "graph-")):
        return local
    return f"graph-{hashlib.sha256(graph.encode()).hexdigest()[:16]}"


def graph_licence(graphs: Mapping[str, Mapping[str, Any]], graph: str) -> str:
    """Return the IRI of the licence of one of the `graphs` of a publication; empty where its source names none.

    What we make ourselves (ontology, provenance) is CC BY 4.0. What is derived from the base graphs (the register of
    organisations, the memberships of filières, what programmes prepare for, the indicators) is under ODbL as soon as one
    of them is: ODbL asks it of a derivative.
    """
    about = graphs.get(graph, {})
    if about.get("licence"):
        return licence_iri(str(about["licence"]))
    role = about.get("role", "base")
    if role in ("ontology", "provenance"):
        return licence_iri(_OWN)
    if graph in (*DERIVED_GRAPHS, REGISTER_GRAPH, INDICATORS_GRAPH):
        others = (str(one.get("licence") or "") for one in graphs.values())
        return licence_iri(_SHARE_ALIKE if licence_iri(_SHARE_ALIKE) in map(licence_iri, others) else _OWN)
    return ""


def dumps_of(snapshot: Snapshot) -> dict[str, Dump]:
    """Return the dumps of a snapshot by name: first the whole, one a licence, then each graph.

    >>> graphs = {GRAPHS + "a": {"licence": "etalab-2.0"}, GRAPHS + "b": {"licence": "ODbL-1.0"}}
    >>> list(dumps_of(Snapshot("20261124T160501Z-0a1b2c3d", Path("x"), {"graphs": graphs})))
    ['licence/etalab-2.0', 'licence/odbl-1.0', 'a', 'b']
    """
    single: list[Dump] = []
    by_licence: dict[str, list[str]] = {}
    for graph in snapshot.graphs():
        licence = graph_licence(snapshot.manifest["graphs"], graph)
        role = str(snapshot.manifest["graphs"][graph].get("role", "base"))
        single.append(Dump(dump_name(graph), licence, (graph,), role))
        if role not in APART:
            by_licence.setdefault(licence, []).append(graph)
    whole = [
        Dump(f"licence/{_slug(licence)}", licence, tuple(graphs), "base")
        for licence, graphs in by_licence.items()
    ]
    return {dump.name: dump for part in (whole, single) for dump in sorted(part, key=lambda dump: dump.name)}


def _slug(licence: str) -> str:
    known = {iri: name for name, iri in LICENCES.items()}
    if not licence:
        return "non-precisee"
    name = known.get(licence, "")
    return name.lower() if name else f"autre-{hashlib.sha256(licence.encode()).hexdigest()[:8]}"


def write_dump(store: Store, snapshot: Snapshot, graph: str, format: RdfFormat, out: Path) -> dict[str, Any]:
    """Write one graph as a gzip file, and return its sizes: `bytes` plain, `compressed`, and `sha256` of the file.

    The file begins with a comment that names the graph, its role and its licence; then its quads come in the order of their
    N-Quads, blank nodes with IRIs (`canonical.name_blanks`). The same graph gives the same bytes, in whatever publication;
    files put one behind the other are a file of the same format.
    """
    licence = graph_licence(snapshot.manifest["graphs"], graph) or "not specified"
    role = snapshot.manifest["graphs"][graph].get("role", "base")
    with tempfile.TemporaryDirectory(prefix="ancrage-dump-") as folder, packing(out) as (plain, about):
        plain.write(f"# graph <{graph}>, {role}, licence {licence}\n".encode())
        lines = sort_graph(store, graph, Path(folder))
        if format == RdfFormat.N_QUADS:
            plain.writelines(lines)
        else:
            with Path(folder, "sorted.nq").open("wb+") as ordered:
                ordered.writelines(lines)
                ordered.seek(0)
                quads = parse(ordered, RdfFormat.N_QUADS, lenient=True)
                serialize(quads, plain, format, prefixes=dict(PREFIXES))
            plain.write(b"\n")
    return about


@contextmanager
def packing(out: Path) -> Iterator[tuple[IO[bytes], dict[str, Any]]]:
    """Write a gzip file whose bytes tell nothing of when it was made; its sizes and digest are told at the end.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with packing(Path(folder, "a.gz")) as (plain, about):
    ...         _ = plain.write(b"text")
    ...     about["bytes"], sorted(about)
    (4, ['bytes', 'compressed', 'sha256'])
    """
    about: dict[str, Any] = {}
    with out.open("wb") as file:
        hashing = _Hashing(file)
        with (
            gzip.GzipFile("", "wb", 6, hashing, mtime=0) as packed,
            io.BufferedWriter(packed, 1 << 20) as plain,
        ):
            yield plain, about
            plain.flush()
            about["bytes"] = packed.tell()
    about |= {"compressed": out.stat().st_size, "sha256": hashing.digest.hexdigest()}


def beside(path: Path) -> Path:
    """Return where what is told of a file stands: its sizes, its digest, since when it is what it is."""
    return path.with_name(path.name + ".json")


class _Hashing(io.RawIOBase):
    """A file to write to that hashes what passes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self.file.write(data)


@dataclass(frozen=True)
class DumpFile:
    """A file that is made: where it is, its size plain and compressed, its SHA-256 digest, since when it is what it is."""

    path: Path
    bytes: int
    compressed: int
    sha256: str
    modified: datetime

    @classmethod
    def read(cls, path: Path) -> DumpFile:
        """Read what stands beside a file; raises FileNotFoundError where it was never finished, or not made as today."""
        about = json.loads(beside(path).read_bytes())
        if "modified" not in about or not path.exists():  # its sizes are there a moment before it is
            raise FileNotFoundError(path)
        sizes = int(about["bytes"]), int(about["compressed"])
        return cls(path, *sizes, str(about["sha256"]), datetime.fromisoformat(about["modified"]))


def digest_of(files: Sequence[DumpFile]) -> str:
    """Return the SHA-256 digest of files put one behind the other; raises OSError."""
    if len(files) == 1:
        return files[0].sha256
    return _digest(tuple((str(file.path), file.sha256) for file in files))


@lru_cache(64)
def _digest(files: tuple[tuple[str, str], ...]) -> str:
    digest = hashlib.sha256()
    for path, _ in files:
        with Path(path).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
