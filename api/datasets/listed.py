"""The data sets that a publication offers: one a named graph, and the whole; what is known of each."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from ...graph.snapshots.dumps import Dump, dumps_of
from ...graph.snapshots.partitions import Partition, Partitions
from ...graph.snapshots.provenance import (
    EDITS_GRAPH,
    INDICATORS_GRAPH,
    MEMBERSHIP_GRAPH,
    ONTOLOGY_GRAPH,
    PREPARATION_GRAPH,
    PROVENANCE_GRAPH,
)
from ...graph.snapshots.snapshot import Snapshot
from ..labels.wording import NARROW_SPACE, french_number
from ..reading.solutions import Reading, best_labels
from ..web.negotiation import Language

#: Graphs that we make ourselves: title in French and in English.
OWN = {
    ONTOLOGY_GRAPH: (
        "Ontologie d’ancrage et ses nomenclatures",
        "The Ancrage ontology and its concept schemes",
    ),
    PROVENANCE_GRAPH: ("Provenance des graphes", "Provenance of the graphs"),
    MEMBERSHIP_GRAPH: (
        "Participations aux filières, déduites par règles",
        "Memberships of value chains, derived by rules",
    ),
    PREPARATION_GRAPH: (
        "Métiers auxquels préparent les formations, déduits par règles",
        "Occupations that programmes prepare for, derived by rules",
    ),
    INDICATORS_GRAPH: ("Indicateurs calculés par territoire", "Computed indicators of territories"),
    EDITS_GRAPH: ("Modifications directes", "Direct edits"),
}
#: What a reader must know of a graph of these roles.
WARNINGS = {
    "illustrative": (
        "Données inventées pour montrer le fonctionnement ; elles n’entrent dans aucun indicateur.",
        "Invented data that show how things work; they enter no indicator.",
    ),
    "computed": (
        "Calculés à chaque chargement à partir des autres graphes ; une question les lit par GRAPH ou FROM.",
        "Computed at each load from the other graphs; a query reads them by GRAPH or FROM.",
    ),
    "scenario": (
        "Scénario : hypothèses et résultats simulés, qui ne disent rien du réel.",
        "Scenario: assumptions and simulated results, which say nothing of reality.",
    ),
}
_DAY = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d{2}))?)?")
#: Classes named in a description.
_NAMED = 4


@dataclass(frozen=True)
class DataSet:
    """A named graph as a data set: where it comes from, its licence, dates (ISO) and counts."""

    graph: str
    dump: Dump
    title: dict[str, str]
    counts: Partition
    publisher: str = ""
    source: str = ""
    page: str = ""
    download: str = ""
    issued: str = ""
    modified: str = ""
    period: str = ""
    description: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name in addresses, that of its dumps."""
        return self.dump.name

    @property
    def role(self) -> str:
        """Base, ontology, provenance, computed, illustrative or scenario."""
        return self.dump.role

    @property
    def base(self) -> bool:
        """Whether a query that names no graph sees it."""
        return self.role in ("base", "ontology")

    @property
    def anchor(self) -> str:
        """The fragment that names it in the catalogue."""
        return "graph-" + quote(self.name.replace("/", "."), safe="")


def data_sets(reading: Reading, snapshot: Snapshot, counted: Partitions) -> list[DataSet]:
    """List the data sets of a publication: sources by title, then what we make ourselves, then what stands apart."""
    block = reading.as_of(snapshot.id).block("dataset/graphs")
    known: dict[str, dict[str, str]] = {}
    for row in block.rows:
        known.setdefault(row["graph"], dict(row))
    french, english = graph_titles(block.rows), graph_titles(block.rows, "en")
    largest = {graph: _largest(part) for graph, part in counted.graphs.items()}
    reading.learn_labels(cls for found in largest.values() for cls, _ in found)
    found = []
    for dump in dumps_of(snapshot).values():
        graph = dump.graphs[0]
        if dump.whole or graph not in counted.graphs:
            continue
        about = known.get(graph, {})
        title = {"fr": french.get(graph, graph), "en": english.get(graph, graph)}
        published = snapshot.created.isoformat().replace("+00:00", "Z")
        loaded = about.get("loaded", published)
        found.append(
            DataSet(
                graph,
                dump,
                title,
                counted.graphs[graph],
                publisher=about.get("publisher", ""),
                source=about.get("source", ""),
                page=about.get("page", ""),
                download=about.get("download", ""),
                issued=loaded,
                modified=max(loaded, about.get("edited", "")),
                period=about.get("period", ""),
                description=_described(reading, dump.role, title, counted.graphs[graph], largest[graph]),
            )
        )
    order = {"base": 0, "ontology": 2, "provenance": 3, "scenario": 5}
    return sorted(
        found,
        key=lambda one: (order.get(one.role, 4) + (one.graph in OWN and one.role == "base"), one.title["fr"]),
    )


def graph_titles(rows: Iterable[Mapping[str, str]], language: Language = "fr") -> dict[str, str]:
    """Give the titles of graphs, those that we make ourselves included, from the rows of `dataset/graphs`.

    >>> graph_titles([{"graph": "http://e.org/g", "title": "Essai"}], "en")[EDITS_GRAPH]
    'Direct edits'
    """
    told = ({**row, "thing": row["graph"], "label": row["title"]} for row in rows if "title" in row)
    return {graph: own[language == "en"] for graph, own in OWN.items()} | best_labels(told, language)


def _largest(part: Partition) -> list[tuple[str, int]]:
    """Give the classes of our own with most entities, the largest first."""
    uses = [(use.cls, use.entities) for use in part.classes if "w3id.org/ancrage" in use.cls]
    return sorted(uses, key=lambda use: (-use[1], use[0]))[:_NAMED]


def _described(
    reading: Reading, role: str, title: dict[str, str], part: Partition, largest: list[tuple[str, int]]
) -> dict[str, str]:
    """Describe a data set by what was counted in it."""
    classes = ", ".join(f"{reading.label(cls).lower()} : {french_number(n)}" for cls, n in largest)
    warning = WARNINGS.get(role, ("", ""))
    things = f"{french_number(part.triples)} énoncés sur {french_number(part.entities)} choses"
    french = f"{title['fr'].rstrip('.')}. {things}{f' ({classes})' if classes else ''}. {warning[0]}"
    english = (
        f"{title['en'].rstrip('.')}. {part.triples:,} statements about {part.entities:,} things. {warning[1]}"
    )
    return {"fr": french.replace(NARROW_SPACE, "\u00a0").strip(), "en": english.strip()}


def period_of(text: str) -> tuple[str, str] | None:
    """Read a period (`2014`, `2010/2022`, `2025-04`, `2014-12-31`) as first and last day; None for another text.

    >>> period_of("2010/2022"), period_of("2024-02"), period_of("2014-12-31"), period_of("hier")
    (('2010-01-01', '2022-12-31'), ('2024-02-01', '2024-02-29'), ('2014-12-31', '2014-12-31'), None)
    """
    first, _, last = text.partition("/")
    begin, end = (_DAY.fullmatch(part) for part in (first, last or first))
    if begin is None or end is None:
        return None
    month = int(end[2] or 12)
    days = calendar.monthrange(int(end[1]), month)[1]
    return (
        f"{begin[1]}-{begin[2] or '01'}-{begin[3] or '01'}",
        f"{end[1]}-{month:02}-{end[3] or f'{days:02}'}",
    )
