"""The provenance graph: which load made which named graph, from which files of which source (PROV-O and DCAT)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ... import __version__
from ...ontology.vocabulary import ID
from ..declarations import FREQUENCIES

GRAPHS = "https://w3id.org/ancrage/graph/"
PROVENANCE_GRAPH = GRAPHS + "provenance"
ONTOLOGY_GRAPH = GRAPHS + "ontology"
UNION_GRAPH = GRAPHS + "default"
"""The default graph of a publication, where it stands under a name: in a store that is filled from a dump."""
MEMBERSHIP_GRAPH = GRAPHS + "filieres"
PREPARATION_GRAPH = GRAPHS + "metiers"
REGISTER_GRAPH = GRAPHS + "register"
"""Which record of a source is of which body (`anc:recordOf`), by which rule: derived at each load, before all else."""
ENTAILMENT_GRAPH = GRAPHS + "deductions"
DERIVED_GRAPHS = (MEMBERSHIP_GRAPH, PREPARATION_GRAPH, ENTAILMENT_GRAPH)
"""What rules derive from the base graphs: who takes part in filières, what programmes prepare for, what the ontology entails."""
INDICATORS_GRAPH = GRAPHS + "indicators"
"""The cube of the indicators, computed from the base graphs at each load; it is apart from what queries see by default."""
EDITS_GRAPH = GRAPHS + "edits"
"""Where a triple goes that a write adds to the default graph."""

#: Short names of licences in source descriptions, and their IRI.
LICENCES = {
    name: f"https://spdx.org/licenses/{name}"
    for name in ("etalab-2.0", "ODbL-1.0", "CC-BY-4.0", "CC0-1.0", "Apache-2.0")
}

_PROV = "http://www.w3.org/ns/prov#"
_DCAT = "http://www.w3.org/ns/dcat#"
_DCT = "http://purl.org/dc/terms/"
_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True)
class InputFile:
    """A file that a load read: its name (never its folder), size in bytes and SHA-256 digest."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class EditRecord:
    """What is known of one write: its `id`, when, by what operation and by which role, and counts by graph.

    The text of the write and the address it came from are not kept.
    """

    id: str
    operation: str
    agent: str
    started: str
    ended: str
    graphs: dict[str, dict[str, int]]

    @property
    def added(self) -> int:
        """Number of quads added."""
        return sum(counts["added"] for counts in self.graphs.values())

    @property
    def removed(self) -> int:
        """Number of quads removed."""
        return sum(counts["removed"] for counts in self.graphs.values())


@dataclass(frozen=True)
class LoadRecord:
    """What is known of one load: written beside the N-Quads of its source, and told in the provenance graph."""

    name: str
    source: str
    graph: str
    role: str
    title: dict[str, str]
    publisher: str
    licence: str
    homepage: str
    download: str
    date: str
    started: str
    ended: str
    quads: int
    rows: dict[str, int]
    rejected: int
    signalled: list[str] = field(default_factory=list)
    files: list[InputFile] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    """Rows read and kept from the files, by table; `rows` counts what they became."""
    frequency: str = ""
    """How often the source is published, a name of `FREQUENCIES`; empty where that is not known."""

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> LoadRecord:
        """Return the record that `to_dict` wrote."""
        return cls(**{**data, "files": [InputFile(**item) for item in data["files"]]})


def role_of(graph: str) -> str:
    """Return the role of a named graph: ontology, provenance, computed, illustrative, scenario or base.

    >>> role_of("https://w3id.org/ancrage/graph/scenario/essai")
    'scenario'
    """
    special = {
        ONTOLOGY_GRAPH: "ontology",
        PROVENANCE_GRAPH: "provenance",
        INDICATORS_GRAPH: "computed",
        REGISTER_GRAPH: "computed",
        GRAPHS + "illustrative": "illustrative",
    }
    if graph in special:
        return special[graph]
    return "scenario" if graph.startswith(GRAPHS + "scenario/") else "base"


def licence_iri(name: str) -> str:
    """Return the IRI of a licence named in a source description; an IRI is returned as it is.

    >>> licence_iri("etalab-2.0")
    'https://spdx.org/licenses/etalab-2.0'
    """
    return LICENCES.get(name, name if ":" in name else f"https://spdx.org/licenses/{name}")


def describe(records: Iterable[LoadRecord]) -> list[ox.Quad]:
    """Return the quads of the provenance graph for the loads that a generation is built from."""
    quads: list[ox.Quad] = []
    catalogue = f"{ID}catalogue"
    _add(quads, catalogue, "a", _DCAT + "Catalog")
    _text(quads, catalogue, _DCT + "title", "Catalogue des sources d'ancrage", "fr")
    software = f"{ID}agent/ancrage-{__version__}"
    _add(quads, software, "a", _PROV + "SoftwareAgent")
    _text(quads, software, _DCT + "title", f"ancrage {__version__}", "fr")
    told = list(records)
    for record in told:
        _describe_load(quads, record, catalogue, software)
    if base := [record.graph for record in told if record.role == "base"]:
        _describe_derivations(quads, base, software)
    return quads


def _describe_derivations(quads: list[ox.Quad], base: list[str], software: str) -> None:
    """Tell what the graphs that rules derive are made from: the base graphs, and after the register also what it links."""
    for graph in (REGISTER_GRAPH, *DERIVED_GRAPHS):
        activity = f"{ID}derivation/{graph.removeprefix(GRAPHS)}"
        _add(quads, graph, "a", _PROV + "Entity")
        _add(quads, graph, _PROV + "wasGeneratedBy", activity)
        _add(quads, activity, "a", _PROV + "Activity")
        _add(quads, activity, _PROV + "wasAssociatedWith", software)
        for read in base if graph == REGISTER_GRAPH else [*base, ONTOLOGY_GRAPH, REGISTER_GRAPH]:
            _add(quads, activity, _PROV + "used", read)
            _add(quads, graph, _PROV + "wasDerivedFrom", read)


def _describe_load(quads: list[ox.Quad], record: LoadRecord, catalogue: str, software: str) -> None:
    source = f"{ID}source/{record.name}"
    activity = f"{ID}load/{record.name}/{record.started.replace(':', '').replace('-', '')}"
    _add(quads, catalogue, _DCAT + "dataset", source)
    _add(quads, source, "a", _DCAT + "Dataset")
    for language, text in record.title.items():
        _text(quads, source, _DCT + "title", text, language)
    _text(quads, source, _DCT + "publisher", record.publisher)
    _add(quads, source, _DCT + "license", licence_iri(record.licence))
    if record.homepage:
        _add(quads, source, _DCAT + "landingPage", record.homepage)
    if record.download:
        _add(quads, source, _DCT + "source", record.download)
    if record.frequency:
        _add(quads, source, _DCT + "accrualPeriodicity", FREQUENCIES[record.frequency])
    _add(quads, record.graph, "a", _PROV + "Entity")
    _add(quads, record.graph, _PROV + "wasDerivedFrom", source)
    _add(quads, record.graph, _PROV + "wasGeneratedBy", activity)
    _add(quads, record.graph, _DCT + "license", licence_iri(record.licence))
    _typed(quads, record.graph, "http://rdfs.org/ns/void#triples", str(record.quads), "integer")
    _add(quads, activity, "a", _PROV + "Activity")
    _add(quads, activity, _PROV + "wasAssociatedWith", software)
    _typed(quads, activity, _PROV + "startedAtTime", record.started, "dateTime")
    _typed(quads, activity, _PROV + "endedAtTime", record.ended, "dateTime")
    for item in record.files:
        entity = f"{ID}file/{item.sha256}"
        _add(quads, activity, _PROV + "used", entity)
        _add(quads, entity, "a", _PROV + "Entity")
        _text(quads, entity, _DCT + "title", item.name)
        _text(quads, entity, _DCT + "identifier", f"sha256:{item.sha256}")
        _typed(quads, entity, _DCAT + "byteSize", str(item.size), "nonNegativeInteger")


def describe_edit(record: EditRecord) -> list[ox.Quad]:
    """Return the quads of the provenance graph for one write: an activity, and what it generated or invalidated.

    >>> edit = EditRecord("e1", "update", "write-key", "2026-11-24T10:00:00Z", "2026-11-24T10:00:01Z",
    ...                   {"http://e.org/g": {"added": 2, "removed": 0}})
    >>> sum("wasGeneratedBy" in str(quad) for quad in describe_edit(edit))
    1
    """
    quads: list[ox.Quad] = []
    activity = f"{ID}edit/{record.id}"
    agent = f"{ID}agent/{record.agent}"
    _add(quads, activity, "a", _PROV + "Activity")
    _text(quads, activity, _DCT + "title", f"Modification {record.id} ({record.operation})", "fr")
    _text(quads, activity, _DCT + "title", f"Edit {record.id} ({record.operation})", "en")
    _typed(quads, activity, _PROV + "startedAtTime", record.started, "dateTime")
    _typed(quads, activity, _PROV + "endedAtTime", record.ended, "dateTime")
    _add(quads, activity, _PROV + "wasAssociatedWith", agent)
    _add(quads, agent, "a", _PROV + "Agent")
    _text(quads, agent, _DCT + "title", "Détenteur de la clé d'écriture", "fr")
    _text(quads, agent, _DCT + "title", "Holder of the write key", "en")
    for number, (graph, counts) in enumerate(sorted(record.graphs.items()), 1):
        _add(quads, graph, _PROV + "wasInfluencedBy", activity)
        for kind, verb in (("added", "wasGeneratedBy"), ("removed", "wasInvalidatedBy")):
            if counts[kind]:
                part = f"{activity}/{kind}/{number}"
                _add(quads, part, "a", _PROV + "Entity")
                _add(quads, part, _PROV + verb, activity)
                _add(quads, part, _DCT + "isPartOf", graph)
                _typed(quads, part, "http://rdfs.org/ns/void#triples", str(counts[kind]), "integer")
    return quads


def write(records: Iterable[LoadRecord], path: Path, edits: Iterable[EditRecord] = ()) -> int:
    """Write the provenance graph as N-Quads; return how many quads it has."""
    quads = describe(records) + [quad for edit in edits for quad in describe_edit(edit)]
    with path.open("wb") as file:
        ox.serialize(quads, file, ox.RdfFormat.N_QUADS)
    return len(quads)


def now() -> str:
    """Return this instant in UTC, to the second, as xsd:dateTime.

    >>> len(now())
    20
    """
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(quads: list[ox.Quad], subject: str, predicate: str, value: str) -> None:
    verb = _RDF_TYPE if predicate == "a" else ox.NamedNode(predicate)
    quads.append(ox.Quad(ox.NamedNode(subject), verb, ox.NamedNode(value), ox.NamedNode(PROVENANCE_GRAPH)))


def _text(quads: list[ox.Quad], subject: str, predicate: str, text: str, language: str | None = None) -> None:
    literal = ox.Literal(text, language=language)
    quads.append(
        ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), literal, ox.NamedNode(PROVENANCE_GRAPH))
    )


def _typed(quads: list[ox.Quad], subject: str, predicate: str, text: str, datatype: str) -> None:
    literal = ox.Literal(text, datatype=ox.NamedNode(_XSD + datatype))
    quads.append(
        ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), literal, ox.NamedNode(PROVENANCE_GRAPH))
    )
