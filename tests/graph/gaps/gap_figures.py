"""What the question of a finding answers, beside the figures of the finding."""

from __future__ import annotations

import csv
import io

from ancrage.graph.findings.model import Finding
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.ontology.vocabulary import ANC, ID
from ancrage.queries.library import Library

Row = dict[str, str]

#: Of each question: the column that tells which row is the finding's, and the figures that columns show.
SHOWN: dict[str, tuple[str, dict[str, str]]] = {
    "territory-hirings-and-training": (
        "family",
        {
            "plans": "plans",
            "difficultPlans": "difficult_plans",
            "cells": "cells",
            "suppressedCells": "suppressed_cells",
            "programmes": "programmes",
        },
    ),
    "territory-jobs-and-training": (
        "sector",
        {"jobs": "jobs", "missingCells": "missing_cells", "programmes": "programmes"},
    ),
    "territory-requests-without-answer": ("family", {"requests": "requests", "interactions": "interactions"}),
    "fields-near-territory": (
        "field",
        {"units": "units", "interactions": "interactions", "shared": "shared"},
    ),
    "territory-interactions-with-research": ("type", {"interactions": "interactions"}),
    "chain-links-near-territory": (
        "stage",
        {"membersNear": "members_near", "membersInRegion": "members_in_region"},
    ),
    "supply-near-territory": (
        "kind",
        {"supplies": "supplies_near", "residents": "residents", "residentsWithout": "residents_without"},
    ),
    "missing-data-of-territory": ("what", {"missing": "missing", "of": "of"}),
}


def answer(reader: LocalReader, finding: Finding, graphs: list[str] | None) -> list[Row]:
    """Ask the question of a finding."""
    assert finding.question is not None
    text = Library()[finding.question.name].bind(**finding.question.parameters)
    body = reader.query(text, accept="csv", default_graphs=graphs).body
    return list(csv.DictReader(io.StringIO(body.decode())))


def compare(finding: Finding, rows: list[Row]) -> tuple[dict[str, float], dict[str, float]]:
    """Give the figures that the answer shows and those of the finding, by name."""
    assert finding.question is not None
    name, facts = finding.question.name, finding.facts
    if name == "units-without-local-tie":
        found = len({row["unit"] for row in rows})
        return {"units": float(found)}, {"units": float(facts["units_without_partner"] or 0)}
    if name == "chain-links-without-academic":
        return {"stages": float(len(rows))}, {"stages": float(facts["stages_without"] or 0)}
    if name == "fields-near-territory" and "shared" in facts and "interactions" not in facts:
        return {"shared": sum(float(row["shared"]) for row in rows)}, {"shared": float(facts["shared"] or 0)}
    if name == "territory-hirings-and-training" and "families" in facts:
        named = {reason.words["fr"].rsplit(" : ", 1)[0] for reason in finding.reasons}
        told = [row for row in rows if row["familyLabel"] in named]
        assert all(row["programmes"] == "0" for row in told)
        shown = {"plans": sum(float(row["plans"]) for row in told), "families": float(len(told))}
        return shown, {one: float(facts[one] or 0) for one in shown}
    column, columns = SHOWN[name]
    wanted = {
        "stage": ID + str(facts.get("stage")),
        "type": ANC + "Interaction",
        "what": str(facts.get("what")),
        "kind": ANC + "ResearchUnit" if finding.object.id.startswith("actor-type") else finding.object.iri,
    }.get(column, finding.object.iri)
    chosen = [row for row in rows if row[column] == wanted]
    if column == "stage":
        chosen = [row for row in chosen if row["function"] == ID + str(facts["function"])]
    [row] = chosen
    shown = {fact: float(row[column]) for column, fact in columns.items() if row[column]}
    return shown, {fact: float(facts[fact] or 0) for fact in shown}
