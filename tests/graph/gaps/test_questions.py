"""The question of a finding shows the figures of the finding, on the example graph."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ancrage.graph.findings.model import Finding
from ancrage.graph.gaps import gaps, gaps_of
from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader

from .gap_figures import SHOWN, answer, compare

TERRITORIES = ("200040715", "07", "38", "26", "242600534", "zone/8409", "38563", "region/84")


@pytest.fixture(scope="module")
def findings(example_reader: LocalReader) -> Iterator[list[Finding]]:
    """The findings of some territories of the example graph, illustrative ones included."""
    matter = RegionView.of(example_reader, illustrative=True)
    yield [one for name in TERRITORIES for one in gaps(matter, name, radius=40)]


def test_every_kind_is_found(findings: list[Finding]) -> None:
    assert {one.kind for one in findings} == {"demand", "tie", "link", "access", "data"}


def test_questions_show_the_figures_of_their_findings(
    findings: list[Finding], example_reader: LocalReader
) -> None:
    graphs = list(example_reader.snapshot.graphs("base", "ontology", "illustrative"))
    asked, kinds = 0, set()
    for one in findings:
        if one.question is None or (one.kind == "data" and one.question.name not in SHOWN):
            continue
        if one.kind == "data" and one.question.name != "missing-data-of-territory":
            continue
        shown, told = compare(one, answer(example_reader, one, graphs))
        assert shown == told, (one.question, one.sentence["fr"])
        asked += 1
        kinds.add(one.kind)
    assert asked >= 20
    assert kinds == {"demand", "tie", "link", "access", "data"}


def test_sentences_are_said_in_both_languages(findings: list[Finding]) -> None:
    for one in findings:
        for language in ("fr", "en"):
            text = one.sentence[language]
            assert text[-1] == "."
            assert not re.search(r"\b(nan|inf)\b|  |-path|n\. d\.|n/a", text), text


def contradiction(one: Finding) -> str | None:
    """Say what in a finding goes against what stands above it: its kind is a lack; None where nothing does."""
    facts = one.facts
    for name in ("programmes", "seats", "shared", "interactions", "members_near"):
        other = {"members_near": "expected_members"}.get(name, f"expected_{name}")
        if name in facts and other in facts and one.p is not None:
            count = facts.get("seats", facts[name]) if name == "programmes" else facts[name]
            if not float(count or 0) < float(facts[other] or 0):
                return f"{name}: {count} of {facts[other]} expected"
    if one.strength is not None and not one.strength.value > 0:
        return f"a strength of {one.strength.value}"
    if one.kind == "access":
        told = facts["relative_access"]
        if not facts["residents_without"] and not (told is not None and float(told) < 1):
            return "nobody is without, and access is no less"
        if "supérieur" in one.sentence["fr"]:
            return "access is said to be higher"
    if one.kind == "tie" and one.strength is not None and "other_units" in facts:
        mine, others = int(facts["units"] or 0), int(facts["other_units"] or 0)
        without, lonely = (int(facts[f"{side}units_without_partner"] or 0) for side in ("", "other_"))
        if others and without * others <= lonely * mine:
            return "no more of its units are alone than elsewhere"
    if one.p is not None and float(facts["coverage"] or 0) < float(facts["coverage_needed"] or 1):
        return "tested under the threshold of coverage"
    return None


def test_no_finding_stands_under_a_title_that_it_contradicts(findings: list[Finding]) -> None:
    assert len(findings) > 50
    assert [(one.sentence["fr"], why) for one in findings if (why := contradiction(one))] == []


@pytest.mark.official
def test_no_finding_of_a_whole_graph_stands_under_a_title_that_it_contradicts() -> None:
    folder = os.environ.get("ANCRAGE_FULL_DATA")
    if not folder:
        pytest.skip("ANCRAGE_FULL_DATA names no data folder")
    with LocalReader.current(Path(folder)) as reader:
        matter = RegionView(
            reader, None, reader.snapshot.id
        )  # nothing is kept beside: the folder is only read
        ground = Gazetteer.of(matter)
        zones, groups = (sorted(one.id for one in ground.of_level(level)) for level in ("zone", "epci"))
        names = [*zones, *groups[:: max(1, len(groups) // 20)]]
        found = [(one.label, each) for one, report in gaps_of(matter, names) for each in report]
    assert len(zones) > 20 and len(found) > 10 * len(zones)
    wrong = [(place, one.sentence["fr"], why) for place, one in found if (why := contradiction(one))]
    assert wrong == []


def test_findings_of_an_area_are_said_of_the_area(findings: list[Finding]) -> None:
    areas = {one.subject.id for one in findings if one.scope in ("zone", "pool")}
    assert areas and all(one.startswith(("territory/zone/", "territory/bassin/")) for one in areas)
