"""Differences of figures before and after a scenario, as values that every face shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...words import N_
from ..findings.model import Finding, Question, Reason, Report, Thing, Words
from .assumptions import Assumption, Scenario
from .figures import Figure
from .values import Value, differ


@dataclass(frozen=True)
class Effect:
    """What one assumption changed a figure by (None: a value is not known), with the assumption in words."""

    assumption: Assumption
    words: Words
    difference: float | None


@dataclass(frozen=True)
class Difference:
    """A figure of a territory before and after a scenario; `parts` are the values of territories that merged into it."""

    figure: Figure
    territory: Thing
    before: Value
    after: Value
    effects: tuple[Effect, ...]
    sentence: Words
    parts: tuple[tuple[Thing, Value], ...] = ()

    @property
    def difference(self) -> float | None:
        """After less before; None where one of them is not known."""
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value

    @property
    def changed(self) -> bool:
        """Whether the figure is another one, or known where it was not."""
        return differ(self.before, self.after)

    def finding(self) -> Finding:
        """Give the difference as a finding, as other analyses give theirs."""
        figure = self.figure
        status = {"before_status": self.before.status, "after_status": self.after.status}
        facts = {
            "before": self.before.value,
            "after": self.after.value,
            "difference": self.difference,
            **status,
        }
        return Finding(
            kind="difference",
            subject=self.territory,
            object=Thing.of(f"indicator/{figure.id}", figure.label, "indicator"),
            sentence=self.sentence,
            measure=figure.measure,
            evidence=self.after.evidence,
            facts=facts,
            reasons=tuple(Reason("assumption", one.words, weight=one.difference) for one in self.effects),
            question=_question(figure, self.territory),
            methods=figure.methods,
        )

    def row(self, language: str = "fr") -> dict[str, Any]:
        """Give one flat row for a table or a spreadsheet."""
        return {
            "territory": self.territory.label,
            "territory_iri": self.territory.iri,
            "figure": self.figure.id,
            "label": self.figure.label[language],
            "before": self.before.value,
            "before_status": self.before.status,
            "after": self.after.value,
            "after_status": self.after.status,
            "difference": self.difference,
            "causes": " | ".join(one.words[language] for one in self.effects),
            "sentence": self.sentence[language],
        }


@dataclass(frozen=True)
class Comparison:
    """What a scenario changes: `differences` of the territories named (all figures) and touched (figures that change).

    `losses` tells what relays that close take away from all intercommunalities. `scenario` is resolved, `words` says each
    of its assumptions; `named` and `touched` are territories, `snapshot` and `parameters` what it was computed of.
    """

    scenario: Scenario
    differences: tuple[Difference, ...]
    named: tuple[Thing, ...]
    touched: tuple[Thing, ...]
    snapshot: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    illustrative: bool = False
    notes: tuple[Words, ...] = ()
    losses: tuple[Finding, ...] = ()
    words: tuple[Words, ...] = ()

    def __iter__(self) -> Iterator[Difference]:
        return iter(self.differences)

    def __len__(self) -> int:
        return len(self.differences)

    def of(self, territory: str, figure: str) -> Difference:
        """Find the difference of a figure of a territory (its path or label); raises LookupError."""
        for one in self.differences:
            if one.figure.id == figure and territory in (one.territory.id, one.territory.label):
                return one
        raise LookupError(f"{territory} has no figure « {figure} » in this comparison")

    def changed(self) -> tuple[Difference, ...]:
        """List the differences that are not zero."""
        return tuple(one for one in self.differences if one.changed)

    def report(self) -> Report:
        """Give the comparison as a report of findings, as other analyses are reported; figures that change come first."""
        ordered = sorted(self.differences, key=lambda one: not one.changed)
        return Report(
            title=N_("Scénario : {words}", words=self.scenario.words),
            subject=Thing(f"scenario/{self.scenario.name}", self.scenario.label, "scenario"),
            findings=(*self.losses, *(one.finding() for one in ordered)),
            snapshot=self.snapshot,
            parameters=self.parameters,
            illustrative=self.illustrative,
            scenario=self.scenario.name,
            notes=self.notes,
        )

    def rows(self, language: str = "fr") -> list[dict[str, Any]]:
        """Give the differences as flat rows."""
        return [one.row(language) for one in self.differences]

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain JSON values."""
        told = self.report().to_dict()
        return {**told, "assumptions": [one.to_dict() for one in self.scenario.assumptions]}


def _question(figure: Figure, territory: Thing) -> Question | None:
    """Name the question that shows the figure as it is: of published indicators alone."""
    if figure.of_scenarios:
        return None
    return Question(
        "computed-indicators-of-territory", {"territory": territory.id.removeprefix("territory/")}
    )
