"""What the page of a thing shows: values and links ready for the template, in French or English."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from markupsafe import Markup

from ...graph.region.text import fold
from ...graph.snapshots.dumps import graph_licence
from ...graph.snapshots.provenance import ENTAILMENT_GRAPH, licence_iri
from ...words import N_, Spoken, gettext
from ..reading.licences import licence_name
from ..reading.solutions import Reading
from ..render.rdf_document import write_rdf
from ..render.rendering import escape_json, evidence_name
from ..web.links import BASE, document_path, href, local_name
from ..web.negotiation import JSON_LD
from .concepts import SKOS, Place, place_of
from .description import PAGE, Description, Statement, Value, mentions, triples

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
#: Values of one property shown before the others are counted.
SHOWN = 50
LONG = 400


@dataclass(frozen=True)
class ResourceView:
    """A value on a page: its text, its link if it may have one, its language, and how to draw it."""

    text: str
    href: str | None = None
    language: str = ""
    evidence: str = ""
    outside: bool = False
    nested: tuple[tuple[str, "ResourceView"], ...] = ()
    sources: tuple[int, ...] = ()


@dataclass
class Group:
    """The values of one property: what is shown of them, how many there are, and the page with all of them."""

    property: str
    name: str
    values: list[ResourceView]
    total: int
    everything: str | None = None


@dataclass
class View:
    """Everything the template needs beside its own words."""

    name: str
    named: bool
    kinds: list[str]
    said: list[Group]
    others: list[Group]
    incoming: list[Group]
    sources: list[dict[str, str]]
    place: Place | None = None
    schemes: list[ResourceView] = field(default_factory=list)
    scheme: bool = False


def view(reading: Reading, found: Description, graphs: Any) -> View:
    """Prepare the page of a thing whose names were learnt: group and order what is said.

    What follows from the ontology alone (superclasses, inverses) is in the RDF and not on the page: the links out are.
    A concept's place in its scheme is asked for here, so its page is to be made on a thread.
    """
    shown = [one for one in found.shown if one.graphs != (ENTAILMENT_GRAPH,) or one.property in _LINKS]
    types = [one.value.value for one in shown if one.property == TYPE and one.of is None]
    scheme = SKOS + "ConceptScheme" in types
    place = place_of(reading, found.iri, scheme=scheme) if has_place(found) else None
    several = len(found.graphs) > 1
    numbers = {graph: number for number, graph in enumerate(found.graphs, 1)} if several else {}
    own, nested = _by_holder(shown)
    return View(
        name=thing_name(reading, found.iri),
        named=bool(reading.name(found.iri)),
        kinds=sorted({kind_name(reading, kind) for kind in types}, key=fold),
        said=_groups(reading, own, nested, numbers),
        others=[] if found.apart else _groups(reading, found.others, {}, {}),
        incoming=_incoming(reading, found),
        sources=[_source(reading, graph, graphs, number) for number, graph in enumerate(found.graphs, 1)],
        place=place,
        schemes=[_value(reading, value) for value in found.values(SKOS + "inScheme")],
        scheme=scheme,
    )


def _by_holder(shown: Sequence[Statement]) -> tuple[list[Statement], dict[str, list[Statement]]]:
    """Part what is said of a thing from what is said of a part of it, by the part."""
    nested: dict[str, list[Statement]] = {}
    for one in shown:
        if one.of is not None:
            nested.setdefault(one.of.value, []).append(one)
    return [one for one in shown if one.of is None], nested


def has_place(found: Description) -> bool:
    """Tell whether a thing is a concept or a scheme."""
    return any(value.value in (SKOS + "Concept", SKOS + "ConceptScheme") for value in found.values(TYPE))


def shown_names(found: Description) -> set[str]:
    """Collect the IRIs whose names the page of a thing shows."""
    return mentions(found) | {source_of(graph) for graph in found.graphs}


def source_of(graph: str) -> str:
    """Give the source that a graph was loaded from, by its name.

    >>> source_of("https://w3id.org/ancrage/graph/insee-naf")
    'https://w3id.org/ancrage/id/source/insee-naf'
    """
    return f"{BASE}source/{local_name(graph)}"


def licence_link(licence: object) -> str | None:
    """Give the address of a licence named by its SPDX identifier, or by its address, where it may be a link.

    >>> licence_link("ODbL-1.0"), licence_link("https://spdx.org/licenses/etalab-2.0"), licence_link(None)
    ('https://spdx.org/licenses/ODbL-1.0', 'https://spdx.org/licenses/etalab-2.0', None)
    >>> licence_link("javascript:alert(1)"), licence_link("on request")
    (None, None)
    """
    text = str(licence or "")
    return href(licence_iri(text)) if re.fullmatch(r"\S+", text) else None


def _source(reading: Reading, graph: str, graphs: Any, number: int) -> dict[str, str]:
    about, licence = graphs.get(graph, {}), graph_licence(graphs, graph)
    name, link = reading.name(source_of(graph)), document_path(source_of(graph)) or ""
    if about.get("role") == "ontology":
        name, link = (gettext("ontologie d’ancrage", reading.language)), "/def/"
    return {
        "number": str(number),
        "name": name or local_name(graph),
        "href": link if name else "",
        "licence": licence_name(licence, reading.language) if licence else "",
        "licence_href": licence_link(licence) or "",
        "role": str(about.get("role", "base")),
    }


def _groups(
    reading: Reading,
    said: list[Statement],
    nested: dict[str, list[Statement]],
    numbers: dict[str, int],
) -> list[Group]:
    groups: dict[str, list[ResourceView]] = {}
    for one in said:
        if one.property == TYPE:
            continue
        sources = tuple(sorted(numbers[graph] for graph in one.graphs if graph in numbers))
        shown = _value(reading, one.value, nested, sources)
        groups.setdefault(one.property, []).append(shown)
    listed = []
    for prop, values in groups.items():
        values.sort(key=lambda one: (_language_rank(reading, one.language), fold(one.text), one.text))
        listed.append(Group(prop, property_name(reading, prop), values[:SHOWN], len(values)))
    return sorted(listed, key=lambda group: (_rank(group.property), fold(group.name)))


def _incoming(reading: Reading, found: Description) -> list[Group]:
    groups: dict[str, list[ResourceView]] = {}
    for subject, prop, _ in found.incoming:
        groups.setdefault(prop, []).append(_value(reading, subject))
    listed = []
    for prop in {**groups, **(found.counts if found.page == 1 else {})}:
        values = sorted(groups.get(prop, ()), key=lambda one: (fold(one.text), one.href or ""))
        total = found.counts.get(prop, len(values))
        shown = values if found.by else values[:SHOWN]
        everything = (
            page_address(found.iri, by=prop)
            if len(shown) < total and not found.by and not found.apart
            else None
        )
        listed.append(Group(prop, property_name(reading, prop), shown, total, everything))
    return sorted(listed, key=lambda group: (-group.total, fold(group.name)))


def page_address(iri: str, *, page: int = 1, by: str = "", suffix: str = "") -> str:
    """Give the address of one page of a description.

    >>> page_address(BASE + "territory/region/84", page=2, suffix=".ttl")
    '/doc/territory/region/84.ttl?page=2'
    >>> page_address("http://id.insee.fr/codes/nafr2/section/A")
    '/doc?iri=http%3A%2F%2Fid.insee.fr%2Fcodes%2Fnafr2%2Fsection%2FA'
    """
    path = document_path(iri)
    asked = [] if path else [("iri", iri)]
    if not path and suffix:
        asked.append(("format", suffix[1:]))
    if by:
        asked.append(("property", by))
    if page > 1:
        asked.append(("page", str(page)))
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked)
    return f"{path + suffix if path else '/doc'}{'?' + query if query else ''}"


def _value(
    reading: Reading,
    value: Value,
    nested: dict[str, list[Statement]] | None = None,
    sources: tuple[int, ...] = (),
) -> ResourceView:
    if isinstance(value, ox.Literal):
        return ResourceView(value.value, language=value.language or "", sources=sources)
    if isinstance(value, ox.BlankNode):
        inner = (nested or {}).get(value.value, [])
        parts = tuple((property_name(reading, one.property), _value(reading, one.value)) for one in inner)
        return ResourceView("…", nested=parts, sources=sources)
    iri = value.value
    name = reading.name(iri)
    link = href(iri)
    outside = link is not None and not link.startswith("/")
    if outside and name:  # another site's thing that the graph describes: our description, which links there
        link, outside = page_address(iri), False
    text = name or (iri if outside or not link else thing_name(reading, iri))
    evidence = evidence_name(iri) if iri.startswith(BASE + "evidence-status/") else ""
    return ResourceView(text, link, evidence=evidence, outside=outside, sources=sources)


def _language_rank(reading: Reading, language: str) -> int:
    order = (reading.language, "fr", "en", "")
    return order.index(language) if language in order else len(order)


def _rank(prop: str) -> int:
    first = ("label", "prefLabel", "altLabel", "title", "notation", "definition", "comment", "description")
    name = local_name(prop)
    return first.index(name) if name in first else len(first)


def json_block(found: Description) -> Markup:
    """Write what is said of the thing as JSON-LD for a data block of its page."""
    alone = Description(found.iri, said=found.said, others=found.others)
    return escape_json(write_rdf(triples(alone), JSON_LD).decode() or "[]")


#: Properties that lead to the same thing in another data set.
_LINKS = ("http://www.w3.org/2002/07/owl#sameAs", "https://schema.org/sameAs", SKOS + "exactMatch")
#: French names of properties of other vocabularies.
_NAMES = {
    "type": "nature", "label": "nom", "prefLabel": "nom", "altLabel": "autre nom", "hasSite": "site",
    "page": "site web", "hadPrimarySource": "source", "lat": "latitude", "long": "longitude",
    "inScheme": "nomenclature", "notation": "code", "broader": "poste plus large", "definition": "définition",
    "hasGeometry": "géométrie", "asWKT": "contour (WKT)", "dataSet": "jeu de données",
    "comment": "définition", "narrower": "poste plus précis", "scopeNote": "note d’emploi",
    "subOrganizationOf": "fait partie de", "memberOf": "membre de", "created": "créé le", "title": "titre",
    "topConceptOf": "en tête de", "hasTopConcept": "premiers postes", "isDefinedBy": "défini par",
    "subClassOf": "sous-classe de", "exactMatch": "équivalent exact", "closeMatch": "équivalent proche",
    "broadMatch": "équivalent plus large", "narrowMatch": "équivalent plus précis", "license": "licence",
    "publisher": "éditeur", "landingPage": "page d’accueil", "temporal": "période", "modified": "modifié le",
    "description": "description", "creator": "auteur", "wasDerivedFrom": "tiré de", "name": "nom",
    "spatial": "territoires couverts",
    "sameAs": "même chose ailleurs", "versionInfo": "version", "structure": "structure", "source": "source",
}  # fmt: skip
_KINDS: Mapping[str, Spoken] = {
    "Concept": N_("concept"), "ConceptScheme": N_("nomenclature"),
    "Organization": N_("organisation"), "Site": N_("site"), "Geometry": N_("géométrie"),
    "Dataset": N_("source"), "DataSet": N_("jeu de données"), "Activity": N_("activité"),
    "DataStructureDefinition": N_("structure de données"), "Entity": N_("objet"),
}  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def thing_name(reading: Reading, iri: str) -> str:
    """Give the name of a thing, or what its address has after the namespace where nothing names it."""
    return reading.name(iri) or (iri.removeprefix(BASE) if iri.startswith(BASE) else local_name(iri))


def kind_name(reading: Reading, kind: str) -> str:
    """Give the name of a class: the ontology's, or ours for those of other vocabularies."""
    if name := reading.name(kind):
        return name
    names = _KINDS.get(local_name(kind))
    return names[reading.language] if names else _CAMEL.sub(" ", local_name(kind)).lower()


def property_name(reading: Reading, prop: str) -> str:
    """Give the name of a property: the ontology's, or ours for those of other vocabularies."""
    name = local_name(prop)
    if label := reading.name(prop):
        return label
    if reading.language == "fr" and name in _NAMES:
        return _NAMES[name]
    return _CAMEL.sub(" ", name).lower()


def last_page(found: Description) -> int | None:
    """Give the number of the last page of incoming links, where all of them were counted."""
    total = found.counts.get(found.by, 0) if found.by else sum(found.counts.values())
    return max(1, -(-total // PAGE)) if found.exact else None
