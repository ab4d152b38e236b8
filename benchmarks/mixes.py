"""Queries of the service's benchmark: templates filled with values of the graph itself, so that none is repeated.

A template asks the graph for its values first (`values`), then each line of them makes one query. What has no
values in a graph is left out, and its name is told.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Row = Mapping[str, str]
Select = Callable[[str], list[Row]]
"""Evaluates a SELECT and gives its rows, each from a variable to the text of its value."""

PREFIXES = """PREFIX def: <https://w3id.org/ancrage/def/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
#: Characters of neither an IRI nor a word.
_NO_TERM = frozenset('"\\<>{}|^` \n')
DEPARTMENTS = "SELECT ?a { ?a a def:Department }"
DEPARTMENTS_AND_EPCI = "SELECT ?a { { ?a a def:Department } UNION { ?a a def:Intercommunality } }"

INDICATORS_IN_TERRITORIES = """SELECT DISTINCT ?a ?b {
  { SELECT ?b ?t { ?o def:refIndicator ?b ; def:refTerritory ?t } LIMIT 40000 } ?t def:partOfTerritory ?a }"""


@dataclass(frozen=True)
class Template:
    """A query with holes `{a}`, `{b}` of a `kind`; `values` selects ?a and ?b."""

    kind: str
    name: str
    values: str
    text: str


@dataclass(frozen=True)
class Query:
    """A query of the mix: its `kind`, the `name` of its template and its `text`."""

    kind: str
    name: str
    text: str


TEMPLATES = (
    Template(
        "two-hop join",
        "partners of an actor",
        "SELECT DISTINCT ?a { ?p def:participant ?a }",
        """SELECT ?partner ?name ?project ?title {
  ?mine def:participant <{a}> . ?project def:hasParticipation ?mine, ?theirs ; rdfs:label ?title .
  ?theirs def:participant ?partner . ?partner rdfs:label ?name FILTER(?partner != <{a}>) }""",
    ),
    Template(
        "two-hop join",
        "observations of a territory",
        "SELECT DISTINCT ?a { ?o def:refTerritory ?a }",
        """SELECT ?indicator ?sector ?sectorName ?period ?value {
  ?o def:refTerritory <{a}> ; def:refIndicator ?i ; def:refSector ?sector ; def:refPeriod ?period ;
     def:obsValue ?value .
  ?i skos:prefLabel ?indicator . ?sector skos:prefLabel ?sectorName
  FILTER(LANG(?indicator) = "fr" && LANG(?sectorName) = "fr") }""",
    ),
    Template(
        "two-hop join",
        "organisations with a site in a territory",
        DEPARTMENTS_AND_EPCI,
        """SELECT ?commune ?communeName ?organization ?name {
  ?commune def:partOfTerritory <{a}> ; rdfs:label ?communeName . ?site def:locatedIn ?commune .
  ?organization org:hasSite ?site ; rdfs:label ?name }""",
    ),
    Template(
        "aggregate",
        "an indicator by sector in a territory",
        INDICATORS_IN_TERRITORIES,
        """SELECT ?sector (SUM(?v) AS ?total) (COUNT(*) AS ?n) {
  ?t def:partOfTerritory <{a}> . ?o def:refTerritory ?t ; def:refIndicator <{b}> ; def:refSector ?sector ;
     def:obsValue ?v } GROUP BY ?sector""",
    ),
    Template(
        "aggregate",
        "projects and funding by year in a territory",
        DEPARTMENTS_AND_EPCI,
        """SELECT ?year (COUNT(DISTINCT ?i) AS ?n) (SUM(?f) AS ?total) {
  ?c def:partOfTerritory <{a}> . ?p def:participatesFrom ?c .
  ?i def:hasParticipation ?p ; def:year ?year ; def:fundingAmount ?f } GROUP BY ?year""",
    ),
    Template(
        "aggregate",
        "actors by type in a year",
        "SELECT DISTINCT ?a ?b { ?i def:year ?a ; def:interactionType ?b }",
        """SELECT ?type (COUNT(*) AS ?n) (COUNT(DISTINCT ?actor) AS ?actors) {
  ?i def:year "{a}"^^xsd:gYear ; def:interactionType <{b}> ; def:hasParticipation ?p .
  ?p def:participant ?actor . ?actor def:actorType ?type } GROUP BY ?type""",
    ),
    Template(
        "path",
        "all that is within a territory",
        DEPARTMENTS_AND_EPCI,
        "SELECT ?inside ?name { ?inside def:partOfTerritory+ <{a}> ; rdfs:label ?name }",
    ),
    Template(
        "path",
        "narrower concepts",
        "SELECT DISTINCT ?a { ?c skos:broader ?a }",
        """SELECT ?concept ?name { ?concept skos:broader+ <{a}> ; skos:prefLabel ?name }""",
    ),
    Template(
        "order-by",
        "largest values of an indicator in a territory",
        INDICATORS_IN_TERRITORIES,
        """SELECT ?t ?name ?sector ?v {
  ?t def:partOfTerritory <{a}> ; rdfs:label ?name .
  ?o def:refTerritory ?t ; def:refIndicator <{b}> ; def:refSector ?sector ; def:obsValue ?v }
ORDER BY DESC(?v) ?t ?sector LIMIT 20""",
    ),
    Template(
        "order-by",
        "best funded projects of a year",
        "SELECT DISTINCT ?a ?b { ?i def:year ?a ; def:hasParticipation/def:participant/def:actorType ?b }",
        """SELECT DISTINCT ?i ?title ?f {
  ?i def:year "{a}"^^xsd:gYear ; def:fundingAmount ?f ; rdfs:label ?title ; def:hasParticipation ?p .
  ?p def:participant ?actor . ?actor def:actorType <{b}> } ORDER BY DESC(?f) ?i LIMIT 20""",
    ),
    Template(
        "regex",
        "communes whose name has a word",
        "SELECT ?a { ?s a def:Commune ; rdfs:label ?a }",
        'SELECT ?s ?name { ?s a def:Commune ; rdfs:label ?name FILTER(REGEX(?name, "{a}", "i")) }',
    ),
    Template(
        "regex",
        "projects whose title has a word",
        "SELECT ?a { ?s a def:ResearchProject ; rdfs:label ?a }",
        'SELECT ?s ?name { ?s a def:ResearchProject ; rdfs:label ?name FILTER(REGEX(?name, "{a}", "i")) }',
    ),
    Template(
        "regex",
        "organisations whose name has a word",
        "SELECT ?a { ?s a org:Organization ; rdfs:label ?a }",
        'SELECT ?s ?name { ?s a org:Organization ; rdfs:label ?name FILTER(REGEX(?name, "{a}", "i")) }',
    ),
)


class Mix:
    """Queries drawn without repetition: each `take` gives as many of every kind, in a mixed order."""

    def __init__(self, select: Select, seed: int = 3) -> None:
        self._random = random.Random(seed)
        self._streams: dict[str, list[Iterator[Query]]] = {}
        self.left_out: list[str] = []
        """Names of the templates for which the graph has no values."""
        known: dict[str, list[Row]] = {}
        for template in TEMPLATES:
            if template.values not in known:
                known[template.values] = select(PREFIXES + template.values)
            queries = self._filled(template, known[template.values])
            if queries:
                self._streams.setdefault(template.kind, []).append(iter(queries))
            else:
                self.left_out.append(template.name)

    def take(self, count: int) -> list[Query]:
        """Give at most `count` queries never given before, each kind as often as another."""
        kinds = list(self._streams.values())
        taken: list[Query] = []
        for number in range(-(-count // max(1, len(kinds)))):
            for streams in kinds:
                for shift in range(len(streams)):
                    query = next(streams[(number + shift) % len(streams)], None)
                    if query is not None:
                        taken.append(query)
                        break
        self._random.shuffle(taken)
        return taken[:count]

    def _filled(self, template: Template, rows: Sequence[Row]) -> list[Query]:
        if template.kind == "regex":
            words = {word for row in rows for word in row["a"].split() if word.isalpha() and len(word) > 4}
            rows = [{"a": word} for word in sorted(words)]
        rows = [row for row in rows if not any(_NO_TERM.intersection(value) for value in row.values())]
        rows = sorted(rows, key=lambda row: sorted(row.items()))
        self._random.shuffle(rows)
        text = PREFIXES + template.text.replace("{a}", "%(a)s").replace("{b}", "%(b)s")
        texts = dict.fromkeys(_fill(text, row) for row in rows)
        return [Query(template.kind, template.name, one) for one in texts]


def _fill(text: str, row: Row) -> str:
    for name, value in row.items():
        text = text.replace(f"%({name})s", value)
    return text
