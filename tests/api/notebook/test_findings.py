"""Reports, findings and tables in a notebook: small, escaped, nothing fetched."""

from __future__ import annotations

from dataclasses import replace

from ancrage.api.notebook.findings import view_of
from ancrage.graph.analysis import CountTable, Estimate
from ancrage.graph.findings.model import Finding, Reason, Refusal, Report, Step, Thing

HOSTILE = '<script src="//x">'
TOWN = Thing("territory/commune/38185", HOSTILE, "territory")


def finding() -> Finding:
    step = Step(TOWN, {"fr": HOSTILE, "en": ""}, TOWN, "documented")
    reason = Reason("distance", {"fr": HOSTILE, "en": ""}, (step,))
    words = {"fr": f"Manque {HOSTILE}", "en": ""}
    return Finding("demand", TOWN, TOWN, words, Estimate(2.5, 1.25, float("inf")), reasons=(reason,))


def test_a_report_shows_findings_and_refusals() -> None:
    refusal = Refusal("tie", {"fr": f"Trop peu {HOSTILE}", "en": ""})
    report = Report({"fr": HOSTILE, "en": ""}, TOWN, (finding(),), (refusal,), "s1")
    told = view_of(report)._repr_html_()
    assert "<script" not in told and "src=" not in told.replace("src=&quot;", "")
    assert told.count("<tr>") == 2
    assert "2,500 [1,250 – ∞]" in told
    assert "Trop peu &lt;script" in told
    many = replace(report, findings=(finding(),) * 60)
    assert "et 10 autres" in view_of(many)._repr_html_()


def test_a_table_shows_its_shape_and_cells() -> None:
    told = CountTable.dense([[2, 0], [1, 3]], ["a", HOSTILE], ["x", "y"])._repr_html_()
    assert told.startswith("<p>2 × 2 (row × column)</p>")
    assert "<script" not in told
