"""Gaps, synergies and suggestions as portraits show them: plain words in both languages, kept as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...graph.findings.model import Finding, Report
from ...graph.region.view import RegionView
from ...words import languages
from ..labels.rule_words import PACKAGE_BASIS
from ..labels.typesetting import typeset
from ..web.negotiation import Language
from .short_words import short_sentence
from .words import (
    chance_words,
    evidence_words,
    interval,
    kind_words,
    kinds_of,
    path_words,
    question_words,
    strength_words,
)

EACH = 3
"""Findings of a kind that a portrait shows."""


def gaps(matter: RegionView, territory: str) -> Report:
    """Give the gaps of a territory (its path)."""
    from ...graph.gaps import gaps as find

    return find(matter, territory)


def synergies(matter: RegionView, territory: str) -> Report:
    """Give the synergies of a territory (its path)."""
    from ...graph.synergies import synergies as find

    return find(matter, territory)


def suggestions(matter: RegionView, territory: str) -> Report:
    """Give the suggestions to a territory (its path)."""
    from ...graph.suggestions import suggest

    return suggest(matter, territory)


ANALYSES: Mapping[str, Callable[[RegionView, str], Report]] = {
    "lacunes": gaps,
    "synergies": synergies,
    "suggestions": suggestions,
}
"""The analyses of a portrait, by the name of their block."""


def report_values(
    report: Report,
    each: int | None = None,
    basis: Callable[[str, Language, str], str] = PACKAGE_BASIS,
) -> dict[str, Any]:
    """Give a report as plain values, with at most `each` findings of a kind; `basis` as for `path_words`."""
    kinds = []
    for kind in kinds_of(report):
        found = report.of(kind)
        refused = [dict(one.words) for one in report.refusals if one.kind == kind]
        kinds.append(
            {
                "kind": kind,
                "name": {language: kind_words(kind, language) for language in languages()},
                "count": len(found),
                "findings": [_finding(one, basis) for one in (found if kind == "data" else found[:each])],
                "refused": refused,
            }
        )
    return {
        "title": dict(report.title),
        "snapshot": report.snapshot,
        "count": len(report),
        "kinds": kinds,
        "notes": [dict(note) for note in report.notes],
    }


def _typeset(words: Mapping[str, str]) -> dict[str, str]:
    """Write words as they are printed."""
    return {language: typeset(words[language], language) for language in languages() if language in words}


def _finding(one: Finding, basis: Callable[[str, Language, str], str]) -> dict[str, Any]:
    return {
        "sentence": _typeset(one.sentence),
        "short": _typeset(short_sentence(one)),
        "measure": dict(one.measure),
        "object": one.object.iri,
        "strength": {
            language: f"{strength_words(one, language)} {interval(one, language)}".strip()
            for language in languages()
        },
        "evidence": {language: evidence_words(one.evidence, language) for language in languages()},
        "scope": one.scope,
        "illustrative": bool(one.evidence.get("illustrative")),
        "chance": {language: chance_words(one, language) for language in languages()},
        "reasons": [
            {
                "words": _typeset(reason.words),
                "path": {language: path_words(reason.path, language, basis) for language in languages()},
            }
            for reason in one.reasons
        ],
        "question": one.question.name if one.question else "",
        "asked": dict(one.question.parameters) if one.question else {},
        "asked_words": question_words(one.question) if one.question else "",
        "methods": list(one.methods),
        "sources": list(one.sources),
    }
