"""Findings as rows and as plain values, and p-values corrected for their number."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from ancrage.api.analysis.words import kinds_of
from ancrage.graph.analysis import benjamini_hochberg
from ancrage.graph.analysis.uncertainty import Estimate, TooFewData
from ancrage.graph.findings.model import (
    Finding,
    Question,
    Reason,
    Refusal,
    Report,
    Step,
    Thing,
)
from hypothesis import given
from hypothesis import strategies as st

TOWN = Thing("territory/epci/1", "Pays d’ici", "territory")
LAB = Thing("organization/lab", "Laboratoire", "unit")
FINDING = Finding(
    "tie",
    TOWN,
    LAB,
    {"fr": "Aucun lien connu.", "en": "No known tie."},
    Estimate(0.5, 0.1, 0.8),
    {"fr": "écart", "en": "gap"},
    evidence={"inferred": 1, "documented": 3},
    facts={"expected": math.nan, "observed": 0},
    reasons=(
        Reason(
            "distance",
            {"fr": "à 12 km", "en": "12 km away"},
            (Step(TOWN, {"fr": "est près de", "en": "is near"}, LAB, "inferred", year=2020),),
        ),
    ),
    question=Question("units-without-local-tie", {"territory": "epci/1"}),
)


def test_everything_of_a_report_is_plain_json() -> None:
    report = Report(
        {"fr": "Manques", "en": "Gaps"},
        TOWN,
        (FINDING,),
        (
            Refusal.of(
                "access",
                TooFewData("access", "are 2", "at least 5"),
                {"fr": "Trop peu de lieux.", "en": "Too few places."},
            ),
        ),
    )
    told = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    found = told["findings"][0]
    assert found["subject"] == {
        "id": "territory/epci/1",
        "iri": "https://w3id.org/ancrage/id/territory/epci/1",
        "label": "Pays d’ici",
        "kind": "territory",
    }
    assert found["facts"] == {"expected": None, "observed": 0}
    assert found["scope"] == "territory" == FINDING.row()["scope"]
    assert found["reasons"][0]["path"][0]["object"]["label"] == "Laboratoire"
    assert told["refusals"][0]["needed"] == "at least 5"


def test_kinds_are_told_by_what_is_established_and_missing_data_last() -> None:
    words = {"fr": "x", "en": "x"}
    kinds = [replace(FINDING, kind=kind, distinct=kind == "access") for kind in ("data", "link", "access")]
    refused = [Refusal("demand", words, "none", "some"), Refusal("link", words, "none", "some")]
    assert kinds_of(Report(words, TOWN, (*kinds,), (*refused,))) == ["access", "link", "demand", "data"]


def test_a_row_is_flat_and_in_its_language() -> None:
    row = FINDING.row("en")
    assert (row["sentence"], row["measure"], row["reasons"]) == ("No known tie.", "gap", "12 km away")
    assert (row["strength"], row["low"], row["high"]) == (0.5, 0.1, 0.8)
    assert row["evidence"] == "documented: 3; inferred: 1"
    assert all(value is None or isinstance(value, str | int | float) for value in row.values())


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_corrected_p_values_are_the_definition(values: list[float]) -> None:
    n = len(values)
    order = sorted(values)
    for value, found in zip(values, benjamini_hochberg(values), strict=True):
        plain = min(p * n / (rank + 1) for rank, p in enumerate(order) if p >= value)
        assert found == pytest.approx(min(1.0, plain))
