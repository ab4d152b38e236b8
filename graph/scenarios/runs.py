"""A comparison as RDF: simulated observations of the figures under the scenario, and the run that computed them."""

from __future__ import annotations

import pyoxigraph as ox

from ... import __version__
from ...ontology.vocabulary import ANC, ID, PREFIXES
from ...words import N_, SOURCE
from ..findings.rdf import run_iri, scenario_iri
from .description import Triples
from .differences import Comparison, Difference
from .figures import Figure

_A = PREFIXES["rdf"] + "type"
_LABEL, _COMMENT = PREFIXES["rdfs"] + "label", PREFIXES["rdfs"] + "comment"
_SKOS, _SCHEME = PREFIXES["skos"], "indicator/figure"
_DATA_SET = PREFIXES["qb"] + "dataSet"
_BY, _USED, _WITH = (PREFIXES["prov"] + name for name in ("wasGeneratedBy", "used", "wasAssociatedWith"))


def indicator_iri(figure: Figure) -> str:
    """Give the IRI of the indicator that a figure is an observation of.

    >>> indicator_iri(Figure("gaps-tie", {}, gap="tie"))
    'https://w3id.org/ancrage/id/indicator/figure/gaps-tie'
    """
    return f"{ID}indicator/{'figure' if figure.of_scenarios else 'computed'}/{figure.id}"


def observations(comparison: Comparison) -> list[ox.Triple]:
    """Tell a comparison as triples of the graph of its scenario.

    Each difference is an observation with evidence status simulated: its value under the scenario (or why it has
    none), the baseline value, its sentence; the period is the year of the publication. The run tells the scenario,
    the publication, the software and the parameters.
    """
    triples = Triples()
    report = comparison.report()
    run = run_iri(report)
    _tell_run(triples, run, comparison)
    data = f"{run}/data"
    triples.link(data, _A, PREFIXES["qb"] + "DataSet")
    triples.words(data, PREFIXES["dcterms"] + "title", report.title)
    triples.link(data, PREFIXES["qb"] + "structure", f"{ID}dsd/territorial-observations")
    _tell_scheme(triples)
    for figure in {one.figure.id: one.figure for one in comparison}.values():
        indicator = indicator_iri(figure)
        triples.link(indicator, _A, ANC + "Indicator")
        triples.link(indicator, _SKOS + "inScheme", _SCHEME if figure.of_scenarios else "indicator")
        if not figure.of_scenarios:
            triples.link(indicator, _SKOS + "topConceptOf", "indicator")
        triples.words(indicator, _SKOS + "prefLabel", figure.label)
        defined = N_(
            "Calculé à partir du graphe pour comparer un scénario à sa référence : {figure}.",
            figure=figure.label,
        )
        triples.words(
            indicator, _SKOS + "definition", figure.indicator.definition if figure.indicator else defined
        )
    year = comparison.snapshot[:4]
    for number, one in enumerate(comparison, 1):
        node = f"{run}/observation/{number}"
        _tell(triples, node, one)
        triples.literal(node, "refPeriod", year if year.isdecimal() and len(year) == 4 else "0000")
        triples.link(node, "refScenario", scenario_iri(comparison.scenario.name))
        triples.link(node, _DATA_SET, data)
        triples.link(node, _BY, run)
    return list(triples.made)


def _tell_scheme(triples: Triples) -> None:
    """Tell the scheme of the figures: indicators that scenarios alone are compared on."""
    title = N_("Chiffres des scénarios")
    triples.link(_SCHEME, _A, _SKOS + "ConceptScheme")
    for verb in (PREFIXES["dcterms"] + "title", _SKOS + "prefLabel"):
        triples.words(_SCHEME, verb, title)


def _tell(triples: Triples, node: str, one: Difference) -> None:
    triples.link(node, _A, ANC + "TerritorialObservation")
    triples.link(node, "refTerritory", one.territory.iri)
    triples.literal(one.territory.iri, _LABEL, one.territory.label, SOURCE)
    triples.link(node, "refIndicator", indicator_iri(one.figure))
    triples.link(node, "refSector", "sector/total")
    triples.link(node, "evidenceStatus", "evidence-status/simulated")
    if one.after.value is None:
        triples.link(node, "obsStatus", f"obs-status/{one.after.status}")
    else:
        triples.decimal(node, "obsValue", one.after.value)
    if one.before.value is not None:
        triples.decimal(node, "baselineValue", one.before.value)
    triples.words(node, _COMMENT, one.sentence)


def _tell_run(triples: Triples, run: str, comparison: Comparison) -> None:
    software, publication = f"{ID}agent/ancrage-{__version__}", f"{ID}publication/{comparison.snapshot}"
    scenario = comparison.scenario
    triples.link(run, _A, ANC + "SimulationRun")
    triples.words(run, _LABEL, N_("Calcul de « {scenario} »", scenario=scenario.words))
    triples.link(run, "simulates", scenario_iri(scenario.name))
    triples.link(run, _WITH, software)
    triples.link(software, _A, PREFIXES["prov"] + "SoftwareAgent")
    triples.words(software, PREFIXES["dcterms"] + "title", {SOURCE: f"ancrage {__version__}"})
    triples.link(run, _USED, publication)
    triples.link(publication, _A, PREFIXES["prov"] + "Entity")
    triples.literal(publication, PREFIXES["dcterms"] + "identifier", comparison.snapshot)
    illustrative = "true" if comparison.illustrative else "false"
    for number, (name, value) in enumerate(
        {**comparison.parameters, "illustrative": illustrative}.items(), 1
    ):
        if value:
            node = f"{run}/parameter/{number}"
            triples.link(run, "hasParameter", node)
            triples.link(node, _A, PREFIXES["schema"] + "PropertyValue")
            triples.literal(node, PREFIXES["schema"] + "name", name)
            triples.literal(node, PREFIXES["schema"] + "value", value)
