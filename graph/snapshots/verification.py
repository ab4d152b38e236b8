"""Verification of a snapshot: its counts, its default graph and its canonical hash, beside what is said of them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pyoxigraph import Store

from ...words import N_, Spoken
from .artifacts import derived_folder
from .bodies import Bodies, quad_triple
from .canonical import hash_store
from .durable import replace_text
from .labels import set_aside
from .lease import hold_snapshot
from .listing import known_marks, mark_of
from .opening import whole_store
from .snapshot import Snapshot
from .store import count_graphs

HASH = "hash.json"


@dataclass(frozen=True)
class Verification:
    """What a verification found: quads of named graphs, the canonical hash, one sentence a finding.

    Where a file is not the one that was published, nothing is counted: 0 quads and no hash.
    """

    quads: int
    hash: str
    findings: tuple[Spoken, ...] = ()


def verify(snapshot: Snapshot) -> Verification:
    """Count and hash a snapshot's store; the first hash is kept beside the store, later ones are compared with it.

    A restored snapshot is compared with the hash of its backup from the start. The files are compared first:
    the engine may count a damaged one without end.
    """
    with hold_snapshot(snapshot):
        if damaged := _files(snapshot):
            return Verification(0, "", tuple(damaged))
        store = whole_store(snapshot.path)
        counts = count_graphs(store)
        findings = _counts(snapshot, counts)
        if snapshot.merged:
            findings += _union(snapshot, store)
        digest = hash_store(store)
        known = _known_hash(snapshot)
        if known is not None and known != digest:
            findings.append(N_("l'empreinte était {known}, elle est {digest}", known=known, digest=digest))
        elif known is None:
            _keep_hash(snapshot, digest)
    return Verification(sum(counts.values()), digest, tuple(findings))


def _files(snapshot: Snapshot) -> list[Spoken]:
    """Compare the files with those that were published, where they were told."""
    return [
        N_("le fichier {file} n'est pas celui qui a été publié", file=name)
        for name, mark in known_marks(snapshot).items()
        if not (path := snapshot.path / name).is_file() or mark_of(path) != mark
    ]


def _counts(snapshot: Snapshot, counts: dict[str, int]) -> list[Spoken]:
    told = {graph: int(about.get("quads", 0)) for graph, about in snapshot.manifest.get("graphs", {}).items()}
    return [
        N_(
            "le graphe {graph} a {counted} énoncés, sa fiche en dit {told}",
            graph=graph,
            counted=counts.get(graph, 0),
            told=told.get(graph, 0),
        )
        for graph in sorted({*counts, *told})
        if counts.get(graph, 0) != told.get(graph, 0)
    ]


def _union(snapshot: Snapshot, store: Store) -> list[Spoken]:
    graphs = " ".join(f"<{graph}>" for graph in snapshot.base_graphs)
    union = f"{{ SELECT DISTINCT ?s ?p ?o {{ VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s ?p ?o }} }} }}"
    found = []
    for pattern in ("?s ?p ?o", union):
        row = next(iter(store.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")))  # type: ignore[arg-type]
        found.append(int(row["n"].value))
    aside = {quad_triple(quad) for quad in set_aside(store, snapshot.base_graphs)}
    gone, new = Bodies(store, frozenset(snapshot.base_graphs).__contains__).changes()
    expected = found[1] - len(aside | gone) + len(new)
    if found[0] == expected:
        return []
    return [
        N_(
            "le graphe par défaut a {found} triplets, l'union des graphes de base en a {expected}",
            found=found[0],
            expected=expected,
        )
    ]


def _known_hash(snapshot: Snapshot) -> str | None:
    restored = snapshot.manifest.get("restored", {}).get("hash")
    if restored is not None:
        return str(restored)
    try:
        return str(json.loads((derived_folder(snapshot) / HASH).read_bytes())["value"])
    except FileNotFoundError:
        return None


def _keep_hash(snapshot: Snapshot, digest: str) -> None:
    folder = derived_folder(snapshot)
    try:
        folder.mkdir(exist_ok=True)
        replace_text(folder / HASH, json.dumps({"algorithm": "RDFC-1.0, SHA-256", "value": digest}))
    except OSError:  # a directory that may only be read
        return
