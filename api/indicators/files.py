"""Values of indicators as files: CSV, CSV for French spreadsheets, workbook, JSON, each with where it comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...graph.indicators.cube_rdf import indicator_iri
from ...graph.indicators.declaration import TOPICS, Indicator
from ...graph.results import to_csv, to_csv_fr
from ..analysis.files import JSON
from ..indicator_reading import Selection
from ..negotiation import CSV, CSV_FR, XLSX, Language, Representation
from ..spreadsheets import to_xlsx
from .words import formula_words

FILES = (CSV, CSV_FR, XLSX, JSON)
"""What values can be written as."""


def describe(one: Indicator, indicators: Mapping[str, Indicator]) -> dict[str, Any]:
    """Tell what an indicator is, as plain values."""
    return {
        "id": one.id,
        "iri": indicator_iri(one.id),
        "title": dict(one.title),
        "definition": dict(one.definition),
        "topic": {"id": one.topic, "fr": TOPICS[one.topic][0], "en": TOPICS[one.topic][1]},
        "unit": one.unit,
        "unit_label": dict(one.unit_label),
        "formula": {"name": one.formula, "options": dict(one.options)}
        | {tag: formula_words(one, indicators, tag) for tag in ("fr", "en")},
        "limits": dict(one.limits),
        "sources": list(one.sources),
        "frequency": one.frequency,
        "minimum": one.minimum or None,
        "levels": list(one.levels),
        "dimension": one.dimension,
        "illustrative": one.illustrative,
        "people": one.people,
        "companies": one.companies,
    }


def write_values(
    found: Selection,
    chosen: Representation,
    said: Language,
    snapshot: str,
    address: str,
    indicators: Mapping[str, Indicator],
) -> bytes:
    """Write chosen values in a format; raises SheetTooSmall."""
    rows, one = found.rows(), found.indicator
    if chosen == JSON:
        told = {
            "indicator": describe(one, indicators),
            "level": found.level,
            "within": found.within,
            "period": found.period,
            "group": found.by,
            "snapshot": snapshot,
            "values": list(rows),
        }
        return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"
    if chosen != XLSX:
        return to_csv_fr(rows) if chosen == CSV_FR else to_csv(rows)
    about = {
        ("Indicateur", "Indicator"): one.title[said],
        ("Définition", "Definition"): one.definition[said],
        ("Calcul", "Computation"): formula_words(one, indicators, said),
        ("Limites", "Limits"): one.limits.get(said, ""),
        ("Unité", "Unit"): one.unit_label.get(said, one.unit),
        ("Sources", "Sources"): ", ".join(one.sources),
        ("Territoires", "Territories"): f"{found.level}, {found.label}",
        ("Publication", "Publication"): snapshot,
        ("Adresse", "Address"): address,
    }
    return to_xlsx(rows, {pair[said == "en"]: text for pair, text in about.items() if text})
