"""The interactions of a data directory as a stream of events (LDES): a member for each version of each, appended at publications.

https://w3id.org/ldes/specification. A member is a node with a date and the interaction it is a version of, and a named graph of
its own that holds what base graphs say of the interaction and of its participations. A page that is full never changes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ...ontology.vocabulary import ANC, PREFIXES
from ..snapshots.artifacts import changes_file, derived_folder
from ..snapshots.lease import hold_snapshot
from ..snapshots.opening import whole_store
from ..snapshots.snapshot import Snapshot, Snapshots

STREAM = "stream-2"
"""The folder of the stream of a publication; the number changes with what it holds."""
MEMBERS = 100
"""Members of a full page."""
CREATED, VERSION_OF = PREFIXES["dcterms"] + "created", PREFIXES["dcterms"] + "isVersionOf"
"""Properties of members: their date, and what they are a version of."""
DELETED = "https://www.w3.org/ns/activitystreams#Delete"
"""The class of members whose interaction is gone."""

_ABOUT, _LATEST = "about.json", "latest.json"
_INTERACTION, _PART = ox.NamedNode(ANC + "Interaction"), ox.NamedNode(ANC + "hasParticipation")
_DERIVED = ox.NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
_CLASS, _UNDER = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
_DATE = ox.NamedNode(PREFIXES["xsd"] + "dateTime")


@dataclass
class Stream:
    """The stream as of a publication: the one it began with, the date of each page's first member, members in all, its folder."""

    begun: str
    firsts: list[str] = field(default_factory=list)
    members: int = 0
    last: str = ""
    """Date of the newest member."""
    folder: Path = Path()

    @classmethod
    def read(cls, folder: Path) -> Stream | None:
        """Read what is in a folder; None where there is none."""
        with suppress(FileNotFoundError):
            return cls(**json.loads((folder / _ABOUT).read_bytes()), folder=folder)
        return None

    def page(self, number: int) -> list[ox.Quad]:
        """Give the quads of the members of a page (from 0), in their order; raises IndexError."""
        if not 0 <= number < len(self.firsts):
            raise IndexError(number)
        return list(
            ox.parse(gzip.decompress(_page(self.folder, number).read_bytes()), format=ox.RdfFormat.N_QUADS)
        )

    def closed(self, number: int) -> bool:
        """Tell whether a page never changes: another follows."""
        return number + 1 < len(self.firsts)


def append(snapshot: Snapshot, folder: Path) -> None:
    """Make the stream of a publication in a folder: that of the newest one before it that has one, and what changed since.

    Where none has, the stream begins with this publication. The folder is there only when it is whole.
    """
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        store, base = whole_store(snapshot.path), frozenset(snapshot.graphs("base"))
        stream, latest, same = _continued(snapshot, store, draft)
        created = max(snapshot.created, datetime.fromisoformat(stream.last or snapshot.created.isoformat()))
        stream.last = created.isoformat()
        _write(stream, draft, _changed(store, base, latest, same, snapshot.id, stream.last))
        (draft / _LATEST).write_text(json.dumps(latest), encoding="utf-8")
        about: dict[str, Any] = asdict(stream)
        del about["folder"]
        (draft / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _continued(
    snapshot: Snapshot, store: ox.Store, draft: Path
) -> tuple[Stream, dict[str, str], frozenset[str]]:
    """Link the pages of the stream before in a draft; give it, and the digest of each interaction's latest version.

    Last come the interactions that are known to be the same, by what differs from that publication where that is made.
    """
    for older in reversed([one for one in Snapshots(snapshot.data_dir).list() if one.id < snapshot.id]):
        with suppress(FileNotFoundError), hold_snapshot(older):  # it may be pruned meanwhile
            if stream := Stream.read(derived_folder(older) / STREAM):
                for number in range(len(stream.firsts)):
                    os.link(_page(stream.folder, number), _page(draft, number))
                latest: dict[str, str] = json.loads((stream.folder / _LATEST).read_bytes())
                patch = derived_folder(snapshot) / changes_file(older.id)
                touched = _touched(patch, store) if patch.exists() else latest.keys()
                return stream, latest, frozenset(latest.keys() - touched)
    return Stream(snapshot.id), {}, frozenset()


def _touched(patch: Path, store: ox.Store) -> set[str]:
    """Return the subjects of what an RDF Patch adds and deletes, and the interactions that have a participation among them."""
    with gzip.open(patch, "rb") as lines:
        names = {line.split(b" ", 2)[1] for line in lines if line.startswith((b"A <", b"D <"))}
    subjects = {name[1:-1].decode() for name in names}
    parts = store.quads_for_pattern(None, _PART, None, None) if subjects else ()
    return subjects | {
        quad.subject.value
        for quad in parts
        if isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
        and quad.object.value in subjects
    }


def _page(folder: Path, number: int) -> Path:
    return folder / f"{number}.nq.gz"


def _changed(
    store: ox.Store,
    base: frozenset[str],
    latest: dict[str, str],
    same: frozenset[str],
    id: str,
    created: str,
) -> Iterator[list[ox.Quad]]:
    """Yield a member for each interaction that is new, changed or gone, and bring the digests up to date."""
    there = {
        quad.subject.value
        for kind in _kinds(store)
        for quad in store.quads_for_pattern(None, _CLASS, kind, None)
        if isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.graph_name, ox.NamedNode)
        and quad.graph_name.value in base
    }
    for iri in sorted((there | latest.keys()) - same):
        known = latest.pop(iri, None)
        quads = list(_described(store, ox.NamedNode(iri), base)) if iri in there else []
        said = sorted((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines())
        digest = hashlib.sha256(b"\n".join(said)).hexdigest()[:32]
        if quads:
            latest[iri] = digest
        if digest != known:
            yield list(_member(iri, quads, id, created, known is not None))


def _kinds(store: ox.Store) -> list[ox.NamedNode]:
    """List the class of interactions and those under it."""
    kinds = [_INTERACTION]
    for kind in kinds:  # it grows
        under = {quad.subject for quad in store.quads_for_pattern(None, _UNDER, kind, None)}
        kinds += [one for one in under if isinstance(one, ox.NamedNode) and one not in kinds]
    return kinds


def _described(store: ox.Store, thing: ox.NamedNode, base: frozenset[str]) -> Iterator[ox.Quad]:
    """Yield what base graphs say of an interaction and of its participations; blank nodes, which have no name, excepted."""
    for quad in store.quads_for_pattern(thing, None, None, None):
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value in base:
            if quad.predicate == _PART and isinstance(quad.object, ox.NamedNode):
                yield from _described(store, quad.object, base)
            if not isinstance(quad.object, ox.BlankNode):
                yield quad


def _member(iri: str, quads: list[ox.Quad], id: str, created: str, known: bool) -> Iterator[ox.Quad]:
    """Yield what a member says: what it is a version of, since when, from which graphs, and the version in its own graph."""
    member = ox.NamedNode(f"{iri}{'-' if '#' in iri else '#'}{id}")
    yield ox.Quad(member, ox.NamedNode(VERSION_OF), ox.NamedNode(iri))
    yield ox.Quad(member, ox.NamedNode(CREATED), ox.Literal(created, datatype=_DATE))
    kind = ("Update" if known else "Create") if quads else "Delete"
    yield ox.Quad(member, _CLASS, ox.NamedNode(DELETED.replace("Delete", kind)))
    for graph in sorted(
        {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
    ):
        yield ox.Quad(member, _DERIVED, ox.NamedNode(graph))
    for triple in dict.fromkeys(quad.triple for quad in quads):
        yield ox.Quad(triple.subject, triple.predicate, triple.object, member)


def _write(stream: Stream, draft: Path, members: Iterable[list[ox.Quad]]) -> None:
    """Append members to the pages of a draft: the last one is filled first, in a new file."""
    room = -stream.members % MEMBERS
    held = gzip.decompress(_page(draft, len(stream.firsts) - 1).read_bytes()) if room else b""
    changed = False
    for member in members:
        if not room:
            if changed:
                _replace(_page(draft, len(stream.firsts) - 1), held)
            stream.firsts.append(stream.last)
            room, held = MEMBERS, b""
        held += ox.serialize(member, format=ox.RdfFormat.N_QUADS) or b""
        stream.members, room, changed = stream.members + 1, room - 1, True
    if changed:
        _replace(_page(draft, len(stream.firsts) - 1), held)


def _replace(page: Path, body: bytes) -> None:
    page.unlink(missing_ok=True)  # the link: the file of the stream before stays
    page.write_bytes(gzip.compress(body, mtime=0))
