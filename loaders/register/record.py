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


@dataclass(frozen=True, order=True)
class Link:
    """A record that is of a body, by a rule, with its confidence (0 to 1, of `CONFIDENCE`); `why` is what agreed."""

    record: str
    body: str
    rule: str
    confidence: float
    why: str


CONFIDENCE: Mapping[str, float] = {
    "decision": 1.0, "identifier": 1.0, "name": 0.98, "number": 0.97, "centre": 0.96, "name-place": 0.95, "segment": 0.94,
    "acronym": 0.93, "core": 0.95,
}  # fmt: skip
"""By rule, the lower bound at 95 % of the precision that `benchmarks/linkage.py` measures on the partners of the ANR."""
