"""Scenarios saved and deleted through the one writer: each is one named graph, and each change one publication."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from difflib import get_close_matches

import pyoxigraph as ox

from ...graph.findings.rdf import scenario_iri
from ...graph.region.names import UnknownName
from ...graph.region.view import RegionView
from ...graph.scenarios.assumptions import Scenario
from ...graph.scenarios.changes import steps
from ...graph.scenarios.description import describe
from ...graph.scenarios.differences import Comparison
from ...graph.scenarios.runs import observations
from ...graph.scenarios.saved import list_scenarios
from ...graph.scenarios.wording import assumption_text
from ...graph.snapshots.provenance import GRAPHS
from ...graph.snapshots.reader import LocalReader
from ...graph.updates.evaluation import UnknownGraph
from .request import Write, Written
from .writer import Writer

_FORMAT = "application/n-triples"


def save(writer: Writer, scenario: Scenario, matter: RegionView, *, only_new: bool = False) -> Written:
    """Save a scenario in its named graph, in place of what was saved under its name, results of a run included.

    It is resolved against `matter`, which it must make sense for. With `only_new`, there must be none of its name.
    Raises what `changes.apply` raises, Outdated, and what `Writer.write` raises; nothing is written then.
    """
    resolved, triples = _description(scenario, matter)
    return _put(writer, resolved, triples, only_new=only_new)


def save_run(writer: Writer, comparison: Comparison, matter: RegionView) -> Written:
    """Save a scenario with the figures of a comparison, as simulated observations; raises as `save`.

    `matter` is what the comparison was made of.
    """
    resolved, triples = _description(comparison.scenario, matter)
    return _put(writer, resolved, [*triples, *observations(comparison)])


def delete(writer: Writer, name: str) -> Written:
    """Delete a saved scenario: its named graph goes, and nothing else; raises UnknownName with the nearest."""
    try:
        return writer.write(Write("delete", f"{GRAPHS}scenario/{name}"))
    except UnknownGraph:
        snapshot = writer.snapshots.current()
        graphs = snapshot.graphs("scenario") if snapshot else []
        known = [one.removeprefix(f"{GRAPHS}scenario/") for one in graphs]
        near = get_close_matches(name, known, n=3, cutoff=0.4) or known[:3]
        raise UnknownName("scenario", name, [(one, scenario_iri(one)) for one in near]) from None


def keep_example(writer: Writer, scenario: Scenario) -> bool:
    """Save a scenario that names examples, once; tell whether it was. Raises as `save`."""
    with LocalReader.current(writer.snapshots.data_dir) as reader:
        if scenario.name in {one.name for one in list_scenarios(reader)}:
            return False
        save(writer, scenario, RegionView.of(reader, illustrative=True), only_new=True)
    return True


def forget_examples(writer: Writer) -> int:
    """Delete the scenarios that name something invented, whoever kept them; give how many. Raises as `delete`.

    Without the examples they make no sense.
    """
    if writer.snapshots.current() is None:
        return 0
    with LocalReader.current(writer.snapshots.data_dir) as reader:
        names = [one.name for one in list_scenarios(reader) if one.illustrative]
    for name in names:
        delete(writer, name)
    return len(names)


def _description(scenario: Scenario, matter: RegionView) -> tuple[Scenario, list[ox.Triple]]:
    done = steps(matter, scenario)
    before = [matter, *(after for _, after in done)]
    resolved = Scenario(scenario.name, scenario.label, tuple(one for one, _ in done), scenario.label_en)
    words = [assumption_text(one, then) for one, then in zip(resolved.assumptions, before, strict=False)]
    return resolved, describe(resolved, words)


def _put(
    writer: Writer, scenario: Scenario, triples: Iterable[ox.Triple], *, only_new: bool = False
) -> Written:
    with tempfile.TemporaryFile() as file:
        ox.serialize(triples, file, ox.RdfFormat.N_TRIPLES)
        file.flush()
        file.seek(0)
        return writer.write(Write("put", scenario.graph, _FORMAT, scenario.graph), file, only_new=only_new)
