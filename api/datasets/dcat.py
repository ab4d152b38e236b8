"""The catalogue in DCAT-AP 3: a data set for the whole and one a named graph, their files, the SPARQL service."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from pyoxigraph import BlankNode, NamedNode

from ...graph.snapshots.dumps import FORMATS, Dump, DumpFile, digest_of
from ...graph.snapshots.snapshot import Snapshot
from ...ontology.vocabulary import ANC
from ...words import N_, Named, Said, Spoken
from ..reading.licences import licence_name
from ..render.rdf_document import Document, term
from ..sparql.description import DEFAULT_GRAPH
from .listed import FRANCE, DataSet, Place, period_of
from .void import RIGHTS, TITLE, set_iri, whole_iri

_AUTHORITY = "http://publications.europa.eu/resource/authority/"
LANGUAGES = (_AUTHORITY + "language/FRA", _AUTHORITY + "language/ENG")
THEMES = tuple(f"{_AUTHORITY}data-theme/{name}" for name in ("EDUC", "REGI", "TECH"))
_PUBLIC = _AUTHORITY + "access-right/PUBLIC"
_STABLE = _AUTHORITY + "planned-availability/STABLE"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
_PROFILE = "http://data.europa.eu/r5r/"
#: Formats of dumps by their name in the authority table of file types.
_FILE_TYPES = {"nq": "RDF_N_QUADS", "trig": "RDF_TRIG"}

Made: TypeAlias = Callable[[Dump, str], "list[DumpFile] | None"]
"""Gives the files of a dump in a format (`nq`, `trig`), or None."""

_KEYWORDS = (N_("enseignement supérieur"), N_("recherche scientifique"), N_("territoires"))
DESCRIPTION = N_(
    "Graphe de connaissances des relations entre universités et territoires : "
    "établissements, unités de recherche, formations, filières, interactions et observations "
    "chiffrées, avec la source de chaque énoncé."
)


def dcat_document(
    base: str,
    snapshot: Snapshot,
    sets: Sequence[DataSet],
    whole: Iterable[Dump],
    publisher: str,
    contact: str = "",
    files: Made = lambda dump, suffix: None,
    place: Place = FRANCE,
) -> Document:
    """Describe the catalogue of a publication at the address `base`.

    `publisher` is who publishes the site; `contact` where to write to it, a web or e-mail address: none if empty; `files`
    gives the files that make up a dump in a format, or None where they are not made yet: their digest is told.
    `place` is what the data are about.
    """
    return _Catalogue(base, snapshot, publisher, contact, files, place).document(sets, list(whole))


class _Catalogue:
    def __init__(
        self, base: str, snapshot: Snapshot, publisher: str, contact: str, made: Made, place: Place
    ) -> None:
        self.made_files = made
        self.place = place
        self.base = base
        self.snapshot = snapshot
        self.made = Document()
        self.iri = NamedNode(f"{base}/catalog#catalogue")
        self.service = NamedNode(f"{base}/catalog#sparql")
        self.agents: set[str] = set()
        self.licences: set[str] = set()
        self.publisher = self.agent(publisher)
        self.contact = self.card(publisher, contact) if contact else None

    def document(self, sets: Sequence[DataSet], whole: Sequence[Dump]) -> Document:
        """Say everything."""
        made, dataset = self.made, whole_iri(self.base)
        made.a(self.iri, "dcat:Catalog")
        made.words(self.iri, "dcterms:title", N_("Catalogue des données d’ancrage"))
        made.words(self.iri, "dcterms:description", DESCRIPTION)
        made.add(self.iri, "dcterms:publisher", self.publisher)
        made.add(self.iri, "dcterms:license", self.licence("https://spdx.org/licenses/CC-BY-4.0"))
        made.add(self.iri, "dcterms:conformsTo", NamedNode(_PROFILE))
        made.add(self.iri, "foaf:homepage", NamedNode(f"{self.base}/"))
        made.add(self.iri, "dcat:themeTaxonomy", NamedNode(_AUTHORITY + "data-theme"))
        self.common(self.iri, self.snapshot.created.isoformat())
        made.add(self.iri, "dcat:service", self.service)
        made.add(self.iri, "dcat:dataset", dataset)
        self.whole(dataset, sets, whole)
        for one in sets:
            made.add(self.iri, "dcat:dataset", set_iri(self.base, one))
            self.graph(one)
        self.sparql([dataset, *(set_iri(self.base, one) for one in sets)])
        place = NamedNode(self.place.iri)
        made.a(place, "dcterms:Location")
        made.words(place, "rdfs:label", self.place.names)
        return made

    def common(self, thing: NamedNode, modified: str) -> None:
        """Say what holds for the catalogue and for every data set."""
        self.reached(thing)
        self.made.typed(thing, "dcterms:modified", modified, "xsd:dateTime")
        self.made.add(thing, "dcterms:spatial", NamedNode(self.place.iri))
        for language in LANGUAGES:
            self.made.add(thing, "dcterms:language", NamedNode(language))

    def whole(self, dataset: NamedNode, sets: Sequence[DataSet], whole: Sequence[Dump]) -> None:
        """Describe the base graphs together, in one file a licence."""
        made = self.made
        made.a(dataset, "dcat:Dataset")
        made.words(dataset, "dcterms:title", TITLE)
        made.words(dataset, "dcterms:description", DESCRIPTION)
        made.words(dataset, "dcterms:rights", RIGHTS)
        made.add(dataset, "dcterms:publisher", self.publisher)
        made.add(dataset, "dcterms:identifier", dataset.value)
        made.add(dataset, "dcat:version", self.snapshot.id)
        published = self.snapshot.created.isoformat()
        self.common(dataset, max((one.modified for one in sets if one.base), default=published))
        self.about(dataset)
        for one in sets:
            if one.base:
                made.add(dataset, "dcterms:hasPart", set_iri(self.base, one))
        for dump in whole:
            self.files(dataset, dump, self.snapshot.created.isoformat())
        self.queried(dataset, "dataset")

    def graph(self, one: DataSet) -> None:
        """Describe a named graph: its source, licence, dates, counts and files."""
        made, dataset = self.made, set_iri(self.base, one)
        made.a(dataset, "dcat:Dataset")
        made.words(dataset, "dcterms:title", one.known_title)
        made.words(dataset, "dcterms:description", one.description)
        made.add(dataset, "dcterms:publisher", self.agent(one.publisher) if one.publisher else self.publisher)
        made.add(dataset, "dcterms:identifier", one.graph)
        self.common(dataset, one.modified)
        self.about(dataset)
        if one.dump.licence:
            made.add(dataset, "dcterms:license", self.licence(one.dump.licence))
        if one.source:
            source = NamedNode(one.source)
            made.add(dataset, "prov:wasDerivedFrom", source)
            made.add(dataset, "dcterms:source", source)
            if web(one.download):
                made.add(source, "foaf:page", NamedNode(one.download))
        if web(one.page):
            made.add(dataset, "dcat:landingPage", NamedNode(one.page))
        if one.frequency:
            made.add(dataset, "dcterms:accrualPeriodicity", NamedNode(one.frequency))
        if (period := period_of(one.period)) is not None:
            node = BlankNode(f"period{len(made.triples)}")
            made.add(dataset, "dcterms:temporal", node)
            made.a(node, "dcterms:PeriodOfTime")
            made.typed(node, "dcat:startDate", period[0], "xsd:date")
            made.typed(node, "dcat:endDate", period[1], "xsd:date")
        made.add(dataset, "void:triples", one.counts.triples)
        made.add(dataset, "void:entities", one.counts.entities)
        self.files(dataset, one.dump, one.modified)
        self.queried(dataset, one.anchor, one.graph, one.dump.licence)

    def about(self, dataset: NamedNode) -> None:
        """Say what holds for every data set."""
        for theme in THEMES:
            self.made.add(dataset, "dcat:theme", NamedNode(theme))
        self.made.add(dataset, "dcterms:accessRights", NamedNode(_PUBLIC))
        self.made.add(dataset, "dcterms:conformsTo", NamedNode(ANC))
        for word in _KEYWORDS:
            self.made.words(dataset, "dcat:keyword", word)

    def files(self, dataset: NamedNode, dump: Dump, modified: str) -> None:
        """Say the files of a data set, one distribution a format."""
        for suffix, format in FORMATS.items():
            anchor = f"file-{dump.name.replace('/', '.')}.{suffix}"
            node = NamedNode(f"{self.base}/catalog#{anchor}")
            address = NamedNode(f"{self.base}/dumps/{dump.name}.{suffix}.gz")
            self.made.add(dataset, "dcat:distribution", node)
            self.distribution(node, dump.licence, Named(f"{dump.name}.{suffix}.gz"))
            self.made.add(node, "dcat:accessURL", NamedNode(f"{self.base}/dumps"))
            self.made.add(node, "dcat:downloadURL", address)
            self.made.add(node, "dcat:mediaType", NamedNode(_MEDIA + format.media_type))
            self.made.add(node, "dcat:compressFormat", NamedNode(_MEDIA + "application/gzip"))
            self.made.add(node, "dcterms:format", NamedNode(f"{_AUTHORITY}file-type/{_FILE_TYPES[suffix]}"))
            if made := self.made_files(dump, suffix):
                self.checked(node, made)
                modified = max(one.modified for one in made).isoformat()
            self.made.typed(node, "dcterms:modified", modified, "xsd:dateTime")

    def checked(self, node: NamedNode, files: Sequence[DumpFile]) -> None:
        """Say the size and the digest of a file, or of several put one behind the other."""
        size = sum(one.compressed for one in files)
        self.made.typed(node, "dcat:byteSize", str(size), "xsd:nonNegativeInteger")
        checksum = NamedNode(f"{node.value}.sha256")
        self.made.add(node, "spdx:checksum", checksum)
        self.made.a(checksum, "spdx:Checksum")
        self.made.add(checksum, "spdx:algorithm", term("spdx:checksumAlgorithm_sha256"))
        self.made.typed(checksum, "spdx:checksumValue", digest_of(files), "xsd:hexBinary")

    def queried(self, dataset: NamedNode, anchor: str, graph: str = "", licence: str = "") -> None:
        """Say that a data set is reached by queries too."""
        node = NamedNode(f"{self.base}/catalog#{anchor}.sparql")
        self.made.add(dataset, "dcat:distribution", node)
        title = N_("SPARQL : graphe {graph}", graph=graph) if graph else Named("SPARQL")
        self.distribution(node, licence, title)
        self.made.add(node, "dcat:accessURL", NamedNode(f"{self.base}/sparql"))
        self.made.add(node, "dcat:accessService", self.service)

    def distribution(self, node: NamedNode, licence: str, title: Spoken) -> None:
        """Say what every distribution has."""
        self.made.a(node, "dcat:Distribution")
        self.made.words(node, "dcterms:title", title)
        self.made.add(node, "dcatap:availability", NamedNode(_STABLE))
        if licence:
            self.made.add(node, "dcterms:license", self.licence(licence))

    def sparql(self, served: Iterable[NamedNode]) -> None:
        """Describe the SPARQL service."""
        made = self.made
        made.a(self.service, "dcat:DataService")
        made.words(self.service, "dcterms:title", N_("Point d’accès SPARQL d’ancrage"))
        about = N_("SPARQL 1.1 en lecture. {default}", default=DEFAULT_GRAPH)
        made.words(self.service, "dcterms:description", about)
        made.add(self.service, "dcterms:publisher", self.publisher)
        made.add(self.service, "dcterms:conformsTo", NamedNode(_PROTOCOL))
        made.add(self.service, "dcterms:accessRights", NamedNode(_PUBLIC))
        made.add(self.service, "dcat:endpointURL", NamedNode(f"{self.base}/sparql"))
        made.add(self.service, "dcat:endpointDescription", NamedNode(f"{self.base}/sparql"))
        self.reached(self.service)
        for dataset in served:
            made.add(self.service, "dcat:servesDataset", dataset)

    def agent(self, name: str) -> NamedNode:
        """Name an organisation that publishes, and describe it the first time."""
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "x"
        node = NamedNode(f"{self.base}/catalog#agent-{slug}")
        if node.value not in self.agents:
            self.agents.add(node.value)
            self.made.a(node, "foaf:Agent")
            self.made.add(node, "foaf:name", name)
        return node

    def card(self, publisher: str, contact: str) -> NamedNode:
        """Describe whom to write to: the organisation that publishes the site, and nobody by name."""
        node = NamedNode(f"{self.base}/catalog#contact")
        self.made.a(node, "vcard:Organization", "vcard:Kind")
        self.made.add(node, "vcard:fn", publisher)
        if "://" in contact:
            self.made.add(node, "vcard:hasURL", NamedNode(contact))
        else:
            self.made.add(node, "vcard:hasEmail", NamedNode(f"mailto:{contact}"))
        return node

    def reached(self, thing: NamedNode) -> None:
        """Say whom to write to about a thing, where the site says it."""
        if self.contact is not None:
            self.made.add(thing, "dcat:contactPoint", self.contact)

    def licence(self, iri: str) -> NamedNode:
        """Name a licence, and describe it the first time."""
        node = NamedNode(iri)
        if iri not in self.licences:
            self.licences.add(iri)
            self.made.a(node, "dcterms:LicenseDocument")
            self.made.words(node, "dcterms:title", Said(licence_name, (iri,)))
        return node


def web(address: str) -> bool:
    """Tell whether a text is a web address that may be named.

    >>> web("https://www.insee.fr/"), web("javascript:alert(1)")
    (True, False)
    """
    return bool(re.fullmatch(r"https?://[^\x00-\x20<>\"{}|\\^`]+", address))
