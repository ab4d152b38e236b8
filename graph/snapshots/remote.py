"""Publications that stay where they are: what a SPARQL endpoint holds, taken note of as a generation without a store."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from ...words import N_, AncrageError, Spoken
from ..sparql.endpoint import Endpoint
from ..sparql.reasons import Reason
from ..sparql.remote import Queried, RemoteFailed, RemoteStore, own_graphs
from .opening import REMOTE, remote_address
from .provenance import GRAPHS, PROVENANCE_GRAPH, UNION_GRAPH, role_of
from .snapshot import Snapshot, Snapshots

_PROBES = (
    'SELECT (SAMPLE(?label) AS ?kept) { VALUES ?label { "a"@fr } }',
    "SELECT ?year { VALUES ?date { UNDEF } BIND(YEAR(?date) AS ?year) }",
)
"""Virtuoso loses the language of what is aggregated, and takes an error for that of the whole query."""
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_OWN = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_LOADS = f"""PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?g ?source ?licence ?ended WHERE {{ GRAPH <{PROVENANCE_GRAPH}> {{
  ?g prov:wasDerivedFrom ?source ; prov:wasGeneratedBy ?load . ?load prov:endedAtTime ?ended
  OPTIONAL {{ ?g dct:license ?licence }} }} }}"""


class NotRemote(AncrageError, ValueError):  # noqa: N818
    """A data directory with publications of its own, where a remote store is to be read; keeps `data_dir`."""

    code = "not-remote"

    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"{data_dir} has publications of its own")
        self.data_dir = data_dir

    @property
    def message(self) -> Spoken:
        """What is said, and what helps."""
        return N_(
            "le dossier {folder} a ses propres publications : donnez-en un autre au magasin distant (ANCRAGE_DATA_DIR)",
            folder=self.data_dir,
        )


def adopt(snapshots: Snapshots, url: str, *, seconds: float = 60.0, lenient: bool = False) -> Snapshot:
    """Give the generation that stands for what an endpoint holds now: the current one, or a new one where that changed.

    The endpoint holds the graphs of an ancrage publication under their names. The union of the base graphs is the graph that
    its address names, else the one of that name (`ancrage dump --union`), else its default graph: then pages that
    read other graphs beside it are refused. A change is seen by the number of triples of a graph and by the
    end of the last load. A store that answers small questions otherwise than SPARQL 1.1 says is refused, unless `lenient`.

    Raises ValueError for what is no address, RemoteFailed, NotRemote, StoreBusy.
    """
    endpoint = Endpoint(url, seconds)
    current = snapshots.current()
    if current is not None and not remote_address(current.path):
        raise NotRemote(snapshots.data_dir)
    if not lenient:
        _probe(endpoint)
    manifest = _manifest(endpoint)
    if current is not None and current.manifest.get("remote") == manifest["remote"]:
        return current
    with snapshots.staging() as folder:
        store = Path(tempfile.mkdtemp(dir=folder))
        (store / REMOTE).write_text(json.dumps({"endpoint": url}), encoding="utf-8")
        try:
            return snapshots.publish(store, manifest)
        finally:
            shutil.rmtree(store, ignore_errors=True)


def _probe(endpoint: Endpoint) -> None:
    """Ask small questions without data, and compare with the engine's answers; raises RemoteFailed where one differs."""
    nothing, remote = Store(), RemoteStore(endpoint.url, endpoint.fetch)
    for text in _PROBES:
        try:
            equal = _written(nothing, text) == _written(remote, text)
        except RemoteFailed as error:
            if not isinstance(error.reason, Reason) or error.reason.name != "status":
                raise
            equal = False
        if not equal:
            raise RemoteFailed(endpoint.url, Reason("unfaithful", text))


def _written(store: Queried, text: str) -> bytes:
    rows = store.query(text)
    assert isinstance(rows, QuerySolutions)
    return rows.serialize(format=QueryResultsFormat.TSV) or b""


def _manifest(endpoint: Endpoint) -> dict[str, Any]:
    """Take note of the graphs of an endpoint, their sizes, roles, sources and licences."""

    def asked(text: str, own: Sequence[str] = (), named: Sequence[str] = ()) -> list[dict[str, str]]:
        rows = RemoteStore(endpoint.url, endpoint.fetch, named, own).query(text)
        assert isinstance(rows, QuerySolutions)
        names = [one.value for one in rows.variables]
        return [{name: getattr(row[name], "value", "") for name in names} for row in rows]

    counts = {row["g"]: int(row["n"]) for row in asked(_GRAPHS)}
    loads = asked(_LOADS)
    own = own_graphs(endpoint.url) or tuple({UNION_GRAPH} & set(counts))
    known = {row["g"]: row for row in sorted(loads, key=lambda row: row["ended"])}
    graphs: dict[str, dict[str, Any]] = {}
    for iri, quads in sorted(counts.items()):
        if iri in own or not (iri in known or iri.startswith(GRAPHS)):
            continue
        load = known.get(iri, {})
        graphs[iri] = {
            "quads": quads,
            "role": role_of(iri),
            "source": load["source"].rpartition("/")[2] if load else None,
            "licence": load.get("licence") or None,
        }
    held = int(asked(_OWN, own, tuple(graphs))[0]["n"])
    if not graphs:
        raise RemoteFailed(endpoint.url, Reason("empty"))
    ends = sorted((row["g"], row["ended"]) for row in loads)
    told = [endpoint.url, own, held, sorted((iri, about["quads"]) for iri, about in graphs.items()), ends]
    mark = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    quads = sum(about["quads"] for about in graphs.values())
    return {
        "quads": quads,
        "merged": bool(held),
        "graphs": graphs,
        "remote": {"endpoint": endpoint.url, "own": list(own), "mark": mark},
    }
