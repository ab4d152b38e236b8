"""A report as RDF: its run with parameters, methods, software and publication; its findings; their reasons as paths.

A finding with a strength is an observation of the cube of findings; without one it is a finding and no observation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from math import isfinite

import pyoxigraph as ox

from ... import __version__
from ...ontology.vocabulary import ANC, ID, PREFIXES
from .model import Finding, Question, Reason, Report, Thing, Words

_RDF_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")
_TITLE = ox.NamedNode(PREFIXES["dcterms"] + "title")
_SOURCE = ox.NamedNode(PREFIXES["prov"] + "hadPrimarySource")
_BY = ox.NamedNode(PREFIXES["prov"] + "wasGeneratedBy")
_STRUCTURE = f"{ID}dsd/findings"
_DECIMALS = 18
_GRAPHS = "https://w3id.org/ancrage/graph/"


def run_iri(report: Report) -> str:
    """Give the IRI of the run of a report: the same question of the same publication has the same.

    >>> run_iri(Report({"fr": "Manques", "en": "Gaps"}, Thing("territory/department/07", "Ardèche"), ())).count("/")
    6
    """
    asked = [report.title["en"], report.subject.id, report.snapshot, report.scenario, report.illustrative]
    text = json.dumps([*asked, sorted(report.parameters.items()), __version__], ensure_ascii=False)
    return f"{ID}analysis/{sha256(text.encode()).hexdigest()[:16]}"


def scenario_iri(name: str | None) -> str:
    """Give the IRI of a scenario; without a name, of the observed reality.

    >>> scenario_iri("two-relays"), scenario_iri(None)
    ('https://w3id.org/ancrage/id/scenario/two-relays', 'https://w3id.org/ancrage/id/scenario/observed')
    """
    return name if name and "://" in name else f"{ID}scenario/{name or 'observed'}"


def to_rdf(report: Report) -> list[ox.Triple]:
    """Tell a report as triples, findings in their order.

    >>> territory = Thing("territory/department/07", "Ardèche")
    >>> report = Report({"fr": "Manques", "en": "Gaps"}, territory, (), snapshot="s1")
    >>> sum(triple.predicate.value.endswith("#used") for triple in to_rdf(report))
    1
    """
    made = _Triples(run_iri(report))
    _tell_run(made, report)
    for rank, finding in enumerate(report.findings, 1):
        _tell_finding(made, report, finding, rank)
    for number, refusal in enumerate(report.refusals, 1):
        node = f"{made.run}/refusal/{number}"
        made.kind(node, "Refusal")
        made.words(node, _LABEL, refusal.words)
        made.text(node, "findingKind", refusal.kind)
        made.text(node, "foundData", refusal.found)
        made.text(node, "neededData", refusal.needed)
        made.link(node, _BY, made.run)
    by_subject: dict[ox.NamedNode | ox.BlankNode | ox.Triple, dict[ox.Triple, None]] = {}
    for triple in made.triples:
        by_subject.setdefault(triple.subject, {})[triple] = None
    return [triple for told in by_subject.values() for triple in told]


class _Triples:
    """Triples being written, of one run."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.triples: list[ox.Triple] = []

    def add(self, subject: str, verb: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> None:
        self.triples.append(ox.Triple(ox.NamedNode(subject), verb, value))

    def link(self, subject: str, verb: str | ox.NamedNode, value: str) -> None:
        self.add(subject, _verb(verb), ox.NamedNode(value))

    def kind(self, subject: str, *names: str) -> None:
        for name in names:
            self.link(subject, _RDF_TYPE, PREFIXES["prov"] + name if name in _PROV else ANC + name)

    def words(self, subject: str, verb: str | ox.NamedNode, said: Words) -> None:
        for language, text in said.items():
            if text:
                self.add(subject, _verb(verb), ox.Literal(text, language=language))

    def text(self, subject: str, verb: str, text: str) -> None:
        if text:
            self.add(subject, _verb(verb), ox.Literal(text))

    def integer(self, subject: str, verb: str, value: int) -> None:
        self.add(subject, _verb(verb), ox.Literal(value))

    def decimal(self, subject: str, verb: str, value: float | None) -> None:
        """Write a number that is known and finite, as the shortest decimal that says it."""
        if value is not None and isfinite(value):
            self.add(subject, _verb(verb), _decimal(value))

    def thing(self, one: Thing) -> str:
        self.add(one.iri, _LABEL, ox.Literal(one.label, language="fr"))
        return one.iri

    def named(self, subject: str, verb: str, values: Mapping[str, object], path: str) -> None:
        """Write values with a name (schema:PropertyValue)."""
        for name, value in values.items():
            if value is None or (isinstance(value, float) and not isfinite(value)):
                continue
            node = f"{subject}/{path}/{sha256(name.encode()).hexdigest()[:8]}"
            self.link(subject, verb, node)
            self.link(node, _RDF_TYPE, PREFIXES["schema"] + "PropertyValue")
            self.add(node, ox.NamedNode(PREFIXES["schema"] + "name"), ox.Literal(name))
            self.add(node, ox.NamedNode(PREFIXES["schema"] + "value"), _literal(value))


_PROV = frozenset({"Activity", "Entity", "SoftwareAgent"})


def _tell_run(made: _Triples, report: Report) -> None:
    run, software = made.run, f"{ID}agent/ancrage-{__version__}"
    publication = f"{ID}publication/{report.snapshot or 'unknown'}"
    made.kind(run, "AnalysisRun", "Activity")
    made.words(run, _LABEL, report.title)
    made.link(run, PREFIXES["prov"] + "wasAssociatedWith", software)
    made.kind(software, "SoftwareAgent")
    made.add(software, _TITLE, ox.Literal(f"ancrage {__version__}", language="fr"))
    made.link(run, PREFIXES["prov"] + "used", publication)
    made.kind(publication, "Entity")
    made.add(publication, ox.NamedNode(PREFIXES["dcterms"] + "identifier"), ox.Literal(report.snapshot))
    illustrative = {"illustrative": "true" if report.illustrative else "false"}
    subject = {"subject": report.subject.id}
    made.named(run, "hasParameter", {**subject, **report.parameters, **illustrative}, "parameter")
    made.decimal(run, "intervalLevel", report.level)
    for name in dict.fromkeys(method for one in report.findings for method in one.methods):
        made.text(run, "methodUsed", name)
    if report.scenario:
        made.kind(run, "SimulationRun")
        made.link(run, "simulates", scenario_iri(report.scenario))
        made.kind(scenario_iri(report.scenario), "Scenario")
    for note in report.notes:
        made.words(run, PREFIXES["rdfs"] + "comment", note)
    if any(one.strength and isfinite(one.strength.value) for one in report.findings):
        findings = f"{run}/findings"
        made.link(findings, _RDF_TYPE, PREFIXES["qb"] + "DataSet")
        made.words(findings, _TITLE, report.title)
        made.words(findings, _LABEL, report.title)
        made.link(findings, PREFIXES["qb"] + "structure", _STRUCTURE)
        made.link(findings, _BY, run)


def _tell_finding(made: _Triples, report: Report, finding: Finding, rank: int) -> None:
    node = f"{made.run}/finding/{rank}"
    made.kind(node, "Finding")
    made.words(node, _LABEL, finding.sentence)
    made.integer(node, "rank", rank)
    made.link(node, "findingSubject", made.thing(finding.subject))
    made.link(node, "findingObject", made.thing(finding.object))
    made.text(node, "findingKind", finding.kind)
    made.link(node, "findingScenario", scenario_iri(report.scenario))
    made.link(node, "evidenceStatus", f"{ID}evidence-status/{'simulated' if report.scenario else 'inferred'}")
    made.link(node, _BY, made.run)
    made.words(node, "measureName", finding.measure)
    strength = finding.strength
    if strength is not None and isfinite(strength.value):
        made.link(node, _RDF_TYPE, PREFIXES["qb"] + "Observation")
        made.link(node, PREFIXES["qb"] + "dataSet", f"{made.run}/findings")
        made.decimal(node, "strength", strength.value)
        made.decimal(node, "strengthLow", strength.low)
        made.decimal(node, "strengthHigh", strength.high)
        made.decimal(node, "intervalLevel", strength.level)
        made.text(node, "intervalMethod", strength.method)
    made.decimal(node, "pValue", finding.p)
    made.decimal(node, "qValue", finding.q)
    if finding.distinct is not None:
        made.add(node, _verb("beyondChance"), ox.Literal(finding.distinct))
    made.named(node, "hasFigure", {**finding.facts, "scope": finding.scope}, "figure")
    for status, count in finding.evidence.items():
        counted = f"{node}/evidence/{status.rsplit('/', 1)[-1]}"
        made.link(node, "hasEvidence", counted)
        made.link(counted, "tieEvidence", _status(status))
        made.add(counted, ox.NamedNode(PREFIXES["schema"] + "value"), ox.Literal(count))
    for name in finding.methods:
        made.text(node, "methodUsed", name)
    for source in finding.sources:
        _tell_source(made, node, source)
    if finding.question is not None:
        _tell_question(made, node, finding.question)
    for number, reason in enumerate(finding.reasons, 1):
        _tell_reason(made, node, reason, number)


def _tell_question(made: _Triples, node: str, question: Question) -> None:
    asked = f"{node}/question"
    made.link(node, "restsOnQuestion", asked)
    made.kind(asked, "Entity")
    made.add(asked, ox.NamedNode(PREFIXES["dcterms"] + "identifier"), ox.Literal(question.name))
    made.named(asked, "hasParameter", question.parameters, "parameter")


def _tell_reason(made: _Triples, node: str, reason: Reason, number: int) -> None:
    told = f"{node}/reason/{number}"
    made.link(node, "hasReason", told)
    made.kind(told, "Reason")
    made.words(told, _LABEL, reason.words)
    made.text(told, "reasonKind", reason.kind)
    made.decimal(told, "reasonWeight", reason.weight)
    for place, step in enumerate(reason.path, 1):
        taken = f"{told}/step/{place}"
        made.link(told, "hasStep", taken)
        made.kind(taken, "PathStep")
        made.integer(taken, "stepNumber", place)
        made.link(taken, "stepFrom", made.thing(step.subject))
        made.link(taken, "stepTo", made.thing(step.object))
        made.words(taken, _LABEL, step.relation)
        made.link(taken, "tieEvidence", _status(step.evidence))
        if step.source:
            _tell_source(made, taken, step.source)
        if step.year is not None:
            year = ox.Literal(f"{step.year:04d}", datatype=ox.NamedNode(PREFIXES["xsd"] + "gYear"))
            made.add(taken, _verb("year"), year)


def _tell_source(made: _Triples, node: str, source: str) -> None:
    """Write where something comes from: an IRI, its path, the short name of a graph, or words."""
    if "://" in source or source.startswith("source/"):
        made.link(node, _SOURCE, source if "://" in source else ID + source)
    elif source and all(part.isalnum() for part in source.replace("/", "-").split("-")):
        made.link(node, _SOURCE, _GRAPHS + source)
    elif source:
        made.add(node, ox.NamedNode(PREFIXES["dcterms"] + "source"), ox.Literal(source))


def _status(name: str) -> str:
    return f"{ID}evidence-status/{name.rsplit('/', 1)[-1]}"


def _verb(name: str | ox.NamedNode) -> ox.NamedNode:
    return name if isinstance(name, ox.NamedNode) else ox.NamedNode(name if "://" in name else ANC + name)


def _literal(value: object) -> ox.Literal:
    if isinstance(value, bool | int):
        return ox.Literal(value)
    return _decimal(value) if isinstance(value, float) else ox.Literal(str(value))


def _decimal(value: float) -> ox.Literal:
    """Write the shortest decimal that reads as the number, of at most 18 decimals."""
    text = f"{Decimal(repr(float(value))):f}"
    if len(text.partition(".")[2]) > _DECIMALS:
        text = f"{value:.{_DECIMALS}f}"
    return ox.Literal(
        text if "." in text else f"{text}.0", datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal")
    )
