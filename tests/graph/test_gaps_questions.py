"""The question of a finding shows the figures of the finding, on the example graph."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from ancrage.graph.findings import Finding
from ancrage.graph.gaps import gaps
from ancrage.graph.matter import Matter
from ancrage.graph.reader import LocalReader

from .gap_figures import SHOWN, answer, compare

TERRITORIES = ("200040715", "07", "38", "26", "242600534", "zone/8409", "38563", "region/84")


@pytest.fixture(scope="module")
def findings(example_reader: LocalReader) -> Iterator[list[Finding]]:
    """The findings of some territories of the example graph, illustrative ones included."""
    matter = Matter.of(example_reader, illustrative=True)
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
