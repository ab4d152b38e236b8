"""Things of a few classes, read whole from the graph: all that is said of each, by property."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Request

from ...graph.region.text import fold
from ...ontology.vocabulary import ID
from ..web.links import local_name
from ..web.negotiation import Language
from ..web.query_texts import bound, question
from .publication import service_of
from .solutions import Reading, Row

ILLUSTRATIVE = "illustrative"


@dataclass(frozen=True)
class Thing:
    """A thing that the graph describes: its path, and what is said of it by property, without the beginning of IRIs."""

    path: str
    facts: Mapping[str, Sequence[str]]

    def all(self, name: str) -> Sequence[str]:
        """Give the values of a property, in order."""
        return self.facts.get(name, ())

    def one(self, name: str) -> str:
        """Give the first value of a property; "" without any."""
        return next(iter(self.all(name)), "")

    def number(self, name: str) -> float | None:
        """Give a value that is a number; None without any."""
        with suppress(ValueError):
            return float(self.one(name))
        return None

    def day(self, name: str) -> date | None:
        """Give a value that is a date; None without any."""
        with suppress(ValueError):
            return date.fromisoformat(self.one(name)[:10])
        return None

    @property
    def year(self) -> int | None:
        """Its year, or that of its first day."""
        told = (self.one("year") or self.one("startDate"))[:4]
        return int(told) if told.isdigit() else None

    @property
    def evidence(self) -> str:
        """The evidence status of what is said."""
        return local_name(self.one("evidenceStatus")) if self.one("evidenceStatus") else "documented"

    @property
    def source(self) -> str:
        """The short names of its sources."""
        return ", ".join(sorted(path.removeprefix("source/") for path in self.all("hadPrimarySource")))

    @property
    def order(self) -> tuple[Any, ...]:
        """Its place among others: by its number as people count (« 2 » before « 10 »), then by its path."""
        number = self.one("notation")
        parts = [
            (not one.isdigit(), int(one) if one.isdigit() else 0, one)
            for one in re.findall(r"[0-9]+|[^\W\d]+", number)
        ]
        return (not number, parts, self.path)


@dataclass(frozen=True)
class Things:
    """Things of a few classes by path, and how a page names them, in its language."""

    things: Mapping[str, Thing]
    reading: Reading
    language: Language

    def of_class(self, name: str) -> list[Thing]:
        """List the things of a class, those of sources before examples, by name."""
        found = (one for one in self.things.values() if name in map(local_name, one.all("type")))
        return sorted(
            found, key=lambda one: (one.evidence == ILLUSTRATIVE, fold(self.name(one.path)), one.path)
        )

    def name(self, path: str) -> str:
        """Name a thing; "" for nothing."""
        return self.reading.label(full_iri(path)) if path else ""

    def names(self, paths: Iterable[str]) -> str:
        """Name things in one text."""
        return ", ".join(sorted(self.name(path) for path in paths))


def full_iri(path: str) -> str:
    """Give the IRI of a path, or the IRI that it is."""
    return path if "://" in path else ID + path


def path_of(iri: str) -> str:
    """Give an IRI without the beginning of ours."""
    return iri.removeprefix(ID)


def things_of(rows: Iterable[Row]) -> dict[str, Thing]:
    """Gather rows of thing, property and value by thing.

    >>> things_of([{"thing": ID + "axis/1", "property": "https://w3id.org/ancrage/def/underAxis", "value": ID + "axis/2"}])
    {'axis/1': Thing(path='axis/1', facts={'underAxis': ['axis/2']})}
    """
    found: dict[str, dict[str, dict[str, None]]] = {}
    for row in rows:
        facts = found.setdefault(path_of(row["thing"]), {})
        facts.setdefault(local_name(row["property"]), {})[path_of(row["value"])] = None
    return {
        path: Thing(path, {name: sorted(values) for name, values in facts.items()})
        for path, facts in found.items()
    }


def graphs_of(request: Request, reading: Reading) -> list[str]:
    """List the graphs that are read: those of sources, the ontology, and the examples, which pages mark."""
    snapshot = service_of(request.app).snapshots.get(reading.snapshot)
    return snapshot.graphs("base", "ontology", ILLUSTRATIVE)


def ask(reading: Reading, name: str, graphs: list[str], **terms: str | Sequence[str]) -> list[Row]:
    """Answer a question of ours on graphs; raises what the pool raises."""
    return reading.select(bound(question(name), **terms), graphs)
