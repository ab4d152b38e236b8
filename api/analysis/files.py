"""Reports as files: CSV, CSV for French spreadsheets, workbooks, JSON, RDF."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from ...graph.findings.model import Finding, Refusal, Report
from ...graph.findings.rdf import to_rdf
from ...graph.sparql.results import Iri, Rows, Value
from ...words import N_, Spoken
from ..labels.columns import columns_of
from ..render.csvw import Origin
from ..render.files import WRITTEN, table_file
from ..render.rdf_document import write_rdf
from ..web.negotiation import DATA, JSON_LD, N_TRIPLES, TURTLE, Language, Representation
from .words import path_words, question_words

FORMATS = (DATA, *WRITTEN, TURTLE, JSON_LD, N_TRIPLES)
"""What a report can be written as; the first is given to who asks for nothing."""

_COLUMNS = columns_of("findings")
_WHY = ("reasons", "paths", "query", "methods", "sources", "snapshot")


def to_rows(reports: Sequence[Report], language: Language = "fr", *, why: bool = True) -> Rows:
    """Give reports as rows: a row a finding, then a row a refusal, which has no figure; `why` adds where they come from.

    >>> from ...graph.findings.model import Thing
    >>> report = Report({"fr": "", "en": ""}, Thing("x", "X"), (), (Refusal("tie", {"fr": "Trop peu.", "en": "Few."}),))
    >>> list(to_rows([report], why=False))[0]["refused"]
    True
    """
    rows: list[list[Value]] = []
    columns = [name for name in _COLUMNS if why or name not in _WHY]
    for report in reports:
        told = [{**_finding(one, language), "refused": False} for one in report.findings]
        told += [{**_refusal(report, one, language), "refused": True} for one in report.refusals]
        rows += [[{**row, "snapshot": report.snapshot}.get(name) for name in columns] for row in told]
    return Rows(columns, rows)


def _finding(finding: Finding, language: Language) -> dict[str, Value]:
    row: dict[str, Value] = finding.row(language)
    row |= {name: Iri(str(row[name])) for name in ("subject_iri", "object_iri")}
    paths = [line for reason in finding.reasons for line in path_words(reason.path, language)]
    return row | {
        "paths": " | ".join(paths),
        "query": question_words(finding.question) if finding.question else None,
        "methods": ", ".join(finding.methods),
        "sources": ", ".join(finding.sources),
    }


def _refusal(report: Report, refusal: Refusal, language: Language) -> dict[str, Value]:
    subject = report.subject
    return {
        "kind": refusal.kind,
        "subject": subject.named(language),
        "subject_iri": Iri(subject.iri),
        "sentence": refusal.words[language],
    }


def write(
    reports: Sequence[Report],
    chosen: Representation,
    language: Language = "fr",
    *,
    why: bool = True,
    many: bool = False,
    origin: Origin | None = None,
) -> bytes:
    """Write reports in a format; JSON is an object, or a list where `many`. Raises SheetTooSmall."""
    if chosen == DATA:
        told = [report.to_dict() for report in reports]
        return json.dumps(told if many else told[0], ensure_ascii=False, indent=1).encode() + b"\n"
    if chosen in (TURTLE, JSON_LD, N_TRIPLES):
        triples = list(dict.fromkeys(triple for report in reports for triple in to_rdf(report)))
        return write_rdf(triples, chosen)
    rows, about = to_rows(reports, language, why=why), _about(reports, language)
    if origin is not None:
        read = dict.fromkeys(name for one in reports for finding in one.findings for name in finding.sources)
        origin = replace(origin, sources=list(read) or None)
    return table_file(rows, chosen, about, language, columns=_COLUMNS, origin=origin)


def _about(reports: Sequence[Report], language: Language) -> dict[Spoken, str]:
    first = reports[0]
    return {
        N_("Analyse"): first.title[language] if len(reports) == 1 else "",
        N_("Territoires"): str(len(reports)) if len(reports) > 1 else "",
        N_("Paramètres"): ", ".join(f"{key}={value}" for key, value in first.parameters.items()),
        N_("Scénario"): first.scenario or "",
        N_("Publication"): first.snapshot,
        N_("À savoir"): " ".join(dict.fromkeys(note[language] for one in reports for note in one.notes)),
    }
