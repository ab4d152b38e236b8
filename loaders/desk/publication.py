"""What the desk makes public, in the exchange layout, published into the graph by the one writer: mapping, shapes, snapshot.

Accepted needs are requests, agreed matches are interactions with what led to them, unless they came to nothing; all declared, in
a graph of their own.
What is illustrative, private or not accepted stays out.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import pyoxigraph as ox

from ...graph.internships.posts import TYPES as INTERNSHIPS
from ...graph.snapshots.locks import take
from ...graph.snapshots.opening import whole_store
from ...graph.snapshots.provenance import GRAPHS
from ...graph.snapshots.snapshot import Snapshot
from ...graph.updates.working_copy import normalise_literals
from ...ontology.vocabulary import ID, PREFIXES
from ...words import N_, Spoken
from ..publish.generation import exchange_mapping
from ..register.identifiers import is_sound
from ..sources.layout import LAYOUT
from ..write.request import Write, Written
from ..write.writer import Writer
from .ledger import Ledger, Match, Need, match_name
from .states import Conclusion

NAME = "desk"
GRAPH = GRAPHS + NAME
_DECLARED = "evidence-status/declared"
_MODIFIED = ox.NamedNode("http://purl.org/dc/terms/modified")
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_SOURCE = f"source/{NAME}"
Rows = dict[str, list[dict[str, Any]]]

TITLE = N_("Guichet : demandes acceptées et accords conclus")


@dataclass(frozen=True)
class Outcome:
    """What agreements of internship say came of a match: interactions (paths), none where nothing did.

    The `conclusion` is in the shape of a match's, and empty as long as nobody has told that an internship took place, or did not.
    """

    interactions: Sequence[str] = ()
    conclusion: Mapping[str, str] = field(default_factory=dict)


Outcomes = Mapping[str, Outcome]
"""What came of matches, by the names of these: it takes the place of what the desk says."""


def tables(
    ledger: Ledger, publisher: str, outcomes: Outcomes = MappingProxyType({})
) -> dict[str, pl.DataFrame]:
    """Give what is public of a ledger as tables of the exchange layout, in a stable order; empty where nothing is.

    A match that `outcomes` names leads to the interactions given there, ends as is told there, and has none of its own.
    """
    rows: Rows = {}
    for need in sorted([*ledger.needs.values()], key=lambda one: one.id):
        if need.public and not need.illustrative:
            _add_need(rows, need, outcomes)
    if not rows:
        return {}
    rows["sources"] = [source(NAME, TITLE, publisher)]
    return {name: frame(name, made) for name, made in rows.items()}


def source(name: str, title: Spoken, publisher: str) -> dict[str, Any]:
    """Give the row that describes what people enter as a source."""
    return {
        "id": f"source/{name}",
        "title_fr": title["fr"],
        "title_en": title["en"],
        "publisher": publisher,
        "licence": "https://spdx.org/licenses/etalab-2.0",
    }


def organization(path: str, label: str, name: str) -> dict[str, Any]:
    """Give the row of an organisation that no source describes, of the source of a `name`.

    >>> organization("organization/200040715", "Grenoble-Alpes-Métropole", "desk")["siren"]
    '200040715'
    """
    number = path.removeprefix("organization/")
    siren = number if is_sound("siren", number) else None
    return {"id": path, "label_fr": label, "siren": siren, "evidence": _DECLARED, "source": f"source/{name}"}


def publish(
    writer: Writer,
    ledger: Ledger,
    publisher: str,
    outcomes: Callable[[], Outcomes] = lambda: MappingProxyType({}),
) -> Written:
    """Put what is public in the desk's graph, in place of what was there; give what changed.

    An interaction that `outcomes` gives and no graph describes yet takes no place. Raises what `Writer.write` raises (InvalidEdit
    where shapes refuse it): nothing is changed then.
    """

    def read() -> bytes:
        told = outcomes()
        every = {path for one in told.values() for path in one.interactions}
        known = described(writer, every, GRAPH) if told else ()
        there = {
            name: replace(one, interactions=[path for path in one.interactions if path in known])
            for name, one in told.items()
        }
        taken = {name: one for name, one in there.items() if one.interactions or not told[name].interactions}
        return mapped(tables(ledger.read(), publisher, taken), GRAPH)

    return put(writer, GRAPH, read)


def mapped(tables: Mapping[str, pl.DataFrame], graph: str) -> bytes:
    """Give what tables of the exchange layout say, as N-Quads in a graph."""
    return b"".join(exchange_mapping().quads(tables, graph=graph)) if tables else b""


def modified(moments: Mapping[str, str], graph: str) -> bytes:
    """Give when things (paths) last changed, as N-Quads in a graph.

    >>> modified({"event/a": "2026-11-30T18:00:00Z"}, "http://e.org/g").decode().split()[1]
    '<http://purl.org/dc/terms/modified>'
    """
    dated = ox.NamedNode(f"{PREFIXES['xsd']}dateTime")
    return b"".join(
        f"{ox.Quad(ox.NamedNode(ID + path), _MODIFIED, ox.Literal(at, datatype=dated), ox.NamedNode(graph))} .\n".encode()
        for path, at in sorted(moments.items())
    )


def put(writer: Writer, graph: str, read: Callable[[], bytes]) -> Written:
    """Put N-Quads in their graph, in place of what was there; give what changed: nothing is written where it says the same.

    Publishers take turns and each reads what it says in its turn, so that the newest state stays. Raises what
    `Writer.write` raises (InvalidEdit where shapes refuse it): nothing is changed then.
    """
    with _turn(writer.snapshots.data_dir), tempfile.TemporaryFile() as file:
        quads = normalise_literals(ox.parse(read(), ox.RdfFormat.N_QUADS))
        with writer.snapshots.lock():
            snapshot = writer.snapshots.current()
            if quads == (_quads(snapshot, graph) if snapshot else set()):
                return Written(snapshot.id if snapshot else "")
        ox.serialize((quad.triple for quad in quads), file, ox.RdfFormat.N_TRIPLES)
        file.flush()
        file.seek(0)
        return writer.write(Write("put", graph, "application/n-triples", graph), file)


def _quads(snapshot: Snapshot, graph: str) -> set[ox.Quad]:
    """Read the quads of a graph; what iterates over them ends here, in the thread that made it."""
    return {*whole_store(snapshot.path).quads_for_pattern(None, None, None, ox.NamedNode(graph))}


def described(writer: Writer, paths: Iterable[str], graph: str) -> frozenset[str]:
    """Find those of some things (paths) that a graph other than this one names."""
    with writer.snapshots.lock():
        snapshot = writer.snapshots.current()
        if snapshot is None:
            return frozenset()
        store = whole_store(snapshot.path)
    others = (ox.DefaultGraph(), ox.NamedNode(graph))
    return frozenset(
        path
        for path in paths
        if path
        and any(
            quad.graph_name not in others
            for quad in store.quads_for_pattern(ox.NamedNode(ID + path), _LABEL, None, None)
        )
    )


@contextmanager
def _turn(data_dir: Path) -> Iterator[None]:
    """Wait for the turn to publish."""
    descriptor = os.open(data_dir / ".desk-publication", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        take(descriptor)
        yield
    finally:
        os.close(descriptor)


def structure_path(need: Need) -> str:
    """Give the path of the organisation that a need is of: its SIREN's, else one of the desk's own.

    >>> structure_path(Need("need/ab12", siren="200040715")), structure_path(Need("need/ab12"))
    ('organization/200040715', 'organization/desk-ab12')
    """
    return f"organization/{need.siren or 'desk-' + need.id.rpartition('/')[2]}"


def _add_need(rows: Rows, need: Need, outcomes: Outcomes) -> None:
    name, structure = need.number, structure_path(need)
    rows.setdefault("organizations", []).append(organization(structure, need.structure, NAME))
    request = f"request/desk/{name}"
    said = {
        "types": [need.type] if need.type else None,
        "territories": [need.territory],
        "concerns": [*need.about] or None,
        "mode": need.mode or None,
        "evidence": _DECLARED,
        "source": _SOURCE,
    }
    rows.setdefault("requests", []).append(
        {"id": request, "label_fr": need.title, "issued_by": [structure], "created": need.filed[:10], **said}
    )
    for match in need.matches.values():
        if match.agreed and need.type:
            _add_agreement(rows, need, match, request, said, outcomes)


def _add_agreement(
    rows: Rows, need: Need, match: Match, request: str, said: Mapping[str, Any], outcomes: Outcomes
) -> None:
    name = match_name(need, match)
    offer, interaction = f"offer/desk/{name}", f"interaction/desk/{name}"
    programme = match.candidate if match.candidate.startswith("programme/") else None
    own = {"evidence": _DECLARED}
    proposed = {
        "label_fr": match.agreed["title"],
        "issued_by": [match.provider],
        "created": match.closed[:10],
    }
    outcome = Outcome() if match.is_dropped else outcomes.get(name)
    led_to = [interaction] if outcome is None else outcome.interactions
    rows.setdefault("offers", []).append({"id": offer, **proposed, **said})
    rows.setdefault("matches", []).append(
        {"id": f"match/desk/{name}", "request": request, "offer": offer, "led_to": [*led_to] or None, **own}
    )
    life = {
        "potential": match.proposed,
        "contacted": match.sent,
        "discussed": match.taken,
        "agreed": match.agreed["at"],
    }
    conclusion = (outcome.conclusion if outcome else {}) or match.conclusion
    if conclusion:
        life[conclusion["outcome"]] = conclusion["date"]
    rows.setdefault("match_events", []).extend(
        {
            "id": f"match/desk/{name}/{status}",
            "match": f"match/desk/{name}",
            "status": f"match-status/{status}",
            "date": at[:10],
            "reason": f"drop-reason/{conclusion['reason']}" if status == Conclusion.DROPPED else None,
        }
        for status, at in life.items()
        if at
    )
    if outcome is not None:
        return
    rows.setdefault("interactions", []).append(
        {
            "id": interaction,
            "label_fr": match.agreed["title"],
            "types": [need.type],
            "start": match.agreed["start"],
            "end": match.agreed["end"] or None,
            "benefits": [need.territory],
            "takes_place_in": [need.territory] if _has_one_place(need) else None,
            "concerns": [*need.about] or None,
            "programme": programme,
            "mode": need.mode or None,
            "source": _SOURCE,
            **own,
        }
    )
    parts = ((structure_path(need), "demand"), (match.provider, "supply"))
    rows.setdefault("participations", []).extend(
        {
            "id": f"{interaction}/p/{number}",
            "interaction": interaction,
            "organization": organization,
            "roles": [f"actor-role/{role}"],
        }
        for number, (organization, role) in enumerate(parts, 1)
    )


def _has_one_place(need: Need) -> bool:
    """Tell whether what a need asks for takes place in its commune: interns come to who asks for them."""
    return need.type in INTERNSHIPS and need.territory.startswith("territory/commune/")


def frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Make a table of the layout; whose rows say something twice says it once."""
    columns = LAYOUT[table]
    kept = {row["id"]: row for row in rows}
    schema = {name: columns[name].dtype for name in columns if any(name in row for row in rows)}
    return pl.DataFrame(
        [{name: row.get(name) for name in schema} for row in kept.values()], schema=schema, orient="row"
    )
