"""Errors of the analysis in words, and as HTTP: the rows of the table in `problems` that only `/api/v1` needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...graph.analysis.uncertainty import BadTable, TooFewData
from ...graph.findings.model import Refusal, Report
from ...graph.region.names import SharedName, UnknownName
from ...graph.scenarios.assumptions import ScenarioError
from ...words import AncrageError
from ..labels.wording import first_capital


class NothingSaid(ValueError):  # noqa: N818
    """A report without findings, whose analyses were all refused for want of data; keeps the `refusals`."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(" ".join(dict.fromkeys(one.words["en"] for one in refusals)))
        self.refusals = refusals
        self.words = {
            "fr": " ".join(dict.fromkeys(one.words["fr"] for one in refusals)),
            "en": str(self),
        }


def checked(report: Report) -> Report:
    """Give a report that says something; raises NothingSaid for one in which everything was refused.

    >>> from ...graph.findings.model import Thing
    >>> refusal = Refusal("tie", {"fr": "Trop peu de liens.", "en": "Too few ties."})
    >>> checked(Report({"fr": "", "en": ""}, Thing("x", "X"), (), (refusal,)))
    Traceback (most recent call last):
    ancrage.api.errors.analysis_problems.NothingSaid: Too few ties.
    """
    if not report.findings and report.refusals:
        raise NothingSaid(report.refusals)
    return report


def in_french(error: Exception) -> str:
    """Say an error of the analysis in one French sentence.

    >>> in_french(UnknownName("territory", "grenobl", [("Grenoble", "https://w3id.org/ancrage/id/territory/commune/38185")]))
    'aucun territoire ne s’appelle « grenobl » ; vouliez-vous dire Grenoble (territory/commune/38185) ?'
    """
    if isinstance(error, AncrageError):
        return error.told("fr")
    words = getattr(error, "words", None)
    if words is not None:
        return str(words["fr"])
    if isinstance(error, TooFewData):
        return f"trop peu de données pour {error.measure} : il faut {error.needed} (trouvé : {error.found})."
    if isinstance(error, BadTable):
        place = ", ".join(part for part in (error.row, error.column) if part)
        return f"{error.measure} n’a pas de sens ici : {error.reason}" + (f" ({place})." if place else ".")
    return str(error)


def _unknown(title: str) -> Callable[[Any], dict[str, Any]]:
    return lambda e: {
        "title": title,
        "detail_fr": first_capital(in_french(e)),
        "kind": e.kind,
        "name": e.name,
        "nearest": [{"label": label, "iri": iri} for label, iri in e.nearest],
    }


ANALYSIS_PROBLEMS: Mapping[type[Exception], tuple[int, Callable[[Any], dict[str, Any]]]] = {
    UnknownName: (404, _unknown("No such name")),
    SharedName: (400, _unknown("Several have this name")),
    NothingSaid: (
        422,
        lambda e: {
            "title": "Too few data",
            "detail_fr": in_french(e),
            "refusals": [
                {"kind": one.kind, "reason": dict(one.words), "found": one.found, "needed": one.needed}
                for one in e.refusals
            ],
        },
    ),
    TooFewData: (
        422,
        lambda e: {
            "title": "Too few data",
            "detail_fr": first_capital(in_french(e)),
            "measure": e.measure,
            "found": e.found,
            "needed": e.needed,
        },
    ),
    BadTable: (
        422,
        lambda e: {
            "title": "The measure has no meaning here",
            "detail_fr": first_capital(in_french(e)),
            "measure": e.measure,
            "reason": e.reason,
        },
    ),
    ScenarioError: (
        400,
        lambda e: {"title": "The scenario does not make sense", "detail_fr": first_capital(in_french(e))},
    ),
}
"""From errors of the analysis to HTTP: the status, and what the problem tells beside its sentence."""
