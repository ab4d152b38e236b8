"""The data sets that a publication offers: one a named graph, and the whole; what is known of each."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from ...graph.region.levels import REGION
from ...graph.snapshots.dumps import Dump, dumps_of
from ...graph.snapshots.partitions import Partition, Partitions
from ...graph.snapshots.provenance import (
    EDITS_GRAPH,
    ENTAILMENT_GRAPH,
    INDICATORS_GRAPH,
    MEMBERSHIP_GRAPH,
    ONTOLOGY_GRAPH,
    PREPARATION_GRAPH,
    PROVENANCE_GRAPH,
    REGISTER_GRAPH,
)
from ...graph.snapshots.snapshot import Snapshot
from ...ontology.labels import Term
from ...ontology.vocabulary import ID
from ...words import EMPTY, N_, SOURCE, Listed, Number, Spoken, languages
from ..labels.typesetting import NARROW, NO_BREAK
from ..reading.solutions import Reading, best_labels
from ..web.negotiation import Language

OWN: Mapping[str, Spoken] = {
    ONTOLOGY_GRAPH: N_("Ontologie d’ancrage et ses nomenclatures"),
    PROVENANCE_GRAPH: N_("Provenance des graphes"),
    MEMBERSHIP_GRAPH: N_("Participations aux filières, déduites par règles"),
    PREPARATION_GRAPH: N_("Métiers auxquels préparent les formations, déduits par règles"),
    ENTAILMENT_GRAPH: N_(
        "Ce qui se déduit de l’ontologie et des identifiants, liens vers d’autres référentiels compris"
    ),
    REGISTER_GRAPH: N_("Registre des organismes : fiches d’un même organisme, rapprochées par règles"),
    INDICATORS_GRAPH: N_("Indicateurs calculés par territoire"),
    EDITS_GRAPH: N_("Modifications directes"),
}
"""Titles of the graphs that we make ourselves."""
WARNINGS: Mapping[str, Spoken] = {
    "illustrative": N_(
        "Données inventées pour montrer le fonctionnement ; elles n’entrent dans aucun indicateur."
    ),
    "computed": N_(
        "Calculés à chaque chargement à partir des autres graphes ; une question les lit par GRAPH ou FROM."
    ),
    "scenario": N_("Scénario : hypothèses et résultats simulés, qui ne disent rien du réel."),
}
"""What a reader must know of a graph of these roles."""
_DAY = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d{2}))?)?")
#: Classes named in a description.
_NAMED = 4


@dataclass(frozen=True)
class DataSet:
    """A named graph as a data set: where it comes from, its licence, dates (ISO) and counts.

    Its title is in another language where it is not known in one: `known_title` has only what is known. `frequency` is the term
    (IRI) of how often its source is published; empty where that is not known.
    """

    graph: str
    dump: Dump
    title: dict[str, str]
    counts: Partition
    known_title: dict[str, str] = field(default_factory=dict)
    publisher: str = ""
    source: str = ""
    page: str = ""
    download: str = ""
    modified: str = ""
    period: str = ""
    frequency: str = ""
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


@dataclass(frozen=True)
class Place:
    """What data are about: its IRI, and its name by language."""

    iri: str
    names: Mapping[str, str]


FRANCE = Place(
    "http://publications.europa.eu/resource/authority/country/FRA", dict.fromkeys(languages(), "France")
)


def place_of(reading: Reading) -> Place:
    """Give what the data are about: the region, or France where the graph does not describe it."""
    iri = f"{ID}territory/{REGION}"
    name = reading.name(iri)
    return Place(iri, {SOURCE: name}) if name else FRANCE


def data_sets(
    reading: Reading, snapshot: Snapshot, counted: Partitions, since: Callable[[Dump], str] = lambda _: ""
) -> list[DataSet]:
    """List the data sets of a publication: sources by title, then what we make ourselves, then what stands apart.

    `since` tells since when a graph is what it is; "" where that is not known yet: then it is of its load, or of the publication.
    """
    block = reading.as_of(snapshot.id).block("dataset/graphs")
    known: dict[str, dict[str, str]] = {}
    for row in block.rows:
        known.setdefault(row["graph"], dict(row))
    titles = {language: graph_titles(block.rows, language) for language in languages()}
    largest = {graph: _largest(part) for graph, part in counted.graphs.items()}
    reading.learn_labels(cls for found in largest.values() for cls, _ in found)
    found = []
    for dump in dumps_of(snapshot).values():
        graph = dump.graphs[0]
        if dump.whole or graph not in counted.graphs:
            continue
        about = known.get(graph, {})
        title = {language: texts.get(graph, graph) for language, texts in titles.items()}
        published = snapshot.created.isoformat().replace("+00:00", "Z")
        loaded = about.get("loaded", published)
        found.append(
            DataSet(
                graph,
                dump,
                title,
                counted.graphs[graph],
                known_title=_known_title(graph, title, block.rows),
                publisher=about.get("publisher", ""),
                source=about.get("source", ""),
                page=about.get("page", ""),
                download=about.get("download", ""),
                modified=since(dump) or max(loaded, about.get("edited", "")),
                period=about.get("period", ""),
                frequency=about.get("frequency", ""),
                description=_described(dump.role, title, counted.graphs[graph], largest[graph]),
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
    return {graph: own[language] for graph, own in OWN.items()} | best_labels(told, language)


def _known_title(graph: str, title: dict[str, str], rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Keep the title in the languages in which it is known; as French where none is told."""
    told = title if graph in OWN else {row.get("language") for row in rows if row["graph"] == graph}
    return {language: text for language, text in title.items() if language in told} or {SOURCE: title[SOURCE]}


def _largest(part: Partition) -> list[tuple[str, int]]:
    """Give the classes of our own with most entities, the largest first."""
    uses = [(use.cls, use.entities) for use in part.classes if "w3id.org/ancrage" in use.cls]
    return sorted(uses, key=lambda use: (-use[1], use[0]))[:_NAMED]


def _described(
    role: str, title: dict[str, str], part: Partition, largest: list[tuple[str, int]]
) -> dict[str, str]:
    """Describe a data set by what was counted in it."""
    classes = Listed([N_("{name} : {n}", name=Term(cls), n=Number(n)) for cls, n in largest])
    made = N_(
        "{title}. {triples} énoncés sur {entities} choses{classes}. {warning}",
        title={language: text.rstrip(".") for language, text in title.items()},
        triples=Number(part.triples),
        entities=Number(part.entities),
        classes=N_(" ({classes})", classes=classes) if largest else EMPTY,
        warning=WARNINGS.get(role, EMPTY),
    )
    return {language: text.replace(NARROW, NO_BREAK).strip() for language, text in made.items()}


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
