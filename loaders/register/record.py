"""What is linked, and what a link says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """What one or more sources say of one identifier.

    Attributes:
        id: path of the identifier, « organization/… ».
        names: names, the one of the first source first.
        acronyms: short names.
        identifiers: « scheme:value », check digits checked.
        former: identifiers that it had, or that those it has succeeded had.
        is_observed: whether a source gives figures of it, as accounts: those of two bodies are not of one.
        is_closed: whether its RNSR number is of no active unit: a unit that took its name has succeeded it.
        group: "company", "public", "unit" or, where nothing tells, "".
        country: two letters, or nothing.
        places: paths of communes.
        numbers: numbers of a research unit, as `UMR 5525`.
    """

    id: str
    names: tuple[str, ...]
    acronyms: tuple[str, ...] = ()
    identifiers: frozenset[str] = frozenset()
    group: str = ""
    country: str = ""
    places: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    former: frozenset[str] = frozenset()
    is_observed: bool = False
    is_closed: bool = False

    @property
    def is_school(self) -> bool:
        """Whether it is a doctoral school: it bears the name of a field, and is no unit and no body."""
        return any(one.startswith("ed:") for one in self.identifiers)


@dataclass(frozen=True, order=True)
class Link:
    """A record that is of a body, by a rule, with its confidence (0 to 1, of `CONFIDENCE`); `why` is what agreed."""

    record: str
    body: str
    rule: str
    confidence: float
    why: str


CONFIDENCE: Mapping[str, float] = {
    "decision": 1.0, "identifier": 1.0, "name": 0.98, "number": 0.98, "core": 0.97, "centre": 0.96, "acronym": 0.96,
    "name-place": 0.93, "segment": 0.88,
}  # fmt: skip
"""By rule, the lower bound at 95 % of the precision that `benchmarks/linkage.py` measures on the partners of the ANR."""
