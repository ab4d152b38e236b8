"""What an analysis finds, in words and figures: findings with their evidence, and refusals with their reason.

Every face (Python, command line, HTTP, RDF, pages) shows these objects; none computes anything again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from math import isfinite
from typing import Any

from ...ontology.vocabulary import ID
from ...words import Named
from ..analysis.uncertainty import Estimate, TooFewData

Words = Mapping[str, str]
"""A sentence, by language."""


@dataclass(frozen=True)
class Thing:
    """What a finding speaks of: the path of its IRI, its French `label`, and its `kind` ("territory", "unit", "family"…).

    `english` is the English name of a concept that has one.
    """

    id: str
    label: str
    kind: str = ""
    english: str = field(default="", compare=False)

    @classmethod
    def of(cls, id: str, name: Words, kind: str = "") -> Thing:
        """Give a thing that has a name in each language."""
        return cls(id, name["fr"], kind, name["en"])

    def named(self, language: str) -> str:
        """Name it in a language.

        >>> chain = Thing("value-chain/timber-construction", "bois-construction", "chain", "timber construction")
        >>> chain.named("en"), Thing("territory/region/84", "Auvergne-Rhône-Alpes").named("en")
        ('timber construction', 'Auvergne-Rhône-Alpes')
        """
        return self.name[language]

    @property
    def name(self) -> Named:
        """Its name, to be said in the language of a sentence."""
        return Named(self.label, self.english or None)

    @property
    def iri(self) -> str:
        """The IRI.

        >>> Thing("territory/epci/200040715", "Grenoble-Alpes-Métropole").iri
        'https://w3id.org/ancrage/id/territory/epci/200040715'
        """
        return self.id if "://" in self.id else ID + self.id


@dataclass(frozen=True)
class Step:
    """One tie of a path: `subject` — `relation` (words) → `object`, with its evidence status and its source."""

    subject: Thing
    relation: Words
    object: Thing
    evidence: str = "documented"
    source: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class Reason:
    """Why a finding stands: its `kind` ("precedent", "chain", "field", "distance", "relay", "mode"…), words, and a path."""

    kind: str
    words: Words
    path: tuple[Step, ...] = ()
    weight: float | None = None


@dataclass(frozen=True)
class Question:
    """The named question that a finding rests on, as anyone can ask it again."""

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One gap, synergy or suggestion.

    `kind` is its kind ("demand", "tie", "link", "access", "data"; "partners", "complementarity"…), `subject` whom
    it concerns and `object` what is at stake. `strength` has its interval and its `measure` its name and unit;
    `p` is the chance of as much by chance alone, `q` that corrected for the number of findings looked at (None: not
    tested), and `distinct` tells whether chance is ruled out at the report's level (None: nothing to test). `evidence`
    counts the facts used by evidence status, `facts` are the figures of the sentence, `methods` the functions used.
    `scope` tells whose the figures are: the "territory"'s own, or those of its whole employment "zone" or labour "pool"
    (the same for all its communes), of what lies "around" it and not in it, or of all that is read ("everywhere").
    """

    kind: str
    subject: Thing
    object: Thing
    sentence: Words
    strength: Estimate | None = None
    measure: Words = field(default_factory=dict)
    p: float | None = None
    q: float | None = None
    distinct: bool | None = None
    evidence: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, float | int | str | None] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    question: Question | None = None
    methods: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    scope: str = "territory"

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain JSON values; things become {id, iri, label, kind}, with `english` where they have it."""
        made: dict[str, Any] = _plain(self)
        return made

    def row(self, language: str = "fr") -> dict[str, Any]:
        """Give one flat row for a table or a spreadsheet."""
        strength = self.strength
        return {
            "kind": self.kind,
            "subject": self.subject.named(language),
            "subject_iri": self.subject.iri,
            "object": self.object.named(language),
            "object_iri": self.object.iri,
            "scope": self.scope,
            "strength": strength.value if strength else None,
            "low": strength.low if strength else None,
            "high": strength.high if strength else None,
            "measure": self.measure.get(language),
            "p": self.p,
            "q": self.q,
            "distinct": self.distinct,
            "evidence": "; ".join(f"{name}: {n}" for name, n in sorted(self.evidence.items())),
            "sentence": self.sentence[language],
            "reasons": " | ".join(reason.words[language] for reason in self.reasons),
            "query": self.question.name if self.question else None,
        }


@dataclass(frozen=True)
class Refusal:
    """What could not be said: the `kind` it concerns, the reason in words, what was found and what is needed, `about` what."""

    kind: str
    words: Words
    found: str = ""
    needed: str = ""
    about: str = ""

    @classmethod
    def of(cls, kind: str, error: TooFewData, words: Words) -> Refusal:
        """Tell a refusal of a method."""
        return cls(kind, words, error.found, error.needed)


@dataclass(frozen=True)
class Report:
    """Findings about one subject, the strongest first, with what was refused and where they come from.

    `snapshot` and `parameters` tell what was asked of what; `scenario` the scenario, if any; `level` the level of
    the intervals and tests; `notes` what a reader must know of all findings.
    """

    title: Words
    subject: Thing
    findings: tuple[Finding, ...]
    refusals: tuple[Refusal, ...] = ()
    snapshot: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    illustrative: bool = False
    scenario: str | None = None
    level: float = 0.95
    notes: tuple[Words, ...] = ()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def of(self, kind: str) -> tuple[Finding, ...]:
        """List the findings of one kind."""
        return tuple(one for one in self.findings if one.kind == kind)

    def rows(self, language: str = "fr") -> list[dict[str, Any]]:
        """Give the findings as flat rows."""
        return [one.row(language) for one in self.findings]

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain JSON values."""
        made: dict[str, Any] = _plain(self)
        return made


def _plain(value: object) -> Any:
    if isinstance(value, Thing):
        english = {"english": value.english} if value.english else {}
        return {"id": value.id, "iri": value.iri, "label": value.label, "kind": value.kind, **english}
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, str | int) or value is None:
        return value
    if is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, Iterable):
        return [_plain(one) for one in value]
    raise TypeError(f"{value!r} is no plain value")
