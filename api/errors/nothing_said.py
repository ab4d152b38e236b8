"""A report of which everything was refused, as an error."""

from __future__ import annotations

from ...graph.findings.model import Refusal, Report
from ...words import AncrageError, Said, Spoken


class NothingSaid(AncrageError, ValueError):  # noqa: N818
    """A report without findings, whose analyses were all refused for want of data; keeps the `refusals`."""

    code = "nothing-said"
    said_in = "en"

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(refusals)
        self.refusals = refusals

    @property
    def message(self) -> Spoken:
        """What is said: each refusal once."""
        return Said(_together, (self.refusals,))


def _together(refusals: tuple[Refusal, ...], language: str) -> str:
    return " ".join(dict.fromkeys(one.words[language] for one in refusals))


def check_report(report: Report) -> Report:
    """Give a report that says something; raises NothingSaid for one in which everything was refused.

    >>> from ...graph.findings.model import Thing
    >>> refusal = Refusal("tie", {"fr": "Trop peu de liens.", "en": "Too few ties."})
    >>> check_report(Report({"fr": "", "en": ""}, Thing("x", "X"), (), (refusal,)))
    Traceback (most recent call last):
    ancrage.api.errors.nothing_said.NothingSaid: Too few ties.
    """
    if not report.findings and report.refusals:
        raise NothingSaid(report.refusals)
    return report
