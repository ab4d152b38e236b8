"""Reports of findings as notebooks show them, in the language of the locale: everything escaped, nothing fetched."""

from __future__ import annotations

from dataclasses import dataclass, fields
from html import escape
from math import isfinite

import polars as pl

from ...graph.findings.model import Finding, Report
from ...words import N_, gettext, number
from ...words.locales import language
from ..analysis.words import evidence_words
from .tabular import Tabular
from .views import MOST, more, terminal_table

_HEAD = (N_("Type"), N_("Force"), N_("Constat"), N_("Preuves"))
_SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("kind", "subject", "subject_iri", "object", "object_iri", "scope"), pl.String),
    **dict.fromkeys(("strength", "low", "high"), pl.Float64),
    "measure": pl.String,
    **dict.fromkeys(("p", "q"), pl.Float64),
    "distinct": pl.Boolean,
    **dict.fromkeys(("evidence", "sentence", "reasons", "query"), pl.String),
}


@dataclass(frozen=True, repr=False)
class ReportView(Report, Tabular):
    """A report that shows itself; iterating gives its findings, `frame` a flat row for each."""

    @property
    def frame(self) -> pl.DataFrame:
        """Findings as rows: kind, subject, object, strength with its interval, p and q, evidence, sentence, reasons."""
        return pl.DataFrame(self.rows(), schema=_SCHEMA)

    def __repr__(self) -> str:
        said = language()
        rows = [(one.kind, _strength(one), one.sentence[said]) for one in self.findings]
        rows += [(one.kind, "", one.words[said]) for one in self.refusals]
        return terminal_table(self.title[said], _HEAD[:3], rows, self.snapshot)

    def _repr_html_(self) -> str:
        return report_html(self)


def view_of(report: Report) -> ReportView:
    """Give a report that shows itself."""
    return ReportView(**{part.name: getattr(report, part.name) for part in fields(report)})


def report_html(report: Report) -> str:
    """Write a report as a table: kind, strength with its interval, sentence, evidence; then what was refused.

    >>> from ...graph.findings.model import Thing
    >>> report_html(Report({"fr": "Manques <b>", "en": ""}, Thing("x", "X"), ())).startswith("<p><b>Manques &lt;b&gt;")
    True
    """
    said = language()
    rows = "".join(_row(one) for one in report.findings[:MOST])
    parts = [f"<p><b>{escape(report.title[said])}</b></p>"]
    if rows:
        head = "".join(f"<th>{escape(words[said])}</th>" for words in _HEAD)
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
    if len(report) > MOST:
        parts.append(f"<p>{escape(more(len(report)))}.</p>")
    refused = "".join(f"<li>{escape(one.words[said])}</li>" for one in report.refusals)
    if refused:
        title = gettext("Ce qui n’a pas pu être calculé", said)
        parts.append(f"<p>{escape(title)}</p><ul>{refused}</ul>")
    parts.append(f"<p><small>{escape(f'publication {report.snapshot}')}</small></p>")
    return "".join(parts)


def _row(finding: Finding) -> str:
    said = language()
    cells = (finding.kind, _strength(finding), finding.sentence[said], evidence_words(finding.evidence, said))
    aligned = ("left", "right", "left", "left")
    return (
        "<tr>"
        + "".join(
            f'<td style="text-align:{side}">{escape(cell)}</td>'
            for cell, side in zip(cells, aligned, strict=True)
        )
        + "</tr>"
    )


def _strength(finding: Finding) -> str:
    strength, said = finding.strength, language()
    if strength is None:
        return ""
    low, high = (number(end, said, 3) if isfinite(end) else "∞" for end in (strength.low, strength.high))
    return f"{number(strength.value, said, 3)} [{low} – {high}]"
