"""Values of indicators as files: CSV, CSV for French spreadsheets, workbook, JSON, each with where it comes from."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from ...graph.indicators.basis import basis_of
from ...graph.indicators.cube_rdf import indicator_iri
from ...graph.indicators.declaration import TOPICS, Indicator
from ...graph.region.firmness import counts_of
from ...words import N_, languages
from ..maps.atlas import Atlas
from ..reading.cube import COLUMNS, Selection
from ..render.csvw import Origin
from ..render.files import WRITTEN, table_file
from ..web.negotiation import DATA, Language, Representation
from .words import dates_words, evidence_words, formula_words, unplaced_words

FILES = (*WRITTEN, DATA)
"""What values can be written as."""


def describe(one: Indicator, atlas: Atlas) -> dict[str, Any]:
    """Tell what an indicator is and what it rests on, as plain values."""
    indicators = atlas.cube.indicators
    basis = basis_of(atlas.matter, one, indicators)
    return {
        "id": one.id,
        "iri": indicator_iri(one.id),
        "title": dict(one.title),
        "definition": dict(one.definition),
        "topic": {"id": one.topic, **TOPICS[one.topic]},
        "unit": one.unit,
        "unit_label": dict(one.unit_label),
        "formula": {"name": one.formula, "options": dict(one.options)}
        | {tag: formula_words(one, indicators, tag) for tag in languages()},
        "limits": dict(one.limits),
        "sources": list(one.sources),
        "data": {"as_of": basis.as_of, "dates": {each.name: each.date for each in basis.sources}}
        | {"items": basis.items, "unplaced": basis.unplaced},
        "frequency": one.frequency,
        "minimum": one.minimum or None,
        "levels": list(one.levels),
        "dimension": one.dimension,
        "evidence": one.evidence,
        "facts": counts_of(one.facts),
        "illustrative": one.illustrative,
        "people": one.people,
        "companies": one.companies,
    }


def write_values(
    found: Selection,
    chosen: Representation,
    said: Language,
    atlas: Atlas,
    address: str,
    origin: Origin,
) -> bytes:
    """Write chosen values in a format; raises SheetTooSmall."""
    rows, one, indicators = found.rows(), found.indicator, atlas.cube.indicators
    if chosen == DATA:
        told = {
            "indicator": describe(one, atlas),
            "level": found.level,
            "within": found.within,
            "period": found.period,
            "group": found.by,
            "snapshot": atlas.matter.snapshot,
            "values": list(rows),
        }
        return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"
    basis = basis_of(atlas.matter, one, indicators)
    about = {
        N_("Indicateur"): one.title[said],
        N_("Définition"): one.definition[said],
        N_("Calcul"): formula_words(one, indicators, said),
        N_("Limites"): one.limits.get(said, ""),
        N_("Unité"): one.unit_label.get(said, one.unit),
        N_("Sources"): dates_words(basis, said),
        N_("Sans lieu"): unplaced_words(one, basis, said),
        N_("Preuve"): evidence_words(one, said),
        N_("Territoires"): f"{found.level}, {found.label}",
        N_("Publication"): atlas.matter.snapshot,
        N_("Adresse"): address,
    }
    origin = replace(origin, sources=one.sources)
    return table_file(rows, chosen, about, said, columns=COLUMNS, origin=origin)
