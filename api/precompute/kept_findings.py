"""Findings of a territory kept beside the snapshot: gaps, synergies and suggestions, whole, as plain values."""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from ...graph.findings.model import Report
from ...graph.region.view import RegionView
from ...words import languages
from ..analysis.portrait_findings import ANALYSES, report_values
from ..labels.rule_words import PACKAGE_BASIS, BasisWords
from ..web.negotiation import Language
from ..web.page_cache import package_time

log = logging.getLogger(__name__)

Findings = Mapping[str, Any]


def kept_findings(matter: RegionView, territory: str) -> Findings:
    """Give the findings of a territory (its path), by the name of their block, kept once computed.

    An analysis that fails says so: its block has the key "failed". Code that changed computes them again, and so does
    the quality of suggestions once it is measured.
    """
    from ...graph.suggestions.trust import pending

    state = "hurried" if pending(matter) else "measured"
    key = f"findings 3 {territory} {matter.within} {matter.illustrative} {state} {package_time().isoformat()}"

    def make() -> pl.DataFrame:
        text = json.dumps(_computed(matter, territory), ensure_ascii=False)
        return pl.DataFrame({"findings": [zlib.compress(text.encode())]})

    found: Findings = json.loads(zlib.decompress(matter.kept(key, make)["findings"][0]))
    return found


def brief(findings: Findings, each: int) -> dict[str, Any]:
    """Give findings with at most `each` of a kind, and without their flat rows.

    >>> brief({"lacunes": {"rows": {}, "kinds": [{"count": 2, "findings": ["a", "b"]}]}}, 1)
    {'lacunes': {'kinds': [{'count': 2, 'findings': ['a']}]}}
    """
    return {
        name: {"failed": True}
        if report.get("failed")
        else {key: value for key, value in report.items() if key != "rows"}
        | {"kinds": [{**kind, "findings": kind["findings"][:each]} for kind in report["kinds"]]}
        for name, report in findings.items()
    }


def plain_report(
    report: Report, basis: Callable[[str, Language, str], str] = PACKAGE_BASIS
) -> dict[str, Any]:
    """Give a report as plain values: what portraits show, what is distinct from chance, the kind of each reason, flat rows."""
    made = report_values(report, basis=basis)
    for kind in made["kinds"]:
        for one, finding in zip(kind["findings"], report.of(kind["kind"]), strict=True):
            one["distinct"] = finding.distinct
            for reason, known in zip(one["reasons"], finding.reasons, strict=True):
                reason["kind"] = known.kind
    made["rows"] = {language: report.rows(language) for language in languages()}
    return made


def _computed(matter: RegionView, territory: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    basis = matter.once(_rules)
    for name, analysis in ANALYSES.items():
        try:
            made[name] = plain_report(analysis(matter, territory), basis)
        except Exception:
            log.exception("%s of %s failed", name, territory)
            made[name] = {"failed": True, "kinds": [], "notes": []}
    return made


def _rules(matter: RegionView) -> BasisWords:
    return BasisWords.of(matter.frame("chain-rules"), matter.frame("sources"))
